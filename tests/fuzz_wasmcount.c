#include "harness/wasmcount.h"
#include "harness/wasmfile.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What comes out can be read as what went in could, and has two functions and a global more, or nothing. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SCOPED_ARENA struct arena a = {0};
	struct str bytes = {(const char *)data, size}, counting;
	struct wasmfile before, after;
	struct err err = {0};
	if (wasmcount_bulk(bytes, &a, &counting, &err) < 0) {
		assert(err.kind == ERR_PARSE && err.text[0]);
		return 0;
	}
	assert(wasmfile_read(bytes, &a, &before, NULL) == 0);
	if (str_eq(bytes, counting))
		return 0;
	assert(wasmfile_read(counting, &a, &after, NULL) == 0);
	assert(after.own[WASMFILE_GLOBAL] == before.own[WASMFILE_GLOBAL] + 1);
	assert(after.exports_len == before.exports_len + 1);
	return 0;
}
