#include "cli/similarity_report.h"

#include "cli/judgement_report_parts.h"

enum {
	LABEL_COLUMNS = 9,
	AT = 2 + LABEL_COLUMNS + 2,
	FUNCTIONS_SHOWN = 4,
	WORDS_SHOWN = 8,
	TABLES_SHOWN = 2,
	NULLS_SHOWN = 6,
	FINDINGS_SHOWN = 8
};

#define LIKENESS_SHOWN 0.3

static double number(const json_t *object, const char *key)
{
	return json_number_value(json_object_get(object, key));
}

static const char *percent(struct report *r, double share)
{
	return arena_printf(&r->arena, share > 0 && share < 0.0995 ? "%.1f %%" : "%.0f %%", 100 * share);
}

static const char *both_places(struct report *r, const json_t *row, const char *original, const char *candidate)
{
	return arena_printf(&r->arena, "%s = %s", report_place(r, json_object_get(row, original)),
			    report_place(r, json_object_get(row, candidate)));
}

static void labelled(struct report *r, const char *label, const char *text, size_t lines)
{
	printf("  %-*s  ", LABEL_COLUMNS, label);
	terminal_print_lines(stdout, text, AT, AT, report_lines(r, lines));
	putchar('\n');
}

/* ---- figures */

static void print_header(struct report *r)
{
	const json_t *candidate = json_object_get(r->value, "candidate");
	const char *library = json_text_of(r->value, "library"), *origin = json_text_of(candidate, "origin");
	const char *names = arena_printf(
		&r->arena, "%s%s%s beside %s%s%s", library, library[0] ? "  " : "", json_text_of(candidate, "name"),
		json_text_of(json_object_get(r->value, "original"), "name"), origin[0] ? ", from " : "", origin);
	fputs(terminal_style(STYLE_BOLD), stdout);
	terminal_print(stdout, names, terminal_width());
	printf("%s\n", terminal_style(STYLE_PLAIN));
}

static void print_shares(struct report *r)
{
	const char *text =
		arena_printf(&r->arena, "%s of the original stands in the rewrite, %s of the rewrite in the original",
			     percent(r, number(r->value, "original_in_candidate")),
			     percent(r, number(r->value, "candidate_in_original")));
	labelled(r, "shared", text, 2);
}

/* Without names, macros, order and dead code. */
static void print_compiled(struct report *r)
{
	const json_t *compiled = json_object_get(r->value, "compiled"),
		     *functions = json_object_get(compiled, "functions");
	const json_t *failed = json_object_get(compiled, "not_compiled"), *best = json_array_get(functions, 0);
	size_t missing = json_array_size(json_object_get(failed, "original")) +
			 json_array_size(json_object_get(failed, "candidate"));
	if (!json_is_object(compiled))
		return;
	const char *text = arena_printf(&r->arena,
					"%s of the original's code stands in the rewrite's, as compiled at -O2",
					percent(r, number(compiled, "original_in_candidate")));
	if (number(best, "score") >= 0.5)
		text = arena_printf(&r->arena, "%s; %s is %s like %s", text, json_text_of(best, "candidate"),
				    percent(r, number(best, "score")), json_text_of(best, "original"));
	if (missing)
		text = arena_printf(&r->arena, "%s; %zu source%s not compile (--all)", text, missing,
				    missing == 1 ? " does" : "s do");
	labelled(r, "compiled", text, 2);
	for (int side = 0; r->all && side < 2; side++) {
		const json_t *list = json_object_get(failed, side ? "candidate" : "original");
		for (size_t i = 0; i < json_array_size(list); i++)
			report_row(r, json_text_item(list, i));
	}
}

static double share_at(const json_t *curve, size_t i)
{
	double share = json_number_value(json_array_get(json_object_get(curve, "original_in_candidate"), i));
	return share >= 0 && share <= 1 ? share : 0;
}

/* One bar for each length of a run. */
static void print_curve(struct report *r)
{
	static const char *const bars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	const json_t *curve = json_object_get(r->value, "curve"), *k = json_object_get(curve, "k");
	size_t len = min_size(json_array_size(k), 30);
	if (!len)
		return;
	SCOPED_BUF struct buf line;
	buf_init(&line, 1000);
	for (size_t i = 0; i < len; i++)
		buf_append_cstr(&line, bars[(size_t)(share_at(curve, i) * (countof(bars) - 1) + 0.5)]);
	buf_printf(&line, "  %s in runs of %lld, %s of %lld, %s of %lld", percent(r, share_at(curve, 0)),
		   (long long)json_integer_value(json_array_get(k, 0)), percent(r, share_at(curve, len / 2)),
		   (long long)json_integer_value(json_array_get(k, len / 2)), percent(r, share_at(curve, len - 1)),
		   (long long)json_integer_value(json_array_get(k, len - 1)));
	labelled(r, "by run", line.ptr, 1);
}

