#include "harness/sim_parts.h"

static void put_slot(struct sim_set *set, uint32_t number)
{
	size_t at = sim_mix(3, set->values[number]) & (set->slots_len - 1);
	while (set->slots[at])
		at = (at + 1) & (set->slots_len - 1);
	set->slots[at] = number + 1;
}

static void grow(struct sim_set *set)
{
	free(set->slots);
	set->slots_len = max_size(set->slots_len * 2, 256);
	set->slots = mem_zalloc(set->slots_len, sizeof(*set->slots));
	for (size_t i = 0; i < set->len; i++)
		put_slot(set, (uint32_t)i);
}

bool sim_set_find(const struct sim_set *set, uint64_t value, uint32_t *ret_number)
{
	if (set->len == 0)
		return false;
	const size_t mask = set->slots_len - 1;
	for (size_t at = sim_mix(3, value) & mask; set->slots[at]; at = (at + 1) & mask) {
		if (set->values[set->slots[at] - 1] == value) {
			*ret_number = set->slots[at] - 1;
			return true;
		}
	}
	return false;
}

uint32_t sim_set_add(struct sim_set *set, uint64_t value)
{
	if (set->len * 2 >= set->slots_len)
		grow(set);
	const size_t mask = set->slots_len - 1;
	for (size_t at = sim_mix(3, value) & mask; set->slots[at]; at = (at + 1) & mask) {
		if (set->values[set->slots[at] - 1] == value)
			return set->slots[at] - 1;
	}
	set->values = mem_grow(set->values, set->len, &set->cap, sizeof(*set->values));
	set->values[set->len++] = value;
	put_slot(set, (uint32_t)set->len - 1);
	return (uint32_t)set->len - 1;
}

void sim_set_release(struct sim_set *set)
{
	free(set->values);
	free(set->slots);
	*set = (struct sim_set){0};
}

int sim_by_value(const void *left, const void *right)
{
	const uint64_t *a = left, *b = right;
	return (*a > *b) - (*a < *b);
}

bool sim_sorted_have(const uint64_t *values, size_t len, uint64_t value)
{
	size_t low = 0, high = len;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (values[middle] < value)
			low = middle + 1;
		else
			high = middle;
	}
	return low < len && values[low] == value;
}
