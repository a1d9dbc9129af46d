#include "tests/disguise_parts.h"

bool pieces_keyword(struct str word)
{
	static const char *const words[] = {
		"if", "else", "for", "while", "do", "switch", "case", "default", "return", "goto", "break", "continue", "sizeof",
		"struct", "union", "enum", "typedef", "static", "extern", "register", "auto", "inline", "const", "volatile",
		"restrict", "int", "char", "void", "long", "short", "float", "double", "signed", "unsigned", "_Bool", "bool",
		"NULL", "true", "false", "size_t", "defined", "include", "define", "ifdef", "ifndef", "endif", "elif", "undef",
		"pragma", "error", "__attribute__", "va_list", "FILE", "EOF", "errno", "line",
	};
	for (size_t i = 0; i < countof(words); i++) {
		if (str_eq(word, str_of(words[i])))
			return true;
	}
	return str_ends(word, STR("_t"));
}

static void find_twins(struct pieces *p)
{
	struct {
		size_t *items;
		size_t len, cap;
	} open = {0};
	for (size_t i = 0; i < p->len; i++) {
		p->items[i].twin = i;
		if (piece_is(p, i, "(") || piece_is(p, i, "{") || piece_is(p, i, "["))
			*vec_push(&open) = i;
		if ((piece_is(p, i, ")") || piece_is(p, i, "}") || piece_is(p, i, "]")) && open.len) {
			size_t twin = open.items[--open.len];
			p->items[i].twin = twin;
			p->items[twin].twin = i;
		}
	}
	vec_release(&open);
}

/* A brace behind parentheses at the top of a file. */
static void find_bodies(struct pieces *p)
{
	size_t parentheses = 0;
	for (size_t i = 0; i < p->len; i++) {
		if (p->items[i].twin > i && piece_is(p, i, "{") && parentheses) {
			p->items[i].opens = true;
			for (size_t k = i + 1; k < p->items[i].twin; k++)
				p->items[k].code = p->items[k].token.kind != CTOKEN_HASH;
		}
		bool string = p->items[i].token.kind == CTOKEN_STRING;
		bool linkage = piece_is(p, i, "{") && !parentheses && i > 0 && p->items[i - 1].token.kind == CTOKEN_STRING;
		if (p->items[i].twin > i && !linkage) {
			parentheses += piece_is(p, i, "(");
			i = p->items[i].twin;
		}
		if (piece_is(p, i, ";") || piece_is(p, i, "}") || piece_is(p, i, "=") || string)
			parentheses = 0;
	}
}

static bool is_keyword_of(const struct pieces *p, size_t at, const char *const *words, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (piece_is(p, at, words[i]))
			return true;
	}
	return false;
}

/* Where statements begin in blocks, and where the plain ones end. */
static void find_statements(struct pieces *p)
{
	static const char *const others[] = {"}", "else", "case", "default", "while", "{", ";"};
	for (size_t i = 1; i < p->len; i++) {
		struct piece *s = &p->items[i];
		bool behind = piece_is(p, i - 1, ";") || piece_is(p, i - 1, "{") || piece_is(p, i - 1, "}");
		if (!s->code || !behind || is_keyword_of(p, i, others, countof(others)))
			continue;
		s->starts = true;
		size_t end = i;
		while (end < p->len && p->items[end].code && !piece_is(p, end, ";") && !piece_is(p, end, "{") &&
		       !piece_is(p, end, "}"))
			end = p->items[end].twin > end ? p->items[end].twin + 1 : end + 1;
		s->ends = piece_is(p, end, ";") && end < p->len ? end : i;
	}
	/* Those within the parentheses of a "for", and in initialisers, are none. */
	for (size_t i = 0; i < p->len; i++) {
		bool list = piece_is(p, i, "{") && i > 0 && piece_is(p, i - 1, "=");
		if (!piece_is(p, i, "(") && !list)
			continue;
		for (size_t k = i; k < p->items[i].twin; k++)
			p->items[k].starts = false;
	}
}

