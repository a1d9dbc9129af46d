#ifndef RECAST_HARNESS_BUILDFACTS_H
#define RECAST_HARNESS_BUILDFACTS_H

/*
 * What a library's own build files say about it: CMake, Meson, automake, plain
 * make. They are read, never run: variables, lists, loops over literal lists
 * and the common commands are followed, the rest is passed over. So all of this
 * is hearsay, to be tried in the sandbox before it is believed.
 *
 * Each kind of file is a row of a table: the name that it goes by, and a reader.
 * Paths are relative to the project's folder; those that lead outside it are
 * dropped, and so is what neither is there nor is a template's `to`. Arguments
 * and defines are texts: where a build file has a full path in them, it begins
 * with PROJECT_ROOT. Files are hostile: bounded, any bytes.
 */

#include "core/arena.h"
#include "core/err.h"
#include "harness/tree.h"

struct fact_target {
	const char *name;
	bool program; /* else a library */
	bool test;    /* said to be built for tests only: check_PROGRAMS, used by add_test, needed for "check" */
	struct strings sources, include, defines, flags;
	struct strings links; /* names of targets that it links with */
	const char *file;     /* that says so */
	unsigned line;
};

/* One run of a program as a test. */
struct fact_test {
	const char *name;
	const char *program; /* a target's name */
	struct strings args, env; /* "NAME=value" */
	const char *cwd;          /* "" for the project's folder, NULL if it is not said */
	const char *stdin_file;    /* or NULL */
	const char *expected_file; /* that its output is compared with, or NULL */
	int expected_exit;         /* 0 unless it is said to fail */
	const char *file;
	unsigned line;
};

/* configure_file(from to), AC_CONFIG_HEADERS([to:from]). */
struct fact_template {
	const char *from; /* NULL if there is none: the file is made of `values` and `asks` alone */
	const char *to;   /* relative to the build folder that mirrors the project */
	bool verbatim;    /* copied as it is */
	struct strings values; /* that do not depend on the machine: "NAME=value"; "NAME" if it stays undefined */
	struct strings asks;   /* names that are defined if the machine has what they stand for: "HAVE_UNISTD_H" */
	const char *file;
	unsigned line;
};

struct buildfacts {
	const char *name, *version; /* of the project, or NULL */
	struct fact_target *targets;
	size_t targets_len;
	struct fact_test *tests;
	size_t tests_len;
	struct fact_template *templates;
	size_t templates_len;
	struct strings headers;       /* installed ones; may name generated files, as their `to` */
	struct strings header_roots;  /* folders that users have as -I for headers installed by folders */
	struct strings files;         /* build files that were read */
};

/*
 * Reads the build files in the folder, those that they name, then others below;
 * in folders for other people's projects and for examples only those that are
 * named. Trouble with one is not the caller's: it is passed over.
 */
int buildfacts_read(const struct tree_node *folder, struct arena *a, struct buildfacts *ret, struct err *err);

#endif
