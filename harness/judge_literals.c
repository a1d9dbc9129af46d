#include "harness/judge_literals.h"

#include "core/mem.h"
#include "harness/ctoken.h"
#include "harness/linemarker.h"

enum {
	STRING_MIN = 5, /* with its quotes: shorter ones are everywhere */
	DIGITS_MIN = 3,
	POINTED_OUT_MAX = 10,
};

static bool is_telling(const struct ctoken *token)
{
	if (token->kind == CTOKEN_STRING)
		return token->text.len >= STRING_MIN && token->text.ptr[0] == '"' && !memchr(token->text.ptr, '%', token->text.len);
	return token->kind == CTOKEN_NUMBER && token->text.len >= DIGITS_MIN;
}

static void add_literals(struct nameset *set, struct str text)
{
	struct ctoken_reader r = ctoken_reader(text);
	struct ctoken token;
	bool directive = false;
	while (ctoken_next(&r, &token)) {
		directive = token.kind == CTOKEN_HASH || (directive && token.kind != CTOKEN_END);
		if (!directive && is_telling(&token))
			nameset_add(set, token.text);
	}
}

/* A number counts where it decides: behind one of these, or in front of one. */
static bool is_deciding(const struct ctoken *token)
{
	return ctoken_is(token, "case") || ctoken_is(token, "==") || ctoken_is(token, "!=");
}

struct literal_search {
	const struct nameset *tests, *known;
	struct nameset seen;
	struct arena *a;
	struct remarks *notes;
	size_t found;
};

static void point_out(struct literal_search *s, const struct ctoken *token, const char *file, uint64_t line)
{
	if (nameset_has(&s->seen, token->text))
		return;
	nameset_add(&s->seen, token->text);
	nameset_seal(&s->seen);
	if (s->found++ >= POINTED_OUT_MAX)
		return;
	remarks_add(s->notes, &(struct remark){
				      .place = {arena_strdup(s->a, file), (unsigned)line, (unsigned)line},
				      .text = arena_printf(s->a, "%.*s stands in the tests, too: is it an answer learnt by heart?",
							   (int)min_size(token->text.len, 60), token->text.ptr),
				      .remedy = "look at the place; sealed tests show more",
			      });
}

/* One line of preprocessed text. */
static void search_line(struct literal_search *s, struct str line, const char *file, uint64_t number)
{
	struct ctoken_reader r = ctoken_reader(line);
	struct ctoken token, last = {0};
	bool decided = false, waiting = false;
	while (ctoken_next(&r, &token)) {
		bool ours = is_telling(&token) && nameset_has(s->tests, token.text) && !nameset_has(s->known, token.text);
		decided = is_deciding(&token) || (decided && token.kind != CTOKEN_PUNCT && token.kind != CTOKEN_NAME);
		if (ours && (token.kind == CTOKEN_STRING || decided))
			point_out(s, &token, file, number);
		if (waiting && is_deciding(&token))
			point_out(s, &last, file, number);
		waiting = ours;
		last = token;
	}
}

static void search_text(struct literal_search *s, struct str text)
{
	static const char root[] = REWRITE_ROOT "/";
	SCOPED(linemarker_end) struct linemarker_lines l;
	for (linemarker_begin(&l, text); linemarker_next(&l);) {
		if (str_starts(buf_str(&l.path), STR(root)))
			search_line(s, l.line, l.path.ptr + strlen(root), l.number);
	}
}

static void add_sources(const struct suite *suite, bool of_library, struct nameset *set)
{
	const struct plan *plan = &suite->plan;
	SCOPED(nameset_release) struct nameset files = {0};
	for (size_t i = 0; i < plan->objects_len; i++) {
		const struct plan_object *o = &plan->objects[i];
		for (size_t k = 0; o->of_library == of_library && k < o->built.inputs.len; k++)
			nameset_add(&files, str_of(o->built.inputs.items[k]));
	}
	nameset_seal(&files);
	for (size_t i = 0; i < files.len; i++) {
		if (of_library || !suite_is_public(suite, files.items[i].ptr))
			add_literals(set, plan_text(of_library ? plan->library_tree : plan->tests_tree, files.items[i].ptr));
	}
}

size_t judge_literals(const struct rewrite *rewrite, const struct extracted *extracted, struct arena *a,
		   struct remarks *notes)
{
	SCOPED(nameset_release) struct nameset tests = {0};
	SCOPED(nameset_release) struct nameset known = {0};
	struct literal_search s = {.tests = &tests, .known = &known, .a = a, .notes = notes};
	add_sources(rewrite->suite, false, &tests);
	add_sources(rewrite->suite, true, &known);
	for (size_t i = 0; i < extracted->spec.headers.len; i++)
		add_literals(&known, extracted->spec.headers.items[i].text);
	nameset_seal(&tests);
	nameset_seal(&known);
	nameset_seal(&s.seen);
	for (size_t i = 0; i < rewrite->variants_len; i++) {
		for (size_t k = 0; k < rewrite->variants[i].objects_len; k++)
			search_text(&s, rewrite->variants[i].objects[k].text.bytes);
	}
	if (s.found > POINTED_OUT_MAX)
		remarks_add(notes, &(struct remark){.place = {.file = ""},
						    .text = arena_printf(a, "%zu more literals of the tests stand in the rewrite",
									 s.found - POINTED_OUT_MAX),
						    .remedy = ""});
	nameset_release(&s.seen);
	return s.found;
}
