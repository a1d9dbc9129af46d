/* What is said of figures: findings, ranks, who is refused, and the form of the result. */

#include "harness/simstudy_parts.h"
#include "tests/schema.h"
#include "tests/tap.h"

static const struct place there = {"a.c", 3, 9}, here = {"b.c", 5, 11};

static const char *has_form(const json_t *value)
{
	static struct schemas schemas;
	static struct err err;
	err = (struct err){0};
	return schemas_check(&schemas, "similarity.schema.json", value, &err) == 0 ? "" : err.text;
}

static struct simside side(const char *name)
{
	return (struct simside){.name = name, .origin = "", .commit = "", .run = "", .hash = hash_of(str_of(name))};
}

static json_t *findings_of(const struct similarity *s, struct simother *others, size_t len)
{
	struct simstudy study = {.library = "", .shared_from = ""};
	struct simside rewrite = side("mine");
	struct simmeasured m = {.study = &study, .rewrite = &rewrite, .figures = s, .others = {others, len}};
	return simstudy_findings(&m);
}

static bool finds(const struct similarity *s, const char *kind)
{
	SCOPED_JSON json_t *findings = findings_of(s, NULL, 0);
	for (size_t i = 0; i < json_array_size(findings); i++) {
		if (strcmp(json_text_of(json_array_get(findings, i), "kind"), kind) == 0)
			return true;
	}
	return false;
}

/* ---- findings */

static void nothing_is_found_in_nothing(void)
{
	SCOPED_ARENA struct arena a = {0};
	struct similarity none = {0};
	SCOPED_JSON json_t *findings = findings_of(&none, NULL, 0);
	is_int(json_array_size(findings), 0);
	is_str(simstudy_conclusion(findings, &a), "no evidence of copying at these thresholds");
}

static void each_threshold_makes_a_finding(void)
{
	struct similarity s = {0};
	s.original_in_candidate = SIMSTUDY_SHARE - 0.001;
	ok(!finds(&s, "share"));
	s.candidate_in_original = SIMSTUDY_SHARE;
	ok(finds(&s, "share"));
	s.verbatim = (struct sim_run){SIMSTUDY_RUN - 1, false, there, here};
	ok(!finds(&s, "verbatim"));
	s.verbatim.tokens++;
	ok(finds(&s, "verbatim"));
	s.verbatim.forced = true;
	ok(!finds(&s, "verbatim"));
	s.shape = (struct sim_run){SIMSTUDY_SHAPE, false, there, here};
	ok(finds(&s, "shape"));
	struct sim_function f = {"f", "g", here, there, SIMSTUDY_FUNCTION, SIMSTUDY_FUNCTION_TOKENS - 1, false};
	s.functions = &f;
	s.functions_len = 1;
	ok(!finds(&s, "functions"));
	f.tokens++;
	ok(finds(&s, "functions"));
	f.forced = true;
	ok(!finds(&s, "functions"));
	struct sim_table t = {there, here, 100, SIMSTUDY_TABLE - 1};
	s.tables = &t;
	s.tables_len = 1;
	ok(!finds(&s, "table"));
	t.shared++;
	ok(finds(&s, "table"));
	struct sim_interpreter program = {"run", here, here, 20, SIM_BY_SWITCH, true};
	s.interpreters = &program;
	s.interpreters_len = 1;
	ok(!finds(&s, "interpreter"));
	program.in_original = false;
	ok(finds(&s, "interpreter"));
	struct sim_word licence = {"THE SOFTWARE IS PROVIDED \"AS IS\", WITHOUT WARRANTY OF ANY KIND.", there, here},
			remark = {"This cannot happen on Tuesdays.", there, here};
	s.comments = (struct sim_words){1, 1, 1, 1, &licence, 1};
	ok(!finds(&s, "comments"));
	s.comments.items = &remark;
	ok(finds(&s, "comments"));
}

/* ---- ranks */

static const char *rank_among(double mine, struct simother *others, size_t len)
{
	static char text[40];
	struct similarity s = {.original_in_candidate = mine};
	struct simmeasured m = {.figures = &s, .others = {others, len}};
	SCOPED_JSON json_t *rank = simstudy_rank(&m);
	snprintf(text, sizeof(text), "%s", json_is_null(rank) ? "none" : json_text_of(rank, "text"));
	return text;
}

