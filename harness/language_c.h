#ifndef RECAST_HARNESS_LANGUAGE_C_H
#define RECAST_HARNESS_LANGUAGE_C_H

/* C, as a row: what capi, layout, headercut, ctests and scout know, put together. */

#include "harness/language.h"

extern const struct language language_c;

/* ---- what its row is made of */

bool language_c_header_only(const struct suite *suite);
int language_c_show_headers(const struct suite *suite, const struct strings *paths, struct arena *a,
			    struct headercut *ret, struct err *err);

#endif
