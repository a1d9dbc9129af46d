/* What may leave, and what may not. */

#include "harness/cleanroom.h"
#include "core/mem.h"
#include "tests/tap.h"

static const char original[] =
	"static int mix(int *a, int n, int seed)\n"
	"{\n"
	"	int h = seed ^ 0x5bd1e995;\n"
	"	for (int i = 0; i < n; i++) {\n"
	"		h ^= a[i] * 31 + (h << 7);\n"
	"		h = (h >> 3) - a[n - 1 - i] % 17;\n"
	"	}\n"
	"	return h ^ n * 0x27d4eb2d;\n"
	"}\n";

static const char other[] =
	"int sum(const int *v, int n)\n"
	"{\n"
	"	int total = 0;\n"
	"	while (n > 0)\n"
	"		total += v[--n];\n"
	"	return total;\n"
	"}\n";

struct room {
	struct fingerprints sealed;
	struct spec spec;
	struct cleanroom *room;
	struct arena arena;
};

static void open_room(struct room *r)
{
	fingerprints_add(&r->sealed, "src/mix.c", STR(original));
	fingerprints_seal(&r->sealed);
	r->room = cleanroom_new(&r->sealed, &r->spec);
}

static void close_room(struct room *r)
{
	cleanroom_free(r->room);
	fingerprints_release(&r->sealed);
	spec_release(&r->spec);
	arena_release(&r->arena);
}

/* A prompt of one part, and the bytes that would be sent for it. */
static struct leaks look(struct room *r, enum prompt_origin origin, const char *text, const char *body)
{
	struct prompt_part part = {.origin = origin, .text = str_of(text)};
	struct prompt prompt = {.title = "t", .parts = &part, .parts_len = 1};
	struct wire wire = {.body = str_of(body)};
	return cleanroom_look(r->room, &prompt, &wire, &r->arena);
}

static void blocks(void)
{
	struct room r = {0};
	struct err err = {0};
	open_room(&r);
	const char *text = arena_printf(&r.arena, "Look:\n\n%s", original);
	struct leaks leaks = look(&r, PROMPT_HUMAN, text, "{}");
	is_int(leaks.len, 1);
	is_int(leaks.recited, 0);
	is_int(cleanroom_check(&leaks, &err), -1);
	is_int(err.kind, ERR_USAGE);
	ok(strstr(err.text, "src/mix.c:1") != NULL);
	ok(strstr(err.text, "RECAST.md") != NULL);
	ok(strstr(err.text, "line 3") != NULL);
	leaks = look(&r, PROMPT_SPEC, other, "{\"text\": \"sum\"}");
	is_int(leaks.len, 0);
	is_int(cleanroom_check(&leaks, &err), 0);
	close_room(&r);
}

/* Code that quotation marks, comments or a patch stand in front of. */
static void blocks_quotations(void)
{
	struct room r = {0};
	SCOPED_BUF struct buf quoted;
	struct str rest = STR(original), line;
	buf_init(&quoted, 1 << 16);
	open_room(&r);
	while (str_next_line(&rest, &line))
		buf_printf(&quoted, "> %.*s\n", STR_ARG(line));
	is_int(look(&r, PROMPT_HUMAN, quoted.ptr, "{}").len, 1);
	is_int(look(&r, PROMPT_FEEDBACK, quoted.ptr, "{}").len, 1);
	close_room(&r);
}

static void blocks_disguises(void)
{
	static const struct {
		const char *title, *before, *behind;
	} rows[] = {
		{"behind a path with a star", "", " // a remark about this line"},
		{"as found by a search", "src/mix.c:12: ", ""},
		{"with other blanks", "\xC2\xA0\xC2\xA0", "\xE2\x80\x8B"},
		{"with breaks", "", "<br>"},
	};
	for (size_t i = 0; i < countof(rows); i++) {
		struct room r = {0};
		SCOPED_BUF struct buf text;
		struct str rest = STR(original), line;
		buf_init(&text, 1 << 16);
		open_room(&r);
		buf_append_cstr(&text, "What src/*.c does today:\n");
		while (str_next_line(&rest, &line))
			buf_printf(&text, "%s%.*s%s\n", rows[i].before, STR_ARG(line), rows[i].behind);
		if (!is_int(look(&r, PROMPT_HUMAN, text.ptr, "{}").len, 1))
			tap_print("# %s\n", rows[i].title);
		close_room(&r);
	}
}

