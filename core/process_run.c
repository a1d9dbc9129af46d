#include "core/process.h"

#include "core/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LOOK_MS = 100, PIECE = 1 << 16, CLOSE_MAX = 1 << 16, LAST_PIECES_MAX = 64 };

static const char usual_path[] = "/usr/local/bin:/usr/bin:/bin";

struct child {
	const struct process_run *run;
	struct arena *arena;
	pid_t pid, guard;     /* 0: there is none */
	int in, out, errors;  /* our ends of its pipes, or -1 */
	int life;             /* as long as it is open, the guard sleeps */
	struct str input;     /* what it has not taken yet */
	size_t output_bytes;
	uint64_t start_ns, moved_ns;
	bool decided;         /* how it ends, by us */
	struct process_result result;
	char kept[2 * PROCESS_ERRORS_MAX]; /* the end of its standard error is the end of this */
	size_t kept_len;
};

static void close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* ---- pipes. Their ends are above 2, so that none is in the way where they become standard input and output. */

static int raise_end(int *fd)
{
	int high = *fd > 2 ? *fd : fcntl(*fd, F_DUPFD_CLOEXEC, 3);
	if (high != *fd)
		close(*fd);
	*fd = high;
	return high < 0 ? -1 : 0;
}

static int make_pipe(int ends[2])
{
	if (pipe2(ends, O_CLOEXEC) < 0) {
		ends[0] = ends[1] = -1;
		return -1;
	}
	/* Both are moved, so that both are closed by whoever fails. */
	int first = raise_end(&ends[0]), second = raise_end(&ends[1]);
	return first < 0 || second < 0 ? -1 : 0;
}

enum { IN, OUT, ERRORS, STATUS, LIFE, PIPES };

static void close_pipes(int pipes[PIPES][2])
{
	for (size_t i = 0; i < PIPES; i++) {
		close_end(&pipes[i][0]);
		close_end(&pipes[i][1]);
	}
}

/* ---- in the new process, where nothing may be called that takes a lock: another thread may have held it */

struct start {
	const char *const *paths; /* to be tried, ends with NULL */
	const struct process_run *run;
	pid_t parent;
	sigset_t none;
};

/* What went wrong before it was the program. */
struct failure {
	int error;
	bool folder;
};

static void close_from(int first)
{
	if (close_range((unsigned)first, ~0u, 0) == 0)
		return;
	for (int fd = first; fd < CLOSE_MAX; fd++)
		close(fd);
}

static void usual_signals(void)
{
	struct sigaction usual = {.sa_handler = SIG_DFL};
	for (int i = 1; i < NSIG; i++)
		sigaction(i, &usual, NULL);
}

/* The errno of the path that was most nearly a program. */
static int try_paths(const struct start *start)
{
	int error = ENOENT;
	for (size_t i = 0; start->paths[i]; i++) {
		execve(start->paths[i], (char *const *)(uintptr_t)start->run->args,
		       (char *const *)(uintptr_t)start->run->env);
		if (errno != ENOENT && errno != ENOTDIR)
			error = errno;
		if (errno != ENOENT && errno != ENOTDIR && errno != EACCES)
			break;
	}
	return error;
}

static void become(const struct start *start, int pipes[PIPES][2])
{
	struct failure failure = {0};
	int status = pipes[STATUS][1];
	usual_signals();
	setsid();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* It may have died before that. */
	if (getppid() != start->parent)
		_exit(127);
	if (dup2(pipes[IN][0], 0) < 0 || dup2(pipes[OUT][1], 1) < 0 || dup2(pipes[ERRORS][1], 2) < 0 ||
	    (status != 3 && dup3(status, 3, O_CLOEXEC) < 0))
		_exit(127);
	close_from(4);
	sigprocmask(SIG_SETMASK, &start->none, NULL);
	failure.folder = start->run->folder && chdir(start->run->folder) < 0;
	failure.error = failure.folder ? errno : try_paths(start);
	ssize_t unused = write(3, &failure, sizeof(failure));
	(void)unused;
	_exit(127);
}

