#ifndef RECAST_HARNESS_PROJECTKEY_H
#define RECAST_HARNESS_PROJECTKEY_H

/*
 * What every result about a library depends on: this recast with its compiler and engine, recast.json, and the
 * original with its tests. Found without building anything, so that what is known need not be found out again.
 */

#include "harness/project.h"
#include "harness/tree.h"

/* `source` is as source_load gives it. */
struct hash project_key(const struct project *project, const struct tree *source);

#endif
