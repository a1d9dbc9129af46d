#include "harness/workfolder.h"

#include "core/fs.h"
#include "core/json.h"
#include "core/mem.h"
#include "harness/candidates.h"
#include "harness/differences.h"
#include "harness/ledger.h"
#include "harness/repo.h"
#include "harness/source.h"
#include "harness/timestamp.h"
#include "harness/transcript.h"
#include "schema.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

enum { SCHEMA_MAX = 1 << 20 };

static int refuse_link(const char *path, struct err *err)
{
	return fs_is_link(path)
		       ? err_set(err, ERR_USAGE, "%s is a link; recast keeps its own there, so remove it", path)
		       : 0;
}

/* Files that are replaced may be links; what is written into them, or below a folder, would follow one. */
static const char *const kept[] = {
	WORKFOLDER,  WORKFOLDER "/spec", WORKFOLDER "/mailbox", SOURCE_STORE,       CANDIDATES_STORE,
	LEDGER_FILE, TRANSCRIPT_FOLDER,  TIMESTAMPS_FOLDER,     DIFFERENCES_FOLDER,
};

/* What makes git look for objects and references elsewhere: links, and files that name other folders. */
static int check_store(const char *store, struct err *err)
{
	static const char *const links[] = {"objects",     "objects/info", "objects/pack", "refs", "refs/candidates",
					    "refs/recast", "packed-refs",  "config",       "HEAD"};
	static const char *const elsewhere[] = {"objects/info/alternates", "objects/info/http-alternates", "commondir",
						"gitdir"};
	SCOPED_ARENA struct arena scratch = {0};
	for (size_t i = 0; i < countof(links); i++) {
		if (refuse_link(arena_printf(&scratch, "%s/%s", store, links[i]), err) < 0)
			return -1;
	}
	for (unsigned i = 0; i < 256 && fs_exists(store); i++) {
		if (refuse_link(arena_printf(&scratch, "%s/objects/%02x", store, i), err) < 0)
			return -1;
	}
	for (size_t i = 0; i < countof(elsewhere); i++) {
		const char *path = arena_printf(&scratch, "%s/%s", store, elsewhere[i]);
		if (fs_exists(path))
			return err_set(err, ERR_USAGE,
				       "%s leads to another repository, and recast keeps its own there; remove it",
				       path);
	}
	return 0;
}

int workfolder_check(const char *project, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	const char *folder = arena_printf(&scratch, "%s/" WORKFOLDER, project);
	bool tracked = false;
	for (size_t i = 0; i < countof(kept); i++) {
		if (refuse_link(arena_printf(&scratch, "%s/%s", project, kept[i]), err) < 0)
			return -1;
	}
	if (check_store(arena_printf(&scratch, "%s/" SOURCE_STORE, project), err) < 0 ||
	    check_store(arena_printf(&scratch, "%s/" CANDIDATES_STORE, project), err) < 0)
		return -1;
	if (fs_exists(folder) && !fs_is_folder(folder))
		return err_set(err, ERR_USAGE, "%s is not a folder; recast keeps its own there, so remove it", folder);
	if (repo_tracks(project, WORKFOLDER, &tracked, err) < 0)
		return -1;
	if (tracked)
		return err_set(err, ERR_USAGE,
			       "git tracks %s, so it may hold results that recast never made; take it out of the "
			       "repository (git rm -r --cached " WORKFOLDER ", commit) and remove it",
			       folder);
	return 0;
}

/* Where "$schema" points to, so that editors help without a network. */
static int write_schema(const char *path, struct err *err)
{
	SCOPED_BUF struct buf text, old;
	buf_init(&text, SCHEMA_MAX);
	buf_init(&old, SCHEMA_MAX);
	for (size_t i = 0; i < countof(schema_lines); i++)
		buf_append_cstr(&text, schema_lines[i]);
	bool same = fs_exists(path) && fs_read(path, &old, NULL) == 0 && str_eq(buf_str(&old), buf_str(&text));
	return same ? 0 : fs_write(path, buf_str(&text), err);
}

int workfolder_make(const char *project, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	const char *folder = arena_printf(&scratch, "%s/" WORKFOLDER, project);
	const char *ignore = arena_printf(&scratch, "%s/.gitignore", folder);
	if (workfolder_check(project, err) < 0 || fs_mkdirs(folder, 0755, err) < 0)
		return -1;
	if (!fs_exists(ignore) && fs_write(ignore, STR("*\n"), err) < 0)
		return -1;
	return write_schema(arena_printf(&scratch, "%s/recast.schema.json", folder), err);
}

int workfolder_lock(const char *project, int *ret_fd, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	const char *folder = arena_printf(&scratch, "%s/" WORKFOLDER, project);
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), failed;
	if (fd < 0)
		return err_errno(err, "cannot open the folder %s", folder);
	do
		failed = flock(fd, LOCK_EX);
	while (failed && errno == EINTR);
	/* A file system without locks has nobody else on it, or bears it. */
	*ret_fd = fd;
	return 0;
}

int workfolder_hold(const char *project, int *ret_fd, struct err *err)
{
	int fd = open(project, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return err_set(err, ERR_USAGE, "there is no folder %s for the project; make it first", project);
	if (fd < 0)
		return err_errno(err, "cannot open the folder %s", project);
	/* A file system without locks has nobody else on it, or bears it. */
	if (flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK) {
		close(fd);
		return err_set(err, ERR_USAGE, "another recast init is at work in %s; wait until it is done", project);
	}
	*ret_fd = fd;
	return 0;
}

int workfolder_record(const char *project, const struct extraction_record *record, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	char spec[HASH_HEX], oracle[HASH_HEX];
	hash_hex(&record->spec, spec);
	hash_hex(&record->oracle, oracle);
	SCOPED_JSON json_t *object = json_pack("{s:i, s:o, s:s, s:s}", "version", 1, "source",
					       json_text(record->source), "spec", spec, "oracle", oracle);
	SCOPED_MEM char *text = json_print(object);
	return fs_write(arena_printf(&scratch, "%s/" WORKFOLDER "/extract.json", project), str_of(text), err);
}
