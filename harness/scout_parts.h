#ifndef RECAST_HARNESS_SCOUT_PARTS_H
#define RECAST_HARNESS_SCOUT_PARTS_H

/*
 * Between the files of scout: what is known of the project so far. Everything
 * lives in the arena that scout_run is given, apart from growable lists, which
 * scout.c releases. Paths are relative to the project's folder.
 *
 *	scout_files.c    which files there are, by place and by what stands in them
 *	scout_words.c    what names of folders and files hint at
 *	scout_compile.c  trial compilation, symbols
 *	scout_symbols.c  who defines what
 *	scout_include.c  headers that were not found: folders
 *	scout_made.c     headers that a build makes
 *	scout_reach.c    what sources include, and which folders they need for that
 *	scout_headers.c  which headers are public, and what they declare
 *	scout_library.c  which sources are the library's
 *	scout_repair.c   sources that do not compile
 *	scout_single.c   libraries that are a header
 *	scout_tests.c    which programs are tests, and what they are built of
 *	scout_whitebox.c tests that include a source of the library
 *	scout_said.c     programs that build files call tests
 *	scout_trial.c    running them, until they pass or nothing is left to try
 *	scout_keep.c     what of them is kept, and what is said of them
 *	scout_json.c     recast.json
 */

#include "core/path.h"
#include "harness/buildfacts.h"
#include "harness/nameset.h"
#include "harness/project.h"
#include "harness/scout.h"
#include "harness/suite.h"

enum {
	SCOUT_FILES_MAX = 50000,   /* of all kinds */
	SCOUT_SOURCES_MAX = 3000,  /* that are compiled */
	SCOUT_SCAN_MAX = 4 << 20,  /* bytes of a file that are looked at */
	SCOUT_ROUNDS_MAX = 24,     /* of compiling and looking for what was missing */
	SCOUT_PROGRAMS_MAX = 500,
	SCOUT_FINDINGS_MAX = 200,
	SCOUT_TEXT_MAX = 300,      /* bytes of a finding's text */
};

/* A growable list of borrowed strings. */
struct scout_list {
	const char **items;
	size_t len, cap;
};

enum scout_place {
	PLACE_LIBRARY,
	PLACE_VENDOR,  /* somebody else's, brought along */
	PLACE_TEST,
	PLACE_EXAMPLE,
	PLACE_ASIDE,   /* benchmarks, tools, other platforms, documents */
};

struct scout_include {
	struct str name;
	bool quoted;
};

/* What came of compiling a source. */
struct scout_object {
	bool tried, ok;
	bool has_main;
	const char *failure;      /* one line, or NULL */
	const char *missing;      /* a header that was not found, or NULL */
	const char *missing_from; /* the file that includes it */
	const char *unknown_macro; /* a name in capitals that stands where a type should, or NULL */
	const char *failed_in;    /* the file of the first error, or NULL */
	unsigned failed_line;
	struct strings defined, needed; /* global names */
};

struct scout_file {
	const char *path, *folder, *base; /* folder is "" for the project's own */
	struct str text;
	enum scout_place place;
	bool header;   /* else a source, or neither */
	bool source;
	bool included; /* a source that another source includes */
	struct scout_include *includes;
	size_t includes_len;
	bool in_library; /* chosen */
	bool said;       /* a build file puts it into the library */
	bool stubbed;    /* tests that include it see its public side only */
	struct scout_object object;
};

/* A file that recast.json will hold. */
struct scout_made {
	const char *path;
	const char *of; /* the template, or NULL */
	struct str text;
};

struct scout_made_list {
	struct scout_made *items;
	size_t len, cap;
};

struct scout_options {
	struct scout_list include, defines, flags;
};

/* One way to build and run a program. */
struct scout_variant {
	const char *name; /* "" if it is the only one */
	struct scout_list defines, flags;
	const char *expected_file; /* or NULL */
	int expected_exit;
	bool failed; /* in the last run */
};

