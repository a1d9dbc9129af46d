#ifndef RECAST_HARNESS_SHAPE_PARTS_H
#define RECAST_HARNESS_SHAPE_PARTS_H

/*
 * What the files of shape share: shapes by their text (shape.c), what a base type's words mean
 * (shape_base.c), and what a declarator makes of it (shape_declarator.c).
 */

#include "harness/shape.h"

/* A record whose fields are not read yet. */
struct unread {
	const struct api_type *type;
	struct shape_record *record;
	struct unread *next;
};

struct shapes {
	const struct interface *api;
	struct arena *a;
	struct shape **items; /* in byte order of their texts; in the arena */
	size_t len, cap;
	unsigned depth;
	struct unread *unread;
};

struct shape *shape_new(struct shapes *s, enum shape_kind kind, uint32_t size);

/* As shape_of, to be filled in. */
struct shape *shape_find(struct shapes *s, const char *text);

/* ---- base types */

struct words {
	unsigned longs, shorts, chars, ints, unsigneds, signeds, floats, doubles, bools, voids;
	bool is_const, builtin;
	bool odd; /* a word that makes it another type, which is not known here */
	enum api_type_kind tag_kind;
	struct str tag, name; /* "struct x": x; a typedef's name */
};


/* Whether the word is one of C's own for types, which is then counted. */
bool shape_count_builtin(struct words *w, struct str word);
void shape_fill_base(struct shapes *s, const struct words *w, struct shape *shape);

/* Fields of records that were met; they may lead to others, which are read, too. */
void shape_read_waiting(struct shapes *s);

/* ---- fields that nobody but the library looks at (shape_hidden.c) */

/* Whether the field is a pointer to a record that the headers do not define, whose type stands in nothing that a caller
 * could use it with, and of which neither code nor comments of the headers speak. */
bool shape_is_hidden(const struct shapes *s, const struct api_type *type, const struct api_field *field,
		     const struct shape *shape);

/* ---- declarators */

/* Reads the text of `whole`, which becomes what it says. */
void shape_read(struct shapes *s, struct shape *whole);

struct shape_signature *shape_new_signature(struct shapes *s, size_t parameters);
void shape_add_parameter(struct shapes *s, struct shape_signature *g, const char *text, const char *name);

#endif
