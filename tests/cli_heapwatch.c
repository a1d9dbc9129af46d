/*
 * The allocator in libc's place, with the real compiler and engine: what it gives, what it finds, and that no guest can
 * lead the host astray.
 */

#include "core/clock.h"
#include "harness/heapwatch.h"
#include "tests/sandbox.h"

struct listener {
	struct heap_watch *heap;
	struct heap_orders orders;
	struct heap_account account;
	struct heap_lost lost;
	uint32_t who;
	bool over;
};

static struct link_input heap;

/* HOSTCALL_ENTER, with a number, says who runs; HOSTCALL_MARK begins a probe, HOSTCALL_LEAVE keeps what is there. */
static int64_t hear(void *data, enum hostcall_name name, const struct hostcall *call)
{
	struct listener *l = data;
	if (name == HOSTCALL_HEAP)
		return heap_watch_hear(l->heap, call, l->who);
	if (name == HOSTCALL_ENTER)
		l->who = call->arg[0];
	else if (name == HOSTCALL_LEAVE)
		heap_watch_keep(l->heap, call->memory, call->memory_len);
	else if (name == HOSTCALL_MARK)
		heap_watch_again(l->heap, &l->orders, call->memory, call->memory_len);
	else
		return -1;
	return 0;
}

static void over(void *data, const struct hostcall *call)
{
	struct listener *l = data;
	heap_watch_end(l->heap, call->memory, call->memory_len, &l->account);
	heap_watch_lost(l->heap, call->memory, call->memory_len, &(struct heap_roots){.data = BUILD_STACK_BYTES}, &l->lost);
	l->over = true;
}

static const char prelude[] =
	"#include <errno.h>\n#include <malloc.h>\n#include <stdint.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n"
	"#define HOST(name) __attribute__((import_module(\"recast\"), import_name(#name)))\n"
	"unsigned who(unsigned, unsigned, unsigned, unsigned) HOST(enter);\n"
	"unsigned keep(unsigned, unsigned, unsigned, unsigned) HOST(leave);\n"
	"unsigned again(unsigned, unsigned, unsigned, unsigned) HOST(mark);\n"
	"unsigned raw(unsigned, unsigned, unsigned, unsigned) HOST(heap);\n"
	"#define IN who(7, 0, 0, 0)\n#define OUT who(0, 0, 0, 0)\n"
	"static void *volatile hold;\n"
	"static char *block(size_t n) { hold = malloc(n); return hold; }\n"
	"static void poke(char *p, long at) { *(volatile char *)(p + at) = 'x'; }\n"
	"static void drop(void *p) { hold = p; free(hold); }\n";

static struct str module_of(struct sandbox *s, const char *body)
{
	struct err err = {0};
	struct built object, program;
	SCOPED_TREE struct tree *tree = NULL;
	static const char *const flags[] = {"-fno-builtin"};
	struct compile c = {.source = "/src/guest.c", .flags = flags, .flags_len = 1};
	const char *text = arena_printf(&s->arena, "%sint main(void)\n{\n%s\nreturn 0;\n}\n", prelude, body);
	sandbox_check(toolchain_tree(s->tools.toolchain, &tree, &err), &err);
	sandbox_check(tree_add_file(tree, c.source, str_of(text), &err), &err);
	sandbox_check(build_compile(s->tools.toolchain, tree, &c, &build_default_limits, &s->arena, &object, &err), &err);
	if (!object.ok)
		sandbox_check(err_set(&err, ERR_BUG, "%s", object.failure), &err);
	struct link_input inputs[] = {{"guest.c", object.bytes}, heap};
	sandbox_check(build_link(s->tools.toolchain, inputs, 2, &build_default_limits, &s->arena, &program, &err), &err);
	if (!program.ok)
		sandbox_check(err_set(&err, ERR_BUG, "%s", program.failure), &err);
	return program.bytes;
}

