#include "harness/plan.h"

#include "core/mem.h"
#include "core/path.h"
#include "harness/glob.h"
#include "harness/plan_parts.h"
#include "harness/source.h"
#include "harness/view.h"

void plan_release(struct plan *plan)
{
	for (size_t i = 0; i < plan->objects_len; i++)
		arena_release(&plan->objects[i].arena);
	free(plan->workload_objects);
	free(plan->objects);
	free(plan->programs);
	if (plan->tests_tree != plan->library_tree)
		tree_free(plan->tests_tree);
	tree_free(plan->library_tree);
	arena_release(&plan->arena);
	*plan = (struct plan){0};
}

struct str plan_unconfigured(const char *program)
{
	return str_first(str_of(program), str_index(str_of(program), '/'));
}

/* ---- trees */

/* A folder of the project, and no link that could lead out of it. */
static bool is_own_folder(const char *root, const char *folder)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct str rest = str_of(folder);
	while (rest.len) {
		size_t name = str_index(rest, '/');
		int upto = (int)(rest.ptr + name - folder);
		if (!fs_is_folder(arena_printf(&scratch, "%s/%.*s", root, upto, folder)))
			return false;
		rest = str_from(rest, name + 1);
	}
	return true;
}

static int apply_overlay(struct tree *tree, const char *root, const struct overlay *overlay, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	if (overlay->folder) {
		if (!is_own_folder(root, overlay->folder))
			return err_set(err, ERR_USAGE, "recast.json: overlay: there is no folder %s in the project",
				       overlay->folder);
		const char *folder = arena_printf(&scratch, "%s/%s", root, overlay->folder);
		if (tree_add_host(tree, PROJECT_ROOT, folder, &source_limits, NULL, err) < 0)
			return -1;
	}
	for (size_t i = 0; i < overlay->files_len; i++) {
		const struct overlay_file *file = &overlay->files[i];
		if (tree_add_file(tree, arena_printf(&scratch, PROJECT_ROOT "/%s", file->path), file->content, err) < 0)
			return err_wrap(err, "recast.json: files");
	}
	return 0;
}

static int make_tree(const struct project *project, const struct tree *source, bool with_tests, struct tree **out,
		     struct err *err)
{
	SCOPED_TREE struct tree *tree = tree_new();
	if (tree_add_tree(tree, PROJECT_ROOT, source, PROJECT_ROOT, err) < 0 ||
	    apply_overlay(tree, project->folder, &project->library.overlay, err) < 0 ||
	    (with_tests && apply_overlay(tree, project->folder, &project->tests.overlay, err) < 0))
		return -1;
	*out = take(tree);
	return 0;
}

static int make_trees(const struct project *project, const struct tree *source, struct plan *plan, struct err *err)
{
	bool tests_differ = project->tests.overlay.folder || project->tests.overlay.files_len;
	if (make_tree(project, source, false, &plan->library_tree, err) < 0)
		return -1;
	plan->tests_tree = plan->library_tree;
	return tests_differ ? make_tree(project, source, true, &plan->tests_tree, err) : 0;
}

/* ---- patterns */

static bool is_listed(const struct strings *patterns, const char *path)
{
	for (size_t i = 0; i < patterns->len; i++) {
		if (glob_matches(patterns->items[i], path))
			return true;
	}
	return false;
}

/* A file that was found, and how many came before it. */
struct found {
	const char *path;
	size_t order;
};

static int by_path(const void *a, const void *b)
{
	const struct found *x = a, *y = b;
	int order = strcmp(x->path, y->path);
	return order ? order : (x->order > y->order) - (x->order < y->order);
}

static int by_order(const void *a, const void *b)
{
	const struct found *x = a, *y = b;
	return (x->order > y->order) - (x->order < y->order);
}

