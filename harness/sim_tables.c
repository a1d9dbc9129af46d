#include "harness/sim_parts.h"

#include <limits.h>

/*
 * Data: initialisers with many values. A table is no code, so it is neither in the shares of code nor in their
 * way; that both sides have the same one is a finding of its own.
 */

enum {
	ELEMENTS_LEAST = 16,
	RUN = 6,           /* values in a row that are the same data */
	DIFFERENT_LEAST = 3, /* of these, so many differ: rows of zeros say nothing */
	DEPTH_MAX = 16,      /* of braces */
};

static unsigned digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned)(c - 'a') + 10;
	return c >= 'A' && c <= 'F' ? (unsigned)(c - 'A') + 10 : UINT_MAX;
}

/* Whole numbers as C writes them. */
static bool read_number(struct str text, uint64_t *ret)
{
	bool octal = text.len > 1 && text.ptr[0] == '0', hex = octal && (text.ptr[1] == 'x' || text.ptr[1] == 'X');
	uint64_t base = hex ? 16 : octal ? 8 : 10, value = 0;
	size_t first = hex ? 2 : 0, at = first;
	for (; at < text.len && digit_of(text.ptr[at]) < base; at++) {
		uint64_t digit = digit_of(text.ptr[at]);
		if (__builtin_mul_overflow(value, base, &value) || __builtin_add_overflow(value, digit, &value))
			return false;
	}
	bool digits = at > first;
	while (at < text.len && memchr("uUlL", text.ptr[at], 4))
		at++;
	*ret = value;
	return digits && at == text.len;
}

/* Numbers by their value, however they are written. */
static uint64_t value_of(const struct sim_token *t, bool negative)
{
	uint64_t value;
	if (t->class != SIM_VALUE)
		return t->class == SIM_TEXT ? t->exact : SIM_ID;
	if (t->text.len == 3 && t->text.ptr[0] == '\'' && t->text.ptr[1] != '\\' && t->text.ptr[2] == '\'')
		return sim_mix(negative, (unsigned char)t->text.ptr[1]);
	return read_number(t->text, &value) ? sim_mix(negative, value) : t->exact;
}

struct reading {
	struct sim_text *side;
	struct {
		uint64_t *items;
		size_t len, cap;
	} values;
};

/* From a brace to the one that closes it; false if something in between is no data. */
static bool read_table(struct reading *r, uint32_t at, uint32_t *ret_end)
{
	const struct sim_tokens *t = &r->side->tokens;
	unsigned depth = 0;
	r->values.len = 0;
	for (; at < t->len; at++) {
		const struct sim_token *token = &t->items[at];
		if (sim_is_sign(token, '{')) {
			if (++depth > DEPTH_MAX)
				return false;
		} else if (sim_is_sign(token, '}')) {
			if (--depth == 0)
				break;
		} else if (sim_is_sign(token, ';') || token->class == SIM_WORD) {
			return false;
		} else if (token->class == SIM_VALUE || token->class == SIM_TEXT || token->class == SIM_ID) {
			*vec_push(&r->values) = value_of(token, at && sim_is_sign(&t->items[at - 1], '-'));
		}
	}
	*ret_end = at;
	return at < t->len && r->values.len >= ELEMENTS_LEAST;
}

void sim_read_tables(struct sim_text *side)
{
	struct reading r = {.side = side};
	struct sim_tokens *t = &side->tokens;
	for (uint32_t at = 1; at < t->len; at++) {
		uint32_t end;
		bool begins = sim_is_sign(&t->items[at - 1], '=') && sim_is_sign(&t->items[at], '{');
		if (!begins || !read_table(&r, at, &end))
			continue;
		*vec_push(&side->tables) = (struct sim_data){
			.first = at,
			.last = end,
			.elements = arena_copy(&side->arena, r.values.items, r.values.len, sizeof(uint64_t)),
			.len = r.values.len,
		};
		for (; at <= end; at++)
			t->items[at].flags |= SIM_IS_TABLE;
		at = end;
	}
	free(r.values.items);
}

/* ---- comparing */

struct run {
	uint64_t hash;
	uint32_t table, at;
};

static bool says_something(const uint64_t *values)
{
	size_t different = 1;
	for (size_t i = 1; i < RUN && different < DIFFERENT_LEAST; i++) {
		bool seen = false;
		for (size_t k = 0; k < i && !seen; k++)
			seen = values[k] == values[i];
		different += !seen;
	}
	return different >= DIFFERENT_LEAST;
}

static uint64_t run_hash(const uint64_t *values)
{
	uint64_t h = 0;
	for (size_t i = 0; i < RUN; i++)
		h = sim_mix(h, values[i]);
	return h;
}

static int by_hash(const void *left, const void *right)
{
	const struct run *a = left, *b = right;
	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	return a->table != b->table ? (a->table > b->table) - (a->table < b->table) : (a->at > b->at) - (a->at < b->at);
}

static struct run *runs_of(const struct sim_text *side, size_t *ret_len)
{
	size_t len = 0;
	for (size_t i = 0; i < side->tables.len; i++)
		len += side->tables.items[i].len;
	struct run *runs = mem_zalloc(len + 1, sizeof(*runs));
	len = 0;
	for (size_t i = 0; i < side->tables.len; i++) {
		const struct sim_data *d = &side->tables.items[i];
		for (size_t k = 0; k + RUN <= d->len; k++) {
			if (says_something(d->elements + k))
				runs[len++] = (struct run){run_hash(d->elements + k), (uint32_t)i, (uint32_t)k};
		}
	}
	if (len)
		qsort(runs, len, sizeof(*runs), by_hash);
	*ret_len = len;
	return runs;
}

static const struct run *find(const struct run *runs, size_t len, uint64_t hash)
{
	size_t low = mem_first_from(runs, len, sizeof(*runs), hash);
	return low < len && runs[low].hash == hash ? &runs[low] : NULL;
}

/* How much of one of the original's tables is in the candidate's, and in which of them most. */
static size_t compare_table(const struct sim_data *d, const struct run *runs, size_t len, uint32_t *votes,
			    uint32_t *ret_table)
{
	size_t shared = 0, to = 0;
	for (size_t k = 0; k + RUN <= d->len; k++) {
		const struct run *same = find(runs, len, run_hash(d->elements + k));
		if (!same)
			continue;
		shared += k + RUN - max_size(to, k);
		to = k + RUN;
		if (++votes[same->table] > votes[*ret_table])
			*ret_table = same->table;
	}
	return shared;
}

void sim_compare_tables(const struct sim_text *original, const struct sim_text *candidate, struct arena *a,
			struct similarity *ret)
{
	size_t runs_len;
	struct run *runs = runs_of(candidate, &runs_len);
	uint32_t *votes = mem_zalloc(candidate->tables.len + 1, sizeof(*votes));
	ret->tables = arena_array(a, original->tables.len, struct sim_table);
	for (size_t i = 0; i < original->tables.len; i++) {
		const struct sim_data *d = &original->tables.items[i];
		uint32_t table = 0;
		ret->table_tokens += d->last - d->first + 1;
		memset(votes, 0, candidate->tables.len * sizeof(*votes));
		size_t shared = compare_table(d, runs, runs_len, votes, &table);
		if (shared == 0)
			continue;
		const struct sim_data *twin = &candidate->tables.items[table];
		ret->tables[ret->tables_len++] = (struct sim_table){
			.original = sim_place(original, d->first, d->last),
			.candidate = sim_place(candidate, twin->first, twin->last),
			.elements = d->len,
			.shared = shared,
		};
	}
	free(votes);
	free(runs);
}
