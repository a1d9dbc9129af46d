#ifndef RECAST_HARNESS_TESTREPORT_SCAN_H
#define RECAST_HARNESS_TESTREPORT_SCAN_H

/* Taking a line apart from the front: each function that finds what it looks
 * for takes it off the view, and otherwise leaves the view alone. */

#include "core/str.h"

#include <strings.h>

static inline bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static inline bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool cut(struct str *s, struct str prefix)
{
	if (!str_starts(*s, prefix))
		return false;
	*s = str_from(*s, prefix.len);
	return true;
}

/* The same whatever the case of the letters. */
static inline bool cut_word(struct str *s, struct str word)
{
	if (s->len < word.len || strncasecmp(s->ptr, word.ptr, word.len) != 0)
		return false;
	*s = str_from(*s, word.len);
	return true;
}

/* Digits, of which too many give the largest number. */
static inline bool cut_number(struct str *s, uint64_t *ret)
{
	size_t len = 0;
	while (len < s->len && is_digit(s->ptr[len]))
		len++;
	if (len == 0)
		return false;
	if (!str_to_u64(str_first(*s, len), ret))
		*ret = UINT64_MAX;
	*s = str_from(*s, len);
	return true;
}

/* Whether the line begins like `shape`, in which each # stands for a number. */
static inline bool cut_shape(struct str *s, const char *shape, uint64_t numbers[static 4])
{
	struct str rest = *s;
	size_t found = 0;
	for (; *shape; shape++) {
		if (*shape == '#' ? !cut_number(&rest, &numbers[found++]) : !cut(&rest, (struct str){shape, 1}))
			return false;
	}
	*s = rest;
	return true;
}

/* Cuts at the first `separator`; without one, all is `left`. */
static inline bool split(struct str s, struct str separator, struct str *left, struct str *right)
{
	const char *at = s.len ? memmem(s.ptr, s.len, separator.ptr, separator.len) : NULL;
	*left = at ? str_first(s, (size_t)(at - s.ptr)) : s;
	*right = at ? str_from(s, left->len + separator.len) : (struct str){0};
	return at;
}

#endif
