/*
 * A library with functions of every kind, its tests, and what is measured of it: which functions get a workload and why
 * others get none, that figures are exact, that start-up is out of them, and how growth shows.
 */

#include "harness/workload.h"
#include "tests/sandbox.h"

/* ---- the library */

static const char header[] =
	"#ifndef LIB_H\n#define LIB_H\n#include <stddef.h>\n#include <stdio.h>\n"
	"struct bag;\nstruct cursor;\nstruct point { int x, y; };\nstruct counter { long total; };\n"
	"struct bag *bag_new(void);\n"
	"void bag_free(struct bag *b);\n"
	"int bag_put(struct bag *b, const char *name, int value);\n"
	"int bag_get(const struct bag *b, const char *name);\n"
	"struct cursor *bag_walk(struct bag *b);\n"
	"int cursor_next(struct cursor *c);\n"
	"void cursor_close(struct cursor *c);\n"
	"void counter_init(struct counter *c, long start);\n"
	"long counter_add(struct counter *c, long value);\n"
	"int sum(const int *numbers, size_t count);\n"
	"void sort(int *numbers, size_t count);\n"
	"int words(const char *text);\n"
	"int fold(const char *text, char *out, size_t cap);\n"
	"double half(double value);\n"
	"int split(int value, int *high, int *low);\n"
	"struct point moved(struct point p, int by);\n"
	"char *joined(const char *a, const char *b);\n"
	"int each(int n, int (*f)(int));\n"
	"int print(int n);\n"
	"int formatted(char *out, size_t len, const char *format, ...);\n"
	"void stop(int code);\n"
	"int unseen(int n);\n"
	"int to_stream(FILE *f);\n"
	"int same(const struct bag *a, const struct bag *b);\n"
	"int rough(char *text);\n"
	"int dirty(void);\n"
	"#endif\n";

static const char library[] =
	"#include \"lib.h\"\n#include <stdarg.h>\n#include <stdlib.h>\n#include <string.h>\n"
	"struct item { char name[40]; int value; };\n"
	"struct bag { struct item *items; int len, cap; };\n"
	"struct cursor { struct bag *bag; int at; };\n"
	"struct bag *bag_new(void) { return calloc(1, sizeof(struct bag)); }\n"
	"void bag_free(struct bag *b) { if (b) free(b->items); free(b); }\n"
	"static int find(const struct bag *b, const char *name)\n"
	"{ for (int i = 0; i < b->len; i++) if (!strcmp(b->items[i].name, name)) return i; return -1; }\n"
	"int bag_put(struct bag *b, const char *name, int value) { int i = find(b, name);\n"
	"	if (i < 0) { if (b->len == b->cap) { b->cap = b->cap ? 2 * b->cap : 4;\n"
	"		b->items = realloc(b->items, (size_t)b->cap * sizeof(*b->items)); }\n"
	"		i = b->len++; strncpy(b->items[i].name, name, 39); b->items[i].name[39] = 0; }\n"
	"	b->items[i].value = value; return b->len; }\n"
	"int bag_get(const struct bag *b, const char *name) { int i = find(b, name); return i < 0 ? -1 : b->items[i].value; }\n"
	"struct cursor *bag_walk(struct bag *b) { struct cursor *c = malloc(sizeof(*c)); c->bag = b; c->at = 0; return c; }\n"
	"int cursor_next(struct cursor *c) { return c->at < c->bag->len ? c->bag->items[c->at++].value : -1; }\n"
	"void cursor_close(struct cursor *c) { free(c); }\n"
	"void counter_init(struct counter *c, long start) { c->total = start; }\n"
	"long counter_add(struct counter *c, long value) { return c->total += value; }\n"
	"int sum(const int *numbers, size_t count) { int s = 0; for (size_t i = 0; i < count; i++) s += numbers[i]; return s; }\n"
	"static int order(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }\n"
	"void sort(int *numbers, size_t count) { qsort(numbers, count, sizeof(int), order); }\n"
	"int words(const char *text) { int n = 0, in = 0; for (; *text; text++) { n += *text != ' ' && !in; in = *text != ' '; }\n"
	"	return n; }\n"
	"int fold(const char *text, char *out, size_t cap) { size_t i = 0; for (; text[i]; i++) { if (i + 1 >= cap) return -1;\n"
	"	out[i] = (char)(text[i] | 32); } out[i] = 0; return (int)i; }\n"
	"double half(double value) { return value / 2; }\n"
	"int split(int value, int *high, int *low) { *high = value / 10; *low = value % 10; return value; }\n"
	"struct point moved(struct point p, int by) { p.x += by; p.y += by; return p; }\n"
	"char *joined(const char *a, const char *b) { char *j = malloc(strlen(a) + strlen(b) + 1); strcpy(j, a); return strcat(j, b); }\n"
	"int each(int n, int (*f)(int)) { return f(n); }\n"
	"int print(int n) { printf(\"%d\\n\", n); return n; }\n"
	"int formatted(char *out, size_t len, const char *format, ...)\n"
	"{ va_list a; va_start(a, format); int n = vsnprintf(out, len, format, a); va_end(a); return n; }\n"
	"void stop(int code) { exit(code); }\n"
	"int unseen(int n) { return n; }\n"
	"int to_stream(FILE *f) { return f != 0; }\n"
	"int same(const struct bag *a, const struct bag *b) { return a->len == b->len; }\n"
	"int rough(char *text) { return text[0]; }\n"
	"int dirty(void) { volatile unsigned char *p = malloc(64); int n = p[40]; free((void *)p); return n; }\n";

