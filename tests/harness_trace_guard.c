/* What a call writes into memory that is the tests': the linker's map, and a memory made by hand. */

#include "harness/trace_parts.h"

#include "core/mem.h"
#include "tests/tap.h"

static struct arena arena;

/* ---- the map */

static void is_map(const char *map, size_t objects, const char *want)
{
	struct trace_segment *s;
	size_t len;
	const char *got = "";
	trace_map_read(str_of(map), objects, &arena, &s, &len);
	for (size_t i = 0; i < len; i++)
		got = arena_printf(&arena, "%s%x+%x %s%s\n", got, s[i].address, s[i].len, s[i].name, s[i].constant ? "!" : "");
	is_str(got, want);
}

static void maps(void)
{
	is_map("", 3, "");
	is_map("    Addr      Off     Size Out     In      Symbol\n"
	       "       -        8       2e TYPE\n"
	       "       -      1d1     9e12 CODE\n"
	       "     400     a000      123 .rodata\n"
	       "     400     a000        9         /obj/2/tests/t.c:(.rodata..L.str)\n"
	       "     524     a124        8 .data\n"
	       "     524     a124        4         /obj/1/recast-shims:(.data.shims)\n"
	       "     524     a124        4         /obj/2/tests/t.c:(.data.failures)\n"
	       "     528     a128        4                 failures\n"
	       "     530        0       40 .bss\n"
	       "     530        0        4         /obj/3/b.c:(.bss.x)\n"
	       "     534        0        4         /obj/3/b.c:(.bss.ab)\n"
	       "     538        0        4         /obj/4/lib.c:(.bss.own)\n"
	       "     53c        0        4         /obj/3/b.c:(.bss)\n"
	       "     540        0        4         /obj/3/b.c:(.data)\n"
	       "     544        0        4         /obj/3/b.c:(.bss.f.count)\n"
	       "     548        0        0         /obj/3/b.c:(.bss.empty)\n",
	       2,
	       "400+123 constants!\n524+4 failures (tests/t.c)\n530+4 x (b.c)\n534+4 ab (b.c)\n53c+4 .bss (b.c)\n"
	       "540+4 .data (b.c)\n544+4 f.count (b.c)\n");
}

static void hostile_maps(void)
{
	static const char *const lines[] = {
		"400", "400 0", "400 0 4", "400 0 4 ", "400 0 4 /obj/", "400 0 4 /obj/2", "400 0 4 /obj/2/", "400 0 4 /obj/2/(",
		"400 0 4 /obj/2/t.c:", "400 0 4 /obj/99/t.c:(.bss.xyz)", "400 0 4 /obj/-1/t.c:(.bss.xyz)",
		"400 0 4 /obj/x/t.c:(.bss.xyz)", "400 0 4 /obj/18446744073709551618/t.c:(.bss.xyz)", "400 0 4 (.bss.xyz)",
		"123456789 0 4 .rodata", "g 0 4 .rodata", "-1 0 4 .rodata", "400 0 4 .rodata.x", "400 0 4 /obj/0/t.c:(.bss.xyz)",
		"400 0 4 /obj/1/t.c:(.bss.xyz)", "400 0 4 /obj/(.bss.xyz)/2", "\xff\x80 0 4 .rodata", "400 0 4 /obj/2(/t.c:.bss.xyz)",
	};
	for (size_t i = 0; i < countof(lines); i++)
		is_map(lines[i], 3, "");
	is_map("400 0 4 /obj/2/t.c:(.bss.xyz", 3, "400+4 xyz (t.c)\n");
	is_map("400 0 4 /obj/2/t.c:(", 3, "400+4  (t.c)\n");
	is_map("ffffffff 0 ffffffff .rodata", 3, "ffffffff+ffffffff constants!\n");
	struct trace_segment *s;
	SCOPED_BUF struct buf many;
	size_t len;
	buf_init(&many, 10 << 20);
	for (int i = 0; i < 20000; i++)
		buf_append_cstr(&many, "400 0 4 /obj/2/t.c:(.bss.xyz)\n");
	trace_map_read(buf_str(&many), 1, &arena, &s, &len);
	is_int(len, 5000);
}

/* ---- the memory */

