#include "harness/mutant.h"

#include "core/buf.h"
#include "harness/instrument.h"
#include "harness/mutantdiff.h"
#include "tests/tap.h"

static struct arena arena;

static struct expanded read_source(const char *text)
{
	struct expanded source = {0};
	struct err err = {0};
	if (!ok(expanded_read(str_of(text), &arena, &source, &err) == 0))
		tap_print("# %s\n", err.text);
	return source;
}

static struct mutants find(const struct expanded *source)
{
	struct mutants mutants = {0};
	struct err err = {0};
	ok(mutants_find(source, "", &arena, &mutants, &err) == 0);
	return mutants;
}

/* What a function's body comes to: each mutant as the change that it makes. */
static const char *changes(const char *body)
{
	SCOPED_BUF struct buf out;
	struct expanded source = read_source(arena_printf(&arena, "int f(int a, int b) { %s }", body));
	struct mutants mutants = find(&source);
	buf_init(&out, 1 << 16);
	for (size_t i = 0; i < mutants.len; i++) {
		const struct mutant *m = &mutants.items[i];
		struct str old = str_first(str_from(source.text, m->from), m->to - m->from);
		buf_printf(&out, "%s%.*s -> %s", i ? "; " : "", STR_ARG(old), m->text);
	}
	return arena_str(&arena, buf_str(&out));
}

static const struct {
	const char *body, *changes;
} cases[] = {
	{"", ""},
	{"return a + b;", "a + b -> 0; + -> -"},
	{"return a < b;", "a < b -> 0; < -> <=; < -> >="},
	{"return a == b && b;", "a == b && b -> 0; && -> ||; == -> !="},
	/* Brackets only where the operands would be other ones. */
	{"a = a || b || a;", "a = a || b || a -> ; a || b || a -> ((a || b ) && ( a)); || -> &&"},
	{"a = a & b ^ a;", "a = a & b ^ a -> ; ^ -> |; a & b -> ((a ) | ( b))"},
	{"return 0;", "0 -> 1; 0 -> (-1)"},
	{"return ((void *)0);", ""},
	{"return 07 + 1.5f;",
	 "07 + 1.5f -> 0; + -> -; 07 -> (07 + 1); 07 -> (07 - 1); 1.5f -> (1.5f + 1); 1.5f -> (1.5f - 1)"},
	{"return 'a';", "'a' -> ('a' + 1); 'a' -> ('a' - 1)"},
	{"if (a) b++;", "a -> !(a); b++ -> ; ++ -> --"},
	{"if (!a) return;", "! -> !!; return; -> ;"},
	{"while (g(a, b)) break;", "g(a, b) -> !(g(a, b)); a, b -> b, a; break; -> ;"},
	{"g(a, a);", "g(a, a) -> "},
	/* What calloc multiplies is the same the other way round. */
	{"calloc(a, b);", "calloc(a, b) -> "},
	{"g(a, b, 3);", "g(a, b, 3) -> ; a, b -> b, a; b, 3 -> 3, b; 3 -> 4; 3 -> 2"},
	{"a += b; a <<= ~b;", "a += b -> ; += -> -=; a <<= ~b -> ; <<= -> >>=; ~ -> +"},
	{"a = b ? 2 : a;", "a = b ? 2 : a -> ; b -> !(b); 2 -> 3; 2 -> 1"},
	/* Names in brackets, which are no types. */
	{"return '0' <= (a) && (a) <= '9';", "'0' <= (a) && (a) <= '9' -> 0; && -> ||; <= -> <; <= -> >; "
					     "'0' -> ('0' + 1); '0' -> ('0' - 1); <= -> <; <= -> >; '9' -> ('9' + 1); '9' -> ('9' - 1)"},
	{"return a * (b) - (a) * 2 < ((b)) - 1;",
	 "a * (b) - (a) * 2 < ((b)) - 1 -> 0; < -> <=; < -> >=; - -> +; * -> /; * -> /; 2 -> 3; 2 -> 1; - -> +; 1 -> 2; 1 -> 0"},
	{"typedef int (*other)(int a), word; return (word) - a / b < a;", "(word) - a / b < a -> 0; < -> <=; < -> >=; / -> *; - -> +"},
	{"typedef int u; return (u) - a / b;", ""},
	{"typedef struct { char *a; } s; return (a) - 1;", "(a) - 1 -> 0; - -> +; 1 -> 2; 1 -> 0"},
	{"if ((a)) (g)(a, b);", "a -> !(a); (g)(a, b) -> ; a, b -> b, a"},
	/* The condition is a value. */
	{"return a ?: b;", "a ?: b -> 0"},
	/* What must be constant, or is not evaluated. */
	{"switch (a) { case 1 + 2: b--; }", "b-- -> ; -- -> ++"},
	{"static int c = 1 + 2; int d[3 + 4]; enum { E = 5 }; struct { int x : 3; } s;", ""},
	{"int c[] = {[1 + 1] = b - 1};", "- -> +; 1 -> 2; 1 -> 0"},
	{"int c = sizeof(a + 1) + _Alignof(int);", "+ -> -"},
	{"(int[2 + 1]){a, b};", "(int[2 + 1]){a, b} -> "},
	{"__builtin_choose_expr(1, a + 1, b); setjmp(x); _Static_assert(1 + 1, \"\");", ""},
	{"if (__builtin_expect(a && b, 0)) return;", "__builtin_expect(a && b, 0) -> !(__builtin_expect(a && b, 0)); "
						     "&& -> ||; 0 -> 1; 0 -> (-1); return; -> ;"},
	/* The value of a block is its last statement. */
	{"a = ({ g(1); b; });", "a = ({ g(1); b; }) -> ; g(1) -> ; 1 -> 2; 1 -> 0"},
	{"__asm__(\"nop\" : : \"i\"(3)); goto end; end: ;", "goto end; -> ;"},
	{"for (int i = 0; i < a; i++) ;", "0 -> 1; 0 -> (-1); < -> <=; < -> >=; ++ -> --"},
};