static const char test[] =
	"#include \"lib.h\"\n#include <stdlib.h>\n#include <string.h>\n"
	"static int twice(int n) { return 2 * n; }\n"
	"int main(void)\n"
	"{\n"
	"	static const char *const names[] = {\"alpha\", \"beta\", \"gamma\", \"delta\"};\n"
	"	struct bag *b = bag_new(), *other = bag_new(); struct counter c; struct point p = {1, 2}; char out[32], in[] = \"x\";\n"
	"	int high, low, bad = 0, numbers[] = {3, 1, 2}, more[] = {9, 8, 7, 6, 5};\n"
	"	for (int i = 0; i < 4; i++) bad |= bag_put(b, names[i], i) != i + 1;\n"
	"	for (int i = 0; i < 4; i++) bad |= bag_get(b, names[i]) != i;\n"
	"	struct cursor *at = bag_walk(b); bad |= cursor_next(at) != 0; cursor_close(at);\n"
	"	bad |= same(b, other); bag_free(b); bag_free(other);\n"
	"	counter_init(&c, 3); bad |= counter_add(&c, 4) != 7;\n"
	"	bad |= sum(numbers, 3) != 6 || sum(more, 5) != 35; sort(numbers, 3); sort(more, 5); bad |= numbers[0] != 1 || more[0] != 5;\n"
	"	bad |= words(\"one two  three\") != 3 || words(\"\") != 0 || words(\"quote \\\"?\\?= \\\\ \\001\\377\") != 4;\n"
	"	bad |= fold(\"ABC\", out, sizeof(out)) != 3 || fold(\"A long Text\", out, 4) != -1;\n"
	"	bad |= half(3) != 1.5 || half(-1) != -.5 || split(42, &high, &low) != 42 || low != 2 || moved(p, 3).x != 4;\n"
	"	char *j = joined(\"ab\", \"cd\"); bad |= strcmp(j, \"abcd\"); free(j);\n"
	"	bad |= each(2, twice) != 4 || print(5) != 5 || formatted(out, sizeof(out), \"%d\", 7) != 1 || !to_stream(stdout);\n"
	"	bad |= rough(in) != 'x'; dirty();\n"
	"	stop(bad);\n"
	"}\n";

/* As much work before main as one likes; then n bytes are filled and copied, in blocks that are given back. */
static const char user[] =
	"#include \"lib.h\"\n#include <stdlib.h>\n#include <string.h>\n"
	"static volatile unsigned spent;\n"
	"__attribute__((constructor)) static void early(void) { free(malloc(1000)); for (unsigned i = 0; i < EARLY; i++) spent++; }\n"
	"int main(int argc, char **argv)\n"
	"{\n"
	"	size_t n = strtoul(argv[argc - 2], 0, 10), round = strtoul(argv[argc - 1], 0, 10);\n"
	"	if (argc != 4 || strcmp(argv[1], \"own\")) return 9;\n"
	"	char *volatile a = malloc(n), *volatile b = calloc(1, 100);\n"
	"	memset(a, (int)round, n);\n"
	"	b = realloc(b, 2000);\n"
	"	memmove(a, a + 64, n - 64);\n"
	"	int bad = a[0] != (char)round || words(\"a b\") != 2;\n"
	"	free(a); free(b);\n"
	"	return bad;\n"
	"}\n";

