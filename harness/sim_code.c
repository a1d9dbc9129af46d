#include "harness/sim_reader.h"

/*
 * Code as the reader of statements sees it. Macros that only give keywords, punctuation or a name another name are
 * taken back. Every branch of a conditional is read, since nobody knows here which one would be compiled; what
 * brackets the later branches open or close for others goes, so that the first one alone decides.
 */

enum { ALIAS_WORDS_MAX = 8, ALIAS_DEPTH_MAX = 4, CONDITIONS_MAX = 100 };

/* ---- names */

uint32_t sim_name(struct sim_names *names, uint64_t exact)
{
	uint32_t name = sim_set_add(&names->exact, exact);
	if (name == names->len)
		*vec_push(names) = (struct sim_known){0};
	return name;
}

void sim_names_seal(struct sim_names *names)
{
	names->sorted = mem_zalloc(names->len, sizeof(*names->sorted));
	if (names->len == 0)
		return;
	memcpy(names->sorted, names->exact.values, names->len * sizeof(*names->sorted));
	qsort(names->sorted, names->len, sizeof(*names->sorted), sim_by_value);
}

/* ---- symbols */

/* Spellings that compilers and headers have for keywords. */
static const struct {
	const char *text;
	enum sim_symbol symbol;
} spellings[] = {
	{"__inline", SYM_INLINE}, {"__inline__", SYM_INLINE}, {"__forceinline", SYM_INLINE}, {"__extension__", SYM_INLINE},
	{"__const", SYM_CONST}, {"__volatile__", SYM_VOLATILE}, {"__volatile", SYM_VOLATILE}, {"bool", SYM_BOOL},
	{"__restrict", SYM_RESTRICT}, {"__restrict__", SYM_RESTRICT}, {"__attribute", SYM_ATTRIBUTE},
	{"__asm__", SYM_ASM}, {"__asm", SYM_ASM},
};

struct row {
	uint64_t hash;
	uint32_t symbol;
};

enum { ROWS = 256 };

/* By hash, with free places between. */
static void fill_rows(struct row *rows)
{
#define SIM_TEXT(name, text) text,
	static const char *const symbols[] = {SIM_SYMBOLS(SIM_TEXT)};
#undef SIM_TEXT
	for (size_t i = 0; i < countof(symbols) + countof(spellings); i++) {
		bool usual = i < countof(symbols);
		uint64_t hash = sim_hash(str_of(usual ? symbols[i] : spellings[i - countof(symbols)].text));
		size_t at = hash % ROWS;
		while (rows[at].hash)
			at = (at + 1) % ROWS;
		rows[at] = (struct row){hash, usual ? (uint32_t)i : (uint32_t)spellings[i - countof(symbols)].symbol};
	}
}

static uint32_t symbol_of(const struct row *rows, uint64_t exact)
{
	size_t at = exact % ROWS;
	while (rows[at].hash && rows[at].hash != exact)
		at = (at + 1) % ROWS;
	return rows[at].hash ? rows[at].symbol : SIM_WORD_STRAY;
}

/* ---- reading */

/* What a macro without parameters stands for. */
struct alias {
	uint32_t name;
	uint32_t first, len; /* in the raw codes */
};

struct condition {
	size_t branch;       /* where it begins */
	bool later;
};

struct reading {
	struct sim_text *side;
	struct row rows[ROWS];
	struct sim_codes raw, macros; /* macros of the file at hand, which go behind it */
	struct condition conditions[CONDITIONS_MAX];
	size_t depth;
	struct {
		struct alias *items;
		size_t len, cap;
	} aliases;
};

/* "NULL" and the like, which may be given other names. */
static bool is_named_value(const struct sim_token *t)
{
	char first = t->text.len ? t->text.ptr[0] : '0';
	return t->class == SIM_VALUE && ctoken_name_byte(first) && (first < '0' || first > '9') &&
	       !str_ends(t->text, STR("'"));
}

static struct sim_code code_of(struct reading *r, uint32_t token)
{
	const struct sim_token *t = &r->side->tokens.items[token];
	uint32_t symbol = symbol_of(r->rows, t->exact), name = 0;
	bool word = t->class == SIM_ID || t->class == SIM_CALLED || t->class == SIM_LIBC;
	if (symbol == SIM_WORD_STRAY && (word || is_named_value(t))) {
		symbol = SIM_WORD_NAME;
		name = sim_name(&r->side->names, t->exact);
	} else if (t->class == SIM_VALUE) {
		symbol = SIM_WORD_NUMBER;
	} else if (t->class == SIM_TEXT) {
		symbol = SIM_WORD_STRING;
	}
	return (struct sim_code){symbol, {name}, token};
}