static void print_run(struct report *r, const char *label, const char *key)
{
	const json_t *run = json_object_get(r->value, key);
	size_t tokens = json_count_of(run, "tokens");
	const char *text = tokens ? arena_printf(&r->arena, "%zu tokens in a row%s  %s", tokens,
						 json_is(run, "forced") ? ", which the interface dictates" : "",
						 both_places(r, run, "original", "candidate")) :
				    "nothing";
	labelled(r, label, text, 2);
}

/* ---- lists */

static void print_function(struct report *r, const json_t *f)
{
	const char *original = json_text_of(f, "original");
	const char *line =
		arena_printf(&r->arena, "%5s  %s like %s%s  %s", percent(r, number(f, "score")),
			     json_text_of(f, "candidate"), original, json_is(f, "forced") ? " (dictated)" : "",
			     both_places(r, f, "original_place", "candidate_place"));
	report_row(r, line);
}

/* What is hardly like any other is noise on a screen. */
static bool is_shown(const struct report *r, const json_t *f)
{
	return json_text_of(f, "original")[0] && (r->all || number(f, "score") >= LIKENESS_SHOWN);
}

static void print_functions(struct report *r)
{
	const json_t *list = json_object_get(r->value, "functions");
	double least = number(json_object_get(r->value, "thresholds"), "function");
	size_t len = json_array_size(list), like = 0, some = 0;
	for (size_t i = 0; i < len; i++) {
		like += number(json_array_get(list, i), "score") >= least;
		some += is_shown(r, json_array_get(list, i));
	}
	labelled(r, "functions",
		 arena_printf(&r->arena, "%zu of %zu are at least %s like one of the original's", like, len,
			      percent(r, least)),
		 1);
	size_t shown = report_rows(r, some, FUNCTIONS_SHOWN);
	for (size_t i = 0, printed = 0; i < len && printed < shown; i++) {
		const json_t *f = json_array_get(list, i);
		if (!is_shown(r, f))
			continue;
		print_function(r, f);
		printed++;
	}
	report_more(shown, some);
}

static const char *word_list(struct report *r, const json_t *words)
{
	SCOPED_BUF struct buf line;
	const json_t *items = json_object_get(words, "items");
	size_t len = json_array_size(items), shown = report_rows(r, len, WORDS_SHOWN);
	buf_init(&line, SIZE_MAX / 2);
	for (size_t i = 0; i < shown; i++)
		buf_printf(&line, "%s%s", i ? ", " : "", json_text_of(json_array_get(items, i), "text"));
	return arena_str(&r->arena, buf_str(&line));
}

static void print_words(struct report *r, const char *key)
{
	const json_t *words = json_object_get(r->value, key);
	size_t shared = json_count_of(words, "shared");
	const char *text =
		arena_printf(&r->arena, "%zu of the original's %zu %s %s", shared, json_count_of(words, "original"),
			     key, shared == 1 ? "stands in both" : "stand in both");
	if (shared)
		text = arena_printf(&r->arena, "%s: %s", text, word_list(r, words));
	labelled(r, strcmp(key, "identifiers") == 0 ? "words" : "", text, 1);
}

static void print_tables(struct report *r)
{
	const json_t *list = json_object_get(r->value, "tables");
	size_t len = json_array_size(list), shown = report_rows(r, len, TABLES_SHOWN);
	labelled(r, "tables", len ? arena_printf(&r->arena, "%zu with rows in the same order", len) : "none in common",
		 1);
	for (size_t i = 0; i < shown; i++) {
		const json_t *t = json_array_get(list, i);
		report_row(r, arena_printf(&r->arena, "%zu of %zu elements  %s", json_count_of(t, "shared"),
					   json_count_of(t, "elements"), both_places(r, t, "original", "candidate")));
	}
	report_more(shown, len);
}

