#include <math.h>

#include "harness/mutantdiff.h"
#include "harness/strength_parts.h"

struct counts {
	size_t run, killed, survived, not_executed, equivalent;
};

static void count(struct counts *c, enum mutant_fate fate)
{
	c->run += fate != FATE_NOT_DRAWN;
	c->killed += fate == FATE_KILLED;
	c->survived += fate == FATE_SURVIVED;
	c->not_executed += fate == FATE_NOT_EXECUTED;
	c->equivalent += fate == FATE_EQUIVALENT;
}

/* Those that a test could find. */
static size_t findable(const struct counts *c)
{
	return c->killed + c->survived + c->not_executed;
}

static json_t *share(size_t part, size_t whole)
{
	return whole ? json_real((double)part / (double)whole) : json_null();
}

/* Wilson's interval, for 95 of 100; where all were run there is nothing to guess. */
static void set_score(json_t *value, const struct counts *c, bool is_sample)
{
	double n = (double)findable(c), p = n > 0 ? (double)c->killed / n : 0, z = is_sample ? 1.959964 : 0;
	double middle = n > 0 ? (p + z * z / (2 * n)) / (1 + z * z / n) : 0;
	double half = n > 0 ? z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) : 0;
	json_object_set_new(value, "score", n > 0 ? json_real(p) : json_null());
	json_object_set_new(value, "low", n > 0 ? json_real(middle - half > 0 ? middle - half : 0) : json_null());
	json_object_set_new(value, "high", n > 0 ? json_real(middle + half < 1 ? middle + half : 1) : json_null());
}

/* ---- functions */

static json_t *functions_json(const struct strength *s)
{
	struct counts *counts = mem_zalloc(s->functions_len + 1, sizeof(*counts));
	json_t *rows = json_array();
	for (size_t i = 0; i < s->drawn_len; i++)
		count(&counts[s->mutants[s->drawn[i]].function], s->mutants[s->drawn[i]].fate);
	for (size_t i = 0; i < s->functions_len; i++) {
		const struct strength_function *f = &s->functions[i];
		const struct counts *c = &counts[i];
		json_array_append_new(rows, json_pack("{s:o, s:o, s:i, s:b, s:i, s:i, s:i, s:o, s:i, s:i}", "name",
						      json_text(f->name), "file", json_text(f->place.file), "line",
						      (int)f->place.line, "public", f->is_public, "mutants",
						      (int)findable(c), "killed", (int)c->killed, "equivalent",
						      (int)c->equivalent, "score", share(c->killed, findable(c)),
						      "statements", (int)f->statements, "executed", (int)f->executed));
	}
	free(counts);
	return rows;
}

/* What can be called and is not. */
static json_t *untested_json(const struct strength *s)
{
	json_t *names = json_array();
	for (size_t i = 0; i < s->functions_len; i++) {
		if (s->functions[i].is_public && s->functions[i].statements && !s->functions[i].executed)
			json_array_append_new(names, json_text(s->functions[i].name));
	}
	return names;
}

/* ---- survivors */

static json_t *survivor_json(const struct strength *s, size_t number)
{
	SCOPED_ARENA struct arena scratch = {0};
	const struct strength_mutant *m = &s->mutants[number];
	const struct strength_object *o = &s->objects[m->object];
	const struct mutant *found = &o->mutants.items[m->index];
	struct str original = plan_text(s->suite->plan.library_tree, m->place.file);
	const char *diff = mutant_diff(&o->source, found, m->place.file, original, &scratch);
	return json_pack("{s:o, s:o, s:i, s:o, s:s, s:b, s:o}", "id",
			 json_text(arena_printf(&scratch, "m%zu", number + 1)), "file", json_text(m->place.file),
			 "line", (int)m->place.line, "function", json_text(s->functions[m->function].name), "operator",
			 mutant_operator_name(found->kind), "executed", m->fate == FATE_SURVIVED, "diff",
			 json_text(diff));
}

static bool is_hidden(const struct strength *s, size_t number)
{
	const struct strength_mutant *m = &s->mutants[number];
	return s->objects[m->object].mutants.items[m->index].hidden;
}

/* Those that a test can hardly find stand last. */
static json_t *survivors_json(const struct strength *s)
{
	json_t *rows = json_array();
	for (int hidden = 0; hidden <= 1; hidden++) {
		for (size_t i = 0; i < s->drawn_len; i++) {
			enum mutant_fate fate = s->mutants[s->drawn[i]].fate;
			if ((fate == FATE_SURVIVED || fate == FATE_NOT_EXECUTED) &&
			    is_hidden(s, s->drawn[i]) == (hidden == 1))
				json_array_append_new(rows, survivor_json(s, s->drawn[i]));
		}
	}
	return rows;
}