static void only_yardsticks_are_ranked(void)
{
	struct simother others[30] = {{.original_in_candidate = 0.2},
				      {.original_in_candidate = 0.1},
				      {.original_in_candidate = 0.5, .refused = "a relative"},
				      {.original_in_candidate = 0.9, .is_sibling = true}};
	is_str(rank_among(0.15, others, 0), "none");
	is_str(rank_among(0.15, others + 2, 2), "none");
	is_str(rank_among(0.15, others, 4), "2nd of 3");
	is_str(rank_among(0.3, others, 4), "1st of 3");
	is_str(rank_among(0.2, others, 4), "1st of 3");
	is_str(rank_among(0.05, others, 4), "3rd of 3");
	for (size_t i = 0; i < countof(others); i++)
		others[i] = (struct simother){.original_in_candidate = i < 10 ? 0.9 : i < 20 ? 0.5 : 0.1};
	is_str(rank_among(0.7, others, 30), "11th of 31");
	is_str(rank_among(0.3, others, 30), "21st of 31");
}

static void who_is_far_from_all_others_is_told(void)
{
	struct simother others[] = {{.original_in_candidate = 0.03},
				    {.original_in_candidate = 0.9, .refused = "a relative"}};
	struct similarity near = {.original_in_candidate = 0.055}, far = {.original_in_candidate = 0.07},
			  first = {.original_in_candidate = 0.04};
	SCOPED_JSON json_t *a = findings_of(&near, others, 2), *b = findings_of(&far, others, 2),
			   *c = findings_of(&first, others, 2), *alone = findings_of(&far, others + 1, 1);
	is_int(json_array_size(a), 0);
	is_int(json_array_size(b), 1);
	is_str(json_text_of(json_array_get(b, 0), "kind"), "rank");
	is_int(json_array_size(c), 0);
	is_int(json_array_size(alone), 0);
}

static void siblings_inform(void)
{
	struct similarity s = {.original_in_candidate = 0.1};
	struct simother far = {.is_sibling = true, .in_candidate = 0.05},
			near = {.is_sibling = true, .in_candidate = 0.4};
	SCOPED_JSON json_t *alone = findings_of(&s, &far, 1), *among = findings_of(&s, &near, 1);
	is_int(json_array_size(alone), 1);
	is_str(json_text_of(json_array_get(alone, 0), "kind"), "siblings");
	is_int(json_array_size(among), 0);
}

/* ---- the result */

static void all_of_it_has_the_form(void)
{
	struct sim_word word = {"a \"word\" \xff", there, here};
	struct sim_match matches[] = {{SIM_VERBATIM, 9, there, here, "all"}, {SIM_FORCED, 9, there, here, NULL}};
	struct sim_function functions[] = {{"f", "g", here, there, 0.9, 50, false}, {"h", "", here, {0}, 0, 50, true}};
	struct sim_table table = {there, here, 100, 50};
	struct sim_interpreter program = {"run", here, here, 20, SIM_BY_STATE, false};
	struct similarity s = {
		.original_in_candidate = 0.3,
		.verbatim = {60, false, there, here},
		.matches = matches,
		.matches_len = countof(matches),
		.functions = functions,
		.functions_len = countof(functions),
		.identifiers = {1, 1, 1, 1.0, &word, 1},
		.tables = &table,
		.tables_len = 1,
		.interpreters = &program,
		.interpreters_len = 1,
	};
	struct simcommon common = {"vendor", hash_of(STR("x")), "MIT"};
	struct simside null = side("other"), sibling = side("c2"), rewrite = side("c1");
	struct simother others[] = {{&null, false, 0.1, 0.2, NULL, 0},
				    {&null, false, 0.9, 0.2, "a relative", 0},
				    {&sibling, true, 0.1, 0.5, NULL, 0}};
	struct simstudy study = {.library = "lib",
				 .shared_from = "--public",
				 .original = side("original"),
				 .common = &common,
				 .common_len = 1};
	struct simmeasured m = {.study = &study, .rewrite = &rewrite, .figures = &s, .others = {others, countof(others)}};
	SCOPED_JSON json_t *value = simstudy_json(&m);
	json_object_set_new(value, "cached", json_false());
	is_str(has_form(value), "");
	is_int(json_is(value, "yardstick"), 1);
	struct simresult both[] = {{value, NULL, false}, {value, NULL, false}};
	SCOPED_JSON json_t *joined = simstudy_join(both, 2);
	is_str(has_form(joined), "");
	is_int(json_array_size(json_object_get(joined, "more")), 1);
	json_object_del(value, "skipped");
	ok(has_form(value)[0]);
}

