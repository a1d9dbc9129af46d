#ifndef RECAST_CORE_TICKER_H
#define RECAST_CORE_TICKER_H

/* A thread that calls a function again and again. On a busy machine it may sleep through some calls: then it makes them up, so
 * that as many have come as are due. */

#include "core/err.h"

struct ticker;

int ticker_start(unsigned every_ms, void (*tick)(void *data), void *data, struct ticker **out, struct err *err);

/* Returns when the function is not called any more. NULL is nothing. */
void ticker_stop(struct ticker *ticker);

#endif
