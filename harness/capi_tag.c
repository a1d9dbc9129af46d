#include "harness/capi_parts.h"

struct fields {
	struct api_field *items;
	size_t len, cap;
};

struct enumerators {
	struct api_enumerator *items;
	size_t len, cap;
};

static void add_field(struct capi *c, struct fields *fields, struct api_field field)
{
	if (fields->len >= CAPI_ITEMS_MAX)
		capi_give_up(c, "fields");
	else
		*vec_push(fields) = field;
}

/* The fields of a struct within, as offsetof reaches them from outside. */
static void add_inner(struct capi *c, struct fields *fields, const char *prefix, const struct ctag *inner)
{
	for (size_t i = 0; i < inner->fields_len && !c->failed; i++) {
		struct api_field field = inner->fields[i];
		SCOPED_BUF struct buf name;
		buf_init(&name, CAPI_STRINGS_MAX);
		buf_append_cstr(&name, prefix);
		buf_append_cstr(&name, field.name);
		field.name = capi_keep(c, buf_str(&name));
		add_field(c, fields, field);
	}
}

static void add_member(struct capi *c, struct fields *fields, const struct ctype *type, struct str name,
		       unsigned bits)
{
	SCOPED_BUF struct buf prefix;
	buf_init(&prefix, CAPI_STRINGS_MAX);
	buf_append_str(&prefix, name);
	struct api_field field = {.name = capi_keep(c, name), .bits = bits};
	field.type = capi_type(c, type, (struct str){0});
	add_field(c, fields, field);
	if (!type->body)
		return;
	for (size_t i = 0; i < type->parts_len; i++) {
		if (type->parts[i]->kind != PART_ARRAY)
			return;
		buf_append_cstr(&prefix, "[0]");
	}
	buf_append_char(&prefix, '.');
	add_inner(c, fields, prefix.ptr, type->body);
}

/* 0 if there is no width here. */
static unsigned parse_width(struct parse *p)
{
	uint64_t width = 1;
	if (!parse_take(p, ":"))
		return 0;
	const struct capi_token *from = p->at;
	parse_past_value(p);
	if (p->at - from != 1 || !str_to_u64(from->text, &width) || width == 0 || width > 1024)
		return 1;
	return (unsigned)width;
}

static bool parse_member(struct parse *p, struct fields *fields)
{
	struct specifiers s;
	if (p->at->word == WORD_ASSERT) {
		p->at++;
		return parse_at(p, "(") && parse_group(p) && parse_take(p, ";");
	}
	if (!parse_specifiers(p, &s))
		return false;
	if (parse_at(p, ";") && s.type.body)
		add_inner(p->c, fields, "", s.type.body);
	if (parse_take(p, ";"))
		return s.has_tag;
	do {
		struct declarator d = {0};
		if (!parse_at(p, ":") && !parse_declarator(p, true, &d))
			return false;
		struct ctype type = declared_type(p->c, &s, &d);
		unsigned bits = parse_width(p);
		if (d.name)
			add_member(p->c, fields, &type, d.name->text, bits);
	} while (parse_take(p, ","));
	return parse_take(p, ";") || parse_at(p, "}");
}

static void parse_members(struct parse *p, struct fields *fields)
{
	while (p->at < p->end && !parse_at(p, "}") && !p->c->failed) {
		const struct capi_token *from = p->at;
		if (parse_take(p, ";") || parse_member(p, fields))
			continue;
		capi_unclear(p->c, from, "no field that could be understood");
		while (p->at < p->end && !parse_at(p, ";") && !parse_at(p, "}"))
			parse_group(p);
	}
}

static bool parse_enumerators(struct parse *p, struct enumerators *list)
{
	while (p->at < p->end && !parse_at(p, "}")) {
		if (p->at->kind != CTOKEN_NAME)
			return false;
		if (list->len >= CAPI_ITEMS_MAX)
			return capi_give_up(p->c, "enumerators");
		*vec_push(list) = (struct api_enumerator){.name = capi_keep(p->c, p->at++->text)};
		if (parse_take(p, "="))
			parse_past_value(p);
		if (!parse_take(p, ","))
			break;
	}
	return parse_at(p, "}");
}

/* At its "{". What is understood of it is kept. */
static bool parse_body(struct parse *p, struct ctag *tag)
{
	struct fields fields = {0};
	struct enumerators enumerators = {0};
	p->at++;
	bool good = true;
	if (tag->kind == API_ENUM)
		good = parse_enumerators(p, &enumerators);
	else
		parse_members(p, &fields);
	good = good && parse_take(p, "}");
	tag->fields = arena_array(p->c->a, fields.len, struct api_field);
	tag->enumerators = arena_array(p->c->a, enumerators.len, struct api_enumerator);
	if (fields.len)
		memcpy(tag->fields, fields.items, fields.len * sizeof(*fields.items));
	if (enumerators.len)
		memcpy(tag->enumerators, enumerators.items, enumerators.len * sizeof(*enumerators.items));
	tag->fields_len = fields.len;
	tag->enumerators_len = enumerators.len;
	vec_release(&fields);
	vec_release(&enumerators);
	return good;
}

/* `: unsigned int`, in front of a body or at the end. */
static void skip_underlying(struct parse *p)
{
	const struct capi_token *at = p->at + 1;
	while (at < p->end && at->kind == CTOKEN_NAME && at->word != WORD_STATEMENT)
		at++;
	if (at > p->at + 1 && (at == p->end || token_is(at, "{") || token_is(at, ";")))
		p->at = at;
}

bool parse_tag(struct parse *p, struct buf *base, struct specifiers *s)
{
	const struct capi_token *keyword = p->at++;
	struct ctag *tag = arena_new(p->c->a, struct ctag);
	tag->kind = token_is(keyword, "struct") ? API_STRUCT : token_is(keyword, "union") ? API_UNION : API_ENUM;
	while (p->at < p->end && p->at->word == WORD_ALIGN) {
		p->at++;
		if (!parse_at(p, "(") || !parse_group(p))
			return false;
	}
	struct extent e = {.first = p->first, .last = p->end - 1, .name = keyword};
	text_token(base, keyword->text);
	if (p->at < p->end && p->at->kind == CTOKEN_NAME && p->at->word == WORD_NAME) {
		e.name = p->at++;
		tag->name = e.name->text;
		text_token(base, tag->name);
	}
	if (tag->kind == API_ENUM && parse_at(p, ":"))
		skip_underlying(p);
	s->has_tag = true;
	if (!parse_at(p, "{")) {
		if (tag->name.len)
			mention_tag(p->c, &e, tag->kind);
		return tag->name.len > 0;
	}
	if (p->depth >= CAPI_DEPTH_MAX)
		return false;
	p->depth++;
	bool good = parse_body(p, tag);
	p->depth--;
	s->braces++;
	if (!tag->name.len)
		s->type.body = tag;
	if (tag->name.len || (tag->kind == API_ENUM && !s->is_typedef))
		enter_tag(p->c, &e, tag);
	return good;
}
