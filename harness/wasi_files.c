#include "harness/wasi_calls.h"

enum {
	IOVECS_MAX = 1024,
	NAMES_LISTED_MAX = 2 * VIEW_NODES_MAX, /* so that many descriptors cannot hold many long lists */
	DEVICE = 1, /* the one that all files are on */
};

/* ---- descriptors */

/* The descriptor if it is a file of the tree with that right. */
static int file_of(const struct wasi_call *c, uint64_t right, struct wasi_fd **ret_fd)
{
	struct wasi_fd *fd = fd_of(c, c->arg[0]);
	if (!fd || !(fd->rights & right))
		return WASI_EBADF;
	if (fd->kind != FD_NODE)
		return WASI_ESPIPE;
	if (fd->node->type == TREE_FOLDER)
		return right & WASI_RIGHT_FD_SEEK ? WASI_EBADF : WASI_EISDIR;
	*ret_fd = fd;
	return WASI_SUCCESS;
}

static uint8_t filetype(const struct wasi_fd *fd)
{
	static const uint8_t types[] = {
		[TREE_FOLDER] = WASI_DIRECTORY,
		[TREE_FILE] = WASI_REGULAR_FILE,
		[TREE_LINK] = WASI_SYMBOLIC_LINK,
	};
	return fd->kind == FD_NODE ? types[fd->node->type] : (uint8_t)WASI_CHARACTER_DEVICE;
}

int wasi_fd_close(const struct wasi_call *c)
{
	struct wasi_fd *fd = fd_of(c, c->arg[0]);
	if (!fd)
		return WASI_EBADF;
	wasi_close_fd(c->w, fd);
	return WASI_SUCCESS;
}

int wasi_fd_exists(const struct wasi_call *c)
{
	return fd_of(c, c->arg[0]) ? WASI_SUCCESS : WASI_EBADF;
}

int wasi_fd_renumber(const struct wasi_call *c)
{
	struct wasi_fd *from = fd_of(c, c->arg[0]), *to = fd_of(c, c->arg[1]);
	if (!from || !to)
		return WASI_EBADF;
	if (from == to)
		return WASI_SUCCESS;
	wasi_close_fd(c->w, to);
	*to = *from;
	*from = (struct wasi_fd){.kind = FD_CLOSED};
	return WASI_SUCCESS;
}

int wasi_fd_fdstat_get(const struct wasi_call *c)
{
	const struct wasi_fd *fd = fd_of(c, c->arg[0]);
	if (!fd)
		return WASI_EBADF;
	uint8_t stat[WASI_FDSTAT_BYTES] = {filetype(fd)};
	memcpy(stat + 2, &fd->flags, 2);
	memcpy(stat + 8, &fd->rights, 8);
	memcpy(stat + 16, &fd->inheriting, 8);
	return put(c, c->arg[1], stat, sizeof(stat));
}

int wasi_fd_fdstat_set_flags(const struct wasi_call *c)
{
	struct wasi_fd *fd = fd_of(c, c->arg[0]);
	if (!fd)
		return WASI_EBADF;
	fd->flags = (uint16_t)c->arg[1];
	return WASI_SUCCESS;
}

static int put_filestat(const struct wasi_call *c, uint64_t at, uint8_t type, const struct vnode *node)
{
	uint64_t stat[WASI_FILESTAT_BYTES / 8] = {DEVICE, node ? node->inode : 0, type, 1};
	stat[4] = node && node->type != TREE_FOLDER ? view_content(node).len : 0;
	stat[5] = stat[6] = stat[7] = node && node->changed_ns ? node->changed_ns : WASI_EPOCH_NS;
	if (node && node->accessed_ns)
		stat[5] = node->accessed_ns;
	return put(c, at, stat, sizeof(stat));
}

int wasi_fd_filestat_get(const struct wasi_call *c)
{
	const struct wasi_fd *fd = fd_of(c, c->arg[0]);
	return fd ? put_filestat(c, c->arg[1], filetype(fd), fd->node) : WASI_EBADF;
}

