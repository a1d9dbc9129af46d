#include "harness/ctests_scan.h"

#include "core/mem.h"

/* More parameters or longer bodies make no names; more #defines in a function keep it where it is. */
enum { PARAMETERS_MAX = 16, BODY_MAX = 4096, MADE_BYTES_MAX = 256, DEFINES_MAX = 16, ALL_MADE_BYTES_MAX = 16 << 20 };

static uint32_t *by_name(const struct ctscan *s)
{
	uint32_t *first = arena_array(s->arena, ctscan_names_len(s) + 1, uint32_t);
	memset(first, 0xFF, ctscan_names_len(s) * sizeof(*first));
	return first;
}

/* ---- macros */

static bool word_is(const struct ctscan_file *f, uint32_t word, uint32_t end, const char *text)
{
	return word < end && str_eq(ctscan_text(f, &f->words.items[word]), str_of(text));
}

struct parameters {
	uint32_t names[PARAMETERS_MAX];
	uint32_t len;
};

static uint32_t find_parameter(const struct parameters *p, uint32_t name)
{
	uint32_t i = 0;
	while (i < p->len && p->names[i] != name)
		i++;
	return i;
}

/* The fixed half of a pasted name: a word beside ##, if it is no parameter itself. */
static bool fixed_half(const struct ctscan_file *f, const struct parameters *p, uint32_t word, struct str *ret)
{
	const struct ctscan_token *w = &f->words.items[word];
	if ((w->kind != CTOKEN_NAME && w->kind != CTOKEN_NUMBER) || find_parameter(p, w->name) < p->len)
		return false;
	*ret = ctscan_text(f, w);
	return true;
}

/* `test_##name`, `name##_test`, `a_##name##_b` in the macro's body. */
static void find_pastes(const struct ctscan_file *f, struct ctscan_macro *m, const struct parameters *p)
{
	uint32_t end = m->last - m->first > BODY_MAX ? m->first + BODY_MAX : m->last;
	for (uint32_t i = m->first; i < end && m->pastes_len < CTSCAN_PASTES_MAX; i++) {
		struct ctscan_paste paste = {.parameter = find_parameter(p, f->words.items[i].name)};
		bool before = i >= m->first + 2 && word_is(f, i - 1, end, "##");
		bool after = i + 2 < end && word_is(f, i + 1, end, "##");
		if (f->words.items[i].kind != CTOKEN_NAME || paste.parameter >= p->len || (!before && !after))
			continue;
		if (before && !fixed_half(f, p, i - 2, &paste.before))
			continue;
		if (!after || fixed_half(f, p, i + 2, &paste.after))
			m->pastes[m->pastes_len++] = paste;
	}
}

static void add_macro(struct ctscan *s, uint32_t file, const struct ctscan_directive *d)
{
	const struct ctscan_file *f = &s->files[file];
	const struct ctscan_token *words = f->words.items;
	if (!word_is(f, d->first, d->last, "define") || d->last - d->first < 2)
		return;
	struct ctscan_macro m = {
		.name = words[d->first + 1].name, .file = file, .first = d->first + 2, .last = d->last};
	if (m.name == CTSCAN_NONE)
		return;
	struct parameters p = {0};
	if (word_is(f, m.first, d->last, "(") && words[m.first].start == words[m.first - 1].end) {
		for (m.first++; m.first < d->last && words[m.first].sign != ')'; m.first++) {
			if (words[m.first].kind == CTOKEN_NAME && p.len < PARAMETERS_MAX)
				p.names[p.len++] = words[m.first].name;
		}
		m.first += m.first < d->last;
		find_pastes(f, &m, &p);
	}
	m.next = s->macro_of[m.name];
	s->macro_of[m.name] = (uint32_t)s->macros.len;
	*vec_push(&s->macros) = m;
}

/* ---- names that macros make */

struct made {
	char text[MADE_BYTES_MAX + sizeof("TEST(, )")];
	size_t len; /* 0: the argument is no name, or too long */
	uint32_t argument;
};

