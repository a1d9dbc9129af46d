#include "cli/judgement_report.h"

#include "cli/figures.h"
#include "cli/judgement_report_parts.h"
#include "cli/strength_report.h"
#include "harness/differences.h"

enum { FINDINGS_SHOWN = 3, NAMES_SHOWN = 30, NAME_COLUMNS = 24 };

enum verdict judgement_report_verdict(const json_t *judgement)
{
	const char *name = json_text_of(judgement, "verdict");
	if (strcmp(name, verdict_name(VERDICT_PASS)) == 0)
		return VERDICT_PASS;
	return strcmp(name, verdict_name(VERDICT_FAIL)) == 0 ? VERDICT_FAIL : VERDICT_INCONCLUSIVE;
}

enum exit_code judgement_report_exit_code(const json_t *judgement)
{
	static const enum exit_code codes[] = {
		[VERDICT_PASS] = EXIT_GOOD, [VERDICT_FAIL] = EXIT_NEGATIVE, [VERDICT_INCONCLUSIVE] = EXIT_INCONCLUSIVE};
	return codes[judgement_report_verdict(judgement)];
}

/* ---- gates */

static const json_t *gate_of(const struct report *r, const char *name)
{
	const json_t *gates = json_object_get(r->value, "gates");
	for (size_t i = 0; i < json_array_size(gates); i++) {
		if (strcmp(json_text_of(json_array_get(gates, i), "name"), name) == 0)
			return json_array_get(gates, i);
	}
	return NULL;
}

static size_t gate_columns(const json_t *gates, const char *key)
{
	size_t columns = 0;
	for (size_t i = 0; i < json_array_size(gates); i++) {
		const json_t *gate = json_array_get(gates, i);
		if (report_in_table(gate))
			columns = max_size(columns, terminal_columns(json_text_of(gate, key)));
	}
	return min_size(columns, 12);
}

static void print_remark(struct report *r, const json_t *remark)
{
	const char *place = report_place(r, remark), *remedy = json_text_of(remark, "remedy");
	const char *text = arena_printf(&r->arena, "%s%s%s", place, place[0] ? "  " : "", json_text_of(remark, "text"));
	printf("%*s", INDENT, "");
	terminal_print_lines(stdout, text, INDENT, INDENT + 2, report_lines(r, 2));
	putchar('\n');
	if (!remedy[0])
		return;
	printf("%*s%s→ ", INDENT + 2, "", terminal_style(STYLE_DIM));
	terminal_print_lines(stdout, remedy, INDENT + 4, INDENT + 4, report_lines(r, 2));
	printf("%s\n", terminal_style(STYLE_PLAIN));
}

/* Differences and failed tests, where there are some, say more than the findings of that gate. */
static bool is_told_below(const struct report *r, const json_t *gate)
{
	if (strcmp(json_text_of(gate, "name"), "differential") == 0 && differences_len(r->value))
		return true;
	return strcmp(json_text_of(gate, "name"), "tests") == 0 &&
	       (json_array_size(json_object_get(json_object_get(r->value, "trace"), "divergences")) ||
		json_array_size(json_object_get(json_object_get(r->value, "tests"), "tests")));
}

/* Which is the one to begin with. */
static bool is_first_failure(const struct report *r, const json_t *gate)
{
	const json_t *gates = json_object_get(r->value, "gates");
	size_t i = 0;
	while (i < json_array_size(gates) &&
	       strcmp(json_text_of(json_array_get(gates, i), "verdict"), verdict_name(VERDICT_FAIL)) != 0)
		i++;
	return json_array_get(gates, i) == gate;
}

static void print_remarks(struct report *r, const json_t *gate)
{
	const json_t *findings = json_object_get(gate, "findings"), *notes = json_object_get(gate, "notes");
	bool passed = strcmp(json_text_of(gate, "verdict"), verdict_name(VERDICT_PASS)) == 0;
	size_t len = json_array_size(findings);
	size_t few = is_first_failure(r, gate) ? FINDINGS_SHOWN : 1;
	size_t shown = report_rows(r, len, passed || is_told_below(r, gate) ? 0 : few);
	for (size_t i = 0; i < shown; i++)
		print_remark(r, json_array_get(findings, i));
	if (shown)
		report_more(shown, len);
	for (size_t i = 0; r->all && i < json_array_size(notes); i++)
		print_remark(r, json_array_get(notes, i));
}

/* Notes need no line of their own as long as they are not shown. */
static const char *detail_of(struct report *r, const json_t *gate)
{
	size_t notes = json_array_size(json_object_get(gate, "notes"));
	const char *detail = json_text_of(gate, "detail");
	if (r->all || notes == 0)
		return detail;
	return arena_printf(&r->arena, "%s (%zu note%s: --all)", detail, notes, notes == 1 ? "" : "s");
}

static void print_gates(struct report *r)
{
	const json_t *gates = json_object_get(r->value, "gates");
	size_t names = gate_columns(gates, "name"), verdicts = gate_columns(gates, "verdict");
	size_t indent = 2 + names + 2 + verdicts + 2;
	for (size_t i = 0; i < json_array_size(gates); i++) {
		const json_t *gate = json_array_get(gates, i);
		if (!report_in_table(gate))
			continue;
		fputs("  ", stdout);
		terminal_print_padded(stdout, json_text_of(gate, "name"), names);
		printf("  %s", terminal_style(report_style(json_text_of(gate, "verdict"))));
		terminal_print_padded(stdout, json_text_of(gate, "verdict"), verdicts);
		printf("%s  ", terminal_style(STYLE_PLAIN));
		terminal_print_lines(stdout, detail_of(r, gate), indent, indent, report_lines(r, 2));
		putchar('\n');
		print_remarks(r, gate);
	}
}