/* Each once, where it was found first, without those that are excluded. */
static struct strings chosen(const struct glob_list *list, const struct strings *exclude, struct arena *a)
{
	struct strings out = {arena_array(a, list->len, const char *), 0};
	SCOPED_MEM struct found *all = mem_zalloc(list->len, sizeof(*all));
	size_t kept = 0;
	for (size_t i = 0; i < list->len; i++)
		all[i] = (struct found){list->items[i], i};
	if (list->len)
		qsort(all, list->len, sizeof(*all), by_path);
	for (size_t i = 0; i < list->len; i++) {
		if (kept == 0 || strcmp(all[kept - 1].path, all[i].path) != 0)
			all[kept++] = all[i];
	}
	if (kept)
		qsort(all, kept, sizeof(*all), by_order);
	for (size_t i = 0; i < kept; i++) {
		if (!exclude || !is_listed(exclude, all[i].path))
			out.items[out.len++] = all[i].path;
	}
	return out;
}

int plan_expand(const struct tree *tree, const struct strings *patterns, const struct strings *exclude, const char *key,
		struct arena *a, struct strings *ret, struct err *err)
{
	struct glob_list found = {0};
	const struct tree_node *root = tree_find(tree, PROJECT_ROOT);
	for (size_t i = 0; i < patterns->len; i++) {
		if (glob_expand(root, patterns->items[i], a, &found) == 0) {
			vec_release(&found);
			return err_set(err, ERR_USAGE, "recast.json: %s: no file in the project is or matches \"%s\"",
				       key, patterns->items[i]);
		}
	}
	if (found.len > PLAN_FILES_MAX) {
		vec_release(&found);
		return err_set(err, ERR_LIMIT, "recast.json: %s: more than %d files match", key, PLAN_FILES_MAX);
	}
	*ret = chosen(&found, exclude, a);
	vec_release(&found);
	return 0;
}

/* ---- compilations */

struct strings plan_joined(const struct strings *const *lists, size_t len, struct arena *a)
{
	struct strings all = {0};
	for (size_t i = 0; i < len; i++)
		all.len += lists[i]->len;
	all.items = arena_array(a, all.len, const char *);
	size_t at = 0;
	for (size_t i = 0; i < len; i++) {
		for (size_t j = 0; j < lists[i]->len; j++)
			all.items[at++] = lists[i]->items[j];
	}
	return all;
}

/* "include" → "/src/include"; the project's own folder is "/src". */
static struct strings guest_paths(const struct strings *paths, struct arena *a)
{
	struct strings out = {arena_array(a, paths->len, const char *), paths->len};
	for (size_t i = 0; i < paths->len; i++) {
		const char *path = paths->items[i];
		out.items[i] = path[0] ? arena_printf(a, PROJECT_ROOT "/%s", path) : PROJECT_ROOT;
	}
	return out;
}

static void hash_strings(struct hasher *h, const struct strings *list)
{
	hasher_field_u64(h, list->len);
	for (size_t i = 0; i < list->len; i++)
		hasher_field(h, str_of(list->items[i]));
}

static struct hash object_key(const char *source, const struct build_options *options, bool of_library)
{
	struct hasher h;
	hasher_init(&h);
	hasher_field_u64(&h, of_library);
	hasher_field(&h, str_of(source));
	hash_strings(&h, &options->include);
	hash_strings(&h, &options->defines);
	hash_strings(&h, &options->flags);
	return hasher_finish(&h);
}

struct compile plan_compile(const struct build_options *options, struct arena *a)
{
	struct strings include = guest_paths(&options->include, a);
	return (struct compile){
		.include = include.items,
		.include_len = include.len,
		.defines = options->defines.items,
		.defines_len = options->defines.len,
		.flags = options->flags.items,
		.flags_len = options->flags.len,
		.shown_below = PROJECT_ROOT "/",
	};
}

/*
 * Where objects are found by their keys: a number above that of the object, or 0.
 * It never fills: the last program may begin below PLAN_OBJECTS_MAX and brings
 * its own sources, the common ones and the library's.
 */
enum { SLOTS = 1 << 17 };
_Static_assert(PLAN_OBJECTS_MAX + 3 * PLAN_FILES_MAX < SLOTS, "objects have room");

static size_t *slot_for(const struct plan *plan, size_t *slots, const struct hash *key)
{
	size_t at;
	memcpy(&at, key->bytes, sizeof(at));
	for (at %= SLOTS; slots[at] && !hash_eq(&plan->objects[slots[at] - 1].key, key); at = (at + 1) % SLOTS)
		continue;
	return &slots[at];
}

