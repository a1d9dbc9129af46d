#include "cli/command.h"

extern const struct command cmd_add, cmd_bench, cmd_check, cmd_doctor, cmd_extract, cmd_generate, cmd_harden, cmd_help,
	cmd_init, cmd_log, cmd_report, cmd_run, cmd_show, cmd_similarity, cmd_strength, cmd_version;

const struct command *const commands[] = {
	&cmd_init,   &cmd_run, &cmd_extract, &cmd_generate, &cmd_add,  &cmd_check,   &cmd_bench, &cmd_similarity,
	&cmd_strength, &cmd_harden, &cmd_report, &cmd_log, &cmd_show, &cmd_doctor, &cmd_help, &cmd_version, NULL,
};

static const struct option common_rows[] = {
	{"directory", 'C', OPTION_TEXT, offsetof(struct common, folder), "DIR", "the project's folder (here)"},
	{"json", 0, OPTION_FLAG, offsetof(struct common, json), NULL, "print the result as JSON"},
	{"jobs", 'j', OPTION_NUMBER, offsetof(struct common, jobs), "N", "work in N threads (one a processor)"},
	{"quiet", 'q', OPTION_FLAG, offsetof(struct common, quiet), NULL, "show no progress"},
	{"help", 'h', OPTION_FLAG, offsetof(struct common, help), NULL, "show this"},
};

const struct option_table common_options = {common_rows, countof(common_rows)};

const struct command *command_find(const char *name)
{
	for (const struct command *const *c = commands; *c; c++) {
		if (strcmp((*c)->name, name) == 0)
			return *c;
	}
	return NULL;
}

void command_help(FILE *to, const struct command *c)
{
	fprintf(to, "usage: recast %s [options]%s%s\n\n%s.\n", c->name, c->operands[0] ? " " : "", c->operands,
		c->summary);
	if (c->detail)
		fprintf(to, "\n%s", c->detail);
	fprintf(to, "\noptions:\n");
	options_print(to, &c->options);
	options_print(to, &common_options);
	fprintf(to, "\n`man recast-%s` has the whole.\n", c->name);
}
