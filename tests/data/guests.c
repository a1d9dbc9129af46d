/*
 * Guests with bad manners, one function each; the first argument chooses.
 * tests/cli_guests.c says how each must end.
 */

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <wasi/api.h>

#define NOINLINE __attribute__((noinline))

static volatile int zero;
static volatile int sink;
static char big[1 << 20];

static const char *why(int failed)
{
	static char text[32];
	if (!failed)
		return "ok";
	switch (errno) {
#define NAME(e) case e: return #e
	NAME(ENOENT);
	NAME(EPERM);
	NAME(ENOTCAPABLE);
	NAME(EACCES);
	NAME(ELOOP);
	NAME(EMFILE);
	NAME(ENOTSUP);
	NAME(ENOTSOCK);
	NAME(ENOSYS);
	NAME(EINVAL);
	NAME(ENOTDIR);
	NAME(EBADF);
	NAME(EFBIG);
	NAME(EROFS);
	NAME(ENAMETOOLONG);
	NAME(ENOMEM);
	}
	snprintf(text, sizeof(text), "errno %d", errno);
	return text;
}

/* ---- time */

NOINLINE void loop_forever(void)
{
	for (;;)
		sink++;
}

NOINLINE void sleep_long(void)
{
	sleep(1u << 31);
}

NOINLINE void sleep_often(void)
{
	for (;;)
		usleep(1000);
}

NOINLINE void sleep_for_no_time(void)
{
	for (;;)
		usleep(0);
}

NOINLINE void watch_the_clock(void)
{
	while (time(NULL) < 2000000000)
		sink++;
}

NOINLINE void sleep_within_bounds(void)
{
	time_t before = time(NULL);
	sleep(50);
	printf("%lld\n", (long long)(time(NULL) - before));
}

/* ---- stack */

NOINLINE int recurse(int n)
{
	return n == -1 ? 0 : recurse(n + 1) + sink;
}

void recurse_forever(void)
{
	sink = recurse(0);
}

NOINLINE int fill_frame(int n)
{
	volatile char frame[4096];
	frame[n & 4095] = (char)n;
	return n == -1 ? 0 : fill_frame(n + 1) + frame[7];
}

void recurse_with_frames(void)
{
	sink = fill_frame(0);
}

NOINLINE void allocate_on_stack(void)
{
	for (size_t n = 1024;; n *= 2) {
		volatile char *p = __builtin_alloca(n);
		p[0] = 1;
	}
}

/* ---- memory */

NOINLINE void malloc_forever(void)
{
	size_t blocks = 0;
	char *volatile p;
	while ((p = malloc(100000)))
		blocks++;
	printf("%s after %zu MiB\n", why(1), blocks * 100000 >> 20);
}

NOINLINE void grow_forever(void)
{
	size_t pages = __builtin_wasm_memory_size(0);
	while (__builtin_wasm_memory_grow(0, 16) != (size_t)-1)
		pages += 16;
	printf("stopped at %zu MiB\n", pages >> 4);
}

NOINLINE void malloc_too_much(void)
{
	char *volatile p = malloc((size_t)1 << 31);
	puts(p ? "got it" : "NULL");
}

/* ---- disk */

NOINLINE void fill_one_file(void)
{
	int fd = open("/full", O_WRONLY | O_CREAT, 0600);
	for (;;)
		sink += (int)write(fd, big, sizeof(big));
}

NOINLINE void make_many_files(void)
{
	char name[32];
	for (int i = 0;; i++) {
		snprintf(name, sizeof(name), "/f%d", i);
		int fd = open(name, O_WRONLY | O_CREAT, 0600);
		close(fd);
	}
}

NOINLINE void make_many_folders(void)
{
	for (;;) {
		if (mkdir("d", 0700) != 0 || chdir("d") != 0)
			abort();
		/* Paths end at some length, descriptors do not. */
		if (strlen(getcwd(big, sizeof(big))) > 4000)
			break;
	}
	int at = open(".", O_RDONLY | O_DIRECTORY);
	for (;;) {
		if (mkdirat(at, "d", 0700) != 0)
			abort();
		int next = openat(at, "d", O_RDONLY | O_DIRECTORY);
		close(at);
		at = next;
	}
}

