#ifndef RECAST_HARNESS_UNITPLAN_H
#define RECAST_HARNESS_UNITPLAN_H

/*
 * Which files a rewrite has, which public functions each of them defines, and
 * which must be written before which. A small library is one file; for a larger
 * one a model proposes the plan, within the interface, and people can edit it in
 * RECAST.md, below "## Plan". It comes from declarations and tests, never from how
 * the original is cut.
 *
 * As text it is a list:
 *
 *     - `src/internal.h`: what the files share
 *     - `src/ring.c`: the ring
 *       - defines: ring_new, ring_push
 *       - after: `src/util.c`
 *
 * A private header comes first, and everything else is written behind it.
 */

#include "harness/spec.h"

struct unit {
	const char *path;         /* "src/ring.c" */
	const char *purpose;      /* one line, or "" */
	bool is_header;           /* private, for the others */
	struct strings functions; /* public ones that it defines; globals too */
	struct strings after;     /* paths of units that it wants to see */
};

struct unitplan {
	struct unit *items; /* in an order in which each stands behind what it wants to see */
	size_t len;
};

enum {
	UNITPLAN_UNITS_MAX = 64,
	UNITPLAN_PURPOSE_MAX = 200,
	UNITPLAN_PATH_MAX = 100,
	UNITPLAN_SMALL = 64, /* public functions that are one file's work */
};

/* Public functions and globals that a rewrite must define, in order of appearance: not those whose body stays in a
 * header, since callers are compiled with that. */
struct strings unitplan_wanted(const struct spec *spec, struct arena *a);

/* One file for all. */
struct unitplan unitplan_whole(const struct spec *spec, struct arena *a);

/* Reads a plan. What is wrong with it is in *ret_problems, one line each, and then *ret has no units: functions that
 * are missing, unknown or there twice, paths that are none, circles. Sources must be in one folder: a rewrite's
 * sources elsewhere are taken for something else. What is no item of the list is passed over. */
void unitplan_parse(struct str text, const struct spec *spec, struct arena *a, struct unitplan *ret,
		    struct strings *ret_problems);

/* As above, in the form that unitplan_parse reads. */
struct str unitplan_text(const struct unitplan *plan, struct arena *a);

/* The list in a reply: of its fences the first that holds one, or all of it. */
struct str unitplan_of_reply(struct str reply);

/* A path that a rewrite's file may have: relative, plain characters, ends in .c or .h, leads nowhere else. */
bool unitplan_path(struct str path);

/* Whether a file that the specification shows stands there, or a public header is called so. */
bool unitplan_is_taken(const struct spec *spec, const char *path);

/* The unit that defines a function, or NULL. */
const struct unit *unitplan_owner(const struct unitplan *plan, const char *function);

#endif
