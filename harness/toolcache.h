#ifndef RECAST_HARNESS_TOOLCACHE_H
#define RECAST_HARNESS_TOOLCACHE_H

/*
 * Results of tool runs, kept by everything they depend on. Before a run only
 * its arguments are known, so they name a manifest: a list of earlier runs with
 * those arguments, each by what it saw of the tree (files with their hashes,
 * folders, and names that were not there). The first of them that the tree at
 * hand agrees with names the result.
 */

#include "harness/toolchain.h"

struct toolcache_key {
	struct hash arguments; /* tools, arguments and the output's path */
};

struct toolcache_key toolcache_key(const struct hash *clang, const struct hash *sysroot, const struct tool_run *run);

bool toolcache_get(struct cache *cache, const struct toolcache_key *key, const struct tool_run *run, struct arena *a,
		   struct tool_result *ret_result);

/* Keeps the result of a run that left this view. Trouble with the cache is not
 * the run's trouble: then it is simply not kept. */
void toolcache_put(struct cache *cache, const struct toolcache_key *key, const struct tree *tree,
		   const struct view *view, const struct tool_result *result);

#endif
