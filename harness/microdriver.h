#ifndef RECAST_HARNESS_MICRODRIVER_H
#define RECAST_HARNESS_MICRODRIVER_H

/* The C that every micro workload begins and ends with; what stands between is made by microtext.c. */

/* Sums, texts that are changed or grow, memory that nobody else uses. */
extern const char microdriver_begin[];

/* main: which inputs in which order, until n. It calls what microtext.c has made: recast_ready, recast_call,
 * recast_prepare and recast_grow, recast_over; RECAST_INPUTS is how many inputs there are. */
extern const char microdriver_end[];

#endif
