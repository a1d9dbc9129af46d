/*
 * Any bytes as the answer of a time-stamping authority: it is a time, or an error with words on one line.
 */

#include "core/hash.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hash hash;
	struct err err = {0};
	int64_t time_s = -7;
	hash_from_hex(STR("c664b73e336f7c26e7280866dafad2ecc9ac1e1be1576848485e75ce8c690ddf"), &hash);
	struct str answer = {(const char *)data, size};
	if (hash_timestamp_read(answer, &hash, 0x0123456789abcdef, &time_s, &err) < 0) {
		assert(time_s == -7 && (err.kind == ERR_PARSE || err.kind == ERR_REMOTE));
		assert(err.text[0] && !strchr(err.text, '\n'));
	} else {
		assert(err.kind == ERR_NONE);
	}
	return 0;
}
