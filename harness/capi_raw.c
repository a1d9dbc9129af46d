#include "harness/capi_parts.h"

struct raw_token {
	uint32_t offset, end;
	uint32_t line, end_line;
	uint32_t partner; /* of "{" and "}": the other one's index; RAW_NONE if there is none */
	enum ctoken_kind kind;
};

#define RAW_NONE UINT32_MAX

/* How far around a name its declaration is looked for, in tokens. */
enum { NAME_REACH = 2000, BACK_REACH = 4000, FORTH_REACH = 20000 };

/* How many lines of "//" are one comment, and where in a comment a file is spoken of. */
enum { LINES_REACH = 1000, ABOUT_REACH = 4000 };

struct raw {
	bool read;
	struct str text;
	struct raw_token *items;
	size_t len, cap;
	struct str guard; /* the name that an #ifndef at the top asks for; or empty */
};

/* ---- reading */

static void pair_braces(struct raw *raw)
{
	uint32_t open = RAW_NONE; /* each open one holds the one around it until it is closed */
	for (uint32_t i = 0; i < raw->len; i++) {
		struct raw_token *token = &raw->items[i];
		char byte = token->kind == CTOKEN_PUNCT ? raw->text.ptr[token->offset] : '\0';
		if (byte == '{') {
			token->partner = open;
			open = i;
		} else if (byte == '}' && open != RAW_NONE) {
			uint32_t around = raw->items[open].partner;
			token->partner = open;
			raw->items[open].partner = i;
			open = around;
		}
	}
	while (open != RAW_NONE) {
		uint32_t around = raw->items[open].partner;
		raw->items[open].partner = RAW_NONE;
		open = around;
	}
}

/* From one token to the other, both with it. */
static struct str text_between(const struct raw *raw, size_t first, size_t last)
{
	size_t start = raw->items[first].offset;
	return str_first(str_from(raw->text, start), raw->items[last].end - start);
}

static struct str text_at(const struct raw *raw, size_t i)
{
	if (i >= raw->len)
		return (struct str){0};
	return text_between(raw, i, i);
}

static bool is_at(const struct raw *raw, size_t i, const char *text)
{
	return str_eq(text_at(raw, i), str_of(text));
}

/* `#ifndef X` or `#if !defined(X)` with `#define X` behind it, before anything else
 * but comments and #pragma. */
static struct str find_guard(const struct raw *raw)
{
	size_t words[8], len = 0; /* of the first directives, without "#" and punctuation */
	bool pragma = false;
	for (size_t i = 0; i < raw->len && len < countof(words); i++) {
		enum ctoken_kind kind = raw->items[i].kind;
		bool begins = i > 0 && raw->items[i - 1].kind == CTOKEN_HASH;
		pragma = (pragma || (begins && is_at(raw, i, "pragma"))) && kind != CTOKEN_END;
		if (kind == CTOKEN_NAME && !pragma)
			words[len++] = i;
	}
	size_t name = len >= 4 && is_at(raw, words[0], "ifndef") ? 1
		      : len >= 5 && is_at(raw, words[0], "if") && is_at(raw, words[1], "defined") ? 2
												  : 0;
	if (name == 0 || raw->items[words[0] - 1].kind != CTOKEN_HASH || !is_at(raw, words[name + 1], "define") ||
	    !str_eq(text_at(raw, words[name]), text_at(raw, words[name + 2])))
		return (struct str){0};
	return text_at(raw, words[name]);
}

static void read_raw(struct capi *c, struct raw *raw, const char *path)
{
	SCOPED_BUF struct buf whole;
	buf_init(&whole, CAPI_TEXT_MAX);
	buf_append_cstr(&whole, c->source->below);
	buf_append_cstr(&whole, path);
	raw->read = true;
	const struct tree_node *node = c->source->tree ? tree_find(c->source->tree, whole.ptr) : NULL;
	if (!node || node->type != TREE_FILE)
		return;
	c->raw_bytes += node->content.len;
	if (c->raw_bytes > CAPI_RAW_MAX) {
		capi_give_up(c, "bytes of headers");
		return;
	}
	raw->text = node->content;
	struct ctoken_reader reader = ctoken_reader(raw->text);
	struct ctoken token;
	while (ctoken_next(&reader, &token)) {
		unsigned lines = token.kind == CTOKEN_COMMENT ? (unsigned)str_count(token.text, '\n') : 0;
		*vec_push(raw) = (struct raw_token){(uint32_t)token.offset, (uint32_t)(token.offset + token.text.len),
						    token.line, token.line + lines, RAW_NONE, token.kind};
	}
	pair_braces(raw);
	raw->guard = find_guard(raw);
}

