#ifndef RECAST_HARNESS_BUILDFACTS_MESON_H
#define RECAST_HARNESS_BUILDFACTS_MESON_H

/*
 * What the parts of the Meson reader share: buildfacts_meson.c (tokens and
 * statements), _meson_values.c (expressions), _meson_calls.c (functions),
 * _meson_methods.c. Nobody else includes this.
 *
 * The language has no loops but over values, so a file is followed as it is
 * read. What hangs on the machine is MESON_UNKNOWN; if a condition is, all of
 * its branches are followed.
 */

#include "harness/buildfacts_reader.h"

enum meson_kind {
	MESON_UNKNOWN,
	MESON_BOOL,
	MESON_NUMBER,
	MESON_TEXT,
	MESON_LIST,
	MESON_DICT,
	MESON_FILE,   /* `text` is its path in the project */
	MESON_FOLDER, /* of include_directories, the same */
	MESON_PROGRAM, /* that is found; `text` is its path if the project has it, else NULL */
	MESON_TARGET,
	MESON_DEPENDENCY, /* `target` holds what it hands on */
	MESON_DATA,       /* configuration_data: `keys` and `items` */
	MESON_OBJECT,     /* "meson", "host_machine", a compiler: `text` says which */
};

struct meson_value {
	enum meson_kind kind;
	int64_t number; /* or whether it is true */
	const char *text;
	struct fact_target *target;
	struct meson_value **items; /* of a list; values of a dictionary */
	const char **keys;
	size_t len;
};

enum meson_token_kind { MESON_END, MESON_NAME, MESON_STRING, MESON_DIGITS, MESON_MARK, MESON_LINE };

struct meson_token {
	enum meson_token_kind kind;
	struct str text; /* of a string, without quotes */
	bool raw, format; /* '''…''', f'…' */
	unsigned line;
};

struct meson_script {
	const char *file, *folder;
	struct meson_token *items;
	size_t len;
};

struct meson_variable {
	struct meson_variable *next;
	const char *name;
	struct meson_value *value;
};

struct meson_args {
	struct meson_value **items; /* in order */
	size_t len;
	const char **names; /* with names */
	struct meson_value **named;
	size_t named_len;
};

struct meson {
	struct facts *f;
	const char *top; /* folder of the first file */
	const struct meson_script *script;
	size_t at; /* in its tokens */
	unsigned depth, unsure;
	bool leaving;       /* subdir_done() */
	bool in_options;    /* the file only declares options */
	struct meson_variable *variables[64], *options[64];
	struct fact_target all; /* add_project_arguments */
};

struct meson_value *meson_new(struct meson *m, enum meson_kind kind);
struct meson_value *meson_text(struct meson *m, const char *text);
struct meson_value *meson_bool(struct meson *m, bool is_true);
void meson_add(struct meson *m, struct meson_value *list, const char *key, struct meson_value *item);

/* NULL if there is none. */
struct meson_value *meson_get(struct meson *m, struct meson_variable *const *table, struct str name);
void meson_set(struct meson *m, struct meson_variable **table, struct str name, struct meson_value *value);
struct meson_value *meson_named(const struct meson_args *args, const char *name);
const char *meson_text_at(const struct meson_args *args, size_t i); /* NULL if it is no text */

/* -1 if nobody knows. */
int meson_truth(const struct meson_value *value);

/* Everything in it, lists within lists taken apart. */
void meson_flatten(struct meson *m, const struct meson_value *value, struct meson_value *list, unsigned depth);

/* From the token at m->at. Never NULL. */
struct meson_value *meson_expression(struct meson *m);

struct meson_value *meson_call(struct meson *m, struct str name, const struct meson_args *args, unsigned line);
struct meson_value *meson_method(struct meson *m, struct meson_value *of, struct str name,
				 const struct meson_args *args);

/* Follows a file; false if it is not there. */
bool meson_run(struct meson *m, const char *path);

#endif
