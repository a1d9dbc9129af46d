#include "harness/tasks.h"

#include "core/fs.h"

static const char *path_of(const char *project, struct arena *a)
{
	return arena_printf(a, "%s/" TASKS_FILE, project);
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

/* *ret_is is false where there is none. */
static int open_tasks(const char *project, struct arena *a, bool *ret_is, struct str *ret_text, struct taskfile *ret,
		      struct err *err)
{
	*ret = (struct taskfile){0};
	*ret_text = (struct str){0};
	if (read_text(project, a, ret_is, ret_text, err) < 0)
		return -1;
	return *ret_is && taskfile_parse(*ret_text, ret, err) < 0 ? err_wrap(err, "%s", path_of(project, a)) : 0;
}

int tasks_read(const char *project, struct arena *a, struct taskfile *ret, struct err *err)
{
	struct str text;
	struct taskfile t;
	bool is;
	if (open_tasks(project, a, &is, &text, &t, err) < 0)
		return -1;
	*ret = t;
	return 0;
}

int tasks_add_action(const char *project, const char *date, const char *action, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct taskfile t;
	struct str text;
	bool is;
	if (open_tasks(project, &scratch, &is, &text, &t, err) < 0)
		return -1;
	return is ? fs_write(path_of(project, &scratch), taskfile_with_action(text, date, action, &scratch), err) : 0;
}

int tasks_add_plan(const char *project, struct str plan, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct taskfile t;
	struct str text;
	bool is;
	if (open_tasks(project, &scratch, &is, &text, &t, err) < 0)
		return -1;
	bool wanted = is && str_trim(t.plan).len == 0;
	return wanted ? fs_write(path_of(project, &scratch), taskfile_with_plan(text, plan, &scratch), err) : 0;
}
