#include "harness/ctests_scan.h"

#include "core/mem.h"

#include <ctype.h>

/* How far around a mention its statement or its array is looked for. */
enum { LEVELS_MAX = 16, STATEMENT_TOKENS_MAX = 64 };

/* Where a mention stands while it is looked at. */
struct site {
	const struct ctscan_file *file;
	const struct ctscan_token *tokens;
	struct ctscan_mention *mention;
	uint32_t outer; /* the outermost bracket around it within its statement, or the mention's token */
};

static const struct ctscan_function *function_at(const struct ctscan *s, const struct ctscan_file *f, uint32_t token)
{
	uint32_t low = f->functions_first, high = f->functions_end;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (s->functions.items[middle].last < token)
			low = middle + 1;
		else
			high = middle;
	}
	return low < f->functions_end && s->functions.items[low].first <= token ? &s->functions.items[low] : NULL;
}

/* One branch of the #ifs, and no directive in between. */
static bool is_seamless(const struct site *s, uint32_t first, uint32_t last)
{
	size_t next = ctscan_directive_from(s->file, s->tokens[first].start);
	return s->tokens[first].branch == s->tokens[last].branch &&
	       (next == s->file->directives.len || s->file->directives.items[next].start > s->tokens[last].end);
}

static void place(struct site *s, enum ctscan_place kind, uint32_t first, uint32_t last)
{
	if (first > last || !is_seamless(s, first, last))
		return;
	s->mention->place = kind;
	s->mention->first = first;
	s->mention->last = last;
}

static bool is_keyword(const struct ctscan_file *f, uint32_t token)
{
	static const char *const words[] = {"if",   "while", "for",    "switch", "return", "sizeof", "do",
					    "else", "goto",  "case", "typedef", "default", "_Generic", "typeof"};
	return ctscan_is_any(f, token, words, countof(words));
}

static bool is_name(const struct ctscan_file *f, uint32_t token)
{
	return ctscan_name_at(f, token) != CTSCAN_NONE && !is_keyword(f, token);
}

/* ---- declarations */

/* `__attribute__`, `__asm__`, `UNUSED`. */
static bool is_attribute(const struct ctscan_file *f, uint32_t token)
{
	static const char *const words[] = {"__attribute__", "__attribute", "__asm__", "asm"};
	if (!is_name(f, token) || ctscan_is_any(f, token, words, countof(words)))
		return is_name(f, token);
	struct str text = ctscan_text(f, &f->tokens.items[token]);
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];
		if (!isupper(c) && !isdigit(c) && c != '_')
			return false;
	}
	return true;
}

/* From behind the parameters: only attributes up to the ";". */
static uint32_t declaration_end(const struct ctscan_file *f, uint32_t at)
{
	for (int i = 0; i < LEVELS_MAX && is_attribute(f, at); i++) {
		at++;
		if (ctscan_sign(f, at) == '(' && f->tokens.items[at].pair != CTSCAN_NONE)
			at = f->tokens.items[at].pair + 1;
	}
	return ctscan_sign(f, at) == ';' ? at : CTSCAN_NONE;
}

/* `static void name(void);` at `first`: type and name, nothing else. */
static bool is_declaration(const struct site *s, uint32_t first, uint32_t *ret_end)
{
	uint32_t name = s->mention->token;
	if (first >= name || ctscan_sign(s->file, name + 1) != '(' || s->tokens[name + 1].pair == CTSCAN_NONE)
		return false;
	for (uint32_t i = first; i < name; i++) {
		bool given = ctscan_sign(s->file, i) == '(' && i > first && is_attribute(s->file, i - 1);
		if (given && s->tokens[i].pair < name)
			i = s->tokens[i].pair;
		else if (!is_name(s->file, i) && ctscan_sign(s->file, i) != '*')
			return false;
	}
	*ret_end = declaration_end(s->file, s->tokens[name + 1].pair + 1);
	return *ret_end != CTSCAN_NONE;
}

/* `DECLARE_TEST(name);` */
static bool is_macro_declaration(const struct site *s, uint32_t first, uint32_t *ret_end)
{
	uint32_t open = first + 1;
	if (s->outer != open || !is_name(s->file, first) || ctscan_sign(s->file, open) != '(')
		return false;
	*ret_end = s->tokens[open].pair + 1;
	return s->tokens[open].pair != CTSCAN_NONE && ctscan_sign(s->file, *ret_end) == ';';
}

