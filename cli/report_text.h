#ifndef RECAST_CLI_REPORT_TEXT_H
#define RECAST_CLI_REPORT_TEXT_H

/* A report on one screen of a terminal. */

#include "core/json.h"

/* Colours go to stdout alone. */
void report_text(const json_t *report, FILE *to);

#endif
