#include "harness/wasi.h"

#include "core/mem.h"
#include "tests/tap.h"

/* ---- a guest that is only its memory, and calls without an engine */

enum {
	MEMORY = 65536,
	RESULT = 64,  /* where most calls leave their answer */
	LIST = 256,   /* buffers of reads and writes; subscriptions */
	PATH = 4096,
	PATH2 = 12288,
	DATA = 20480,
	ROOT = 3,
	SECOND = 1000000000,
};

static struct wasi_world world;
static struct wasi w;
static struct tree *tree;
static uint8_t *memory; /* a block of its own size, so that ASan sees what goes past its end */

static const struct wasi_function *function(const char *name)
{
	for (size_t i = 0; i < WASI_FUNCTIONS; i++) {
		if (strcmp(wasi_functions[i].name, name) == 0)
			return &wasi_functions[i];
	}
	tap_print("Bail out! no function %s\n", name);
	exit(2);
}

static int call(const char *name, const uint64_t *args, size_t len)
{
	const struct wasi_function *f = function(name);
	uint64_t full[WASI_PARAMS_MAX] = {0};
	if (strlen(f->params) != len) {
		tap_print("Bail out! %s takes %zu arguments\n", name, strlen(f->params));
		exit(2);
	}
	for (size_t i = 0; i < len; i++)
		full[i] = f->params[i] == 'i' ? (uint32_t)args[i] : args[i];
	struct wasi_call c = {.w = &w, .memory = memory, .memory_len = MEMORY, .arg = full};
	return wasi_invoke(f, &c);
}

#define CALL(name, ...) call((name), (uint64_t[]){__VA_ARGS__}, sizeof((uint64_t[]){__VA_ARGS__}) / 8)

static const char *const test_args[] = {"prog", "", "two words"};
static const char *const test_env[] = {"A=1", "B="};

static void begin(void)
{
	tree = tree_new();
	tree_add_file(tree, "/ro/f", STR("read only"), NULL);
	tree_add_file(tree, "/w/a", STR("0123456789"), NULL);
	tree_add_file(tree, "/w/d/x", STR("x"), NULL);
	tree_add_file(tree, "/w/d/y", STR("yy"), NULL);
	tree_add_folder(tree, "/w/d/z", false, NULL);
	tree_add_folder(tree, "/w", true, NULL);
	world = (struct wasi_world){
		.tree = tree,
		.args = test_args,
		.args_len = countof(test_args),
		.env = test_env,
		.env_len = countof(test_env),
		.stdin_bytes = STR("first line\nsecond line\n"),
		.seed = 1,
		.output_max = 100,
		.disk_max = 100000,
		.clock_max_ns = 100 * (uint64_t)SECOND,
	};
	wasi_init(&w, &world);
	memory = mem_zalloc(MEMORY, 1);
}

static void finish(void)
{
	wasi_release(&w);
	tree_free(tree);
	free(memory);
}

static uint32_t get32(size_t at)
{
	uint32_t value;
	memcpy(&value, memory + at, 4);
	return value;
}

static uint64_t get64(size_t at)
{
	uint64_t value;
	memcpy(&value, memory + at, 8);
	return value;
}

static void set(size_t at, const void *bytes, size_t len)
{
	if (at <= MEMORY && len <= MEMORY - at)
		memcpy(memory + at, bytes, len);
}

static void set32(size_t at, uint32_t value)
{
	set(at, &value, 4);
}

static void set64(size_t at, uint64_t value)
{
	set(at, &value, 8);
}

static void set_list(size_t i, uint32_t at, uint32_t len)
{
	set32(LIST + 8 * i, at);
	set32(LIST + 8 * i + 4, len);
}

static size_t set_path(size_t at, const char *path)
{
	set(at, path, strlen(path));
	return strlen(path);
}

#define P(path) PATH, set_path(PATH, path)
#define P2(path) PATH2, set_path(PATH2, path)

enum { RIGHTS = WASI_RIGHTS_ALL };

static int open_with(const char *path, uint64_t oflags, uint64_t rights, uint64_t flags)
{
	return CALL("path_open", ROOT, WASI_SYMLINK_FOLLOW, P(path), oflags, rights, RIGHTS, flags, RESULT);
}

/* The descriptor, or a negative errno. */
static int open_path(const char *path, uint64_t oflags)
{
	int error = open_with(path, oflags, RIGHTS, 0);
	return error ? -error : (int)get32(RESULT);
}

static int open_reading(const char *path)
{
	int error = open_with(path, 0, WASI_RIGHT_FD_READ | WASI_RIGHT_FD_SEEK | WASI_RIGHT_FD_TELL, 0);
	return error ? -error : (int)get32(RESULT);
}

static int write_text(int fd, const char *text)
{
	set(DATA, text, strlen(text));
	set_list(0, DATA, (uint32_t)strlen(text));
	return CALL("fd_write", (uint64_t)fd, LIST, 1, RESULT);
}

static struct str read_bytes(int fd, uint32_t len)
{
	set_list(0, DATA, len);
	if (CALL("fd_read", (uint64_t)fd, LIST, 1, RESULT) != 0)
		return STR("(error)");
	return (struct str){(char *)memory + DATA, get32(RESULT)};
}

static struct str content(const char *path)
{
	struct vnode *node;
	if (view_walk(&w.view, w.view.root, str_of(path), true, &node) || node->absent)
		return STR("(absent)");
	return view_content(node);
}

static int look(const char *path, uint64_t lookup)
{
	return CALL("path_filestat_get", ROOT, lookup, P(path), RESULT);
}

/* ---- the table itself */

/* Of wasi_snapshot_preview1's witx, in the order of the names. */
static const struct {
	const char *name, *params;
} witx[] = {
	{"args_get", "ii"},
	{"args_sizes_get", "ii"},
	{"clock_res_get", "ii"},
	{"clock_time_get", "iIi"},
	{"environ_get", "ii"},
	{"environ_sizes_get", "ii"},
	{"fd_advise", "iIIi"},
	{"fd_allocate", "iII"},
	{"fd_close", "i"},
	{"fd_datasync", "i"},
	{"fd_fdstat_get", "ii"},
	{"fd_fdstat_set_flags", "ii"},
	{"fd_fdstat_set_rights", "iII"},
	{"fd_filestat_get", "ii"},
	{"fd_filestat_set_size", "iI"},
	{"fd_filestat_set_times", "iIIi"},
	{"fd_pread", "iiiIi"},
	{"fd_prestat_dir_name", "iii"},
	{"fd_prestat_get", "ii"},
	{"fd_pwrite", "iiiIi"},
	{"fd_read", "iiii"},
	{"fd_readdir", "iiiIi"},
	{"fd_renumber", "ii"},
	{"fd_seek", "iIii"},
	{"fd_sync", "i"},
	{"fd_tell", "ii"},
	{"fd_write", "iiii"},
	{"path_create_directory", "iii"},
	{"path_filestat_get", "iiiii"},
	{"path_filestat_set_times", "iiiiIIi"},
	{"path_link", "iiiiiii"},
	{"path_open", "iiiiiIIii"},
	{"path_readlink", "iiiiii"},
	{"path_remove_directory", "iii"},
	{"path_rename", "iiiiii"},
	{"path_symlink", "iiiii"},
	{"path_unlink_file", "iii"},
	{"poll_oneoff", "iiii"},
	{"proc_exit", "i"},
	{"proc_raise", "i"},
	{"random_get", "ii"},
	{"sched_yield", ""},
	{"sock_accept", "iii"},
	{"sock_recv", "iiiiii"},
	{"sock_send", "iiiii"},
	{"sock_shutdown", "ii"},
};

static void every_function_is_there(void)
{
	is_int(countof(witx), WASI_FUNCTIONS);
	size_t other = 0;
	for (size_t i = 0; i < WASI_FUNCTIONS; i++) {
		const struct wasi_function *f = &wasi_functions[i];
		bool same = strcmp(f->name, witx[i].name) == 0 && strcmp(f->params, witx[i].params) == 0 && f->call &&
			    strlen(f->params) <= WASI_PARAMS_MAX;
		if (!same)
			tap_print("# %s(%s)\n", f->name, f->params);
		other += !same;
	}
	is_int(other, 0);
}

/* ---- arguments, environment, chance, the end */

static void arguments_and_environment(void)
{
	begin();
	is_int(CALL("args_sizes_get", RESULT, RESULT + 4), 0);
	is_int(get32(RESULT), 3);
	is_int(get32(RESULT + 4), 5 + 1 + 10);
	is_int(CALL("args_get", RESULT, DATA), 0);
	is_int(get32(RESULT), DATA);
	is_int(get32(RESULT + 4), DATA + 5);
	is_int(get32(RESULT + 8), DATA + 6);
	is_mem(memory + DATA, "prog\0\0two words", 16);
	is_int(CALL("environ_sizes_get", RESULT, RESULT + 4), 0);
	is_int(get32(RESULT), 2);
	is_int(get32(RESULT + 4), 7);
	is_int(CALL("environ_get", RESULT, DATA), 0);
	is_mem(memory + DATA, "A=1\0B=", 7);
	is_int(get32(RESULT + 4), DATA + 4);
	world.args_len = world.env_len = 0;
	is_int(CALL("args_get", UINT32_MAX, UINT32_MAX), 0);
	is_int(CALL("environ_sizes_get", RESULT, RESULT + 4), 0);
	is_int(get32(RESULT) + get32(RESULT + 4), 0);
	finish();
}

