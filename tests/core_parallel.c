#include "core/parallel.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/resource.h>

#include "tests/tap.h"

enum { COUNT = 500, STACK = 256 * 1024 };

struct log {
	atomic_int times[COUNT];
	atomic_size_t last; /* 1 + the index begun last */
	atomic_int out_of_order;
	atomic_int on_caller;
	pthread_t caller;
};

static void note(void *data, size_t index)
{
	struct log *log = data;
	log->times[index]++;
	log->out_of_order += log->last != index;
	log->last = index + 1;
	log->on_caller += pthread_equal(pthread_self(), log->caller);
}

static void each_once(void)
{
	static const unsigned threads[] = {0, 1, 2, 7, 64};
	for (size_t t = 0; t < countof(threads); t++) {
		static const size_t counts[] = {0, 1, 2, 5, COUNT};
		for (size_t c = 0; c < countof(counts); c++) {
			struct log log = {.caller = pthread_self()};
			struct parallel p = {.threads = threads[t], .stack_bytes = STACK, .work = note, .data = &log};
			struct err err = {0};
			int bad = parallel_run(&p, counts[c], &err);
			for (size_t i = 0; i < COUNT; i++)
				bad += log.times[i] != (i < counts[c]);
			bad += log.on_caller; /* whose stack is not the one asked for */
			is_int(bad, 0);
			if (threads[t] <= 1)
				is_int(log.out_of_order, 0);
		}
	}
}

struct meeting {
	pthread_barrier_t barrier;
	atomic_int met;
};

static void meet(void *data, size_t index)
{
	struct meeting *meeting = data;
	(void)index;
	pthread_barrier_wait(&meeting->barrier);
	meeting->met++;
}

/* As many at a time as told: four that wait for each other all come through. */
static void at_once(void)
{
	struct meeting meeting = {.met = 0};
	struct parallel p = {.threads = 4, .stack_bytes = STACK, .work = meet, .data = &meeting};
	pthread_barrier_init(&meeting.barrier, NULL, 4);
	is_int(parallel_run(&p, 8, NULL), 0);
	is_int(meeting.met, 8);
	pthread_barrier_destroy(&meeting.barrier);
}

static void recurse(void *data, size_t bytes)
{
	char page[4096];
	memset(page, (int)bytes, sizeof(page));
	*(volatile char *)data = page[bytes % sizeof(page)];
	if (bytes > 2 * sizeof(page))
		recurse(data, bytes - sizeof(page));
}

static void use_stack(void *data, size_t index)
{
	(void)index;
	recurse(data, (size_t)20 * 1024 * 1024);
}

/* More than the usual 8 MB. */
static void has_its_stack(void)
{
	char sink = 0;
	struct parallel p = {.threads = 2, .stack_bytes = (size_t)64 << 20, .work = use_stack, .data = &sink};
	is_int(parallel_run(&p, 3, NULL), 0);
	ok(true);
}

static void cannot_start(void)
{
	struct log log = {.caller = pthread_self()};
	struct err err = {0};
	struct parallel p = {.threads = 2, .stack_bytes = 1, .work = note, .data = &log};
	is_int(parallel_run(&p, 3, &err), -1);
	is_int(err.kind, ERR_OS);
	is_int(err.saved_errno, EINVAL);
	ok(strstr(err.text, "a stack of 1 bytes") != NULL);
	p.stack_bytes = SIZE_MAX / 4;
	is_int(parallel_run(&p, 3, NULL), -1);
	is_int(log.times[0], 0);
	/* A stale errno is no failure. */
	errno = ENOENT;
	p.stack_bytes = STACK;
	is_int(parallel_run(&p, 3, &err), 0);
	is_int(log.times[0] + log.times[1] + log.times[2], 3);
}

int main(void)
{
	tap_run("each once", each_once);
	tap_run("at once", at_once);
	tap_run("has its stack", has_its_stack);
	tap_run("cannot start", cannot_start);
	ok(parallel_processors() >= 1);
	return tap_done();
}
