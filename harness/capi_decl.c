#include "harness/capi_parts.h"

/* ---- brackets */

static bool opens(const struct capi_token *token)
{
	return token_is(token, "(") || token_is(token, "[") || token_is(token, "{");
}

static bool closes(const struct capi_token *token)
{
	return token_is(token, ")") || token_is(token, "]") || token_is(token, "}");
}

bool parse_group(struct parse *p)
{
	size_t depth = 0;
	while (p->at < p->end) {
		depth += opens(p->at);
		depth -= depth && closes(p->at);
		p->at++;
		if (depth == 0)
			return true;
	}
	return false;
}

void parse_past_value(struct parse *p)
{
	while (p->at < p->end && !closes(p->at) && !token_is(p->at, ",") && !token_is(p->at, ";"))
		parse_group(p);
}

/* ---- specifiers */

static const struct ctype *type_named(const struct capi *c, struct str name)
{
	const struct name_slot *slot = names_find(&c->type_names, name);
	return slot ? slot->thing : NULL;
}

bool starts_type(const struct capi *c, const struct capi_token *token)
{
	if (token->kind != CTOKEN_NAME)
		return false;
	if (token->word == WORD_NAME)
		return type_named(c, token->text);
	return token->word != WORD_ASSERT && token->word != WORD_STATEMENT;
}

/* `typeof(x)`, `_BitInt(7)`; what is known of x is known of the type. */
static bool parse_type_of(struct parse *p, struct buf *base, struct specifiers *s)
{
	const struct capi_token *word = p->at++, *group = p->at;
	if (!parse_at(p, "(") || !parse_group(p))
		return false;
	text_token(base, word->text);
	for (const struct capi_token *token = group; token < p->at; token++)
		text_token(base, token->text);
	if (p->at - group != 3)
		return true;
	const struct name_slot *function = names_find(&p->c->function_names, group[1].text);
	s->type.alias = function ? function->thing : type_named(p->c, group[1].text);
	return true;
}

/* A name behind another is the declared one, unless the first is a leftover of
 * something that only looks like a type's. */
static bool is_leftover(const struct parse *p, const struct specifiers *s)
{
	if (s->known || !starts_type(p->c, p->at))
		return false;
	if (p->at->word != WORD_NAME)
		return p->at->word == WORD_TYPE || p->at->word == WORD_TAG;
	return p->at + 1 < p->end && (p->at[1].kind == CTOKEN_NAME || token_is(&p->at[1], "*"));
}

enum step { STEP_MORE, STEP_DONE, STEP_WRONG };

static enum step parse_type_word(struct parse *p, struct buf *base, struct specifiers *s, bool *seen)
{
	bool in_parentheses = p->at + 1 < p->end && token_is(&p->at[1], "(");
	enum word word = p->at->word;
	if (*seen && is_leftover(p, s))
		return STEP_WRONG;
	if (word == WORD_NAME && *seen)
		return STEP_DONE;
	if (word == WORD_ATOMIC && !in_parentheses) {
		text_token(base, p->at++->text);
		return STEP_MORE;
	}
	*seen = true;
	s->known = true;
	if (word == WORD_TAG)
		return parse_tag(p, base, s) ? STEP_MORE : STEP_WRONG;
	if (word == WORD_TYPE_OF || word == WORD_ATOMIC)
		return parse_type_of(p, base, s) ? STEP_MORE : STEP_WRONG;
	if (word == WORD_NAME) {
		s->type.alias = type_named(p->c, p->at->text);
		s->known = s->type.alias;
	}
	text_token(base, p->at++->text);
	return STEP_MORE;
}

static enum step parse_specifier(struct parse *p, struct buf *base, struct specifiers *s, bool *seen)
{
	if (p->at == p->end || p->at->kind != CTOKEN_NAME)
		return STEP_DONE;
	switch (p->at->word) {
	case WORD_QUALIFIER:
		text_token(base, p->at->text);
		break;
	case WORD_TYPEDEF:
		s->is_typedef = true;
		break;
	case WORD_EXTERN:
		s->is_extern = true;
		if (p->at + 1 < p->end && p->at[1].kind == CTOKEN_STRING)
			p->at++;
		break;
	case WORD_STATIC:
		s->is_static = true;
		break;
	case WORD_STORAGE:
		break;
	case WORD_ALIGN:
		p->at++;
		return parse_at(p, "(") && parse_group(p) ? STEP_MORE : STEP_WRONG;
	case WORD_ASSERT:
	case WORD_STATEMENT:
		return STEP_WRONG;
	default:
		return parse_type_word(p, base, s, seen);
	}
	p->at++;
	return STEP_MORE;
}

