#ifndef RECAST_HARNESS_PROJECT_H
#define RECAST_HARNESS_PROJECT_H

/*
 * recast.json, read and checked: what a library consists of and how its tests
 * are built, run and read. The file can come with a repository, so it is
 * hostile: every path in it stays inside the project, every list is bounded,
 * and it can name no command. specs/recast.schema.json describes it for
 * editors; man/recast.json.5 for people.
 *
 * Paths are relative to the project's folder, with "/" between names and no
 * ".." in them. Everything lives in the arena given to project_read.
 */

#include "harness/engine.h"
#include "harness/build.h"
#include "harness/testreport.h"

/* Files that recast.json itself holds, or that stand elsewhere in the project,
 * laid over its tree before anything is built. */
struct overlay_file {
	const char *path;
	struct str content;
};

struct overlay {
	const char *folder; /* its files are laid over the project's, or NULL */
	struct overlay_file *files;
	size_t files_len;
};

/* How something is compiled. */
struct build_options {
	struct strings include, defines, flags;
};

struct library {
	struct strings sources; /* patterns */
	struct strings headers; /* patterns; the public ones */
	struct build_options options;
	struct overlay overlay;
};

struct expectation {
	int exit_code;
	const char *stdout_file; /* or NULL: any output */
};

/* The same program built another way; its defines and flags go to the
 * library's objects too. */
struct configuration {
	const char *name;
	struct strings defines, flags;
	struct expectation expect;
};

struct program {
	const char *name;
	struct strings sources; /* patterns */
	struct build_options options;
	struct strings args, env;
	const char *stdin_file; /* or NULL */
	const char *cwd;        /* "" for the project's folder */
	bool writable;          /* may write in the project's tree, a copy of its own */
	bool visible;           /* its tests are never sealed */
	const struct testreport_format *report; /* NULL: its end is its result */
	struct configuration *configurations; /* at least one; its name is "" if it is the only one */
	size_t configurations_len;
	/* Set instead of `sources` for "each": one program for every match. */
	struct strings each, exclude;
};

struct tests {
	struct strings sources; /* patterns; linked into every program */
	struct build_options options;
	struct overlay overlay;
	struct program *programs;
	size_t programs_len; /* may be 0 */
};

/* A program that only measures: it is handed n and a number by which its inputs vary, behind its own arguments. */
struct project_workload {
	struct program program; /* without configurations and report */
	uint64_t n;             /* to begin with */
};

struct project_limits {
	struct limits run;
	size_t output_bytes;
	uint64_t disk_bytes;
	uint64_t clock_ns;
	struct build_limits build;
};

/* Where the original is; not set: the project's own folder. */
struct project_source {
	const char *id; /* of a commit or a tree in .recast/source.git, or NULL */
	bool is_tree;
};

/* How many tests a model is not shown. */
struct sealing {
	unsigned percent;
	uint64_t seed;
};

/* How much must have been judged, so that a verdict can be a pass. */
struct verdict_needs {
	unsigned tests;   /* "min_tests" */
	double exercised; /* "min_exercised": share of the public functions that tests call */
};

/* How a rewrite is judged. */
struct candidate_rules {
	bool unjudged_allowed; /* lines that the preprocessor leaves out do not count against it */
	bool memory_off;       /* what it does with memory is not judged */
};

struct project {
	const char *folder; /* on the host */
	const char *name;
	const char *language; /* of a row in harness/language.h */
	struct project_source source;
	struct sealing sealed;
	struct strings consent; /* files that may be shown although they quote the implementation */
	struct library library;
	struct tests tests;
	struct project_workload *workloads;
	size_t workloads_len; /* may be 0 */
	struct candidate_rules candidate;
	struct project_limits limits;
	struct verdict_needs verdict;
	size_t differential_inputs; /* 0: calls past the tests are not judged */
	struct strings trace_free; /* what may differ in traces: "parse.output", "f.*" */
};

extern const struct project_limits project_default_limits;
extern const struct verdict_needs project_default_verdict;

enum {
	PROJECT_FILE_MAX = 4 << 20,
	PROJECT_LIST_MAX = 10000,
	PROJECT_STRING_MAX = 4096,
	PROJECT_WORKLOADS_MAX = 100,
	PROJECT_WORKLOAD_N = 1000,
	PROJECT_WORKLOAD_N_MAX = 1000000000,
	PROJECT_INPUTS = 40000,
	PROJECT_INPUTS_MAX = 10000000,
};

/* Reads FOLDER/recast.json. `folder` is borrowed. */
int project_read(const char *folder, struct arena *a, struct project *ret, struct err *err);

/* As above from bytes, for tests: nothing on the host is looked at. */
int project_parse(struct str text, const char *folder, struct arena *a, struct project *ret, struct err *err);

#endif
