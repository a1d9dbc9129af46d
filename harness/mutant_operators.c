#include "harness/mutant_parts.h"

enum { SWAPS_MAX = 3, DIGITS_SAFE = 9 };

static const char *source_text(const struct mutating *m, size_t start, size_t end)
{
	return arena_str(m->a, str_first(str_from(m->source->text, start), end - start));
}

/* As it stands in the source; the tree is of a text that may have numbers in place of names. */
static struct str text_of(const struct mutating *m, const struct cnode *node)
{
	return str_first(str_from(m->source->text, node->start), node->end - node->start);
}

static bool is_number(const struct mutating *m, const struct cnode *node)
{
	return node->kind == CNODE_NUMBER_LITERAL && str_eq(text_of(m, node), cnode_text(m->syntax, node));
}

/* ---- sites */

static bool has_statements(const struct cnode *node)
{
	for (const struct cnode *n = node; n; n = cnode_after(n, node)) {
		if (n->kind == CNODE_COMPOUND_STATEMENT)
			return true;
	}
	return false;
}

/* Whether the bytes can stand in the text twice: a directive, a label or a variable of a statement could not. */
static bool can_be_repeated(const struct mutating *m, const struct cnode *node)
{
	struct str text = text_of(m, node);
	return text.len <= MUTANT_SITE_BYTES_MAX && !has_statements(node) && str_index(text, '#') == text.len;
}

static struct mutant_site *open_site(struct mutating *m, const struct cnode *node)
{
	struct mutant_site *site = vec_push(&m->sites);
	*site = (struct mutant_site){
		.start = node->start,
		.end = node->end,
		.first = m->mutants.len,
		.function = m->functions.len - 1,
	};
	return site;
}

/* To the site that was opened last. */
static void add(struct mutating *m, enum mutant_operator kind, size_t from, size_t to, const char *text,
		const char *selected)
{
	*vec_push(&m->mutants) = (struct mutant){
		.kind = kind,
		.from = (uint32_t)from,
		.to = (uint32_t)to,
		.text = text,
		.selected = selected ? selected : text,
		.site = m->sites.len - 1,
	};
	m->sites.items[m->sites.len - 1].len++;
}

/* ---- operators */

struct exchange {
	const char *token;
	enum mutant_operator kind;
	const char *others[2];
};

static const struct exchange binaries[] = {
	{"+", MUTANT_ARITHMETIC, {"-"}},        {"-", MUTANT_ARITHMETIC, {"+"}},
	{"*", MUTANT_ARITHMETIC, {"/"}},        {"/", MUTANT_ARITHMETIC, {"*"}},
	{"%", MUTANT_ARITHMETIC, {"*"}},        {"<<", MUTANT_ARITHMETIC, {">>"}},
	{">>", MUTANT_ARITHMETIC, {"<<"}},      {"&", MUTANT_ARITHMETIC, {"|"}},
	{"|", MUTANT_ARITHMETIC, {"&"}},        {"^", MUTANT_ARITHMETIC, {"|"}},
	{"<", MUTANT_RELATIONAL, {"<=", ">="}}, {"<=", MUTANT_RELATIONAL, {"<", ">"}},
	{">", MUTANT_RELATIONAL, {">=", "<="}}, {">=", MUTANT_RELATIONAL, {">", "<"}},
	{"==", MUTANT_RELATIONAL, {"!="}},      {"!=", MUTANT_RELATIONAL, {"=="}},
	{"&&", MUTANT_LOGICAL, {"||"}},         {"||", MUTANT_LOGICAL, {"&&"}},
};

static const struct exchange assignments[] = {
	{"+=", MUTANT_ARITHMETIC, {"-="}},   {"-=", MUTANT_ARITHMETIC, {"+="}}, {"*=", MUTANT_ARITHMETIC, {"/="}},
	{"/=", MUTANT_ARITHMETIC, {"*="}},   {"%=", MUTANT_ARITHMETIC, {"*="}}, {"<<=", MUTANT_ARITHMETIC, {">>="}},
	{">>=", MUTANT_ARITHMETIC, {"<<="}}, {"&=", MUTANT_ARITHMETIC, {"|="}}, {"|=", MUTANT_ARITHMETIC, {"&="}},
	{"^=", MUTANT_ARITHMETIC, {"|="}},   {"++", MUTANT_ARITHMETIC, {"--"}}, {"--", MUTANT_ARITHMETIC, {"++"}},
};

