#include "harness/simcompiled.h"

#include "core/mem.h"
#include "harness/build.h"

#define SHARED_ROOT PROJECT_ROOT "/recast-shared"

struct compiling {
	const struct tools *tools;
	const struct simcompiled_ask *ask;
	struct tree *tree;
	struct {
		const char **items;
		size_t len, cap;
	} include, sources;
	struct built *built; /* of each source */
	struct arena *arenas;
	struct err *errors;
	struct arena arena;
};

static bool ends(const char *path, const char *ending)
{
	return str_ends(str_of(path), str_of(ending));
}

/* "/src/lib" of "/src/lib/a.h", once. */
static void add_include(struct compiling *c, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *folder = arena_str(&c->arena, str_first(str_of(path), (size_t)(slash - path)));
	for (size_t i = 0; i < c->include.len; i++) {
		if (strcmp(c->include.items[i], folder) == 0)
			return;
	}
	*vec_push(&c->include) = folder;
}

static int add_files(struct compiling *c, const struct sim_files *files, const char *root, bool sources,
		     struct err *err)
{
	for (size_t i = 0; files && i < files->len; i++) {
		const char *path = arena_printf(&c->arena, "%s/%s", root, files->items[i].path);
		if (tree_add_file(c->tree, path, files->items[i].text, err) < 0)
			return -1;
		if (sources && ends(path, ".c"))
			*vec_push(&c->sources) = path;
		else if (!ends(path, ".c"))
			add_include(c, path);
	}
	return 0;
}

static void compile(void *data, size_t index)
{
	struct compiling *c = data;
	const struct compile options = {
		.source = c->sources.items[index],
		.include = c->include.items,
		.include_len = c->include.len,
		.defines = c->ask->defines.items,
		.defines_len = c->ask->defines.len,
		.flags = c->ask->flags.items,
		.flags_len = c->ask->flags.len,
		.shown_below = PROJECT_ROOT,
	};
	build_compile(c->tools->toolchain, c->tree, &options, &build_default_limits, &c->arenas[index],
		      &c->built[index], &c->errors[index]);
	event_send(c->tools->observer, EVENT_STEP, c->sources.items[index] + strlen(PROJECT_ROOT "/"), 0);
}

static const char *why_not(const struct compiling *c, size_t index)
{
	const struct built *built = &c->built[index];
	return c->errors[index].kind != ERR_NONE ? c->errors[index].text
	       : built->failure                  ? built->failure
						 : "it does not compile";
}

static int collect(struct compiling *c, struct arena *a, struct simcompiled *ret, struct err *err)
{
	SCOPED_MEM struct str *objects = mem_zalloc(c->sources.len + 1, sizeof(*objects));
	struct simcompiled made = {.sources = c->sources.len};
	size_t len = 0;
	made.failed.items = arena_array(a, c->sources.len, const char *);
	for (size_t i = 0; i < c->sources.len; i++) {
		if (c->built[i].ok)
			objects[len++] = c->built[i].bytes;
		else
			made.failed.items[made.failed.len++] = arena_printf(
				a, "%s: %s", c->sources.items[i] + strlen(PROJECT_ROOT "/"), why_not(c, i));
	}
	if (simwasm_read(objects, len, &made.side, err) < 0)
		return -1;
	*ret = made;
	return 0;
}

static int make(struct compiling *c, struct arena *a, struct simcompiled *ret, struct err *err)
{
	if (build_tree(c->tools->toolchain, NULL, &c->tree, err) < 0 ||
	    add_files(c, c->ask->shared, SHARED_ROOT, false, err) < 0 ||
	    add_files(c, c->ask->files, PROJECT_ROOT, true, err) < 0)
		return -1;
	c->built = arena_array(&c->arena, c->sources.len, struct built);
	c->arenas = arena_array(&c->arena, c->sources.len, struct arena);
	c->errors = arena_array(&c->arena, c->sources.len, struct err);
	int result = tools_stage(c->tools, "compiling both sides", c->sources.len, compile, c, err);
	if (result == 0)
		result = collect(c, a, ret, err);
	for (size_t i = 0; i < c->sources.len; i++)
		arena_release(&c->arenas[i]);
	return result;
}

int simcompiled_make(const struct tools *tools, const struct simcompiled_ask *ask, struct arena *a,
		     struct simcompiled *ret, struct err *err)
{
	struct compiling c = {.tools = tools, .ask = ask};
	int result = make(&c, a, ret, err);
	free(c.include.items);
	free(c.sources.items);
	tree_free(c.tree);
	arena_release(&c.arena);
	return result;
}

/* ---- JSON */

static json_t *function_json(const struct simwasm_function *f)
{
	return json_pack("{s:o, s:o, s:f, s:I}", "candidate", json_text(f->candidate), "original",
			 json_text(f->original), "score", f->score, "instructions", (json_int_t)f->instructions);
}

json_t *simcompiled_json(const struct simcompiled *original, const struct simcompiled *candidate,
			 const struct simwasm *s)
{
	json_t *functions = json_array();
	for (size_t i = 0; i < s->len; i++)
		json_array_append_new(functions, function_json(&s->functions[i]));
	return json_pack("{s:f, s:f, s:{s:I, s:I}, s:o, s:{s:o, s:o}}", "original_in_candidate",
			 s->original_in_candidate, "candidate_in_original", s->candidate_in_original, "instructions",
			 "original", (json_int_t)s->original_instructions, "candidate",
			 (json_int_t)s->candidate_instructions, "functions", functions, "not_compiled", "original",
			 json_texts(&original->failed), "candidate", json_texts(&candidate->failed));
}
