#include "harness/benchgate.h"

#include "core/fs.h"
#include "core/mem.h"
#include "core/stats.h"

#include <math.h>

enum { FILE_MAX = 64 << 20, ROWS_MAX = 10000 };

/* ---- conditions */

static const char *const metrics[] = {"time", "fuel", "memory", "allocations", "code", "start", "growth", "wrong"};

static const char *find_metric(struct str name)
{
	for (size_t i = 0; i < countof(metrics); i++) {
		if (str_eq(name, str_of(metrics[i])))
			return metrics[i];
	}
	return NULL;
}

int benchgate_parse(const char *text, struct benchgate *ret, struct err *err)
{
	struct str rest = str_trim(str_of(text));
	size_t name = strcspn(text, "<>");
	struct benchgate gate = {.text = text, .metric = find_metric(str_trim(str_first(str_of(text), name)))};
	char *end = NULL;
	if (gate.metric && name < strlen(text)) {
		size_t len = text[name + 1] == '=' ? 2 : 1;
		memcpy(gate.operator, text + name, len);
		const char *number = text + name + len;
		gate.bound = strtod(number, &end);
		if (end == number)
			end = NULL;
	}
	if (!end || strspn(end, " \t") != strlen(end) || !isfinite(gate.bound) || rest.len > 100)
		return err_set(err, ERR_USAGE,
			       "--fail-if takes a condition as 'time>1.05', of time, fuel, memory, allocations, code, "
			       "start (means of B/A), growth or wrong (how many workloads), not '%.60s'",
			       text);
	*ret = gate;
	return 0;
}

const char *benchgate_verdict_name(enum benchgate_verdict verdict)
{
	static const char *const names[] = {"good", "bad", "unsure"};
	return names[verdict];
}

static bool holds(const struct benchgate *gate, double value)
{
	bool equal = gate->operator[1] == '=' && !islessgreater(value, gate->bound);
	return equal || (gate->operator[0] == '>' ? value > gate->bound : value < gate->bound);
}

static bool number_of(const json_t *object, const char *key, double *ret)
{
	const json_t *value = json_object_get(object, key);
	if (!json_is_number(value))
		return false;
	*ret = json_number_value(value);
	return true;
}

/* What has no interval is its own. */
static bool bounds_of(const struct benchgate *gate, const json_t *figures, double *ret_low, double *ret_high)
{
	const json_t *means = json_object_get(figures, "geomean");
	if (strcmp(gate->metric, "time") == 0)
		return number_of(means, "time_low", ret_low) && number_of(means, "time_high", ret_high);
	bool counted = strcmp(gate->metric, "wrong") == 0, grown = strcmp(gate->metric, "growth") == 0;
	const json_t *object = counted || grown ? figures : means;
	if (!number_of(object, grown ? "grows_faster" : gate->metric, ret_low))
		return false;
	*ret_high = *ret_low;
	return true;
}

enum benchgate_verdict benchgate_check(const struct benchgate *gate, const json_t *figures)
{
	double low, high;
	if (!bounds_of(gate, figures, &low, &high))
		return BENCHGATE_UNSURE;
	bool at_low = holds(gate, low), at_high = holds(gate, high);
	return at_low != at_high ? BENCHGATE_UNSURE : at_low ? BENCHGATE_BAD : BENCHGATE_GOOD;
}

/* ---- beside an earlier result */

int benchgate_read(const char *path, json_t **out, struct err *err)
{
	SCOPED_BUF struct buf text;
	SCOPED_JSON json_t *value = NULL;
	buf_init(&text, FILE_MAX);
	if (fs_read(path, &text, err) < 0 || json_parse(buf_str(&text), path, &value, err) < 0)
		return -1;
	if (json_count_of(value, "version") != 1 || !json_is_array(json_object_get(value, "benchmarks")) ||
	    !json_is_object(json_object_get(value, "b")))
		return err_set(err, ERR_USAGE, "%s: is not what `recast bench --json` prints", path);
	*out = take(value);
	return 0;
}

static const json_t *row_named(const json_t *rows, const char *name)
{
	for (size_t i = 0; name[0] && i < json_array_size(rows); i++) {
		if (strcmp(json_text_of(json_array_get(rows, i), "name"), name) == 0)
			return json_array_get(rows, i);
	}
	return NULL;
}

/* Figures that are exact: b's own, now and then. */
static const struct exact {
	const char *name, *key; /* of the mean, of the row */
} exact[] = {
	{"fuel", "fuel"},
	{"memory", "peak_bytes"},
	{"allocations", "allocations"},
	{"code", "code_bytes"},
};