static const char described[] =
	"{\"name\": \"lib\",\n"
	" \"library\": {\"sources\": [\"lib.c\"], \"headers\": [\"lib.h\"], \"include\": [\".\"], \"flags\": [\"-std=c11\"]},\n"
	" \"tests\": {\"programs\": [{\"name\": \"t\", \"sources\": [\"t.c\"]}, {\"name\": \"bad\", \"sources\": [\"bad.c\"]}]},\n"
	" \"workloads\": [\n"
	"  {\"name\": \"moves\", \"sources\": [\"bench/moves.c\"], \"defines\": [\"EARLY=10\"], \"args\": [\"own\"], \"n\": 5000},\n"
	"  {\"name\": \"late\", \"sources\": [\"bench/moves.c\"], \"defines\": [\"EARLY=1000000\"], \"args\": [\"own\"], \"n\": 5000},\n"
	"  {\"name\": \"broken\", \"sources\": [\"bench/broken.c\"]},\n"
	"  {\"name\": \"reaches\", \"sources\": [\"bench/reaches.c\"]}]}\n";

/* A rewrite that is right, and counts anew for each byte. */
static const char slow_words[] =
	"int words(const char *text) { int n = 0; for (const char *p = text; *p; p++) { n = 0;\n"
	"	for (const char *q = text; q <= p; q++) n += *q != ' ' && (q == text || q[-1] == ' '); } return n; }\n";

struct measured {
	struct project project;
	struct tree *tree;
	struct suite suite;
	struct extracted extracted;
	struct workloads workloads;
	struct engine *timed;
};

static void add(struct tree *tree, const char *path, const char *text)
{
	struct err err = {0};
	sandbox_check(tree_add_file(tree, path, str_of(text), &err), &err);
}

static void open_it(struct sandbox *s, struct measured *m)
{
	struct err err = {0};
	static const struct source source = {"this folder", NULL};
	*m = (struct measured){.tree = tree_new()};
	add(m->tree, "/src/lib.h", header);
	add(m->tree, "/src/lib.c", library);
	add(m->tree, "/src/t.c", test);
	add(m->tree, "/src/bad.c", "#include \"lib.h\"\nint main(void) { return words(\"a\"); }\n");
	add(m->tree, "/src/bench/moves.c", user);
	add(m->tree, "/src/bench/broken.c", "int main(void) { return missing; }\n");
	add(m->tree, "/src/bench/reaches.c", "int gone(void);\nint main(void) { return gone(); }\n");
	sandbox_check(engine_new(ENGINE_TIMED, &m->timed, &err), &err);
	sandbox_check(project_parse(str_of(described), s->folder, &s->arena, &m->project, &err), &err);
	sandbox_check(suite_build(&m->project, m->tree, &s->tools.tools, &m->suite, &err), &err);
	sandbox_check(extract_run(&m->suite, &source, &m->extracted, &err), &err);
	sandbox_check(workloads_find(&m->suite, &m->extracted, &m->workloads, &err), &err);
}

static void close_it(struct measured *m)
{
	workloads_release(&m->workloads);
	extract_release(&m->extracted);
	suite_release(&m->suite);
	engine_free(m->timed);
	tree_free(m->tree);
}

static const struct workload *find(const struct measured *m, const char *name)
{
	for (size_t i = 0; i < m->workloads.len; i++) {
		if (strcmp(m->workloads.items[i].name, name) == 0)
			return &m->workloads.items[i];
	}
	return NULL;
}

static const char *left_out(const struct measured *m, const char *name)
{
	const struct strings *list = &m->workloads.left_out;
	for (size_t i = 0; i < list->len; i++) {
		size_t len = strlen(name);
		if (strncmp(list->items[i], name, len) == 0 && list->items[i][len] == ':')
			return list->items[i] + len + 2;
	}
	return NULL;
}

static struct bench_module *module_of(struct sandbox *s, const struct measured *m, const char *name, const struct rewrite *rewrite)
{
	struct err err = {0};
	struct bench_side side = {&m->suite, rewrite};
	struct bench_module *module = NULL;
	const char *why = NULL;
	sandbox_check(bench_module_make(&side, find(m, name), m->timed, &s->arena, &module, &why, &err), &err);
	is_str(why, NULL);
	return module;
}

static struct bench_run run(struct bench_module *module, enum bench_lens lens, uint64_t n, uint64_t round)
{
	struct err err = {0};
	struct bench_run r = {0};
	sandbox_check(bench_module_run(module, lens, n, round, &r, &err), &err);
	if (r.run.outcome != OUTCOME_EXITED || r.run.exit_code)
		tap_print("# %s %d %s %s\n", outcome_name(r.run.outcome), r.run.exit_code, r.run.trap, r.run.where);
	return r;
}

/* ---- which there are */