/* ---- figures */

/* Of one that does not pass the screen has what is to be done. */
static bool is_brief(const struct report *r)
{
	return !r->all && judgement_report_verdict(r->value) != VERDICT_PASS;
}

static void print_counts(struct report *r, const json_t *tests)
{
	const json_t *visible = json_object_get(tests, "visible"), *sealed = json_object_get(tests, "sealed");
	size_t consulted = json_count_of(sealed, "consulted");
	report_labelled(r, "visible",
			arena_printf(&r->arena, "%zu passed, %zu failed; sealed: %zu passed, %zu failed",
				     json_count_of(visible, "passed"), json_count_of(visible, "failed"),
				     json_count_of(sealed, "passed"), json_count_of(sealed, "failed")));
	bool applicable = json_is(sealed, "applicable");
	if (applicable)
		report_labelled(r, "sealing",
				arena_printf(&r->arena, "sealed tests were consulted %zu time%s so far", consulted,
					     consulted == 1 ? "" : "s"));
	else if (!is_brief(r))
		report_labelled(r, "sealing", "not applicable: its author may have seen every test");
}

static void print_calls(struct report *r)
{
	const json_t *trace = json_object_get(r->value, "trace"), *fuel = json_object_get(r->value, "fuel"),
		     *ratio = json_object_get(fuel, "ratio");
	size_t total = json_count_of(trace, "total");
	char mine[FIGURE_MAX];
	figure_count(json_count_of(fuel, "candidate"), mine);
	const char *text = arena_printf(&r->arena, "%zu compared, %zu differ%s; fuel %s", json_count_of(trace, "calls"),
					total, total == 1 ? "s" : "", mine);
	if (json_is_number(ratio))
		text = arena_printf(&r->arena, "%s, %.3g times the original's", text, json_number_value(ratio));
	report_labelled(r, "calls", text);
}

static void print_exercised(struct report *r)
{
	const json_t *exercised = json_object_get(r->value, "exercised"),
		     *missing = json_object_get(exercised, "missing");
	const char *text = arena_printf(&r->arena, "%zu of %zu public ones are called by tests",
					json_count_of(exercised, "functions"), json_count_of(exercised, "of"));
	/* The cut leaves as many as there is room for. */
	if (json_array_size(missing))
		text = arena_printf(&r->arena, "%s; not %s", text, report_names(r, missing, NAMES_SHOWN));
	report_labelled(r, "functions", text);
}

static void print_figures(struct report *r)
{
	const json_t *tests = json_object_get(r->value, "tests"), *gate = gate_of(r, "tests");
	if (!gate || !report_was_judged(gate))
		return;
	print_counts(r, tests);
	/* What passing is worth; a failure says more than its tests could. */
	if (!is_brief(r))
		report_labelled(r, "strength", strength_sentence(json_object_get(r->value, "strength"), &r->arena));
	print_calls(r);
	if (!is_brief(r)) {
		print_exercised(r);
		report_differential(r);
	}
	report_unstable(r);
}

/* ---- the whole */

static void print_header(struct report *r)
{
	const char *library = json_text_of(r->value, "library"), *model = json_text_of(r->value, "model"),
		   *origin = json_text_of(r->value, "origin");
	size_t used = min_size(terminal_columns(library), NAME_COLUMNS), width = terminal_width();
	const char *commit = json_text_of(r->value, "commit");
	const char *rest = arena_printf(&r->arena, "  %s%s%.12s%s%s%s%s", json_text_of(r->value, "candidate"),
					commit[0] ? "  commit " : "", commit, origin[0] ? "  from " : "", origin,
					model[0] ? ", by " : "", model);
	fputs(terminal_style(STYLE_BOLD), stdout);
	terminal_print(stdout, library, NAME_COLUMNS);
	fputs(terminal_style(STYLE_PLAIN), stdout);
	terminal_print(stdout, rest, width - used);
	putchar('\n');
}

static void print_verdict(struct report *r)
{
	const char *verdict = verdict_name(judgement_report_verdict(r->value));
	const char *platform = json_text_of(json_object_get(r->value, "judged_on"), "platform");
	double ms = json_number_value(json_object_get(r->value, "wall_ms"));
	char time[FIGURE_MAX];
	size_t indent = strlen(verdict) + 2;
	figure_time(ms >= 0 && ms < 1e12 ? ms : 0, time);
	printf("\n%s%s%s  ", terminal_style(report_style(verdict)), verdict, terminal_style(STYLE_PLAIN));
	terminal_print_lines(stdout, json_text_of(r->value, "reason"), indent, indent, report_lines(r, 3));
	printf("\n%*s", (int)indent, "");
	terminal_print_lines(stdout,
			     arena_printf(&r->arena, "judged on %s  %s", platform[0] ? platform : "an unknown platform",
					  json_is(r->value, "cached") ? "from before" : time),
			     indent, indent, report_lines(r, 2));
	putchar('\n');
}

void judgement_report_text(const json_t *judgement, bool all)
{
	struct report r = {.value = judgement, .all = all};
	print_header(&r);
	print_gates(&r);
	print_figures(&r);
	bool briefly = is_brief(&r);
	if (briefly)
		report_unseen_briefly(&r);
	report_failures(&r);
	report_differences(&r);
	if (!briefly)
		report_unseen(&r);
	report_free(&r);
	print_verdict(&r);
	arena_release(&r.arena);
}
