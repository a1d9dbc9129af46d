#include "harness/scout_parts.h"

#include "core/mem.h"
#include "harness/ownsource.h"
#include "harness/plan.h"
#include "harness/wasmfile.h"

/* ---- trees */

static int add_made(struct scout *s, struct tree *tree, const struct scout_made_list *made, struct err *err)
{
	for (size_t i = 0; i < made->len; i++) {
		const char *path = arena_printf(s->a, PROJECT_ROOT "/%s", made->items[i].path);
		if (tree_add_file(tree, path, made->items[i].text, err) < 0)
			return -1;
	}
	return 0;
}

int scout_renew_trees(struct scout *s, struct err *err)
{
	SCOPED_TREE struct tree *library = tree_new();
	SCOPED_TREE struct tree *tests = tree_new();
	if (tree_add_tree(library, PROJECT_ROOT, s->tree, PROJECT_ROOT, err) < 0 ||
	    add_made(s, library, &s->library_files, err) < 0 ||
	    tree_add_tree(tests, PROJECT_ROOT, s->tree, PROJECT_ROOT, err) < 0 ||
	    add_made(s, tests, &s->library_files, err) < 0 || add_made(s, tests, &s->tests_files, err) < 0)
		return -1;
	tree_free(s->library_tree);
	tree_free(s->tests_tree);
	s->library_tree = take(library);
	s->tests_tree = take(tests);
	return 0;
}

/* ---- options */

static void join(struct arena *a, struct strings *to, const struct scout_list *list)
{
	const char **items = arena_array(a, to->len + list->len, const char *);
	if (to->len)
		memcpy(items, to->items, to->len * sizeof(*items));
	if (list->len)
		memcpy(items + to->len, list->items, list->len * sizeof(*items));
	*to = (struct strings){items, to->len + list->len};
}

/* Only symbols and messages are looked at, and these do not wait for an optimiser. */
static const char *trial_flags[] = {"-O0", "-g0"};

/* In the order in which plan.c joins them. */
static struct compile options_of(const struct scout *s, bool tests, const struct scout_options *extra,
				 struct arena *a)
{
	struct build_options o = {0};
	if (extra)
		join(a, &o.include, &extra->include);
	if (tests)
		join(a, &o.include, &s->tests.include);
	join(a, &o.include, &s->library.include);
	join(a, &o.defines, &s->library.defines);
	join(a, &o.flags, &s->library.flags);
	if (tests) {
		join(a, &o.defines, &s->tests.defines);
		join(a, &o.flags, &s->tests.flags);
	}
	if (extra) {
		join(a, &o.defines, &extra->defines);
		join(a, &o.flags, &extra->flags);
	}
	join(a, &o.flags, &(struct scout_list){.items = trial_flags, .len = countof(trial_flags)});
	return plan_compile(&o, a);
}

/* ---- what came of it */

static bool is_main(const char *name)
{
	return strcmp(name, "__original_main") == 0 || strcmp(name, "__main_argc_argv") == 0 ||
	       strcmp(name, "main") == 0;
}

static void keep_symbols(const struct wasmfile *file, struct arena *a, struct scout_object *o)
{
	o->defined.items = arena_array(a, file->symbols_len, const char *);
	o->needed.items = arena_array(a, file->symbols_len, const char *);
	for (size_t i = 0; i < file->symbols_len; i++) {
		const struct wasmfile_symbol *symbol = &file->symbols[i];
		bool shared = symbol->kind == WASMFILE_SYMBOL_FUNCTION || symbol->kind == WASMFILE_SYMBOL_DATA;
		if (symbol->local || !shared || !symbol->name[0])
			continue;
		if (symbol->defined && is_main(symbol->name)) {
			o->has_main = true;
			continue;
		}
		struct strings *list = symbol->defined ? &o->defined : &o->needed;
		list->items[list->len++] = arena_strdup(a, symbol->name);
	}
}

/* "unknown type name 'X'": a macro, by its capitals, that was to become nothing. */
static void keep_unknown(const char *message, struct arena *a, struct scout_object *o)
{
	static const char start[] = "unknown type name '";
	struct str text = str_of(message);
	if (!str_starts(text, str_of(start)))
		return;
	text = str_from(text, sizeof(start) - 1);
	text = str_first(text, str_index(text, '\''));
	for (size_t i = 0; i < text.len; i++) {
		if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", text.ptr[i]))
			return;
	}
	if (text.len > 1 && text.len < 100)
		o->unknown_macro = arena_str(a, text);
}

/* "'x.h' file not found" */
static void keep_error(const struct diag *first, struct arena *a, struct scout_object *o)
{
	static const char end[] = "' file not found";
	struct str text = str_of(first->message);
	if (text.len > sizeof(end) && text.ptr[0] == '\'' && str_ends(text, str_of(end))) {
		o->missing = arena_str(a, (struct str){text.ptr + 1, text.len - sizeof(end)});
		o->missing_from = arena_strdup(a, first->file);
	}
	o->failed_in = arena_strdup(a, first->file);
	o->failed_line = first->line;
	keep_unknown(first->message, a, o);
}

