/* How a library may be called, found out from its headers, and from what a test was heard to do with it. */

#include "tests/probe_library.h"

/* F declares in the header and defines in the source. */
#define HEAD "#ifndef F\n#define F(result, name, parameters) result name parameters;\n#endif\n#include <stdarg.h>\n" \
	     "#include <stdbool.h>\n#include <stddef.h>\n#include <stdint.h>\n#include <stdio.h>\nint nothing(void);\n"
#define SOURCE \
	"#define F(result, name, parameters) result name parameters { __builtin_trap(); }\n#include \"lib.h\"\n" \
	"int nothing(void) { return 0; }\n"
#define TEST "#include \"lib.h\"\nint main(void) { return nothing(); }\n"

/* ---- a function in one line */

static const char *const roles[] = {
	[PROBE_REFUSED] = "refused",	  [PROBE_IS_NUMBER] = "number", [PROBE_IS_REAL] = "real",
	[PROBE_IS_TEXT] = "text",	  [PROBE_IS_BYTES] = "bytes",	[PROBE_IS_ROOM] = "room",
	[PROBE_IS_OPEN] = "open",	  [PROBE_IS_CELL] = "cell",	[PROBE_IS_OUT] = "out",
	[PROBE_IS_TEXTS] = "texts",	  [PROBE_IS_OBJECT] = "object", [PROBE_IS_RECORD] = "record",
	[PROBE_IS_CALLBACK] = "callback", [PROBE_IS_USER] = "user",
};

static void put_parameter(struct buf *out, const struct probe_grammar *g, const struct probe_parameter *p)
{
	bool typed = p->role == PROBE_IS_OBJECT || (p->role == PROBE_IS_OUT && p->type != PROBE_NONE);
	buf_printf(out, "%s%s%s%s", p->consumed ? "consumed " : "", p->ended ? "ended " : "",
		   p->choices ? "chosen " : "", roles[p->role]);
	if (typed)
		buf_printf(out, " %s", g->types[p->type].name);
	if (p->length != SIZE_MAX)
		buf_printf(out, " of %zu", p->length);
	buf_append_cstr(out, p->is_length ? " length" : "");
	buf_append_cstr(out, p->may_be_null ? " or null" : "");
}

static void put_made(struct buf *out, const struct probe_grammar *g, const struct probe_function *f)
{
	if (f->makes == PROBE_NONE)
		return;
	buf_printf(out, " makes%s %s", f->owned ? "" : " another's", g->types[f->makes].name);
	if (f->makes_out != SIZE_MAX)
		buf_printf(out, " in %zu", f->makes_out);
	buf_append_cstr(out, f->makes_in_place ? " in place" : "");
	if (f->makes_if)
		buf_printf(out, " if %d", (int)f->made_result);
}

/* "object struct x, number: makes struct y" */
static const char *described(struct sandbox *s, const struct probe_library *l, const char *name)
{
	const struct probe_grammar *g = &l->setup.grammar;
	const struct probe_function *f = probe_library_function(l, name);
	SCOPED_BUF struct buf out;
	buf_init(&out, 1000);
	if (!f)
		return "there is none";
	if (f->refused)
		return arena_printf(&s->arena, "refused: %s", f->refused);
	for (size_t i = 0; i < f->shim->signature->parameters_len; i++) {
		buf_append_cstr(&out, i ? ", " : "");
		put_parameter(&out, g, &f->parameters[i]);
	}
	buf_append_char(&out, ':');
	put_made(&out, g, f);
	buf_append_cstr(&out, f->ends ? " ends" : "");
	buf_append_cstr(&out, f->asks ? " asks" : "");
	return arena_str(&s->arena, buf_str(&out));
}

struct row {
	const char *function, *want;
};

static void check(struct sandbox *s, const struct probe_library *l, const struct row *rows, size_t len)
{
	for (size_t i = 0; i < len; i++)
		tap_str(described(s, l, rows[i].function), rows[i].want, rows[i].function, __FILE__, __LINE__);
}

/* ---- what headers say */

