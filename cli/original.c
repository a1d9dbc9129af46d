#include "cli/original.h"

/* Each step leaves what the steps before it made, for original_close. */
static int open_steps(const struct common *common, struct original *o, struct err *err)
{
	if (project_read(common->folder, &o->arena, &o->project, err) < 0 ||
	    workshop_open(common, &o->workshop, err) < 0)
		return -1;
	const struct tools *tools = &o->workshop.tools;
	o->tree = tree_new();
	if (source_load(&o->project, o->tree, &o->arena, &o->source, err) < 0)
		return -1;
	if (o->source.warning)
		event_send(tools->observer, EVENT_NOTE, o->source.warning, 0);
	return suite_build(&o->project, o->tree, tools, &o->suite, err);
}

int original_open(const struct common *common, struct original *ret, struct err *err)
{
	*ret = (struct original){0};
	if (open_steps(common, ret, err) == 0)
		return 0;
	original_close(ret);
	return -1;
}

void original_close(struct original *o)
{
	suite_release(&o->suite);
	tree_free(o->tree);
	if (o->workshop.toolchain)
		workshop_improve(&o->workshop);
	workshop_close(&o->workshop);
	arena_release(&o->arena);
	*o = (struct original){0};
}
