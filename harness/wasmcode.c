#include "harness/wasmcode.h"

#include "harness/wasmfile.h"
#include "harness/wasmwalk.h"

enum { CODE_BYTES_MAX = 64 << 20, WORK_MAX = 2000000000 /* some seconds */ };

/* Loops of a function, and how deep they stand in one another. */
struct nesting {
	uint64_t loops, deepest;
};

enum { NESTING_MAX = 4096 };

static struct nesting measure_loops(struct wasmwalk *code)
{
	struct nesting n = {0};
	struct wasmwalk_instruction next;
	bool is_loop[NESTING_MAX]; /* of each block that is open */
	uint64_t open = 0, loops_open = 0;
	while (wasmwalk_next(code, &next)) {
		if (next.opens && open == NESTING_MAX) {
			code->failed = true;
		} else if (next.opens) {
			is_loop[open++] = next.opcode == WASM_LOOP;
			n.loops += next.opcode == WASM_LOOP;
			loops_open += next.opcode == WASM_LOOP;
			n.deepest = loops_open > n.deepest ? loops_open : n.deepest;
		} else if (next.opcode == WASM_END && open > 0) {
			loops_open -= is_loop[--open];
		}
	}
	return n;
}

static uint64_t function_work(struct wasmwalk *body)
{
	uint64_t size = (uint64_t)(body->end - body->at), locals = 1 + wasmwalk_locals(body);
	struct nesting n = measure_loops(body);
	uint64_t by_locals, by_loops;
	if (__builtin_mul_overflow(size, locals, &by_locals) ||
	    __builtin_mul_overflow(n.loops, n.deepest * n.deepest, &by_loops))
		return UINT64_MAX;
	return by_locals > UINT64_MAX - by_loops ? UINT64_MAX : by_locals + by_loops;
}

uint64_t wasmcode_work(struct str section)
{
	uint64_t work = 0;
	if (section.len == 0)
		return 0;
	struct wasmwalk c = wasmwalk_of(section);
	for (uint64_t count = wasmwalk_number(&c); count > 0 && !c.failed; count--) {
		struct wasmwalk body = wasmwalk_part(&c, wasmwalk_number(&c));
		if (c.failed)
			break;
		uint64_t of_this = function_work(&body);
		if (body.failed || of_this > UINT64_MAX - work)
			return UINT64_MAX;
		work += of_this;
	}
	return c.failed ? UINT64_MAX : work;
}

int wasmcode_check(struct str module, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct wasmfile file;
	if (wasmfile_read(module, &scratch, &file, err) < 0)
		return err_wrap(err, "not a module that the engine accepts");
	if (file.code.len > CODE_BYTES_MAX || wasmcode_work(file.code) > WORK_MAX)
		return err_set(err, ERR_PARSE,
			       "its functions are too large or nested too deep to be compiled in reasonable time");
	return 0;
}
