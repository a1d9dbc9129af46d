#include "harness/init.h"

#include "core/mem.h"
#include "harness/source.h"
#include "harness/taskfile.h"
#include "harness/workfolder.h"

#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

/* A project in the making. */
struct beginning {
	const struct init_request *request;
	const struct tools *tools;
	struct arena *a;
	struct tree *tree; /* the source at PROJECT_ROOT */
	json_t *description; /* what will be recast.json */
	struct str old_tasks; /* what RECAST.md held */
	struct project_source wanted; /* what a recast.json that is there names, if it is not here */
	struct init_result result;
};

static const char *project_path(struct beginning *b, const char *name)
{
	const char *project = b->request->project;
	return strcmp(project, ".") == 0 ? name : arena_printf(b->a, "%s/%s", project, name);
}

/* ---- the source */

static bool is_same_folder(const char *a, const char *b)
{
	char real_a[PATH_MAX], real_b[PATH_MAX];
	return realpath(a, real_a) && realpath(b, real_b) && strcmp(real_a, real_b) == 0;
}

/* The last name of the folder's real path. */
static const char *folder_name(const char *folder, struct arena *a)
{
	char real[PATH_MAX];
	const char *slash = realpath(folder, real) ? strrchr(real, '/') : NULL;
	return arena_strdup(a, slash && slash[1] ? slash + 1 : "library");
}

static int read_in_place(struct beginning *b, struct err *err)
{
	const char *folder = b->request->project;
	bool is_repository;
	b->result.in_place = true;
	if (repo_head(folder, b->a, &is_repository, &b->result.source, err) < 0)
		return -1;
	if (!is_repository && b->request->ref)
		return err_set(err, ERR_USAGE, "--ref %s: this folder is no git repository with a commit", b->request->ref);
	if (is_repository && b->request->ref)
		return err_set(err, ERR_USAGE,
			       "--ref %s: a project in its own repository stands for its HEAD; check that out, or begin "
			       "in an empty folder",
			       b->request->ref);
	b->result.source.name = folder_name(folder, b->a);
	b->result.as_it_stands = !is_repository;
	struct project project = {.folder = folder};
	struct source source;
	return source_load(&project, b->tree, b->a, &source, err);
}

/* A snapshot would hold the project itself, and be another one each time. */
static int refuse_inside(struct beginning *b, struct err *err)
{
	char source[PATH_MAX], project[PATH_MAX];
	if (!realpath(b->request->source, source) || !realpath(b->request->project, project) ||
	    fs_exists(arena_printf(b->a, "%s/.git", source)))
		return 0;
	size_t len = strlen(source);
	if (strncmp(source, project, len) != 0 || (project[len] != '/' && strcmp(source, "/") != 0))
		return 0;
	return err_set(err, ERR_USAGE,
		       "the project's folder %.300s lies in the source %.300s; begin in a folder beside it, or in the "
		       "source itself",
		       project, source);
}

static int bring_in(struct beginning *b, struct err *err)
{
	const struct init_request *r = b->request;
	const char *store = project_path(b, SOURCE_STORE);
	bool is_path = !repo_is_address(r->source) || fs_exists(r->source);
	if (is_path && refuse_inside(b, err) < 0)
		return -1;
	const char *ref = r->ref || b->wanted.is_tree ? r->ref : b->wanted.id;
	if (repo_import(store, r->source, ref, r->limits, b->tools->observer, b->a, &b->result.source, err) < 0 ||
	    repo_read_tree(store, b->result.source.id, &r->limits->files, b->tree, PROJECT_ROOT, err) < 0)
		return source_too_much(err);
	return 0;
}

static int read_source(struct beginning *b, struct err *err)
{
	if (tree_add_folder(b->tree, PROJECT_ROOT, false, err) < 0)
		return -1;
	if (!repo_is_address(b->request->source) && is_same_folder(b->request->source, b->request->project))
		return read_in_place(b, err);
	return bring_in(b, err);
}

/* ---- its description */

/* A source's own recast.json is its maintainers' word. */
static int take_over(struct beginning *b, struct str text, struct err *err)
{
	struct project unused;
	SCOPED_ARENA struct arena scratch = {0};
	if (project_parse(text, b->request->project, &scratch, &unused, err) < 0)
		return err_wrap(err, "the source brings a description that is not valid; --force makes a new one");
	b->result.brought = true;
	return json_parse(text, "recast.json", &b->description, err);
}

