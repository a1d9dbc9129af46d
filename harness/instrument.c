#include "harness/instrument.h"

#include "core/buf.h"
#include "core/mem.h"
#include "harness/textedit.h"

struct instrumenting {
	const struct expanded *source;
	const char *below;
	struct arena *a;
	struct textedits edits;
	struct {
		struct instrument_statement *items;
		size_t len, cap;
	} statements;
	size_t left_out;
};

static void visit(struct instrumenting *i, const struct cnode *node, bool in_block);

static void insert(struct instrumenting *i, size_t at, const char *text)
{
	textedit_add(&i->edits, at, at, text);
}

/* ---- what is a statement, and which of them count */

static bool is_statement(const struct cnode *node)
{
	switch (node->kind) {
	case CNODE_ATTRIBUTED_STATEMENT:
	case CNODE_BREAK_STATEMENT:
	case CNODE_CASE_STATEMENT:
	case CNODE_COMPOUND_STATEMENT:
	case CNODE_CONTINUE_STATEMENT:
	case CNODE_DO_STATEMENT:
	case CNODE_EXPRESSION_STATEMENT:
	case CNODE_FOR_STATEMENT:
	case CNODE_GOTO_STATEMENT:
	case CNODE_IF_STATEMENT:
	case CNODE_LABELED_STATEMENT:
	case CNODE_RETURN_STATEMENT:
	case CNODE_SWITCH_STATEMENT:
	case CNODE_WHILE_STATEMENT:
		return true;
	default:
		return false;
	}
}

/* A declaration does something only where it computes a value when it is reached. */
static bool computes(const struct csyntax *syntax, const struct cnode *declaration)
{
	return cnode_child_of(declaration, CNODE_INIT_DECLARATOR) && !cnode_has_storage(syntax, declaration, "static");
}

static bool counts(const struct csyntax *syntax, const struct cnode *node)
{
	switch (node->kind) {
	case CNODE_DECLARATION:
		return computes(syntax, node);
	case CNODE_EXPRESSION_STATEMENT:
		return node->first && node->first->kind != CNODE_TOKEN;
	case CNODE_ATTRIBUTED_STATEMENT:
	case CNODE_CASE_STATEMENT:
	case CNODE_COMPOUND_STATEMENT:
	case CNODE_LABELED_STATEMENT:
		return false;
	default:
		return is_statement(node);
	}
}

/* ---- walking */

/* Expressions hold statements only in braces of their own: `({ … })`. */
static void visit_expression(struct instrumenting *i, const struct cnode *node)
{
	for (const struct cnode *child = node->first; child; child = child->next) {
		if (child->kind == CNODE_COMPOUND_STATEMENT)
			visit(i, child, true);
		else
			visit_expression(i, child);
	}
}

/* The parts of a statement that are statements, without braces of this one around them. */
static void visit_parts(struct instrumenting *i, const struct cnode *node)
{
	for (const struct cnode *child = node->first; child; child = child->next) {
		if (child->kind == CNODE_ELSE_CLAUSE)
			visit_parts(i, child);
		else if (is_statement(child))
			visit(i, child, false);
		else
			visit_expression(i, child);
	}
}

/* What follows a label may be preceded by something else only where a second statement may stand. */
static void visit_labelled(struct instrumenting *i, const struct cnode *node, bool in_block)
{
	if (!in_block)
		insert(i, node->start, "{");
	for (const struct cnode *child = node->first; child; child = child->next) {
		if (child->field != CFIELD_VALUE && (is_statement(child) || child->kind == CNODE_DECLARATION))
			visit(i, child, true);
	}
	if (!in_block)
		insert(i, node->end, "}");
}

static void count(struct instrumenting *i, const struct cnode *node, bool in_block)
{
	insert(i, node->start, arena_printf(i->a, "%srecast_see(%zuu);", in_block ? "" : "{", i->statements.len));
	*vec_push(&i->statements) = (struct instrument_statement){node->start, node->end};
}

