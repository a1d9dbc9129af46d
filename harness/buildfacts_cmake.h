#ifndef RECAST_HARNESS_BUILDFACTS_CMAKE_H
#define RECAST_HARNESS_BUILDFACTS_CMAKE_H

/*
 * What the parts of the CMake reader share: buildfacts_cmake.c (which command
 * comes next), _cmake_script.c (files as commands), _cmake_values.c (what an argument means, whether a condition
 * holds), _cmake_lists.c (commands on variables), _cmake_targets.c (commands
 * that say what is built and tested), _cmake_install.c (what is installed). Nobody else includes this.
 *
 * Source and build folder are one: what a build makes stands where its source
 * would. A condition that hangs on the machine is neither true nor false; then
 * every branch is followed, and what it says of things outside it is unsure.
 */

#include "harness/buildfacts_reader.h"

enum cmake_truth { CMAKE_NO, CMAKE_MAYBE, CMAKE_YES };

struct cmake_arg {
	struct str text; /* as it is written, without quotes */
	bool quoted;
	bool literal; /* between brackets: nothing in it is expanded */
};

struct cmake_command {
	const char *name; /* lower case */
	unsigned line;
	struct cmake_arg *args;
	size_t args_len;
	size_t next; /* of a block: where its next part or its end is */
};

struct cmake_script {
	const char *file;
	struct cmake_command *items;
	size_t len;
};

/* A folder with a CMakeLists.txt: what holds for all targets made in it. */
struct cmake_folder {
	const char *path;
	struct fact_target all;
};

struct cmake_target {
	struct fact_target *fact;
	size_t index;
	struct cmake_folder *folder;
	struct fact_target shared; /* include and defines for whoever links with it */
};

struct cmake_test {
	const char *name;
	const char *folder;
	const char *cwd; /* or NULL */
	struct strings command, env;
	bool will_fail;
	const char *file;
	unsigned line;
};

struct cmake_function;

struct cmake {
	struct facts *f;
	struct cmake_folder *folder;
	struct facts_vars *vars, *cache; /* of the innermost scope; of the outermost */
	struct facts_vars options; /* names of those that are off */
	struct facts_vars aliases; /* of targets */
	const struct cmake_script *script;
	unsigned line;
	unsigned depth;       /* scripts, functions and blocks within each other */
	unsigned unsure;      /* branches that nobody knows to be taken */
	size_t sure_targets;  /* those that were there before the outermost of these */
	bool saw_unsure;      /* an expansion met a value that hangs on the machine */
	bool saw_off;         /* a condition met an option that is off */
	struct cmake_function *functions; /* newest first */
	struct {
		struct cmake_target **items;
		size_t len, cap;
	} targets;
	struct {
		struct cmake_test **items;
		size_t len, cap;
	} tests;
};

const struct cmake_script *cmake_parse(struct facts *f, const char *file, struct str text);
bool cmake_is_branch(const struct cmake_command *command);

/* Which command ends the block that this one opens, or NULL. */
const char *cmake_block_end(const struct cmake_command *command);

/* An argument's text with its variables filled in; the whole list of arguments, with lists taken apart. */
const char *cmake_expand(struct cmake *c, const struct cmake_arg *arg);
struct strings cmake_args(struct cmake *c, const struct cmake_command *command);

/* What a list's text holds. */
struct strings cmake_list(struct cmake *c, struct str text);
const char *cmake_join(struct cmake *c, const struct strings *list, const char *between);

/* Generator expressions are replaced by what they stand for in a build; "$<TARGET_OBJECTS:x>" stays. */
const char *cmake_generate(struct cmake *c, const char *text);

enum cmake_truth cmake_condition(struct cmake *c, const struct cmake_command *command);
bool cmake_is_on(struct str text);

const char *cmake_var(struct cmake *c, const char *name); /* or NULL */
void cmake_set(struct cmake *c, const char *name, const char *value);

/* A path as the current folder's file says it, or NULL. */
const char *cmake_path(struct cmake *c, const char *text);

/* False if it is no such command. `args` are those of the command, expanded. */
bool cmake_run_list_command(struct cmake *c, const char *name, const struct strings *args);
bool cmake_run_target_command(struct cmake *c, const char *name, const struct strings *args);
bool cmake_run_install_command(struct cmake *c, const char *name, const struct strings *args);

struct cmake_target *cmake_find_target(struct cmake *c, struct str name);

/* When a folder's file ends, and when all do. */
void cmake_end_folder(struct cmake *c, size_t first_target);
void cmake_end(struct cmake *c);

#endif
