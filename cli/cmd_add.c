#include "cli/candidate_report.h"
#include "cli/terminal.h"
#include "core/clock.h"
#include "harness/intake.h"
#include "harness/project.h"

struct add_values {
	struct common common;
	const char *title;
};

struct added {
	struct candidate candidate;
	size_t files;
	bool is_new;
};

static void print_json(const struct added *r)
{
	const struct candidate *c = &r->candidate;
	char name[CANDIDATE_NAME_MAX];
	candidate_name(c, name);
	candidate_report_print(json_pack("{s:i, s:s, s:s, s:s, s:o, s:o, s:I, s:b}", "version", 1, "candidate", name,
					 "commit", c->commit, "tree", c->tree, "title", json_text(c->title), "origin",
					 json_text(c->origin), "files", (json_int_t)r->files, "new", r->is_new));
}

static void print_text(const struct added *r)
{
	const struct candidate *c = &r->candidate;
	printf("%sc%u%s  %s", terminal_style(STYLE_BOLD), c->number, terminal_style(STYLE_PLAIN),
	       r->is_new ? "added from " : "is there already, with the same files, from ");
	terminal_print(stdout, c->origin[0] ? c->origin : "somewhere", 60);
	printf(", %zu file%s, commit %.12s\n", r->files, r->files == 1 ? "" : "s", c->commit);
	printf("Next: recast check c%u\n", c->number);
}

static int add(const struct add_values *v, const char *what, struct arena *a, struct added *ret, struct err *err)
{
	SCOPED_TREE struct tree *tree = tree_new();
	struct project project;
	struct candidate about;
	struct candidate_file *files;
	if (project_read(v->common.folder, a, &project, err) < 0 ||
	    intake_read(v->common.folder, what, tree, a, &about, err) < 0)
		return -1;
	if (v->title)
		about.title = v->title;
	ret->files = candidate_files(tree, a, &files);
	return candidates_add(v->common.folder, tree, &about, clock_now_s(), a, &ret->candidate, &ret->is_new, err);
}

static int run(void *values, char **operands, size_t operands_len, struct err *err)
{
	const struct add_values *v = values;
	SCOPED_ARENA struct arena arena = {0};
	struct added result;
	(void)operands_len;
	if (add(v, operands[0], &arena, &result, err) < 0)
		return -1;
	if (v->common.json)
		print_json(&result);
	else
		print_text(&result);
	return EXIT_GOOD;
}

static const struct option options[] = {
	{"title", 't', OPTION_TEXT, offsetof(struct add_values, title), "TEXT",
	 "what to call it (its folder or branch)"},
};

const struct command cmd_add = {
	.name = "add",
	.operands = "DIR|COMMIT",
	.summary = "Take in a rewrite from elsewhere as a candidate",
	.detail = "DIR is a folder with the sources of a rewrite. Where there is no such folder,\n"
		  "COMMIT is a commit, branch or tag of the project's own git repository; nothing\n"
		  "is checked out. The files become a candidate, whose name is printed first. The\n"
		  "same files again are the same candidate.\n\n"
		  "Exit status: 0 done, 2 wrong usage or configuration, 4 recast or the machine\n"
		  "failed, 130 interrupted.\n",
	.operands_min = 1,
	.operands_max = 1,
	.options = {options, countof(options)},
	.values_size = sizeof(struct add_values),
	.run = run,
};
