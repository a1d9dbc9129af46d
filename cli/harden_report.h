#ifndef RECAST_CLI_HARDEN_REPORT_H
#define RECAST_CLI_HARDEN_REPORT_H

/* New tests for a library, as text and as JSON. */

#include "core/json.h"
#include "harness/harden_keep.h"

struct harden_result {
	const char *library;
	const struct hardening *h;
	const struct harden_places *places; /* NULL if there are no new tests */
	bool written;
	const json_t *strength; /* what is known of the tests before, or NULL */
};

/* As specs/harden.schema.json has it. */
json_t *harden_report_value(const struct harden_result *r);

/* `whole`: with what was or would be written. */
void harden_report_text(const struct harden_result *r, bool whole);

#endif
