#ifndef RECAST_HARNESS_HEADINGS_H
#define RECAST_HARNESS_HEADINGS_H

/*
 * The headings of a text: "# Title", titles that are underlined and, in plain text,
 * lines in capitals that stand alone.
 */

#include "core/str.h"

enum headings_format {
	HEADINGS_MARKDOWN,
	HEADINGS_RST,
	HEADINGS_PLAIN, /* anything but fenced code */
};

struct heading {
	struct str title; /* borrowed */
	unsigned level;   /* from 1 */
	unsigned line, text_line; /* where it begins, and where what follows it does; from 1 */
	size_t start, text_start; /* the same as bytes */
};

struct headings {
	struct heading *items; /* malloc'd */
	size_t len, cap;
};

void headings_find(struct str text, enum headings_format format, struct headings *ret);
void headings_release(struct headings *h);

#endif
