#ifndef RECAST_HARNESS_WASI_CALLS_H
#define RECAST_HARNESS_WASI_CALLS_H

/*
 * What the two halves of our WASI share: wasi.c (the process: arguments, time,
 * chance, the end, and the table of all calls) and wasi_files.c (descriptors
 * and paths). Nobody else includes this.
 */

#include "harness/wasi.h"

enum {
	WASI_FDS_MAX = 1024,
	WASI_FIRST_PREOPEN = 3,
};

/* 2020-01-01T00:00:00Z: when every guest's world begins. */
#define WASI_EPOCH_NS (1577836800u * (uint64_t)1000000000u)

enum fd_kind { FD_CLOSED, FD_STDIN, FD_STDOUT, FD_STDERR, FD_NODE };

struct wasi_fd {
	enum fd_kind kind;
	struct vnode *node; /* of FD_NODE */
	uint64_t offset;
	uint64_t rights, inheriting;
	uint16_t flags;
	struct vnode **listing; /* owned; from the first fd_readdir on */
	size_t listing_len;
};

/* The descriptor of that number, or NULL if none is open. */
static inline struct wasi_fd *fd_of(const struct wasi_call *c, uint64_t number)
{
	if (number >= c->w->fds_len || c->w->fds[number].kind == FD_CLOSED)
		return NULL;
	return &c->w->fds[number];
}

void wasi_add_fd(struct wasi *w, const struct wasi_fd *fd);
void wasi_close_fd(struct wasi *w, struct wasi_fd *fd);

static inline uint64_t wasi_realtime(const struct wasi *w)
{
	return WASI_EPOCH_NS + w->elapsed_ns;
}

static inline int wasi_finish(struct wasi *w, enum wasi_end why)
{
	w->end = why;
	return WASI_ENDED;
}

/* ---- the guest's memory: every access is checked here */

/* The guest's own bytes, or NULL if they are not all inside its memory. */
static inline uint8_t *guest(const struct wasi_call *c, uint64_t at, uint64_t len)
{
	return at <= c->memory_len && len <= c->memory_len - at ? c->memory + at : NULL;
}

static inline int put(const struct wasi_call *c, uint64_t at, const void *bytes, size_t len)
{
	uint8_t *to = guest(c, at, len);
	if (!to)
		return WASI_EFAULT;
	if (len)
		memcpy(to, bytes, len);
	return WASI_SUCCESS;
}

static inline int put32(const struct wasi_call *c, uint64_t at, uint32_t value)
{
	return put(c, at, &value, sizeof(value));
}

static inline int put64(const struct wasi_call *c, uint64_t at, uint64_t value)
{
	return put(c, at, &value, sizeof(value));
}

static inline uint32_t load32(const uint8_t *from)
{
	uint32_t value;
	memcpy(&value, from, sizeof(value));
	return value;
}

static inline uint64_t load64(const uint8_t *from)
{
	uint64_t value;
	memcpy(&value, from, sizeof(value));
	return value;
}

typedef int wasi_handler(const struct wasi_call *c);

wasi_handler wasi_fd_close, wasi_fd_exists, wasi_fd_renumber, wasi_fd_fdstat_get,
	wasi_fd_fdstat_set_flags, wasi_fd_filestat_get, wasi_fd_filestat_set_size, wasi_fd_allocate,
	wasi_fd_filestat_set_times, wasi_fd_prestat_get, wasi_fd_prestat_dir_name, wasi_fd_seek,
	wasi_fd_tell, wasi_fd_read, wasi_fd_pread, wasi_fd_write,
	wasi_fd_pwrite, wasi_fd_readdir, wasi_path_open, wasi_path_create_directory,
	wasi_path_filestat_get, wasi_path_filestat_set_times, wasi_path_readlink, wasi_path_remove_directory,
	wasi_path_unlink_file, wasi_path_rename, wasi_path_symlink;

#endif
