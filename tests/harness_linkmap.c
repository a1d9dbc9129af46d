/* The linker's map, row by row. */

#include "harness/linkmap.h"

#include "tests/tap.h"

static const char map_text[] =
	"    Addr      Off     Size Out     In      Symbol\n"
	"       -       14       28 IMPORT\n"
	"       0      1ab       7f CODE\n"
	"    4000     8a10      3c4 .data\n"
	"    4010     8a20        4         /obj/3/t.c:(.data.count)\n"
	"    43d0        0       20 .bss\r\n"
	"ffffffff ffffffff ffffffff last one of all  \n"
	"\n"
	"100000000        0        1 nine digits\n"
	"    4400        0       G1 no number\n"
	"    4400        0\n"
	"    4400        0      20\n"
	"4400\t0\t21\t.tab\n"
	"     1A2        0        1 large letters";

static const struct linkmap_row rows[] = {
	{0, 0x1ab, 0x7f, {"CODE", 4}},
	{0x4000, 0x8a10, 0x3c4, {".data", 5}},
	{0x4010, 0x8a20, 4, {"/obj/3/t.c:(.data.count)", 24}},
	{0x43d0, 0, 0x20, {".bss", 4}},
	{UINT32_MAX, UINT32_MAX, UINT32_MAX, {"last one of all", 15}},
	{0x4400, 0, 0x20, {"", 0}},
	{0x4400, 0, 0x21, {".tab", 4}},
};

static void rows_in_order(void)
{
	struct str map = str_of(map_text);
	for (size_t i = 0; i < countof(rows); i++) {
		struct linkmap_row row = {0};
		if (!ok(linkmap_next(&map, &row)))
			return;
		is_int(row.address, rows[i].address);
		is_int(row.offset, rows[i].offset);
		is_int(row.len, rows[i].len);
		is_int(row.place.len, rows[i].place.len);
		ok(str_eq(row.place, rows[i].place));
	}
	struct linkmap_row untouched = {.address = 7};
	ok(!linkmap_next(&map, &untouched));
	is_int(untouched.address, 7);
	ok(!linkmap_next(&map, &untouched));
}

static void nothing(void)
{
	struct str empty = {0}, other = STR("no map at all\n\n");
	struct linkmap_row row;
	ok(!linkmap_next(&empty, &row));
	ok(!linkmap_next(&other, &row));
}

int main(void)
{
	tap_run("rows in order", rows_in_order);
	tap_run("nothing", nothing);
	return tap_done();
}
