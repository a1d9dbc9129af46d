/*
 * Any bytes as two sides, and as what both have: shares are shares, a side is in itself, the way back is the way
 * there, and every place is in its file.
 */

#include "harness/similarity.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct sim_text *prepare(const struct sim_files *files, const struct sim_files *shared)
{
	static const char *const names[] = {"f", "get"};
	static const struct strings interface = {(const char **)(uintptr_t)names, 2};
	struct sim_text *side = NULL;
	struct err err = {0};
	int result = sim_prepare("side", files, shared, &interface, &side, &err);
	assert(result == 0);
	(void)result;
	return side;
}

static bool is_share(double value)
{
	return value >= 0 && value <= 1;
}

static void check_place(const struct place *place, const struct sim_files *files)
{
	const struct sim_file *file = files->items;
	while (file < files->items + files->len && file->path != place->file)
		file++;
	assert(file < files->items + files->len);
	assert(place->line >= 1 && place->end_line >= place->line);
	assert(place->end_line <= str_count(file->text, '\n') + 1);
}

static void check(const struct similarity *s, const struct sim_files *original, const struct sim_files *candidate)
{
	size_t matched = 0;
	assert(is_share(s->original_in_candidate) && is_share(s->candidate_in_original) && is_share(s->symmetric));
	for (size_t i = 0; i < s->matches_len; i++) {
		check_place(&s->matches[i].original, original);
		check_place(&s->matches[i].candidate, candidate);
		matched += s->matches[i].tokens;
	}
	assert(matched <= s->original_tokens + s->forced_tokens);
	for (size_t i = 0; i < s->functions_len; i++) {
		assert(is_share(s->functions[i].score) && s->functions[i].candidate[0]);
		check_place(&s->functions[i].candidate_place, candidate);
	}
	for (size_t i = 0; i < s->tables_len; i++)
		assert(s->tables[i].shared <= s->tables[i].elements);
}

static bool same(double a, double b)
{
	return a - b < 1e-12 && b - a < 1e-12;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SCOPED_ARENA struct arena a = {0};
	if (size < 2)
		return 0;
	/* The first byte says where to cut, the second how long what both have is. */
	struct str text = {(const char *)data + 2, size - 2};
	size_t cut = text.len * data[0] / 255, common = cut * data[1] / 1024;
	struct sim_file files[] = {{"a.c", str_first(text, cut)}, {"b.c", str_from(text, cut)},
				   {"c.h", str_first(text, common)}};
	struct sim_files left = {&files[0], 1}, right = {&files[1], 1}, shared = {&files[2], common > 0};
	struct sim_text *x = prepare(&left, &shared), *y = prepare(&right, &shared);
	struct similarity there, back, self;
	sim_compare(x, y, &a, &there);
	sim_compare(y, x, &a, &back);
	sim_compare(x, x, &a, &self);
	check(&there, &left, &right);
	check(&back, &right, &left);
	check(&self, &left, &left);
	assert(same(there.original_in_candidate, back.candidate_in_original));
	assert(same(there.candidate_in_original, back.original_in_candidate));
	assert(self.original_tokens == 0 || same(self.original_in_candidate, 1));
	sim_free(x);
	sim_free(y);
	return 0;
}
