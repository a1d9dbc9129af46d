#include "core/mem.h"
#include "harness/varytext.h"

/* What the functions do stands in varied_guest.c. */
static const char PROLOGUE[] = "const char *recast_vary_text(unsigned, const char *, unsigned); "
			       "void recast_vary_table(unsigned, const char *, unsigned, const void *, unsigned); "
			       "long long recast_vary_number(unsigned, long long); "
			       "double recast_vary_real(unsigned, double);\n";

struct writing {
	struct splicing out;
	const struct varied_literals *literals;
	size_t first;
};

static void put_wrapped(struct writing *w, size_t index)
{
	const struct varied_literal *l = &w->literals->items[index];
	struct str own = splice_source(&w->out, l->start, l->end);
	size_t number = w->first + l->number;
	splice_piece(&w->out, index, SIZE_MAX);
	if (l->form == VARIED_TEXT)
		buf_printf(&w->out.text, "((char *)recast_vary_text(%zuu, %.*s, sizeof(%.*s)))", number, STR_ARG(own),
			   STR_ARG(own));
	else
		buf_printf(&w->out.text, "((__typeof__(%.*s))recast_vary_%s(%zuu, %.*s))", STR_ARG(own),
			   l->form == VARIED_REAL ? "real" : "number", number, STR_ARG(own));
	w->out.at = l->end;
}

static void put_exchange(struct writing *w, size_t index)
{
	const struct varied_literal *l = &w->literals->items[index];
	struct str own = splice_source(&w->out, l->start, l->end);
	splice_piece(&w->out, index, SIZE_MAX);
	buf_printf(&w->out.text, " recast_vary_table(%zuu, %.*s, sizeof(%.*s), &(%s), sizeof(%s));",
		   w->first + l->number, STR_ARG(own), STR_ARG(own), l->variable, l->variable);
}

/* All whose place is in front of that byte. */
static void put_exchanges(struct writing *w, size_t *pending, size_t len, const size_t *tables, size_t before)
{
	for (; *pending < len && w->literals->items[tables[*pending]].at <= before; ++*pending) {
		splice_copy(&w->out, w->literals->items[tables[*pending]].at);
		put_exchange(w, tables[*pending]);
	}
}

static bool at_end(const struct writing *w, const struct varied_literal *l)
{
	return l->at == w->out.source->text.len;
}

static void write_literals(struct writing *w)
{
	const struct varied_literals *all = w->literals;
	SCOPED_MEM size_t *tables = mem_zalloc(all->len + 1, sizeof(*tables));
	size_t tables_len = 0, pending = 0;
	for (size_t i = 0; i < all->len; i++) {
		const struct varied_literal *l = &all->items[i];
		if (!l->dropped && l->form == VARIED_TABLE && !at_end(w, l))
			tables[tables_len++] = i;
	}
	for (size_t i = 0; i < all->len; i++) {
		const struct varied_literal *l = &all->items[i];
		if (l->dropped || l->form == VARIED_TABLE)
			continue;
		put_exchanges(w, &pending, tables_len, tables, l->start);
		splice_copy(&w->out, l->start);
		put_wrapped(w, i);
	}
	put_exchanges(w, &pending, tables_len, tables, SIZE_MAX);
	splice_copy(&w->out, w->out.source->text.len);
}

/* What is outside of functions is changed before the program's own constructors. */
static void write_beginning(struct writing *w)
{
	bool any = false;
	for (size_t i = 0; i < w->literals->len; i++) {
		const struct varied_literal *l = &w->literals->items[i];
		if (l->dropped || l->form != VARIED_TABLE || !at_end(w, l))
			continue;
		splice_piece(&w->out, SIZE_MAX, SIZE_MAX);
		if (!any)
			buf_append_cstr(&w->out.text,
					"\n__attribute__((constructor(60))) static void recast_vary_all(void) {");
		any = true;
		put_exchange(w, i);
	}
	splice_piece(&w->out, SIZE_MAX, SIZE_MAX);
	buf_append_cstr(&w->out.text, any ? " }\n" : "");
}

int varytext_write(const struct expanded *source, const struct varied_literals *literals, size_t first, struct arena *a,
		   struct splice *ret, struct err *err)
{
	struct writing w = {.literals = literals, .first = first};
	splice_begin(&w.out, source, VARYTEXT_MAX);
	buf_append_cstr(&w.out.text, PROLOGUE);
	write_literals(&w);
	write_beginning(&w);
	return splice_finish(&w.out, "a source with its literals", a, ret, err);
}

/* ---- what does not compile */

static size_t drop_between(struct varied_literals *l, size_t start, size_t end)
{
	size_t dropped = 0;
	for (size_t i = 0; i < l->len; i++) {
		bool within = l->items[i].start >= start && l->items[i].end <= end && !l->items[i].dropped;
		dropped += within;
		l->items[i].dropped |= within;
	}
	return dropped;
}

/* What stands around that byte at the top of the file. */
static const struct cnode *outermost(const struct expanded *source, size_t at)
{
	for (const struct cnode *n = source->syntax.root->first; n; n = n->next) {
		if (n->start <= at && at < n->end)
			return n;
	}
	return NULL;
}

/* A complaint about the source's own bytes is about a literal of that line, or at least of that function. */
static size_t drop_around(const struct expanded *source, struct varied_literals *literals, size_t at)
{
	size_t start, dropped;
	struct str line = expanded_line_text(source, at, &start);
	const struct cnode *whole = outermost(source, at);
	dropped = drop_between(literals, start, start + line.len);
	return dropped || !whole ? dropped : drop_between(literals, whole->start, whole->end);
}

size_t varytext_drop_failed(const struct expanded *source, struct varied_literals *literals, const struct splice *text,
			    const struct diag_list *diags)
{
	size_t dropped = 0;
	for (size_t i = 0; i < diags->len; i++) {
		const struct diag *d = &diags->items[i];
		if (d->severity != DIAG_ERROR || !d->line)
			continue;
		size_t at;
		const struct splice_piece *s = splice_at(text, d->line, d->column, &at);
		if (!s || s == text->pieces)
			continue;
		if (s->owner == SIZE_MAX) {
			dropped += drop_around(source, literals, s->from + (at - s->at));
			continue;
		}
		dropped += !literals->items[s->owner].dropped;
		literals->items[s->owner].dropped = true;
	}
	return dropped;
}
