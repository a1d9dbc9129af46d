#ifndef RECAST_HARNESS_SIM_READER_H
#define RECAST_HARNESS_SIM_READER_H

/*
 * From tokens to operations, within the similarity engine. There is no tree, and nothing is refused: statements
 * are read flat, one behind the other, so that a brace too many hides nothing; what fits nowhere is passed over, a
 * token at a time.
 *
 * Left out is what can be written this way or that: brackets, casts, types, negations, jumps; the difference of
 * "a[i]" and "*(a + i)", of "->" and ".", of loops and "if", of "x++" and "x = x + 1", of a comparison and its
 * contrary, of "switch" and a chain of "if", of "a && b" and two conditions, of a variable and a field as operands;
 * and comparisons with zero.
 */

#include "harness/sim_parts.h"

/* Keywords and punctuation, of which the reader knows the meaning. */
#define SIM_SYMBOLS(SYM)                                                                                         \
	SYM(IF, "if") SYM(ELSE, "else") SYM(FOR, "for") SYM(WHILE, "while") SYM(DO, "do") SYM(SWITCH, "switch")   \
	SYM(CASE, "case") SYM(DEFAULT, "default") SYM(RETURN, "return") SYM(GOTO, "goto") SYM(BREAK, "break")     \
	SYM(CONTINUE, "continue") SYM(SIZEOF, "sizeof") SYM(ALIGNOF, "_Alignof") SYM(ASM, "asm")                  \
	SYM(STRUCT, "struct") SYM(UNION, "union") SYM(ENUM, "enum") SYM(TYPEDEF, "typedef")                       \
	SYM(STATIC, "static") SYM(EXTERN, "extern") SYM(REGISTER, "register") SYM(AUTO, "auto")                   \
	SYM(INLINE, "inline") SYM(CONST, "const") SYM(VOLATILE, "volatile") SYM(RESTRICT, "restrict")             \
	SYM(INT, "int") SYM(CHAR, "char") SYM(VOID, "void") SYM(LONG, "long") SYM(SHORT, "short")                 \
	SYM(FLOAT, "float") SYM(DOUBLE, "double") SYM(SIGNED, "signed") SYM(UNSIGNED, "unsigned")                 \
	SYM(BOOL, "_Bool") SYM(NORETURN, "_Noreturn") SYM(ATTRIBUTE, "__attribute__")                             \
	SYM(OPEN, "(") SYM(CLOSE, ")") SYM(BEGIN, "{") SYM(END, "}") SYM(BRACKET, "[") SYM(BRACKET_END, "]")      \
	SYM(SEMICOLON, ";") SYM(COMMA, ",") SYM(COLON, ":") SYM(QUESTION, "?") SYM(DOT, ".") SYM(ARROW, "->")     \
	SYM(PLUS, "+") SYM(MINUS, "-") SYM(STAR, "*") SYM(SLASH, "/") SYM(PERCENT, "%") SYM(AND, "&")             \
	SYM(OR, "|") SYM(XOR, "^") SYM(NOT, "!") SYM(TILDE, "~") SYM(LESS, "<") SYM(GREATER, ">")                 \
	SYM(LESS_EQ, "<=") SYM(GREATER_EQ, ">=") SYM(EQ, "==") SYM(NOT_EQ, "!=") SYM(LAND, "&&") SYM(LOR, "||")   \
	SYM(SHL, "<<") SYM(SHR, ">>") SYM(INC, "++") SYM(DEC, "--") SYM(SET, "=") SYM(SET_ADD, "+=")              \
	SYM(SET_SUB, "-=") SYM(SET_MUL, "*=") SYM(SET_DIV, "/=") SYM(SET_MOD, "%=") SYM(SET_AND, "&=")            \
	SYM(SET_OR, "|=") SYM(SET_XOR, "^=") SYM(SET_SHL, "<<=") SYM(SET_SHR, ">>=")

#define SIM_ENUM(name, text) SYM_##name,
enum sim_symbol { SIM_SYMBOLS(SIM_ENUM) SYM_COUNT };
#undef SIM_ENUM

