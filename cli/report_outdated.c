#include "cli/report_outdated.h"

#include "harness/judge.h"
#include "harness/projectkey.h"
#include "harness/simproject.h"
#include "harness/source.h"

struct dating {
	const char *folder;
	const struct candidate *candidate;
	struct ledger *ledger;
	json_t *value; /* the report's */
	json_t *rows;
	struct project project;
	struct tree *source, *files; /* the library's and the rewrite's, as they are today */
	struct arena arena;
};

static bool is_readable(struct dating *d)
{
	struct source source;
	return project_read(d->folder, &d->arena, &d->project, NULL) == 0 &&
	       source_load(&d->project, d->source, &d->arena, &source, NULL) == 0;
}

static void add(struct dating *d, const char *what, const char *command)
{
	char name[CANDIDATE_NAME_MAX];
	candidate_name(d->candidate, name);
	json_array_append_new(d->rows, json_pack("{s:s, s:o}", "what", what, "command",
						 json_text(arena_printf(&d->arena, "%s %s", command, name))));
}

/* The verdict has the hash of all that it depends on. */
static int look_at_check(struct dating *d, struct err *err)
{
	struct ledger_verdict verdict;
	bool is = false;
	if (candidates_read(d->folder, d->candidate, d->files, err) < 0 ||
	    ledger_find_verdict(d->ledger, d->candidate->commit, NULL, &d->arena, &is, &verdict, err) < 0)
		return -1;
	struct hash key = judge_key(&d->project, d->source, d->files);
	if (is && json_is_object(json_object_get(d->value, "check")) && !hash_eq(&key, &verdict.key))
		add(d, "check", "recast check");
	return 0;
}

/* A benchmark has that of the library, beside what it was told to do. */
static void look_at_bench(struct dating *d)
{
	const json_t *bench = json_object_get(d->value, "bench");
	struct hash now = project_key(&d->project, d->source), then;
	if (hash_from_hex(str_of(json_text_of(bench, "library_hash")), &then) && !hash_eq(&now, &then))
		add(d, "bench", "recast bench original");
}

/* A comparison has that of the texts that it compared, which no test belongs to. */
static void look_at_similarity(struct dating *d)
{
	const json_t *similarity = json_object_get(d->value, "similarity");
	struct simstudy study = {0};
	struct hash then;
	if (hash_from_hex(str_of(json_text_of(json_object_get(similarity, "original"), "hash")), &then) &&
	    simproject_read(d->folder, &study, NULL) == 0 && !hash_eq(&study.original.hash, &then))
		add(d, "similarity", "recast similarity original");
	simstudy_release(&study);
}

static int look(struct dating *d, struct err *err)
{
	if (!d->ledger || !is_readable(d))
		return 0;
	if (look_at_check(d, err) < 0)
		return -1;
	look_at_bench(d);
	look_at_similarity(d);
	json_object_set(d->value, "outdated", d->rows);
	return 0;
}

int report_outdated(const char *project, const struct candidate *candidate, struct ledger *ledger, struct report *report,
		    struct err *err)
{
	struct dating d = {.folder = project,
			   .candidate = candidate,
			   .ledger = ledger,
			   .value = report->value,
			   .rows = json_array(),
			   .source = tree_new(),
			   .files = tree_new()};
	json_object_set_new(d.value, "outdated", json_null());
	int result = look(&d, err);
	json_decref(d.rows);
	tree_free(d.source);
	tree_free(d.files);
	arena_release(&d.arena);
	return result;
}
