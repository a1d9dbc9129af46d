#include "harness/provider_parts.h"
#include "harness/provider_plain.h"

#include "core/fs.h"
#include "core/path.h"
#include "core/process.h"

/*
 * A command of the user's: the prompt on its standard input, the reply on its standard output. It
 * works in an empty folder, so that it finds neither the project nor the original by accident; what it looks
 * up all the same nobody knows, which is why its replies are not attested.
 */

enum { NOT_EXECUTABLE = 126, NOT_FOUND = 127, ERRORS_SHOWN = 400 };

static bool has_variable(const struct strings *env, const char *name)
{
	size_t len = strlen(name);
	for (size_t i = 0; i < env->len; i++) {
		if (strncmp(env->items[i], name, len) == 0 && env->items[i][len] == '=')
			return true;
	}
	return false;
}

/* Ends with NULL. */
static const char *const *env_of(const struct provider *p, const char *folder, struct arena *a)
{
	const char *const usual[][2] = {
		{"PATH", "/usr/local/bin:/usr/bin:/bin"},
		{"LANG", "C.UTF-8"},
		{"HOME", folder},
	};
	const char **env = arena_array(a, p->env.len + countof(usual) + 1, const char *);
	size_t len = 0;
	for (size_t i = 0; i < p->env.len; i++)
		env[len++] = p->env.items[i];
	for (size_t i = 0; i < countof(usual); i++) {
		if (!has_variable(&p->env, usual[i][0]))
			env[len++] = arena_printf(a, "%s=%s", usual[i][0], usual[i][1]);
	}
	return env;
}

static const char *const *args_of(const struct provider *p, struct arena *a)
{
	const char **args = arena_array(a, p->command.len + 1, const char *);
	for (size_t i = 0; i < p->command.len; i++)
		args[i] = p->command.items[i];
	return args;
}

static int on_piece(void *data, struct str bytes)
{
	return plain_feed(data, bytes);
}

static enum provider_outcome outcome_of(const struct process_result *ended)
{
	switch (ended->end) {
	case PROCESS_EXITED:
		if (ended->code == NOT_EXECUTABLE || ended->code == NOT_FOUND)
			return PROVIDER_DOWN;
		return ended->code ? PROVIDER_BUSY : PROVIDER_ANSWERED;
	case PROCESS_SIGNALLED:
		return PROVIDER_BUSY;
	case PROCESS_NOT_STARTED:
		return PROVIDER_DOWN;
	case PROCESS_CANCELLED:
		return PROVIDER_CANCELLED;
	case PROCESS_IDLE:
	case PROCESS_LATE:
	case PROCESS_TOO_LARGE:
	case PROCESS_STOPPED:
		break;
	}
	return PROVIDER_BROKEN;
}

/* How it ended, and what it said last. A secret is taken out before the text is cut, or a piece of it could stay. */
static const char *why_of(const struct provider *p, const struct process_result *ended,
			  const struct secrets *secrets, enum provider_outcome outcome, struct arena *a)
{
	struct str said = str_trim(scrub(secrets, ended->errors, a));
	if (outcome == PROVIDER_ANSWERED)
		return "";
	if (outcome == PROVIDER_CANCELLED)
		return "cancelled";
	said = str_from(said, said.len > ERRORS_SHOWN ? said.len - ERRORS_SHOWN : 0);
	return arena_printf(a, "%s: %s%s%.*s", path_base_of(p->command.items[0]), ended->why, said.len ? ": " : "", STR_ARG(said));
}

static int run_in(const char *folder, const struct provider *p, const struct wire *wire, struct plain *plain,
		  struct process_result *ret, struct err *err)
{
	struct process_run run = {
		.args = args_of(p, plain->arena),
		.env = env_of(p, folder, plain->arena),
		.folder = folder,
		.input = wire->body,
		.idle_ms = p->idle_ms,
		.total_ms = p->total_ms,
		.output_max = REPLY_TEXT_MAX,
		.cancelled = plain->watch->cancelled,
		.piece = on_piece,
		.data = plain,
	};
	return process_run(&run, plain->arena, ret, err);
}

static int ask(const struct provider *p, const struct prompt *prompt, const char *title, const struct wire *wire,
	       const struct provider_watch *watch, struct arena *a, struct provider_result *ret, struct err *err)
{
	(void)prompt, (void)title;
	char folder[] = P_tmpdir "/recast-exec-XXXXXX";
	struct plain plain;
	struct process_result ended;
	if (!mkdtemp(folder))
		return err_errno(err, "cannot make the folder %s", folder);
	plain_init(&plain, p->model ? p->model : "", watch, a);
	int result = run_in(folder, p, wire, &plain, &ended, &plain.err);
	/* That something cannot be removed is the command's doing, and no reason to lose a reply. */
	fs_remove(folder, NULL);
	enum provider_outcome outcome = result < 0 ? PROVIDER_DOWN : outcome_of(&ended);
	const char *why = result < 0 ? "" : why_of(p, &ended, watch->secrets, outcome, a);
	return plain_end(&plain, outcome, why, ret, err);
}

const struct provider_row provider_exec = {
	.name = "exec",
	.provenance = PROVENANCE_UNATTESTED,
	.ask = ask,
};