/* Unity's fixtures make a function from group and name, and print them so. */
static bool make_fixture(const struct ctscan_file *f, uint32_t token, struct made *made)
{
	static const char *const macros[] = {"TEST", "RUN_TEST_CASE"};
	uint32_t group = ctscan_argument(f, token + 1, 0), name = ctscan_argument(f, token + 1, 1);
	if (group == CTSCAN_NONE || name == CTSCAN_NONE || ctscan_sign(f, name + 1) != ')' ||
	    !ctscan_is_any(f, token, macros, countof(macros)))
		return false;
	struct str first = ctscan_text(f, &f->tokens.items[group]), second = ctscan_text(f, &f->tokens.items[name]);
	if (first.len + second.len > MADE_BYTES_MAX)
		return false;
	made->len = (size_t)snprintf(made->text, sizeof(made->text), "TEST(%.*s, %.*s)", STR_ARG(first),
				     STR_ARG(second));
	made->argument = name;
	return true;
}

/* False when the macro makes fewer names. */
static bool make_name(const struct ctscan *s, const struct ctscan_file *f, uint32_t token, uint32_t k,
		      struct made *made)
{
	uint32_t macro = f->tokens.items[token].name;
	if (macro == CTSCAN_NONE || ctscan_sign(f, token + 1) != '(')
		return false;
	if (make_fixture(f, token, made))
		return k == 0;
	macro = s->macro_of[macro];
	if (macro == CTSCAN_NONE || k >= s->macros.items[macro].pastes_len)
		return false;
	const struct ctscan_paste *p = &s->macros.items[macro].pastes[k];
	made->len = 0;
	made->argument = ctscan_argument(f, token + 1, p->parameter);
	if (made->argument == CTSCAN_NONE)
		return true;
	struct str argument = ctscan_text(f, &f->tokens.items[made->argument]);
	if (p->before.len + argument.len + p->after.len <= MADE_BYTES_MAX)
		made->len = (size_t)snprintf(made->text, sizeof(made->text), "%.*s%.*s%.*s", STR_ARG(p->before),
					     STR_ARG(argument), STR_ARG(p->after));
	return true;
}

uint32_t ctscan_made_name(const struct ctscan *s, const struct ctscan_file *f, uint32_t token, uint32_t k,
			  uint32_t *ret_token)
{
	struct made made;
	if (!make_name(s, f, token, k, &made) || made.len == 0)
		return CTSCAN_NONE;
	*ret_token = made.argument;
	return ctscan_find_name(s, (struct str){made.text, made.len});
}

static void collect_made_names(struct ctscan *s)
{
	struct made made;
	size_t bytes = 0;
	for (size_t i = 0; i < s->files_len; i++) {
		const struct ctscan_file *f = &s->files[i];
		for (uint32_t t = 0; t < f->tokens.len; t++) {
			for (uint32_t k = 0; k < CTSCAN_PASTES_MAX && make_name(s, f, t, k, &made); k++) {
				struct str name = {made.text, made.len};
				bool room = name.len > 0 && bytes <= ALL_MADE_BYTES_MAX;
				if (!room || ctscan_find_name(s, name) != CTSCAN_NONE)
					continue;
				bytes += name.len;
				nameset_add(&s->made, (struct str){arena_str(s->arena, name), name.len});
			}
		}
	}
	nameset_seal(&s->made);
}

/* ---- functions */

/* What is known of an item at a file's top while its tokens are read. */
struct item {
	uint32_t first, end; /* `end`: its last token */
	uint32_t group;      /* the ( of what may be the parameters */
	uint32_t body;       /* its {, or CTSCAN_NONE if it is no function */
};

static bool is_attribute(const struct ctscan_file *f, uint32_t token)
{
	static const char *const words[] = {"__attribute__", "__attribute", "__declspec",
					    "_Alignas",      "_Pragma",     "__asm__"};
	return ctscan_is_any(f, token, words, countof(words));
}

