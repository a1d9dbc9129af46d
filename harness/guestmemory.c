#include "harness/guestmemory.h"

bool guest_holds(const struct hostcall *c, uint32_t address, uint64_t len)
{
	return address <= c->memory_len && len <= c->memory_len - address;
}

bool guest_number(const struct hostcall *c, uint32_t address, uint32_t size, uint64_t *ret)
{
	uint64_t value = 0;
	if (size > sizeof(value) || !guest_holds(c, address, size))
		return false;
	memcpy(&value, c->memory + address, size); /* both are little-endian */
	*ret = value;
	return true;
}

bool guest_text(const struct hostcall *c, uint32_t address, uint32_t max, uint32_t *ret_len)
{
	if (!guest_holds(c, address, 1))
		return false;
	size_t room = min_size(c->memory_len - address, max);
	const uint8_t *end = memchr(c->memory + address, 0, room);
	if (!end)
		return false;
	*ret_len = (uint32_t)(end - (c->memory + address));
	return true;
}