static void finds_what_can_go_wrong(void)
{
	for (size_t i = 0; i < countof(cases); i++)
		tap_str(changes(cases[i].body), cases[i].changes, cases[i].body, __FILE__, __LINE__);
}

/* Those that only make a block larger than it need be. */
static const char *hidden(const char *body)
{
	SCOPED_BUF struct buf out;
	struct expanded source = read_source(arena_printf(&arena, "int f(int a, int b) { %s }", body));
	struct mutants mutants = find(&source);
	buf_init(&out, 1 << 12);
	for (size_t i = 0; i < mutants.len; i++) {
		if (mutants.items[i].hidden)
			buf_printf(&out, "%s;", mutants.items[i].text);
	}
	return arena_str(&arena, buf_str(&out));
}

static void knows_what_only_takes_more_memory(void)
{
	is_str(hidden("p = malloc(a + 1);"), "2;");
	is_str(hidden("p = calloc((size_t)(a + 1), 3);"), "2;4;");
	is_str(hidden("p = realloc(q, 2 * a + 5);"), "3;6;");
	is_str(hidden("p = malloc(a - 1);"), "");
	is_str(hidden("p = malloc(g(1) + x[2]);"), "");
	is_str(hidden("p = mine(a + 1);"), "");
}

static void leaves_others_alone(void)
{
	struct expanded source = read_source("# 1 \"/src/a.c\"\n# 1 \"/usr/include/b.h\" 1 3\n"
					     "static inline int in_system(int n) { return n + 1; }\n"
					     "# 2 \"/src/a.c\" 2\nint own(int n) { return n - 1; }\nint x = 1 + 2;\n"
					     "int bad(int n) { return n + * ; }\n");
	struct mutants mutants;
	struct instrumented counted;
	struct err err = {0};
	ok(mutants_find(&source, "/src/", &arena, &mutants, &err) == 0);
	ok(instrument(&source, "/src/", 0, &arena, &counted, &err) == 0);
	is_int(mutants.functions_len, 1);
	is_str(mutants.functions[0].name, "own");
	is_int(mutants.left_out, 1);
	is_int(counted.statements_len, 1);
	is_int(counted.left_out, 1);
	struct expanded_place place = expanded_place(&source, counted.statements[0].start);
	is_str(place.file, "/src/a.c");
	is_int(place.line, 2);
	is_int(place.column, 18);
}

