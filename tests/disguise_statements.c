#include "tests/disguise_parts.h"

/* Statements that change nothing, in styles that take turns. */
static void put_junk(struct pieces *p)
{
	unsigned n = ++p->made, k = (unsigned)prng_below(&p->random, 90) + 3;
	switch (prng_below(&p->random, 6)) {
	case 0:
		buf_printf(&p->out, "int spare_%u = %u; spare_%u += %u;\n", n, k, n, k + 1);
		break;
	case 1:
		buf_printf(&p->out, "unsigned long mark_%u = %uUL << 2;\n(void)mark_%u;\n", n, k, n);
		break;
	case 2:
		buf_printf(&p->out, "if (%u > %u) { counter_%u = counter_%u * %u; }\n", k, k + 7, n, n, k);
		break;
	case 3:
		buf_printf(&p->out, "for (int q_%u = 0; q_%u < %u; q_%u++) { noise_%u ^= q_%u; }\n", n, n, k, n, n, n);
		break;
	case 4:
		buf_printf(&p->out, "char pad_%u[%u]; pad_%u[0] = '%c';\n", n, k, n, (char)('a' + k % 26));
		break;
	default:
		buf_printf(&p->out, "trace_level = trace_level + %u - %u;\n", k, k);
	}
}

static void junk_before(struct pieces *p, unsigned of_100)
{
	for (size_t i = 0; i < p->len; i++) {
		if (!p->items[i].starts || prng_below(&p->random, 100) >= of_100)
			continue;
		pieces_copy(p, i);
		put_junk(p);
	}
}

void disguise_junk(struct pieces *p)
{
	junk_before(p, 100);
}

void disguise_half_junk(struct pieces *p)
{
	junk_before(p, 50);
}

/* Calls that do nothing, with what is at hand as arguments. */
void disguise_calls(struct pieces *p)
{
	for (size_t i = 0; i < p->len; i++) {
		if (!p->items[i].starts)
			continue;
		pieces_copy(p, i);
		struct str name = piece_name(p, i) && !pieces_keyword(p->items[i].token.text) ? p->items[i].token.text : STR("0");
		buf_printf(&p->out, "note_%u(%.*s, %u);\n", (unsigned)prng_below(&p->random, 9), STR_ARG(name), ++p->made);
	}
}

static bool is_plain(const struct pieces *p, size_t at)
{
	static const char *const others[] = {"if", "for", "do", "switch", "goto", "break", "continue", "return", "typedef",
					     "static"};
	const struct piece *s = &p->items[at];
	bool plain = s->starts && s->ends > at && !piece_is(p, at + 1, ":");
	for (size_t i = 0; plain && i < countof(others); i++)
		plain = !piece_is(p, at, others[i]);
	return plain;
}

/* Neither a declaration, as far as two words in a row tell. */
static bool is_action(const struct pieces *p, size_t at)
{
	bool star = piece_is(p, at + 1, "*");
	return is_plain(p, at) && piece_name(p, at) && !piece_name(p, at + 1) && !star &&
	       !pieces_keyword(p->items[at].token.text);
}

/* Branches that are never or always taken. */
void disguise_dead(struct pieces *p)
{
	for (size_t i = 0; i < p->len; i++) {
		if (!is_action(p, i))
			continue;
		size_t end = p->items[i].ends + 1;
		struct str name = p->items[i].token.text;
		pieces_copy(p, i);
		buf_printf(&p->out, "if (1) { ");
		pieces_copy(p, end);
		buf_printf(&p->out, " } else { gone_%u(%.*s); }\n", ++p->made, STR_ARG(name));
		i = end - 1;
	}
}

/* "(void)x;" of the names that the next statement has. */
void disguise_void(struct pieces *p)
{
	for (size_t i = 0; i < p->len; i++) {
		if (!is_action(p, i))
			continue;
		pieces_copy(p, i);
		buf_printf(&p->out, "(void)%.*s; if (%.*s) { ; }\n", STR_ARG(p->items[i].token.text),
			   STR_ARG(p->items[i].token.text));
	}
}

