#include "harness/rewrite_parts.h"

/* Paths of the original's headers, which the guest's tree has elsewhere, as in the project. */
static const char *shown(const char *file)
{
	static const char root[] = PROJECT_ROOT "/";
	return str_starts(str_of(file), STR(root)) ? file + strlen(root) : file;
}

static void add_failure(const struct rewrite_object *o, struct arena *a, struct gate *gate)
{
	const struct built *b = o->text.ok ? &o->object : &o->text;
	const struct diag *first = diag_first_error(&b->diags);
	struct place place = {.file = o->name};
	if (!first || !first->file[0]) {
		rewrite_remark(&gate->findings, place, b->failure ? b->failure : "it does not compile", "", a);
		return;
	}
	place = (struct place){shown(first->file), first->line, first->line};
	const char *text = first->message;
	if (strcmp(place.file, o->name) != 0)
		text = arena_printf(a, "%s (in %s)", first->message, o->name);
	rewrite_remark(&gate->findings, place, text, "", a);
}

/* Of each source the first error, in the first way of building that has one. */
static void add_failures(const struct rewrite *r, struct arena *a, struct gate *gate)
{
	for (size_t i = 0; i < r->variants[0].objects_len; i++) {
		for (size_t v = 0; v < r->variants_len; v++) {
			const struct rewrite_object *o = &r->variants[v].objects[i];
			if (!o->object.ok) {
				add_failure(o, a, gate);
				break;
			}
		}
	}
}

static void add_unjudged(const struct rewrite *r, struct arena *a, struct gate *gate)
{
	bool allowed = r->suite->project->candidate.unjudged_allowed;
	for (size_t i = 0; i < r->unjudged_len; i++)
		rewrite_remark(allowed ? &gate->notes : &gate->findings, r->unjudged[i],
			       "not judged: the preprocessor leaves these lines out, however the library is built",
			       "take them out, or allow them with candidate.unjudged in recast.json", a);
}

static const char *first_finding(const struct gate *gate, struct arena *a)
{
	const struct remark *first = &gate->findings.items[0];
	if (!first->place.file[0])
		return first->text;
	if (!first->place.line)
		return arena_printf(a, "%s: %s", first->place.file, first->text);
	return arena_printf(a, "%s:%u: %s", first->place.file, first->place.line, first->text);
}

void judge_build(const struct rewrite *r, struct arena *a, struct gate *ret)
{
	struct gate gate = {0};
	for (size_t i = 0; i < r->trouble.len; i++)
		rewrite_remark(&gate.findings, r->trouble.items[i].place, r->trouble.items[i].text,
			       r->trouble.items[i].remedy, a);
	add_failures(r, a, &gate);
	add_unjudged(r, a, &gate);
	for (size_t i = 0; i < r->left_out.len; i++)
		rewrite_remark(&gate.notes, (struct place){.file = ""},
			       arena_printf(a, "left out: %s", r->left_out.items[i]), "", a);
	size_t sources = r->variants[0].objects_len;
	gate.verdict = gate.findings.len ? VERDICT_FAIL : VERDICT_PASS;
	if (gate.findings.len)
		gate.detail = first_finding(&gate, a);
	else
		gate.detail = arena_printf(a, "%zu source%s, %zu way%s of building", sources, sources == 1 ? "" : "s",
					   r->variants_len, r->variants_len == 1 ? "" : "s");
	*ret = gate;
}
