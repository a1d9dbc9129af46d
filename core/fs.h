#ifndef RECAST_CORE_FS_H
#define RECAST_CORE_FS_H

/*
 * Files of the host. Reads are bounded, writes appear whole or not at all
 * (a temporary file beside the target, then a rename), and a walk never
 * follows a symbolic link.
 */

#include "core/arena.h"
#include "core/buf.h"
#include "core/err.h"

/* Appends the file's bytes to `out`, as far as its maximum; more is ERR_LIMIT. */
int fs_read(const char *path, struct buf *out, struct err *err);

/* The same, but a symbolic link is not followed: ERR_OS with ELOOP. */
int fs_read_itself(const char *path, struct buf *out, struct err *err);

/* The same as fs_read, of a file that holds what is the user's alone: ERR_USAGE if it is another user's (other than
 * root), or if it has one of these permissions, as 077. */
int fs_read_own(const char *path, unsigned forbidden, struct buf *out, struct err *err);

/* The whole file, mapped read-only; empty files give an empty view. The view
 * is ended with fs_unmap. */
int fs_map(const char *path, struct str *ret_view, struct err *err);
void fs_unmap(struct str view);

/* A file that is replaced hands its permissions on; a new one gets the usual
 * ones. A link is replaced, not followed. */
int fs_write(const char *path, struct str bytes, struct err *err);

/* All bytes to a file that is open; -1 with errno. */
int fs_write_all(int fd, struct str bytes);

/* Creates the folder and its parents, each with the mode given. */
int fs_mkdirs(const char *path, unsigned mode, struct err *err);

bool fs_exists(const char *path);
bool fs_is_link(const char *path);

/* A folder itself, and no link to one. */
bool fs_is_folder(const char *path);

/* Removes a file or a whole folder; one that is not there is no error. */
int fs_remove(const char *path, struct err *err);

enum fs_type { FS_FILE, FS_FOLDER, FS_LINK };

struct fs_entry {
	const char *path; /* relative to the walk's root, "/" between names */
	enum fs_type type;
	struct str content; /* a file's bytes, or a link's target */
};

struct fs_walk_limits {
	size_t entries; /* names found, whether they are shown or not */
	size_t file_bytes;
	size_t total_bytes;
	unsigned depth;
};

/*
 * Visits everything below `root`, parents first, names in byte order. Folders
 * for which `enter` says false are left out whole; `enter` may be NULL. Only
 * files, folders and links are shown; devices, sockets and pipes are passed
 * over. Opened step by step from the root without following links, so a tree
 * that is changed meanwhile cannot lead outside. `visit` returns 0 to go on;
 * what it was handed ends when it returns.
 */
struct fs_walk {
	struct fs_walk_limits limits;
	bool (*enter)(const char *path);
	int (*visit)(void *data, const struct fs_entry *entry, struct err *err);
	void *data;
};

int fs_walk(const char *root, const struct fs_walk *walk, struct err *err);

#endif
