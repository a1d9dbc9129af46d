#ifndef RECAST_TESTS_SCHEMA_H
#define RECAST_TESTS_SCHEMA_H

/*
 * As much of JSON Schema as specs/ uses. A schema file is read when another
 * refers to it. What a value was compared with is remembered, so that a test
 * can say which properties never came. Bounds on lengths, and patterns that are
 * more than POSIX knows, are not looked at.
 */

#include "core/fs.h"
#include "core/json.h"
#include "core/mem.h"

#include <regex.h>

enum { SCHEMA_FILES_MAX = 10 };

struct schemas {
	struct {
		char name[60]; /* "spec.schema.json" */
		json_t *root;
	} files[SCHEMA_FILES_MAX];
	size_t len;
	struct {
		const json_t **items; /* schemas of properties that were met */
		size_t len, cap;
	} met;
};

/* A schema, and the file that it stands in, by its number. */
struct schema {
	const json_t *value;
	size_t file;
};

static inline void schemas_release(struct schemas *s)
{
	for (size_t i = 0; i < s->len; i++)
		json_decref(s->files[i].root);
	vec_release(&s->met);
}

/* The number of a file in specs/. */
static inline int schemas_file(struct schemas *s, const char *name, size_t *ret, struct err *err)
{
	SCOPED_BUF struct buf text;
	char path[80];
	buf_init(&text, 1 << 20);
	for (*ret = 0; *ret < s->len; ++*ret) {
		if (strcmp(s->files[*ret].name, name) == 0)
			return 0;
	}
	snprintf(path, sizeof(path), "specs/%.59s", name);
	if (*ret == SCHEMA_FILES_MAX)
		return err_set(err, ERR_LIMIT, "too many schemas");
	if (fs_read(path, &text, err) < 0 || json_parse(buf_str(&text), path, &s->files[*ret].root, err) < 0)
		return -1;
	snprintf(s->files[*ret].name, sizeof(s->files[*ret].name), "%.59s", name);
	s->len++;
	return 0;
}

/* "#/$defs/x", "other.schema.json", "other.schema.json#/$defs/x" */
static inline int schema_refer(struct schemas *s, struct schema *schema, const char *to, struct err *err)
{
	static const char defs[] = "#/$defs/";
	char name[60];
	size_t len = strcspn(to, "#");
	snprintf(name, sizeof(name), "%.*s", (int)len, to);
	if (len && schemas_file(s, name, &schema->file, err) < 0)
		return -1;
	schema->value = s->files[schema->file].root;
	if (to[len])
		schema->value = strncmp(to + len, defs, strlen(defs)) == 0 ?
					json_object_get(json_object_get(schema->value, "$defs"), to + len + strlen(defs)) :
					NULL;
	return schema->value ? 0 : err_set(err, ERR_PARSE, "%s: there is nothing", to);
}

static inline bool schema_is_type(const json_t *value, const char *type)
{
	return (strcmp(type, "object") == 0 && json_is_object(value)) ||
	       (strcmp(type, "array") == 0 && json_is_array(value)) ||
	       (strcmp(type, "string") == 0 && json_is_string(value)) ||
	       (strcmp(type, "integer") == 0 && json_is_integer(value)) ||
	       (strcmp(type, "number") == 0 && json_is_number(value)) ||
	       (strcmp(type, "boolean") == 0 && json_is_boolean(value)) ||
	       (strcmp(type, "null") == 0 && json_is_null(value));
}

/* A type, or an array of types of which one will do. */
static inline bool schema_types_hold(const json_t *value, const json_t *types)
{
	bool any = json_is_string(types) && schema_is_type(value, json_string_value(types));
	for (size_t i = 0; i < json_array_size(types); i++)
		any |= schema_is_type(value, json_string_value(json_array_get(types, i)));
	return any;
}

static inline bool schema_pattern_holds(const json_t *value, const char *pattern)
{
	regex_t compiled;
	if (!json_is_string(value) || strchr(pattern, '\\') || regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB) != 0)
		return true;
	bool holds = regexec(&compiled, json_string_value(value), 0, NULL, 0) == 0;
	regfree(&compiled);
	return holds;
}

static inline bool schema_enum_holds(const json_t *value, const json_t *words)
{
	bool any = false;
	for (size_t i = 0; i < json_array_size(words); i++)
		any |= json_equal(value, json_array_get(words, i)) == 1;
	return any;
}

static inline bool schema_required_hold(const json_t *value, const json_t *keys)
{
	bool all = true;
	for (size_t i = 0; i < json_array_size(keys) && json_is_object(value); i++)
		all &= json_object_get(value, json_string_value(json_array_get(keys, i))) != NULL;
	return all;
}

