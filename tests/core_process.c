#include "core/process.h"

#include "core/buf.h"
#include "core/clock.h"
#include "core/parallel.h"
#include "tests/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

static struct arena arena;
static struct buf output;
static struct process_result got;
static struct err err;

static const char *const usual_env[] = {"PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C", NULL};

static int collect(void *data, struct str bytes)
{
	return buf_append_str(data, bytes);
}

static struct process_run usual(const char *const *args)
{
	return (struct process_run){
		.args = args,
		.env = usual_env,
		.total_ms = 60000,
		.output_max = 1 << 20,
		.piece = collect,
		.data = &output,
	};
}

static int run(const struct process_run *r)
{
	buf_clear(&output);
	got = (struct process_result){0};
	err = (struct err){0};
	return process_run(r, &arena, &got, &err);
}

static int run_script(struct process_run r, const char *script)
{
	const char *args[] = {"sh", "-c", script, NULL};
	r.args = args;
	return run(&r);
}

static int sh(const char *script)
{
	return run_script(usual(NULL), script);
}

/* ---- what it is given, and gives */

static void it_reads_and_writes(void)
{
	const char *const args[] = {"tr", "a-z", "A-Z", NULL};
	struct process_run r = usual(args);
	r.input = STR("hello\n");
	is_int(run(&r), 0);
	is_int(got.end, PROCESS_EXITED);
	is_int(got.code, 0);
	is_str(got.why, "exit status 0");
	is_str(output.ptr, "HELLO\n");
	is_int(got.errors.len, 0);
	is_int(sh("cat; echo error >&2; exit 3"), 0);
	is_int(got.end, PROCESS_EXITED);
	is_int(got.code, 3);
	is_str(got.why, "exit status 3");
	is_str(output.ptr, "");
	is_str(got.errors.ptr, "error\n");
	is_int(sh("kill -9 $$"), 0);
	is_int(got.end, PROCESS_SIGNALLED);
	is_int(got.code, 9);
	is_str(got.why, "ended by signal 9");
}

static void much_goes_through(void)
{
	enum { SIZE = 3 << 20 };
	const char *const args[] = {"cat", NULL};
	struct process_run r = usual(args);
	char *bytes = arena_alloc(&arena, SIZE, 1);
	for (size_t i = 0; i < SIZE; i++)
		bytes[i] = (char)(i * 7 + i / 1000);
	r.input = (struct str){bytes, SIZE};
	r.output_max = SIZE;
	is_int(run(&r), 0);
	is_int(got.end, PROCESS_EXITED);
	ok(str_eq(buf_str(&output), r.input));
	/* Nobody reads it. */
	r = usual(NULL);
	r.input = (struct str){bytes, SIZE};
	is_int(run_script(r, "exec <&-; echo done"), 0);
	is_int(got.end, PROCESS_EXITED);
	is_str(output.ptr, "done\n");
}

static void nobody_needs_to_read_its_output(void)
{
	struct process_run r = usual(NULL);
	r.piece = NULL;
	is_int(run_script(r, "echo x"), 0);
	is_int(got.code, 0);
	/* Without output it is waited for, too. */
	is_int(sh("exec >&- 2>&-; exit 4"), 0);
	is_int(got.code, 4);
}

static void errors_are_kept_at_their_end(void)
{
	is_int(sh("i=0; while [ $i -lt 3000 ]; do echo line $i >&2; i=$((i+1)); done"), 0);
	is_int(got.errors.len, PROCESS_ERRORS_MAX);
	ok(str_ends(got.errors, STR("line 2998\nline 2999\n")));
	is_int(sh("head -c 200000 /dev/zero | tr '\\0' x >&2; echo end >&2"), 0);
	is_int(got.errors.len, PROCESS_ERRORS_MAX);
	ok(str_ends(got.errors, STR("xxxend\n")));
}

/* ---- what it sees */

static void it_sees_what_it_is_given(void)
{
	const char *const env[] = {"A=1", "PATH=/bin:/usr/bin", NULL};
	const char *const args[] = {"env", NULL};
	struct process_run r = usual(args);
	r.env = env;
	is_int(run(&r), 0);
	is_str(output.ptr, "A=1\nPATH=/bin:/usr/bin\n");
	r = usual(NULL);
	r.folder = "/usr";
	is_int(run_script(r, "pwd"), 0);
	is_str(output.ptr, "/usr\n");
}

