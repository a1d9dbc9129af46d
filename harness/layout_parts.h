#ifndef RECAST_HARNESS_LAYOUT_PARTS_H
#define RECAST_HARNESS_LAYOUT_PARTS_H

/*
 * What the files of layout share: the questions, the program that asks them
 * (layout_ask.c), and its answers (layout_read.c).
 */

#include "core/buf.h"
#include "core/hash.h"
#include "harness/layout.h"

/* The program prints the number of the kind in front of each answer. */
enum layout_kind {
	LAYOUT_TYPE = 1,
	LAYOUT_FIELD,
	LAYOUT_BITS,
	LAYOUT_ENUMERATOR,
	LAYOUT_MACRO,
	LAYOUT_GLOBAL,
};

struct layout_item {
	enum layout_kind kind;
	size_t row;  /* of the interface's types, macros or globals */
	size_t part; /* of the type's fields or enumerators */
};

struct layout_items {
	struct layout_item *items; /* in the arena; fields come behind their type */
	size_t len;
	bool cut; /* there were more than LAYOUT_ITEMS_MAX */
};

enum {
	LAYOUT_ITEMS_MAX = 50000,
	LAYOUT_STRING_MAX = 16384, /* bytes of a macro's string; longer ones have no value */
	LAYOUT_OBJECT_MAX = 65536, /* bytes of a struct with bit-fields that are looked at */
};

/* All that can be asked about the interface. */
struct layout_items layout_list(const struct interface *api, struct arena *a);

/* The unit that includes the headers: helpers, includes, one line for each of `alive`, a list of them.
 * Returns the line of the first one. A trial only finds out what is an expression: it holds no values,
 * and has fewer errors where there are some. */
unsigned layout_write(const struct interface *api, const char *const *headers, size_t headers_len,
		      const struct layout_item *items, const size_t *alive, size_t alive_len, bool trial,
		      struct buf *out);

/* The unit that prints what that one holds, and sees no header. RECAST_NONCE begins each line. */
extern const char LAYOUT_PRINTER[];

/* Takes what holds out of the program's output. Returns how many items it answers. */
size_t layout_read(struct str output, const char *nonce, const struct layout_items *items, struct arena *a,
		   struct interface *api);

#endif
