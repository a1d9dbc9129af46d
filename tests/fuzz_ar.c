#include "harness/ar.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whatever was read is within the archive. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SCOPED_ARENA struct arena a = {0};
	struct strings names = {0};
	struct err err = {0};
	if (ar_names((struct str){(const char *)data, size}, &a, &names, &err) < 0) {
		assert(err.kind == ERR_PARSE && err.text[0] && names.len == 0);
		return 0;
	}
	size_t text = 0;
	for (size_t i = 0; i < names.len; i++)
		text += strlen(names.items[i]) + 1;
	assert(text <= size);
	return 0;
}
