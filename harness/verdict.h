#ifndef RECAST_HARNESS_VERDICT_H
#define RECAST_HARNESS_VERDICT_H

/*
 * What judges say of a rewrite, and what it comes to. A judge fills a gate; a
 * table in verdict.c says which gates an overall pass needs and how much must
 * have been looked at. Strings live in the arena of whoever made the value.
 */

#include "core/mem.h"
#include "harness/differential.h"
#include "harness/interface.h"
#include "harness/project.h"

enum verdict { VERDICT_PASS, VERDICT_FAIL, VERDICT_INCONCLUSIVE, VERDICT_NOT_JUDGED };

/* "pass", "fail", "inconclusive", "not judged". */
const char *verdict_name(enum verdict verdict);

/* In the order in which they judge. */
enum gate_name { GATE_BUILD, GATE_SYMBOLS, GATE_API, GATE_TESTS, GATE_DIFFERENTIAL, GATE_MEMORY, GATES };

/* Something that is wrong, or worth a look. */
struct remark {
	struct place place; /* in the rewrite or in the original; file is "" if it is about no place */
	const char *text;   /* one line */
	const char *remedy; /* what to do about it; or "" */
};

struct remarks {
	struct remark *items; /* malloc'd */
	size_t len, cap;
};

struct gate {
	enum verdict verdict;
	const char *detail;       /* one line that sums up; NULL as long as no judge has looked */
	struct remarks findings; /* why it failed, first things first; bounded by REMARKS_MAX */
	struct remarks notes;    /* what does not count against it */
};

enum { REMARKS_MAX = 200 };

/* Adds a row as long as there is room; its strings are borrowed. */
void remarks_add(struct remarks *remarks, const struct remark *remark);
void gate_release(struct gate *gate);

/* A call at which the rewrite answered otherwise than the original. */
struct divergence {
	const char *program, *test; /* test is "" where the program is its own or where it is not known */
	bool sealed;
	const char *function;
	const char *call;          /* "ini_parse(\"a.ini\", callback, NULL)" */
	const char *what;          /* "result", "*count", "output", "calls", … */
	const char *expected, *got; /* printable, bounded */
	const char *free_item;     /* what would declare it to be free: "cfg_dump.result"; or "" */
	size_t index;              /* of the call in its program, from 1 */
	bool tampering;            /* it wrote where no call has business */
	const char *ended;         /* how the program ended in this test, later on: "traps: …"; or "" */
};

struct judged_test {
	const char *program, *name;
	bool sealed;
	bool passed;
	bool unstable;   /* the original itself does not answer it the same way twice: does not count */
	const char *why; /* it failed or is unstable; or "" */
	bool unreported; /* the program ended in a test before it */
};

/* Of all programs, in their order. All of it but the gate's rows is in the arena. */
struct tests_judgement {
	struct gate gate;
	struct judged_test *tests; /* only those that the original passed */
	size_t tests_len;
	size_t visible_passed, visible_failed, sealed_passed, sealed_failed, unstable;
	struct divergence *divergences; /* the first of each test; bounded by REMARKS_MAX */
	size_t divergences_len, divergences_total;
	size_t calls;              /* outermost calls compared */
	struct strings exercised;  /* public functions that the original's tests called, in byte order */
	struct strings unexercised;
	struct strings unseen;     /* what was not looked at: "arguments of f behind its ...", one line each */
	struct strings free_items; /* proposed as "trace.free" in recast.json: "f.result", … */
	uint64_t fuel;             /* of all programs with the rewrite */
	uint64_t fuel_original;
	struct arena arena;
};

/* Of the last test of a program that was not reported, how many of that program were not; else 0. */
size_t judged_unreported(const struct tests_judgement *tests, size_t index);
/* "3 tests are not reported: the program did not come to them" */
const char *judged_unreported_text(size_t tests, struct arena *a);

void tests_judgement_release(struct tests_judgement *tests);

enum memory_kind {
	MEMORY_FAULT,     /* writes outside of blocks, frees what is none */
	MEMORY_UNDEFINED, /* undefined behaviour */
	MEMORY_LEAK,
	MEMORY_UNWRITTEN, /* what it answers depends on memory that nobody has written */
	MEMORY_FAILING,   /* it does not bear it that an allocation fails */
	MEMORY_PEAK,      /* it takes many times the memory */
	MEMORY_KINDS,
};

/* "fault", "undefined", "leak", "unwritten", "failing", "peak". */
const char *memory_kind_name(enum memory_kind kind);

/* Something that a rewrite does with memory and the original does not. */
struct memory_finding {
	enum memory_kind kind;
	struct place place;   /* in the rewrite; file is "" where it is not known */
	const char *function; /* the public function that was called, or "" */
	const char *program;  /* the first in which it was seen; see is_calls */
	const char *what;     /* one line: "writes behind the end of a block" */
	const char *detail;   /* more of the first time: "byte 24 of a block of 24 bytes"; or "" */
	const char *remedy;
	size_t programs;      /* in how many it was seen */
	bool is_calls;        /* `program` is no test program but calls of recast's own, in one line */
};

/* Of all programs. All of it but the gate's rows is in the arena. */
struct memory_judgement {
	struct gate gate;
	struct memory_finding *findings; /* bounded by REMARKS_MAX */
	size_t findings_len;
	size_t programs;                       /* that were watched with both */
	uint64_t allocations, allocations_original; /* of the libraries, in all programs */
	uint64_t peak_bytes, peak_bytes_original;   /* the most that one program had at once */
	size_t failing_tried, failing_survived;     /* runs of the rewrite in which one allocation fails */
	struct strings unseen;                 /* what was not looked at, one line each */
	struct arena arena;
};

void memory_judgement_release(struct memory_judgement *memory);

/* Lines of a rewrite that begin a statement, and which of them no judge came to. */
struct executed_statements {
	size_t lines, executed;
	struct place *missed; /* from such a line to the last of those behind it that were missed, too */
	size_t missed_len;
};

/* All that was found out about one rewrite. */
struct judgement {
	struct gate gates[GATES];     /* judgement_conclude takes that of tests from there */
	struct place *unjudged;       /* lines that the preprocessor left out; in the arena */
	size_t unjudged_len;
	struct tests_judgement tests;
	struct memory_judgement memory; /* the same goes for its gate */
	struct differential differential;
	struct executed_statements executed; /* no lines: nobody looked */
	enum verdict verdict;
	const char *reason; /* one line: why it is not a pass, or what it rests on */
	struct arena arena;
};

/*
 * A row of the table. First the gates, in their order: if one that judged fails, so does the whole, and
 * the needed ones must pass. Then keys of recast.json: with less than they say it is inconclusive.
 */
struct verdict_rule {
	const char *name; /* "build", "verdict.min_tests" */
	bool needed;      /* without it there is no pass, unless recast.json switches it off; see verdict_needed */
	const char *text; /* what it asks, as recast-check(1) has it */
	/* For a key: what is lacking, in the judgement's arena, or NULL. */
	const char *(*lack)(struct judgement *j, const struct verdict_needs *needs);
};

extern const struct verdict_rule verdict_rules[];
extern const size_t verdict_rules_len;

/* Whether there is no pass without that gate in this project. The others are said not to have been looked at. */
bool verdict_needed(const struct project *project, enum gate_name gate);

/*
 * Sets verdict and reason from the rest, by the table. A gate that no judge has filled becomes one that
 * was not judged, and so does each behind a build that failed.
 */
void judgement_conclude(struct judgement *j, const struct project *project);
void judgement_release(struct judgement *j);

#endif
