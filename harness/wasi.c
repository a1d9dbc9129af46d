#include "harness/wasi.h"

#include "core/mem.h"
#include "core/prng.h"
#include "harness/wasi_calls.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "guest memory is little-endian and copied as it is");

enum { SUBSCRIPTIONS_MAX = 1024 };

/* What a look at the clock costs, so that a loop waiting for time to pass ends. */
static const uint64_t CLOCK_READ_NS = 1000;

void wasi_add_fd(struct wasi *w, const struct wasi_fd *fd)
{
	w->fds = mem_grow(w->fds, w->fds_len, &w->fds_cap, sizeof(*w->fds));
	w->fds[w->fds_len++] = *fd;
}

void wasi_close_fd(struct wasi *w, struct wasi_fd *fd)
{
	if (fd->node)
		view_close(&w->view, fd->node);
	w->names_listed -= fd->listing_len;
	free(fd->listing);
	*fd = (struct wasi_fd){.kind = FD_CLOSED};
}

void wasi_init(struct wasi *w, const struct wasi_world *world)
{
	const uint64_t in = WASI_RIGHT_FD_READ, out = WASI_RIGHT_FD_WRITE;
	*w = (struct wasi){.world = world, .random_state = world->seed};
	view_init(&w->view, world->tree, world->disk_max);
	/* The streams say that they are a terminal: then libc writes whole lines,
	 * and a program that traps has shown what came before. */
	buf_init(&w->out, world->output_max);
	buf_init(&w->err, world->output_max);
	wasi_add_fd(w, &(struct wasi_fd){.kind = FD_STDIN, .rights = in});
	wasi_add_fd(w, &(struct wasi_fd){.kind = FD_STDOUT, .rights = out});
	wasi_add_fd(w, &(struct wasi_fd){.kind = FD_STDERR, .rights = out});
	w->view.root->opens++;
	wasi_add_fd(w, &(struct wasi_fd){.kind = FD_NODE,
				     .node = w->view.root,
				     .rights = WASI_RIGHTS_ALL,
				     .inheriting = WASI_RIGHTS_ALL});
}

void wasi_release(struct wasi *w)
{
	for (size_t i = 0; i < w->fds_len; i++)
		wasi_close_fd(w, &w->fds[i]);
	free(w->fds);
	view_release(&w->view);
	buf_release(&w->out);
	buf_release(&w->err);
	*w = (struct wasi){0};
}

int wasi_invoke(const struct wasi_function *function, const struct wasi_call *c)
{
	int result = function->call(c);
	if (result == VIEW_FULL && c->w->end == WASI_RUNNING)
		c->w->end = WASI_DISK_FULL;
	return result;
}

/* ---- arguments and environment: two lists of strings */

static int put_strings(const struct wasi_call *c, const char *const *strings, size_t len)
{
	uint64_t pointers = c->arg[0], bytes = c->arg[1];
	for (size_t i = 0; i < len; i++) {
		size_t size = strlen(strings[i]) + 1;
		if (put32(c, pointers + 4 * i, (uint32_t)bytes) || put(c, bytes, strings[i], size))
			return WASI_EFAULT;
		bytes += size;
	}
	return WASI_SUCCESS;
}

static int put_sizes(const struct wasi_call *c, const char *const *strings, size_t len)
{
	size_t bytes = 0;
	for (size_t i = 0; i < len; i++)
		bytes += strlen(strings[i]) + 1;
	int error = put32(c, c->arg[0], (uint32_t)len);
	return error ? error : put32(c, c->arg[1], (uint32_t)bytes);
}

static int args_get(const struct wasi_call *c)
{
	return put_strings(c, c->w->world->args, c->w->world->args_len);
}

static int args_sizes_get(const struct wasi_call *c)
{
	return put_sizes(c, c->w->world->args, c->w->world->args_len);
}

static int environ_get(const struct wasi_call *c)
{
	return put_strings(c, c->w->world->env, c->w->world->env_len);
}

