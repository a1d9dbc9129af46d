#include "cli/log_report.h"

#include "cli/terminal.h"

enum { NAME_COLUMNS = 6, LEVEL_COLUMNS = 12, FIELD = 12, BEGIN = NAME_COLUMNS + FIELD };

static enum style style_of(enum provenance level)
{
	static const enum style styles[] = {
		[PROVENANCE_NONE] = STYLE_DIM,
		[PROVENANCE_UNATTESTED] = STYLE_WARN,
		[PROVENANCE_RECORDED] = STYLE_GOOD,
	};
	return styles[level];
}

static bool is_known(const char *licence)
{
	return licence[0] && strcmp(licence, "NOASSERTION") != 0;
}

/* ---- a candidate */

static void print_list(const char *name, const struct strings *list)
{
	SCOPED_BUF struct buf text;
	if (list->len == 0)
		return;
	buf_init(&text, 1 << 20);
	for (size_t i = 0; i < list->len; i++)
		buf_printf(&text, "%s%s", i ? ", " : "", list->items[i]);
	printf("%*s%-*s", NAME_COLUMNS, "", FIELD, name);
	terminal_print_lines(stdout, text.ptr, BEGIN, BEGIN, 20);
	putchar('\n');
}

static const char *head_words(const struct provenance_row *row, struct arena *a)
{
	if (!row->has_head)
		return row->run ? "its commit names no head of the chain" : "";
	if (!row->place)
		return "the head that its commit names is not in the chain";
	return arena_printf(a, "the head in its commit is number %llu of the chain", (unsigned long long)row->place);
}

static void print_head(const struct provenance_row *row)
{
	SCOPED_ARENA struct arena scratch = {0};
	const char *words = head_words(row, &scratch);
	bool is_bad = row->has_head && !row->place;
	if (!words[0])
		return;
	printf("%*s%-*s%s", NAME_COLUMNS, "", FIELD, "chain", terminal_style(is_bad ? STYLE_BAD : STYLE_PLAIN));
	terminal_print_words(stdout, words, BEGIN, BEGIN);
	printf("%s\n", is_bad ? terminal_style(STYLE_PLAIN) : "");
}

static void print_row(const struct provenance_row *row)
{
	char name[CANDIDATE_NAME_MAX];
	candidate_name(row->candidate, name);
	printf("%-*s%s%-*s%s", NAME_COLUMNS, name, terminal_style(style_of(row->level)), LEVEL_COLUMNS,
	       provenance_name(row->level), terminal_style(STYLE_PLAIN));
	if (row->run)
		printf("run %llu, %zu exchange%s\n", (unsigned long long)row->run, row->exchanges,
		       row->exchanges == 1 ? "" : "s");
	else
		printf("nothing is known of how it was written\n");
	print_list("answered by", &row->who);
	print_list("requests", &row->requests);
	print_head(row);
}

/* ---- the chain */

static void print_chain(const struct provenance_report *r)
{
	bool is_good = true;
	for (size_t i = 0; i < r->faults_len; i++)
		is_good &= r->faults[i].is_extra;
	printf("%llu exchange%s, %schain %s%s", (unsigned long long)r->exchanges, r->exchanges == 1 ? "" : "s",
	       terminal_style(is_good ? STYLE_GOOD : STYLE_BAD), is_good ? "intact" : "not intact",
	       terminal_style(STYLE_PLAIN));
	if (r->open)
		printf("; %llu that ha%s not ended", (unsigned long long)r->open, r->open == 1 ? "s" : "ve");
	putchar('\n');
	for (size_t i = 0; i < r->faults_len; i++) {
		SCOPED_ARENA struct arena scratch = {0};
		const struct transcript_fault *f = &r->faults[i];
		const char *number = arena_printf(&scratch, "exchange %llu: ", (unsigned long long)f->number);
		printf("  ");
		terminal_print_lines(stdout, arena_printf(&scratch, "%s%s", f->number ? number : "", f->text), 2, 4, 4);
		putchar('\n');
	}
}

static void print_licences(const struct provenance_report *r)
{
	SCOPED_ARENA struct arena scratch = {0};
	terminal_print_words(stdout,
			     arena_printf(&scratch,
					  "licence of the original: %s; of the rewrite: %s. This is evidence of how a rewrite "
					  "came about, and no legal advice.",
					  is_known(r->licence) ? r->licence : "not known",
					  r->rewrite_licence[0] ? r->rewrite_licence
								: "not chosen (rewrite-licence in RECAST.md)"),
			     0, 0);
	putchar('\n');
}

void provenance_report_text(const struct provenance_report *r)
{
	for (size_t i = 0; i < r->len; i++)
		print_row(&r->rows[i]);
	if (r->len)
		putchar('\n');
	print_chain(r);
	print_licences(r);
}

/* ---- as JSON */

static json_t *row_value(const struct provenance_row *row)
{
	char name[CANDIDATE_NAME_MAX];
	candidate_name(row->candidate, name);
	return json_pack("{s:s, s:s, s:s, s:o, s:I, s:o, s:o, s:o, s:o}", "candidate", name, "commit",
			 row->candidate->commit, "level", provenance_name(row->level), "run",
			 row->run ? json_integer((json_int_t)row->run) : json_null(), "exchanges",
			 (json_int_t)row->exchanges, "answered_by", json_texts(&row->who), "requests",
			 json_texts(&row->requests), "head", row->has_head ? json_text(row->candidate->transcript) : json_null(),
			 "place", row->place ? json_integer((json_int_t)row->place) : json_null());
}

static json_t *chain_value(const struct provenance_report *r)
{
	char head[HASH_HEX];
	json_t *faults = json_array();
	for (size_t i = 0; i < r->faults_len; i++) {
		const struct transcript_fault *f = &r->faults[i];
		json_array_append_new(faults, json_pack("{s:o, s:o, s:b}", "exchange",
							f->number ? json_integer((json_int_t)f->number) : json_null(), "text",
							json_text(f->text), "harmless", (int)f->is_extra));
	}
	hash_hex(&r->head, head);
	return json_pack("{s:I, s:I, s:o, s:b, s:o}", "exchanges", (json_int_t)r->exchanges, "open", (json_int_t)r->open,
			 "head", r->exchanges ? json_string(head) : json_null(), "intact", (int)r->is_intact, "faults",
			 faults);
}

json_t *provenance_report_value(const struct provenance_report *r)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < r->len; i++)
		json_array_append_new(rows, row_value(&r->rows[i]));
	return json_pack("{s:i, s:o, s:o, s:{s:o, s:o}}", "version", 1, "provenance", rows, "chain", chain_value(r),
			 "licences", "original", is_known(r->licence) ? json_text(r->licence) : json_null(), "rewrite",
			 r->rewrite_licence[0] ? json_text(r->rewrite_licence) : json_null());
}
