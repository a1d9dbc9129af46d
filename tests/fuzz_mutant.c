/*
 * Any bytes as a preprocessed source: counters and selectors are only ever put in between its bytes, sites stand in
 * each other or apart, what a compiler might complain of drops mutants and nothing else, and every mutant has a diff.
 */

#include "core/buf.h"
#include "harness/instrument.h"
#include "harness/mutant.h"
#include "harness/mutantdiff.h"
#include "tests/fuzz_lot.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { COMPLAINTS = 5, DIFFS = 20 };

/* The text is the source, with something in between and behind a line in front. */
static void check_counters(const struct expanded *source, struct arena *a)
{
	struct instrumented in;
	struct err err = {0};
	if (instrument(source, "", 7, a, &in, &err) < 0) {
		assert(err.kind == ERR_LIMIT);
		return;
	}
	size_t at = 0;
	for (size_t i = 0; i < in.text.len && at < source->text.len; i++)
		at += in.text.ptr[i] == source->text.ptr[at];
	assert(at == source->text.len);
	for (size_t i = 0; i < in.statements_len; i++) {
		const struct instrument_statement *s = &in.statements[i];
		assert(s->start < s->end && s->end <= source->text.len);
		assert(i == 0 || s->start >= s[-1].start);
		size_t found = instrumented_at(&in, s->start);
		assert(found < in.statements_len && in.statements[found].end > s->start);
	}
}

static void check_mutants(const struct mutants *m, struct str text)
{
	for (size_t i = 0; i < m->sites_len; i++) {
		const struct mutant_site *s = &m->sites[i];
		assert(s->start < s->end && s->end <= text.len && s->len > 0 && s->function < m->functions_len);
		assert(i == 0 || s->start > s[-1].start || s->end <= s[-1].end);
		for (size_t k = s->first; k < s->first + s->len; k++) {
			assert(m->items[k].site == i && m->items[k].from >= s->start && m->items[k].to <= s->end);
			assert(m->items[k].from <= m->items[k].to);
		}
	}
}

static bool is_marker(struct str line)
{
	return str_starts(line, STR("# "));
}

/* What is the source's own in the text are all of its bytes, in order; lines that are markers there are blank. */
static void check_text(const struct expanded *source, const struct splice *t, struct arena *a)
{
	SCOPED_BUF struct buf own;
	buf_init(&own, SIZE_MAX / 2);
	for (size_t i = 0; i < t->pieces_len; i++) {
		size_t end = i + 1 < t->pieces_len ? t->pieces[i + 1].at : t->text.len;
		assert(t->pieces[i].at <= end);
		if (i && t->pieces[i].owner == SIZE_MAX)
			buf_append_str(&own,
				       str_first(str_from(t->text, t->pieces[i].at), end - t->pieces[i].at));
	}
	assert(own.len == source->text.len);
	struct str rest = source->text, line;
	char *copy = arena_str(a, source->text);
	while (str_next_line(&rest, &line)) {
		if (is_marker(line))
			memset(copy + (line.ptr - source->text.ptr), ' ', line.len);
	}
	for (size_t i = 0; i < own.len; i++)
		assert(own.ptr[i] == copy[i] || own.ptr[i] == ' ' || copy[i] == ' ');
}

static void check_dropping(const struct expanded *source, struct mutants *m, uint64_t lot, struct arena *a)
{
	struct err err = {0};
	struct splice text;
	if (mutants_write(source, m, 3, a, &text, &err) < 0) {
		assert(err.kind == ERR_LIMIT);
		return;
	}
	check_text(source, &text, a);
	struct diag diags[COMPLAINTS];
	for (size_t i = 0; i < COMPLAINTS; i++)
		diags[i] = (struct diag){
			.severity = i % 2 ? DIAG_ERROR : DIAG_WARNING,
			.line = (unsigned)((lot >> (8 * i)) & 0xFF),
			.column = (unsigned)((lot >> (4 * i)) & 0xFFF),
		};
	size_t dropped = 0,
	       said = mutants_drop_failed(m, &text, &(struct diag_list){.items = diags, .len = COMPLAINTS});
	for (size_t i = 0; i < m->len; i++)
		dropped += m->items[i].dropped;
	assert(dropped == said);
	if (mutants_write(source, m, 3, a, &text, &err) == 0)
		check_text(source, &text, a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SCOPED_ARENA struct arena a = {0};
	struct str text = {(const char *)data, size};
	struct expanded source;
	struct mutants mutants;
	struct err err = {0};
	uint64_t lot = fuzz_lot(data, size);
	if (expanded_read(text, &a, &source, &err) < 0)
		return 0;
	check_counters(&source, &a);
	if (mutants_find(&source, "", &a, &mutants, &err) < 0)
		return 0;
	check_mutants(&mutants, text);
	/* Some of them, others each time. */
	for (size_t i = lot % 7; i < mutants.len; i += mutants.len / DIFFS + 1)
		assert(str_starts(str_of(mutant_diff(&source, &mutants.items[i], "a.c", text, &a)),
				  STR("--- a/a.c\n+++ b/a.c\n@@ ")));
	check_dropping(&source, &mutants, lot, &a);
	return 0;
}
