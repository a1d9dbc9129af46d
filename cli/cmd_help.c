#include "cli/command.h"

struct help_values {
	struct common common;
	bool complete;
};

static void print_overview(void)
{
	puts("recast: C libraries and their tests, built, run and judged in a sandbox.\n\n"
	     "usage: recast COMMAND [options]\n");
	for (const struct command *const *c = commands; *c; c++)
		printf("  %-12s%s\n", (*c)->name, (*c)->summary);
	puts("\n`recast help COMMAND` says more; `man recast` says all.");
}

static void print_options(const struct option_table *table)
{
	for (size_t i = 0; i < table->len; i++)
		printf("--%s\n", table->rows[i].name);
}

/* The words that can stand next, one a line, for the shells' completion. */
static void print_words(const struct command *c)
{
	if (c) {
		print_options(&c->options);
		print_options(&common_options);
		return;
	}
	for (const struct command *const *row = commands; *row; row++)
		puts((*row)->name);
}

static int run(void *values, char **operands, size_t operands_len, struct err *err)
{
	const struct help_values *v = values;
	const struct command *c = operands_len ? command_find(operands[0]) : NULL;
	if (v->complete) {
		print_words(c);
		return EXIT_GOOD;
	}
	if (operands_len && !c)
		return err_set(err, ERR_USAGE, "no such command: %s; `recast help` lists them", operands[0]);
	if (c)
		command_help(stdout, c);
	else
		print_overview();
	return EXIT_GOOD;
}

static const struct option options[] = {
	{"complete", 0, OPTION_FLAG, offsetof(struct help_values, complete), NULL,
	 "print words for the shell's completion"},
};

const struct command cmd_help = {
	.name = "help",
	.operands = "[COMMAND]",
	.summary = "Say what recast does, or a command",
	.operands_max = 1,
	.options = {options, countof(options)},
	.values_size = sizeof(struct help_values),
	.run = run,
};
