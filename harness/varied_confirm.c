#include "core/mem.h"
#include "harness/varied_parts.h"

enum { OTHER_STACK = 0xA5, OTHER_FILL = 0xA7 };

/* Whether some function of the library's is handed an allocator: then a test may go by how often it was asked, which is
 * the library's own affair. */
static bool hands_allocators(const struct shims *shims)
{
	for (size_t i = 0; i < shims->functions_len; i++) {
		const struct shape_signature *g = shims->functions[i].signature;
		for (size_t k = 0; k < g->parameters_len; k++) {
			const struct shape *s = g->parameters[k];
			const struct shape_record *record = s->record                  ? s->record
							    : s->kind == SHAPE_POINTER ? s->target->record
										       : NULL;
			if (shape_callback(s) && shim_parameter_mode(g, k) == SHIM_ALLOCATOR)
				return true;
			for (size_t f = 0; record && f < record->fields_len; f++) {
				if (shape_callback(record->fields[f].shape) &&
				    shim_field_mode(record, f) == SHIM_ALLOCATOR)
					return true;
			}
		}
	}
	return false;
}

/* The test makes another call although all answers were the same. */
static bool is_way_of_test(const struct probe_difference *d)
{
	return !d->in_end && strcmp(d->text.what, "calls") == 0 && !d->text.free_item[0];
}

/* The function in which a run ended. */
static const char *function_at_end(const struct varied_program *p, const struct trace *t)
{
	for (size_t i = t->events_len; i-- > 0;) {
		if (t->events[i].kind == TRACE_CALL)
			return p->ask->grammar->shims->functions[t->events[i].index].function->name;
	}
	return "";
}

bool varied_differs(const struct varied_program *p, const struct varied_run *o, const struct varied_run *noise,
		    const struct varied_run *r, struct arena *a, struct probe_difference *ret)
{
	const struct varied_ask *ask = p->ask;
	if (r->trace.cut || r->trace.raw_callbacks)
		return false;
	struct comparison *c =
		comparison_new(ask->grammar->shims, &o->trace, &noise->trace, &r->trace, ask->pair->declared);
	bool differs = probe_compare(c, &o->outcome, &noise->outcome.events, &r->outcome, a, ret);
	comparison_free(c);
	if (differs && ret->in_end && !ret->text.function[0])
		ret->text.function = function_at_end(p, &r->trace);
	return differs && !(is_way_of_test(ret) && hands_allocators(ask->grammar->shims));
}

int varied_still_differs(const struct varied_program *p, const struct variation *v, const char *cause, bool *ret,
			 struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct varied_run original = {0}, rewrite = {0};
	struct varied_conditions conditions = {.fuel = varied_fuel_of_original(p)};
	struct probe_difference d;
	*ret = false;
	int result = varied_program_run(p, VARIED_ORIGINAL, v, &conditions, &original, err);
	conditions.fuel = probe_fuel_of_rewrite(original.result.fuel, false);
	if (result == 0 && original.answers)
		result = varied_program_run(p, VARIED_REWRITE, v, &conditions, &rewrite, err);
	if (result == 0 && original.answers)
		*ret = varied_differs(p, &original, &original, &rewrite, &scratch, &d) && strcmp(d.cause, cause) == 0;
	varied_run_release(&original);
	varied_run_release(&rewrite);
	return result;
}

/* ---- in all ways */

struct four {
	struct varied_run original, noise, watched, rewrite;
};

static int run_four(struct varied_program *p, const struct variation *v, struct four *f, struct err *err)
{
	struct varied_conditions usual = {.fuel = varied_fuel_of_original(p)}, limited = {.fuel = 0};
	struct varied_conditions other = {OTHER_STACK, OTHER_FILL, usual.fuel};
	if (varied_program_link(p, VARIED_WATCHED, err) < 0 ||
	    varied_program_run(p, VARIED_ORIGINAL, v, &usual, &f->original, err) < 0)
		return -1;
	limited.fuel = probe_fuel_of_rewrite(f->original.result.fuel, true);
	if (varied_program_run(p, VARIED_ORIGINAL, v, &other, &f->noise, err) < 0 ||
	    varied_program_run(p, VARIED_REWRITE, v, &limited, &f->rewrite, err) < 0)
		return -1;
	if (!p->linked[VARIED_WATCHED].ready.module)
		return 0;
	return varied_program_run(p, VARIED_WATCHED, v, &limited, &f->watched, err);
}

static bool is_stable(const struct varied_program *p, const struct four *f)
{
	const struct varied_ask *ask = p->ask;
	struct comparison *c = comparison_new(ask->grammar->shims, &f->original.trace, &f->noise.trace,
					      &f->original.trace, ask->pair->declared);
	bool stable = comparison_is_stable(c, f->original.outcome.events, f->noise.outcome.events);
	comparison_free(c);
	return stable;
}

static enum probe_verdict judge(const struct varied_program *p, const struct four *f, struct arena *a,
				struct probe_difference *ret)
{
	struct probe_difference ignored;
	const struct probe_outcome *w = &f->watched.outcome;
	if (!f->original.answers || !p->linked[VARIED_WATCHED].ready.module || !f->watched.answers || w->faults ||
	    w->undefined)
		return PROBE_UNDEFINED;
	/* Linked with the watch, everything lies elsewhere: what hangs on it is nobody's answer. */
	if (!f->noise.answers || w->starved || !is_stable(p, f) ||
	    varied_differs(p, &f->original, &f->noise, &f->watched, a, &ignored))
		return PROBE_UNSTABLE;
	return varied_differs(p, &f->original, &f->noise, &f->rewrite, a, ret) ? PROBE_DIFFERS : PROBE_SAME;
}

int varied_confirm(struct varied_program *p, const struct variation *v, struct arena *a, enum probe_verdict *ret,
		   struct probe_difference *ret_difference, struct err *err)
{
	struct four f = {0};
	int result = run_four(p, v, &f, err);
	if (result == 0)
		*ret = judge(p, &f, a, ret_difference);
	varied_run_release(&f.original);
	varied_run_release(&f.noise);
	varied_run_release(&f.watched);
	varied_run_release(&f.rewrite);
	return result;
}
