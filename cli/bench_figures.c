#include "cli/bench_figures.h"

#include <math.h>

/* What is larger nobody measured. */
static const double FIGURE_LIMIT = 1e18;

enum style bench_verdict_style(const char *verdict)
{
	static const struct {
		const char *verdict;
		enum style style;
	} rows[] = {{"faster", STYLE_GOOD}, {"same", STYLE_PLAIN}, {"not timed", STYLE_PLAIN},
		    {"slower", STYLE_BAD},  {"wrong", STYLE_BAD},  {"refused", STYLE_BAD}};
	for (size_t i = 0; i < countof(rows); i++) {
		if (strcmp(verdict, rows[i].verdict) == 0)
			return rows[i].style;
	}
	return STYLE_WARN;
}

double bench_real(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	double number = json_is_number(value) ? json_number_value(value) : NAN;
	return fabs(number) <= FIGURE_LIMIT ? number : NAN;
}

/* Ratios to two digits behind the point; beyond ten there is nothing to see there. */
const char *bench_ratio_text(double ratio, struct arena *a)
{
	if (isnan(ratio))
		return "-";
	return arena_printf(a,
			    ratio >= 99.5    ? "%.0f"
			    : ratio >= 9.95  ? "%.1f"
			    : ratio < 0.0095 ? "%.1e"
					     : "%.2f",
			    ratio);
}

const char *bench_percent_text(double share, struct arena *a)
{
	return isnan(share) ? "-" : arena_printf(a, "%.1f %%", 100 * share);
}

/* Small differences need one digit more. */
const char *bench_interval_text(const json_t *object, const char *middle, const char *low, const char *high,
				struct arena *a)
{
	double values[] = {bench_real(object, middle), bench_real(object, low), bench_real(object, high)};
	if (isnan(values[0]))
		return "not taken";
	if (isnan(values[1]) || isnan(values[2]))
		return arena_printf(a, "%.2f (of too few samples)", values[0]);
	int digits = values[2] - values[1] < 0.02 ? 3 : 2;
	return arena_printf(a, "%.*f (%.*f to %.*f)", digits, values[0], digits, values[1], digits, values[2]);
}

const char *bench_time_text(const json_t *comparison, struct arena *a)
{
	return bench_interval_text(json_object_get(comparison, "geomean"), "time", "time_low", "time_high", a);
}

const char *bench_sentence(const json_t *value, const json_t *comparison, struct arena *a)
{
	const char *verdict = json_text_of(comparison, "verdict"),
		   *name = json_text_of(json_object_get(value, "a"), "name");
	const json_t *means = json_object_get(comparison, "geomean");
	size_t counted = json_count_of(comparison, "counted"), wrong = json_count_of(comparison, "wrong");
	const char *over = arena_printf(a, "over %zu workload%s", counted, counted == 1 ? "" : "s");
	if (strcmp(verdict, "refused") == 0)
		return "not measured";
	if (wrong)
		return arena_printf(a, "answers differently in %zu workload%s; who is wrong is not faster", wrong,
				    wrong == 1 ? "" : "s");
	if (isnan(bench_real(means, "time")))
		return arena_printf(a, "%s times the fuel of %s, %s", bench_ratio_text(bench_real(means, "fuel"), a),
				    name, over);
	return arena_printf(a, "%s times the time of %s, %s", bench_time_text(comparison, a), name, over);
}

const char *bench_condition_word(const json_t *condition)
{
	const char *verdict = json_text_of(condition, "verdict");
	if (strcmp(verdict, "good") == 0)
		return "does not hold";
	return strcmp(verdict, "bad") == 0 ? "holds" : "undecided";
}

const char *bench_baseline_text(const json_t *comparison, struct arena *a)
{
	const json_t *baseline = json_object_get(comparison, "baseline"), *means = json_object_get(baseline, "geomean");
	size_t common = json_count_of(baseline, "common"),
	       changed = json_array_size(json_object_get(baseline, "changed"));
	if (!json_is_object(baseline))
		return "";
	if (!common)
		return "no workload is in both results";
	return arena_printf(
		a, "time %s, fuel %s, memory %s, allocations %s, code %s, over %zu workload%s; fuel of %zu changed",
		bench_time_text(baseline, a), bench_ratio_text(bench_real(means, "fuel"), a),
		bench_ratio_text(bench_real(means, "memory"), a), bench_ratio_text(bench_real(means, "allocations"), a),
		bench_ratio_text(bench_real(means, "code"), a), common, common == 1 ? "" : "s", changed);
}

bool bench_failed(const json_t *row)
{
	const json_t *failure = json_object_get(row, "failure");
	return json_is_string(json_object_get(failure, "a")) || json_is_string(json_object_get(failure, "b"));
}

const char *bench_remark(const json_t *row, struct arena *a)
{
	const json_t *growth = json_object_get(row, "growth"), *failure = json_object_get(row, "failure");
	if (bench_failed(row)) {
		const char *of_a = json_text_of(failure, "a");
		return arena_printf(a, "%s: %s", of_a[0] ? "A" : "B", of_a[0] ? of_a : json_text_of(failure, "b"));
	}
	if (json_is_true(json_object_get(row, "wrong")))
		return "answers differently";
	if (json_is_true(json_object_get(growth, "faster")))
		return arena_printf(a, "grows: %s, not %s", json_text_of(json_object_get(growth, "b"), "order"),
				    json_text_of(json_object_get(growth, "a"), "order"));
	return json_is_true(json_object_get(row, "cached")) ? "like a cache: cheap once asked" : "";
}
