#ifndef RECAST_HARNESS_GUESTMEMORY_H
#define RECAST_HARNESS_GUESTMEMORY_H

/* The memory of a guest that calls the host, which may have any address in its arguments. */

#include "harness/hostcall.h"

bool guest_holds(const struct hostcall *c, uint32_t address, uint64_t len);

/* Up to 8 bytes as a number; false if they lie outside. */
bool guest_number(const struct hostcall *c, uint32_t address, uint32_t size, uint64_t *ret);

/* Bytes up to a NUL, at most max; false if there is none. */
bool guest_text(const struct hostcall *c, uint32_t address, uint32_t max, uint32_t *ret_len);

#endif