static struct run_result run(struct sandbox *s, const char *body, struct listener *l, uint64_t memory)
{
	struct err err = {0};
	struct module *module;
	struct guest g = {0};
	struct limits limits = {.fuel = 5000000000, .deadline_ns = 60 * (uint64_t)1000000000, .memory_bytes = memory};
	struct run_result result;
	struct hostcalls calls = {.data = l, .call = hear, .over = over};
	SCOPED_TREE struct tree *tree = tree_new();
	struct wasi_world world = sandbox_world(s, &g, tree);
	SCOPED(wasi_release) struct wasi w;
	heap_watch_begin(l->heap, &l->orders);
	l->who = 0;
	l->over = false;
	struct str bytes = module_of(s, body);
	sandbox_check(module_load(s->tools.engine, s->tools.cache, NULL, bytes, &module, &err), &err);
	wasi_init(&w, &world);
	sandbox_check(engine_run_heard(module, &limits, &w, &calls, &result, &err), &err);
	module_free(module);
	return result;
}

static struct heap_account account(struct sandbox *s, struct listener *l, const char *body)
{
	struct run_result r = run(s, body, l, 64 << 20);
	is_int(r.outcome, OUTCOME_EXITED);
	is_int(r.exit_code, 0);
	ok(l->over);
	return l->account;
}

/* ---- as an allocator */

static void gives_what_libc_gives(struct sandbox *s, struct listener *l)
{
	static const char body[] =
		"char *a = block(10), *b = block(0), *c = block(10);\n"
		"if (!a || !b || a == c || ((uintptr_t)a | (uintptr_t)b) & 15) return 1;\n"
		"if ((unsigned char)a[9] != 0xCD || malloc_usable_size(a) != 10 || malloc_usable_size(0)) return 2;\n"
		"char *z = calloc(3, 5); for (int i = 0; i < 15; i++) if (z[i]) return 3;\n"
		"errno = 0; hold = calloc(0x10000, 0x10001); if (hold || errno != ENOMEM) return 4;\n"
		"memcpy(a, \"0123456789\", 10); a = realloc(a, 5000); if (memcmp(a, \"0123456789\", 10) || (a[10] & 255) != 0xCD) return 5;\n"
		"a = realloc(a, 3); if (memcmp(a, \"012\", 3)) return 6;\n"
		"char *big = realloc(0, 100000); memset(big, 1, 100000); big = realloc(big, 101000);\n"
		"if (big[99999] != 1 || (big[100000] & 255) != 0xCD || malloc_usable_size(big) != 101000) return 7;\n"
		"void *al = aligned_alloc(256, 512), *pm = 0; if ((uintptr_t)al & 255) return 8;\n"
		"if (posix_memalign(&pm, 4096, 7) || (uintptr_t)pm & 4095 || posix_memalign(&pm, 3, 7) != EINVAL) return 9;\n"
		"char *d = strdup(\"text\"); d = reallocarray(d, 2, 10); if (strcmp(d, \"text\")) return 10;\n"
		"FILE *f = fopen(\"/f\", \"w\"); if (f) fclose(f); printf(\"%d %s\\n\", 5, \"x\");\n"
		"errno = 0; hold = malloc(2000000000); if (hold || errno != ENOMEM) return 11;\n"
		"free(0); free(a); free(b); free(c); free(z); free(big); free(al); free(pm); free(d);";
	struct heap_account a = account(s, l, body);
	is_int(a.faults_len, 0);
	is_int(a.allocations, 0);
	ok(a.refused); /* what was too large is told */
}

static void counts(struct sandbox *s, struct listener *l)
{
	static const char body[] = "char *t = block(5000); IN; char *a = block(100), *b = block(50); drop(a); b = realloc(b, 60); OUT;\n"
				   "IN; char *c = block(30); OUT; drop(c); hold = t;";
	struct heap_account a = account(s, l, body);
	is_int(a.allocations, 4);
	is_int(a.frees, 3);
	is_int(a.live_blocks, 1);
	is_int(a.live_bytes, 60);
	is_int(a.peak_bytes, 150);
	is_int(a.leaks_len, 1);
	is_int(a.leaks[0].size, 60);
	is_int(a.leaks[0].serial, 3);
	is_int(a.leaks[0].owner, 7);
	is_int(a.faults_len, 0);
}

