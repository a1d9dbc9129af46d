#include "harness/bench_json.h"

#include "harness/judgement_json.h"

#include <math.h>

static json_t *number(uint64_t n)
{
	return json_integer((json_int_t)min_size(n, INT64_MAX));
}

/* JSON has no infinity, and nothing that could be one is of use. */
static json_t *real(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

static json_t *pair(uint64_t a, uint64_t b)
{
	return json_pack("{s:o, s:o}", "a", number(a), "b", number(b));
}

static json_t *ratio(double a, double b)
{
	return a > 0 ? real(b / a) : json_null();
}

static json_t *pair_ratio(double a, double b)
{
	return json_pack("{s:o, s:o, s:o}", "a", real(a), "b", real(b), "ratio", ratio(a, b));
}

static json_t *fuel_json(const struct bench_row *row)
{
	json_t *value = pair(row->a.fuel, row->b.fuel);
	json_object_set_new(value, "ratio", ratio((double)row->a.fuel, (double)row->b.fuel));
	json_object_set_new(value, "bulk_bytes", pair(row->a.bulk_bytes, row->b.bulk_bytes));
	return value;
}

/* The first call beside each of the others, where they are told apart. */
static json_t *calls_json(const struct bench_row *row)
{
	if (!row->a.first_fuel)
		return json_null();
	return json_pack("{s:o, s:o}", "first", pair_ratio((double)row->a.first_fuel, (double)row->b.first_fuel),
			 "later", pair_ratio(row->a.later_fuel, row->b.later_fuel));
}

static json_t *time_json(const struct bench_row *row, double noise)
{
	const struct benchtime *t = &row->time;
	if (!row->timed)
		return json_null();
	return json_pack("{s:o, s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:o}", "ratio",
			 real(t->ratio.middle), "low", real(t->ratio.low > 0 ? t->ratio.low : NAN), "high",
			 real(t->ratio.high), "verdict", bench_verdict_name(row->verdict), "p", real(row->p),
			 "p_samples", real(t->p_samples), "noise", real(noise), "a_ns", real(t->a_ns), "b_ns",
			 real(t->b_ns), "cold_ns", pair_ratio(t->cold_a_ns, t->cold_b_ns), "blocks", number(t->blocks),
			 "repeats", number(t->repeats), "tight", t->tight, "outliers",
			 pair(t->outliers_a, t->outliers_b));
}

static json_t *growth_side_json(const struct bench_measure *m)
{
	json_t *sizes = json_array();
	for (size_t i = 0; i < BENCH_SIZES && m->sizes[i].n; i++)
		json_array_append_new(sizes, json_pack("{s:o, s:o, s:b}", "n", number(m->sizes[i].n), "fuel",
						       number(m->sizes[i].fuel), "ended", m->sizes[i].ended));
	bool fitted = m->sizes[BENCH_SIZES - 1].ended;
	return json_pack("{s:s, s:o, s:o}", "order", fitted ? growth_order_name(m->growth.order) : "", "exponent",
			 real(m->growth.exponent), "sizes", sizes);
}

static json_t *growth_json(const struct bench_row *row)
{
	if (!row->a.sizes[0].n)
		return json_null();
	return json_pack("{s:o, s:o, s:b}", "a", growth_side_json(&row->a), "b", growth_side_json(&row->b), "faster",
			 row->grows_faster);
}

static json_t *failure_json(const char *failure)
{
	return failure ? json_text(failure) : json_null();
}

static json_t *row_json(const struct workload *w, const struct bench_row *row, double noise)
{
	return json_pack(
		"{s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:b, s:{s:o, s:o}}", "name",
		json_text(w->name), "kind", workload_kind_name(w->kind), "fuel", fuel_json(row), "calls",
		calls_json(row), "time", time_json(row, noise), "peak_bytes",
		pair(row->a.memory_bytes, row->b.memory_bytes), "allocations",
		pair(row->a.allocations, row->b.allocations), "live_bytes", pair(row->a.live_bytes, row->b.live_bytes),
		"code_bytes", pair(row->a.code_bytes, row->b.code_bytes), "start_ns",
		pair_ratio(row->a.start_ns, row->b.start_ns), "growth", growth_json(row), "wrong", row->wrong, "cached",
		row->cached, "failure", "a", failure_json(row->a.failure), "b", failure_json(row->b.failure));
}

enum bench_verdict bench_comparison_verdict(const struct bench_comparison *c, const struct bench *bench)
{
	const struct benchtime all = {.ratio = c->time};
	return c->timed ? benchtime_verdict(&all, 0, bench->self.noise / sqrt((double)c->timed)) : BENCH_INCONCLUSIVE;
}

static json_t *geomean_json(const struct bench_comparison *c)
{
	bool timed = c->timed, bounded = timed && isfinite(c->time.high);
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "fuel", real(c->fuel), "time",
			 timed ? real(c->time.middle) : json_null(), "time_low",
			 bounded ? real(c->time.low) : json_null(), "time_high",
			 bounded ? real(c->time.high) : json_null(), "memory", real(c->memory), "allocations",
			 real(c->allocations), "code", real(c->code), "start", timed ? real(c->start) : json_null());
}

static json_t *party_json(const struct bench_party *party)
{
	return json_pack("{s:o, s:s}", "name", json_text(party->name), "commit", party->commit);
}

static json_t *comparison_json(const struct bench *bench, const struct bench_comparison *c)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < bench->workloads.len; i++)
		json_array_append_new(rows, row_json(&bench->workloads.items[i], &c->rows[i], bench->self.noises[i]));
	return json_pack("{s:o, s:s, s:o, s:o, s:o, s:o, s:o}", "b", party_json(c->b), "verdict",
			 c->wrong   ? "wrong"
			 : c->timed ? bench_verdict_name(bench_comparison_verdict(c, bench))
				    : "not timed",
			 "geomean", geomean_json(c), "counted", number(c->counted), "wrong", number(c->wrong),
			 "grows_faster", number(c->grows_faster), "benchmarks", rows);
}

static json_t *machine_json(const struct machine_state *m)
{
	return json_pack("{s:o, s:o, s:i, s:o, s:o}", "processor", json_text(m->processor), "governor",
			 json_text(m->governor), "cores", (int)m->cores, "load", real(m->load), "pinned",
			 m->pinned < 0 ? json_null() : json_integer(m->pinned));
}

json_t *bench_json(const struct bench_ask *ask, const struct bench *bench)
{
	json_t *more = json_array();
	json_t *value = comparison_json(bench, &bench->comparisons[0]);
	for (size_t i = 1; i < bench->comparisons_len; i++)
		json_array_append_new(more, comparison_json(bench, &bench->comparisons[i]));
	json_object_set_new(value, "version", json_integer(1));
	json_object_set_new(value, "library", json_text(ask->suite->project->name));
	json_object_set_new(value, "a", party_json(bench->a));
	json_object_set_new(value, "more", more);
	json_object_set_new(value, "aa", json_pack("{s:o, s:o, s:o}", "comparisons", number(bench->self.comparisons),
						   "false_positives", number(bench->self.false_positives), "noise",
						   real(bench->self.noise)));
	json_object_set_new(value, "left_out", json_texts(&bench->workloads.left_out));
	json_object_set_new(value, "machine", machine_json(&bench->machine));
	json_object_set_new(value, "seed", number(ask->seed));
	json_object_set_new(value, "judged_on", judged_on_json());
	json_object_set_new(value, "wall_ms", json_real((double)bench->wall_ns / 1e6));
	return value;
}
