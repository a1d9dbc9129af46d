#ifndef RECAST_HARNESS_CAPI_PARTS_H
#define RECAST_HARNESS_CAPI_PARTS_H

/*
 * Inside of harness/capi.h, in the order in which a header goes through it:
 *
 *     capi_reader    tokens with the place that line markers give them, attributes set aside
 *     capi_macro     #define and #undef
 *     capi           cuts the tokens into declarations
 *     capi_decl      reads one: specifiers, declarators, parameters
 *     capi_tag       bodies of struct, union and enum
 *     capi_text      writes types in the normalised way
 *     capi_items     enters what was declared
 *     capi_raw       finds it in the header as written
 *     capi_names     a table of names
 *     capi_words     what C's words mean
 */

#include "core/buf.h"
#include "core/mem.h"
#include "harness/capi.h"
#include "harness/ctoken.h"

/* ---- capi_names: from a name to a number or a thing */

struct name_slot {
	struct str name; /* borrowed; no NUL in it */
	size_t number;
	const void *thing;
};

/* Where names part: a child is another branch, or ~index of a slot. */
struct name_branch {
	ptrdiff_t child[2];
	size_t byte;
	unsigned bit;
};

struct names {
	struct {
		struct name_slot *items;
		size_t len, cap;
	} slots;
	struct {
		struct name_branch *items;
		size_t len, cap;
	} branches;
	ptrdiff_t root;
};

struct name_slot *names_find(const struct names *names, struct str name);

/* The slot, made if it is not there: then `ret_new`. Good until the next is made. */
struct name_slot *names_add(struct names *names, struct str name, bool *ret_new);
void names_release(struct names *names);

/* ---- capi_words */

enum word {
	WORD_NAME, /* no word of C */
	WORD_TYPE,
	WORD_TAG,       /* struct, union, enum */
	WORD_TYPE_OF,   /* a type with an expression or type in parentheses: typeof, _BitInt */
	WORD_ATOMIC,    /* a qualifier, or a type if parentheses follow */
	WORD_QUALIFIER,
	WORD_TYPEDEF,
	WORD_EXTERN,
	WORD_STATIC,
	WORD_STORAGE,   /* others: register, _Thread_local, inline */
	WORD_ALIGN,     /* alignas and its parentheses */
	WORD_ASSERT,
	WORD_ATTRIBUTE, /* with parentheses: __attribute__, __asm__ */
	WORD_MARK,      /* an attribute of one word: _Noreturn */
	WORD_NOTHING,   /* says nothing here: __extension__ */
	WORD_STATEMENT, /* stands in no declaration: return, sizeof */
};

/* *ret_spelling is how the word is commonly spelt; for WORD_NAME, the text itself. */
enum word word_of(struct str text, struct str *ret_spelling);

/* ---- tokens */

struct capi_token {
	struct str text; /* in its common spelling */
	enum ctoken_kind kind;
	enum word word;
	unsigned file; /* 0: none of ours; else 1 + index into capi.files */
	unsigned line; /* in that file */
	bool first;    /* in its line */
};

struct capi_tokens {
	struct capi_token *items;
	size_t len, cap;
};

static inline bool token_is(const struct capi_token *token, const char *text)
{
	return str_eq(token->text, str_of(text));
}

/* ---- types */

enum part_kind { PART_POINTER, PART_ARRAY, PART_FUNCTION };

struct ctype_parameter;

struct ctype_part {
	enum part_kind kind;
	const char *text; /* a pointer's qualifiers, what an array's brackets hold */
	const struct ctype_parameter *parameters;
	size_t parameters_len;
	bool variadic, unspecified;
	bool names_only; /* "(a, b)" of which neither is a type: what they are follows */
};

enum { CTYPE_PARTS_MAX = 64 };

/* `int (*name[4])(void)` is: array, pointer, function; then the base "int". */
struct ctype {
	const char *base;
	const struct ctype_part *const *parts; /* from the name outwards */
	size_t parts_len;
	const struct ctype *alias; /* what the base names, if it is a typedef; else NULL */
	const struct ctag *body;   /* a body without a tag; else NULL */
};

struct ctype_parameter {
	struct ctype type;
	struct str name; /* empty if it has none */
};

/* A struct, union or enum with its body. */
struct ctag {
	enum api_type_kind kind;
	struct str name;
	struct api_field *fields;
	size_t fields_len;
	struct api_enumerator *enumerators;
	size_t enumerators_len;
};

/* What a declaration begins with. */
struct specifiers {
	struct ctype type; /* without parts */
	bool is_typedef, is_extern, is_static;
	bool known;   /* words of C, or a name that is known as a type's */
	bool has_tag; /* says something also without a declarator: `struct x;` */
	unsigned braces; /* bodies in it */
};

struct declarator {
	const struct capi_token *name; /* NULL: none */
	bool wrapped;                  /* the name stands in parentheses */
	const struct ctype_part *parts[CTYPE_PARTS_MAX];
	size_t len;
};

/* ---- the whole */

/* One declaration, and the attributes that stand in it. */
struct piece {
	struct capi_tokens tokens;
	struct {
		const char **items;
		size_t len, cap;
	} attributes;
	bool has_body;
	size_t old_parameters; /* of `int f(a, b) int a, b; {}` up to the first ";"; else 0 */
};

struct capi_macro_row {
	struct api_macro macro;
	bool live;
};

struct capi_type_row {
	struct api_type type;
	bool dropped; /* a definition came after what was only mentioned */
};

