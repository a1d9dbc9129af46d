#include "harness/shim.h"

#include "core/buf.h"
#include "core/mem.h"
#include "harness/ownsource.h"

enum { TEXT_MAX = 64 << 20, ROUNDS_MAX = 6, CALLBACKS_MAX = 500 };

static const char PRELUDE[] =
	"typedef __SIZE_TYPE__ recast_size;\n"
	"#define RECAST_HOST(name) __attribute__((import_module(\"recast\"), import_name(#name)))\n"
	"unsigned recast_begin(const void *, unsigned, unsigned, unsigned) RECAST_HOST(begin);\n"
	"unsigned recast_enter(unsigned, const void *, const void *, unsigned) RECAST_HOST(enter);\n"
	"unsigned recast_leave(unsigned, const void *, const void *, unsigned) RECAST_HOST(leave);\n"
	"unsigned recast_callback(unsigned, unsigned, const void *, unsigned) RECAST_HOST(callback);\n"
	"unsigned recast_returned(unsigned, unsigned, const void *, unsigned) RECAST_HOST(returned);\n"
	"unsigned recast_freed(unsigned, unsigned, const void *, unsigned) RECAST_HOST(freed);\n"
	/* Globals of the module, not of its memory: nothing that runs beside can write them. */
	"static void *__attribute__((address_space(1))) recast_outer;\n"
	"static unsigned __attribute__((address_space(1))) recast_blocks_len;\n"
	"static unsigned __attribute__((address_space(1))) recast_fill;\n"
	"static unsigned recast_blocks[2 * 1024];\n"
	"static __inline__ unsigned recast_take_blocks(void)\n"
	"{ unsigned len = recast_blocks_len; recast_blocks_len = 0; return len; }\n"
	"recast_size malloc_usable_size(void *);\n"
	"void *__real_malloc(recast_size);\n"
	"void *__real_realloc(void *, recast_size);\n"
	"void __real_free(void *);\n"
	"static void recast_note(void *block, recast_size size)\n"
	"{\n"
	"\tif (recast_blocks_len == 1024)\n"
	"\t\trecast_freed(0, 0, recast_blocks, recast_take_blocks());\n"
	"\trecast_blocks[2 * recast_blocks_len] = (unsigned)block;\n"
	"\trecast_blocks[2 * recast_blocks_len + 1] = size;\n"
	"\trecast_blocks_len++;\n"
	"}\n"
	"void *__wrap_malloc(recast_size size)\n"
	"{\n"
	"\tvoid *block = __real_malloc(size);\n"
	"\tif (recast_fill && block)\n"
	"\t\t__builtin_memset(block, (int)recast_fill, malloc_usable_size(block));\n"
	"\treturn block;\n"
	"}\n"
	"void __wrap_free(void *block)\n"
	"{\n"
	"\tif (block)\n"
	"\t\trecast_note(block, malloc_usable_size(block));\n"
	"\t__real_free(block);\n"
	"}\n"
	"void *__wrap_realloc(void *block, recast_size size)\n"
	"{\n"
	"\trecast_size old = block ? malloc_usable_size(block) : 0;\n"
	"\tvoid *moved = __real_realloc(block, size);\n"
	"\tif (block && moved && moved != block)\n"
	"\t\trecast_note(block, old);\n"
	"\treturn moved;\n"
	"}\n";

/* Moves the heap, too, so that no address is the same in both kinds of run. */
static const char BEGIN[] =
	"__attribute__((constructor(55))) static void recast_start(void)\n"
	"{\n"
	"\tvolatile char here;\n"
	"\trecast_fill = recast_begin(recast_trampolines, sizeof(recast_trampolines) / 4, (unsigned)&here, 0);\n"
	"\tif (recast_fill)\n"
	"\t\t__real_malloc(4096 + 16 * recast_fill);\n"
	"}\n";

static const char *const wrapped_always[] = {"malloc", "realloc", "free"};

/* ---- what is heard */

static bool is_pointer(const struct shape *s)
{
	return s->kind == SHAPE_POINTER;
}

static bool is_heard(enum shim_callback_mode mode)
{
	return mode == SHIM_TRACED || mode == SHIM_ALLOCATOR;
}

