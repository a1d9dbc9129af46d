#include "tests/disguise_parts.h"

#include "harness/libcnames.h"
#include "harness/nameset.h"

static bool controls(const struct ctoken *t)
{
	static const char *const words[] = {"return", "else", "case", "goto", "do", "sizeof", "include", "pragma", "if",
					    "ifdef", "ifndef", "elif", "undef", "error", "defined"};
	for (size_t i = 0; i < countof(words); i++) {
		if (ctoken_is(t, words[i]))
			return true;
	}
	return false;
}

static bool is_one_of(const struct ctoken *t, const char *signs)
{
	return t->text.len == 1 && strchr(signs, t->text.ptr[0]);
}

/* Names that a text introduces: behind a type, a "." or an arrow, in lists, or with #define. */
static void own_names(struct str text, struct nameset *set, struct arena *a)
{
	struct ctoken_reader r = ctoken_reader(text);
	struct ctoken last = {.kind = CTOKEN_PUNCT}, t = last, next;
	bool more = ctoken_next(&r, &t);
	while (more) {
		do
			more = ctoken_next(&r, &next);
		while (more && next.kind == CTOKEN_COMMENT);
		bool declared = (last.kind == CTOKEN_NAME && !controls(&last)) || is_one_of(&last, "*.") || ctoken_is(&last, "->");
		bool listed = is_one_of(&last, "},{") && !(more && ctoken_is(&next, "("));
		if (t.kind == CTOKEN_NAME && (declared || listed) && !pieces_keyword(t.text) && !libcnames_pure(arena_str(a, t.text)))
			nameset_add(set, t.text);
		last = t;
		t = next;
	}
}

void disguise_rename(struct str *texts, size_t len, uint64_t seed, struct arena *a)
{
	struct nameset own = {0};
	for (size_t i = 0; i < len; i++)
		own_names(texts[i], &own, a);
	nameset_seal(&own);
	struct str *made = arena_array(a, len, struct str);
	for (size_t i = 0; i < len; i++) {
		struct buf out;
		struct ctoken_reader r = ctoken_reader(texts[i]);
		struct ctoken t;
		size_t copied = 0;
		buf_init(&out, DISGUISED_MAX);
		while (ctoken_next(&r, &t)) {
			if (t.kind != CTOKEN_NAME || !nameset_has(&own, t.text))
				continue;
			uint64_t h = seed;
			for (size_t k = 0; k < t.text.len; k++)
				h = (h ^ (unsigned char)t.text.ptr[k]) * 0x100000001b3u;
			buf_append(&out, texts[i].ptr + copied, t.offset - copied);
			buf_printf(&out, "z%llx", (unsigned long long)((h ^ h >> 29) & 0xffffffffff));
			copied = t.offset + t.text.len;
		}
		buf_append_str(&out, str_from(texts[i], copied));
		made[i] = (struct str){arena_str(a, buf_str(&out)), out.len};
		buf_release(&out);
	}
	memcpy(texts, made, len * sizeof(*made));
	nameset_release(&own);
}

/* A function from its heading to its closing brace. */
struct span {
	size_t first, past;
};

static bool directive_within(const struct pieces *p, struct span s)
{
	for (size_t i = s.first; i < s.past; i++) {
		if (p->items[i].token.kind == CTOKEN_HASH)
			return true;
	}
	return false;
}

/* Those that are moved go to the end of their file, shuffled. */
static void shuffle(struct pieces *p)
{
	struct {
		struct span *items;
		size_t len, cap;
	} all = {0};
	for (size_t i = 0; i < p->len; i++) {
		struct span s = {pieces_heading(p, i), p->items[i].twin + 1};
		if (p->items[i].opens && !directive_within(p, s)) {
			pieces_copy(p, s.first);
			buf_printf(&p->out, "%.*s;\n", STR_ARG(pieces_text(p, s.first, i)));
			pieces_skip(p, s.past);
			*vec_push(&all) = s;
			i = s.past - 1;
		}
	}
	pieces_copy(p, p->len);
	for (size_t i = all.len; i > 0; i--) {
		size_t k = prng_below(&p->random, i);
		struct span s = all.items[k];
		all.items[k] = all.items[i - 1];
		buf_printf(&p->out, "\n%.*s\n", STR_ARG(pieces_text(p, s.first, s.past)));
	}
	vec_release(&all);
}

void disguise_reorder(struct str *texts, size_t len, uint64_t seed, struct arena *a)
{
	each_text(texts, len, seed, a, shuffle);
}