static void the_larger_way_counts_for_limits(void)
{
	SCOPED_JSON json_t *value = json_pack("{s:f, s:f}", "original_in_candidate", 0.1, "candidate_in_original", 0.7);
	SCOPED_JSON json_t *broken = json_pack("{s:s}", "original_in_candidate", "much");
	ok(simstudy_share(value) > 0.69);
	ok(simstudy_share(broken) < 0.01);
}

/* ---- what a page shows of the texts */

static json_t *details(const struct sim_file *file, const struct similarity *s)
{
	struct simstudy study = {.original = {.files = {(struct sim_file *)(uintptr_t)file, 1}}};
	struct simside rewrite = {0};
	struct simmeasured m = {.study = &study, .rewrite = &rewrite, .figures = s};
	return simdetail(&m);
}

static const json_t *part_of(const json_t *detail, size_t i)
{
	return json_array_get(json_object_get(json_array_get(json_object_get(detail, "original"), 0), "parts"), i);
}

static void small_texts_are_whole(void)
{
	struct sim_file file = {"a.c", STR("one\r\ntwo\0\xff\nthree")};
	struct similarity s = {0};
	SCOPED_JSON json_t *detail = details(&file, &s);
	is_str(json_text_of(part_of(detail, 0), "text"), "one\ntwo \uFFFD\nthree\n");
	is_int(json_count_of(part_of(detail, 0), "line"), 1);
	ok(part_of(detail, 1) == NULL);
}

static void large_texts_are_shown_around_what_matters(void)
{
	SCOPED_BUF struct buf text;
	buf_init(&text, 8 << 20);
	for (int i = 1; i <= 100000; i++)
		buf_printf(&text, "line %d of a long file\n", i);
	struct sim_file file = {"a.c", buf_str(&text)};
	struct sim_match matches[] = {{SIM_VERBATIM, 9, {"a.c", 5000, 5001}, here, "all"},
				      {SIM_TABLE, 9, {"a.c", 20000, 90000}, here, "all"},
				      {SIM_TABLE, 9, {"elsewhere.c", 7, 7}, here, "all"}};
	struct similarity s = {.matches = matches, .matches_len = countof(matches)};
	SCOPED_JSON json_t *detail = details(&file, &s);
	is_int(json_count_of(part_of(detail, 0), "line"), 4992);
	ok(strncmp(json_text_of(part_of(detail, 0), "text"), "line 4992 ", 10) == 0);
	is_int(json_count_of(part_of(detail, 1), "line"), 19992);
	ok(strstr(json_text_of(part_of(detail, 1), "text"), "line 20100 ") != NULL);
	is_int(json_count_of(part_of(detail, 2), "line"), 89972);
	ok(part_of(detail, 3) == NULL);
	is_int(json_count_of(json_array_get(json_object_get(detail, "original"), 0), "lines"), 100000);
}

int main(void)
{
	tap_run("nothing is found in nothing", nothing_is_found_in_nothing);
	tap_run("each threshold makes a finding", each_threshold_makes_a_finding);
	tap_run("only yardsticks are ranked", only_yardsticks_are_ranked);
	tap_run("who is far from all others is told", who_is_far_from_all_others_is_told);
	tap_run("siblings inform", siblings_inform);
	tap_run("all of it has the form", all_of_it_has_the_form);
	tap_run("the larger way counts for limits", the_larger_way_counts_for_limits);
	tap_run("small texts are whole", small_texts_are_whole);
	tap_run("large texts are shown around what matters", large_texts_are_shown_around_what_matters);
	return tap_done();
}
