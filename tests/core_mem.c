#include "core/mem.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/tap.h"

static void allocates(void)
{
	unsigned char *p = mem_zalloc(100, 3);
	int set = 0;
	for (int i = 0; i < 300; i++)
		set += p[i] != 0;
	is_int(set, 0);
	p[299] = 7;
	p = mem_realloc(p, 1000, 3);
	is_int(p[299], 7);
	free(p);
	/* Nothing is still a piece of memory. */
	p = mem_zalloc(0, 0);
	ok(p != NULL);
	p = mem_realloc(p, 0, 5);
	ok(p != NULL);
	free(p);
	char *copy = mem_strdup("abc");
	is_str(copy, "abc");
	free(copy);
}

static void frees(void)
{
	SCOPED_MEM char *p = mem_strdup("x");
	SCOPED_MEM char *nothing = NULL;
	char *taken = take(p);
	ok(p == NULL && nothing == NULL);
	is_str(taken, "x");
	mem_free_pointer(&taken);
	ok(taken == NULL);
	mem_free_pointer(&taken);
}

struct job {
	int number;
	char text[20];
};

static void grows(void)
{
	struct {
		struct job *items;
		size_t len, cap;
	} jobs = {0};
	int bad = 0, moves = 0;
	vec_release(&jobs);
	for (int i = 0; i < 5000; i++) {
		struct job *before = jobs.items;
		*vec_push(&jobs) = (struct job){.number = i};
		moves += jobs.items != before;
		bad += jobs.len != (size_t)i + 1 || jobs.cap < jobs.len;
	}
	for (int i = 0; i < 5000; i++)
		bad += jobs.items[i].number != i;
	is_int(bad, 0);
	ok(moves <= 12); /* by factors, not one by one */
	vec_push(&jobs)->number = -1;
	is_int(jobs.items[5000].number, -1);
	vec_release(&jobs);
	ok(jobs.items == NULL && jobs.len == 0 && jobs.cap == 0);
	vec_push(&jobs)->number = 3;
	is_int(jobs.len, 1);
	vec_release(&jobs);
}

/* For ASan: let malloc fail as it does elsewhere, and say nothing about it. */
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1:symbolize=0";
}

static bool survives(size_t count, size_t size, bool again)
{
	pid_t child = fork();
	if (child == 0) {
		setrlimit(RLIMIT_CORE, &(struct rlimit){0});
		freopen("/dev/null", "w", stderr);
		void *p = again ? mem_realloc(NULL, count, size) : mem_zalloc(count, size);
		_exit(p ? 0 : 1);
	}
	int status = 1;
	waitpid(child, &status, 0);
	return status == 0;
}

static void refuses_the_impossible(void)
{
	for (int again = 0; again < 2; again++) {
		ok(survives(10, 10, again));
		ok(!survives(SIZE_MAX, 2, again));
		ok(!survives((size_t)1 << 33, (size_t)1 << 33, again)); /* 0, if it wrapped around */
		ok(!survives(SIZE_MAX / 2, 1, again));
	}
}

static void keys_are_looked_up(void)
{
	const struct {
		uint64_t key;
		char name;
	} items[] = {{2, 'a'}, {2, 'b'}, {5, 'c'}, {UINT64_MAX, 'd'}};
	is_int(mem_first_from(items, 4, sizeof(items[0]), 0), 0);
	is_int(mem_first_from(items, 4, sizeof(items[0]), 2), 0);
	is_int(mem_first_from(items, 4, sizeof(items[0]), 3), 2);
	is_int(mem_first_from(items, 4, sizeof(items[0]), UINT64_MAX), 3);
	is_int(mem_first_from(items, 3, sizeof(items[0]), 6), 3);
	is_int(mem_first_from(NULL, 0, sizeof(items[0]), 6), 0);
}

int main(void)
{
	tap_run("allocates", allocates);
	tap_run("frees", frees);
	tap_run("grows", grows);
	tap_run("refuses the impossible", refuses_the_impossible);
	tap_run("keys", keys_are_looked_up);
	return tap_done();
}
