#ifndef RECAST_HARNESS_SUITE_H
#define RECAST_HARNESS_SUITE_H

/*
 * A library and its tests: built in the sandbox, run there, each program in a
 * fresh instance, and the results read. For the original this is the baseline
 * that later verdicts are measured against.
 */

#include "harness/nameset.h"
#include "harness/plan.h"
#include "harness/tools.h"
#include "harness/wasmfile.h"

/* Everything compiled, nothing run yet. */
struct suite {
	const struct project *project;
	const struct tools *tools;
	struct plan plan;          /* with its objects made */
	struct wasmfile *symbols;  /* of each object of the plan */
	struct nameset library_names; /* symbols that the library defines */
	struct nameset public_names;  /* identifiers in its public headers; none if there are no headers */
	struct nameset private_files; /* that the library is made of and no public header includes */
	struct nameset private_names; /* identifiers in those that are in no public header; only if a test does not build */
	struct built headers;      /* all public headers preprocessed for a user, #define lines kept */
	struct link_input start;   /* an object of ours that enters the working folder */
	const char *library_failure; /* why the library does not build, or NULL */
	uint64_t begun_ns;           /* when building it began, by the host's clock */
	struct tree *disk;           /* what programs see of the project when they run; owned */
};

/*
 * `source` has the library's files at PROJECT_ROOT; it and the others are borrowed. That something
 * does not build is in the result. Patterns that match nothing are ERR_USAGE.
 */
int suite_build(const struct project *project, const struct tree *source, const struct tools *tools,
		struct suite *ret, struct err *err);
void suite_release(struct suite *suite);

/* All public headers preprocessed for one who compiles so, #define lines kept. */
int suite_read_headers(const struct suite *suite, const struct build_options *user, struct arena *a, struct built *ret,
		       struct err *err);

/* Whether the file is a public header, or included by one. */
bool suite_is_public(const struct suite *suite, const char *path);

enum program_status {
	PROGRAM_PASSED,
	PROGRAM_FAILED,
	PROGRAM_WHITE_BOX,    /* defines or needs what only the library itself may: cannot judge a rewrite */
	PROGRAM_NOT_RUNNABLE, /* does not build here, or needs what the sandbox does not have */
};

const char *program_status_name(enum program_status status);

struct program_result {
	const char *name; /* "parse" or "parse/strict" */
	enum program_status status;
	const char *reason; /* one line; "" if it passed */
	bool unrelated;     /* white-box because it calls nothing of the library */
	struct test_line *tests; /* those that the report names; else the program is its own test */
	size_t tests_len;
	bool unended; /* the last of them has begun, and that it ended is not said */
	size_t passed, failed, skipped;
	struct run_result run;
	struct str output, errors; /* the end of what it wrote */
	struct strings inputs;     /* files of the project that it looked at, in byte order */
	struct arena arena; /* owns all of the above */
};

struct suite_result {
	const char *library_failure; /* why the library does not build, or NULL */
	struct program_result *programs;
	size_t programs_len;
	size_t passed, failed, skipped;     /* tests */
	size_t white_box, not_runnable;     /* programs */
	uint64_t wall_ns; /* building and testing */
	struct arena arena;
};

/* Runs every program. That something fails is in the result; an error means that recast
 * could not find out. */
int suite_run(const struct suite *suite, struct suite_result *ret, struct err *err);
void suite_result_release(struct suite_result *result);

#endif