static void each_gets_one_or_a_reason(const struct measured *m)
{
	static const char *const called[] = {"bag_new", "bag_put", "bag_get", "bag_walk", "cursor_next", "counter_init", "counter_add",
					     "sum", "sort", "words", "fold", "half", "split", "moved", "joined"};
	static const struct {
		const char *name, *why;
	} others[] = {
		{"bag_free", "it is measured with bag_new, whose work it ends"},
		{"cursor_close", "it is measured with bag_walk, whose work it ends"},
		{"each", "it takes a callback"},
		{"print", "it prints"},
		{"formatted", "it takes arguments that it does not name"},
		{"stop", "it does not always come back"},
		{"unseen", "no test calls it"},
		{"to_stream", "it takes a stream"},
		{"same", "it takes two objects"},
		{"rough", "nobody says how much room text has"},
		{"dirty", "what it answers depends on what memory held before"},
		{"bad", "exit code 1, expected 0"},
		{"broken", "bench/broken.c:1:25: use of undeclared identifier 'missing'"},
	};
	for (size_t i = 0; i < countof(called); i++) {
		if (!tap_ok(find(m, called[i]) != NULL, called[i], __FILE__, __LINE__))
			tap_print("# %s\n", left_out(m, called[i]));
	}
	for (size_t i = 0; i < countof(others); i++) {
		tap_str(left_out(m, others[i].name), others[i].why, others[i].name, __FILE__, __LINE__);
		ok(!find(m, others[i].name));
	}
	is_int(find(m, "t")->kind, WORKLOAD_TEST);
	is_int(find(m, "moves")->kind, WORKLOAD_USER);
	is_int(find(m, "moves")->n, 5000);
	ok(find(m, "words, growing") && find(m, "fold, growing"));
	is_str(find(m, "words, growing")->unit, "bytes");
	is_str(find(m, "words")->unit, "calls");
	is_int(find(m, "words")->inputs, 3);
	ok(!find(m, "half, growing"));
}

/* Only measuring knows of them. */
static void no_test_is_a_workload(const struct measured *m)
{
	is_int(m->suite.plan.programs_len, 2);
	is_int(m->extracted.baseline.programs_len, 2);
	is_int(m->extracted.tests_len, 1);
	for (size_t i = 0; i < m->suite.plan.objects_len; i++)
		ok(!strstr(m->suite.plan.objects[i].name, "bench/"));
	for (size_t i = 0; i < m->extracted.spec.tests.len; i++)
		ok(!strstr(m->extracted.spec.tests.items[i].path, "bench/"));
}

/* ---- figures */

static void fuel_is_exact_and_the_same_each_time(struct sandbox *s, const struct measured *m)
{
	for (size_t i = 0; i < m->workloads.len; i++) {
		const struct workload *w = &m->workloads.items[i];
		if (strcmp(w->name, "reaches") == 0)
			continue;
		tap_print("# %s\n", w->name);
		struct bench_module *module = module_of(s, m, w->name, NULL);
		struct bench_run one = run(module, LENS_FUEL, w->n, 1), two = run(module, LENS_FUEL, w->n, 1),
				 timed = run(module, LENS_TIME, w->n, 1), bulk = run(module, LENS_BULK, w->n, 1),
				 allocated = run(module, LENS_ALLOCATIONS, w->n, 1);
		is_int(one.run.outcome, OUTCOME_EXITED);
		is_int(one.run.fuel, two.run.fuel);
		ok(one.run.fuel > 0 && one.start_fuel > 0);
		is_int(timed.run.fuel, 0);
		ok(hash_eq(&one.output, &two.output) && hash_eq(&one.output, &timed.output) && hash_eq(&one.output, &bulk.output) &&
		   hash_eq(&one.output, &allocated.output));
		ok(bench_module_code_bytes(module) > 0);
		bench_module_free(module);
	}
}

static void start_up_does_not_count(struct sandbox *s, const struct measured *m)
{
	struct bench_module *early = module_of(s, m, "moves", NULL), *late = module_of(s, m, "late", NULL);
	struct bench_run one = run(early, LENS_FUEL, 5000, 1), two = run(late, LENS_FUEL, 5000, 1);
	is_int(one.run.fuel, two.run.fuel);
	ok(two.start_fuel > one.start_fuel + 1000000);
	bench_module_free(early);
	bench_module_free(late);
}