static void random_numbers_come_from_the_seed(void)
{
	static uint8_t first[1000];
	begin();
	is_int(CALL("random_get", DATA, sizeof(first)), 0);
	memcpy(first, memory + DATA, sizeof(first));
	is_int(CALL("random_get", DATA, sizeof(first)), 0);
	ok(memcmp(memory + DATA, first, sizeof(first)) != 0);
	finish();
	begin();
	/* The same in other portions of whole words. */
	is_int(CALL("random_get", DATA, 8), 0);
	is_int(CALL("random_get", DATA + 8, 0), 0);
	is_int(CALL("random_get", DATA + 8, 504), 0);
	is_int(CALL("random_get", DATA + 512, sizeof(first) - 512), 0);
	is_mem(memory + DATA, first, sizeof(first));
	finish();
	begin();
	w.random_state = 2;
	is_int(CALL("random_get", DATA, sizeof(first)), 0);
	ok(memcmp(memory + DATA, first, sizeof(first)) != 0);
	memory[DATA + 10] = 0;
	is_int(CALL("random_get", DATA, 10), 0);
	is_int(memory[DATA + 10], 0);
	is_int(CALL("random_get", MEMORY, 0), 0);
	is_int(CALL("random_get", MEMORY + 1, 0), WASI_EFAULT);
	is_int(CALL("random_get", 1, UINT32_MAX), WASI_EFAULT);
	finish();
}

static int yield(void)
{
	struct wasi_call c = {.w = &w, .memory = memory, .memory_len = MEMORY};
	return wasi_invoke(function("sched_yield"), &c);
}

static void the_guest_ends_itself(void)
{
	begin();
	is_int(yield(), 0);
	is_int(w.end, WASI_RUNNING);
	is_int(CALL("proc_exit", 300), WASI_ENDED);
	is_int(w.end, WASI_EXITED);
	is_int(w.exit_code, 300);
	finish();
	begin();
	is_int(CALL("proc_raise", 6), WASI_ENDED);
	is_int(w.end, WASI_ABORTED);
	finish();
}

static void there_is_no_network_and_no_second_name(void)
{
	begin();
	is_int(CALL("sock_accept", ROOT, 0, RESULT), WASI_ENOTSUP);
	is_int(CALL("sock_recv", ROOT, LIST, 1, 0, RESULT, RESULT), WASI_ENOTSUP);
	is_int(CALL("sock_send", ROOT, LIST, 1, 0, RESULT), WASI_ENOTSUP);
	is_int(CALL("sock_shutdown", ROOT, 0), WASI_ENOTSUP);
	is_int(CALL("path_link", ROOT, 0, P("w/a"), ROOT, P2("w/b")), WASI_ENOTSUP);
	finish();
}

/* ---- time */

static void time_is_virtual(void)
{
	begin();
	for (uint64_t clock = 0; clock < 4; clock++) {
		is_int(CALL("clock_res_get", clock, RESULT), 0);
		is_int(get64(RESULT), 1000);
	}
	is_int(CALL("clock_res_get", 4, RESULT), WASI_EINVAL);
	is_int(CALL("clock_time_get", 4, 0, RESULT), WASI_EINVAL);
	is_int(CALL("clock_time_get", UINT32_MAX, 0, RESULT), WASI_EINVAL);
	is_int(w.elapsed_ns, 0);
	is_int(CALL("clock_time_get", WASI_MONOTONIC, 0, RESULT), 0);
	is_int(get64(RESULT), 1000);
	is_int(CALL("clock_time_get", WASI_REALTIME, 0, RESULT), 0);
	is_int(get64(RESULT), 1577836800 * (uint64_t)SECOND + 2000);
	is_int(CALL("clock_time_get", WASI_PROCESS_CPUTIME, UINT64_MAX, RESULT), 0);
	is_int(get64(RESULT), 3000);
	world.clock_max_ns = 5000;
	is_int(CALL("clock_time_get", WASI_THREAD_CPUTIME, 0, RESULT), 0);
	is_int(CALL("clock_time_get", WASI_MONOTONIC, 0, RESULT), 0);
	is_int(w.elapsed_ns, 5000);
	is_int(CALL("clock_time_get", WASI_MONOTONIC, 0, RESULT), WASI_ENDED);
	is_int(w.end, WASI_CLOCK_RAN_OUT);
	is_int(w.elapsed_ns, 5000);
	finish();
}

static void subscribe_clock(size_t i, uint64_t name, uint32_t clock, uint64_t timeout, uint16_t absolute)
{
	size_t at = LIST + i * WASI_SUBSCRIPTION_BYTES;
	memset(memory + at, 0, WASI_SUBSCRIPTION_BYTES);
	set64(at, name);
	set32(at + 16, clock);
	set64(at + 24, timeout);
	set(at + 40, &absolute, 2);
}

static void subscribe_fd(size_t i, uint64_t name, uint8_t tag, uint32_t fd)
{
	size_t at = LIST + i * WASI_SUBSCRIPTION_BYTES;
	memset(memory + at, 0, WASI_SUBSCRIPTION_BYTES);
	set64(at, name);
	memory[at + 8] = tag;
	set32(at + 16, fd);
}

static int poll_all(uint64_t count)
{
	memset(memory + DATA, 0xEE, WASI_EVENT_BYTES * 4);
	return CALL("poll_oneoff", LIST, DATA, count, RESULT);
}

static bool event_is(size_t i, uint64_t name, unsigned error, unsigned type, uint64_t bytes)
{
	size_t at = DATA + i * WASI_EVENT_BYTES;
	return get64(at) == name && memory[at + 8] == error && memory[at + 9] == 0 && memory[at + 10] == type &&
	       get64(at + 16) == bytes;
}

static void polling(void)
{
	begin();
	is_int(poll_all(0), WASI_EINVAL);
	is_int(poll_all(1025), WASI_EINVAL);
	is_int(poll_all(UINT32_MAX), WASI_EINVAL);

	subscribe_clock(0, 7, WASI_MONOTONIC, 5 * (uint64_t)SECOND, 0);
	is_int(poll_all(1), 0);
	is_int(get32(RESULT), 1);
	ok(event_is(0, 7, 0, WASI_EVENT_CLOCK, 0));
	is_int(w.elapsed_ns, 5 * (uint64_t)SECOND);

	subscribe_clock(0, 1, WASI_REALTIME, 1577836800 * (uint64_t)SECOND + 6 * (uint64_t)SECOND, 1);
	subscribe_clock(1, 2, WASI_MONOTONIC, 2 * (uint64_t)SECOND, 0);
	subscribe_clock(2, 3, WASI_MONOTONIC, 1 * (uint64_t)SECOND, 0);
	is_int(poll_all(3), 0);
	is_int(get32(RESULT), 2); /* the first and the third are due at once */
	ok(event_is(0, 1, 0, WASI_EVENT_CLOCK, 0));
	ok(event_is(1, 3, 0, WASI_EVENT_CLOCK, 0));
	is_int(w.elapsed_ns, 6 * (uint64_t)SECOND);

	subscribe_clock(0, 1, WASI_MONOTONIC, 3 * (uint64_t)SECOND, 1); /* has passed */
	is_int(poll_all(1), 0);
	is_int(get32(RESULT), 1);
	is_int(w.elapsed_ns, 6 * (uint64_t)SECOND);

	subscribe_clock(0, 1, WASI_MONOTONIC, SECOND, 0);
	subscribe_fd(1, 2, WASI_EVENT_FD_READ, 0);
	subscribe_fd(2, 3, WASI_EVENT_FD_WRITE, 1);
	is_int(poll_all(3), 0);
	is_int(get32(RESULT), 2); /* streams are ready, so nobody waits */
	ok(event_is(0, 2, 0, WASI_EVENT_FD_READ, 1));
	ok(event_is(1, 3, 0, WASI_EVENT_FD_WRITE, 1));
	is_int(w.elapsed_ns, 6 * (uint64_t)SECOND);

	subscribe_clock(0, 1, WASI_THREAD_CPUTIME, 6 * (uint64_t)SECOND, 1);
	is_int(poll_all(1), 0);
	ok(event_is(0, 1, 0, WASI_EVENT_CLOCK, 0));

	subscribe_fd(0, 4, WASI_EVENT_FD_READ, 99);
	subscribe_fd(1, 5, 3, 0);
	subscribe_clock(2, 6, 9, 0, 0);
	is_int(poll_all(3), 0);
	is_int(get32(RESULT), 3);
	ok(event_is(0, 4, WASI_EBADF, WASI_EVENT_FD_READ, 0));
	ok(event_is(1, 5, WASI_EINVAL, 3, 0));
	ok(event_is(2, 6, WASI_EINVAL, WASI_EVENT_CLOCK, 0));

	/* Events over the subscriptions that they answer. */
	subscribe_fd(0, 8, WASI_EVENT_FD_READ, 0);
	subscribe_fd(1, 9, WASI_EVENT_FD_READ, 0);
	is_int(CALL("poll_oneoff", LIST, LIST + 8, 2, RESULT), 0);
	is_int(get64(LIST + 8), 8);
	is_int(get64(LIST + 8 + WASI_EVENT_BYTES), 9);

	for (size_t i = 0; i < 1024; i++)
		subscribe_fd(i, i, WASI_EVENT_FD_READ, 0);
	is_int(CALL("poll_oneoff", LIST, MEMORY - 1024 * WASI_EVENT_BYTES, 1024, RESULT), 0);
	is_int(get32(RESULT), 1024);

	subscribe_clock(0, 1, WASI_MONOTONIC, UINT64_MAX, 0);
	is_int(poll_all(1), WASI_ENDED);
	is_int(w.end, WASI_CLOCK_RAN_OUT);
	is_int(w.elapsed_ns, 6 * (uint64_t)SECOND);
	finish();
	begin();
	subscribe_clock(0, 1, WASI_MONOTONIC, world.clock_max_ns, 1);
	is_int(poll_all(1), 0); /* to the very end */
	is_int(CALL("clock_time_get", WASI_MONOTONIC, 0, RESULT), WASI_ENDED);
	finish();
}

