/*
 * A library with every kind of signature, and rewrites of it that each differ in
 * one thing only, which no test of its own checks: shims, trace and comparison
 * must find it and say what it is.
 */

#include "harness/judge.h"
#include "tests/sandbox.h"

static const char header[] =
	"#ifndef KINDS_H\n#define KINDS_H\n#define KINDS_PUBLIC extern\n#include <stdbool.h>\n#include <stddef.h>\n#include <stdint.h>\n#include <stdio.h>\n"
	"struct point { int x, y; };\n"
	"struct box { struct point min, max; char name[8]; };\n"
	"struct flags { unsigned a : 3; int b : 5; };\n"
	"struct stats { int counts[4]; double mean; struct point at; const char *name; };\n"
	"struct thing;\n"
	"typedef struct thing *thing_p;\n"
	"enum mood { CALM = -1, GAY = 2 };\n"
	"typedef int (*visit)(void *data, int n);\n"
	"typedef void (*action)(int);\n"
	"struct hooks { int (*on)(void *data, const char *text); void *data; };\n"
	"struct point moved(struct point p, int by);\n"
	"struct box grown(struct box b);\n"
	"int split(int value, int *high, int *low);\n"
	"void describe(const struct point *p, char *buf, size_t len);\n"
	"void fill(void *buf, size_t len);\n"
	"void bytes(uint8_t *buf, size_t *len);\n"
	"thing_p thing_new(int value);\n"
	"struct thing *thing_same(struct thing *t);\n"
	"int thing_get(const struct thing *t);\n"
	"void thing_free(thing_p t);\n"
	"int each(int n, visit v, void *data);\n"
	"int run(struct hooks *h);\n"
	"int with_point(int (*f)(struct point p, const char *why, long double d));\n"
	"int say(char *out, size_t len, const char *format, ...);\n"
	"void report(FILE *f, int n);\n"
	"const char *skip(const char *text, int by);\n"
	"long double exactly(long double a);\n"
	"long long big(long long a);\n"
	"bool odd(int n);\n"
	"enum mood mood(int n);\n"
	"action choose(int n);\n"
	"float half(float a);\n"
	"struct flags flags(int n);\n"
	"void stats(struct stats *out);\n"
	"int leap(visit v, void *data);\n"
	"void ones(size_t len, int *out);\n"
	"const char *version(void);\n"
	"#endif\n";

/* D(n) is whether this is the rewrite that differs in that: of four that follow each other each is in another one. */
enum { REWRITES = 4 };

static const char library[] =
	"#include \"kinds.h\"\n#include <stdarg.h>\n#include <stdlib.h>\n#include <string.h>\n"
	"#define D(n) (WHICH && (n) % 4 == WHICH - 1)\n"
	"struct thing { int value; };\n"
	"struct point moved(struct point p, int by) { p.x += by; p.y += by + D(1); return p; }\n"
	"struct box grown(struct box b) { b.max.x++; b.max.y += 2 + D(2); b.name[0] = D(3) ? 'b' : 'a'; return b; }\n"
	"int split(int value, int *high, int *low) { *high = value / 10; *low = value % 10 + D(4);\n"
	"	if (D(5)) { high[1]++; high[-1]++; }\n	return value; }\n"
	"void describe(const struct point *p, char *buf, size_t len) { snprintf(buf, len, D(6) ? \"(%d %d)\" : \"(%d,%d)\", p->x, p->y); }\n"
	"void fill(void *buf, size_t len) { memset(buf, 7, len); if (D(7)) ((char *)buf)[len - 1] = 8; }\n"
	"void bytes(uint8_t *buf, size_t *len) { memset(buf, 0xfe, 3); buf[1] -= D(8); *len = 3; }\n"
	"thing_p thing_new(int value) { thing_p t = malloc(sizeof(*t)); t->value = value; return D(9) ? 0 : t; }\n"
	"thing_p thing_same(thing_p t) { if (!D(10)) return t; thing_p copy = malloc(sizeof(*t)); *copy = *t; return copy; }\n"
	"int thing_get(const struct thing *t) { return t ? t->value + D(11) : 0; }\n"
	"void thing_free(thing_p t) { free(t); }\n"
	"int each(int n, visit v, void *data) { int sum = 0; for (int i = 0; i < n - D(12); i++) sum += v(data, i * (1 + D(13)));"
	" return n + 0 * sum; }\n"
	"int run(struct hooks *h) { h->on(h->data, D(14) ? \"two\" : \"one\"); return 0; }\n"
	"int with_point(int (*f)(struct point, const char *, long double))\n"
	"{ struct point p = {1, 2 + D(15)}; f(p, D(16) ? \"no\" : \"why\", D(17) ? 3.0L : 2.0L); return 0; }\n"
	"int say(char *out, size_t len, const char *format, ...) { va_list a; va_start(a, format);\n"
	"	vsnprintf(out, len, format, a); va_end(a); if (D(18)) out[0] = '?'; return 0; }\n"
	"void report(FILE *f, int n) { fprintf(f, \"%d\\n\", n + D(19)); fflush(f); fputs(D(20) ? \"!\" : \"?\", stderr); }\n"
	"const char *skip(const char *text, int by) { return text + by + D(21); }\n"
	"long double exactly(long double a) { return D(22) ? 2 * a : D(23) ? a + 0x1p-100L : a; }\n"
	"long long big(long long a) { return a ^ ((long long)D(24) << 60); }\n"
	"bool odd(int n) { return (n & 1) ^ D(25); }\n"
	"enum mood mood(int n) { return n && !D(26) ? CALM : GAY; }\n"
	"static void nothing(int n) { (void)n; }\n"
	"action choose(int n) { return n && !D(27) ? nothing : 0; }\n"
	"float half(float a) { return a / (D(28) ? 3 : 2); }\n"
	"struct flags flags(int n) { struct flags f = {(unsigned)n, D(29) ? -2 : -1}; return f; }\n"
	"void stats(struct stats *out) { static const char name[] = \"all\", other[] = \"some\"; out->counts[3] = 4 + D(30);\n"
	"	out->mean = 0.5 + D(31); out->at.y = 3 + D(32); out->name = D(33) ? other : name; }\n"
	"int leap(visit v, void *data) { v(data, 7 + D(34)); return 1; }\n"
	"void ones(size_t len, int *out) { for (size_t i = 0; i < len; i++) out[i] = 1 + (D(36) && i == 2); }\n"
	"const char *version(void) { return D(35) ? \"1.1\" : \"1.0\"; }\n";

