#include "cli/judgement_report_parts.h"

size_t report_lines(const struct report *r, size_t few)
{
	return r->all ? SIZE_MAX : few;
}

size_t report_rows(const struct report *r, size_t len, size_t few)
{
	return r->all ? len : min_size(len, few);
}

void report_more(size_t shown, size_t len)
{
	if (shown < len)
		printf("%*s… and %zu more; --all shows them\n", INDENT, "", len - shown);
}

void report_row(const struct report *r, const char *text)
{
	printf("%*s", INDENT, "");
	terminal_print_lines(stdout, text, INDENT, INDENT + 2, report_lines(r, 1));
	putchar('\n');
}

void report_labelled(const struct report *r, const char *label, const char *text)
{
	enum { COLUMNS = 9, AT = 2 + COLUMNS + 2 };
	printf("  %-*s  ", COLUMNS, label);
	terminal_print_lines(stdout, text, AT, AT, report_lines(r, 1));
	putchar('\n');
}

void report_heading(const char *text)
{
	printf("\n  %s%s%s\n", terminal_style(STYLE_BOLD), text, terminal_style(STYLE_PLAIN));
}

const char *report_place(struct report *r, const json_t *row)
{
	const char *file = json_text_of(row, "file");
	size_t line = json_count_of(row, "line"), end = json_count_of(row, "end_line");
	if (!file[0] || !line)
		return file;
	if (end > line)
		return arena_printf(&r->arena, "%s:%zu-%zu", file, line, end);
	return arena_printf(&r->arena, "%s:%zu", file, line);
}

enum style report_style(const char *verdict)
{
	static const enum style styles[] = {[VERDICT_PASS] = STYLE_GOOD,
					    [VERDICT_FAIL] = STYLE_BAD,
					    [VERDICT_INCONCLUSIVE] = STYLE_WARN,
					    [VERDICT_NOT_JUDGED] = STYLE_DIM};
	for (int i = VERDICT_PASS; i <= VERDICT_NOT_JUDGED; i++) {
		if (strcmp(verdict, verdict_name((enum verdict)i)) == 0)
			return styles[i];
	}
	return STYLE_WARN;
}

const char *report_names(struct report *r, const json_t *list, size_t few)
{
	SCOPED_BUF struct buf names;
	size_t len = json_array_size(list), shown = report_rows(r, len, few);
	buf_init(&names, SIZE_MAX / 2);
	for (size_t i = 0; i < shown; i++)
		buf_printf(&names, "%s%s", i ? ", " : "", json_text_item(list, i));
	if (shown < len)
		buf_printf(&names, " and %zu more", len - shown);
	return arena_str(&r->arena, buf_str(&names));
}

bool report_was_judged(const json_t *gate)
{
	return strcmp(json_text_of(gate, "verdict"), verdict_name(VERDICT_NOT_JUDGED)) != 0;
}

bool report_in_table(const json_t *gate)
{
	return report_was_judged(gate) || !json_is_false(json_object_get(gate, "needed"));
}