/* ---- counters */

static const char *counted(const char *body)
{
	struct expanded source = read_source(arena_printf(&arena, "void f(void) { %s }", body));
	struct instrumented in = {0};
	struct err err = {0};
	ok(instrument(&source, "", 0, &arena, &in, &err) == 0);
	struct str rest = in.text, line = {0};
	str_next_line(&rest, &line);
	SCOPED_BUF struct buf out;
	buf_init(&out, 1 << 16);
	/* "recast_see(3u);" as "3:" */
	for (rest = str_first(str_from(rest, 15), rest.len - 17); rest.len; rest = str_from(rest, 1)) {
		if (str_starts(rest, STR("recast_see("))) {
			rest = str_from(rest, strlen("recast_see("));
			buf_printf(&out, "%.*s:", (int)str_index(rest, 'u'), rest.ptr);
			rest = str_from(rest, str_index(rest, ';'));
		} else {
			buf_append_char(&out, rest.ptr[0]);
		}
	}
	return arena_str(&arena, buf_str(&out));
}

static const struct {
	const char *body, *counted;
} counter_cases[] = {
	{"", ""},
	{"a(); ; b();", "0:a(); ; 1:b();"},
	{"int a, b = 1; static int c = 2;", "0:int a, b = 1; static int c = 2;"},
	{"if (a) b(); else if (c) d(); else { e(); }", "0:if (a) {1:b();} else {2:if (c) {3:d();} else { 4:e(); }}"},
	{"while (a) ;", "0:while (a) ;"},
	{"for (int i = 0; i < 3; i++) for (;;) b();", "0:for (int i = 0; i < 3; i++) {1:for (;;) {2:b();}}"},
	{"do a(); while (b);", "0:do {1:a();} while (b);"},
	{"switch (a) { case 1: case 2: b(); break; default: c(); }",
	 "0:switch (a) { case 1: case 2: 1:b(); 2:break; default: 3:c(); }"},
	/* Cases without a block are not understood, and the function is left as it is. */
	{"switch (a) case 1: b();", "switch (a) case 1: b();"},
	{"if (a) L: b(); goto L;", "0:if (a) {L: 1:b();} 2:goto L;"},
	{"a = ({ int b = 1; b; });", "0:a = ({ 1:int b = 1; 2:b; });"},
	{"__attribute__((fallthrough)); return;", "__attribute__((fallthrough)); 0:return;"},
};

static void counts_statements(void)
{
	for (size_t i = 0; i < countof(counter_cases); i++)
		tap_str(counted(counter_cases[i].body), counter_cases[i].counted, counter_cases[i].body, __FILE__,
			__LINE__);
}

static void knows_the_innermost_statement(void)
{
	static const char text[] = "void f(void) { if (a) { b(); } c(); }";
	struct expanded source = read_source(text);
	struct instrumented in = {0};
	struct err err = {0};
	ok(instrument(&source, "", 0, &arena, &in, &err) == 0);
	is_int(instrumented_at(&in, (size_t)(strstr(text, "b()") - text)), 1);
	is_int(instrumented_at(&in, (size_t)(strstr(text, "a)") - text)), 0);
	is_int(instrumented_at(&in, (size_t)(strstr(text, "} c") - text)), 0);
	is_int(instrumented_at(&in, (size_t)(strstr(text, "c()") - text)), 2);
	is_int(instrumented_at(&in, 0), 3);
}

/* ---- what does not compile */

