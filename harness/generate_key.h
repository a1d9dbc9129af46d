#ifndef RECAST_HARNESS_GENERATE_KEY_H
#define RECAST_HARNESS_GENERATE_KEY_H

/*
 * By what a run is known again that is through: the specification, the words of prompts, what people wrote, who is
 * asked, and how often. What the original is like behind its interface is no part of it, since nobody is told.
 */

#include "harness/generate.h"
#include "harness/taskfile.h"

/* Of `ask` only spec, panel, templates, counts, units and is_replay need be there. */
int generate_key(const struct generate *ask, const struct taskfile *tasks, struct hash *ret, struct err *err);

#endif
