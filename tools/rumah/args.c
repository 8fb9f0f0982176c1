#include "tools/rumah/args.h"

#include <stdio.h>
#include <string.h>

#include "tools/rumah/lang.h"

#define SPECS_MAX 24

struct piece { /* of a text; not ended by 0 */
	const char *at;
	size_t len;
};

struct spec {
	bool is_option, is_optional, is_list;
	struct piece name;  /* of an option, without the dashes */
	struct piece value; /* TIME, on|off; empty of a flag */
};

static struct piece next_piece(const char **usage)
{
	struct piece piece = { *usage + strspn(*usage, " "), 0 };

	piece.len = strcspn(piece.at, " ");
	*usage = piece.at + piece.len;
	return piece;
}

static bool ends_with(struct piece *piece, const char *end)
{
	size_t len = strlen(end);

	if (piece->len < len || memcmp(piece->at + piece->len - len, end, len) != 0)
		return false;
	piece->len -= len;
	return true;
}

static void read_value(struct spec *spec, struct piece piece)
{
	ends_with(&piece, "]");
	spec->is_list = ends_with(&piece, "...");
	spec->value = piece;
}

/* One word or option of the usage line; false at its end. */
static bool next_spec(struct spec *spec, const char **usage)
{
	struct piece piece = next_piece(usage);

	*spec = (struct spec){ 0 };
	if (piece.len == 0)
		return false;
	if (piece.at[0] == '[') {
		spec->is_optional = true;
		piece.at++;
		piece.len--;
	}
	if (strncmp(piece.at, "--", 2) != 0) {
		read_value(spec, piece);
		return true;
	}
	spec->is_option = true;
	spec->name = (struct piece){ piece.at + 2, piece.len - 2 };
	if (!ends_with(&spec->name, "]"))
		read_value(spec, next_piece(usage));
	return true;
}

static bool is_same(struct piece piece, const char *text, size_t len)
{
	return piece.len == len && memcmp(piece.at, text, len) == 0;
}

static bool is_choice(struct piece choices, const char *value)
{
	struct piece rest = choices;

	if (!memchr(choices.at, '|', choices.len))
		return true;
	while (rest.len > 0) {
		const char *bar = memchr(rest.at, '|', rest.len);
		size_t len = bar ? (size_t)(bar - rest.at) : rest.len;

		if (is_same((struct piece){ rest.at, len }, value, strlen(value)))
			return true;
		rest.at += len + (bar ? 1 : 0);
		rest.len -= len + (bar ? 1 : 0);
	}
	return false;
}

static const struct spec *find_option(const struct spec *specs, size_t count, const char *name, size_t len)
{
	for (size_t i = 0; i < count; i++) {
		if (specs[i].is_option && is_same(specs[i].name, name, len))
			return &specs[i];
	}
	return NULL;
}

static const struct spec *find_word(const struct spec *specs, size_t count, size_t index)
{
	const struct spec *last = NULL;

	for (size_t i = 0; i < count; i++) {
		if (specs[i].is_option)
			continue;
		last = &specs[i];
		if (index-- == 0)
			return last;
	}
	return last && last->is_list ? last : NULL;
}

#define SAY(...) (snprintf(message, ARGS_MESSAGE_MAX, __VA_ARGS__), 1)

static int say_choices(char *message, const struct spec *spec)
{
	const char *dashes = spec->is_option ? "--" : "";

	return SAY(T("%s%.*s harus salah satu dari: %.*s", "%s%.*s must be one of: %.*s"), dashes,
		(int)(spec->is_option ? spec->name.len : 0), spec->is_option ? spec->name.at : "",
		(int)spec->value.len, spec->value.at);
}