#define WHAT_LONGJMP "#include <setjmp.h>\nstatic jmp_buf back;\nstatic int out_of(void *d, int n) { (void)d, (void)n; longjmp(back, 1); }\n"
static const char test[] =
	"#include \"kinds.h\"\n#include <string.h>\n" WHAT_LONGJMP
	"int first, high, second;\n"
	"static int nested(void *data, int n) { return *(int *)data + thing_get(0) + n; }\n"
	"static int heard(void *data, const char *text) { (void)data, (void)text; return 1; }\n"
	"static int pointed(struct point p, const char *why, long double d) { (void)p, (void)why, (void)d; return 0; }\n"
	"static void done(void) { static int n; printf(\"ok %d\\n\", ++n); fflush(stdout); }\n"
	"int main(void)\n"
	"{\n"
	"	struct point p = {1, 2}; struct box b = {{1, 2}, {3, 4}, \"x\"}; struct stats s; struct hooks h = {heard, &p};\n"
	"	char buf[40]; uint8_t raw[10]; size_t len = sizeof(raw); int low = 0, quarter[4] = {0};\n"
	"	static char area[100];\n"
	"	puts(\"1..24\");\n"
	"	moved(p, 3); done(); grown(b); done(); split(42, &high, &low); done(); describe(&p, buf, sizeof(buf)); done();\n"
	"	fill(area, sizeof(area)); done(); bytes(raw, &len); done();\n"
	"	thing_p t = thing_new(5), u = thing_new(6); thing_same(u); thing_same(t); thing_get(t);\n"
	"	thing_free(t); thing_free(u); done();\n"
	"	each(3, nested, &low); done(); run(&h); done(); with_point(pointed); done();\n"
	"	say(buf, sizeof(buf), \"%s %d %.1f\", \"x\", 3, 4.5); done(); report(stdout, 8); done();\n"
	"	skip(\"abcdef\", 2); done(); exactly(1.0L); done(); big(1); done(); odd(3); done(); mood(1); done();\n"
	"	choose(1); done(); half(3); done(); flags(5); done(); memset(&s, 0, sizeof(s)); stats(&s); done();\n"
	"	if (!setjmp(back)) leap(out_of, 0);\n"
	"	done(); version(); done(); ones(4, quarter); done();\n"
	"	return h.on != heard;\n"
	"}\n";

static const char described[] =
	"{\"name\": \"kinds\",\n"
	" \"library\": {\"sources\": [\"kinds.c\"], \"headers\": [\"kinds.h\"], \"include\": [\".\"]},\n"
	" \"tests\": {\"programs\": [{\"name\": \"t\", \"sources\": [\"t.c\"], \"report\": \"tap\"}]}}\n";

