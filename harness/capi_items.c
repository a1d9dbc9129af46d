#include "harness/capi_parts.h"

static bool has_room(struct capi *c, size_t len, const char *what)
{
	return len < CAPI_ITEMS_MAX || capi_give_up(c, what);
}

static const char *file_of(const struct capi *c, const struct capi_token *token)
{
	return c->files.items[token->file - 1];
}

void capi_unclear(struct capi *c, const struct capi_token *at, const char *what)
{
	if (at->file == 0 || !has_room(c, c->unclear.len, "declarations that are not understood"))
		return;
	SCOPED_BUF struct buf text;
	buf_init(&text, CAPI_STRINGS_MAX);
	buf_printf(&text, "%s:%u: %s", file_of(c, at), at->line, what);
	*vec_push(&c->unclear) = capi_keep(c, buf_str(&text));
}

/* ---- functions */

static bool contains(const struct strings *list, const char *text)
{
	for (size_t i = 0; i < list->len; i++) {
		if (strcmp(list->items[i], text) == 0)
			return true;
	}
	return false;
}

enum { ATTRIBUTES_MAX = 256 };

/* Those of the declaration that are not in the list yet. */
static void add_attributes(struct capi *c, struct strings *list)
{
	size_t more = 0;
	for (size_t i = 0; i < c->piece.attributes.len; i++)
		more += !contains(list, c->piece.attributes.items[i]);
	if (more == 0 || list->len + more > ATTRIBUTES_MAX)
		return;
	const char **items = arena_array(c->a, list->len + more, const char *);
	if (list->len)
		memcpy(items, list->items, list->len * sizeof(*items));
	list->items = items;
	for (size_t i = 0; i < c->piece.attributes.len; i++) {
		if (!contains(list, c->piece.attributes.items[i]))
			list->items[list->len++] = c->piece.attributes.items[i];
	}
}

/* What another declaration of the same function says. */
static void declare_again(struct capi *c, struct api_function *f, const struct extent *e, const struct ctype *type)
{
	bool says_more = f->signature.unspecified && !type->parts[0]->unspecified;
	if (f->doc[0] == '\0') {
		struct raw_found found = raw_declaration(c, e);
		if (found.doc[0] != '\0') {
			f->place = found.place;
			f->doc = found.doc;
			f->written = found.written;
		}
	}
	if (says_more) {
		f->signature = *capi_signature(c, type);
		f->declaration = capi_type(c, type, e->name->text);
	}
	f->has_body |= e->has_body;
	add_attributes(c, &f->attributes);
}

void enter_function(struct capi *c, const struct extent *e, bool is_static, const struct ctype *type)
{
	if (e->name->file == 0)
		return;
	bool new;
	struct name_slot *slot = names_add(&c->function_names, e->name->text, &new);
	if (!new) {
		declare_again(c, &c->functions.items[slot->number], e, type);
		return;
	}
	struct ctype *kept = arena_new(c->a, struct ctype);
	*kept = *type;
	slot->thing = kept;
	slot->number = c->functions.len;
	if (!has_room(c, c->functions.len, "functions"))
		return;
	struct raw_found found = raw_declaration(c, e);
	struct api_function f = {.name = capi_keep(c, e->name->text),
				 .declaration = capi_type(c, type, e->name->text),
				 .written = found.written,
				 .place = found.place,
				 .doc = found.doc,
				 .has_body = e->has_body,
				 .is_static = is_static};
	f.signature = *capi_signature(c, type);
	add_attributes(c, &f.attributes);
	*vec_push(&c->functions) = f;
}

/* ---- globals */

void enter_global(struct capi *c, const struct extent *e, const struct ctype *type)
{
	bool new;
	names_add(&c->global_names, e->name->text, &new);
	if (!new || !has_room(c, c->globals.len, "globals"))
		return;
	struct raw_found found = raw_declaration(c, e);
	*vec_push(&c->globals) = (struct api_global){.name = capi_keep(c, e->name->text),
						     .declaration = capi_type(c, type, e->name->text),
						     .type = capi_type(c, type, (struct str){0}),
						     .written = found.written,
						     .place = found.place,
						     .doc = found.doc};
}

