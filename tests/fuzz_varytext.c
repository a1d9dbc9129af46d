/*
 * Any bytes as a preprocessed source: what is written has all of its bytes in their order, literals lie apart, and what a
 * compiler might complain of drops literals and nothing else.
 */

#include "core/buf.h"
#include "harness/varytext.h"
#include "tests/fuzz_lot.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { COMPLAINTS = 5 };

static bool knows(void *data, struct str function, size_t argument, bool *ret_length)
{
	const uint64_t *lot = data;
	*ret_length = (*lot >> argument % 64) & 1;
	return function.len % 2;
}

static void check_literals(const struct varied_literals *l, struct str text)
{
	for (size_t i = 0; i < l->len; i++) {
		const struct varied_literal *x = &l->items[i];
		assert(x->start < x->end && x->end <= text.len && x->number < l->numbers);
		assert(i == 0 || x->start >= x[-1].end);
		assert((x->form == VARIED_TABLE) == (x->variable != NULL) && x->at <= text.len);
	}
}

/* Line markers are blank, and what is put in between is told apart. */
static void check_text(const struct expanded *source, const struct varied_literals *l, const struct splice *t)
{
	SCOPED_BUF struct buf own;
	buf_init(&own, SIZE_MAX / 2);
	size_t at = 0;
	for (size_t i = 1; i < t->pieces_len; i++) {
		const struct splice_piece *s = &t->pieces[i];
		size_t end = i + 1 < t->pieces_len ? s[1].at : t->text.len;
		assert(s->at <= end && s->from >= at);
		at = s->from;
		if (s->owner != SIZE_MAX) {
			const struct varied_literal *x = &l->items[s->owner];
			assert(!x->dropped);
			if (x->form != VARIED_TABLE)
				buf_append_str(&own, str_first(str_from(source->text, x->start), x->end - x->start));
		} else if (s->from < source->text.len) {
			buf_append_str(&own, str_first(str_from(t->text, s->at), end - s->at));
		}
	}
	assert(own.len == source->text.len);
	for (size_t i = 0; i < own.len; i++)
		assert(own.ptr[i] == source->text.ptr[i] || own.ptr[i] == ' ');
}

static void check_dropping(const struct expanded *source, struct varied_literals *l, uint64_t lot, struct arena *a)
{
	struct err err = {0};
	struct splice text;
	if (varytext_write(source, l, 3, a, &text, &err) < 0) {
		assert(err.kind == ERR_LIMIT);
		return;
	}
	check_text(source, l, &text);
	struct diag diags[COMPLAINTS];
	for (size_t i = 0; i < COMPLAINTS; i++)
		diags[i] = (struct diag){
			.severity = i % 2 ? DIAG_ERROR : DIAG_WARNING,
			.line = (unsigned)((lot >> (8 * i)) & 0xFF),
			.column = (unsigned)((lot >> (4 * i)) & 0xFFF),
		};
	size_t dropped = 0, said = varytext_drop_failed(source, l, &text, &(struct diag_list){.items = diags, .len = COMPLAINTS});
	for (size_t i = 0; i < l->len; i++)
		dropped += l->items[i].dropped;
	assert(dropped == said);
	if (varytext_write(source, l, 3, a, &text, &err) == 0)
		check_text(source, l, &text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SCOPED_ARENA struct arena a = {0};
	struct str text = {(const char *)data, size};
	struct expanded source;
	struct varied_literals literals;
	struct err err = {0};
	uint64_t lot = fuzz_lot(data, size);
	struct varied_callees callees = {&lot, knows};
	if (expanded_read(text, &a, &source, &err) < 0)
		return 0;
	varytext_find(&source, "", &callees, &a, &literals);
	check_literals(&literals, text);
	check_dropping(&source, &literals, lot, &a);
	return 0;
}
