#include "tools/rumah/reader_report.h"

#include "tools/rumah/lang.h"
#include "tools/rumah/term.h"

#define NS_OF_US 1000

static const struct {
	struct text is, todo;
	enum tone tone;
} words[READER_TEST_FINDING_COUNT] = {
	[READER_TEST_LINES_LOW] = { { "Jalur data rendah saat diam.", "A data line is low at rest." },
		{ "Pembaca tidak terpasang, tidak mendapat daya, atau jalurnya korslet. Periksa konektor, "
		  "lalu "
		  "tegangan 12 V dan 5 V.",
			"The reader is unplugged, has no power, or the line is shorted. Check the plug, then "
			"the "
			"12 V and 5 V." },
		TONE_BAD },
	[READER_TEST_SILENT] = { { "Tidak ada sinyal sama sekali.", "Nothing came at all." },
		{ "Apakah ada yang menekan tombol atau menempelkan kartu? Periksa nama jalur --d0 dan --d1 "
		  "dan "
		  "pengubah level.",
			"Did somebody press keys or show a card? Check the names given as --d0 and --d1, and "
			"the "
			"level shifter." },
		TONE_BAD },
	[READER_TEST_LOST] = { { "Kernel kehilangan sinyal.", "The kernel lost edges." },
		{ "Gawai terlalu sibuk, atau jalurnya penuh derau. Hentikan program lain dan ulangi.",
			"The board is too busy, or the line full of noise. Stop other programs and try "
			"again." },
		TONE_BAD },
	[READER_TEST_NO_GROUND] = { { "Derau di kedua jalur: tidak ada ground bersama.",
					    "Noise on both lines: no common ground." },
		{ "Hubungkan ground pembaca dengan ground gawai, juga bila dayanya terpisah.",
			"Join the reader's ground to the board's, also when they have supplies of their "
			"own." },
		TONE_BAD },
	[READER_TEST_ONE_LINE] = { { "Hanya satu jalur yang bergerak.", "Only one of the lines moves." },
		{ "Kabel jalur yang lain putus, atau bukan di pin itu.",
			"The other wire is broken, or not on that pin." },
		TONE_BAD },
	[READER_TEST_SWAPPED] = { { "D0 dan D1 tertukar.", "D0 and D1 are swapped." },
		{ "Tukar kedua kabelnya, atau d0 dan d1 di konfigurasi.",
			"Swap the two wires, or d0 and d1 in the configuration." },
		TONE_BAD },
	[READER_TEST_RINGING] = { { "Gema: satu pulsa terbaca lebih dari sekali.",
					  "Ringing: a pulse is seen more than once." },
		{ "Pakai kabel berpelindung, jauhkan dari kabel listrik, pasang 1 nF ke ground di tiap "
		  "jalur.",
			"Use a shielded cable away from power lines, and 1 nF to ground on each line." },
		TONE_WATCH },
	[READER_TEST_MISSING_BITS] = { { "Ada bit yang hilang.", "Bits are missing." },
		{ "Kabel terlalu panjang (paling jauh 150 m), sambungan longgar, atau pull-up terlalu lemah.",
			"The cable is too long (150 m at most), a joint is loose, or the pull-ups too "
			"weak." },
		TONE_BAD },
	[READER_TEST_EXTRA_BITS] = { { "Ada bit tambahan.", "There are bits too many." },
		{ "Derau atau gema yang panjang: pelindung kabel, ground, dan jarak dari kabel listrik.",
			"Noise or long echoes: shield, ground, and distance from power lines." },
		TONE_BAD },
	[READER_TEST_UNKNOWN_LENGTH] = { { "Panjang bingkainya selalu sama, tetapi tidak dikenal.",
						 "The frames have one length, and it is not one we know." },
		{ "Setel pembaca ke 4 atau 8 bit untuk tombol, dan ke 26, 32, 34, atau 37 bit untuk kartu.",
			"Set the reader to 4 or 8 bits for keys, and to 26, 32, 34 or 37 bits for cards." },
		TONE_BAD },
	[READER_TEST_WRONG_BITS] = { { "Panjangnya benar, tetapi isinya rusak.",
					     "The lengths are right and the bits are not." },
		{ "Derau, atau pembaca yang mengirim bentuk lain dengan panjang yang sama.",
			"Noise, or a reader that sends something else of the same length." },
		TONE_BAD },
	[READER_TEST_GOOD] = { { "Semua terbaca dengan benar.", "All of it reads well." },
		{ "Tuliskan ini di konfigurasi:", "Put this into the configuration:" }, TONE_GOOD },
};

static const char *keys_word(enum wiegand_keys keys)
{
	static const char *const keys_words[] = { [WIEGAND_KEYS_NONE] = "none",
		[WIEGAND_KEYS_4BIT] = "4bit",
		[WIEGAND_KEYS_8BIT] = "8bit",
		[WIEGAND_KEYS_BUFFERED] = "buffered" };

	return keys_words[keys];
}

static json_t *list_cards(unsigned cards)
{
	json_t *list = json_array();

	for (unsigned layout = 0; layout < WIRE_CARD_LAYOUT_COUNT; layout++) {
		if (cards & 1u << layout)
			json_array_append_new(list, json_string(wire_card_word(layout)));
	}
	return list;
}