/* `f(void) UNUSED(x) {`: what stands directly behind parameters are none. */
static bool may_be_parameters(const struct ctscan_file *f, const struct item *item, uint32_t open)
{
	if (open == item->first || f->tokens.items[open - 1].kind != CTOKEN_NAME || is_attribute(f, open - 1))
		return false;
	return item->group == CTSCAN_NONE || open < item->first + 2 || ctscan_sign(f, open - 2) != ')';
}

/* A macro's call on lines of its own, with an empty line behind it, is no part of what follows. */
static bool ends_at_gap(const struct ctscan_file *f, const struct item *item, uint32_t open)
{
	const struct ctscan_token *close = &f->tokens.items[f->tokens.items[open].pair];
	bool more = (size_t)(close - f->tokens.items) + 1 < f->tokens.len;
	return open == item->first + 1 && more && close[1].kind == CTOKEN_NAME && close[1].line > close->line + 1;
}

/* Old kinds of Check leave the braces to the macros. */
static bool read_start_test(const struct ctscan_file *f, struct item *item)
{
	if (!ctscan_is(f, item->first, "START_TEST") || ctscan_argument(f, item->first + 1, 0) == CTSCAN_NONE)
		return false;
	uint32_t at = f->tokens.items[item->first + 1].pair + 1;
	item->group = item->first + 1;
	item->body = at;
	for (; at < f->tokens.len && !ctscan_is(f, at, "START_TEST"); at++) {
		if (f->tokens.items[at].name != CTSCAN_NONE && ctscan_is(f, at, "END_TEST")) {
			item->end = at;
			return true;
		}
	}
	return false;
}

/* From item->first on: to a ";", a function's end, or a bracket that has no pair. */
static void read_item(const struct ctscan_file *f, struct item *item)
{
	const struct ctscan_token *tokens = f->tokens.items;
	bool assigned = false;
	item->group = item->body = CTSCAN_NONE;
	for (uint32_t i = item->first; i < f->tokens.len; i++) {
		item->end = i;
		char sign = tokens[i].sign;
		bool opens = sign == '(' || sign == '[' || sign == '{';
		if (sign == ';' || sign == '}' || (opens && tokens[i].pair == CTSCAN_NONE))
			return;
		assigned = assigned || sign == '=';
		if (sign == '{' && !assigned && item->group != CTSCAN_NONE) {
			item->body = i;
			item->end = tokens[i].pair;
			return;
		}
		if (sign == '(' && may_be_parameters(f, item, i))
			item->group = i;
		if (!opens)
			continue;
		item->end = tokens[i].pair;
		if (sign == '(' && ends_at_gap(f, item, i))
			return;
		i = tokens[i].pair;
	}
}

/* `MU_TEST(name) {`, and what macros of the sources make. */
static uint32_t function_name(const struct ctscan *s, const struct ctscan_file *f, const struct item *item)
{
	uint32_t head = item->group - 1, argument;
	uint32_t made = ctscan_made_name(s, f, head, 0, &argument);
	if (head > item->first && !ctscan_is(f, item->first, "static"))
		return f->tokens.items[head].name;
	if (made != CTSCAN_NONE)
		return made;
	argument = ctscan_argument(f, item->group, 0);
	bool alone = argument != CTSCAN_NONE && ctscan_sign(f, argument + 1) == ')';
	return f->tokens.items[head == item->first && alone ? argument : head].name;
}

/* `MACRO(x)` on a line of its own before a function can be a part of it or a thing of its own. */
static bool has_doubtful_head(const struct ctscan_file *f, const struct item *item)
{
	const struct ctscan_token *tokens = f->tokens.items;
	uint32_t open = item->first + 1;
	bool call = ctscan_sign(f, open) == '(' && tokens[open].pair != CTSCAN_NONE;
	if (item->group <= open || !call || is_attribute(f, item->first))
		return false;
	return tokens[tokens[open].pair + 1].line > tokens[tokens[open].pair].line;
}

