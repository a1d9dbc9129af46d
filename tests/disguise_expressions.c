#include "tests/disguise_parts.h"

static const char *const type_pairs[][2] = {
	{"int", "long"}, {"unsigned", "size_t"}, {"char", "signed char"}, {"long", "int"}, {"size_t", "unsigned long"},
	{"double", "float"}, {"uint32_t", "unsigned int"}, {"uint8_t", "unsigned char"}, {"const", ""}, {"bool", "int"},
};

void disguise_types(struct pieces *p)
{
	for (size_t i = 0; i < p->len; i++) {
		for (size_t k = 0; k < countof(type_pairs); k++) {
			if (!piece_is(p, i, type_pairs[k][0]))
				continue;
			pieces_copy(p, i);
			buf_append_cstr(&p->out, type_pairs[k][1]);
			p->copied += strlen(type_pairs[k][0]);
			break;
		}
	}
}

/* Other numbers, or the same ones written otherwise. */
void disguise_constants(struct pieces *p)
{
	for (size_t i = 0; i < p->len; i++) {
		const struct ctoken *t = &p->items[i].token;
		uint64_t value;
		if (!p->items[i].code || (t->kind != CTOKEN_NUMBER && t->kind != CTOKEN_CHAR))
			continue;
		bool plain = t->kind == CTOKEN_NUMBER && str_to_u64(t->text, &value);
		bool letter = t->kind == CTOKEN_CHAR && t->text.len == 3 && t->text.ptr[1] != '\\';
		if (!plain && !letter)
			continue;
		pieces_copy(p, i);
		if (letter)
			buf_printf(&p->out, "%d", t->text.ptr[1]);
		else if (value > 1 && prng_below(&p->random, 2))
			buf_printf(&p->out, "(%llu + 1)", (unsigned long long)(value - 1));
		else
			buf_printf(&p->out, "0x%llx", (unsigned long long)(value > 3 ? value + 1 : value));
		p->copied = t->offset + t->text.len;
	}
}

/* "a[i]" as "*(a + i)". */
void disguise_pointers(struct pieces *p)
{
	for (size_t i = 1; i + 1 < p->len; i++) {
		size_t end = p->items[i].twin;
		bool alone = i < 2 || (!piece_is(p, i - 2, "->") && !piece_is(p, i - 2, ".") && !piece_name(p, i - 2) &&
				       !piece_is(p, i - 2, "*"));
		if (!p->items[i].code || !piece_is(p, i, "[") || !piece_name(p, i - 1) || end <= i + 1 || !alone)
			continue;
		pieces_copy(p, i - 1);
		buf_printf(&p->out, "(*(%.*s + ", STR_ARG(p->items[i - 1].token.text));
		pieces_skip(p, i + 1);
		pieces_copy(p, end);
		buf_append_cstr(&p->out, "))");
		pieces_skip(p, end + 1);
		i = end;
	}
}

/* "a->b" as "(*a).b". */
void disguise_arrows(struct pieces *p)
{
	for (size_t i = 1; i + 1 < p->len; i++) {
		bool alone = i < 2 || (!piece_is(p, i - 2, "->") && !piece_is(p, i - 2, "."));
		if (!p->items[i].code || !piece_is(p, i, "->") || !piece_name(p, i - 1) || !alone)
			continue;
		pieces_copy(p, i - 1);
		buf_printf(&p->out, "(*%.*s).", STR_ARG(p->items[i - 1].token.text));
		pieces_skip(p, i + 1);
	}
}

/* Words become other words, of no language. */
void disguise_comments(struct pieces *p)
{
	struct ctoken_reader r = ctoken_reader(p->text);
	struct ctoken t;
	while (ctoken_next(&r, &t)) {
		if (t.kind != CTOKEN_COMMENT || t.text.len < 4)
			continue;
		buf_append(&p->out, p->text.ptr + p->copied, t.offset - p->copied);
		for (size_t i = 0; i < t.text.len; i++) {
			char c = t.text.ptr[i];
			bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
			buf_append_char(&p->out, letter ? (char)('a' + prng_below(&p->random, 26)) : c);
		}
		p->copied = t.offset + t.text.len;
	}
}

/* One token a line, or none but blanks between; no comments. Directives stay as they are. */
void disguise_blanks(struct pieces *p)
{
	for (size_t i = 0; i < p->len; i++) {
		struct piece *t = &p->items[i];
		if (t->token.kind == CTOKEN_HASH) {
			size_t next = i + 1 < p->len ? p->items[i + 1].token.offset : p->text.len;
			buf_printf(&p->out, "\n%.*s\n", STR_ARG(str_first(str_from(p->text, t->token.offset), next - t->token.offset)));
		} else {
			buf_append_str(&p->out, t->token.text);
			buf_append_char(&p->out, prng_below(&p->random, 3) ? ' ' : '\n');
		}
	}
	p->copied = p->text.len;
}