struct scout_program {
	const char *name;
	const char *given; /* what a build file or its source calls it; others may be called so too */
	const char *source; /* the one that has main */
	struct scout_list helpers; /* paths of its other sources */
	struct scout_options options;
	struct strings args, env;
	const char *stdin_file, *cwd;
	bool writable;
	const char *report; /* a format's name; "exit" */
	struct scout_variant *variants;
	size_t variants_len;
	bool said; /* a build file calls it a test */
	bool builds_library; /* and compiles the library with it */
	const char *said_by, *said_in; /* file and line; the file's name */
	bool settled, passed, drop;
	bool unrelated;      /* it calls nothing of the library */
	enum program_status status; /* of the last run */
	const char *reason; /* why it does not pass where it first started; "" */
	size_t named_passed; /* tests of its report that pass all the same */
	struct scout_list folders; /* where it may have to start, best first */
	size_t attempt;
	bool asks;          /* prints its usage */
	const char *guess;  /* a report's name that its output fits, or NULL */
	bool retry;         /* another folder may help */
	bool slow, patient; /* ran into a limit of a trial; may take as long as a test may */
	bool tried_report, passed_before, reported;
};

struct scout {
	const struct tree *tree;
	struct tree *library_tree; /* with the files made for the library */
	struct tree *tests_tree;   /* and those for tests; NULL until it is needed */
	const char *name;
	const struct tools *tools;
	struct arena *a;
	struct buildfacts facts;
	struct {
		struct scout_file *items; /* in byte order of their paths */
		size_t len, cap;
	} files;
	struct {
		struct scout_finding *items;
		size_t len, cap;
	} findings;
	struct scout_options library, tests;
	struct scout_list refused; /* defines of build files that the sandbox does better without */
	struct scout_made_list library_files, tests_files;
	struct scout_list headers; /* public ones */
	struct scout_list sources; /* of the library, chosen or made */
	struct nameset declared;   /* names that public headers declare */
	struct nameset library_names; /* symbols that chosen sources define */
	struct scout_list common;  /* sources of all programs */
	const char *report;        /* of most programs */
	struct {
		struct scout_program *items;
		size_t len, cap;
	} programs;
	bool is_single;  /* the library is a header */
	bool config_refused; /* less compiles with the configuration header */
	size_t compiled; /* sources so far */
	size_t checked;  /* defines of programs */
	const char *library_failure; /* or NULL */
	size_t said, guessed, examples, unrelated, asking, left_out; /* programs */
};

/* ---- scout.c */

void scout_find(struct scout *s, enum finding_kind kind, const char *key, const char *format, ...) PRINTF_LIKE(4, 5);

/* Adds a string that is not there yet; false if it is. */
bool scout_list_add(struct scout_list *list, const char *item);
bool scout_list_has(const struct scout_list *list, const char *item);

/* ---- scout_words.c */

enum scout_place scout_place(const char *path);
bool scout_is_private(const char *base);

/* Whether a name (of a header, without suffix) is that of the project, give or take "lib" and case. */
bool scout_is_named(const char *base, const char *project);

/* Whether recast.json can have it as a define. */
bool scout_is_define(const char *define);

/* How many leading folders two paths share. */
size_t scout_shared(const char *a, const char *b);

/* ---- scout_files.c */

int scout_files(struct scout *s, struct err *err);
struct scout_file *scout_file(const struct scout *s, const char *path);

/* One that is made. Indices and pointers of others are void afterwards. */
void scout_add_file(struct scout *s, const char *path, struct str text);

/* The file that an include means, seen from another file and through the folders, or NULL. */
struct scout_file *scout_included(const struct scout *s, const struct scout_file *from,
				  const struct scout_include *include, const struct scout_list *folders);

/* Whether a source has one of the names outside of all braces, as where it would be defined. */
bool scout_mentions(const struct scout_file *f, const struct nameset *names);

/* The string literals of a source, as far as they look like names of files. */
void scout_strings(struct scout *s, const struct scout_file *f, struct scout_list *list, size_t max);

/* ---- scout_symbols.c */

/* A symbol and one source that defines it. */
struct scout_definition {
	const char *name;
	size_t file;
};

struct scout_index {
	struct scout_definition *items; /* in order of names */
	size_t len, cap;
};

/* Of all sources for which `wanted` holds. What was in the index goes. */
void scout_index_make(const struct scout *s, bool (*wanted)(const struct scout_file *), struct scout_index *index);

/* Where the definitions of a name begin, or would begin. */
size_t scout_index_first(const struct scout_index *index, const char *name);

/* ---- scout_compile.c */

struct scout_job {
	size_t *items; /* indices of files */
	size_t len, cap;
};

/* Compiles them in parallel; what came of it is in each file's `object`. */
int scout_compile(struct scout *s, const struct scout_job *job, bool tests, const struct scout_options *extra,
		  struct err *err);

/* The same, and again with what was missing, as long as that helps. */
int scout_compile_settle(struct scout *s, const struct scout_job *job, bool tests, struct err *err);