/* ---- streams */

static void streams(void)
{
	begin();
	ok(str_eq(read_bytes(0, 6), STR("first ")));
	ok(str_eq(read_bytes(0, 1000), STR("line\nsecond line\n")));
	is_int(read_bytes(0, 10).len, 0);
	is_int(write_text(1, "to out "), 0);
	is_int(get32(RESULT), 7);
	is_int(write_text(2, "to err"), 0);
	set(DATA, "abcdef", 6);
	set_list(0, DATA + 3, 3);
	set_list(1, DATA, 0);
	set_list(2, DATA, 3);
	is_int(CALL("fd_write", 1, LIST, 3, RESULT), 0);
	is_int(get32(RESULT), 6);
	is_str(w.out.ptr, "to out defabc");
	is_str(w.err.ptr, "to err");
	is_int(w.bytes_written, 19);
	is_int(CALL("fd_write", 0, LIST, 1, RESULT), WASI_EBADF);
	is_int(CALL("fd_read", 1, LIST, 1, RESULT), WASI_EBADF);
	is_int(CALL("fd_read", 2, LIST, 1, RESULT), WASI_EBADF);
	is_int(CALL("fd_seek", 0, 0, 0, RESULT), WASI_ESPIPE);
	is_int(CALL("fd_seek", 1, 0, 0, RESULT), WASI_ESPIPE);
	is_int(CALL("fd_tell", 1, RESULT), WASI_ESPIPE);
	is_int(CALL("fd_pread", 0, LIST, 1, 0, RESULT), WASI_ESPIPE);
	is_int(CALL("fd_pwrite", 1, LIST, 1, 0, RESULT), WASI_ESPIPE);
	is_int(CALL("fd_filestat_set_size", 1, 0), WASI_EINVAL);
	is_int(CALL("fd_allocate", 1, 0, 1), WASI_ESPIPE);
	is_int(CALL("fd_filestat_set_times", 1, 0, 0, 0), WASI_EINVAL);
	is_int(CALL("fd_readdir", 1, DATA, 100, 0, RESULT), WASI_ENOTDIR);
	is_int(CALL("path_open", 1, 0, P("x"), 0, 0, 0, 0, RESULT), WASI_ENOTDIR);
	for (uint64_t fd = 0; fd < 3; fd++) {
		is_int(CALL("fd_fdstat_get", fd, RESULT), 0);
		is_int(memory[RESULT], WASI_CHARACTER_DEVICE);
		is_int(get64(RESULT + 8), fd ? WASI_RIGHT_FD_WRITE : WASI_RIGHT_FD_READ);
		is_int(CALL("fd_filestat_get", fd, RESULT), 0);
		is_int(memory[RESULT + 16], WASI_CHARACTER_DEVICE);
		is_int(get64(RESULT + 32), 0);
	}
	finish();
}

static void output_is_bounded(void)
{
	begin();
	char text[101];
	memset(text, 'o', 100);
	text[100] = '\0';
	is_int(write_text(1, text), 0);
	is_int(write_text(2, text), 0); /* each has its own maximum */
	is_int(w.end, WASI_RUNNING);
	is_int(write_text(1, ""), 0);
	is_int(write_text(1, "x"), WASI_ENDED);
	is_int(w.end, WASI_OUTPUT_FULL);
	is_int(w.out.len, 100);
	finish();
	begin();
	text[50] = '\0';
	write_text(2, text);
	memset(text, 'o', 100);
	is_int(write_text(2, text), WASI_ENDED);
	is_int(w.end, WASI_OUTPUT_FULL);
	is_int(w.err.len, 100); /* what fitted is kept */
	finish();
}

static void lists_of_buffers(void)
{
	begin();
	enum { MANY = 1024 };
	for (size_t i = 0; i < MANY; i++)
		set_list(i, DATA, 0);
	set_list(MANY - 1, DATA, 1);
	memory[DATA] = '!';
	is_int(CALL("fd_write", 1, LIST, MANY, RESULT), 0);
	is_str(w.out.ptr, "!");
	is_int(CALL("fd_write", 1, LIST, MANY + 1, RESULT), WASI_EINVAL);
	is_int(CALL("fd_write", 1, LIST, UINT32_MAX, RESULT), WASI_EINVAL);
	is_int(CALL("fd_write", 1, LIST, 0, RESULT), 0);
	is_int(get32(RESULT), 0);
	is_int(CALL("fd_write", 1, MEMORY, 0, RESULT), 0);

	static const struct {
		uint32_t at, len;
		int want;
	} buffers[] = {
		{MEMORY - 1, 1, 0},		  {MEMORY, 0, 0},	       {MEMORY, 1, WASI_EFAULT},
		{MEMORY - 1, 2, WASI_EFAULT},	  {MEMORY + 1, 0, WASI_EFAULT}, {UINT32_MAX, 1, WASI_EFAULT},
		{UINT32_MAX, UINT32_MAX, WASI_EFAULT}, {1, UINT32_MAX, WASI_EFAULT}, {0, UINT32_MAX, WASI_EFAULT},
	};
	for (size_t i = 0; i < countof(buffers); i++) {
		set_list(0, buffers[i].at, buffers[i].len);
		is_int(CALL("fd_write", 1, LIST, 1, RESULT), buffers[i].want);
		is_int(CALL("fd_read", 0, LIST, 1, RESULT), buffers[i].want);
	}
	/* A read that changes the list it is given. */
	set_list(0, LIST + 8, 8);
	set_list(1, DATA, 4);
	is_int(CALL("fd_read", 0, LIST, 2, RESULT), WASI_EFAULT); /* "irst lin" is no good place */

	finish();
}

/* ---- files */

static void reading_and_writing_files(void)
{
	begin();
	int fd = open_path("w/a", 0);
	is_int(fd, 4);
	ok(str_eq(read_bytes(fd, 4), STR("0123")));
	is_int(CALL("fd_tell", 4, RESULT), 0);
	is_int(get64(RESULT), 4);
	is_int(write_text(fd, "abc"), 0);
	ok(str_eq(content("w/a"), STR("0123abc789")));
	is_int(CALL("fd_seek", 4, (uint64_t)-2, WASI_SEEK_END, RESULT), 0);
	is_int(get64(RESULT), 8);
	is_int(CALL("fd_seek", 4, (uint64_t)-1, WASI_SEEK_CUR, RESULT), 0);
	ok(str_eq(read_bytes(fd, 100), STR("789")));
	is_int(read_bytes(fd, 100).len, 0);
	is_int(CALL("fd_seek", 4, 15, WASI_SEEK_SET, RESULT), 0);
	is_int(read_bytes(fd, 100).len, 0);
	is_int(write_text(fd, "z"), 0);
	ok(str_eq(content("w/a"), ((struct str){"0123abc789\0\0\0\0\0z", 16})));
	is_int(CALL("fd_seek", 4, (uint64_t)-1, WASI_SEEK_SET, RESULT), WASI_EINVAL);
	is_int(CALL("fd_seek", 4, 0, 3, RESULT), WASI_EINVAL);
	is_int(CALL("fd_seek", 4, 0, UINT32_MAX, RESULT), WASI_EINVAL);
	is_int(CALL("fd_seek", 4, INT64_MAX, WASI_SEEK_CUR, RESULT), WASI_EINVAL);
	is_int(CALL("fd_seek", 4, INT64_MAX, WASI_SEEK_SET, RESULT), 0);
	is_int(read_bytes(fd, 1).len, 0);
	is_int(CALL("fd_seek", 4, (uint64_t)INT64_MIN, WASI_SEEK_CUR, RESULT), WASI_EINVAL);

	set(DATA, "PQ", 2);
	set_list(0, DATA, 2);
	is_int(CALL("fd_pwrite", 4, LIST, 1, 1, RESULT), 0);
	is_int(get32(RESULT), 2);
	set_list(0, DATA, 4);
	set_list(1, DATA + 4, 100);
	is_int(CALL("fd_pread", 4, LIST, 2, 0, RESULT), 0);
	is_int(get32(RESULT), 16);
	is_mem(memory + DATA, "0PQ3abc", 7);
	is_int(CALL("fd_pread", 4, LIST, 1, UINT64_MAX, RESULT), 0);
	is_int(get32(RESULT), 0);
	is_int(CALL("fd_pwrite", 4, LIST, 1, UINT64_MAX, RESULT), WASI_EFBIG);

	is_int(CALL("fd_filestat_set_size", 4, 3), 0);
	ok(str_eq(content("w/a"), STR("0PQ")));
	is_int(CALL("fd_allocate", 4, 0, 2), 0); /* never makes a file shorter */
	is_int(content("w/a").len, 3);
	is_int(CALL("fd_allocate", 4, 3, 2), 0);
	is_int(content("w/a").len, 5);
	is_int(CALL("fd_allocate", 4, UINT64_MAX, 2), WASI_EFBIG);
	is_int(CALL("fd_datasync", 4), 0);
	is_int(CALL("fd_sync", 4), 0);
	is_int(CALL("fd_advise", 4, 0, 0, 0), 0);
	is_int(CALL("fd_fdstat_set_rights", 4, 0, 0), 0);

	is_int(open_with("w/log", WASI_O_CREAT, RIGHTS, WASI_APPEND), 0);
	int log = (int)get32(RESULT);
	write_text(log, "one");
	CALL("fd_seek", (uint64_t)log, 0, WASI_SEEK_SET, RESULT);
	write_text(log, "two");
	ok(str_eq(content("w/log"), STR("onetwo")));
	is_int(CALL("fd_fdstat_get", (uint64_t)log, RESULT), 0);
	is_int(memory[RESULT], WASI_REGULAR_FILE);
	is_int(memory[RESULT + 2], WASI_APPEND);
	is_int(CALL("fd_fdstat_set_flags", (uint64_t)log, 0), 0);
	CALL("fd_seek", (uint64_t)log, 0, WASI_SEEK_SET, RESULT);
	write_text(log, "ONE");
	ok(str_eq(content("w/log"), STR("ONEtwo")));
	ok(str_eq(tree_find(tree, "/w/a")->content, STR("0123456789"))); /* the tree beneath is as it was */
	finish();
}

