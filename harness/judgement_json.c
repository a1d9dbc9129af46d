#include "harness/judgement_json.h"

#include "harness/differential_json.h"
#include "harness/engine.h"
#include "parts.h"

static json_t *number(uint64_t n)
{
	return json_integer(n > INT64_MAX ? INT64_MAX : (json_int_t)n);
}

static json_t *text(const char *s)
{
	return json_text(s ? s : "");
}

json_t *judged_on_json(void)
{
	char engine[64];
	snprintf(engine, sizeof(engine), "wasmtime %s", engine_version());
	return json_pack("{s:s, s:s, s:s}", "platform", JUDGED_ON_PLATFORM, "engine", engine, "compiler",
			 "clang " PART_CLANG_VERSION);
}

/* ---- gates */

static json_t *place_json(const struct place *place)
{
	return json_pack("{s:o, s:I, s:I}", "file", text(place->file), "line", (json_int_t)place->line, "end_line",
			 (json_int_t)place->end_line);
}

static json_t *remarks_json(const struct remarks *remarks)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < remarks->len; i++) {
		const struct remark *r = &remarks->items[i];
		json_t *row = place_json(&r->place);
		json_object_set_new(row, "text", text(r->text));
		json_object_set_new(row, "remedy", text(r->remedy));
		json_array_append_new(rows, row);
	}
	return rows;
}

static json_t *gates_json(const struct judgement *j, const struct project *project)
{
	json_t *rows = json_array();
	for (enum gate_name i = 0; i < GATES; i++) {
		const struct gate *gate = &j->gates[i];
		json_array_append_new(rows,
				      json_pack("{s:s, s:s, s:b, s:o, s:o, s:o}", "name", verdict_rules[i].name,
						"verdict", verdict_name(gate->verdict), "needed",
						verdict_needed(project, i), "detail", text(gate->detail), "findings",
						remarks_json(&gate->findings), "notes", remarks_json(&gate->notes)));
	}
	return rows;
}

/* ---- tests */

static json_t *counts_json(size_t passed, size_t failed)
{
	return json_pack("{s:o, s:o}", "passed", number(passed), "failed", number(failed));
}

static json_t *test_rows_json(const struct tests_judgement *t)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < t->tests_len; i++) {
		const struct judged_test *test = &t->tests[i];
		json_array_append_new(rows,
				      json_pack("{s:o, s:o, s:b, s:b, s:b, s:b, s:o}", "program", text(test->program),
						"name", text(test->name), "sealed", test->sealed, "passed",
						test->passed, "unstable", test->unstable, "unreported",
						test->unreported, "why", text(test->why)));
	}
	return rows;
}

/* Who brings a rewrite by hand may have seen every test. */
static bool sealing_applies(const struct candidate *candidate)
{
	return candidate->provider && candidate->provider[0];
}

static json_t *tests_json(const struct judgement_subject *subject, const struct tests_judgement *t)
{
	json_t *sealed = counts_json(t->sealed_passed, t->sealed_failed);
	json_object_set_new(sealed, "consulted", number(subject->consulted));
	json_object_set_new(sealed, "applicable", json_boolean(sealing_applies(subject->candidate)));
	return json_pack("{s:o, s:o, s:o, s:o}", "visible", counts_json(t->visible_passed, t->visible_failed), "sealed",
			 sealed, "unstable", number(t->unstable), "tests", test_rows_json(t));
}

static json_t *divergence_json(const struct divergence *d)
{
	return json_pack("{s:o, s:o, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:o}", "program", text(d->program), "test",
			 text(d->test), "sealed", d->sealed, "function", text(d->function), "call", text(d->call),
			 "index", number(d->index), "what", text(d->what), "expected", text(d->expected), "got",
			 text(d->got), "tampering", d->tampering, "ended", text(d->ended));
}

static json_t *trace_json(const struct tests_judgement *t, const struct strings *freed)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < t->divergences_len; i++)
		json_array_append_new(rows, divergence_json(&t->divergences[i]));
	return json_pack("{s:o, s:o, s:o, s:o}", "calls", number(t->calls), "divergences", rows, "total",
			 number(t->divergences_total), "free", json_texts(freed));
}

static json_t *exercised_json(const struct tests_judgement *t)
{
	return json_pack("{s:o, s:o, s:o}", "functions", number(t->exercised.len), "of",
			 number(t->exercised.len + t->unexercised.len), "missing", json_texts(&t->unexercised));
}

static json_t *fuel_json(const struct tests_judgement *t)
{
	json_t *ratio = t->fuel_original ? json_real((double)t->fuel / (double)t->fuel_original) : json_null();
	return json_pack("{s:o, s:o, s:o}", "candidate", number(t->fuel), "original", number(t->fuel_original), "ratio",
			 ratio);
}

