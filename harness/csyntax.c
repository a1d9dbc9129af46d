#include "harness/csyntax.h"

#include <tree_sitter/api.h>

const TSLanguage *tree_sitter_c(void);

/*
 * tree-sitter asks after each hundred steps whether it may go on. A text needs less
 * than one step a byte; broken ones need many more, and without a bound some
 * that are made for it would never end.
 */
enum { CHECKS_AT_LEAST = 20000, BYTES_A_CHECK = 32, SYMBOLS_MAX = 1024, FIELDS_MAX = 256 };

/* What the grammar's numbers mean to us. */
struct grammar {
	unsigned char kinds[SYMBOLS_MAX];
	unsigned char fields[FIELDS_MAX];
};

static unsigned char kind_named(const char *name)
{
#define ROW(kind, text) {CNODE_##kind, text},
	static const struct {
		enum cnode_kind kind;
		const char *name;
	} rows[] = {CNODE_KINDS(ROW)};
#undef ROW
	for (size_t i = 0; i < countof(rows); i++) {
		if (strcmp(rows[i].name, name) == 0)
			return (unsigned char)rows[i].kind;
	}
	return CNODE_OTHER;
}

static unsigned char field_named(const char *name)
{
#define ROW(field, text) {CFIELD_##field, text},
	static const struct {
		enum cnode_field field;
		const char *name;
	} rows[] = {CNODE_FIELDS(ROW)};
#undef ROW
	for (size_t i = 0; i < countof(rows); i++) {
		if (strcmp(rows[i].name, name) == 0)
			return (unsigned char)rows[i].field;
	}
	return CFIELD_OTHER;
}

static void learn(const TSLanguage *language, struct grammar *g)
{
	uint32_t symbols = ts_language_symbol_count(language), fields = ts_language_field_count(language);
	for (TSSymbol s = 0; s < symbols && s < SYMBOLS_MAX; s++)
		g->kinds[s] = ts_language_symbol_type(language, s) == TSSymbolTypeAnonymous
				      ? CNODE_TOKEN
				      : kind_named(ts_language_symbol_name(language, s));
	for (TSFieldId f = 1; f <= fields && f < FIELDS_MAX; f++)
		g->fields[f] = field_named(ts_language_field_name_for_id(language, f));
}

/* ---- parsing */

struct source {
	struct str text;
	uint64_t checks_left;
};

static const char *read_text(void *payload, uint32_t offset, TSPoint position, uint32_t *ret_len)
{
	(void)position;
	const struct source *source = payload;
	struct str rest = str_from(source->text, offset);
	*ret_len = (uint32_t)rest.len;
	return rest.len ? rest.ptr : "";
}

static bool count_work(TSParseState *state)
{
	struct source *source = state->payload;
	if (source->checks_left == 0)
		return true;
	source->checks_left--;
	return false;
}

static TSTree *parse(TSParser *parser, struct str text)
{
	struct source source = {text, CHECKS_AT_LEAST + text.len / BYTES_A_CHECK};
	TSInput input = {.payload = &source, .read = read_text, .encoding = TSInputEncodingUTF8};
	TSParseOptions options = {.payload = &source, .progress_callback = count_work};
	return ts_parser_parse_with_options(parser, NULL, input, options);
}

/* ---- copying */

struct copy {
	struct grammar grammar;
	struct arena *a;
	TSTreeCursor cursor;
	size_t len;
};

static struct cnode *copy_node(struct copy *c, struct cnode *parent)
{
	TSNode from = ts_tree_cursor_current_node(&c->cursor);
	TSFieldId field = ts_tree_cursor_current_field_id(&c->cursor);
	TSSymbol symbol = ts_node_symbol(from);
	struct cnode *node = arena_new(c->a, struct cnode);
	node->kind = ts_node_is_error(from) ? CNODE_ERROR
		     : symbol < SYMBOLS_MAX ? (enum cnode_kind)c->grammar.kinds[symbol]
					    : CNODE_OTHER;
	node->field = field < FIELDS_MAX ? (enum cnode_field)c->grammar.fields[field] : CFIELD_OTHER;
	node->start = ts_node_start_byte(from);
	node->end = ts_node_end_byte(from);
	node->line = ts_node_start_point(from).row + 1;
	node->broken = ts_node_has_error(from) || ts_node_is_missing(from);
	node->parent = parent;
	c->len++;
	return node;
}

