/*
 * Counters and selectors in real sources, compiled and run: what these say without a mutant is what they say as they
 * are, each statement is told once, and each mutant is one that the compiler takes.
 */

#include "harness/instrument.h"
#include "harness/mutant.h"
#include "harness/wasmbody.h"
#include "tests/sandbox.h"

enum { STATEMENTS_MAX = 1000, ROUNDS_MAX = 24 };

static const char FORMS[] = "tests/seeds/mutant/forms.c";

static struct built build(struct sandbox *s, struct str text, const char *name, bool preprocess, bool check)
{
	SCOPED_TREE struct tree *tree = NULL;
	struct err err = {0};
	struct built built;
	struct toolchain *tc = s->tools.toolchain;
	static const char *const flags[] = {"-w", "-std=gnu17", "-fwrapv"};
	struct compile c = {
		.source = arena_printf(&s->arena, "/src/%s", name), .flags = flags, .flags_len = countof(flags)};
	sandbox_check(toolchain_tree(tc, &tree, &err), &err);
	sandbox_check(tree_add_file(tree, c.source, text, &err), &err);
	if (preprocess)
		sandbox_check(build_preprocess(tc, tree, &c, &build_default_limits, &s->arena, &built, &err), &err);
	else if (check)
		sandbox_check(build_check(tc, tree, &c, &build_default_limits, &s->arena, &built, &err), &err);
	else
		sandbox_check(build_compile(tc, tree, &c, &build_default_limits, &s->arena, &built, &err), &err);
	return built;
}

static struct expanded read_forms(struct sandbox *s)
{
	struct err err = {0};
	struct expanded source;
	struct built text = build(s, sandbox_file(s, FORMS), "forms.c", true, false);
	if (!text.ok)
		sandbox_check(err_set(&err, ERR_BUG, "%s", text.failure), &err);
	sandbox_check(expanded_read(text.bytes, &s->arena, &source, &err), &err);
	return source;
}

/* ---- running */

struct hearing {
	unsigned told[STATEMENTS_MAX];
	unsigned mutant;
};

static int64_t hear(void *data, enum hostcall_name name, const struct hostcall *call)
{
	struct hearing *h = data;
	if (name == HOSTCALL_MUTANT)
		return call->arg[1] ? 1 : h->mutant;
	if (name == HOSTCALL_REACHED && call->arg[0] < STATEMENTS_MAX)
		h->told[call->arg[0]]++;
	return 0;
}

static struct module *link_object(struct sandbox *s, struct built object)
{
	struct err err = {0};
	struct built program;
	struct module *module = NULL;
	struct link_input input = {"forms", object.bytes};
	if (!tap_ok(object.ok, "it compiles", __FILE__, __LINE__)) {
		tap_print("# %s\n", object.failure);
		return NULL;
	}
	sandbox_check(build_link(s->tools.toolchain, &input, 1, &build_default_limits, &s->arena, &program, &err),
		      &err);
	sandbox_check(module_load(s->tools.engine, s->tools.cache, NULL, program.bytes, &module, &err), &err);
	return module;
}

static struct str run(struct sandbox *s, struct module *module, struct hearing *h, struct run_result *ret)
{
	SCOPED_TREE struct tree *tree = tree_new();
	const struct guest g = {.seed = 1};
	struct wasi_world world = sandbox_world(s, &g, tree);
	struct limits limits = sandbox_limits(&g);
	const struct hostcalls calls = {.data = h, .call = hear};
	struct err err = {0};
	SCOPED(wasi_release) struct wasi w;
	limits.fuel = 20000000;
	wasi_init(&w, &world);
	sandbox_check(engine_run_heard(module, &limits, &w, &calls, ret, &err), &err);
	return (struct str){arena_str(&s->arena, buf_str(&w.out)), w.out.len};
}

static struct str plain_output(struct sandbox *s)
{
	struct hearing h = {0};
	struct run_result result;
	struct module *module = link_object(s, build(s, sandbox_file(s, FORMS), "forms.c", false, false));
	struct str out = run(s, module, &h, &result);
	is_int(result.exit_code, 0);
	ok(result.outcome == OUTCOME_EXITED && out.len > 0);
	module_free(module);
	return out;
}

/* ---- counters */

