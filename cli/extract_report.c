#include "cli/extract_report.h"

#include "cli/terminal.h"

/* Of each list, unless all are asked for. */
enum { ROWS_SHOWN = 8, LABEL_COLUMNS = 12 };

/* ---- text */

static void print_label(const char *label, size_t count, const char *rest)
{
	printf("  %-*s%5zu", LABEL_COLUMNS, label, count);
	if (rest[0])
		printf("   %s%s%s", terminal_style(STYLE_DIM), rest, terminal_style(STYLE_PLAIN));
	putchar('\n');
}

/* A row of a list: "file:line  text". */
static void print_row(const struct extract_result *r, const char *file, unsigned line, const char *text)
{
	char row[600];
	if (line)
		snprintf(row, sizeof(row), "%s:%u  %s", file, line, text);
	else
		snprintf(row, sizeof(row), "%s", text);
	fputs("      ", stdout);
	terminal_print(stdout, row, r->width - 6);
	putchar('\n');
}

static size_t rows_of(const struct extract_result *r, size_t len)
{
	return r->all ? len : min_size(len, ROWS_SHOWN);
}

static void print_more(size_t shown, size_t len)
{
	if (shown < len)
		printf("      … and %zu more (--all)\n", len - shown);
}

static const char *type_parts(const struct interface *api, char text[static 100])
{
	size_t opaque = 0, callbacks = 0, enumerators = 0;
	for (size_t i = 0; i < api->types_len; i++) {
		opaque += api->types[i].opaque;
		callbacks += api->types[i].callback != NULL;
		enumerators += api->types[i].enumerators_len;
	}
	snprintf(text, 100, "%zu opaque, %zu callbacks, %zu enumerators", opaque, callbacks, enumerators);
	return text;
}

static void print_interface(const struct interface *api)
{
	size_t tested = 0, bodies = 0, values = 0, function_like = 0;
	char text[100];
	for (size_t i = 0; i < api->functions_len; i++) {
		tested += api->functions[i].tested;
		bodies += api->functions[i].has_body;
	}
	for (size_t i = 0; i < api->macros_len; i++) {
		values += api->macros[i].kind != API_NO_VALUE;
		function_like += api->macros[i].function_like;
	}
	snprintf(text, sizeof(text), "%zu reached by tests%s", tested, bodies ? ", some with a body in the header" : "");
	print_label("functions", api->functions_len, text);
	print_label("types", api->types_len, type_parts(api, text));
	snprintf(text, sizeof(text), "%zu with a value, %zu with arguments", values, function_like);
	print_label("macros", api->macros_len, text);
	print_label("globals", api->globals_len, "");
}

static void print_tests(const struct extract_result *r)
{
	const struct suite_result *b = &r->e->baseline;
	char text[200];
	snprintf(text, sizeof(text), "%zu visible, %zu sealed (%u %%, seed %llu)", r->e->spec.visible_len,
		 r->e->spec.sealed_len, r->sealing->percent, (unsigned long long)r->sealing->seed);
	print_label("tests", r->e->tests_len, text);
	printf("  %-*s%5zu   %s%zu failed; programs: %zu white-box, %zu not runnable%s\n", LABEL_COLUMNS, "passed",
	       b->passed, terminal_style(b->failed ? STYLE_BAD : STYLE_DIM), b->failed, b->white_box, b->not_runnable,
	       terminal_style(STYLE_PLAIN));
}

/* Exposures of a kind that are shown, or left out. */
struct exposure_kind {
	const char *what, *title;
	bool shown;
	bool with_reason; /* it differs from row to row */
};

static const struct exposure_kind exposure_kinds[] = {
	{"inline function", "inline functions, shown because callers are compiled with them", true, false},
	{"macro", "macros of several lines, shown because callers are compiled with them", true, false},
	{"body", "bodies, left out because they are the implementation", false, false},
	{"documentation", "documentation that quotes the implementation, left out", false, true},
	{"documentation", "documentation that quotes the implementation, shown by consent", true, true},
	{"test", "tests that quote the implementation, sealed", false, true},
	{"test", "tests that quote the implementation, shown by consent", true, true},
};

static void print_exposures(const struct extract_result *r, const struct exposure_kind *kind)
{
	size_t count = 0, shown = 0;
	for (size_t i = 0; i < r->e->overlaps_len; i++)
		count += r->e->overlaps[i].shown == kind->shown && strcmp(r->e->overlaps[i].what, kind->what) == 0;
	if (count)
		printf("\n  %s: %zu\n", kind->title, count);
	for (size_t i = 0; i < r->e->overlaps_len && shown < rows_of(r, count); i++) {
		const struct exposure *e = &r->e->overlaps[i];
		char text[400];
		if (e->shown != kind->shown || strcmp(e->what, kind->what) != 0)
			continue;
		snprintf(text, sizeof(text), "%s%s%s", e->name, kind->with_reason ? ": " : "",
			 kind->with_reason ? e->why : "");
		print_row(r, e->place.file, e->place.line, text);
		shown++;
	}
	print_more(shown, count);
	if (count && kind->with_reason && !kind->shown)
		printf("      %sshown all the same if \"consent\" in recast.json lists the file%s\n", terminal_style(STYLE_DIM),
		       terminal_style(STYLE_PLAIN));
}

