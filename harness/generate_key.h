#ifndef RECAST_HARNESS_GENERATE_KEY_H
#define RECAST_HARNESS_GENERATE_KEY_H

/*
 * What the outcome of a run depends on, but for chance, and for what stopped it: the library, the words of prompts, what
 * people wrote, who is asked, and how often. Found without building anything.
 */

#include "harness/generate.h"
#include "harness/taskfile.h"

/* Of `ask` only panel, templates, counts, units and is_replay need be there; `library` is project_key's. */
int generate_key(const struct generate *ask, const struct hash *library, const struct taskfile *tasks, struct hash *ret,
		 struct err *err);

#endif