static void counters_change_nothing(struct sandbox *s)
{
	struct err err = {0};
	struct hearing h = {0};
	struct run_result result;
	struct instrumented counted;
	struct expanded source = read_forms(s);
	sandbox_check(instrument(&source, "/src/", 0, &s->arena, &counted, &err), &err);
	/* Labels as values, and cases without a block. */
	is_int(counted.left_out, 2);
	struct module *module = link_object(s, build(s, counted.text, "forms.i", false, false));
	sandbox_same_lines(run(s, module, &h, &result), plain_output(s));
	module_free(module);
	size_t missed = 0;
	for (size_t i = 0; i < counted.statements_len; i++) {
		struct expanded_place place = expanded_place(&source, counted.statements[i].start);
		if (h.told[i] > 1 || (!h.told[i] && ++missed > 1))
			tap_print("# line %u is told %u times\n", place.line, h.told[i]);
		ok(h.told[i] <= 1 && strcmp(place.file, "/src/forms.c") == 0);
	}
	/* What stands in front of a switch's first case. */
	is_int(missed, 1);
}

/* ---- mutants */

static struct built compile_mutants(struct sandbox *s, const struct expanded *source, struct mutants *mutants)
{
	struct err err = {0};
	struct built checked = {0};
	struct splice text;
	for (unsigned round = 0; round < ROUNDS_MAX; round++) {
		sandbox_check(mutants_write(source, mutants, 0, &s->arena, &text, &err), &err);
		checked = build(s, text.text, "forms.i", false, true);
		if (checked.ok)
			return build(s, text.text, "forms.i", false, false);
		if (!mutants_drop_failed(mutants, &text, &checked.diags))
			break;
	}
	return checked;
}

static void a_selector_changes_nothing(struct sandbox *s)
{
	struct err err = {0};
	struct hearing h = {0};
	struct run_result plain, result;
	struct mutants mutants;
	struct expanded source = read_forms(s);
	sandbox_check(mutants_find(&source, "/src/", &s->arena, &mutants, &err), &err);
	is_int(mutants.left_out, 2);
	struct module *module = link_object(s, compile_mutants(s, &source, &mutants));
	if (!module)
		return;
	struct str expected = run(s, module, &h, &plain);
	sandbox_same_lines(expected, plain_output(s));
	size_t kept = 0, noticed = 0;
	for (size_t i = 0; i < mutants.len; i++) {
		if (mutants.items[i].dropped)
			continue;
		h.mutant = (unsigned)i + 1;
		struct str out = run(s, module, &h, &result);
		kept++;
		noticed += result.outcome != plain.outcome || result.exit_code != plain.exit_code ||
			   !str_eq(out, expected);
	}
	module_free(module);
	tap_print("# %zu of %zu mutants compile, %zu change what is printed\n", kept, mutants.len, noticed);
	ok(kept * 10 >= mutants.len * 9);
	ok(noticed * 10 >= kept * 7);
}

/* ---- code */

static void code_is_compared_with_what_it_means(struct sandbox *s)
{
	static const char text[] =
		"extern int x, y; int f(void), g(void);\n"
		"int a(int n) { return n * 2 + x; }\nint b(int m) { return m + m + x; }\nint c(int n) { return n * 2 + "
		"y; }\n"
		"int d(int n) { return f() + n; }\nint e(int n) { return g() + n; }\nint h(int n) { return f() + n; }\n"
		"int i(void) { return 1; }\nint j(void) { return 2; }\n"
		"int *k(void) { return &x + 1; }\nint *l(void) { return &x + 2; }\n";
	static const struct {
		const char *one, *other;
		bool same;
	} cases[] = {{"a", "b", true},  {"a", "c", false}, {"d", "h", true},
		     {"d", "e", false}, {"i", "j", false}, {"k", "l", false}};
	struct err err = {0};
	struct wasmbodies bodies;
	struct built object = build(s, STR(text), "a.c", false, false);
	sandbox_check(wasmbodies_read(object.bytes, &s->arena, &bodies, &err), &err);
	is_int(bodies.len, 10);
	ok(!wasmbodies_find(&bodies, "f") && !wasmbodies_find(&bodies, ""));
	for (size_t i = 0; i < countof(cases); i++) {
		const struct wasmbody *one = wasmbodies_find(&bodies, cases[i].one),
				      *other = wasmbodies_find(&bodies, cases[i].other);
		tap_ok(one && other && wasmbody_same(one, other) == cases[i].same, cases[i].one, __FILE__, __LINE__);
	}
	/* However it is cut short or changed, it is read or refused. */
	for (size_t len = 0; len < object.bytes.len; len++) {
		SCOPED_ARENA struct arena scratch = {0};
		struct str bytes = {arena_str(&scratch, object.bytes), len};
		wasmbodies_read(bytes, &scratch, &bodies, &err);
		bytes.len = object.bytes.len;
		((char *)(uintptr_t)bytes.ptr)[len] ^= (char)0x81;
		wasmbodies_read(bytes, &scratch, &bodies, &err);
	}
}

static void all(struct sandbox *s)
{
	counters_change_nothing(s);
	a_selector_changes_nothing(s);
	code_is_compared_with_what_it_means(s);
}

int main(void)
{
	return sandbox_main(all);
}