static const char named[] = HEAD
	/* What is made, taken and ended. */
	"struct thing;\n"
	"typedef struct thing *thing_p;\n"
	"F(struct thing *, thing_create, (int size))\n"
	"F(thing_p, thing_clone, (const struct thing *t))\n"
	"F(struct thing *, thing_parent, (const struct thing *t))\n"
	"F(const struct thing *, thing_first, (struct thing *t))\n"
	"F(int, thing_size, (const struct thing *t))\n"
	"F(void, thing_grow, (struct thing *t, int by))\n"
	"F(bool, thing_add, (struct thing *t, struct thing *part))\n"
	"F(bool, thing_add_copy, (struct thing *t, const struct thing *part))\n"
	"F(int, thing_compare, (const struct thing *a, struct thing *b))\n"
	"F(void, thing_destroy, (thing_p t))\n"
	/* A name that says two things, and one that has the word for another reason. */
	"F(struct thing *, thing_release_last, (struct thing *t))\n"
	"F(int, thing_free_slots, (const struct thing *t))\n"
	"F(int, thing_close_at, (struct thing *t, int where))\n"
	"F(void, thing_free_with, (struct thing *t, void (*each)(void *item)))\n"
	/* Made elsewhere than in the result. */
	"struct made;\n"
	"F(int, made_open, (struct made **out, const char *path))\n"
	"F(int, made_next, (struct made *m, const char **ret_rest))\n"
	"F(void, made_close, (struct made *m))\n"
	"struct placed { int len; void *data; };\n"
	"F(int, placed_init, (struct placed *p, int len))\n"
	"F(int, placed_len, (const struct placed *p))\n"
	"F(void, placed_fini, (struct placed *p))\n"
	"F(void, placed_start_over, (const struct placed *p))\n"
	/* Nothing makes it: the caller fills it, or it cannot be had. */
	"struct filled { int a; const char *text; int (*back)(int); struct filled *next; };\n"
	"F(int, filled_use, (struct filled *f))\n"
	"F(int, filled_take, (struct filled f))\n"
	"F(int, thing_fill, (const struct thing *t, struct filled *out))\n"
	"struct closed;\n"
	"F(int, closed_use, (struct closed *c))\n"
	/* Texts and memory. */
	"F(char *, text_upper, (const char *text))\n"
	"F(const char *, text_skip, (const char *text, size_t len))\n"
	"F(int, text_write, (char *out, size_t size, const char *text))\n"
	"F(int, text_trim, (char *text))\n"
	"F(int, text_any, (const char *const *texts, size_t count))\n"
	"F(int, raw_read, (const void *data, size_t len))\n"
	"F(int, raw_write, (void *data, size_t *len))\n"
	"F(double, sum, (const double *numbers, int count))\n"
	"F(int, split, (double whole, float *part, int64_t *rest))\n"
	/* Choices and callbacks. */
	"enum mood { CALM = 3, GAY = 7 };\n"
	"typedef int (*visit)(void *data, int n);\n"
	"F(int, feel, (enum mood m, unsigned char c))\n"
	"F(int, each, (visit v, void *data))\n"
	"F(void *, remember, (void *data))\n"
	/* What cannot be written, or nobody could answer for. */
	"F(int, say, (const char *format, ...))\n"
	"F(int, say_list, (const char *format, va_list list))\n"
	"F(int, print, (FILE *f, int n))\n"
	"F(int, deep, (struct thing ***t))\n"
	"F(int, shorts, (unsigned char *text))\n"
	"F(int, wide, (long double n))\n"
	"F(int, matrix, (int m[3][3]))\n"
	"F(visit, chosen, (int n))\n"
	"F(int, back_of_many, (int (*f)(int, ...)))\n"
	"F(int, numbers, (int **rows))\n"
	/* Types that lead to themselves. */
	"struct node { struct node *next, **all; struct { struct node *up; } in; };\n"
	"F(struct node *, node_new, (struct node *next))\n"
	"F(void, node_drop, (struct node *n))\n"
	"typedef struct ring ring;\n"
	"typedef ring *(*ring_step)(ring *r, void *data);\n"
	"struct ring { ring_step step; ring *(*other)(ring_step s); };\n"
	"F(ring *, ring_walk, (ring *r, ring_step step))\n";