int wasi_fd_filestat_set_size(const struct wasi_call *c)
{
	struct wasi_fd *fd = fd_of(c, c->arg[0]);
	if (fd && (fd->kind != FD_NODE || !(fd->rights & WASI_RIGHT_FD_WRITE)))
		return WASI_EINVAL;
	int error = file_of(c, WASI_RIGHT_FD_WRITE, &fd);
	return error ? error : view_resize(&c->w->view, fd->node, c->arg[1], wasi_realtime(c->w));
}

int wasi_fd_allocate(const struct wasi_call *c)
{
	struct wasi_fd *fd;
	uint64_t size;
	int error = file_of(c, WASI_RIGHT_FD_WRITE, &fd);
	if (error)
		return error;
	if (__builtin_add_overflow(c->arg[1], c->arg[2], &size))
		return WASI_EFBIG;
	if (size <= view_content(fd->node).len)
		return WASI_SUCCESS;
	return view_resize(&c->w->view, fd->node, size, wasi_realtime(c->w));
}

static int set_times(const struct wasi_call *c, struct vnode *node, uint64_t accessed_ns, uint64_t modified_ns,
		     uint64_t which)
{
	if ((which & WASI_ATIM && which & WASI_ATIM_NOW) || (which & WASI_MTIM && which & WASI_MTIM_NOW))
		return WASI_EINVAL;
	if (!node->writable)
		return WASI_EROFS;
	if (which & WASI_MTIM)
		node->changed_ns = modified_ns;
	else if (which & WASI_MTIM_NOW)
		node->changed_ns = wasi_realtime(c->w);
	if (which & WASI_ATIM)
		node->accessed_ns = accessed_ns;
	else if (which & WASI_ATIM_NOW)
		node->accessed_ns = wasi_realtime(c->w);
	return WASI_SUCCESS;
}

int wasi_fd_filestat_set_times(const struct wasi_call *c)
{
	struct wasi_fd *fd = fd_of(c, c->arg[0]);
	if (!fd)
		return WASI_EBADF;
	return fd->node ? set_times(c, fd->node, c->arg[1], c->arg[2], c->arg[3]) : WASI_EINVAL;
}

/* Until the guest closes it or puts another in its place. */
static bool is_preopen(const struct wasi_call *c, uint64_t number)
{
	const struct wasi_fd *fd = fd_of(c, number);
	return number == WASI_FIRST_PREOPEN && fd && fd->node == c->w->view.root;
}

int wasi_fd_prestat_get(const struct wasi_call *c)
{
	const uint32_t prestat[2] = {0, 1}; /* a folder, whose name has one byte */
	if (!is_preopen(c, c->arg[0]))
		return WASI_EBADF;
	return put(c, c->arg[1], prestat, sizeof(prestat));
}

int wasi_fd_prestat_dir_name(const struct wasi_call *c)
{
	if (!is_preopen(c, c->arg[0]))
		return WASI_EBADF;
	return c->arg[2] < 1 ? WASI_ENAMETOOLONG : put(c, c->arg[1], "/", 1);
}

int wasi_fd_seek(const struct wasi_call *c)
{
	struct wasi_fd *fd = NULL;
	int error = file_of(c, WASI_RIGHT_FD_SEEK | WASI_RIGHT_FD_READ | WASI_RIGHT_FD_WRITE, &fd);
	if (error)
		return error;
	int64_t delta = (int64_t)c->arg[1], to;
	int64_t from[] = {
		[WASI_SEEK_SET] = 0,
		[WASI_SEEK_CUR] = (int64_t)fd->offset,
		[WASI_SEEK_END] = (int64_t)view_content(fd->node).len,
	};
	if (c->arg[2] >= countof(from) || __builtin_add_overflow(from[c->arg[2]], delta, &to) || to < 0)
		return WASI_EINVAL;
	fd->offset = (uint64_t)to;
	return put64(c, c->arg[3], fd->offset);
}

int wasi_fd_tell(const struct wasi_call *c)
{
	struct wasi_fd *fd = NULL;
	int error = file_of(c, WASI_RIGHTS_ALL, &fd);
	return error ? error : put64(c, c->arg[1], fd->offset);
}

/* ---- reading and writing through lists of buffers */

