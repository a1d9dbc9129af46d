#include "harness/harden_keep.h"

#include "core/fs.h"
#include "harness/jsontext.h"

static const char NOT_THERE[] = "\"tests\" has no list of programs to which one could be added";

static const char *in_project(const struct project *project, const char *path, struct arena *a)
{
	return strcmp(project->folder, ".") == 0 ? path : arena_printf(a, "%s/%s", project->folder, path);
}

/* The new text must say all that the old one said, and one program more. */
static int check(const struct project *project, const struct harden_places *p, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct project now;
	if (project_parse(str_of(p->config_text), project->folder, &scratch, &now, err) < 0)
		return err_wrap(err, "with the new tests");
	if (now.tests.programs_len != project->tests.programs_len + 1)
		return err_set(err, ERR_BUG, "%s did not become what it should", p->config);
	return 0;
}

int harden_plan(const struct project *project, const struct hardening *h, struct arena *a, struct harden_places *ret,
		struct err *err)
{
	static const char *const programs[] = {"tests", "programs"};
	struct harden_places p = {.config = in_project(project, "recast.json", a)};
	SCOPED_BUF struct buf text;
	const char *folder = project->source.id ? project->tests.overlay.folder : NULL;
	buf_init(&text, PROJECT_FILE_MAX);
	if (fs_is_link(p.config))
		return err_set(err, ERR_USAGE, "%s is a link, which could lead out of the project", p.config);
	if (fs_read(p.config, &text, err) < 0)
		return -1;
	p.config_text = jsontext_add(buf_str(&text), programs, countof(programs), h->entry, a);
	if (project->source.id && !folder)
		folder = p.overlay = HARDEN_OVERLAY;
	if (p.overlay && p.config_text)
		p.config_text =
			jsontext_add(str_of(p.config_text), programs, 1, "\"overlay\": \"" HARDEN_OVERLAY "\"", a);
	if (!p.config_text)
		return err_set(err, ERR_USAGE, "%s: %s", p.config, NOT_THERE);
	p.file = in_project(project, folder ? arena_printf(a, "%s/%s", folder, h->path) : h->path, a);
	if (check(project, &p, err) < 0)
		return -1;
	*ret = p;
	return 0;
}

/* Links in it could lead out of the project. */
static int make_folder(const struct project *project, const char *file, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	size_t own = strcmp(project->folder, ".") == 0 ? 0 : strlen(project->folder) + 1;
	const char *folder = "";
	for (size_t at = own; file[at]; at++) {
		if (file[at] != '/')
			continue;
		folder = arena_printf(&scratch, "%.*s", (int)at, file);
		if (fs_is_link(folder))
			return err_set(err, ERR_USAGE, "%s is a link, which could lead out of the project", folder);
	}
	return fs_mkdirs(folder, 0777, err);
}

int harden_keep(const struct project *project, const struct hardening *h, const struct harden_places *places,
		struct err *err)
{
	if (make_folder(project, places->file, err) < 0)
		return -1;
	if (fs_exists(places->file))
		return err_set(err, ERR_USAGE, "%s is there already", places->file);
	if (fs_write(places->file, str_of(h->text), err) < 0)
		return -1;
	return fs_write(places->config, str_of(places->config_text), err);
}