static void mark_broken(struct cnode *node)
{
	for (; node && !node->broken; node = node->parent)
		node->broken = true;
}

/* Walks both trees side by side: `at` is the copy of where the cursor stands. */
static struct cnode *copy_tree(struct copy *c)
{
	struct cnode *root = copy_node(c, NULL), *at = root;
	size_t depth = 0;
	for (;;) {
		bool deeper = ts_tree_cursor_goto_first_child(&c->cursor);
		if (deeper && depth >= CSYNTAX_DEPTH_MAX) {
			ts_tree_cursor_goto_parent(&c->cursor);
			mark_broken(at);
			deeper = false;
		}
		if (deeper) {
			at->first = copy_node(c, at);
			at = at->first;
			depth++;
			continue;
		}
		while (!ts_tree_cursor_goto_next_sibling(&c->cursor)) {
			if (!ts_tree_cursor_goto_parent(&c->cursor) || depth == 0)
				return root;
			at = at->parent;
			depth--;
		}
		at->next = copy_node(c, at->parent);
		at = at->next;
	}
}

int csyntax_parse(struct str text, struct arena *a, struct csyntax *ret, struct err *err)
{
	if (text.len > CSYNTAX_TEXT_MAX)
		return err_set(err, ERR_LIMIT, "%zu MiB of text are more than the parser is given (%d MiB)",
			       text.len >> 20, CSYNTAX_TEXT_MAX >> 20);
	const TSLanguage *language = tree_sitter_c();
	TSParser *parser = ts_parser_new();
	TSTree *tree = ts_parser_set_language(parser, language) ? parse(parser, text) : NULL;
	ts_parser_delete(parser);
	if (!tree)
		return err_set(err, ERR_LIMIT, "the text is so far from C that reading it was given up");
	struct copy copy = {.a = a, .cursor = ts_tree_cursor_new(ts_tree_root_node(tree))};
	learn(language, &copy.grammar);
	*ret = (struct csyntax){.text = text, .root = copy_tree(&copy)};
	ret->len = copy.len;
	ts_tree_cursor_delete(&copy.cursor);
	ts_tree_delete(tree);
	return 0;
}

/* ---- looking around */

struct str cnode_text(const struct csyntax *syntax, const struct cnode *node)
{
	return str_first(str_from(syntax->text, node->start), node->end - node->start);
}

const struct cnode *cnode_child(const struct cnode *node, enum cnode_field field)
{
	const struct cnode *child = node ? node->first : NULL;
	while (child && child->field != field)
		child = child->next;
	return child;
}

const struct cnode *cnode_child_of(const struct cnode *node, enum cnode_kind kind)
{
	const struct cnode *child = node ? node->first : NULL;
	while (child && child->kind != kind)
		child = child->next;
	return child;
}

const struct cnode *cnode_after(const struct cnode *node, const struct cnode *root)
{
	return node->first ? node->first : cnode_past(node, root);
}

const struct cnode *cnode_past(const struct cnode *node, const struct cnode *root)
{
	while (node != root && !node->next)
		node = node->parent;
	return node == root ? NULL : node->next;
}

const struct cnode *cnode_function_name(const struct cnode *definition)
{
	const struct cnode *node = cnode_child(definition, CFIELD_DECLARATOR), *function = NULL;
	while (node && node->kind != CNODE_IDENTIFIER) {
		if (node->kind == CNODE_FUNCTION_DECLARATOR)
			function = node;
		const struct cnode *inner = cnode_child(node, CFIELD_DECLARATOR);
		if (!inner && node->kind == CNODE_PARENTHESIZED_DECLARATOR)
			for (inner = node->first; inner && inner->kind == CNODE_TOKEN; inner = inner->next)
				continue;
		node = inner;
	}
	return function ? node : NULL;
}

bool cnode_has_storage(const struct csyntax *syntax, const struct cnode *declaration, const char *storage)
{
	for (const struct cnode *child = declaration->first; child; child = child->next) {
		if (child->kind == CNODE_STORAGE_CLASS_SPECIFIER && str_eq(cnode_text(syntax, child), str_of(storage)))
			return true;
	}
	return false;
}
