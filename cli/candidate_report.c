#include "cli/candidate_report.h"

#include "cli/terminal.h"
#include "core/clock.h"

enum { DATE_COLUMNS = 10, TITLE_COLUMNS_MIN = 8 };

static enum verdict verdict_in(const struct candidate_row *row)
{
	return row->verdict ? row->verdict->verdict : VERDICT_NOT_JUDGED;
}

static enum style style_of(enum verdict verdict)
{
	static const enum style styles[] = {
		[VERDICT_PASS] = STYLE_GOOD,
		[VERDICT_FAIL] = STYLE_BAD,
		[VERDICT_INCONCLUSIVE] = STYLE_WARN,
		[VERDICT_NOT_JUDGED] = STYLE_DIM,
	};
	return styles[verdict];
}

/* ---- the table */

enum column { NAME, VERDICT, VISIBLE, SEALED, DIVERGENCES, COLUMNS };

struct cells {
	char text[COLUMNS][24];
};

/* "12/14", or "-" where none was run. */
static void print_share(char to[static 24], uint32_t passed, uint32_t failed)
{
	if (passed || failed)
		snprintf(to, 24, "%lu/%llu", (unsigned long)passed, (unsigned long long)passed + failed);
	else
		snprintf(to, 24, "-");
}

static struct cells cells_of(const struct candidate_row *row)
{
	struct cells c;
	char name[CANDIDATE_NAME_MAX];
	const struct ledger_verdict *v = row->verdict;
	candidate_name(row->candidate, name);
	snprintf(c.text[NAME], sizeof(c.text[NAME]), "%s", name);
	snprintf(c.text[VERDICT], sizeof(c.text[VERDICT]), "%s", verdict_name(verdict_in(row)));
	print_share(c.text[VISIBLE], v ? v->visible_passed : 0, v ? v->visible_failed : 0);
	print_share(c.text[SEALED], v ? v->sealed_passed : 0, v ? v->sealed_failed : 0);
	if (v)
		snprintf(c.text[DIVERGENCES], sizeof(c.text[DIVERGENCES]), "%llu", (unsigned long long)v->divergences);
	else
		snprintf(c.text[DIVERGENCES], sizeof(c.text[DIVERGENCES]), "-");
	return c;
}

static const struct cells head = {{"", "verdict", "visible", "sealed", "diverge"}};

/* The title takes what is left of the line, or, where that is little, not less than a word. */
static void print_row(const struct cells *c, const size_t *widths, enum style style, const char *date, const char *title,
		      size_t title_columns)
{
	printf("%-*s  %s%-*s%s  %*s  %*s  %*s  %-*s  ", (int)widths[NAME], c->text[NAME], terminal_style(style),
	       (int)widths[VERDICT], c->text[VERDICT], terminal_style(STYLE_PLAIN), (int)widths[VISIBLE],
	       c->text[VISIBLE], (int)widths[SEALED], c->text[SEALED], (int)widths[DIVERGENCES], c->text[DIVERGENCES],
	       DATE_COLUMNS, date);
	terminal_print(stdout, title, title_columns);
	putchar('\n');
}

void candidate_report_table(const struct candidate_row *rows, size_t len)
{
	size_t widths[COLUMNS], used = DATE_COLUMNS + 2 * COLUMNS + 2, width = terminal_width();
	for (enum column i = NAME; i < COLUMNS; i++)
		widths[i] = strlen(head.text[i]);
	for (size_t r = 0; r < len; r++) {
		struct cells c = cells_of(&rows[r]);
		for (enum column i = NAME; i < COLUMNS; i++)
			widths[i] = max_size(widths[i], strlen(c.text[i]));
	}
	for (enum column i = NAME; i < COLUMNS; i++)
		used += widths[i];
	size_t title_columns = width > used + TITLE_COLUMNS_MIN ? width - used : TITLE_COLUMNS_MIN;
	print_row(&head, widths, STYLE_PLAIN, "made", "title", title_columns);
	for (size_t r = 0; r < len; r++) {
		struct cells c = cells_of(&rows[r]);
		char date[21];
		clock_utc(rows[r].candidate->made_s, date);
		date[DATE_COLUMNS] = '\0';
		print_row(&c, widths, style_of(verdict_in(&rows[r])), date, rows[r].candidate->title, title_columns);
	}
}

/* ---- one */

/* Its trailers but the origin: what a model's rewrite has. */
static const char *trailer(const struct candidate *c, size_t index, const char **ret_name)
{
	const struct {
		const char *name, *value;
	} rows[] = {
		{"run", c->run},	   {"unit", c->unit},	{"round", c->round},
		{"provider", c->provider}, {"model", c->model}, {"prompt", c->prompt},
		{"reply", c->reply},	   {"transcript", c->transcript},
	};
	*ret_name = index < countof(rows) ? rows[index].name : NULL;
	return index < countof(rows) ? rows[index].value : NULL;
}

