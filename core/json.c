#include "core/json.h"

#include "core/mem.h"
#include "core/utf8.h"

#include <assert.h>
#include <stdarg.h>

int json_parse(struct str text, const char *name, json_t **ret_value, struct err *err)
{
	/* Jansson passes over a NUL behind a number. */
	if (text.len && memchr(text.ptr, '\0', text.len))
		return err_set(err, ERR_USAGE, "%s: not valid JSON: it holds a NUL byte", name);
	json_error_t e;
	json_t *value = json_loadb(text.ptr ? text.ptr : "", text.len, JSON_REJECT_DUPLICATES, &e);
	if (!value)
		return err_set(err, ERR_USAGE, "%s: line %d, column %d: not valid JSON: %s", name, e.line, e.column,
			       e.text);
	*ret_value = value;
	return 0;
}

struct json_at json_root(const json_t *value, const char *name)
{
	return (struct json_at){.value = value, .key = name};
}

struct json_at json_key(const struct json_at *at, const char *key)
{
	return (struct json_at){.value = json_object_get(at->value, key), .parent = at, .key = key};
}

struct json_at json_item(const struct json_at *at, size_t index)
{
	return (struct json_at){.value = json_array_get(at->value, index), .parent = at, .index = index};
}

static void print_path(const struct json_at *at, struct buf *out)
{
	if (!at->parent)
		return;
	print_path(at->parent, out);
	if (!at->key)
		buf_printf(out, "[%zu]", at->index);
	else
		buf_printf(out, "%s%s", at->parent->parent ? "." : "", at->key);
}

/* What fitted into the buffer, in whole characters. */
static struct str whole(const struct buf *b)
{
	return b->full ? str_whole_characters(buf_str(b)) : buf_str(b);
}

static void print_value(const json_t *value, struct buf *out)
{
	char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
	if (text)
		buf_append_cstr(out, text);
	free(text);
}

int json_refuse(const struct json_at *at, struct err *err, const char *format, ...)
{
	SCOPED_BUF struct buf path, why, found;
	buf_init(&path, 200);
	buf_init(&why, 300);
	buf_init(&found, 60);
	print_path(at, &path);
	va_list args;
	va_start(args, format);
	buf_vprintf(&why, format, args);
	va_end(args);
	if (at->value)
		print_value(at->value, &found);
	const struct json_at *root = at;
	while (root->parent)
		root = root->parent;
	return err_set(err, ERR_USAGE, "%s: %.*s%s%.*s%s%.*s%s", root->key, STR_ARG(whole(&path)),
		       path.len ? ": " : "", STR_ARG(whole(&why)), found.len ? ", found " : "",
		       STR_ARG(whole(&found)), found.full ? "…" : "");
}

int json_only_keys(const struct json_at *at, const char *const *keys, size_t len, struct err *err)
{
	if (!at->value)
		return 0;
	if (!json_is_object(at->value))
		return json_refuse(at, err, "expected an object");
	const char *key;
	json_t *value;
	json_object_foreach((json_t *)(uintptr_t)at->value, key, value)
	{
		bool known = false;
		for (size_t i = 0; i < len && !known; i++)
			known = strcmp(keys[i], key) == 0;
		if (known)
			continue;
		SCOPED_BUF struct buf list;
		buf_init(&list, 240);
		for (size_t i = 0; i < len; i++)
			buf_printf(&list, "%s%s", i ? ", " : "", keys[i]);
		struct json_at there = {.parent = at, .key = key};
		return json_refuse(&there, err, "no such key; known here: %s", list.ptr);
	}
	return 0;
}

int json_read_bool(const struct json_at *at, bool *ret, struct err *err)
{
	if (!at->value)
		return 0;
	if (!json_is_boolean(at->value))
		return json_refuse(at, err, "expected true or false");
	*ret = json_is_true(at->value);
	return 0;
}

int json_read_integer(const struct json_at *at, int64_t low, int64_t high, int64_t *ret, struct err *err)
{
	if (!at->value)
		return 0;
	json_int_t value = json_integer_value(at->value);
	if (!json_is_integer(at->value) || value < low || value > high)
		return json_refuse(at, err, "expected a whole number from %lld to %lld", (long long)low,
				   (long long)high);
	*ret = value;
	return 0;
}

int json_read_number(const struct json_at *at, double low, double high, double *ret, struct err *err)
{
	if (!at->value)
		return 0;
	double value = json_number_value(at->value);
	if (!json_is_number(at->value) || value < low || value > high)
		return json_refuse(at, err, "expected a number from %g to %g", low, high);
	*ret = value;
	return 0;
}

int json_read_string(const struct json_at *at, size_t max, const char **ret, struct err *err)
{
	if (!at->value)
		return 0;
	if (!json_is_string(at->value))
		return json_refuse(at, err, "expected a string");
	size_t len = json_string_length(at->value);
	const char *text = json_string_value(at->value);
	if (len > max)
		return json_refuse(at, err, "longer than the limit of %zu bytes", max);
	if (memchr(text, '\0', len))
		return json_refuse(at, err, "holds a NUL character");
	*ret = text;
	return 0;
}

int json_read_array(const struct json_at *at, size_t max, size_t *ret_len, struct err *err)
{
	if (!at->value) {
		*ret_len = 0;
		return 0;
	}
	if (!json_is_array(at->value))
		return json_refuse(at, err, "expected an array");
	if (json_array_size(at->value) > max)
		return json_refuse(at, err, "more than the limit of %zu items", max);
	*ret_len = json_array_size(at->value);
	return 0;
}

json_t *json_text(const char *text)
{
	json_t *value = json_string(text);
	if (value)
		return value;
	SCOPED_BUF struct buf good;
	buf_init(&good, SIZE_MAX / 2);
	for (struct str rest = str_of(text); rest.len;) {
		size_t len = utf8_length(rest);
		buf_append_str(&good, len ? str_first(rest, len) : STR("?"));
		rest = str_from(rest, max_size(len, 1));
	}
	return json_string(good.ptr);
}

json_t *json_texts(const struct strings *list)
{
	json_t *array = json_array();
	for (size_t i = 0; i < list->len; i++)
		json_array_append_new(array, json_text(list->items[i]));
	return array;
}

static const char *text_or_nothing(const json_t *value)
{
	const char *text = json_string_value(value);
	return text ? text : "";
}

const char *json_text_of(const json_t *object, const char *key)
{
	return text_or_nothing(json_object_get(object, key));
}

const char *json_text_item(const json_t *array, size_t index)
{
	return text_or_nothing(json_array_get(array, index));
}

size_t json_count_of(const json_t *object, const char *key)
{
	json_int_t n = json_integer_value(json_object_get(object, key));
	return n > 0 ? (size_t)n : 0;
}

bool json_is(const json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}

char *json_print(const json_t *value)
{
	SCOPED_BUF struct buf text;
	SCOPED_MEM char *dumped = json_dumps(value, JSON_INDENT(2));
	buf_init(&text, SIZE_MAX / 2);
	assert(dumped);
	buf_append_cstr(&text, dumped);
	buf_append_char(&text, '\n');
	return mem_strdup(text.ptr);
}

void json_free(json_t **value)
{
	json_decref(*value);
	*value = NULL;
}