/* Whether a keyword that looks at nothing below the value holds. *ret_known is false for any other. */
static inline bool schema_keyword_holds(const json_t *value, const char *word, const json_t *wanted, bool *ret_known)
{
	static const char *const passed_over[] = {"$schema", "$defs",         "title",     "description", "default",
						  "minLength", "maxLength",    "maxItems",  "propertyNames"};
	*ret_known = true;
	if (strcmp(word, "type") == 0)
		return schema_types_hold(value, wanted);
	if (strcmp(word, "const") == 0)
		return json_equal(value, wanted) == 1;
	if (strcmp(word, "enum") == 0)
		return schema_enum_holds(value, wanted);
	if (strcmp(word, "required") == 0)
		return schema_required_hold(value, wanted);
	if (strcmp(word, "pattern") == 0)
		return schema_pattern_holds(value, json_string_value(wanted));
	if (strcmp(word, "minimum") == 0)
		return json_number_value(value) >= json_number_value(wanted);
	if (strcmp(word, "maximum") == 0)
		return json_number_value(value) <= json_number_value(wanted);
	if (strcmp(word, "minItems") == 0)
		return !json_is_array(value) || json_array_size(value) >= (size_t)json_integer_value(wanted);
	*ret_known = false;
	for (size_t i = 0; i < countof(passed_over); i++)
		*ret_known |= strcmp(word, passed_over[i]) == 0;
	return true;
}

static inline int schema_check(struct schemas *s, struct schema schema, const struct json_at *at, struct err *err);

static inline void schema_meet(struct schemas *s, const json_t *property)
{
	for (size_t i = 0; i < s->met.len; i++) {
		if (s->met.items[i] == property)
			return;
	}
	*vec_push(&s->met) = property;
}

static inline int schema_check_object(struct schemas *s, struct schema schema, const struct json_at *at, struct err *err)
{
	const json_t *properties = json_object_get(schema.value, "properties"),
		     *others = json_object_get(schema.value, "additionalProperties");
	const char *key;
	json_t *unused;
	json_object_foreach((json_t *)(uintptr_t)at->value, key, unused)
	{
		(void)unused;
		struct json_at item = json_key(at, key);
		struct schema below = {json_object_get(properties, key), schema.file};
		if (below.value)
			schema_meet(s, below.value);
		else if (json_is_object(others))
			below.value = others;
		else if (json_is_false(others))
			return json_refuse(&item, err, "no such key");
		if (below.value && schema_check(s, below, &item, err) < 0)
			return -1;
	}
	return 0;
}

static inline int schema_check_items(struct schemas *s, struct schema schema, const struct json_at *at, struct err *err)
{
	struct schema below = {json_object_get(schema.value, "items"), schema.file};
	for (size_t i = 0; below.value && i < json_array_size(at->value); i++) {
		struct json_at item = json_item(at, i);
		if (schema_check(s, below, &item, err) < 0)
			return -1;
	}
	return 0;
}

/* "anyOf" and "oneOf": how many hold. */
static inline int schema_check_choice(struct schemas *s, struct schema schema, const char *word,
				      const struct json_at *at, struct err *err)
{
	const json_t *choices = json_object_get(schema.value, word);
	size_t held = 0;
	struct err ignored = {0};
	for (size_t i = 0; i < json_array_size(choices); i++)
		held += schema_check(s, (struct schema){json_array_get(choices, i), schema.file}, at, &ignored) == 0;
	bool good = strcmp(word, "oneOf") == 0 ? held == 1 : held > 0;
	return good ? 0 : json_refuse(at, err, "%s: %zu hold", word, held);
}

static inline int schema_check_word(struct schemas *s, struct schema schema, const char *word, const json_t *wanted,
				    const struct json_at *at, struct err *err)
{
	bool known;
	if (strcmp(word, "$ref") == 0)
		return schema_refer(s, &schema, json_string_value(wanted), err) < 0 ? -1 : schema_check(s, schema, at, err);
	if (strcmp(word, "properties") == 0 || strcmp(word, "additionalProperties") == 0)
		return json_is_object(at->value) ? schema_check_object(s, schema, at, err) : 0;
	if (strcmp(word, "items") == 0)
		return schema_check_items(s, schema, at, err);
	if (strcmp(word, "anyOf") == 0 || strcmp(word, "oneOf") == 0)
		return schema_check_choice(s, schema, word, at, err);
	if (!schema_keyword_holds(at->value, word, wanted, &known))
		return json_refuse(at, err, "%s does not hold", word);
	return known ? 0 : err_set(err, ERR_PARSE, "a schema says \"%s\", which the tests do not know", word);
}

/* Fails with the place in the value and the keyword that does not hold there. */
static inline int schema_check(struct schemas *s, struct schema schema, const struct json_at *at, struct err *err)
{
	const char *word;
	json_t *wanted;
	json_object_foreach((json_t *)(uintptr_t)schema.value, word, wanted)
	{
		if (schema_check_word(s, schema, word, wanted, at, err) < 0)
			return -1;
	}
	return 0;
}

/* The value against a file in specs/. */
static inline int schemas_check(struct schemas *s, const char *name, const json_t *value, struct err *err)
{
	struct schema schema;
	if (schemas_file(s, name, &schema.file, err) < 0)
		return -1;
	schema.value = s->files[schema.file].root;
	struct json_at at = json_root(value, "value");
	return schema_check(s, schema, &at, err);
}

#endif
