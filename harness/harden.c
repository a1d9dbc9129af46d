#include "harness/harden_parts.h"

#include "core/mem.h"
#include "core/json.h"
#include "harness/differential_examples.h"
#include "harness/judge_tests.h"

enum { REFUSALS_MAX = 200, PROGRAMS_MAX = 10000, KNOWN_MAX = 16 << 20 };

/* ---- what is there */

/* Texts of the project's hardened tests, whoever of them is in use; visible and known to everybody. */
static void read_known(struct harden *h, struct buf *text)
{
	const struct suite *suite = h->suite;
	for (size_t i = 0; i < suite->plan.objects_len; i++) {
		const struct plan_object *o = &suite->plan.objects[i];
		if (o->of_library || !str_starts(str_of(o->name), STR(HARDEN_FOLDER "/")))
			continue;
		buf_append_str(text, plan_text(suite->plan.tests_tree, o->name));
		buf_append_char(text, '\n');
	}
	h->known = buf_str(text);
}

static size_t count_known(const struct suite *suite, const struct suite_result *baseline)
{
	size_t count = 0;
	for (size_t i = 0; i < suite->plan.programs_len; i++) {
		const struct plan_program *p = &suite->plan.programs[i];
		if (p->objects_len && str_starts(str_of(suite->plan.objects[p->objects[p->objects_len - 1]].name),
						 STR(HARDEN_FOLDER "/")))
			count += baseline->programs[i].tests_len;
	}
	return count;
}

static bool is_taken(const struct harden *h, const char *program, const char *path)
{
	const struct tests *tests = &h->suite->project->tests;
	for (size_t i = 0; i < tests->programs_len; i++) {
		if (tests->programs[i].name && strcmp(tests->programs[i].name, program) == 0)
			return true;
	}
	return plan_text(h->suite->plan.tests_tree, path).len > 0;
}

/* Of public headers, where neither users nor tests look. */
static struct strings missing_folders(const struct harden *h)
{
	const struct plan *plan = &h->suite->plan;
	struct strings folders = example_folders(plan, h->a),
		       missing = {arena_array(h->a, folders.len + 1, const char *), 0};
	for (size_t i = 0; i < folders.len; i++) {
		const char *folder = folders.items[i];
		if (!strings_have(&plan->user.include, folder) &&
		    !strings_have(&h->suite->project->tests.options.include, folder))
			missing.items[missing.len++] = folder;
	}
	return missing;
}

static const char *include_text(const struct harden *h)
{
	const struct strings *folders = &h->ret->include;
	SCOPED_JSON json_t *list = json_array();
	for (size_t i = 0; i < folders->len; i++)
		json_array_append_new(list, json_text(folders->items[i][0] ? folders->items[i] : "."));
	SCOPED_MEM char *text = json_dumps(list, 0);
	return folders->len ? arena_printf(h->a, "\"include\": %s, ", text) : "";
}

static void name_program(struct harden *h)
{
	struct hardening *r = h->ret;
	for (unsigned n = 1; n < PROGRAMS_MAX; n++) {
		r->program = arena_printf(h->a, "hardened-%u", n);
		r->path = arena_printf(h->a, HARDEN_FOLDER "/%s.c", r->program);
		if (!is_taken(h, r->program, r->path))
			break;
	}
	r->include = missing_folders(h);
	r->entry = arena_printf(h->a,
				"{ \"name\": \"%s\", \"sources\": [\"%s\"], %s\"report\": \"%s\", \"visible\": true }",
				r->program, r->path, include_text(h), h->style->report);
}

/* ---- the framework */

static bool includes(struct str text, const char *header)
{
	struct str line;
	while (str_next_line(&text, &line)) {
		struct str rest = str_trim(line);
		size_t len = strlen(header);
		if (str_starts(rest, STR("#")) && memmem(rest.ptr, rest.len, "include", 7) &&
		    memmem(rest.ptr, rest.len, header, len))
			return true;
	}
	return false;
}

static const struct harden_style *style_of(const struct harden *h)
{
	const struct spec_files *tests = &h->extracted->spec.tests;
	size_t i = 0;
	for (; harden_style(i)->sign; i++) {
		for (size_t k = 0; k < tests->len; k++) {
			if (includes(tests->items[k].text, harden_style(i)->sign))
				return harden_style(i);
		}
	}
	return harden_style(i);
}

