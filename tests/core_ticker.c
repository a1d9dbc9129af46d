#include "core/ticker.h"

#include "tests/tap.h"

#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t enough = PTHREAD_COND_INITIALIZER;
static unsigned ticks;

static void count(void *data)
{
	pthread_mutex_lock(&lock);
	if (++ticks == *(unsigned *)data)
		pthread_cond_signal(&enough);
	pthread_mutex_unlock(&lock);
}

static void it_ticks_until_it_is_stopped(void)
{
	struct ticker *t = NULL;
	struct err err = {0};
	unsigned wanted = 5;
	is_int(ticker_start(1, count, &wanted, &t, &err), 0);
	pthread_mutex_lock(&lock);
	while (ticks < wanted)
		pthread_cond_wait(&enough, &lock);
	pthread_mutex_unlock(&lock);
	ticker_stop(t);
	unsigned then = ticks;
	ok(then >= wanted);
	ticker_stop(NULL);
	is_int(ticks, then);
}

int main(void)
{
	tap_run("ticks", it_ticks_until_it_is_stopped);
	return tap_done();
}
