#ifndef RECAST_TESTS_BALANCE_H
#define RECAST_TESTS_BALANCE_H

/*
 * Whether brackets and conditions of a C text before the preprocessor lie properly
 * within each other, so that each branch is balanced by itself.
 */

#include "harness/ctoken.h"

enum { BALANCE_DEPTH_MAX = 1000 };

struct balance {
	char open[BALANCE_DEPTH_MAX];
	size_t len;
};

static inline bool balance_push(struct balance *b, char c)
{
	if (b->len == BALANCE_DEPTH_MAX)
		return false;
	b->open[b->len++] = c;
	return true;
}

static inline bool balance_pop(struct balance *b, char c)
{
	if (!b->len || b->open[b->len - 1] != c)
		return false;
	b->len--;
	return true;
}

static inline bool balance_directive(struct balance *b, struct ctoken_reader *r)
{
	struct ctoken word, t;
	bool more = ctoken_next(r, &word);
	while (more && word.kind == CTOKEN_COMMENT)
		more = ctoken_next(r, &word);
	for (t = word; more && t.kind != CTOKEN_END;)
		more = ctoken_next(r, &t);
	if (ctoken_is(&word, "if") || ctoken_is(&word, "ifdef") || ctoken_is(&word, "ifndef"))
		return balance_push(b, '#');
	if (ctoken_is(&word, "endif"))
		return balance_pop(b, '#');
	bool other = ctoken_is(&word, "else") || str_starts(word.text, STR("elif"));
	return !other || (b->len && b->open[b->len - 1] == '#');
}

static inline bool is_balanced(struct str text)
{
	static const char opening[] = "([{", closing[] = ")]}";
	struct balance b = {.len = 0};
	struct ctoken_reader r = ctoken_reader(text);
	struct ctoken t;
	bool good = true;
	while (good && ctoken_next(&r, &t)) {
		char c = t.kind == CTOKEN_PUNCT && t.text.len == 1 ? t.text.ptr[0] : ' ';
		const char *found = c ? strchr(closing, c) : NULL;
		if (t.kind == CTOKEN_HASH)
			good = balance_directive(&b, &r);
		else if (c && strchr(opening, c))
			good = balance_push(&b, c);
		else if (found)
			good = balance_pop(&b, opening[found - closing]);
	}
	return good && b.len == 0;
}

#endif
