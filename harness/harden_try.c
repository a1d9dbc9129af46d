#include "harness/harden_parts.h"

#include "core/mem.h"

/* ---- the project with the new program */

static struct overlay with_file(const struct overlay *overlay, const char *path, const char *text, struct arena *a)
{
	struct overlay more = *overlay;
	more.files = arena_array(a, overlay->files_len + 1, struct overlay_file);
	for (size_t i = 0; i < overlay->files_len; i++)
		more.files[i] = overlay->files[i];
	more.files[more.files_len++] = (struct overlay_file){path, str_of(text)};
	return more;
}

static struct strings one(const char *text, struct arena *a)
{
	struct strings list = {arena_array(a, 1, const char *), 1};
	list.items[0] = text;
	return list;
}

/* As recast.json will have it; nothing else is built. */
static void make_project(const struct harden *h, struct arena *a, struct project *ret)
{
	const struct hardening *r = h->ret;
	struct program *p = arena_new(a, struct program);
	*ret = *h->suite->project;
	*p = (struct program){.name = r->program, .sources = one(r->path, a), .cwd = "",
			      .report = testreport_find(h->style->report)};
	p->options.include = r->include;
	p->configurations = arena_new(a, struct configuration);
	p->configurations_len = 1;
	p->configurations[0].name = "";
	ret->tests.overlay = with_file(&ret->tests.overlay, r->path, r->text, a);
	ret->tests.programs = p;
	ret->tests.programs_len = 1;
}

static void write_text(struct harden *h)
{
	struct hardening *r = h->ret;
	struct harden_function *functions = arena_array(h->a, r->tests_len + 1, struct harden_function);
	const char **comments = arena_array(h->a, r->tests_len + 1, const char *);
	for (size_t i = 0; i < r->tests_len; i++) {
		functions[i] = h->style == harden_plain() ? r->tests[i].plain : r->tests[i].function;
		comments[i] = arena_printf(h->a, "/* %s. */\n", r->tests[i].covers);
	}
	r->text = harden_program(
		h->suite, h->style, functions, comments, r->tests_len,
		" * What the original answers, found out by recast harden. Each test stands for an input by which\n"
		" * a rewrite was told from it, or which leads where no other test does.\n",
		h->a);
}

/* ---- what does not hold */

static bool passes(const struct program_result *p, const char *name)
{
	for (size_t i = 0; i < p->tests_len; i++) {
		if (strcmp(p->tests[i].name, name) == 0)
			return p->tests[i].verdict == TEST_PASSED;
	}
	return false;
}

static void take_out(struct harden *h, const struct program_result *p)
{
	struct hardening *r = h->ret;
	size_t len = 0;
	for (size_t i = 0; i < r->tests_len; i++) {
		if (passes(p, r->tests[i].name))
			r->tests[len++] = r->tests[i];
		else
			harden_refuse(h, r->tests[i].calls,
				      p->status == PROGRAM_FAILED ? "it does not pass with the original" : p->reason);
	}
	r->tests_len = len;
}

static int run(struct harden *h, bool all, bool *ret_good, struct err *err)
{
	SCOPED_ARENA struct arena a = {0};
	struct project project;
	struct suite suite;
	struct suite_result result;
	make_project(h, &a, &project);
	if (suite_build(&project, h->source, h->suite->tools, &suite, err) < 0)
		return -1;
	int code = suite_run(&suite, &result, err);
	suite_release(&suite);
	if (code < 0)
		return -1;
	const struct program_result *p = &result.programs[0];
	*ret_good = result.programs_len == 1 && p->status == PROGRAM_PASSED && p->passed == h->ret->tests_len;
	if (!*ret_good && !all && result.programs_len == 1)
		take_out(h, p);
	suite_result_release(&result);
	return 0;
}

int harden_try(struct harden *h, bool all, bool *ret_good, struct err *err)
{
	/* Once more without those that did not pass. */
	*ret_good = false;
	for (unsigned round = 0; round < (all ? 1 : 2) && !*ret_good && h->ret->tests_len; round++) {
		write_text(h);
		if (!h->ret->text)
			return 0;
		if (run(h, all, ret_good, err) < 0)
			return err_wrap(err, "the new tests");
	}
	return 0;
}
