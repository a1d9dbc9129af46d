#include "harness/linemarker.h"

#include "tests/tap.h"

static const struct {
	const char *line, *path; /* NULL: it is none */
	unsigned number;
} cases[] = {
	{"# 12 \"/src/a.h\"", "/src/a.h", 12},
	{"# 1 \"/src/a.h\" 1 3 4", "/src/a.h", 1},
	{"# 0 \"\"", "", 0},
	{"# 7 \"a\\\"b\\\\c\" 2", "a\"b\\c", 7},
	{"# 7 \"open", "open", 7},
	{"# 7 \"open\\", "open\\", 7},
	{"", NULL, 0},
	{"#", NULL, 0},
	{"# ", NULL, 0},
	{"# 12", NULL, 0},
	{"# 12 a.h", NULL, 0},
	{"# x \"a.h\"", NULL, 0},
	{"# 99999999999999999999 \"a.h\"", NULL, 0},
	{"#define A 1", NULL, 0},
	{"#line 12 \"a.h\"", NULL, 0},
};

static void reads_markers(void)
{
	SCOPED_BUF struct buf path;
	buf_init(&path, 100);
	for (size_t i = 0; i < countof(cases); i++) {
		uint64_t number = 0;
		buf_clear(&path);
		is_int(linemarker_read(str_of(cases[i].line), &number, &path), cases[i].path != NULL);
		is_int(number, cases[i].number);
		is_str(path.ptr, cases[i].path ? cases[i].path : "");
	}
}

static void goes_through_lines(void)
{
	static const char text[] = "before\n# 7 \"/src/a.h\"\nseven\n\nnine\n# 3 \"/src/b.h\" 1\n# 9 \"/src/c.h\" 2\nnine again";
	static const struct {
		const char *line, *path;
		unsigned number;
		bool moved;
	} want[] = {
		{"before", "", 0, false},	{"seven", "/src/a.h", 7, true}, {"", "/src/a.h", 8, false},
		{"nine", "/src/a.h", 9, false}, {"nine again", "/src/c.h", 9, true},
	};
	SCOPED(linemarker_end) struct linemarker_lines l;
	size_t i = 0;
	for (linemarker_begin(&l, STR(text)); linemarker_next(&l) && i < countof(want); i++) {
		is_int(str_eq(l.line, str_of(want[i].line)), 1);
		is_str(l.path.ptr, want[i].path);
		is_int(l.number, want[i].number);
		is_int(l.moved, want[i].moved);
	}
	is_int(i, countof(want));
	is_int(linemarker_next(&l), 0);
}

int main(void)
{
	tap_run("goes through lines", goes_through_lines);
	tap_run("reads markers", reads_markers);
	return tap_done();
}