static void rights_and_kinds_of_descriptors(void)
{
	begin();
	int fd = open_reading("ro/f");
	is_int(write_text(fd, "x"), WASI_EBADF);
	is_int(CALL("fd_pwrite", (uint64_t)fd, LIST, 1, 0, RESULT), WASI_EBADF);
	is_int(CALL("fd_filestat_set_size", (uint64_t)fd, 0), WASI_EINVAL);
	is_int(CALL("fd_allocate", (uint64_t)fd, 0, 100), WASI_EBADF);
	is_int(CALL("fd_filestat_set_times", (uint64_t)fd, 0, 0, WASI_MTIM), WASI_EROFS);
	is_int(open_with("w/a", 0, WASI_RIGHT_FD_WRITE, 0), 0);
	is_int(CALL("fd_read", 5, LIST, 1, RESULT), WASI_EBADF);
	is_int(CALL("fd_pread", 5, LIST, 1, 0, RESULT), WASI_EBADF);
	is_int(CALL("fd_seek", 5, 0, 0, RESULT), 0);

	/* Of a folder, also of the first one, whose rights are all rights. */
	int folder = open_reading("w");
	for (int i = 0; i < 2; i++) {
		uint64_t n = i ? (uint64_t)folder : ROOT;
		is_int(CALL("fd_read", n, LIST, 1, RESULT), WASI_EISDIR);
		is_int(CALL("fd_pread", n, LIST, 1, 0, RESULT), WASI_EISDIR);
		is_int(write_text((int)n, "x"), i ? WASI_EBADF : WASI_EISDIR);
		is_int(CALL("fd_pwrite", n, LIST, 1, 0, RESULT), i ? WASI_EBADF : WASI_EISDIR);
		is_int(CALL("fd_filestat_set_size", n, 9), i ? WASI_EINVAL : WASI_EISDIR);
		is_int(CALL("fd_seek", n, 0, 0, RESULT), WASI_EBADF);
		is_int(CALL("fd_tell", n, RESULT), WASI_EBADF);
	}
	is_int(w.view.used_bytes, 0);

	static const struct {
		const char *name;
		size_t args;
	} on_fd[] = {
		{"fd_advise", 4},	   {"fd_allocate", 3},	       {"fd_close", 1},		 {"fd_datasync", 1},
		{"fd_fdstat_get", 2},	   {"fd_fdstat_set_flags", 2}, {"fd_fdstat_set_rights", 3}, {"fd_filestat_get", 2},
		{"fd_filestat_set_size", 2}, {"fd_filestat_set_times", 4}, {"fd_pread", 5},	 {"fd_prestat_dir_name", 3},
		{"fd_prestat_get", 2},	   {"fd_pwrite", 5},	       {"fd_read", 4},		 {"fd_readdir", 5},
		{"fd_renumber", 2},	   {"fd_seek", 4},	       {"fd_sync", 1},		 {"fd_tell", 2},
		{"fd_write", 4},	   {"path_create_directory", 3}, {"path_filestat_get", 5},
		{"path_filestat_set_times", 7}, {"path_open", 9},      {"path_readlink", 6},	 {"path_remove_directory", 3},
		{"path_rename", 6},	   {"path_unlink_file", 3},
	};
	is_int(CALL("fd_close", (uint64_t)folder), 0);
	static const uint64_t closed[] = {6, 7, 1023, 1024, 0x7FFFFFFF, UINT32_MAX};
	for (size_t i = 0; i < countof(on_fd); i++) {
		size_t other = 0;
		for (size_t j = 0; j < countof(closed); j++) {
			uint64_t args[WASI_PARAMS_MAX] = {closed[j]};
			other += call(on_fd[i].name, args, on_fd[i].args) != WASI_EBADF;
		}
		tap_ok(other == 0, on_fd[i].name, __FILE__, __LINE__);
	}
	is_int(CALL("path_symlink", P("a"), 99, P2("w/l")), WASI_EBADF);
	is_int(CALL("path_rename", ROOT, P("w/a"), 99, P2("w/l")), WASI_EBADF);
	finish();
}

static void status_of_files(void)
{
	begin();
	CALL("path_symlink", P("a"), ROOT, P2("w/l"));
	is_int(look("w/a", 0), 0);
	uint64_t inode = get64(RESULT + 8);
	is_int(get64(RESULT), 1);
	ok(inode != 0);
	is_int(get64(RESULT + 16), WASI_REGULAR_FILE);
	is_int(get64(RESULT + 24), 1);
	is_int(get64(RESULT + 32), 10);
	for (size_t i = 40; i < 64; i += 8)
		is_int(get64(RESULT + i), 1577836800 * (uint64_t)SECOND);
	is_int(look("w/l", WASI_SYMLINK_FOLLOW), 0);
	is_int(get64(RESULT + 8), inode);
	is_int(look("w/l", 0), 0);
	is_int(get64(RESULT + 16), WASI_SYMBOLIC_LINK);
	is_int(get64(RESULT + 32), 1);
	is_int(look("w", 0), 0);
	is_int(get64(RESULT + 16), WASI_DIRECTORY);
	is_int(get64(RESULT + 32), 0);
	is_int(look(".", 0), 0);
	is_int(look("nothing", 0), WASI_ENOENT);
	is_int(look("nothing/at/all", 0), WASI_ENOENT);
	is_int(look("w/a/x", 0), WASI_ENOTDIR);
	is_int(look("w/a/", 0), WASI_ENOTDIR);
	is_int(look("", 0), WASI_ENOENT);
	is_int(look("/w", 0), WASI_EPERM);
	is_int(look("..", 0), WASI_EPERM);
	is_int(look("w/../../etc/passwd", 0), WASI_EPERM);
	is_int(CALL("path_filestat_get", ROOT, 0, PATH, 8192, RESULT), WASI_ENAMETOOLONG);
	memset(memory + PATH, 'n', 256);
	is_int(CALL("path_filestat_get", ROOT, 0, PATH, 256, RESULT), WASI_ENAMETOOLONG);
	set(PATH, "w\0a", 3);
	is_int(CALL("path_filestat_get", ROOT, 0, PATH, 3, RESULT), WASI_EILSEQ);

	CALL("clock_time_get", WASI_MONOTONIC, 0, RESULT);
	int fd = open_path("w/a", 0);
	write_text(fd, "x");
	is_int(CALL("fd_filestat_get", (uint64_t)fd, RESULT), 0);
	is_int(get64(RESULT + 8), inode);
	is_int(get64(RESULT + 48), 1577836800 * (uint64_t)SECOND + 1000);
	is_int(CALL("fd_filestat_set_times", (uint64_t)fd, 5, 77, WASI_MTIM), 0);
	CALL("fd_filestat_get", (uint64_t)fd, RESULT);
	is_int(get64(RESULT + 48), 77);
	is_int(get64(RESULT + 40), 77); /* as long as none was set */
	is_int(CALL("path_filestat_set_times", ROOT, 0, P("w/a"), 5, 88, WASI_ATIM), 0);
	CALL("fd_filestat_get", (uint64_t)fd, RESULT);
	is_int(get64(RESULT + 48), 77);
	is_int(get64(RESULT + 40), 5);
	is_int(CALL("fd_filestat_set_times", (uint64_t)fd, 5, 77, WASI_ATIM_NOW), 0);
	CALL("fd_filestat_get", (uint64_t)fd, RESULT);
	is_int(get64(RESULT + 40), 1577836800 * (uint64_t)SECOND + 1000);
	is_int(CALL("path_filestat_set_times", ROOT, WASI_SYMLINK_FOLLOW, P("w/l"), 5, 88, WASI_MTIM_NOW), 0);
	CALL("fd_filestat_get", (uint64_t)fd, RESULT);
	is_int(get64(RESULT + 48), 1577836800 * (uint64_t)SECOND + 1000);
	is_int(CALL("path_filestat_set_times", ROOT, 0, P("w/a"), 0, 0, WASI_MTIM | WASI_MTIM_NOW), WASI_EINVAL);
	is_int(CALL("fd_filestat_set_times", (uint64_t)fd, 0, 0, WASI_ATIM | WASI_ATIM_NOW), WASI_EINVAL);
	is_int(CALL("path_filestat_set_times", ROOT, 0, P("ro/f"), 0, 0, WASI_MTIM), WASI_EROFS);
	is_int(CALL("path_filestat_set_times", ROOT, 0, P("none"), 0, 0, WASI_MTIM), WASI_ENOENT);
	finish();
}

