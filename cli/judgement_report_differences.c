#include "cli/judgement_report_parts.h"
#include "harness/differences.h"

enum { CALLS_LINES = 2, ROWS_SHOWN = 2 };

static const json_t *differential_of(const struct report *r)
{
	return json_object_get(r->value, "differential");
}

/* Where it does not show in the first way of building. */
static const char *built_with(struct report *r, const json_t *difference)
{
	const char *flags = json_text_of(difference, "flags");
	return json_count_of(difference, "way") ? arena_printf(&r->arena, ", built with %s", flags) : "";
}

static void print_difference(struct report *r, size_t index)
{
	const json_t *d = json_array_get(json_object_get(differential_of(r), "divergences"), index);
	size_t inputs = json_count_of(d, "inputs");
	printf("%*s", INDENT, "");
	terminal_print_lines(stdout, json_text_of(d, "calls"), INDENT, INDENT + 2, report_lines(r, CALLS_LINES));
	putchar('\n');
	report_answers(r, d);
	const char *alone = json_is(d, "reproduced") ? "" : " (not shown alone)";
	printf("%*s", INDENT + 2, "");
	terminal_print_lines(stdout, arena_printf(&r->arena, "in %zu input%s%s; %s%s", inputs, inputs == 1 ? "" : "s",
						  built_with(r, d), differences_path(r->value, index, &r->arena), alone),
			     INDENT + 2, INDENT + 4, report_lines(r, 2));
	putchar('\n');
	const char *also = differences_also(d, &r->arena);
	if (!also[0])
		return;
	printf("%*s", INDENT + 2, "");
	terminal_print_lines(stdout, arena_printf(&r->arena, "also shows in: %s", also), INDENT + 2, INDENT + 4,
			     report_lines(r, 2));
	putchar('\n');
}

/* In a line: where it is. */
static void print_briefly(struct report *r, size_t index)
{
	const json_t *d = json_array_get(json_object_get(differential_of(r), "divergences"), index);
	report_row(r, arena_printf(&r->arena, "%s  in %zu input%s%s, %s", differences_path(r->value, index, &r->arena),
				   json_count_of(d, "inputs"), json_count_of(d, "inputs") == 1 ? "" : "s",
				   built_with(r, d), json_text_of(d, "what")));
}

/* The first one, and where the next ones are; of a rewrite that fails tests there is more to be said of these. */
void report_differences(struct report *r)
{
	bool fails_tests = json_array_size(json_object_get(json_object_get(r->value, "trace"), "divergences"));
	size_t len = differences_len(r->value), whole = report_rows(r, len, fails_tests ? 0 : 1);
	size_t shown = report_rows(r, len, fails_tests ? 1 : 1 + ROWS_SHOWN);
	if (len)
		report_heading("calls past the tests that are answered otherwise, each as a program");
	for (size_t i = 0; i < shown; i++) {
		if (i < whole)
			print_difference(r, i);
		else
			print_briefly(r, i);
	}
	report_more(shown, len);
}

/* ---- figures */

static size_t ways_explored(const json_t *differential)
{
	const json_t *ways = json_object_get(differential, "ways");
	size_t len = 0;
	for (size_t i = 0; i < json_array_size(ways); i++)
		len += json_count_of(json_array_get(ways, i), "inputs") > 0;
	return len;
}

void report_differential(struct report *r)
{
	const json_t *d = differential_of(r), *functions = json_object_get(d, "functions");
	const json_t *varied = json_object_get(d, "varied");
	size_t inputs = json_count_of(d, "inputs");
	if (inputs == 0)
		return;
	size_t ways = ways_explored(d);
	report_labelled(r, "inputs",
			arena_printf(&r->arena, "%zu reach %zu of %zu functions%s", inputs,
				     json_count_of(functions, "called"), json_count_of(functions, "of"),
				     ways > 1 ? arena_printf(&r->arena, ", in %zu ways of building", ways) : ""));
	size_t runs = json_count_of(varied, "runs");
	if (runs)
		report_labelled(r, "changed",
				arena_printf(&r->arena, "%zu literals and %zu files of %zu test programs, in %zu runs",
					     json_count_of(varied, "literals"), json_count_of(varied, "files"),
					     json_count_of(varied, "programs"), runs));
	if (r->all)
		report_labelled(r, "seed",
				arena_printf(&r->arena,
					     "%zu; %zu causes were not there again, %zu inputs have no defined answer",
					     json_count_of(d, "seed"), json_count_of(d, "unconfirmed"),
					     json_count_of(d, "undefined")));
}