static int environ_sizes_get(const struct wasi_call *c)
{
	return put_sizes(c, c->w->world->env, c->w->world->env_len);
}

/* ---- time, chance and the end */

static int pass_time(struct wasi *w, uint64_t ns)
{
	if (ns > w->world->clock_max_ns - w->elapsed_ns)
		return wasi_finish(w, WASI_CLOCK_RAN_OUT);
	w->elapsed_ns += ns;
	return WASI_SUCCESS;
}

static int clock_res_get(const struct wasi_call *c)
{
	return c->arg[0] > WASI_THREAD_CPUTIME ? WASI_EINVAL : put64(c, c->arg[1], CLOCK_READ_NS);
}

static int clock_time_get(const struct wasi_call *c)
{
	if (c->arg[0] > WASI_THREAD_CPUTIME)
		return WASI_EINVAL;
	int error = pass_time(c->w, CLOCK_READ_NS);
	if (error)
		return error;
	return put64(c, c->arg[2], c->arg[0] == WASI_REALTIME ? wasi_realtime(c->w) : c->w->elapsed_ns);
}

static int random_get(const struct wasi_call *c)
{
	uint8_t *to = guest(c, c->arg[0], c->arg[1]);
	if (!to)
		return WASI_EFAULT;
	struct prng p = {c->w->random_state};
	for (uint64_t done = 0; done < c->arg[1]; done += 8) {
		uint64_t word = prng_next(&p);
		memcpy(to + done, &word, min_size(c->arg[1] - done, 8));
	}
	c->w->random_state = p.state;
	return WASI_SUCCESS;
}

static int proc_exit(const struct wasi_call *c)
{
	c->w->exit_code = (uint32_t)c->arg[0];
	return wasi_finish(c->w, WASI_EXITED);
}

static int proc_raise(const struct wasi_call *c)
{
	return wasi_finish(c->w, WASI_ABORTED);
}

static int do_nothing(const struct wasi_call *c)
{
	(void)c;
	return WASI_SUCCESS;
}

static int not_supported(const struct wasi_call *c)
{
	(void)c;
	return WASI_ENOTSUP;
}

/* How long until this subscription is due; a stream is always ready. */
static int subscription_wait(const struct wasi_call *c, const uint8_t *sub, uint64_t *ret_ns)
{
	if (sub[8] > WASI_EVENT_FD_WRITE)
		return WASI_EINVAL;
	*ret_ns = 0;
	if (sub[8] != WASI_EVENT_CLOCK)
		return fd_of(c, load32(sub + 16)) ? WASI_SUCCESS : WASI_EBADF;
	uint32_t clock = load32(sub + 16);
	if (clock > WASI_THREAD_CPUTIME)
		return WASI_EINVAL;
	uint64_t timeout = load64(sub + 24);
	bool absolute = sub[40] & 1;
	uint64_t now = clock == WASI_REALTIME ? wasi_realtime(c->w) : c->w->elapsed_ns;
	*ret_ns = !absolute ? timeout : timeout > now ? timeout - now : 0;
	return WASI_SUCCESS;
}

static void fill_event(uint8_t *event, const uint8_t *sub, int error)
{
	memset(event, 0, WASI_EVENT_BYTES);
	memcpy(event, sub, 8);
	event[8] = (uint8_t)error;
	event[10] = sub[8];
	if (!error && sub[8] != WASI_EVENT_CLOCK)
		event[16] = 1;
}

