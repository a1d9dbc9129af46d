#include "cli/original.h"

int original_read(const struct common *common, struct original *o, struct err *err)
{
	*o = (struct original){0};
	if (project_read(common->folder, &o->arena, &o->project, err) < 0 ||
	    workshop_open(common, &o->workshop, err) < 0)
		return -1;
	o->tree = tree_new();
	if (source_load(&o->project, o->tree, &o->arena, &o->source, err) < 0)
		return -1;
	if (o->source.warning)
		event_send(o->workshop.tools.observer, EVENT_NOTE, o->source.warning, 0);
	return 0;
}

int original_build(struct original *o, struct err *err)
{
	return suite_build(&o->project, o->tree, &o->workshop.tools, &o->suite, err);
}

int original_open(const struct common *common, struct original *ret, struct err *err)
{
	if (original_read(common, ret, err) == 0 && original_build(ret, err) == 0)
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
