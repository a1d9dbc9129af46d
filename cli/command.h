#ifndef RECAST_CLI_COMMAND_H
#define RECAST_CLI_COMMAND_H

/*
 * A command is a row: its name, a sentence, its options and a function. Each
 * has a file of its own, cmd_NAME.c, and commands.c lists them.
 */

#include "cli/options.h"

/* What every command takes; first in the values of each. */
struct common {
	const char *folder; /* -C */
	bool json, quiet, help;
	unsigned jobs; /* 0: one for each processor */
};

extern const struct option_table common_options;

enum exit_code {
	EXIT_GOOD = 0,
	EXIT_NEGATIVE = 1,
	EXIT_USAGE = 2,
	EXIT_INCONCLUSIVE = 3,
	EXIT_ENVIRONMENT = 4,
	EXIT_INTERRUPTED = 130,
};

struct command {
	const char *name;
	const char *operands; /* as the usage line shows them */
	const char *summary;  /* one line */
	const char *detail;   /* what --help adds, or NULL */
	size_t operands_min, operands_max;
	struct option_table options;
	size_t values_size; /* of a struct that begins with a struct common */
	/* An exit code, or -1 with an error. */
	int (*run)(void *values, char **operands, size_t operands_len, struct err *err);
};

extern const struct command *const commands[]; /* ends with NULL */

const struct command *command_find(const char *name);

void command_help(FILE *to, const struct command *command);

#endif
