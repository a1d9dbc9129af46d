/*
 * Undefined behaviour of every kind that the compiler can check, told with its place; also where the source was
 * preprocessed before, and where what the place is read from lies in no memory.
 */

#include "harness/ubwatch.h"
#include "tests/sandbox.h"

struct listener {
	struct ub_watch *watch;
	uint32_t who;
};

static struct link_input handlers;

static int64_t hear(void *data, enum hostcall_name name, const struct hostcall *call)
{
	struct listener *l = data;
	return name == HOSTCALL_UNDEFINED ? ub_watch_hear(l->watch, call, l->who) : -1;
}

static struct run_result run(struct sandbox *s, const char *file, const char *text, bool preprocessed, struct ub_watch *w)
{
	struct err err = {0};
	struct built object, program;
	struct module *module;
	struct run_result result;
	struct guest g = {0};
	struct limits limits = sandbox_limits(&g);
	struct listener l = {w, 3};
	struct hostcalls calls = {.data = &l, .call = hear};
	SCOPED_TREE struct tree *tree = NULL;
	SCOPED_TREE struct tree *disk = tree_new();
	struct wasi_world world = sandbox_world(s, &g, disk);
	struct compile c = {.source = arena_printf(&s->arena, "/src/%s", file)};
	sandbox_check(toolchain_tree(s->tools.toolchain, &tree, &err), &err);
	sandbox_check(tree_add_file(tree, c.source, str_of(text), &err), &err);
	if (preprocessed) {
		sandbox_check(build_preprocess(s->tools.toolchain, tree, &c, &build_default_limits, &s->arena, &object, &err), &err);
		c.source = arena_printf(&s->arena, "%s.i", c.source);
		sandbox_check(tree_add_file(tree, c.source, object.bytes, &err), &err);
	}
	c.flags = ub_flags.items;
	c.flags_len = ub_flags.len;
	sandbox_check(build_compile(s->tools.toolchain, tree, &c, &build_default_limits, &s->arena, &object, &err), &err);
	if (!object.ok)
		sandbox_check(err_set(&err, ERR_BUG, "%s", object.failure), &err);
	struct link_input inputs[] = {{"guest.c", object.bytes}, handlers};
	sandbox_check(build_link(s->tools.toolchain, inputs, 2, &build_default_limits, &s->arena, &program, &err), &err);
	if (!program.ok)
		sandbox_check(err_set(&err, ERR_BUG, "%s", program.failure), &err);
	sandbox_check(module_load(s->tools.engine, s->tools.cache, NULL, program.bytes, &module, &err), &err);
	ub_watch_begin(w);
	SCOPED(wasi_release) struct wasi wasi;
	wasi_init(&wasi, &world);
	sandbox_check(engine_run_heard(module, &limits, &wasi, &calls, &result, &err), &err);
	module_free(module);
	return result;
}

struct kind_case {
	const char *line; /* stands at line 5 */
	int kind;         /* -1: all is well */
	bool ends;
};

static const struct kind_case kind_cases[] = {
	{"return sink = n + 2147483647;", UNDEFINED_ADD, false},
	{"return sink = -n - 2147483647;", -1, false},
	{"return sink = -n - 2147483647 - n;", UNDEFINED_SUBTRACT, false},
	{"long long b = 0x7fffffffffffffffLL; return (int)(b * (n + 1));", UNDEFINED_MULTIPLY, false},
	{"int a = (int)(0x80000000u * (unsigned)n); return sink = -a;", UNDEFINED_NEGATE, false},
	{"return sink = 7 / (n - 1);", UNDEFINED_DIVIDE, true},
	{"return sink = 1 << (n + 31);", UNDEFINED_SHIFT, false},
	{"return sink = 1 << (n - 2);", UNDEFINED_SHIFT, false},
	{"return sink = 255 << (n + 23);", UNDEFINED_SHIFT, false},
	{"return sink = (int)(255u << (n + 23));", -1, false},
	{"static int a[4]; return a[n + 3];", UNDEFINED_INDEX, false},
	{"static int a[4]; return a[n + 2];", -1, false},
	{"if (n == 1) __builtin_unreachable(); return 0;", UNDEFINED_UNREACHABLE, true},
	{"char a[n - 1]; sink = (long)a; return 0;", UNDEFINED_VLA, false},
	{"double d = 1e300 * n; return sink = (int)d;", UNDEFINED_FLOAT_CAST, false},
	{"unsigned char c = (unsigned char)(n + 1); _Bool b; memcpy(&b, &c, 1); return b;", UNDEFINED_VALUE, false},
	{"char *p = (char *)8; p -= n * 100; sink = (long)p; return 0;", UNDEFINED_POINTER_ARITHMETIC, false},
	{"char *p = 0; p += n - 1; sink = (long)p; return 0;", -1, false},
	{"int *p = (int *)(sink + 1024 + n); sink = *p; return 0;", UNDEFINED_MISALIGNED, false},
	{"int *p = (int *)(sink * n); sink = *p; return 0;", UNDEFINED_POINTER, false},
	{"char *p = (char *)(sink * n); take(p); return 0;", UNDEFINED_NULL_ARGUMENT, false},
	{"char *p = (char *)(sink * n); return give(p) != 0;", UNDEFINED_NULL_RETURN, false},
	{"return __builtin_clz((unsigned)n - 1);", UNDEFINED_BUILTIN, false},
	{"return (int)((unsigned)n + 0xffffffffu) + (unsigned char)(n + 300);", -1, false},
};

