#include "harness/capi_parts.h"

#include "core/path.h"

/* ---- line markers */

/* The inside of a marker's quotes: a backslash stands before a quote or itself. */
static struct str unquote(struct capi *c, struct str quoted)
{
	struct str inside = str_first(str_from(quoted, 1), quoted.len >= 2 ? quoted.len - 2 : 0);
	char *text = arena_str(c->a, inside);
	size_t len = 0;
	for (size_t i = 0; i < inside.len; i++) {
		i += inside.ptr[i] == '\\' && i + 1 < inside.len;
		text[len++] = inside.ptr[i];
	}
	return (struct str){text, len};
}

/* A file's number as tokens have it. Only the first marker of a file costs anything. */
static unsigned file_number(struct capi *c, struct str quoted)
{
	if (memchr(quoted.ptr, '\0', quoted.len))
		return 0;
	bool new;
	struct name_slot *slot = names_add(&c->file_names, quoted, &new);
	if (!new)
		return (unsigned)slot->number;
	/* Headers that include each other bring "." and ".." along. */
	struct str path = unquote(c, quoted), below = str_from(str_of(c->source->below), 1);
	const char *plain = str_starts(path, STR("/")) ? path_join(c->a, "", path) : NULL;
	if (!plain || !str_starts(str_of(plain), below))
		return 0;
	struct name_slot *clean = names_add(&c->file_names, str_of(plain), &new); /* quoted names begin otherwise */
	if (new) {
		if (c->files.len >= CAPI_ITEMS_MAX)
			return (unsigned)capi_give_up(c, "headers");
		*vec_push(&c->files) = capi_keep(c, str_from(str_of(plain), below.len));
		clean->number = c->files.len;
	}
	size_t number = clean->number;
	names_find(&c->file_names, quoted)->number = number;
	return (unsigned)number;
}

/* `12 "/src/a.h" 1`, the "#" or "#line" being read: what follows is line 12 of it. */
static void read_marker(struct capi *c, const struct ctoken *number)
{
	struct capi_reader *r = &c->reader;
	struct ctoken token;
	uint64_t line;
	bool good = str_to_u64(number->text, &line) && line < 1000000000;
	bool more = ctoken_next(&r->tokens, &token);
	if (good && more && token.kind == CTOKEN_STRING)
		r->file = file_number(c, token.text);
	while (more && token.kind != CTOKEN_END)
		more = ctoken_next(&r->tokens, &token);
	if (!good)
		return;
	r->physical = r->tokens.line + 1;
	r->presumed = (unsigned)line;
}

static unsigned line_of(const struct capi_reader *r, unsigned physical)
{
	return r->presumed + (physical - r->physical);
}

static void read_directive(struct capi *c, const struct ctoken *hash)
{
	struct capi_reader *r = &c->reader;
	struct ctoken token;
	bool again = hash->offset < c->directives_to;
	if (!ctoken_next(&r->tokens, &token) || token.kind == CTOKEN_END)
		return;
	if (token.kind == CTOKEN_NAME && ctoken_is(&token, "line") && !ctoken_next(&r->tokens, &token))
		return;
	if (token.kind == CTOKEN_NUMBER) {
		read_marker(c, &token);
		return;
	}
	if (!again)
		c->directives_to = hash->offset + 1;
	if (!again && ctoken_is(&token, "define"))
		capi_define(c, r->file, line_of(r, hash->line));
	else if (!again && ctoken_is(&token, "undef"))
		capi_undef(c);
	else
		while (token.kind != CTOKEN_END && ctoken_next(&r->tokens, &token))
			;
}

/* ---- tokens */

/* The next that is neither comment nor directive. */
static bool read_token(struct capi *c, struct capi_token *ret)
{
	struct ctoken token;
	while (!c->failed && ctoken_next(&c->reader.tokens, &token)) {
		if (token.kind == CTOKEN_HASH)
			read_directive(c, &token);
		else if (token.kind != CTOKEN_COMMENT && token.kind != CTOKEN_END)
			goto found;
	}
	return false;
found:
	*ret = (struct capi_token){token.text, token.kind, WORD_NAME, c->reader.file,
				   line_of(&c->reader, token.line), token.line != c->reader.last};
	if (token.kind == CTOKEN_NAME)
		ret->word = word_of(token.text, &ret->text);
	c->reader.last = token.line;
	return true;
}

/* Whether this token comes next; then it is read. */
static bool read_if(struct capi *c, const char *text, struct capi_token *ret)
{
	struct capi_reader before = c->reader;
	if (read_token(c, ret) && token_is(ret, text))
		return true;
	c->reader = before;
	return false;
}

/* Reads a group in brackets whose first is read already; with no end, up to a ";". */
static void read_group(struct capi *c, struct capi_tokens *group)
{
	struct capi_token token;
	struct capi_reader before = c->reader;
	for (size_t depth = 1; depth && read_token(c, &token); before = c->reader) {
		if (token_is(&token, ";") || token_is(&token, "{") || token_is(&token, "}")) {
			c->reader = before;
			return;
		}
		depth += token_is(&token, "(") || token_is(&token, "[");
		depth -= token_is(&token, ")") || token_is(&token, "]");
		if (group->len < CAPI_TOKENS_MAX)
			*vec_push(group) = token;
	}
}

enum { ATTRIBUTES_MAX = 64 };

static void keep_attribute(struct capi *c, const struct capi_tokens *group)
{
	if (c->piece.attributes.len < ATTRIBUTES_MAX)
		*vec_push(&c->piece.attributes) = capi_join(c, group->items, group->items + group->len);
}

/* Reads the rest of an attribute, if the token begins one. */
static bool read_attribute(struct capi *c, bool keep, const struct capi_token *token)
{
	struct capi_tokens group = {0};
	struct capi_token open;
	bool marked = token->word == WORD_MARK;
	if (token->word == WORD_NOTHING)
		return true;
	if (!marked && token->word != WORD_ATTRIBUTE && !token_is(token, "["))
		return false;
	if (token_is(token, "[") && !read_if(c, "[", &open))
		return false;
	*vec_push(&group) = *token;
	if (token->word == WORD_ATTRIBUTE) {
		while (read_token(c, &open) && (open.word == WORD_QUALIFIER || open.word == WORD_STATEMENT))
			; /* `asm volatile goto (…)` */
		if (!token_is(&open, "(")) {
			vec_release(&group);
			return true;
		}
	}
	if (!marked) {
		*vec_push(&group) = open;
		read_group(c, &group);
		struct capi_token close;
		if (token_is(token, "[") && read_if(c, "]", &close))
			*vec_push(&group) = close;
	}
	if (keep)
		keep_attribute(c, &group);
	vec_release(&group);
	return true;
}

bool capi_next(struct capi *c, bool attributes, struct capi_token *ret)
{
	while (read_token(c, ret)) {
		if (!read_attribute(c, attributes, ret))
			return true;
	}
	return false;
}