static const struct exchange unaries[] = {
	{"!", MUTANT_LOGICAL, {"!!"}},
	{"-", MUTANT_ARITHMETIC, {"+"}},
	{"~", MUTANT_ARITHMETIC, {"+"}},
};

static const struct exchange *exchange_for(const struct exchange *rows, size_t len, struct str token)
{
	for (size_t i = 0; i < len; i++) {
		if (str_eq(token, str_of(rows[i].token)))
			return &rows[i];
	}
	return NULL;
}

/* How tightly it binds; 0 for what is no operator between two operands. */
static unsigned precedence(struct str token)
{
	static const char *const levels[] = {"||", "&&", "|", "^", "&", "== !=", "< <= > >=", "<< >>", "+ -", "* / %"};
	for (unsigned i = 0; i < countof(levels); i++) {
		struct str rest = str_of(levels[i]), word;
		while (str_next_word(&rest, &word)) {
			if (str_eq(word, token))
				return i + 1;
		}
	}
	return 0;
}

static unsigned precedence_of(const struct mutating *m, const struct cnode *node)
{
	const struct cnode *token =
		node && node->kind == CNODE_BINARY_EXPRESSION ? cnode_child(node, CFIELD_OPERATOR) : NULL;
	return token ? precedence(text_of(m, token)) : 0;
}

/* Whether the operands would be other ones if only the operator were exchanged. */
static bool needs_brackets(const struct mutating *m, const struct cnode *node, const char *other)
{
	unsigned own = precedence(str_of(other)), left = precedence_of(m, cnode_child(node, CFIELD_LEFT)),
		 right = precedence_of(m, cnode_child(node, CFIELD_RIGHT)), parent = precedence_of(m, node->parent);
	if (node->kind != CNODE_BINARY_EXPRESSION)
		return false;
	return (left && left < own) || (right && right <= own) ||
	       (parent && (node->field == CFIELD_LEFT ? parent > own : parent >= own));
}

static void exchange_operator(struct mutating *m, const struct cnode *node, const struct exchange *rows, size_t len)
{
	const struct cnode *token = cnode_child(node, CFIELD_OPERATOR);
	const struct exchange *row = token ? exchange_for(rows, len, text_of(m, token)) : NULL;
	if (!row || !can_be_repeated(m, node))
		return;
	open_site(m, node);
	for (size_t i = 0; i < countof(row->others) && row->others[i]; i++) {
		const char *other = row->others[i];
		if (needs_brackets(m, node, other))
			add(m, row->kind, node->start, node->end,
			    arena_printf(m->a, "((%s) %s (%s))", source_text(m, node->start, token->start), other,
					 source_text(m, token->end, node->end)),
			    NULL);
		else
			add(m, row->kind, token->start, token->end, other, NULL);
	}
}

/* ---- memory */

static bool calls(const struct mutating *m, const struct cnode *call, const char *const *names, size_t len)
{
	const struct cnode *function = cnode_child(call, CFIELD_FUNCTION);
	for (size_t i = 0; i < len && function; i++) {
		if (str_eq(text_of(m, function), str_of(names[i])))
			return true;
	}
	return false;
}

/* More of that is more of what the node stands in. */
static bool grows_with(const struct mutating *m, const struct cnode *node)
{
	const struct cnode *token = node->kind == CNODE_BINARY_EXPRESSION ? cnode_child(node, CFIELD_OPERATOR) : NULL;
	return node->kind == CNODE_PARENTHESIZED_EXPRESSION || node->kind == CNODE_CAST_EXPRESSION ||
	       (token && (str_eq(text_of(m, token), STR("+")) || str_eq(text_of(m, token), STR("*"))));
}

/* Whether more of it makes a block larger, and nothing else. */
static bool is_size_of_block(const struct mutating *m, const struct cnode *node)
{
	static const char *const names[] = {"malloc", "calloc", "realloc", "aligned_alloc"};
	const struct cnode *list = node->parent;
	while (list && grows_with(m, list))
		list = list->parent;
	const struct cnode *call = list ? list->parent : NULL;
	return call && call->kind == CNODE_CALL_EXPRESSION && cnode_child(call, CFIELD_ARGUMENTS) == list &&
	       calls(m, call, names, countof(names));
}

/* ---- constants */

/* Of a short decimal number without a suffix: its value. */
static bool plain_number(struct str text, uint64_t *ret)
{
	bool octal = text.len > 1 && text.ptr[0] == '0';
	return text.len <= DIGITS_SAFE && !octal && str_to_u64(text, ret);
}

