#ifndef RECAST_HARNESS_SUITEFILES_H
#define RECAST_HARNESS_SUITEFILES_H

/* What a suite turned out to consist of, beside what recast.json names: known from what the
 * compiler and the tests looked at. */

#include "harness/suite.h"

/* Headers of the library that no public header includes, in byte order. */
struct strings suite_private_headers(const struct suite *suite, struct arena *a);

/* Files that tests read when they run, in byte order. */
struct strings suite_data_files(const struct suite *suite, const struct suite_result *result, struct arena *a);

#endif
