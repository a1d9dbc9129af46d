#ifndef RECAST_HARNESS_AR_H
#define RECAST_HARNESS_AR_H

/*
 * What a library of objects (libc.a) says it defines: the names in its index, as
 * the linker reads them, in the form of GNU and System V.
 */

#include "core/arena.h"
#include "core/err.h"

/* Names in the arena, each once for each member that has it. An archive without an index has none; one that
 * lies is ERR_PARSE. */
int ar_names(struct str archive, struct arena *a, struct strings *ret, struct err *err);

#endif
