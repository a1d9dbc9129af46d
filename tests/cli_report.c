/*
 * What is written of a report: lines for a screen, Markdown for a comment, JUnit that is XML; of values in which all texts
 * are hostile, that are far too large, or that make no sense.
 */

#include "cli/report_forms.h"

#include "cli/report_markdown.h"
#include "cli/report_summary.h"
#include "tests/tap.h"
#include "tests/xml.h"

#include <ctype.h>

static struct arena arena;

/* A word that would be something else in each place where it could end up. */
#define HOSTILE                                                                                                        \
	"\033[31m@all #1 http://evil.example www.evil.example ![i](x) <script>|`a`&amp;\n# head\r\x7f\xE2\x80\xAE*b*_c_$d$"

static json_t *read_value(const char *text)
{
	json_t *value = NULL;
	struct err err = {0};
	if (json_parse(str_of(text), "value", &value, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		abort();
	}
	return value;
}

/* Each text in it becomes the hostile one, but for the words that recast itself looks at. */
static void spoil(json_t *value)
{
	const char *key;
	json_t *item;
	size_t i;
	json_array_foreach(value, i, item) {
		if (json_is_string(item))
			json_array_set_new(value, i, json_text(HOSTILE));
		spoil(item);
	}
	json_object_foreach(value, key, item) {
		bool is_own = strcmp(key, "verdict") == 0 || strcmp(key, "level") == 0;
		if (json_is_string(item) && !is_own)
			json_string_set(item, HOSTILE);
		spoil(item);
	}
}

static json_t *failing(void)
{
	return read_value(
		"{\"version\": 1, \"library\": \"ini\", \"verdict\": \"fail\", \"reason\": \"tests: 1 of 3 tests fail\","
		" \"candidate\": {\"candidate\": \"c3\", \"commit\": \"3f1ab2c4d5e6f708192a3b4c5d6e7f8091a2b3c4\","
		"  \"origin\": \"folder x\", \"trailers\": {}},"
		" \"check\": {\"library\": \"ini\", \"candidate\": \"c3\", \"verdict\": \"fail\", \"reason\": \"tests: 1 of 3\","
		"  \"gates\": [{\"name\": \"build\", \"verdict\": \"pass\", \"detail\": \"1 source\", \"findings\": []},"
		"   {\"name\": \"tests\", \"verdict\": \"fail\", \"detail\": \"1 of 3\","
		"    \"findings\": [{\"file\": \"a.c\", \"line\": 3, \"text\": \"wrong\", \"remedy\": \"\"}]},"
		"   {\"name\": \"memory\", \"verdict\": \"not judged\", \"needed\": false, \"detail\": \"not in this version\"}],"
		"  \"tests\": {\"visible\": {\"passed\": 1, \"failed\": 1}, \"sealed\": {\"passed\": 1, \"failed\": 0,"
		"   \"consulted\": 1, \"applicable\": true}, \"tests\": [{\"program\": \"t\", \"name\": \"one\", \"passed\": false,"
		"   \"unstable\": false, \"why\": \"Expected 3\"}, {\"program\": \"t\", \"name\": \"two\", \"passed\": true}]},"
		"  \"trace\": {\"calls\": 12, \"total\": 1, \"divergences\": [{\"program\": \"t\", \"test\": \"one\", \"call\": \"f(1)\","
		"   \"what\": \"result\", \"expected\": \"3\", \"got\": \"0\"}], \"free\": []},"
		"  \"exercised\": {\"functions\": 4, \"of\": 5, \"missing\": [\"g\"]}, \"unseen\": [\"arguments of p\"],"
		"  \"judged_on\": {\"platform\": \"wasm32\", \"engine\": \"e 1\", \"compiler\": \"c 2\"}},"
		" \"bench\": {\"verdict\": \"slower\", \"a\": {\"name\": \"original\"}, \"counted\": 2, \"geomean\": {\"time\": 1.034,"
		"  \"time_low\": 1.01, \"time_high\": 1.05, \"fuel\": 0.5}, \"benchmarks\": [{}, {\"name\": \"w\", \"kind\": \"micro\","
		"  \"time\": {\"ratio\": 1.1, \"low\": 1.05, \"high\": 1.2, \"verdict\": \"slower\"}, \"fuel\": {\"ratio\": 1.2},"
		"  \"growth\": {\"faster\": true, \"a\": {\"order\": \"linear\", \"sizes\": [{\"n\": 1, \"fuel\": 2}, {\"n\": 2, \"fuel\": 4}]},"
		"   \"b\": {\"order\": \"quadratic\", \"sizes\": [{\"n\": 1, \"fuel\": 2}, {\"n\": 2, \"fuel\": 8}]}}}],"
		"  \"aa\": {\"comparisons\": 24, \"false_positives\": 0, \"noise\": 0.004},"
		"  \"machine\": {\"processor\": \"p\", \"cores\": 2, \"load\": 0.5}},"
		" \"similarity\": {\"original_in_candidate\": 0.123, \"rank\": {\"text\": \"2nd of 4\"},"
		"  \"longest_verbatim\": {\"tokens\": 18}},"
		" \"run\": {\"run\": 2, \"exchanges\": 3, \"cost\": {\"nano_dollars\": 1270000000, \"known\": true},"
		"  \"tokens\": {\"known\": true, \"fresh\": 35000, \"output\": 4000}},"
		" \"provenance\": {\"level\": \"recorded\", \"run\": 2}, \"chain\": {\"exchanges\": 3, \"intact\": true,"
		"  \"head\": \"2598a47dfde5\"}, \"licences\": {\"original\": \"MIT\", \"rewrite\": null},"
		" \"missing\": [{\"what\": \"bench\", \"command\": \"recast bench original c3\"}],"
		" \"recast\": {\"version\": \"0.1.0\", \"platform\": \"wasm32\"}}");
}

static void written(const char *form, const json_t *value, struct buf *ret)
{
	const struct report_form *found = NULL;
	struct err err = {0};
	buf_init(ret, 64 << 20);
	ok(report_form_find(form, &found, &err) == 0);
	struct report report = {json_deep_copy(value), NULL};
	found->write(&report, ret);
	report_release(&report);
	ok(!ret->full);
}

static bool has(const struct buf *text, const char *words)
{
	return strstr(text->ptr, words) != NULL;
}

static bool is_xml(const struct buf *text)
{
	size_t elements;
	return xml_is_well_formed(buf_str(text), &elements) && elements > 1;
}

static bool fits_a_screen(const struct buf *text)
{
	struct str rest = buf_str(text), line;
	size_t lines = 0, longest = 0;
	while (str_next_line(&rest, &line)) {
		longest = max_size(longest, terminal_columns(arena_str(&arena, line)));
		lines++;
	}
	return lines <= 24 && longest <= 80;
}

/* ---- what it says */

static void a_screen_has_all_of_it(void)
{
	static const char *const words[] = {
		"ini  c3  commit 3f1ab2c4d5e6  from folder x",
		"fail  tests: 1 of 3",
		"visible 1 of 2, sealed 1 of 1 (consulted 1 time so far)",
		"12 compared, 1 differs; 4 of 5 public functions are called",
		"f(1): result: expected 3, got 0",
		"slower  1.03 (1.01 to 1.05) times the time of original, over 2",
		"12.3 % of the original is in it, 2nd of 4",
		"$1.27; 3 requests in run 2, 35 k tokens in, 4.0 k out",
		"recorded  chain of 3 exchanges intact",
		"original MIT; rewrite not chosen",
		"memory: not in this version; and 1 more",
		"wasm32; recast 0.1.0",
	};
	SCOPED_JSON json_t *value = failing();
	SCOPED_BUF struct buf text;
	written("text", value, &text);
	for (size_t i = 0; i < countof(words); i++)
		if (!ok(has(&text, words[i])))
			tap_print("# %s\n%s\n", words[i], text.ptr);
	ok(fits_a_screen(&text));
}

static void a_comment_has_the_evidence(void)
{
	SCOPED_JSON json_t *value = failing();
	SCOPED_BUF struct buf text;
	written("md", value, &text);
	ok(has(&text, "## ini: fail\n"));
	ok(has(&text, "| tests | fail | 1 of 3<br><code>a.c</code> wrong |"));
	ok(has(&text, "| <code>t</code> | <code>one</code> | Expected 3 |"));
	ok(!has(&text, "<code>two</code>"));
	ok(has(&text,
	       "| <code>one</code> | <code>f(1)</code> | <code>result</code> | <code>3</code> | <code>0</code> |"));
	ok(has(&text, "- bench: <code>recast bench original c3</code>"));
	ok(has(&text, "Judged with e 1 and c 2."));
}

static void what_is_missing_is_told(void)
{
	SCOPED_JSON json_t *value = failing();
	SCOPED_BUF struct buf text;
	json_object_set_new(value, "bench", json_null());
	json_object_set_new(value, "run", json_null());
	json_object_del(json_object_get(value, "similarity"), "rank");
	written("text", value, &text);
	ok(has(&text, "missing  recast bench original c3"));
	ok(has(&text, "no model was asked for it"));
	ok(has(&text, "without a yardstick"));
}

/* ---- what it holds against */

static size_t count_of(const struct buf *text, const char *words)
{
	size_t count = 0;
	for (const char *at = strstr(text->ptr, words); at; at = strstr(at + 1, words))
		count++;
	return count;
}

/* With as many scripts, styles and pictures as a page without hostile texts has, and nothing from elsewhere. */
static void is_page_of(const json_t *hostile)
{
	static const char *const tags[] = {"<script", "<style",   "<svg",    "<img",       "<a ",
					   "<h1",     "<section", "onerror", "javascript:"};
	static const char *const never[] = {"\033", "\r", "\x7f", "\xE2\x80\xAE", "src=", "url("};
	SCOPED_JSON json_t *harmless = failing();
	SCOPED_BUF struct buf page, other;
	written("html", hostile, &page);
	written("html", harmless, &other);
	for (size_t i = 0; i < countof(tags); i++)
		is_int(count_of(&page, tags[i]), count_of(&other, tags[i]));
	for (size_t i = 0; i < countof(never); i++)
		ok(!has(&page, never[i]));
	ok(has(&page, "&lt;script&gt;") && has(&other, "quadratic") && has(&other, "<polyline"));
}

/* What any line of the hostile word would begin, or let through. */
static void hostile_texts_stay_texts(void)
{
	static const char *const never[] = {"\033", "\r", "\x7f", "\xE2\x80\xAE"};
	SCOPED_JSON json_t *value = failing();
	SCOPED_BUF struct buf text, md, junit;
	spoil(value);
	written("text", value, &text);
	written("md", value, &md);
	written("junit", value, &junit);
	for (size_t i = 0; i < countof(never); i++) {
		ok(!has(&text, never[i]));
		ok(!has(&md, never[i]));
	}
	ok(fits_a_screen(&text));
	ok(!has(&md, "@all") && !has(&md, "#1 ") && !has(&md, "http://") && !has(&md, "www.evil"));
	ok(!has(&md, "<script") && !has(&md, "](") && !has(&md, "*b*") && !has(&md, "`a`") && !has(&md, "$d$"));
	ok(!has(&md, "\n# head"));
	ok(is_xml(&junit));
	is_page_of(value);
	ok(!has(&junit, "<script") && !has(&junit, "\033"));
}

static void tells_how_a_program_ended(void)
{
	SCOPED_JSON json_t *value = failing();
	SCOPED_BUF struct buf md, html;
	json_t *check = json_object_get(value, "check"),
	       *tests = json_object_get(json_object_get(check, "tests"), "tests"),
	       *rows = json_object_get(json_object_get(check, "trace"), "divergences");
	for (int i = 0; i < 3; i++)
		json_array_append_new(tests, json_pack("{s:s, s:s, s:b, s:b, s:s}", "program", "t", "name",
						       i ? "late" : "later", "passed", 0, "unreported", 1, "why", "not reported"));
	json_array_append_new(tests, json_pack("{s:s, s:b, s:b}", "program", "", "passed", 0, "unreported", 1));
	json_object_set_new(json_array_get(rows, 0), "ended", json_string("traps: <b> in two < main"));
	written("md", value, &md);
	ok(has(&md, "then the program traps: "));
	ok(has(&md, "| 3 tests are not reported: the program did not come to them |"));
	ok(has(&md, "| 1 test is not reported: the program did not come to it |"));
	ok(!has(&md, "late"));
	ok(!has(&md, "<b>"));
	written("html", value, &html);
	ok(has(&html, "<p>the program then traps: &lt;b&gt; in two &lt; main</p>"));
	ok(has(&html, "3 tests are not reported: the program did not come to them"));
	ok(!has(&html, "later"));
}

/* More failing tests than there is room for, each with texts that become longer when they are escaped. */
static void a_comment_has_room_for_it(void)
{
	SCOPED_JSON json_t *value = failing();
	SCOPED_BUF struct buf md;
	json_t *check = json_object_get(value, "check"),
	       *tests = json_object_get(json_object_get(check, "tests"), "tests"),
	       *rows = json_object_get(json_object_get(check, "trace"), "divergences");
	char *angles = arena_array(&arena, 5001, char);
	memset(angles, '<', 5000);
	for (size_t i = 0; i < 3000; i++) {
		json_array_append_new(tests, json_pack("{s:s, s:s, s:b, s:s}", "program", angles, "name", angles,
						       "passed", 0, "why", angles));
		json_array_append_new(rows, json_pack("{s:s, s:s, s:s, s:s, s:s}", "test", angles, "call", angles,
						      "what", angles, "expected", angles, "got", angles));
	}
	written("md", value, &md);
	ok(md.len <= REPORT_MARKDOWN_MAX);
	ok(has(&md, " more\n"));
	ok(has(&md, "no legal advice"));
}

static void nonsense_counts_as_empty(void)
{
	static const char *const texts[] = {
		"{}", "{\"check\": 3, \"bench\": [], \"run\": \"x\", \"missing\": {\"a\": 1}}",
		"{\"check\": {\"gates\": 1, \"tests\": [], \"trace\": {\"divergences\": [1, null]}}, \"missing\": [1]}",
		"{\"check\": {\"verdict\": \"fine\", \"reason\": 3}, \"bench\": {\"geomean\": {\"time\": \"fast\"}},"
		" \"similarity\": {\"original_in_candidate\": \"none\", \"rank\": 1}}",
	};
	for (size_t i = 0; i < countof(texts); i++) {
		SCOPED_JSON json_t *value = read_value(texts[i]);
		SCOPED_BUF struct buf text, md, junit, html;
		written("text", value, &text);
		written("md", value, &md);
		written("junit", value, &junit);
		written("html", value, &html);
		ok(text.len > 0 && md.len > 0);
		ok(has(&html, "</html>") && !has(&html, " nan") && !has(&html, ">nan"));
		ok(!has(&text, "pass  ") && !has(&md, "pass"));
		ok(is_xml(&junit));
	}
}

/* A number that is none, somewhere where it would be read. */
static bool has_no_number(const struct buf *text)
{
	static const char *const words[] = {"nan", "inf"};
	for (size_t i = 0; i < countof(words); i++) {
		for (const char *at = text->ptr; (at = strstr(at, words[i])); at++) {
			bool is_word = !(at > text->ptr && isalpha((unsigned char)at[-1])) && !isalpha((unsigned char)at[3]);
			if (is_word && !ok(false))
				return tap_print("# %.60s\n", at > text->ptr + 20 ? at - 20 : text->ptr), true;
		}
	}
	return false;
}

static bool is_shown_without_them(const json_t *value)
{
	static const char *const forms[] = {"text", "md", "html"};
	bool is = true;
	for (size_t i = 0; i < countof(forms); i++) {
		SCOPED_BUF struct buf text;
		written(forms[i], value, &text);
		is = is && !has_no_number(&text);
	}
	return is;
}

/* Puts each of these, and then nothing, in the place of each value in `at`. */
static void damage(const json_t *whole, json_t *at)
{
	static const char *const instead[] = {"null", "\"x\"", "{}", "[1]", "0", "-1", "1e300", "1e-300"};
	SCOPED_JSON json_t *original = json_copy(at);
	const char *key;
	json_t *item;
	json_object_foreach(original, key, item) {
		for (size_t i = 0; i < countof(instead); i++) {
			json_object_set_new(at, key, json_loads(instead[i], JSON_DECODE_ANY, NULL));
			if (!is_shown_without_them(whole))
				tap_print("# %s: %s\n", key, instead[i]);
		}
		json_object_del(at, key);
		if (!is_shown_without_them(whole))
			tap_print("# without %s\n", key);
		json_object_set(at, key, item);
	}
}

static void damage_below(const json_t *whole, json_t *at)
{
	const char *key;
	json_t *item;
	size_t i;
	json_array_foreach(at, i, item)
		damage_below(whole, item);
	if (!json_is_object(at))
		return;
	json_object_foreach(at, key, item)
		damage_below(whole, item);
	damage(whole, at);
}

static void what_is_no_number_is_not_shown(void)
{
	SCOPED_JSON json_t *value = failing();
	SCOPED_BUF struct buf page;
	json_t *means = json_object_get(json_object_get(value, "bench"), "geomean"), *low = json_object_get(means, "time_low");
	json_incref(low);
	json_object_set_new(means, "time_low", json_null());
	written("html", value, &page);
	ok(has(&page, "time (of too few samples)"));
	json_object_set_new(means, "time_low", low);
	damage_below(value, json_object_get(value, "bench"));
	damage_below(value, json_object_get(value, "similarity"));
	damage_below(value, json_object_get(value, "run"));
	ok(is_shown_without_them(value));
}

static void other_forms_are_refused(void)
{
	const struct report_form *form = NULL;
	struct err err = {0};
	ok(report_form_find("pdf", &form, &err) < 0 && err.kind == ERR_USAGE);
	ok(strstr(err.text, "text, json, md, junit or html") != NULL);
}

int main(void)
{
	tap_run("a screen has all of it", a_screen_has_all_of_it);
	tap_run("a comment has the evidence", a_comment_has_the_evidence);
	tap_run("what is missing is told", what_is_missing_is_told);
	tap_run("hostile texts stay texts", hostile_texts_stay_texts);
	tap_run("tells how a program ended", tells_how_a_program_ended);
	tap_run("a comment has room for it", a_comment_has_room_for_it);
	tap_run("nonsense counts as empty", nonsense_counts_as_empty);
	tap_run("what is no number is not shown", what_is_no_number_is_not_shown);
	tap_run("other forms are refused", other_forms_are_refused);
	arena_release(&arena);
	return tap_done();
}