/* ---- paths */

static void opening(void)
{
	begin();
	CALL("path_symlink", P("a"), ROOT, P2("w/l"));
	CALL("path_symlink", P("loop"), ROOT, P2("w/loop"));
	CALL("path_symlink", P("new"), ROOT, P2("w/dangling"));
	CALL("path_symlink", P("../../x"), ROOT, P2("w/out"));
	static const struct {
		const char *path;
		int oflags;
		bool follow, writes;
		int want;
	} cases[] = {
		{"w/a", 0, true, true, 0},
		{"ro/f", 0, true, false, 0},
		{"ro/f", 0, true, true, WASI_EROFS},
		{"ro/f", WASI_O_TRUNC, true, false, WASI_EROFS},
		{"ro/f", WASI_O_CREAT, true, false, 0},
		{"ro/new", WASI_O_CREAT, true, true, WASI_EROFS},
		{"none", 0, true, false, WASI_ENOENT},
		{"none", WASI_O_TRUNC, true, true, WASI_ENOENT},
		{"none", WASI_O_DIRECTORY, true, false, WASI_ENOENT},
		{"w/none/x", WASI_O_CREAT, true, true, WASI_ENOENT},
		{"w/a", WASI_O_DIRECTORY, true, false, WASI_ENOTDIR},
		{"w/a/x", WASI_O_CREAT, true, true, WASI_ENOTDIR},
		{"w/a", WASI_O_CREAT | WASI_O_EXCL, true, true, WASI_EEXIST},
		{"w/l", WASI_O_CREAT | WASI_O_EXCL, true, true, WASI_EEXIST},
		{"w/dangling", WASI_O_CREAT | WASI_O_EXCL, true, true, WASI_EEXIST},
		{"w/dangling", 0, true, false, WASI_ENOENT},
		{"w/dangling", WASI_O_CREAT, true, true, 0}, /* makes w/new */
		{"w/new", WASI_O_CREAT | WASI_O_EXCL, true, true, WASI_EEXIST},
		{"w/new2", WASI_O_CREAT | WASI_O_DIRECTORY, true, true, WASI_EINVAL},
		{"w/new2/", WASI_O_CREAT, true, true, WASI_EISDIR},
		{"w/new2", 0, true, false, WASI_ENOENT},
		{"w/l", 0, true, true, 0},
		{"w/l", 0, false, true, WASI_ELOOP},
		{"w/loop", 0, true, false, WASI_ELOOP},
		{"w/loop/x", 0, false, false, WASI_ELOOP},
		{"w/out", WASI_O_CREAT, true, true, WASI_EPERM},
		{"w", 0, true, false, 0},
		{"w/", WASI_O_DIRECTORY, true, false, 0},
		{"w", 0, true, true, WASI_EISDIR},
		{"w", WASI_O_CREAT, true, false, WASI_EISDIR},
		{"w", WASI_O_TRUNC, true, false, WASI_EISDIR},
		{"w", WASI_O_CREAT | WASI_O_EXCL, true, true, WASI_EEXIST},
		{".", WASI_O_DIRECTORY, true, false, 0},
		{"..", WASI_O_DIRECTORY, true, false, WASI_EPERM},
	};
	for (size_t i = 0; i < countof(cases); i++) {
		uint64_t rights = WASI_RIGHT_FD_READ | (cases[i].writes ? WASI_RIGHT_FD_WRITE : 0);
		int got = CALL("path_open", ROOT, cases[i].follow, P(cases[i].path), (uint64_t)cases[i].oflags, rights, 0, 0,
			       RESULT);
		if (!tap_ok(got == cases[i].want, cases[i].path, __FILE__, __LINE__))
			tap_print("#   case %zu: got %d, want %d\n", i, got, cases[i].want);
	}
	int fd = open_path("w/a", WASI_O_TRUNC);
	is_int(content("w/a").len, 0);
	/* From a folder, nothing above it. */
	int folder = open_reading("w");
	is_int(CALL("path_open", (uint64_t)folder, 1, P("l"), 0, 0, 0, 0, RESULT), 0);
	is_int(CALL("path_open", (uint64_t)folder, 1, P("../ro/f"), 0, 0, 0, 0, RESULT), WASI_EPERM);
	is_int(CALL("path_open", (uint64_t)fd, 1, P("x"), 0, 0, 0, 0, RESULT), WASI_ENOTDIR);
	finish();
}

static void folders_and_links(void)
{
	begin();
	is_int(CALL("path_create_directory", ROOT, P("w/new")), 0);
	is_int(CALL("path_create_directory", ROOT, P("w/slash/")), 0);
	is_int(CALL("path_create_directory", ROOT, P("w/new")), WASI_EEXIST);
	is_int(CALL("path_create_directory", ROOT, P("w/a")), WASI_EEXIST);
	is_int(CALL("path_create_directory", ROOT, P("w/no/where")), WASI_ENOENT);
	is_int(CALL("path_create_directory", ROOT, P("ro/new")), WASI_EROFS);
	is_int(CALL("path_create_directory", ROOT, P("new")), WASI_EROFS);
	is_int(CALL("path_create_directory", ROOT, P("w/a/x")), WASI_ENOTDIR);

	is_int(CALL("path_symlink", P("new"), ROOT, P2("w/l")), 0);
	is_int(CALL("path_symlink", P("new"), ROOT, P2("w/l")), WASI_EEXIST);
	is_int(CALL("path_symlink", P("new"), ROOT, P2("ro/l")), WASI_EROFS);
	is_int(CALL("path_symlink", P("new"), ROOT, P2("w/l2/")), WASI_ENOENT);
	is_int(CALL("path_symlink", P(""), ROOT, P2("w/l2")), WASI_ENOENT);
	is_int(CALL("path_symlink", P("/etc/passwd"), ROOT, P2("w/l2")), WASI_EPERM);
	memset(memory + PATH, 'p', VIEW_PATH_MAX);
	is_int(CALL("path_symlink", PATH, VIEW_PATH_MAX + 1, ROOT, P2("w/l2")), WASI_ENAMETOOLONG);
	is_int(CALL("path_symlink", PATH, VIEW_PATH_MAX, ROOT, P2("w/longest")), 0);
	set(PATH, "a\0b", 3);
	is_int(CALL("path_symlink", PATH, 3, ROOT, P2("w/l2")), WASI_EILSEQ);

	memset(memory + DATA, 0xEE, 8);
	is_int(CALL("path_readlink", ROOT, P("w/l"), DATA, 100, RESULT), 0);
	is_int(get32(RESULT), 3);
	is_mem(memory + DATA, "new\xEE", 4);
	is_int(CALL("path_readlink", ROOT, P("w/l"), DATA, 2, RESULT), 0);
	is_int(get32(RESULT), 2);
	is_int(CALL("path_readlink", ROOT, P("w/l"), DATA, 0, RESULT), 0);
	is_int(get32(RESULT), 0);
	is_int(CALL("path_readlink", ROOT, P("w/a"), DATA, 100, RESULT), WASI_EINVAL);
	is_int(CALL("path_readlink", ROOT, P("w"), DATA, 100, RESULT), WASI_EINVAL);
	is_int(CALL("path_readlink", ROOT, P("none"), DATA, 100, RESULT), WASI_ENOENT);

	is_int(CALL("path_remove_directory", ROOT, P("w/l")), WASI_ENOTDIR);
	is_int(CALL("path_remove_directory", ROOT, P("w/a")), WASI_ENOTDIR);
	is_int(CALL("path_remove_directory", ROOT, P("w/d")), WASI_ENOTEMPTY);
	is_int(CALL("path_remove_directory", ROOT, P("w")), WASI_EROFS);
	is_int(CALL("path_remove_directory", ROOT, P(".")), WASI_EINVAL);
	is_int(CALL("path_remove_directory", ROOT, P("w/d/./")), WASI_EINVAL);
	is_int(CALL("path_remove_directory", ROOT, P("w/d/..")), WASI_EROFS);
	is_int(CALL("path_remove_directory", ROOT, P("w/d/z/..")), WASI_ENOTEMPTY);
	is_int(CALL("path_remove_directory", ROOT, P("none")), WASI_ENOENT);
	is_int(CALL("path_remove_directory", ROOT, P("w/new")), 0);
	is_int(look("w/new", 0), WASI_ENOENT);
	is_int(CALL("path_unlink_file", ROOT, P("w/d")), WASI_EISDIR);
	is_int(CALL("path_unlink_file", ROOT, P("ro/f")), WASI_EROFS);
	is_int(CALL("path_unlink_file", ROOT, P("w/none")), WASI_ENOENT);
	is_int(CALL("path_unlink_file", ROOT, P("w/l")), 0); /* the link, not what it names */
	is_int(CALL("path_unlink_file", ROOT, P("w/a")), 0);
	is_int(look("w/a", 0), WASI_ENOENT);
	finish();
}

