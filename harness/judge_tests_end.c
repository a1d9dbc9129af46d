#include "harness/judge_tests_parts.h"

static bool same_end(const struct run_result *a, const struct run_result *b)
{
	return a->outcome == b->outcome && a->exit_code == b->exit_code && a->exited_by_call == b->exited_by_call;
}

/* The functions of the program alone: neither shims nor what comes before main. */
static const char *where_it_ended(const char *where, struct arena *a)
{
	struct str rest = str_of(where);
	const char *own = "";
	while (rest.len) {
		size_t len = str_index(rest, ' ');
		struct str name = str_first(rest, len);
		rest = str_from(rest, min_size(len + strlen(" < "), rest.len));
		if (str_eq(name, STR("__original_main")))
			name = STR("main");
		if (!str_starts(name, STR("__wrap_")) && !str_eq(name, STR("_start")))
			own = arena_printf(a, "%s%s%.*s", own, own[0] ? " < " : " in ", STR_ARG(name));
	}
	return own;
}

static const char *how_it_ended(const struct program_result *r, struct arena *a)
{
	const struct run_result *run = &r->run;
	switch (run->outcome) {
	case OUTCOME_EXITED:
		return arena_printf(a, "ends: exit code %d", run->exit_code);
	case OUTCOME_TRAPPED:
		return arena_printf(a, "traps: %s%s%s", run->trap, where_it_ended(run->where, a),
				    run->memory_near_limit ? " (near the memory limit)" : "");
	case OUTCOME_OUT_OF_FUEL:
	case OUTCOME_OUT_OF_TIME:
		return arena_printf(a, "does not come to an end: %s", r->reason);
	default:
		return arena_printf(a, "ends: %s", r->reason);
	}
}

/* Whether tests behind the part that pass with the original are not reported. */
static bool is_cut(const struct program_result *original, const struct program_result *rewrite, size_t part)
{
	size_t ignored;
	for (size_t i = part; i < original->tests_len; i++) {
		const struct test_line *line = &original->tests[i];
		if (line->verdict == TEST_PASSED && !judged_line(rewrite, line->name, &ignored))
			return true;
	}
	return false;
}

struct early_end judged_program_end(struct judged_program *p)
{
	const struct side *original = &p->sides[SIDE_ORIGINAL];
	const struct program_result *o = &original->result, *r = &p->sides[SIDE_REWRITE].result;
	struct early_end end = {.how = ""};
	size_t ignored;
	if (r->status != PROGRAM_PASSED && r->status != PROGRAM_FAILED)
		return end;
	if (p->planned->program->report) {
		end.part = segments_reached(r->tests, judged_ended(r), o->tests, judged_ended(o));
		end.missing = is_cut(o, r, end.part);
	}
	end.is = end.missing || !same_end(&o->run, &r->run);
	/* Tests in another order, or an end in the midst of a report that comes when all is done. */
	bool in_order = end.part >= o->tests_len || !judged_line(r, o->tests[end.part].name, &ignored);
	if (!in_order || (original->segments.whole && judged_ended(r)))
		end.part = SIZE_MAX;
	end.how = how_it_ended(r, &p->arena);
	return end;
}
