#include "cli/bench_report.h"

#include "cli/bench_figures.h"
#include "core/clock.h"
#include "core/mem.h"

#include <math.h>

enum { ROWS_SHOWN = 16, PLOT_COLUMNS = 60, PLOT_LINES = 7 };

/* One earlier benchmark: means of its first comparison. */
struct point {
	json_t *value; /* owned; NULL if the ledger's text is none */
	double time, fuel;
};

static double mean_of(const json_t *value, const char *key)
{
	const json_t *mean = json_object_get(json_object_get(value, "geomean"), key);
	return json_is_number(mean) && json_number_value(mean) > 0 ? json_number_value(mean) : NAN;
}

static struct point *read_points(const struct finding *findings, size_t len)
{
	struct point *points = mem_zalloc(len + 1, sizeof(*points));
	for (size_t i = 0; i < len; i++) {
		json_parse(findings[i].result, LEDGER_FILE, &points[i].value, NULL);
		points[i].time = mean_of(points[i].value, "time");
		points[i].fuel = mean_of(points[i].value, "fuel");
	}
	return points;
}

static void free_points(struct point *points, size_t len)
{
	for (size_t i = 0; i < len; i++)
		json_decref(points[i].value);
	free(points);
}

/* ---- the plot: ratios as logarithms, so that half and twice are equally far from 1 */

static void widen(double value, double *low, double *high)
{
	if (isnan(value))
		return;
	*low = fmin(*low, log(value));
	*high = fmax(*high, log(value));
}

static size_t line_of(double value, double low, double high)
{
	return (size_t)lround((high - log(value)) / (high - low) * (PLOT_LINES - 1));
}

static const char *mark_at(const struct point *p, size_t line, double low, double high)
{
	bool time = !isnan(p->time) && line_of(p->time, low, high) == line,
	     fuel = !isnan(p->fuel) && line_of(p->fuel, low, high) == line;
	if (time || fuel)
		return time && fuel ? "*" : time ? "o" : "+";
	return line_of(1, low, high) == line ? "·" : " ";
}

static void plot(const struct point *points, size_t len)
{
	double low = log(0.98), high = log(1.02);
	size_t first = len > PLOT_COLUMNS ? len - PLOT_COLUMNS : 0;
	for (size_t i = first; i < len; i++) {
		widen(points[i].time, &low, &high);
		widen(points[i].fuel, &low, &high);
	}
	putchar('\n');
	for (size_t line = 0; line < PLOT_LINES; line++) {
		printf("  %7.2f  ", exp(high - (high - low) * (double)line / (PLOT_LINES - 1)));
		for (size_t i = first; i < len; i++)
			fputs(mark_at(&points[i], line, low, high), stdout);
		putchar('\n');
	}
	printf("  %7s  o time, + fuel, * both; B/A, the newest on the right\n", "");
}

/* ---- the table */

static void print_row(const struct finding *f, const struct point *p)
{
	SCOPED_ARENA struct arena scratch = {0};
	const char *verdict = json_text_of(p->value, "verdict");
	char when[21];
	clock_utc(f->found_s, when);
	printf("  %.10s %.5s ", when, when + 11);
	terminal_print_padded(stdout, json_text_of(json_object_get(p->value, "b"), "name"), 7);
	printf(" %.7s ", f->subject);
	terminal_print_padded(stdout, bench_time_text(p->value, &scratch), 22);
	putchar(' ');
	if (isnan(p->fuel))
		printf("%6s", "-");
	else
		printf("%6.2f", p->fuel);
	printf(" %s", terminal_style(bench_verdict_style(verdict)));
	terminal_print(stdout, verdict, 12);
	printf("%s\n", terminal_style(STYLE_PLAIN));
}

void bench_report_history(const struct finding *findings, size_t len)
{
	struct point *points = read_points(findings, len);
	size_t first = len > ROWS_SHOWN ? len - ROWS_SHOWN : 0;
	if (len == 0) {
		puts("Nothing was measured yet.\nNext: recast bench");
		free_points(points, len);
		return;
	}
	printf("  %s%-16s %-7s %-7s %-22s %6s%s\n", terminal_style(STYLE_DIM), "when (UTC)", "B", "commit",
	       "time B/A", "fuel", terminal_style(STYLE_PLAIN));
	for (size_t i = first; i < len; i++)
		print_row(&findings[i], &points[i]);
	if (first)
		printf("  and %zu before these; --json has them all\n", first);
	plot(points, len);
	free_points(points, len);
}

json_t *bench_report_history_value(const struct finding *findings, size_t len)
{
	struct point *points = read_points(findings, len);
	json_t *rows = json_array();
	for (size_t i = 0; i < len; i++) {
		char when[21];
		clock_utc(findings[i].found_s, when);
		const json_t *value = points[i].value;
		json_array_append_new(rows,
				      json_pack("{s:s, s:s, s:O?, s:O?, s:s, s:O?}", "when", when, "commit",
						findings[i].subject, "a", json_object_get(value, "a"), "b",
						json_object_get(value, "b"), "verdict", json_text_of(value, "verdict"),
						"geomean", json_object_get(value, "geomean")));
	}
	free_points(points, len);
	return json_pack("{s:i, s:o}", "version", 1, "history", rows);
}