bool parse_specifiers(struct parse *p, struct specifiers *ret)
{
	SCOPED_BUF struct buf base;
	buf_init(&base, CAPI_STRINGS_MAX);
	struct specifiers s = {0};
	bool seen = false;
	enum step step;
	while ((step = parse_specifier(p, &base, &s, &seen)) == STEP_MORE)
		;
	if (step == STEP_WRONG || !seen)
		return false;
	s.type.base = capi_keep(p->c, buf_str(&base));
	*ret = s;
	return true;
}

/* ---- declarators */

static struct ctype_part *add_part(struct parse *p, struct declarator *d, enum part_kind kind)
{
	if (d->len == CTYPE_PARTS_MAX)
		return NULL;
	struct ctype_part *part = arena_new(p->c->a, struct ctype_part);
	part->kind = kind;
	part->text = "";
	d->parts[d->len++] = part;
	return part;
}

struct parameters {
	struct ctype_parameter *items;
	size_t len, cap;
};

static bool parse_parameter(struct parse *p, struct ctype_part *part, struct parameters *list)
{
	struct specifiers s;
	struct declarator d = {0};
	const struct capi_token *from = p->at;
	if (!parse_specifiers(p, &s))
		return false;
	bool name_only = !s.known && p->at - from == 1;
	if (!parse_declarator(p, false, &d))
		return false;
	part->names_only = (list->len == 0 || part->names_only) && name_only && p->at - from == 1;
	*vec_push(list) = (struct ctype_parameter){declared_type(p->c, &s, &d),
						   d.name ? d.name->text : (struct str){0}};
	return true;
}

static bool parse_parameter_list(struct parse *p, struct ctype_part *part, struct parameters *list)
{
	if (parse_take(p, ")"))
		return part->unspecified = true;
	do {
		if (parse_take(p, "...")) {
			part->variadic = true;
			break;
		}
		if (!parse_parameter(p, part, list))
			return false;
	} while (parse_take(p, ","));
	return parse_take(p, ")");
}

static bool is_void(const struct ctype_parameter *parameter)
{
	return parameter->name.len == 0 && parameter->type.parts_len == 0 &&
	       strcmp(parameter->type.base, "void") == 0;
}

static bool parse_function(struct parse *p, struct declarator *d)
{
	struct parameters list = {0};
	struct ctype_part *part = add_part(p, d, PART_FUNCTION);
	p->at++;
	bool good = part && parse_parameter_list(p, part, &list);
	if (good && list.len == 1 && is_void(&list.items[0]))
		list.len = 0;
	if (good && list.len) {
		struct ctype_parameter *kept = arena_array(p->c->a, list.len, struct ctype_parameter);
		memcpy(kept, list.items, list.len * sizeof(*kept));
		part->parameters = kept;
		part->parameters_len = list.len;
	}
	vec_release(&list);
	return good;
}

static bool parse_array(struct parse *p, struct declarator *d)
{
	const struct capi_token *open = p->at;
	struct ctype_part *part = add_part(p, d, PART_ARRAY);
	if (!part || !parse_group(p))
		return false;
	part->text = capi_join(p->c, open + 1, p->at - 1);
	return true;
}

static bool parse_pointers(struct parse *p, struct declarator *d)
{
	while (parse_take(p, "*") || parse_take(p, "^")) {
		const struct capi_token *from = p->at;
		struct ctype_part *part = add_part(p, d, PART_POINTER);
		while (p->at < p->end && (p->at->word == WORD_QUALIFIER || p->at->word == WORD_ATOMIC))
			p->at++;
		if (!part)
			return false;
		part->text = capi_join(p->c, from, p->at);
	}
	return true;
}

/* Whether a "(" begins the parameters of a function without a name. */
static bool is_parameters(const struct parse *p)
{
	const struct capi_token *next = p->at + 1;
	return next < p->end && (token_is(next, ")") || token_is(next, "...") || starts_type(p->c, next));
}

static bool parse_inner(struct parse *p, bool named, struct declarator *d)
{
	if (parse_at(p, "(") && (named || !is_parameters(p))) {
		p->at++;
		if (!parse_declarator(p, named, d) || !parse_take(p, ")"))
			return false;
		d->wrapped = true;
	} else if (p->at < p->end && p->at->kind == CTOKEN_NAME && p->at->word == WORD_NAME) {
		d->name = p->at++;
	} else if (named) {
		return false;
	}
	while (parse_at(p, "[") || parse_at(p, "(")) {
		if (!(parse_at(p, "[") ? parse_array(p, d) : parse_function(p, d)))
			return false;
	}
	return true;
}

