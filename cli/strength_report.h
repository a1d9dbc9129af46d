#ifndef RECAST_CLI_STRENGTH_REPORT_H
#define RECAST_CLI_STRENGTH_REPORT_H

/* How much the tests of a library find, for people; of a value as specs/strength.schema.json has it. */

#include "core/arena.h"
#include "core/json.h"

/* With every function and every surviving mutant, or with the first of them. */
void strength_report_text(const json_t *value, bool all);

/* What stands beside a pass rate: "these tests find 82 % (78-86) of mutants". If it is not known, which NULL and null
 * say: "not measured", and how to do that. Of a whole value, or of one in brief. */
const char *strength_sentence(const json_t *value, struct arena *a);

/* The same in figures, for other results: {"score", "low", "high"}; of NULL null. */
json_t *strength_brief(const json_t *value);

#endif
