#include "harness/oracle.h"

#include "core/json.h"
#include "core/mem.h"
#include "harness/store.h"

/* An oracle in the making. */
struct making {
	const struct suite *suite;
	const struct extracted *e;
	struct tree *tree;
	struct arena scratch;
};

/* ---- objects of the original */

static const char *object_path(struct making *m, size_t index)
{
	return arena_printf(&m->scratch, "objects/%zu.o", index);
}

static json_t *objects_json(struct making *m)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < m->suite->plan.objects_len; i++) {
		const struct plan_object *o = &m->suite->plan.objects[i];
		if (o->of_library)
			json_array_append_new(rows, json_pack("{s:s, s:o}", "file", object_path(m, i), "source",
							      json_text(o->name)));
	}
	return rows;
}

static int add_objects(struct making *m, struct err *err)
{
	for (size_t i = 0; i < m->suite->plan.objects_len; i++) {
		const struct plan_object *o = &m->suite->plan.objects[i];
		const char *path = arena_printf(&m->scratch, "/%s", object_path(m, i));
		if (o->of_library && tree_add_file(m->tree, path, o->built.bytes, err) < 0)
			return -1;
	}
	return 0;
}

static json_t *functions_json(const struct extracted *e)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < e->functions_len; i++) {
		const struct original_function *f = &e->functions[i];
		json_array_append_new(rows, json_pack("{s:o, s:o, s:i, s:i, s:b}", "name", json_text(f->name), "file",
						      json_text(f->place.file), "line", (int)f->place.line, "end_line",
						      (int)f->place.end_line, "static", f->is_static));
	}
	return rows;
}

/* ---- tests and what they need */

static int add_project_file(struct making *m, const char *path, struct err *err)
{
	struct str text = plan_text(m->suite->plan.tests_tree, path);
	return tree_add_file(m->tree, arena_printf(&m->scratch, "/tests/%s", path), text, err);
}

static int add_project_files(struct making *m, const struct strings *paths, struct err *err)
{
	for (size_t i = 0; i < paths->len; i++) {
		if (add_project_file(m, paths->items[i], err) < 0)
			return -1;
	}
	return 0;
}

static int add_tests(struct making *m, struct err *err)
{
	const struct plan *plan = &m->suite->plan;
	for (size_t i = 0; i < plan->objects_len; i++) {
		if (!plan->objects[i].of_library && add_project_files(m, &plan->objects[i].built.inputs, err) < 0)
			return -1;
	}
	for (size_t i = 0; i < plan->programs_len; i++) {
		const struct plan_program *p = &plan->programs[i];
		const char *expected = p->configuration->expect.stdout_file, *input = p->program->stdin_file;
		if (add_project_files(m, &m->e->baseline.programs[i].inputs, err) < 0 ||
		    (expected && add_project_file(m, expected, err) < 0) || (input && add_project_file(m, input, err) < 0))
			return -1;
	}
	return 0;
}

/* ---- the baseline */

static json_t *lines_json(const struct program_result *r)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < r->tests_len; i++)
		json_array_append_new(rows, json_pack("{s:o, s:s}", "name", json_text(r->tests[i].name), "verdict",
						      test_verdict_name(r->tests[i].verdict)));
	return rows;
}

static json_t *baseline_json(struct making *m)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < m->e->baseline.programs_len; i++) {
		const struct program_result *r = &m->e->baseline.programs[i];
		const struct plan_program *p = &m->suite->plan.programs[i];
		json_t *objects = json_array();
		for (size_t k = 0; k < p->library_len; k++)
			json_array_append_new(objects, json_string(object_path(m, p->library[k])));
		json_array_append_new(rows, json_pack("{s:o, s:s, s:o, s:s, s:i, s:I, s:o, s:o}", "name",
						      json_text(r->name), "status", program_status_name(r->status),
						      "reason", json_text(r->reason), "outcome",
						      outcome_name(r->run.outcome), "exit", r->run.exit_code, "fuel",
						      (json_int_t)r->run.fuel, "tests", lines_json(r), "objects",
						      objects));
	}
	return rows;
}

static int add_json(struct making *m, const struct hash *spec_id, struct err *err)
{
	char spec[HASH_HEX];
	hash_hex(spec_id, spec);
	SCOPED_JSON json_t *object =
		json_pack("{s:i, s:o, s:o, s:s, s:o, s:o, s:o, s:o}", "version", 1, "name", json_text(m->e->spec.name),
			  "source", json_text(m->e->spec.source), "spec", spec, "tests", extract_tests_json(m->e), "baseline",
			  baseline_json(m), "objects", objects_json(m), "functions", functions_json(m->e));
	SCOPED_MEM char *text = json_print(object);
	return tree_add_file(m->tree, "/oracle.json", str_of(text), err);
}

static int add_fingerprints(struct making *m, struct err *err)
{
	SCOPED_BUF struct buf text;
	buf_init(&text, SIZE_MAX / 2);
	fingerprints_write(&m->e->implementation, &text);
	return tree_add_file(m->tree, "/fingerprints", buf_str(&text), err);
}

int oracle_save(const struct suite *suite, const struct extracted *e, const struct hash *spec_id, const char *folder,
		struct hash *ret_id, struct err *err)
{
	SCOPED_TREE struct tree *tree = tree_new();
	struct making m = {.suite = suite, .e = e, .tree = tree};
	int result = -1;
	if (add_json(&m, spec_id, err) == 0 && add_objects(&m, err) == 0 && add_tests(&m, err) == 0 &&
	    add_fingerprints(&m, err) == 0)
		result = store_save(tree, folder, ret_id, err);
	arena_release(&m.scratch);
	return result;
}