NOINLINE void look_for_many_files(void)
{
	char name[32];
	for (unsigned i = 0;; i++) {
		snprintf(name, sizeof(name), "/%09u", i);
		sink += access(name, F_OK);
	}
}

NOINLINE void seek_and_write(void)
{
	int fd = open("/sparse", O_WRONLY | O_CREAT, 0600);
	lseek(fd, (off_t)1 << 40, SEEK_SET);
	sink += (int)write(fd, "x", 1);
}

NOINLINE void truncate_up(void)
{
	int fd = open("/sparse", O_WRONLY | O_CREAT, 0600);
	sink += ftruncate(fd, INT64_MAX);
}

NOINLINE void allocate_on_disk(void)
{
	int fd = open("/sparse", O_WRONLY | O_CREAT, 0600);
	sink += posix_fallocate(fd, (off_t)1 << 62, 100);
}

NOINLINE void write_at_the_end_of_numbers(void)
{
	int fd = open("/sparse", O_WRONLY | O_CREAT, 0600);
	printf("%s\n", why(pwrite(fd, big, sizeof(big), INT64_MAX) < 0));
	printf("%s\n", why(lseek(fd, INT64_MAX, SEEK_SET) < 0));
	printf("%s\n", why(lseek(fd, 2, SEEK_CUR) < 0));
	printf("%s\n", why(write(fd, big, 2) < 0));
}

/* What is removed while open comes back when it is closed. */
NOINLINE void reuse_the_disk(void)
{
	for (int i = 0; i < 100; i++) {
		int fd = open("/t", O_RDWR | O_CREAT | O_EXCL, 0600);
		unlink("/t");
		if (fd < 0 || write(fd, big, sizeof(big) / 4) < 0)
			printf("%d: %s\n", i, why(1));
		close(fd);
	}
	for (int i = 0; i < 100; i++) {
		int fd = open("/t", O_RDWR | O_CREAT | O_TRUNC, 0600);
		sink += (int)write(fd, big, sizeof(big) / 4);
		rename("/t", "/u");
		close(fd);
	}
	puts("done");
}

/* Each name once, although they go while we look. */
NOINLINE void remove_while_reading(void)
{
	char name[32];
	int removed = 0;
	mkdir("/many", 0700);
	for (int i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "/many/%d", i);
		close(open(name, O_WRONLY | O_CREAT, 0600));
	}
	DIR *dir = opendir("/many");
	for (struct dirent *e; (e = readdir(dir));)
		removed += e->d_name[0] != '.' && unlinkat(dirfd(dir), e->d_name, 0) == 0;
	closedir(dir);
	printf("%d, %s\n", removed, why(rmdir("/many") < 0));
}

/* ---- output */

NOINLINE void print_forever(void)
{
	for (;;)
		puts("never enough");
}

NOINLINE void complain_forever(void)
{
	for (;;)
		fputs("never enough", stderr);
}

NOINLINE void write_all_memory(void)
{
	size_t bytes = __builtin_wasm_memory_size(0) << 16;
	for (;;)
		sink += (int)write(1, (void *)1, bytes - 1);
}

/* ---- ways out */

NOINLINE void try_to_read(const char *path)
{
	FILE *f = fopen(path, "r");
	printf("%s: %s\n", path, why(!f));
	char line[100];
	if (f && fgets(line, sizeof(line), f))
		printf("  %s", line);
	if (f)
		fclose(f);
}

NOINLINE void read_secrets(void)
{
	try_to_read("/etc/passwd");
	try_to_read("../etc/passwd");
	try_to_read("../../../../etc/passwd");
	try_to_read("/tmp/../../etc/passwd");
	try_to_read("/src/./.././../etc/passwd");
	try_to_read("/proc/self/environ");
	try_to_read("//etc//passwd");
	printf("%s\n", why(symlink("/etc/passwd", "/tmp/absolute") < 0));
	try_to_read("/tmp/absolute");
	printf("%s\n", why(symlink("../../../etc/passwd", "/tmp/relative") < 0));
	try_to_read("/tmp/relative");
	printf("%s\n", why(symlink("..", "/tmp/up") < 0));
	try_to_read("/tmp/up/etc/passwd");
	try_to_read("/tmp/up/up/etc/passwd");
	/* what the project brought */
	try_to_read("/src/outside");
	try_to_read("/src/outside-relative");
	try_to_read("/src/folder-outside/passwd");
	try_to_read("/src/inside");
	int tmp = open("/tmp", O_RDONLY | O_DIRECTORY);
	printf("%s\n", why(openat(tmp, "../etc/passwd", O_RDONLY) < 0));
	printf("%s\n", why(openat(tmp, "/etc/passwd", O_RDONLY) < 0));
	printf("%s\n", why(rename("/src/inside", "/tmp/../../outside") < 0));
	printf("%s\n", why(link("/src/inside", "/tmp/hard") < 0));
}