static void bytes_and_blocks_are_exact(struct sandbox *s, const struct measured *m)
{
	struct bench_module *module = module_of(s, m, "moves", NULL);
	struct bench_run small = run(module, LENS_BULK, 5000, 1), large = run(module, LENS_BULK, 105000, 1);
	is_int(large.run.bulk_bytes - small.run.bulk_bytes, 2 * 100000);
	ok(small.run.bulk_bytes >= 5000 + 4936 && small.run.bulk_bytes < 5000 + 4936 + 4096);
	is_int(run(module, LENS_FUEL, 5000, 1).run.bulk_bytes, 0);
	struct bench_run r = run(module, LENS_ALLOCATIONS, 5000, 1);
	tap_print("# %ju taken, %ju given back, at most %ju bytes\n", (uintmax_t)r.allocations, (uintmax_t)r.freed,
		  (uintmax_t)r.peak_live_bytes);
	/* malloc, calloc, and a realloc that moves or not; what was allocated before main is no part of it. */
	ok(r.allocations == 2 || r.allocations == 3);
	is_int(r.freed, r.allocations);
	ok(r.peak_live_bytes >= 7000 && r.peak_live_bytes < 7000 + 2100 + 64);
	bench_module_free(module);
}

static void rounds_differ(struct sandbox *s, const struct measured *m)
{
	struct bench_module *module = module_of(s, m, "bag_get", NULL);
	uint64_t n = find(m, "bag_get")->n;
	ok(find(m, "bag_get")->inputs_vary);
	struct bench_run one = run(module, LENS_FUEL, n, 1), two = run(module, LENS_FUEL, n, 2), again = run(module, LENS_FUEL, n, 1);
	ok(!hash_eq(&one.output, &two.output));
	ok(hash_eq(&one.output, &again.output));
	bench_module_free(module);
}

/* ---- a rewrite beside the original */

static const char *slow_library(struct sandbox *s)
{
	const char *from = strstr(library, "int words("), *to = strstr(from, "int fold(");
	return arena_printf(&s->arena, "%.*s%s%s", (int)(from - library), library, slow_words, to);
}

static double grows(struct bench_module *module, uint64_t n)
{
	return (double)run(module, LENS_FUEL, 8 * n, 1).run.fuel / (double)run(module, LENS_FUEL, n, 1).run.fuel;
}

static void growth_shows(struct sandbox *s, const struct measured *m)
{
	struct err err = {0};
	struct rewrite rewrite;
	SCOPED_TREE struct tree *files = tree_new();
	add(files, REWRITE_ROOT "/lib.c", slow_library(s));
	sandbox_check(rewrite_build(&m->suite, files, &rewrite, &err), &err);
	ok(rewrite.builds);
	const struct workload *w = find(m, "words, growing");
	struct bench_module *original = module_of(s, m, w->name, NULL), *slow = module_of(s, m, w->name, &rewrite);
	double theirs = grows(original, w->n / 16), ours = grows(slow, w->n / 16);
	tap_print("# 8n: %.1f times as much for the original, %.1f for the rewrite\n", theirs, ours);
	ok(theirs < 10);
	ok(ours > 40);
	struct bench_run a = run(original, LENS_FUEL, w->n / 16, 3), b = run(slow, LENS_FUEL, w->n / 16, 3);
	ok(hash_eq(&a.output, &b.output));
	/* On one object, what is put grows. */
	struct bench_module *put = module_of(s, m, "bag_put", NULL);
	ok(grows(put, find(m, "bag_put")->n) > 12);
	bench_module_free(put);
	bench_module_free(original);
	bench_module_free(slow);
	rewrite_release(&rewrite);
}

static void what_cannot_be_linked_is_a_result(struct sandbox *s, const struct measured *m)
{
	struct err err = {0};
	struct bench_side side = {.suite = &m->suite};
	struct bench_module *module = NULL;
	const char *why = NULL;
	sandbox_check(bench_module_make(&side, find(m, "reaches"), NULL, &s->arena, &module, &why, &err), &err);
	ok(!module && why && strstr(why, "gone"));
}

static void tests(struct sandbox *s)
{
	struct measured m;
	open_it(s, &m);
	for (size_t i = 0; i < m.workloads.left_out.len; i++)
		tap_print("# left out: %s\n", m.workloads.left_out.items[i]);
	each_gets_one_or_a_reason(&m);
	no_test_is_a_workload(&m);
	fuel_is_exact_and_the_same_each_time(s, &m);
	start_up_does_not_count(s, &m);
	bytes_and_blocks_are_exact(s, &m);
	rounds_differ(s, &m);
	growth_shows(s, &m);
	what_cannot_be_linked_is_a_result(s, &m);
	close_it(&m);
}

int main(void)
{
	return sandbox_main(tests);
}
