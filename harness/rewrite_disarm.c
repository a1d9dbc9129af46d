#include "harness/rewrite_parts.h"

#include "core/mem.h"
#include "harness/cdirective.h"

/*
 * A #line directive lets a file say that its lines are another's: what is looked
 * for in the rewrite's own lines would be passed over. Those that our reader of
 * tokens finds are made blank, as are such texts in comments. A string may hold
 * such a text, and nearly always it is just that; only where the file has raw
 * strings or trigraphs, which some dialects know and others do not, there may be
 * a directive in what we take for a string.
 */

struct disarming {
	struct str text;
	char *out; /* a copy of the text, or NULL as long as nothing was changed */
	struct arena *a;
	bool ambiguous;
	unsigned armed;
};

static bool at(struct str s, const char *what)
{
	return str_starts(s, str_of(what));
}

/* Bytes of a backslash, or its trigraph, with the line's end; or 0. */
static size_t splice(struct str s)
{
	size_t n = at(s, "\\") ? 1 : at(s, "?\?/") ? 3 : 0;
	if (!n)
		return 0;
	while (n < s.len && strchr(" \t\r\v\f", s.ptr[n]) && s.ptr[n])
		n++;
	return n < s.len && s.ptr[n] == '\n' ? n + 1 : 0;
}

static struct str past_blanks(struct str s)
{
	for (;;) {
		size_t n = splice(s);
		if (!n && s.len && s.ptr[0] && strchr(" \t\v\f\r", s.ptr[0]))
			n = 1;
		if (!n && at(s, "/*")) {
			n = 2;
			while (n < s.len && !at(str_from(s, n), "*/"))
				n++;
			n = min_size(n + 2, s.len);
		}
		if (!n)
			return s;
		s = str_from(s, n);
	}
}

/* Whether a "#" here would begin a directive that says where lines come from. */
static bool says_lines(struct str behind)
{
	struct str s = past_blanks(behind);
	if (s.len && s.ptr[0] >= '0' && s.ptr[0] <= '9')
		return true;
	for (const char *c = "line"; *c; c++) {
		for (size_t n = splice(s); n; n = splice(s))
			s = str_from(s, n);
		if (!s.len || s.ptr[0] != *c)
			return false;
		s = str_from(s, 1);
	}
	return !s.len || !ctoken_name_byte(s.ptr[0]);
}

static size_t hash_length(struct str s)
{
	return at(s, "#") ? 1 : at(s, "%:") ? 2 : at(s, "?\?=") ? 3 : 0;
}

static void blank(struct disarming *d, size_t start, size_t end)
{
	if (!d->out) {
		d->out = arena_alloc(d->a, d->text.len + 1, 1);
		memcpy(d->out, d->text.ptr, d->text.len);
	}
	for (size_t i = start; i < end; i++) {
		if (d->out[i] != '\n')
			d->out[i] = ' ';
	}
}

static void look_into(struct disarming *d, const struct ctoken *t)
{
	for (size_t i = 0; i < t->text.len; i++) {
		size_t n = hash_length(str_from(t->text, i));
		/* To the text's end, since a comment or string can end where we do not see it. */
		if (!n || !says_lines(str_from(d->text, t->offset + i + n)))
			continue;
		if (t->kind == CTOKEN_COMMENT)
			blank(d, t->offset + i, min_size(t->offset + i + n, t->offset + t->text.len));
		else if (!d->armed && d->ambiguous)
			d->armed = t->line;
	}
}

/* A name that is the prefix of a raw string: there the first difference is seen as it is. */
static bool begins_raw_string(struct str text, const struct ctoken *t)
{
	size_t end = t->offset + t->text.len;
	return t->kind == CTOKEN_NAME && t->text.len <= 3 && t->text.ptr[t->text.len - 1] == 'R' && end < text.len &&
	       text.ptr[end] == '"';
}

static bool is_ambiguous(struct str text)
{
	struct ctoken_reader r = ctoken_reader(text);
	struct ctoken t;
	for (size_t i = 0; i + 2 < text.len; i++) {
		if (text.ptr[i] == '?' && text.ptr[i + 1] == '?' && text.ptr[i + 2] && strchr("/='", text.ptr[i + 2]))
			return true;
	}
	while (ctoken_next(&r, &t)) {
		if (begins_raw_string(text, &t))
			return true;
	}
	return false;
}

/* Digraphs come as punctuation, outside of directives. */
static void take_token(struct disarming *d, struct ctoken_reader *r, const struct ctoken *t)
{
	if (t->kind == CTOKEN_HASH && says_lines(str_from(d->text, t->offset + 1))) {
		struct cdirective directive = cdirective_read(r, t);
		blank(d, directive.start, directive.end);
	} else if (t->kind == CTOKEN_COMMENT || t->kind == CTOKEN_STRING || t->kind == CTOKEN_CHAR) {
		look_into(d, t);
	} else if (t->kind == CTOKEN_PUNCT && !d->armed && (!r->in_directive || d->ambiguous)) {
		size_t n = hash_length(str_from(d->text, t->offset));
		if (n && says_lines(str_from(d->text, t->offset + n)))
			d->armed = t->line;
	}
}

struct str rewrite_disarm(struct str text, struct arena *a, unsigned *ret_armed)
{
	struct disarming d = {.text = text, .a = a, .ambiguous = is_ambiguous(text)};
	struct ctoken_reader r = ctoken_reader(text);
	struct ctoken t;
	while (ctoken_next(&r, &t))
		take_token(&d, &r, &t);
	*ret_armed = d.armed;
	return d.out ? (struct str){d.out, text.len} : text;
}
