#include "harness/ctests_scan.h"

#include "core/mem.h"

/* Brackets are closed over a few that were left open. */
enum { UNWIND_MAX = 64, CONDITIONALS_MAX = 1000, ARGUMENT_TOKENS_MAX = 64 };

struct conditional {
	uint32_t branch;          /* outside */
	uint32_t open, open_then; /* brackets open before it, and behind its first branch */
	bool first;
};

struct reading {
	struct ctscan_file *file;
	uint32_t open; /* the innermost bracket */
	uint32_t branch, branches;
	struct conditional conditionals[CONDITIONALS_MAX];
	size_t depth;   /* may pass the maximum: those deeper are all one branch */
	bool directive; /* inside one */
	size_t words_from;
};

struct str ctscan_text(const struct ctscan_file *f, const struct ctscan_token *token)
{
	return str_first(str_from(f->text, token->start), token->end - token->start);
}

bool ctscan_is(const struct ctscan_file *f, uint32_t token, const char *text)
{
	return token < f->tokens.len && str_eq(ctscan_text(f, &f->tokens.items[token]), str_of(text));
}

bool ctscan_is_any(const struct ctscan_file *f, uint32_t token, const char *const *texts, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (ctscan_is(f, token, texts[i]))
			return true;
	}
	return false;
}

/* ---- brackets */

static bool is_name(const struct ctscan_file *f, uint32_t token)
{
	return token < f->tokens.len && f->tokens.items[token].kind == CTOKEN_NAME;
}

/* Whether statements stand behind this {, not the values of an initialiser or members. */
static bool begins_block(const struct ctscan_file *f, uint32_t brace)
{
	static const char *const aggregates[] = {"struct", "union", "enum"}, *const values[] = {"return", "sizeof"};
	const struct ctscan_token *tokens = f->tokens.items;
	if (brace == 0)
		return false;
	uint32_t before = brace - 1;
	switch (tokens[before].sign) {
	case ';':
	case ':':
	case '}':
		return true;
	case '{':
		return tokens[before].block;
	case ')': {
		uint32_t open = tokens[before].pair;
		if (tokens[brace].up == CTSCAN_NONE)
			return true;
		return open != CTSCAN_NONE && open > 0 && is_name(f, open - 1) &&
		       !ctscan_is_any(f, open - 1, values, countof(values));
	}
	default:
		return is_name(f, before) && !ctscan_is_any(f, before, aggregates, countof(aggregates)) &&
		       !(before > 0 && ctscan_is_any(f, before - 1, aggregates, countof(aggregates))) &&
		       !ctscan_is(f, before, "return");
	}
}

/* The brace of `extern "C" {` holds what stands at the top all the same. */
static void open_bracket(struct reading *r, uint32_t token)
{
	struct ctscan_file *f = r->file;
	struct ctscan_token *t = &f->tokens.items[token];
	bool string = token >= 2 && t[-1].kind == CTOKEN_STRING;
	bool linkage = t->sign == '{' && string && ctscan_is(f, token - 2, "extern");
	if (linkage) {
		t->sign = ';';
		return;
	}
	t->block = t->sign == '{' && begins_block(f, token);
	r->open = token;
}

static bool is_pair(char open, char close)
{
	return (open == '(' && close == ')') || (open == '[' && close == ']') || (open == '{' && close == '}');
}

/* A brace closes over other brackets that nobody closed; any other bracket without its pair stays alone. */
static void close_bracket(struct reading *r, uint32_t token)
{
	struct ctscan_token *tokens = r->file->tokens.items, *t = &tokens[token];
	uint32_t open = r->open;
	for (int i = 0; t->sign == '}' && open != CTSCAN_NONE && tokens[open].sign != '{' && i < UNWIND_MAX; i++)
		open = tokens[open].up;
	if (open == CTSCAN_NONE || !is_pair(tokens[open].sign, t->sign))
		return;
	t->pair = open;
	t->up = tokens[open].up;
	if (tokens[open].pair == CTSCAN_NONE)
		tokens[open].pair = token;
	r->open = t->up;
}

static struct ctscan_token plain_token(const struct reading *r, const struct ctoken *token)
{
	return (struct ctscan_token){
		.start = (uint32_t)token->offset,
		.end = (uint32_t)(token->offset + token->text.len),
		.line = token->line,
		.name = CTSCAN_NONE,
		.up = CTSCAN_NONE,
		.pair = CTSCAN_NONE,
		.branch = r->branch,
		.kind = (uint8_t)token->kind,
		.sign = token->kind == CTOKEN_PUNCT && token->text.len == 1 ? token->text.ptr[0] : '\0',
	};
}

