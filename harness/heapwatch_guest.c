#include "harness/heapwatch.h"

#include "harness/ownsource.h"

/* The numbers are those of enum heap_what. Names behind "__libc_" are for libc's own use; what it defines in the same
 * object must all be here, or that object would be linked as well. */
static const char HEAP_SOURCE[] =
	"#include <errno.h>\n"
	"#include <stddef.h>\n"
	"enum { ALLOCATE, ZEROED, RESIZE, FREE, SIZE, ROOM };\n"
	"unsigned recast_heap(unsigned, unsigned, unsigned, unsigned)\n"
	"\t__attribute__((import_module(\"recast\"), import_name(\"heap\")));\n"
	"extern unsigned char __heap_base;\n"
	/* An odd answer asks for pages, and where they are. */
	"static void *ask(unsigned what, void *block, size_t size, size_t align)\n"
	"{\n"
	"\tunsigned got = recast_heap(what, (unsigned)block, size, align);\n"
	"\twhile (got & 1) {\n"
	"\t\tunsigned before = __builtin_wasm_memory_grow(0, got >> 1);\n"
	"\t\tgot = recast_heap(ROOM, before, (unsigned)&__heap_base, 0);\n"
	"\t}\n"
	"\tif (!got)\n"
	"\t\terrno = ENOMEM;\n"
	"\treturn (void *)got;\n"
	"}\n"
	"void *malloc(size_t size) { return ask(ALLOCATE, 0, size, 1); }\n"
	"void *calloc(size_t n, size_t each)\n"
	"{\n"
	"\tsize_t size;\n"
	"\treturn ask(ZEROED, 0, __builtin_mul_overflow(n, each, &size) ? (size_t)-1 : size, 1);\n"
	"}\n"
	"void *realloc(void *block, size_t size) { return ask(RESIZE, block, size, 1); }\n"
	"void *aligned_alloc(size_t align, size_t size) { return ask(ALLOCATE, 0, size, align); }\n"
	"void *memalign(size_t align, size_t size) { return ask(ALLOCATE, 0, size, align); }\n"
	"int posix_memalign(void **ret, size_t align, size_t size)\n"
	"{\n"
	"\tint before = errno;\n"
	"\tif (align < sizeof(void *) || align & (align - 1))\n"
	"\t\treturn EINVAL;\n"
	"\tvoid *block = ask(ALLOCATE, 0, size, align);\n"
	"\terrno = before;\n"
	"\tif (!block)\n"
	"\t\treturn ENOMEM;\n"
	"\t*ret = block;\n"
	"\treturn 0;\n"
	"}\n"
	"void free(void *block)\n"
	"{\n"
	"\tif (block)\n"
	"\t\trecast_heap(FREE, (unsigned)block, 0, 0);\n"
	"}\n"
	"size_t malloc_usable_size(void *block) { return block ? recast_heap(SIZE, (unsigned)block, 0, 0) : 0; }\n"
	"void *__libc_malloc(size_t size) { return ask(ALLOCATE, 0, size, 1); }\n"
	"void *__libc_calloc(size_t n, size_t each)\n"
	"{\n"
	"\tsize_t size;\n"
	"\treturn ask(ZEROED, 0, __builtin_mul_overflow(n, each, &size) ? (size_t)-1 : size, 1);\n"
	"}\n"
	"void __libc_free(void *block)\n"
	"{\n"
	"\tif (block)\n"
	"\t\trecast_heap(FREE, (unsigned)block, 0, 0);\n"
	"}\n";

int heap_object(const struct tools *tools, struct arena *a, struct link_input *ret, struct err *err)
{
	static const char *const flags[] = {"-fno-builtin"};
	struct own_source source = {
		.path = "/recast/heap.c",
		.text = HEAP_SOURCE,
		.options = {.flags = flags, .flags_len = countof(flags)},
	};
	struct built built;
	if (own_compile(tools, &source, a, &built, err) < 0)
		return -1;
	if (!built.ok)
		return err_set(err, ERR_BUG, "recast's own heap does not build: %s", built.failure);
	*ret = (struct link_input){"recast-heap", built.bytes};
	return 0;
}
