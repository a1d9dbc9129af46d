#ifndef RECAST_TESTS_XML_H
#define RECAST_TESTS_XML_H

/* Whether a text is well-formed XML, as far as reports use it: a declaration, elements, attributes, references. */

#include "core/utf8.h"

enum { XML_DEPTH_MAX = 20 };

struct xml_reader {
	struct str rest;
	struct str open[XML_DEPTH_MAX]; /* names of elements */
	size_t depth, elements;
};

static inline bool xml_skip(struct xml_reader *x, const char *text)
{
	bool there = str_starts(x->rest, str_of(text));
	if (there)
		x->rest = str_from(x->rest, strlen(text));
	return there;
}

static inline struct str xml_name(struct xml_reader *x)
{
	size_t len = 0;
	while (len < x->rest.len && ((x->rest.ptr[len] >= 'a' && x->rest.ptr[len] <= 'z') ||
				     (x->rest.ptr[len] >= 'A' && x->rest.ptr[len] <= 'Z')))
		len++;
	struct str name = str_first(x->rest, len);
	x->rest = str_from(x->rest, len);
	return name;
}

static inline bool xml_is_allowed(struct str c)
{
	unsigned char first = (unsigned char)c.ptr[0];
	if (first < 0x20)
		return first == '\t' || first == '\n' || first == '\r';
	return first != '<' && first != '>' && !str_eq(c, STR("\xEF\xBF\xBE")) && !str_eq(c, STR("\xEF\xBF\xBF"));
}

/* Text up to the character `end`, which is left. A number may name what XML can hold. */
static inline bool xml_text(struct xml_reader *x, char end)
{
	while (x->rest.len && x->rest.ptr[0] != end) {
		size_t len = utf8_length(x->rest);
		if (len == 0 || !xml_is_allowed(str_first(x->rest, len)))
			return false;
		if (xml_skip(x, "&#")) {
			uint64_t number;
			struct str digits = str_first(x->rest, str_index(x->rest, ';'));
			if (!str_to_u64(digits, &number) || (number < 32 && number != 9 && number != 10 && number != 13))
				return false;
			len = digits.len + 1;
		} else if (x->rest.ptr[0] == '&') {
			return false;
		}
		x->rest = str_from(x->rest, len);
	}
	return x->rest.len || end == '\0';
}

static inline bool xml_attributes(struct xml_reader *x)
{
	while (xml_skip(x, " ")) {
		if (xml_name(x).len == 0 || !xml_skip(x, "=\"") || !xml_text(x, '"') || !xml_skip(x, "\""))
			return false;
	}
	return true;
}

/* Behind a "<". */
static inline bool xml_tag(struct xml_reader *x)
{
	if (xml_skip(x, "/"))
		return x->depth && str_eq(xml_name(x), x->open[--x->depth]) && xml_skip(x, ">");
	struct str name = xml_name(x);
	x->elements++;
	if (name.len == 0 || !xml_attributes(x))
		return false;
	if (xml_skip(x, "/>"))
		return true;
	if (x->depth == XML_DEPTH_MAX)
		return false;
	x->open[x->depth++] = name;
	return xml_skip(x, ">");
}

/* One element and what is in it; *ret_elements is how many there are. */
static inline bool xml_is_well_formed(struct str text, size_t *ret_elements)
{
	struct xml_reader x = {.rest = text};
	if (!xml_skip(&x, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n") || !xml_skip(&x, "<") || !xml_tag(&x))
		return false;
	while (x.depth) {
		if (!xml_text(&x, '<') || !xml_skip(&x, "<") || !xml_tag(&x))
			return false;
	}
	*ret_elements = x.elements;
	return str_eq(x.rest, STR("\n"));
}

#endif
