#include "cli/extract_stage.h"

#include "core/clock.h"
#include "harness/findings.h"
#include "harness/projectkey.h"

static const char KIND[] = "extract";

/* Change it with anything that may change what is extracted. */
static const char EXTRACT_VERSION[] = "extract-1";

static struct hash key_of(const struct work *w)
{
	struct hash library = project_key(&w->original.project, w->original.tree);
	struct hasher h;
	hasher_init(&h);
	hasher_field(&h, str_of(EXTRACT_VERSION));
	hasher_bytes(&h, library.bytes, HASH_BYTES);
	return hasher_finish(&h);
}

static int find(struct work *w, const struct hash *key, bool *ret_is, struct finding *ret, struct err *err)
{
	return work_ledger(w, err) < 0 ? -1
				       : findings_find(w->ledger, KIND, "original", key, &w->arena, ret_is, ret, err);
}

/* With equal keys the same comes out, so once is enough. */
static int keep(struct work *w, const struct extract_result *r, struct err *err)
{
	struct hash key = key_of(w);
	struct finding known;
	bool is;
	if (find(w, &key, &is, &known, err) < 0)
		return -1;
	SCOPED_JSON json_t *value = extract_report_value(r);
	SCOPED_MEM char *text = json_print(value);
	struct finding finding = {
		.kind = KIND,
		.subject = "original",
		.key = key,
		.found_s = clock_now_s(),
		.result = str_of(text),
	};
	return is && str_eq(known.result, finding.result) ? 0 : findings_add(w->ledger, &finding, err);
}

int extract_stage(struct work *w, struct extract_result *ret, struct err *err)
{
	struct original *o = &w->original;
	struct extract_ids ids;
	if (original_check_places(err) < 0 || work_extract(w, err) < 0)
		return -1;
	struct extract_places places = original_places(o, &w->arena);
	if (extract_store(&o->suite, &o->source, &w->extracted, &places, &ids, err) < 0)
		return -1;
	struct extract_result r = {
		.e = &w->extracted,
		.sealing = &o->project.sealed,
		.specs = places.specs,
		.oracles = places.oracles,
		.spec_id = ids.spec,
		.oracle_id = ids.oracle,
	};
	if (keep(w, &r, err) < 0)
		return -1;
	*ret = r;
	return 0;
}

int extract_stage_ids(struct work *w, struct extract_ids *ret, struct err *err)
{
	struct extract_result r;
	if (extract_stage(w, &r, err) < 0)
		return -1;
	*ret = (struct extract_ids){r.spec_id, r.oracle_id};
	return 0;
}

/* A ledger is a file that somebody can change: what makes no sense is not known. */
static bool read_ids(const json_t *value, struct extract_ids *ret)
{
	return hash_from_hex(str_of(json_text_of(value, "spec")), &ret->spec) &&
	       hash_from_hex(str_of(json_text_of(value, "oracle")), &ret->oracle);
}

int extract_stage_recall(struct work *w, json_t **out, struct err *err)
{
	SCOPED_JSON json_t *value = NULL;
	struct finding finding;
	struct extract_ids ids;
	bool is = false;
	if (original_check_places(err) < 0 || work_read(w, err) < 0)
		return -1;
	struct hash key = key_of(w);
	if (find(w, &key, &is, &finding, err) < 0)
		return -1;
	is = is && json_parse(finding.result, LEDGER_FILE, &value, NULL) == 0 && read_ids(value, &ids);
	struct extract_places places = original_places(&w->original, &w->arena);
	if (is && extract_store_again(&w->original.source, &places, &ids, &is, err) < 0)
		return -1;
	if (is && findings_renew(w->ledger, &finding, err) < 0)
		return -1;
	*out = is ? take(value) : NULL;
	return 0;
}
