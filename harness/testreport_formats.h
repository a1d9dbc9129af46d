#ifndef RECAST_HARNESS_TESTREPORT_FORMATS_H
#define RECAST_HARNESS_TESTREPORT_FORMATS_H

/*
 * Between harness/testreport.c, which drives, and testreport_formats.c and
 * testreport_tap.c, which know how each framework prints. A format sees one line after the other,
 * without colours, and tells the reader what it found.
 */

#include "core/buf.h"
#include "core/pattern.h"
#include "harness/testreport.h"

enum { TESTREPORT_LINE_BYTES = 4096 };

struct testreader;

struct testreport_format {
	const char *name;
	size_t state_bytes; /* of the format's own state, zeroed before the first line */
	void (*line)(struct testreader *r, struct str line);
	void (*end)(struct testreader *r); /* once, behind the last line; may be NULL */
	bool numbered;   /* tests are known by a number, not by their name */
	bool open_ended; /* has no closing line */
	const struct pattern *patterns[TEST_FAILED + 1]; /* the user's, by verdict; else NULL */
};

struct report_entry {
	struct test_line test;
	uint64_t number; /* if the format is numbered */
	bool again;      /* says again what another line should have said */
	bool dropped;
};

struct testreader {
	const struct testreport_format *format;
	void *state;
	struct arena *arena;
	size_t max_tests;
	uint64_t steps_left; /* that patterns may take on the whole output */
	bool too_many;
	struct {
		struct report_entry *items;
		size_t len, cap;
	} entries;
	struct buf message; /* of the newest entry, as long as it can grow */
	uint64_t declared, declared_failed;
	bool bailed_out;
	bool unended; /* as in struct testreport */
	bool complete;
};

/* A test and its verdict. The strings are cleaned and copied. */
void testreader_add(struct testreader *r, struct str name, enum test_verdict verdict, struct str message);
void testreader_add_numbered(struct testreader *r, uint64_t number, struct str name, enum test_verdict verdict,
			     struct str message);

/* A verdict in a list at the end: only news if no other line said it. */
void testreader_add_again(struct testreader *r, struct str name, enum test_verdict verdict);

/* More of the message of the test that was added last. */
void testreader_explain(struct testreader *r, struct str text);

/* Adds the figures of one summary. */
void testreader_declare(struct testreader *r, uint64_t tests, uint64_t failed);

/* The rows. */
extern const struct testreport_format testreport_formats[];
extern const size_t testreport_formats_len;

/* Recognises lines by format->patterns. */
void testreport_pattern_line(struct testreader *r, struct str line);

struct tap {
	uint64_t number; /* of the last test */
	size_t plans;
	bool explaining; /* comments belong to the last test, which failed */
	bool in_yaml;    /* between its --- and its ... */
};

void testreport_tap_line(struct testreader *r, struct str line);
void testreport_tap_end(struct testreader *r);

#endif