static void tells_lost_from_kept(struct sandbox *s, struct listener *l)
{
	static const struct {
		const char *body;
		long live, lost, first;
	} cases[] = {
		{"IN; block(24); OUT; hold = 0;", 1, 1, 1},
		{"static void *all; IN; all = block(24); OUT; hold = 0; who((unsigned)&all, 0, 0, 0);", 1, 0, 0},
		/* In the middle of it; from a block to the next; one that the test has leads to; a ring that nothing leads to. */
		{"static void *all; IN; all = block(24) + 20; OUT; hold = 0; who((unsigned)&all, 0, 0, 0);", 1, 0, 0},
		{"static void **all; IN; all = (void **)block(8); all[1] = block(8); block(3); OUT; hold = 0; who((unsigned)&all, 0, 0, 0);",
		 3, 1, 3},
		{"void **t = (void **)block(16); IN; t[2] = block(9); OUT; hold = 0;", 1, 0, 0},
		{"IN; void **a = (void **)block(4), **b = (void **)block(4); *a = b; *b = a; OUT; hold = 0;", 2, 2, 1},
	};
	for (size_t i = 0; i < countof(cases); i++) {
		struct heap_account a = account(s, l, cases[i].body);
		is_int(a.live_blocks, cases[i].live);
		is_int(l->lost.blocks, cases[i].lost);
		is_int(l->lost.first.serial, cases[i].first);
	}
}

/* ---- faults */

struct fault_case {
	const char *body;
	enum heap_fault_kind kind;
	long size, offset, serial, owner, finder;
};

static const struct fault_case fault_cases[] = {
	{"IN; char *p = block(10); poke(p, 10); OUT; drop(p);", HEAP_OVERRUN, 10, 10, 1, 7, 0},
	{"IN; char *p = block(13); poke(p, 28); drop(p); OUT;", HEAP_OVERRUN, 13, 28, 1, 7, 7},
	{"IN; char *p = block(10); poke(p, 10);", HEAP_OVERRUN, 10, 10, 1, 7, 0},
	{"char *p = block(0); poke(p, 0); drop(p);", HEAP_OVERRUN, 0, 0, 1, 0, 0},
	{"IN; block(1); char *p = block(100000); poke(p, 100015); OUT; hold = realloc(p, 7);", HEAP_OVERRUN, 100000, 100015, 2, 7, 0},
	{"IN; char *p = block(10); poke(p, -1); drop(p);", HEAP_UNDERRUN, 10, -1, 1, 7, 7},
	{"IN; char *p = block(10); poke(p, -16); drop(p);", HEAP_UNDERRUN, 10, -16, 1, 7, 7},
	{"char *p = block(10); IN; drop(p); poke(p, 3); OUT;", HEAP_WRITE_AFTER_FREE, 10, 3, 1, 0, 0},
	{"IN; char *p = block(10); hold = realloc(p, 20); poke(p, 9); free(hold); OUT;", HEAP_WRITE_AFTER_FREE, 10, 9, 1, 7, 0},
	{"IN; char *p = block(10); drop(p); drop(p); OUT;", HEAP_DOUBLE_FREE, 10, 0, 1, 7, 7},
	{"IN; char *p = block(10); drop(p); hold = realloc(p, 30); OUT; return hold != 0;", HEAP_DOUBLE_FREE, 10, 0, 1, 7, 7},
	{"IN; char *p = block(10); drop(p + 4); drop(p); OUT;", HEAP_FOREIGN_FREE, 10, 4, 1, 7, 7},
	{"static char own[32]; IN; drop(own + 16); OUT;", HEAP_FOREIGN_FREE, 0, 0, 0, 0, 7},
	{"IN; drop((void *)0xFFFFFFF0); OUT;", HEAP_FOREIGN_FREE, 0, 0, 0, 0, 7},
	{"IN; char *p = block(10); drop((void *)8); drop(p); OUT;", HEAP_FOREIGN_FREE, 0, 0, 0, 0, 7},
	/* Also where the place has been used again since. */
	{"IN; char *p = block(64); drop(p); poke(p, 60); for (int i = 0; i < 200000; i++) drop(block(64)); OUT;",
	 HEAP_WRITE_AFTER_FREE, 64, 60, 1, 7, 7},
};