/* The names of a function's parameters, as arguments. */
static void put_arguments(struct pieces *p, size_t open)
{
	bool first = true;
	for (size_t i = open + 1; i <= p->items[open].twin; i++) {
		bool end = piece_is(p, i, ",") || i == p->items[open].twin;
		if (!end || !piece_name(p, i - 1) || piece_is(p, i - 1, "void"))
			continue;
		buf_printf(&p->out, "%s%.*s", first ? "" : ", ", STR_ARG(p->items[i - 1].token.text));
		first = false;
	}
}

/* The statement in the middle of a block, if there are six or more; 0 else. */
static size_t middle_of(const struct pieces *p, size_t brace)
{
	size_t count = 0, half = 0;
	for (int turn = 0; turn < 2; turn++) {
		size_t seen = 0;
		for (size_t i = brace + 1; i < p->items[brace].twin; i++) {
			if (p->items[i].starts && ++seen == half)
				return i;
			if (p->items[i].twin > i)
				i = p->items[i].twin;
		}
		count = seen;
		half = count / 2;
		if (count < 6)
			return 0;
	}
	return 0;
}

/* The second half of each longer function becomes one of its own, which gets the same arguments. */
static void split_pass(struct pieces *p)
{
	for (size_t brace = 1; brace < p->len; brace++) {
		size_t end = p->items[brace].twin, open = p->items[brace - 1].twin, first = pieces_heading(p, brace);
		if (!p->items[brace].opens || directive_within(p, (struct span){first, end}) || !piece_is(p, brace - 1, ")"))
			continue;
		size_t cut = middle_of(p, brace);
		if (!cut || open <= first)
			continue;
		unsigned n = ++p->made;
		pieces_copy(p, first);
		buf_printf(&p->out, "static %.*s rest_%u%.*s {\n%.*s }\n", STR_ARG(pieces_text(p, first, open - 1)), n,
			   STR_ARG(pieces_text(p, open, brace)), STR_ARG(pieces_text(p, cut, end)));
		pieces_copy(p, cut);
		buf_printf(&p->out, "return rest_%u(", n);
		put_arguments(p, open);
		buf_append_cstr(&p->out, ");\n");
		pieces_skip(p, end);
		brace = end;
	}
}

void disguise_split(struct str *texts, size_t len, uint64_t seed, struct arena *a)
{
	each_text(texts, len, seed, a, split_pass);
}

/* Where a static function's name and body are. */
struct helper {
	struct str name;
	size_t brace, first;
	bool gone; /* each call has its body instead */
};

struct helpers {
	struct helper *items;
	size_t len, cap;
};

static bool calls(const struct pieces *p, size_t at, const struct helper *f)
{
	return p->items[at].code && piece_name(p, at) && piece_is(p, at + 1, "(") && str_eq(p->items[at].token.text, f->name);
}

/* A plain statement, in front of which the body can be. */
static bool takes_body(const struct pieces *p, size_t at)
{
	return p->items[at].starts && p->items[at].ends > at && !piece_is(p, at, "return");
}

static bool is_inlined(const struct pieces *p, const struct helper *f)
{
	size_t all = 0, plain = 0;
	for (size_t i = 0; i < p->len; i++) {
		all += calls(p, i, f);
		for (size_t k = i; takes_body(p, i) && k < p->items[i].ends; k++)
			plain += calls(p, k, f);
	}
	return all > 0 && all == plain;
}

static struct helpers find_helpers(const struct pieces *p)
{
	enum { BODY_MAX = 250 };
	struct helpers found = {0};
	for (size_t i = 1; i < p->len; i++) {
		size_t first = pieces_heading(p, i), open = p->items[i - 1].twin;
		bool plain = p->items[i].opens && !directive_within(p, (struct span){first, p->items[i].twin});
		if (!plain || !piece_is(p, first, "static") || !piece_is(p, i - 1, ")") || open <= first ||
		    p->items[i].twin - i >= BODY_MAX)
			continue;
		struct helper f = {p->items[open - 1].token.text, i, first, false};
		f.gone = is_inlined(p, &f);
		*vec_push(&found) = f;
	}
	return found;
}

/* The body in front of the statement, and what it returned in the place of the call. */
static void put_body(struct pieces *p, size_t statement, size_t call, const struct helper *f)
{
	unsigned n = ++p->made;
	pieces_copy(p, statement);
	buf_append_cstr(&p->out, "{\n");
	for (size_t b = f->brace + 1; b < p->items[f->brace].twin; b++) {
		if (piece_is(p, b, "return"))
			buf_printf(&p->out, "got_%u = ", n);
		else
			buf_printf(&p->out, "%.*s ", STR_ARG(p->items[b].token.text));
	}
	buf_append_cstr(&p->out, "}\n");
	pieces_copy(p, call);
	buf_printf(&p->out, "got_%u", n);
	pieces_skip(p, p->items[call + 1].twin + 1);
}

