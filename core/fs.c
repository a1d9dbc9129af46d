#include "core/fs.h"

#include "core/mem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

#define SCOPED_FD SCOPED(close_fd)

/* Reads to the end; the file may grow or shrink under us. */
static int read_all(int fd, const char *path, struct buf *out, struct err *err)
{
	for (;;) {
		char probe; /* for what lies behind the limit */
		size_t room = min_size(out->max - out->len, 1 << 16);
		char *to = room ? buf_reserve(out, room) : &probe;
		ssize_t n = read(fd, to, max_size(room, 1));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(err, "cannot read %s", path);
		if (n == 0)
			return 0;
		if (room == 0)
			return err_set(err, ERR_LIMIT, "%s is larger than the limit of %zu bytes", path, out->max);
		buf_grew(out, (size_t)n);
	}
}

/* A descriptor, or -1. Neither pipes nor devices are files here. */
static int open_file(const char *path, int flags, struct stat *ret_stat, struct err *err)
{
	/* O_NONBLOCK: a pipe would wait for its writer. */
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | flags);
	if (fd < 0)
		return err_errno(err, "cannot open %s", path);
	if (fstat(fd, ret_stat) < 0)
		err_errno(err, "cannot examine %s", path);
	else if (!S_ISREG(ret_stat->st_mode))
		err_set(err, ERR_PARSE, "%s is not a file", path);
	else
		return fd;
	close(fd);
	return -1;
}

int fs_read(const char *path, struct buf *out, struct err *err)
{
	struct stat st;
	SCOPED_FD int fd = open_file(path, 0, &st, err);
	return fd < 0 ? -1 : read_all(fd, path, out, err);
}

int fs_read_itself(const char *path, struct buf *out, struct err *err)
{
	struct stat st;
	SCOPED_FD int fd = open_file(path, O_NOFOLLOW, &st, err);
	return fd < 0 ? -1 : read_all(fd, path, out, err);
}

int fs_read_own(const char *path, unsigned forbidden, struct buf *out, struct err *err)
{
	struct stat st;
	SCOPED_FD int fd = open_file(path, 0, &st, err);
	if (fd < 0)
		return -1;
	if (st.st_uid != geteuid() && st.st_uid != 0)
		return err_set(err, ERR_USAGE, "%s belongs to another user", path);
	if (st.st_mode & forbidden)
		return err_set(err, ERR_USAGE, forbidden & 044 ? "%s is open to others; say chmod 600 %s"
							       : "%s can be changed by others; say chmod go-w %s",
			       path, path);
	return read_all(fd, path, out, err);
}

int fs_map(const char *path, struct str *ret_view, struct err *err)
{
	struct stat st;
	SCOPED_FD int fd = open_file(path, 0, &st, err);
	if (fd < 0)
		return -1;
	if (st.st_size == 0) {
		*ret_view = (struct str){0};
		return 0;
	}
	void *map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED)
		return err_errno(err, "cannot map %s", path);
	*ret_view = (struct str){map, (size_t)st.st_size};
	return 0;
}

void fs_unmap(struct str view)
{
	if (view.len)
		munmap((void *)(uintptr_t)view.ptr, view.len);
}