void pieces_read(struct pieces *p, struct str text, uint64_t seed)
{
	*p = (struct pieces){.text = text, .random = {seed}};
	buf_init(&p->out, DISGUISED_MAX);
	struct ctoken_reader r = ctoken_reader(text);
	struct ctoken t;
	while (ctoken_next(&r, &t)) {
		if (t.kind == CTOKEN_HASH) {
			*vec_push(p) = (struct piece){.token = t};
			while (ctoken_next(&r, &t) && t.kind != CTOKEN_END)
				continue;
		} else if (t.kind != CTOKEN_COMMENT && t.kind != CTOKEN_END) {
			*vec_push(p) = (struct piece){.token = t};
		}
	}
	find_twins(p);
	find_bodies(p);
	find_statements(p);
}

struct str pieces_done(struct pieces *p, struct arena *a)
{
	buf_append_str(&p->out, str_from(p->text, p->copied));
	struct str made = {arena_str(a, buf_str(&p->out)), p->out.len};
	buf_release(&p->out);
	vec_release(p);
	return made;
}

static size_t offset_of(const struct pieces *p, size_t at)
{
	return at < p->len ? p->items[at].token.offset : p->text.len;
}

void pieces_copy(struct pieces *p, size_t before)
{
	size_t to = offset_of(p, before);
	if (to > p->copied)
		buf_append(&p->out, p->text.ptr + p->copied, to - p->copied);
	p->copied = max_size(p->copied, to);
}

void pieces_skip(struct pieces *p, size_t before)
{
	p->copied = max_size(p->copied, offset_of(p, before));
}

struct str pieces_text(const struct pieces *p, size_t first, size_t past)
{
	size_t from = offset_of(p, first), to = from;
	if (past > first && past <= p->len)
		to = p->items[past - 1].token.offset + p->items[past - 1].token.text.len;
	return str_first(str_from(p->text, from), to - from);
}

size_t pieces_heading(const struct pieces *p, size_t brace)
{
	size_t at = brace;
	while (at > 0 && !piece_is(p, at - 1, ";") && !piece_is(p, at - 1, "}") && !piece_is(p, at - 1, "{") &&
	       p->items[at - 1].token.kind != CTOKEN_HASH)
		at--;
	return at;
}

void each_text(struct str *texts, size_t len, uint64_t seed, struct arena *a, pass *run)
{
	for (size_t i = 0; i < len; i++) {
		struct pieces p;
		pieces_read(&p, texts[i], seed + i);
		run(&p);
		texts[i] = pieces_done(&p, a);
	}
}

#define EACH(name)                                                                                   \
	static void apply_##name(struct str *texts, size_t len, uint64_t seed, struct arena *a)      \
	{                                                                                            \
		each_text(texts, len, seed, a, disguise_##name);                                     \
	}
EACH(junk)
EACH(half_junk)
EACH(calls)
EACH(dead)
EACH(void)
EACH(swap)
EACH(invert)
EACH(loops)
EACH(chains)
EACH(temporaries)
EACH(commas)
EACH(types)
EACH(constants)
EACH(pointers)
EACH(arrows)
EACH(comments)
EACH(blanks)
EACH(braces)

const struct disguise disguises[] = {
	{"rename", disguise_rename},
	{"reorder", disguise_reorder},
	{"junk", apply_junk},
	{"half-junk", apply_half_junk},
	{"calls", apply_calls},
	{"dead", apply_dead},
	{"void", apply_void},
	{"swap", apply_swap},
	{"invert", apply_invert},
	{"loops", apply_loops},
	{"chains", apply_chains},
	{"temporaries", apply_temporaries},
	{"commas", apply_commas},
	{"types", apply_types},
	{"constants", apply_constants},
	{"pointers", apply_pointers},
	{"arrows", apply_arrows},
	{"comments", apply_comments},
	{"blanks", apply_blanks},
	{"braces", apply_braces},
	{"split", disguise_split},
	{"inline", disguise_inline},
	{"merge", disguise_merge},
	{"macros", disguise_macros},
	{"old-style", disguise_old_style},
};
const size_t disguises_len = countof(disguises);

bool disguise_apply(const char *names, struct str *texts, size_t len, uint64_t seed, struct arena *a)
{
	for (struct str rest = str_of(names); rest.len;) {
		struct str name = str_first(rest, str_index(rest, '+'));
		const struct disguise *found = NULL;
		for (size_t i = 0; i < disguises_len; i++)
			found = str_eq(name, str_of(disguises[i].name)) ? &disguises[i] : found;
		if (!found)
			return false;
		found->apply(texts, len, seed, a);
		rest = str_from(rest, name.len + 1);
	}
	return true;
}