static void keep(const struct built *built, struct arena *a, struct scout_object *ret)
{
	struct scout_object o = {.tried = true, .ok = built->ok};
	struct wasmfile file;
	const struct diag *first = diag_first_error(&built->diags);
	if (!built->ok) {
		o.failure = arena_strdup(a, built->failure);
		if (first)
			keep_error(first, a, &o);
	} else {
		SCOPED_ARENA struct arena scratch = {0};
		struct err why = {0};
		if (wasmfile_read(built->bytes, &scratch, &file, &why) < 0) {
			o.ok = false;
			o.failure = "the object is not as it should be";
		} else {
			keep_symbols(&file, a, &o);
		}
	}
	*ret = o;
}

/* ---- many at once */

static const struct build_limits limits = {
	.deadline_ns = 60 * (uint64_t)1000000000,
	.memory_bytes = (uint64_t)2 << 30,
	.output_max = 64 << 20,
};

struct attempt {
	struct arena arena;
	struct built built;
	struct err error;
};

struct batch {
	struct scout *s;
	const struct tree *tree;
	struct compile options;
	const size_t *files;
	struct attempt *attempts;
};

static void compile_one(void *data, size_t index)
{
	struct batch *b = data;
	struct attempt *t = &b->attempts[index];
	const struct scout_file *f = &b->s->files.items[b->files[index]];
	struct compile c = b->options;
	c.source = arena_printf(&t->arena, PROJECT_ROOT "/%s", f->path);
	build_compile(b->s->tools->toolchain, b->tree, &c, &limits, &t->arena, &t->built, &t->error);
	event_send(b->s->tools->observer, EVENT_STEP, f->path, 0);
}

static int run_batch(struct scout *s, struct batch *b, size_t len, struct err *err)
{
	int result = tools_stage(s->tools, "trying sources", len, compile_one, b, err);
	for (size_t i = 0; i < len; i++) {
		struct attempt *t = &b->attempts[i];
		if (result == 0 && t->error.kind != ERR_NONE) {
			err_copy(err, &t->error);
			result = -1;
		}
		if (result == 0)
			keep(&t->built, s->a, &s->files.items[b->files[i]].object);
		arena_release(&t->arena);
	}
	return result;
}

int scout_compile(struct scout *s, const struct scout_job *job, bool tests, const struct scout_options *extra,
		  struct err *err)
{
	SCOPED_TREE struct tree *tree = NULL;
	SCOPED_ARENA struct arena scratch = {0};
	size_t len = job->len;
	if (len == 0)
		return 0;
	if (build_tree(s->tools->toolchain, tests ? s->tests_tree : s->library_tree, &tree, err) < 0)
		return -1;
	struct batch b = {
		.s = s,
		.tree = tree,
		.options = options_of(s, tests, extra, &scratch),
		.files = job->items,
		.attempts = mem_zalloc(len, sizeof(*b.attempts)),
	};
	int result = run_batch(s, &b, len, err);
	free(b.attempts);
	return result;
}

/* Those of the job that did not compile for want of a header; *ret_found if one of these is there now. */
static int look_for_missing(struct scout *s, const struct scout_job *job, bool tests, struct scout_job *again,
			    bool *ret_found, struct err *err)
{
	struct scout_list names = {0};
	int result = 0;
	again->len = 0;
	*ret_found = false;
	for (size_t i = 0; result == 0 && i < job->len; i++) {
		const struct scout_object *o = &s->files.items[job->items[i]].object;
		bool found = false;
		if (o->ok || !o->missing)
			continue;
		*vec_push(again) = job->items[i];
		/* Many may ask for the same one; it is looked for once. */
		if (scout_list_add(&names, o->missing))
			result = scout_find_header(s, o->missing, o->missing_from, tests, &found, err);
		*ret_found = *ret_found || found;
	}
	vec_release(&names);
	return result;
}

int scout_compile_settle(struct scout *s, const struct scout_job *job, bool tests, struct err *err)
{
	struct scout_job again = {0};
	bool found = true;
	int result = scout_compile(s, job, tests, NULL, err);
	for (size_t round = 0; result == 0 && found && round < SCOUT_ROUNDS_MAX; round++) {
		result = look_for_missing(s, job, tests, &again, &found, err);
		if (result == 0 && found)
			result = scout_compile(s, &again, tests, NULL, err);
	}
	vec_release(&again);
	return result;
}

int scout_preprocess_text(struct scout *s, const char *text, struct str *ret, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct built built;
	struct own_source source = {
		.path = "/recast/scout.c",
		.text = text,
		.project = s->library_tree,
		.options = options_of(s, false, NULL, &scratch),
		.limits = &limits,
	};
	if (own_preprocess(s->tools, &source, s->a, &built, err) < 0)
		return -1;
	*ret = built.ok ? built.bytes : (struct str){0};
	return 0;
}

int scout_compile_text(struct scout *s, const char *text, const char *define, struct scout_object *ret,
		       struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct scout_options extra = {0};
	struct built built;
	if (define)
		scout_list_add(&extra.defines, define);
	struct own_source source = {
		.path = "/recast/scout.c",
		.text = text,
		.project = s->library_tree,
		.options = options_of(s, false, &extra, &scratch),
		.limits = &limits,
	};
	int result = own_compile(s->tools, &source, &scratch, &built, err);
	vec_release(&extra.defines);
	if (result == 0)
		keep(&built, s->a, ret);
	return result;
}
