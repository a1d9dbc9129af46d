/*
 * The page and the report from values that somebody tampered with: each part of a sound one is taken away or becomes
 * something else. Nothing may crash, and nothing may get out of its place.
 */

#include "cli/similarity_page.h"
#include "cli/similarity_report.h"
#include "core/json.h"
#include "tests/tap.h"

#include <fcntl.h>
#include <unistd.h>

static const char evil[] = "\"</script><b onload='x'>\033[31m";

static json_t *sound_value(void)
{
	json_t *place = json_pack("{s:s, s:i, s:i}", "file", evil, "line", 2, "end_line", 3);
	json_t *pair =
		json_pack("{s:O, s:O, s:O, s:O, s:s, s:s, s:s, s:i, s:f, s:i, s:i}", "original", place, "candidate",
			  place, "original_place", place, "candidate_place", place, "text", evil, "kind", "verbatim",
			  "why", evil, "tokens", 60, "score", 0.9, "elements", 9, "shared", 9);
	json_t *words = json_pack("{s:i, s:i, s:i, s:f, s:[O]}", "original", 3, "candidate", 3, "shared", 1, "share",
				  0.3, "items", pair);
	json_t *side = json_pack("{s:s, s:s, s:s, s:i, s:i, s:s, s:[s]}", "name", evil, "origin", evil, "commit", "",
				 "files", 1, "tokens", 100, "hash", "00", "left_out", evil);
	json_t *function = json_copy(pair);
	json_object_set_new(function, "original", json_string(evil));
	json_object_set_new(function, "candidate", json_string(evil));
	json_t *value = json_pack(
		"{s:s, s:O, s:O, s:s, s:[O], s:{s:f}, s:f, s:f, s:O, s:O, s:b, s:{s:s}, s:[{s:s,s:s,s:f,s:s}]}",
		"library", evil, "original", side, "candidate", side, "conclusion", evil, "findings", pair,
		"thresholds", "share", 0.1, "original_in_candidate", 0.5, "candidate_in_original", 0.2,
		"longest_verbatim", pair, "longest_shape", pair, "yardstick", 1, "rank", "text", evil, "nulls", "name",
		evil, "kind", "null", "original_in_candidate", 0.4, "refused", evil);
	json_object_update_new(value, json_pack("{s:[o], s:O, s:O, s:O, s:[O], s:{s:[iii], s:[fff], s:[fff]}, s:[O], "
						"s:[{s:s,s:s,s:s}], s:{s:i,s:s}}",
						"functions", function, "identifiers", words, "strings", words,
						"comments", words, "tables", pair, "curve", "k", 5, 6, 7,
						"original_in_candidate", 0.5, 0.4, 0.3, "candidate_in_original", 0.1,
						0.1, 0.1, "matches", pair, "common", "name", evil, "licence", evil,
						"hash", evil, "left_out", "tokens", 3, "from", evil));
	json_decref(place);
	json_decref(pair);
	json_decref(words);
	json_decref(side);
	return value;
}

static json_t *sound_detail(void)
{
	json_t *files = json_pack("[{s:s, s:i, s:[{s:i, s:s}]}]", "path", evil, "lines", 20, "parts", "line", 1, "text",
				  "int one;\n/* \"</script><b onload='x'>\033[31m */\nint three;\n");
	return json_pack("{s:O, s:o}", "original", files, "candidate", files);
}

/* A page without markup or control codes of theirs. */
static bool is_sound(const json_t *value, const json_t *detail)
{
	SCOPED_BUF struct buf page;
	buf_init(&page, 1 << 20);
	similarity_page_section(&page, value, detail, 0);
	return !page.full && !strstr(page.ptr, "</script>") && !strstr(page.ptr, "<b onload") &&
	       !strchr(page.ptr, '\033');
}

static void silence(bool on)
{
	static int stdout_was = -1;
	fflush(stdout);
	if (on) {
		int nowhere = open("/dev/null", O_WRONLY);
		stdout_was = dup(STDOUT_FILENO);
		dup2(nowhere, STDOUT_FILENO);
		close(nowhere);
	} else {
		dup2(stdout_was, STDOUT_FILENO);
		close(stdout_was);
	}
}

