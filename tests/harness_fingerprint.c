#include "harness/fingerprint.h"

#include "core/mem.h"
#include "core/prng.h"
#include "tests/tap.h"

enum { LEAST = FINGERPRINT_RUN + FINGERPRINT_WINDOW - 1 };

/* Statements that no two seeds share. */
static void append_code(struct buf *out, unsigned seed, size_t statements)
{
	struct prng p = {seed};
	for (size_t i = 0; i < statements; i++)
		buf_printf(out, "v%u_%u = f%u(%u);\n", seed, (unsigned)prng_below(&p, 100000),
			   (unsigned)prng_below(&p, 100000), (unsigned)prng_below(&p, 100000));
}

static const char *code(struct arena *a, unsigned seed, size_t statements)
{
	SCOPED_BUF struct buf text;
	buf_init(&text, 1 << 20);
	append_code(&text, seed, statements);
	return arena_str(a, buf_str(&text));
}

static size_t runs_in(const struct fingerprints *set, const char *text, struct arena *a)
{
	return fingerprints_find(set, str_of(text), LEAST, a).len;
}

static void finds_what_was_copied(void)
{
	SCOPED_ARENA struct arena a = {0};
	SCOPED(fingerprints_release) struct fingerprints set = {0};
	const char *original = code(&a, 1, 50), *stranger = code(&a, 2, 50);
	fingerprints_add(&set, "src/a.c", str_of(original));
	fingerprints_add(&set, "src/b.c", str_of(code(&a, 3, 50)));
	fingerprints_seal(&set);
	is_int(runs_in(&set, stranger, &a), 0);
	const char *mixed = arena_printf(&a, "%s/* here */\n%.*s%s", stranger, 200, original, stranger);
	struct shared_runs runs = fingerprints_find(&set, str_of(mixed), LEAST, &a);
	if (!ok(runs.len == 1))
		return;
	is_str(runs.items[0].file, "src/a.c");
	ok(runs.items[0].line >= 51 && runs.items[0].end_line <= 62);
	ok(runs.items[0].tokens >= LEAST);
}

/* Every run of LEAST tokens is found, wherever it begins. */
static void misses_no_run(void)
{
	SCOPED_ARENA struct arena a = {0};
	SCOPED(fingerprints_release) struct fingerprints set = {0};
	const char *original = code(&a, 7, 40);
	size_t missed = 0;
	fingerprints_add(&set, "a.c", str_of(original));
	fingerprints_seal(&set);
	for (size_t line = 0; line + 5 < 40; line++) {
		struct str rest = str_of(original), one;
		for (size_t i = 0; i < line; i++)
			str_next_line(&rest, &one);
		const char *start = rest.ptr;
		for (size_t i = 0; i < 5; i++)
			str_next_line(&rest, &one);
		const char *part = arena_str(&a, (struct str){start, (size_t)(rest.ptr - start)});
		missed += fingerprints_find(&set, str_of(part), FINGERPRINT_RUN, &a).len == 0;
	}
	is_int(missed, 0);
}

static void looks_at_tokens_only(void)
{
	SCOPED_ARENA struct arena a = {0};
	SCOPED(fingerprints_release) struct fingerprints set = {0};
	fingerprints_add(&set, "a.c", STR("int f(int x) { while (x > 0) { x = g(x, 1) + h(x); if (x == 7) break; } return x; }"));
	fingerprints_seal(&set);
	is_int(runs_in(&set, "int f(int x)\n{ /* new */\n while (x>0) {\n x=g(x,1)+h(x); // x\n if (x==7)\n break; }\n"
			     "return x; }", &a), 1);
	is_int(runs_in(&set, "int f(int y) { while (y > 0) { y = g(y, 1) + h(y); if (y == 7) break; } return y; }", &a), 0);
}

static void is_exact(void)
{
	SCOPED_ARENA struct arena a = {0};
	SCOPED(fingerprints_release) struct fingerprints set = {0};
	struct str original = str_of(code(&a, 8, 40));
	fingerprints_add(&set, "a.c", original);
	fingerprints_seal(&set);
	/* A statement is seven tokens and one line. */
	for (size_t statements = 3, end = 0; statements < 8; statements++) {
		struct str rest = original, line;
		for (size_t i = 0; i < statements; i++)
			str_next_line(&rest, &line);
		end = (size_t)(rest.ptr - original.ptr);
		struct str part = str_first(original, end);
		is_int(fingerprints_find(&set, part, 7 * statements, &a).len, 1);
		is_int(fingerprints_find(&set, part, 7 * statements + 1, &a).len, 0);
	}
}