/* Brackets that the codes from `from` on open or close for others go. */
static void balance(struct sim_codes *codes, size_t from)
{
	struct {
		size_t *items;
		size_t len, cap;
	} open = {0};
	const uint32_t gone = UINT32_MAX;
	size_t kept = from;
	for (size_t i = from; i < codes->len; i++) {
		struct sim_code *c = &codes->items[i];
		bool closes = c->symbol == SYM_END || c->symbol == SYM_CLOSE;
		if (c->symbol == SYM_BEGIN || c->symbol == SYM_OPEN)
			*vec_push(&open) = i;
		else if (closes && open.len)
			open.len--;
		else if (closes)
			c->symbol = gone;
	}
	for (size_t i = 0; i < open.len; i++)
		codes->items[open.items[i]].symbol = gone;
	for (size_t i = from; i < codes->len; i++) {
		if (codes->items[i].symbol != gone)
			codes->items[kept++] = codes->items[i];
	}
	codes->len = kept;
	vec_release(&open);
}

/* Conditions that are nested too deep are counted, and no more. */
static void read_break(struct reading *r, uint8_t flags)
{
	if (flags & SIM_BRANCHES) {
		if (r->depth < CONDITIONS_MAX)
			r->conditions[r->depth] = (struct condition){r->raw.len, false};
		r->depth++;
	} else if (flags & (SIM_ELSE | SIM_JOINS) && r->depth) {
		if (r->depth <= CONDITIONS_MAX) {
			struct condition *c = &r->conditions[r->depth - 1];
			if (c->later)
				balance(&r->raw, min_size(c->branch, r->raw.len));
			*c = (struct condition){r->raw.len, true};
		}
		r->depth -= (flags & SIM_JOINS) != 0;
	}
}

static bool touches(const struct sim_token *a, const struct sim_token *b)
{
	return a->text.ptr + a->text.len == b->text.ptr;
}

/* A macro from its name on; returns what stands behind it. */
static uint32_t read_macro(struct reading *r, uint32_t at)
{
	const struct sim_tokens *t = &r->side->tokens;
	struct sim_code name = code_of(r, at);
	uint32_t first = at + 1, end = at;
	while (end < t->len && t->items[end].flags & SIM_IS_MACRO)
		end++;
	if (name.symbol != SIM_WORD_NAME) /* a keyword that is to mean something else */
		return end;
	struct sim_code paren = first < end ? code_of(r, first) : name;
	bool parameters = paren.symbol == SYM_OPEN && touches(&t->items[at], &t->items[first]);
	struct sim_known *known = &r->side->names.items[name.name];
	known->defined |= parameters;
	known->constant |= !parameters;
	if (!parameters)
		*vec_push(&r->aliases) = (struct alias){name.name, first, end - first};
	*vec_push(&r->macros) = (struct sim_code){SIM_WORD_DEFINE, {0}, at};
	for (; at < end; at++)
		*vec_push(&r->macros) = code_of(r, at);
	*vec_push(&r->macros) = (struct sim_code){SIM_WORD_DEFINE_END, {0}, at - 1};
	return end;
}

static void end_file(struct reading *r)
{
	for (size_t i = 0; i < r->macros.len; i++)
		*vec_push(&r->raw) = r->macros.items[i];
	r->macros.len = 0;
	r->depth = 0;
}

/* Of a table only its braces are code. */
static bool is_data(const struct sim_tokens *t, uint32_t at)
{
	return at && at + 1 < t->len && t->items[at - 1].flags & t->items[at].flags & t->items[at + 1].flags & SIM_IS_TABLE;
}

static void read_all(struct reading *r)
{
	const struct sim_tokens *t = &r->side->tokens;
	for (uint32_t at = 0; at < t->len;) {
		uint32_t file = t->items[at].file;
		if (t->items[at].flags & SIM_IS_MACRO)
			at = read_macro(r, at);
		else if (t->items[at].class == SIM_BREAK)
			read_break(r, t->items[at++].flags);
		else if (is_data(t, at))
			at++;
		else
			*vec_push(&r->raw) = code_of(r, at++);
		if (at >= t->len || t->items[at].file != file)
			end_file(r);
	}
}

/* ---- macros that only rename */