static void renaming(void)
{
	begin();
	is_int(CALL("path_rename", ROOT, P("w/a"), ROOT, P2("w/b")), 0);
	ok(str_eq(content("w/b"), STR("0123456789")));
	is_int(CALL("path_rename", ROOT, P("w/b"), ROOT, P2("w/b")), 0);
	is_int(CALL("path_rename", ROOT, P("w/b"), ROOT, P2("w/c/")), WASI_ENOTDIR);
	is_int(CALL("path_rename", ROOT, P("w/a"), ROOT, P2("w/c")), WASI_ENOENT);
	is_int(CALL("path_rename", ROOT, P("w/b"), ROOT, P2("w/d")), WASI_EISDIR);
	is_int(CALL("path_rename", ROOT, P("w/d"), ROOT, P2("w/b")), WASI_ENOTDIR);
	is_int(CALL("path_rename", ROOT, P("w/d"), ROOT, P2("w/d/z/new")), WASI_EINVAL);
	is_int(CALL("path_rename", ROOT, P("w/d/z"), ROOT, P2("w/d")), WASI_ENOTEMPTY);
	is_int(CALL("path_rename", ROOT, P("w/d"), ROOT, P2("w/e/")), 0);
	is_int(CALL("path_rename", ROOT, P("w/b"), ROOT, P2("ro/b")), WASI_EROFS);
	is_int(CALL("path_rename", ROOT, P("ro/f"), ROOT, P2("w/f")), WASI_EROFS);
	is_int(CALL("path_rename", ROOT, P("w"), ROOT, P2("w2")), WASI_EROFS);
	is_int(CALL("path_rename", ROOT, P("."), ROOT, P2("w/x")), WASI_EBUSY);
	is_int(CALL("path_rename", ROOT, P("w/e/z/.."), ROOT, P2("w/x")), WASI_EBUSY);
	is_int(CALL("path_rename", ROOT, P("w/e"), ROOT, P2("w/.//")), WASI_EBUSY);
	is_int(CALL("path_rename", ROOT, P("w/e"), ROOT, P2("w/e/z/..")), WASI_EBUSY);
	is_int(CALL("path_create_directory", ROOT, P("w/...")), 0);
	is_int(CALL("path_rename", ROOT, P("w/..."), ROOT, P2("w/x.")), 0);
	is_int(CALL("path_rename", ROOT, P("w/b"), ROOT, P2("../b")), WASI_EPERM);
	/* Between two folders, by their descriptors. */
	int from = open_reading("w/e"), to = open_reading("w/e/z");
	is_int(CALL("path_rename", (uint64_t)from, P("x"), (uint64_t)to, P2("moved")), 0);
	ok(str_eq(content("w/e/z/moved"), STR("x")));
	finish();
}

static void a_removed_file_stays_open(void)
{
	begin();
	uint64_t before = w.view.used_bytes;
	int fd = open_path("w/tmp", WASI_O_CREAT);
	is_int(CALL("path_unlink_file", ROOT, P("w/tmp")), 0);
	is_int(write_text(fd, "still here"), 0);
	CALL("fd_seek", (uint64_t)fd, 0, WASI_SEEK_SET, RESULT);
	ok(str_eq(read_bytes(fd, 100), STR("still here")));
	ok(w.view.used_bytes > before);
	is_int(CALL("fd_close", (uint64_t)fd), 0);
	is_int(w.view.used_bytes, before);

	fd = open_path("w/tmp", WASI_O_CREAT);
	int other = open_path("w/a", 0);
	is_int(CALL("path_unlink_file", ROOT, P("w/tmp")), 0);
	is_int(CALL("fd_renumber", (uint64_t)other, (uint64_t)fd), 0); /* closes the last one */
	is_int(w.view.used_bytes, before);
	finish();
}

/* ---- folders, read in portions */

static const char *const listed[] = {".", "..", "x", "y", "z"};

/* Reads the whole folder with a buffer of that size; when not even one entry
 * fits, with one that is just large enough. Says whether the list is right. */
static bool lists_with(int fd, uint32_t room)
{
	uint64_t cookie = 0;
	size_t found = 0;
	for (;;) {
		uint32_t size = room;
		if (CALL("fd_readdir", (uint64_t)fd, DATA, size, cookie, RESULT) != 0)
			return false;
		uint32_t used = get32(RESULT);
		if (used > 0 && used == size && (used < 24 || 24 + get32(DATA + 16) > used)) {
			size = 25;
			while (CALL("fd_readdir", (uint64_t)fd, DATA, size, cookie, RESULT) == 0 &&
			       24 + get32(DATA + 16) > size)
				size++;
			used = get32(RESULT);
		}
		size_t at = DATA, end = DATA + used;
		if (used == 0)
			return found == countof(listed);
		for (; at + 24 <= end && at + 24 + get32(at + 16) <= end; at += 24 + get32(at + 16)) {
			if (found == countof(listed) || strlen(listed[found]) != get32(at + 16) ||
			    memcmp(memory + at + 24, listed[found], get32(at + 16)) != 0 ||
			    memory[at + 20] != (found == 2 || found == 3 ? WASI_REGULAR_FILE : WASI_DIRECTORY))
				return false;
			cookie = get64(at);
			found++;
		}
		if (used < size && at != end)
			return false; /* cut, though there was room */
	}
}

static void reading_folders(void)
{
	begin();
	int fd = open_reading("w/d");
	size_t wrong = 0;
	for (uint32_t room = 1; room <= 200; room++) {
		bool good = lists_with(fd, room);
		if (!good)
			tap_print("# with %u bytes\n", room);
		wrong += !good;
	}
	is_int(wrong, 0);
	is_int(CALL("fd_readdir", (uint64_t)fd, DATA, 0, 0, RESULT), 0);
	is_int(get32(RESULT), 0);
	static const uint64_t beyond[] = {5, 6, 1000, INT64_MAX, UINT64_MAX - 1, UINT64_MAX};
	for (size_t i = 0; i < countof(beyond); i++) {
		is_int(CALL("fd_readdir", (uint64_t)fd, DATA, 100, beyond[i], RESULT), 0);
		is_int(get32(RESULT), 0);
	}
	/* Inodes agree with those of a look. */
	CALL("fd_readdir", (uint64_t)fd, DATA, 100, 2, RESULT);
	uint64_t inode = get64(DATA + 8);
	look("w/d/x", 0);
	is_int(get64(RESULT + 8), inode);

	/* Who removes what he reads about misses nothing. */
	is_int(CALL("fd_readdir", (uint64_t)fd, DATA, 30, 0, RESULT), 0);
	CALL("path_unlink_file", ROOT, P("w/d/x"));
	is_int(CALL("fd_readdir", (uint64_t)fd, DATA, 25, 3, RESULT), 0);
	is_int(memory[DATA + 24], 'y');
	is_int(CALL("fd_readdir", (uint64_t)fd, DATA, 200, 0, RESULT), 0); /* from the start: as it is now */
	is_int(get32(RESULT), 25 + 26 + 25 + 25);
	int file = open_reading("w/a");
	is_int(CALL("fd_readdir", (uint64_t)file, DATA, 200, 0, RESULT), WASI_ENOTDIR);
	is_int(CALL("fd_readdir", (uint64_t)fd, DATA, MEMORY, 0, RESULT), WASI_EFAULT);
	is_int(CALL("fd_readdir", (uint64_t)fd, DATA, UINT32_MAX, 0, RESULT), WASI_EFAULT);
	finish();
}

static void names_of_any_kind_are_listed(void)
{
	begin();
	char path[4 + TREE_NAME_MAX + 1] = "/w/d";
	path[4] = '/';
	memset(path + 5, '\xFF', TREE_NAME_MAX - 1);
	path[5 + TREE_NAME_MAX - 1] = '\0';
	is_int(tree_add_file(tree, path, STR("1"), NULL), 0);
	char longest[TREE_NAME_MAX + 8] = "/w/d/";
	memset(longest + 5, 'a', TREE_NAME_MAX);
	longest[5 + TREE_NAME_MAX] = '\0';
	is_int(tree_add_file(tree, longest, STR("2"), NULL), 0);
	int fd = open_reading("w/d");
	is_int(CALL("fd_readdir", (uint64_t)fd, DATA, 1000, 2, RESULT), 0);
	is_int(get32(DATA + 16), TREE_NAME_MAX);
	is_mem(memory + DATA + 24, longest + 5, TREE_NAME_MAX);
	is_int(get32(RESULT), 24 * 5 + 3 + 2 * TREE_NAME_MAX - 1);
	finish();
}