static const char *why_nothing(const struct init_result *r)
{
	for (size_t i = 0; i < r->findings_len; i++) {
		if (r->findings[i].kind == FINDING_OPEN)
			return r->findings[i].text;
	}
	return "it has no C source or header";
}

static int describe(struct beginning *b, struct err *err)
{
	const struct tree_node *own = tree_find(b->tree, PROJECT_ROOT "/recast.json");
	if (own && own->type == TREE_FILE && !b->request->force && !b->result.in_place)
		return take_over(b, own->content, err);
	struct scouted scouted;
	if (language_find("c")->scout(b->tree, b->result.source.name, b->tools, b->a, &scouted, err) < 0)
		return -1;
	b->result.findings = scouted.findings;
	b->result.findings_len = scouted.findings_len;
	b->description = scouted.recast_json;
	if (b->description)
		return 0;
	return err_set(err, ERR_USAGE, "no library was found in %s: %s; recast.json(5) has what to write by hand",
		       b->result.source.name, why_nothing(&b->result));
}

/* With the keys in the order of the manual. */
static void complete(struct beginning *b)
{
	static const char *const behind[] = {"version", "name", "language"};
	const struct repo_source *source = &b->result.source;
	json_t *whole = json_pack("{s:s}", "$schema", WORKFOLDER "/recast.schema.json");
	for (size_t i = 0; i < countof(behind); i++) {
		json_t *value = json_object_get(b->description, behind[i]);
		if (value)
			json_object_set(whole, behind[i], value);
	}
	if (!b->result.in_place)
		json_object_set_new(whole, "source",
				    json_pack("{s:s}", source->kind == REPO_COMMIT ? "commit" : "tree", source->id));
	json_object_update_missing(whole, b->description);
	json_decref(b->description);
	b->description = whole;
}

/* ---- the task file */

static struct strings open_questions(struct beginning *b)
{
	struct strings open = {arena_array(b->a, b->result.findings_len, const char *), 0};
	for (size_t i = 0; i < b->result.findings_len; i++) {
		const struct scout_finding *f = &b->result.findings[i];
		if (f->kind == FINDING_OPEN)
			open.items[open.len++] = arena_printf(b->a, "%s: %s", f->key, f->text);
	}
	return open;
}

static const char *source_id(const struct beginning *b)
{
	const struct repo_source *source = &b->result.source;
	if (b->result.as_it_stands)
		return NULL;
	return arena_printf(b->a, "%s %s", source->kind == REPO_COMMIT ? "commit" : "tree", source->id);
}

static struct taskfile_new about_source(struct beginning *b)
{
	return (struct taskfile_new){
		.name = json_string_value(json_object_get(b->description, "name")),
		.source = b->result.in_place ? NULL : b->result.source.address,
		.id = source_id(b),
		.licence = b->result.licence.spdx,
		.date = b->request->date,
		.open = open_questions(b),
	};
}

/* The text that RECAST.md will have. */
static int tasks(struct beginning *b, struct str *ret_text, struct err *err)
{
	const char *path = project_path(b, "RECAST.md");
	struct taskfile_new about = about_source(b);
	if (!fs_exists(path)) {
		*ret_text = taskfile_first(&about, b->a);
		return 0;
	}
	SCOPED_BUF struct buf old;
	buf_init(&old, TASKFILE_MAX);
	if (fs_read(path, &old, err) < 0) {
		err->kind = ERR_USAGE;
		return -1;
	}
	struct taskfile unused;
	if (taskfile_parse(buf_str(&old), &unused, err) < 0)
		return err_wrap(err, "%s", path);
	const char *id = source_id(b);
	b->result.kept_tasks = true;
	b->old_tasks = (struct str){arena_str(b->a, buf_str(&old)), old.len};
	*ret_text = taskfile_with_action(taskfile_with_source(b->old_tasks, &about, b->a), b->request->date,
					 id ? arena_printf(b->a, "init, from %s", id) : "init", b->a);
	return 0;
}

/* ---- the whole */

