#include "harness/sim_reader.h"

/* Which names are types and constants, where functions begin, and what of them the interface dictates. */

enum { FORCED_OPS = 4, FORCED_TOKENS = 64 };

/* ---- names */

static bool is_name(const struct sim_reader *r, uint32_t at)
{
	return sim_symbol(r, at) == SIM_WORD_NAME;
}

/* The names that a typedef gives, which begins in front of `at`. */
static void mark_typedef(struct sim_reader *r, uint32_t at)
{
	struct sim_known *named = NULL;
	bool pointer = false;
	while (at < r->end) {
		uint32_t symbol = sim_symbol(r, at);
		if (symbol == SYM_SEMICOLON || symbol == SYM_TYPEDEF || symbol == SIM_WORD_DEFINE)
			break;
		if (symbol == SYM_OPEN && sim_symbol(r, at + 1) == SYM_STAR && is_name(r, at + 2) && !pointer) {
			named = sim_known(r, at + 2);
			pointer = true;
		}
		if (symbol == SYM_COMMA && named)
			named->type = true;
		if (symbol == SYM_OPEN || symbol == SYM_BEGIN || symbol == SYM_BRACKET)
			at = sim_past_group(r, at);
		else if (is_name(r, at++) && !pointer)
			named = sim_known(r, at - 1);
	}
	if (named)
		named->type = true;
}

static void mark_enumerators(struct sim_reader *r, uint32_t at)
{
	at += is_name(r, at);
	if (sim_symbol(r, at) != SYM_BEGIN)
		return;
	for (uint32_t end = sim_past_group(r, at); at + 1 < end && sim_symbol(r, at + 1) != SYM_BEGIN; at++) {
		uint32_t symbol = sim_symbol(r, at);
		if ((symbol == SYM_BEGIN || symbol == SYM_COMMA) && is_name(r, at + 1))
			sim_known(r, at + 1)->constant = true;
	}
}

/* What looks like a type of libc. */
static bool is_library_type(struct str name)
{
	return (name.len > 2 && str_ends(name, STR("_t"))) || str_eq(name, STR("FILE")) || str_eq(name, STR("va_list"));
}

static void mark_names(struct sim_reader *r)
{
	for (uint32_t at = 0; at < r->end; at++) {
		uint32_t symbol = r->codes[at].symbol;
		if (symbol == SYM_TYPEDEF)
			mark_typedef(r, at + 1);
		else if (symbol == SYM_ENUM)
			mark_enumerators(r, at + 1);
		else if (symbol == SIM_WORD_NAME && is_library_type(r->side->tokens.items[r->codes[at].token].text))
			sim_known(r, at)->type = true;
	}
}

/* Names of public headers and of what else both sides have. */
static void mark_shared_names(struct sim_text *side, const struct sim_files *shared)
{
	struct sim_text other = {.files = shared};
	uint64_t *names;
	if (!shared || shared->len == 0)
		return;
	sim_read_tokens(&other);
	names = mem_zalloc(other.tokens.len, sizeof(*names));
	for (size_t i = 0; i < other.tokens.len; i++)
		names[i] = other.tokens.items[i].exact;
	if (other.tokens.len)
		qsort(names, other.tokens.len, sizeof(*names), sim_by_value);
	for (size_t i = 0; i < side->names.len; i++)
		side->names.items[i].shared = sim_sorted_have(names, other.tokens.len, side->names.exact.values[i]);
	free(names);
	free(other.tokens.items);
	free(other.comments.items);
	arena_release(&other.arena);
}

/* ---- functions */

/* What stands in front of a brace, from the end of what came before. */
struct heading {
	uint32_t begin, brace;
	uint32_t name;           /* code in front of the last parentheses */
	bool named, parentheses; /* whether there is one; whether there are any */
	bool type, set;
};

/* "int f(a) int a; {": parameters of old are declared behind the parentheses. */
static bool declares_parameters(const struct sim_reader *r, const struct heading *h, uint32_t semicolon)
{
	return h->named && !h->set && semicolon > h->begin && sim_symbol(r, semicolon - 1) != SYM_CLOSE;
}

static struct heading read_heading(const struct sim_reader *r, uint32_t at)
{
	struct heading h = {.begin = at};
	const struct sim_token *tokens = r->side->tokens.items;
	uint32_t file = tokens[r->codes[at].token].file;
	while (at < r->end && r->codes[at].symbol != SIM_WORD_DEFINE && tokens[r->codes[at].token].file == file) {
		uint32_t symbol = sim_symbol(r, at);
		if (symbol == SYM_BEGIN || symbol == SYM_END || (symbol == SYM_SEMICOLON && !declares_parameters(r, &h, at)))
			break;
		h.type |= symbol == SYM_STRUCT || symbol == SYM_UNION || symbol == SYM_ENUM;
		h.set |= symbol == SYM_SET;
		if (symbol != SYM_OPEN) {
			at++;
			continue;
		}
		h.parentheses = true;
		if (at > h.begin && is_name(r, at - 1)) {
			h.named = true;
			h.name = at - 1;
		}
		at = sim_past_group(r, at);
	}
	h.brace = at;
	return h;
}

