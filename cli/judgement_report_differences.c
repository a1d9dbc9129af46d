#include "cli/judgement_report_parts.h"
#include "harness/differences.h"

enum { DIFFERENCES_SHOWN = 2, LEFT_OUT_SHOWN = 2, CALLS_LINES = 3 };

static const json_t *differential_of(const struct report *r)
{
	return json_object_get(r->value, "differential");
}

static void print_difference(struct report *r, size_t index)
{
	const json_t *d = json_array_get(json_object_get(differential_of(r), "divergences"), index);
	size_t inputs = json_count_of(d, "inputs");
	printf("%*s", INDENT, "");
	terminal_print_lines(stdout, json_text_of(d, "calls"), INDENT, INDENT + 2, report_lines(r, CALLS_LINES));
	putchar('\n');
	report_answers(r, d);
	const char *alone = json_is(d, "reproduced") ? "" : ", which does not show it by itself";
	printf("%*s", INDENT + 2, "");
	terminal_print_lines(stdout, arena_printf(&r->arena, "in %zu input%s; %s%s", inputs, inputs == 1 ? "" : "s",
						  differences_path(r->value, index, &r->arena), alone),
			     INDENT + 2, INDENT + 4, report_lines(r, 2));
	putchar('\n');
}

void report_differences(struct report *r)
{
	size_t len = differences_len(r->value), shown = report_rows(r, len, DIFFERENCES_SHOWN);
	if (len)
		report_heading("calls past the tests that are answered otherwise, each as a program");
	for (size_t i = 0; i < shown; i++)
		print_difference(r, i);
	report_more(shown, len);
}

/* ---- figures */

static const char *share(struct report *r, const char *side)
{
	const json_t *reached = json_object_get(json_object_get(differential_of(r), "reached"), side);
	size_t places = json_count_of(reached, "places"), seen = json_count_of(reached, "reached");
	return places ? arena_printf(&r->arena, "%.0f %%", 100 * (double)seen / (double)places) : "none";
}

static void print_left_out(struct report *r, const json_t *left_out)
{
	size_t len = json_array_size(left_out), shown = report_rows(r, len, LEFT_OUT_SHOWN);
	SCOPED_BUF struct buf text;
	buf_init(&text, SIZE_MAX / 2);
	for (size_t i = 0; i < shown; i++) {
		const json_t *f = json_array_get(left_out, i);
		buf_printf(&text, "%s%s: %s", i ? "; " : "", json_text_of(f, "name"), json_text_of(f, "why"));
	}
	if (shown < len)
		buf_printf(&text, "; and %zu more", len - shown);
	if (len)
		report_labelled(r, "uncalled", arena_str(&r->arena, buf_str(&text)));
}

void report_differential(struct report *r)
{
	const json_t *d = differential_of(r), *functions = json_object_get(d, "functions");
	size_t inputs = json_count_of(d, "inputs"), undefined = json_count_of(d, "undefined");
	if (inputs == 0)
		return;
	report_labelled(r, "inputs", arena_printf(&r->arena, "%zu past the tests, %zu calls, %zu undefined; seed %zu", inputs,
						  json_count_of(d, "calls"), undefined, json_count_of(d, "seed")));
	report_labelled(r, "reached", arena_printf(&r->arena, "%zu of %zu functions; %s of the original, %s of the rewrite",
						   json_count_of(functions, "called"), json_count_of(functions, "of"),
						   share(r, "original"), share(r, "candidate")));
	print_left_out(r, json_object_get(functions, "left_out"));
}
