/* Tables that functions interpret are told from tables that are looked up. */

#include "tests/tap.h"

#include "core/mem.h"
#include "harness/similarity.h"

#define PROGRAM                                                                                                    \
	"static const unsigned char code[] = {1, 5, 2, 0, 3, 7, 1, 9, 2, 2, 4, 0, 1, 1, 3, 8, 5, 0, 0, 0};\n"
#define ROWS                                                                                                       \
	"static const struct step { int op, arg; } code[] = {{1, 5}, {2, 0}, {3, 7}, {1, 9}, {2, 2}, {4, 0}, {1, 1},\n" \
	"\t{3, 8}, {5, 0}};\n"
#define STATES                                                                                                     \
	"static const unsigned char next[4][5] = {{1, 0, 0, 0, 2}, {1, 2, 3, 0, 0}, {3, 3, 3, 1, 0}, {0, 1, 2, 3, 0}};\n"
#define CASES "case 1: add(); break; case 2: drop(); break; case 3: swap(); break; case 4: pc = 0; break; default: return;"

struct sample {
	const char *name, *text;
	const char *how; /* NULL: nothing is interpreted */
};

static const struct sample samples[] = {
	{"a switch on what a place in it tells",
	 PROGRAM "void run(void) { int pc = 0; for (;;) { switch (code[pc++]) { " CASES " } } }", "switch"},
	{"rows with an operation",
	 ROWS "void run(void) { int pc; for (pc = 0; pc < 9; pc++) { switch (code[pc].op) { " CASES " } } }", "switch"},
	{"by way of a variable",
	 PROGRAM "void run(void) { int pc = 0, op; while (pc < 20) { op = code[pc]; pc += 2; switch (op & 15) { " CASES " } } }",
	 "switch"},
	{"by a pointer",
	 PROGRAM "void run(void) { const unsigned char *p = code; while (1) { switch (*p++) { " CASES " } } }", "switch"},
	{"by a pointer to a row",
	 ROWS "void run(void) { const struct step *s = &code[0]; int pc; do { switch (s->op) { " CASES " } s++; } while (1); }",
	 "switch"},
	{"by a parameter",
	 PROGRAM "void run(int n, const unsigned char *p) { while (n--) { switch (*p++) { " CASES " } } }\n"
		 "int main(void) { run(9, code); return 0; }",
	 "switch"},
	{"by a field",
	 PROGRAM "void init(struct vm *vm) { vm->at = code; }\n"
		 "void run(struct vm *vm) { while (vm->on) { switch (*vm->at++) { " CASES " } } }",
	 "switch"},
	{"the table is in the function",
	 "void run(void) { " PROGRAM " int pc = 0; for (;;) { switch (code[pc++]) { " CASES " } } }", "switch"},
	{"a chain of comparisons",
	 PROGRAM "void run(void) { int pc = 0; while (1) { int op = code[pc++]; if (op == 1) add(); else if (op == 2) drop();\n"
		 "else if (op == 3) swap(); else if (op == 4) return; } }",
	 "chain"},
	{"functions in a row",
	 PROGRAM "void run(void) { int pc = 0; while (1) handlers[code[pc++]](stack); }", "calls"},
	{"functions in a row, with a star",
	 ROWS "void run(void) { for (int i = 0; i < 9; i++) (*handlers[code[i].op])(code[i].arg); }", "calls"},
	{"jumps",
	 PROGRAM "void run(void) { int pc = 0; while (1) { goto *labels[code[pc++]]; one: add(); } }", "calls"},
	{"states", STATES "int run(const char *s) { int state = 0; while (*s) state = next[state][kind(*s++)]; return state; }",
	 "states"},
	{"states in one row",
	 STATES "int run(const char *s) { int q = 0, c; while ((c = *s++)) { q = next[q * 5 + c]; } return q; }", "states"},

	{"a checksum", PROGRAM "unsigned f(const char *s) { unsigned crc = 0; while (*s)\n"
			       "crc = code[(crc ^ *s++) & 255] ^ (crc >> 8); return crc; }", NULL},
	{"a short checksum", PROGRAM "int f(const char *s) { int crc = 0; for (; *s; s++) crc = code[crc ^ *s]; return crc; }", NULL},
	{"classes of characters",
	 PROGRAM "void f(const char *s) { while (1) { switch (code[*s++]) { " CASES " } } }", NULL},
	{"classes of characters, by an index",
	 PROGRAM "void f(const char *s) { int pc = 0; while (1) { switch (code[s[pc++]]) { " CASES " } } }", NULL},
	{"classes of characters, of a stream",
	 PROGRAM "void f(void) { int c, pc; while ((c = getc(in)) > 0) { switch (code[c]) { " CASES " } } }", NULL},
	{"a switch on something else",
	 PROGRAM "int f(const char *s) { int pc = 0, n = 0; while (s[pc]) { n += code[pc]; switch (s[pc++]) { " CASES " } } return n; }",
	 NULL},
	{"a sum", PROGRAM "int f(void) { int n = 0; for (int i = 0; i < 20; i++) n += code[i]; return n; }", NULL},
	{"a box of substitutes", PROGRAM "int f(int x) { for (int i = 0; i < 9; i++) x = code[x]; return x; }", NULL},
	{"a mix of substitutes", PROGRAM "int f(int x) { for (int i = 0; i < 9; i++) x = code[x + i]; return x; }", NULL},
	{"no loop", PROGRAM "void f(int pc) { pc++; switch (code[pc]) { " CASES " } }", NULL},
	{"few cases", PROGRAM "void f(void) { int pc = 0; while (1) switch (code[pc++]) { case 0: return; case 1: go(); } }", NULL},
	{"a few values",
	 "static const int code[] = {1, 2, 3}; void f(void) { int pc = 0; for (;;) { switch (code[pc++]) { " CASES " } } }", NULL},
	{"texts", "static const char *const code[] = {\"a\", \"b\", \"c\", \"d\", \"e\", \"f\", \"g\", \"h\", \"i\", \"j\", \"k\", \"l\", \"m\","
		  "\"n\", \"o\", \"p\", \"q\"}; void f(void) { int pc = 0; for (;;) { switch (code[pc++][0]) { " CASES " } } }", NULL},
	{"another of its name",
	 PROGRAM "void f(const char *code) { int pc = 0; for (;;) { switch (code[pc++]) { " CASES " } } }", NULL},
};