/* The first token of the item or statement at whose level `at` stands, or CTSCAN_NONE if it
 * begins too far away. */
static uint32_t back_to_edge(const struct site *s, uint32_t at)
{
	uint32_t up = s->tokens[at].up;
	for (int i = 0; i < STATEMENT_TOKENS_MAX; i++) {
		if (at == 0 || at - 1 == up)
			return at;
		const struct ctscan_token *before = &s->tokens[at - 1];
		if (before->sign == ';' || ctscan_ends_block(s->file, at - 1))
			return at;
		bool closes = before->sign == ')' || before->sign == ']' || before->sign == '}';
		if (closes && before->pair == CTSCAN_NONE)
			return CTSCAN_NONE;
		at = closes ? before->pair : at - 1;
	}
	return CTSCAN_NONE;
}

static void look_at_top(struct site *s)
{
	uint32_t first = back_to_edge(s, s->outer), end;
	if (first != CTSCAN_NONE && (is_declaration(s, first, &end) || is_macro_declaration(s, first, &end)))
		place(s, CTSCAN_DECLARATION, first, end);
}

/* ---- elements of arrays */

/* The array's name if `brace` begins its initialiser, and the initialiser alone says how long it is. */
static uint32_t array_name(const struct site *s, uint32_t brace)
{
	if (brace < 3 || ctscan_sign(s->file, brace - 1) != '=')
		return CTSCAN_NONE;
	uint32_t at = brace - 2;
	while (ctscan_sign(s->file, at) == ']' && s->tokens[at].pair != CTSCAN_NONE && s->tokens[at].pair > 0 &&
	       ctscan_sign(s->file, s->tokens[at].pair - 1) == ']')
		at = s->tokens[at].pair - 1;
	bool open_ended = ctscan_sign(s->file, at) == ']' && s->tokens[at].pair + 1 == at && at >= 2;
	return open_ended ? ctscan_name_at(s->file, at - 2) : CTSCAN_NONE;
}

/* `inside`: the mention or the bracket around it that stands in the list itself. */
static void look_at_list(struct site *s, uint32_t brace, uint32_t inside)
{
	uint32_t end = s->tokens[brace].pair, first = inside, last = inside;
	uint32_t name = end == CTSCAN_NONE ? CTSCAN_NONE : array_name(s, brace);
	if (name == CTSCAN_NONE)
		return;
	for (int i = 0; first - 1 != brace && s->tokens[first - 1].sign != ','; i++) {
		if (i == STATEMENT_TOKENS_MAX)
			return;
		first = ctscan_before(s->file, first);
	}
	for (int i = 0; last < end && s->tokens[last].sign != ','; i++) {
		if (i == STATEMENT_TOKENS_MAX)
			return;
		last = ctscan_behind(s->file, last);
	}
	bool designated = ctscan_sign(s->file, first) == '[' || ctscan_sign(s->file, first) == '.';
	if (designated || last > end)
		return;
	s->mention->table = name;
	place(s, CTSCAN_ELEMENT, first, last == end ? end - 1 : last);
}

/* ---- statements */

/* Whether what stands before the token ends a statement or a label. With *ret_must a statement
 * must stay: it is the body of an if or a loop, or labelled. */
static bool is_statement_start(const struct site *s, uint32_t at, bool *ret_must)
{
	*ret_must = false;
	if (at == 0)
		return false;
	const struct ctscan_token *before = &s->tokens[at - 1];
	if (before->sign == ';' || before->sign == '{')
		return true;
	if (before->sign == '}')
		return ctscan_ends_block(s->file, at - 1);
	*ret_must = true;
	if (before->sign == ')') {
		bool headed = before->pair != CTSCAN_NONE && before->pair > 0;
		uint32_t head = headed ? s->tokens[before->pair - 1].name : CTSCAN_NONE;
		*ret_must = head != s->tokens[at].name; /* else a macro that brings its own ";" */
		return head != CTSCAN_NONE;
	}
	if (before->sign == ':') {
		char edge = at >= 3 ? s->tokens[at - 3].sign : '\0';
		bool label = edge == ';' || edge == '{' || edge == '}';
		return at >= 3 && (label || ctscan_is(s->file, at - 3, "case"));
	}
	return ctscan_is(s->file, at - 1, "else") || ctscan_is(s->file, at - 1, "do");
}

