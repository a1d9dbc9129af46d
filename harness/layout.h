#ifndef RECAST_HARNESS_LAYOUT_H
#define RECAST_HARNESS_LAYOUT_H

/*
 * What only the compiler knows of an interface: sizes, alignments and offsets
 * of its types, values of its enumerators and macros. A program that asks for
 * all of them is written, built and run in the sandbox; what it cannot ask for
 * (opaque types, macros that are no expression) stays unknown.
 *
 * Values of macros are text: a decimal number; "0x1.8p+0 (1.5)" for a real one;
 * of a string, what would stand between its quotes in C, in UTF-8 that is safe
 * to print. A flexible array at the end of a struct has size 0.
 *
 * The headers are hostile: that the program does not build, does not end or
 * prints nonsense leaves things unknown, with a reason; it is no error.
 */

#include "harness/interface.h"
#include "harness/build.h"
#include "harness/tools.h"

struct layout_source {
	const struct tree *tree;        /* the project at PROJECT_ROOT, without the sysroot */
	const char *const *headers;     /* public ones, paths in the project */
	size_t headers_len;
	const struct compile *options;  /* include folders, defines and flags of one who uses the library */
	const struct build_limits *limits;
};

/* Fills in `api`, whose strings live in the arena. *ret_trouble is NULL, or one line
 * that says why little or nothing is known. */
int layout_fill(const struct layout_source *source, const struct tools *tools, struct arena *a,
		struct interface *api, const char **ret_trouble, struct err *err);

#endif
