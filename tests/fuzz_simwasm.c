#include "harness/simwasm.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whatever can be read is in itself; shares are shares. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SCOPED_ARENA struct arena a = {0};
	struct str bytes = {(const char *)data, size};
	struct simwasm_side *side;
	struct simwasm s;
	struct err err = {0};
	if (simwasm_read(&bytes, 1, &side, &err) < 0) {
		assert(err.kind == ERR_PARSE || err.kind == ERR_LIMIT);
		return 0;
	}
	simwasm_compare(side, side, &a, &s);
	assert(s.original_in_candidate >= 0 && s.original_in_candidate <= 1);
	assert(s.original_instructions == 0 || s.original_in_candidate > 0.999);
	simwasm_free(side);
	return 0;
}