static bool share_names(const struct pieces *p, size_t a, size_t b)
{
	for (size_t i = a; i <= p->items[a].ends; i++) {
		for (size_t k = b; piece_name(p, i) && k <= p->items[b].ends; k++) {
			if (piece_name(p, k) && str_eq(p->items[i].token.text, p->items[k].token.text))
				return true;
		}
	}
	return false;
}

static bool has_call(const struct pieces *p, size_t at)
{
	for (size_t i = at; i < p->items[at].ends; i++) {
		if (piece_name(p, i) && piece_is(p, i + 1, "("))
			return true;
	}
	return false;
}

/* Neighbours that have no name in common change places, and so do declarations. */
void disguise_swap(struct pieces *p)
{
	for (size_t i = 0; i < p->len; i++) {
		size_t second = p->items[i].ends + 1;
		if (!is_plain(p, i) || second >= p->len || !is_plain(p, second) || share_names(p, i, second) ||
		    (has_call(p, i) && has_call(p, second)))
			continue;
		size_t end = p->items[second].ends + 1;
		pieces_copy(p, i);
		buf_append_str(&p->out, pieces_text(p, second, end));
		buf_append_cstr(&p->out, "\n");
		buf_append_str(&p->out, pieces_text(p, i, second));
		buf_append_cstr(&p->out, "\n");
		pieces_skip(p, end);
		i = end - 1;
	}
}

/* "if (a) { b } else { c }" as "if (!(a)) { c } else { b }". */
void disguise_invert(struct pieces *p)
{
	for (size_t i = 0; i + 1 < p->len; i++) {
		if (!p->items[i].code || !piece_is(p, i, "if") || !piece_is(p, i + 1, "("))
			continue;
		size_t close = p->items[i + 1].twin, yes = close + 1;
		if (!piece_is(p, yes, "{"))
			continue;
		size_t other = p->items[yes].twin + 1, no = other + 1;
		if (!piece_is(p, other, "else") || !piece_is(p, no, "{"))
			continue;
		pieces_copy(p, i);
		buf_printf(&p->out, "if (!(%.*s)) %.*s else ", STR_ARG(pieces_text(p, i + 2, close)),
			   STR_ARG(pieces_text(p, no, p->items[no].twin + 1)));
		buf_append_str(&p->out, pieces_text(p, yes, other));
		pieces_skip(p, p->items[no].twin + 1);
		i = p->items[no].twin;
	}
}

static size_t find_outside(const struct pieces *p, const char *text, size_t at, size_t end)
{
	while (at < end && !piece_is(p, at, text))
		at = p->items[at].twin > at ? p->items[at].twin + 1 : at + 1;
	return at;
}

static void put_while(struct pieces *p, size_t at, size_t close)
{
	size_t brace = close + 1, end = p->items[brace].twin;
	size_t first = find_outside(p, ";", at + 2, close), second = find_outside(p, ";", first + 1, close);
	struct str until = pieces_text(p, first + 1, second);
	buf_printf(&p->out, "{ %.*s; while (%.*s) {", STR_ARG(pieces_text(p, at + 2, first)),
		   STR_ARG(until.len ? until : STR("1")));
	pieces_skip(p, brace + 1);
	pieces_copy(p, end);
	buf_printf(&p->out, "%.*s; } }", STR_ARG(pieces_text(p, second + 1, close)));
	pieces_skip(p, end + 1);
}

/* "for" as "while", what stands in it as it is; "while" as an endless "for" with a way out. */
void disguise_loops(struct pieces *p)
{
	for (size_t i = 0; i + 1 < p->len; i++) {
		bool counted = piece_is(p, i, "for"), looped = piece_is(p, i, "while");
		size_t close = p->items[i + 1].twin, brace = close + 1;
		if (!p->items[i].code || (!counted && !looped) || !piece_is(p, i + 1, "(") || !piece_is(p, brace, "{") ||
		    p->items[brace].twin <= brace)
			continue;
		pieces_copy(p, i);
		if (counted) {
			put_while(p, i, close);
			i = p->items[brace].twin;
		} else {
			buf_printf(&p->out, "for (;;) { if (!(%.*s)) break;", STR_ARG(pieces_text(p, i + 2, close)));
			pieces_skip(p, brace + 1);
		}
	}
}