struct transfer {
	const struct wasi_call *c;
	struct wasi_fd *fd;
	uint64_t offset; /* in a file; moves on */
	uint32_t done;   /* bytes */
};

/* One buffer's worth. `fewer` says that nothing more can come now. */
typedef int (*transfer_step)(struct transfer *t, uint8_t *bytes, uint32_t len, bool *ret_fewer);

static int for_each_iovec(struct transfer *t, transfer_step step)
{
	const struct wasi_call *c = t->c;
	uint64_t count = c->arg[2];
	if (count > IOVECS_MAX)
		return WASI_EINVAL;
	const uint8_t *list = guest(c, c->arg[1], count * WASI_IOVEC_BYTES);
	if (!list)
		return WASI_EFAULT;
	bool fewer = false;
	for (uint64_t i = 0; i < count && !fewer; i++, list += WASI_IOVEC_BYTES) {
		uint32_t at = load32(list), len = load32(list + 4);
		uint8_t *bytes = guest(c, at, len);
		if (!bytes)
			return WASI_EFAULT;
		if (len > UINT32_MAX - t->done)
			return WASI_EINVAL;
		int error = len ? step(t, bytes, len, &fewer) : WASI_SUCCESS;
		if (error)
			return error;
	}
	return WASI_SUCCESS;
}

static int read_step(struct transfer *t, uint8_t *bytes, uint32_t len, bool *ret_fewer)
{
	struct str source = t->fd->kind == FD_STDIN ? t->c->w->world->stdin_bytes : view_content(t->fd->node);
	struct str rest = t->offset < source.len ? str_from(source, t->offset) : (struct str){0};
	uint32_t n = (uint32_t)min_size(rest.len, len);
	if (n)
		memcpy(bytes, rest.ptr, n);
	t->offset += n;
	t->done += n;
	*ret_fewer = n < len;
	return WASI_SUCCESS;
}

static int write_step(struct transfer *t, uint8_t *bytes, uint32_t len, bool *ret_fewer)
{
	struct wasi *w = t->c->w;
	*ret_fewer = false;
	w->bytes_written += len;
	t->done += len;
	if (t->fd->kind != FD_NODE) {
		struct buf *stream = t->fd->kind == FD_STDERR ? &w->err : &w->out;
		return buf_append(stream, bytes, len) < 0 ? wasi_finish(w, WASI_OUTPUT_FULL) : WASI_SUCCESS;
	}
	int error = view_write(&w->view, t->fd->node, t->offset, (struct str){(char *)bytes, len}, wasi_realtime(w));
	t->offset += len;
	return error;
}

int wasi_fd_read(const struct wasi_call *c)
{
	struct wasi_fd *fd = fd_of(c, c->arg[0]);
	if (!fd || !(fd->rights & WASI_RIGHT_FD_READ))
		return WASI_EBADF;
	if (fd->kind == FD_NODE && fd->node->type == TREE_FOLDER)
		return WASI_EISDIR;
	uint64_t *position = fd->kind == FD_STDIN ? &c->w->stdin_at : &fd->offset;
	struct transfer t = {.c = c, .fd = fd, .offset = *position};
	int error = for_each_iovec(&t, read_step);
	*position = t.offset;
	return error ? error : put32(c, c->arg[3], t.done);
}

int wasi_fd_pread(const struct wasi_call *c)
{
	struct wasi_fd *fd = NULL;
	int error = file_of(c, WASI_RIGHT_FD_READ, &fd);
	struct transfer t = {.c = c, .fd = fd, .offset = c->arg[3]};
	if (!error)
		error = for_each_iovec(&t, read_step);
	return error ? error : put32(c, c->arg[4], t.done);
}

int wasi_fd_write(const struct wasi_call *c)
{
	struct wasi_fd *fd = fd_of(c, c->arg[0]);
	if (!fd || !(fd->rights & WASI_RIGHT_FD_WRITE) || fd->kind == FD_STDIN)
		return WASI_EBADF;
	if (fd->kind == FD_NODE && fd->node->type == TREE_FOLDER)
		return WASI_EISDIR;
	if (fd->kind == FD_NODE && (fd->flags & WASI_APPEND))
		fd->offset = view_content(fd->node).len;
	struct transfer t = {.c = c, .fd = fd, .offset = fd->offset};
	int error = for_each_iovec(&t, write_step);
	fd->offset = t.offset;
	return error ? error : put32(c, c->arg[3], t.done);
}

