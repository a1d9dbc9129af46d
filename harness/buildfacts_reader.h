#ifndef RECAST_HARNESS_BUILDFACTS_READER_H
#define RECAST_HARNESS_BUILDFACTS_READER_H

/*
 * What the readers of build files share: what was found so far, the budget that
 * bounds all their work together, paths, variables. Nobody else includes this.
 *
 * A reader never fails. Once the budget is spent every helper answers with
 * nothing and every loop over input asks facts_spend, so that all of them end
 * soon, whatever the files say.
 */

#include "core/path.h"
#include "harness/buildfacts.h"
#include "harness/build.h"

enum {
	FACTS_FILE_MAX = 1 << 20,  /* bytes of one build file */
	FACTS_FILES_MAX = 500,     /* build files read */
	FACTS_VALUE_MAX = 1 << 18, /* bytes of a variable, of an argument */
	FACTS_LIST_MAX = 20000,    /* targets, tests, templates, each */
	FACTS_DEPTH_MAX = 24,      /* files, functions, brackets, variables within each other */
};

struct facts {
	struct arena *a; /* for everything until the reading is over */
	const struct tree_node *folder;
	uint64_t work; /* left; grows with the files, so that small ones are quick whatever is in them */
	const char *name, *version;
	struct {
		struct fact_target **items;
		size_t len, cap;
	} targets;
	struct {
		struct fact_test **items;
		size_t len, cap;
	} tests;
	struct {
		struct fact_template **items;
		size_t len, cap;
	} templates;
	struct strings headers, header_roots, files;
};

/* Takes work off the budget; false if there is none left. */
bool facts_spend(struct facts *f, size_t work);

/* A copy, or "" without budget. */
const char *facts_text(struct facts *f, struct str s);

const char *facts_lower(struct facts *f, struct str s);

/* Items with room for one more. It is made whenever their number is a power of two, so that a list needs no
 * capacity; a copy of a list must be copied whole before it grows. */
void *facts_room(struct arena *a, void *items, size_t len, size_t size);

/* Grows a list that was made by these two alone. The text must live as long. */
void facts_push(struct facts *f, struct strings *list, const char *text);
void facts_push_all(struct facts *f, struct strings *list, const struct strings *more);
bool facts_has(struct facts *f, const struct strings *list, const char *text);

/* The words between blanks; those between any of the bytes given. */
struct strings facts_words(struct facts *f, struct str text);
struct strings facts_split(struct facts *f, struct str text, const char *separators);

/*
 * A path as a build file in `folder` says it, relative to the project; "" is the
 * project itself. NULL if it leads outside or is no plain path. Absolute ones
 * are those below PROJECT_ROOT, which is where readers say that the project stands.
 */
const char *facts_path(struct facts *f, const char *folder, struct str path);

/* The folder that a path is in, "" if none. */
const char *facts_folder(struct facts *f, const char *path);

/* How a path is written so that it holds from everywhere. */
const char *facts_absolute(struct facts *f, const char *path);

/* NULL if there is no such file or folder; "" is the project's folder. */
const struct tree_node *facts_node(struct facts *f, const char *path);
bool facts_is_file(struct facts *f, const char *path);
bool facts_is_folder(struct facts *f, const char *path);

/* Files and, if asked for, folders that match, as paths in the project. `pattern` is one itself;
 * if `deep`, its last name is looked for in every folder below. */
struct strings facts_glob(struct facts *f, const char *pattern, bool deep, bool folders);

/* A build file's text, which is then on the list of those read; false if it is none. */
bool facts_open(struct facts *f, const char *path, struct str *ret_text);
bool facts_was_read(struct facts *f, const char *path);

/* By what their names end in. */
bool facts_is_source(struct str name);
bool facts_is_header(struct str name);

/* New rows. Never NULL. */
struct fact_target *facts_target(struct facts *f, const char *name, bool program, const char *file, unsigned line);
struct fact_test *facts_test(struct facts *f, const char *name, const char *program, const char *file, unsigned line);
struct fact_template *facts_template(struct facts *f, const char *from, const char *to, const char *file,
				     unsigned line);

/* Sorts a compiler's arguments into include, defines, flags and links; what names outputs, warnings, other tools
 * is left out. `folder` is where they would be used. */
void facts_arguments(struct facts *f, struct fact_target *t, const char *folder, const struct strings *words);

/* Adds the folder's headers to the installed ones. */
void facts_header_folder(struct facts *f, const char *folder);

/* A name at the beginning or end of a path, as a library's file has it: "libz.so.1" is "z". */
const char *facts_library_name(struct facts *f, struct str path);

/*
 * Whether a test is a script that is called like the program that it runs
 * ("tests/x.test" for "x"), which is then its name. What the program must print
 * often stands beside it; `ret_expected` is that file, or NULL.
 */
const char *facts_script(struct facts *f, const char *path, const char **ret_expected);

/* "ENABLE_TESTS", "with-tests": it is about tests being there, and not about how they run. */
bool facts_is_test_switch(struct str name);

/* Variables by name. Where one is not found, `parent` is asked. */
struct facts_var {
	const char *name;
	const char *value; /* NULL: not defined here, whatever the parent says */
	bool unsure;       /* set where nobody knows whether it would be */
	struct facts_var *next;
};

struct facts_vars {
	struct facts_vars *parent;
	struct facts_var *buckets[64];
};

struct facts_var *facts_var_find(struct facts *f, const struct facts_vars *vars, struct str name);
const char *facts_var(struct facts *f, const struct facts_vars *vars, struct str name); /* or NULL */
struct facts_var *facts_var_set(struct facts *f, struct facts_vars *vars, struct str name, const char *value);

/* One build file, by its path in the project. */
void facts_read_cmake(struct facts *f, const char *path);
void facts_read_meson(struct facts *f, const char *path);
void facts_read_make(struct facts *f, const char *path);
void facts_read_automake(struct facts *f, const char *path);
void facts_read_package(struct facts *f, const char *path);
void facts_read_pkgconfig(struct facts *f, const char *path);

#endif
