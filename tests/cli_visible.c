/*
 * The suite of the visible tests: what is sealed is neither in its sources nor run,
 * and judges can be asked about it.
 */

#include "harness/judge.h"
#include "harness/rewrite.h"
#include "harness/source.h"
#include "harness/visible.h"
#include "tests/sandbox.h"

struct file {
	const char *path, *text;
};

#define HEADER "int dbl(int n);\nint neg(int n);\nint inc(int n);\nint dec(int n);\n"

static const struct file library[] = {
	{"ops.h", HEADER},
	{"ops.c", "#include \"ops.h\"\nint dbl(int n) { return 2 * n; }\nint neg(int n) { return -n; }\n"
		  "int inc(int n) { return n + 1; }\nint dec(int n) { return n - 1; }\n"},
	{"t.c", "#include <stdio.h>\n#include \"ops.h\"\n"
		"static int number;\n"
		"static void say(int good, const char *name) { printf(\"%sok %d - %s\\n\", good ? \"\" : \"not \", ++number, name); }\n"
		"static void test_dbl(void) { say(dbl(2) == 4, \"test_dbl\"); }\n"
		"static void test_neg(void) { say(neg(2) == -2, \"test_neg\"); }\n"
		"static void test_inc(void) { say(inc(2) == 3, \"test_inc\"); }\n"
		"static void test_dec(void) { say(dec(2) == 1, \"test_dec\"); }\n"
		"int main(void) { test_dbl(); test_neg(); test_inc(); test_dec(); printf(\"1..%d\\n\", number); return 0; }\n"},
	{"u.c", "#include \"ops.h\"\nint main(void) { for (int i = 0; i < 100000; i++) if (dbl(i) != 2 * i) return 1; return 0; }\n"},
};

static const char described[] =
	"{\"name\": \"ops\", \"sealed\": {\"percent\": 40, \"seed\": 3},\n"
	" \"library\": {\"sources\": [\"ops.c\"], \"headers\": [\"ops.h\"]},\n"
	" \"tests\": {\"programs\": [{\"name\": \"t\", \"sources\": [\"t.c\"], \"report\": \"tap\"},\n"
	"                            {\"name\": \"u\", \"sources\": [\"u.c\"]}]}}\n";

struct original {
	struct project project;
	struct source source;
	struct tree *tree;
	struct suite suite;
	struct extracted extracted;
	struct visible visible;
};

static void open_original(struct sandbox *s, struct original *o)
{
	struct err err = {0};
	*o = (struct original){.source = {.id = "this folder"}, .tree = tree_new()};
	sandbox_check(project_parse(STR(described), s->folder, &s->arena, &o->project, &err), &err);
	for (size_t i = 0; i < countof(library); i++) {
		const char *path = arena_printf(&s->arena, PROJECT_ROOT "/%s", library[i].path);
		sandbox_check(tree_add_file(o->tree, path, str_of(library[i].text), &err), &err);
	}
	sandbox_check(suite_build(&o->project, o->tree, &s->tools.tools, &o->suite, &err), &err);
	sandbox_check(extract_run(&o->suite, &o->source, &o->extracted, &err), &err);
	sandbox_check(visible_build(&o->suite, &o->extracted, o->tree, &o->visible, &err), &err);
}

static void close_original(struct original *o)
{
	visible_release(&o->visible);
	extract_release(&o->extracted);
	suite_release(&o->suite);
	tree_free(o->tree);
}

/* A rewrite in which one function is wrong. */
static struct judgement judge(struct sandbox *s, const struct original *o, const struct visible *v, const char *wrong)
{
	struct err err = {0};
	struct judgement j;
	SCOPED_TREE struct tree *files = tree_new();
	char text[400];
#define BODY(name, right) strcmp(wrong, name) == 0 ? "0" : right
	snprintf(text, sizeof(text),
		 "#include \"ops.h\"\nint dbl(int n) { return n ? %s : 0; }\nint neg(int n) { return n ? %s : 0; }\n"
		 "int inc(int n) { return n != 1000000 ? %s : 0; }\nint dec(int n) { return n != 1000000 ? %s : 0; }\n",
		 BODY("test_dbl", "n + n"), BODY("test_neg", "0 - n"), BODY("test_inc", "n - -1"), BODY("test_dec", "n + -1"));
	sandbox_check(tree_add_file(files, REWRITE_ROOT "/ops.c", str_of(text), &err), &err);
	if (v)
		sandbox_check(judge_rewrite(&v->suite, &v->extracted, files, &(struct differential_effort){0}, &j, &err), &err);
	else
		sandbox_check(judge_rewrite(&o->suite, &o->extracted, files, &(struct differential_effort){0}, &j, &err), &err);
	(void)s;
	return j;
}

