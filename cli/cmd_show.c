#include "cli/candidate_report.h"
#include "cli/terminal.h"
#include "harness/differences.h"
#include "harness/doubts.h"
#include "harness/rewrite.h"
#include "harness/selector.h"

struct show_values {
	struct common common;
	unsigned difference; /* --difference; 0 if it is not given */
};

/* What is shown of a candidate. */
struct shown {
	struct arena arena;
	struct selection selection;
	struct tree *tree;
	bool is_judged;
	struct ledger_verdict verdict;
	struct doubt *doubts;
	size_t doubts_len;
};

static int read_ledger(const char *project, struct shown *s, struct err *err)
{
	SCOPED_LEDGER struct ledger *ledger = NULL;
	const struct candidate *candidate = &s->selection.candidate;
	if (ledger_open_existing(project, &ledger, err) < 0)
		return -1;
	if (!ledger)
		return 0;
	if (ledger_find_verdict(ledger, candidate->commit, NULL, &s->arena, &s->is_judged, &s->verdict, err) < 0)
		return -1;
	return doubts_find(project, ledger, candidate, s->tree, &s->arena, &s->doubts, &s->doubts_len, err);
}

static int read_all(const char *project, const char *name, struct shown *s, struct err *err)
{
	if (selector_find(project, name, &s->arena, &s->selection, err) < 0)
		return -1;
	if (s->selection.kind != SELECTION_CANDIDATE)
		return err_set(err, ERR_USAGE, "%.300s is no candidate; `recast log` lists those that there are", name);
	s->tree = tree_new();
	if (candidates_read(project, &s->selection.candidate, s->tree, err) < 0)
		return -1;
	return read_ledger(project, s, err);
}

static json_t *files_value(const struct candidate_file *files, size_t len)
{
	json_t *list = json_array();
	for (size_t i = 0; i < len; i++) {
		const struct tree_node *node = files[i].node;
		json_t *file = json_pack("{s:o, s:I}", "path", json_text(files[i].path), "bytes",
					 (json_int_t)node->content.len);
		if (node->type == TREE_LINK)
			json_object_set_new(file, "link", json_text(node->content.ptr));
		json_array_append_new(list, file);
	}
	return list;
}

/* The result as judges wrote it; one that cannot be read is none. */
static json_t *result_value(const struct shown *s)
{
	json_t *value = NULL;
	if (s->is_judged && json_parse(s->verdict.result, "result", &value, NULL) == 0)
		return value;
	return json_null();
}

/* Where the model guessed. */
static json_t *doubts_value(const struct shown *s)
{
	json_t *list = json_array();
	for (size_t i = 0; i < s->doubts_len; i++) {
		const struct guess *g = &s->doubts[i].guess;
		json_array_append_new(list, json_pack("{s:o, s:o, s:i, s:f, s:o}", "file", json_text(s->doubts[i].file),
						      "function", json_text(g->function), "line", (int)g->line,
						      "probability", g->probability, "text", json_text(g->text)));
	}
	return list;
}

enum { DOUBTS_SHOWN = 5 };

static void print_doubts(const struct shown *s)
{
	SCOPED_ARENA struct arena scratch = {0};
	if (s->doubts_len == 0)
		return;
	printf("\n  where the model was least sure\n");
	for (size_t i = 0; i < min_size(s->doubts_len, DOUBTS_SHOWN); i++) {
		const struct guess *g = &s->doubts[i].guess;
		printf("  %7.1f %%  ", 100 * g->probability);
		terminal_print_lines(
			stdout,
			arena_printf(&scratch, "%s:%u %s: %s", s->doubts[i].file, g->line, g->function, g->text), 13,
			13, 2);
		putchar('\n');
	}
}

static void show(const struct shown *s, const struct common *common)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct candidate_row row = {&s->selection.candidate, s->is_judged ? &s->verdict : NULL};
	struct candidate_file *files;
	size_t len = candidate_files(s->tree, &scratch, &files);
	if (!common->json) {
		candidate_report_text(&row, files, len);
		print_doubts(s);
		return;
	}
	json_t *value = json_pack("{s:i}", "version", 1), *of_candidate = candidate_report_value(&row);
	json_object_update(value, of_candidate);
	json_decref(of_candidate);
	json_object_set_new(value, "files", files_value(files, len));
	json_object_set_new(value, "doubts", doubts_value(s));
	json_object_set_new(value, "result", result_value(s));
	candidate_report_print(value);
}

static int show_file(struct shown *s, const char *path, struct err *err)
{
	const char *name = s->selection.name;
	const struct tree_node *node = tree_find(s->tree, arena_printf(&s->arena, REWRITE_ROOT "/%s", path));
	if (!node)
		return err_set(err, ERR_USAGE, "%s has no file %.300s; `recast show %s` lists its files", name, path,
			       name);
	if (node->type == TREE_FOLDER)
		return err_set(err, ERR_USAGE, "%.300s is a folder in %s; `recast show %s` lists its files", path, name,
			       name);
	if (node->type == TREE_LINK)
		return err_set(err, ERR_USAGE, "%.200s is a link in %s, to %.200s", path, name, node->content.ptr);
	if (node->content.len && memchr(node->content.ptr, '\0', node->content.len))
		return err_set(err, ERR_USAGE,
			       "%.300s in %s is no text; git -C " CANDIDATES_STORE " show has its bytes", path, name);
	candidate_report_file(node->content);
	return 0;
}

/* A difference as the file that can be sent to somebody. */
static int show_difference(struct shown *s, unsigned number, struct err *err)
{
	SCOPED_JSON json_t *result = result_value(s);
	const char *name = s->selection.name;
	size_t len = differences_len(result);
	if (!s->is_judged)
		return err_set(err, ERR_USAGE, "%s has not been judged; `recast check %s` does it", name, name);
	if (number > len)
		return err_set(err, ERR_USAGE, "%s has %zu difference%s past the tests, so there is no number %u", name,
			       len, len == 1 ? "" : "s", number);
	candidate_report_file(str_of(differences_text(result, number - 1, &s->arena)));
	return 0;
}

static int run(void *values, char **operands, size_t operands_len, struct err *err)
{
	const struct show_values *v = values;
	struct shown s = {0};
	if ((operands_len == 2 || v->difference) && v->common.json)
		return err_set(err, ERR_USAGE, "show: a file is not shown as JSON");
	if (operands_len == 2 && v->difference)
		return err_set(err, ERR_USAGE, "show: a file or a difference, not both");
	int result = read_all(v->common.folder, operands_len ? operands[0] : NULL, &s, err);
	if (result == 0 && v->difference)
		result = show_difference(&s, v->difference, err);
	else if (result == 0 && operands_len == 2)
		result = show_file(&s, operands[1], err);
	else if (result == 0)
		show(&s, &v->common);
	tree_free(s.tree);
	arena_release(&s.arena);
	return result < 0 ? -1 : EXIT_GOOD;
}

static const struct option options[] = {
	{"difference", 0, OPTION_NUMBER, offsetof(struct show_values, difference), "N",
	 "print the Nth difference past the tests as a program"},
};

const struct command cmd_show = {
	.name = "show",
	.operands = "[CANDIDATE [FILE]]",
	.summary = "Say what is known of a candidate, or print a file or difference",
	.detail = "CANDIDATE is a name like c3, the beginning of a commit, or best, which is also\n"
		  "what is shown without one. FILE is a path in it.\n\n"
		  "Exit status: 0 done, 2 wrong usage, 4 recast or the machine failed.\n",
	.operands_max = 2,
	.options = {options, countof(options)},
	.values_size = sizeof(struct show_values),
	.run = run,
};
