#include "core/arena.h"

#include <stdalign.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/prng.h"
#include "tests/tap.h"

static void copies(void)
{
	SCOPED_ARENA struct arena a = {0};
	is_str(arena_strdup(&a, "abc"), "abc");
	is_str(arena_strdup(&a, ""), "");
	is_str(arena_str(&a, STR("abcd")), "abcd");
	is_str(arena_str(&a, (struct str){0}), "");
	is_mem(arena_str(&a, STR("a\0b")), "a\0b", 4);
	is_str(arena_str(&a, str_first(STR("abcd"), 2)), "ab");
	is_str(arena_printf(&a, "%s-%d", "x", 7), "x-7");
	is_str(arena_printf(&a, "%s", ""), "");
	char *long_text = arena_printf(&a, "%*d", 100000, 5);
	is_int(strlen(long_text), 100000);
	is_int(long_text[99999], '5');
}

static void releases(void)
{
	struct arena a = {0};
	arena_release(&a);
	arena_alloc(&a, 3, 7);
	arena_release(&a);
	ok(a.blocks == NULL);
	arena_release(&a);
	is_str(arena_strdup(&a, "again"), "again");
	arena_release(&a);
}

struct block {
	unsigned char *bytes;
	size_t len;
	unsigned char mark;
};

static bool all_are(const unsigned char *bytes, size_t len, unsigned char byte)
{
	for (size_t i = 0; i < len; i++) {
		if (bytes[i] != byte)
			return false;
	}
	return true;
}

/* Memory comes zeroed and aligned, of all sizes, and no two pieces overlap. */
static void keeps_apart(void)
{
	static const size_t edges[] = {0, 1, 15, 16, 17, 16383, 16384, 16385, 100000};
	SCOPED_ARENA struct arena a = {0};
	struct block blocks[600];
	struct prng prng = {4};
	int bad = 0;
	for (size_t i = 0; i < countof(blocks); i++) {
		size_t len = i < countof(edges) ? edges[i] : prng_below(&prng, i % 50 ? 200 : 30000);
		blocks[i] = (struct block){arena_alloc(&a, len, 1), len, (unsigned char)(1 + i % 255)};
		bad += (uintptr_t)blocks[i].bytes % alignof(max_align_t) != 0;
		bad += !all_are(blocks[i].bytes, len, 0);
		memset(blocks[i].bytes, blocks[i].mark, len);
	}
	for (size_t i = 0; i < countof(blocks); i++)
		bad += !all_are(blocks[i].bytes, blocks[i].len, blocks[i].mark);
	is_int(bad, 0);
}

static void types(void)
{
	SCOPED_ARENA struct arena a = {0};
	struct pair {
		int x;
		const char *y;
	} *one = arena_new(&a, struct pair), *many = arena_array(&a, 50, struct pair);
	ok(one->x == 0 && one->y == NULL && many[49].y == NULL);
	ok(arena_array(&a, 0, struct pair) != NULL);
}

/* For ASan: let malloc fail as it does elsewhere, and say nothing about it. */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1:symbolize=0";
}

/* Whether a child that asks for so much ends by itself. */
static bool survives(size_t count, size_t size)
{
	pid_t child = fork();
	if (child == 0) {
		struct arena a = {0};
		setrlimit(RLIMIT_CORE, &(struct rlimit){0});
		freopen("/dev/null", "w", stderr);
		_exit(arena_alloc(&a, count, size) ? 0 : 1);
	}
	int status = 1;
	waitpid(child, &status, 0);
	return status == 0;
}

static void refuses_the_impossible(void)
{
	ok(survives(1000, 1000));
	ok(!survives(SIZE_MAX, 2));
	ok(!survives(2, SIZE_MAX));
	ok(!survives((size_t)1 << 32, (size_t)1 << 32));
	ok(!survives(SIZE_MAX, 1));
	ok(!survives(SIZE_MAX / 2 + 2, 1));
	ok(!survives(SIZE_MAX / 2 - 8, 1));
}

static void adopts(void)
{
	struct arena a = {0}, b = {0}, none = {0};
	char *first = arena_strdup(&a, "first"), *second = arena_strdup(&b, "second");
	memset(arena_alloc(&b, 100000, 1), 7, 100000);
	arena_adopt(&a, &b);
	arena_adopt(&a, &none);
	arena_release(&b);
	is_str(first, "first");
	is_str(second, "second");
	is_str(arena_strdup(&a, "third"), "third");
	arena_adopt(&none, &a);
	ok(!a.blocks);
	is_str(second, "second");
	arena_release(&none);
}

int main(void)
{
	tap_run("adopts", adopts);
	tap_run("copies", copies);
	tap_run("releases", releases);
	tap_run("keeps apart", keeps_apart);
	tap_run("types", types);
	tap_run("refuses the impossible", refuses_the_impossible);
	return tap_done();
}
