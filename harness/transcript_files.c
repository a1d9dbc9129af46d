#include "harness/transcript_parts.h"

#include "core/fs.h"
#include "core/mem.h"
#include "core/path.h"
#include "harness/workfolder.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Files in the making, which a kill can leave behind. */
#define UNFINISHED "/.new-XXXXXX"

const char *exchange_file_path(const char *project, const struct hash *hash, struct arena *a)
{
	char hex[HASH_HEX];
	hash_hex(hash, hex);
	return arena_printf(a, "%s/" TRANSCRIPT_FOLDER "/%.2s/%s", project, hex, hex + 2);
}

const char *exchange_incoming_path(const char *project, uint64_t number, struct arena *a)
{
	return arena_printf(a, "%s/" TRANSCRIPT_INCOMING "/%llu", project, (unsigned long long)number);
}

/* Names of a folder, too, are on disk only when it is told so. Where folders cannot be told, nothing is to be done. */
static int sync_folder(const char *path, struct err *err)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return err_errno(err, "cannot open the folder %s", path);
	int result = fsync(fd) < 0 && errno != EINVAL && errno != ENOTSUP ? err_errno(err, "cannot write %s", path) : 0;
	close(fd);
	return result;
}

static int make_folder(const char *path, const char *parent, struct err *err)
{
	if (mkdir(path, 0755) == 0)
		return sync_folder(parent, err);
	if (errno != EEXIST)
		return err_errno(err, "cannot create the folder %s", path);
	return fs_is_folder(path) ? 0 : err_set(err, ERR_USAGE, "%s is in the way: it is not a folder", path);
}

int exchange_files_make(const char *project, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	const char *work = arena_printf(&scratch, "%s/" WORKFOLDER, project);
	const char *folder = arena_printf(&scratch, "%s/" TRANSCRIPT_FOLDER, project);
	if (workfolder_make(project, err) < 0 || make_folder(folder, work, err) < 0)
		return -1;
	return make_folder(arena_printf(&scratch, "%s/" TRANSCRIPT_INCOMING, project), folder, err);
}

/* ---- kept under their hash */

static bool is_kept(const char *path, struct str bytes)
{
	struct str old;
	if (fs_is_link(path) || fs_map(path, &old, NULL) < 0)
		return false;
	bool same = str_eq(old, bytes);
	fs_unmap(old);
	return same;
}

/* What a file holds is on disk before it gets its name, so no name ever stands for a part. */
static int write_file(const char *project, const char *path, struct str bytes, struct arena *scratch, struct err *err)
{
	char *unfinished = arena_printf(scratch, "%s/" TRANSCRIPT_INCOMING UNFINISHED, project);
	int fd = mkostemp(unfinished, O_CLOEXEC);
	if (fd < 0)
		return err_errno(err, "cannot write %s", path);
	int result = fs_write_all(fd, bytes) < 0 || fchmod(fd, 0444) < 0 || fsync(fd) < 0 || rename(unfinished, path) < 0 ?
			     err_errno(err, "cannot write %s", path) :
			     0;
	if (result < 0)
		unlink(unfinished);
	close(fd);
	return result;
}

int exchange_file_keep(const char *project, struct str bytes, struct hash *ret, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct hash hash = hash_of(bytes);
	const char *path = exchange_file_path(project, &hash, &scratch);
	const char *folder = arena_str(&scratch, path_folder(str_of(path)));
	if (make_folder(folder, arena_printf(&scratch, "%s/" TRANSCRIPT_FOLDER, project), err) < 0)
		return -1;
	if (!is_kept(path, bytes) && write_file(project, path, bytes, &scratch, err) < 0)
		return -1;
	/* Whoever wrote it first may not have come so far yet. */
	if (sync_folder(folder, err) < 0)
		return -1;
	*ret = hash;
	return 0;
}

int transcript_bytes(const char *project, const struct hash *file, struct arena *a, struct str *ret, struct err *err)
{
	SCOPED_BUF struct buf bytes;
	const char *path = exchange_file_path(project, file, a);
	buf_init(&bytes, EXCHANGE_BYTES_MAX);
	if (fs_is_link(path))
		return err_set(err, ERR_PARSE, "%s is a link, which recast never makes", path);
	if (fs_read(path, &bytes, err) < 0)
		return -1;
	struct hash found = hash_of(buf_str(&bytes));
	if (!hash_eq(&found, file))
		return err_set(err, ERR_PARSE, "%s was changed: its bytes are not those that its name says", path);
	*ret = (struct str){arena_str(a, buf_str(&bytes)), bytes.len};
	return 0;
}

/* ---- while they come in */

int exchange_incoming_open(const char *project, uint64_t number, int *ret_fd, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	const char *path = exchange_incoming_path(project, number, &scratch);
	struct stat st;
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd < 0)
		return err_errno(err, "cannot write %s", path);
	/* An empty one is of an exchange that was never sent, since recast was killed in between. */
	if (fstat(fd, &st) < 0)
		err_errno(err, "cannot examine %s", path);
	else if (st.st_size > 0)
		err_set(err, ERR_USAGE, "%s holds an answer that the ledger knows nothing of; move it away", path);
	else if (sync_folder(arena_printf(&scratch, "%s/" TRANSCRIPT_INCOMING, project), err) == 0) {
		*ret_fd = fd;
		return 0;
	}
	close(fd);
	return -1;
}

int exchange_incoming_keep(const char *project, uint64_t number, struct hash *ret, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	const char *path = exchange_incoming_path(project, number, &scratch);
	struct str bytes = {0};
	if (fs_is_link(path))
		return err_set(err, ERR_PARSE, "%s is a link, which recast never makes", path);
	if (fs_exists(path) && fs_map(path, &bytes, err) < 0)
		return -1;
	int result = exchange_file_keep(project, bytes, ret, err);
	fs_unmap(bytes);
	return result;
}

void exchange_incoming_remove(const char *project, uint64_t number)
{
	SCOPED_ARENA struct arena scratch = {0};
	unlink(exchange_incoming_path(project, number, &scratch));
}