static const struct row from_headers[] = {
	{"thing_create", "number: makes struct thing"},
	{"thing_clone", "object struct thing: makes struct thing"},
	{"thing_parent", "object struct thing: makes another's struct thing asks"},
	{"thing_first", "object struct thing: makes another's struct thing"},
	{"thing_size", "object struct thing: asks"},
	{"thing_grow", "object struct thing, number:"},
	{"thing_add", "object struct thing, consumed object struct thing:"},
	{"thing_add_copy", "object struct thing, object struct thing:"},
	{"thing_compare", "object struct thing, object struct thing:"},
	{"thing_destroy", "ended object struct thing: ends"},
	{"thing_release_last", "object struct thing: makes another's struct thing"},
	{"thing_free_slots", "object struct thing: asks"},
	{"thing_close_at", "object struct thing, number:"},
	{"thing_free_with", "object struct thing, callback:"},
	{"made_open", "out struct made, text: makes struct made in 0"},
	{"made_next", "object struct made, out:"},
	{"made_close", "ended object struct made: ends"},
	{"placed_init", "object struct placed, number: makes struct placed in place"},
	{"placed_len", "object struct placed: asks"},
	{"placed_fini", "ended object struct placed: ends"},
	{"placed_start_over", "object struct placed: asks"},
	{"filled_use", "record:"},
	{"filled_take", "record:"},
	{"thing_fill", "object struct thing, record: asks"},
	{"closed_use", "refused: it takes an object that no function makes"},
	{"text_upper", "text: makes another's char"},
	{"text_skip", "text of 1, number length:"},
	{"text_write", "room of 1, number length, text:"},
	{"text_trim", "open:"},
	{"text_any", "texts of 1, number length:"},
	{"raw_read", "bytes of 1, number length:"},
	{"raw_write", "room of 1, cell length:"},
	{"sum", "bytes of 1, number length:"},
	{"split", "real, cell, cell:"},
	{"feel", "chosen number, number:"},
	{"each", "callback, user:"},
	{"remember", "user:"},
	{"say", "refused: it takes arguments that it does not name"},
	{"say_list", "refused: it takes a list of arguments"},
	{"print", "refused: it takes a stream"},
	{"deep", "refused: t leads to more than one value"},
	{"shorts", "open:"},
	{"wide", "refused: it takes a number of 16 bytes"},
	{"matrix", "refused: m leads to more than one value"},
	{"chosen", "number:"},
	{"back_of_many", "refused: it takes a callback of a type that is not known"},
	{"numbers", "refused: rows leads to more than one value"},
	{"node_new", "object struct node: makes struct node"},
	{"node_drop", "ended object struct node: ends"},
	{"ring_walk", "object ring, callback: makes another's ring"},
};

static void headers(struct sandbox *s)
{
	struct probe_library l;
	probe_library_open(s, &l, &(struct probe_texts){.header = named, .source = SOURCE, .test = TEST});
	check(s, &l, from_headers, countof(from_headers));
	probe_library_close(&l);
}

/* ---- what a test does */

static const char heard[] = HEAD
	"struct pool;\n"
	"struct item { int n; };\n"
	"struct pool *pool_make(void);\n"
	"struct item *pool_item(struct pool *p);\n"
	"struct item *pool_last(struct pool *p);\n"
	"int pool_put(struct pool *p, struct item *i);\n"
	"int pool_set(struct pool *p, struct item *i);\n"
	"int pool_add(struct pool *p, struct pool *part);\n"
	"int pool_len(const struct pool *p, const char *why);\n"
	"void pool_over(struct pool *p);\n"
	"struct place { int n; };\n"
	"int place_setup(struct place *p, int n);\n"
	"int place_get(const struct place *p);\n"
	"void place_close(struct place *p);\n"
	"char *copied(const char *text);\n"
	"void *handle(int n);\n"
	"int handle_get(void *h);\n"
	"void handle_done(void *h);\n"
	"int asked(int (*back)(int n), struct pool **ret, char *text);\n"
	"void out(int code);\n";