static struct raw *raw_of(struct capi *c, unsigned file)
{
	while (c->raws.len < file)
		*vec_push(&c->raws) = (struct raw){0};
	struct raw *raw = &c->raws.items[file - 1];
	if (!raw->read)
		read_raw(c, raw, c->files.items[file - 1]);
	return raw;
}

void raws_release(struct capi *c)
{
	for (size_t i = 0; i < c->raws.len; i++)
		vec_release(&c->raws.items[i]);
	vec_release(&c->raws);
}

bool raw_guards(struct capi *c, unsigned file, struct str name)
{
	return str_eq(raw_of(c, file)->guard, name);
}

/* ---- looking for a declaration */

/* The first token on that line or behind it. */
static size_t token_on(const struct raw *raw, unsigned line)
{
	size_t low = 0, high = raw->len;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (raw->items[middle].line < line)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static size_t find_name(const struct raw *raw, struct str name, unsigned line)
{
	bool directive = false;
	size_t from = token_on(raw, line);
	for (size_t i = from; i < raw->len && i - from < NAME_REACH; i++) {
		enum ctoken_kind kind = raw->items[i].kind;
		directive = (directive || kind == CTOKEN_HASH) && kind != CTOKEN_END;
		if (!directive && kind == CTOKEN_NAME && str_eq(text_at(raw, i), name))
			return i;
		if (is_at(raw, i, ";") && raw->items[i].line > line)
			break;
	}
	return raw->len;
}

/* Where the declaration of the name at `at` begins, whose first line is `line`;
 * `braces` groups may stand in between. */
static size_t find_begin(const struct raw *raw, size_t at, unsigned line, unsigned braces)
{
	size_t begin = at, limit = at > BACK_REACH ? at - BACK_REACH : 0;
	for (size_t i = at; i-- > limit;) {
		const struct raw_token *token = &raw->items[i];
		if (token->kind == CTOKEN_COMMENT && token->line >= line && token->end_line == token->line)
			continue;
		if (token->kind == CTOKEN_COMMENT || token->kind == CTOKEN_END)
			break;
		if (is_at(raw, i, ";") || is_at(raw, i, "{"))
			break;
		if (token->line < line && raw->items[begin].line > token->end_line + 1)
			break;
		if (is_at(raw, i, "}")) {
			if (braces == 0 || token->partner == RAW_NONE)
				break;
			braces--;
			begin = i = token->partner;
			limit = i > BACK_REACH ? i - BACK_REACH : 0;
			continue;
		}
		begin = i;
	}
	return begin;
}

/* Its last token: the ";", or what stands in front of a body; *ret_line is where all of it ends. */
static size_t find_end(const struct raw *raw, size_t at, unsigned line, bool has_body, unsigned *ret_line)
{
	size_t end = at;
	*ret_line = raw->items[at].line;
	for (size_t i = at; i < raw->len && i - at < FORTH_REACH; i++) {
		const struct raw_token *token = &raw->items[i];
		if (token->kind == CTOKEN_COMMENT || token->kind == CTOKEN_END)
			continue;
		if (token->kind == CTOKEN_HASH && token->line > line)
			break;
		if (is_at(raw, i, "{") && (has_body || token->partner == RAW_NONE)) {
			if (has_body && token->partner != RAW_NONE)
				*ret_line = raw->items[token->partner].line;
			return end;
		}
		if (is_at(raw, i, "{"))
			at = i = token->partner;
		if (is_at(raw, i, "}") && at != i)
			return end;
		end = i;
		*ret_line = raw->items[i].line;
		if (is_at(raw, i, ";"))
			break;
	}
	return end;
}

/* ---- comments */

static bool is_doc(struct str comment)
{
	return comment.len > 4 && (str_starts(comment, STR("/**")) || str_starts(comment, STR("/*!")) ||
				   str_starts(comment, STR("///")) || str_starts(comment, STR("//!")));
}

/* "< behind what it is about" */
static bool is_behind(struct str comment)
{
	return is_doc(comment) && comment.ptr[3] == '<';
}

static bool has_word(struct str text, const char *word)
{
	return memmem(text.ptr, text.len, word, strlen(word)) != NULL;
}

static bool is_line_comment(const struct raw *raw, size_t i)
{
	return raw->items[i].kind == CTOKEN_COMMENT && str_starts(text_at(raw, i), STR("//"));
}

/* It stands on a line of its own. */
static bool is_alone(const struct raw *raw, size_t i)
{
	return i == 0 || raw->items[i - 1].kind == CTOKEN_END || raw->items[i - 1].end_line < raw->items[i].line ||
	       raw->items[i - 1].kind == CTOKEN_COMMENT;
}

/* The comment above the token at `begin`: next to it, or a doc comment that is not
 * about the whole file with blank lines between. */
static struct str doc_above(const struct raw *raw, size_t begin)
{
	size_t last = begin - 1, first = last;
	if (begin == 0 || raw->items[last].kind != CTOKEN_COMMENT || !is_alone(raw, last))
		return (struct str){0};
	while (first > 0 && last - first < LINES_REACH && is_line_comment(raw, first) &&
	       is_line_comment(raw, first - 1) && is_alone(raw, first - 1) &&
	       raw->items[first - 1].line + 1 == raw->items[first].line)
		first--;
	struct str text = text_at(raw, first);
	struct str whole = text_between(raw, first, last);
	bool apart = raw->items[last].end_line + 1 < raw->items[begin].line;
	struct str front = str_first(whole, ABOUT_REACH);
	bool about_file = has_word(front, "@file") || has_word(front, "\\file");
	if (is_behind(text) || (apart && (!is_doc(text) || about_file)))
		return (struct str){0};
	return whole;
}

static struct str doc_behind(const struct raw *raw, size_t end)
{
	size_t next = end + 1;
	if (next < raw->len && (is_at(raw, next, ",") || is_at(raw, next, ";")))
		next++;
	if (next >= raw->len || raw->items[next].kind != CTOKEN_COMMENT ||
	    (raw->items[next].line != raw->items[end].line && !is_behind(text_at(raw, next))))
		return (struct str){0};
	return text_at(raw, next);
}

static const char *doc_of(struct capi *c, const struct raw *raw, size_t begin, size_t end)
{
	struct str doc = doc_above(raw, begin);
	return capi_keep(c, doc.len ? doc : doc_behind(raw, end));
}

/* ---- results */

/* The lines as they are: for what a macro declares. */
static struct raw_found found_lines(struct capi *c, const struct raw *raw, unsigned file, unsigned line,
				    unsigned last)
{
	struct raw_found found = {"", "", {c->files.items[file - 1], line, last > line ? last : line}};
	size_t begin = token_on(raw, line), end = begin;
	if (begin == raw->len || raw->items[begin].line > found.place.end_line)
		return found;
	while (end + 1 < raw->len && end - begin < FORTH_REACH && raw->items[end + 1].line <= found.place.end_line &&
	       raw->items[end + 1].kind != CTOKEN_COMMENT)
		end++;
	found.written = capi_keep(c, text_between(raw, begin, end));
	found.doc = doc_of(c, raw, begin, end);
	return found;
}

struct raw_found raw_declaration(struct capi *c, const struct extent *e)
{
	unsigned file = e->name->file;
	bool together = e->first->file == file && e->first->line <= e->name->line;
	unsigned line = together ? e->first->line : e->name->line;
	unsigned last = e->last->file == file ? e->last->line : e->name->line;
	const struct raw *raw = raw_of(c, file);
	size_t at = find_name(raw, e->name->text, e->name->line);
	if (at == raw->len)
		return found_lines(c, raw, file, line, last);
	unsigned end_line;
	size_t begin = find_begin(raw, at, line, e->braces);
	size_t end = find_end(raw, at, last, e->has_body, &end_line);
	return (struct raw_found){capi_keep(c, text_between(raw, begin, end)), doc_of(c, raw, begin, end),
				  {c->files.items[file - 1], raw->items[begin].line, end_line}};
}

struct raw_found raw_macro(struct capi *c, unsigned file, unsigned line, struct str name)
{
	const struct raw *raw = raw_of(c, file);
	struct raw_found found = {"", "", {c->files.items[file - 1], line, line}};
	size_t hash = token_on(raw, line);
	while (hash < raw->len && raw->items[hash].line == line && raw->items[hash].kind != CTOKEN_HASH)
		hash++;
	if (hash + 2 >= raw->len || raw->items[hash].kind != CTOKEN_HASH || !str_eq(text_at(raw, hash + 2), name))
		return found;
	size_t end = hash + 2;
	for (size_t i = end + 1; i < raw->len && raw->items[i].kind != CTOKEN_END; i++) {
		if (raw->items[i].kind != CTOKEN_COMMENT)
			end = i;
	}
	found.place.end_line = raw->items[end].line;
	found.doc = doc_of(c, raw, hash, end);
	return found;
}
