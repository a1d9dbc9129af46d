#include "harness/probe_driver.h"

#include "core/buf.h"
#include "harness/ownsource.h"
#include "harness/probe_compared.h"
#include "harness/probe_within.h"

enum { TEXT_MAX = 32 << 20, ROUNDS_MAX = 4, PAGE = 65536 };

static const char PRELUDE[] =
	"#include <stdlib.h>\n"
	"#define RECAST_HOST(name) __attribute__((import_module(\"recast\"), import_name(#name)))\n"
	"unsigned recast_next(void *, unsigned, const void *, const void *) RECAST_HOST(next);\n"
	"void __sanitizer_cov_8bit_counters_init(char *from, char *to) { (void)from; (void)to; }\n"
	"unsigned recast_asked(unsigned, void *, unsigned, unsigned) RECAST_HOST(asked);\n"
	"#define RECAST_AT(type, at) (*(__typeof_unqual__(__typeof__(type)) *)(at))\n";

struct driver_text {
	const struct probe_grammar *g;
	struct buf text;
	unsigned line;
	unsigned *lines; /* of each function */
};

static void put_line(struct driver_text *t, const char *text)
{
	buf_append_cstr(&t->text, text);
	buf_append_char(&t->text, '\n');
	for (; *text; text++)
		t->line += *text == '\n';
	t->line++;
}

static void put_call(struct driver_text *t, size_t index)
{
	const struct probe_function *f = &t->g->functions[index];
	const struct shape_signature *s = f->shim->signature;
	t->lines[index] = t->line;
	buf_printf(&t->text, "static void recast_call_%zu(char *at) { ", index);
	if (f->zeroes) {
		put_line(t, "(void)at; }");
		return;
	}
	if (s->result->kind != SHAPE_VOID)
		buf_printf(&t->text, "RECAST_AT(%s, at + %u) = ", s->result_text, shim_slot(s, s->parameters_len));
	buf_printf(&t->text, "%s(", f->shim->function->name);
	for (size_t i = 0; i < s->parameters_len; i++)
		buf_printf(&t->text, "%sRECAST_AT(%s, at + %u)", i ? ", " : "", s->texts[i], shim_slot(s, i));
	put_line(t, "); }");
}

/* ---- functions that the library calls back */

size_t probe_driver_block(const struct shape_signature *s)
{
	static const char *const own[] = {"user", "ctx", "context", "data", "opaque", "arg", "self", "state"};
	size_t found = SIZE_MAX;
	for (size_t i = 0; i < s->parameters_len; i++) {
		bool block = s->parameters[i]->kind == SHAPE_POINTER && !str_mentions(s->names[i], own, countof(own));
		if (block && found == SIZE_MAX)
			found = i;
	}
	return found;
}

void probe_driver_allocate(struct buf *out, const struct shape_signature *s, const char *between)
{
	size_t block = probe_driver_block(s);
	buf_printf(out, "size_t n = 1;%s", between);
	for (size_t i = 0; i < s->parameters_len; i++) {
		bool old = strcasestr(s->names[i], "old") != NULL;
		if (s->parameters[i]->kind == SHAPE_INTEGER && !old)
			buf_printf(out, "n *= (size_t)a%zu;%s", i, between);
	}
	bool counts = s->parameters_len >= 2 && s->parameters[0]->kind == SHAPE_INTEGER &&
		      s->parameters[1]->kind == SHAPE_INTEGER;
	if (block != SIZE_MAX)
		buf_printf(out, "return realloc((void *)a%zu, n);", block);
	else
		buf_append_cstr(out, counts ? "return calloc(1, n);" : "return malloc(n);");
}

static void put_asking(struct driver_text *t, const struct shape_signature *s, size_t index)
{
	uint32_t result = shim_slot(s, s->parameters_len);
	buf_printf(&t->text, "_Alignas(16) char f[%u] = {0}; ", result + s->result->size + SHIM_SLOT_BYTES);
	for (size_t i = 0; i < s->parameters_len; i++)
		buf_printf(&t->text, "RECAST_AT(%s, f + %u) = a%zu; ", s->texts[i], shim_slot(s, i), i);
	if (probe_within_calls(t->g, index))
		buf_printf(&t->text,
			   "_Alignas(16) char in[%d]; unsigned next, times = 0; "
			   "while ((next = recast_asked(%zu, f, (unsigned)in, times++)) != 0) "
			   "recast_calls[next - 1](in); ",
			   PROBE_WITHIN_FRAME, index);
	else
		buf_printf(&t->text, "recast_asked(%zu, f, 0, 0); ", index);
	if (s->result->kind != SHAPE_VOID)
		buf_printf(&t->text, "return RECAST_AT(%s, f + %u); ", s->result_text, result);
}

static void put_callback(struct driver_text *t, size_t index)
{
	const struct shape_signature *s = t->g->callbacks[index];
	buf_printf(&t->text, "static __typeof_unqual__(__typeof__(%s)) recast_back_%zu(", s->result_text, index);
	for (size_t i = 0; i < s->parameters_len; i++)
		buf_printf(&t->text, "%s__typeof__(%s) a%zu", i ? ", " : "", s->texts[i], i);
	buf_append_cstr(&t->text, s->parameters_len ? ") { " : "void) { ");
	if (t->g->callback_modes[index] == SHIM_ALLOCATOR)
		probe_driver_allocate(&t->text, s, " ");
	else if (t->g->callback_modes[index] == SHIM_RELEASER && probe_driver_block(s) != SIZE_MAX)
		buf_printf(&t->text, "free((void *)a%zu); ", probe_driver_block(s));
	else
		put_asking(t, s, index);
	put_line(t, "}");
}

