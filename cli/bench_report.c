#include "cli/bench_report.h"

#include "cli/bench_figures.h"
#include "cli/figures.h"
#include "cli/terminal.h"
#include "core/clock.h"
#include "core/mem.h"

#include <math.h>

enum { ROWS_SHOWN = 12, NAME_COLUMNS = 24, LABEL_COLUMNS = 10 };

/* ---- rows */

/* What a reader should see first: wrong, growing, then what differs most. */
static double weight_of(const json_t *row)
{
	double time = bench_real(json_object_get(row, "time"), "ratio"),
	       fuel = bench_real(json_object_get(row, "fuel"), "ratio");
	double ratio = isnan(time) ? fuel : time;
	double weight = isnan(ratio) || ratio <= 0 ? 0 : fabs(log(ratio));
	weight += json_is_true(json_object_get(row, "wrong")) ? 1e6 : 0;
	weight += json_is_true(json_object_get(json_object_get(row, "growth"), "faster")) ? 1e5 : 0;
	return weight + (strcmp(json_text_of(row, "kind"), "user") == 0 ? 1e4 : 0) +
	       (strcmp(json_text_of(row, "kind"), "test") == 0 ? 1e3 : 0);
}

static int heavier(const void *left, const void *right)
{
	double a = weight_of(*(json_t *const *)left), b = weight_of(*(json_t *const *)right);
	return (a < b) - (a > b);
}

static void print_row(const json_t *row, size_t columns, struct arena *a)
{
	const json_t *time = json_object_get(row, "time");
	const char *verdict = json_text_of(time, "verdict"), *remark = bench_remark(row, a);
	fputs("  ", stdout);
	terminal_print_padded(stdout, json_text_of(row, "name"), columns);
	if (bench_failed(row) || json_is_true(json_object_get(row, "wrong"))) {
		printf("  %s", terminal_style(STYLE_BAD));
		terminal_print(stdout, remark, terminal_width() - columns - 4);
		printf("%s\n", terminal_style(STYLE_PLAIN));
		return;
	}
	bool bounded = !isnan(bench_real(time, "low")) && !isnan(bench_real(time, "high"));
	const char *range = bounded ? arena_printf(a, "%.2f-%.2f", bench_real(time, "low"), bench_real(time, "high"))
				    : "";
	printf("  %6s  %-9s  %s%-12s%s  %6s", bench_ratio_text(bench_real(time, "ratio"), a), range,
	       terminal_style(bench_verdict_style(verdict)), verdict, terminal_style(STYLE_PLAIN),
	       bench_ratio_text(bench_real(json_object_get(row, "fuel"), "ratio"), a));
	double peak_a = bench_real(json_object_get(row, "peak_bytes"), "a"),
	       peak_b = bench_real(json_object_get(row, "peak_bytes"), "b");
	printf("  %6s\n", bench_ratio_text(peak_a > 0 ? peak_b / peak_a : NAN, a));
	if (remark[0]) {
		printf("    %s", terminal_style(STYLE_WARN));
		terminal_print(stdout, remark, terminal_width() - 4);
		printf("%s\n", terminal_style(STYLE_PLAIN));
	}
}

static void print_rows(const json_t *rows, bool all, struct arena *a)
{
	size_t len = json_array_size(rows), shown = all ? len : min_size(len, ROWS_SHOWN), columns = 8;
	const json_t **order = arena_array(a, len + 1, const json_t *);
	for (size_t i = 0; i < len; i++)
		order[i] = json_array_get(rows, i);
	if (!all)
		qsort(order, len, sizeof(*order), heavier);
	for (size_t i = 0; i < shown; i++)
		columns = max_size(columns, min_size(terminal_columns(json_text_of(order[i], "name")), NAME_COLUMNS));
	if (len)
		printf("  %s%-*s  %6s  %-9s  %-12s  %6s  %6s%s\n", terminal_style(STYLE_DIM), (int)columns, "workload",
		       "time", "", "", "fuel", "memory", terminal_style(STYLE_PLAIN));
	for (size_t i = 0; i < shown; i++)
		print_row(order[i], columns, a);
	if (shown < len)
		printf("  … and %zu more; --all shows them\n", len - shown);
}

/* ---- the whole */

static void print_label(const char *label, const char *text)
{
	printf("  %-*s ", LABEL_COLUMNS, label);
	terminal_print_lines(stdout, text, LABEL_COLUMNS + 3, LABEL_COLUMNS + 3, 3);
	putchar('\n');
}

static void print_means(const json_t *comparison, struct arena *a)
{
	const json_t *means = json_object_get(comparison, "geomean");
	print_label("means",
		    arena_printf(a, "time %s, fuel %s, memory %s, allocations %s, code %s, start %s",
				 bench_time_text(comparison, a), bench_ratio_text(bench_real(means, "fuel"), a),
				 bench_ratio_text(bench_real(means, "memory"), a),
				 bench_ratio_text(bench_real(means, "allocations"), a),
				 bench_ratio_text(bench_real(means, "code"), a),
				 bench_ratio_text(bench_real(means, "start"), a)));
}