static void inline_in(struct pieces *p, size_t statement, const struct helpers *helpers)
{
	for (size_t k = statement; k < p->items[statement].ends; k++) {
		for (size_t h = 0; h < helpers->len; h++) {
			if (!calls(p, k, &helpers->items[h]))
				continue;
			put_body(p, statement, k, &helpers->items[h]);
			k = p->items[k + 1].twin;
			break;
		}
	}
}

/* Statements that call a static function of the same text have its body in front of them. */
static void inline_pass(struct pieces *p)
{
	struct helpers helpers = find_helpers(p);
	size_t next = 0;
	for (size_t i = 0; i < p->len; i++) {
		if (next < helpers.len && i == helpers.items[next].first) {
			const struct helper *f = &helpers.items[next++];
			if (f->gone) {
				pieces_copy(p, i);
				i = p->items[f->brace].twin;
				pieces_skip(p, i + 1);
				continue;
			}
		}
		if (takes_body(p, i))
			inline_in(p, i, &helpers);
	}
	vec_release(&helpers);
}

void disguise_inline(struct str *texts, size_t len, uint64_t seed, struct arena *a)
{
	each_text(texts, len, seed, a, inline_pass);
}

/* The opening brace of a function that comes next, with nothing in between; 0 if there is none. */
static size_t neighbour(const struct pieces *p, size_t end)
{
	size_t brace = end + 1;
	while (brace < p->len && !p->items[brace].opens)
		brace++;
	if (brace >= p->len || pieces_heading(p, brace) != end + 1 || !piece_is(p, brace - 1, ")"))
		return 0;
	return directive_within(p, (struct span){end + 1, p->items[brace].twin}) ? 0 : brace;
}

/* Two functions that follow each other become one: the second in the place of an "else". */
static void merge_pass(struct pieces *p)
{
	for (size_t brace = 1; brace < p->len; brace++) {
		size_t end = p->items[brace].twin, next = p->items[brace].opens ? neighbour(p, end) : 0;
		if (!next)
			continue;
		pieces_copy(p, brace + 1);
		buf_append_cstr(&p->out, "if (mode) {");
		pieces_copy(p, end);
		buf_append_cstr(&p->out, "\n} else {\n");
		pieces_skip(p, next + 1);
		brace = p->items[next].twin;
		pieces_copy(p, brace);
		buf_append_cstr(&p->out, "} ");
	}
}

void disguise_merge(struct str *texts, size_t len, uint64_t seed, struct arena *a)
{
	each_text(texts, len, seed, a, merge_pass);
}

static const char *const words[] = {"if", "else", "for", "while", "return", "switch", "case", "break", "{", "}",
				    "static", "const", "==", "&&"};

static void macros_pass(struct pieces *p)
{
	for (size_t k = 0; k < countof(words); k++)
		buf_printf(&p->out, "#define KW_%zu %s\n", k, words[k]);
	for (size_t i = 0; i < p->len; i++) {
		size_t k = 0;
		while (k < countof(words) && !piece_is(p, i, words[k]))
			k++;
		if (k == countof(words))
			continue;
		pieces_copy(p, i);
		buf_printf(&p->out, " KW_%zu ", k);
		p->copied = p->items[i].token.offset + p->items[i].token.text.len;
	}
}

/* Keywords and braces by other names. */
void disguise_macros(struct str *texts, size_t len, uint64_t seed, struct arena *a)
{
	each_text(texts, len, seed, a, macros_pass);
}

/* "int f(a, b) int a; char *b; {" */
static void old_style_pass(struct pieces *p)
{
	for (size_t brace = 1; brace < p->len; brace++) {
		size_t open = p->items[brace - 1].twin, close = brace - 1;
		if (!p->items[brace].opens || !piece_is(p, close, ")") || open + 2 >= close || piece_is(p, close - 1, ")") ||
		    piece_is(p, close - 1, "..."))
			continue;
		pieces_copy(p, open + 1);
		put_arguments(p, open);
		buf_append_cstr(&p->out, ")\n");
		pieces_skip(p, open + 1);
		for (size_t i = open + 1; i < close; i++) {
			if (piece_is(p, i, ",")) {
				pieces_copy(p, i);
				buf_append_cstr(&p->out, ";\n");
				pieces_skip(p, i + 1);
			}
		}
		pieces_copy(p, close);
		buf_append_cstr(&p->out, ";\n");
		pieces_skip(p, brace);
	}
}

void disguise_old_style(struct str *texts, size_t len, uint64_t seed, struct arena *a)
{
	each_text(texts, len, seed, a, old_style_pass);
}
