#ifndef RECAST_HARNESS_HARDEN_TEXT_H
#define RECAST_HARNESS_HARDEN_TEXT_H

/*
 * A probe as a test: its calls as a user of the library would make them, and behind each what the original answered, as
 * conditions (harden_text.c). What it answers is found out by the same code with notes in the place of conditions: a
 * program that prints one answer a line. What stands around tests is harden_program.c's matter.
 */

#include "harness/harden_answers.h"
#include "harness/probe_setup.h"

/* A probe as it is written down. */
struct harden_probe {
	struct probe probe;
	bool *freed; /* what the call of that index made is handed to free in the end */
	bool unended; /* what ends an object is not right here: it may be none of the library's to end */
};

/* What stands around conditions and tests: one row for each framework. "@" stands for the test's name. */
struct harden_style {
	const char *name;
	const char *report;     /* in recast.json */
	const char *sign;       /* the header that a test of it includes; NULL: none is needed */
	const char *top;        /* behind the headers */
	const char *check;      /* begins a condition; ");" ends it */
	const char *need;       /* the same where the test ends if it does not hold; NULL: every condition does that */
	const char *begin, *end;
	const char *main_begin, *main_each, *main_end;
};

/* Rows of the table; NULL behind the last one, which needs no framework and prints TAP. */
const struct harden_style *harden_style(size_t index);
const struct harden_style *harden_plain(void);

/* A test without what all of a program share. */
struct harden_function {
	const char *name;        /* ends in "_" and what makes it one of a kind */
	const char *text;        /* functions that it hands over, and its own */
	bool users[PROBE_USERS]; /* of the caller's texts those that it names */
	bool log, hears;         /* it hands over functions; it looks at what was called back */
	bool same_text, untouched;
	size_t checks;
};

/* Prints the answers of one of the probes: its arguments are the probe's index, and a byte that memory holds before. */
const char *harden_recorder(const struct probe_setup *s, const struct harden_probe *const *probes, size_t len,
			    struct arena *a);

/* `answers` is what that printed. False if it makes no sense, or nothing can be checked. */
bool harden_write(const struct probe_setup *s, const struct harden_probe *p, const struct harden_style *style,
		  const char *name, struct str answers, struct arena *a, struct harden_function *ret);

/* A program of such tests; `comments` has a line for each, and `comment` stands at the top. */
const char *harden_program(const struct suite *suite, const struct harden_style *style,
			   const struct harden_function *tests, const char *const *comments, size_t len,
			   const char *comment, struct arena *a);

/* ---- parts of programs */

void harden_put_includes(struct buf *out, const struct suite *suite, struct arena *a);
void harden_put_users(struct buf *out, const bool *users);
/* What callbacks write to. */
void harden_put_log(struct buf *out, const bool *users);
/* Functions that the conditions of such a test call. */
void harden_put_helpers(struct buf *out, const struct harden_function *f);
void harden_put_named(struct buf *out, const char *text, const char *name);

#endif