static void add_token(struct reading *r, const struct ctoken *token)
{
	struct ctscan_tokens *tokens = &r->file->tokens;
	uint32_t at = (uint32_t)tokens->len;
	struct ctscan_token t = plain_token(r, token);
	t.up = r->open;
	*vec_push(tokens) = t;
	if (t.sign == '(' || t.sign == '[' || t.sign == '{')
		open_bracket(r, at);
	else if (t.sign == ')' || t.sign == ']' || t.sign == '}')
		close_bracket(r, at);
}

/* ---- directives */

/*
 * The branches of a conditional are read as if each stood alone: the brackets
 * that are open when one begins are those from before the conditional, and
 * behind it count those of the first branch.
 */
static void begin_conditional(struct reading *r)
{
	if (r->depth++ >= CONDITIONALS_MAX)
		return;
	r->conditionals[r->depth - 1] = (struct conditional){.branch = r->branch, .open = r->open, .first = true};
	r->branch = ++r->branches;
}

static void next_branch(struct reading *r)
{
	if (r->depth == 0 || r->depth > CONDITIONALS_MAX)
		return;
	struct conditional *c = &r->conditionals[r->depth - 1];
	if (c->first)
		c->open_then = r->open;
	c->first = false;
	r->open = c->open;
	r->branch = ++r->branches;
}

static void end_conditional(struct reading *r)
{
	if (r->depth == 0 || r->depth-- > CONDITIONALS_MAX)
		return;
	const struct conditional *c = &r->conditionals[r->depth];
	r->branch = c->branch;
	if (!c->first)
		r->open = c->open_then;
}

static bool word_is(const struct ctscan_file *f, size_t word, const char *text)
{
	return word < f->words.len && str_eq(ctscan_text(f, &f->words.items[word]), str_of(text));
}

static void end_directive(struct reading *r)
{
	struct ctscan_file *f = r->file;
	struct ctscan_directive *d = &f->directives.items[f->directives.len - 1];
	d->last = (uint32_t)f->words.len;
	r->directive = false;
	if (word_is(f, d->first, "if") || word_is(f, d->first, "ifdef") || word_is(f, d->first, "ifndef"))
		begin_conditional(r);
	else if (word_is(f, d->first, "endif"))
		end_conditional(r);
	else if (word_is(f, d->first, "else") || word_is(f, d->first, "elif") ||
		 word_is(f, d->first, "elifdef") || word_is(f, d->first, "elifndef"))
		next_branch(r);
}

static void read_token(struct reading *r, const struct ctoken *token)
{
	struct ctscan_file *f = r->file;
	switch (token->kind) {
	case CTOKEN_COMMENT:
		*vec_push(&f->comments) = plain_token(r, token);
		break;
	case CTOKEN_HASH:
		*vec_push(&f->directives) = (struct ctscan_directive){
			.start = (uint32_t)token->offset,
			.end = (uint32_t)token->offset + 1,
			.first = (uint32_t)f->words.len,
		};
		r->directive = true;
		break;
	case CTOKEN_END:
		end_directive(r);
		break;
	default:
		if (!r->directive) {
			add_token(r, token);
			break;
		}
		*vec_push(&f->words) = plain_token(r, token);
		f->directives.items[f->directives.len - 1].end = (uint32_t)(token->offset + token->text.len);
	}
}

static void read_file(struct ctscan_file *f)
{
	struct reading r = {.file = f, .open = CTSCAN_NONE};
	struct ctoken_reader reader = ctoken_reader(f->text);
	struct ctoken token;
	while (ctoken_next(&reader, &token))
		read_token(&r, &token);
}

/* ---- names */

static void add_names(struct nameset *names, const struct ctscan_file *f, const struct ctscan_tokens *tokens)
{
	for (size_t i = 0; i < tokens->len; i++) {
		if (tokens->items[i].kind == CTOKEN_NAME)
			nameset_add(names, ctscan_text(f, &tokens->items[i]));
	}
}

static void number_names(const struct ctscan *s, const struct ctscan_file *f, struct ctscan_tokens *tokens)
{
	for (size_t i = 0; i < tokens->len; i++) {
		if (tokens->items[i].kind == CTOKEN_NAME)
			tokens->items[i].name = ctscan_find_name(s, ctscan_text(f, &tokens->items[i]));
	}
}