static bool survives(const json_t *value, const json_t *detail)
{
	bool sound = is_sound(value, detail);
	silence(true);
	similarity_report_text(value, false);
	similarity_report_text(value, true);
	silence(false);
	return sound;
}

static size_t count_nodes(const json_t *at)
{
	size_t n = 0, i;
	const char *key;
	json_t *below;
	json_array_foreach (at, i, below)
		n += 1 + count_nodes(below);
	json_object_foreach ((json_t *)(uintptr_t)at, key, below)
		n += 1 + count_nodes(below);
	return n;
}

/* Puts something else in the place of the n-th node below. */
static bool replace(json_t *at, size_t *n, json_t *other)
{
	size_t i;
	const char *key;
	json_t *below;
	json_array_foreach (at, i, below) {
		if ((*n)-- == 0)
			return json_array_set(at, i, other) == 0;
		if (replace(below, n, other))
			return true;
	}
	json_object_foreach (at, key, below) {
		if ((*n)-- == 0)
			return json_object_set(at, key, other) == 0;
		if (replace(below, n, other))
			return true;
	}
	return false;
}

static void a_sound_one_is_a_page(void)
{
	SCOPED_JSON json_t *value = sound_value(), *detail = sound_detail();
	SCOPED_BUF struct buf page;
	buf_init(&page, 1 << 20);
	similarity_page_section(&page, value, detail, 3);
	ok(survives(value, detail));
	ok(strstr(page.ptr, "id=\"mo3.0\"") != NULL);
	ok(strstr(page.ptr, "href=\"#mc3.0\"") != NULL);
	ok(strstr(page.ptr, "id=\"c3.0.2\"") != NULL);
	ok(strstr(page.ptr, "<a class=\"verbatim\"") != NULL);
	ok(strstr(page.ptr, "17 lines not shown") != NULL);
}

static void every_link_leads_somewhere(void)
{
	SCOPED_JSON json_t *value = sound_value(), *detail = sound_detail();
	SCOPED_BUF struct buf page;
	size_t lost = 0, links = 0;
	buf_init(&page, 1 << 20);
	similarity_page_section(&page, value, detail, 0);
	for (const char *at = page.ptr; (at = strstr(at, "href=\"#")); at++) {
		char id[60];
		snprintf(id, sizeof(id), "id=\"%.*s\"", (int)strcspn(at + 7, "\""), at + 7);
		links++;
		lost += strstr(page.ptr, id) == NULL;
	}
	ok(links > 10);
	is_int(lost, 0);
}

static void others_do_no_harm(void)
{
	SCOPED_JSON json_t *value = sound_value(), *detail = sound_detail();
	json_t *others[] = {
		json_null(),	   json_true(),	 json_integer(-1), json_integer(INT64_MAX),	     json_real(1e300),
		json_string(evil), json_array(), json_object(),	   json_pack("[{}, [], null, i]", 7)};
	size_t unsound = 0;
	for (size_t i = 0; i < countof(others); i++) {
		for (size_t n = 0; n < count_nodes(value) + count_nodes(detail); n++) {
			SCOPED_JSON json_t *value_copy = json_deep_copy(value), *detail_copy = json_deep_copy(detail);
			size_t in_value = n, in_detail = n - count_nodes(value);
			if (n < count_nodes(value))
				replace(value_copy, &in_value, others[i]);
			else
				replace(detail_copy, &in_detail, others[i]);
			unsound += !survives(value_copy, detail_copy);
		}
		json_decref(others[i]);
	}
	is_int(unsound, 0);
	ok(survives(NULL, NULL));
}

int main(void)
{
	tap_run("a sound one is a page", a_sound_one_is_a_page);
	tap_run("every link leads somewhere", every_link_leads_somewhere);
	tap_run("others do no harm", others_do_no_harm);
	return tap_done();
}
