#ifndef RECAST_HARNESS_LANGUAGE_C_H
#define RECAST_HARNESS_LANGUAGE_C_H

/* C, as a row: what capi, layout, headercut, ctests and scout know, put together. */

#include "harness/language.h"

extern const struct language language_c;

#endif
