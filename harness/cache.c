#include "harness/cache.h"

#include "core/fs.h"
#include "core/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct cache {
	char *folder;
};

static const char *const kind_folders[] = {
	[CACHE_MODULE] = "modules",
	[CACHE_OBJECT] = "objects",
	[CACHE_MANIFEST] = "manifests",
};

/* Makes the folder if it is not there; nobody else may write in it. */
static int open_folder(const char *folder, struct err *err)
{
	struct stat st;
	if (fs_mkdirs(folder, 0700, err) < 0)
		return err_wrap(err, "cache");
	if (stat(folder, &st) < 0)
		return err_errno(err, "cannot examine the cache %s", folder);
	if (st.st_uid != geteuid() || (st.st_mode & (S_IWGRP | S_IWOTH)))
		return err_set(err, ERR_OS,
			       "the cache %s can be written by others, and recast runs machine code from it: "
			       "chmod go-w it, or set RECAST_CACHE to a folder of your own",
			       folder);
	return 0;
}

int cache_open(const char *folder, struct cache **out, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	if (open_folder(folder, err) < 0 || open_folder(arena_printf(&scratch, "%s/seals", folder), err) < 0)
		return -1;
	for (size_t i = 0; i < countof(kind_folders); i++) {
		if (open_folder(arena_printf(&scratch, "%s/%s", folder, kind_folders[i]), err) < 0)
			return -1;
	}
	*out = mem_zalloc(1, sizeof(**out));
	(*out)->folder = mem_strdup(folder);
	return 0;
}

void cache_close(struct cache *cache)
{
	if (!cache)
		return;
	free(cache->folder);
	free(cache);
}

static void entry_path(const struct cache *cache, enum cache_kind kind, const struct hash *key, char *path)
{
	char hex[HASH_HEX];
	hash_hex(key, hex);
	snprintf(path, CACHE_PATH_MAX, "%s/%s/%s", cache->folder, kind_folders[kind], hex);
}

static void seal_path(const char *entry, char *path)
{
	snprintf(path, CACHE_PATH_MAX + 8, "%s.seal", entry);
}

/* One line: content hash, size, mtime, ctime, inode. */
struct seal {
	struct hash content;
	uint64_t facts[4];
};

static void stat_facts(const struct stat *st, uint64_t facts[static 4])
{
	facts[0] = (uint64_t)st->st_size;
	facts[1] = (uint64_t)st->st_mtim.tv_sec * 1000000000u + (uint64_t)st->st_mtim.tv_nsec;
	facts[2] = (uint64_t)st->st_ctim.tv_sec * 1000000000u + (uint64_t)st->st_ctim.tv_nsec;
	facts[3] = (uint64_t)st->st_ino;
}

static int write_seal(const char *path, const struct seal *seal, struct err *err)
{
	char hex[HASH_HEX], line[256];
	hash_hex(&seal->content, hex);
	snprintf(line, sizeof(line), "%s %llu %llu %llu %llu\n", hex, (unsigned long long)seal->facts[0],
		 (unsigned long long)seal->facts[1], (unsigned long long)seal->facts[2],
		 (unsigned long long)seal->facts[3]);
	return fs_write(path, str_of(line), err);
}

static bool read_seal(const char *path, struct seal *ret_seal)
{
	SCOPED_BUF struct buf text;
	buf_init(&text, 256);
	struct str rest, word;
	if (fs_read(path, &text, NULL) < 0)
		return false;
	rest = buf_str(&text);
	if (!str_next_word(&rest, &word) || !hash_from_hex(word, &ret_seal->content))
		return false;
	for (size_t i = 0; i < countof(ret_seal->facts); i++) {
		if (!str_next_word(&rest, &word) || !str_to_u64(word, &ret_seal->facts[i]))
			return false;
	}
	return true;
}

static int hash_file(const char *path, struct hash *ret_hash, struct err *err)
{
	struct str bytes;
	if (fs_map(path, &bytes, err) < 0)
		return -1;
	*ret_hash = hash_of(bytes);
	fs_unmap(bytes);
	return 0;
}

/* Whether the file is as its seal says; `content` if the seal itself must
 * agree with something, or NULL. */
static bool is_sealed(const char *path, const char *seal_file, const struct hash *content)
{
	struct seal seal;
	struct stat st;
	if (stat(path, &st) < 0 || !read_seal(seal_file, &seal) || (content && !hash_eq(content, &seal.content)))
		return false;
	uint64_t now[4];
	stat_facts(&st, now);
	if (memcmp(now, seal.facts, sizeof(now)) == 0)
		return true;
	struct hash fresh;
	if (hash_file(path, &fresh, NULL) < 0 || !hash_eq(&fresh, &seal.content))
		return false;
	memcpy(seal.facts, now, sizeof(now));
	write_seal(seal_file, &seal, NULL);
	return true;
}