static void visit(struct instrumenting *i, const struct cnode *node, bool in_block)
{
	/* What an attribute stands in front of must stay behind it. */
	if (node->kind == CNODE_ATTRIBUTED_STATEMENT)
		return;
	if (node->kind == CNODE_COMPOUND_STATEMENT) {
		for (const struct cnode *child = node->first; child; child = child->next)
			visit(i, child, true);
		return;
	}
	if (node->kind == CNODE_CASE_STATEMENT || node->kind == CNODE_LABELED_STATEMENT) {
		visit_labelled(i, node, in_block);
		return;
	}
	bool counted = counts(&i->source->syntax, node);
	if (counted)
		count(i, node, in_block);
	if (is_statement(node))
		visit_parts(i, node);
	else
		visit_expression(i, node);
	if (counted && !in_block)
		insert(i, node->end, "}");
}

static void visit_function(struct instrumenting *i, const struct cnode *definition)
{
	const struct cnode *body = cnode_child(definition, CFIELD_BODY);
	struct str below = str_of(i->below);
	if (!body || !str_starts(str_of(expanded_place(i->source, definition->start).file), below))
		return;
	if (definition->broken)
		i->left_out++;
	else
		visit(i, body, true);
}

/* ---- the text */

static const char *prologue(const struct instrumenting *i, unsigned base)
{
	return arena_printf(i->a,
			    "unsigned recast_reached(unsigned, unsigned, unsigned, unsigned) "
			    "__attribute__((import_module(\"recast\"), import_name(\"reached\"))); "
			    "static unsigned char recast_seen[%zu]; "
			    "static __attribute__((unused)) void recast_see(unsigned n) "
			    "{ if (!recast_seen[n]) { recast_seen[n] = 1; recast_reached(%uu + n, 0, 0, 0); } }\n",
			    max_size(i->statements.len, 1), base);
}

static int finish(struct instrumenting *i, unsigned base, struct instrumented *ret, struct err *err)
{
	SCOPED_BUF struct buf text;
	if (i->statements.len > INSTRUMENT_STATEMENTS_MAX)
		return err_set(err, ERR_LIMIT, "%zu statements are more than %d", i->statements.len,
			       INSTRUMENT_STATEMENTS_MAX);
	buf_init(&text, INSTRUMENT_TEXT_MAX);
	buf_append_cstr(&text, prologue(i, base));
	buf_append_str(&text, textedit_make(&i->edits, i->source->text, i->a));
	if (buf_check(&text, "a source with counters", err) < 0)
		return -1;
	*ret = (struct instrumented){
		.text = {arena_str(i->a, buf_str(&text)), text.len},
		.statements = arena_copy(i->a, i->statements.items, i->statements.len, sizeof(*i->statements.items)),
		.statements_len = i->statements.len,
		.left_out = i->left_out,
	};
	return 0;
}

int instrument(const struct expanded *source, const char *below, unsigned base, struct arena *a,
	       struct instrumented *ret, struct err *err)
{
	struct instrumenting i = {.source = source, .below = below, .a = a};
	const struct cnode *root = source->syntax.root;
	for (const struct cnode *n = root; n;) {
		bool is_function = n->kind == CNODE_FUNCTION_DEFINITION;
		if (is_function)
			visit_function(&i, n);
		n = is_function ? cnode_past(n, root) : cnode_after(n, root);
	}
	int result = finish(&i, base, ret, err);
	vec_release(&i.edits);
	vec_release(&i.statements);
	return result;
}

size_t instrumented_at(const struct instrumented *in, size_t at)
{
	size_t low = 0, high = in->statements_len;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (in->statements[middle].start <= at)
			low = middle + 1;
		else
			high = middle;
	}
	while (low > 0 && in->statements[low - 1].end <= at)
		low--;
	return low ? low - 1 : in->statements_len;
}