static uint64_t hash_of(const struct sim_reader *r, uint32_t from, uint32_t past)
{
	uint64_t h = past - from;
	for (; from < past; from++)
		h = sim_mix(h, r->side->tokens.items[r->codes[from].token].exact);
	return h;
}

/* What stands between `from` and `past`, if any of it does something. */
static void add_body(struct sim_reader *r, struct str name, uint32_t begin, uint32_t from, uint32_t past)
{
	struct sim_text *side = r->side;
	struct sim_reader in = *r;
	if (past <= from)
		return;
	struct sim_body body = {
		.first = r->codes[begin].token,
		.last = r->codes[past - 1].token,
		.op = (uint32_t)side->ops.len,
		.exact = hash_of(r, from, past),
	};
	in.at = in.counted = from;
	in.end = past;
	in.body = (uint32_t)side->bodies.len;
	sim_read_statements(&in);
	body.ops = (uint32_t)side->ops.len - body.op;
	if (body.ops == 0)
		return;
	body.name = arena_str(&side->arena, name);
	*vec_push(&side->bodies) = body;
}

static void read_macro(struct sim_reader *r, bool marking)
{
	uint32_t begin = r->at + 1, end = begin;
	while (end < r->end && r->codes[end].symbol != SIM_WORD_DEFINE_END)
		end++;
	if (!marking && begin < end) {
		struct sim_reader within = *r;
		within.end = end;
		bool parameters = sim_known(r, begin)->defined && sim_symbol(&within, begin + 1) == SYM_OPEN;
		uint32_t from = parameters ? sim_past_group(&within, begin + 1) : begin + 1;
		add_body(r, r->side->tokens.items[r->codes[begin].token].text, begin, from, end);
	}
	r->at = end + (end < r->end);
}

static bool is_linkage(const struct sim_reader *r, const struct heading *h)
{
	return h->brace == h->begin + 2 && sim_symbol(r, h->begin) == SYM_EXTERN &&
	       sim_symbol(r, h->begin + 1) == SIM_WORD_STRING;
}

/* First only marked: what is defined must be known where it is called. */
static void read_braces(struct sim_reader *r, const struct heading *h, bool marking)
{
	uint32_t past = sim_past_group(r, h->brace);
	if (marking && h->named && !h->set)
		sim_known(r, h->name)->defined = true;
	else if (!marking && h->set)
		add_body(r, STR(""), h->begin, h->begin, past);
	else if (!marking && (h->parentheses || !h->type))
		add_body(r, h->named ? r->side->tokens.items[r->codes[h->name].token].text : STR(""), h->begin, h->brace, past);
	r->at = past;
}

static void read_top(struct sim_reader *r, bool marking)
{
	struct heading h = read_heading(r, r->at);
	uint32_t symbol = sim_symbol(r, h.brace);
	if (symbol == SYM_BEGIN && is_linkage(r, &h)) {
		r->at = h.brace + 1;
	} else if (symbol == SYM_BEGIN) {
		read_braces(r, &h, marking);
	} else {
		if (h.set && !marking)
			add_body(r, STR(""), h.begin, h.begin, h.brace);
		r->at = h.brace + (symbol == SYM_SEMICOLON || symbol == SYM_END);
	}
}

static void read_all(struct sim_reader *r, bool marking)
{
	for (r->at = 0; r->at < r->end;) {
		if (r->codes[r->at].symbol == SIM_WORD_DEFINE)
			read_macro(r, marking);
		else
			read_top(r, marking);
	}
}

/* ---- what the interface dictates */

/* It hands on or looks something up, and nothing else; or is a table that is written as code. */
static bool only_hands_on(const struct sim_text *side, const struct sim_body *body)
{
	bool conditions = false, table = true;
	for (uint32_t i = body->op; i < body->op + body->ops; i++) {
		uint64_t kind = side->ops.items[i].kind;
		conditions |= kind == OP_COND || kind == OP_SELECT;
		table &= kind == OP_COND || kind == OP_EQUAL || (kind == OP_RETURN && side->ops.items[i].weight == 2 &&
								 !side->ops.items[i].names[0]);
	}
	return table || (!conditions && body->ops <= FORCED_OPS && body->last - body->first <= FORCED_TOKENS);
}

static void find_forced(struct sim_text *side, const struct strings *interface)
{
	for (size_t i = 0; interface && i < side->bodies.len; i++) {
		struct sim_body *body = &side->bodies.items[i];
		body->forced = strings_have(interface, body->name) && only_hands_on(side, body);
		for (uint32_t t = body->first; body->forced && t <= body->last; t++)
			side->tokens.items[t].flags |= SIM_IS_FORCED;
	}
}

void sim_read_bodies(struct sim_text *side, const struct sim_files *shared, const struct strings *interface)
{
	struct sim_codes codes = sim_read_codes(side);
	struct sim_reader r = {.side = side, .codes = codes.items, .end = (uint32_t)codes.len};
	mark_shared_names(side, shared);
	sim_names_seal(&side->names);
	mark_names(&r);
	read_all(&r, true);
	read_all(&r, false);
	find_forced(side, interface);
	free(codes.items);
}