static size_t outliers_of(const json_t *comparison)
{
	const json_t *rows = json_object_get(comparison, "benchmarks");
	size_t count = 0;
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *outliers = json_object_get(json_object_get(json_array_get(rows, i), "time"), "outliers");
		count += json_count_of(outliers, "a") + json_count_of(outliers, "b");
	}
	return count;
}

/* How far the figures can be trusted. */
static void print_trust(const json_t *value, const json_t *comparison, struct arena *a)
{
	const json_t *aa = json_object_get(value, "aa"), *machine = json_object_get(value, "machine"),
		     *left = json_object_get(value, "left_out");
	size_t comparisons = json_count_of(aa, "comparisons"), outliers = outliers_of(comparison);
	const char *pinned = json_is_integer(json_object_get(machine, "pinned"))
				     ? arena_printf(a, ", pinned to core %zu", json_count_of(machine, "pinned"))
				     : "";
	const char *governor = json_text_of(machine, "governor");
	if (comparisons)
		print_label(
			"A beside A",
			arena_printf(a, "%zu of %zu called different; noise up to %s%s",
				     json_count_of(aa, "false_positives"), comparisons,
				     bench_percent_text(bench_real(aa, "noise"), a),
				     outliers ? arena_printf(a, "; %zu outlier%s", outliers, outliers == 1 ? "" : "s")
					      : ""));
	if (json_is_object(machine))
		print_label("machine",
			    arena_printf(a, "%s, %zu cores%s, load %s%s%s", json_text_of(machine, "processor"),
					 json_count_of(machine, "cores"), pinned,
					 bench_ratio_text(bench_real(machine, "load"), a),
					 governor[0] ? ", governor " : "", governor));
	if (json_array_size(left))
		print_label("left out", arena_printf(a, "%zu function%s; %s%s", json_array_size(left),
						     json_array_size(left) == 1 ? "" : "s", json_text_item(left, 0),
						     json_array_size(left) > 1 ? "; …" : ""));
}

/* What decides about the exit status. */
static void print_gates(const json_t *comparison, struct arena *a)
{
	const json_t *conditions = json_object_get(comparison, "conditions");
	const char *baseline = bench_baseline_text(comparison, a);
	if (baseline[0])
		print_label("now/then", baseline);
	for (size_t i = 0; i < json_array_size(conditions); i++) {
		const json_t *row = json_array_get(conditions, i);
		print_label(i ? "" : "fail if", arena_printf(a, "%s  %s", json_text_of(row, "condition"),
							      bench_condition_word(row)));
	}
}

static void print_comparison(const json_t *value, const json_t *comparison, bool all)
{
	SCOPED_ARENA struct arena scratch = {0};
	const char *verdict = json_text_of(comparison, "verdict");
	printf("%s", terminal_style(STYLE_BOLD));
	terminal_print(stdout, json_text_of(value, "library"), 40);
	printf("%s  ", terminal_style(STYLE_PLAIN));
	terminal_print(stdout, json_text_of(json_object_get(comparison, "b"), "name"), 30);
	fputs(" (B) beside ", stdout);
	terminal_print(stdout, json_text_of(json_object_get(value, "a"), "name"), 30);
	fputs(" (A), ratios are B/A\n\n", stdout);
	print_rows(json_object_get(comparison, "benchmarks"), all, &scratch);
	if (json_array_size(json_object_get(comparison, "benchmarks"))) {
		putchar('\n');
		print_means(comparison, &scratch);
		print_trust(value, comparison, &scratch);
		print_gates(comparison, &scratch);
	}
	printf("\n%s%s%s  ", terminal_style(bench_verdict_style(verdict)), verdict, terminal_style(STYLE_PLAIN));
	terminal_print_words(stdout, bench_sentence(value, comparison, &scratch), strlen(verdict) + 2, 6);
	putchar('\n');
}

static void print_left_out(const json_t *value)
{
	const json_t *left = json_object_get(value, "left_out");
	for (size_t i = 0; i < json_array_size(left); i++)
		print_label(i ? "" : "left out", json_text_item(left, i));
}

void bench_report_text(const json_t *value, bool all)
{
	const json_t *refused = json_object_get(value, "refused"), *more = json_object_get(value, "more");
	SCOPED_ARENA struct arena scratch = {0};
	char took[FIGURE_MAX];
	for (size_t i = 0; i < json_array_size(refused); i++) {
		const json_t *row = json_array_get(refused, i);
		const char *text = arena_printf(&scratch, "%s was not measured: %s", json_text_of(row, "name"),
						json_text_of(row, "why"));
		terminal_print_words(stdout, text, 0, 2);
		putchar('\n');
	}
	if (strcmp(json_text_of(value, "verdict"), "refused") == 0)
		return;
	print_comparison(value, value, all);
	for (size_t i = 0; i < json_array_size(more); i++) {
		putchar('\n');
		print_comparison(value, json_array_get(more, i), all);
	}
	if (all)
		print_left_out(value);
	figure_time(bench_real(value, "wall_ms"), took);
	printf("      measured on %s, as Wasm  %s\n", json_text_of(json_object_get(value, "judged_on"), "platform"),
	       took);
}