/* The kernel kills the program when recast dies, but not what the program has started. */
static void guard(pid_t program, int life)
{
	char byte;
	if (dup2(life, 0) < 0)
		_exit(127);
	close_from(1);
	while (read(0, &byte, 1) < 0 && errno == EINTR)
		continue;
	kill(-program, SIGKILL);
	_exit(0);
}

/* ---- starting it */

static const char *path_of(const char *const *env)
{
	for (size_t i = 0; env[i]; i++) {
		if (strncmp(env[i], "PATH=", 5) == 0)
			return env[i] + 5;
	}
	return usual_path;
}

/* An empty folder in PATH would be the one that it works in, where anything may lie. */
static const char *const *paths_of(const struct process_run *run, struct arena *a)
{
	const char *name = run->args[0];
	struct str rest = str_of(path_of(run->env));
	const char **paths = arena_array(a, str_count(rest, ':') + 3, const char *);
	size_t len = 0;
	if (strchr(name, '/')) {
		paths[0] = name;
		return paths;
	}
	while (rest.len && name[0]) {
		struct str folder = str_first(rest, str_index(rest, ':'));
		if (folder.len)
			paths[len++] = arena_printf(a, "%.*s/%s", STR_ARG(folder), name);
		rest = str_from(rest, folder.len + 1);
	}
	return paths;
}

/* Waits until it is the program, which closes the pipe, or has failed. */
static int read_status(struct child *c, int status, struct err *err)
{
	struct failure failure;
	ssize_t n;
	while ((n = read(status, &failure, sizeof(failure))) < 0 && errno == EINTR)
		continue;
	if (n != (ssize_t)sizeof(failure))
		return 0;
	errno = failure.error;
	if (failure.folder)
		return err_errno(err, "cannot enter %s", c->run->folder);
	c->decided = true;
	c->result.end = PROCESS_NOT_STARTED;
	c->result.code = failure.error;
	c->result.why = arena_printf(c->arena, "cannot be run: %s",
				     failure.error == ENOENT ? "there is no such program" : strerror(failure.error));
	return 0;
}

static int fork_both(struct child *c, int pipes[PIPES][2], struct err *err)
{
	sigset_t all, before;
	struct start start = {.paths = paths_of(c->run, c->arena), .run = c->run, .parent = getpid()};
	sigemptyset(&start.none);
	sigfillset(&all);
	/* No handler of ours may run over there. */
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pid_t pid = fork();
	if (pid == 0)
		become(&start, pipes);
	close_end(&pipes[IN][0]);
	close_end(&pipes[OUT][1]);
	close_end(&pipes[ERRORS][1]);
	close_end(&pipes[STATUS][1]);
	pid_t other = pid < 0 ? -1 : fork();
	if (other == 0)
		guard(pid, pipes[LIFE][0]);
	int why = errno;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	c->pid = pid < 0 ? 0 : pid;
	c->guard = other < 0 ? 0 : other;
	errno = why;
	return pid < 0 || other < 0 ? err_errno(err, "cannot start %s", c->run->args[0]) : 0;
}

static int take_end(int *fd)
{
	int taken = *fd;
	*fd = -1;
	return taken;
}

static int start(struct child *c, struct err *err)
{
	int pipes[PIPES][2];
	int result = -1;
	for (size_t i = 0; i < PIPES; i++)
		pipes[i][0] = pipes[i][1] = -1;
	for (size_t i = 0; i < PIPES; i++) {
		if (make_pipe(pipes[i]) < 0) {
			err_errno(err, "cannot start %s", c->run->args[0]);
			goto done;
		}
	}
	c->start_ns = clock_monotonic_ns();
	result = fork_both(c, pipes, err);
	c->in = take_end(&pipes[IN][1]);
	c->out = take_end(&pipes[OUT][0]);
	c->errors = take_end(&pipes[ERRORS][0]);
	c->life = take_end(&pipes[LIFE][1]);
	fcntl(c->in, F_SETFL, O_NONBLOCK);
	fcntl(c->out, F_SETFL, O_NONBLOCK);
	fcntl(c->errors, F_SETFL, O_NONBLOCK);
	if (result == 0)
		result = read_status(c, pipes[STATUS][0], err);
	c->moved_ns = clock_monotonic_ns();
done:
	close_pipes(pipes);
	return result;
}

