/*
 * Whatever is given as a source: what may be printed of it holds no secret, and is
 * the same when it is taken apart again.
 */

#include "harness/address.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SCOPED_ARENA struct arena a = {0};
	struct err err = {0};
	struct address address;
	const char *source = arena_str(&a, (struct str){(const char *)data, min_size(size, 3000)});
	bool is_one = address_is_one(source);
	if (address_parse(source, &a, &address, &err) < 0) {
		assert(err.kind == ERR_USAGE);
		return 0;
	}
	assert(is_one == (address.kind != ADDRESS_PATH));
	assert(strcmp(address.clean, address_clean(source, &a)) == 0);
	assert(strcmp(address.clean, address_clean(address.clean, &a)) == 0);
	if (address.password && strlen(address.password) > 8 && strchr(address.password, '/') == NULL)
		assert(!address.url || strstr(address.url, address.password) == NULL ||
		       strstr(address.clean, address.password) != NULL);
	return 0;
}