static const struct sample {
	const char *function, *what, *expected, *got;
} samples[] = {
	[1] = {"moved", "result->y", "5", "6"},
	[2] = {"grown", "result->y", "6", "7"},
	[3] = {"grown", "result->name", "\"a\"", "\"b\""},
	[4] = {"split", "*low", "2", "3"},
	[5] = {"split", "memory of the test", "untouched", NULL},
	[6] = {"describe", "*buf", "\"(1,2)\"", "\"(1 2)\""},
	[7] = {"fill", "*buf", "byte 99: 07", "byte 99: 08"},
	[8] = {"bytes", "*buf", "byte 1: fe fe", NULL},
	[9] = {"thing_new", "result", "new object 3", "NULL"},
	[10] = {"thing_same", "result", NULL, "new object"},
	[11] = {"thing_get", "result", "5", "6"},
	[12] = {"visit", "calls", NULL, "return from each"},
	[13] = {"visit", "n", "1", "2"},
	[14] = {NULL, "text", "\"one\"", "\"two\""},
	[15] = {NULL, "p->y", "2", "3"},
	[16] = {NULL, "why", "\"why\"", "\"no\""},
	[17] = {NULL, "d", "2", "3"},
	[18] = {"say", "*out", "\"x 3 4.5\"", "\"? 3 4.5\""},
	[19] = {"report", "output", "\"8\\n\"", "\"9\\n\""},
	[20] = {"report", "error output", "\"?\"", "\"!\""},
	[21] = {"skip", "result", "text + 2", "text + 3"},
	[22] = {"exactly", "result", "1", "2"},
	[23] = {"exactly", "result", NULL, NULL},
	[24] = {"big", "result", "1", "1152921504606846977"},
	[25] = {"odd", "result", "1", "0"},
	[26] = {"mood", "result", "-1", "2"},
	[27] = {"choose", "result", "an address", "NULL"},
	[28] = {"half", "result", "1.5", "1"},
	[29] = {"flags", "result->b", "-1", "-2"},
	[30] = {"stats", "out->counts", "4", "5"},
	[31] = {"stats", "out->mean", "0.5", "1.5"},
	[32] = {"stats", "out->y", "3", "4"},
	[33] = {"stats", "out->name", "\"all\"", "\"some\""},
	[34] = {"visit", "n", "7", "8"},
	[35] = {"version", "result", "\"1.0\"", "\"1.1\""},
	[36] = {"ones", "*out", "1", "2"},
};

static void add(struct tree *tree, const char *path, const char *text)
{
	struct err err = {0};
	sandbox_check(tree_add_file(tree, path, str_of(text), &err), &err);
}

static const char *source_of(struct sandbox *s, size_t which)
{
	return arena_printf(&s->arena, "#define WHICH %zu\n%s", which, library);
}

static void is_part(const char *got, const char *want, const char *label)
{
	if (!tap_ok(!want || strstr(got, want), label, __FILE__, __LINE__))
		tap_print("#   got  %s\n#   want %s\n", got, want);
}

static void is_found(const struct judgement *j, size_t which)
{
	size_t at = 0;
	is_int(j->gates[GATE_TESTS].verdict, which ? VERDICT_FAIL : VERDICT_PASS);
	for (size_t n = 1; which && n < countof(samples); n++) {
		if (n % REWRITES != which - 1)
			continue;
		const struct sample *want = &samples[n];
		tap_print("# difference %zu\n", n);
		if (!ok(at < j->tests.divergences_len))
			return;
		const struct divergence *d = &j->tests.divergences[at++];
		is_part(d->function, want->function, "function");
		is_str(d->what, want->what);
		is_part(d->expected, want->expected, "expected");
		is_part(d->got, want->got, "got");
	}
	is_int(j->tests.divergences_total, at);
}

static void show(const struct judgement *j)
{
	for (size_t i = 0; i < GATES; i++) {
		for (size_t k = 0; k < j->gates[i].findings.len; k++)
			tap_print("# %s\n", j->gates[i].findings.items[k].text);
	}
	for (size_t i = 0; i < j->tests.divergences_len; i++) {
		const struct divergence *d = &j->tests.divergences[i];
		tap_print("# %zu %s: %s: %s: %s / %s\n", d->index, d->function, d->call, d->what, d->expected, d->got);
	}
}

