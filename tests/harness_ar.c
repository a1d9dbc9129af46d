#include "harness/ar.h"

#include "core/mem.h"
#include "tests/tap.h"

#define MAGIC "!<arch>\n"
#define MEMBER(name, size) name "0           0     0     0       " size "`\n"
#define INDEX(size) MAGIC MEMBER("/               ", size)

static struct arena arena;
static struct strings names;
static struct err err;

static int read_bytes(struct str bytes)
{
	SCOPED_MEM char *copy = mem_zalloc(bytes.len, 1);
	if (bytes.len)
		memcpy(copy, bytes.ptr, bytes.len);
	err = (struct err){0};
	names = (struct strings){NULL, 77};
	return ar_names((struct str){copy, bytes.len}, &arena, &names, &err);
}

static void good(void)
{
	is_int(read_bytes(STR(INDEX("22        ") "\0\0\0\2\0\0\0\1\0\0\0\1free\0memcpy")), -1); /* no NUL at the end */
	is_int(read_bytes(STR(INDEX("24        ") "\0\0\0\2\0\0\0\1\0\0\0\1free\0memcpy\0more")), 0);
	is_int(names.len, 2);
	is_str(names.items[0], "free");
	is_str(names.items[1], "memcpy");
	is_int(read_bytes(STR(INDEX("4         ") "\0\0\0\0")), 0);
	is_int(names.len, 0);
	is_int(read_bytes(STR(MAGIC)), 0);
	is_int(names.len, 0);
	is_int(read_bytes(STR(MAGIC MEMBER("a.o/            ", "1         ") "x")), 0);
	is_int(names.len, 0);
}

static void bad(void)
{
	static const struct {
		struct str bytes;
		const char *says;
	} rows[] = {
		{{"", 0}, "not an archive"},
		{{"!<arch>", 7}, "not an archive"},
		{{MAGIC "x", 9}, "is none"},
		{{INDEX("x         "), 68}, "is none"},
		{{INDEX("5         ") "\0\0\0\0", 72}, "longer than the archive"},
		{{INDEX("9999999999") "\0\0\0\0", 72}, "longer than the archive"},
		{{INDEX("2         ") "\0\0", 70}, "more names than bytes"},
		{{INDEX("4         ") "\0\0\0\1", 72}, "more names than bytes"},
		{{INDEX("14        ") "\xff\xff\xff\xff\0\0\0\1free\0\0", 82}, "more names than bytes"},
		{{INDEX("12        ") "\0\0\0\1\0\0\0\1free", 80}, "ends within its names"},
	};
	for (size_t i = 0; i < countof(rows); i++) {
		is_int(read_bytes(rows[i].bytes), -1);
		ok(err.kind == ERR_PARSE && strstr(err.text, rows[i].says) && names.len == 77);
	}
}

int main(void)
{
	good();
	bad();
	arena_release(&arena);
	return tap_done();
}