/* The parts are clean, and the bytes are not: whoever made them added something. */
static void looks_at_the_bytes(void)
{
	struct room r = {0};
	struct err err = {0};
	open_room(&r);
	SCOPED_JSON json_t *body = json_pack("{s:s, s:{s:[s]}}", "model", "m", "extra", "stop", original);
	SCOPED_MEM char *text = json_print(body);
	struct leaks leaks = look(&r, PROMPT_SPEC, other, text);
	is_int(leaks.len, 1);
	is_int(cleanroom_check(&leaks, &err), -1);
	leaks = look(&r, PROMPT_SPEC, other, original);
	is_int(leaks.len, 1);
	SCOPED_JSON json_t *lines = json_array();
	for (struct str rest = STR(original), line; str_next_line(&rest, &line);)
		json_array_append_new(lines, json_stringn(line.ptr, line.len));
	SCOPED_MEM char *as_lines = json_print(lines);
	is_int(look(&r, PROMPT_SPEC, other, as_lines).len, 1);
	SCOPED_JSON json_t *keys = json_pack("{s:i}", original, 1);
	SCOPED_MEM char *as_key = json_print(keys);
	is_int(look(&r, PROMPT_SPEC, other, as_key).len, 1);
	close_room(&r);
}

static void tells_recitals(void)
{
	struct room r = {0};
	struct err err = {0};
	open_room(&r);
	is_int(look(&r, PROMPT_OWN, original, "{}").recited, 0);
	cleanroom_hear(r.room, STR(other));
	cleanroom_hear(r.room, STR(original));
	struct leaks leaks = look(&r, PROMPT_OWN, original, original);
	is_int(leaks.len, 1);
	is_int(leaks.recited, 1);
	is_int(cleanroom_check(&leaks, &err), 0);
	/* A person who says the same is no model. */
	leaks = look(&r, PROMPT_HUMAN, original, "{}");
	is_int(leaks.recited, 0);
	is_int(cleanroom_check(&leaks, &err), -1);
	leaks = look(&r, PROMPT_SPEC, original, "{}");
	is_int(cleanroom_check(&leaks, &err), -1);
	close_room(&r);
}

/* What is quoted beyond the reply is a leak, although a part of it was recited. */
static void more_than_was_recited_is_a_leak(void)
{
	struct room r = {0};
	struct err err = {0};
	struct str half = str_first(STR(original), sizeof(original) / 2);
	open_room(&r);
	cleanroom_hear(r.room, half);
	struct leaks leaks = look(&r, PROMPT_OWN, original, "{}");
	is_int(leaks.len, 1);
	is_int(leaks.recited, 0);
	is_int(cleanroom_check(&leaks, &err), -1);
	close_room(&r);
}

/* What the user consented to showing is listed in the specification. */
static void lets_consent_pass(void)
{
	struct room r = {0};
	struct exposure exposed = {"test", "t", {"t.c", 1, 2}, true, "recast.json consents"};
	*vec_push(&r.spec.tests) = (struct spec_file){"t.c", STR(original)};
	r.spec.exposed = &exposed;
	r.spec.exposed_len = 1;
	open_room(&r);
	is_int(look(&r, PROMPT_SPEC, original, original).len, 0);
	is_int(look(&r, PROMPT_HUMAN, original, "{}").len, 1);
	close_room(&r);
}

int main(void)
{
	tap_run("blocks", blocks);
	tap_run("blocks quotations", blocks_quotations);
	tap_run("blocks disguises", blocks_disguises);
	tap_run("looks at the bytes", looks_at_the_bytes);
	tap_run("tells recitals", tells_recitals);
	tap_run("more than was recited is a leak", more_than_was_recited_is_a_leak);
	tap_run("lets consent pass", lets_consent_pass);
	return tap_done();
}