size_t shims_callback(const struct shims *shims, const struct shape_signature *signature)
{
	size_t i = 0;
	while (i < shims->callbacks_len && shims->callbacks[i].signature != signature)
		i++;
	return i;
}

static bool can_be_told(const struct shape_signature *g)
{
	if (g->unspecified || !g->result_text[0] || (g->result->kind != SHAPE_VOID && !g->result->size))
		return false;
	for (size_t i = 0; i < g->parameters_len; i++) {
		if (!g->parameters[i]->size)
			return false;
	}
	return true;
}

/* The type's name if it has one, else the function's and the parameter's: a word, by which recast.json can name it. */
static const char *callback_name(const struct shape *shape, const char *function, const char *place, struct arena *a)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";
	size_t len = strspn(shape->text, letters);
	if (len && strspn(shape->text + len, " *") == strlen(shape->text + len))
		return arena_str(a, (struct str){shape->text, len});
	return arena_printf(a, "%s_%s", function, place[0] ? place : "callback");
}

/* A place where a callback may come in. */
struct callback_place {
	const struct shape *shape;
	enum shim_callback_mode mode;
	const char *function, *name; /* of the parameter or field */
};

static void note_callback(struct shims *shims, const struct callback_place *place, struct arena *a)
{
	const struct shape_signature *g = shape_callback(place->shape);
	if (!g || !can_be_told(g) || !is_heard(place->mode) || shims_callback(shims, g) < shims->callbacks_len ||
	    shims->callbacks_len == CALLBACKS_MAX)
		return;
	const char *name = callback_name(place->shape, place->function, place->name, a);
	shims->callbacks[shims->callbacks_len++] = (struct shim_callback){g, name};
}

/* Parameters that are callbacks, and those in structs that parameters point to. */
static void note_callbacks(struct shims *shims, const char *function, const struct shape_signature *g, struct arena *a)
{
	for (size_t i = 0; i < g->parameters_len; i++) {
		const struct shape *s = g->parameters[i];
		note_callback(shims, &(struct callback_place){s, shim_parameter_mode(g, i), function, g->names[i]}, a);
		const struct shape_record *r = is_pointer(s) ? s->target->record : s->record;
		for (size_t k = 0; r && k < r->fields_len; k++)
			note_callback(shims,
				      &(struct callback_place){r->fields[k].shape, shim_field_mode(r, k), function,
							       r->fields[k].name},
				      a);
	}
}

/* ---- frames */

uint32_t shim_slot(const struct shape_signature *g, size_t index)
{
	uint32_t offset = 0;
	for (size_t i = 0; i < index && i < g->parameters_len; i++)
		offset += (g->parameters[i]->size + SHIM_SLOT_BYTES - 1) / SHIM_SLOT_BYTES * SHIM_SLOT_BYTES;
	return offset + (index >= g->parameters_len && g->variadic ? SHIM_SLOT_BYTES : 0);
}

/* ---- the text */

struct shim_text {
	const struct suite *suite;
	struct shims *shims;
	struct buf text;
	unsigned line;
	unsigned *function_lines; /* of each function's shim; 0 for one that is left out */
	unsigned *callback_lines;
};

static void put(struct shim_text *t, const char *text)
{
	for (const char *c = text; *c; c++)
		t->line += *c == '\n';
	buf_append_cstr(&t->text, text);
}

/* "__typeof__(int (*)(void)) a0, …"; a trailing pointer is how wasm passes what stands behind "...". */
static void put_parameters(struct shim_text *t, const struct shape_signature *g, const char *first)
{
	buf_printf(&t->text, "(%s", first);
	for (size_t i = 0; i < g->parameters_len; i++)
		buf_printf(&t->text, "%s__typeof__(%s) a%zu", i || first[0] ? ", " : "", g->texts[i], i);
	if (g->variadic)
		buf_printf(&t->text, "%svoid *recast_rest", g->parameters_len || first[0] ? ", " : "");
	buf_append_cstr(&t->text, g->parameters_len || g->variadic || first[0] ? ")" : "void)");
}

