#include "harness/varytext.h"

#include "core/mem.h"
#include "harness/nameset.h"

/*
 * Which literals are taken. A number may be how much something holds, which a larger one would make a lie; nobody can
 * tell in general, so only where the library's own types say that it is none, or it is one of a list, any value will do.
 */

enum { SHARED_AMONG = 64 };

struct finding {
	const struct expanded *source;
	const struct csyntax *syntax;
	struct str below;
	const struct varied_callees *callees;
	struct nameset foreign; /* functions that others than the project declare */
	struct arena *a;
	struct {
		struct varied_literal *items;
		size_t len, cap;
	} literals;
	size_t numbers;
};

/* ---- the system's functions */

static bool is_own(const struct finding *f, size_t at)
{
	return str_starts(str_of(expanded_place(f->source, at).file), f->below);
}

/* The name that a declarator declares a function by, or NULL. */
static const struct cnode *declared_function(const struct cnode *node)
{
	for (const struct cnode *n = node; n; n = cnode_after(n, node)) {
		if (n->kind == CNODE_FUNCTION_DECLARATOR) {
			const struct cnode *name = cnode_child(n, CFIELD_DECLARATOR);
			return name && name->kind == CNODE_IDENTIFIER ? name : NULL;
		}
	}
	return NULL;
}

static void find_foreign(struct finding *f)
{
	for (const struct cnode *n = f->syntax->root->first; n; n = n->next) {
		bool declares = n->kind == CNODE_DECLARATION || n->kind == CNODE_FUNCTION_DEFINITION;
		const struct cnode *name = declares && !is_own(f, n->start) ? declared_function(n) : NULL;
		if (name)
			nameset_add(&f->foreign, cnode_text(f->syntax, name));
	}
	nameset_seal(&f->foreign);
}

/* ---- single ones */

static const struct cnode *statement_of(const struct cnode *node)
{
	while (node->parent && node->parent->kind != CNODE_COMPOUND_STATEMENT &&
	       node->parent->kind != CNODE_TRANSLATION_UNIT)
		node = node->parent;
	return node;
}

/* Equal texts of one statement are meant to be equal: f("a=b", strlen("a=b")). */
static size_t number_of(struct finding *f, const struct cnode *node, bool text)
{
	const struct cnode *statement = statement_of(node);
	size_t first = f->literals.len - min_size(f->literals.len, SHARED_AMONG);
	for (size_t i = f->literals.len; text && i-- > first && f->literals.items[i].start >= statement->start;) {
		const struct varied_literal *l = &f->literals.items[i];
		struct str other = str_first(str_from(f->syntax->text, l->start), l->end - l->start);
		if (l->form <= VARIED_TABLE && str_eq(other, cnode_text(f->syntax, node)))
			return l->number;
	}
	return f->numbers++;
}

static void add(struct finding *f, const struct cnode *node, enum varied_form form, bool downward)
{
	if (f->literals.len == VARIED_LITERALS_MAX || !is_own(f, node->start))
		return;
	struct varied_literal l = {
		.form = form,
		.start = node->start,
		.end = node->end,
		.number = number_of(f, node, form <= VARIED_TABLE),
		.downward = downward,
	};
	*vec_push(&f->literals) = l;
}

static bool is_text(const struct finding *f, const struct cnode *node)
{
	bool string = node->kind == CNODE_STRING_LITERAL || node->kind == CNODE_CONCATENATED_STRING;
	return string && !node->broken && cnode_text(f->syntax, node).ptr[0] == '"';
}

static bool is_real(struct str text)
{
	bool hex = text.len > 1 && text.ptr[0] == '0' && (text.ptr[1] | 0x20) == 'x';
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		if (c == '.' || (hex ? (c | 0x20) == 'p' : (c | 0x20) == 'e'))
			return true;
	}
	return false;
}

/* 0 may be a null pointer. */
static bool is_zero(struct str text)
{
	bool digits = false;
	for (size_t i = 0; i < text.len; i++) {
		bool suffix = i && strchr("xXuUlL", text.ptr[i]);
		if (text.ptr[i] != '0' && !suffix)
			return false;
		digits = true;
	}
	return digits;
}

static void take_literal(struct finding *f, const struct cnode *node, bool downward)
{
	if (node->broken)
		return;
	if (is_text(f, node))
		add(f, node, VARIED_TEXT, false);
	else if (node->kind == CNODE_CHAR_LITERAL && cnode_text(f->syntax, node).ptr[0] == '\'')
		add(f, node, VARIED_NUMBER, downward);
	else if (node->kind == CNODE_NUMBER_LITERAL && is_real(cnode_text(f->syntax, node)))
		add(f, node, VARIED_REAL, false);
	else if (node->kind == CNODE_NUMBER_LITERAL && !is_zero(cnode_text(f->syntax, node)))
		add(f, node, VARIED_NUMBER, downward);
}

/* Behind brackets, casts and signs. */
static void take_value(struct finding *f, const struct cnode *node, bool downward)
{
	while (node && (node->kind == CNODE_PARENTHESIZED_EXPRESSION || node->kind == CNODE_CAST_EXPRESSION ||
			node->kind == CNODE_UNARY_EXPRESSION)) {
		const struct cnode *inner = cnode_child(node, CFIELD_VALUE);
		inner = inner ? inner : cnode_child(node, CFIELD_ARGUMENT);
		for (const struct cnode *n = node->first; n && !inner; n = n->next)
			inner = n->kind != CNODE_TOKEN && n->kind != CNODE_COMMENT ? n : NULL;
		/* Less than -5 is not what is smaller than it. */
		downward &= node->kind != CNODE_UNARY_EXPRESSION;
		node = inner;
	}
	if (node)
		take_literal(f, node, downward);
}

