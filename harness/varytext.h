#ifndef RECAST_HARNESS_VARYTEXT_H
#define RECAST_HARNESS_VARYTEXT_H

/*
 * The literals of a test's source, each behind a function of recast's own that asks the host for another value:
 *
 *     parse((char *)recast_vary_text(7u, "a = b", sizeof("a = b")))
 *
 * As long as the host has none, the text means what the source means. Those are taken that say what a library is given:
 * arguments of calls, initialisers of local variables, texts in tables. What goes to the system's functions is left alone,
 * and so is what the parser does not understand. Which of them do not compile shows only in the compiler.
 */

#include "harness/diag.h"
#include "harness/splice.h"

enum varied_form {
	VARIED_TEXT,   /* where it is used */
	VARIED_TABLE,  /* in a variable, changed when that comes to be */
	VARIED_NUMBER,
	VARIED_REAL,
};

struct varied_literal {
	enum varied_form form;
	uint32_t start, end;  /* bytes of the source */
	uint32_t at; /* of VARIED_TABLE: behind this byte it is changed; or the text's end: before main begins */
	const char *variable; /* of VARIED_TABLE */
	size_t number;        /* equal texts of one statement share it */
	bool downward;        /* it may be the length of something: only smaller numbers are safe */
	bool dropped;
};

struct varied_literals {
	struct varied_literal *items; /* in order of their beginnings */
	size_t len;
	size_t numbers; /* that they have, from 0 */
};

enum { VARIED_LITERALS_MAX = 20000, VARYTEXT_MAX = 48 << 20 };

/* What a call says of a number that it is given. */
struct varied_callees {
	void *data;
	/* Whether the library has the function; then *ret_length tells whether that argument says how much another leads to. */
	bool (*knows)(void *data, struct str function, size_t argument, bool *ret_length);
};

/* Of files whose path begins with `below`. The result lives in the arena. */
void varytext_find(const struct expanded *source, const char *below, const struct varied_callees *callees,
		   struct arena *a, struct varied_literals *ret);

/* Those that are not dropped; their numbers begin with `first`. Pieces belong to literals. */
int varytext_write(const struct expanded *source, const struct varied_literals *literals, size_t first, struct arena *a,
		   struct splice *ret, struct err *err);

/* Drops what the compiler complains of in that text. Returns how many were dropped: 0 if it is not about any of them. */
size_t varytext_drop_failed(const struct expanded *source, struct varied_literals *literals, const struct splice *text,
			    const struct diag_list *diags);

#endif
