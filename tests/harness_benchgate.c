#include "harness/benchgate.h"

#include "tests/folder.h"

#include <math.h>

static struct err err;

static struct benchgate parsed(const char *text)
{
	struct benchgate gate = {0};
	is_int(benchgate_parse(text, &gate, &err), 0);
	return gate;
}

static json_t *from(const char *text)
{
	json_t *value = NULL;
	must(json_parse(str_of(text), "test", &value, &err));
	return value;
}

static void conditions_are_read(void)
{
	static const char *const bad[] = {"",
					  "time",
					  "time>",
					  "time>x",
					  "time>1x",
					  "speed>1",
					  "time=1",
					  "time>>1",
					  "time>1 2",
					  ">1",
					  "time>nan",
					  "time>inf",
					  "time > 1.05 and more"};
	struct benchgate gate = parsed("time>1.05");
	is_str(gate.metric, "time");
	is_str(gate.operator, ">");
	ok(fabs(gate.bound - 1.05) < 1e-12);
	gate = parsed(" fuel <= 0.5 ");
	is_str(gate.metric, "fuel");
	is_str(gate.operator, "<=");
	is_str(parsed("growth>=1").operator, ">=");
	for (size_t i = 0; i < countof(bad); i++) {
		is_int(benchgate_parse(bad[i], &gate, &err), -1);
		ok(err.kind == ERR_USAGE && strstr(err.text, "--fail-if takes a condition"));
	}
}

static void is_verdict(const char *condition, const json_t *figures, const char *wanted)
{
	struct benchgate gate = parsed(condition);
	if (!is_str(benchgate_verdict_name(benchgate_check(&gate, figures)), wanted))
		tap_print("# %s\n", condition);
}

static void they_hold_or_not(void)
{
	SCOPED_JSON json_t *figures =
		from("{\"wrong\": 1, \"grows_faster\": 0, \"geomean\": {\"fuel\": 1.1, \"time\": 1.06, "
		     "\"time_low\": 1.04, \"time_high\": 1.08, \"memory\": null}}");
	is_verdict("fuel>1.05", figures, "bad");
	is_verdict("fuel>1.1", figures, "good");
	is_verdict("fuel>=1.1", figures, "bad");
	is_verdict("fuel<1", figures, "good");
	is_verdict("fuel<=1.1", figures, "bad");
	is_verdict("time>1.05", figures, "unsure");
	is_verdict("time>1.03", figures, "bad");
	is_verdict("time>1.09", figures, "good");
	is_verdict("time<1.05", figures, "unsure");
	is_verdict("wrong>0", figures, "bad");
	is_verdict("growth>0", figures, "good");
	is_verdict("memory>1", figures, "unsure");
	is_verdict("code>1", figures, "unsure");
	SCOPED_JSON json_t *nothing = from("[]");
	is_verdict("time>1", nothing, "unsure");
	is_verdict("wrong>0", nothing, "unsure");
}

/* A row with fuel, and a time of that ratio, one percent each way. */
#define ROW(name, fuel, ratio, low, high)                                                                              \
	"{\"name\": \"" name "\", \"fuel\": {\"b\": " fuel                                                             \
	"}, \"peak_bytes\": {\"b\": 65536}, \"time\": {\"ratio\": " ratio ", \"low\": " low ", \"high\": " high "}}"

static void now_stands_beside_then(void)
{
	SCOPED_JSON json_t *then = from("{\"benchmarks\": [" ROW("a", "100", "1", "0.99", "1.01") "," ROW(
		"b", "100", "2", "1.98", "2.02") "," ROW("gone", "1", "1", "1", "1") "]}");
	SCOPED_JSON json_t *now = from("{\"wrong\": 0, \"benchmarks\": [" ROW("a", "200", "1", "0.99", "1.01") "," ROW(
		"b", "50", "4", "3.96", "4.04") "," ROW("new", "1", "1", "1", "1") "]}");
	SCOPED_JSON json_t *beside = benchgate_beside(now, then);
	const json_t *means = json_object_get(beside, "geomean");
	is_int(json_count_of(beside, "common"), 2);
	ok(fabs(json_number_value(json_object_get(means, "fuel")) - 1) < 1e-9);
	ok(fabs(json_number_value(json_object_get(means, "time")) - sqrt(2)) < 1e-9);
	ok(json_number_value(json_object_get(means, "time_low")) > 1.38 &&
	   json_number_value(json_object_get(means, "time_high")) < 1.45);
	ok(json_is_null(json_object_get(means, "allocations")));
	is_int(json_array_size(json_object_get(beside, "changed")), 2);
	is_str(json_text_item(json_object_get(beside, "new"), 0), "new");
	is_verdict("time>1.3", beside, "bad");
	is_verdict("fuel>1.01", beside, "good");
}

static void what_is_wrong_is_not_compared(void)
{
	SCOPED_JSON json_t *then = from("{\"benchmarks\": [" ROW(
		"a", "100", "1", "0.99", "1.01") ", {\"name\": \"w\", \"wrong\": true, \"fuel\": {\"b\": 1}}, "
						 "{\"name\": 5}, 7, null]}");
	SCOPED_JSON json_t *now = from(
		"{\"benchmarks\": [{\"name\": \"a\", \"failure\": {\"b\": \"trapped\"}}, {\"name\": \"w\", \"fuel\": {\"b\": 9}}, 1]}");
	SCOPED_JSON json_t *beside = benchgate_beside(now, then);
	is_int(json_count_of(beside, "common"), 0);
	ok(json_is_null(json_object_get(json_object_get(beside, "geomean"), "fuel")));
	is_verdict("fuel>1", beside, "unsure");
}

static void earlier_results_are_read(void)
{
	json_t *value = NULL;
	put("good.json", "{\"version\": 1, \"b\": {}, \"benchmarks\": []}");
	put("bad.json", "{\"version\": 1, \"b\": {}, \"benchmarks\": 5}");
	put("broken.json", "{");
	is_int(benchgate_read("good.json", &value, &err), 0);
	json_free(&value);
	is_int(benchgate_read("bad.json", &value, &err), -1);
	ok(err.kind == ERR_USAGE && strstr(err.text, "is not what `recast bench --json` prints"));
	is_int(benchgate_read("broken.json", &value, &err), -1);
	is_int(benchgate_read("none.json", &value, &err), -1);
	ok(!value);
}

int main(void)
{
	folder_enter();
	tap_run("read", conditions_are_read);
	tap_run("hold", they_hold_or_not);
	tap_run("beside", now_stands_beside_then);
	tap_run("wrong", what_is_wrong_is_not_compared);
	tap_run("earlier", earlier_results_are_read);
	folder_leave();
	return tap_done();
}
