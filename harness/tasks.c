#include "harness/tasks.h"

#include "core/fs.h"

static const char *path_of(const char *project, struct arena *a)
{
	return arena_printf(a, "%s/RECAST.md", project);
}

/* *ret is empty if there is no such file. */
static int read_text(const char *project, struct arena *a, bool *ret_is, struct str *ret, struct err *err)
{
	const char *path = path_of(project, a);
	SCOPED_BUF struct buf text;
	buf_init(&text, TASKFILE_MAX);
	*ret_is = fs_exists(path);
	if (!*ret_is)
		return 0;
	if (fs_is_link(path))
		return err_set(err, ERR_USAGE, "%s is a link, which could lead out of the project; remove it", path);
	if (fs_read(path, &text, err) < 0)
		return -1;
	*ret = (struct str){arena_str(a, buf_str(&text)), text.len};
	return 0;
}

static int parse(const char *project, struct str text, struct arena *a, struct taskfile *ret, struct err *err)
{
	return taskfile_parse(text, ret, err) < 0 ? err_wrap(err, "%s", path_of(project, a)) : 0;
}

int tasks_read(const char *project, struct arena *a, struct taskfile *ret, struct err *err)
{
	struct str text = {0};
	struct taskfile t = {0};
	bool is;
	if (read_text(project, a, &is, &text, err) < 0 || (is && parse(project, text, a, &t, err) < 0))
		return -1;
	*ret = t;
	return 0;
}

int tasks_add_action(const char *project, const char *date, const char *action, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct taskfile t;
	struct str text = {0};
	bool is;
	if (read_text(project, &scratch, &is, &text, err) < 0 || (is && parse(project, text, &scratch, &t, err) < 0))
		return -1;
	return is ? fs_write(path_of(project, &scratch), taskfile_with_action(text, date, action, &scratch), err) : 0;
}

int tasks_add_plan(const char *project, struct str plan, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct taskfile t;
	struct str text = {0};
	bool is;
	if (read_text(project, &scratch, &is, &text, err) < 0 || (is && parse(project, text, &scratch, &t, err) < 0))
		return -1;
	if (!is || str_trim(t.plan).len)
		return 0;
	return fs_write(path_of(project, &scratch), taskfile_with_plan(text, plan, &scratch), err);
}
