#ifndef RECAST_HARNESS_USERCONFIG_PARTS_H
#define RECAST_HARNESS_USERCONFIG_PARTS_H

/* What reading a configuration and choosing from it share. Nobody else includes it. */

#include "harness/userconfig.h"

/* A provider of which nothing is configured. */
struct userconfig_provider userconfig_usual(const struct provider_row *row, const char *name);

/* Whether "NAME" or "NAME/MODEL" names one of the user's providers or a row. */
bool userconfig_knows(const struct userconfig *config, const char *selector);

#endif