static int poll_oneoff(const struct wasi_call *c)
{
	uint64_t count = c->arg[2];
	if (count == 0 || count > SUBSCRIPTIONS_MAX)
		return WASI_EINVAL;
	const uint8_t *subs = guest(c, c->arg[0], count * WASI_SUBSCRIPTION_BYTES);
	uint8_t *events = guest(c, c->arg[1], count * WASI_EVENT_BYTES);
	if (!subs || !events)
		return WASI_EFAULT;
	/* The two may overlap in a hostile guest's memory, hence the copy. */
	SCOPED_MEM uint8_t *copy = mem_zalloc(count, WASI_SUBSCRIPTION_BYTES);
	memcpy(copy, subs, count * WASI_SUBSCRIPTION_BYTES);
	uint64_t soonest = UINT64_MAX, wait;
	for (uint64_t i = 0; i < count; i++) {
		if (subscription_wait(c, copy + i * WASI_SUBSCRIPTION_BYTES, &wait))
			wait = 0;
		soonest = wait < soonest ? wait : soonest;
	}
	uint32_t ready = 0;
	for (uint64_t i = 0; i < count; i++) {
		const uint8_t *sub = copy + i * WASI_SUBSCRIPTION_BYTES;
		int error = subscription_wait(c, sub, &wait);
		if (error || wait <= soonest)
			fill_event(events + WASI_EVENT_BYTES * ready++, sub, error);
	}
	int error = pass_time(c->w, soonest);
	return error ? error : put32(c, c->arg[3], ready);
}

const struct wasi_function wasi_functions[WASI_FUNCTIONS] = {
	{"args_get", "ii", args_get},
	{"args_sizes_get", "ii", args_sizes_get},
	{"clock_res_get", "ii", clock_res_get},
	{"clock_time_get", "iIi", clock_time_get},
	{"environ_get", "ii", environ_get},
	{"environ_sizes_get", "ii", environ_sizes_get},
	{"fd_advise", "iIIi", wasi_fd_exists},
	{"fd_allocate", "iII", wasi_fd_allocate},
	{"fd_close", "i", wasi_fd_close},
	{"fd_datasync", "i", wasi_fd_exists},
	{"fd_fdstat_get", "ii", wasi_fd_fdstat_get},
	{"fd_fdstat_set_flags", "ii", wasi_fd_fdstat_set_flags},
	{"fd_fdstat_set_rights", "iII", wasi_fd_exists},
	{"fd_filestat_get", "ii", wasi_fd_filestat_get},
	{"fd_filestat_set_size", "iI", wasi_fd_filestat_set_size},
	{"fd_filestat_set_times", "iIIi", wasi_fd_filestat_set_times},
	{"fd_pread", "iiiIi", wasi_fd_pread},
	{"fd_prestat_dir_name", "iii", wasi_fd_prestat_dir_name},
	{"fd_prestat_get", "ii", wasi_fd_prestat_get},
	{"fd_pwrite", "iiiIi", wasi_fd_pwrite},
	{"fd_read", "iiii", wasi_fd_read},
	{"fd_readdir", "iiiIi", wasi_fd_readdir},
	{"fd_renumber", "ii", wasi_fd_renumber},
	{"fd_seek", "iIii", wasi_fd_seek},
	{"fd_sync", "i", wasi_fd_exists},
	{"fd_tell", "ii", wasi_fd_tell},
	{"fd_write", "iiii", wasi_fd_write},
	{"path_create_directory", "iii", wasi_path_create_directory},
	{"path_filestat_get", "iiiii", wasi_path_filestat_get},
	{"path_filestat_set_times", "iiiiIIi", wasi_path_filestat_set_times},
	{"path_link", "iiiiiii", not_supported},
	{"path_open", "iiiiiIIii", wasi_path_open},
	{"path_readlink", "iiiiii", wasi_path_readlink},
	{"path_remove_directory", "iii", wasi_path_remove_directory},
	{"path_rename", "iiiiii", wasi_path_rename},
	{"path_symlink", "iiiii", wasi_path_symlink},
	{"path_unlink_file", "iii", wasi_path_unlink_file},
	{"poll_oneoff", "iiii", poll_oneoff},
	{"proc_exit", "i", proc_exit},
	{"proc_raise", "i", proc_raise},
	{"random_get", "ii", random_get},
	{"sched_yield", "", do_nothing},
	{"sock_accept", "iii", not_supported},
	{"sock_recv", "iiiiii", not_supported},
	{"sock_send", "iiiii", not_supported},
	{"sock_shutdown", "ii", not_supported},
};