/* The cases of a "switch" from its brace on, as branches. */
static void put_branches(struct pieces *p, struct str value, size_t brace)
{
	size_t end = p->items[brace].twin;
	for (size_t k = brace + 1; k < end; k++) {
		if (piece_is(p, k, "{") && p->items[k].twin > k && !piece_is(p, k - 1, ":"))
			k = p->items[k].twin;
		bool one = piece_is(p, k, "case"), other = piece_is(p, k, "default") && piece_is(p, k + 1, ":");
		if (!one && !other)
			continue;
		size_t colon = k + 1;
		while (colon < end && !piece_is(p, colon, ":"))
			colon++;
		pieces_copy(p, k);
		if (one)
			buf_printf(&p->out, "} else if (%.*s == %.*s) {", STR_ARG(value), STR_ARG(pieces_text(p, k + 1, colon)));
		else
			buf_append_cstr(&p->out, "} else {");
		pieces_skip(p, colon + 1);
		k = colon;
	}
	pieces_copy(p, end);
	buf_append_cstr(&p->out, "} ");
}

/* "switch" as a chain of "if"; where a case goes on into the next one, it means something else then. */
void disguise_chains(struct pieces *p)
{
	for (size_t i = 0; i + 1 < p->len; i++) {
		if (!p->items[i].code || !piece_is(p, i, "switch") || !piece_is(p, i + 1, "("))
			continue;
		size_t close = p->items[i + 1].twin, brace = close + 1;
		if (!piece_is(p, brace, "{") || p->items[brace].twin <= brace)
			continue;
		pieces_copy(p, i);
		buf_append_cstr(&p->out, "{ if (0) {");
		pieces_skip(p, brace + 1);
		put_branches(p, pieces_text(p, i + 2, close), brace);
		i = p->items[brace].twin;
	}
}

/* What stands between two tokens goes by way of a variable, which is set in front of the statement. */
static void hold(struct pieces *p, const char *type, size_t statement, size_t first, size_t past)
{
	pieces_copy(p, statement);
	buf_printf(&p->out, "%s held_%u = %.*s;\n", type, ++p->made, STR_ARG(pieces_text(p, first, past)));
	pieces_copy(p, first);
	buf_printf(&p->out, " held_%u", p->made);
	pieces_skip(p, past);
}

/* What is set, returned, or the first argument of a call, goes by way of a variable of its own. */
void disguise_temporaries(struct pieces *p)
{
	for (size_t i = 0; i < p->len; i++) {
		size_t end = p->items[i].ends, set;
		if (p->items[i].starts && piece_is(p, i, "return") && end > i + 1) {
			hold(p, "long", i, i + 1, end);
		} else if (!is_action(p, i)) {
			continue;
		} else if (piece_is(p, i + 1, "(") && p->items[i + 1].twin + 1 == end && !piece_is(p, i + 2, ")")) {
			hold(p, "void *", i, i + 2, find_outside(p, ",", i + 2, end - 1));
		} else {
			set = find_outside(p, "=", i, end);
			if (set < end)
				hold(p, "long", i, set + 1, end);
		}
		i = end;
	}
}

void disguise_commas(struct pieces *p)
{
	for (size_t i = 0; i < p->len; i++) {
		size_t end = p->items[i].ends;
		if (is_action(p, i) && end + 1 < p->len && is_action(p, end + 1)) {
			pieces_copy(p, end);
			buf_append_cstr(&p->out, ",");
			pieces_skip(p, end + 1);
			i = p->items[end + 1].ends;
		}
	}
}

/* Each plain statement in braces of its own. */
void disguise_braces(struct pieces *p)
{
	for (size_t i = 0; i < p->len; i++) {
		if (!is_action(p, i))
			continue;
		pieces_copy(p, i);
		buf_append_cstr(&p->out, "do {\n");
		pieces_copy(p, p->items[i].ends + 1);
		buf_append_cstr(&p->out, "\n} while (0);");
		i = p->items[i].ends;
	}
}