struct beside {
	double *ratios[countof(exact)];
	size_t lens[countof(exact)];
	double time, below, above; /* sums of logarithms, and of their squares */
	size_t timed, common, grown;
	json_t *changed, *missing;
};

static bool failed_on(const json_t *row)
{
	const json_t *failure = json_object_get(row, "failure");
	return json_is_true(json_object_get(row, "wrong")) || json_is_string(json_object_get(failure, "b"));
}

/* Times of two runs are of two moments; only how they stand to A's can be compared. */
static void add_time(struct beside *b, const json_t *now, const json_t *then)
{
	const json_t *n = json_object_get(now, "time"), *t = json_object_get(then, "time");
	double middle[2], low[2], high[2];
	if (!number_of(n, "ratio", &middle[0]) || !number_of(t, "ratio", &middle[1]) || !number_of(n, "low", &low[0]) ||
	    !number_of(t, "low", &low[1]) || !number_of(n, "high", &high[0]) || !number_of(t, "high", &high[1]))
		return;
	for (size_t i = 0; i < 2; i++) {
		if (!(low[i] > 0 && middle[i] >= low[i] && high[i] >= middle[i]))
			return;
	}
	b->time += log(middle[0] / middle[1]);
	b->below += pow(log(middle[0] / low[0]), 2) + pow(log(high[1] / middle[1]), 2);
	b->above += pow(log(high[0] / middle[0]), 2) + pow(log(middle[1] / low[1]), 2);
	b->timed++;
}

static enum growth_order order_of(const json_t *row)
{
	const char *name = json_text_of(json_object_get(json_object_get(row, "growth"), "b"), "order");
	for (enum growth_order order = 0; order < GROWTH_ORDERS; order++) {
		if (strcmp(name, growth_order_name(order)) == 0)
			return order;
	}
	return GROWTH_UNCLEAR;
}

static void add_row(struct beside *b, const json_t *now, const json_t *then)
{
	if (failed_on(now) || failed_on(then))
		return;
	for (size_t i = 0; i < countof(exact); i++) {
		double n, t;
		if (!number_of(json_object_get(now, exact[i].key), "b", &n) ||
		    !number_of(json_object_get(then, exact[i].key), "b", &t) || n <= 0 || t <= 0)
			continue;
		b->ratios[i][b->lens[i]++] = n / t;
		if (i == 0 && islessgreater(n, t))
			json_array_append_new(
				b->changed, json_pack("{s:s, s:f}", "name", json_text_of(now, "name"), "fuel", n / t));
	}
	add_time(b, now, then);
	b->grown += order_of(then) != GROWTH_UNCLEAR && order_of(now) > order_of(then);
	b->common++;
}

static json_t *means_of(const struct beside *b)
{
	json_t *means = json_object();
	for (size_t i = 0; i < countof(exact); i++)
		json_object_set_new(means, exact[i].name,
				    b->lens[i] ? json_real(stats_geomean(b->ratios[i], b->lens[i])) : json_null());
	double count = (double)b->timed;
	json_object_set_new(means, "time", b->timed ? json_real(exp(b->time / count)) : json_null());
	json_object_set_new(means, "time_low",
			    b->timed ? json_real(exp((b->time - sqrt(b->below)) / count)) : json_null());
	json_object_set_new(means, "time_high",
			    b->timed ? json_real(exp((b->time + sqrt(b->above)) / count)) : json_null());
	return means;
}

json_t *benchgate_beside(const json_t *now, const json_t *then)
{
	const json_t *rows = json_object_get(now, "benchmarks"), *old = json_object_get(then, "benchmarks");
	size_t len = min_size(json_array_size(rows), ROWS_MAX);
	struct beside b = {.changed = json_array(), .missing = json_array()};
	for (size_t i = 0; i < countof(exact); i++)
		b.ratios[i] = mem_zalloc(len + 1, sizeof(double));
	for (size_t i = 0; i < len; i++) {
		const json_t *row = json_array_get(rows, i), *before = row_named(old, json_text_of(row, "name"));
		if (before)
			add_row(&b, row, before);
		else
			json_array_append_new(b.missing, json_text(json_text_of(row, "name")));
	}
	json_t *value = json_pack("{s:o, s:I, s:I, s:O?, s:o, s:o}", "geomean", means_of(&b), "common",
				  (json_int_t)b.common, "grows_faster", (json_int_t)b.grown, "wrong",
				  json_object_get(now, "wrong"), "changed", b.changed, "new", b.missing);
	for (size_t i = 0; i < countof(exact); i++)
		free(b.ratios[i]);
	return value;
}
