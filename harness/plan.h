#ifndef RECAST_HARNESS_PLAN_H
#define RECAST_HARNESS_PLAN_H

/*
 * From a project to what must be compiled: its trees with the overlays in
 * place, its patterns expanded, and every object that is needed exactly once,
 * although several programs and configurations share them.
 */

#include "harness/project.h"

enum { PLAN_FILES_MAX = 10000, PLAN_OBJECTS_MAX = 20000, PLAN_PROGRAMS_MAX = 10000 };

/* An object to be made, and what came of it. */
struct plan_object {
	struct compile compile;
	bool of_library;
	const char *name; /* the source's path in the project */
	struct hash key;  /* equal for equal compilations */
	struct built built;
	struct err error; /* kind is ERR_NONE unless the compiler could not be run */
	struct arena arena; /* owns `built` */
};

struct plan_program {
	const char *name;
	const struct program *program;
	const struct configuration *configuration;
	size_t *objects; /* indices of its own objects */
	size_t objects_len;
	size_t *library; /* indices of the library's, in this configuration */
	size_t library_len;
};

struct plan {
	struct tree *library_tree; /* the project with the library's overlay */
	struct tree *tests_tree;   /* with the tests' overlay too; may be the same tree */
	struct plan_object *objects;
	size_t objects_len, objects_cap;
	struct plan_program *programs;
	size_t programs_len, programs_cap;
	struct plan_object *workload_objects; /* not made with the others: only measuring needs them */
	size_t workload_objects_len, workload_objects_cap;
	struct plan_program *workloads; /* with the configuration and library of some program; their objects are those above */
	size_t workloads_len;
	const char **headers; /* public ones, paths in the project */
	size_t headers_len;
	struct build_options user; /* how one who uses the library compiles */
	struct arena arena;
};

/* `source` has the library's files at PROJECT_ROOT and must outlive the plan; overlays
 * come from the project's own folder. */
int plan_make(const struct project *project, const struct tree *source, struct plan *ret, struct err *err);

/* A file of the project in one of the plan's trees, links followed; empty if there is none. */
struct str plan_text(const struct tree *tree, const char *path);

/* The options as the compiler takes them; strings live in the arena. */
struct compile plan_compile(const struct build_options *options, struct arena *a);
void plan_release(struct plan *plan);

/* The program's name without its configuration: "strpool" of "strpool/casefold". */
struct str plan_unconfigured(const char *program);

#endif
