#ifndef RECAST_HARNESS_PROBE_EXECUTED_H
#define RECAST_HARNESS_PROBE_EXECUTED_H

/* Which statements of a rewrite probes execute. */

#include "harness/executed.h"
#include "harness/probe_explore.h"
#include "harness/probe_setup.h"

/* Puts what led to new code to a rewrite that tells of its statements: all that was led to is among that. Two stages. */
int probe_executed(const struct probe_setup *setup, const struct probe_exploration *explored, struct executed *executed,
		   struct err *err);

#endif
