#include "harness/capi_parts.h"

bool capi_give_up(struct capi *c, const char *what)
{
	if (!c->failed)
		err_set(c->err, ERR_LIMIT, "the headers hold too many %s", what);
	c->failed = true;
	return false;
}

/* ---- pieces */

enum { RESTARTS_MAX = 16 };

/* What could be a whole declaration behind a broken one: it begins a line, or stands
 * behind something that only looks like a type or a call. */
static bool may_restart(const struct capi *c, const struct capi_token *from, const struct capi_token *at)
{
	bool behind_name = at == from + 1 && from->word == WORD_NAME;
	return starts_type(c, at) && (at->first || behind_name || token_is(at - 1, ")"));
}

static void read_piece(struct capi *c, const struct capi_token *from, const struct capi_token *end)
{
	if (capi_declare(c, from, end))
		return;
	capi_unclear(c, from, "no declaration that could be understood");
	size_t left = RESTARTS_MAX;
	for (const struct capi_token *at = from + 1; at < end && left; at++) {
		if (may_restart(c, from, at) && left-- && capi_declare(c, at, end))
			break;
	}
}

static void finish_piece(struct capi *c)
{
	c->piece.old_parameters = 0;
	if (c->piece.tokens.len)
		read_piece(c, c->piece.tokens.items, c->piece.tokens.items + c->piece.tokens.len);
	c->piece.tokens.len = 0;
	c->piece.attributes.len = 0;
	c->piece.has_body = false;
}

/* Whether a "{" behind these begins the body of a struct, union or enum. */
static bool opens_tag(const struct capi_tokens *tokens)
{
	size_t i = tokens->len;
	while (i > 0 && tokens->items[i - 1].kind == CTOKEN_NAME && tokens->items[i - 1].word != WORD_TAG)
		i--;
	if (i > 0 && tokens->items[i - 1].word == WORD_TAG)
		return tokens->len - i <= 1;
	if (i == 0 || !token_is(&tokens->items[i - 1], ":"))
		return false;
	size_t tag = i - 1;
	while (tag > 0 && i - tag < 3 && tokens->items[tag - 1].word == WORD_NAME)
		tag--;
	return tag > 0 && token_is(&tokens->items[tag - 1], "enum");
}

/* `extern "C" {` */
static bool opens_linkage(const struct capi_tokens *tokens)
{
	return tokens->len == 2 && tokens->items[0].word == WORD_EXTERN && tokens->items[1].kind == CTOKEN_STRING;
}

/* ---- the cut */

enum { RETURNS_MAX = 16, RETURNS_BYTES = 8 << 20 };

struct cut {
	size_t parens, braces;
	bool value;              /* behind a "=" */
	bool skipping;           /* braces whose contents do not matter */
	size_t old_style;        /* declarations of parameters that may follow */
	struct capi_reader open; /* behind the outermost "{" that is open */
	struct capi_token opener;
	size_t returns, returned_bytes; /* because a "{" turned out to have no end */
};

static void begin_piece(struct capi *c, struct cut *cut)
{
	finish_piece(c);
	cut->parens = cut->braces = 0;
	cut->value = false;
	cut->old_style = c->piece.old_parameters;
}

/* A "{" without an end must not take the rest of the text with it. */
static bool go_back(struct capi *c, struct cut *cut)
{
	cut->returned_bytes += c->reader.tokens.at - cut->open.tokens.at;
	capi_unclear(c, &cut->opener, "\"{\" without an end");
	if (cut->returns++ >= RETURNS_MAX || cut->returned_bytes > RETURNS_BYTES)
		return false;
	c->piece.tokens.len = 0;
	c->piece.attributes.len = 0;
	cut->parens = cut->braces = cut->old_style = 0;
	cut->value = cut->skipping = false;
	c->reader = cut->open;
	return true;
}

static void note_field(struct capi *c, const struct capi_token *token)
{
	bool new;
	if (token->file && token->kind == CTOKEN_NAME && c->fields_read.slots.len < CAPI_ITEMS_MAX)
		names_add(&c->fields_read, token->text, &new);
}

/* Past the "}" of the "{" that was just read. */
static bool skip_braces(struct capi *c, struct cut *cut)
{
	struct capi_token token;
	bool of_record = false;
	cut->skipping = true;
	for (size_t depth = 1; depth;) {
		if (!capi_next(c, false, &token))
			return false;
		if (of_record)
			note_field(c, &token);
		of_record = token_is(&token, "->") || token_is(&token, ".");
		depth += token_is(&token, "{");
		depth -= token_is(&token, "}");
	}
	cut->skipping = false;
	return true;
}

static void push(struct capi *c, const struct capi_token *token)
{
	if (c->piece.tokens.len >= CAPI_TOKENS_MAX)
		capi_give_up(c, "tokens in one declaration");
	else
		*vec_push(&c->piece.tokens) = *token;
}

/* False at the end of the text. */
static bool open_brace(struct capi *c, struct cut *cut, const struct capi_token *token)
{
	if (cut->braces == 0) {
		cut->open = c->reader;
		cut->opener = *token;
	}
	if (cut->braces || cut->parens || (!cut->value && opens_tag(&c->piece.tokens))) {
		cut->braces++;
		push(c, token);
		return true;
	}
	if (cut->value)
		return skip_braces(c, cut);
	if (opens_linkage(&c->piece.tokens)) {
		c->piece.tokens.len = 0;
		return true;
	}
	if (c->piece.tokens.len == 0 && cut->old_style == 0)
		capi_unclear(c, token, "a body of nothing");
	c->piece.has_body = true;
	if (cut->old_style)
		c->piece.tokens.len = 0;
	begin_piece(c, cut);
	return skip_braces(c, cut);
}