NOINLINE void follow_loops(void)
{
	char name[8] = "/l0", target[64];
	symlink("loop", "/loop");
	try_to_read("/loop");
	symlink("b", "/a");
	symlink("a", "/b");
	try_to_read("/a");
	/* each link stands for two of the one before */
	symlink(".", "/l0");
	for (char c = '1'; c <= '9'; c++) {
		snprintf(target, sizeof(target), "l%c/l%c", c - 1, c - 1);
		name[2] = c;
		symlink(target, name);
	}
	try_to_read("/l9/x");
}

NOINLINE void open_sockets(void)
{
	__wasi_fd_t fd;
	__wasi_size_t n;
	__wasi_iovec_t in = {(uint8_t *)big, sizeof(big)};
	__wasi_ciovec_t out = {(uint8_t *)big, sizeof(big)};
	__wasi_roflags_t flags;
	for (unsigned i = 0; i < 5; i++) {
		unsigned results[] = {
			__wasi_sock_accept(i, 0, &fd),
			__wasi_sock_recv(i, &in, 1, 0, &n, &flags),
			__wasi_sock_send(i, &out, 1, 0, &n),
			__wasi_sock_shutdown(i, 3),
		};
		for (unsigned k = 0; k < 4; k++)
			if (results[k] == 0)
				puts("a socket!");
	}
	puts("none");
}

NOINLINE void open_many_files(void)
{
	int n = 0;
	while (open("/", O_RDONLY | O_DIRECTORY) >= 0)
		n++;
	printf("%s, %s\n", n > 200 ? "many" : "few", why(1));
}

/* ---- ends */

void return_zero(void)
{
	puts("returned");
}

void exit_zero(void)
{
	puts("exited");
	exit(0);
}

void exit_at_once(void)
{
	fputs("lost, as _Exit does not flush", stdout);
	_Exit(0);
}

void exit_200(void)
{
	exit(200);
}

void exit_negative(void)
{
	exit(-1);
}

static void say_bye(void)
{
	puts("bye");
}

static void exit_again(void)
{
	_Exit(9);
}

void exit_handlers(void)
{
	atexit(exit_again);
	atexit(say_bye);
	exit(0);
}

NOINLINE void call_abort(void)
{
	puts("before");
	abort();
}

NOINLINE void fail_assertion(void)
{
	assert(zero == 1);
}

NOINLINE void raise_sigterm(void)
{
	raise(SIGTERM);
}

__attribute__((import_module("wasi_snapshot_preview1"), import_name("proc_raise"))) int wasi_proc_raise(int);

NOINLINE void raise_in_wasi(void)
{
	wasi_proc_raise(6);
}

/* ---- traps */

NOINLINE void write_wild(void)
{
	*(volatile int *)(uintptr_t)(0xFFFFFFF0u + (unsigned)zero) = 1;
}

NOINLINE void read_null(void)
{
	/* Address 0 lies below the stack: it can be read, as on no other machine. */
	printf("%d\n", *(volatile int *)(uintptr_t)zero);
}

NOINLINE void divide_by_zero(void)
{
	sink = sink / zero;
}

NOINLINE void overflow_division(void)
{
	sink = zero - 1;
	sink = (INT32_MIN + zero) / sink;
}

NOINLINE void reach_the_unreachable(void)
{
	__builtin_trap();
}

NOINLINE void call_null(void)
{
	void (*volatile f)(void) = NULL;
	f();
}

