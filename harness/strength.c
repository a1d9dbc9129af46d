#include "core/clock.h"
#include "harness/projectkey.h"
#include "harness/strength_parts.h"

/* Change it with anything that may change a figure. */
static const char STRENGTH_VERSION[] = "strength-2";

const struct strength_ask strength_default_ask = {.sample = STRENGTH_SAMPLE, .seed = 1};

/* As judges have it: those that the original passes, as a whole or in part. */
static void choose_programs(struct strength *s)
{
	const struct plan *plan = &s->suite->plan;
	s->programs = mem_zalloc(plan->programs_len + 1, sizeof(*s->programs));
	for (size_t i = 0; i < plan->programs_len; i++) {
		const struct program_result *baseline = &s->baseline->programs[i];
		bool partly =
			baseline->status == PROGRAM_FAILED && baseline->passed && plan->programs[i].program->report;
		if (baseline->status != PROGRAM_PASSED && !partly)
			continue;
		struct strength_program *p = &s->programs[s->programs_len++];
		p->planned = &plan->programs[i];
		p->baseline = baseline;
	}
}

static void release(struct strength *s)
{
	for (size_t i = 0; i < s->programs_len; i++) {
		program_ready_release(&s->programs[i].counted);
		program_ready_release(&s->programs[i].mutated);
		arena_release(&s->programs[i].plain.arena);
		arena_release(&s->programs[i].arena);
	}
	for (size_t i = 0; i < s->objects_len; i++)
		arena_release(&s->objects[i].arena);
	free(s->programs);
	free(s->objects);
	arena_release(&s->arena);
}

static int measure(struct strength *s, struct err *err)
{
	choose_programs(s);
	if (strength_read_objects(s, err) < 0)
		return -1;
	strength_tabulate(s);
	if (strength_compile_objects(s, err) < 0 || strength_ready_programs(s, err) < 0)
		return -1;
	strength_draw(s);
	if (strength_run_mutants(s, err) < 0)
		return -1;
	return strength_find_equivalent(s, err);
}

static int check_function(const struct strength *s, struct err *err)
{
	const char *name = s->ask->function;
	for (size_t i = 0; i < s->functions_len && name; i++) {
		if (strcmp(s->functions[i].name, name) == 0)
			return 0;
	}
	return name ? err_set(err, ERR_USAGE, "the library defines no function %.100s", name) : 0;
}

int strength_measure(const struct suite *suite, const struct suite_result *baseline, const struct strength_ask *ask,
		     json_t **out, struct err *err)
{
	struct strength s = {.suite = suite, .baseline = baseline, .ask = ask};
	int result = measure(&s, err);
	if (result == 0)
		result = check_function(&s, err);
	if (result == 0)
		*out = strength_json(&s);
	release(&s);
	return result;
}

/* ---- what is known */

struct hash strength_key(const struct project *project, const struct tree *source, const struct strength_ask *ask)
{
	struct hash own = project_key(project, source);
	struct hasher h;
	hasher_init(&h);
	hasher_field(&h, STR(STRENGTH_VERSION));
	hasher_bytes(&h, own.bytes, HASH_BYTES);
	hasher_field_u64(&h, ask->sample);
	hasher_field_u64(&h, ask->seed);
	hasher_field(&h, str_of(ask->function ? ask->function : ""));
	return hasher_finish(&h);
}

static const char *subject_of(const struct strength_ask *ask, struct arena *a)
{
	return ask->function ? arena_printf(a, STRENGTH_SUBJECT ":%s", ask->function) : STRENGTH_SUBJECT;
}

int strength_keep(struct ledger *ledger, const struct strength_ask *ask, const struct hash *key, const json_t *value,
		  struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	SCOPED_MEM char *text = json_print(value);
	const struct finding finding = {
		.kind = STRENGTH_FINDING,
		.subject = subject_of(ask, &scratch),
		.key = *key,
		.found_s = clock_now_s(),
		.result = str_of(text),
	};
	return findings_add(ledger, &finding, err);
}

/* What somebody damaged is not known. */
static json_t *parse(const struct finding *row)
{
	SCOPED_JSON json_t *value = NULL;
	if (json_parse(row->result, LEDGER_FILE, &value, NULL) < 0 || !json_is_object(value))
		return NULL;
	return take(value);
}

int strength_recall(struct ledger *ledger, const struct strength_ask *ask, const struct hash *key, json_t **out,
		    struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct finding row;
	bool is = false;
	if (findings_find(ledger, STRENGTH_FINDING, subject_of(ask, &scratch), key, &scratch, &is, &row, err) < 0)
		return -1;
	*out = is ? parse(&row) : NULL;
	return 0;
}

static void project_hex(const struct project *project, const struct tree *source, char hex[static HASH_HEX])
{
	struct hash key = project_key(project, source);
	hash_hex(&key, hex);
}

void strength_set_project(json_t *value, const struct project *project, const struct tree *source)
{
	char hex[HASH_HEX];
	project_hex(project, source, hex);
	json_object_set_new(value, "project", json_string(hex));
}

int strength_known(struct ledger *ledger, const struct project *project, const struct tree *source, json_t **out,
		   struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct finding *rows;
	size_t len;
	char hex[HASH_HEX];
	if (findings_list(ledger, STRENGTH_FINDING, STRENGTH_SUBJECT, &scratch, &rows, &len, err) < 0)
		return -1;
	*out = NULL;
	project_hex(project, source, hex);
	for (size_t i = len; i-- > 0 && !*out;) {
		SCOPED_JSON json_t *value = parse(&rows[i]);
		if (strcmp(json_text_of(value, "project"), hex) == 0)
			*out = take(value);
	}
	return 0;
}