/* An option at argv[*at]; moves *at past its value. */
static int take_option(struct args *args, const struct spec *specs, size_t count, char *const *argv,
	size_t argc, size_t *at, char *message)
{
	const char *name = argv[*at] + 2, *equals = strchr(name, '='), *value = "";
	size_t len = equals ? (size_t)(equals - name) : strlen(name);
	const struct spec *spec = find_option(specs, count, name, len);

	if (!spec)
		return SAY(T("tidak ada opsi --%.*s", "there is no option --%.*s"), (int)len, name);
	if (spec->value.len == 0 && equals)
		return SAY(T("--%.*s tidak memakai nilai", "--%.*s takes no value"), (int)len, name);
	if (spec->value.len > 0) {
		if (!equals && *at + 1 >= argc)
			return SAY(T("--%.*s memerlukan nilai: %.*s", "--%.*s needs a value: %.*s"), (int)len,
				name, (int)spec->value.len, spec->value.at);
		value = equals ? equals + 1 : argv[++*at];
		if (!is_choice(spec->value, value))
			return say_choices(message, spec);
	}
	for (size_t i = 0; i < args->option_count && !spec->is_list; i++) {
		if (is_same(spec->name, args->options[i].name, args->options[i].name_len))
			return SAY(
				T("--%.*s tertulis dua kali", "--%.*s stands there twice"), (int)len, name);
	}
	if (args->option_count == ARGS_MAX)
		return SAY("%s", T("terlalu banyak opsi", "too many options"));
	args->options[args->option_count].name = spec->name.at;
	args->options[args->option_count].name_len = spec->name.len;
	args->options[args->option_count++].value = value;
	return 0;
}

static int take_word(
	struct args *args, const struct spec *specs, size_t count, const char *word, char *message)
{
	const struct spec *spec = find_word(specs, count, args->word_count);

	if (!spec || args->word_count == ARGS_MAX)
		return SAY("%s", T("terlalu banyak kata", "too many words"));
	if (!is_choice(spec->value, word))
		return say_choices(message, spec);
	args->words[args->word_count++] = word;
	return 0;
}

/* Whether all that must stand there does. */
static int check_needed(const struct args *args, const struct spec *specs, size_t count, char *message)
{
	size_t words = 0;

	for (size_t i = 0; i < count; i++) {
		const struct spec *spec = &specs[i];
		bool is_there = false;

		if (spec->is_optional)
			continue;
		if (!spec->is_option) {
			is_there = words++ < args->word_count;
			if (!is_there)
				return SAY(T("kurang: %.*s", "missing: %.*s"), (int)spec->value.len,
					spec->value.at);
			continue;
		}
		for (size_t j = 0; j < args->option_count && !is_there; j++)
			is_there = is_same(spec->name, args->options[j].name, args->options[j].name_len);
		if (!is_there)
			return SAY(T("kurang: --%.*s %.*s", "missing: --%.*s %.*s"), (int)spec->name.len,
				spec->name.at, (int)spec->value.len, spec->value.at);
	}
	return 0;
}

int args_read(struct args *args, const char *usage, char *const *argv, size_t argc,
	char message[static ARGS_MESSAGE_MAX])
{
	struct spec specs[SPECS_MAX];
	size_t count = 0;
	bool are_words = false;
	int r = 0;

	*args = (struct args){ 0 };
	while (count < SPECS_MAX && next_spec(&specs[count], &usage))
		count++;
	for (size_t i = 0; i < argc && r == 0; i++) {
		if (!are_words && strcmp(argv[i], "--") == 0)
			are_words = true;
		else if (!are_words && strncmp(argv[i], "--", 2) == 0)
			r = take_option(args, specs, count, argv, argc, &i, message);
		else
			r = take_word(args, specs, count, argv[i], message);
	}
	return r == 0 ? check_needed(args, specs, count, message) : r;
}

const char *args_word(const struct args *args, size_t index)
{
	return index < args->word_count ? args->words[index] : NULL;
}

const char *args_option_at(const struct args *args, const char *name, size_t index)
{
	for (size_t i = 0; i < args->option_count; i++) {
		struct piece piece = { args->options[i].name, args->options[i].name_len };

		if (is_same(piece, name, strlen(name)) && index-- == 0)
			return args->options[i].value;
	}
	return NULL;
}

const char *args_option(const struct args *args, const char *name)
{
	return args_option_at(args, name, 0);
}

bool args_has(const struct args *args, const char *name)
{
	return args_option(args, name) != NULL;
}
