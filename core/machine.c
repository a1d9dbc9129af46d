#include "core/machine.h"

#include "core/buf.h"
#include "core/fs.h"
#include "core/str.h"

#include <errno.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { FILE_MAX = 1 << 20, LINE_MAX_BYTES = 100, WATCH_MS = 20, POLL_MS = 50 };

/* What a file of the kernel's says; "" where there is none. */
static struct str read_text(const char *path, struct arena *a)
{
	SCOPED_BUF struct buf text;
	buf_init(&text, FILE_MAX);
	if (fs_read(path, &text, NULL) < 0)
		return (struct str){"", 0};
	return str_of(arena_str(a, buf_str(&text)));
}

/* ---- what it is */

/* Of "model name	: X" X, in one line. */
static const char *processor_model(struct arena *a)
{
	struct str rest = read_text("/proc/cpuinfo", a), line;
	while (str_next_line(&rest, &line)) {
		size_t colon = str_index(line, ':');
		if (str_eq(str_trim(str_first(line, colon)), STR("model name")))
			return arena_str(a, str_first(str_trim(str_from(line, colon + 1)), LINE_MAX_BYTES));
	}
	return "";
}

static const char *first_line(const char *path, struct arena *a)
{
	struct str rest = read_text(path, a), line;
	return str_next_line(&rest, &line) ? arena_str(a, str_first(line, LINE_MAX_BYTES)) : "";
}

static unsigned allowed(cpu_set_t *ret)
{
	CPU_ZERO(ret);
	return sched_getaffinity(0, sizeof(*ret), ret) == 0 ? (unsigned)CPU_COUNT(ret) : 0;
}

static _Thread_local struct {
	bool is_pinned;
	int core;
	cpu_set_t before;
} pinned;

struct machine_state machine_state(struct arena *a)
{
	cpu_set_t cores;
	double load = strtod(first_line("/proc/loadavg", a), NULL);
	return (struct machine_state){
		.processor = processor_model(a),
		.governor = first_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", a),
		.cores = pinned.is_pinned ? (unsigned)CPU_COUNT(&pinned.before) : allowed(&cores),
		.load = load >= 0 ? load : 0,
		.pinned = pinned.is_pinned ? pinned.core : -1,
	};
}

/* ---- one core of it */

/* Time that each core had nothing to do, in ticks; of those that are not told 0. */
static void read_idle(uint64_t idle[static CPU_SETSIZE])
{
	SCOPED_ARENA struct arena scratch = {0};
	struct str rest = read_text("/proc/stat", &scratch), line;
	memset(idle, 0, CPU_SETSIZE * sizeof(*idle));
	while (str_next_line(&rest, &line)) {
		struct str name, value = {0};
		uint64_t core;
		if (!str_next_word(&line, &name) || !str_starts(name, STR("cpu")) ||
		    !str_to_u64(str_from(name, 3), &core) || core >= CPU_SETSIZE)
			continue;
		for (int column = 0; column < 4; column++)
			str_next_word(&line, &value);
		str_to_u64(value, &idle[core]);
	}
}

static void sleep_ms(long ms)
{
	nanosleep(&(struct timespec){.tv_nsec = ms * 1000000}, NULL);
}

/* The core that was idle for the longest; of equals the last, since the first ones get more of the system's own work. */
static int idlest(const cpu_set_t *cores)
{
	static _Thread_local uint64_t before[CPU_SETSIZE], after[CPU_SETSIZE];
	int best = -1;
	read_idle(before);
	sleep_ms(WATCH_MS);
	read_idle(after);
	for (int core = 0; core < CPU_SETSIZE; core++) {
		if (CPU_ISSET((size_t)core, cores) &&
		    (best < 0 || after[core] - before[core] >= after[best] - before[best]))
			best = core;
	}
	return best;
}

bool machine_pin(void)
{
	cpu_set_t one;
	if (pinned.is_pinned || allowed(&pinned.before) == 0)
		return false;
	int core = idlest(&pinned.before);
	CPU_ZERO(&one);
	CPU_SET((size_t)core, &one);
	if (sched_setaffinity(0, sizeof(one), &one) < 0)
		return false;
	pinned.core = core;
	pinned.is_pinned = true;
	return true;
}

void machine_unpin(void)
{
	if (pinned.is_pinned)
		sched_setaffinity(0, sizeof(pinned.before), &pinned.before);
	pinned.is_pinned = false;
}

/* ---- having it for oneself */

/* A name that is no file: whoever has it loses it with its last descriptor, and no rights are needed. */
static const char HELD[] = "\0recast-measures";

int machine_hold(void (*waiting)(void *data), void *data, int *ret_fd, struct err *err)
{
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	bool told = false;
	memcpy(name.sun_path, HELD, sizeof(HELD));
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return err_errno(err, "cannot make a socket, by which the machine is held");
	while (bind(fd, (const struct sockaddr *)&name, sizeof(name)) < 0) {
		if (errno != EADDRINUSE) {
			err_errno(err, "cannot hold the machine");
			close(fd);
			return -1;
		}
		if (!told && waiting)
			waiting(data);
		told = true;
		sleep_ms(POLL_MS);
	}
	*ret_fd = fd;
	return 0;
}