/* The index of the object with these options, added if it is new. */
static size_t object_for(struct plan *plan, size_t *slots, const char *source, const struct build_options *options,
			 bool of_library)
{
	struct arena *a = &plan->arena;
	struct hash key = object_key(source, options, of_library);
	size_t *slot = slot_for(plan, slots, &key);
	if (*slot)
		return *slot - 1;
	struct plan_object o = {.of_library = of_library, .name = source, .key = key};
	o.compile = plan_compile(options, a);
	o.compile.source = arena_printf(a, PROJECT_ROOT "/%s", source);
	plan->objects = mem_grow(plan->objects, plan->objects_len, &plan->objects_cap, sizeof(o));
	plan->objects[plan->objects_len] = o;
	*slot = ++plan->objects_len;
	return *slot - 1;
}

static size_t *objects_for(struct plan *plan, size_t *slots, const struct strings *sources,
			   const struct build_options *options, bool of_library)
{
	size_t *indices = arena_array(&plan->arena, sources->len, size_t);
	for (size_t i = 0; i < sources->len; i++)
		indices[i] = object_for(plan, slots, sources->items[i], options, of_library);
	return indices;
}

/* ---- programs */

/* Objects that all programs with the same options share. */
struct shared_objects {
	struct hash options;
	size_t *indices;
};

struct planner {
	const struct project *project;
	struct plan *plan;
	struct strings library_sources, common_sources;
	size_t *slots; /* of objects, by their keys */
	struct {
		struct shared_objects *items;
		size_t len, cap;
	} shared;
};

/* The library's objects, or the common ones of the tests: looked for once, since there can be thousands of them
 * and of programs. */
static size_t *shared_objects_for(struct planner *p, const struct build_options *options, bool of_library)
{
	struct hash key = object_key("", options, of_library);
	for (size_t i = 0; i < p->shared.len; i++) {
		if (hash_eq(&p->shared.items[i].options, &key))
			return p->shared.items[i].indices;
	}
	const struct strings *sources = of_library ? &p->library_sources : &p->common_sources;
	size_t *indices = objects_for(p->plan, p->slots, sources, options, of_library);
	*vec_push(&p->shared) = (struct shared_objects){key, indices};
	return indices;
}

/* A program's own objects, then those that all programs have. */
static size_t *test_objects_for(struct planner *p, const struct strings *sources, const struct build_options *options)
{
	size_t *own = objects_for(p->plan, p->slots, sources, options, false);
	if (p->common_sources.len == 0)
		return own;
	size_t *all = arena_array(&p->plan->arena, sources->len + p->common_sources.len, size_t);
	const size_t *common = shared_objects_for(p, options, false);
	for (size_t i = 0; i < sources->len; i++)
		all[i] = own[i];
	for (size_t i = 0; i < p->common_sources.len; i++)
		all[sources->len + i] = common[i];
	return all;
}

static int add_program(struct planner *p, const char *name, const struct program *program,
		       const struct strings *sources, const struct configuration *c, struct err *err)
{
	struct plan *plan = p->plan;
	if (plan->programs_len >= PLAN_PROGRAMS_MAX || plan->objects_len >= PLAN_OBJECTS_MAX)
		return err_set(err, ERR_LIMIT,
			       "recast.json: tests.programs: more than %d programs or %d objects, configurations counted",
			       PLAN_PROGRAMS_MAX, PLAN_OBJECTS_MAX);
	struct arena *a = &plan->arena;
	const struct build_options *lib = &p->project->library.options, *tests = &p->project->tests.options,
				   *own = &program->options;
	struct build_options library_options = {
		.include = lib->include,
		.defines = PLAN_JOIN(a, &lib->defines, &c->defines),
		.flags = PLAN_JOIN(a, &lib->flags, &c->flags),
	};
	/* A test sees the library's folders and defines too, as its users do. */
	struct build_options test_options = {
		.include = PLAN_JOIN(a, &own->include, &tests->include, &lib->include),
		.defines = PLAN_JOIN(a, &lib->defines, &tests->defines, &own->defines, &c->defines),
		.flags = PLAN_JOIN(a, &lib->flags, &tests->flags, &own->flags, &c->flags),
	};
	/* One after the other, since that is how objects are numbered. */
	size_t *objects = test_objects_for(p, sources, &test_options);
	size_t *library = shared_objects_for(p, &library_options, true);
	struct plan_program planned = {
		.name = c->name[0] ? arena_printf(a, "%s/%s", name, c->name) : name,
		.program = program,
		.configuration = c,
		.objects = objects,
		.objects_len = sources->len + p->common_sources.len,
		.library = library,
		.library_len = p->library_sources.len,
	};
	plan->programs = mem_grow(plan->programs, plan->programs_len, &plan->programs_cap, sizeof(planned));
	plan->programs[plan->programs_len++] = planned;
	return 0;
}

