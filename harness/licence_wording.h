#ifndef RECAST_HARNESS_LICENCE_WORDING_H
#define RECAST_HARNESS_LICENCE_WORDING_H

/*
 * Which licences a text speaks of. Texts are compared as lower-case words with one
 * blank in between, so that line breaks, punctuation and comment marks make no
 * difference. A licence is known by sentences that all of its copies share, and
 * by what must not be there; one row of a table for each.
 */

#include "core/arena.h"

enum licence_strength {
	LICENCE_NAMED,  /* only its name stands there */
	LICENCE_PARTLY, /* some of its wording */
	LICENCE_WHOLE,
};

struct licence_match {
	const char *spdx;
	enum licence_strength strength;
	bool open; /* the text of a GNU licence, "GPL-2.0": it does not tell whether later ones are meant */
	size_t at; /* in the words */
};

enum { LICENCE_MATCHES_MAX = 12 };

struct licence_matches {
	struct licence_match items[LICENCE_MATCHES_MAX]; /* of the greatest strength that there is,
		in order of place */
	size_t len;
	bool choice; /* the wording offers one of several */
};

/* As words, terminated. */
struct str licence_words(struct str text, struct arena *a);

struct licence_matches licence_match(struct str words, struct arena *a);

/* The expression behind the first "SPDX-License-Identifier:", or NULL. */
const char *licence_tag(struct str text, struct arena *a);

#endif