/* `failures += ` and `(void)` in front of the call, back to the statement's first token. */
static uint32_t before_call(const struct site *s, uint32_t call)
{
	static const char *const operators[] = {"+=", "|=", "&=", "-="};
	bool must;
	if (is_statement_start(s, call, &must) || call < 3)
		return call;
	bool cast = ctscan_sign(s->file, call - 1) == ')' && s->tokens[call - 1].pair == call - 3;
	if (cast && ctscan_is(s->file, call - 2, "void"))
		return call - 3;
	if (!ctscan_is_any(s->file, call - 1, operators, countof(operators)))
		return call;
	uint32_t at = call - 1;
	for (int i = 0; i < LEVELS_MAX && at > 0 && !is_statement_start(s, at, &must); i++) {
		uint32_t before = at - 1;
		char sign = s->tokens[before].sign;
		if (sign == ']' && s->tokens[before].pair != CTSCAN_NONE)
			before = s->tokens[before].pair;
		else if (!is_name(s->file, before) && sign != '.' && sign != '*' && !ctscan_is(s->file, before, "->"))
			break;
		at = before;
	}
	return at;
}

/* `name(…)` as a statement: with its ";", or without if a macro can bring one. */
static void look_at_call(struct site *s, uint32_t call, enum ctscan_place kind)
{
	uint32_t close = s->tokens[call + 1].pair, first = before_call(s, call), after = close + 1;
	bool must;
	if (close == CTSCAN_NONE || !is_name(s->file, call) || !is_statement_start(s, first, &must))
		return;
	if (ctscan_sign(s->file, after) == ';') {
		place(s, kind, first, must ? close : after);
		return;
	}
	bool macro = kind == CTSCAN_HANDED && first == call && !must;
	if (macro && (ctscan_sign(s->file, after) == '}' || ctscan_name_at(s->file, after) != CTSCAN_NONE))
		place(s, kind, first, close);
}

/* The last token of the statement behind an if, if that is a simple one without an else. */
static uint32_t if_end(const struct site *s, uint32_t close)
{
	uint32_t at = close + 1;
	if (ctscan_sign(s->file, at) == '{') {
		at = s->tokens[at].pair;
	} else {
		if (is_keyword(s->file, at) && !ctscan_is(s->file, at, "return") && !ctscan_is(s->file, at, "goto"))
			return CTSCAN_NONE;
		size_t len = s->file->tokens.len;
		for (int i = 0; i < STATEMENT_TOKENS_MAX && at < len && s->tokens[at].sign != ';'; i++)
			at = ctscan_behind(s->file, at);
		at = ctscan_sign(s->file, at) == ';' ? at : CTSCAN_NONE;
	}
	return at == CTSCAN_NONE || ctscan_is(s->file, at + 1, "else") ? CTSCAN_NONE : at;
}

static void look_at_if(struct site *s, uint32_t word, enum ctscan_place kind)
{
	uint32_t close = s->tokens[word + 1].pair;
	uint32_t end = close == CTSCAN_NONE ? CTSCAN_NONE : if_end(s, close);
	bool must;
	if (end != CTSCAN_NONE && is_statement_start(s, word, &must) && !must)
		place(s, kind, word, end);
}

/* The innermost call that the function is an argument of. */
static void note_callee(struct site *s)
{
	uint32_t up = s->tokens[s->mention->token].up;
	if (ctscan_sign(s->file, up) != '(' || up == 0 || !is_name(s->file, up - 1))
		return;
	s->mention->callee = s->tokens[up - 1].name;
	uint32_t at = up + 1, number = 0;
	for (int i = 0; at < s->mention->token && i < STATEMENT_TOKENS_MAX; i++) {
		number += s->tokens[at].sign == ',';
		at = ctscan_behind(s->file, at);
	}
	s->mention->argument = number;
}

static void look_at_statement(struct site *s)
{
	uint32_t token = s->mention->token, outer = s->outer, end;
	bool called = ctscan_sign(s->file, token + 1) == '(';
	enum ctscan_place kind = called ? CTSCAN_CALL : CTSCAN_HANDED;
	s->mention->arguments = called && s->tokens[token + 1].pair != token + 2;
	if (outer == token) {
		uint32_t first = back_to_edge(s, token);
		if (first != CTSCAN_NONE && is_declaration(s, first, &end))
			place(s, CTSCAN_DECLARATION, first, end);
		else if (called)
			look_at_call(s, token, kind);
	} else if (ctscan_sign(s->file, outer) == '(' && outer > 0) {
		if (ctscan_is(s->file, outer - 1, "if"))
			look_at_if(s, outer - 1, kind);
		else
			look_at_call(s, outer - 1, kind);
	}
}

