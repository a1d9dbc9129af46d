#include "harness/rewrite_parts.h"

#include "core/mem.h"
#include "core/path.h"
#include "harness/ctoken.h"
#include "harness/linemarker.h"
#include "harness/view.h"

void rewrite_release(struct rewrite *r)
{
	for (size_t v = 0; v < r->variants_len; v++) {
		for (size_t i = 0; i < r->variants[v].objects_len; i++)
			arena_release(&r->variants[v].objects[i].arena);
		free(r->variants[v].objects);
	}
	vec_release(&r->trouble);
	tree_free(r->tree);
	arena_release(&r->arena);
	*r = (struct rewrite){0};
}

struct str rewrite_text(const struct rewrite *r, const char *path)
{
	SCOPED_ARENA struct arena scratch = {0};
	const struct tree_node *node = tree_find(r->tree, arena_printf(&scratch, REWRITE_ROOT "/%s", path));
	return node && node->type == TREE_FILE ? node->content : (struct str){0};
}

struct place rewrite_mention(const struct rewrite *r, const char *name)
{
	for (size_t i = 0; i < r->files.len; i++) {
		struct ctoken_reader reader = ctoken_reader(rewrite_text(r, r->files.items[i]));
		struct ctoken t;
		while (ctoken_next(&reader, &t)) {
			if (t.kind == CTOKEN_NAME && ctoken_is(&t, name))
				return (struct place){r->files.items[i], t.line, t.line};
		}
	}
	return (struct place){.file = ""};
}

