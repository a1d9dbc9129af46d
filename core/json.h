#ifndef RECAST_CORE_JSON_H
#define RECAST_CORE_JSON_H

/*
 * JSON that a person wrote or a stranger sent, read; and a little help with
 * writing it. A json_t is our JSON value; what this adds is that every complaint
 * names the file, the path in it and the value found: `recast.json: tests.programs[2].args: expected an array,
 * found 5`.
 *
 * A `struct json_at` is a value together with the way that leads to it. It
 * lives on the reader's stack and points at its parent, so it must not outlive
 * it.
 */

#include "core/buf.h"
#include "core/err.h"

#include <jansson.h>

struct json_at {
	const json_t *value; /* borrowed; NULL if the key is absent */
	const struct json_at *parent;
	const char *key; /* for the root the file's name; NULL for an array's item */
	size_t index;
};

/* Duplicate keys and trailing text are refused. `name` is for messages. */
int json_parse(struct str text, const char *name, json_t **ret_value, struct err *err);

struct json_at json_root(const json_t *value, const char *name);
struct json_at json_key(const struct json_at *at, const char *key);
struct json_at json_item(const struct json_at *at, size_t index);

/* Fails with ERR_USAGE: path, then the text, then the value that was found. */
int json_refuse(const struct json_at *at, struct err *err, const char *format, ...) PRINTF_LIKE(3, 4);

/* The value must be an object (or absent) and hold no other keys than these. */
int json_only_keys(const struct json_at *at, const char *const *keys, size_t len, struct err *err);

/* An absent value leaves *ret as it was; another type is refused. */
int json_read_bool(const struct json_at *at, bool *ret, struct err *err);
int json_read_integer(const struct json_at *at, int64_t low, int64_t high, int64_t *ret, struct err *err);

int json_read_number(const struct json_at *at, double low, double high, double *ret, struct err *err);

/* Without NUL and at most `max` bytes. Borrowed from the JSON value. */
int json_read_string(const struct json_at *at, size_t max, const char **ret, struct err *err);

/* The length of an array, 0 if absent; at most `max`. */
int json_read_array(const struct json_at *at, size_t max, size_t *ret_len, struct err *err);

/* Values for text from outside: bytes that are no UTF-8, which cannot stand in JSON, become "?". */
json_t *json_text(const char *text);
json_t *json_texts(const struct strings *list);

/* Of a value that may be anything: "", 0 and false where there is no such thing or it is of another type. */
const char *json_text_of(const json_t *object, const char *key);
const char *json_text_item(const json_t *array, size_t index);
size_t json_count_of(const json_t *object, const char *key);
bool json_is(const json_t *object, const char *key);

/* As a file has it, with a line end; the caller frees it. */
char *json_print(const json_t *value);

void json_free(json_t **value);
#define SCOPED_JSON SCOPED(json_free)

#endif
