#ifndef RECAST_CORE_HASH_H
#define RECAST_CORE_HASH_H

/*
 * SHA-256, as everything content-addressed in recast uses it. A key made of
 * several fields is fed with hasher_field, which puts each length in front, so
 * that ("ab", "c") and ("a", "bc") differ. An authority can date a hash (RFC 3161).
 */

#include "core/arena.h"
#include "core/err.h"

enum { HASH_BYTES = 32, HASH_HEX = 2 * HASH_BYTES + 1 };

struct hash {
	unsigned char bytes[HASH_BYTES];
};

struct hasher {
	void *state; /* owned; freed by hasher_finish */
};

void hasher_init(struct hasher *h);
void hasher_bytes(struct hasher *h, const void *data, size_t len);
void hasher_field(struct hasher *h, struct str field);
void hasher_field_u64(struct hasher *h, uint64_t value);
struct hash hasher_finish(struct hasher *h);

struct hash hash_of(struct str bytes);
bool hash_eq(const struct hash *a, const struct hash *b);

/* What asks an authority to date the hash, as DER; the answer must have the nonce. */
struct str hash_timestamp_request(const struct hash *hash, uint64_t nonce, struct arena *a);

/*
 * What was answered, as DER: ERR_REMOTE if the authority declined, ERR_PARSE if it is not about this hash or request.
 * Whether it was the authority nobody looks at here: `openssl ts -verify` does, with the certificates that a reader trusts.
 */
int hash_timestamp_read(struct str answer, const struct hash *hash, uint64_t nonce, int64_t *ret_time_s,
			struct err *err);

/* Of the library that does the work. */
const char *hash_library_version(void);
const char *hash_library_path(struct arena *a);

/* Lower-case, terminated. */
void hash_hex(const struct hash *hash, char ret_hex[static HASH_HEX]);
bool hash_from_hex(struct str hex, struct hash *ret_hash);

#endif
