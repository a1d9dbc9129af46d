#include "harness/measure.h"

#include "harness/ownsource.h"

#define HOST(name) "__attribute__((import_module(\"recast\"), import_name(\"" name "\")))"

/* Which of the two is wrapped depends on the program's main; libc's own stands between them. */
static const char MARK_SOURCE[] =
	"unsigned recast_mark(unsigned, unsigned, unsigned, unsigned) " HOST("mark") ";\n"
	"__attribute__((weak)) int __real___main_void(void);\n"
	"__attribute__((weak)) int __real___main_argc_argv(int, char **);\n"
	"int __wrap___main_void(void)\n"
	"{\n"
	"\trecast_mark(0, 0, 0, 0);\n"
	"\treturn __real___main_void();\n"
	"}\n"
	"int __wrap___main_argc_argv(int argc, char **argv)\n"
	"{\n"
	"\trecast_mark(0, 0, 0, 0);\n"
	"\treturn __real___main_argc_argv(argc, argv);\n"
	"}\n";

/* What realloc does within libc's own object passes nobody else, so it is told whole. */
static const char ALLOCATIONS_SOURCE[] =
	"typedef __SIZE_TYPE__ size;\n"
	"unsigned recast_allocated(unsigned, unsigned, unsigned, unsigned) " HOST("allocated") ";\n"
	"size malloc_usable_size(void *);\n"
	"void *__real_malloc(size);\n"
	"void *__real_calloc(size, size);\n"
	"void *__real_realloc(void *, size);\n"
	"void *__real_aligned_alloc(size, size);\n"
	"int __real_posix_memalign(void **, size, size);\n"
	"void __real_free(void *);\n"
	"static void *taken(void *block)\n"
	"{\n"
	"\tif (block)\n"
	"\t\trecast_allocated(malloc_usable_size(block), 0, 1, 0);\n"
	"\treturn block;\n"
	"}\n"
	"void *__wrap_malloc(size n) { return taken(__real_malloc(n)); }\n"
	"void *__wrap_calloc(size n, size each) { return taken(__real_calloc(n, each)); }\n"
	"void *__wrap_aligned_alloc(size to, size n) { return taken(__real_aligned_alloc(to, n)); }\n"
	"int __wrap_posix_memalign(void **ret, size to, size n)\n"
	"{\n"
	"\tint failed = __real_posix_memalign(ret, to, n);\n"
	"\tif (!failed)\n"
	"\t\ttaken(*ret);\n"
	"\treturn failed;\n"
	"}\n"
	"void *__wrap_realloc(void *block, size n)\n"
	"{\n"
	"\tsize old = block ? malloc_usable_size(block) : 0;\n"
	"\tvoid *moved = __real_realloc(block, n);\n"
	"\tif (moved)\n"
	"\t\trecast_allocated(malloc_usable_size(moved), old, moved != block, block && moved != block);\n"
	"\treturn moved;\n"
	"}\n"
	"void __wrap_free(void *block)\n"
	"{\n"
	"\tif (block)\n"
	"\t\trecast_allocated(0, malloc_usable_size(block), 0, 1);\n"
	"\t__real_free(block);\n"
	"}\n";

static const char *allocators[] = {"malloc", "calloc", "realloc", "aligned_alloc", "posix_memalign", "free"};
const struct strings measure_allocators = {allocators, countof(allocators)};

static int build(const struct tools *tools, const char *name, const char *text, struct arena *a, struct link_input *ret,
		 struct err *err)
{
	struct own_source source = {.path = arena_printf(a, "/recast/%s.c", name), .text = text};
	struct built built;
	if (own_compile(tools, &source, a, &built, err) < 0)
		return -1;
	if (!built.ok)
		return err_set(err, ERR_BUG, "recast's own %s does not build: %s", name, built.failure);
	*ret = (struct link_input){arena_printf(a, "recast-%s", name), built.bytes};
	return 0;
}

int measure_build(const struct tools *tools, struct arena *a, struct measure_objects *ret, struct err *err)
{
	struct measure_objects o;
	if (build(tools, "mark", MARK_SOURCE, a, &o.mark, err) < 0 ||
	    build(tools, "allocations", ALLOCATIONS_SOURCE, a, &o.allocations, err) < 0)
		return -1;
	*ret = o;
	return 0;
}

/* ---- hearing */

/* Blocks of before main count as they are given back, so that nothing falls below zero. */
static uint64_t without(uint64_t from, uint64_t less)
{
	return from > less ? from - less : 0;
}

static int64_t hear(void *data, enum hostcall_name name, const struct hostcall *call)
{
	struct allocations *a = data;
	if (name == HOSTCALL_MARK) {
		*a = (struct allocations){0};
		return 0;
	}
	if (name != HOSTCALL_ALLOCATED)
		return -1;
	a->live_bytes = without(a->live_bytes + call->arg[0], call->arg[1]);
	a->peak_bytes = a->live_bytes > a->peak_bytes ? a->live_bytes : a->peak_bytes;
	a->taken += call->arg[2];
	a->given_back += call->arg[3];
	return 0;
}

struct hostcalls allocations_hear(struct allocations *ret)
{
	*ret = (struct allocations){0};
	return (struct hostcalls){.data = ret, .call = hear};
}
