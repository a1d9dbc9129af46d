#ifndef RECAST_CLI_OPTIONS_H
#define RECAST_CLI_OPTIONS_H

/*
 * Options are rows in tables. One table feeds the parser, `--help`, the manual's
 * lists and completion, so they cannot drift apart; adding a row needs no other
 * edit.
 */

#include "core/err.h"

enum option_type { OPTION_FLAG, OPTION_TEXT, OPTION_NUMBER, OPTION_LIST };

/* Of an option that can be given several times: its values, in their order. */
enum { OPTION_LIST_MAX = 64 };

struct option_list {
	const char *items[OPTION_LIST_MAX];
	size_t len;
};

struct option {
	const char *name; /* without the dashes */
	char letter;      /* 0 if it has none */
	enum option_type type;
	size_t offset;    /* of a bool, const char *, unsigned or struct option_list in the command's values */
	const char *metavar;
	const char *help;
};

struct option_table {
	const struct option *rows;
	size_t len;
};

/*
 * Takes options and operands apart, in any order; "--" ends the options. Values
 * go into `values` at the rows' offsets, operands to the front of `args`.
 */
int options_parse(const struct option_table *tables, size_t tables_len, void *values, char **args, size_t *args_len,
		  struct err *err);

/*
 * Which of the forms that a result can be printed in is meant: `format` is what --format was given, or NULL; then it is json with
 * --json, and else the first. Another form together with --json is ERR_USAGE, as is one that there is not.
 */
int options_form(const char *const *forms, size_t len, const char *format, bool json, size_t *ret, struct err *err);

/* Prints the rows as `--help` shows them. */
void options_print(FILE *to, const struct option_table *table);

#endif
