#include "harness/csyntax.h"

#include "core/buf.h"
#include "tests/tap.h"

static struct arena arena;

static struct csyntax parse(const char *text)
{
	struct csyntax syntax = {0};
	struct err err = {0};
	if (!ok(csyntax_parse(str_of(text), &arena, &syntax, &err) == 0))
		tap_print("# %s\n", err.text);
	return syntax;
}

/* The first node of that kind, in order of appearance. */
static const struct cnode *find(const struct csyntax *syntax, enum cnode_kind kind)
{
	const struct cnode *node = syntax->root;
	while (node && node->kind != kind)
		node = cnode_after(node, syntax->root);
	return node;
}

static bool reads(const struct csyntax *syntax, const struct cnode *node, const char *text)
{
	return node && str_eq(cnode_text(syntax, node), str_of(text));
}

static void knows_kinds_fields_and_places(void)
{
	struct csyntax s = parse("/* c */\nint f(char *s)\n{\n\treturn g(s, 1);\n}\n");
	is_int(s.root->kind, CNODE_TRANSLATION_UNIT);
	is_int(s.root->broken, false);
	ok(reads(&s, find(&s, CNODE_COMMENT), "/* c */"));
	const struct cnode *f = find(&s, CNODE_FUNCTION_DEFINITION);
	if (!ok(f != NULL))
		return;
	is_int(f->line, 2);
	is_int(f->start, 8);
	ok(f->parent == s.root);
	ok(reads(&s, cnode_child(f, CFIELD_TYPE), "int"));
	is_int(cnode_child(f, CFIELD_TYPE)->kind, CNODE_PRIMITIVE_TYPE);
	const struct cnode *declarator = cnode_child(f, CFIELD_DECLARATOR);
	is_int(declarator->kind, CNODE_FUNCTION_DECLARATOR);
	ok(reads(&s, cnode_child(declarator, CFIELD_DECLARATOR), "f"));
	ok(reads(&s, cnode_child(declarator, CFIELD_PARAMETERS), "(char *s)"));
	is_int(cnode_child(f, CFIELD_BODY)->kind, CNODE_COMPOUND_STATEMENT);
	const struct cnode *call = find(&s, CNODE_CALL_EXPRESSION);
	is_int(call->line, 4);
	ok(reads(&s, cnode_child(call, CFIELD_FUNCTION), "g"));
	ok(reads(&s, cnode_child_of(cnode_child(call, CFIELD_ARGUMENTS), CNODE_NUMBER_LITERAL), "1"));
	is_int(cnode_child_of(find(&s, CNODE_RETURN_STATEMENT), CNODE_TOKEN)->kind, CNODE_TOKEN);
	ok(cnode_child(NULL, CFIELD_BODY) == NULL);
	ok(cnode_child_of(NULL, CNODE_ERROR) == NULL);
	ok(cnode_child(call, CFIELD_BODY) == NULL);
}

/* Every kind and field that the header names is one of the grammar's. */
static void the_grammar_has_these_kinds(void)
{
	struct csyntax s = parse("#include <a.h>\n#define A 1\n#define B(x) x\n#undef C\n"
				 "#ifdef A\n#elif B\n#else\n#endif\n"
				 "#if A\n#endif\n"
				 "extern \"C\" { int a; }\n"
				 "typedef struct s { int x : 3, y[2]; } s_t;\n"
				 "union u { long unsigned int x; };\n"
				 "enum e { E1 = 1, E2 };\n"
				 "__declspec(x) int __cdecl d1(const char *, ...);\n"
				 "int (*p)(int (*)(int), char *[3], int ()) = 0;\n"
				 "__attribute__((x)) static int t[] = {[0] = 'c', 2};\n"
				 "[[x]] int m [[y]];\n"
				 "void f(void) { int x = (int)\"s\"[0]; if (x) x = *p + p.y; "
				 "lab: goto lab; __asm__(\"n\"); "
				 "return (x); }\n");
	static const enum cnode_kind kinds[] = {
		CNODE_PREPROC_INCLUDE, CNODE_PREPROC_DEF, CNODE_PREPROC_FUNCTION_DEF, CNODE_PREPROC_CALL,
		CNODE_PREPROC_IFDEF, CNODE_PREPROC_IF, CNODE_PREPROC_ELIF, CNODE_PREPROC_ELSE,
		CNODE_LINKAGE_SPECIFICATION, CNODE_DECLARATION_LIST, CNODE_TYPE_DEFINITION, CNODE_STRUCT_SPECIFIER,
		CNODE_FIELD_DECLARATION_LIST, CNODE_FIELD_DECLARATION, CNODE_FIELD_IDENTIFIER, CNODE_BITFIELD_CLAUSE,
		CNODE_ARRAY_DECLARATOR, CNODE_TYPE_IDENTIFIER, CNODE_UNION_SPECIFIER, CNODE_SIZED_TYPE_SPECIFIER,
		CNODE_ENUM_SPECIFIER, CNODE_ENUMERATOR_LIST, CNODE_ENUMERATOR, CNODE_MS_DECLSPEC_MODIFIER,
		CNODE_MS_CALL_MODIFIER, CNODE_DECLARATION, CNODE_FUNCTION_DECLARATOR, CNODE_PARAMETER_LIST,
		CNODE_PARAMETER_DECLARATION, CNODE_VARIADIC_PARAMETER, CNODE_TYPE_QUALIFIER, CNODE_POINTER_DECLARATOR,
		CNODE_PARENTHESIZED_DECLARATOR, CNODE_ABSTRACT_POINTER_DECLARATOR, CNODE_ABSTRACT_FUNCTION_DECLARATOR,
		CNODE_ABSTRACT_PARENTHESIZED_DECLARATOR, CNODE_ABSTRACT_ARRAY_DECLARATOR, CNODE_INIT_DECLARATOR,
		CNODE_ATTRIBUTE_SPECIFIER, CNODE_STORAGE_CLASS_SPECIFIER, CNODE_INITIALIZER_LIST,
		CNODE_INITIALIZER_PAIR,
		CNODE_CHAR_LITERAL, CNODE_ATTRIBUTE_DECLARATION, CNODE_ATTRIBUTED_DECLARATOR,
		CNODE_FUNCTION_DEFINITION,
		CNODE_COMPOUND_STATEMENT, CNODE_TYPE_DESCRIPTOR, CNODE_STRING_LITERAL, CNODE_IF_STATEMENT,
		CNODE_PARENTHESIZED_EXPRESSION, CNODE_EXPRESSION_STATEMENT, CNODE_ASSIGNMENT_EXPRESSION,
		CNODE_BINARY_EXPRESSION, CNODE_POINTER_EXPRESSION, CNODE_FIELD_EXPRESSION, CNODE_STATEMENT_IDENTIFIER,
		CNODE_GNU_ASM_EXPRESSION, CNODE_RETURN_STATEMENT, CNODE_PRIMITIVE_TYPE, CNODE_IDENTIFIER,
	};
	for (size_t i = 0; i < countof(kinds); i++) {
		if (!find(&s, kinds[i]) && !ok(find(&s, kinds[i]) != NULL))
			tap_print("# kind %d\n", kinds[i]);
	}
	const struct cnode *assignment = find(&s, CNODE_ASSIGNMENT_EXPRESSION);
	ok(reads(&s, cnode_child(assignment, CFIELD_LEFT), "x"));
	ok(cnode_child(assignment, CFIELD_RIGHT) != NULL);
	ok(reads(&s, cnode_child(find(&s, CNODE_PREPROC_INCLUDE), CFIELD_PATH), "<a.h>"));
	ok(reads(&s, cnode_child(find(&s, CNODE_ENUMERATOR), CFIELD_VALUE), "1"));
	ok(reads(&s, cnode_child(find(&s, CNODE_ENUMERATOR), CFIELD_NAME), "E1"));
	ok(reads(&s, cnode_child(find(&s, CNODE_ARRAY_DECLARATOR), CFIELD_SIZE), "2"));
}