static void put_arguments(struct shim_text *t, const struct shape_signature *g, const char *first, const char *prefix)
{
	buf_printf(&t->text, "(%s", first);
	for (size_t i = 0; i < g->parameters_len; i++)
		buf_printf(&t->text, "%s%sa%zu", i || first[0] ? ", " : "", prefix, i);
	if (g->variadic)
		buf_printf(&t->text, "%srecast_rest", g->parameters_len || first[0] ? ", " : "");
	buf_append_char(&t->text, ')');
}

static bool gives(const struct shape_signature *g)
{
	return g->result->kind != SHAPE_VOID;
}

static void put_frame(struct shim_text *t, const struct shape_signature *g)
{
	buf_append_cstr(&t->text, "struct { ");
	for (size_t i = 0; i < g->parameters_len; i++)
		buf_printf(&t->text, "_Alignas(16) __typeof_unqual__(a%zu) a%zu; ", i, i);
	if (g->variadic)
		buf_append_cstr(&t->text, "_Alignas(16) void *rest; ");
	if (gives(g))
		buf_printf(&t->text, "_Alignas(16) __typeof_unqual__(%s) r; ", g->result_text);
	buf_append_cstr(&t->text, "_Alignas(16) char end; } f; ");
}

static void put_fill(struct shim_text *t, const struct shape_signature *g)
{
	for (size_t i = 0; i < g->parameters_len; i++)
		buf_printf(&t->text, "f.a%zu = a%zu; ", i, i);
	if (g->variadic)
		buf_append_cstr(&t->text, "f.rest = recast_rest; ");
}

static void put_function(struct shim_text *t, size_t index)
{
	const struct shim_function *f = &t->shims->functions[index];
	const struct shape_signature *g = f->signature;
	const char *name = f->function->name;
	t->function_lines[index] = t->line;
	buf_printf(&t->text, "__attribute__((weak)) __typeof__(%s) __real_%s", g->result_text, name);
	put_parameters(t, g, "");
	buf_printf(&t->text, "; __typeof__(%s) __wrap_%s", g->result_text, name);
	put_parameters(t, g, "");
	buf_append_cstr(&t->text, " { ");
	put_frame(t, g);
	buf_printf(&t->text, "if (recast_outer && (void *)&f < recast_outer) %s__real_%s", gives(g) ? "return " : "{ ", name);
	put_arguments(t, g, "", "");
	buf_append_cstr(&t->text, gives(g) ? "; " : "; return; } ");
	put_fill(t, g);
	buf_printf(&t->text, "recast_outer = &f; recast_enter(%zu, &f, recast_blocks, recast_take_blocks()); %s__real_%s",
		   index, gives(g) ? "f.r = " : "", name);
	put_arguments(t, g, "", "f.");
	buf_printf(&t->text, "; recast_leave(%zu, &f, recast_blocks, recast_take_blocks()); recast_outer = 0; %s}", index,
		   gives(g) ? "return f.r; " : "");
	put(t, "\n");
}

static void put_callback(struct shim_text *t, size_t index)
{
	const struct shape_signature *g = t->shims->callbacks[index].signature;
	t->callback_lines[index] = t->line;
	buf_printf(&t->text, "typedef __typeof_unqual__(%s) recast_r%zu; typedef recast_r%zu (*recast_t%zu)",
		   g->result_text, index, index, index);
	put_parameters(t, g, "");
	buf_printf(&t->text, "; static recast_r%zu recast_c%zu", index, index);
	put_parameters(t, g, "unsigned recast_slot");
	buf_append_cstr(&t->text, " { ");
	put_frame(t, g);
	put_fill(t, g);
	buf_printf(&t->text, "void *outer = recast_outer; recast_t%zu call = (recast_t%zu)recast_callback(%zu, recast_slot, &f, "
			     "0); recast_outer = 0; %scall",
		   index, index, index, gives(g) ? "f.r = " : "");
	put_arguments(t, g, "", "");
	buf_printf(&t->text, "; recast_outer = outer; recast_returned(%zu, recast_slot, &f, 0); %s} ", index,
		   gives(g) ? "return f.r; " : "");
	for (unsigned slot = 0; slot < SHIM_TRAMPOLINES; slot++) {
		char number[16];
		snprintf(number, sizeof(number), "%u", slot);
		buf_printf(&t->text, "static recast_r%zu recast_c%zu_%u", index, index, slot);
		put_parameters(t, g, "");
		buf_printf(&t->text, " { %srecast_c%zu", gives(g) ? "return " : "", index);
		put_arguments(t, g, number, "");
		buf_append_cstr(&t->text, "; } ");
	}
	put(t, "\n");
}