static void it_inherits_nothing(void)
{
	int leak = open("/dev/null", O_RDONLY); /* without O_CLOEXEC */
	signal(SIGPIPE, SIG_IGN);
	/* The signals up to 28: make leaves two of libc's own ignored, which nobody can change. */
	is_int(sh("ls /proc/$$/fd; grep -E 'Sig(Ign|Blk)' /proc/self/status | sed 's/:.*\\(.......\\)$/ \\1/'"), 0);
	signal(SIGPIPE, SIG_DFL);
	close(leak);
	is_str(output.ptr, "0\n1\n2\nSigBlk 0000000\nSigIgn 0000000\n");
	is_int(sh("cat </dev/tty"), 0);
	ok(got.code != 0);
}

static void standard_files_may_be_closed(void)
{
	int saved = fcntl(0, F_DUPFD_CLOEXEC, 10);
	close(0);
	is_int(sh("cat; echo out; echo err >&2"), 0);
	is_int(got.code, 0);
	is_str(output.ptr, "out\n");
	is_str(got.errors.ptr, "err\n");
	if (saved >= 0) {
		must(dup2(saved, 0));
		close(saved);
	}
}

static void pipe_signals_stay_here(void)
{
	sigset_t before, after, pending;
	char *bytes = arena_alloc(&arena, 1 << 20, 1);
	struct process_run r = usual(NULL);
	pthread_sigmask(SIG_SETMASK, NULL, &before);
	r.input = (struct str){bytes, 1 << 20};
	is_int(run_script(r, "exit 0"), 0); /* SIGPIPE would end this program */
	pthread_sigmask(SIG_SETMASK, NULL, &after);
	sigpending(&pending);
	is_int(sigismember(&after, SIGPIPE), sigismember(&before, SIGPIPE));
	is_int(sigismember(&pending, SIGPIPE), 0);
}

/* ---- programs that are none */

static bool not_started(int code, const char *why)
{
	bool good = got.end == PROCESS_NOT_STARTED && got.code == code && strstr(got.why, why);
	if (!good)
		tap_print("# end %d, code %d: %s\n", got.end, got.code, got.why);
	return good;
}

static void try_program(const char *name, const char *path)
{
	const char *env[] = {path, NULL}, *args[] = {name, NULL};
	struct process_run r = usual(args);
	r.env = path ? env : &env[1];
	is_int(run(&r), 0);
}

static void programs_that_are_none(void)
{
	put("own-script", "#!/bin/sh\necho script\n");
	put("plain", "#!/bin/sh\necho plain\n");
	put("nonsense", "\x7f" "nonsense\n");
	must(chmod("own-script", 0755));
	must(chmod("nonsense", 0755));
	must(mkdir("sub", 0755));
	try_program("no-such-program", NULL);
	ok(not_started(ENOENT, "cannot be run: there is no such program"));
	try_program("", NULL);
	ok(not_started(ENOENT, "no such program"));
	try_program("./none", NULL);
	ok(not_started(ENOENT, "no such program"));
	try_program("./plain", NULL);
	ok(not_started(EACCES, "cannot be run: Permission denied"));
	try_program("./nonsense", NULL);
	ok(not_started(ENOEXEC, "cannot be run: "));
	try_program("./sub", NULL);
	ok(not_started(EACCES, "cannot be run: "));
	/* Only PATH is searched, and an empty folder in it is not this one. */
	try_program("own-script", NULL);
	ok(not_started(ENOENT, "no such program"));
	try_program("own-script", "PATH=:/nowhere:");
	ok(not_started(ENOENT, "no such program"));
	try_program("own-script", "PATH=");
	ok(not_started(ENOENT, "no such program"));
	try_program("plain", "PATH=/nowhere:.");
	ok(not_started(EACCES, "Permission denied"));
	try_program("own-script", "PATH=/nowhere:.");
	is_str(output.ptr, "script\n");
	try_program("./own-script", "PATH=");
	is_str(output.ptr, "script\n");
	/* A path begins where it works. */
	struct process_run r = usual((const char *const[]){"../own-script", NULL});
	r.folder = "sub";
	is_int(run(&r), 0);
	is_str(output.ptr, "script\n");
	r.folder = "none";
	is_int(run(&r), -1);
	is_int(err.kind, ERR_OS);
	ok(strstr(err.text, "cannot enter none: No such file"));
}