static const struct extracted_test *find_test(const struct original *o, bool visible)
{
	for (size_t i = 0; i < o->extracted.tests_len; i++) {
		const struct extracted_test *t = &o->extracted.tests[i];
		if (t->visible == visible && strcmp(t->name, t->program) != 0 && strcmp(t->name, "test_dbl") != 0)
			return t;
	}
	return NULL;
}

static bool baseline_has(const struct visible *v, const char *test)
{
	for (size_t i = 0; i < v->extracted.baseline.programs_len; i++) {
		const struct program_result *r = &v->extracted.baseline.programs[i];
		for (size_t k = 0; k < r->tests_len; k++) {
			if (strcmp(r->tests[k].name, test) == 0)
				return true;
		}
	}
	return false;
}

static void test_sealed_are_gone(struct sandbox *s, struct original *o)
{
	const struct extracted_test *sealed = find_test(o, false), *visible = find_test(o, true);
	(void)s;
	if (!ok(sealed && visible))
		return;
	ok(!baseline_has(&o->visible, sealed->name));
	ok(baseline_has(&o->visible, visible->name));
	struct str text = plan_text(o->visible.suite.plan.tests_tree, "t.c");
	ok(strstr(text.ptr, sealed->name) == NULL);
	ok(strstr(text.ptr, visible->name) != NULL);
	for (size_t i = 0; i < o->visible.extracted.tests_len; i++)
		ok(o->visible.extracted.tests[i].visible);
	is_int(o->visible.extracted.tests_len, o->extracted.spec.visible_len);
	is_int(o->visible.extracted.baseline.failed, 0);
}

/* What is wrong where only a sealed test looks, the visible ones do not know. */
static void test_judges_do_not_know_them(struct sandbox *s, struct original *o)
{
	const struct extracted_test *sealed = find_test(o, false), *visible = find_test(o, true);
	if (!ok(sealed && visible))
		return;
	struct judgement j = judge(s, o, &o->visible, sealed->name);
	is_int(j.gates[GATE_TESTS].verdict, VERDICT_PASS);
	is_int(j.tests.sealed_passed + j.tests.sealed_failed, 0);
	is_int(j.tests.visible_failed, 0);
	judgement_release(&j);
	j = judge(s, o, NULL, sealed->name);
	is_int(j.gates[GATE_TESTS].verdict, VERDICT_FAIL);
	is_int(j.tests.sealed_failed, 1);
	judgement_release(&j);
	j = judge(s, o, &o->visible, visible->name);
	is_int(j.gates[GATE_TESTS].verdict, VERDICT_FAIL);
	is_int(j.tests.visible_failed, 1);
	judgement_release(&j);
}

static size_t bytes_on_disk(const struct suite *suite, const char *path)
{
	const struct tree_node *node = tree_find(suite->disk, path);
	return node ? node->content.len : SIZE_MAX;
}

/* A program that runs could read what it was compiled from. */
static void test_sources_are_not_there(struct sandbox *s, struct original *o)
{
	(void)s;
	is_int(bytes_on_disk(&o->suite, PROJECT_ROOT "/ops.c"), 0);
	is_int(bytes_on_disk(&o->suite, PROJECT_ROOT "/t.c"), 0);
	is_int(bytes_on_disk(&o->visible.suite, PROJECT_ROOT "/ops.c"), 0);
	is_int(bytes_on_disk(&o->visible.suite, PROJECT_ROOT "/t.c"), 0);
	is_int(bytes_on_disk(&o->suite, PROJECT_ROOT "/ops.h"), strlen(HEADER));
}

static size_t runs(const struct visible *v)
{
	size_t count = 0;
	for (size_t i = 0; i < v->extracted.baseline.programs_len; i++)
		count += v->extracted.baseline.programs[i].status != PROGRAM_NOT_RUNNABLE;
	return count;
}

static void test_quick(struct sandbox *s, struct original *o)
{
	struct visible quick;
	if (runs(&o->visible) != 2) {
		/* The program as a whole was sealed: there is one left, and nothing to choose from. */
		ok(!visible_quick(&o->visible, &s->arena, &quick));
		return;
	}
	if (!ok(visible_quick(&o->visible, &s->arena, &quick)))
		return;
	is_int(runs(&quick), 1);
	/* It is built in all ways, all the same. */
	is_int(quick.suite.plan.programs_len, o->suite.plan.programs_len);
	struct judgement j = judge(s, o, &quick, "");
	is_int(j.gates[GATE_TESTS].verdict, VERDICT_PASS);
	judgement_release(&j);
}

static void visible(struct sandbox *s)
{
	struct original o;
	open_original(s, &o);
	test_sealed_are_gone(s, &o);
	test_judges_do_not_know_them(s, &o);
	test_sources_are_not_there(s, &o);
	test_quick(s, &o);
	close_original(&o);
}

int main(void)
{
	return sandbox_main(visible);
}