bool cache_find(struct cache *cache, enum cache_kind kind, const struct hash *key, char ret_path[static CACHE_PATH_MAX])
{
	char seal[CACHE_PATH_MAX + 8];
	struct stat st;
	entry_path(cache, kind, key, ret_path);
	seal_path(ret_path, seal);
	/* A link could lead to where others may write. */
	return lstat(ret_path, &st) == 0 && S_ISREG(st.st_mode) && is_sealed(ret_path, seal, NULL);
}

bool cache_read(struct cache *cache, enum cache_kind kind, const struct hash *key, struct buf *out)
{
	char path[CACHE_PATH_MAX], seal_file[CACHE_PATH_MAX + 8];
	struct seal seal;
	entry_path(cache, kind, key, path);
	seal_path(path, seal_file);
	size_t before = out->len;
	if (read_seal(seal_file, &seal) && fs_read(path, out, NULL) == 0) {
		/* The bytes are in hand, so they are compared themselves. */
		struct hash fresh = hash_of(str_from(buf_str(out), before));
		if (hash_eq(&fresh, &seal.content))
			return true;
	}
	if (out->len > before) {
		out->len = before;
		out->ptr[before] = '\0';
	}
	return false;
}

/* Between the rename of an entry and the writing of its seal nobody else may
 * replace the entry, or the seal would speak of other bytes. */
static int lock_cache(const struct cache *cache, struct err *err)
{
	char path[CACHE_PATH_MAX];
	snprintf(path, sizeof(path), "%s/lock", cache->folder);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_errno(err, "cannot open %s", path);
	while (flock(fd, LOCK_EX) < 0) {
		if (errno == EINTR)
			continue;
		close(fd);
		return err_errno(err, "cannot lock %s", path);
	}
	return fd;
}

/* A file takes a file's place by itself, but not a folder's. */
static void drop_folder(const char *path)
{
	struct stat st;
	if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode))
		fs_remove(path, NULL);
}

int cache_put(struct cache *cache, enum cache_kind kind, const struct hash *key, struct str bytes, struct err *err)
{
	char path[CACHE_PATH_MAX], seal_file[CACHE_PATH_MAX + 8];
	struct seal seal = {.content = hash_of(bytes)};
	struct stat st;
	entry_path(cache, kind, key, path);
	seal_path(path, seal_file);
	int lock = lock_cache(cache, err);
	if (lock < 0)
		return -1;
	drop_folder(path);
	drop_folder(seal_file);
	int result = fs_write(path, bytes, err);
	if (result == 0 && stat(path, &st) < 0)
		result = err_errno(err, "cannot examine %s", path);
	if (result == 0) {
		stat_facts(&st, seal.facts);
		result = write_seal(seal_file, &seal, err);
	}
	close(lock);
	return result;
}

void cache_drop(struct cache *cache, enum cache_kind kind, const struct hash *key)
{
	char path[CACHE_PATH_MAX], seal[CACHE_PATH_MAX + 8];
	entry_path(cache, kind, key, path);
	seal_path(path, seal);
	unlink(seal);
	unlink(path);
}

static int claim(struct cache *cache, enum cache_kind kind, const struct hash *key, int how, int *ret_claim)
{
	char path[CACHE_PATH_MAX], claim_file[CACHE_PATH_MAX + 8];
	entry_path(cache, kind, key, path);
	snprintf(claim_file, sizeof(claim_file), "%s.claim", path);
	int fd = open(claim_file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return -1;
	while (flock(fd, how) < 0) {
		if (errno == EINTR)
			continue;
		close(fd);
		return -1;
	}
	*ret_claim = fd;
	return 0;
}

int cache_claim(struct cache *cache, enum cache_kind kind, const struct hash *key, int *ret_claim, struct err *err)
{
	if (claim(cache, kind, key, LOCK_EX, ret_claim) < 0)
		return err_errno(err, "cannot claim an entry of the cache %s", cache->folder);
	return 0;
}

int cache_try_claim(struct cache *cache, enum cache_kind kind, const struct hash *key, int *ret_claim)
{
	return claim(cache, kind, key, LOCK_EX | LOCK_NB, ret_claim);
}

void cache_release(int claim)
{
	close(claim);
}

int cache_verify(struct cache *cache, const char *path, const struct hash *content, struct err *err)
{
	char hex[HASH_HEX], seal_file[CACHE_PATH_MAX];
	struct hash name = hash_of(str_of(path));
	hash_hex(&name, hex);
	snprintf(seal_file, sizeof(seal_file), "%s/seals/%s", cache->folder, hex);
	if (is_sealed(path, seal_file, content))
		return 0;
	struct seal seal;
	struct stat st;
	if (stat(path, &st) < 0)
		return err_errno(err, "cannot examine %s", path);
	stat_facts(&st, seal.facts);
	if (hash_file(path, &seal.content, err) < 0)
		return -1;
	if (!hash_eq(&seal.content, content))
		return err_set(err, ERR_TOOL, "%s does not have the content that this recast was built for", path);
	return write_seal(seal_file, &seal, err);
}