int wasi_fd_pwrite(const struct wasi_call *c)
{
	struct wasi_fd *fd = NULL;
	int error = file_of(c, WASI_RIGHT_FD_WRITE, &fd);
	struct transfer t = {.c = c, .fd = fd, .offset = c->arg[3]};
	if (!error)
		error = for_each_iovec(&t, write_step);
	return error ? error : put32(c, c->arg[4], t.done);
}

/* ---- folders */

static struct vnode *listed_node(const struct wasi_fd *fd, uint64_t i)
{
	return i == 0 ? fd->node : i == 1 ? fd->node->parent : fd->listing[i - 2];
}

/* Entries are copied until the buffer is full; the last one may be cut, by
 * which the guest knows that there is more. */
static uint32_t put_dirents(const struct wasi_fd *fd, uint64_t cookie, uint8_t *to, uint32_t room)
{
	uint32_t used = 0;
	for (uint64_t i = cookie; i < fd->listing_len + 2 && used < room; i++) {
		struct vnode *node = listed_node(fd, i);
		const char *name = i == 0 ? "." : i == 1 ? ".." : node->name;
		struct wasi_fd as = {.kind = FD_NODE, .node = node};
		uint32_t name_len = (uint32_t)strlen(name);
		uint8_t entry[WASI_DIRENT_BYTES + VIEW_NAME_MAX] = {0};
		uint64_t next = i + 1;
		memcpy(entry, &next, 8);
		memcpy(entry + 8, &node->inode, 8);
		memcpy(entry + 16, &name_len, 4);
		entry[20] = filetype(&as);
		memcpy(entry + WASI_DIRENT_BYTES, name, name_len);
		uint32_t n = (uint32_t)min_size(WASI_DIRENT_BYTES + name_len, room - used);
		memcpy(to + used, entry, n);
		used += n;
	}
	return used;
}

/* What the folder holds now, kept so that a guest which removes what it has read
 * about misses nothing. */
static int list_names(struct wasi *w, struct wasi_fd *fd)
{
	struct vnode **listing;
	size_t len;
	int error = view_list(&w->view, fd->node, &listing, &len);
	if (error)
		return error;
	if (w->names_listed - fd->listing_len + len > NAMES_LISTED_MAX) {
		free(listing);
		return WASI_ENOMEM;
	}
	w->names_listed += len - fd->listing_len;
	free(fd->listing);
	fd->listing = listing;
	fd->listing_len = len;
	return WASI_SUCCESS;
}

int wasi_fd_readdir(const struct wasi_call *c)
{
	struct wasi_fd *fd = fd_of(c, c->arg[0]);
	if (!fd)
		return WASI_EBADF;
	if (fd->kind != FD_NODE || fd->node->type != TREE_FOLDER)
		return WASI_ENOTDIR;
	uint32_t room = (uint32_t)c->arg[2];
	uint8_t *to = guest(c, c->arg[1], room);
	if (!to)
		return WASI_EFAULT;
	int error = c->arg[3] == 0 || !fd->listing ? list_names(c->w, fd) : WASI_SUCCESS;
	if (error)
		return error;
	return put32(c, c->arg[4], put_dirents(fd, c->arg[3], to, room));
}

/* ---- paths: a folder's descriptor, then a path from there */

static int walk(const struct wasi_call *c, uint64_t folder, uint64_t at, uint64_t len, bool follow,
		struct vnode **ret_node)
{
	struct wasi_fd *fd = fd_of(c, folder);
	if (!fd)
		return WASI_EBADF;
	if (fd->kind != FD_NODE || fd->node->type != TREE_FOLDER)
		return WASI_ENOTDIR;
	const uint8_t *path = guest(c, at, len);
	if (!path)
		return WASI_EFAULT;
	return view_walk(&c->w->view, fd->node, (struct str){(const char *)path, len}, follow, ret_node);
}