static uint32_t find(const struct nameset *set, struct str text)
{
	size_t low = 0, high = set->len;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = str_cmp(set->items[middle], text);
		if (order == 0)
			return (uint32_t)middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return CTSCAN_NONE;
}

uint32_t ctscan_find_name(const struct ctscan *s, struct str text)
{
	uint32_t found = find(&s->names, text);
	if (found == CTSCAN_NONE && s->made.sorted) {
		found = find(&s->made, text);
		found += found == CTSCAN_NONE ? 0 : (uint32_t)s->names.len;
	}
	return found;
}

struct str ctscan_name(const struct ctscan *s, uint32_t name)
{
	return name < s->names.len ? s->names.items[name] : s->made.items[name - s->names.len];
}

int ctscan_read(struct ctscan *s, const struct ctest_source *sources, size_t len, struct arena *a, struct err *err)
{
	size_t bytes = 0;
	for (size_t i = 0; i < len; i++) {
		bytes += min_size(sources[i].text.len, CTESTS_TEXT_MAX + 1);
		if (bytes > CTESTS_TEXT_MAX)
			return err_set(err, ERR_LIMIT, "%s: the sources of one test program are more than %d MiB",
				       sources[i].path, CTESTS_TEXT_MAX >> 20);
	}
	*s = (struct ctscan){.arena = a, .files_len = len};
	s->files = arena_array(a, len, struct ctscan_file);
	for (size_t i = 0; i < len; i++) {
		struct ctscan_file *f = &s->files[i];
		f->text = sources[i].text;
		read_file(f);
		add_names(&s->names, f, &f->tokens);
		add_names(&s->names, f, &f->words);
	}
	nameset_seal(&s->names);
	for (size_t i = 0; i < len; i++) {
		number_names(s, &s->files[i], &s->files[i].tokens);
		number_names(s, &s->files[i], &s->files[i].words);
	}
	return 0;
}

void ctscan_release(struct ctscan *s)
{
	for (size_t i = 0; i < s->files_len; i++) {
		vec_release(&s->files[i].tokens);
		vec_release(&s->files[i].words);
		vec_release(&s->files[i].comments);
		vec_release(&s->files[i].directives);
	}
	nameset_release(&s->names);
	nameset_release(&s->made);
	vec_release(&s->macros);
	vec_release(&s->functions);
	vec_release(&s->mentions);
}

/* Names of the sources and names that macros made are each in order. */
struct strings ctscan_all_names(const struct ctscan *s, uint32_t **ret_rank)
{
	size_t len = ctscan_names_len(s), a = 0, b = s->names.len;
	struct strings names = {arena_array(s->arena, len + 1, const char *), 0};
	uint32_t *rank = arena_array(s->arena, len + 1, uint32_t);
	while (a < s->names.len || b < len) {
		bool first = b == len || (a < s->names.len &&
					  str_cmp(ctscan_name(s, (uint32_t)a), ctscan_name(s, (uint32_t)b)) < 0);
		uint32_t name = (uint32_t)(first ? a++ : b++);
		struct str text = ctscan_name(s, name);
		bool word = str_index(text, '(') == text.len;
		rank[name] = word ? (uint32_t)names.len : CTSCAN_NONE;
		if (word)
			names.items[names.len++] = arena_str(s->arena, text);
	}
	*ret_rank = rank;
	return names;
}

/* ---- looking around */

uint32_t ctscan_argument(const struct ctscan_file *f, uint32_t open, uint32_t number)
{
	const struct ctscan_token *tokens = f->tokens.items;
	if (ctscan_sign(f, open) != '(' || tokens[open].pair == CTSCAN_NONE)
		return CTSCAN_NONE;
	uint32_t close = tokens[open].pair, at = open + 1;
	for (int i = 0; at < close && number > 0 && i < ARGUMENT_TOKENS_MAX; i++) {
		number -= tokens[at].sign == ',';
		at = ctscan_behind(f, at);
	}
	bool alone = number == 0 && is_name(f, at) && (at + 1 == close || ctscan_sign(f, at + 1) == ',');
	return alone ? at : CTSCAN_NONE;
}

size_t ctscan_directive_from(const struct ctscan_file *f, uint32_t start)
{
	size_t low = 0, high = f->directives.len;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (f->directives.items[middle].start < start)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