static int by_name(const void *left, const void *right)
{
	const struct alias *a = left, *b = right;
	if (a->name != b->name)
		return a->name < b->name ? -1 : 1;
	return (a->first > b->first) - (a->first < b->first);
}

static bool only_renames(struct reading *r, const struct alias *a)
{
	if (a->len == 1) {
		struct sim_code to = code_of(r, a->first);
		return to.symbol < SYM_COUNT || (to.symbol == SIM_WORD_NAME && to.name != a->name);
	}
	bool plain = a->len <= ALIAS_WORDS_MAX;
	for (uint32_t i = 0; plain && i < a->len; i++)
		plain = code_of(r, a->first + i).symbol < SYM_COUNT;
	return plain;
}

/* Of each name the first, if it is one of these. */
static void choose_aliases(struct reading *r)
{
	size_t kept = 0;
	uint32_t last = UINT32_MAX;
	if (r->aliases.len)
		qsort(r->aliases.items, r->aliases.len, sizeof(*r->aliases.items), by_name);
	for (size_t i = 0; i < r->aliases.len; i++) {
		struct alias a = r->aliases.items[i];
		if (a.name != last && only_renames(r, &a))
			r->aliases.items[kept++] = a;
		last = a.name;
	}
	r->aliases.len = kept;
}

static const struct alias *find_alias(const struct reading *r, uint32_t name)
{
	size_t low = 0, high = r->aliases.len;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (r->aliases.items[middle].name < name)
			low = middle + 1;
		else
			high = middle;
	}
	return low < r->aliases.len && r->aliases.items[low].name == name ? &r->aliases.items[low] : NULL;
}

static void put_code(struct reading *r, struct sim_code code, struct sim_codes *out, unsigned depth)
{
	const struct alias *a = code.symbol == SIM_WORD_NAME && depth < ALIAS_DEPTH_MAX ? find_alias(r, code.name) : NULL;
	if (!a) {
		*vec_push(out) = code;
		return;
	}
	for (uint32_t i = 0; i < a->len; i++) {
		struct sim_code put = code_of(r, a->first + i);
		put.token = code.token;
		put_code(r, put, out, depth + 1);
	}
}

/* ---- brackets */

struct open {
	uint32_t *items;
	size_t len, cap;
};

static void close_all(struct sim_codes *codes, struct open *open, uint32_t at)
{
	while (open->len)
		codes->items[open->items[--open->len]].past = at;
}

/* Any bracket closes the last one that is open, whatever it is. */
static void find_groups(struct sim_codes *codes, const struct sim_tokens *tokens)
{
	struct open open = {0};
	for (uint32_t i = 0; i < codes->len; i++) {
		const struct sim_code *c = &codes->items[i];
		bool border = c->symbol == SIM_WORD_DEFINE || c->symbol == SIM_WORD_DEFINE_END;
		if (border || (i && tokens->items[c->token].file != tokens->items[codes->items[i - 1].token].file))
			close_all(codes, &open, i);
		if (c->symbol == SYM_OPEN || c->symbol == SYM_BEGIN || c->symbol == SYM_BRACKET)
			*vec_push(&open) = i;
		else if (open.len && (c->symbol == SYM_CLOSE || c->symbol == SYM_END || c->symbol == SYM_BRACKET_END))
			codes->items[open.items[--open.len]].past = i + 1;
	}
	close_all(codes, &open, (uint32_t)codes->len);
	vec_release(&open);
}

struct sim_codes sim_read_codes(struct sim_text *side)
{
	struct reading *r = mem_zalloc(1, sizeof(*r));
	struct sim_codes out = {0};
	r->side = side;
	fill_rows(r->rows);
	read_all(r);
	choose_aliases(r);
	for (size_t i = 0; i < r->raw.len; i++) {
		if (i && r->raw.items[i - 1].symbol == SIM_WORD_DEFINE)
			*vec_push(&out) = r->raw.items[i];
		else
			put_code(r, r->raw.items[i], &out, 0);
	}
	for (size_t i = 0; i < out.len; i++) {
		struct sim_known *known = out.items[i].symbol == SIM_WORD_NAME ? &side->names.items[out.items[i].name] : NULL;
		if (!known)
			continue;
		known->uses++;
		known->calls += i + 1 < out.len && out.items[i + 1].symbol == SYM_OPEN;
	}
	find_groups(&out, &side->tokens);
	vec_release(&r->raw);
	vec_release(&r->macros);
	vec_release(&r->aliases);
	free(r);
	return out;
}