static void kinds(struct sandbox *s, struct ub_watch *w, bool preprocessed)
{
	for (size_t i = 0; i < countof(kind_cases); i++) {
		const struct kind_case *c = &kind_cases[i];
		const char *text = arena_printf(&s->arena,
			"#include <string.h>\nvolatile long sink; __attribute__((nonnull)) void take(char *p) { sink = (long)p; }\n"
			"__attribute__((noinline)) int f(int n)\n{\n%s\n}\n"
			"int main(int argc, char **argv) { (void)argv; f(argc); return 0; }\n", c->line);
		if (c->kind == UNDEFINED_NULL_RETURN)
			text = arena_printf(&s->arena,
				"volatile long sink;\nstatic\n__attribute__((noinline, returns_nonnull)) char *give(char *p)\n{\nreturn p;\n}\n"
				"int f(int n) { %s }\nint main(int argc, char **argv) { (void)argv; f(argc); return 0; }\n", c->line);
		struct run_result r = run(s, preprocessed ? "deep/kind.c" : "kind.c", text, preprocessed, w);
		size_t len;
		const struct undefined *u = ub_watch_places(w, &len);
		is_int(len, c->kind >= 0);
		if (len != (c->kind >= 0))
			tap_print("# %s\n", c->line);
		if (len != 1 || c->kind < 0)
			continue;
		is_str(undefined_name(u[0].kind), undefined_name((enum undefined_kind)c->kind));
		is_str(u[0].file, preprocessed ? "/src/deep/kind.c" : "/src/kind.c");
		is_int(u[0].line, 5);
		is_int(u[0].who, 3);
		is_int(u[0].count, 1);
		is_int(r.outcome, c->ends ? OUTCOME_TRAPPED : OUTCOME_EXITED);
	}
}

static void counts(struct sandbox *s, struct ub_watch *w)
{
	static const char text[] =
		"volatile int sink;\nint main(int argc, char **argv)\n{\n	(void)argv;\n"
		"	for (int i = 0; i < 1000; i++) {\n		sink = argc << 40 + (i & 1);\n		sink = 0x7fffffff + argc;\n	}\n"
		"# 77 \"other.h\" 1\n	sink = 0x7fffffff + argc;\n	return 0;\n}\n";
	run(s, "loop.c", text, false, w);
	size_t len;
	const struct undefined *u = ub_watch_places(w, &len);
	is_int(len, 3);
	is_int(u[0].count, 1000);
	is_int(u[1].count, 1000);
	is_int(u[1].line, 7);
	is_str(u[2].file, "other.h");
	is_int(u[2].line, 77);
	ok(!ub_watch_cut(w));
}

/* Places that lie nowhere, names without an end or that are no text, numbers that are none. */
static void hostile(struct ub_watch *w)
{
	static uint8_t memory[4096];
	struct hostcall c = {.memory = memory, .memory_len = sizeof(memory)};
	static const uint32_t addresses[] = {0, 1, 4084, 4085, 4095, 4096, 0x7fffffff, 0xffffffff, 0xfffffffc};
	size_t len;
	ub_watch_begin(w);
	for (uint32_t kind = 0; kind < UNDEFINED_KINDS; kind++) {
		for (size_t i = 0; i < countof(addresses); i++) {
			memset(memory, (int)(i * 37 + kind), sizeof(memory));
			c.arg[0] = kind;
			c.arg[1] = c.arg[2] = addresses[i];
			is_int(ub_watch_hear(w, &c, 0), 0);
		}
	}
	c.arg[0] = UNDEFINED_KINDS;
	is_int(ub_watch_hear(w, &c, 0), -1);
	c.arg[0] = 0xffffffff;
	is_int(ub_watch_hear(w, &c, 0), -1);
	memset(memory, 0, sizeof(memory));
	memory[1] = 1; /* at 0: the name stands at 256 */
	memcpy(memory + 256, "a\033[2J\xff\nb", 9);
	ub_watch_begin(w);
	for (uint32_t line = 0; line < 2000; line++) {
		memcpy(memory + 4, &line, 4);
		c.arg[0] = line % UNDEFINED_KINDS;
		c.arg[1] = c.arg[2] = 0;
		ub_watch_hear(w, &c, 0);
	}
	const struct undefined *u = ub_watch_places(w, &len);
	is_int(len, UNDEFINED_PLACES_MAX);
	ok(ub_watch_cut(w));
	ok(!strchr(u[0].file, '\033') && !strchr(u[0].file, '\n'));
	ub_watch_begin(w);
	ub_watch_places(w, &len);
	is_int(len, 0);
}

static void tests(struct sandbox *s)
{
	struct err err = {0};
	struct ub_watch *w = ub_watch_new();
	sandbox_check(ub_object(&s->tools.tools, &s->arena, &handlers, &err), &err);
	kinds(s, w, false);
	kinds(s, w, true);
	counts(s, w);
	hostile(w);
	ub_watch_free(w);
	ub_watch_free(NULL);
}

int main(void)
{
	return sandbox_main(tests);
}