static void finds_faults(struct sandbox *s, struct listener *l)
{
	for (size_t i = 0; i < countof(fault_cases); i++) {
		const struct fault_case *c = &fault_cases[i];
		struct heap_account a = account(s, l, c->body);
		is_int(a.faults_len, 1);
		if (a.faults_len != 1) {
			tap_print("# %s\n", c->body);
			continue;
		}
		is_str(heap_fault_name(a.faults[0].kind), heap_fault_name(c->kind));
		is_int(a.faults[0].size, c->size);
		is_int(a.faults[0].offset, c->offset);
		is_int(a.faults[0].serial, c->serial);
		is_int(a.faults[0].owner, c->owner);
		is_int(a.faults[0].finder, c->finder);
		is_int(a.fault_counts[c->kind], 1);
	}
}

static void finds_them_before_a_trap(struct sandbox *s, struct listener *l)
{
	struct run_result r = run(s, "IN; char *p = block(10); poke(p, 10); __builtin_trap();", l, 64 << 20);
	is_int(r.outcome, OUTCOME_TRAPPED);
	is_int(l->account.fault_counts[HEAP_OVERRUN], 1);
}

/* ---- orders */

static void fails_one(struct sandbox *s, struct listener *l)
{
	static const char body[] = "char *t = block(3); IN; char *a = block(8), *b, *c; errno = 0; b = block(8); int e = errno; c = realloc(a, 20);\n"
				   "OUT; return !t || !a || b || e != ENOMEM || !c;";
	l->orders.fail = 2;
	struct heap_account a = account(s, l, body);
	ok(a.denied);
	l->orders.fail = 9;
	a = account(s, l, "IN; drop(block(8)); OUT;");
	ok(!a.denied); /* there was no ninth */
	l->orders.fail = 2;
	a = account(s, l, "IN; char *p = block(8), *q = realloc(p, 9); OUT; if (q) return 1; p[7] = 1; drop(p);");
	is_int(a.live_blocks, 0);
	l->orders.fail = 0;
	l->orders.live_bytes = 1000;
	a = account(s, l, "char *p = block(600), *q = block(500); if (!p || q) return 1; p = realloc(p, 900); return !p;");
	ok(a.refused); /* more than the limit is not given */
	l->orders.live_bytes = 0;
	l->orders.fill = 0x11;
	account(s, l, "char *p = block(600); return p[599] != 0x11;");
	l->orders = heap_default_orders;
}

static void same_addresses(struct sandbox *s, struct listener *l)
{
	static const char body[] =
		"char *first = block(24), *before = 0; strcpy(first, \"kept\"); keep(0, 0, 0, 0);\n"
		"for (int i = 0; i < 50; i++) {\n"
		"	again(0, 0, 0, 0);\n"
		"	if (strcmp(first, \"kept\")) return 1;\n"
		"	char *p = block(40); if (before && p != before) return 2; before = p;\n"
		"	if ((p[39] & 255) != 0xCD) return 3;\n"
		"	for (int k = 0; k < i; k++) memset(block(1000 * (size_t)i), 9, 1000);\n"
		"	IN; strcpy(first, \"lost\"); drop(first); block(5); OUT;\n"
		"	if (i == 20) poke(p, 40);\n"
		"}";
	struct heap_account a = account(s, l, body);
	is_int(a.faults_len, 0);
	is_int(a.allocations, 1);
	is_int(a.live_blocks, 1);
}