static void print_field(const char *name, const char *value)
{
	printf("  %-12s", name);
	terminal_print_words(stdout, value, 14, 14);
	putchar('\n');
}

static void print_time(const char *name, int64_t time_s)
{
	char text[21];
	clock_utc(time_s, text);
	printf("  %-12s%.10s %.5s UTC\n", name, text, text + 11);
}

static void print_tests(const char *name, uint32_t passed, uint32_t failed)
{
	if (passed || failed)
		printf("  %-12s%lu passed, %lu failed\n", name, (unsigned long)passed, (unsigned long)failed);
	else
		printf("  %-12snot run\n", name);
}

static void print_verdict(const struct candidate_row *row)
{
	const struct ledger_verdict *v = row->verdict;
	char name[CANDIDATE_NAME_MAX];
	printf("\n  %-12s%s%s%s\n", "verdict", terminal_style(style_of(verdict_in(row))), verdict_name(verdict_in(row)),
	       terminal_style(STYLE_PLAIN));
	if (!v)
		return;
	candidate_name(row->candidate, name);
	print_time("judged", v->judged_s);
	print_tests("visible", v->visible_passed, v->visible_failed);
	print_tests("sealed", v->sealed_passed, v->sealed_failed);
	printf("  %-12s%llu\n", "divergences", (unsigned long long)v->divergences);
	printf("  %-12s%llu\n", "fuel", (unsigned long long)v->fuel);
}

static void print_file(const struct candidate_file *file)
{
	bool is_link = file->node->type == TREE_LINK;
	printf("  %9zu  ", file->node->content.len);
	terminal_print(stdout, file->path, SIZE_MAX);
	if (is_link) {
		fputs(" -> ", stdout);
		terminal_print(stdout, file->node->content.ptr, SIZE_MAX);
	}
	putchar('\n');
}

void candidate_report_text(const struct candidate_row *row, const struct candidate_file *files, size_t files_len)
{
	const struct candidate *c = row->candidate;
	const char *name, *value;
	printf("%sc%u%s  ", terminal_style(STYLE_BOLD), c->number, terminal_style(STYLE_PLAIN));
	terminal_print(stdout, c->title, CANDIDATE_LINE_MAX);
	putchar('\n');
	if (c->origin[0])
		print_field("origin", c->origin);
	print_time("made", c->made_s);
	print_field("commit", c->commit);
	print_field("tree", c->tree);
	for (size_t i = 0; (value = trailer(c, i, &name)); i++) {
		if (value[0])
			print_field(name, value);
	}
	print_verdict(row);
	printf("\n  %9s  file\n", "bytes");
	for (size_t i = 0; i < files_len; i++)
		print_file(&files[i]);
}

void candidate_report_file(struct str text)
{
	terminal_print_text(stdout, text);
}

/* ---- as JSON */

static json_t *counts(uint32_t passed, uint32_t failed)
{
	return json_pack("{s:I, s:I}", "passed", (json_int_t)passed, "failed", (json_int_t)failed);
}

static json_t *judgement_value(const struct ledger_verdict *v)
{
	char date[21], key[HASH_HEX];
	if (!v)
		return json_null();
	clock_utc(v->judged_s, date);
	hash_hex(&v->key, key);
	return json_pack("{s:s, s:s, s:{s:o, s:o}, s:I, s:I}", "judged_at", date, "key", key, "tests", "visible",
			 counts(v->visible_passed, v->visible_failed), "sealed",
			 counts(v->sealed_passed, v->sealed_failed), "divergences", (json_int_t)v->divergences, "fuel",
			 (json_int_t)v->fuel);
}

json_t *candidate_report_value(const struct candidate_row *row)
{
	const struct candidate *c = row->candidate;
	const char *key, *value;
	char date[21], name[CANDIDATE_NAME_MAX];
	json_t *trailers = json_object();
	for (size_t i = 0; (value = trailer(c, i, &key)); i++) {
		if (value[0])
			json_object_set_new(trailers, key, json_text(value));
	}
	clock_utc(c->made_s, date);
	candidate_name(c, name);
	return json_pack("{s:s, s:s, s:s, s:o, s:o, s:s, s:o, s:s, s:o}", "candidate", name, "commit", c->commit, "tree",
			 c->tree, "title", json_text(c->title), "origin", json_text(c->origin), "made_at", date,
			 "trailers", trailers, "verdict", verdict_name(verdict_in(row)), "judgement",
			 judgement_value(row->verdict));
}

void candidate_report_print(json_t *value)
{
	json_dumpf(value, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(value);
}
