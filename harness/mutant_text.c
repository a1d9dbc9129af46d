#include "core/mem.h"
#include "harness/mutant.h"

/* At 100 for constructors of the program's own, at 55 as all that recast puts in front. */
static const char PROLOGUE[] =
	"unsigned recast_which(unsigned, unsigned, unsigned, unsigned) "
	"__attribute__((import_module(\"recast\"), import_name(\"mutant\"))); "
	/* Globals of the module, which no mutant can write over. */
	"static unsigned __attribute__((address_space(1))) recast_mutant; "
	"static int __attribute__((address_space(1))) recast_one; "
	"__attribute__((constructor(55))) static void recast_choose(void) "
	"{ recast_mutant = recast_which(%uu, 0, 0, 0); recast_one = (int)recast_which(%uu, 1, 0, 0); }\n";

struct writing {
	struct splicing out;
	const struct mutants *mutants;
	struct {
		size_t *items;
		size_t len, cap;
	} open; /* sites */
};

/* ---- sites */

/* The first that is not dropped from there on, or the site's end. */
static size_t next_kept(const struct mutants *m, const struct mutant_site *site, size_t index)
{
	while (index < site->first + site->len && m->items[index].dropped)
		index++;
	return index;
}

static size_t last_kept(const struct mutants *m, const struct mutant_site *site)
{
	size_t index = site->first + site->len;
	while (index > site->first && m->items[index - 1].dropped)
		index--;
	return index - 1;
}

static void put_mutant(struct writing *w, const struct mutant_site *site, size_t index)
{
	const struct mutant *m = &w->mutants->items[index];
	splice_piece(&w->out, m->site, index);
	buf_append_char(&w->out.text, '(');
	buf_append_str(&w->out.text, splice_source(&w->out, site->start, m->from));
	buf_append_cstr(&w->out.text, m->selected);
	buf_append_str(&w->out.text, splice_source(&w->out, m->to, site->end));
	buf_append_char(&w->out.text, ')');
}

static const char *original_begins(const struct mutants *m, const struct mutant_site *site)
{
	if (site->is_truth)
		return " : !!(";
	return m->items[site->first].kind == MUTANT_DELETED ? " : (void)(" : " : (";
}

/* One comparison where none of the site's is selected: most programs run without. */
static void begin_site(struct writing *w, size_t index)
{
	const struct mutant_site *site = &w->mutants->sites[index];
	size_t end = site->first + site->len, last = last_kept(w->mutants, site);
	size_t k = next_kept(w->mutants, site, site->first), first = k;
	splice_copy(&w->out, site->start);
	splice_piece(&w->out, index, SIZE_MAX);
	if (site->is_statement) {
		buf_printf(&w->out.text, "{ if (recast_mutant != %zuu) ", first + 1);
		return;
	}
	buf_printf(&w->out.text, "(__builtin_expect(recast_mutant - %zuu < %zuu, 0) ? ", first + 1, last - first + 1);
	for (size_t next; k < end; k = next) {
		next = next_kept(w->mutants, site, k + 1);
		if (next < end)
			buf_printf(&w->out.text, "recast_mutant == %zuu ? ", k + 1);
		put_mutant(w, site, k);
		splice_piece(&w->out, index, SIZE_MAX);
		if (next < end)
			buf_append_cstr(&w->out.text, " : ");
	}
	buf_append_cstr(&w->out.text, original_begins(w->mutants, site));
}

static void end_site(struct writing *w, size_t index)
{
	const struct mutant_site *site = &w->mutants->sites[index];
	splice_copy(&w->out, site->end);
	splice_piece(&w->out, index, SIZE_MAX);
	buf_append_cstr(&w->out.text, site->is_statement ? " }" : "))");
}

static void end_sites(struct writing *w, size_t before)
{
	while (w->open.len && w->mutants->sites[w->open.items[w->open.len - 1]].end <= before)
		end_site(w, w->open.items[--w->open.len]);
}

static void write_sites(struct writing *w)
{
	for (size_t i = 0; i < w->mutants->sites_len; i++) {
		const struct mutant_site *site = &w->mutants->sites[i];
		if (next_kept(w->mutants, site, site->first) == site->first + site->len)
			continue;
		end_sites(w, site->start);
		begin_site(w, i);
		*vec_push(&w->open) = i;
	}
	end_sites(w, SIZE_MAX);
	splice_copy(&w->out, w->out.source->text.len);
}

int mutants_write(const struct expanded *source, const struct mutants *mutants, unsigned object, struct arena *a,
		  struct splice *ret, struct err *err)
{
	struct writing w = {.mutants = mutants};
	splice_begin(&w.out, source, MUTANTS_TEXT_MAX);
	buf_printf(&w.out.text, PROLOGUE, object, object);
	write_sites(&w);
	vec_release(&w.open);
	return splice_finish(&w.out, "a source with its mutants", a, ret, err);
}

/* ---- what does not compile */

static size_t drop(struct mutants *m, size_t first, size_t len)
{
	size_t dropped = 0;
	for (size_t i = first; i < first + len; i++) {
		dropped += !m->items[i].dropped;
		m->items[i].dropped = true;
	}
	return dropped;
}

static bool is_kept(const struct mutants *m, size_t site)
{
	const struct mutant_site *s = &m->sites[site];
	return next_kept(m, s, s->first) < s->first + s->len;
}

/* The site that a complaint about the source's own bytes is most likely about: "p = 0" is complained of at the "=", so
 * it is the next one; or else the last one in front of it. */
static size_t suspect(const struct mutants *m, size_t at)
{
	size_t before = m->sites_len;
	for (size_t i = 0; i < m->sites_len; i++) {
		const struct mutant_function *f = &m->functions[m->sites[i].function];
		if (at < f->start || at >= f->end || !is_kept(m, i))
			continue;
		if (m->sites[i].start >= at)
			return i;
		before = i;
	}
	return before;
}

static size_t drop_for(struct mutants *m, const struct splice *text, const struct diag *d)
{
	size_t at;
	const struct splice_piece *s = splice_at(text, d->line, d->column, &at);
	if (!s)
		return 0;
	if (s->part != SIZE_MAX)
		return drop(m, s->part, 1);
	if (s->owner != SIZE_MAX)
		return drop(m, m->sites[s->owner].first, m->sites[s->owner].len);
	if (d->severity != DIAG_ERROR || s == text->pieces)
		return 0;
	size_t site = suspect(m, s->from + (at - s->at));
	return site < m->sites_len ? drop(m, m->sites[site].first, m->sites[site].len) : 0;
}

size_t mutants_drop_failed(struct mutants *mutants, const struct splice *text, const struct diag_list *diags)
{
	size_t dropped = 0;
	for (size_t i = 0; i < diags->len; i++) {
		const struct diag *d = &diags->items[i];
		bool repeated = i && d->line == diags->items[i - 1].line && d->column == diags->items[i - 1].column;
		if (d->severity != DIAG_NOTE && d->line && !repeated)
			dropped += drop_for(mutants, text, d);
	}
	return dropped;
}
