#include "harness/replyfiles.h"

#include "tests/tap.h"

static struct arena arena;

static const char fence[] = "```c path=src/ring.c\n";
static const char code[] =
	"#include \"ring.h\"\n"
	"\n"
	"#include <stdlib.h>\n"
	"\n"
	"/*\n"
	" * A ring of numbers.\n"
	" * ------------------\n"
	" */\n"
	"static const unsigned char table[] = {\n"
	"\t0x00, 0x00, 0x00, 0xff, 0xff, 0xff,\n"
	"\t0x00, 0x00, 0x00, 0xff, 0xff, 0xff,\n"
	"\t0x00, 0x00, 0x00, 0xff, 0xff, 0xff,\n"
	"\t   0,    0,    0,    1,    1,    1,\n"
	"\tNONE, NONE, NONE, NONE, NONE, NONE,\n"
	"\tNONE, NONE, NONE, NONE, NONE, NONE,\n"
	"\tNONE, NONE, NONE, NONE, NONE, NONE,\n"
	"};\n"
	"\n"
	"struct ring {\n"
	"\tint *items;\n"
	"\tsize_t len, cap;\n"
	"};\n"
	"\n"
	"int ring_push(struct ring *r, int value)\n"
	"{\n"
	"\tif (r->len == r->cap) {\n"
	"\t\tint *items = realloc(r->items, (r->cap + 8) * sizeof(int));\n"
	"\t\tif (!items) {\n"
	"\t\t\treturn -1;\n"
	"\t\t}\n"
	"\t\tr->items = items;\n"
	"\t\tr->cap += 8;\n"
	"\t}\n"
	"\tr->items[r->len++] = value;\n"
	"\treturn 0;\n"
	"}\n"
	"\n"
	"int ring_pop(struct ring *r)\n"
	"{\n"
	"\tif (r->len == 0) {\n"
	"\t\treturn -1;\n"
	"\t}\n"
	"\treturn r->items[--r->len];\n"
	"}\n";

static const char *whole_reply(void)
{
	return arena_printf(&arena, "The ring as asked for:\n\n%s%s```\n\nThat is all.\n", fence, code);
}

static const char *join(struct str first, struct str second)
{
	return arena_str(&arena, replyfiles_join(first, second, &arena));
}

/* Where a line begins in the text, `lines` lines before `at`. */
static size_t line_before(const char *text, size_t at, unsigned lines)
{
	while (at > 0 && (text[at - 1] != '\n' || lines > 0))
		lines -= text[--at] == '\n';
	return at;
}

/* The text cut everywhere, and the second piece made as `again` says: how often that gives the text. */
static size_t count_good(const char *text, const char *(*again)(const char *text, size_t at), size_t *ret_cuts)
{
	size_t good = 0;
	*ret_cuts = 0;
	for (size_t at = 1; text[at]; at++) {
		const char *second = again(text, at);
		if (!second)
			continue;
		bool same = strcmp(join((struct str){text, at}, str_of(second)), text) == 0;
		good += same;
		++*ret_cuts;
		if (!same)
			tap_print("# at %zu, behind %.*s\n", at, (int)(at - line_before(text, at, 0)),
				  text + line_before(text, at, 0));
	}
	return good;
}

static const char *goes_on(const char *text, size_t at)
{
	return text + at;
}

static void a_clean_continuation_stays_as_it_is(void)
{
	size_t cuts, good = count_good(whole_reply(), goes_on, &cuts);
	is_int(good, cuts);
}

/* Where the body of the file is, and all of it was seen that tells which file. */
static bool is_inside(const char *text, size_t at)
{
	size_t start = (size_t)(strstr(text, fence) - text) + strlen(fence);
	return at >= start && at <= start + strlen(code);
}

static const char *opens_again(const char *text, size_t at)
{
	return is_inside(text, at) ? arena_printf(&arena, "%s%s", fence, text + at) : NULL;
}

static const char *opens_again_with_words(const char *text, size_t at)
{
	return is_inside(text, at) ? arena_printf(&arena, "Going on from there.\n\n```c\n%s", text + at) : NULL;
}

static const char *begins_again(const char *text, size_t at)
{
	/* Of a piece that is shorter one cannot tell. */
	return is_inside(text, at) && is_inside(text, at - 64) ? arena_printf(&arena, "Sorry. Again:\n%s", strstr(text, fence)) : NULL;
}

/* Tables are left as they are, since their rows repeat themselves; blanks repeat nothing. */
static bool is_telling(const char *text, size_t at)
{
	size_t start = line_before(text, at, 0), first = start, letters = 0;
	const char *table = strstr(text, "0x00"), *behind = strstr(text, "struct ring {");
	while (text[first] == '\t' || text[first] == ' ')
		first++;
	for (size_t i = first; i < at; i++)
		letters += (text[i] >= 'a' && text[i] <= 'z') || text[i] == '_';
	return (text + at < table || text + at > behind) && (letters >= 4 || (first > start && text[at - 1] == '}'));
}

