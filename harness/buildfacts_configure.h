#ifndef RECAST_HARNESS_BUILDFACTS_CONFIGURE_H
#define RECAST_HARNESS_BUILDFACTS_CONFIGURE_H

/*
 * configure.ac, as the automake reader wants it: macros with their arguments
 * (buildfacts_configure_macros.c), and of the shell between them plain settings
 * and tests of these (buildfacts_configure.c). Nobody else includes this.
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

enum { CONFIGURE_ARGS_MAX = 32 };

struct configure_macro {
	struct str name;
	struct str args[CONFIGURE_ARGS_MAX]; /* without the outermost quotes */
	size_t len;
};

enum configure_truth { CONFIGURE_NO, CONFIGURE_MAYBE, CONFIGURE_YES };

/* Without "[" and "]" around it. */
struct str configure_unquoted(struct str arg);

/* How long a name at the text's beginning is, or 0. */
size_t configure_name_length(struct str text);

enum configure_quotes { CONFIGURE_TAKE_OFF, CONFIGURE_KEEP };

/* With "$x" filled in; NULL if it hangs on something unknown. */
const char *configure_value(struct configure *c, struct str text, enum configure_quotes quotes);
void configure_set(struct configure *c, struct str name, const char *value);

/* 'test "x$a" = xyes', 'test -n "$a"'; anything else nobody knows. */
enum configure_truth configure_condition(struct configure *c, struct str text);

/* Shell with macros in it: all of a file, or an argument. */
void configure_text(struct configure *c, struct str text);
void configure_run(struct configure *c, const struct configure_macro *m);

/* Templates, the project's name and version become facts. */
void configure_read(struct configure *c, const char *path);

#endif