static void looks_into_comments(void)
{
	SCOPED_ARENA struct arena a = {0};
	SCOPED(fingerprints_release) struct fingerprints set = {0};
	const char *body = "x = g(x, 1) + h(x) * 31;\n * if (x == 7) break;\n * y = x ^ k(x, y) / 5;\n";
	fingerprints_add(&set, "a.c", STR("x = g(x, 1) + h(x) * 31; if (x == 7) break; y = x ^ k(x, y) / 5;"));
	fingerprints_seal(&set);
	is_int(runs_in(&set, arena_printf(&a, "/*\n * %s */\nint f(void);\n", body), &a), 1);
	is_int(runs_in(&set, "// x = g(x, 1) + h(x) * 31;\n// if (x == 7) break;\n// y = x ^ k(x, y) / 5;\n", &a), 1);
	is_int(runs_in(&set, "> x = g(x, 1) + h(x) * 31; // so\n> if (x == 7) break;\n> y = x ^ k(x, y) / 5;\n", &a), 1);
	is_int(runs_in(&set, "All of src/*.c:\n\n    x = g(x, 1) + h(x) * 31; if (x == 7) break; y = x ^ k(x, y) / 5;\n",
		       &a), 1);
	is_int(runs_in(&set, "<pre>x = g(x, 1) + h(x) * 31;\n 7: if (x == 7) break;\n+y = x ^ k(x, y) / 5;\n</pre>", &a), 1);
	/* One run with a comment in it is told once. */
	is_int(runs_in(&set, "x = g(x, 1) /* one */ + h(x) * 31; if (x == 7) break; y = x ^ k(x, y) / 5;", &a), 1);
}

/* Code that is the original's does not cover up for what a comment behind it quotes. */
static void looks_behind_code(void)
{
	SCOPED_ARENA struct arena a = {0};
	SCOPED(fingerprints_release) struct fingerprints set = {0};
	const char *original = code(&a, 1, 40);
	struct str line, head = str_of(original), tail;
	fingerprints_add(&set, "a.c", head);
	fingerprints_seal(&set);
	for (size_t i = 0; i < 10; i++)
		str_next_line(&head, &line);
	tail = head;
	for (size_t i = 0; i < 10; i++)
		str_next_line(&tail, &line);
	const char *text = arena_printf(&a, "%.*s /* and so it goes on: %.*s*/\n", (int)(head.ptr - original) - 1, original, STR_ARG(tail));
	struct shared_runs runs = fingerprints_find(&set, str_of(text), LEAST, &a);
	if (!is_int(runs.len, 2))
		return;
	is_int(runs.items[0].line, 1);
	is_int(runs.items[0].end_line, 10);
	is_int(runs.items[1].line, 10);
	is_int(runs.items[1].end_line, 29);
}

static void forgives_single_changes(void)
{
	SCOPED_ARENA struct arena a = {0};
	SCOPED(fingerprints_release) struct fingerprints set = {0};
	fingerprints_add(&set, "a.c", str_of(code(&a, 9, 40)));
	fingerprints_seal(&set);
	char *copy = arena_strdup(&a, code(&a, 9, 6));
	*strchr(strchr(strchr(copy, '\n') + 1, '\n') + 1, 'f') = 'q';
	is_int(fingerprints_find(&set, str_of(copy), 36, &a).len, 1);
}

static void forgets_what_is_public(void)
{
	SCOPED_ARENA struct arena a = {0};
	SCOPED(fingerprints_release) struct fingerprints set = {0};
	const char *public = code(&a, 4, 30), *private = code(&a, 5, 30);
	fingerprints_add(&set, "x.h", str_of(arena_printf(&a, "%s%s", public, private)));
	fingerprints_seal(&set);
	is_int(runs_in(&set, public, &a), 1);
	fingerprints_without(&set, str_of(public));
	is_int(runs_in(&set, public, &a), 0);
	is_int(runs_in(&set, private, &a), 1);
}

static void bears_anything(void)
{
	SCOPED_ARENA struct arena a = {0};
	SCOPED(fingerprints_release) struct fingerprints set = {0};
	SCOPED_BUF struct buf zeros, out;
	buf_init(&zeros, 4 << 20);
	buf_init(&out, 4 << 20);
	for (size_t i = 0; i < 200000; i++)
		buf_append_cstr(&zeros, "0, ");
	fingerprints_add(&set, "table.c", buf_str(&zeros));
	fingerprints_add(&set, "empty.c", (struct str){0});
	fingerprints_add(&set, "short.c", STR("int x;"));
	fingerprints_add(&set, "includes.c", STR("#include <a>\n#include <b>\n#include \"c\"\n#include <d>\n#include <e>\n"));
	fingerprints_seal(&set);
	ok(set.len < 10);
	is_int(runs_in(&set, "", &a), 0);
	is_int(runs_in(&set, "\xFF\xFE' \"", &a), 0);
	is_int(runs_in(&set, zeros.ptr, &a), 1);
	memset(zeros.ptr, '/', zeros.len);
	is_int(runs_in(&set, zeros.ptr, &a), 0);
	for (size_t i = 1; i < zeros.len; i += 2)
		zeros.ptr[i] = '*';
	is_int(runs_in(&set, zeros.ptr, &a), 0);
	for (size_t i = 0; i < zeros.len; i++)
		zeros.ptr[i] = "0, "[i % 3];
	fingerprints_without(&set, buf_str(&zeros));
	is_int(set.len, 0);
	fingerprints_write(&set, &out);
	is_str(out.ptr, "file table.c\nfile empty.c\nfile short.c\nfile includes.c\n");
}

int main(void)
{
	tap_run("what was copied is found", finds_what_was_copied);
	tap_run("no run is missed", misses_no_run);
	tap_run("only tokens count", looks_at_tokens_only);
	tap_run("lengths are exact", is_exact);
	tap_run("comments are looked into", looks_into_comments);
	tap_run("code does not hide a comment behind it", looks_behind_code);
	tap_run("a changed name here and there hides nothing", forgives_single_changes);
	tap_run("what is public is forgotten", forgets_what_is_public);
	tap_run("anything can be read", bears_anything);
	return tap_done();
}
