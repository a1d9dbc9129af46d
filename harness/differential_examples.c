#include "harness/differential_examples.h"

#include "core/mem.h"
#include "core/utf8.h"
#include "harness/ownsource.h"
#include "harness/programworld.h"

enum {
	PRINTED_MAX = 1 << 20, /* of one run; a program that says more is ended */
	KEPT_MAX = 2000,       /* of that, for people */
	BEFORE = 200,          /* of these, in front of the first difference */
};

static const struct limits example_limits = {
	.fuel = 3000000000,
	.deadline_ns = 60 * (uint64_t)1000000000,
	.memory_bytes = 256 << 20,
};

/* ---- headers as users see them */

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}

/* What is left of the path behind the folder of the library's that it stands in; else its last part. */
static const char *name_of(const struct plan *plan, const char *header)
{
	const char *best = base_name(header);
	for (size_t i = 0; i < plan->user.include.len; i++) {
		const char *folder = plan->user.include.items[i];
		size_t len = strlen(folder);
		bool within = len && strncmp(header, folder, len) == 0 && header[len] == '/';
		if (within && strlen(header + len + 1) > strlen(best))
			best = header + len + 1;
	}
	return best;
}

struct strings example_headers(const struct plan *plan, struct arena *a)
{
	struct strings names = {arena_array(a, plan->headers_len + 1, const char *), 0};
	for (size_t i = 0; i < plan->headers_len; i++)
		names.items[names.len++] = name_of(plan, plan->headers[i]);
	return names;
}

struct strings example_folders(const struct plan *plan, struct arena *a)
{
	struct strings folders = {arena_array(a, plan->headers_len + 1, const char *), 0};
	for (size_t i = 0; i < plan->headers_len; i++) {
		const char *header = plan->headers[i];
		size_t len = (size_t)(base_name(header) - header);
		const char *folder = len ? arena_printf(a, "%.*s", (int)len - 1, header) : "";
		if (!strings_have(&folders, folder))
			folders.items[folders.len++] = folder;
	}
	return folders;
}

/* ---- one program */

/* What one run came to. */
struct said {
	struct str text;
	const char *end; /* "" if it came back as programs do */
};

static int compile(const struct example_sides *s, const char *program, struct arena *a, struct built *ret,
		   struct err *err)
{
	const struct plan *plan = &s->suite->plan;
	struct strings folders = example_folders(plan, a);
	struct build_options options = plan->user;
	options.include = arena_joined(a, &plan->user.include, &folders);
	struct own_source source = {
		.path = "/recast/example.c",
		.text = program,
		.project = plan->library_tree,
		.options = plan_compile(&options, a),
		.limits = &s->suite->project->limits.build,
	};
	own_be_lenient(&source.options, a);
	return own_compile(s->suite->tools, &source, a, ret, err);
}

static const char *end_of(const struct run_result *r, struct arena *a)
{
	if (r->outcome == OUTCOME_TRAPPED)
		return arena_printf(a, "trapped: %s", r->trap);
	if (r->outcome != OUTCOME_EXITED)
		return outcome_name(r->outcome);
	return r->exit_code || r->exited_by_call ? arena_printf(a, "exit code %d", r->exit_code) : "";
}

static int run(const struct example_sides *s, struct module *module, const char *const *args, size_t args_len,
	       struct arena *a, struct said *ret, struct err *err)
{
	struct program_world world;
	struct run_result result;
	struct wasi w;
	if (program_world_make(s->suite, s->planned, NULL, 0, a, &world, err) < 0)
		return -1;
	world.world.args = args;
	world.world.args_len = args_len;
	world.world.output_max = PRINTED_MAX;
	wasi_init(&w, &world.world);
	int code = engine_run(module, &example_limits, &w, &result, err);
	if (code == 0)
		*ret = (struct said){{arena_str(a, buf_str(&w.out)), w.out.len}, end_of(&result, a)};
	wasi_release(&w);
	program_world_release(&world);
	return code;
}

/* *out is NULL if the program cannot be linked or loaded. */
static int load_beside(const struct example_sides *s, struct str object, const struct link_input *library, size_t len,
		       struct arena *a, struct module **out, struct err *err)
{
	struct link_input *inputs = arena_array(a, len + 2, struct link_input);
	struct built built;
	struct err refusal = {0};
	inputs[0] = s->suite->start;
	inputs[1] = (struct link_input){"example", object};
	for (size_t i = 0; i < len; i++)
		inputs[2 + i] = library[i];
	*out = NULL;
	if (build_link(s->suite->tools->toolchain, inputs, len + 2, &s->suite->project->limits.build, a, &built, err) <
	    0)
		return -1;
	/* Nobody runs it in another process, so it need not be kept. */
	if (built.ok && module_load(s->suite->tools->engine, NULL, NULL, built.bytes, out, &refusal) < 0)
		return refusal.kind == ERR_PARSE ? 0 : err_copy(err, &refusal);
	return 0;
}

