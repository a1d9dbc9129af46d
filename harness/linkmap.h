#ifndef RECAST_HARNESS_LINKMAP_H
#define RECAST_HARNESS_LINKMAP_H

/* The linker's map of a module: where it has put what. */

#include "core/str.h"

struct linkmap_row {
	uint32_t address, offset, len;
	struct str place; /* ".data", or "/obj/3/t.c:(.bss.failures)" */
};

/* Cuts the next row off the front; false at the end. Other lines are passed over. */
bool linkmap_next(struct str *map, struct linkmap_row *ret);

#endif