/* A text that is compiled as a file of the project would be. */
int scout_compile_text(struct scout *s, const char *text, const char *define, struct scout_object *ret,
		       struct err *err);

/* What the preprocessor makes of it, or an empty string if it cannot. */
int scout_preprocess_text(struct scout *s, const char *text, struct str *ret, struct err *err);

int scout_renew_trees(struct scout *s, struct err *err);

/* ---- scout_include.c */

/* Makes the header be found from now on, or returns false. */
int scout_find_header(struct scout *s, const char *name, const char *from, bool tests, bool *ret_found,
		      struct err *err);

/* Looks for configuration headers that are only asked for under HAVE_CONFIG_H. */
int scout_config_header(struct scout *s, struct err *err);

/* ---- scout_made.c */

/* Makes a header for a file that includes it. *ret_found stays as it is if that cannot be. */
int scout_make_header(struct scout *s, const char *name, const char *from, bool *ret_found, struct err *err);

/* Whether there is a template for it, or a build file that lists what it asks. */
bool scout_can_make(const struct scout *s, const char *name, const char *from);

/* Makes those that are installed: files of the project from then on. */
int scout_make_installed(struct scout *s, struct err *err);

/* Those that public headers include are public. */
void scout_publish_made(struct scout *s);

/* ---- scout_reach.c */

/* A walk over files and all that they include, each once. */
struct scout_reach {
	const struct scout *s;
	bool *seen;          /* by index of the file */
	struct scout_job queue;
	size_t at;
	const struct scout_list *folders[2]; /* either may be NULL */
};

void scout_reach_init(struct scout_reach *reach, const struct scout *s, const struct scout_list *first,
		      const struct scout_list *second);
void scout_reach_add(struct scout_reach *reach, const char *path);

/* The next file, whose includes are then in the queue; NULL at the end. */
const struct scout_file *scout_reach_next(struct scout_reach *reach);
void scout_reach_release(struct scout_reach *reach);

/* Whether the source, or what it includes, is one of the files. */
bool scout_reaches(const struct scout *s, const char *source, const struct scout_made_list *files);

/* Takes folders out of the list in which none of the sources, or what they include, finds a header. */
int scout_prune(struct scout *s, const struct scout_list *sources, struct scout_list *folders, struct err *err);

/* ---- scout_headers.c, scout_library.c, scout_single.c */

int scout_headers(struct scout *s, struct err *err);

/* Adds to `declared` what only the preprocessor sees in public headers: names that macros put together. */
int scout_expanded_names(struct scout *s, struct err *err);
int scout_library(struct scout *s, struct err *err);
bool scout_is_candidate(const struct scout_file *f);
int scout_single(struct scout *s, struct err *err);

/* Names in the conditions of a text, apart from guards; stops when there are `max`. */
void scout_macros(struct scout *s, struct str text, struct scout_list *list, size_t max);

/* ---- scout_repair.c */

/* Tries macros on those of the job that fail. */
int scout_repair(struct scout *s, const struct scout_job *job, struct err *err);

/* With the configuration header that a build would have, if that does no harm. */
int scout_configure(struct scout *s, struct err *err);

/* Options of a build file under which less compiles than without are dropped. */
int scout_check_options(struct scout *s, const struct scout_job *job, struct err *err);

/* ---- scout_tests.c, scout_trial.c, scout_keep.c, scout_json.c */

int scout_tests(struct scout *s, struct err *err);

/* Programs that show how the library is used, where there are no tests. */
int scout_examples(struct scout *s, struct err *err);

/* Sources and headers of tests with their private parts taken out, as far as that makes them compile. */
int scout_public_tests(struct scout *s, const struct scout_job *job, struct err *err);

/* No two programs that stay may have one name. */
void scout_name_programs(struct scout *s);

/* Whether two build files tell of one program. */
bool scout_is_told_twice(const struct scout_program *p, const struct scout_program *q);

/* Programs that build files call tests. */
int scout_said_tests(struct scout *s, struct err *err);
int scout_trial(struct scout *s, struct err *err);

/* Whether a build file calls it a test and some of its tests pass by name although it fails: these can judge. */
bool scout_is_judge(const struct scout_program *p);

/* Drops programs that are of no use, and says what there is. */
void scout_keep(struct scout *s);

/* The proposal; `plain` has each program by itself, in order. */
json_t *scout_json(struct scout *s, bool plain);

#endif
