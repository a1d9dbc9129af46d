#include "harness/extract_parts.h"

#include "core/mem.h"
#include "harness/ctoken.h"
#include "harness/textedit.h"

/*
 * Comments of public headers that quote the implementation: code that was left
 * there, or an explanation of how it works by its text.
 */

/* Those that share a line with one of the runs, which are in order. */
static struct str without_comments(struct str text, const struct shared_runs *runs, struct arena *a)
{
	struct textedits edits = {0};
	struct ctoken_reader r = ctoken_reader(text);
	struct ctoken t;
	size_t i = 0;
	while (ctoken_next(&r, &t)) {
		unsigned last = r.line;
		while (i < runs->len && runs->items[i].end_line < t.line)
			i++;
		if (t.kind == CTOKEN_COMMENT && i < runs->len && runs->items[i].line <= last)
			textedit_add(&edits, t.offset, t.offset + t.text.len, "");
	}
	struct str out = textedit_make(&edits, text, a);
	vec_release(&edits);
	return out;
}

/* What is told of one thing: shorter pieces count too, since the whole quotes. */
static void hide_in(struct extraction *x, const struct nameset *quoting, const struct place *place, const char **text)
{
	if (!*text || !nameset_has(quoting, str_of(place->file)))
		return;
	struct str whole = str_of(*text);
	struct shared_runs runs = fingerprints_find(&x->e->implementation, whole, FINGERPRINT_RUN, x->a);
	if (runs.len)
		*text = arena_str(x->a, without_comments(whole, &runs, x->a));
}

static void hide_in_interface(struct extraction *x, const struct nameset *quoting)
{
	struct interface *api = &x->e->spec.api;
	for (size_t i = 0; i < api->functions_len; i++) {
		hide_in(x, quoting, &api->functions[i].place, &api->functions[i].doc);
		hide_in(x, quoting, &api->functions[i].place, &api->functions[i].written);
	}
	for (size_t i = 0; i < api->types_len; i++) {
		hide_in(x, quoting, &api->types[i].place, &api->types[i].doc);
		hide_in(x, quoting, &api->types[i].place, &api->types[i].written);
	}
	for (size_t i = 0; i < api->macros_len; i++)
		hide_in(x, quoting, &api->macros[i].place, &api->macros[i].doc);
	for (size_t i = 0; i < api->globals_len; i++) {
		hide_in(x, quoting, &api->globals[i].place, &api->globals[i].doc);
		hide_in(x, quoting, &api->globals[i].place, &api->globals[i].written);
	}
}

static void expose_comment(struct extraction *x, const char *path, const struct shared_run *run, bool consented)
{
	extract_expose(x, &(struct exposure){
				  .what = "documentation",
				  .name = "comment",
				  .place = {path, run->line, run->end_line},
				  .shown = consented,
				  .why = arena_printf(x->a, "it quotes %s:%u%s", run->file, run->file_line,
						      consented ? "; recast.json consents" : ""),
			  });
}

void extract_hide_comments(struct extraction *x)
{
	SCOPED(nameset_release) struct nameset quoting = {0};
	struct spec_files *headers = &x->e->spec.headers;
	for (size_t i = 0; i < headers->len; i++) {
		struct spec_file *h = &headers->items[i];
		struct shared_runs runs =
			fingerprints_find(&x->e->implementation, h->text, FINGERPRINT_QUOTE, x->a);
		bool consented = extract_consented(x, h->path);
		for (size_t k = 0; k < runs.len; k++)
			expose_comment(x, h->path, &runs.items[k], consented);
		if (runs.len == 0 || consented)
			continue;
		h->text = without_comments(h->text, &runs, x->a);
		nameset_add(&quoting, str_of(h->path));
	}
	nameset_seal(&quoting);
	if (quoting.len)
		hide_in_interface(x, &quoting);
}