static const char *repeats_line(const char *text, size_t at)
{
	return is_inside(text, at) && is_telling(text, at) ? text + line_before(text, at, 0) : NULL;
}

static const char *repeats_three_lines(const char *text, size_t at)
{
	const char *behind = strstr(text, "int ring_push");
	return is_inside(text, at) && text + at > behind ? text + line_before(text, at, 2) : NULL;
}

static const char *opens_again_and_repeats(const char *text, size_t at)
{
	const char *second = repeats_line(text, at);
	return second ? arena_printf(&arena, "%s%s", fence, second) : NULL;
}

static const char *repeats_bytes(const char *text, size_t at)
{
	const char *behind = strstr(text, "int ring_push");
	return is_inside(text, at) && text + at > behind + 40 ? text + at - 40 : NULL;
}

static void what_is_repeated_stands_there_once(void)
{
	static const struct {
		const char *name;
		const char *(*again)(const char *text, size_t at);
	} ways[] = {
		{"opens the fence again", opens_again},
		{"says something, and opens the fence again", opens_again_with_words},
		{"begins the file again", begins_again},
		{"repeats the line that was cut", repeats_line},
		{"repeats three lines", repeats_three_lines},
		{"repeats some bytes", repeats_bytes},
		{"opens the fence again and repeats the line", opens_again_and_repeats},
	};
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		size_t cuts, good = count_good(whole_reply(), ways[i].again, &cuts);
		if (ways[i].again == begins_again) {
			/* What stood in front of the fence is there once, too. */
			ok(good == cuts && cuts > 500);
			continue;
		}
		ok(cuts > 200);
		tap_int((intmax_t)good, (intmax_t)cuts, ways[i].name, __FILE__, __LINE__);
	}
}

static void single_cases(void)
{
	static const struct {
		const char *first, *second, *joined;
	} cases[] = {
		{"", "", ""},
		{"a", "", "a"},
		{"", "b", "b"},
		{"aaaa", "aaaa", "aaaaaaaa"},
		/* The whole last line comes again. */
		{"x\n\tcount++;\n", "\tcount++;\n\tgo();\n", "x\n\tcount++;\n\tgo();\n"},
		{"x {\n\t}\n", "\t}\n\tgo();\n", "x {\n\t}\n\tgo();\n"},
		/* Rows may be alike. */
		{"\t0, 0, 0,\n", "\t0, 0, 0,\n", "\t0, 0, 0,\n\t0, 0, 0,\n"},
		{"\tstep();\n\tstep();\n", "\tstep();\n", "\tstep();\n\tstep();\n\tstep();\n"},
		/* A fence that was cut. */
		{"Here:\n\n```c path=sr", "```c path=src/a.c\nint a;\n```\n", "Here:\n\n```c path=src/a.c\nint a;\n```\n"},
		{"Here:\n\n``", "```c path=src/a.c\nint a;\n```\n", "Here:\n\n```c path=src/a.c\nint a;\n```\n"},
		{"```c path=src/a.c\nint a;\n``", "`\n", "```c path=src/a.c\nint a;\n```\n"},
		/* One that ends it, and one of another file. */
		{"```c path=src/a.c\nint a;\n", "```\n", "```c path=src/a.c\nint a;\n```\n"},
		{"```c path=src/a.c\nint a;\n", "```\n\n```c path=src/b.h\nint b;\n```\n",
		 "```c path=src/a.c\nint a;\n```\n\n```c path=src/b.h\nint b;\n```\n"},
		{"```c path=src/a.c\nint a;\n", "```c path=src/b.h\nint b;\n```\n",
		 "```c path=src/a.c\nint a;\n```c path=src/b.h\nint b;\n```\n"},
		/* No fence is open: another begins. */
		{"```c path=src/a.c\nint a;\n```\n", "```c path=src/b.h\nint b;\n```\n",
		 "```c path=src/a.c\nint a;\n```\n```c path=src/b.h\nint b;\n```\n"},
		/* What looks like a fence within code. */
		{"```c\nint a;\n", "int b;\n```c\nint c;\n", "```c\nint a;\nint b;\n```c\nint c;\n"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		is_str(join(str_of(cases[i].first), str_of(cases[i].second)), cases[i].joined);
}

int main(void)
{
	tap_run("a clean continuation stays as it is", a_clean_continuation_stays_as_it_is);
	tap_run("what is repeated stands there once", what_is_repeated_stands_there_once);
	tap_run("single cases", single_cases);
	arena_release(&arena);
	return tap_done();
}
