#ifndef RECAST_HARNESS_DIFFERENTIAL_JSON_H
#define RECAST_HARNESS_DIFFERENTIAL_JSON_H

/* What calls past the tests came to, as JSON: "differential" of specs/check.schema.json. */

#include "core/json.h"
#include "harness/differential.h"

json_t *differential_json(const struct differential *d);

#endif