static void put_trampolines(struct shim_text *t)
{
	buf_append_cstr(&t->text, "static const void *const recast_trampolines[] = {");
	for (size_t i = 0; i < t->shims->callbacks_len; i++) {
		for (unsigned slot = 0; slot < SHIM_TRAMPOLINES; slot++)
			buf_printf(&t->text, "(const void *)recast_c%zu_%u, ", i, slot);
	}
	put(t, "0};\n");
}

static void put_headers(struct shim_text *t)
{
	const struct plan *plan = &t->suite->plan;
	for (size_t i = 0; i < plan->headers_len; i++) {
		buf_printf(&t->text, "#include \"" PROJECT_ROOT "/%s\"", plan->headers[i]);
		put(t, "\n");
	}
	for (size_t i = 0; i < t->shims->functions_len; i++) {
		buf_printf(&t->text, "#undef %s", t->shims->functions[i].function->name);
		put(t, "\n");
	}
}

static void write_text(struct shim_text *t)
{
	buf_clear(&t->text);
	t->line = 1;
	put_headers(t);
	put(t, PRELUDE);
	for (size_t i = 0; i < t->shims->callbacks_len; i++)
		put_callback(t, i);
	put_trampolines(t);
	put(t, BEGIN);
	for (size_t i = 0; i < t->shims->functions_len; i++)
		put_function(t, i);
}

/* ---- building it */

static int compile(struct shim_text *t, struct arena *a, struct built *ret, struct err *err)
{
	struct own_source source = {
		.path = "/recast/shims.c",
		.text = arena_str(a, buf_str(&t->text)),
		.project = t->suite->plan.library_tree,
		.options = plan_compile(&t->suite->plan.user, a),
		.limits = &t->suite->project->limits.build,
	};
	own_be_lenient(&source.options, a);
	return own_compile(t->suite->tools, &source, a, ret, err);
}

static bool stands_in(const struct built *built, unsigned line, const char **ret_why)
{
	for (size_t i = 0; i < built->diags.len; i++) {
		const struct diag *d = &built->diags.items[i];
		if (d->severity == DIAG_ERROR && d->line == line && str_ends(str_of(d->file), STR("shims.c"))) {
			*ret_why = d->message;
			return true;
		}
	}
	return false;
}

static void leave_out_function(struct shims *shims, const char *name, const char *why, struct arena *a)
{
	shims->untold.items[shims->untold.len++] = name;
	shims->unseen.items[shims->unseen.len++] = arena_printf(a, "calls of %s: %s", name, why);
}

/* Takes out what does not compile. Returns whether there was any. */
static bool drop_failed(struct shim_text *t, const struct built *built, struct arena *a)
{
	struct shims *s = t->shims;
	size_t functions = 0, callbacks = 0;
	const char *why;
	for (size_t i = 0; i < s->functions_len; i++) {
		if (stands_in(built, t->function_lines[i], &why))
			leave_out_function(s, s->functions[i].function->name, arena_printf(a, "no shim can be made (%s)", why), a);
		else
			s->functions[functions++] = s->functions[i];
	}
	for (size_t i = 0; i < s->callbacks_len; i++) {
		if (stands_in(built, t->callback_lines[i], &why))
			s->unseen.items[s->unseen.len++] =
				arena_printf(a, "callbacks of type %s: no trampoline can be made (%s)", s->callbacks[i].name, why);
		else
			s->callbacks[callbacks++] = s->callbacks[i];
	}
	bool dropped = functions < s->functions_len || callbacks < s->callbacks_len;
	s->functions_len = functions;
	s->callbacks_len = callbacks;
	return dropped;
}

