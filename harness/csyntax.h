#ifndef RECAST_HARNESS_CSYNTAX_H
#define RECAST_HARNESS_CSYNTAX_H

/*
 * C as a tree: what tree-sitter makes of a text, copied into an arena, so that
 * whoever reads it needs no tree-sitter. The parser never refuses: where the
 * text is no C, or C before the preprocessor, a CNODE_ERROR stands around what
 * was not understood, and reading goes on behind it.
 *
 * Every node knows the bytes that it covers. Brackets, keywords and operators
 * are nodes of the kind CNODE_TOKEN; what a node is to its parent (its name, its
 * type, its body) is its field.
 */

#include "core/arena.h"
#include "core/err.h"

/* Names as the grammar has them. */
#define CNODE_KINDS(KIND)                                                       \
	KIND(ABSTRACT_ARRAY_DECLARATOR, "abstract_array_declarator")            \
	KIND(ABSTRACT_FUNCTION_DECLARATOR, "abstract_function_declarator")      \
	KIND(ABSTRACT_PARENTHESIZED_DECLARATOR, "abstract_parenthesized_declarator") \
	KIND(ABSTRACT_POINTER_DECLARATOR, "abstract_pointer_declarator")        \
	KIND(ALIGNOF_EXPRESSION, "alignof_expression")                          \
	KIND(ARGUMENT_LIST, "argument_list")                                    \
	KIND(ARRAY_DECLARATOR, "array_declarator")                              \
	KIND(ASSIGNMENT_EXPRESSION, "assignment_expression")                    \
	KIND(ATTRIBUTED_DECLARATOR, "attributed_declarator")                    \
	KIND(ATTRIBUTED_STATEMENT, "attributed_statement")                      \
	KIND(ATTRIBUTE_DECLARATION, "attribute_declaration")                    \
	KIND(ATTRIBUTE_SPECIFIER, "attribute_specifier")                        \
	KIND(BINARY_EXPRESSION, "binary_expression")                            \
	KIND(BITFIELD_CLAUSE, "bitfield_clause")                                \
	KIND(BREAK_STATEMENT, "break_statement")                                \
	KIND(CALL_EXPRESSION, "call_expression")                                \
	KIND(CASE_STATEMENT, "case_statement")                                  \
	KIND(CAST_EXPRESSION, "cast_expression")                                \
	KIND(CHAR_LITERAL, "char_literal")                                      \
	KIND(COMMENT, "comment")                                                \
	KIND(COMPOUND_STATEMENT, "compound_statement")                          \
	KIND(CONCATENATED_STRING, "concatenated_string")                        \
	KIND(CONDITIONAL_EXPRESSION, "conditional_expression")                  \
	KIND(CONTINUE_STATEMENT, "continue_statement")                          \
	KIND(DECLARATION, "declaration")                                        \
	KIND(DECLARATION_LIST, "declaration_list")                              \
	KIND(DO_STATEMENT, "do_statement")                                      \
	KIND(ELSE_CLAUSE, "else_clause")                                        \
	KIND(ENUMERATOR, "enumerator")                                          \
	KIND(ENUMERATOR_LIST, "enumerator_list")                                \
	KIND(ENUM_SPECIFIER, "enum_specifier")                                  \
	KIND(ERROR, "ERROR")                                                    \
	KIND(EXPRESSION_STATEMENT, "expression_statement")                      \
	KIND(FALSE, "false")                                                    \
	KIND(FIELD_DECLARATION, "field_declaration")                            \
	KIND(FIELD_DECLARATION_LIST, "field_declaration_list")                  \
	KIND(FIELD_EXPRESSION, "field_expression")                              \
	KIND(FIELD_IDENTIFIER, "field_identifier")                              \
	KIND(FOR_STATEMENT, "for_statement")                                    \
	KIND(FUNCTION_DECLARATOR, "function_declarator")                        \
	KIND(FUNCTION_DEFINITION, "function_definition")                        \
	KIND(GENERIC_EXPRESSION, "generic_expression")                          \
	KIND(GNU_ASM_EXPRESSION, "gnu_asm_expression")                          \
	KIND(GOTO_STATEMENT, "goto_statement")                                  \
	KIND(IDENTIFIER, "identifier")                                          \
	KIND(IF_STATEMENT, "if_statement")                                      \
	KIND(INITIALIZER_LIST, "initializer_list")                              \
	KIND(INITIALIZER_PAIR, "initializer_pair")                              \
	KIND(INIT_DECLARATOR, "init_declarator")                                \
	KIND(LABELED_STATEMENT, "labeled_statement")                            \
	KIND(LINKAGE_SPECIFICATION, "linkage_specification")                    \
	KIND(MACRO_TYPE_SPECIFIER, "macro_type_specifier")                      \
	KIND(MS_CALL_MODIFIER, "ms_call_modifier")                              \
	KIND(MS_DECLSPEC_MODIFIER, "ms_declspec_modifier")                      \
	KIND(NUMBER_LITERAL, "number_literal")                                  \
	KIND(OFFSETOF_EXPRESSION, "offsetof_expression")                        \
	KIND(PARAMETER_DECLARATION, "parameter_declaration")                    \
	KIND(PARAMETER_LIST, "parameter_list")                                  \
	KIND(PARENTHESIZED_DECLARATOR, "parenthesized_declarator")              \
	KIND(PARENTHESIZED_EXPRESSION, "parenthesized_expression")              \
	KIND(POINTER_DECLARATOR, "pointer_declarator")                          \
	KIND(POINTER_EXPRESSION, "pointer_expression")                          \
	KIND(PREPROC_CALL, "preproc_call")                                      \
	KIND(PREPROC_DEF, "preproc_def")                                        \
	KIND(PREPROC_ELIF, "preproc_elif")                                      \
	KIND(PREPROC_ELSE, "preproc_else")                                      \
	KIND(PREPROC_FUNCTION_DEF, "preproc_function_def")                      \
	KIND(PREPROC_IF, "preproc_if")                                          \
	KIND(PREPROC_IFDEF, "preproc_ifdef")                                    \
	KIND(PREPROC_INCLUDE, "preproc_include")                                \
	KIND(PRIMITIVE_TYPE, "primitive_type")                                  \
	KIND(RETURN_STATEMENT, "return_statement")                              \
	KIND(SIZED_TYPE_SPECIFIER, "sized_type_specifier")                      \
	KIND(SIZEOF_EXPRESSION, "sizeof_expression")                            \
	KIND(STATEMENT_IDENTIFIER, "statement_identifier")                      \
	KIND(STORAGE_CLASS_SPECIFIER, "storage_class_specifier")                \
	KIND(STRING_LITERAL, "string_literal")                                  \
	KIND(STRUCT_SPECIFIER, "struct_specifier")                              \
	KIND(SUBSCRIPT_DESIGNATOR, "subscript_designator")                      \
	KIND(SUBSCRIPT_RANGE_DESIGNATOR, "subscript_range_designator")          \
	KIND(SWITCH_STATEMENT, "switch_statement")                              \
	KIND(TRANSLATION_UNIT, "translation_unit")                              \
	KIND(TRUE, "true")                                                      \
	KIND(TYPE_DEFINITION, "type_definition")                                \
	KIND(TYPE_DESCRIPTOR, "type_descriptor")                                \
	KIND(TYPE_IDENTIFIER, "type_identifier")                                \
	KIND(TYPE_QUALIFIER, "type_qualifier")                                  \
	KIND(UNARY_EXPRESSION, "unary_expression")                              \
	KIND(UNION_SPECIFIER, "union_specifier")                                \
	KIND(UPDATE_EXPRESSION, "update_expression")                            \
	KIND(VARIADIC_PARAMETER, "variadic_parameter")                          \
	KIND(WHILE_STATEMENT, "while_statement")