/* Each descriptor on a folder holds a list of its names. */
static void lists_of_names_are_bounded(void)
{
	enum { NAMES = 3000 };
	begin();
	char name[32];
	for (int i = 0; i < NAMES; i++) {
		snprintf(name, sizeof(name), "/many/%05d", i);
		tree_add_file(tree, name, STR(""), NULL);
	}
	int error = 0, opened = 0;
	while (!error && opened < 1000) {
		int fd = open_reading("many");
		error = CALL("fd_readdir", (uint64_t)fd, DATA, 100, 0, RESULT);
		opened++;
	}
	is_int(error, WASI_ENOMEM);
	is_int(opened, 2 * VIEW_NODES_MAX / NAMES + 1);
	is_int(CALL("fd_close", 10), 0);
	int fd = open_reading("many");
	is_int(CALL("fd_readdir", (uint64_t)fd, DATA, 100, 0, RESULT), 0);
	is_int(CALL("fd_readdir", (uint64_t)fd, DATA, 100, 0, RESULT), 0);
	finish();
}

/* ---- descriptors */

static void preopens(void)
{
	begin();
	is_int(CALL("fd_prestat_get", ROOT, RESULT), 0);
	is_int(get32(RESULT), 0);
	is_int(get32(RESULT + 4), 1);
	is_int(CALL("fd_prestat_dir_name", ROOT, RESULT, 1), 0);
	is_int(memory[RESULT], '/');
	is_int(CALL("fd_prestat_dir_name", ROOT, RESULT, 0), WASI_ENAMETOOLONG);
	is_int(CALL("fd_prestat_dir_name", ROOT, RESULT, 100), 0);
	for (uint64_t fd = 0; fd < 10; fd += fd == 2 ? 2 : 1) {
		is_int(CALL("fd_prestat_get", fd, RESULT), WASI_EBADF);
		is_int(CALL("fd_prestat_dir_name", fd, RESULT, 1), WASI_EBADF);
	}
	int fd = open_reading("w");
	is_int(CALL("fd_prestat_get", (uint64_t)fd, RESULT), WASI_EBADF);
	/* Another folder in its place is no preopen. */
	is_int(CALL("fd_renumber", (uint64_t)fd, ROOT), 0);
	is_int(CALL("fd_prestat_get", ROOT, RESULT), WASI_EBADF);
	is_int(CALL("fd_prestat_dir_name", ROOT, RESULT, 1), WASI_EBADF);
	is_int(CALL("fd_close", ROOT), 0);
	is_int(CALL("fd_prestat_get", ROOT, RESULT), WASI_EBADF);
	is_int(open_with("w/a", 0, 0, 0), WASI_EBADF);
	finish();
}

static void descriptors_can_be_renumbered(void)
{
	begin();
	int a = open_path("w/a", 0), f = open_reading("ro/f");
	is_int(CALL("fd_renumber", (uint64_t)a, (uint64_t)a), 0);
	is_int(CALL("fd_renumber", (uint64_t)a, (uint64_t)f), 0);
	is_int(CALL("fd_tell", (uint64_t)a, RESULT), WASI_EBADF);
	ok(str_eq(read_bytes(f, 3), STR("012")));
	is_int(open_reading("ro/f"), a); /* the lowest that is free */
	is_int(CALL("fd_renumber", (uint64_t)a, 99), WASI_EBADF);
	is_int(CALL("fd_renumber", 99, (uint64_t)a), WASI_EBADF);
	/* A file as the standard output. */
	is_int(CALL("fd_renumber", (uint64_t)f, 1), 0);
	is_int(write_text(1, "OUT"), 0);
	ok(str_eq(content("w/a"), STR("012OUT6789")));
	is_int(w.out.len, 0);
	is_int(CALL("fd_close", 0), 0);
	is_int(CALL("fd_read", 0, LIST, 1, RESULT), WASI_EBADF);
	is_int(CALL("fd_close", 0), WASI_EBADF);
	finish();
}

static void descriptors_run_out(void)
{
	begin();
	int opened = 0;
	while (open_with("w/a", 0, 0, 0) == 0 && opened < 2000)
		opened++;
	is_int(opened, 1024 - 4);
	is_int(open_with("w/a", 0, 0, 0), WASI_EMFILE);
	is_int(open_with("w/new", WASI_O_CREAT, RIGHTS, 0), WASI_EMFILE);
	is_int(look("w/new", 0), WASI_ENOENT); /* nothing was made for it */
	is_int(CALL("fd_close", 500), 0);
	is_int(open_path("w/new", WASI_O_CREAT), 500);
	is_int(open_with("w/a", 0, 0, 0), WASI_EMFILE);
	is_int(w.end, WASI_RUNNING);
	finish();
}

/* ---- quotas */

static void the_disk_fills(void)
{
	static const char *const how[] = {"fd_write", "fd_pwrite", "fd_allocate", "fd_filestat_set_size",
					  "path_open", "path_create_directory", "path_symlink"};
	for (size_t i = 0; i < countof(how); i++) {
		begin();
		world.disk_max = w.view.quota_bytes = 1000;
		int fd = open_path("w/x", WASI_O_CREAT), result = 0;
		set_list(0, DATA, 100);
		for (uint64_t step = 0; result == 0 && step < 100; step++) {
			char name[16];
			snprintf(name, sizeof(name), "w/%d", (int)step);
			uint64_t n = (uint64_t)fd, size = 100 * step;
			switch (i) {
			case 0: result = CALL("fd_write", n, LIST, 1, RESULT); break;
			case 1: result = CALL("fd_pwrite", n, LIST, 1, size, RESULT); break;
			case 2: result = CALL("fd_allocate", n, 0, size); break;
			case 3: result = CALL("fd_filestat_set_size", n, size); break;
			case 4: result = open_with(name, WASI_O_CREAT, RIGHTS, 0); break;
			case 5: result = CALL("path_create_directory", ROOT, P(name)); break;
			default: result = CALL("path_symlink", P("target"), ROOT, P2(name)); break;
			}
		}
		tap_ok(result == WASI_ENDED && w.end == WASI_DISK_FULL && w.view.used_bytes <= 1000 &&
			       w.view.used_bytes > 500,
		       how[i], __FILE__, __LINE__);
		finish();
	}
}

static void looking_for_too_many_names_ends_a_guest(void)
{
	begin();
	w.view.nodes = VIEW_NODES_MAX - 2; /* as if it had looked for all these */
	is_int(look("first", 0), WASI_ENOENT);
	is_int(look("second", 0), WASI_ENOENT);
	is_int(look("first", 0), WASI_ENOENT);
	is_int(look("third", 0), WASI_ENDED);
	is_int(w.end, WASI_DISK_FULL);
	finish();
}

/* ---- every pointer at the edges of memory */

/* A call that succeeds, one of its arguments being the address of `size` bytes,
 * which it reads (`bytes`) or writes. */