static const char heard_source[] =
	"#include \"lib.h\"\n#include <setjmp.h>\n#include <stdlib.h>\n#include <string.h>\n"
	"struct pool { int len; struct item *last; };\n"
	"struct pool *pool_make(void) { return calloc(1, sizeof(struct pool)); }\n"
	"struct item *pool_item(struct pool *p) { p->len++; return p->last = calloc(1, sizeof(struct item)); }\n"
	"struct item *pool_last(struct pool *p) { return p->last; }\n"
	"int pool_put(struct pool *p, struct item *i) { p->len--; free(i); return 0; }\n"
	"int pool_set(struct pool *p, struct item *i) { return p->len + i->n; }\n"
	"int pool_add(struct pool *p, struct pool *part) { p->len += part->len; free(part); return 0; }\n"
	"int pool_len(const struct pool *p, const char *why) { return why ? p->len : 0; }\n"
	"void pool_over(struct pool *p) { free(p); }\n"
	"int place_setup(struct place *p, int n) { p->n = n; return n ? 5 : -1; }\n"
	"int place_get(const struct place *p) { return p->n; }\n"
	"void place_close(struct place *p) { p->n = 0; }\n"
	"char *copied(const char *text) { return text ? strdup(text) : 0; }\n"
	"void *handle(int n) { int *h = malloc(sizeof(n)); *h = n; return h; }\n"
	"int handle_get(void *h) { return *(int *)h; }\n"
	"void handle_done(void *h) { free(h); }\n"
	"int asked(int (*back)(int), struct pool **ret, char *text) { return !back && !ret && !text; }\n"
	"void out(int code) { exit(code); }\n"
	"int nothing(void) { return 0; }\n";

static const char heard_test[] =
	"#include \"lib.h\"\n#include <stdlib.h>\n"
	"int main(void)\n{\n"
	"	struct pool *p = pool_make(), *q = pool_make();\n"
	"	struct item *a = pool_item(p), *b = pool_item(p);\n"
	"	int bad = pool_last(p) != b || pool_set(p, a) != 2 || pool_put(p, b) || pool_len(p, 0) || pool_add(p, q);\n"
	"	pool_put(p, a);\n	pool_over(p);\n"
	"	struct place x, y;\n"
	"	bad |= place_setup(&x, 1) != 5 || place_get(&x) != 1 || place_setup(&y, 0) != -1;\n	place_close(&x);\n"
	"	free(copied(\"text\"));\n	copied(0);\n"
	"	void *h = handle(3);\n	bad |= handle_get(h) != 3 || !asked(0, 0, 0);\n	handle_done(h);\n"
	"	out(bad);\n"
	"	return 1;\n}\n";

static const struct row from_tests[] = {
	{"pool_make", ": makes struct pool"},
	{"pool_item", "object struct pool: makes struct item"},
	{"pool_last", "object struct pool: makes another's struct item"},
	{"pool_put", "object struct pool, ended object struct item: ends"},
	{"pool_set", "object struct pool, object struct item:"},
	{"pool_add", "object struct pool, ended object struct pool:"},
	{"pool_len", "object struct pool, text or null: asks"},
	{"pool_over", "ended object struct pool: ends"},
	{"place_setup", "object struct place, number: makes struct place in place if 5"},
	{"place_get", "object struct place: asks"},
	{"place_close", "ended object struct place: ends"},
	{"copied", "text or null: makes char"},
	{"handle", "number: makes void"},
	{"handle_get", "object void:"},
	{"handle_done", "ended object void: ends"},
	{"asked", "callback or null, out struct pool or null, open or null: makes struct pool in 1"},
	{"out", "refused: it does not always come back"},
};

static void tests(struct sandbox *s)
{
	struct probe_library l;
	probe_library_open(s, &l, &(struct probe_texts){.header = heard, .source = heard_source, .test = heard_test});
	check(s, &l, from_tests, countof(from_tests));
	probe_library_close(&l);
}

static void grammar(struct sandbox *s)
{
	headers(s);
	tests(s);
}

int main(void)
{
	return sandbox_main(grammar);
}
