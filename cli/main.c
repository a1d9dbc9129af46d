#include "cli/command.h"
#include "cli/terminal.h"
#include "core/mem.h"

static enum exit_code exit_code_of(enum err_kind kind)
{
	switch (kind) {
	case ERR_USAGE:
	case ERR_PARSE:
		return EXIT_USAGE;
	case ERR_CANCELLED:
		return EXIT_INTERRUPTED;
	default:
		return EXIT_ENVIRONMENT;
	}
}

static int complain(const struct err *err)
{
	terminal_clear_line();
	/* It may quote a hostile file. */
	fputs("recast: ", stderr);
	terminal_print(stderr, err->text, SIZE_MAX);
	fputc('\n', stderr);
	return (int)exit_code_of(err->kind);
}

static int check_operands(const struct command *c, size_t len, struct err *err)
{
	if (len >= c->operands_min && len <= c->operands_max)
		return 0;
	return err_set(err, ERR_USAGE, "%s: too %s words; usage: recast %s [options]%s%s", c->name,
		       len < c->operands_min ? "few" : "many", c->name, c->operands[0] ? " " : "", c->operands);
}

static int run_command(const struct command *c, char **args, size_t len)
{
	struct err err = {0};
	SCOPED_MEM void *values = mem_zalloc(1, c->values_size);
	struct common *common = values;
	const struct option_table tables[] = {c->options, common_options};
	common->folder = ".";
	int code = options_parse(tables, countof(tables), values, args, &len, &err);
	if (code == 0 && common->help) {
		command_help(stdout, c);
		return EXIT_GOOD;
	}
	if (code == 0)
		code = check_operands(c, len, &err);
	if (code == 0)
		code = c->run(values, args, len, &err);
	if (code < 0)
		return complain(&err);
	/* A full disk or a closed pipe must not look like success. */
	if (fflush(stdout) != 0 || ferror(stdout)) {
		err_errno(&err, "cannot write the result");
		return complain(&err);
	}
	return code;
}

int main(int argc, char **argv)
{
	char *help[] = {(char[]){"help"}};
	if (argc < 2)
		return run_command(command_find("help"), help, 0) == EXIT_GOOD ? EXIT_USAGE : EXIT_ENVIRONMENT;
	const char *name = argv[1];
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
		name = "help";
	if (strcmp(name, "--version") == 0)
		name = "version";
	const struct command *c = command_find(name);
	if (!c) {
		fprintf(stderr, "recast: no such command: %s; `recast help` lists them\n", name);
		return EXIT_USAGE;
	}
	terminal_init();
	return run_command(c, argv + 2, (size_t)argc - 2);
}