/* ---- the whole */

static void put_tables(struct driver_text *t)
{
	buf_append_cstr(&t->text, "static void recast_free(char *at) { free(RECAST_AT(void *, at)); } "
				  "static void (*const recast_calls[])(char *) = {");
	for (size_t i = 0; i < t->g->functions_len; i++) {
		if (t->g->functions[i].refused)
			buf_append_cstr(&t->text, "0, ");
		else
			buf_printf(&t->text, "recast_call_%zu, ", i);
	}
	put_line(t, "recast_free};");
	buf_append_cstr(&t->text, "static const void *const recast_backs[] = {");
	for (size_t i = 0; i < t->g->callbacks_len; i++)
		buf_printf(&t->text, "(const void *)recast_back_%zu, ", i);
	put_line(t, "0};");
}

static void write_text(struct driver_text *t)
{
	const struct plan *plan = &t->g->suite->plan;
	buf_clear(&t->text);
	t->line = 1;
	for (size_t i = 0; i < plan->headers_len; i++) {
		buf_printf(&t->text, "#include \"" PROJECT_ROOT "/%s\"", plan->headers[i]);
		put_line(t, "");
	}
	put_line(t, PRELUDE);
	put_line(t, probe_compared_driver);
	/* A macro of that name is not the function. */
	for (size_t i = 0; i < t->g->shims->functions_len; i++) {
		buf_printf(&t->text, "#undef %s", t->g->functions[i].shim->function->name);
		put_line(t, "");
	}
	if (t->g->within_len) {
		buf_printf(&t->text, "static void (*const recast_calls[%zu])(char *);", t->g->functions_len + 1);
		put_line(t, "");
	}
	for (size_t i = 0; i < t->g->callbacks_len; i++)
		put_callback(t, i);
	for (size_t i = 0; i < t->g->functions_len; i++) {
		if (!t->g->functions[i].refused)
			put_call(t, i);
	}
	put_tables(t);
	buf_printf(&t->text,
		   "int main(void)\n{\n"
		   "\tsize_t page = __builtin_wasm_memory_grow(0, %d);\n"
		   "\tchar *area = (char *)(page * %d);\n"
		   "\tunsigned next;\n"
		   "\tif (page == (size_t)-1)\n\t\t__builtin_trap();\n"
		   "\twhile ((next = recast_next(area, %d, recast_backs, recast_compared)) != 0)\n"
		   "\t\trecast_calls[next - 1](area);\n"
		   "\treturn 0;\n}\n",
		   PROBE_AREA_BYTES / PAGE, PAGE, PROBE_AREA_BYTES);
}

static int compile(struct driver_text *t, struct arena *a, struct built *ret, struct err *err)
{
	struct own_source source = {
		.path = "/recast/driver.c",
		.text = arena_str(a, buf_str(&t->text)),
		.project = t->g->suite->plan.library_tree,
		.options = plan_compile(&t->g->suite->plan.user, a),
		.limits = &t->g->suite->project->limits.build,
	};
	own_be_lenient(&source.options, a);
	return own_compile(t->g->suite->tools, &source, a, ret, err);
}

/* Returns whether there was any. */
static bool refuse_failed(struct driver_text *t, struct probe_grammar *g, const struct built *built, struct arena *a)
{
	bool any = false;
	for (size_t d = 0; d < built->diags.len; d++) {
		const struct diag *diag = &built->diags.items[d];
		for (size_t i = 0; i < g->functions_len && diag->severity == DIAG_ERROR; i++) {
			if (g->functions[i].refused || t->lines[i] != diag->line)
				continue;
			g->functions[i].refused = arena_printf(a, "no call of it can be written (%s)", diag->message);
			any = true;
		}
	}
	return any;
}

static int build_text(struct driver_text *t, struct probe_grammar *g, struct arena *a, struct link_input *ret,
		      struct err *err)
{
	struct built built = {0};
	for (unsigned round = 0; round < ROUNDS_MAX; round++) {
		write_text(t);
		if (compile(t, a, &built, err) < 0)
			return -1;
		if (built.ok) {
			*ret = (struct link_input){"recast-driver", built.bytes};
			return 0;
		}
		if (!refuse_failed(t, g, &built, a))
			break;
	}
	return err_set(err, ERR_PARSE, "the program that calls the library cannot be built: %s", built.failure);
}

int probe_driver_build(struct probe_grammar *g, struct arena *a, struct link_input *ret, struct err *err)
{
	struct driver_text t = {.g = g, .lines = arena_array(a, g->functions_len + 1, unsigned)};
	buf_init(&t.text, TEXT_MAX);
	int result = build_text(&t, g, a, ret, err);
	buf_release(&t.text);
	return result;
}

uint32_t probe_driver_number(const struct probe_grammar *g, uint32_t function)
{
	return 1 + (function == PROBE_NONE ? (uint32_t)g->functions_len : function);
}