/* The stack is below 0x4000; constants, and two variables of a test. */
enum { MEMORY = 0x10000, CONSTANTS = 0x4000, FAILURES = 0x4200, TABLE = 0x4300, FRAME = 0x3000 };

static struct trace_segment segments[] = {
	{.address = CONSTANTS, .len = 0x100, .constant = true, .name = "constants"},
	{.address = FAILURES, .len = 4, .name = "failures (t.c)"},
	{.address = TABLE, .len = 0x80, .name = "table (t.c)"},
	{.address = MEMORY - 2, .len = 4, .name = "partly outside"},
};

static struct guard guard;
static struct hostcall host;
static struct trace trace;
static struct trace_event event;
static struct open_call call;

static void begin(void)
{
	host = (struct hostcall){.memory = mem_zalloc(MEMORY, 1), .memory_len = MEMORY};
	guard = (struct guard){0};
	trace = (struct trace){.segments = segments, .segments_len = countof(segments)};
	call = (struct open_call){0};
	for (size_t i = 0; i < MEMORY; i++)
		host.memory[i] = (uint8_t)(i * 7);
	guard_begin(&guard, &host, &trace);
}

static void finish(void)
{
	guard_release(&guard);
	free(host.memory);
	free(trace.writes);
}

static void put_aside(void)
{
	guard_take(&guard, &host, FRAME);
}

static void write_at(uint32_t address, uint32_t len)
{
	for (uint32_t i = 0; i < len; i++)
		host.memory[address + i] ^= 0x55;
}

static void is_writes(const char *want)
{
	const char *got = "";
	event = (struct trace_event){0};
	guard_compare(&guard, &host, &call, 1, &trace, &event);
	for (size_t i = 0; i < event.writes_len; i++) {
		const struct trace_write *w = &trace.writes[event.writes + i];
		got = w->segment == TRACE_STACK ? arena_printf(&arena, "%sstack %x+%x ", got, w->offset, w->len)
						: arena_printf(&arena, "%s%u %x+%x ", got, w->segment, w->offset, w->len);
	}
	is_str(got, want);
}

static void writes(void)
{
	begin();
	is_int(guard.segments_len, 3);
	is_int(guard.stack_top, CONSTANTS);
	put_aside();
	is_writes("");
	write_at(CONSTANTS + 5, 1);
	write_at(FAILURES, 4);
	write_at(TABLE + 0x3f, 2);
	write_at(TABLE + 0x7f, 2); /* the second is behind it */
	write_at(FRAME, 3);
	write_at(CONSTANTS - 1, 1);
	write_at(FRAME - 1, 1); /* the library's own stack */
	write_at(0x5000, 100);
	is_writes("0 5+1 1 0+4 2 3f+2 2 7f+1 stack 3000+3 stack 3fff+1 ");
	/* what was written before the next call is not its doing, except for constants */
	put_aside();
	is_writes("0 5+1 ");
	finish();
}

static void what_is_lent(void)
{
	begin();
	put_aside();
	call.spans[0] = (struct span){.writable = true, .address = TABLE + 8, .len = 8};
	call.spans[1] = (struct span){.writable = false, .address = FAILURES, .len = 4};
	call.spans[2] = (struct span){.writable = true, .address = FRAME + 16, .len = 4};
	call.spans_len = 3;
	write_at(TABLE + 7, 10);
	write_at(FAILURES, 1);
	write_at(FRAME + 15, 6);
	is_writes("1 0+1 2 7+1 2 10+1 stack 300f+1 stack 3014+1 ");
	/* once lent, just that may be kept */
	call.spans_len = 0;
	guard_lend(&guard, TABLE + 4, 1);
	guard_lend(&guard, CONSTANTS + 1, 1);
	guard_lend(&guard, FRAME + 0x100, 8);
	put_aside();
	write_at(TABLE + 0x7f, 1);
	write_at(CONSTANTS + 1, 1);
	write_at(FRAME + 0xff, 2);
	write_at(FRAME + 0x100 + 4096, 0);
	is_writes("0 1+1 2 7f+1 stack 30ff+1 ");
	for (uint32_t i = 0; i < 1000; i++)
		guard_lend(&guard, i, UINT32_MAX);
	is_int(guard.lent_len <= LENT_MAX, 1);
	finish();
}

