#ifndef RECAST_HARNESS_CPROSE_H
#define RECAST_HARNESS_CPROSE_H

/*
 * Where in a text words end and C begins, as far as lines tell; and comments that
 * stand for code which whoever wrote them left out.
 */

#include "core/arena.h"

/* The text without lines in front of the first that begins C, and behind the last that can end it. Empty if no
 * line begins C. */
struct str cprose_code(struct str text);

/* Whether there is C in it: something that a compiler would take as a declaration, a definition or a directive, and
 * more of that than of other things. `ret_defines` tells whether a function is defined; it may be NULL. */
bool cprose_is_c(struct str text, bool *ret_defines);

/* "// ... the rest is unchanged ...": the first such comment or line of dots, and its line. Empty if there is none. */
struct str cprose_elision(struct str text, unsigned *ret_line);

#endif