/* As walk, for what must be there. */
static int walk_existing(const struct wasi_call *c, uint64_t folder, uint64_t at, uint64_t len, bool follow,
			 struct vnode **ret_node)
{
	int error = walk(c, folder, at, len, follow, ret_node);
	return error ? error : (*ret_node)->absent ? WASI_ENOENT : WASI_SUCCESS;
}

static int make(const struct wasi_call *c, struct vnode *node, enum tree_type type, struct str content)
{
	if (!node->absent)
		return WASI_EEXIST;
	return view_make(&c->w->view, node, type, content, wasi_realtime(c->w));
}

/* "name/" can come to be a folder only. */
static bool names_folder(const struct wasi_call *c, uint64_t at, uint64_t len)
{
	const uint8_t *path = guest(c, at, len);
	return path && len && path[len - 1] == '/';
}

/* Whether the path's last name is "." or "..", which no folder can lose. */
static bool ends_in_dots(const struct wasi_call *c, uint64_t at, uint64_t len, const char *dots)
{
	struct str path = {(const char *)guest(c, at, len), len};
	while (path.len && path.ptr[path.len - 1] == '/')
		path.len--;
	size_t n = strlen(dots);
	bool alone = path.len == n || (path.len > n && path.ptr[path.len - n - 1] == '/');
	return alone && str_ends(path, str_of(dots));
}

/* Makes or empties the file as the flags of path_open say. */
static int prepare_open(const struct wasi_call *c, struct vnode *node, uint64_t oflags, bool writes)
{
	if (node->absent) {
		if (!(oflags & WASI_O_CREAT))
			return WASI_ENOENT;
		if (names_folder(c, c->arg[2], c->arg[3]))
			return WASI_EISDIR;
		return oflags & WASI_O_DIRECTORY ? WASI_EINVAL : make(c, node, TREE_FILE, (struct str){0});
	}
	if ((oflags & WASI_O_CREAT) && (oflags & WASI_O_EXCL))
		return WASI_EEXIST;
	if (node->type == TREE_LINK)
		return WASI_ELOOP;
	if ((oflags & WASI_O_DIRECTORY) && node->type != TREE_FOLDER)
		return WASI_ENOTDIR;
	bool changes = writes || (oflags & WASI_O_TRUNC);
	if (node->type == TREE_FOLDER)
		return changes || (oflags & WASI_O_CREAT) ? WASI_EISDIR : WASI_SUCCESS;
	if (changes && !node->writable)
		return WASI_EROFS;
	return oflags & WASI_O_TRUNC ? view_resize(&c->w->view, node, 0, wasi_realtime(c->w)) : WASI_SUCCESS;
}

static size_t free_number(const struct wasi *w)
{
	size_t number = WASI_FIRST_PREOPEN;
	while (number < w->fds_len && w->fds[number].kind != FD_CLOSED)
		number++;
	return number;
}

static int add_fd(const struct wasi_call *c, const struct wasi_fd *fd, size_t number, uint64_t put_at)
{
	struct wasi *w = c->w;
	int error = put32(c, put_at, (uint32_t)number);
	if (error)
		return error;
	if (number == w->fds_len)
		wasi_add_fd(w, fd);
	else
		w->fds[number] = *fd;
	fd->node->opens++;
	return WASI_SUCCESS;
}

int wasi_path_open(const struct wasi_call *c)
{
	uint64_t oflags = c->arg[4], rights = c->arg[5];
	bool writes = rights & WASI_RIGHT_FD_WRITE;
	bool follow = (c->arg[1] & WASI_SYMLINK_FOLLOW) && !(oflags & WASI_O_EXCL);
	struct vnode *node;
	size_t number = free_number(c->w);
	if (number >= WASI_FDS_MAX)
		return WASI_EMFILE;
	int error = walk(c, c->arg[0], c->arg[2], c->arg[3], follow, &node);
	if (!error)
		error = prepare_open(c, node, oflags, writes);
	if (error)
		return error;
	struct wasi_fd fd = {
		.kind = FD_NODE,
		.node = node,
		.rights = rights,
		.inheriting = c->arg[6],
		.flags = (uint16_t)c->arg[7],
	};
	return add_fd(c, &fd, number, c->arg[8]);
}