static void print_unclear(const struct extract_result *r)
{
	const struct strings *unclear = &r->e->spec.api.unclear;
	size_t rows = rows_of(r, unclear->len);
	if (r->e->layout_trouble) {
		printf("\n  sizes and values are not known\n");
		print_row(r, "", 0, r->e->layout_trouble);
	}
	if (unclear->len)
		printf("\n  not understood in the headers\n");
	for (size_t i = 0; i < rows; i++)
		print_row(r, "", 0, unclear->items[i]);
	print_more(rows, unclear->len);
}

static void print_undeclared(const struct extract_result *r)
{
	size_t rows = rows_of(r, r->e->undeclared_len);
	if (r->e->undeclared_len)
		printf("\n  exported, but declared in no public header: %zu\n", r->e->undeclared_len);
	for (size_t i = 0; i < rows; i++) {
		char text[300];
		snprintf(text, sizeof(text), "%s  (%s)", r->e->undeclared[i].name, r->e->undeclared[i].source);
		print_row(r, "", 0, text);
	}
	print_more(rows, r->e->undeclared_len);
}

static void print_untested(const struct extract_result *r)
{
	const struct interface *api = &r->e->spec.api;
	size_t untested = 0, shown = 0;
	for (size_t i = 0; i < api->functions_len; i++)
		untested += !api->functions[i].tested;
	if (untested == 0)
		return;
	printf("\n  reached by no test: %zu\n", untested);
	for (size_t i = 0; i < api->functions_len && shown < rows_of(r, untested); i++) {
		const struct api_function *f = &api->functions[i];
		if (f->tested)
			continue;
		print_row(r, f->place.file, f->place.line, f->name);
		shown++;
	}
	print_more(shown, untested);
}

void extract_report_text(const struct extract_result *r)
{
	const struct spec *spec = &r->e->spec;
	char oracle[HASH_HEX];
	printf("%s%s%s  %s\n\n", terminal_style(STYLE_BOLD), spec->name, terminal_style(STYLE_PLAIN), spec->source);
	print_interface(&spec->api);
	putchar('\n');
	print_tests(r);
	for (size_t i = 0; i < countof(exposure_kinds); i++)
		print_exposures(r, &exposure_kinds[i]);
	print_unclear(r);
	print_undeclared(r);
	print_untested(r);
	if (spec->impossible)
		printf("\n%sno clean room is possible here%s: %s\n", terminal_style(STYLE_BAD),
		       terminal_style(STYLE_PLAIN), spec->impossible);
	hash_hex(&r->oracle_id, oracle);
	printf("\n  specification  %s/current\n  oracle         %.12s in %s\n", r->specs, oracle, r->oracles);
	if (r->e->spec.visible_len && !r->e->spec.impossible)
		printf("Next: recast generate, or recast add DIR for a rewrite that is there\n");
}

/* ---- JSON */

static json_t *undeclared_json(const struct extracted *e)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < e->undeclared_len; i++)
		json_array_append_new(rows, json_pack("{s:o, s:o}", "name", json_text(e->undeclared[i].name), "source",
						      json_text(e->undeclared[i].source)));
	return rows;
}

json_t *extract_report_value(const struct extract_result *r)
{
	const struct suite_result *b = &r->e->baseline;
	const struct spec *spec = &r->e->spec;
	char spec_id[HASH_HEX], oracle_id[HASH_HEX];
	hash_hex(&r->spec_id, spec_id);
	hash_hex(&r->oracle_id, oracle_id);
	json_t *object =
		json_pack("{s:i, s:o, s:o, s:s, s:s}", "version", 1, "name", json_text(spec->name), "source",
			  json_text(spec->source), "spec", spec_id, "oracle", oracle_id);
	spec_json_interface(object, &spec->api);
	json_object_set_new(object, "tests", extract_tests_json(r->e));
	json_object_set_new(object, "sealed", json_pack("{s:i, s:I}", "percent", (int)r->sealing->percent, "seed",
							(json_int_t)r->sealing->seed));
	json_object_set_new(object, "exposed", spec_json_exposed(r->e->overlaps, r->e->overlaps_len));
	json_object_set_new(object, "undeclared", undeclared_json(r->e));
	json_object_set_new(object, "baseline",
			    json_pack("{s:I, s:I, s:I, s:I}", "passed", (json_int_t)b->passed, "failed",
				      (json_int_t)b->failed, "white_box", (json_int_t)b->white_box, "not_runnable",
				      (json_int_t)b->not_runnable));
	if (spec->impossible)
		json_object_set_new(object, "impossible", json_text(spec->impossible));
	if (r->e->layout_trouble)
		json_object_set_new(object, "layout_trouble", json_text(r->e->layout_trouble));
	return object;
}
