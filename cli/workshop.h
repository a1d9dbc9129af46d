#ifndef RECAST_CLI_WORKSHOP_H
#define RECAST_CLI_WORKSHOP_H

/*
 * The tools that commands work with, found where this machine keeps them:
 * cache, compiler and engine. The one place that reads the environment.
 */

#include "cli/command.h"
#include "harness/tools.h"

/* Where things are; strings live in the arena. */
struct places {
	const char *data;      /* $RECAST_DATA, or recast in the user's data folder; NULL if neither is known */
	const char *cache;     /* $RECAST_CACHE, or recast in the user's cache folder */
	const char *toolchain; /* $RECAST_TOOLCHAIN, or beside the program, or in the cache */
};

int places_find(struct arena *a, struct places *ret, struct err *err);

struct workshop {
	struct arena arena;
	struct places places;
	struct cache *cache;
	struct toolchain *toolchain;
	struct engine *engine;
	struct tools tools;
};

int workshop_open(const struct common *common, struct workshop *ret, struct err *err);

/* Starts, in the background, what makes the next run faster. */
void workshop_improve(struct workshop *w);

void workshop_close(struct workshop *w);

/* The compiler's files, as this recast was built for them. */
int workshop_toolchain(const struct places *places, struct cache *cache, const struct observer *observer,
		       struct toolchain **out, struct err *err);

#endif