/* ---- gathering */

static int rewrite_is_good(struct harden *h, const struct rewrite *rewrite, const char **ret_why, struct err *err)
{
	struct gate symbols = {0}, api = {0};
	SCOPED_ARENA struct arena a = {0};
	struct tests_judgement tests;
	*ret_why = NULL;
	if (!rewrite->builds) {
		*ret_why = "it does not build";
		return 0;
	}
	if (judge_symbols(rewrite, &a, &symbols, err) < 0 ||
	    judge_api(rewrite, &h->visible->extracted.spec.api, &a, &api, err) < 0)
		return -1;
	if (symbols.verdict != VERDICT_PASS || api.verdict != VERDICT_PASS) {
		*ret_why = symbols.verdict != VERDICT_PASS ? "it uses what it may not"
							   : "it does not offer what the original does";
		return 0;
	}
	if (judge_tests(rewrite, &h->visible->extracted, &tests, err) < 0)
		return -1;
	if (tests.gate.verdict != VERDICT_PASS)
		*ret_why = "visible tests find it already";
	tests_judgement_release(&tests);
	return 0;
}

static int gather_candidate(struct harden *h, const struct candidate *candidate, struct err *err)
{
	char name[CANDIDATE_NAME_MAX];
	const char *why;
	SCOPED_TREE struct tree *files = tree_new();
	struct rewrite rewrite;
	candidate_name(candidate, name);
	if (candidates_read(h->suite->project->folder, candidate, files, err) < 0 ||
	    rewrite_build(&h->visible->suite, files, &rewrite, err) < 0)
		return -1;
	int result = rewrite_is_good(h, &rewrite, &why, err);
	if (result == 0 && why)
		harden_refuse(h, name, why);
	else if (result == 0)
		result = harden_gather_rewrite(h, name, &rewrite, err);
	rewrite_release(&rewrite);
	return result;
}

static int gather(struct harden *h, struct err *err)
{
	const struct candidate_list *list = h->ask->candidates;
	for (size_t i = list->len; i-- > 0 && h->ret->tests_len < h->ask->tests;) {
		if (gather_candidate(h, &list->items[i], err) < 0)
			return -1;
	}
	return h->ret->tests_len < h->ask->tests ? harden_gather_original(h, err) : 0;
}

/* ---- the whole */

static int harden(struct harden *h, struct err *err)
{
	struct hardening *r = h->ret;
	bool good = false, own = h->style != harden_plain();
	if (gather(h, err) < 0)
		return -1;
	size_t len = r->tests_len;
	name_program(h);
	if (harden_try(h, own, &good, err) < 0)
		return -1;
	if (!good && own && len) {
		h->style = harden_plain();
		r->style_why = arena_printf(h->a, "with %s they cannot be built or do not pass here", r->style);
		r->style = h->style->name;
		r->tests_len = len;
		name_program(h);
		if (harden_try(h, false, &good, err) < 0)
			return -1;
	}
	if (!good) {
		r->tests_len = 0;
		r->text = NULL;
	}
	return 0;
}

int harden_run(const struct suite *suite, const struct extracted *extracted, const struct tree *source,
	       const struct harden_ask *ask, struct hardening *ret, struct err *err)
{
	struct hardening r = {0};
	struct visible visible;
	SCOPED_BUF struct buf known;
	struct harden h = {.suite = suite, .extracted = extracted, .source = source, .ask = ask, .visible = &visible,
			   .ret = &r, .a = &r.arena};
	buf_init(&known, KNOWN_MAX);
	if (visible_build(suite, extracted, source, &visible, err) < 0)
		return -1;
	r.tests = arena_array(&r.arena, ask->tests + 1, struct hardened);
	r.refused = arena_array(&r.arena, REFUSALS_MAX, struct harden_refusal);
	h.style = style_of(&h);
	r.style = h.style->name;
	r.kept = count_known(suite, &extracted->baseline);
	read_known(&h, &known);
	int result = harden(&h, err);
	visible_release(&visible);
	if (result < 0)
		hardening_release(&r);
	else
		*ret = r;
	return result;
}

void hardening_release(struct hardening *h)
{
	arena_release(&h->arena);
	*h = (struct hardening){0};
}