static void judge(struct sandbox *s, const struct suite *suite, const struct extracted *e, size_t which)
{
	struct err err = {0};
	struct judgement j;
	SCOPED_TREE struct tree *files = tree_new();
	tap_print("# rewrite %zu\n", which);
	add(files, REWRITE_ROOT "/kinds.c", source_of(s, which));
	sandbox_check(judge_rewrite(suite, e, files, &(struct differential_effort){0}, &j, &err), &err);
	is_found(&j, which);
	show(&j);
	if (!which) {
		for (size_t i = 0; i < j.tests.unseen.len; i++)
			tap_print("# unseen: %s\n", j.tests.unseen.items[i]);
		is_int(j.tests.unexercised.len, 0);
		is_int(j.tests.unseen.len, 1);
		is_str(j.tests.unseen.items[0], "say: what its ... arguments lead to");
	}
	judgement_release(&j);
}

/* ---- signatures that are hard to write down */

static const char odd_header[] =
	"#include <stdarg.h>\n#include <stddef.h>\n#include <stdio.h>\n"
	"union either { int i; double d; };\n"
	"struct large { char bytes[300]; int at[2][2]; };\n"
	"struct empty { int none[0]; };\n"
	"typedef int row[3];\ntypedef int function(int);\n"
	"typedef struct { int a; struct { int b; } in; } untagged;\n"
	"struct late; typedef struct late *late_p; struct late { late_p next[2]; function *f; };\n"
	"int format(char *out, size_t len, const char *text, va_list list);\n"
	"int sum(const int a[3], int n);\n"
	"int sums(int (*rows)[3], row r, const row *all);\n"
	"int applied(function f, int n);\n"
	"int constant(const int n, const union either e, volatile int *at);\n"
	"union either either(int n);\n"
	"struct large large(struct large l, untagged u);\n"
	"int f(int r, int f, int end, int a0, int call, int outer);\n"
	"double _Complex turned(double _Complex z);\n"
	"__int128 wide(__int128 n);\n"
	"int old();\n"
	"function *chosen(int (*(*f)(int n))(int));\n"
	"int (*chosen_plainly(void))(int);\n"
	"int linked(late_p first);\n"
	"static inline int inlined(int n) { return n + 1; }\n"
	"_Noreturn void leave(int code);\n"
	"char *filled(char *restrict out, const char *restrict in);\n"
	"int (counted)(void);\n#define counted() (counted)()\n"
	"int deep(const char *const *const *names);\n"
	"int many(int, char, short, long, float, double, long long, void *, const void *, unsigned char);\n";

static const char odd_library[] =
	"#include \"odd.h\"\n#include <stdlib.h>\n#include <string.h>\n"
	"int format(char *out, size_t len, const char *text, va_list list) { return vsnprintf(out, len, text, list); }\n"
	"int sum(const int a[3], int n) { return a[0] + a[n - 1]; }\n"
	"int sums(int (*rows)[3], row r, const row *all) { return rows[0][1] + r[1] + (*all)[2]; }\n"
	"int applied(function f, int n) { return f(n) + f(n + 1); }\n"
	"int constant(const int n, const union either e, volatile int *at) { return *at += n + e.i; }\n"
	"union either either(int n) { union either e = {.i = n}; return e; }\n"
	"struct large large(struct large l, untagged u) { l.bytes[299] = 'x'; l.at[1][1] = u.in.b; return l; }\n"
	"int f(int r, int f, int end, int a0, int call, int outer) { return r + f + end + a0 + call + outer; }\n"
	"double _Complex turned(double _Complex z) { return -z; }\n"
	"__int128 wide(__int128 n) { return n + 1; }\n"
	"int old() { return 1; }\n"
	"static int plain(int n) { return n; }\n"
	"function *chosen(int (*(*f)(int n))(int)) { return f ? f(1) : plain; }\n"
	"int (*chosen_plainly(void))(int) { return plain; }\n"
	"int linked(late_p first) { return first->f ? first->f(1) : first->next[1] != 0; }\n"
	"_Noreturn void leave(int code) { exit(code); }\n"
	"char *filled(char *restrict out, const char *restrict in) { return strcpy(out, in) + 1; }\n"
	"int (counted)(void) { static int n; return ++n; }\n"
	"int deep(const char *const *const *names) { return names[0][0][0]; }\n"
	"int many(int a, char b, short c, long d, float e, double g, long long h, void *i, const void *j, unsigned char k)\n"
	"{ return (int)(a + b + c + d + e + g + h + k) + (i == j); }\n";