bool parse_declarator(struct parse *p, bool named, struct declarator *ret)
{
	struct declarator pointers = {0};
	if (p->depth >= CAPI_DEPTH_MAX)
		return false;
	p->depth++;
	bool good = parse_pointers(p, &pointers) && parse_inner(p, named, ret);
	p->depth--;
	if (!good || pointers.len > CTYPE_PARTS_MAX - ret->len)
		return false;
	while (pointers.len) /* the last star is nearest to the name */
		ret->parts[ret->len++] = pointers.parts[--pointers.len];
	return true;
}

struct ctype declared_type(struct capi *c, const struct specifiers *specifiers, const struct declarator *declarator)
{
	struct ctype type = specifiers->type;
	if (declarator->len == 0)
		return type;
	const struct ctype_part **parts = arena_array(c->a, declarator->len, const struct ctype_part *);
	memcpy(parts, declarator->parts, declarator->len * sizeof(*parts));
	type.parts = parts;
	type.parts_len = declarator->len;
	return type;
}

/* ---- declarations */

struct declared {
	struct ctype type;
	const struct capi_token *name;
	bool wrapped;
};

struct declared_list {
	struct declared *items;
	size_t len, cap;
};

/* `foo (bar);` is no variable if nothing is known of foo. */
static bool is_call(const struct specifiers *s, const struct declared *d)
{
	return !s->known && d->wrapped && d->type.parts_len == 0;
}

/* Old style: what the parameters are stands behind the declarator. Such a function
 * is called with whatever it is given. */
static bool is_old_style(struct parse *p, struct declared *d)
{
	if (d->type.parts_len == 0 || !d->type.parts[0]->names_only || p->at == p->end || !starts_type(p->c, p->at))
		return false;
	p->c->piece.old_parameters = d->type.parts[0]->parameters_len;
	p->at = p->end;
	struct ctype_part *function = arena_new(p->c->a, struct ctype_part);
	const struct ctype_part **parts = arena_array(p->c->a, d->type.parts_len, const struct ctype_part *);
	*function = (struct ctype_part){.kind = PART_FUNCTION, .text = "", .unspecified = true};
	memcpy(parts, d->type.parts, d->type.parts_len * sizeof(*parts));
	parts[0] = function;
	d->type.parts = parts;
	return true;
}

static bool parse_declarators(struct parse *p, const struct specifiers *s, struct declared_list *list)
{
	if (p->at == p->end)
		return s->has_tag;
	do {
		struct declarator d = {0};
		if (!parse_declarator(p, true, &d))
			return false;
		*vec_push(list) = (struct declared){declared_type(p->c, s, &d), d.name, d.wrapped};
		if (is_call(s, &list->items[list->len - 1]))
			return false;
		if (is_old_style(p, &list->items[list->len - 1]))
			return true;
		if (parse_take(p, "="))
			parse_past_value(p);
	} while (parse_take(p, ","));
	return p->at == p->end;
}

static void enter(struct capi *c, struct extent *e, struct specifiers *s, const struct declared *d)
{
	const struct ctype_part *function;
	size_t pointers;
	const struct ctype *resolved = type_through(&d->type, &function, &pointers);
	e->name = d->name;
	if (s->is_typedef) {
		enter_typedef(c, e, &d->type, d->type.parts_len ? NULL : s->type.body);
		if (s->type.body && d->type.parts_len == 0) { /* from now on it has a name */
			s->type.base = capi_keep(c, d->name->text);
			s->type.body = NULL;
		}
	} else if (resolved && pointers == 0) {
		e->has_body = c->piece.has_body || c->piece.old_parameters;
		enter_function(c, e, s->is_static, resolved);
	} else if (!s->is_static && d->name->file) {
		enter_global(c, e, &d->type);
	}
}

bool capi_declare(struct capi *c, const struct capi_token *from, const struct capi_token *end)
{
	struct parse p = {.c = c, .first = from, .at = from, .end = end};
	struct declared_list list = {0};
	struct specifiers s;
	if (from->word == WORD_ASSERT)
		return true;
	bool good = parse_specifiers(&p, &s) && parse_declarators(&p, &s, &list);
	struct extent e = {.first = from, .last = end - 1, .braces = good ? s.braces : 0};
	for (size_t i = 0; good && i < list.len; i++) {
		struct declared *d = &list.items[i];
		if (s.is_typedef && !s.type.body && d->type.body && d->type.parts_len)
			d->type.base = s.type.base;
		enter(c, &e, &s, d);
	}
	e.name = from;
	if (good && s.is_typedef && s.type.body && s.type.body->kind == API_ENUM)
		enter_tag(c, &e, s.type.body); /* no name is plain, but its enumerators are there */
	vec_release(&list);
	return good;
}
