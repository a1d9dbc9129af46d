#ifndef RECAST_TESTS_FUZZ_LOT_H
#define RECAST_TESTS_FUZZ_LOT_H

#include <stddef.h>
#include <stdint.h>

/* A number that follows from an input, for what is chosen of it. */
static inline uint64_t fuzz_lot(const uint8_t *data, size_t size)
{
	uint64_t lot = size;
	for (size_t i = 0; i < size; i++)
		lot = lot * 1099511628211u + data[i];
	return lot;
}

#endif