/* What a token is to the reader, beside the symbols. */
enum {
	SIM_WORD_NAME = SYM_COUNT,
	SIM_WORD_NUMBER,
	SIM_WORD_STRING,
	SIM_WORD_DEFINE,     /* what a macro stands for begins: its name, its parameters, its body; */
	SIM_WORD_DEFINE_END, /* and ends */
	SIM_WORD_STRAY,
};

/* A token of code, once macros that only rename are what they stand for. */
struct sim_code {
	uint32_t symbol; /* enum sim_symbol, or one of the above */
	union {
		uint32_t name; /* of a name: into the side's names */
		uint32_t past; /* of a bracket that opens: behind the one that closes it, or where its file or macro ends */
	};
	uint32_t token;  /* of the side */
};

struct sim_codes {
	struct sim_code *items;
	size_t len, cap;
};

/* Code of the side in a row, macros behind their file. Knows which names are of macros. */
struct sim_codes sim_read_codes(struct sim_text *side);

/* The name, which is made known. */
uint32_t sim_name(struct sim_names *names, uint64_t exact);
void sim_names_seal(struct sim_names *names);

enum sim_op_kind {
	OP_NONE,
	OP_SET, OP_ADD, OP_SUB, OP_MUL, OP_DIV, OP_MOD, OP_AND, OP_OR, OP_XOR, OP_SHL, OP_SHR, OP_NEG, OP_COMPLEMENT,
	OP_DEREF, OP_FIELD, OP_CALL, OP_EQUAL, OP_LESS, OP_COND, OP_SELECT, OP_RETURN,
	OP_VARIABLE, OP_CONSTANT, OP_STRING, /* operands, which are no steps */
};

struct sim_value {
	enum sim_op_kind kind;
	uint32_t name; /* of a variable or a field, + 1, or 0 */
	bool zero;
	bool field;    /* and kind is OP_VARIABLE: which of these holds a value changes nothing */
};

enum { SIM_SWITCHES = 32, SIM_NESTING_MAX = 200 };

struct sim_reader {
	struct sim_text *side;
	const struct sim_code *codes;
	uint32_t at, end;
	uint32_t body;
	uint32_t counted; /* what stands before it belongs to an operation already */
	unsigned nesting;
	unsigned braces;
	struct {
		struct sim_value value;
		unsigned braces;
	} switches[SIM_SWITCHES];
	size_t switches_len;
};

/* What stands at the place; SIM_WORD_STRAY at the end. */
static inline uint32_t sim_symbol(const struct sim_reader *r, uint32_t at)
{
	return at < r->end ? r->codes[at].symbol : SIM_WORD_STRAY;
}

static inline bool sim_at(const struct sim_reader *r, enum sim_symbol symbol)
{
	return sim_symbol(r, r->at) == (uint32_t)symbol;
}

static inline bool sim_take(struct sim_reader *r, enum sim_symbol symbol)
{
	bool there = sim_at(r, symbol);
	r->at += there;
	return there;
}

static inline struct sim_known *sim_known(const struct sim_reader *r, uint32_t at)
{
	return &r->side->names.items[r->codes[at].name];
}

/* Behind the bracket that closes the one at `at`. */
static inline uint32_t sim_past_group(const struct sim_reader *r, uint32_t at)
{
	return (uint32_t)min_size(r->codes[at].past, r->end);
}

/* A word of which types are made. */
bool sim_type_at(const struct sim_reader *r, uint32_t at);

struct sim_value sim_emit(struct sim_reader *r, enum sim_op_kind kind, const struct sim_value *operands, size_t len);
struct sim_value sim_set(struct sim_reader *r, struct sim_value left, struct sim_value right);
void sim_condition(struct sim_reader *r, struct sim_value value);

/* An expression with its commas; one without; what stands between braces, in the place of a value. */
struct sim_value sim_expression(struct sim_reader *r);
struct sim_value sim_assignment(struct sim_reader *r);
struct sim_value sim_initialiser(struct sim_reader *r);

/* All from `at` to `end`. */
void sim_read_statements(struct sim_reader *r);

#endif