static void bounds(void)
{
	begin();
	put_aside();
	for (uint32_t i = 0; i < 400; i++)
		write_at(FRAME + 2 * i, 1);
	event = (struct trace_event){0};
	guard_compare(&guard, &host, &call, 1, &trace, &event);
	is_int(event.writes_len, 64);
	/* frames that lie about where they are */
	static const uint32_t frames[] = {0, 1, CONSTANTS - 1, CONSTANTS, CONSTANTS + 1, MEMORY, UINT32_MAX};
	for (size_t i = 0; i < countof(frames); i++) {
		guard_take(&guard, &host, frames[i]);
		is_writes("");
	}
	/* no more than is paid for */
	guard.budget = 10;
	put_aside();
	is_writes("");
	ok(!trace.sampled);
	put_aside();
	write_at(FAILURES, 1);
	is_writes("");
	ok(trace.sampled);
	finish();
	/* a module without anything to guard */
	begin();
	guard_release(&guard);
	guard = (struct guard){0};
	trace.segments_len = 0;
	guard_begin(&guard, &host, &trace);
	put_aside();
	write_at(FRAME, 10);
	is_writes("");
	finish();
}

/* ---- reading */

static void reading(void)
{
	uint64_t number = 5;
	uint32_t len;
	begin();
	ok(guest_holds(&host, 0, MEMORY) && guest_holds(&host, MEMORY, 0) && !guest_holds(&host, MEMORY, 1));
	ok(!guest_holds(&host, 1, MEMORY) && !guest_holds(&host, UINT32_MAX, 1) && !guest_holds(&host, 1, UINT64_MAX));
	ok(guest_number(&host, 1, 2, &number) && number == 0x0e07);
	ok(guest_number(&host, MEMORY - 8, 8, &number) && !guest_number(&host, MEMORY - 7, 8, &number));
	ok(!guest_number(&host, 0, 9, &number) && !guest_number(&host, UINT32_MAX - 1, 4, &number));
	memset(host.memory + 100, 'x', 50);
	host.memory[150] = 0;
	memset(host.memory + MEMORY - 10, 'x', 10);
	ok(guest_text(&host, 100, 1000, &len) && len == 50);
	ok(!guest_text(&host, 100, 50, &len) && guest_text(&host, 100, 51, &len));
	ok(!guest_text(&host, MEMORY - 10, 1000, &len) && !guest_text(&host, MEMORY, 1000, &len));
	finish();
}

static void things(void)
{
	struct things *t = things_new();
	struct shape h = {.text = "struct h"}, constant = {.text = "const struct h"}, other = {.text = "int"};
	bool fresh;
	begin();
	is_int(things_id(t, 100, &h, &fresh), 1);
	ok(fresh);
	is_int(things_id(t, 100, &constant, &fresh), 1);
	ok(!fresh);
	is_int(things_id(t, 100, &other, &fresh), 2);
	is_int(things_id(t, 104, &h, &fresh), 3);
	things_end(t, 96, 8, &trace);
	is_int(trace.ends_len, 2);
	is_int(things_id(t, 100, &h, &fresh), 4);
	ok(fresh);
	is_int(things_id(t, 104, &h, &fresh), 3);
	for (uint32_t i = 0; i < 5000; i++)
		things_id(t, 1000 + 4 * i, &h, &fresh);
	is_int(things_id(t, 104, &h, &fresh), 3);
	is_int(things_id(t, 1000 + 4 * 4999, &h, &fresh), 5004);
	things_end(t, 0, UINT32_MAX, &trace);
	is_int(trace.ends_len, 5004);
	things_id(t, 0xFFFFFFF8, &h, &fresh);
	things_end(t, 0xFFFFFFF0, 0xFFFF, &trace);
	is_int(trace.ends_len, 5005);
	things_free(t);
	free(trace.ends);
	finish();
}

int main(void)
{
	tap_run("maps", maps);
	tap_run("hostile maps", hostile_maps);
	tap_run("writes", writes);
	tap_run("what is lent", what_is_lent);
	tap_run("bounds", bounds);
	tap_run("reading", reading);
	tap_run("things", things);
	arena_release(&arena);
	return tap_done();
}
