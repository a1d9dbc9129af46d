/* Modules that count, made from ones that were put together by hand. */

#include "harness/wasmcount.h"

#include "harness/wasmfile.h"
#include "harness/wasmwalk.h"
#include "tests/tap.h"

#define BEGINS "\0asm\1\0\0\0"
#define TYPES "\1\4\1\x60\0\0"                      /* () -> () */
#define FUNCTIONS "\3\2\1\0"
#define MEMORY "\5\3\1\0\1"
#define GLOBALS "\6\6\1\x7f\1\x41\0\x0b"            /* i32 */
#define EXPORTS "\7\x0a\1\6memory\2\0"
#define CODE(size, body_size, body) "\x0a" size "\1" body_size body
#define COPY "\xfc\x0a\0\0"
#define FILL "\xfc\x0b\0"
#define THREE "\x41\1\x41\2\x41\3"                  /* i32.const 1, 2, 3 */
#define BOTH CODE("\x19", "\x17", "\1\1\x7f" THREE COPY THREE FILL "\x0b")
#define WHOLE BEGINS TYPES FUNCTIONS MEMORY GLOBALS EXPORTS BOTH

#define BYTES(text) ((struct str){(text), sizeof(text) - 1})

static struct arena arena;

static struct str counted(struct str module)
{
	struct err err = {0};
	struct str ret = {0};
	if (!ok(wasmcount_bulk(module, &arena, &ret, &err) == 0))
		tap_print("# %s\n", err.text);
	return ret;
}

static void is_refused(struct str module, const char *words)
{
	struct err err = {0};
	struct str ret = STR("untouched");
	is_int(wasmcount_bulk(module, &arena, &ret, &err), -1);
	is_int(err.kind, ERR_PARSE);
	is_str(ret.ptr, "untouched");
	if (!ok(strstr(err.text, words) != NULL))
		tap_print("# %s\n", err.text);
}

/* ---- what comes out */

static size_t count(struct wasmwalk code, unsigned opcode, uint64_t which)
{
	struct wasmwalk_instruction next;
	size_t found = 0;
	wasmwalk_number(&code); /* functions */
	while (code.at < code.end) {
		struct wasmwalk body = wasmwalk_part(&code, wasmwalk_number(&code));
		wasmwalk_locals(&body);
		while (wasmwalk_next(&body, &next))
			found += next.opcode == opcode && next.which == which;
		ok(!body.failed);
	}
	return found;
}

static void each_becomes_a_call(void)
{
	struct wasmfile before, after;
	struct str module = counted(BYTES(WHOLE));
	is_int(wasmfile_read(BYTES(WHOLE), &arena, &before, NULL), 0);
	is_int(wasmfile_read(module, &arena, &after, NULL), 0);
	is_int(after.own[WASMFILE_FUNCTION], before.own[WASMFILE_FUNCTION] + 2);
	is_int(after.own[WASMFILE_GLOBAL], before.own[WASMFILE_GLOBAL] + 1);
	is_int(after.exports_len, 2);
	is_str(after.exports[1].name, WASMCOUNT_EXPORT);
	is_int(after.exports[1].kind, WASMFILE_GLOBAL);
	is_int(after.exports[1].index, 1);
	is_int(count(wasmwalk_of(before.code), WASM_BULK, WASM_MEMORY_COPY), 1);
	/* those that do it now */
	is_int(count(wasmwalk_of(after.code), WASM_BULK, WASM_MEMORY_COPY), 1);
	is_int(count(wasmwalk_of(after.code), WASM_BULK, WASM_MEMORY_FILL), 1);
	is_int(count(wasmwalk_of(after.code), 0x10, 0), 2);
}

static void the_rest_stays(void)
{
	struct str module = counted(BYTES(WHOLE));
	static const char memory[] = MEMORY;
	ok(memmem(module.ptr, module.len, memory, sizeof(memory) - 1) != NULL);
	is_mem(module.ptr, WHOLE, 8);
	/* locals, the three numbers, call of function 1, the three numbers, call of function 2 */
	static const char body[] = "\1\1\x7f" THREE "\x10\1" THREE "\x10\2\x0b";
	ok(memmem(module.ptr, module.len, body, sizeof(body) - 1) != NULL);
}

static void nothing_to_count_is_left_as_it_is(void)
{
	static const char plain[] = BEGINS TYPES FUNCTIONS CODE("\4", "\2", "\0\x0b");
	struct str module = counted(BYTES(plain));
	is_int(module.len, sizeof(plain) - 1);
	is_mem(module.ptr, plain, sizeof(plain) - 1);
	is_int(counted(BYTES(BEGINS)).len, 8);
}

/* Of a table, a vector, a number: no instruction. */
static void bytes_that_only_look_so_stay(void)
{
	static const char looks[] = BEGINS TYPES FUNCTIONS MEMORY GLOBALS EXPORTS
		CODE("\x1d", "\x1b", "\0\x44\xfc\x0a\0\0\xfc\x0b\0\0\x1a\x43\xfc\x0a\0\0\x1a" THREE FILL "\x0b");
	struct str module = counted(BYTES(looks));
	ok(memmem(module.ptr, module.len, "\x44\xfc\x0a\0\0\xfc\x0b\0\0\x1a\x43\xfc\x0a\0\0\x1a", 16) != NULL);
}

/* ---- what does not */

static void hostile_bytes_are_refused(void)
{
	is_refused(BYTES(""), "");
	is_refused(BYTES(BEGINS TYPES FUNCTIONS MEMORY GLOBALS EXPORTS CODE("\7", "\5", "\0\xfb\1\2\x0b")), "clang does not write");
	is_refused(BYTES(BEGINS TYPES FUNCTIONS MEMORY EXPORTS BOTH), "lacks a section");
	is_refused(BYTES(BEGINS TYPES FUNCTIONS MEMORY GLOBALS BOTH), "lacks a section");
	is_refused(BYTES(BEGINS TYPES FUNCTIONS MEMORY GLOBALS "\7\x0f\1\x0b" WASMCOUNT_EXPORT "\3\0" BOTH), "already");
	/* a body that says it is longer than it is */
	is_refused(BYTES(BEGINS TYPES FUNCTIONS MEMORY GLOBALS EXPORTS CODE("\x19", "\x1f", "\1\1\x7f" THREE COPY THREE FILL "\x0b")), "");
}

/* Cut anywhere it is refused, or, between two sections, shorter. */
static void it_may_end_anywhere(void)
{
	for (size_t len = 0; len < sizeof(WHOLE) - 1; len++) {
		struct err err = {0};
		struct str ret;
		int result = wasmcount_bulk((struct str){WHOLE, len}, &arena, &ret, &err);
		ok(result == 0 ? ret.len == len : err.kind == ERR_PARSE);
	}
}

int main(void)
{
	tap_run("each becomes a call", each_becomes_a_call);
	tap_run("the rest stays", the_rest_stays);
	tap_run("nothing to count is left as it is", nothing_to_count_is_left_as_it_is);
	tap_run("bytes that only look so stay", bytes_that_only_look_so_stay);
	tap_run("hostile bytes are refused", hostile_bytes_are_refused);
	tap_run("it may end anywhere", it_may_end_anywhere);
	arena_release(&arena);
	return tap_done();
}
