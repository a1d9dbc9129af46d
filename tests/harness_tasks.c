/* RECAST.md in a folder: read, added to, and left alone. */

#include "harness/tasks.h"

#include "tests/folder.h"

static struct arena arena;

static const char *content(void)
{
	struct err err = {0};
	static struct buf text;
	buf_release(&text);
	buf_init(&text, 1 << 20);
	must(fs_read("RECAST.md", &text, &err));
	return text.ptr;
}

static void none_is_nothing(void)
{
	struct taskfile t;
	struct err err = {0};
	is_int(tasks_read(".", &arena, &t, &err), 0);
	is_int(t.considerations.len, 0);
	is_int(tasks_add_action(".", "2026-01-31", "generate", &err), 0);
	is_int(tasks_add_plan(".", STR("- `src/a.c`\n"), &err), 0);
	ok(!fs_exists("RECAST.md"));
}

static void adds(void)
{
	struct taskfile t;
	struct err err = {0};
	put("RECAST.md", "# R\n\n## Considerations\n\n- be quick\n\n## Actions\n\n- 2026-01-30: init\n");
	is_int(tasks_add_action(".", "2026-01-31", "generate, run 1", &err), 0);
	is_int(tasks_add_plan(".", STR("- `src/a.c`: all\n"), &err), 0);
	is_int(tasks_read(".", &arena, &t, &err), 0);
	ok(strstr(content(), "- 2026-01-30: init\n- 2026-01-31: generate, run 1\n") != NULL);
	is_str(arena_str(&arena, str_trim(t.considerations)), "- be quick");
	is_str(arena_str(&arena, str_trim(t.plan)), "- `src/a.c`: all");
	/* A plan that is there is somebody's. */
	is_int(tasks_add_plan(".", STR("- `src/b.c`: other\n"), &err), 0);
	ok(strstr(content(), "src/b.c") == NULL);
}

static void refuses(void)
{
	struct taskfile t;
	struct err err = {0};
	put("RECAST.md", "## Plan\n\n## Plan\n");
	is_int(tasks_read(".", &arena, &t, &err), -1);
	ok(strstr(err.text, "RECAST.md") != NULL);
	err = (struct err){0};
	is_int(tasks_add_action(".", "2026-01-31", "x", &err), -1);
	is_str(content(), "## Plan\n\n## Plan\n");
	must(fs_remove("RECAST.md", &err));
	must(symlink("/etc/hostname", "RECAST.md"));
	err = (struct err){0};
	is_int(tasks_read(".", &arena, &t, &err), -1);
	is_int(err.kind, ERR_USAGE);
	is_int(tasks_add_action(".", "2026-01-31", "x", &err), -1);
}

int main(void)
{
	folder_enter();
	tap_run("none is nothing", none_is_nothing);
	tap_run("adds", adds);
	tap_run("refuses", refuses);
	arena_release(&arena);
	folder_leave();
	return tap_done();
}