static struct sim_text *prepare(const struct sim_files *files)
{
	struct sim_text *side = NULL;
	struct err err = {0};
	ok(sim_prepare("side", files, NULL, NULL, &side, &err) == 0);
	return side;
}

static struct similarity compare(const char *original, const char *candidate, struct arena *a)
{
	struct sim_file files[2] = {{"a.c", str_of(original)}, {"b.c", str_of(candidate)}};
	struct sim_files left = {&files[0], 1}, right = {&files[1], 1};
	struct sim_text *x = prepare(&left), *y = prepare(&right);
	struct similarity s = {0};
	sim_compare(x, y, a, &s);
	sim_free(x);
	sim_free(y);
	return s;
}

static void each_is_told(void)
{
	for (size_t i = 0; i < countof(samples); i++) {
		SCOPED_ARENA struct arena a = {0};
		struct similarity s = compare("int nothing;", samples[i].text, &a);
		tap_print("# %s\n", samples[i].name);
		is_int(s.interpreters_len, samples[i].how ? 1 : 0);
		if (samples[i].how && s.interpreters_len)
			is_str(sim_dispatch_name(s.interpreters[0].how), samples[i].how);
	}
}

static void places_are_named(void)
{
	SCOPED_ARENA struct arena a = {0};
	struct similarity s = compare(samples[1].text, samples[0].text, &a);
	if (!is_int(s.interpreters_len, 1))
		return;
	const struct sim_interpreter *i = &s.interpreters[0];
	is_str(i->function, "run");
	is_str(i->table.file, "b.c");
	is_int(i->table.line, 1);
	is_int(i->place.line, 2);
	is_int(i->elements, 20);
	ok(i->in_original);
}

static void original_has_another_kind(void)
{
	SCOPED_ARENA struct arena a = {0};
	struct similarity s = compare(STATES "int run(int q, int c) { while (c) q = next[q][c]; return q; }", samples[0].text, &a);
	ok(s.interpreters_len == 1 && !s.interpreters[0].in_original);
}

/* Whatever is cut off, nothing is read beyond. */
static void cut_anywhere(void)
{
	for (size_t i = 0; i < countof(samples); i++) {
		for (size_t len = 0; len < strlen(samples[i].text); len += 7) {
			SCOPED_ARENA struct arena a = {0};
			char *text = arena_strdup(&a, samples[i].text);
			struct similarity s;
			text[len] = '\0';
			struct sim_file file = {"a.c", str_of(text)};
			struct sim_files files = {&file, 1};
			struct sim_text *side = prepare(&files);
			sim_compare(side, side, &a, &s);
			ok(s.interpreters_len <= 1);
			sim_free(side);
		}
	}
}

int main(void)
{
	tap_run("each is told", each_is_told);
	tap_run("places", places_are_named);
	tap_run("another kind", original_has_another_kind);
	tap_run("cut", cut_anywhere);
	return tap_done();
}
