#ifndef RECAST_CLI_JUNIT_REPORT_H
#define RECAST_CLI_JUNIT_REPORT_H

/*
 * The result of a check as JUnit XML, for services that collect it. Made from
 * the value that `--json` prints, of the original or of a rewrite. A suite for
 * each program; the suite "recast" has the gates and the verdict.
 */

#include "core/buf.h"
#include "core/json.h"

/* Characters that XML 1.0 cannot hold become "?". */
void junit_report(const json_t *result, struct buf *out);

#endif
