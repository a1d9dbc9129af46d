#include "cli/original.h"

#include "harness/workfolder.h"

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

int original_check_places(struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct places places;
	if (places_find(&scratch, &places, err) < 0)
		return -1;
	return places.data ? 0 : err_set(err, ERR_USAGE, "neither RECAST_DATA nor XDG_DATA_HOME nor HOME is set");
}

/* "./x" is "x". */
static const char *in_folder(const char *folder, const char *name, struct arena *a)
{
	return strcmp(folder, ".") == 0 ? name : arena_printf(a, "%s/%s", folder, name);
}

struct extract_places original_places(const struct original *o, struct arena *a)
{
	return (struct extract_places){
		.project = o->project.folder,
		.specs = in_folder(o->project.folder, WORKFOLDER "/spec", a),
		.oracles = arena_printf(a, "%s/oracle", o->workshop.places.data),
	};
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