/* ---- types */

static void add_type(struct capi *c, const struct extent *e, struct api_type type)
{
	if (!has_room(c, c->types.len, "types"))
		return;
	struct raw_found found = raw_declaration(c, e);
	type.written = found.written;
	type.place = found.place;
	type.doc = found.doc;
	*vec_push(&c->types) = (struct capi_type_row){type, false};
}

static void set_body(struct api_type *type, const struct ctag *body)
{
	type->fields = body->fields;
	type->fields_len = body->fields_len;
	type->enumerators = body->enumerators;
	type->enumerators_len = body->enumerators_len;
}

void enter_typedef(struct capi *c, const struct extent *e, const struct ctype *type, const struct ctag *body)
{
	bool new;
	struct name_slot *slot = names_add(&c->type_names, e->name->text, &new);
	struct ctype *kept = arena_new(c->a, struct ctype);
	*kept = *type;
	kept->body = NULL; /* its fields are those of the typedef */
	slot->thing = kept;
	if (e->name->file == 0)
		return;
	names_add(&c->typedef_names, e->name->text, &new);
	if (!new)
		return;
	struct api_type row = {.kind = API_TYPEDEF, .name = capi_keep(c, e->name->text)};
	row.spelling = row.name;
	row.target = capi_type(c, type, (struct str){0});
	row.callback = capi_signature(c, type);
	if (body)
		set_body(&row, body);
	add_type(c, e, row);
}

static const char *const keywords[] = {[API_STRUCT] = "struct", [API_UNION] = "union", [API_ENUM] = "enum"};

/* "struct x" in the table of tags. */
static struct name_slot *tag_slot(struct capi *c, enum api_type_kind kind, struct str name, bool *ret_new)
{
	SCOPED_BUF struct buf key;
	buf_init(&key, CAPI_STRINGS_MAX);
	buf_printf(&key, "%s %.*s", keywords[kind], STR_ARG(name));
	struct name_slot *slot = names_find(&c->tags, buf_str(&key));
	*ret_new = !slot;
	bool new;
	return slot ? slot : names_add(&c->tags, str_of(arena_str(c->a, buf_str(&key))), &new);
}

static struct api_type tag_row(struct capi *c, enum api_type_kind kind, struct str name)
{
	struct api_type row = {.kind = kind, .name = capi_keep(c, name), .spelling = "", .target = ""};
	SCOPED_BUF struct buf spelling;
	buf_init(&spelling, CAPI_STRINGS_MAX);
	buf_printf(&spelling, "%s %.*s", keywords[kind], STR_ARG(name));
	if (name.len)
		row.spelling = capi_keep(c, buf_str(&spelling));
	return row;
}

void mention_tag(struct capi *c, const struct extent *e, enum api_type_kind kind)
{
	bool new;
	struct name_slot *slot = tag_slot(c, kind, e->name->text, &new);
	if (!new || e->name->file == 0)
		return;
	struct api_type row = tag_row(c, kind, e->name->text);
	row.opaque = true;
	add_type(c, e, row);
	slot->number = c->types.len;
}

void enter_tag(struct capi *c, const struct extent *e, const struct ctag *tag)
{
	bool new;
	struct name_slot *slot = tag->name.len ? tag_slot(c, tag->kind, tag->name, &new) : NULL;
	if (slot && slot->thing)
		return;
	if (slot)
		slot->thing = tag;
	if (slot && slot->number)
		c->types.items[slot->number - 1].dropped = true; /* it only mentioned it */
	if (e->name->file == 0)
		return;
	struct api_type row = tag_row(c, tag->kind, tag->name);
	set_body(&row, tag);
	add_type(c, e, row);
}
