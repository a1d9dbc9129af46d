#ifndef RECAST_HARNESS_WASI_ABI_H
#define RECAST_HARNESS_WASI_ABI_H

/*
 * Numbers and layouts of WASI preview 1, as its witx files fix them.
 */

#include <stdint.h>

enum wasi_errno {
	WASI_SUCCESS = 0,
	WASI_EBADF = 8,
	WASI_EBUSY = 10,
	WASI_EEXIST = 20,
	WASI_EFAULT = 21,
	WASI_EFBIG = 22,
	WASI_EILSEQ = 25,
	WASI_EINVAL = 28,
	WASI_EISDIR = 31,
	WASI_ELOOP = 32,
	WASI_EMFILE = 33,
	WASI_ENAMETOOLONG = 37,
	WASI_ENOENT = 44,
	WASI_ENOMEM = 48,
	WASI_ENOTDIR = 54,
	WASI_ENOTEMPTY = 55,
	WASI_ENOTSUP = 58,
	WASI_EPERM = 63,
	WASI_EROFS = 69,
	WASI_ESPIPE = 70,
	WASI_ENOTCAPABLE = 76,
};

enum wasi_filetype {
	WASI_CHARACTER_DEVICE = 2,
	WASI_DIRECTORY = 3,
	WASI_REGULAR_FILE = 4,
	WASI_SYMBOLIC_LINK = 7,
};

enum wasi_rights {
	WASI_RIGHT_FD_READ = 1 << 1,
	WASI_RIGHT_FD_SEEK = 1 << 2,
	WASI_RIGHT_FD_TELL = 1 << 5,
	WASI_RIGHT_FD_WRITE = 1 << 6,
	WASI_RIGHTS_ALL = (1 << 30) - 1,
};

enum wasi_oflags { WASI_O_CREAT = 1, WASI_O_DIRECTORY = 2, WASI_O_EXCL = 4, WASI_O_TRUNC = 8 };
enum wasi_fdflags { WASI_APPEND = 1 };
enum wasi_whence { WASI_SEEK_SET = 0, WASI_SEEK_CUR = 1, WASI_SEEK_END = 2 };
enum wasi_lookup { WASI_SYMLINK_FOLLOW = 1 };
enum wasi_clock { WASI_REALTIME = 0, WASI_MONOTONIC = 1, WASI_PROCESS_CPUTIME = 2, WASI_THREAD_CPUTIME = 3 };
enum wasi_event { WASI_EVENT_CLOCK = 0, WASI_EVENT_FD_READ = 1, WASI_EVENT_FD_WRITE = 2 };
enum wasi_fstflags { WASI_ATIM = 1, WASI_ATIM_NOW = 2, WASI_MTIM = 4, WASI_MTIM_NOW = 8 };

/* Sizes of the structures that pass through guest memory. */
enum {
	WASI_FDSTAT_BYTES = 24,
	WASI_FILESTAT_BYTES = 64,
	WASI_DIRENT_BYTES = 24,
	WASI_IOVEC_BYTES = 8,
	WASI_SUBSCRIPTION_BYTES = 48,
	WASI_EVENT_BYTES = 32,
};

#endif
