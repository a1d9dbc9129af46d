/*
 * Whatever is given as a source: neither what may be printed of it nor what is
 * handed to the network library holds its password.
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
	/* A short one may well stand in the host, too. */
	const char *password = address.password && strlen(address.password) > 8 ? address.password : NULL;
	const char *first = password ? strstr(source, password) : NULL;
	if (first && strstr(first + 1, password) == NULL)
		assert(!strstr(address.clean, password) && !(address.url && strstr(address.url, password)));
	return 0;
}