static int run_beside(const struct example_sides *s, struct str object, const struct link_input *library, size_t len,
		      struct arena *a, struct said *ret, bool *ret_runs, struct err *err)
{
	static const char *const args[] = {"example"};
	struct module *module;
	*ret_runs = false;
	if (load_beside(s, object, library, len, a, &module, err) < 0)
		return -1;
	if (!module)
		return 0;
	int result = run(s, module, args, countof(args), a, ret, err);
	module_free(module);
	*ret_runs = result == 0;
	return result;
}

int example_load(const struct example_sides *s, const char *program, const struct link_input *library, size_t len,
		 struct arena *a, struct module **out, const char **ret_failure, struct err *err)
{
	struct built built;
	*out = NULL;
	*ret_failure = NULL;
	if (compile(s, program, a, &built, err) < 0)
		return -1;
	if (!built.ok)
		*ret_failure = arena_printf(a, "it does not compile (%s)", built.failure);
	else if (load_beside(s, built.bytes, library, len, a, out, err) < 0)
		return -1;
	else if (!*out)
		*ret_failure = "it cannot be linked";
	return 0;
}

int example_run(const struct example_sides *s, struct module *module, const char *const *args, size_t args_len,
		struct arena *a, struct str *ret_printed, const char **ret_failure, struct err *err)
{
	struct said said;
	if (run(s, module, args, args_len, a, &said, err) < 0)
		return -1;
	*ret_printed = said.text;
	*ret_failure = said.end[0] ? said.end : NULL;
	return 0;
}

/* The text from there on, as far as it is kept, and how it ended. */
static const char *kept(const struct said *said, size_t from, struct arena *a)
{
	SCOPED_BUF struct buf out;
	buf_init(&out, 4 * KEPT_MAX);
	struct str rest = str_from(said->text, min_size(from, said->text.len));
	buf_append_cstr(&out, from ? "…\n" : "");
	utf8_append(&out, str_whole_characters(str_first(rest, KEPT_MAX)));
	buf_append_cstr(&out, rest.len > KEPT_MAX ? "…\n" : "");
	if (said->end[0])
		buf_printf(&out, "[%s]\n", said->end);
	return arena_str(a, buf_str(&out));
}

/* Where both are shown from, so that their first difference is in sight: the beginning of a line. */
static size_t window_of(struct str x, struct str y)
{
	size_t same = 0;
	while (same < min_size(x.len, y.len) && x.ptr[same] == y.ptr[same])
		same++;
	if (max_size(x.len, y.len) <= KEPT_MAX || same <= BEFORE)
		return 0;
	size_t from = same - BEFORE;
	while (from < same && x.ptr[from - 1] != '\n')
		from++;
	return from;
}

static int try_one(const struct example_sides *s, struct found_difference *d, struct arena *a, struct err *err)
{
	struct built built;
	struct said original, rewrite;
	bool runs = false;
	d->printed_original = d->printed_rewrite = "";
	/* A test program with other inputs is no example. */
	if (!d->program[0])
		return 0;
	if (compile(s, d->program, a, &built, err) < 0)
		return -1;
	if (!built.ok)
		return 0;
	if (run_beside(s, built.bytes, s->original, s->original_len, a, &original, &runs, err) < 0)
		return -1;
	if (!runs)
		return 0;
	if (run_beside(s, built.bytes, s->rewrite, s->rewrite_len, a, &rewrite, &runs, err) < 0)
		return -1;
	if (!runs)
		return 0;
	size_t from = window_of(original.text, rewrite.text);
	d->printed_original = kept(&original, from, a);
	d->printed_rewrite = kept(&rewrite, from, a);
	d->reproduced = !str_eq(original.text, rewrite.text) || strcmp(original.end, rewrite.end) != 0;
	return 0;
}

/* ---- all of them */

struct trying {
	const struct example_sides *sides;
	struct differential *d;
	struct arena *arenas;
	struct err *errors;
};

static void try_index(void *data, size_t index)
{
	struct trying *t = data;
	struct found_difference *d = &t->d->differences[index];
	if (d->way == t->sides->way)
		try_one(t->sides, d, &t->arenas[index], &t->errors[index]);
	event_send(t->sides->suite->tools->observer, EVENT_STEP, d->function, 0);
}

int differential_try_examples(const struct example_sides *sides, struct differential *d, struct err *err)
{
	size_t len = d->differences_len, own = 0;
	for (size_t i = 0; i < len; i++)
		own += d->differences[i].way == sides->way;
	if (own == 0)
		return 0;
	struct trying t = {sides, d, mem_zalloc(len, sizeof(struct arena)), mem_zalloc(len, sizeof(struct err))};
	int result = tools_stage(sides->suite->tools, "running examples", len, try_index, &t, err);
	for (size_t i = 0; i < len; i++) {
		struct found_difference *f = &d->differences[i];
		if (result == 0 && t.errors[i].kind != ERR_NONE)
			result = err_copy(err, &t.errors[i]);
		if (f->way != sides->way)
			continue;
		f->printed_original = arena_strdup(&d->arena, f->printed_original ? f->printed_original : "");
		f->printed_rewrite = arena_strdup(&d->arena, f->printed_rewrite ? f->printed_rewrite : "");
		arena_release(&t.arenas[i]);
	}
	free(t.arenas);
	free(t.errors);
	return result;
}