#define CNODE_FIELDS(FIELD)                       \
	FIELD(ALTERNATIVE, "alternative")         \
	FIELD(ARGUMENT, "argument")               \
	FIELD(ARGUMENTS, "arguments")             \
	FIELD(BODY, "body")                       \
	FIELD(CONDITION, "condition")             \
	FIELD(CONSEQUENCE, "consequence")         \
	FIELD(DECLARATOR, "declarator")           \
	FIELD(FUNCTION, "function")               \
	FIELD(INITIALIZER, "initializer")         \
	FIELD(LEFT, "left")                       \
	FIELD(NAME, "name")                       \
	FIELD(OPERATOR, "operator")               \
	FIELD(PARAMETERS, "parameters")           \
	FIELD(PATH, "path")                       \
	FIELD(RIGHT, "right")                     \
	FIELD(SIZE, "size")                       \
	FIELD(TYPE, "type")                       \
	FIELD(UPDATE, "update")                   \
	FIELD(VALUE, "value")

#define CNODE_ENUM(name, text) CNODE_##name,
enum cnode_kind { CNODE_OTHER, CNODE_TOKEN, CNODE_KINDS(CNODE_ENUM) };
#undef CNODE_ENUM

#define CNODE_ENUM(name, text) CFIELD_##name,
enum cnode_field { CFIELD_NONE, CFIELD_OTHER, CNODE_FIELDS(CNODE_ENUM) };
#undef CNODE_ENUM

struct cnode {
	enum cnode_kind kind;
	enum cnode_field field; /* what it is to its parent */
	uint32_t start, end;    /* bytes of the text */
	uint32_t line;          /* of its beginning, from 1 */
	bool broken;            /* it holds an error, or the parser made it up */
	struct cnode *parent, *first, *next; /* NULL where there is none */
};

struct csyntax {
	struct str text; /* borrowed */
	struct cnode *root;
	size_t len; /* nodes */
};

/* More is ERR_LIMIT. What lies deeper is left out, all that it stands in marked as broken. */
enum { CSYNTAX_TEXT_MAX = 12 << 20, CSYNTAX_DEPTH_MAX = 400 };

/* The same text gives the same tree, or the same ERR_LIMIT: work is counted, not timed. */
int csyntax_parse(struct str text, struct arena *a, struct csyntax *ret, struct err *err);

struct str cnode_text(const struct csyntax *syntax, const struct cnode *node);

/* The first child with this field or of this kind, or NULL. A NULL node has none. */
const struct cnode *cnode_child(const struct cnode *node, enum cnode_field field);
const struct cnode *cnode_child_of(const struct cnode *node, enum cnode_kind kind);

/* The node that comes next when everything below `root` is visited, parents first;
 * NULL at the end. */
const struct cnode *cnode_after(const struct cnode *node, const struct cnode *root);

/* As above, without what stands below the node. */
const struct cnode *cnode_past(const struct cnode *node, const struct cnode *root);

/* The name of the function that is defined: what stands below pointers, brackets and attributes. NULL if there is none. */
const struct cnode *cnode_function_name(const struct cnode *definition);

/* Whether a declaration or definition has that storage class. */
bool cnode_has_storage(const struct csyntax *syntax, const struct cnode *declaration, const char *storage);

#endif