/* Only where there are some. */
static void print_interpreters(struct report *r)
{
	const json_t *list = json_object_get(r->value, "interpreters");
	size_t len = json_array_size(list), shown = report_rows(r, len, TABLES_SHOWN);
	if (!len)
		return;
	labelled(r, "programs", arena_printf(&r->arena, "%zu table%s interpreted", len, len == 1 ? " is" : "s are"), 1);
	for (size_t i = 0; i < shown; i++) {
		const json_t *p = json_array_get(list, i);
		report_row(r, arena_printf(&r->arena, "%zu values  %s  by %s  %s%s", json_count_of(p, "elements"),
					   report_place(r, json_object_get(p, "table")), json_text_of(p, "function"),
					   report_place(r, json_object_get(p, "place")),
					   json_is(p, "in_original") ? "; the original has one like it" : ""));
	}
	report_more(shown, len);
}

static void print_matches(struct report *r)
{
	const json_t *list = json_object_get(r->value, "matches");
	if (!r->all)
		return;
	labelled(r, "matches", arena_printf(&r->arena, "%zu pieces", json_count_of(r->value, "matches_total")), 1);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *m = json_array_get(list, i);
		report_row(r, arena_printf(&r->arena, "%-8s  %5zu tokens  %s  %s", json_text_of(m, "kind"),
					   json_count_of(m, "tokens"), both_places(r, m, "original", "candidate"),
					   json_text_of(m, "why")));
	}
}

/* ---- beside others */

static const char *null_line(struct report *r, const json_t *null)
{
	const char *refused = json_text_of(null, "refused"), *name = json_text_of(null, "name");
	bool is_sibling = strcmp(json_text_of(null, "kind"), "sibling") == 0;
	if (refused[0])
		return arena_printf(&r->arena, "%5s  %s is refused: %s",
				    percent(r, number(null, "original_in_candidate")), name, refused);
	return arena_printf(&r->arena, "%5s  %s%s; %s of it is in the rewrite",
			    percent(r, number(null, "original_in_candidate")), name,
			    is_sibling ? ", a sibling, not ranked" : "", percent(r, number(null, "in_candidate")));
}

static void print_nulls(struct report *r)
{
	const json_t *nulls = json_object_get(r->value, "nulls"), *rank = json_object_get(r->value, "rank");
	size_t len = json_array_size(nulls), shown = report_rows(r, len, NULLS_SHOWN);
	const char *name = json_text_of(json_object_get(r->value, "candidate"), "name");
	if (json_is(r->value, "yardstick"))
		labelled(r, "rank",
			 arena_printf(&r->arena, "%s, by how much of the original is in each",
				      json_text_of(rank, "text")),
			 1);
	else
		labelled(r, "rank", "these numbers have no yardstick; name other implementations with --null", 2);
	if (len)
		report_row(r, arena_printf(&r->arena, "%5s  %s", percent(r, number(r->value, "original_in_candidate")),
					   name));
	for (size_t i = 0; i < shown; i++)
		report_row(r, null_line(r, json_array_get(nulls, i)));
	report_more(shown, len);
}

static void print_left_out(struct report *r)
{
	const json_t *out = json_object_get(r->value, "left_out"), *common = json_object_get(r->value, "common");
	const char *from = json_text_of(out, "from");
	const char *text =
		arena_printf(&r->arena, "%zu tokens that both have by design%s%s%s; %zu dictated by the interface",
			     json_count_of(out, "tokens"), from[0] ? " (" : "", from, from[0] ? ")" : "",
			     json_count_of(out, "forced"));
	labelled(r, "left out", text, 2);
	for (size_t i = 0; i < json_array_size(common); i++) {
		const json_t *c = json_array_get(common, i);
		report_row(r, arena_printf(&r->arena, "common code %s, %s, %.12s", json_text_of(c, "name"),
					   json_text_of(c, "licence"), json_text_of(c, "hash")));
	}
}

static void print_aside(struct report *r, const char *side, const char *whose)
{
	const json_t *folders = json_object_get(json_object_get(r->value, side), "left_out");
	if (json_array_size(folders))
		labelled(
			r, "",
			arena_printf(&r->arena, "tests and the like of the %s: %s", whose, report_names(r, folders, 6)),
			1);
}

/* ---- what it comes to */