/* ---- memory */

static json_t *memory_rows_json(const struct memory_judgement *m, enum memory_kind kind)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < m->findings_len; i++) {
		const struct memory_finding *f = &m->findings[i];
		if (f->kind != kind)
			continue;
		json_t *row = place_json(&f->place);
		json_object_set_new(row, "function", text(f->function));
		json_object_set_new(row, "program", text(f->program));
		json_object_set_new(row, "what", text(f->what));
		json_object_set_new(row, "detail", text(f->detail));
		json_object_set_new(row, "programs", number(f->programs));
		json_array_append_new(rows, row);
	}
	return rows;
}

static json_t *both_json(uint64_t original, uint64_t rewrite)
{
	return json_pack("{s:o, s:o}", "a", number(original), "b", number(rewrite));
}

static json_t *memory_json(const struct memory_judgement *m)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:{s:o, s:o, s:o}}", "programs", number(m->programs),
			 "allocations", both_json(m->allocations_original, m->allocations), "peak_bytes",
			 both_json(m->peak_bytes_original, m->peak_bytes), "faults", memory_rows_json(m, MEMORY_FAULT),
			 "undefined", memory_rows_json(m, MEMORY_UNDEFINED), "leaks", memory_rows_json(m, MEMORY_LEAK),
			 "unwritten", memory_rows_json(m, MEMORY_UNWRITTEN), "peaks", memory_rows_json(m, MEMORY_PEAK),
			 "failing", "tried", number(m->failing_tried), "survived", number(m->failing_survived),
			 "findings", memory_rows_json(m, MEMORY_FAILING));
}

/* What was not looked at, whoever did not. */
static json_t *unseen_json(const struct judgement *j)
{
	json_t *lines = json_texts(&j->tests.unseen);
	for (size_t i = 0; i < j->memory.unseen.len; i++)
		json_array_append_new(lines, text(j->memory.unseen.items[i]));
	return lines;
}

static json_t *executed_json(const struct executed_statements *e)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < e->missed_len; i++)
		json_array_append_new(rows, place_json(&e->missed[i]));
	return json_pack("{s:o, s:o, s:o}", "lines", number(e->lines), "executed", number(e->executed), "missed", rows);
}

/* ---- the whole */

static json_t *unjudged_json(const struct judgement *j)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < j->unjudged_len; i++)
		json_array_append_new(rows, place_json(&j->unjudged[i]));
	return rows;
}

static void set_candidate(json_t *value, const struct candidate *c)
{
	char name[16];
	snprintf(name, sizeof(name), "c%u", c->number);
	/* A folder that nobody has taken in has no number; it goes by its path. */
	json_object_set_new(value, "candidate", c->number ? json_string(name) : text(c->title));
	json_object_set_new(value, "commit", text(c->commit));
	json_object_set_new(value, "origin", text(c->origin));
	json_object_set_new(value, "provider", text(c->provider));
	json_object_set_new(value, "model", text(c->model));
}

json_t *judgement_json(const struct judgement_subject *subject, const struct judgement *j)
{
	const struct tests_judgement *t = &j->tests;
	json_t *value = json_object();
	set_candidate(value, subject->candidate);
	json_object_set_new(value, "library", text(subject->project->name));
	json_object_set_new(value, "verdict", json_string(verdict_name(j->verdict)));
	json_object_set_new(value, "reason", text(j->reason));
	json_object_set_new(value, "gates", gates_json(j, subject->project));
	json_object_set_new(value, "tests", tests_json(subject, t));
	json_object_set_new(value, "trace", trace_json(t, &subject->project->trace_free));
	json_object_set_new(value, "differential", differential_json(&j->differential));
	json_object_set_new(value, "memory", memory_json(&j->memory));
	json_object_set_new(value, "unjudged", unjudged_json(j));
	json_object_set_new(value, "executed", executed_json(&j->executed));
	json_object_set_new(value, "exercised", exercised_json(t));
	json_object_set_new(value, "unseen", unseen_json(j));
	json_object_set_new(value, "free", json_texts(&t->free_items));
	json_object_set_new(value, "fuel", fuel_json(t));
	json_object_set_new(value, "judged_on", judged_on_json());
	json_object_set_new(value, "wall_ms", json_real((double)subject->wall_ns / 1e6));
	json_object_set_new(value, "cached", json_false());
	return value;
}

void judgement_json_recall(json_t *value, const struct candidate *candidate, uint64_t consulted)
{
	json_t *sealed = json_object_get(json_object_get(value, "tests"), "sealed");
	set_candidate(value, candidate);
	json_object_set_new(value, "cached", json_true());
	if (json_is_object(sealed))
		json_object_set_new(sealed, "consulted", number(consulted));
}