/* Macros that are defined between are used nowhere else. */
static bool keeps_its_macros(const struct ctscan_file *f, const struct item *item, const uint32_t *uses)
{
	size_t defines = 0;
	uint32_t from = f->tokens.items[item->first].start, to = f->tokens.items[item->end].end;
	for (size_t i = ctscan_directive_from(f, from); i < f->directives.len; i++) {
		const struct ctscan_directive *d = &f->directives.items[i];
		if (d->start > to)
			break;
		bool defines_one = word_is(f, d->first, d->last, "define") || word_is(f, d->first, d->last, "undef");
		if (!defines_one)
			continue;
		uint32_t name = d->last - d->first > 1 ? f->words.items[d->first + 1].name : CTSCAN_NONE, inside = 0;
		if (name == CTSCAN_NONE || ++defines > DEFINES_MAX)
			return false;
		for (uint32_t t = item->first; t <= item->end; t++)
			inside += f->tokens.items[t].name == name;
		for (size_t k = d->first; k < f->words.len && f->words.items[k].start < to; k++)
			inside += f->words.items[k].name == name;
		for (size_t k = d->first; k > 0 && f->words.items[k - 1].start > from; k--)
			inside += f->words.items[k - 1].name == name;
		if (inside != uses[name])
			return false;
	}
	return true;
}

static void add_function(struct ctscan *s, uint32_t file, const struct item *item, const uint32_t *uses)
{
	const struct ctscan_file *f = &s->files[file];
	const struct ctscan_token *tokens = f->tokens.items;
	struct ctscan_function function = {
		.name = function_name(s, f, item),
		.file = file,
		.first = item->first,
		.last = item->end,
		.body = item->body,
	};
	if (function.name == CTSCAN_NONE)
		return;
	bool whole = tokens[item->first].branch == tokens[item->end].branch;
	function.movable = whole && !has_doubtful_head(f, item) && keeps_its_macros(f, item, uses);
	function.next = s->function_of[function.name];
	s->function_of[function.name] = (uint32_t)s->functions.len;
	*vec_push(&s->functions) = function;
}

static void find_functions(struct ctscan *s, uint32_t file, const uint32_t *uses)
{
	struct ctscan_file *f = &s->files[file];
	f->functions_first = (uint32_t)s->functions.len;
	struct item item = {0};
	while (item.first < f->tokens.len) {
		if (!read_start_test(f, &item))
			read_item(f, &item);
		if (item.body != CTSCAN_NONE) {
			item.end += ctscan_is(f, item.end + 1, "END_TEST");
			add_function(s, file, &item, uses);
		}
		item.first = item.end + 1;
	}
	f->functions_end = (uint32_t)s->functions.len;
}

static uint32_t *count_uses(const struct ctscan *s)
{
	uint32_t *uses = arena_array(s->arena, ctscan_names_len(s) + 1, uint32_t);
	for (size_t i = 0; i < s->files_len; i++) {
		const struct ctscan_tokens *lists[] = {&s->files[i].tokens, &s->files[i].words};
		for (size_t l = 0; l < countof(lists); l++) {
			for (size_t t = 0; t < lists[l]->len; t++) {
				if (lists[l]->items[t].name != CTSCAN_NONE)
					uses[lists[l]->items[t].name]++;
			}
		}
	}
	return uses;
}

void ctscan_find_items(struct ctscan *s)
{
	s->macro_of = by_name(s);
	for (uint32_t i = 0; i < s->files_len; i++) {
		for (size_t d = 0; d < s->files[i].directives.len; d++)
			add_macro(s, i, &s->files[i].directives.items[d]);
	}
	collect_made_names(s);
	uint32_t *macro_of = by_name(s); /* also of the new names, which are none */
	memcpy(macro_of, s->macro_of, s->names.len * sizeof(*macro_of));
	s->macro_of = macro_of;
	s->function_of = by_name(s);
	const uint32_t *uses = count_uses(s);
	for (uint32_t i = 0; i < s->files_len; i++)
		find_functions(s, i, uses);
}