static const char *shifted(struct mutating *m, struct str text, int by)
{
	uint64_t value;
	if (!plain_number(text, &value))
		return arena_printf(m->a, "(%.*s %c 1)", STR_ARG(text), by < 0 ? '-' : '+');
	if (value == 0 && by < 0)
		return "(-1)";
	return arena_printf(m->a, "%llu", (unsigned long long)(by < 0 ? value - 1 : value + 1));
}

/* A number that the compiler knows would let it see that a division by it cannot be meant. */
static void change_constant(struct mutating *m, const struct cnode *node)
{
	struct str text = text_of(m, node);
	open_site(m, node);
	for (int by = 1; by >= -1; by -= 2) {
		add(m, MUTANT_CONSTANT, node->start, node->end, shifted(m, text, by),
		    arena_printf(m->a, "(%.*s %c recast_one)", STR_ARG(text), by < 0 ? '-' : '+'));
		m->mutants.items[m->mutants.len - 1].hidden = by > 0 && is_size_of_block(m, node);
	}
}

static void change_truth(struct mutating *m, const struct cnode *node)
{
	open_site(m, node);
	add(m, MUTANT_CONSTANT, node->start, node->end, node->kind == CNODE_TRUE ? "false" : "true", NULL);
}

/* ---- calls */

bool mutate_is_special_call(const struct mutating *m, const struct cnode *call)
{
	static const char *const names[] = {"setjmp",      "_setjmp",        "sigsetjmp",     "__sigsetjmp", "alloca",
					    "typeof",      "__typeof__",     "__typeof",      "_Alignas",    "_Alignof",
					    "__alignof__", "_Static_assert", "static_assert", "defined"};
	const struct cnode *function = cnode_child(call, CFIELD_FUNCTION);
	struct str name = function ? text_of(m, function) : STR("");
	if (str_starts(name, STR("__builtin_")))
		return true;
	for (size_t i = 0; i < countof(names); i++) {
		if (str_eq(name, str_of(names[i])))
			return true;
	}
	return false;
}

bool mutate_is_expectation(const struct mutating *m, const struct cnode *call)
{
	const struct cnode *function = cnode_child(call, CFIELD_FUNCTION);
	return function && str_eq(text_of(m, function), STR("__builtin_expect"));
}

static bool is_argument(const struct cnode *node)
{
	return node->kind != CNODE_TOKEN && node->kind != CNODE_COMMENT;
}

static const struct cnode *next_argument(const struct cnode *node)
{
	while (node && !is_argument(node))
		node = node->next;
	return node;
}

static void swap(struct mutating *m, const struct cnode *a, const struct cnode *b)
{
	const char *text = arena_printf(m->a, "%s%s%s", source_text(m, b->start, b->end),
					source_text(m, a->end, b->start), source_text(m, a->start, a->end));
	add(m, MUTANT_SWAPPED, a->start, b->end, text, NULL);
}

/* Each argument with its neighbour. Those of calloc are multiplied: it means the same. */
static void swap_arguments(struct mutating *m, const struct cnode *call)
{
	static const char *const products[] = {"calloc"};
	const struct cnode *list = cnode_child(call, CFIELD_ARGUMENTS);
	const struct cnode *a = list ? next_argument(list->first) : NULL, *b = a ? next_argument(a->next) : NULL;
	if (!b || mutate_is_special_call(m, call) || calls(m, call, products, countof(products)) ||
	    !can_be_repeated(m, call))
		return;
	size_t before = m->mutants.len;
	open_site(m, call);
	for (size_t i = 0; b && i < SWAPS_MAX; i++) {
		if (!str_eq(text_of(m, a), text_of(m, b)))
			swap(m, a, b);
		a = b;
		b = next_argument(b->next);
	}
	m->sites.len -= m->mutants.len == before;
}

/* ---- what stands in brackets */

/* Without its brackets. */
static const struct cnode *bare(const struct cnode *node)
{
	while (node && node->kind == CNODE_PARENTHESIZED_EXPRESSION) {
		const struct cnode *inner = next_argument(node->first);
		if (!inner)
			return node;
		node = inner;
	}
	return node;
}

bool mutate_is_null(const struct mutating *m, const struct cnode *node)
{
	const struct cnode *type = cnode_child(node, CFIELD_TYPE), *value = bare(cnode_child(node, CFIELD_VALUE));
	return node->kind == CNODE_CAST_EXPRESSION && value && str_eq(text_of(m, value), STR("0")) && type &&
	       cnode_child_of(type, CNODE_ABSTRACT_POINTER_DECLARATOR);
}

/* ---- statements */

