#include "cli/command.h"
#include "cli/terminal.h"
#include "core/mem.h"

#include <fcntl.h>
#include <unistd.h>

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
	terminal_say(err->text);
	return (int)exit_code_of(err->kind);
}

static int check_operands(const struct command *c, size_t len, struct err *err)
{
	if (len >= c->operands_min && len <= c->operands_max)
		return 0;
	return err_set(err, ERR_USAGE, "%s: too %s words; usage: recast %s [options]%s%s", c->name,
		       len < c->operands_min ? "few" : "many", c->name, c->operands[0] ? " " : "", c->operands);
}

/* An exit code, or -1 with an error. `values` begin with a struct common. */
static int perform(const struct command *c, void *values, char **args, size_t len, struct err *err)
{
	struct common *common = values;
	const struct option_table tables[] = {c->options, common_options};
	common->folder = ".";
	if (options_parse(tables, countof(tables), values, args, &len, err) < 0)
		return -1;
	if (common->help) {
		command_help(stdout, c);
		return EXIT_GOOD;
	}
	if (check_operands(c, len, err) < 0)
		return -1;
	return c->run(values, args, len, err);
}

static int run_command(const struct command *c, char **args, size_t len)
{
	struct err err = {0};
	SCOPED_MEM void *values = mem_zalloc(1, c->values_size);
	int code = perform(c, values, args, len, &err);
	if (code < 0)
		return complain(&err);
	/* A full disk or a closed pipe must not look like success. */
	if (fflush(stdout) != 0 || ferror(stdout)) {
		err_errno(&err, "cannot write the result");
		return complain(&err);
	}
	return code;
}

/* In the place of a standard stream that is closed the next file would be
 * opened, and results written into it. What stands there instead refuses both. */
static void fill_standard_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
			_exit(EXIT_ENVIRONMENT);
	}
}

int main(int argc, char **argv)
{
	fill_standard_streams();
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
		struct err err = {0};
		err_set(&err, ERR_USAGE, "no such command: %s; `recast help` lists them", name);
		return complain(&err);
	}
	terminal_init();
	return run_command(c, argv + 2, (size_t)argc - 2);
}
