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

int main(void)
{
	tap_run("reads markers", reads_markers);
	return tap_done();
}