static const char odd_test[] =
	"#include \"odd.h\"\n"
	"static int own(int n) { return n * 2; }\n"
	"static int (*give(int n))(int) { (void)n; return own; }\n"
	"static void formatted(char *out, size_t len, const char *text, ...)\n"
	"{ va_list a; va_start(a, text); format(out, len, text, a); va_end(a); }\n"
	"int main(void)\n"
	"{\n"
	"	char out[20]; row r = {1, 2, 3}; int rows[1][3] = {{1, 2, 3}}; volatile int at = 1; union either e = {.i = 3};\n"
	"	static struct large l; untagged u = {1, {2}}; struct late end = {{0, &end}, 0}, begin = {{&end, 0}, own};\n"
	"	const char *name = \"x\"; const char *const *names[] = {&name};\n"
	"	formatted(out, sizeof(out), \"%d %s\", 3, \"x\");\n"
	"	int bad = out[0] != '3' || sum(r, 3) != 4 || sums(rows, r, &r) != 7 || applied(own, 1) != 6;\n"
	"	bad |= constant(1, e, &at) != 5 || either(4).i != 4 || large(l, u).at[1][1] != 2 || f(1, 2, 3, 4, 5, 6) != 21;\n"
	"	bad |= __real__ turned(3) != -3 || wide((__int128)1 << 100) != ((__int128)1 << 100) + 1 || old() != 1;\n"
	"	bad |= chosen(give)(4) != 8 || chosen(0)(4) != 4 || chosen_plainly()(3) != 3 || linked(&begin) != 2 || linked(&end) != 1;\n"
	"	bad |= begin.f != own || inlined(1) != 2 || filled(out, \"ab\") != out + 1 || counted() != 1 || deep(names) != 'x';\n"
	"	bad |= many(1, 2, 3, 4, 5, 6, 7, out, out, 8) != 37;\n"
	"	leave(bad);\n"
	"}\n";

static const char odd_described[] =
	"{\"name\": \"odd\",\n"
	" \"library\": {\"sources\": [\"odd.c\"], \"headers\": [\"odd.h\"], \"include\": [\".\"]},\n"
	" \"tests\": {\"programs\": [{\"name\": \"t\", \"sources\": [\"t.c\"]}]}}\n";

static void odd_signatures(struct sandbox *s)
{
	struct err err = {0};
	struct project project;
	struct suite suite;
	struct extracted extracted;
	struct judgement j;
	struct source source = {"this folder", NULL};
	SCOPED_TREE struct tree *tree = tree_new();
	SCOPED_TREE struct tree *files = tree_new();
	sandbox_check(project_parse(str_of(odd_described), s->folder, &s->arena, &project, &err), &err);
	add(tree, "/src/odd.h", odd_header);
	add(tree, "/src/odd.c", odd_library);
	add(tree, "/src/t.c", odd_test);
	add(files, REWRITE_ROOT "/odd.c", odd_library);
	sandbox_check(suite_build(&project, tree, &s->tools.tools, &suite, &err), &err);
	sandbox_check(extract_run(&suite, &source, &extracted, &err), &err);
	tap_print("# %s\n", extracted.baseline.programs[0].reason);
	is_int(extracted.baseline.programs[0].status, PROGRAM_PASSED);
	sandbox_check(judge_rewrite(&suite, &extracted, files, &(struct differential_effort){0}, &j, &err), &err);
	is_int(j.gates[GATE_TESTS].verdict, VERDICT_PASS);
	show(&j);
	is_int(j.tests.unexercised.len, 2); /* old() is defined without parameters: that is known */
	is_int(j.tests.unseen.len, 2);
	for (size_t i = 0; i < j.tests.unseen.len; i++) {
		tap_print("# unseen: %s\n", j.tests.unseen.items[i]);
		ok(str_ends(str_of(j.tests.unseen.items[i]), STR(": its types are not known from the headers")));
	}
	judgement_release(&j);
	extract_release(&extracted);
	suite_release(&suite);
}

static void tests(struct sandbox *s)
{
	struct err err = {0};
	struct project project;
	struct suite suite;
	struct extracted extracted;
	struct source source = {"this folder", NULL};
	SCOPED_TREE struct tree *tree = tree_new();
	sandbox_check(project_parse(str_of(described), s->folder, &s->arena, &project, &err), &err);
	add(tree, "/src/kinds.h", header);
	add(tree, "/src/kinds.c", source_of(s, 0));
	add(tree, "/src/t.c", test);
	sandbox_check(suite_build(&project, tree, &s->tools.tools, &suite, &err), &err);
	sandbox_check(extract_run(&suite, &source, &extracted, &err), &err);
	is_int(extracted.baseline.programs[0].status, PROGRAM_PASSED);
	tap_print("# %s\n", extracted.baseline.programs[0].reason);
	for (size_t i = 0; i <= REWRITES; i++)
		judge(s, &suite, &extracted, i);
	extract_release(&extracted);
	suite_release(&suite);
	odd_signatures(s);
}

int main(void)
{
	return sandbox_main(tests);
}