size_t rewrite_file_index(const struct rewrite *r, struct str path)
{
	SCOPED_ARENA struct arena scratch = {0};
	const char *own = rewrite_own_path(path, &scratch);
	for (size_t low = 0, high = r->files.len; own && low < high;) {
		size_t middle = low + (high - low) / 2;
		int order = strcmp(own, r->files.items[middle]);
		if (order == 0)
			return middle;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return SIZE_MAX;
}

/* ---- ways of building */

/* A warning is no reason to refuse a rewrite. */
static struct strings without_errors(const struct strings *flags, struct arena *a)
{
	struct strings kept = {arena_array(a, flags->len, const char *), 0};
	for (size_t i = 0; i < flags->len; i++) {
		if (strncmp(flags->items[i], "-Werror", 7) != 0 && strcmp(flags->items[i], "-pedantic-errors") != 0)
			kept.items[kept.len++] = flags->items[i];
	}
	return kept;
}

static size_t variant_for(struct rewrite *r, const struct strings *defines, const struct strings *flags)
{
	for (size_t v = 0; v < r->variants_len; v++) {
		if (strings_eq(&r->variants[v].defines, defines) && strings_eq(&r->variants[v].flags, flags))
			return v;
	}
	r->variants[r->variants_len] = (struct rewrite_variant){.defines = *defines, .flags = *flags};
	return r->variants_len++;
}

static void find_variants(struct rewrite *r)
{
	const struct plan *plan = &r->suite->plan;
	const struct build_options *library = &r->suite->project->library.options;
	struct strings flags = without_errors(&library->flags, &r->arena);
	r->variants = arena_array(&r->arena, plan->programs_len + 1, struct rewrite_variant);
	r->variant_of = arena_array(&r->arena, plan->programs_len, size_t);
	for (size_t i = 0; i < plan->programs_len; i++) {
		const struct configuration *c = plan->programs[i].configuration;
		struct strings defines = arena_joined(&r->arena, &library->defines, &c->defines);
		struct strings own = without_errors(&c->flags, &r->arena), all = arena_joined(&r->arena, &flags, &own);
		r->variant_of[i] = variant_for(r, &defines, &all);
	}
	if (plan->programs_len == 0)
		variant_for(r, &library->defines, &flags);
}

/* ---- one object */

int rewrite_preprocess(const struct rewrite *r, const struct tree *tree, const struct rewrite_variant *variant,
		       const char *source, struct arena *a, struct built *ret, struct err *err)
{
	struct strings flags = arena_joined(a, &variant->flags, &r->include_flags);
	struct compile c = {
		.source = arena_printf(a, REWRITE_ROOT "/%s", source),
		.include = r->include.items,
		.include_len = r->include.len,
		.defines = variant->defines.items,
		.defines_len = variant->defines.len,
		.flags = flags.items,
		.flags_len = flags.len,
		.shown_below = REWRITE_ROOT "/",
	};
	return build_preprocess(r->suite->tools->toolchain, tree, &c, &r->suite->project->limits.build, a, ret, err);
}

/* The preprocessor is done: what was meant for it would only be complained about. */
static struct strings flags_behind(const struct rewrite_variant *variant, struct arena *a)
{
	struct strings kept = {arena_array(a, variant->flags.len, const char *), 0};
	for (size_t i = 0; i < variant->flags.len; i++) {
		const char *flag = variant->flags.items[i];
		if (strncmp(flag, "-D", 2) != 0 && strncmp(flag, "-U", 2) != 0)
			kept.items[kept.len++] = flag;
	}
	return kept;
}

int rewrite_compile(const struct rewrite *r, const struct rewrite_variant *variant, const struct rewrite_object *o,
		    const struct strings *more, struct arena *a, struct built *ret, struct err *err)
{
	SCOPED_TREE struct tree *tree = NULL;
	struct strings own = flags_behind(variant, a), flags = arena_joined(a, &own, more);
	struct compile c = {
		.source = arena_printf(a, REWRITE_ROOT "/%s.i", o->name),
		.flags = flags.items,
		.flags_len = flags.len,
		.shown_below = REWRITE_ROOT "/",
	};
	if (build_tree(r->suite->tools->toolchain, NULL, &tree, err) < 0 ||
	    tree_add_file(tree, c.source, o->text.bytes, err) < 0)
		return -1;
	return build_compile(r->suite->tools->toolchain, tree, &c, &r->suite->project->limits.build, a, ret, err);
}

/* Inline assembly can make clang write an object that is none. */
static void read_symbols(struct rewrite_object *o)
{
	struct err why = {0};
	if (!o->object.ok || wasmfile_read(o->object.bytes, &o->arena, &o->symbols, &why) == 0)
		return;
	o->object.ok = false;
	o->object.failure = arena_printf(&o->arena, "%s: the object is not as it should be: %s", o->name, why.text);
}

/* Files that line markers name. */
static void read_files(struct rewrite_object *o)
{
	SCOPED(nameset_release) struct nameset set = {0};
	SCOPED_ARENA struct arena scratch = {0};
	SCOPED_BUF struct buf path;
	struct str rest = o->text.bytes, line, last = {0};
	uint64_t number;
	buf_init(&path, LINEMARKER_PATH_MAX);
	while (str_next_line(&rest, &line)) {
		if (!linemarker_read(line, &number, &path) || str_eq(buf_str(&path), last))
			continue;
		last = str_of(arena_str(&scratch, buf_str(&path)));
		const char *own = rewrite_own_path(last, &scratch);
		if (own)
			nameset_add(&set, str_of(own));
	}
	nameset_seal(&set);
	o->files.items = arena_array(&o->arena, set.len, const char *);
	for (size_t i = 0; i < set.len; i++) {
		if (i == 0 || !str_eq(set.items[i], set.items[i - 1]))
			o->files.items[o->files.len++] = arena_str(&o->arena, set.items[i]);
	}
}

struct making {
	struct rewrite *r;
	size_t sources;
};

static void make_object(void *data, size_t index)
{
	struct making *m = data;
	const struct rewrite *r = m->r;
	const struct rewrite_variant *variant = &r->variants[index / m->sources];
	struct rewrite_object *o = &variant->objects[index % m->sources];
	const struct strings none = {0};
	if (rewrite_preprocess(r, r->tree, variant, o->name, &o->arena, &o->text, &o->error) == 0 && o->text.ok) {
		read_files(o);
		rewrite_compile(r, variant, o, &none, &o->arena, &o->object, &o->error);
		read_symbols(o);
	}
	event_send(r->suite->tools->observer, EVENT_STEP, o->name, 0);
}

/* ---- all objects */

static void complain(struct rewrite *r, const char *file, const char *text, const char *remedy)
{
	struct remark remark = {{.file = file}, text, remedy};
	remarks_add(&r->trouble, &remark);
}

static int make_objects(struct rewrite *r, const struct strings *sources, struct err *err)
{
	struct making m = {r, sources->len};
	if (sources->len * r->variants_len > REWRITE_OBJECTS_MAX) {
		complain(r, "", arena_printf(&r->arena, "%zu sources in %zu ways of building are more than %d objects",
					     sources->len, r->variants_len, REWRITE_OBJECTS_MAX), "");
		return 0;
	}
	for (size_t v = 0; v < r->variants_len; v++) {
		r->variants[v].objects_len = sources->len;
		r->variants[v].objects = mem_zalloc(sources->len, sizeof(struct rewrite_object));
		for (size_t i = 0; i < sources->len; i++)
			r->variants[v].objects[i].name = sources->items[i];
	}
	if (tools_stage(r->suite->tools, "compiling", sources->len * r->variants_len, make_object, &m, err) < 0)
		return -1;
	for (size_t i = 0; i < sources->len * r->variants_len; i++) {
		const struct rewrite_object *o = &r->variants[i / sources->len].objects[i % sources->len];
		if (o->error.kind != ERR_NONE)
			return err_copy(err, &o->error);
	}
	return 0;
}

static void drop(struct rewrite *r, size_t index, const char *why)
{
	if (why)
		r->left_out.items[r->left_out.len++] = arena_printf(
			&r->arena, "%s: %s", rewrite_printable(r->variants[0].objects[index].name, &r->arena), why);
	for (size_t v = 0; v < r->variants_len; v++) {
		struct rewrite_variant *variant = &r->variants[v];
		arena_release(&variant->objects[index].arena);
		memmove(&variant->objects[index], &variant->objects[index + 1],
			(--variant->objects_len - index) * sizeof(struct rewrite_object));
	}
}

/* "main" as clang names it for Wasm. */
static bool is_main(const char *name)
{
	return strcmp(name, "main") == 0 || strcmp(name, "__original_main") == 0 ||
	       strcmp(name, "__main_argc_argv") == 0 || strcmp(name, "__main_void") == 0;
}

/* In a source that does not compile: outside of brackets, "main" with parameters and a body. */
static bool mentions_main(struct str text)
{
	struct ctoken_reader r = ctoken_reader(text);
	struct ctoken t;
	size_t depth = 0;
	bool named = false, closed = false;
	while (ctoken_next(&r, &t)) {
		if (r.in_directive || t.kind == CTOKEN_COMMENT || t.kind == CTOKEN_HASH || t.kind == CTOKEN_END)
			continue;
		if (ctoken_is(&t, "{") && named && closed && depth == 0)
			return true;
		bool opens = ctoken_is(&t, "(") || ctoken_is(&t, "{"),
		     closes = ctoken_is(&t, ")") || ctoken_is(&t, "}");
		if (depth == 0 && !opens)
			named = ctoken_is(&t, "main");
		closed = ctoken_is(&t, ")");
		depth += opens;
		depth -= closes && depth;
	}
	return false;
}

static bool has_main(const struct rewrite *r, size_t index)
{
	for (size_t v = 0; v < r->variants_len; v++) {
		const struct rewrite_object *o = &r->variants[v].objects[index];
		if (!o->object.ok && mentions_main(rewrite_text(r, o->name)))
			return true;
		for (size_t i = 0; i < o->symbols.symbols_len; i++) {
			const struct wasmfile_symbol *s = &o->symbols.symbols[i];
			if (s->defined && !s->local && s->kind == WASMFILE_SYMBOL_FUNCTION && is_main(s->name))
				return true;
		}
	}
	return false;
}

static bool includes(const struct rewrite *r, size_t one, size_t other)
{
	const char *name = r->variants[0].objects[other].name;
	for (size_t v = 0; v < r->variants_len; v++) {
		if (strings_have(&r->variants[v].objects[one].files, name))
			return true;
	}
	return false;
}

/* A part of another source, and none that includes it in turn. */
static bool is_included(const struct rewrite *r, size_t index)
{
	for (size_t i = 0; i < r->variants[0].objects_len; i++) {
		if (i != index && includes(r, i, index) && (i < index || !includes(r, index, i)))
			return true;
	}
	return false;
}

static void drop_others(struct rewrite *r)
{
	for (size_t i = r->variants[0].objects_len; i-- > 0;) {
		if (has_main(r, i))
			drop(r, i, "it has a main");
	}
	for (size_t i = r->variants[0].objects_len; i-- > 0;) {
		if (is_included(r, i))
			drop(r, i, NULL);
	}
}

static void forget_objects(struct rewrite *r)
{
	for (size_t v = 0; v < r->variants_len; v++) {
		free(r->variants[v].objects);
		r->variants[v].objects = NULL;
		r->variants[v].objects_len = 0;
	}
}

/* ---- the whole */

static bool all_compile(const struct rewrite *r)
{
	for (size_t v = 0; v < r->variants_len; v++) {
		for (size_t i = 0; i < r->variants[v].objects_len; i++) {
			if (!r->variants[v].objects[i].object.ok)
				return false;
		}
	}
	return r->trouble.len == 0;
}

static void collect_files(struct rewrite *r)
{
	SCOPED(nameset_release) struct nameset set = {0};
	for (size_t v = 0; v < r->variants_len; v++) {
		for (size_t i = 0; i < r->variants[v].objects_len; i++) {
			const struct rewrite_object *o = &r->variants[v].objects[i];
			for (size_t k = 0; k < o->files.len; k++)
				nameset_add(&set, str_of(o->files.items[k]));
		}
	}
	nameset_seal(&set);
	r->files.items = arena_array(&r->arena, set.len, const char *);
	for (size_t i = 0; i < set.len; i++) {
		const char *path = set.items[i].ptr;
		bool again = r->files.len && strcmp(r->files.items[r->files.len - 1], path) == 0;
		if (!again && !strings_have(&r->copies, path))
			r->files.items[r->files.len++] = arena_strdup(&r->arena, path);
	}
}

/* Only files that something is made of can harm. */
static void refuse_armed(struct rewrite *r, const struct strings *armed)
{
	for (size_t i = 0; i < armed->len; i++) {
		if (strings_have(&r->files, armed->items[i]))
			complain(r, armed->items[i],
				 "what may be a #line directive stands where readers of C do not agree",
				 "write it without raw strings, digraphs and trigraphs, or leave it out");
	}
}

/* A header that nothing includes was not looked at. */
static void note_unused(struct rewrite *r, const struct strings *paths)
{
	struct strings left_out = {arena_array(&r->arena, r->left_out.len + paths->len, const char *), r->left_out.len};
	for (size_t i = 0; i < left_out.len; i++)
		left_out.items[i] = r->left_out.items[i];
	for (size_t i = 0; i < paths->len; i++) {
		const char *path = paths->items[i];
		if (str_ends(str_of(path), STR(".h")) && !rewrite_is_aside(path) && !strings_have(&r->files, path) &&
		    !strings_have(&r->copies, path))
			left_out.items[left_out.len++] = arena_printf(&r->arena, "%s: no source includes it",
								      rewrite_printable(path, &r->arena));
	}
	r->left_out = left_out;
}

static int build(struct rewrite *r, const struct tree *files, struct err *err)
{
	struct strings paths, armed;
	if (rewrite_lay_out(r, files, &paths, &armed, err) < 0)
		return -1;
	rewrite_find_headers(r, &paths);
	find_variants(r);
	struct strings sources = rewrite_sources(r, &paths);
	if (make_objects(r, &sources, err) < 0)
		return -1;
	drop_others(r);
	if (r->variants[0].objects_len == 0 && !r->trouble.len) {
		forget_objects(r);
		if (rewrite_supplied(r, &sources, err) < 0 || make_objects(r, &sources, err) < 0)
			return -1;
	}
	if (r->variants[0].objects_len == 0 && !r->trouble.len)
		complain(r, "", "there is no source to compile",
			 "bring the library's sources as .c files, outside of folders for tests and examples");
	collect_files(r);
	refuse_armed(r, &armed);
	note_unused(r, &paths);
	r->builds = all_compile(r);
	return rewrite_find_unjudged(r, err);
}

int rewrite_build(const struct suite *suite, const struct tree *files, struct rewrite *ret, struct err *err)
{
	struct rewrite r = {.suite = suite};
	if (build(&r, files, err) < 0) {
		rewrite_release(&r);
		return -1;
	}
	*ret = r;
	return 0;
}
