/*
 * Bytes as what a hostile guest does: a row of calls with their arguments, and
 * of changes to its memory in between. After each the world is as it must be:
 * within its limits, its books in order, nothing written outside the memory,
 * and the tree beneath unchanged.
 *
 * A step is one byte, modulo 48: the number of a function, followed by its
 * arguments (see small and large), or one of the two pokes.
 */

#include "core/mem.h"
#include "harness/wasi.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	MEMORY = 8192,
	SLOT = 64, /* of memory, that an argument can name */
	STEPS_MAX = 500,
	DISK = 20000,
	OUTPUT = 2000,
	NODE_COST = 256,
	POKE = WASI_FUNCTIONS, /* address (two bytes), length, bytes */
	POKE_LIST,	       /* slot, count: so many buffers of 24 bytes each */
};

static const uint64_t CLOCK_NS = 10000000000;

/* What lies in memory at the start, one a slot. */
static const char *const slots[] = {
	"", "w", "w/a", "w/b", "w/d", "w/d/x", "ro/f", "..", "w/l", "l", "../w", "/etc/passwd", "w/d/../d/y", ".", "w/new/",
};

struct input {
	const uint8_t *at, *end;
};

static uint8_t next(struct input *in)
{
	return in->at < in->end ? *in->at++ : 0;
}

/* Numbers as they are up to 95, then slots, then edges, then two bytes. */
static uint64_t small(struct input *in)
{
	static const uint32_t edges[16] = {
		MEMORY - 1, MEMORY, MEMORY + 1, MEMORY - 4, MEMORY - 8, MEMORY - 24, MEMORY - 64, UINT32_MAX,
		UINT32_MAX - 7, 0x80000000, 0x7FFFFFFF, 1023, 1024, 1025, 4096, 4097,
	};
	uint8_t c = next(in);
	if (c < 0x60)
		return c;
	if (c < 0xC0)
		return (c - 0x60u) * SLOT;
	if (c < 0xD0)
		return edges[c - 0xC0];
	return (c - 0xD0u) << 8 | next(in);
}

static uint64_t large(struct input *in)
{
	static const uint64_t edges[8] = {
		UINT64_MAX, INT64_MAX, (uint64_t)INT64_MIN, UINT64_MAX - 100, DISK, DISK + 1, (uint64_t)1 << 32, 1000000000,
	};
	uint8_t c = next(in);
	if (c < 0x80)
		return c;
	if (c < 0x90)
		return edges[c % 8];
	if (c < 0xA0)
		return (uint64_t)0 - (c - 0x90u);
	uint64_t value = 0;
	for (int i = 0; i < 8; i++)
		value = value << 8 | next(in);
	return value;
}

static void put32(uint8_t *memory, size_t at, uint32_t value)
{
	if (at + 4 <= MEMORY)
		memcpy(memory + at, &value, 4);
}

static void poke(struct input *in, uint8_t *memory, size_t kind)
{
	if (kind == POKE) {
		size_t at = (size_t)next(in) << 8;
		at = (at | next(in)) % MEMORY;
		for (size_t len = next(in); len > 0 && at < MEMORY; len--)
			memory[at++] = next(in);
		return;
	}
	size_t at = next(in) % (MEMORY / SLOT) * SLOT, count = next(in) % 32;
	for (size_t i = 0; i < count; i++) {
		put32(memory, at + 8 * i, (uint32_t)(4096 + 24 * i));
		put32(memory, at + 8 * i + 4, 24);
	}
}

/* ---- what always holds */

static void check_result(const struct wasi *w, int result)
{
	if (result == WASI_ENDED) {
		assert(w->end != WASI_RUNNING);
		return;
	}
	assert(w->end == WASI_RUNNING && result >= 0 && result <= WASI_ENOTCAPABLE);
}

/* The quota that is used is what the nodes of the view hold. */
static void check_books(const struct wasi *w)
{
	uint64_t used = 0, held = 0;
	size_t nodes = 0;
	for (const struct vnode *v = w->view.made; v; v = v->next_made) {
		used += v->written ? NODE_COST + v->data.len : 0;
		held += v->data.cap;
		nodes++;
		assert(v->written || v->data.cap == 0);
		assert(!v->absent || !v->written || v->opens > 0);
		for (size_t i = 0; i < v->children_len; i++) {
			assert(v->children[i]->parent == v);
			assert(i == 0 || strcmp(v->children[i - 1]->name, v->children[i]->name) < 0);
		}
	}
	assert(used == w->view.used_bytes && used <= DISK);
	assert(held <= 5 * DISK);
	assert(nodes == w->view.nodes);
	assert(w->out.len <= OUTPUT && w->err.len <= OUTPUT);
	assert(w->elapsed_ns <= CLOCK_NS);
}

static struct hash hash_of_tree(const struct tree *tree)
{
	struct hasher h;
	hasher_init(&h);
	tree_hash_into(tree_root(tree), &h);
	return hasher_finish(&h);
}

/* Byte order, parents, links: as long as no step changes it this is one tree. */
static struct tree *new_tree(void)
{
	struct tree *tree = tree_new();
	tree_add_file(tree, "/ro/f", STR("read only"), NULL);
	tree_add_file(tree, "/w/a", STR("0123456789"), NULL);
	tree_add_file(tree, "/w/d/x", STR("x"), NULL);
	tree_add_folder(tree, "/w/d/z", false, NULL);
	tree_add_folder(tree, "/w", true, NULL);
	return tree;
}

static void step(struct input *in, struct wasi *w, uint8_t *memory)
{
	size_t which = next(in) % (POKE_LIST + 1);
	if (which >= WASI_FUNCTIONS) {
		poke(in, memory, which);
		return;
	}
	uint64_t args[WASI_PARAMS_MAX] = {0};
	const struct wasi_function *f = &wasi_functions[which];
	for (size_t i = 0; f->params[i]; i++)
		args[i] = f->params[i] == 'i' ? small(in) : large(in);
	struct wasi_call c = {.w = w, .memory = memory, .memory_len = MEMORY, .arg = args};
	check_result(w, wasi_invoke(f, &c));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const args[] = {"prog", "arg"}, *const env[] = {"A=1"};
	SCOPED_TREE struct tree *tree = new_tree();
	struct wasi_world world = {
		.tree = tree,
		.args = args,
		.args_len = countof(args),
		.env = env,
		.env_len = countof(env),
		.stdin_bytes = STR("standard input"),
		.output_max = OUTPUT,
		.disk_max = DISK,
		.clock_max_ns = CLOCK_NS,
	};
	SCOPED(wasi_release) struct wasi w;
	SCOPED_MEM uint8_t *memory = mem_zalloc(MEMORY, 1);
	struct hash before = hash_of_tree(tree);
	wasi_init(&w, &world);
	for (size_t i = 0; i < countof(slots); i++)
		memcpy(memory + i * SLOT, slots[i], strlen(slots[i]));
	struct input in = {data, data + size};
	for (size_t i = 0; i < STEPS_MAX && in.at < in.end && w.end == WASI_RUNNING; i++) {
		step(&in, &w, memory);
		check_books(&w);
	}
	struct hash after = hash_of_tree(tree);
	assert(hash_eq(&before, &after));
	return 0;
}