/* ---- what goes in and comes out */

static void decide(struct child *c, enum process_end end, const char *why)
{
	if (c->decided)
		return;
	c->decided = true;
	c->result.end = end;
	c->result.why = why;
}

static void give_input(struct child *c)
{
	ssize_t n = c->input.len ? write(c->in, c->input.ptr, min_size(c->input.len, PIECE)) : 0;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	/* Who does not read to the end may do so. */
	c->input = n < 0 ? (struct str){0} : str_from(c->input, (size_t)n);
	c->moved_ns = clock_monotonic_ns();
	if (c->input.len == 0)
		close_end(&c->in);
}

static void hand_over(struct child *c, struct str bytes)
{
	const struct process_run *run = c->run;
	size_t room = run->output_max - c->output_bytes;
	struct str fits = str_first(bytes, room);
	c->output_bytes += fits.len;
	if (fits.len && !c->decided && run->piece && run->piece(run->data, fits) < 0)
		decide(c, PROCESS_STOPPED, "stopped");
	if (bytes.len > room)
		decide(c, PROCESS_TOO_LARGE, arena_printf(c->arena, "more output than the limit of %zu bytes",
							  run->output_max));
}

static void keep(struct child *c, struct str bytes)
{
	bytes = str_from(bytes, bytes.len > PROCESS_ERRORS_MAX ? bytes.len - PROCESS_ERRORS_MAX : 0);
	if (c->kept_len + bytes.len > sizeof(c->kept)) {
		size_t old = c->kept_len - PROCESS_ERRORS_MAX;
		memmove(c->kept, c->kept + old, PROCESS_ERRORS_MAX);
		c->kept_len = PROCESS_ERRORS_MAX;
	}
	memcpy(c->kept + c->kept_len, bytes.ptr, bytes.len);
	c->kept_len += bytes.len;
}

/* Whether there may be more at once. */
static bool take_output(struct child *c, int *fd)
{
	char bytes[PIECE];
	ssize_t n = read(*fd, bytes, sizeof(bytes));
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return errno == EINTR;
	if (n <= 0) {
		close_end(fd);
		return false;
	}
	c->moved_ns = clock_monotonic_ns();
	if (fd == &c->out)
		hand_over(c, (struct str){bytes, (size_t)n});
	else
		keep(c, (struct str){bytes, (size_t)n});
	return true;
}

/* ---- until it ends */

static bool is_up(uint64_t since_ns, uint64_t limit_ms)
{
	return limit_ms && (clock_monotonic_ns() - since_ns) / 1000000 >= limit_ms;
}

static void look_at_limits(struct child *c)
{
	const struct process_run *run = c->run;
	if (run->cancelled && atomic_load(run->cancelled))
		decide(c, PROCESS_CANCELLED, "cancelled");
	else if (is_up(c->start_ns, run->total_ms))
		decide(c, PROCESS_LATE, arena_printf(c->arena, "not done after %llu ms",
						     (unsigned long long)run->total_ms));
	else if (is_up(c->moved_ns, run->idle_ms))
		decide(c, PROCESS_IDLE, arena_printf(c->arena, "nothing came for %llu ms",
						     (unsigned long long)run->idle_ms));
}