int wasi_path_create_directory(const struct wasi_call *c)
{
	struct vnode *node;
	int error = walk(c, c->arg[0], c->arg[1], c->arg[2], false, &node);
	return error ? error : make(c, node, TREE_FOLDER, (struct str){0});
}

int wasi_path_filestat_get(const struct wasi_call *c)
{
	struct vnode *node;
	int error = walk_existing(c, c->arg[0], c->arg[2], c->arg[3], c->arg[1] & WASI_SYMLINK_FOLLOW, &node);
	struct wasi_fd as = {.kind = FD_NODE, .node = node};
	return error ? error : put_filestat(c, c->arg[4], filetype(&as), node);
}

int wasi_path_filestat_set_times(const struct wasi_call *c)
{
	struct vnode *node;
	int error = walk_existing(c, c->arg[0], c->arg[2], c->arg[3], c->arg[1] & WASI_SYMLINK_FOLLOW, &node);
	return error ? error : set_times(c, node, c->arg[4], c->arg[5], c->arg[6]);
}

int wasi_path_readlink(const struct wasi_call *c)
{
	struct vnode *node;
	int error = walk_existing(c, c->arg[0], c->arg[1], c->arg[2], false, &node);
	if (error)
		return error;
	if (node->type != TREE_LINK)
		return WASI_EINVAL;
	struct str target = str_first(view_content(node), c->arg[4]);
	error = put(c, c->arg[3], target.ptr, target.len);
	return error ? error : put32(c, c->arg[5], (uint32_t)target.len);
}

static int remove_path(const struct wasi_call *c, bool folder)
{
	struct vnode *node;
	int error = walk_existing(c, c->arg[0], c->arg[1], c->arg[2], false, &node);
	if (error)
		return error;
	if ((node->type == TREE_FOLDER) != folder)
		return folder ? WASI_ENOTDIR : WASI_EISDIR;
	if (ends_in_dots(c, c->arg[1], c->arg[2], "."))
		return WASI_EINVAL;
	return view_remove(&c->w->view, node, wasi_realtime(c->w));
}

int wasi_path_remove_directory(const struct wasi_call *c)
{
	return remove_path(c, true);
}

int wasi_path_unlink_file(const struct wasi_call *c)
{
	return remove_path(c, false);
}

int wasi_path_rename(const struct wasi_call *c)
{
	struct vnode *from, *to;
	int error = walk_existing(c, c->arg[0], c->arg[1], c->arg[2], false, &from);
	if (!error)
		error = walk(c, c->arg[3], c->arg[4], c->arg[5], false, &to);
	if (!error && from->type != TREE_FOLDER && names_folder(c, c->arg[4], c->arg[5]))
		error = WASI_ENOTDIR;
	for (size_t i = 0; !error && i < 2; i++) {
		uint64_t at = c->arg[1 + 3 * i], len = c->arg[2 + 3 * i];
		if (ends_in_dots(c, at, len, ".") || ends_in_dots(c, at, len, ".."))
			error = WASI_EBUSY;
	}
	return error ? error : view_rename(&c->w->view, from, to, wasi_realtime(c->w));
}

int wasi_path_symlink(const struct wasi_call *c)
{
	const uint8_t *target = guest(c, c->arg[0], c->arg[1]);
	if (!target)
		return WASI_EFAULT;
	if (c->arg[1] == 0 || c->arg[1] > VIEW_PATH_MAX)
		return c->arg[1] ? WASI_ENAMETOOLONG : WASI_ENOENT;
	if (target[0] == '/')
		return WASI_EPERM;
	if (memchr(target, '\0', c->arg[1]))
		return WASI_EILSEQ;
	struct vnode *node;
	int error = walk(c, c->arg[2], c->arg[3], c->arg[4], false, &node);
	if (!error && node->absent && names_folder(c, c->arg[3], c->arg[4]))
		error = WASI_ENOENT;
	return error ? error : make(c, node, TREE_LINK, (struct str){(const char *)target, c->arg[1]});
}