static void drops_what_is_complained_of(void)
{
	static const char body[] = "int f(char *p, int n)\n{\np = 0;\nreturn n + 1;\n}\n";
	struct expanded source = read_source(body);
	struct mutants m = find(&source);
	struct splice text = {0};
	struct err err = {0};
	ok(mutants_write(&source, &m, 0, &arena, &text, &err) == 0);
	const char *at = strstr(text.text.ptr, "p = (");
	struct str before = {text.text.ptr, (size_t)(at - text.text.ptr)};
	unsigned line = (unsigned)str_count(before, '\n') + 1;
	const char *begin = at;
	while (begin > text.text.ptr && begin[-1] != '\n')
		begin--;
	/* At the "=", in front of what is wrong. */
	struct diag said = {.severity = DIAG_ERROR, .line = line, .column = (unsigned)(at - begin) + 3};
	is_int(mutants_drop_failed(&m, &text, &(struct diag_list){.items = &said, .len = 1}), 2);
	for (size_t i = 0; i < m.len; i++)
		is_int(m.items[i].dropped, m.items[i].kind == MUTANT_CONSTANT &&
						   str_starts(str_from(source.text, m.items[i].from), STR("0")));
	ok(mutants_write(&source, &m, 0, &arena, &text, &err) == 0);
	ok(strstr(text.text.ptr, "p = 0") != NULL);
	said.line = 1;
	is_int(mutants_drop_failed(&m, &text, &(struct diag_list){.items = &said, .len = 1}), 0);
}

/* ---- diffs */

static const char *diff_of(const char *expanded, const char *original, size_t index)
{
	struct expanded source = read_source(expanded);
	struct mutants m = find(&source);
	return index < m.len ? mutant_diff(&source, &m.items[index], "src/a.c", str_of(original), &arena) : "";
}

static void shows_a_change_of_the_file(void)
{
	is_str(diff_of("# 1 \"/src/a.c\"\n\n\nint f(int a)\n{\n return a + 1;\n}\n",
		       "/* one */\n\nint f(int a)\n{\n\treturn a + 1; /* a + 1 */\n}\n", 1),
	       "--- a/src/a.c\n+++ b/src/a.c\n@@ -2,5 +2,5 @@\n \n int f(int a)\n {\n-\treturn a + 1; /* a + 1 */\n"
	       "+\treturn a - 1; /* a + 1 */\n }\n");
	/* Macros in front and behind. */
	is_str(diff_of("# 1 \"/src/a.c\"\nint f(int a) { g(((void*)0), a - 2, ((void*)0)); }\n",
		       "int f(int a) { g(NULL, a - B, NULL); }", 3),
	       "--- a/src/a.c\n+++ b/src/a.c\n@@ -1,1 +1,1 @@\n-int f(int a) { g(NULL, a - B, NULL); }\n"
	       "+int f(int a) { g(NULL, a + B, NULL); }\n");
	/* Out of a macro. */
	is_str(diff_of("# 1 \"/src/a.c\"\nint f(int a) { return (a < 3); }\n", "int f(int a) { return SMALL(a); }\n",
		       1),
	       "--- a/src/a.c\n+++ b/src/a.c\n@@ -1,1 +1,1 @@ behind the preprocessor\n-int f(int a) { return "
	       "SMALL(a); }\n"
	       "+int f(int a) { return (a <= 3); }\n");
	/* Several lines. */
	is_str(diff_of("# 1 \"/src/a.c\"\nint f(int a) {\n g(a,\n  a);\n}\n", "int f(int a) {\n g(a,\n  a);\n}\n", 0),
	       "--- a/src/a.c\n+++ b/src/a.c\n@@ -1,4 +1,3 @@\n int f(int a) {\n- g(a,\n-  a);\n+ ;\n }\n");
	/* A file that is another one by now. */
	ok(str_starts(str_of(diff_of("# 9 \"/src/a.c\"\nint f(int a) { return a + 1; }\n", "int x;\n", 0)),
		      STR("--- a/src/a.c\n")));
}

int main(void)
{
	tap_run("finds what can go wrong", finds_what_can_go_wrong);
	tap_run("knows what only takes more memory", knows_what_only_takes_more_memory);
	tap_run("leaves others alone", leaves_others_alone);
	tap_run("counts statements", counts_statements);
	tap_run("knows the innermost statement", knows_the_innermost_statement);
	tap_run("drops what is complained of", drops_what_is_complained_of);
	tap_run("shows a change of the file", shows_a_change_of_the_file);
	arena_release(&arena);
	return tap_done();
}
