#include "harness/simstudy_parts.h"

#include "core/clock.h"
#include "core/mem.h"
#include "parts.h"

#define KIND "similarity"

/* Counted up when the same texts would give other figures. */
#define ENGINE "5"

void simstudy_release(struct simstudy *study)
{
	struct simsides *const lists[] = {&study->rewrites, &study->nulls, &study->siblings};
	simside_release(&study->original);
	for (size_t i = 0; i < countof(lists); i++) {
		for (size_t k = 0; k < lists[i]->len; k++)
			simside_release(&lists[i]->items[k]);
	}
	for (size_t i = 0; i < study->trees.len; i++)
		tree_free(study->trees.items[i]);
	vec_release(&study->trees);
	arena_release(&study->arena);
	*study = (struct simstudy){0};
}

void simresult_release(struct simresult *r)
{
	json_decref(r->value);
	json_decref(r->detail);
	*r = (struct simresult){0};
}

int simstudy_text(const struct simstudy *study, struct simside *side, struct err *err)
{
	if (side->text)
		return 0;
	if (sim_prepare(side->name, &side->files, &study->shared, &study->interface, &side->text, err) < 0)
		return err_wrap(err, "%.200s", side->name);
	return 0;
}

int simstudy_compiled(const struct simstudy *study, struct simside *side, struct arena *a, struct err *err)
{
	bool is_original = side == &study->original;
	const struct simcompiled_ask ask = {
		.files = &side->files,
		.shared = &study->shared,
		.defines = is_original ? study->defines : (struct strings){0},
		.flags = is_original ? study->flags : (struct strings){0},
	};
	if (!study->tools || side->compiled.side)
		return 0;
	if (simcompiled_make(study->tools, &ask, a, &side->compiled, err) < 0)
		return err_wrap(err, "%.200s", side->name);
	return 0;
}

/* ---- what a result depends on */

static void hash_side(struct hasher *h, const struct simside *side)
{
	hasher_field(h, str_of(side->name));
	hasher_field(h, (struct str){(const char *)side->hash.bytes, sizeof(side->hash.bytes)});
}

static void hash_sides(struct hasher *h, const struct simsides *sides, size_t but)
{
	hasher_field_u64(h, sides->len);
	for (size_t i = 0; i < sides->len; i++) {
		if (i != but)
			hash_side(h, &sides->items[i]);
	}
}

static void hash_shared(struct hasher *h, const struct simstudy *study)
{
	hasher_field_u64(h, study->shared.len);
	for (size_t i = 0; i < study->shared.len; i++)
		hasher_field(h, study->shared.items[i].text);
	hasher_field_u64(h, study->interface.len);
	for (size_t i = 0; i < study->interface.len; i++)
		hasher_field(h, str_of(study->interface.items[i]));
	for (size_t i = 0; i < study->common_len; i++) {
		hasher_field(h, str_of(study->common[i].name));
		hasher_field(h, str_of(study->common[i].licence));
	}
	hasher_field(h, str_of(study->shared_from));
}

struct hash simstudy_key(const struct simstudy *study, size_t rewrite)
{
	struct hasher h;
	hasher_init(&h);
	hasher_field(&h, STR(KIND " " ENGINE " " RECAST_VERSION));
	hasher_field_u64(&h, study->tools != NULL);
	hash_side(&h, &study->original);
	hash_side(&h, &study->rewrites.items[rewrite]);
	hash_sides(&h, &study->rewrites, rewrite);
	hash_sides(&h, &study->nulls, SIZE_MAX);
	hash_sides(&h, &study->siblings, SIZE_MAX);
	hash_shared(&h, study);
	return hasher_finish(&h);
}

/* ---- known, or found out */

static int recall(const struct simside *rewrite, const struct hash *key, struct ledger *ledger, struct simresult *ret,
		  struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	SCOPED_JSON json_t *value = NULL, *detail = NULL;
	struct finding row;
	bool is = false;
	if (findings_find(ledger, KIND, rewrite->commit, key, &scratch, &is, &row, err) < 0)
		return -1;
	/* What somebody damaged is found out once more. */
	if (!is || json_parse(row.result, LEDGER_FILE, &value, NULL) < 0 ||
	    json_parse(row.detail, LEDGER_FILE, &detail, NULL) < 0)
		return 0;
	if (findings_renew(ledger, &row, err) < 0)
		return -1;
	*ret = (struct simresult){take(value), take(detail), true};
	return 0;
}

static int keep(const struct simside *rewrite, const struct hash *key, const struct simresult *r, struct ledger *ledger,
		struct err *err)
{
	SCOPED_MEM char *result = json_print(r->value), *detail = json_dumps(r->detail, JSON_COMPACT);
	struct finding row = {
		.kind = KIND,
		.subject = rewrite->commit,
		.key = *key,
		.found_s = clock_now_s(),
		.result = str_of(result),
		.detail = str_of(detail),
	};
	return findings_add(ledger, &row, err);
}

static int measure(struct simstudy *study, size_t rewrite, struct simresult *ret, struct err *err)
{
	SCOPED_ARENA struct arena arena = {0};
	struct simside *side = &study->rewrites.items[rewrite];
	struct similarity figures;
	struct simmeasured m = {.study = study, .rewrite = side, .figures = &figures};
	if (simstudy_text(study, &study->original, err) < 0 || simstudy_text(study, side, err) < 0)
		return -1;
	sim_compare(study->original.text, side->text, &arena, &figures);
	if (simstudy_compiled(study, &study->original, &study->arena, err) < 0 ||
	    simstudy_compiled(study, side, &study->arena, err) < 0)
		return -1;
	if (study->tools)
		simwasm_compare(study->original.compiled.side, side->compiled.side, &arena, &m.compiled);
	if (simstudy_others(study, rewrite, &arena, &m.others, err) < 0)
		return -1;
	*ret = (struct simresult){simstudy_json(&m), simdetail(&m), false};
	return 0;
}

int simstudy_run(struct simstudy *study, size_t rewrite, struct ledger *ledger, struct simresult *ret, struct err *err)
{
	const struct simside *side = &study->rewrites.items[rewrite];
	struct hash key = simstudy_key(study, rewrite);
	bool is_kept = ledger && side->commit[0];
	struct simresult result = {0};
	if (is_kept && recall(side, &key, ledger, &result, err) < 0)
		return -1;
	if (!result.known && measure(study, rewrite, &result, err) < 0)
		return -1;
	if (is_kept && !result.known && keep(side, &key, &result, ledger, err) < 0) {
		simresult_release(&result);
		return -1;
	}
	json_object_set_new(result.value, "cached", json_boolean(result.known));
	*ret = result;
	return 0;
}

/* ---- several */

double simstudy_share(const json_t *value)
{
	double there = json_number_value(json_object_get(value, "original_in_candidate")),
	       back = json_number_value(json_object_get(value, "candidate_in_original"));
	return there > back ? there : back;
}

json_t *simstudy_join(const struct simresult *results, size_t len)
{
	json_t *joined = json_copy(results[0].value), *more = json_array();
	for (size_t i = 1; i < len; i++)
		json_array_append(more, results[i].value);
	json_object_set_new(joined, "more", more);
	return joined;
}
