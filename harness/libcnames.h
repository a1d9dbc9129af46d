#ifndef RECAST_HARNESS_LIBCNAMES_H
#define RECAST_HARNESS_LIBCNAMES_H

/* What any library may use of libc: functions of their arguments and of memory, and nothing beyond. */

#include "core/base.h"

/* Whether the symbol is one of these. */
bool libcnames_pure(const char *name);

#endif