static void goes_on_behind_an_error(void)
{
	struct csyntax s = parse("int f(void);\n@@ ] int 3x $$;\nint g(void);\n");
	ok(s.root->broken);
	ok(find(&s, CNODE_ERROR) != NULL);
	size_t functions = 0;
	for (const struct cnode *n = s.root; n; n = cnode_after(n, s.root))
		functions += n->kind == CNODE_FUNCTION_DECLARATOR && !n->broken;
	is_int(functions, 2);
	s = parse("int f(void) { return 1 }"); /* a token that the parser makes up */
	ok(s.root->broken);
	s = parse("");
	is_int(s.len, 1);
	ok(s.root->first == NULL && s.root->next == NULL && s.root->parent == NULL);
	ok(cnode_after(s.root, s.root) == NULL);
}

static void visits_each_once(void)
{
	struct csyntax s = parse("int a; int b(int c) { return c + 1; } struct d { int e; };");
	size_t count = 0;
	for (const struct cnode *n = s.root; n; n = cnode_after(n, s.root))
		count++;
	is_int(count, s.len);
	const struct cnode *f = find(&s, CNODE_FUNCTION_DEFINITION);
	for (const struct cnode *n = cnode_after(f, f); n; n = cnode_after(n, f))
		ok(n->start >= f->start && n->end <= f->end);
	ok(cnode_past(f, f) == NULL);
	is_int(cnode_past(f, s.root)->kind, CNODE_STRUCT_SPECIFIER);
}

static void is_bounded(void)
{
	SCOPED_BUF struct buf deep;
	buf_init(&deep, 1 << 20);
	buf_append_cstr(&deep, "int x = ");
	for (int i = 0; i < 5000; i++)
		buf_append_char(&deep, '(');
	buf_append_char(&deep, '1');
	for (int i = 0; i < 5000; i++)
		buf_append_char(&deep, ')');
	buf_append_cstr(&deep, ";\nint y;\n");
	struct csyntax s = parse(deep.ptr);
	size_t deepest = 0;
	for (const struct cnode *n = s.root; n; n = cnode_after(n, s.root)) {
		size_t depth = 0;
		for (const struct cnode *up = n; up->parent; up = up->parent)
			depth++;
		deepest = max_size(deepest, depth);
	}
	is_int(deepest, CSYNTAX_DEPTH_MAX);
	ok(s.root->first->broken);
	ok(!s.root->first->next->broken); /* what stands beside it is whole */

	struct err err = {0};
	struct csyntax untouched = {.len = 7};
	static char text[1]; /* never looked at */
	is_int(csyntax_parse((struct str){text, CSYNTAX_TEXT_MAX + 1}, &arena, &untouched, &err), -1);
	is_int(err.kind, ERR_LIMIT);
	is_int(untouched.len, 7);
}

int main(void)
{
	tap_run("knows kinds, fields and places", knows_kinds_fields_and_places);
	tap_run("the grammar has these kinds", the_grammar_has_these_kinds);
	tap_run("goes on behind an error", goes_on_behind_an_error);
	tap_run("visits each once", visits_each_once);
	tap_run("is bounded", is_bounded);
	arena_release(&arena);
	return tap_done();
}