struct capi_reader {
	struct ctoken_reader tokens;
	unsigned file; /* as in a token */
	unsigned physical, presumed; /* what a marker said: line `presumed` is line `physical` of the text */
	unsigned last; /* line of the token before */
};

/* A header as written; capi_raw.c alone looks inside. */
struct raw;

struct capi {
	const struct capi_source *source;
	struct arena *a;
	struct err *err;
	bool failed; /* err says why; nothing more is to be done */

	struct capi_reader reader;
	size_t directives_to; /* those before this byte are in already */
	struct piece piece;
	size_t strings_bytes, raw_bytes;

	struct names type_names;     /* thing: struct ctype */
	struct names file_names;     /* number: as in a token */
	struct names function_names; /* number: index; thing: struct ctype */
	struct names macro_names;    /* number: index */
	struct names global_names, typedef_names;
	struct names fields_read; /* by their name alone */
	struct names tags; /* by "struct x"; number: 1 + index of the row that only mentions it, or 0;
			      thing: struct ctag once defined */

	struct {
		struct api_function *items;
		size_t len, cap;
	} functions;
	struct {
		struct capi_type_row *items;
		size_t len, cap;
	} types;
	struct {
		struct capi_macro_row *items;
		size_t len, cap;
	} macros;
	struct {
		struct api_global *items;
		size_t len, cap;
	} globals;
	struct {
		const char **items;
		size_t len, cap;
	} files, unclear;
	struct {
		struct raw *items;
		size_t len, cap;
	} raws;
};

/* Marks the work as failed. Returns false. */
bool capi_give_up(struct capi *c, const char *what);

/* ---- capi_reader */

/* The next token that is no comment, directive or attribute; attributes go into the
 * piece if `attributes`. False at the end. */
bool capi_next(struct capi *c, bool attributes, struct capi_token *ret);

/* ---- capi_macro */

/* Reads a directive's tokens up to its end, the "define" or "undef" being read already. */
void capi_define(struct capi *c, unsigned file, unsigned line);
void capi_undef(struct capi *c);

/* ---- capi_decl */

struct parse {
	struct capi *c;
	const struct capi_token *first, *at, *end;
	unsigned depth;
};

/* Whether a declaration could begin with it. */
bool starts_type(const struct capi *c, const struct capi_token *token);

/* Reads one declaration, from `from` to `end`, and enters what it declares; false if
 * it is not understood, and then nothing but its tags is entered. */
bool capi_declare(struct capi *c, const struct capi_token *from, const struct capi_token *end);

bool parse_specifiers(struct parse *p, struct specifiers *ret);

/* With `named`, a name must stand in it. */
bool parse_declarator(struct parse *p, bool named, struct declarator *ret);
struct ctype declared_type(struct capi *c, const struct specifiers *specifiers, const struct declarator *declarator);

/* Past a group in brackets that begins here; false if it has no end. */
bool parse_group(struct parse *p);

/* Past everything up to a "," or ";" outside of brackets, or to the end. */
void parse_past_value(struct parse *p);

static inline bool parse_at(const struct parse *p, const char *text)
{
	return p->at < p->end && token_is(p->at, text);
}

static inline bool parse_take(struct parse *p, const char *text)
{
	bool there = parse_at(p, text);
	p->at += there;
	return there;
}

/* ---- capi_tag */

/* From "struct" on; adds its spelling to `base` and sets the body if it has no tag. */
bool parse_tag(struct parse *p, struct buf *base, struct specifiers *s);

/* ---- capi_text */

/* A copy of the text that lives as long as the result, within CAPI_STRINGS_MAX. */
const char *capi_keep(struct capi *c, struct str text);
void text_type(const struct ctype *type, struct str name, struct buf *b);
const char *capi_type(struct capi *c, const struct ctype *type, struct str name);

/* Tokens joined so that they are read the same again. */
const char *capi_join(struct capi *c, const struct capi_token *from, const struct capi_token *end);
void text_token(struct buf *b, struct str text);

/* The function that the type is, or points to, also by way of typedefs. */
const struct ctype *type_through(const struct ctype *type, const struct ctype_part **ret_function,
				 size_t *ret_pointers);
struct signature *capi_signature(struct capi *c, const struct ctype *type);

/* ---- capi_items */

/* Each declares one name of a declaration that reaches from `first` to `last`. */
struct extent {
	const struct capi_token *first, *last, *name;
	unsigned braces; /* groups before the name */
	bool has_body;
};

void enter_function(struct capi *c, const struct extent *e, bool is_static, const struct ctype *type);
void enter_global(struct capi *c, const struct extent *e, const struct ctype *type);
void enter_typedef(struct capi *c, const struct extent *e, const struct ctype *type, const struct ctag *body);
void enter_tag(struct capi *c, const struct extent *e, const struct ctag *tag);
void mention_tag(struct capi *c, const struct extent *e, enum api_type_kind kind);
void capi_unclear(struct capi *c, const struct capi_token *at, const char *what);

/* ---- capi_raw */

struct raw_found {
	const char *written;
	const char *doc;
	struct place place;
};

struct raw_found raw_declaration(struct capi *c, const struct extent *e);
struct raw_found raw_macro(struct capi *c, unsigned file, unsigned line, struct str name);

/* Whether an empty macro only guards its header against being read twice. */
bool raw_guards(struct capi *c, unsigned file, struct str name);
void raws_release(struct capi *c);

#endif
