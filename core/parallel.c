#include "core/parallel.h"

#include "core/mem.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

struct queue {
	const struct parallel *p;
	size_t count;
	atomic_size_t next;
};

static void *drain(void *data)
{
	struct queue *q = data;
	for (size_t i; (i = atomic_fetch_add(&q->next, 1)) < q->count;)
		q->p->work(q->p->data, i);
	return NULL;
}

int parallel_run(const struct parallel *p, size_t count, struct err *err)
{
	size_t wanted = min_size(max_size(p->threads, 1), count);
	struct queue q = {.p = p, .count = count};
	SCOPED_MEM pthread_t *threads = mem_zalloc(wanted, sizeof(*threads));
	pthread_attr_t attr;
	pthread_attr_init(&attr);
	errno = pthread_attr_setstacksize(&attr, p->stack_bytes);
	size_t started = 0;
	while (errno == 0 && started < wanted) {
		errno = pthread_create(&threads[started], &attr, drain, &q);
		started += errno == 0;
	}
	int result = 0;
	/* With one thread the work gets done, only slower; with none it does not. */
	if (wanted && started == 0)
		result = err_errno(err, "cannot start a thread with a stack of %zu bytes", p->stack_bytes);
	for (size_t i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	pthread_attr_destroy(&attr);
	return result;
}

unsigned parallel_processors(void)
{
	cpu_set_t set;
	if (sched_getaffinity(0, sizeof(set), &set) < 0)
		return 1;
	return (unsigned)CPU_COUNT(&set);
}
