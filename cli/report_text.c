#include "cli/report_text.h"

#include "cli/report_summary.h"

/* Lines of one entry at the most. */
enum { LABEL_COLUMNS = 11, AT = 2 + LABEL_COLUMNS + 2, LINES_SHOWN = 2, LIBRARY_COLUMNS = 30 };

static const char *style(FILE *to, enum style style)
{
	return to == stdout ? terminal_style(style) : "";
}

static void print_header(FILE *to, const json_t *report, struct arena *a)
{
	const char *library = summary_library(report);
	size_t used = min_size(terminal_columns(library), LIBRARY_COLUMNS) + 2, width = terminal_width();
	fputs(style(to, STYLE_BOLD), to);
	terminal_print(to, library, LIBRARY_COLUMNS);
	fprintf(to, "%s  ", style(to, STYLE_PLAIN));
	terminal_print(to, summary_candidate(report, a), width > used ? width - used : 1);
	fputs("\n\n", to);
}

static void print_line(FILE *to, const struct summary_line *line)
{
	size_t at = AT;
	fprintf(to, "  %-*s  ", LABEL_COLUMNS, line->label);
	if (line->mark[0]) {
		fputs(style(to, line->style), to);
		terminal_print(to, line->mark, SIZE_MAX);
		fprintf(to, "%s  ", style(to, STYLE_PLAIN));
		at += terminal_columns(line->mark) + 2;
	}
	terminal_print_lines(to, line->text, at, AT, LINES_SHOWN);
	fputc('\n', to);
}

void report_text(const json_t *report, FILE *to)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct summary summary;
	summary_of(report, &scratch, &summary);
	print_header(to, report, &scratch);
	for (size_t i = 0; i < summary.len; i++)
		print_line(to, &summary.lines[i]);
}