static void print_findings(struct report *r)
{
	const json_t *findings = json_object_get(r->value, "findings");
	size_t len = json_array_size(findings), shown = report_rows(r, len, FINDINGS_SHOWN);
	fputs(terminal_style(len ? STYLE_WARN : STYLE_GOOD), stdout);
	terminal_print_lines(stdout, json_text_of(r->value, "conclusion"), 0, 2, 2);
	printf("%s\n", terminal_style(STYLE_PLAIN));
	for (size_t i = 0; i < shown; i++) {
		const json_t *f = json_array_get(findings, i);
		bool placed = json_object_get(f, "original") != NULL;
		const char *places = placed ? both_places(r, f, "original", "candidate") : "";
		fputs("  - ", stdout);
		terminal_print_lines(
			stdout, arena_printf(&r->arena, "%s%s%s", json_text_of(f, "text"), placed ? ": " : "", places),
			4, 4, report_lines(r, 2));
		putchar('\n');
	}
	report_more(shown, len);
}

static void print_thresholds(struct report *r)
{
	const json_t *t = json_object_get(r->value, "thresholds");
	const char *text =
		arena_printf(&r->arena,
			     "thresholds: %s shared, %zu tokens word for word, %zu of one shape, functions %s alike, "
			     "%zu elements of a table%s",
			     percent(r, number(t, "share")), json_count_of(t, "run"), json_count_of(t, "shape"),
			     percent(r, number(t, "function")), json_count_of(t, "table"),
			     json_is(r->value, "cached") ? "; from before" : "");
	fputs("  ", stdout);
	terminal_print_lines(stdout, text, 2, 2, report_lines(r, 3));
	putchar('\n');
}

static void print_one(const json_t *value, bool all)
{
	struct report r = {.value = value, .all = all};
	print_header(&r);
	print_shares(&r);
	print_compiled(&r);
	print_curve(&r);
	print_run(&r, "verbatim", "longest_verbatim");
	print_run(&r, "shape", "longest_shape");
	print_functions(&r);
	print_words(&r, "identifiers");
	print_words(&r, "strings");
	print_words(&r, "comments");
	print_tables(&r);
	print_interpreters(&r);
	print_matches(&r);
	print_nulls(&r);
	print_left_out(&r);
	print_aside(&r, "original", "original");
	print_aside(&r, "candidate", "rewrite");
	putchar('\n');
	print_findings(&r);
	print_thresholds(&r);
	arena_release(&r.arena);
}

/* ---- several */

static void print_row(const json_t *value, size_t columns)
{
	struct report r = {.value = value};
	const json_t *rank = json_object_get(value, "rank");
	size_t findings = json_array_size(json_object_get(value, "findings"));
	fputs("  ", stdout);
	terminal_print_padded(stdout, json_text_of(json_object_get(value, "candidate"), "name"), columns);
	printf("  %11s  %11s  %8zu  %5zu  %-9s %s%4zu%s\n", percent(&r, number(value, "original_in_candidate")),
	       percent(&r, number(value, "candidate_in_original")),
	       json_count_of(json_object_get(value, "longest_verbatim"), "tokens"),
	       json_count_of(json_object_get(value, "longest_shape"), "tokens"),
	       json_is(value, "yardstick") ? json_text_of(rank, "text") : "-",
	       terminal_style(findings ? STYLE_WARN : STYLE_GOOD), findings, terminal_style(STYLE_PLAIN));
	arena_release(&r.arena);
}

static void print_table(const json_t *value)
{
	enum { NAME_MAX_COLUMNS = 20 };
	const json_t *more = json_object_get(value, "more");
	size_t columns = 7;
	for (size_t i = 0; i < json_array_size(more); i++) {
		const char *name = json_text_of(json_object_get(json_array_get(more, i), "candidate"), "name");
		columns = max_size(columns, min_size(terminal_columns(name), NAME_MAX_COLUMNS));
	}
	printf("  %-*s  of original  of rewrite   verbatim  shape  rank  findings\n", (int)columns, "rewrite");
	print_row(value, columns);
	for (size_t i = 0; i < json_array_size(more); i++)
		print_row(json_array_get(more, i), columns);
}

/* What each of them comes to; the whole of each does not fit a screen. */
static void print_brief(const json_t *value)
{
	struct report r = {.value = value};
	print_header(&r);
	print_findings(&r);
	arena_release(&r.arena);
}

void similarity_report_text(const json_t *value, bool all)
{
	const json_t *more = json_object_get(value, "more");
	size_t len = json_array_size(more);
	if (!len) {
		print_one(value, all);
		return;
	}
	print_table(value);
	for (size_t i = 0; i <= len; i++) {
		const json_t *one = i ? json_array_get(more, i - 1) : value;
		putchar('\n');
		if (all)
			print_one(one, all);
		else
			print_brief(one);
	}
}
