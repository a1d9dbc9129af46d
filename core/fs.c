#include "core/fs.h"

#include "core/mem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
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
		size_t room = min_size(out->max - out->len, 1 << 16);
		if (room == 0) {
			char probe;
			if (read(fd, &probe, 1) > 0)
				return err_set(err, ERR_LIMIT, "%s is larger than the limit of %zu bytes", path, out->max);
			return 0;
		}
		char *to = buf_reserve(out, room);
		ssize_t n = read(fd, to, room);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(err, "cannot read %s", path);
		if (n == 0)
			return 0;
		buf_grew(out, (size_t)n);
	}
}

int fs_read(const char *path, struct buf *out, struct err *err)
{
	SCOPED_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_errno(err, "cannot open %s", path);
	return read_all(fd, path, out, err);
}

int fs_map(const char *path, struct str *ret_view, struct err *err)
{
	SCOPED_FD int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_errno(err, "cannot open %s", path);
	struct stat st;
	if (fstat(fd, &st) < 0)
		return err_errno(err, "cannot examine %s", path);
	if (!S_ISREG(st.st_mode))
		return err_set(err, ERR_PARSE, "%s is not a file", path);
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

static int write_all(int fd, struct str bytes)
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

int fs_write(const char *path, struct str bytes, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	char *temporary = arena_printf(&scratch, "%s.XXXXXX", path);
	int fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0)
		return err_errno(err, "cannot write %s", path);
	bool failed = write_all(fd, bytes) < 0;
	/* Closing can report a full disk, so it comes before the rename. */
	failed |= close(fd) < 0;
	failed = failed || rename(temporary, path) < 0;
	if (failed) {
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

static int remove_at(int parent, const char *name)
{
	if (unlinkat(parent, name, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return -1;
	SCOPED_FD int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(dup(fd));
	if (!dir)
		return -1;
	int result = 0;
	for (struct dirent *e; result == 0 && (e = readdir(dir));) {
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			result = remove_at(fd, e->d_name);
	}
	closedir(dir);
	return result < 0 ? -1 : unlinkat(parent, name, AT_REMOVEDIR);
}

int fs_remove(const char *path, struct err *err)
{
	if (remove_at(AT_FDCWD, path) < 0)
		return err_errno(err, "cannot remove %s", path);
	return 0;
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

static int list_names(int fd, const char *path, struct arena *a, char ***ret_names, size_t *ret_len, struct err *err)
{
	struct {
		char **items;
		size_t len, cap;
	} names = {0};
	int own = dup(fd);
	DIR *dir = own < 0 ? NULL : fdopendir(own);
	if (!dir)
		return err_errno(err, "cannot list %s", path);
	for (struct dirent *e; (e = readdir(dir));) {
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
			*vec_push(&names) = arena_strdup(a, e->d_name);
	}
	closedir(dir);
	if (names.len)
		qsort(names.items, names.len, sizeof(char *), by_name);
	*ret_names = names.items;
	*ret_len = names.len;
	return 0;
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
		return -1;
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
	if (S_ISDIR(st.st_mode) && w->walk->enter && !w->walk->enter(path))
		return 0;
	if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode) && !S_ISLNK(st.st_mode))
		return 0;
	if (++w->entries > w->walk->limits.entries)
		return err_set(err, ERR_LIMIT, "%s holds more than %zu files and folders", w->root,
			       w->walk->limits.entries);
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
	char **names = NULL;
	size_t len = 0;
	if (list_names(fd, path[0] ? path : w->root, &scratch, &names, &len, err) < 0)
		return -1;
	int result = 0;
	for (size_t i = 0; result == 0 && i < len; i++) {
		const char *child =
			path[0] ? arena_printf(&scratch, "%s/%s", path, names[i]) : names[i];
		result = visit_entry(w, fd, names[i], child, depth, err);
	}
	free(names);
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