/* Climbs out of brackets up to those of a block, or out of all. */
static void look(struct site *s)
{
	uint32_t at = s->mention->token;
	for (int i = 0; i < LEVELS_MAX; i++) {
		uint32_t up = s->tokens[at].up;
		s->outer = at;
		if (up == CTSCAN_NONE) {
			look_at_top(s);
			return;
		}
		if (s->tokens[up].block) {
			look_at_statement(s);
			return;
		}
		if (s->tokens[up].sign == '{' && array_name(s, up) != CTSCAN_NONE) {
			look_at_list(s, up, at);
			return;
		}
		at = up;
	}
}

/* `.name`, `->name`, `struct name` are no mentions of a function. */
static bool is_other_space(const struct ctscan_file *f, uint32_t token)
{
	static const char *const before[] = {".", "->", "struct", "union", "enum", "goto"};
	return token > 0 && ctscan_is_any(f, token - 1, before, countof(before));
}

static struct ctscan_mention new_mention(uint32_t name, uint32_t file, uint32_t token)
{
	return (struct ctscan_mention){
		.name = name,
		.file = file,
		.token = token,
		.function = CTSCAN_NONE,
		.callee = CTSCAN_NONE,
		.table = CTSCAN_NONE,
	};
}

static void add_mention(struct ctscan *s, uint32_t file, uint32_t token, uint32_t name)
{
	const struct ctscan_file *f = &s->files[file];
	struct ctscan_mention m = new_mention(name, file, token);
	const struct ctscan_function *in = function_at(s, f, token);
	if (in)
		m.function = (uint32_t)(in - s->functions.items);
	struct site site = {.file = f, .tokens = f->tokens.items, .mention = &m};
	note_callee(&site);
	if (in && in->name == name)
		m.place = CTSCAN_OWN;
	else
		look(&site);
	*vec_push(&s->mentions) = m;
}

/* A directive's words register nothing: what they mention stays. */
static void add_words(struct ctscan *s, uint32_t file)
{
	const struct ctscan_tokens *words = &s->files[file].words;
	for (uint32_t i = 0; i < words->len; i++) {
		uint32_t name = words->items[i].name;
		if (name != CTSCAN_NONE && s->function_of[name] != CTSCAN_NONE)
			*vec_push(&s->mentions) = new_mention(name, file, CTSCAN_NONE);
	}
}

static void add_tokens(struct ctscan *s, uint32_t file)
{
	const struct ctscan_file *f = &s->files[file];
	for (uint32_t i = 0; i < f->tokens.len; i++) {
		uint32_t name = f->tokens.items[i].name, argument;
		if (name == CTSCAN_NONE || is_other_space(f, i))
			continue;
		if (s->function_of[name] != CTSCAN_NONE)
			add_mention(s, file, i, name);
		for (uint32_t k = 0; k < CTSCAN_PASTES_MAX && ctscan_sign(f, i + 1) == '('; k++) {
			uint32_t made = ctscan_made_name(s, f, i, k, &argument);
			if (made != CTSCAN_NONE && s->function_of[made] != CTSCAN_NONE)
				add_mention(s, file, argument, made);
		}
	}
}

/* Counting sort, so that each name's mentions stand together. */
static void index_mentions(struct ctscan *s)
{
	size_t names = ctscan_names_len(s);
	s->mentions_from = arena_array(s->arena, names + 1, uint32_t);
	s->mention_order = arena_array(s->arena, s->mentions.len + 1, uint32_t);
	uint32_t *next = arena_array(s->arena, names + 1, uint32_t);
	for (size_t i = 0; i < s->mentions.len; i++)
		s->mentions_from[s->mentions.items[i].name + 1]++;
	for (size_t n = 0; n < names; n++)
		next[n + 1] = s->mentions_from[n + 1] += s->mentions_from[n];
	s->uses = arena_array(s->arena, names + 1, uint32_t);
	for (uint32_t i = 0; i < s->mentions.len; i++) {
		const struct ctscan_mention *m = &s->mentions.items[i];
		s->mention_order[next[m->name]++] = i;
		s->uses[m->name] += m->place != CTSCAN_OWN && m->place != CTSCAN_DECLARATION;
	}
}

void ctscan_find_mentions(struct ctscan *s)
{
	for (uint32_t i = 0; i < s->files_len; i++) {
		add_tokens(s, i);
		add_words(s, i);
	}
	index_mentions(s);
}
