#ifndef RECAST_CLI_REPORT_FORMS_H
#define RECAST_CLI_REPORT_FORMS_H

/* The forms that a report can be had in: a row for each, with a function from the report's value to bytes. */

#include "cli/report_value.h"
#include "core/buf.h"

struct report_form {
	const char *name;   /* as --format takes it */
	const char *suffix; /* of a file */
	void (*write)(const struct report *report, struct buf *out);
};

/* Ends with a row without a name; the first is what is shown on a terminal. */
extern const struct report_form report_forms[];

/* ERR_USAGE names those that there are. */
int report_form_find(const char *name, const struct report_form **ret, struct err *err);

/* Into a file, whole or not at all. */
int report_form_save(const struct report_form *form, const struct report *report, const char *path, struct err *err);

/* To stdout, with colours where a terminal is. */
void report_form_print(const struct report_form *form, const struct report *report);

#endif