/* ---- hostile guests */

static void cannot_be_led_astray(struct sandbox *s, struct listener *l)
{
	static const char *const bodies[] = {
		"raw(99, 0, 0, 0);",
		"raw(5, 0, 0, 0);",
		"raw(5, 0xFFFFFFFF, 0x10, 0);",
		"block(4); raw(5, 1, 0x10, 0);",
	};
	for (size_t i = 0; i < countof(bodies); i++)
		is_int(run(s, bodies[i], l, 64 << 20).outcome, OUTCOME_TRAPPED);
	/* Sizes and addresses at the ends, and alignments that are none. */
	static const char ends[] =
		"for (unsigned w = 0; w < 5; w++) for (unsigned k = 0; k < 40; k++) for (unsigned m = 0; m < 40; m++) {\n"
		"	unsigned x = (1u << (k & 31)) - (k > 31), y = (1u << (m & 31)) - (m > 31);\n"
		"	raw(w, x, y, 1); raw(w, -x, -y, 1); raw(w, x, y, x); raw(w, x, -y, y); }";
	is_int(run(s, ends, l, 64 << 20).outcome, OUTCOME_EXITED);
	/* Memory that somebody else lets grow is nobody's block. */
	static const char grows[] =
		"for (int i = 0; i < 100; i++) { char *p = block(30000); unsigned at = __builtin_wasm_memory_grow(0, 1);\n"
		"	memset((char *)(at * 65536ul), i, 65536); if (p >= (char *)(at * 65536ul)) return 1; }";
	is_int(account(s, l, grows).faults_len, 0);
	account(s, l, "for (int i = 0; i < 64; i++) block(1u << 31);");
	is_int(run(s, "for (int i = 0; i < 10000000; i++) block(i & 7);", l, 256 << 20).outcome, OUTCOME_EXITED);
	ok(l->account.refused); /* millions of blocks end in a limit */
	static const char all[] = "size_t n = 0; while (block(100)) n++; drop(hold); for (char *p = (char *)1024; p < (char *)100000; p += 8) drop(p);\n"
				  "return n < 1000;";
	account(s, l, all);
}

static void is_quick(struct sandbox *s, struct listener *l)
{
	static const char body[] = "static char *p[100000]; for (int i = 0; i < 100000; i++) p[i] = block((size_t)i % 100);\n"
				   "for (int i = 0; i < 100000; i++) drop(p[i * 7 % 100000]);";
	struct run_result r = run(s, body, l, 64 << 20);
	is_int(r.outcome, OUTCOME_EXITED);
	tap_print("# 100,000 blocks: %.1f ms\n", (double)r.cpu_ns / 1e6);
	struct heap_account a;
	uint64_t begun = clock_thread_cpu_ns();
	for (int i = 0; i < 100000; i++) {
		heap_watch_begin(l->heap, &l->orders);
		heap_watch_end(l->heap, NULL, 0, &a);
	}
	tap_print("# an empty probe: %.0f ns\n", (double)(clock_thread_cpu_ns() - begun) / 100000);
}

static void tests(struct sandbox *s)
{
	struct err err = {0};
	
	struct listener l = {.heap = heap_watch_new(), .orders = heap_default_orders};
	sandbox_check(heap_object(&s->tools.tools, &s->arena, &heap, &err), &err);
	gives_what_libc_gives(s, &l);
	counts(s, &l);
	tells_lost_from_kept(s, &l);
	finds_faults(s, &l);
	finds_them_before_a_trap(s, &l);
	fails_one(s, &l);
	same_addresses(s, &l);
	cannot_be_led_astray(s, &l);
	is_quick(s, &l);
	heap_watch_free(l.heap);
	heap_watch_free(NULL);
}

int main(void)
{
	return sandbox_main(tests);
}
