#include "harness/benched.h"

#include "core/clock.h"
#include "harness/judge.h"
#include "harness/judgement_json.h"

/* Change it with anything that may change a figure. */
static const char BENCH_VERSION[] = "bench-1";

/* A party while it is got ready. */
struct ready {
	struct rewrite rewrite;
	bool built;
	const char *refusal; /* or NULL */
};

struct benching {
	const struct benched_ask *ask;
	struct ready ready[BENCHED_PARTIES_MAX];
	struct bench_party parties[BENCHED_PARTIES_MAX];
	size_t parties_len;
	struct arena arena;
};

static const char *commit_of(const struct selection *s)
{
	return s->kind == SELECTION_CANDIDATE ? s->candidate.commit : "";
}

/* What may not be linked is not run: it could speak in the clock's place. */
static int get_ready(struct benching *b, size_t index, struct err *err)
{
	const struct benched_party *party = &b->ask->parties[index];
	struct ready *ready = &b->ready[index];
	struct gate build = {0}, symbols = {0};
	if (!party->files)
		return 0;
	if (rewrite_build(b->ask->suite, party->files, &ready->rewrite, err) < 0)
		return -1;
	ready->built = true;
	judge_build(&ready->rewrite, &b->arena, &build);
	int result = ready->rewrite.builds ? judge_symbols(&ready->rewrite, &b->arena, &symbols, err) : 0;
	if (!ready->rewrite.builds)
		ready->refusal = build.detail ? build.detail : "it does not build";
	else if (result == 0 && symbols.verdict != VERDICT_PASS)
		ready->refusal = symbols.detail ? symbols.detail : "it refers to what it may not";
	gate_release(&build);
	gate_release(&symbols);
	return result;
}

static json_t *refusals(const struct benching *b)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < b->ask->parties_len; i++) {
		const struct selection *s = b->ask->parties[i].selection;
		if (b->ready[i].refusal)
			json_array_append_new(rows, json_pack("{s:o, s:s, s:o}", "name", json_text(s->name), "commit",
							      commit_of(s), "why", json_text(b->ready[i].refusal)));
	}
	return rows;
}

/* Nobody is left who could be compared. */
static json_t *empty_value(const struct benching *b)
{
	const struct selection *a = b->ask->parties[0].selection, *other = b->ask->parties[1].selection;
	return json_pack(
		"{s:i, s:o, s:{s:o, s:s}, s:{s:o, s:s}, s:s, s:{s:n, s:n, s:n, s:n}, s:i, s:i, s:i, s:[], s:[], s:{s:i, s:i, s:f}, "
		"s:[], s:o}",
		"version", 1, "library", json_text(b->ask->suite->project->name), "a", "name", json_text(a->name),
		"commit", commit_of(a), "b", "name", json_text(other->name), "commit", commit_of(other), "verdict",
		"refused", "geomean", "fuel", "time", "time_low", "time_high", "counted", 0, "wrong", 0, "grows_faster",
		0, "benchmarks", "more", "aa", "comparisons", 0, "false_positives", 0, "noise", 0.0, "left_out",
		"judged_on", judged_on_json());
}

static int measure(struct benching *b, json_t **out, struct err *err)
{
	const struct bench_ask ask = {
		.suite = b->ask->suite,
		.extracted = b->ask->extracted,
		.parties = b->parties,
		.parties_len = b->parties_len,
		.only = b->ask->only,
		.budget_ns = b->ask->budget_ns,
		.seed = b->ask->seed,
	};
	struct bench bench;
	if (b->parties_len < 2) {
		*out = empty_value(b);
		return 0;
	}
	if (bench_run(&ask, &bench, err) < 0)
		return -1;
	*out = bench_json(&ask, &bench);
	bench_release(&bench);
	return 0;
}

static int keep(const struct benched_ask *ask, const json_t *value, struct err *err)
{
	const struct selection *subject = NULL;
	for (size_t i = 1; i < ask->parties_len && !subject; i++) {
		if (ask->parties[i].selection->kind == SELECTION_CANDIDATE)
			subject = ask->parties[i].selection;
	}
	if (!ask->ledger || !subject)
		return 0;
	SCOPED_MEM char *text = json_print(value);
	const struct finding finding = {
		.kind = BENCH_FINDING,
		.subject = subject->candidate.commit,
		.key = ask->key,
		.found_s = clock_now_s(),
		.result = str_of(text),
	};
	return findings_add(ask->ledger, &finding, err);
}

static int bench_all(struct benching *b, json_t **out, struct err *err)
{
	const struct benched_ask *ask = b->ask;
	SCOPED_JSON json_t *value = NULL;
	for (size_t i = 0; i < ask->parties_len; i++) {
		if (get_ready(b, i, err) < 0)
			return -1;
		if (!b->ready[i].refusal)
			b->parties[b->parties_len++] = (struct bench_party){
				ask->parties[i].selection->name, commit_of(ask->parties[i].selection),
				b->ready[i].built ? &b->ready[i].rewrite : NULL};
	}
	/* Without the one that all others are compared with there is nothing to say. */
	if (b->ready[0].refusal)
		b->parties_len = 0;
	if (measure(b, &value, err) < 0)
		return -1;
	char hex[HASH_HEX];
	hash_hex(&ask->library, hex);
	json_object_set_new(value, "library_hash", json_string(hex));
	json_object_set_new(value, "refused", refusals(b));
	if (keep(ask, value, err) < 0)
		return -1;
	*out = take(value);
	return 0;
}

int benched_find_out(const struct benched_ask *ask, json_t **out, struct err *err)
{
	struct benching b = {.ask = ask};
	int result = bench_all(&b, out, err);
	for (size_t i = 0; i < ask->parties_len; i++) {
		if (b.ready[i].built)
			rewrite_release(&b.ready[i].rewrite);
	}
	arena_release(&b.arena);
	return result;
}

struct hash benched_key(const struct project *project, const struct tree *source, const struct benched_party *parties,
			size_t parties_len, const struct strings *only, uint64_t budget_ns)
{
	struct hasher h;
	hasher_init(&h);
	hasher_field(&h, STR(BENCH_VERSION));
	hasher_field_u64(&h, budget_ns);
	for (size_t i = 0; i < only->len; i++)
		hasher_field(&h, str_of(only->items[i]));
	for (size_t i = 0; i < parties_len; i++) {
		hasher_field(&h, str_of(parties[i].selection->name));
		if (parties[i].files) {
			struct hash key = judge_key(project, source, parties[i].files);
			hasher_bytes(&h, key.bytes, HASH_BYTES);
		}
	}
	return hasher_finish(&h);
}

bool benched_is_good(const json_t *value)
{
	const json_t *more = json_object_get(value, "more");
	bool good = json_array_size(json_object_get(value, "refused")) == 0 && json_count_of(value, "wrong") == 0;
	for (size_t i = 0; i < json_array_size(more); i++)
		good &= json_count_of(json_array_get(more, i), "wrong") == 0;
	return good;
}