static void close_brace(struct capi *c, struct cut *cut, const struct capi_token *token)
{
	if (cut->braces == 0) {
		begin_piece(c, cut);
		return;
	}
	cut->braces--;
	push(c, token);
}

static void end_declaration(struct capi *c, struct cut *cut)
{
	size_t left = cut->old_style;
	if (left) /* of a parameter */
		c->piece.tokens.len = 0;
	begin_piece(c, cut);
	if (left)
		cut->old_style = left - 1;
}

static bool cut_token(struct capi *c, struct cut *cut, const struct capi_token *token)
{
	char byte = token->kind == CTOKEN_PUNCT && token->text.len == 1 ? token->text.ptr[0] : '\0';
	if (byte == '{')
		return open_brace(c, cut, token);
	if (byte == '}') {
		close_brace(c, cut, token);
	} else if (byte == ';' && cut->braces == 0) {
		end_declaration(c, cut);
	} else {
		cut->parens += cut->braces == 0 && byte == '(';
		cut->parens -= cut->braces == 0 && byte == ')' && cut->parens;
		cut->value |= cut->braces == 0 && cut->parens == 0 && byte == '=';
		push(c, token);
	}
	return true;
}

static void cut_text(struct capi *c)
{
	struct cut cut = {0};
	struct capi_token token;
	do {
		while (capi_next(c, cut.braces == 0 && cut.parens == 0, &token) && cut_token(c, &cut, &token))
			;
	} while (!c->failed && (cut.braces || cut.skipping) && go_back(c, &cut));
	if (!c->failed)
		finish_piece(c);
}

/* ---- the result */

static struct strings kept_strings(struct capi *c, const char **items, size_t len)
{
	struct strings strings = {arena_array(c->a, len, const char *), len};
	if (len)
		memcpy(strings.items, items, len * sizeof(*items));
	return strings;
}

static struct interface collect(struct capi *c)
{
	struct interface api = {.functions_len = c->functions.len, .globals_len = c->globals.len};
	api.functions = arena_array(c->a, c->functions.len, struct api_function);
	if (c->functions.len)
		memcpy(api.functions, c->functions.items, c->functions.len * sizeof(*api.functions));
	api.globals = arena_array(c->a, c->globals.len, struct api_global);
	if (c->globals.len)
		memcpy(api.globals, c->globals.items, c->globals.len * sizeof(*api.globals));
	api.types = arena_array(c->a, c->types.len, struct api_type);
	for (size_t i = 0; i < c->types.len; i++) {
		if (!c->types.items[i].dropped)
			api.types[api.types_len++] = c->types.items[i].type;
	}
	api.macros = arena_array(c->a, c->macros.len, struct api_macro);
	for (size_t i = 0; i < c->macros.len; i++) {
		if (c->macros.items[i].live)
			api.macros[api.macros_len++] = c->macros.items[i].macro;
	}
	api.files = kept_strings(c, c->files.items, c->files.len);
	api.unclear = kept_strings(c, c->unclear.items, c->unclear.len);
	api.fields_read = (struct strings){arena_array(c->a, c->fields_read.slots.len, const char *), 0};
	for (size_t i = 0; i < c->fields_read.slots.len; i++)
		api.fields_read.items[api.fields_read.len++] = capi_keep(c, c->fields_read.slots.items[i].name);
	interface_index(&api, c->a);
	return api;
}

/* Types of some compilers, names that a typedef makes for others. */
static void know_builtin_types(struct capi *c)
{
	static const char *const builtin[] = {"bool",      "__builtin_va_list", "__int128_t", "__uint128_t",
					      "_Float16",  "_Float32",          "_Float64",   "_Float128",
					      "_Float32x", "_Float64x",         "_Float128x", "__ibm128"};
	for (size_t i = 0; i < countof(builtin); i++) {
		struct ctype *type = arena_new(c->a, struct ctype);
		bool new;
		type->base = builtin[i];
		names_add(&c->type_names, str_of(builtin[i]), &new)->thing = type;
	}
}

static void capi_release(struct capi *c)
{
	names_release(&c->type_names);
	names_release(&c->file_names);
	names_release(&c->function_names);
	names_release(&c->global_names);
	names_release(&c->typedef_names);
	names_release(&c->macro_names);
	names_release(&c->fields_read);
	names_release(&c->tags);
	vec_release(&c->piece.tokens);
	vec_release(&c->piece.attributes);
	vec_release(&c->functions);
	vec_release(&c->types);
	vec_release(&c->macros);
	vec_release(&c->globals);
	vec_release(&c->files);
	vec_release(&c->unclear);
	raws_release(c);
}

int capi_read(const struct capi_source *source, struct arena *a, struct interface *ret, struct err *err)
{
	if (source->preprocessed.len > CAPI_TEXT_MAX)
		return err_set(err, ERR_LIMIT, "%zu MiB of preprocessed headers are more than are read (%d MiB)",
			       source->preprocessed.len >> 20, CAPI_TEXT_MAX >> 20);
	SCOPED(capi_release) struct capi c = {.source = source, .a = a, .err = err};
	c.reader.tokens = ctoken_reader(source->preprocessed);
	know_builtin_types(&c);
	cut_text(&c);
	if (c.failed)
		return -1;
	*ret = collect(&c);
	return 0;
}