static int plan_program(struct planner *p, const struct program *program, struct err *err)
{
	struct arena *a = &p->plan->arena;
	bool each = program->each.len > 0;
	struct strings sources;
	if (plan_expand(p->plan->tests_tree, each ? &program->each : &program->sources, &program->exclude,
		   "tests.programs", a, &sources, err) < 0)
		return -1;
	for (size_t c = 0; c < program->configurations_len; c++) {
		const struct configuration *configuration = &program->configurations[c];
		if (!each && add_program(p, program->name, program, &sources, configuration, err) < 0)
			return -1;
		for (size_t i = 0; each && i < sources.len; i++) {
			struct strings one = {&sources.items[i], 1};
			if (add_program(p, arena_str(a, path_stem(str_of(sources.items[i]))), program, &one, configuration, err) < 0)
				return -1;
		}
	}
	return 0;
}

static int refuse_equal_names(const struct plan *plan, struct err *err)
{
	for (size_t i = 0; i < plan->programs_len; i++) {
		for (size_t j = 0; j < i; j++) {
			if (strcmp(plan->programs[i].name, plan->programs[j].name) == 0)
				return err_set(err, ERR_USAGE, "recast.json: tests.programs: two programs are named %s",
					       plan->programs[i].name);
		}
	}
	return 0;
}

static int fill_plan(struct planner *p, const struct tree *source, struct err *err)
{
	const struct project *project = p->project;
	struct plan *plan = p->plan;
	struct strings headers;
	if (make_trees(project, source, plan, err) < 0 ||
	    plan_expand(plan->library_tree, &project->library.sources, NULL, "library.sources", &plan->arena,
		   &p->library_sources, err) < 0 ||
	    plan_expand(plan->library_tree, &project->library.headers, NULL, "library.headers", &plan->arena, &headers,
		   err) < 0 ||
	    plan_expand(plan->tests_tree, &project->tests.sources, NULL, "tests.sources", &plan->arena, &p->common_sources,
		   err) < 0)
		return -1;
	plan->headers = headers.items;
	plan->headers_len = headers.len;
	const struct build_options *lib = &project->library.options, *tests = &project->tests.options;
	plan->user = (struct build_options){
		.include = PLAN_JOIN(&plan->arena, &lib->include, &tests->include),
		.defines = PLAN_JOIN(&plan->arena, &lib->defines, &tests->defines),
		.flags = PLAN_JOIN(&plan->arena, &lib->flags, &tests->flags),
	};
	for (size_t i = 0; i < project->tests.programs_len; i++) {
		if (plan_program(p, &project->tests.programs[i], err) < 0)
			return -1;
	}
	return refuse_equal_names(plan, err) < 0 ? -1 : plan_workloads(project, plan, err);
}

int plan_make(const struct project *project, const struct tree *source, struct plan *ret, struct err *err)
{
	struct plan plan = {0};
	struct planner p = {.project = project, .plan = &plan, .slots = mem_zalloc(SLOTS, sizeof(*p.slots))};
	int result = fill_plan(&p, source, err);
	vec_release(&p.shared);
	free(p.slots);
	if (result < 0) {
		plan_release(&plan);
		return -1;
	}
	*ret = plan;
	return 0;
}

struct str plan_text(const struct tree *tree, const char *path)
{
	SCOPED_ARENA struct arena scratch = {0};
	const struct tree_node *node = view_resolve(tree, arena_printf(&scratch, PROJECT_ROOT "/%s", path));
	return node && node->type == TREE_FILE ? node->content : (struct str){0};
}
