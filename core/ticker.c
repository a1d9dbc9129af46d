#include "core/ticker.h"

#include "core/clock.h"
#include "core/mem.h"

#include <pthread.h>
#include <time.h>

struct ticker {
	unsigned every_ms;
	void (*tick)(void *data);
	void *data;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t stopped;
	bool stop;
};

static void *run(void *data)
{
	struct ticker *t = data;
	uint64_t next = clock_monotonic_ns();
	pthread_mutex_lock(&t->lock);
	while (!t->stop) {
		for (; next <= clock_monotonic_ns(); next += t->every_ms * (uint64_t)1000000)
			t->tick(t->data);
		struct timespec until = {(time_t)(next / 1000000000), (long)(next % 1000000000)};
		pthread_cond_timedwait(&t->stopped, &t->lock, &until);
	}
	pthread_mutex_unlock(&t->lock);
	return NULL;
}

static void release(struct ticker *t)
{
	pthread_cond_destroy(&t->stopped);
	pthread_mutex_destroy(&t->lock);
	free(t);
}

int ticker_start(unsigned every_ms, void (*tick)(void *data), void *data, struct ticker **out, struct err *err)
{
	pthread_condattr_t attr;
	struct ticker *t = mem_zalloc(1, sizeof(*t));
	*t = (struct ticker){.every_ms = every_ms, .tick = tick, .data = data};
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&t->stopped, &attr);
	pthread_condattr_destroy(&attr);
	pthread_mutex_init(&t->lock, NULL);
	if (pthread_create(&t->thread, NULL, run, t) != 0) {
		release(t);
		return err_set(err, ERR_OS, "cannot start a clock's thread");
	}
	*out = t;
	return 0;
}

void ticker_stop(struct ticker *t)
{
	if (!t)
		return;
	pthread_mutex_lock(&t->lock);
	t->stop = true;
	pthread_cond_signal(&t->stopped);
	pthread_mutex_unlock(&t->lock);
	pthread_join(t->thread, NULL);
	release(t);
}