/* It stays as it is, so that its number, and that of its group, are not given to others. */
static bool has_ended(const struct child *c)
{
	siginfo_t info = {0};
	return waitid(P_PID, (id_t)c->pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0 || info.si_pid == c->pid;
}

static int nearest(int wait_ms, uint64_t limit_ms)
{
	return limit_ms && limit_ms < (uint64_t)wait_ms ? (int)limit_ms : wait_ms;
}

static void attend(struct child *c)
{
	int quiet_ms = 1;
	while (!c->decided && !has_ended(c)) {
		struct pollfd ends[] = {{c->in, POLLOUT, 0}, {c->out, POLLIN, 0}, {c->errors, POLLIN, 0}};
		/* Most end right after they have closed their outputs; nothing tells when. */
		bool closed = c->out < 0 && c->errors < 0;
		int wait_ms = nearest(nearest(closed ? quiet_ms : LOOK_MS, c->run->idle_ms), c->run->total_ms);
		quiet_ms = closed && quiet_ms < LOOK_MS ? 2 * quiet_ms : quiet_ms;
		if (poll(ends, countof(ends), wait_ms) < 0 && errno != EINTR)
			wait_ms = 0;
		if (c->in >= 0 && ends[0].revents)
			give_input(c);
		if (c->out >= 0 && ends[1].revents)
			take_output(c, &c->out);
		if (c->errors >= 0 && ends[2].revents)
			take_output(c, &c->errors);
		look_at_limits(c);
	}
}

/* Who has left the group may still write, without end. */
static void take_the_rest(struct child *c)
{
	for (int i = 0; i < LAST_PIECES_MAX && c->out >= 0 && !c->decided && take_output(c, &c->out); i++)
		continue;
	for (int i = 0; i < LAST_PIECES_MAX && c->errors >= 0 && take_output(c, &c->errors); i++)
		continue;
}

static int wait_for(pid_t pid, int *status)
{
	while (waitpid(pid, status, 0) < 0) {
		if (errno != EINTR)
			return -1;
	}
	return 0;
}

/* Also one that was only half started, and so has perhaps no group yet. */
static int finish(struct child *c, int *status)
{
	int unused, result = 0;
	if (c->pid) {
		kill(-c->pid, SIGKILL);
		kill(c->pid, SIGKILL);
	}
	take_the_rest(c);
	if (c->guard) {
		kill(c->guard, SIGKILL);
		wait_for(c->guard, &unused);
	}
	if (c->pid)
		result = wait_for(c->pid, status);
	close_end(&c->in);
	close_end(&c->out);
	close_end(&c->errors);
	close_end(&c->life);
	return result;
}

static void conclude(struct child *c, int status)
{
	bool signalled = WIFSIGNALED(status);
	int code = signalled ? WTERMSIG(status) : WEXITSTATUS(status);
	size_t len = min_size(c->kept_len, PROCESS_ERRORS_MAX);
	c->result.errors = (struct str){arena_str(c->arena, (struct str){c->kept + c->kept_len - len, len}), len};
	if (c->decided)
		return;
	c->result.end = signalled ? PROCESS_SIGNALLED : PROCESS_EXITED;
	c->result.code = code;
	c->result.why = arena_printf(c->arena, signalled ? "ended by signal %d" : "exit status %d", code);
}

/* A write to who reads no more would raise SIGPIPE in this thread. */
static void hold_pipe_signal(sigset_t *ret_before)
{
	sigset_t pipe_signal;
	sigemptyset(&pipe_signal);
	sigaddset(&pipe_signal, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &pipe_signal, ret_before);
}

static void release_pipe_signal(const sigset_t *before)
{
	const struct timespec now = {0};
	sigset_t pipe_signal;
	sigemptyset(&pipe_signal);
	sigaddset(&pipe_signal, SIGPIPE);
	if (!sigismember(before, SIGPIPE)) {
		while (sigtimedwait(&pipe_signal, NULL, &now) < 0 && errno == EINTR)
			continue;
	}
	pthread_sigmask(SIG_SETMASK, before, NULL);
}

int process_run(const struct process_run *run, struct arena *a, struct process_result *ret, struct err *err)
{
	struct child c = {.run = run, .arena = a, .in = -1, .out = -1, .errors = -1, .life = -1, .input = run->input};
	sigset_t before;
	int status = 0;
	hold_pipe_signal(&before);
	int result = start(&c, err);
	if (result == 0)
		attend(&c);
	if (finish(&c, &status) < 0 && result == 0)
		result = err_errno(err, "cannot wait for %s", run->args[0]);
	release_pipe_signal(&before);
	if (result < 0)
		return -1;
	conclude(&c, status);
	*ret = c.result;
	return 0;
}
