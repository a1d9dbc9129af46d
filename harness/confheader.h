#ifndef RECAST_HARNESS_CONFHEADER_H
#define RECAST_HARNESS_CONFHEADER_H

/*
 * Configuration headers, made for the sandbox: a template (config.h.in,
 * x.h.cmake, …) with every question in it answered by the sandbox's compiler,
 * since what a configure script finds out on some host is wrong here. Questions
 * are known by their form: HAVE_STDINT_H, HAVE_STRTOLL, SIZEOF_LONG, "#cmakedefine01 X",
 * "@have_localeconv@". What nobody can answer is left undefined or 0, which a
 * library takes as "not there", and is named.
 */

#include "harness/buildfacts.h"
#include "harness/tools.h"

struct confheader_answer {
	const char *name, *value; /* NULL: left undefined; its own name: stays what it is ("const", "size_t") */
	bool guessed;             /* neither asked nor said by a build file */
};

struct confheader {
	struct str text;
	struct confheader_answer *answers;
	size_t answers_len;
};

/* Whether the text looks like such a template. */
bool confheader_is_template(struct str text);

/* `values` ("NAME=value", or "NAME" for what stays undefined, as build files say) come before all
 * questions; a name in them may differ in case from one without capitals, "@have_x@". The strings of the result live in the arena. Too many
 * names, or too much text, are ERR_LIMIT. */
int confheader_make(struct str from, const struct strings *values, const struct tools *tools, struct arena *a,
		    struct confheader *ret, struct err *err);

#endif