static json_t *list_lengths(const struct reader_test *test)
{
	json_t *lengths = json_object();
	char name[8];

	for (unsigned bits = 1; bits < READER_TEST_LONGER; bits++) {
		(void)snprintf(name, sizeof(name), "%u", bits);
		if (test->lengths[bits] > 0)
			json_object_set_new(lengths, name, json_integer(test->lengths[bits]));
	}
	if (test->lengths[READER_TEST_LONGER] > 0)
		json_object_set_new(lengths, "more", json_integer(test->lengths[READER_TEST_LONGER]));
	return lengths;
}

json_t *reader_report_json(const struct reader_test *test)
{
	enum reader_finding finding = reader_test_find(test);

	return json_pack("{s:s, s:b, s:s, s:o, s:i, s:I, s:{s:I, s:I}, s:o, s:I, s:I, s:I, s:{s:I, s:I}}",
		"finding", reader_finding_word(finding), "is_good", finding == READER_TEST_GOOD, "keys",
		keys_word(reader_test_keys(test)), "cards", list_cards(reader_test_cards(test)),
		"frame_gap_ms", (int)reader_test_gap_ms(test), "frames", (json_int_t)test->frames, "edges",
		"d0", (json_int_t)test->edges[WIEGAND_D0], "d1", (json_int_t)test->edges[WIEGAND_D1],
		"lengths", list_lengths(test), "echoes", (json_int_t)test->echoes, "overlaps",
		(json_int_t)test->overlaps, "lost", (json_int_t)test->lost, "interval_us", "shortest",
		(json_int_t)(test->shortest_ns / NS_OF_US), "longest",
		(json_int_t)(test->longest_ns / NS_OF_US));
}

static void print_lengths(const struct reader_test *test, FILE *to)
{
	fprintf(to, T("  bingkai %u", "  frames %u"), test->frames);
	for (unsigned bits = 1; bits < READER_TEST_LONGER; bits++) {
		if (test->lengths[bits] > 0)
			fprintf(to, T(" · %u bit: %u", " · of %u bits: %u"), bits, test->lengths[bits]);
	}
	if (test->lengths[READER_TEST_LONGER] > 0)
		fprintf(to, T(" · lebih panjang: %u", " · longer: %u"), test->lengths[READER_TEST_LONGER]);
	fputc('\n', to);
}

static void print_counts(const struct reader_test *test, FILE *to)
{
	print_lengths(test, to);
	fprintf(to,
		T("  sinyal D0 %llu · D1 %llu · gema %llu · bersamaan %llu · hilang %llu\n",
			"  edges of D0 %llu · of D1 %llu · echoes %llu · at once %llu · lost %llu\n"),
		(unsigned long long)test->edges[WIEGAND_D0], (unsigned long long)test->edges[WIEGAND_D1],
		(unsigned long long)test->echoes, (unsigned long long)test->overlaps,
		(unsigned long long)test->lost);
	if (test->longest_ns > 0)
		fprintf(to,
			T("  antara dua bit %llu sampai %llu µs\n", "  from bit to bit %llu to %llu µs\n"),
			(unsigned long long)(test->shortest_ns / NS_OF_US),
			(unsigned long long)(test->longest_ns / NS_OF_US));
}

/* As gpio_pins.c reads it. Of the two layouts of 37 bits the card itself has to say which. */
static void print_configuration(const struct reader_test *test, FILE *to)
{
	unsigned cards = reader_test_cards(test);
	bool is_first = true;

	fprintf(to, "  [reader]\n  keys = %s\n", keys_word(reader_test_keys(test)));
	for (unsigned layout = 0; layout < WIRE_CARD_LAYOUT_COUNT; layout++) {
		if ((cards & 1u << layout) == 0 || layout == WIRE_CARD_37_H10302)
			continue;
		fprintf(to, "%s%s", is_first ? "  cards = " : " ", wire_card_word(layout));
		is_first = false;
	}
	fprintf(to, "%s  frame_gap_ms = %u\n", is_first ? "" : "\n", reader_test_gap_ms(test));
	if (cards & 1u << WIRE_CARD_37_H10302)
		fprintf(to, "  %s\n",
			T("(37 bit: 37-h10302 bila di kartu hanya ada satu nomor)",
				"(37 bits: 37-h10302 when a card has one number on it alone)"));
	if (cards & 1u << WIRE_CARD_26_H10301)
		fprintf(to, "  %s\n",
			T("(26 bit yang datang setelah # adalah tombol: keys = buffered dengan "
			  "keypad_facility)",
				"(26 bits that come after # are keys: keys = buffered, with "
				"keypad_facility)"));
}

void reader_report_print(const struct reader_test *test, FILE *to)
{
	enum reader_finding finding = reader_test_find(test);

	fprintf(to, "%s%s%s\n%s\n", term_begin(words[finding].tone), lang_pick(words[finding].is),
		term_end(words[finding].tone), lang_pick(words[finding].todo));
	if (finding == READER_TEST_GOOD)
		print_configuration(test, to);
	print_counts(test, to);
}
