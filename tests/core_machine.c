#include "core/machine.h"

#include "tests/tap.h"

#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

static struct arena arena;
static struct err err;

static void it_is_told(void)
{
	struct machine_state m = machine_state(&arena);
	ok(m.processor && m.governor);
	ok(m.cores >= 1);
	ok(m.load >= 0);
	is_int(m.pinned, -1);
}

static void a_thread_is_bound(void)
{
	cpu_set_t before, now;
	CPU_ZERO(&before);
	CPU_ZERO(&now);
	sched_getaffinity(0, sizeof(before), &before);
	ok(machine_pin());
	ok(!machine_pin());
	sched_getaffinity(0, sizeof(now), &now);
	is_int(CPU_COUNT(&now), 1);
	struct machine_state m = machine_state(&arena);
	ok(m.pinned >= 0 && CPU_ISSET((size_t)m.pinned, &now) && CPU_ISSET((size_t)m.pinned, &before));
	is_int(m.cores, CPU_COUNT(&before));
	machine_unpin();
	sched_getaffinity(0, sizeof(now), &now);
	ok(CPU_EQUAL(&now, &before));
	machine_unpin();
}

static void tell(void *data)
{
	int fd = *(int *)data;
	if (write(fd, "w", 1) != 1)
		_exit(2);
}

/* The child says when it waits, and when it holds the machine. */
static void one_at_a_time(void)
{
	int held = -1, pipes[2], status;
	char said = 0;
	is_int(pipe(pipes), 0);
	is_int(machine_hold(NULL, NULL, &held, &err), 0);
	pid_t child = fork();
	if (child == 0) {
		int mine;
		close(held);
		_exit(machine_hold(tell, &pipes[1], &mine, NULL) == 0 && write(pipes[1], "h", 1) == 1 ? 0 : 1);
	}
	is_int(read(pipes[0], &said, 1), 1);
	is_int(said, 'w');
	close(held);
	is_int(read(pipes[0], &said, 1), 1);
	is_int(said, 'h');
	waitpid(child, &status, 0);
	is_int(status, 0);
	is_int(machine_hold(NULL, NULL, &held, &err), 0);
	close(held);
	close(pipes[0]);
	close(pipes[1]);
}

int main(void)
{
	tap_run("told", it_is_told);
	tap_run("bound", a_thread_is_bound);
	tap_run("one at a time", one_at_a_time);
	arena_release(&arena);
	return tap_done();
}
