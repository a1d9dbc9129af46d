#include "core/buf.h"
#include "core/mem.h"
#include "harness/varytext.h"

/* What the functions do stands in varied_guest.c. */
static const char PROLOGUE[] = "const char *recast_vary_text(unsigned, const char *, unsigned); "
			       "void recast_vary_table(unsigned, const char *, unsigned, const void *, unsigned); "
			       "long long recast_vary_number(unsigned, long long); "
			       "double recast_vary_real(unsigned, double);\n";

struct writing {
	const struct expanded *source;
	const struct varied_literals *literals;
	size_t first;
	struct buf text;
	struct {
		struct varytext_stretch *items;
		size_t len, cap;
	} stretches;
	size_t at; /* bytes of the source that were written */
};

static void stretch(struct writing *w, size_t literal)
{
	*vec_push(&w->stretches) = (struct varytext_stretch){w->text.len, (uint32_t)w->at, literal};
}

static struct str source_bytes(const struct writing *w, size_t start, size_t end)
{
	return str_first(str_from(w->source->text, start), end - start);
}

static void copy_until(struct writing *w, size_t end)
{
	if (end <= w->at)
		return;
	stretch(w, SIZE_MAX);
	buf_append_str(&w->text, source_bytes(w, w->at, end));
	w->at = end;
}

static void put_wrapped(struct writing *w, size_t index)
{
	const struct varied_literal *l = &w->literals->items[index];
	struct str own = source_bytes(w, l->start, l->end);
	size_t number = w->first + l->number;
	stretch(w, index);
	if (l->form == VARIED_TEXT)
		buf_printf(&w->text, "((char *)recast_vary_text(%zuu, %.*s, sizeof(%.*s)))", number, STR_ARG(own), STR_ARG(own));
	else
		buf_printf(&w->text, "((__typeof__(%.*s))recast_vary_%s(%zuu, %.*s))", STR_ARG(own),
			   l->form == VARIED_REAL ? "real" : "number", number, STR_ARG(own));
	w->at = l->end;
}

static void put_exchange(struct writing *w, size_t index)
{
	const struct varied_literal *l = &w->literals->items[index];
	struct str own = source_bytes(w, l->start, l->end);
	stretch(w, index);
	buf_printf(&w->text, " recast_vary_table(%zuu, %.*s, sizeof(%.*s), &(%s), sizeof(%s));", w->first + l->number, STR_ARG(own),
		   STR_ARG(own), l->variable, l->variable);
}

/* All whose place is in front of that byte. */
static void put_exchanges(struct writing *w, size_t *pending, size_t len, const size_t *tables, size_t before)
{
	for (; *pending < len && w->literals->items[tables[*pending]].at <= before; ++*pending) {
		copy_until(w, w->literals->items[tables[*pending]].at);
		put_exchange(w, tables[*pending]);
	}
}

static bool at_end(const struct writing *w, const struct varied_literal *l)
{
	return l->at == w->source->text.len;
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
		copy_until(w, l->start);
		put_wrapped(w, i);
	}
	put_exchanges(w, &pending, tables_len, tables, SIZE_MAX);
	copy_until(w, w->source->text.len);
}

/* What is outside of functions is changed before the program's own constructors. */
static void write_beginning(struct writing *w)
{
	bool any = false;
	for (size_t i = 0; i < w->literals->len; i++) {
		const struct varied_literal *l = &w->literals->items[i];
		if (l->dropped || l->form != VARIED_TABLE || !at_end(w, l))
			continue;
		stretch(w, SIZE_MAX);
		if (!any)
			buf_append_cstr(&w->text, "\n__attribute__((constructor(60))) static void recast_vary_all(void) {");
		any = true;
		put_exchange(w, i);
	}
	stretch(w, SIZE_MAX);
	buf_append_cstr(&w->text, any ? " }\n" : "");
}

/* Lines that say where the next ones come from would only mislead who reads the compiler's complaints. */
static void blank_markers(struct buf *text)
{
	struct str rest = buf_str(text), line;
	while (str_next_line(&rest, &line)) {
		if (str_starts(line, STR("# ")))
			memset(text->ptr + (line.ptr - text->ptr), ' ', line.len);
	}
}

int varytext_write(const struct expanded *source, const struct varied_literals *literals, size_t first, struct arena *a,
		   struct varytext *ret, struct err *err)
{
	struct writing w = {.source = source, .literals = literals, .first = first};
	buf_init(&w.text, VARYTEXT_MAX);
	stretch(&w, SIZE_MAX);
	buf_append_cstr(&w.text, PROLOGUE);
	write_literals(&w);
	write_beginning(&w);
	blank_markers(&w.text);
	int result = buf_check(&w.text, "a source with its literals", err);
	if (result == 0)
		*ret = (struct varytext){
			.text = {arena_str(a, buf_str(&w.text)), w.text.len},
			.stretches = arena_copy(a, w.stretches.items, w.stretches.len, sizeof(*w.stretches.items)),
			.stretches_len = w.stretches.len,
		};
	buf_release(&w.text);
	vec_release(&w.stretches);
	return result;
}

/* ---- what does not compile */

static size_t offset_of(struct str text, unsigned line, unsigned column)
{
	struct str rest = text, found = {text.ptr, 0};
	for (unsigned i = 0; i < line && str_next_line(&rest, &found); i++)
		;
	return (size_t)(found.ptr - text.ptr) + (column ? column - 1 : 0);
}

static const struct varytext_stretch *stretch_at(const struct varytext *text, size_t at)
{
	size_t low = 0, high = text->stretches_len;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (text->stretches[middle].at <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? &text->stretches[low - 1] : NULL;
}

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

size_t varytext_drop_failed(const struct expanded *source, struct varied_literals *literals, const struct varytext *text,
			    const struct diag_list *diags)
{
	size_t dropped = 0;
	for (size_t i = 0; i < diags->len; i++) {
		const struct diag *d = &diags->items[i];
		if (d->severity != DIAG_ERROR || !d->line)
			continue;
		size_t at = offset_of(text->text, d->line, d->column);
		const struct varytext_stretch *s = stretch_at(text, at);
		if (!s || s == text->stretches)
			continue;
		if (s->literal == SIZE_MAX) {
			dropped += drop_around(source, literals, s->from + (at - s->at));
			continue;
		}
		dropped += !literals->items[s->literal].dropped;
		literals->items[s->literal].dropped = true;
	}
	return dropped;
}
