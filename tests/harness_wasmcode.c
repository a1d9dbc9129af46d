/* How much work code is, of sections made by hand. */

#include "harness/wasmcode.h"

#include "tests/tap.h"

#define SECTION(bytes) ((struct str){(bytes), sizeof(bytes) - 1})

static void small_code(void)
{
	is_int(wasmcode_work((struct str){0}), 0);
	is_int(wasmcode_work(SECTION("\0")), 0);
	/* one function, no locals, `end`: 2 bytes times one */
	is_int(wasmcode_work(SECTION("\1\2\0\x0b")), 2);
	/* seven locals of i32 */
	is_int(wasmcode_work(SECTION("\1\4\1\7\x7f\x0b")), 4 * 8);
	/* two of them */
	is_int(wasmcode_work(SECTION("\2\2\0\x0b\2\0\x0b")), 4);
}

static void loops_count_by_their_depth(void)
{
	/* two loops side by side, and one in the other; a block is none */
	is_int(wasmcode_work(SECTION("\1\x08\0\3\x40\x0b\3\x40\x0b\x0b")), 8 + 2 * 1);
	is_int(wasmcode_work(SECTION("\1\x08\0\3\x40\3\x40\x0b\x0b\x0b")), 8 + 2 * 4);
	is_int(wasmcode_work(SECTION("\1\x08\0\2\x40\3\x40\x0b\x0b\x0b")), 8 + 1);
}

static void a_loop_in_an_operand_is_none(void)
{
	/* i32.const 3, f32 and f64 of threes, a table of branches, a vector of threes */
	is_int(wasmcode_work(SECTION("\1\5\0\x41\3\x1a\x0b")), 5);
	is_int(wasmcode_work(SECTION("\1\x08\0\x43\3\3\3\3\x1a\x0b")), 8);
	is_int(wasmcode_work(SECTION("\1\x0c\0\x44\3\3\3\3\3\3\3\3\x1a\x0b")), 12);
	is_int(wasmcode_work(SECTION("\1\x07\0\x0e\2\3\3\3\x0b")), 7);
	is_int(wasmcode_work(SECTION("\1\x15\0\xfd\x0c\3\3\3\3\3\3\3\3\3\3\3\3\3\3\3\3\x1a\x0b")), 21);
	is_int(wasmcode_work(SECTION("\1\x06\0\x28\3\3\x1a\x0b")), 6);
	is_int(wasmcode_work(SECTION("\1\x06\0\xfc\x0a\3\3\x0b")), 6);
}

static void what_is_cut_or_unknown_is_endless(void)
{
	static const char whole[] = "\1\x08\0\3\x40\3\x40\x0b\x0b\x0b";
	for (size_t len = 1; len + 1 < sizeof(whole) - 1; len++)
		ok(wasmcode_work((struct str){whole, len}) == UINT64_MAX);
	ok(wasmcode_work(SECTION("\1\3\0\xfb\x0b")) == UINT64_MAX);
	ok(wasmcode_work(SECTION("\1\2\0\x06")) == UINT64_MAX);
	ok(wasmcode_work(SECTION("\xff\xff\xff\xff\x0f\2\0\x0b")) == UINT64_MAX);
	ok(wasmcode_work(SECTION("\1\x82\x80\x80\x80\x80\x80\x80\x80\x80\x80\1\0\x0b")) == UINT64_MAX);
}

static void nesting_is_bounded(void)
{
	static char deep[3 * 10000 + 16];
	size_t len = 0;
	memcpy(deep, "\1\xb0\xea\1\0", 5); /* one function of 30,000 bytes */
	len = 5;
	for (int i = 0; i < 14999; i++) {
		deep[len++] = 3;
		deep[len++] = 0x40;
	}
	deep[len++] = 0x0b;
	ok(wasmcode_work((struct str){deep, len}) == UINT64_MAX);
}

int main(void)
{
	tap_run("small code", small_code);
	tap_run("loops count by their depth", loops_count_by_their_depth);
	tap_run("a loop in an operand is none", a_loop_in_an_operand_is_none);
	tap_run("what is cut or unknown is endless", what_is_cut_or_unknown_is_endless);
	tap_run("nesting is bounded", nesting_is_bounded);
	return tap_done();
}
