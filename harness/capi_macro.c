#include "harness/capi_parts.h"

static void past_line(struct capi *c, struct ctoken *token)
{
	while (token->kind != CTOKEN_END && ctoken_next(&c->reader.tokens, token))
		;
}

/* One blank for each run of blanks and comments. */
static const char *read_body(struct capi *c, struct ctoken *token)
{
	SCOPED_BUF struct buf body;
	buf_init(&body, CAPI_TEXT_MAX);
	const char *end = token->text.ptr;
	while (token->kind != CTOKEN_END) {
		if (token->kind != CTOKEN_COMMENT) {
			if (body.len && token->text.ptr != end)
				buf_append_char(&body, ' ');
			buf_append_str(&body, token->text);
			end = token->text.ptr + token->text.len;
		}
		if (!ctoken_next(&c->reader.tokens, token))
			break;
	}
	return capi_keep(c, buf_str(&body));
}

enum { PARAMETERS_MAX = 1000 };

/* `a, b, ...)`, the "(" being read; `rest...` takes all the rest, too. Leaves the token behind it. */
static struct strings read_parameters(struct capi *c, struct ctoken *token)
{
	struct {
		const char **items;
		size_t len, cap;
	} list = {0};
	while (ctoken_next(&c->reader.tokens, token) && token->kind != CTOKEN_END && !ctoken_is(token, ")")) {
		bool dots = ctoken_is(token, "...");
		if ((token->kind == CTOKEN_NAME || dots) && list.len < PARAMETERS_MAX)
			*vec_push(&list) = capi_keep(c, token->text);
	}
	if (token->kind != CTOKEN_END)
		ctoken_next(&c->reader.tokens, token);
	struct strings parameters = {arena_array(c->a, list.len, const char *), list.len};
	if (list.len)
		memcpy(parameters.items, list.items, list.len * sizeof(*list.items));
	vec_release(&list);
	return parameters;
}

/* The macro of that name is no longer what it was. */
static void forget(struct capi *c, struct str name)
{
	const struct name_slot *slot = names_find(&c->macro_names, name);
	if (slot)
		c->macros.items[slot->number].live = false;
}

void capi_define(struct capi *c, unsigned file, unsigned line)
{
	struct ctoken token, name;
	if (!ctoken_next(&c->reader.tokens, &name) || name.kind != CTOKEN_NAME) {
		past_line(c, &name);
		return;
	}
	forget(c, name.text);
	if (file == 0) {
		token = name;
		past_line(c, &token);
		return;
	}
	if (c->macros.len >= CAPI_ITEMS_MAX) {
		capi_give_up(c, "macros");
		return;
	}
	struct api_macro macro = {.name = capi_keep(c, name.text)};
	ctoken_next(&c->reader.tokens, &token);
	macro.function_like = ctoken_is(&token, "(") && token.text.ptr == name.text.ptr + name.text.len;
	if (macro.function_like)
		macro.parameters = read_parameters(c, &token);
	macro.body = read_body(c, &token);
	if (macro.body[0] == '\0' && !macro.function_like && raw_guards(c, file, name.text))
		return;
	struct raw_found found = raw_macro(c, file, line, name.text);
	macro.place = found.place;
	macro.doc = found.doc;
	bool new;
	names_add(&c->macro_names, name.text, &new)->number = c->macros.len;
	*vec_push(&c->macros) = (struct capi_macro_row){macro, true};
}

void capi_undef(struct capi *c)
{
	struct ctoken token;
	if (!ctoken_next(&c->reader.tokens, &token))
		return;
	if (token.kind == CTOKEN_NAME)
		forget(c, token.text);
	past_line(c, &token);
}
