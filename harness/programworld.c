#include "harness/programworld.h"

enum { SEED = 1 };

void program_world_release(struct program_world *w)
{
	tree_free(w->disk);
	*w = (struct program_world){0};
}

/* The project's files, with some of them changed. */
static int add_project(const struct suite *suite, const struct changed_file *changed, size_t len, struct tree *tree,
		       struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	if (!len)
		return tree_graft(tree, PROJECT_ROOT, suite->disk, PROJECT_ROOT, err);
	if (tree_add_tree(tree, PROJECT_ROOT, suite->disk, PROJECT_ROOT, err) < 0)
		return -1;
	for (size_t i = 0; i < len; i++) {
		if (tree_add_file(tree, arena_printf(&scratch, PROJECT_ROOT "/%s", changed[i].path), changed[i].bytes,
				  err) < 0)
			return -1;
	}
	return 0;
}

static int make_disk(const struct suite *suite, const struct program *program, const struct changed_file *changed,
		     size_t changed_len, struct tree **out, struct err *err)
{
	SCOPED_TREE struct tree *tree = tree_new();
	if (tree_add_folder(tree, "/tmp", true, err) < 0 || add_project(suite, changed, changed_len, tree, err) < 0 ||
	    tree_add_folder(tree, PROJECT_ROOT, program->writable, err) < 0)
		return -1;
	*out = take(tree);
	return 0;
}

int program_world_file(const struct suite *suite, const char *path, const char *key, struct str *ret, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	const struct tree_node *node =
		view_resolve(suite->plan.tests_tree, arena_printf(&scratch, PROJECT_ROOT "/%s", path));
	if (!node || node->type != TREE_FILE)
		return err_set(err, ERR_USAGE, "recast.json: %s: there is no file %s in the project", key, path);
	*ret = node->content;
	return 0;
}

static int fill_world(const struct suite *suite, const struct plan_program *planned, const struct tree *disk,
		      struct arena *a, struct wasi_world *world, struct err *err)
{
	const struct program *p = planned->program;
	const struct project_limits *limits = &suite->project->limits;
	const char *folder = arena_printf(a, PROJECT_ROOT "%s%s", p->cwd[0] ? "/" : "", p->cwd);
	const struct tree_node *node = view_resolve(disk, folder);
	if (!node || node->type != TREE_FOLDER)
		return err_set(err, ERR_USAGE, "recast.json: cwd: there is no folder %s in the project", p->cwd);
	const char **args = arena_array(a, p->args.len + 1, const char *);
	const char **env = arena_array(a, p->env.len + 1, const char *);
	args[0] = p->name ? p->name : planned->name;
	for (size_t i = 0; i < p->args.len; i++)
		args[i + 1] = p->args.items[i];
	for (size_t i = 0; i < p->env.len; i++)
		env[i] = p->env.items[i];
	/* The object that is linked in front enters this folder. */
	env[p->env.len] = arena_printf(a, "PWD=%s", folder);
	*world = (struct wasi_world){
		.tree = disk,
		.args = args,
		.args_len = p->args.len + 1,
		.env = env,
		.env_len = p->env.len + 1,
		.seed = SEED,
		.output_max = limits->output_bytes,
		.disk_max = limits->disk_bytes,
		.clock_max_ns = limits->clock_ns,
	};
	return p->stdin_file ? program_world_file(suite, p->stdin_file, "stdin", &world->stdin_bytes, err) : 0;
}

static void change_input(const struct program *p, const struct changed_file *changed, size_t len,
			 struct wasi_world *world)
{
	for (size_t i = 0; p->stdin_file && i < len; i++) {
		if (strcmp(p->stdin_file, changed[i].path) == 0)
			world->stdin_bytes = changed[i].bytes;
	}
}

int program_world_make(const struct suite *suite, const struct plan_program *planned,
		       const struct changed_file *changed, size_t changed_len, struct arena *a,
		       struct program_world *ret, struct err *err)
{
	struct program_world w = {0};
	if (make_disk(suite, planned->program, changed, changed_len, &w.disk, err) < 0 ||
	    fill_world(suite, planned, w.disk, a, &w.world, err) < 0) {
		program_world_release(&w);
		return -1;
	}
	change_input(planned->program, changed, changed_len, &w.world);
	*ret = w;
	return 0;
}