static int build_text(struct shim_text *t, struct arena *a, struct err *err)
{
	struct built built = {0};
	for (unsigned round = 0; round < ROUNDS_MAX; round++) {
		write_text(t);
		if (compile(t, a, &built, err) < 0)
			return -1;
		if (built.ok) {
			t->shims->object = (struct link_input){"recast-shims", built.bytes};
			return 0;
		}
		if (!drop_failed(t, &built, a))
			break;
	}
	return err_set(err, ERR_PARSE, "the shims between tests and library cannot be built: %s",
		       built.failure ? built.failure : "too many functions do not compile");
}

/* Whether each object of the library that defines the function defines it without parameters. A struct is returned by way
 * of a first one that C does not show. */
static bool takes_nothing(const struct suite *suite, const char *name, const struct shape *result)
{
	const char *shown = result->kind == SHAPE_RECORD && result->size ? "(i32)->()" : "()->";
	bool defined = false;
	for (size_t i = 0; i < suite->plan.objects_len; i++) {
		const struct wasmfile *file = &suite->symbols[i];
		for (size_t k = 0; k < file->symbols_len && suite->plan.objects[i].of_library; k++) {
			const struct wasmfile_symbol *s = &file->symbols[k];
			if (s->kind != WASMFILE_SYMBOL_FUNCTION || !s->defined || s->local || strcmp(s->name, name) != 0)
				continue;
			if (!str_starts(str_of(s->signature), STR("()->")) && strcmp(s->signature, shown) != 0)
				return false;
			defined = true;
		}
	}
	return defined;
}

/* "()" says nothing of parameters before C23; the code does. */
static const struct shape_signature *signature_of(const struct suite *suite, struct shapes *shapes,
						  const struct api_function *f, struct arena *a)
{
	const struct shape_signature *g = shape_signature(shapes, &f->signature);
	if (!f->signature.unspecified || !takes_nothing(suite, f->name, g->result))
		return g;
	struct shape_signature *known = arena_new(a, struct shape_signature);
	*known = *g;
	known->unspecified = false;
	return known;
}

static void choose_functions(struct shims *s, const struct suite *suite, const struct interface *api,
			     struct shapes *shapes, struct arena *a)
{
	for (size_t i = 0; i < api->functions_len; i++) {
		const struct api_function *f = &api->functions[i];
		if (f->is_static || !nameset_has(&suite->library_names, str_of(f->name)))
			continue;
		const struct shape_signature *g = signature_of(suite, shapes, f, a);
		if (!can_be_told(g)) {
			leave_out_function(s, f->name, "its types are not known from the headers", a);
			continue;
		}
		s->functions[s->functions_len++] = (struct shim_function){f, g};
		note_callbacks(s, f->name, g, a);
	}
}

int shims_build(const struct suite *suite, const struct interface *api, struct shapes *shapes, struct arena *a,
		struct shims *ret, struct err *err)
{
	struct shims s = {
		.functions = arena_array(a, api->functions_len, struct shim_function),
		.callbacks = arena_array(a, CALLBACKS_MAX, struct shim_callback),
		.unseen = {arena_array(a, api->functions_len + CALLBACKS_MAX, const char *), 0},
		.untold = {arena_array(a, api->functions_len, const char *), 0},
		.wrapped = {arena_array(a, api->functions_len + countof(wrapped_always), const char *), 0},
	};
	choose_functions(&s, suite, api, shapes, a);
	struct shim_text t = {
		.suite = suite,
		.shims = &s,
		.function_lines = arena_array(a, s.functions_len, unsigned),
		.callback_lines = arena_array(a, s.callbacks_len, unsigned),
	};
	buf_init(&t.text, TEXT_MAX);
	int result = build_text(&t, a, err);
	buf_release(&t.text);
	if (result < 0)
		return -1;
	for (size_t i = 0; i < s.functions_len; i++)
		s.wrapped.items[s.wrapped.len++] = s.functions[i].function->name;
	for (size_t i = 0; i < countof(wrapped_always); i++)
		s.wrapped.items[s.wrapped.len++] = wrapped_always[i];
	*ret = s;
	return 0;
}
