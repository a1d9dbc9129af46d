#ifndef RECAST_TESTS_GITBOX_H
#define RECAST_TESTS_GITBOX_H

/*
 * A temporary folder in which a test makes repositories with git's own command.
 * No configuration but the repository's own is read; names and times are fixed,
 * so ids are too.
 */

#include "core/arena.h"
#include "core/fs.h"
#include "tests/tap.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

static struct arena gitbox_arena;
static char gitbox[] = "/tmp/recast-gitbox-XXXXXX";

static inline bool gitbox_open(void)
{
	return mkdtemp(gitbox) != NULL;
}

static inline void gitbox_close(void)
{
	fs_remove(gitbox, NULL);
	arena_release(&gitbox_arena);
}

/* A path in it. */
static inline const char *in_box(const char *name)
{
	return arena_printf(&gitbox_arena, "%s/%s", gitbox, name);
}

/* Runs a script in it; whether it went well. What it prints goes to the file `out`. */
static inline bool sh(const char *script)
{
	char *const env[] = {
		(char[]){"PATH=/usr/local/bin:/usr/bin:/bin"},
		arena_printf(&gitbox_arena, "HOME=%s", gitbox),
		(char[]){"GIT_CONFIG_GLOBAL=/dev/null"},
		(char[]){"GIT_CONFIG_NOSYSTEM=1"},
		(char[]){"GIT_AUTHOR_NAME=A"},
		(char[]){"GIT_AUTHOR_EMAIL=a@example.org"},
		(char[]){"GIT_COMMITTER_NAME=C"},
		(char[]){"GIT_COMMITTER_EMAIL=c@example.org"},
		(char[]){"GIT_AUTHOR_DATE=1000000000 +0000"},
		(char[]){"GIT_COMMITTER_DATE=1000000000 +0000"},
		(char[]){"LC_ALL=C"},
		NULL,
	};
	char *whole = arena_printf(&gitbox_arena, "set -e; cd '%s'; exec >'%s/out' 2>&1; %s", gitbox, gitbox, script);
	char *const args[] = {(char[]){"sh"}, (char[]){"-c"}, whole, NULL};
	pid_t pid;
	int status;
	if (posix_spawn(&pid, "/bin/sh", NULL, NULL, args, env) != 0 || waitpid(pid, &status, 0) != pid)
		return false;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* The last line that a script prints. */
static inline const char *answer(const char *script)
{
	SCOPED_BUF struct buf text;
	buf_init(&text, 1 << 20);
	if (!sh(script) || fs_read(in_box("out"), &text, NULL) < 0)
		return "the script failed";
	struct str rest = buf_str(&text), line = {0};
	while (str_next_line(&rest, &line))
		continue;
	return arena_str(&gitbox_arena, line);
}

#endif