static int check_file(const char *path, struct err *err)
{
	struct stat st;
	if (lstat(path, &st) < 0 || S_ISREG(st.st_mode))
		return 0;
	return err_set(err, ERR_USAGE, S_ISLNK(st.st_mode) ? "%s is a link, which could lead out of the project; remove it" :
		       "%s is not a file; recast writes one of that name, so move it away", path);
}

static bool lacks_source(struct beginning *b)
{
	struct project project;
	struct source source;
	if (project_read(b->request->project, b->a, &project, NULL) < 0 || !project.source.id)
		return false;
	struct tree *tree = tree_new();
	bool lacks = source_load(&project, tree, b->a, &source, NULL) < 0;
	tree_free(tree);
	b->wanted = lacks ? project.source : (struct project_source){0};
	return lacks;
}

static int check_project(struct beginning *b, struct err *err)
{
	const char *path = project_path(b, "recast.json");
	if (check_file(path, err) < 0 || check_file(project_path(b, "RECAST.md"), err) < 0)
		return -1;
	if (!fs_exists(path) || b->request->force || lacks_source(b))
		return 0;
	return err_set(err, ERR_USAGE,
		       "%s is there already; go on with `recast extract`, or say --force to have it written anew", path);
}

/* A project that was cloned gets its source again, and stays as it is otherwise. */
static int check_identity(const struct beginning *b, struct err *err)
{
	const char *kind = b->wanted.is_tree ? "tree" : "commit";
	const struct repo_source *source = &b->result.source;
	if (!b->result.in_place && strcmp(source->id, b->wanted.id) == 0)
		return 0;
	if (b->result.in_place)
		return err_set(err, ERR_USAGE,
			       "recast.json names %s %.12s, which is not here; bring it with recast init SOURCE, RECAST.md says "
			       "where it came from",
			       kind, b->wanted.id);
	return err_set(err, ERR_USAGE,
		       "recast.json names %s %.12s, and %.300s has %.12s; look for the one that it names, or say --force to "
		       "have this one described",
		       kind, b->wanted.id, source->address, source->id);
}

/* recast.json comes last: where it is, the project is whole. */
static int put_files(struct beginning *b, struct str description, struct str text, struct err *err)
{
	const char *path = project_path(b, "RECAST.md");
	if (fs_write(path, text, err) < 0)
		return -1;
	if (fs_write(project_path(b, "recast.json"), description, err) == 0)
		return 0;
	if (b->result.kept_tasks)
		fs_write(path, b->old_tasks, NULL);
	else
		fs_remove(path, NULL);
	return -1;
}

static int write_files(struct beginning *b, struct err *err)
{
	struct str text;
	complete(b);
	SCOPED_MEM char *json = json_print(b->description);
	struct project unused;
	if (project_parse(str_of(json), b->request->project, b->a, &unused, err) < 0)
		return err_wrap(err, "what was found makes no recast.json");
	return tasks(b, &text, err) < 0 ? -1 : put_files(b, str_of(json), text, err);
}

static int begin(struct beginning *b, struct err *err)
{
	if (check_project(b, err) < 0 || workfolder_make(b->request->project, err) < 0 || read_source(b, err) < 0)
		return -1;
	licence_find(tree_find(b->tree, PROJECT_ROOT), b->a, &b->result.licence);
	b->result.again = b->wanted.id != NULL;
	if (b->result.again)
		return check_identity(b, err);
	return describe(b, err) < 0 ? -1 : write_files(b, err);
}

static int init_alone(struct beginning *b, struct err *err)
{
	const char *folder = project_path(b, WORKFOLDER);
	bool was_there = fs_exists(folder) || fs_is_link(folder);
	int result = begin(b, err);
	if (result < 0 && !was_there)
		fs_remove(folder, NULL);
	return result;
}

int init_run(const struct init_request *request, const struct tools *tools, struct arena *a, struct init_result *ret,
	     struct err *err)
{
	int fd;
	if (workfolder_hold(request->project, &fd, err) < 0)
		return -1;
	struct beginning b = {.request = request, .tools = tools, .a = a, .tree = tree_new()};
	int result = init_alone(&b, err);
	close(fd);
	tree_free(b.tree);
	json_decref(b.description);
	if (result == 0)
		*ret = b.result;
	return result;
}