static const struct edge {
	const char *name;
	uint64_t args[WASI_PARAMS_MAX];
	size_t which, size;
	const char *bytes;
} edges[] = {
	{"args_get", {RESULT, DATA}, 0, 12, NULL},
	{"args_get", {RESULT, DATA}, 1, 16, NULL},
	{"args_sizes_get", {RESULT, DATA}, 0, 4, NULL},
	{"args_sizes_get", {RESULT, DATA}, 1, 4, NULL},
	{"clock_res_get", {0, RESULT}, 1, 8, NULL},
	{"clock_time_get", {0, 0, RESULT}, 2, 8, NULL},
	{"environ_get", {RESULT, DATA}, 0, 8, NULL},
	{"environ_get", {RESULT, DATA}, 1, 7, NULL},
	{"environ_sizes_get", {RESULT, DATA}, 0, 4, NULL},
	{"environ_sizes_get", {RESULT, DATA}, 1, 4, NULL},
	{"fd_fdstat_get", {4, RESULT}, 1, 24, NULL},
	{"fd_filestat_get", {4, RESULT}, 1, 64, NULL},
	{"fd_pread", {4, LIST, 1, 0, RESULT}, 1, 8, "\0\120\0\0\4\0\0\0"},
	{"fd_pread", {4, LIST, 1, 0, RESULT}, 4, 4, NULL},
	{"fd_prestat_dir_name", {ROOT, RESULT, 1}, 1, 1, NULL},
	{"fd_prestat_get", {ROOT, RESULT}, 1, 8, NULL},
	{"fd_pwrite", {4, LIST, 1, 0, RESULT}, 1, 8, "\0\120\0\0\4\0\0\0"},
	{"fd_pwrite", {4, LIST, 1, 0, RESULT}, 4, 4, NULL},
	{"fd_read", {4, LIST, 1, RESULT}, 1, 8, "\0\120\0\0\4\0\0\0"},
	{"fd_read", {4, LIST, 1, RESULT}, 3, 4, NULL},
	{"fd_readdir", {5, DATA, 60, 0, RESULT}, 1, 60, NULL},
	{"fd_readdir", {5, DATA, 60, 0, RESULT}, 4, 4, NULL},
	{"fd_seek", {4, 1, 0, RESULT}, 3, 8, NULL},
	{"fd_tell", {4, RESULT}, 1, 8, NULL},
	{"fd_write", {4, LIST, 1, RESULT}, 1, 8, "\0\120\0\0\4\0\0\0"},
	{"fd_write", {4, LIST, 1, RESULT}, 3, 4, NULL},
	{"path_create_directory", {ROOT, PATH, 5}, 1, 5, "w/new"},
	{"path_filestat_get", {ROOT, 0, PATH, 3, RESULT}, 2, 3, "w/a"},
	{"path_filestat_get", {ROOT, 0, PATH, 1, RESULT}, 4, 64, NULL},
	{"path_filestat_set_times", {ROOT, 0, PATH, 3, 0, 0, 0}, 2, 3, "w/a"},
	{"path_open", {ROOT, 0, PATH, 3, 0, 0, 0, 0, RESULT}, 2, 3, "w/a"},
	{"path_open", {ROOT, 0, PATH, 1, 0, 0, 0, 0, RESULT}, 8, 4, NULL},
	{"path_readlink", {ROOT, PATH, 3, DATA, 4, RESULT}, 1, 3, "w/l"},
	{"path_readlink", {ROOT, PATH2, 3, DATA, 4, RESULT}, 3, 4, NULL},
	{"path_readlink", {ROOT, PATH2, 3, DATA, 4, RESULT}, 5, 4, NULL},
	{"path_remove_directory", {ROOT, PATH, 5}, 1, 5, "w/d/z"},
	{"path_rename", {ROOT, PATH, 3, ROOT, PATH2, 3}, 1, 3, "w/a"},
	{"path_rename", {ROOT, PATH2, 3, ROOT, PATH, 3}, 4, 3, "w/n"},
	{"path_symlink", {PATH, 6, ROOT, PATH + 100, 3}, 0, 6, "target"},
	{"path_symlink", {PATH, 1, ROOT, PATH2, 3}, 3, 3, "w/n"},
	{"path_unlink_file", {ROOT, PATH, 3}, 1, 3, "w/a"},
	{"poll_oneoff", {LIST, DATA, 1, RESULT}, 0, 48, NULL},
	{"poll_oneoff", {LIST, DATA, 1, RESULT}, 1, 32, NULL},
	{"poll_oneoff", {LIST, DATA, 1, RESULT}, 3, 4, NULL},
	{"random_get", {DATA, 77}, 0, 77, NULL},
};

static int call_at_edge(const struct edge *e, uint64_t at)
{
	begin();
	CALL("path_symlink", P("longtarget"), ROOT, P2("w/l"));
	open_path("w/a", 0);
	open_reading("w/d");
	memset(memory, 0, MEMORY);
	set_list(0, DATA, 4);
	memory[PATH] = 'w';
	set_path(PATH2, "w/l");
	set_path(PATH + 100, "w/n");
	uint64_t args[WASI_PARAMS_MAX];
	memcpy(args, e->args, sizeof(args));
	args[e->which] = at;
	if (e->bytes)
		set(at, e->bytes, e->size);
	const struct wasi_function *f = function(e->name);
	int result = call(e->name, args, strlen(f->params));
	finish();
	return result;
}

static void pointers_at_the_edges_of_memory(void)
{
	for (size_t i = 0; i < countof(edges); i++) {
		const struct edge *e = &edges[i];
		const uint64_t outside[] = {
			MEMORY - e->size + 1, MEMORY - 1 + (e->size == 1), MEMORY,	 MEMORY + 1,
			UINT32_MAX,	      UINT32_MAX - e->size + 1,		 UINT32_MAX - e->size / 2, 0x80000000,
		};
		int inside = call_at_edge(e, MEMORY - e->size);
		size_t wrong = inside != 0;
		for (size_t j = 0; j < countof(outside); j++)
			wrong += call_at_edge(e, outside[j]) != WASI_EFAULT;
		char label[64];
		snprintf(label, sizeof(label), "%s, argument %zu", e->name, e->which);
		if (!tap_ok(wrong == 0, label, __FILE__, __LINE__))
			tap_print("# inside: %d\n", inside);
	}
}

/* Lengths that wrap around with the address. */
static void lengths_that_wrap(void)
{
	static const struct {
		const char *name;
		size_t at, len, args;
	} calls[] = {
		{"fd_readdir", 1, 2, 5},	  {"path_create_directory", 1, 2, 3}, {"path_filestat_get", 2, 3, 5},
		{"path_filestat_set_times", 2, 3, 7}, {"path_open", 2, 3, 9},	      {"path_readlink", 1, 2, 6},
		{"path_remove_directory", 1, 2, 3}, {"path_rename", 1, 2, 6},	      {"path_unlink_file", 1, 2, 3},
		{"random_get", 0, 1, 2},	  {"path_symlink", 0, 1, 5},
	};
	static const uint32_t pairs[][2] = {
		{1, UINT32_MAX}, {UINT32_MAX, 1}, {UINT32_MAX, 2}, {0x80000000, 0x80000000}, {MEMORY, UINT32_MAX},
		{MEMORY - 1, UINT32_MAX - MEMORY + 2}, {0, MEMORY + 1}, {UINT32_MAX, UINT32_MAX},
	};
	begin();
	for (size_t i = 0; i < countof(calls); i++) {
		size_t wrong = 0;
		for (size_t j = 0; j < countof(pairs); j++) {
			uint64_t args[WASI_PARAMS_MAX] = {ROOT, 0, 0, 0, RESULT};
			args[calls[i].at] = pairs[j][0];
			args[calls[i].len] = pairs[j][1];
			wrong += call(calls[i].name, args, calls[i].args) != WASI_EFAULT;
		}
		tap_ok(wrong == 0, calls[i].name, __FILE__, __LINE__);
	}
	is_int(CALL("poll_oneoff", UINT32_MAX - 48 * 1024 + 1, 0, 1024, RESULT), WASI_EFAULT);
	is_int(CALL("poll_oneoff", 0, UINT32_MAX - 32 * 1024 + 1, 1024, RESULT), WASI_EFAULT);
	is_int(CALL("fd_write", 1, UINT32_MAX - 8 * 1024 + 1, 1024, RESULT), WASI_EFAULT);
	finish();
}

/* ---- the same calls in two worlds */

static uint64_t digest_of_a_life(void)
{
	begin();
	uint64_t sum = 0;
	for (int i = 0; i < 50; i++) {
		char name[16];
		snprintf(name, sizeof(name), "w/%d", i * 7 % 50);
		int fd = open_path(name, WASI_O_CREAT);
		CALL("random_get", DATA, 20);
		set_list(0, DATA, 20);
		CALL("fd_write", (uint64_t)fd, LIST, 1, RESULT);
		CALL("clock_time_get", WASI_REALTIME, 0, RESULT);
		CALL("fd_filestat_get", (uint64_t)fd, DATA + 64);
		CALL("path_unlink_file", ROOT, P(i % 3 ? "w/3" : "w/4"));
		for (size_t j = 0; j < 200; j++)
			sum = sum * 31 + memory[DATA + j];
	}
	int fd = open_reading("w");
	CALL("fd_readdir", (uint64_t)fd, DATA, 4000, 0, RESULT);
	for (size_t j = 0; j < 4000; j++)
		sum = sum * 31 + memory[DATA + j];
	finish();
	return sum;
}

static void the_same_calls_give_the_same_bytes(void)
{
	is_int(digest_of_a_life(), digest_of_a_life());
}

int main(void)
{
	tap_run("every function is there", every_function_is_there);
	tap_run("arguments and environment", arguments_and_environment);
	tap_run("random numbers come from the seed", random_numbers_come_from_the_seed);
	tap_run("the guest ends itself", the_guest_ends_itself);
	tap_run("there is no network and no second name", there_is_no_network_and_no_second_name);
	tap_run("time is virtual", time_is_virtual);
	tap_run("polling", polling);
	tap_run("streams", streams);
	tap_run("output is bounded", output_is_bounded);
	tap_run("lists of buffers", lists_of_buffers);
	tap_run("reading and writing files", reading_and_writing_files);
	tap_run("rights and kinds of descriptors", rights_and_kinds_of_descriptors);
	tap_run("status of files", status_of_files);
	tap_run("opening", opening);
	tap_run("folders and links", folders_and_links);
	tap_run("renaming", renaming);
	tap_run("a removed file stays open", a_removed_file_stays_open);
	tap_run("reading folders", reading_folders);
	tap_run("names of any kind are listed", names_of_any_kind_are_listed);
	tap_run("lists of names are bounded", lists_of_names_are_bounded);
	tap_run("preopens", preopens);
	tap_run("descriptors can be renumbered", descriptors_can_be_renumbered);
	tap_run("descriptors run out", descriptors_run_out);
	tap_run("the disk fills", the_disk_fills);
	tap_run("looking for too many names ends a guest", looking_for_too_many_names_ends_a_guest);
	tap_run("pointers at the edges of memory", pointers_at_the_edges_of_memory);
	tap_run("lengths that wrap", lengths_that_wrap);
	tap_run("the same calls give the same bytes", the_same_calls_give_the_same_bytes);
	return tap_done();
}
