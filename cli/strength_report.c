#include "cli/strength_report.h"

#include "cli/judgement_report_parts.h"

enum { LABEL_COLUMNS = 9, AT = 2 + LABEL_COLUMNS + 2, FUNCTIONS_SHOWN = 12, SURVIVORS_SHOWN = 6, NAME_COLUMNS = 32 };

static double number(const json_t *object, const char *key)
{
	return json_number_value(json_object_get(object, key));
}

static bool has_score(const json_t *value)
{
	return json_is_number(json_object_get(value, "score"));
}

/* All of many is not said where one is missing. */
static int percent(double share)
{
	int whole = (int)(100 * share + 0.5);
	return whole == 100 && share < 1 ? 99 : whole == 0 && share > 0 ? 1 : whole;
}

const char *strength_sentence(const json_t *value, struct arena *a)
{
	if (!json_is_object(value))
		return "not measured: recast strength";
	if (!has_score(value))
		return "no test could be tried with a mutant";
	int score = percent(number(value, "score")), low = percent(number(value, "low")),
	    high = percent(number(value, "high"));
	if (low == high)
		return arena_printf(a, "these tests find %d %% of mutants", score);
	return arena_printf(a, "these tests find %d %% (%d-%d) of mutants", score, low, high);
}

json_t *strength_brief(const json_t *value)
{
	if (!json_is_object(value))
		return json_null();
	return json_pack("{s:O?, s:O?, s:O?}", "score", json_object_get(value, "score"), "low",
			 json_object_get(value, "low"), "high", json_object_get(value, "high"));
}

/* ---- figures */

static void labelled(const char *label, const char *text, size_t lines)
{
	printf("  %-*s  ", LABEL_COLUMNS, label);
	terminal_print_lines(stdout, text, AT, AT, lines);
	putchar('\n');
}

static void print_header(struct report *r)
{
	fputs(terminal_style(STYLE_BOLD), stdout);
	terminal_print(stdout, arena_printf(&r->arena, "%s  its tests", json_text_of(r->value, "library")),
		       terminal_width());
	printf("%s\n\n", terminal_style(STYLE_PLAIN));
}

static void print_mutants(struct report *r)
{
	const json_t *m = json_object_get(r->value, "mutants");
	size_t run = json_count_of(m, "run"), total = json_count_of(m, "total"),
	       programs = json_count_of(r->value, "programs");
	const char *function = json_text_of(r->value, "function");
	const char *drawn = run < total ? arena_printf(&r->arena, "%zu drawn of %zu", run, total)
					: arena_printf(&r->arena, "all %zu", total);
	labelled("mutants",
		 arena_printf(&r->arena,
			      "%s%s%s, with %zu program%s: %zu found, %zu not, %zu that nothing executes, "
			      "%zu that change nothing",
			      drawn, function[0] ? " of " : "", function, programs, programs == 1 ? "" : "s",
			      json_count_of(m, "killed"), json_count_of(m, "survived"),
			      json_count_of(m, "not_executed"), json_count_of(m, "equivalent")),
		 3);
}

static void print_coverage(struct report *r)
{
	const json_t *c = json_object_get(r->value, "coverage");
	size_t statements = json_count_of(c, "statements"), executed = json_count_of(c, "executed");
	if (statements)
		labelled("coverage",
			 arena_printf(&r->arena, "%zu of %zu statements are executed, %d %%", executed, statements,
				      percent((double)executed / (double)statements)),
			 1);
}

static void print_untested(struct report *r)
{
	const json_t *list = json_object_get(r->value, "untested");
	if (json_array_size(list))
		labelled("untested",
			 arena_printf(&r->arena, "%zu function%s that no test calls: %s", json_array_size(list),
				      json_array_size(list) == 1 ? "" : "s", report_names(r, list, 12)),
			 report_lines(r, 4));
}

/* ---- functions */

static size_t not_found(const json_t *f)
{
	size_t mutants = json_count_of(f, "mutants"), killed = json_count_of(f, "killed");
	return mutants > killed ? mutants - killed : 0;
}

