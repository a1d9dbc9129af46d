#ifndef RECAST_HARNESS_CACHE_H
#define RECAST_HARNESS_CACHE_H

/*
 * The machine-wide cache: files named by the hash of everything they were made
 * from. Any number of processes may fill and read it at once; a file that was
 * damaged, cut short or changed by other hands is noticed and counts as absent.
 *
 * Beside each entry lies its seal: the hash of its bytes, and the size, times
 * and inode it had when they were last compared. While those still hold the
 * bytes are trusted without being read, which matters for 200 MB of compiled
 * clang; when they do not, the bytes are hashed again.
 *
 * The folder must belong to the user and be writable by nobody else, since
 * recast runs machine code that it finds there.
 */

#include "core/buf.h"
#include "core/err.h"
#include "core/hash.h"

struct cache;

int cache_open(const char *folder, struct cache **out, struct err *err);
void cache_close(struct cache *cache);

enum cache_kind {
	CACHE_MODULE,   /* machine code of a Wasm module */
	CACHE_OBJECT,   /* what a compiler or linker run wrote */
	CACHE_MANIFEST, /* what such a run read */
};

/* The entry's path in ret_path, if it is there and whole. */
enum { CACHE_PATH_MAX = 4096 };
bool cache_find(struct cache *cache, enum cache_kind kind, const struct hash *key, char ret_path[static CACHE_PATH_MAX]);

/* Its bytes appended to `out`; false if it is not there or too large. */
bool cache_read(struct cache *cache, enum cache_kind kind, const struct hash *key, struct buf *out);

int cache_put(struct cache *cache, enum cache_kind kind, const struct hash *key, struct str bytes, struct err *err);
void cache_drop(struct cache *cache, enum cache_kind kind, const struct hash *key);

/*
 * For entries that take long to make: the first to claim one makes it, others
 * wait here until that is over and then look again.
 * A claim dies with its process.
 */
int cache_claim(struct cache *cache, enum cache_kind kind, const struct hash *key, int *ret_claim, struct err *err);

/* As above, but -1 without an error when somebody else holds it. */
int cache_try_claim(struct cache *cache, enum cache_kind kind, const struct hash *key, int *ret_claim);
void cache_release(int claim);

/*
 * Whether a file elsewhere still has the content of that hash; its seal is
 * kept in the cache, so that only the first look reads the bytes.
 */
int cache_verify(struct cache *cache, const char *path, const struct hash *content, struct err *err);

#endif
