#ifndef RECAST_HARNESS_TASKFILE_H
#define RECAST_HARNESS_TASKFILE_H

/*
 * RECAST.md, the task file: front matter that says what is recast from what,
 * then Considerations and Decisions, which people write and every prompt is
 * given, the Plan of a rewrite's files, which recast can propose and people can change, and
 * Actions, where recast appends. A line that a person wrote is never
 * rewritten, whatever it looks like. specs/formats.md has the format.
 *
 * A section begins below "## " and its title, and ends with the next heading of
 * level one or two; fenced code and HTML comments hold no headings. Whatever
 * stands elsewhere belongs to people. Each of the four may be missing.
 *
 * Front matter is lines of "key: value". A value of plain characters stands as
 * it is; another stands in double quotes, with a backslash in front of double
 * quotes and backslashes. One that a person put into single quotes is understood, too.
 */

#include "core/arena.h"
#include "core/err.h"
#include "core/str.h"

struct taskfile {
	struct str front;          /* between the lines of dashes; borrowed from the text */
	struct str considerations; /* below that heading, without it */
	struct str decisions;
	struct str plan;    /* harness/unitplan.h reads it */
	struct str actions;
};

enum { TASKFILE_MAX = 1 << 20, TASKFILE_ACTION_MAX = 2000 };

/* Complains with a line's number about front matter without an end and headings that come twice. */
int taskfile_parse(struct str text, struct taskfile *ret, struct err *err);

/* The value of a key of the front matter without its quotes, or an empty view. The first counts. */
struct str taskfile_value(const struct taskfile *t, const char *key, struct arena *a);

/* NULL or "" where something is not known. */
struct taskfile_new {
	const char *name, *source, *licence;
	const char *id;   /* "commit 3f1…" or "tree 9a0…": becomes the key "commit" or "tree" */
	const char *date; /* "2026-01-31" */
	struct strings open; /* questions that were not settled: they become considerations to be answered */
};

/* A first RECAST.md. Text from outside is escaped for Markdown. */
struct str taskfile_first(const struct taskfile_new *t, struct arena *a);

/* The text with what its front matter says of name, source, id and licence replaced; all else is
 * byte for byte as it was. */
struct str taskfile_with_source(struct str text, const struct taskfile_new *t, struct arena *a);

/*
 * The text with one action appended, and otherwise byte for byte as it was: a
 * line behind the last of the Actions section, which is appended where it is missing.
 * The action is plain text; what is longer than TASKFILE_ACTION_MAX is cut.
 */
struct str taskfile_with_action(struct str text, const char *date, const char *action, struct arena *a);

/*
 * The text with a plan, and otherwise byte for byte as it was: below that heading if nothing
 * stands there, else as a section in front of Actions or at the end. The same text if it has a
 * plan. The plan is lines without headings, fences and comments.
 */
struct str taskfile_with_plan(struct str text, struct str plan, struct arena *a);

#endif
