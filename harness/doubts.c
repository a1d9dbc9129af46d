#include "harness/doubts.h"

#include "core/mem.h"
#include "harness/transcript.h"

static const struct exchange *find_exchange(const struct exchange *rows, size_t len, const struct hash *received)
{
	for (size_t i = 0; i < len; i++) {
		if (rows[i].state == EXCHANGE_ANSWERED && hash_eq(&rows[i].received, received))
			return &rows[i];
	}
	return NULL;
}

/* *ret_is is false where there is none that could be read. */
static int read_reply(const char *project, struct ledger *ledger, const struct candidate *candidate, struct arena *a,
		      bool *ret_is, struct provider_result *ret, struct err *err)
{
	struct exchange *rows;
	struct hash received;
	struct str bytes;
	uint64_t run;
	size_t len;
	*ret_is = false;
	if (!ledger || !str_to_u64(str_of(candidate->run), &run) || run == 0 ||
	    !hash_from_hex(str_of(candidate->reply), &received))
		return 0;
	if (transcript_list(ledger, run, a, &rows, &len, err) < 0)
		return -1;
	const struct exchange *exchange = find_exchange(rows, len, &received);
	const struct provider_row *row = exchange ? provider_row_find(str_of(exchange->kind)) : NULL;
	/* `recast log --provenance` is for those who want to know what became of the bytes. */
	if (!row || transcript_bytes(project, &received, a, &bytes, NULL) < 0)
		return 0;
	provider_reread(row, exchange->status, bytes, a, ret);
	*ret_is = true;
	return 0;
}

static int by_probability(const void *a, const void *b)
{
	const struct doubt *x = a, *y = b;
	if (x->guess.probability != y->guess.probability)
		return x->guess.probability < y->guess.probability ? -1 : 1;
	int order = strcmp(x->file, y->file);
	return order ? order : (x->guess.line > y->guess.line) - (x->guess.line < y->guess.line);
}

struct doubts {
	struct doubt *items;
	size_t len, cap;
};

static void find_in(const struct reply *reply, const struct tree *tree, struct arena *a, struct doubts *all)
{
	struct candidate_file *files;
	size_t len = candidate_files(tree, a, &files);
	for (size_t i = 0; i < len; i++) {
		struct guess *guesses;
		size_t found = files[i].node->type == TREE_FILE ? guesses_find(reply, files[i].node->content, a, &guesses) : 0;
		for (size_t k = 0; k < found; k++)
			*vec_push(all) = (struct doubt){files[i].path, guesses[k]};
	}
}

int doubts_find(const char *project, struct ledger *ledger, const struct candidate *candidate, const struct tree *files,
		struct arena *a, struct doubt **ret, size_t *ret_len, struct err *err)
{
	struct provider_result result;
	struct doubts all = {0};
	bool is;
	if (read_reply(project, ledger, candidate, a, &is, &result, err) < 0)
		return -1;
	if (is) {
		find_in(&result.reply, files, a, &all);
		reply_release(&result.reply);
	}
	if (all.len)
		qsort(all.items, all.len, sizeof(*all.items), by_probability);
	*ret = arena_copy(a, all.items, all.len, sizeof(*all.items));
	*ret_len = all.len;
	vec_release(&all);
	return 0;
}
