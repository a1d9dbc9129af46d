#ifndef RECAST_TESTS_PROBE_LIBRARY_H
#define RECAST_TESTS_PROBE_LIBRARY_H

/*
 * A small library, given as texts, that is ready to be called with inputs of recast's own: built, its test listened to,
 * its grammar made, linked with the driver. What the machine cannot do ends the test.
 *
 *	struct probe_library l;
 *	probe_library_open(s, &l, &(struct probe_texts){.header = header, .source = source, .test = test});
 *	const struct probe_function *f = probe_library_function(&l, "thing_new");
 *	probe_library_close(&l);
 */

#include "harness/probe_setup.h"
#include "harness/probe_text.h"
#include "harness/source.h"
#include "tests/sandbox.h"

struct probe_texts {
	const char *header, *source, *test; /* lib.h, lib.c, t.c */
	const char *rewrite;                /* lib.c of another; or NULL */
	const char *file;                   /* input.txt, which the test may read; or NULL */
};

struct probe_library {
	struct project project;
	struct source source;
	struct tree *tree;
	struct suite suite;
	struct extracted extracted;
	struct tree *files; /* of the rewrite */
	struct rewrite rewrite;
	struct probe_setup setup;
};

static inline void probe_library_add(struct tree *tree, const char *path, const char *text)
{
	struct err err = {0};
	sandbox_check(tree_add_file(tree, path, str_of(text), &err), &err);
}

static inline void probe_library_build(struct sandbox *s, struct probe_library *l, const struct probe_texts *texts)
{
	static const char described[] =
		"{\"name\": \"lib\",\n"
		" \"library\": {\"sources\": [\"lib.c\"], \"headers\": [\"lib.h\"], \"include\": [\".\"]},\n"
		" \"tests\": {\"programs\": [{\"name\": \"t\", \"sources\": [\"t.c\"]}]}}\n";
	struct err err = {0};
	*l = (struct probe_library){.source = {.id = "this folder"}, .tree = tree_new()};
	sandbox_check(project_parse(STR(described), s->folder, &s->arena, &l->project, &err), &err);
	probe_library_add(l->tree, PROJECT_ROOT "/lib.h", texts->header);
	probe_library_add(l->tree, PROJECT_ROOT "/lib.c", texts->source);
	probe_library_add(l->tree, PROJECT_ROOT "/t.c", texts->test);
	if (texts->file)
		probe_library_add(l->tree, PROJECT_ROOT "/input.txt", texts->file);
	sandbox_check(suite_build(&l->project, l->tree, &s->tools.tools, &l->suite, &err), &err);
	sandbox_check(extract_run(&l->suite, &l->source, &l->extracted, &err), &err);
	const struct program_result *r = &l->extracted.baseline.programs[0];
	if (r->status != PROGRAM_PASSED)
		sandbox_check(err_set(&err, ERR_BUG, "the library's test: %s %.*s", r->reason, STR_ARG(r->errors)), &err);
}

static inline void probe_library_open(struct sandbox *s, struct probe_library *l, const struct probe_texts *texts)
{
	struct err err = {0};
	probe_library_build(s, l, texts);
	if (texts->rewrite) {
		l->files = tree_new();
		probe_library_add(l->files, REWRITE_ROOT "/lib.c", texts->rewrite);
		sandbox_check(rewrite_build(&l->suite, l->files, &l->rewrite, &err), &err);
		sandbox_check(l->rewrite.builds ? 0 : err_set(&err, ERR_BUG, "the rewrite does not build"), &err);
		l->setup.rewrite = &l->rewrite;
	}
	l->setup.suite = &l->suite;
	l->setup.extracted = &l->extracted;
	l->setup.words_of_original = true;
	sandbox_check(probe_setup_make(&l->setup, &err), &err);
	if (l->setup.why)
		sandbox_check(err_set(&err, ERR_BUG, "%s", l->setup.why), &err);
}

/* The one in tests/data/probe, which has all kinds of parameters. */
static inline void probe_library_open_kinds(struct sandbox *s, struct probe_library *l)
{
	struct probe_texts texts = {
		.header = sandbox_file(s, "tests/data/probe/lib.h").ptr,
		.source = sandbox_file(s, "tests/data/probe/lib.c").ptr,
		.test = sandbox_file(s, "tests/data/probe/t.c").ptr,
	};
	probe_library_open(s, l, &texts);
}

static inline void probe_library_close(struct probe_library *l)
{
	probe_setup_release(&l->setup);
	rewrite_release(&l->rewrite);
	tree_free(l->files);
	extract_release(&l->extracted);
	suite_release(&l->suite);
	tree_free(l->tree);
}

/* NULL if there is none. */
static inline const struct probe_function *probe_library_function(const struct probe_library *l, const char *name)
{
	const struct probe_grammar *g = &l->setup.grammar;
	for (size_t i = 0; i < g->functions_len; i++) {
		if (strcmp(g->functions[i].shim->function->name, name) == 0)
			return &g->functions[i];
	}
	return NULL;
}

#endif