static int by_weakness(const void *a, const void *b)
{
	const json_t *x = *(const json_t *const *)a, *y = *(const json_t *const *)b;
	size_t nx = not_found(x), ny = not_found(y);
	if (nx != ny)
		return nx > ny ? -1 : 1;
	return strcmp(json_text_of(x, "name"), json_text_of(y, "name"));
}

static void print_function(const json_t *f)
{
	fputs("    ", stdout);
	terminal_print_padded(stdout, json_text_of(f, "name"), NAME_COLUMNS);
	printf("  %7zu  %6zu  %4d %%  %8zu of %zu\n", json_count_of(f, "mutants"), json_count_of(f, "killed"),
	       percent(number(f, "score")), json_count_of(f, "executed"), json_count_of(f, "statements"));
}

/* Public ones, first those where most is not found; with all, those behind them too. */
static void print_functions(struct report *r)
{
	const json_t *list = json_object_get(r->value, "functions");
	const json_t **rows = mem_zalloc(json_array_size(list) + 1, sizeof(*rows));
	size_t len = 0;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *f = json_array_get(list, i);
		if (json_count_of(f, "mutants") && (r->all || json_is(f, "public")))
			rows[len++] = f;
	}
	qsort(rows, len, sizeof(*rows), by_weakness);
	size_t shown = report_rows(r, len, FUNCTIONS_SHOWN);
	if (len) {
		report_heading("functions");
		printf("    %-*s  %7s  %6s  %6s  %s\n", NAME_COLUMNS, "", "mutants", "found", "score", "statements");
	}
	for (size_t i = 0; i < shown; i++)
		print_function(rows[i]);
	if (shown < len)
		printf("%*s… and %zu more; --survivors shows them\n", INDENT, "", len - shown);
	free(rows);
}

/* ---- survivors */

/* Without the lines that do not change. */
static void print_change(const char *diff)
{
	struct str rest = str_of(diff), line;
	while (str_next_line(&rest, &line)) {
		SCOPED_ARENA struct arena scratch = {0};
		bool is_header = str_starts(line, STR("--- ")) || str_starts(line, STR("+++ "));
		if (is_header || !line.len || (line.ptr[0] != '-' && line.ptr[0] != '+'))
			continue;
		printf("      %c ", line.ptr[0]);
		terminal_print(stdout, arena_str(&scratch, str_trim(str_from(line, 1))), terminal_width() - 8);
		putchar('\n');
	}
}

static void print_survivor(struct report *r, const json_t *m)
{
	report_row(r, arena_printf(&r->arena, "%s  %s: %s%s", report_place(r, m), json_text_of(m, "function"),
				   json_text_of(m, "operator"), json_is(m, "executed") ? "" : ", not executed"));
	print_change(json_text_of(m, "diff"));
}

/* First those that tests executed without noticing. */
static void print_survivors(struct report *r)
{
	const json_t *list = json_object_get(r->value, "survivors");
	size_t len = json_array_size(list), shown = report_rows(r, len, SURVIVORS_SHOWN), printed = 0;
	if (len)
		report_heading("not found");
	for (int executed = 1; executed >= 0; executed--) {
		for (size_t i = 0; i < len && printed < shown; i++) {
			const json_t *m = json_array_get(list, i);
			if (json_is(m, "executed") != (executed == 1))
				continue;
			print_survivor(r, m);
			printed++;
		}
	}
	if (shown < len)
		printf("%*s… and %zu more; --survivors shows them\n", INDENT, "", len - shown);
}

static void print_left_out(struct report *r)
{
	const json_t *list = json_object_get(r->value, "left_out");
	if (json_array_size(list))
		report_heading("left out");
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *row = json_array_get(list, i);
		report_row(r, arena_printf(&r->arena, "%s: %s", json_text_of(row, "what"), json_text_of(row, "why")));
	}
}

void strength_report_text(const json_t *value, bool all)
{
	struct report r = {.value = value, .all = all};
	print_header(&r);
	print_mutants(&r);
	print_coverage(&r);
	print_untested(&r);
	print_functions(&r);
	print_survivors(&r);
	print_left_out(&r);
	printf("\n%s%s%s\n", terminal_style(STYLE_BOLD), strength_sentence(value, &r.arena),
	       terminal_style(STYLE_PLAIN));
	arena_release(&r.arena);
}
