#include "harness/sim_parts.h"

const char *sim_kind_name(enum sim_kind kind)
{
	static const char *const names[SIM_KINDS] = {
		[SIM_VERBATIM] = "verbatim", [SIM_RENAMED] = "renamed", [SIM_EDITED] = "edited",
		[SIM_TABLE] = "table",	     [SIM_FORCED] = "forced",
	};
	return names[kind];
}

int sim_prepare(const char *name, const struct sim_files *files, const struct sim_files *shared,
		const struct strings *interface, struct sim_text **out, struct err *err)
{
	size_t bytes = 0;
	for (size_t i = 0; i < files->len; i++)
		bytes += files->items[i].text.len;
	if (files->len > SIM_FILES_MAX || bytes > SIM_BYTES_MAX)
		return err_set(err, ERR_LIMIT, "%s has more than %d files or %d MiB to compare", name, SIM_FILES_MAX,
			       SIM_BYTES_MAX >> 20);
	struct sim_text *side = mem_zalloc(1, sizeof(*side));
	side->name = name;
	side->files = files;
	sim_read_tokens(side);
	sim_mark_shared(side, shared);
	sim_read_tables(side);
	sim_read_bodies(side, shared, interface);
	sim_read_interpreters(side);
	sim_read_words(side, shared, interface);
	sim_index(side);
	*out = side;
	return 0;
}

void sim_free(struct sim_text *side)
{
	if (!side)
		return;
	free(side->tokens.items);
	free(side->names.items);
	sim_set_release(&side->names.exact);
	free(side->names.sorted);
	free(side->ops.items);
	free(side->bodies.items);
	free(side->windows.items);
	sim_set_release(&side->index.features);
	free(side->tables.items);
	free(side->interpreters.items);
	free(side->identifiers.items);
	free(side->strings.items);
	free(side->comments.items);
	arena_release(&side->arena);
	free(side);
}

void sim_compare(const struct sim_text *original, const struct sim_text *candidate, struct arena *a,
		 struct similarity *ret)
{
	struct similarity s = {0};
	sim_compare_code(original, candidate, a, &s);
	sim_compare_runs(original, candidate, &s);
	sim_compare_words(original, candidate, a, &s);
	sim_compare_tables(original, candidate, a, &s);
	sim_compare_interpreters(original, candidate, a, &s);
	s.shared_tokens = original->shared_tokens;
	double left = (double)s.original_tokens, right = (double)s.candidate_tokens;
	if (left + right > 0)
		s.symmetric = (s.original_in_candidate * left + s.candidate_in_original * right) / (left + right);
	*ret = s;
}