/* ---- limits */

static int refuse(void *data, struct str bytes)
{
	buf_append_str(data, bytes);
	return -1;
}

static void limits(void)
{
	struct process_run r = usual(NULL);
	r.idle_ms = 400;
	is_int(run_script(r, "echo begun; exec tail -f /dev/null"), 0);
	is_int(got.end, PROCESS_IDLE);
	is_str(got.why, "nothing came for 400 ms");
	is_str(output.ptr, "begun\n");
	r = usual(NULL);
	r.total_ms = 400;
	r.idle_ms = 10000;
	r.output_max = SIZE_MAX;
	r.piece = NULL;
	is_int(run_script(r, "echo error >&2; while :; do echo x; done"), 0);
	is_int(got.end, PROCESS_LATE);
	is_str(got.errors.ptr, "error\n");
	must(mkfifo("never", 0600));
	is_int(run_script(r, "exec >&- 2>&-; read x <never"), 0);
	is_int(got.end, PROCESS_LATE);
	is_str(got.why, "not done after 400 ms");
	r = usual(NULL);
	r.output_max = 5;
	is_int(run_script(r, "printf 12345"), 0);
	is_int(got.end, PROCESS_EXITED);
	is_str(output.ptr, "12345");
	is_int(run_script(r, "while :; do printf 123456; done"), 0);
	is_int(got.end, PROCESS_TOO_LARGE);
	is_str(got.why, "more output than the limit of 5 bytes");
	is_str(output.ptr, "12345");
	r = usual(NULL);
	r.piece = refuse;
	is_int(run_script(r, "echo 1; exec tail -f /dev/null"), 0);
	is_int(got.end, PROCESS_STOPPED);
	is_str(output.ptr, "1\n");
}

static int cancel(void *data, struct str bytes)
{
	(void)bytes;
	atomic_store((atomic_bool *)data, true);
	return 0;
}

static void cancelled(void)
{
	atomic_bool flag = false;
	struct process_run r = usual(NULL);
	r.cancelled = &flag;
	r.piece = cancel;
	r.data = &flag;
	is_int(run_script(r, "echo 1; exec tail -f /dev/null"), 0);
	is_int(got.end, PROCESS_CANCELLED);
	is_str(got.why, "cancelled");
	is_int(run_script(r, "exec tail -f /dev/null"), 0);
	is_int(got.end, PROCESS_CANCELLED);
}

/* ---- what it started ends with it */

/* Whoever has the pipe open for writing lives. */
static int open_alive(const char *path)
{
	unlink(path);
	must(mkfifo(path, 0600));
	return open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
}

static bool all_die(int fd)
{
	char bytes[100];
	struct pollfd ends = {fd, POLLIN, 0};
	while (poll(&ends, 1, 20000) > 0) {
		ssize_t n = read(fd, bytes, sizeof(bytes));
		if (n <= 0)
			return n == 0;
	}
	return false;
}

#define LEAVES_ONE "exec 9>alive; tail -f /dev/null & echo begun; "

static void children_end_with_it(void)
{
	int alive = open_alive("alive");
	struct process_run r = usual(NULL);
	uint64_t before = clock_monotonic_ns();
	/* One that holds the output is not waited for. */
	is_int(run_script(r, LEAVES_ONE), 0);
	is_int(got.end, PROCESS_EXITED);
	is_str(output.ptr, "begun\n");
	ok(all_die(alive));
	ok(clock_monotonic_ns() - before < UINT64_C(20000000000));
	r.idle_ms = 100;
	is_int(run_script(r, LEAVES_ONE "wait"), 0);
	is_int(got.end, PROCESS_IDLE);
	ok(all_die(alive));
	r.idle_ms = 0;
	r.piece = refuse;
	is_int(run_script(r, LEAVES_ONE "wait"), 0);
	is_int(got.end, PROCESS_STOPPED);
	ok(all_die(alive));
	close(alive);
}