static void delete_statement(struct mutating *m, const struct cnode *statement, const struct cnode *expression)
{
	struct mutant_site *site = open_site(m, expression ? expression : statement);
	site->is_statement = !expression;
	add(m, MUTANT_DELETED, site->start, site->end, expression ? "" : ";", expression ? "(void)0" : ";");
}

/* The value of `({ …; x; })` is its last statement's. */
static bool gives_value(const struct cnode *statement)
{
	const struct cnode *block = statement->parent, *next = statement->next;
	while (next && (next->kind == CNODE_TOKEN || next->kind == CNODE_COMMENT))
		next = next->next;
	return !next && block && block->kind == CNODE_COMPOUND_STATEMENT && block->parent &&
	       block->parent->kind == CNODE_PARENTHESIZED_EXPRESSION;
}

static void delete_expression(struct mutating *m, const struct cnode *statement)
{
	const struct cnode *expression = statement->first;
	if (!expression || expression->kind == CNODE_TOKEN || expression->kind == CNODE_GNU_ASM_EXPRESSION ||
	    gives_value(statement) || statement->field == CFIELD_INITIALIZER)
		return;
	if (expression->kind != CNODE_CALL_EXPRESSION || !mutate_is_special_call(m, expression))
		delete_statement(m, statement, expression);
}

static bool is_literal(const struct mutating *m, const struct cnode *node)
{
	return is_number(m, node) || node->kind == CNODE_CHAR_LITERAL || node->kind == CNODE_TRUE ||
	       node->kind == CNODE_FALSE;
}

/* What is a literal is changed as one. Leaving a return with a value out would leave it open what is returned. */
static void change_return(struct mutating *m, const struct cnode *statement)
{
	const struct cnode *value = next_argument(statement->first), *inner = bare(value);
	if (!value) {
		delete_statement(m, statement, NULL);
		return;
	}
	if (!inner || is_literal(m, inner) || mutate_is_null(m, inner) || !can_be_repeated(m, value))
		return;
	open_site(m, value);
	add(m, MUTANT_RETURN, value->start, value->end, "0", NULL);
}

/* ---- conditions */

/* These have mutants of their own which turn them round. */
static bool is_turned(const struct mutating *m, const struct cnode *node)
{
	const struct cnode *token = cnode_child(node, CFIELD_OPERATOR);
	const struct exchange *row = NULL;
	if (token && node->kind == CNODE_BINARY_EXPRESSION)
		row = exchange_for(binaries, countof(binaries), text_of(m, token));
	if (token && node->kind == CNODE_UNARY_EXPRESSION)
		row = exchange_for(unaries, countof(unaries), text_of(m, token));
	return row && row->kind != MUTANT_ARITHMETIC;
}

void mutate_condition(struct mutating *m, const struct cnode *condition)
{
	const struct cnode *inner = bare(condition);
	if (!inner || inner->kind == CNODE_DECLARATION || is_literal(m, inner) || is_turned(m, inner) ||
	    !can_be_repeated(m, inner))
		return;
	open_site(m, inner)->is_truth = true;
	add(m, MUTANT_LOGICAL, inner->start, inner->end,
	    arena_printf(m->a, "!(%s)", source_text(m, inner->start, inner->end)), NULL);
}

/* ---- all */

void mutate_node(struct mutating *m, const struct cnode *node)
{
	switch (node->kind) {
	case CNODE_BINARY_EXPRESSION:
		exchange_operator(m, node, binaries, countof(binaries));
		break;
	case CNODE_ASSIGNMENT_EXPRESSION:
	case CNODE_UPDATE_EXPRESSION:
		exchange_operator(m, node, assignments, countof(assignments));
		break;
	case CNODE_UNARY_EXPRESSION:
		exchange_operator(m, node, unaries, countof(unaries));
		break;
	case CNODE_NUMBER_LITERAL:
		if (is_number(m, node))
			change_constant(m, node);
		break;
	case CNODE_CHAR_LITERAL:
		change_constant(m, node);
		break;
	case CNODE_TRUE:
	case CNODE_FALSE:
		change_truth(m, node);
		break;
	case CNODE_CALL_EXPRESSION:
		swap_arguments(m, node);
		break;
	case CNODE_EXPRESSION_STATEMENT:
		delete_expression(m, node);
		break;
	case CNODE_BREAK_STATEMENT:
	case CNODE_CONTINUE_STATEMENT:
	case CNODE_GOTO_STATEMENT:
		delete_statement(m, node, NULL);
		break;
	case CNODE_RETURN_STATEMENT:
		change_return(m, node);
		break;
	default:
		break;
	}
}
