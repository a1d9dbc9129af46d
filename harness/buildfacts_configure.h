#ifndef RECAST_HARNESS_BUILDFACTS_CONFIGURE_H
#define RECAST_HARNESS_BUILDFACTS_CONFIGURE_H

/*
 * configure.ac, as the automake reader wants it: macros with their arguments,
 * and of the shell between them plain settings and tests of these. Nobody else
 * includes this.
 */

#include "harness/buildfacts_reader.h"

struct configure {
	struct facts *f;
	const char *folder, *file;
	struct facts_vars shell;      /* variables whose value is known; unsure where it hangs on the machine */
	struct facts_vars macros;     /* of m4_define */
	struct facts_vars conditions; /* of AM_CONDITIONAL, as far as they are known: "1" or "0" */
	struct strings header_folders; /* where config headers come to stand */
	struct facts_vars headers;     /* their paths */
	struct strings makefiles;     /* "src/Makefile" */
	/* for templates */
	struct strings defined;     /* "NAME=value" */
	struct strings asks;        /* names */
	struct strings substituted; /* names of shell variables */
	struct str rest; /* of the text that is read */
	unsigned line, depth;
	unsigned unsure; /* in branches that nobody knows to be taken */
	unsigned left_out; /* in branches that are not taken */
};

/* Templates, the project's name and version become facts. */
void configure_read(struct configure *c, const char *path);

#endif
