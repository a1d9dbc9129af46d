#ifndef RECAST_HARNESS_BUILDFACTS_MAKE_H
#define RECAST_HARNESS_BUILDFACTS_MAKE_H

/*
 * Makefiles. Plain make and automake share buildfacts_maketext.c (lines and
 * conditions), _makerules.c, _makevars.c, _makefunctions.c, and buildfacts_shell.c
 * (recipes as commands). For plain ones buildfacts_makebuild.c says what their
 * rules build, and buildfacts_make.c what they test and install. Nobody else
 * includes this.
 */

#include "core/buf.h"
#include "harness/buildfacts_reader.h"

struct make_recipe {
	struct strings lines; /* as they are written */
	unsigned line;        /* of the first target */
	const char *file;
	struct facts_vars *own; /* set by this line for its targets; or NULL */
};

struct make_rule {
	const char *target;
	struct strings needs;
	struct make_recipe *recipe; /* NULL if no lines are known for it */
	struct facts_vars *own;     /* variables that hold for it alone; or NULL */
	const char *stem;           /* what "%" stood for, or "" */
	const char *file;
	unsigned line;
	struct make_rule *next; /* in its bucket */
};

/* "%.o: %.c", also from ".c.o:". */
struct make_pattern {
	const char *target;
	struct strings needs;
	struct make_recipe *recipe;
};

enum make_condition { MAKE_FALSE, MAKE_TRUE, MAKE_EITHER };

struct make {
	struct facts *f;
	const char *folder; /* where it runs, and what its paths are relative to */
	const char *file;
	unsigned line;
	unsigned depth;
	bool automake;           /* "if NAME" instead of "ifdef NAME" */
	bool otherwise;          /* in an "else" of which nobody knows: does not change what is set */
	struct facts_vars vars;  /* unexpanded; those that are expanded at once have their "$" doubled */
	struct facts_vars *scope; /* vars, or those of a rule above them */
	struct strings names;    /* of variables, in the order in which they came */
	unsigned *name_lines;
	const struct make_rule *at; /* what "$@" and its like are about; NULL outside recipes */
	struct facts_vars *configured; /* what "@name@" stands for; or NULL */
	struct facts_vars *conditions; /* automake's: "1" or "0"; or NULL */
	struct strings search;   /* folders from VPATH and vpath */
	struct {
		struct make_rule **items;
		size_t len, cap;
	} rules;
	struct make_rule *buckets[128];
	struct {
		struct make_pattern *items;
		size_t len, cap;
	} patterns;
};

/* Reads a file and those that it includes. False if it is none. */
bool make_parse(struct make *m, const char *path);
void make_release(struct make *m);

void make_add_rule(struct make *m, const char *target, const struct strings *needs, struct make_recipe *recipe);

void make_set(struct make *m, const char *name, const char *value);

/* Expanded; "" if it is not set. */
const char *make_var(struct make *m, const char *name);
const char *make_expand(struct make *m, struct str text);
struct strings make_words(struct make *m, struct str text);

/* The same within each other; `depth` says how far. */
void make_expand_into(struct make *m, struct str text, struct buf *out, unsigned depth);
const char *make_expanded(struct make *m, struct str text, unsigned depth);

/* "name arguments"; false if it is a variable's name. */
bool make_run_function(struct make *m, struct str inside, struct buf *out, unsigned depth);

void make_put_words(struct make *m, struct buf *out, const struct strings *words);
void make_patsubst(struct make *m, struct str from, struct str to, const struct strings *words, struct buf *out);
struct str make_folder_part(struct str word); /* with its "/" */

/* "%" in the pattern takes what it can of the word; NULL if it does not match. */
const char *make_stem(struct make *m, struct str pattern, struct str word);
const char *make_fill(struct make *m, struct str pattern, const char *stem);

/* The rule for a target; one is made from a pattern if need be. Or NULL. */
struct make_rule *make_find_rule(struct make *m, const char *target);

/* A source where it is found, also in the folders searched; NULL if it is not there. */
const char *make_find_file(struct make *m, const char *name);

/* One command of a shell's line. */
struct shell_command {
	struct strings env, words;
	const char *in, *out; /* files, as they are written; or NULL */
	bool takes, gives;    /* through a pipe */
	const char *cwd;      /* in the project, or NULL if it is not known */
};

struct shell_commands {
	struct shell_command *items;
	size_t len;
};

/* The words of one command, without their quotes. */
struct strings shell_words(struct facts *f, const char *text);

/* Loops over words are written out, variables that the line itself sets are filled in. */
struct shell_commands shell_parse(struct facts *f, const char *folder, struct str line);

/* Something that a rule builds. */
struct product {
	const char *path; /* in the project */
	struct fact_target *target;
	bool extra; /* a benchmark, an example */
};

struct making {
	struct make make;
	struct facts *f;
	struct {
		struct product *items;
		size_t len, cap;
	} products;
	size_t first_target; /* of this file's */
	unsigned depth;
	const char *written;     /* file that the last test wrote to; what is compared with it is expected */
	struct fact_test *last; /* test of the recipe that is read */
};

bool make_is_object(const char *name);

/* By the name: a benchmark or an example, or a rule that cleans up or makes sources. */
bool make_is_extra(const char *name);

/* Of a command's first word, whether it is one of these tools, also with a prefix and a version. */
bool make_is_tool(const char *word, const char *const *tools, size_t len);
bool make_is_compiler(const char *word);
bool make_is_archiver(const char *word);
bool make_has_word(const struct strings *words, const char *word);

/* A rule's recipe, with its variables filled in, as commands. */
struct shell_commands make_commands_of(struct making *k, const struct make_rule *rule);

void make_build(struct making *k, const struct make_rule *rule);

#endif