/* ---- calls */

static void take_arguments(struct finding *f, const struct cnode *call)
{
	const struct cnode *function = cnode_child(call, CFIELD_FUNCTION), *list = cnode_child(call, CFIELD_ARGUMENTS);
	struct str name = function && function->kind == CNODE_IDENTIFIER ? cnode_text(f->syntax, function) : STR("");
	bool measures = str_eq(name, STR("strlen"));
	if (!list || (nameset_has(&f->foreign, name) && !measures) || str_starts(name, STR("__builtin_")))
		return;
	size_t argument = 0;
	for (const struct cnode *n = list->first; n; n = n->next) {
		bool length = true;
		if (n->kind == CNODE_TOKEN || n->kind == CNODE_COMMENT)
			continue;
		f->callees->knows(f->callees->data, name, argument++, &length);
		take_value(f, n, length);
	}
}

/* ---- variables */

/* What is declared: the name below arrays, pointers and brackets. */
static const struct cnode *declared_name(const struct cnode *declarator, bool *ret_array)
{
	*ret_array = false;
	while (declarator && declarator->kind != CNODE_IDENTIFIER) {
		*ret_array |= declarator->kind == CNODE_ARRAY_DECLARATOR;
		if (declarator->kind == CNODE_FUNCTION_DECLARATOR)
			return NULL;
		declarator = cnode_child(declarator, CFIELD_DECLARATOR);
	}
	return declarator;
}

/* Texts in what is there before it is declared, or is an array of characters itself: they are exchanged behind the
 * declaration. */
static void take_table(struct finding *f, const struct cnode *value, const char *variable, uint32_t at)
{
	for (const struct cnode *n = value; n;) {
		size_t before = f->literals.len;
		bool text = is_text(f, n);
		if (text)
			add(f, n, VARIED_TABLE, false);
		if (f->literals.len > before) {
			f->literals.items[before].at = at;
			f->literals.items[before].variable = variable;
		}
		bool opaque = text || n->kind == CNODE_SIZEOF_EXPRESSION || n->kind == CNODE_CALL_EXPRESSION;
		n = opaque ? cnode_past(n, value) : cnode_after(n, value);
	}
}

static void take_list(struct finding *f, const struct cnode *list)
{
	for (const struct cnode *n = list->first; n; n = n->next) {
		if (n->kind == CNODE_INITIALIZER_LIST)
			take_list(f, n);
		else if (n->kind == CNODE_INITIALIZER_PAIR)
			take_value(f, cnode_child(n, CFIELD_VALUE), false);
		else if (n->kind != CNODE_TOKEN)
			take_value(f, n, false);
	}
}

static void take_variable(struct finding *f, const struct cnode *declaration, const struct cnode *init, bool local)
{
	bool array;
	const struct cnode *name = declared_name(cnode_child(init, CFIELD_DECLARATOR), &array);
	const struct cnode *value = cnode_child(init, CFIELD_VALUE);
	bool stays = !local || cnode_has_storage(f->syntax, declaration, "static");
	bool block = declaration->parent->kind == CNODE_COMPOUND_STATEMENT;
	if (!name || !value || declaration->broken || cnode_has_storage(f->syntax, declaration, "typedef"))
		return;
	if (stays || (array && is_text(f, value))) {
		uint32_t at = local ? declaration->end : (uint32_t)f->source->text.len;
		if (!local || block)
			take_table(f, value, arena_str(f->a, cnode_text(f->syntax, name)), at);
	} else if (value->kind == CNODE_INITIALIZER_LIST) {
		take_list(f, value);
	} else {
		take_value(f, value, true);
	}
}

/* ---- walking */

static void visit(struct finding *f, const struct cnode *root, bool local)
{
	for (const struct cnode *n = root; n; n = cnode_after(n, root)) {
		if (n->kind == CNODE_CALL_EXPRESSION)
			take_arguments(f, n);
		else if (n->kind == CNODE_INIT_DECLARATOR && n->parent->kind == CNODE_DECLARATION)
			take_variable(f, n->parent, n, local);
	}
}

static int in_order(const void *a, const void *b)
{
	const struct varied_literal *x = a, *y = b;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return x->number < y->number ? -1 : x->number > y->number;
}

/* A variable within what another one begins with has its literals twice. */
static void settle(struct finding *f)
{
	size_t kept = 0;
	if (f->literals.len)
		qsort(f->literals.items, f->literals.len, sizeof(*f->literals.items), in_order);
	for (size_t i = 0; i < f->literals.len; i++) {
		const struct varied_literal *l = &f->literals.items[i];
		if (kept == 0 || l->start >= f->literals.items[kept - 1].end)
			f->literals.items[kept++] = *l;
	}
	f->literals.len = kept;
}

void varytext_find(const struct expanded *source, const char *below, const struct varied_callees *callees,
		   struct arena *a, struct varied_literals *ret)
{
	struct finding f = {
		.source = source, .syntax = &source->syntax, .below = str_of(below), .callees = callees, .a = a};
	find_foreign(&f);
	for (const struct cnode *n = source->syntax.root->first; n; n = n->next) {
		const struct cnode *body = n->kind == CNODE_FUNCTION_DEFINITION ? cnode_child(n, CFIELD_BODY) : NULL;
		if (body && !n->broken && is_own(&f, n->start))
			visit(&f, body, true);
		else if (n->kind == CNODE_DECLARATION && is_own(&f, n->start))
			visit(&f, n, false);
	}
	nameset_release(&f.foreign);
	settle(&f);
	*ret = (struct varied_literals){
		.items = arena_copy(a, f.literals.items, f.literals.len, sizeof(*f.literals.items)),
		.len = f.literals.len,
		.numbers = f.numbers,
	};
	vec_release(&f.literals);
}
