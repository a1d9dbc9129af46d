#include "harness/ctoken.h"

struct ctoken_reader ctoken_reader(struct str text)
{
	return (struct ctoken_reader){.text = text, .line = 1};
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool ctoken_name_byte(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
	       (unsigned char)c >= 0x80;
}

static char byte_at(const struct ctoken_reader *r, size_t at)
{
	return at < r->text.len ? r->text.ptr[at] : '\0';
}

/* The length of a backslash with the line end behind it, or 0. */
static size_t joint(const struct ctoken_reader *r, size_t at)
{
	if (byte_at(r, at) != '\\')
		return 0;
	if (byte_at(r, at + 1) == '\n')
		return 2;
	return byte_at(r, at + 1) == '\r' && byte_at(r, at + 2) == '\n' ? 3 : 0;
}

/* Passes over blanks and joints; stops at a line's end or at something. */
static void skip_blanks(struct ctoken_reader *r)
{
	for (;;) {
		char c = byte_at(r, r->at);
		size_t joined = joint(r, r->at);
		if (joined) {
			r->line++;
			r->at += joined;
		} else if (r->at < r->text.len && (c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v')) {
			r->at++;
		} else {
			return;
		}
	}
}

/* Each returns where the token ends. */

static size_t end_of_name(const struct ctoken_reader *r, size_t at)
{
	while (at < r->text.len && ctoken_name_byte(r->text.ptr[at]))
		at++;
	return at;
}

/* A preprocessing number: "1.5e-3", "0x1p+4". */
static size_t end_of_number(const struct ctoken_reader *r, size_t at)
{
	while (at < r->text.len) {
		char c = r->text.ptr[at], next = byte_at(r, at + 1);
		if ((c == 'e' || c == 'E' || c == 'p' || c == 'P') && (next == '+' || next == '-'))
			at += 2;
		else if (ctoken_name_byte(c) || c == '.')
			at++;
		else
			break;
	}
	return at;
}

static size_t end_of_quoted(const struct ctoken_reader *r, size_t at)
{
	char quote = r->text.ptr[at++];
	while (at < r->text.len && r->text.ptr[at] != quote && r->text.ptr[at] != '\n')
		at += joint(r, at) ? joint(r, at) : r->text.ptr[at] == '\\' && byte_at(r, at + 1) != '\n' ? 2 : 1;
	if (at >= r->text.len)
		return r->text.len;
	return r->text.ptr[at] == quote ? at + 1 : at;
}

static size_t end_of_comment(const struct ctoken_reader *r, size_t at)
{
	if (byte_at(r, at + 1) == '*') {
		const char *end = memmem(r->text.ptr + at + 2, r->text.len - at - 2, "*/", 2);
		return end ? (size_t)(end - r->text.ptr) + 2 : r->text.len;
	}
	while (at < r->text.len && r->text.ptr[at] != '\n')
		at += joint(r, at) ? joint(r, at) : 1;
	return min_size(at, r->text.len);
}

static bool is_any_of(char c, struct str signs)
{
	return memchr(signs.ptr, c, signs.len) != NULL;
}

static size_t end_of_punctuation(const struct ctoken_reader *r, size_t at)
{
	char c = byte_at(r, at), next = byte_at(r, at + 1), third = byte_at(r, at + 2);
	bool shift = (c == '<' || c == '>') && next == c, dots = c == '.' && next == '.' && third == '.';
	if (dots || (shift && third == '='))
		return at + 3;
	bool twice = next == c && is_any_of(c, STR("+-&|=#"));
	bool set = next == '=' && is_any_of(c, STR("<>!*/%+-&^|"));
	return at + (shift || twice || set || (c == '-' && next == '>') ? 2 : 1);
}

/* `L"…"`, `u8'…'`: the name before the quote belongs to the literal. */
static bool is_prefix(struct str name)
{
	return str_eq(name, STR("L")) || str_eq(name, STR("u")) || str_eq(name, STR("U")) || str_eq(name, STR("u8"));
}

static size_t read_token(struct ctoken_reader *r, enum ctoken_kind *ret_kind)
{
	size_t at = r->at;
	char c = r->text.ptr[at];
	if (is_digit(c) || (c == '.' && is_digit(byte_at(r, at + 1)))) {
		*ret_kind = CTOKEN_NUMBER;
		return end_of_number(r, at);
	}
	if (ctoken_name_byte(c)) {
		size_t end = end_of_name(r, at);
		char quote = byte_at(r, end);
		*ret_kind = CTOKEN_NAME;
		if ((quote != '"' && quote != '\'') || !is_prefix(str_first(str_from(r->text, at), end - at)))
			return end;
		*ret_kind = quote == '"' ? CTOKEN_STRING : CTOKEN_CHAR;
		return end_of_quoted(r, end);
	}
	if (c == '"' || c == '\'') {
		*ret_kind = c == '"' ? CTOKEN_STRING : CTOKEN_CHAR;
		return end_of_quoted(r, at);
	}
	if (c == '/' && (byte_at(r, at + 1) == '/' || byte_at(r, at + 1) == '*')) {
		*ret_kind = CTOKEN_COMMENT;
		return end_of_comment(r, at);
	}
	*ret_kind = c == '#' && !r->in_line ? CTOKEN_HASH : CTOKEN_PUNCT;
	return *ret_kind == CTOKEN_HASH ? at + 1 : end_of_punctuation(r, at);
}

/* The end of a directive's line, told once. */
static bool end_directive(struct ctoken_reader *r, struct ctoken *ret)
{
	r->in_directive = false;
	*ret = (struct ctoken){CTOKEN_END, str_first(str_from(r->text, r->at), 0), r->at, r->line};
	return true;
}

bool ctoken_next(struct ctoken_reader *r, struct ctoken *ret)
{
	for (skip_blanks(r); byte_at(r, r->at) == '\n' && r->at < r->text.len; skip_blanks(r)) {
		if (r->in_directive)
			return end_directive(r, ret);
		r->at++;
		r->line++;
		r->in_line = false;
	}
	if (r->at >= r->text.len)
		return r->in_directive && end_directive(r, ret);
	enum ctoken_kind kind;
	size_t end = read_token(r, &kind);
	struct ctoken token = {kind, str_first(str_from(r->text, r->at), end - r->at), r->at, r->line};
	if (kind == CTOKEN_HASH)
		r->in_directive = true;
	if (kind != CTOKEN_COMMENT)
		r->in_line = true;
	if (kind == CTOKEN_COMMENT || kind == CTOKEN_STRING || kind == CTOKEN_CHAR)
		r->line += (unsigned)str_count(token.text, '\n');
	r->at = end;
	*ret = token;
	return true;
}

bool ctoken_only_directives(struct str text)
{
	struct ctoken_reader r = ctoken_reader(text);
	struct ctoken token;
	bool only = true;
	while (only && ctoken_next(&r, &token))
		only = token.kind == CTOKEN_COMMENT || token.kind == CTOKEN_HASH || token.kind == CTOKEN_END ||
		       r.in_directive;
	return only;
}

/* What follows a "#define". */
static bool defines_code(struct ctoken_reader *r)
{
	enum { EXPRESSION_MAX = 16 };
	struct ctoken name, t;
	size_t tokens = 0;
	bool code = false, parameters;
	if (!ctoken_next(r, &name) || name.kind == CTOKEN_END || !ctoken_next(r, &t))
		return false;
	parameters = ctoken_is(&t, "(") && t.offset == name.offset + name.text.len;
	while (parameters && t.kind != CTOKEN_END && !ctoken_is(&t, ")") && ctoken_next(r, &t))
		continue;
	for (bool more = true; more && t.kind != CTOKEN_END; more = ctoken_next(r, &t)) {
		tokens += t.kind != CTOKEN_COMMENT;
		code |= ctoken_is(&t, ";") || ctoken_is(&t, "{") || (parameters && tokens > EXPRESSION_MAX);
	}
	return code;
}

bool ctoken_only_configures(struct str text)
{
	struct ctoken_reader r = ctoken_reader(text);
	struct ctoken token;
	bool only = ctoken_only_directives(text);
	while (only && ctoken_next(&r, &token)) {
		if (token.kind == CTOKEN_HASH && ctoken_next(&r, &token) && ctoken_is(&token, "define"))
			only = !defines_code(&r);
	}
	return only;
}
