#ifndef RECAST_CLI_FAILED_TESTS_H
#define RECAST_CLI_FAILED_TESTS_H

#include "core/json.h"

/*
 * Of a judgement, the tests that did not pass, as rows of "tests" in specs/check.schema.json; those that a program did not
 * come to are one row, without a name, which says how many they are. The caller owns it.
 */
json_t *failed_tests(const json_t *judgement);

#endif
