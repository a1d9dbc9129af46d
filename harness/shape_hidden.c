#include "harness/shape_parts.h"

#include "harness/ctoken.h"

enum { NAMES_MAX = 16 };

/* ---- words in texts */

/* Where the word stands next, from there on; SIZE_MAX if nowhere. */
static size_t next_word(struct str text, struct str word, size_t from)
{
	for (size_t i = from; word.len && i + word.len <= text.len; i++) {
		bool begins = i == 0 || !ctoken_name_byte(text.ptr[i - 1]);
		bool ends = i + word.len == text.len || !ctoken_name_byte(text.ptr[i + word.len]);
		if (begins && ends && memcmp(text.ptr + i, word.ptr, word.len) == 0)
			return i;
	}
	return SIZE_MAX;
}

static bool has_word(const char *text, const char *word)
{
	return next_word(str_of(text), str_of(word), 0) != SIZE_MAX;
}

/* "->name" or ".name" */
static bool speaks_of(const char *text, const char *field)
{
	struct str all = str_of(text), word = str_of(field);
	for (size_t i = next_word(all, word, 0); i != SIZE_MAX; i = next_word(all, word, i + 1)) {
		if (i > 0 && (all.ptr[i - 1] == '.' || (i > 1 && all.ptr[i - 1] == '>' && all.ptr[i - 2] == '-')))
			return true;
	}
	return false;
}

/* ---- what a caller could do with it */

/* Names of the record: its tag, and typedefs for it or for what leads to it. */
struct called {
	const char *names[NAMES_MAX];
	size_t len;
};

static bool mentions(const char *text, const struct called *called)
{
	for (size_t i = 0; i < called->len; i++) {
		if (has_word(text, called->names[i]))
			return true;
	}
	return false;
}

static bool is_called(const struct called *called, const char *name)
{
	for (size_t i = 0; i < called->len; i++) {
		if (strcmp(called->names[i], name) == 0)
			return true;
	}
	return false;
}

/* Those of types that only lead there are names, too; more than there is room for counts as used. */
static bool find_names(const struct interface *api, struct called *called)
{
	for (size_t i = 0; i < api->types_len; i++) {
		const struct api_type *t = &api->types[i];
		if (t->kind != API_TYPEDEF || !mentions(t->target, called) || is_called(called, t->name))
			continue;
		if (called->len == NAMES_MAX)
			return false;
		called->names[called->len++] = t->name;
		i = SIZE_MAX; /* one that stands further up may name this one */
	}
	return true;
}

/* What callbacks are given counts as well as what functions take and give. */
static bool is_usable(const struct interface *api, const struct called *called)
{
	for (size_t i = 0; i < api->functions_len; i++) {
		if (mentions(api->functions[i].declaration, called))
			return true;
	}
	for (size_t i = 0; i < api->globals_len; i++) {
		if (mentions(api->globals[i].type, called))
			return true;
	}
	for (size_t i = 0; i < api->macros_len; i++) {
		if (mentions(api->macros[i].body, called))
			return true;
	}
	for (size_t i = 0; i < api->types_len; i++) {
		const struct api_type *t = &api->types[i];
		if (strchr(t->target, '(') && mentions(t->target, called))
			return true;
		for (size_t k = 0; k < t->fields_len; k++) {
			if (strchr(t->fields[k].type, '(') && mentions(t->fields[k].type, called))
				return true;
		}
	}
	return false;
}

/* ---- what headers say of the field */

/* Whether NULL is spoken of beside the field: in comments from the end of the declaration before it to that of its
 * line. */
static bool says_null(struct str written, const char *field)
{
	static const char *const words[] = {"null"};
	struct str name = str_of(field);
	for (size_t i = next_word(written, name, 0); i != SIZE_MAX; i = next_word(written, name, i + 1)) {
		size_t from = i, to = i + name.len;
		while (from > 0 && written.ptr[from - 1] != ';' && written.ptr[from - 1] != '{')
			from--;
		while (to < written.len && written.ptr[to] != ';' && written.ptr[to] != '}')
			to++;
		to += str_index(str_from(written, to), '\n');
		char beside[1024];
		size_t len = min_size(to - from, sizeof(beside) - 1);
		memcpy(beside, written.ptr + from, len);
		beside[len] = '\0';
		if (str_mentions(beside, words, countof(words)))
			return true;
	}
	return false;
}

static bool is_spoken_of(const struct interface *api, const struct api_type *type, const char *field)
{
	bool said = strings_have(&api->fields_read, field) || speaks_of(type->written, field) ||
		    says_null(str_of(type->written), field);
	for (size_t i = 0; i < api->functions_len && !said; i++)
		said = speaks_of(api->functions[i].doc, field);
	for (size_t i = 0; i < api->types_len && !said; i++)
		said = speaks_of(api->types[i].doc, field);
	for (size_t i = 0; i < api->macros_len && !said; i++)
		said = speaks_of(api->macros[i].body, field) || speaks_of(api->macros[i].doc, field);
	return said;
}

bool shape_is_hidden(const struct shapes *s, const struct api_type *type, const struct api_field *field,
		     const struct shape *shape)
{
	if (shape->kind != SHAPE_POINTER || !shape->target->opaque_name)
		return false;
	struct called called = {.names = {shape->target->opaque_name}, .len = 1};
	const char *dot = strrchr(field->name, '.');
	return find_names(s->api, &called) && !is_usable(s->api, &called) &&
	       !is_spoken_of(s->api, type, dot ? dot + 1 : field->name);
}