NOINLINE void call_nowhere(void)
{
	void (*volatile f)(void) = (void (*)(void))(uintptr_t)0x7FFFFFFF;
	f();
}

static int add(int a, int b)
{
	return a + b + sink;
}

NOINLINE void call_as_another(void)
{
	int (*volatile f)(int, int) = add;
	void (*volatile g)(void) = (void (*)(void))f;
	g();
}

static jmp_buf place;

NOINLINE void set_place(void)
{
	if (setjmp(place))
		puts("back from the dead");
}

NOINLINE void jump_to_the_dead(void)
{
	set_place();
	longjmp(place, 1);
}

NOINLINE void jump_often(void)
{
	volatile int n = 0;
	if (setjmp(place) < 2 && n++ < 100000)
		longjmp(place, 1);
	printf("%d\n", n);
}

/* ---- calls that no C library makes */

#define WASI(name, ...) \
	__attribute__((import_module("wasi_snapshot_preview1"), import_name(#name))) int raw_##name(__VA_ARGS__);

typedef unsigned i32;
typedef uint64_t i64;

WASI(args_get, i32, i32)
WASI(args_sizes_get, i32, i32)
WASI(clock_res_get, i32, i32)
WASI(clock_time_get, i32, i64, i32)
WASI(environ_get, i32, i32)
WASI(environ_sizes_get, i32, i32)
WASI(fd_advise, i32, i64, i64, i32)
WASI(fd_allocate, i32, i64, i64)
WASI(fd_close, i32)
WASI(fd_datasync, i32)
WASI(fd_fdstat_get, i32, i32)
WASI(fd_fdstat_set_flags, i32, i32)
WASI(fd_fdstat_set_rights, i32, i64, i64)
WASI(fd_filestat_get, i32, i32)
WASI(fd_filestat_set_size, i32, i64)
WASI(fd_filestat_set_times, i32, i64, i64, i32)
WASI(fd_pread, i32, i32, i32, i64, i32)
WASI(fd_prestat_dir_name, i32, i32, i32)
WASI(fd_prestat_get, i32, i32)
WASI(fd_pwrite, i32, i32, i32, i64, i32)
WASI(fd_read, i32, i32, i32, i32)
WASI(fd_readdir, i32, i32, i32, i64, i32)
WASI(fd_renumber, i32, i32)
WASI(fd_seek, i32, i64, i32, i32)
WASI(fd_sync, i32)
WASI(fd_tell, i32, i32)
WASI(fd_write, i32, i32, i32, i32)
WASI(path_create_directory, i32, i32, i32)
WASI(path_filestat_get, i32, i32, i32, i32, i32)
WASI(path_filestat_set_times, i32, i32, i32, i32, i64, i64, i32)
WASI(path_link, i32, i32, i32, i32, i32, i32, i32)
WASI(path_open, i32, i32, i32, i32, i32, i64, i64, i32, i32)
WASI(path_readlink, i32, i32, i32, i32, i32, i32)
WASI(path_remove_directory, i32, i32, i32)
WASI(path_rename, i32, i32, i32, i32, i32, i32)
WASI(path_symlink, i32, i32, i32, i32, i32)
WASI(path_unlink_file, i32, i32, i32)
WASI(poll_oneoff, i32, i32, i32, i32)
WASI(random_get, i32, i32)
WASI(sched_yield, void)
WASI(sock_accept, i32, i32, i32)
WASI(sock_recv, i32, i32, i32, i32, i32, i32)
WASI(sock_send, i32, i32, i32, i32, i32)
WASI(sock_shutdown, i32, i32)

static i64 random_state;

static i32 dice(i32 sides)
{
	random_state = random_state * 6364136223846793005u + 1442695040888963407u;
	return (i32)(random_state >> 33) % sides;
}

/* Small numbers (descriptors, lengths, flags), places in memory, and nonsense. */
static i32 any(void)
{
	i32 end = (i32)__builtin_wasm_memory_size(0) << 16;
	switch (dice(12)) {
	case 0:
		return end - dice(40);
	case 1:
		return 0u - dice(40);
	case 2:
		return dice(1 << 30);
	case 3:
		return 1u << dice(32);
	default:
		return dice(12);
	}
}

static i32 fd(void)
{
	return dice(8) ? dice(9) : any();
}

static i32 at(void)
{
	return dice(8) ? (i32)(uintptr_t)big + 8 * dice(64) : any();
}

static i32 len(void)
{
	return dice(8) ? dice(6) : any();
}

static i64 wide(void)
{
	return dice(2) ? dice(100) : dice(2) ? (i64)any() << dice(33) : 0u - (i64)dice(20);
}

/* Names of one or two letters, "." and "..", "/" between them; and lists of buffers. */
static void scramble(void)
{
	static const char letters[] = "ab./ab./\0\xFF";
	for (int i = 0; i < 512; i += 8) {
		if (dice(3)) {
			for (int k = 0; k < 8; k++)
				big[i + k] = letters[dice(sizeof(letters))];
		} else {
			i32 pair[2] = {at(), len()};
			memcpy(big + i, pair, 8);
		}
	}
}

static void babble_once(void)
{
	switch (dice(44)) {
	case 0: raw_args_get(at(), at()); break;
	case 1: raw_args_sizes_get(at(), at()); break;
	case 2: raw_clock_res_get(any(), at()); break;
	case 3: raw_clock_time_get(any(), wide(), at()); break;
	case 4: raw_environ_get(at(), at()); break;
	case 5: raw_environ_sizes_get(at(), at()); break;
	case 6: raw_fd_advise(fd(), wide(), wide(), any()); break;
	case 7: raw_fd_allocate(fd(), wide() & 0xFFFF, wide() & 0xFFFF); break;
	case 8: raw_fd_close(dice(4) ? 4 + dice(9) : fd()); break;
	case 9: raw_fd_datasync(fd()); break;
	case 10: raw_fd_fdstat_get(fd(), at()); break;
	case 11: raw_fd_fdstat_set_flags(fd(), any()); break;
	case 12: raw_fd_fdstat_set_rights(fd(), wide(), wide()); break;
	case 13: raw_fd_filestat_get(fd(), at()); break;
	case 14: raw_fd_filestat_set_size(fd(), wide() & 0xFFFF); break;
	case 15: raw_fd_filestat_set_times(fd(), wide(), wide(), any()); break;
	case 16: raw_fd_pread(fd(), at(), len(), wide(), at()); break;
	case 17: raw_fd_prestat_dir_name(fd(), at(), len()); break;
	case 18: raw_fd_prestat_get(fd(), at()); break;
	case 19: raw_fd_pwrite(fd(), at(), len(), wide() & 0xFFFF, at()); break;
	case 20: raw_fd_read(fd(), at(), len(), at()); break;
	case 21: raw_fd_readdir(fd(), at(), dice(300), wide(), at()); break;
	case 22: if (!dice(20)) raw_fd_renumber(fd(), fd()); break;
	case 23: raw_fd_seek(fd(), wide(), any(), at()); break;
	case 24: raw_fd_sync(fd()); break;
	case 25: raw_fd_tell(fd(), at()); break;
	case 26: raw_fd_write(3 + fd(), at(), len(), at()); break;
	case 27: raw_path_create_directory(fd(), at(), len()); break;
	case 28: raw_path_filestat_get(fd(), any(), at(), len(), at()); break;
	case 29: raw_path_filestat_set_times(fd(), any(), at(), len(), wide(), wide(), any()); break;
	case 30: raw_path_link(fd(), any(), at(), len(), fd(), at(), len()); break;
	case 31: raw_path_open(fd(), any(), at(), len(), any() & 15, wide(), wide(), any(), at()); break;
	case 32: raw_path_readlink(fd(), at(), len(), at(), len(), at()); break;
	case 33: raw_path_remove_directory(fd(), at(), len()); break;
	case 34: raw_path_rename(fd(), at(), len(), fd(), at(), len()); break;
	case 35: raw_path_symlink(at(), len(), fd(), at(), len()); break;
	case 36: raw_path_unlink_file(fd(), at(), len()); break;
	case 37: if (!dice(40)) raw_poll_oneoff(at(), at(), len(), at()); break;
	case 38: raw_random_get(at(), len()); break;
	case 39: raw_sched_yield(); break;
	case 40: raw_sock_accept(fd(), any(), at()); break;
	case 41: raw_sock_recv(fd(), at(), len(), any(), at(), at()); break;
	case 42: raw_sock_send(fd(), at(), len(), any(), at()); break;
	case 43: raw_sock_shutdown(fd(), any()); break;
	}
}

void babble(void)
{
	/* The state would not survive what is done to memory. */
	i64 seed = (i64)strtoul(getenv("BABBLE"), NULL, 10);
	for (int round = 0; round < 2000; round++) {
		random_state = seed * 1000003 + (i64)round;
		scramble();
		for (int i = 0; i < 10; i++)
			babble_once();
	}
}

/* Buffers that cover all of memory, a thousand times over. */
NOINLINE void read_huge_lists(void)
{
	static __wasi_iovec_t list[1024];
	__wasi_size_t n = 0;
	int file = open("/zeros", O_RDWR | O_CREAT, 0600);
	ftruncate(file, 1 << 20);
	for (int i = 0; i < 1024; i++)
		list[i] = (__wasi_iovec_t){(uint8_t *)big, 1024};
	printf("%u", __wasi_fd_read((__wasi_fd_t)file, list, 1024, &n));
	printf(" %u\n", (unsigned)n);
	for (int i = 0; i < 1024; i++)
		list[i] = (__wasi_iovec_t){NULL, (__wasi_size_t)__builtin_wasm_memory_size(0) << 16};
	/* The list itself is overwritten with zeros on the way. */
	lseek(file, 0, SEEK_SET);
	printf("%u\n", __wasi_fd_read((__wasi_fd_t)file, list, 1024, &n) == 0);
	printf("%u\n", __wasi_fd_read((__wasi_fd_t)file, list, 1u << 31, &n) != 0);
}

NOINLINE void ask_for_much_chance(void)
{
	for (;;)
		__wasi_random_get((uint8_t *)big, sizeof(big));
}

/* ---- the choice */

static const struct {
	const char *name;
	void (*run)(void);
} guests[] = {
#define GUEST(f) {#f, f}
	GUEST(loop_forever), GUEST(sleep_long), GUEST(sleep_often), GUEST(sleep_for_no_time), GUEST(watch_the_clock),
	GUEST(sleep_within_bounds), GUEST(recurse_forever), GUEST(recurse_with_frames), GUEST(allocate_on_stack),
	GUEST(malloc_forever), GUEST(grow_forever), GUEST(malloc_too_much), GUEST(fill_one_file),
	GUEST(make_many_files), GUEST(make_many_folders), GUEST(look_for_many_files), GUEST(seek_and_write),
	GUEST(truncate_up), GUEST(allocate_on_disk), GUEST(write_at_the_end_of_numbers), GUEST(reuse_the_disk), GUEST(remove_while_reading),
	GUEST(print_forever), GUEST(complain_forever), GUEST(write_all_memory), GUEST(read_secrets),
	GUEST(follow_loops), GUEST(open_sockets), GUEST(open_many_files), GUEST(return_zero), GUEST(exit_zero),
	GUEST(exit_at_once), GUEST(exit_200), GUEST(exit_negative), GUEST(exit_handlers), GUEST(call_abort),
	GUEST(fail_assertion), GUEST(raise_sigterm), GUEST(raise_in_wasi), GUEST(write_wild), GUEST(read_null),
	GUEST(divide_by_zero), GUEST(overflow_division), GUEST(reach_the_unreachable), GUEST(call_null),
	GUEST(call_nowhere), GUEST(call_as_another), GUEST(jump_to_the_dead), GUEST(jump_often), GUEST(babble),
	GUEST(read_huge_lists), GUEST(ask_for_much_chance),
};

/* Before main, as a hostile library could. */
__attribute__((constructor)) static void begin(void)
{
	const char *early = getenv("EARLY");
	if (early && strcmp(early, "exit") == 0)
		exit(0);
	if (early && strcmp(early, "loop") == 0)
		loop_forever();
	if (early && strcmp(early, "trap") == 0)
		reach_the_unreachable();
}

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof(guests) / sizeof(guests[0]); i++) {
		if (strcmp(argv[1], guests[i].name) == 0) {
			guests[i].run();
			return 0;
		}
	}
	return 99;
}
