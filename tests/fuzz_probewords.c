/* Any bytes as an object of a library: nothing is read outside of it, and what is found of it is bounded. */

#include "harness/probe_words.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SCOPED_ARENA struct arena a = {0};
	static const struct probe_grammar nobody;
	static const struct interface nothing;
	struct link_input objects[2] = {{"once", {(const char *)data, size}}, {"again", {(const char *)data, size}}};
	struct probe_words once, twice;
	probe_words_collect(&nobody, &nothing, objects, 1, &a, &once);
	assert(once.numbers_len > 0 && once.numbers_len <= PROBE_NUMBERS_MAX && once.letters_len <= sizeof(once.letters));
	assert(once.texts_len > 0 && once.texts_len <= PROBE_TEXTS_MAX && once.reals_len <= PROBE_NUMBERS_MAX);
	for (size_t i = 0; i < once.texts_len; i++)
		assert(once.texts[i].len > 0 && once.texts[i].len <= PROBE_TEXT_KEPT);
	/* The same bytes once more say nothing new. */
	probe_words_collect(&nobody, &nothing, objects, 2, &a, &twice);
	assert(twice.numbers_len == once.numbers_len && twice.texts_len == once.texts_len);
	assert(twice.reals_len == once.reals_len && twice.letters_len == once.letters_len);
	return 0;
}
