/* view - filling JSON objects, with one look at the end for what did not fit into memory; see inside.h */
#include <errno.h>

#include "gateway/service/inside.h"

void put_json(struct json_put *put, const char *key, json_t *value)
{
	if (json_object_set_new(put->json, key, value) != 0)
		put->is_bad = true;
}

void put_text(struct json_put *put, const char *key, const char *text)
{
	if (text && *text)
		put_json(put, key, json_string(text));
}

void put_number(struct json_put *put, const char *key, int64_t value)
{
	put_json(put, key, json_integer(value));
}

void put_time(struct json_put *put, const char *key, int64_t value_ms)
{
	if (value_ms != 0)
		put_number(put, key, value_ms);
}

void put_flag(struct json_put *put, const char *key, bool value)
{
	put_json(put, key, json_boolean(value));
}

int put_end(struct json_put *put, json_t **out)
{
	if (put->is_bad || !put->json) {
		json_decref(put->json);
		return -ENOMEM;
	}
	*out = put->json;
	return 0;
}

int list_add(json_t *list, int r, json_t *item)
{
	if (r == 0 && json_array_append_new(list, item) != 0)
		r = -ENOMEM;
	return r;
}

int list_put(json_t *list, struct json_put *put)
{
	json_t *item = NULL;
	int r = put_end(put, &item);

	return list_add(list, r, item);
}

int list_wrap(const char *key, int r, json_t *list, json_t **out)
{
	struct json_put put = { json_object(), false };

	put_json(&put, key, list);
	if (r != 0) {
		json_decref(put.json);
		return r;
	}
	return put_end(&put, out);
}