static int die(void *data, struct str bytes)
{
	(void)data, (void)bytes;
	raise(SIGKILL);
	return 0;
}

static void children_end_with_recast(void)
{
	int alive = open_alive("alive"), status = 0;
	fflush(stdout);
	pid_t recast = fork();
	if (recast == 0) {
		struct process_run r = usual(NULL);
		r.piece = die;
		run_script(r, LEAVES_ONE "wait");
		_exit(0);
	}
	must(waitpid(recast, &status, 0));
	ok(WIFSIGNALED(status));
	ok(all_die(alive));
	close(alive);
}

/* ---- threads */

enum { RUNS = 24 };

struct many {
	bool good[RUNS];
};

static void run_one(void *data, size_t index)
{
	struct many *many = data;
	SCOPED_ARENA struct arena a = {0};
	SCOPED_BUF struct buf text;
	struct process_result result;
	const char *const args[] = {"sh", "-c", "cat; exit $CODE", NULL};
	const char *const env[] = {usual_env[0], arena_printf(&a, "CODE=%zu", index), NULL};
	struct process_run r = usual(args);
	buf_init(&text, 1 << 20);
	r.env = env;
	r.data = &text;
	r.input = str_of(arena_printf(&a, "input %zu", index));
	many->good[index] = process_run(&r, &a, &result, NULL) == 0 && result.end == PROCESS_EXITED &&
			    result.code == (int)index && str_eq(buf_str(&text), r.input);
}

static void several_at_once(void)
{
	struct many many = {0};
	struct parallel p = {.threads = 8, .stack_bytes = 512 << 10, .work = run_one, .data = &many};
	int good = 0;
	is_int(parallel_run(&p, RUNS, NULL), 0);
	for (size_t i = 0; i < RUNS; i++)
		good += many.good[i];
	is_int(good, RUNS);
}

static int count_files(void)
{
	int count = 0;
	for (int fd = 0; fd < 1000; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

static void nothing_is_left(int files)
{
	int status;
	is_int(count_files(), files);
	is_int(waitpid(-1, &status, WNOHANG), -1); /* no child */
}

/* Each end of its pipes can be the one for which no file is left. */
static void too_few_files(void)
{
	enum { FILES_MAX = 64, ENDS = 10 };
	struct rlimit before, few;
	int fds[FILES_MAX], count = 0, failed = 0;
	must(getrlimit(RLIMIT_NOFILE, &before));
	few = before;
	few.rlim_cur = FILES_MAX;
	must(setrlimit(RLIMIT_NOFILE, &few));
	while (count < FILES_MAX && (fds[count] = dup(1)) >= 0)
		count++;
	for (int spare = 0; spare < ENDS; spare++) {
		failed += sh("exit 5") < 0 && err.kind == ERR_OS && strstr(err.text, "cannot start sh: ");
		close(fds[--count]);
	}
	is_int(failed, ENDS);
	is_int(sh("exit 5"), 0);
	is_int(got.code, 5);
	while (count > 0)
		close(fds[--count]);
	must(setrlimit(RLIMIT_NOFILE, &before));
}

int main(void)
{
	buf_init(&output, 8 << 20);
	folder_enter();
	int files = count_files();
	tap_run("it reads and writes", it_reads_and_writes);
	tap_run("much goes through", much_goes_through);
	tap_run("nobody needs to read its output", nobody_needs_to_read_its_output);
	tap_run("errors are kept at their end", errors_are_kept_at_their_end);
	tap_run("it sees what it is given", it_sees_what_it_is_given);
	tap_run("it inherits nothing", it_inherits_nothing);
	tap_run("standard files may be closed", standard_files_may_be_closed);
	tap_run("pipe signals stay here", pipe_signals_stay_here);
	tap_run("programs that are none", programs_that_are_none);
	tap_run("limits", limits);
	tap_run("cancelled", cancelled);
	tap_run("children end with it", children_end_with_it);
	tap_run("children end with recast", children_end_with_recast);
	tap_run("several at once", several_at_once);
	tap_run("too few files", too_few_files);
	nothing_is_left(files);
	tap_run("the folder goes", folder_leave);
	buf_release(&output);
	arena_release(&arena);
	return tap_done();
}
