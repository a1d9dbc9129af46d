#ifndef RECAST_CORE_PATTERN_H
#define RECAST_CORE_PATTERN_H

/*
 * POSIX extended regular expressions where neither the expression nor the text
 * can be trusted. Time is bounded by their sizes multiplied, memory by the
 * expression's; libc's regexec takes a minute and a gigabyte to try
 * `[ab]*a[ab]{200}c` on 4,000 bytes of text.
 *
 * Of all matches the leftmost counts, and of those the longest. It works on
 * bytes, without a locale. Beyond POSIX there are \d \s \w, their opposites
 * \D \S \W, and \t. Back-references and collating elements are refused, as are
 * a repetition of nothing and a backslash before another letter.
 */

#include "core/arena.h"
#include "core/err.h"

/* Bounds on an expression: its text, and the steps it becomes once the
 * intervals are written out. */
enum { PATTERN_MAX_BYTES = 1000, PATTERN_MAX_STEPS = 512 };

struct pattern;

/* Fails with ERR_USAGE. What comes out lives in the arena, never changes, and
 * may be used by any number of threads. */
int pattern_compile(struct arena *a, const char *source, const struct pattern **out, struct err *err);

struct pattern_match {
	struct str whole;
	struct str group; /* what the first parentheses took; ptr is NULL if nothing */
};

/*
 * False if the expression matches nowhere in the text. The views are into it.
 * `steps_left` is a budget for any number of calls, or NULL: what a call takes is
 * taken off, and once nothing is left it is 0 and nothing is found any more.
 */
bool pattern_find(const struct pattern *pattern, struct str text, uint64_t *steps_left, struct pattern_match *ret);

#endif
