#ifndef RECAST_CORE_STR_H
#define RECAST_CORE_STR_H

/*
 * A borrowed view of bytes: not terminated, not owned, may hold NUL. Printed
 * with "%.*s" and STR_ARG.
 */

#include "core/base.h"

struct str {
	const char *ptr; /* may be NULL when len is 0 */
	size_t len;
};

/* A list of terminated strings, borrowed like a view. */
struct strings {
	const char **items;
	size_t len;
};

/* Into byte order. */
void strings_sort(struct strings *list);
bool strings_have(const struct strings *list, const char *item);
bool strings_eq(const struct strings *a, const struct strings *b);

#define STR(literal) ((struct str){(literal), sizeof(literal) - 1})
#define STR_ARG(s) (int)(s).len, (s).ptr ? (s).ptr : ""

static inline struct str str_of(const char *terminated)
{
	return (struct str){terminated, strlen(terminated)};
}

static inline struct str str_from(struct str s, size_t start)
{
	start = min_size(start, s.len);
	return (struct str){s.ptr ? s.ptr + start : NULL, s.len - start};
}

static inline struct str str_first(struct str s, size_t len)
{
	return (struct str){s.ptr, min_size(s.len, len)};
}

bool str_eq(struct str a, struct str b);
int str_cmp(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);

/* Index of the first such byte, or s.len. */
size_t str_index(struct str s, char byte);

/* How many such bytes there are. */
size_t str_count(struct str s, char byte);

/* Without white space at both ends. */
struct str str_trim(struct str s);

/* Cuts the next line (without its line end) off the front; false at the end. */
bool str_next_line(struct str *rest, struct str *ret_line);

/* Cuts the next run of non-blank bytes off the front; false at the end. */
bool str_next_word(struct str *rest, struct str *ret_word);

/* Without the beginning of a UTF-8 character whose rest was cut off. */
struct str str_whole_characters(struct str s);

/*
 * Where a name stands in an array of pointers to structs that begin with their
 * name, sorted by it, or where it would have to go.
 */
size_t str_find_name(const void *pointers, size_t len, struct str name, bool *ret_found);

/* Whether one of the words stands somewhere in the text, in whatever case. */
bool str_mentions(const char *text, const char *const *words, size_t len);

/* Decimal digits only, the whole view, no overflow. */
bool str_to_u64(struct str s, uint64_t *ret);

#endif