/* ---- coverage */

static void add_line(json_t *lines, unsigned line)
{
	size_t len = json_array_size(lines);
	if (!len || json_integer_value(json_array_get(lines, len - 1)) != (json_int_t)line)
		json_array_append_new(lines, json_integer(line));
}

/* Statements are in the order of files and lines. */
static json_t *file_json(const struct strength *s, size_t first, size_t *ret_next)
{
	const char *file = s->statements[first].place.file;
	json_t *missed = json_array();
	size_t executed = 0, i = first;
	for (; i < s->statements_len && strcmp(s->statements[i].place.file, file) == 0; i++) {
		executed += s->statements[i].executed;
		if (!s->statements[i].executed)
			add_line(missed, s->statements[i].place.line);
	}
	*ret_next = i;
	return json_pack("{s:o, s:i, s:i, s:o}", "file", json_text(file), "statements", (int)(i - first), "executed",
			 (int)executed, "lines_missed", missed);
}

static json_t *coverage_json(const struct strength *s)
{
	json_t *files = json_array();
	size_t executed = 0;
	for (size_t i = 0; i < s->statements_len; i++)
		executed += s->statements[i].executed;
	for (size_t i = 0; i < s->statements_len;)
		json_array_append_new(files, file_json(s, i, &i));
	return json_pack("{s:i, s:i, s:o}", "statements", (int)s->statements_len, "executed", (int)executed, "files",
			 files);
}

/* ---- what was left out */

static void leave_out(json_t *rows, const char *what, const char *why)
{
	json_array_append_new(rows, json_pack("{s:o, s:o}", "what", json_text(what), "why", json_text(why)));
}

static json_t *left_out_json(const struct strength *s)
{
	SCOPED_ARENA struct arena scratch = {0};
	json_t *rows = json_array();
	for (size_t i = 0; i < s->programs_len; i++) {
		if (s->programs[i].left_out)
			leave_out(rows, s->programs[i].planned->name, s->programs[i].left_out);
	}
	for (size_t i = 0; i < s->objects_len; i++) {
		const struct strength_object *o = &s->objects[i];
		const char *name = s->suite->plan.objects[o->planned].name;
		if (o->failure)
			leave_out(rows, name, o->failure);
		else if (o->mutants.left_out)
			leave_out(
				rows, name,
				arena_printf(&scratch, "%zu of its functions are not understood", o->mutants.left_out));
		if (!o->failure && o->thinned)
			leave_out(rows, name,
				  arena_printf(&scratch, "%zu of its %zu mutants, evenly spread", o->thinned,
					       o->mutants.len));
	}
	return rows;
}

static size_t programs_used(const struct strength *s)
{
	size_t used = 0;
	for (size_t i = 0; i < s->programs_len; i++)
		used += !s->programs[i].left_out;
	return used;
}

json_t *strength_json(const struct strength *s)
{
	struct counts all = {0};
	json_t *value = json_pack("{s:i, s:o}", "version", 1, "library", json_text(s->suite->project->name));
	for (size_t i = 0; i < s->drawn_len; i++)
		count(&all, s->mutants[s->drawn[i]].fate);
	set_score(value, &all, s->drawn_len < s->candidates_len);
	json_object_set_new(value, "mutants",
			    json_pack("{s:i, s:i, s:i, s:i, s:i, s:i}", "total", (int)s->candidates_len, "run",
				      (int)all.run, "killed", (int)all.killed, "survived", (int)all.survived,
				      "equivalent", (int)all.equivalent, "not_executed", (int)all.not_executed));
	json_object_set_new(value, "seed", json_integer((json_int_t)s->ask->seed));
	json_object_set_new(value, "function", s->ask->function ? json_text(s->ask->function) : json_null());
	json_object_set_new(value, "programs", json_integer((json_int_t)programs_used(s)));
	json_object_set_new(value, "functions", functions_json(s));
	json_object_set_new(value, "untested", untested_json(s));
	json_object_set_new(value, "survivors", survivors_json(s));
	json_object_set_new(value, "coverage", coverage_json(s));
	json_object_set_new(value, "left_out", left_out_json(s));
	return value;
}
