#include "cli/harden_report.h"

#include "cli/strength_report.h"
#include "cli/terminal.h"

enum { REFUSED_SHOWN = 8, LINES_OF_ROW = 3, INDENT = 4 };

json_t *harden_report_value(const struct harden_result *r)
{
	const struct hardening *h = r->h;
	json_t *tests = json_array(), *refused = json_array();
	for (size_t i = 0; i < h->tests_len; i++) {
		const struct hardened *t = &h->tests[i];
		json_array_append_new(tests, json_pack("{s:o, s:o, s:o, s:o}", "name", json_text(t->name), "calls",
						       json_text(t->calls), "covers", json_text(t->covers), "from",
						       json_text(t->from)));
	}
	for (size_t i = 0; i < h->refused_len; i++)
		json_array_append_new(refused, json_pack("{s:o, s:o}", "what", json_text(h->refused[i].what), "why",
							 json_text(h->refused[i].why)));
	return json_pack("{s:i, s:o, s:o, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:b}", "version", 1, "library",
			 json_text(r->library), "tests", tests, "kept", (int)h->kept, "refused", refused, "framework",
			 json_text(h->style), "framework_why", h->style_why ? json_text(h->style_why) : json_null(),
			 "program", r->places ? json_text(h->program) : json_null(), "file",
			 r->places ? json_text(r->places->file) : json_null(), "entry",
			 r->places ? json_text(h->entry) : json_null(), "written", r->written);
}

/* ---- text */

static void print_row(const char *text)
{
	printf("%*s", INDENT, "");
	terminal_print_lines(stdout, text, INDENT, INDENT + 2, LINES_OF_ROW);
	putchar('\n');
}

static void print_tests(const struct hardening *h)
{
	for (size_t i = 0; i < h->tests_len; i++) {
		const struct hardened *t = &h->tests[i];
		SCOPED_ARENA struct arena a = {0};
		printf("  %s", terminal_style(STYLE_BOLD));
		terminal_print(stdout, t->name, terminal_width() - 2);
		printf("%s\n", terminal_style(STYLE_PLAIN));
		print_row(t->calls);
		print_row(arena_printf(&a, "from %s: %s", t->from, t->covers));
	}
}

static void print_refused(const struct hardening *h, bool whole)
{
	size_t shown = whole ? h->refused_len : min_size(h->refused_len, REFUSED_SHOWN);
	if (h->refused_len)
		puts("\n  left out");
	for (size_t i = 0; i < shown; i++) {
		SCOPED_ARENA struct arena a = {0};
		print_row(arena_printf(&a, "%s: %s", h->refused[i].what, h->refused[i].why));
	}
	if (shown < h->refused_len)
		printf("%*s… and %zu more; --json has them\n", INDENT, "", h->refused_len - shown);
}

/* As a diff would show it. */
static void print_added(const char *path, const char *text)
{
	struct str rest = str_of(text), line;
	fputs("\n+++ ", stdout);
	terminal_print(stdout, path, terminal_width() - 4);
	putchar('\n');
	while (str_next_line(&rest, &line)) {
		SCOPED_ARENA struct arena a = {0};
		putchar('+');
		for (; str_starts(line, STR("\t")); line = str_from(line, 1))
			putchar('\t');
		terminal_print(stdout, arena_str(&a, line), SIZE_MAX);
		putchar('\n');
	}
}

static void print_end(const struct harden_result *r)
{
	const struct hardening *h = r->h;
	SCOPED_ARENA struct arena a = {0};
	if (!h->tests_len) {
		printf("\nnothing new: no call of %s was found that its tests do not cover\n", r->library);
		return;
	}
	printf("\n%s%zu test%s %s%s", terminal_style(STYLE_BOLD), h->tests_len, h->tests_len == 1 ? "" : "s",
	       r->written ? "added, as " : "would be added, as ", terminal_style(STYLE_PLAIN));
	terminal_print(stdout,
		       arena_printf(&a, "%s in %s, beside %zu from before", h->program, r->places->file, h->kept),
		       SIZE_MAX);
	putchar('\n');
	printf("Framework: %s%s%s\n", h->style, h->style_why ? "; " : "", h->style_why ? h->style_why : "");
	if (r->written)
		printf("Next: recast %s\n",
		       json_is_object(r->strength) ? "strength, which was measured without them" : "check");
}

void harden_report_text(const struct harden_result *r, bool whole)
{
	fputs(terminal_style(STYLE_BOLD), stdout);
	terminal_print(stdout, r->library, terminal_width());
	printf("%s  new tests\n\n", terminal_style(STYLE_PLAIN));
	print_tests(r->h);
	print_refused(r->h, whole);
	if (whole && r->places) {
		print_added(r->places->config, r->h->entry);
		print_added(r->places->file, r->h->text);
	}
	print_end(r);
}