int fs_write_all(int fd, struct str bytes)
{
	while (bytes.len) {
		ssize_t n = write(fd, bytes.ptr, bytes.len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		bytes = str_from(bytes, (size_t)n);
	}
	return 0;
}

/* A new file beside `path`, for this process and call alone; its name in *ret_name. */
static int create_beside(const char *path, struct arena *a, char **ret_name)
{
	static atomic_uint calls;
	const char *slash = strrchr(path, '/');
	int folder_len = slash ? (int)(slash - path) + 1 : 0;
	for (int tries = 0; tries < 100; tries++) {
		char *name = arena_printf(a, "%.*s.recast-%ld-%u", folder_len, path, (long)getpid(),
					  atomic_fetch_add(&calls, 1));
		int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (fd >= 0 || errno != EEXIST) {
			*ret_name = name;
			return fd;
		}
	}
	return -1;
}

/* Fills the file, which takes over the permissions of the one it replaces. */
static int fill_and_rename(int fd, const char *temporary, const char *path, struct str bytes)
{
	struct stat old;
	bool replaces = lstat(path, &old) == 0 && S_ISREG(old.st_mode);
	bool failed = (replaces && fchmod(fd, old.st_mode & 07777) < 0) || fs_write_all(fd, bytes) < 0;
	int why = errno;
	/* Closing can report a full disk, so it comes before the rename. */
	if (close(fd) < 0 && !failed)
		return -1;
	errno = why;
	return failed ? -1 : rename(temporary, path);
}

int fs_write(const char *path, struct str bytes, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	char *temporary;
	int fd = create_beside(path, &scratch, &temporary);
	if (fd < 0)
		return err_errno(err, "cannot write %s", path);
	if (fill_and_rename(fd, temporary, path, bytes) < 0) {
		err_errno(err, "cannot write %s", path);
		unlink(temporary);
		return -1;
	}
	return 0;
}

int fs_mkdirs(const char *path, unsigned mode, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	char *partial = arena_strdup(&scratch, path);
	for (char *slash = partial + 1;; slash++) {
		if (*slash != '/' && *slash != '\0')
			continue;
		bool last = *slash == '\0';
		*slash = '\0';
		if (mkdir(partial, mode) < 0 && errno != EEXIST)
			return err_errno(err, "cannot create the folder %s", partial);
		if (last)
			break;
		*slash = '/';
	}
	struct stat st;
	if (stat(path, &st) < 0)
		return err_errno(err, "cannot examine %s", path);
	if (!S_ISDIR(st.st_mode))
		return err_set(err, ERR_OS, "%s is in the way: it is not a folder", path);
	return 0;
}

bool fs_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

bool fs_is_link(const char *path)
{
	struct stat st;
	return lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
}

bool fs_is_folder(const char *path)
{
	struct stat st;
	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Folders deeper than this are moved to the top before they are emptied, since
 * neither descriptors nor stack last for a tree that is nested without end. */
enum { REMOVE_DEPTH = 32 };

struct removal {
	int top; /* the folder that is to go */
	unsigned moved;
};

static int remove_entry(struct removal *r, int parent, const char *name, unsigned depth);

static int remove_entries(struct removal *r, DIR *dir, unsigned depth)
{
	for (;;) {
		errno = 0;
		const struct dirent *e = readdir(dir);
		if (!e)
			return errno ? -1 : 0;
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0 &&
		    remove_entry(r, dirfd(dir), e->d_name, depth) < 0)
			return -1;
	}
}

static int move_to_top(struct removal *r, int parent, const char *name)
{
	char moved[64];
	do
		snprintf(moved, sizeof(moved), ".recast-removed-%u", r->moved++);
	while (faccessat(r->top, moved, F_OK, AT_SYMLINK_NOFOLLOW) == 0);
	return renameat(parent, name, r->top, moved);
}

static int remove_entry(struct removal *r, int parent, const char *name, unsigned depth)
{
	if (unlinkat(parent, name, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return -1;
	if (depth == REMOVE_DEPTH)
		return move_to_top(r, parent, name);
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : -1;
	DIR *dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return -1;
	}
	if (depth == 0)
		r->top = fd;
	int result = remove_entries(r, dir, depth + 1);
	int why = errno;
	closedir(dir);
	errno = why;
	if (result == 0 && unlinkat(parent, name, AT_REMOVEDIR) < 0 && errno != ENOENT)
		result = -1;
	return result;
}

int fs_remove(const char *path, struct err *err)
{
	struct removal r;
	int result;
	do {
		r = (struct removal){0};
		result = remove_entry(&r, AT_FDCWD, path, 0);
	} while (result < 0 && errno == ENOTEMPTY && r.moved);
	return result < 0 ? err_errno(err, "cannot remove %s", path) : 0;
}

struct walker {
	const struct fs_walk *walk;
	const char *root;
	size_t entries, total_bytes;
	struct buf content;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

struct names {
	char **items;
	size_t len, cap;
};

/* The names in a folder, in order. They count before any is looked at, so that
 * a folder of millions is refused and not read. */
static int list_names(struct walker *w, int fd, const char *path, struct arena *a, struct names *ret,
		      struct err *err)
{
	int own = dup(fd);
	DIR *dir = own < 0 ? NULL : fdopendir(own);
	if (!dir) {
		err_errno(err, "cannot list %s/%s", w->root, path);
		close_fd(&own);
		return -1;
	}
	int result = 0;
	const struct dirent *e;
	while (result == 0 && (errno = 0, e = readdir(dir))) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		*vec_push(ret) = arena_strdup(a, e->d_name);
		if (++w->entries > w->walk->limits.entries)
			result = err_set(err, ERR_LIMIT, "%s holds more than %zu files and folders", w->root,
					 w->walk->limits.entries);
	}
	if (result == 0 && errno)
		result = err_errno(err, "cannot list %s/%s", w->root, path);
	closedir(dir);
	if (ret->len)
		qsort(ret->items, ret->len, sizeof(char *), by_name);
	return result;
}

static int visit_file(struct walker *w, int parent, const char *name, const char *path, struct err *err)
{
	/* O_NONBLOCK: what was a file a moment ago may be a pipe by now. */
	SCOPED_FD int fd = openat(parent, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return err_errno(err, "cannot open %s/%s", w->root, path);
	const struct fs_walk_limits *limits = &w->walk->limits;
	buf_clear(&w->content);
	w->content.max = limits->file_bytes;
	if (read_all(fd, path, &w->content, err) < 0)
		return err_wrap(err, "%s", w->root);
	w->total_bytes += w->content.len;
	if (w->total_bytes > limits->total_bytes)
		return err_set(err, ERR_LIMIT, "%s holds more than the limit of %zu bytes", w->root, limits->total_bytes);
	struct fs_entry entry = {.path = path, .type = FS_FILE, .content = buf_str(&w->content)};
	return w->walk->visit(w->walk->data, &entry, err);
}

static int visit_link(struct walker *w, int parent, const char *name, const char *path, struct err *err)
{
	char target[4096];
	ssize_t n = readlinkat(parent, name, target, sizeof(target));
	if (n < 0)
		return err_errno(err, "cannot read the link %s/%s", w->root, path);
	struct fs_entry entry = {.path = path, .type = FS_LINK, .content = {target, (size_t)n}};
	return w->walk->visit(w->walk->data, &entry, err);
}

static int walk_folder(struct walker *w, int fd, const char *path, unsigned depth, struct err *err);

static int visit_entry(struct walker *w, int parent, const char *name, const char *path, unsigned depth,
		       struct err *err)
{
	struct stat st;
	if (fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return err_errno(err, "cannot examine %s/%s", w->root, path);
	if (w->walk->enter && !w->walk->enter(path))
		return 0;
	if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode) && !S_ISLNK(st.st_mode))
		return 0;
	if (S_ISREG(st.st_mode))
		return visit_file(w, parent, name, path, err);
	if (S_ISLNK(st.st_mode))
		return visit_link(w, parent, name, path, err);
	struct fs_entry entry = {.path = path, .type = FS_FOLDER};
	if (w->walk->visit(w->walk->data, &entry, err) < 0)
		return -1;
	SCOPED_FD int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return err_errno(err, "cannot open %s/%s", w->root, path);
	return walk_folder(w, fd, path, depth + 1, err);
}

static int walk_folder(struct walker *w, int fd, const char *path, unsigned depth, struct err *err)
{
	if (depth > w->walk->limits.depth)
		return err_set(err, ERR_LIMIT, "%s/%s is nested more than %u folders deep", w->root, path,
			       w->walk->limits.depth);
	SCOPED_ARENA struct arena scratch = {0};
	struct names names = {0};
	int result = list_names(w, fd, path, &scratch, &names, err);
	for (size_t i = 0; result == 0 && i < names.len; i++) {
		const char *name = names.items[i];
		const char *child = path[0] ? arena_printf(&scratch, "%s/%s", path, name) : name;
		result = visit_entry(w, fd, name, child, depth, err);
	}
	vec_release(&names);
	return result;
}

int fs_walk(const char *root, const struct fs_walk *walk, struct err *err)
{
	SCOPED_FD int fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_errno(err, "cannot open the folder %s", root);
	struct walker w = {.walk = walk, .root = root};
	buf_init(&w.content, walk->limits.file_bytes);
	int result = walk_folder(&w, fd, "", 0, err);
	buf_release(&w.content);
	return result;
}
