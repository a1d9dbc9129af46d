#include "harness/project_limits.h"

/* Fuel, which is the same everywhere, ends a loop long before the deadline does,
 * also on a busy machine. */
const struct project_limits project_default_limits = {
	.run = {.fuel = 50000000000, .deadline_ns = 300 * (uint64_t)1000000000, .memory_bytes = 512u << 20},
	.output_bytes = 4 << 20,
	.disk_bytes = 64 << 20,
	.clock_ns = 3600 * (uint64_t)1000000000,
	.build = {.deadline_ns = 120 * (uint64_t)1000000000, .memory_bytes = (uint64_t)2 << 30, .output_max = 64 << 20},
};

/* A key. */
struct limit_row {
	const char *key;
	size_t offset; /* of a uint64_t or size_t in project_limits */
	int64_t unit, low, high;
};

#define LIMIT(key, field, unit, low, high) {key, offsetof(struct project_limits, field), unit, low, high}

static const struct limit_row limit_rows[] = {
	LIMIT("fuel", run.fuel, 1, 1, INT64_MAX),
	LIMIT("deadline_s", run.deadline_ns, 1000000000, 1, 86400),
	LIMIT("memory_mib", run.memory_bytes, 1 << 20, 1, 4095),
	LIMIT("output_kib", output_bytes, 1 << 10, 1, 1 << 20),
	LIMIT("disk_mib", disk_bytes, 1 << 20, 1, 4096),
	LIMIT("clock_s", clock_ns, 1000000000, 1, 86400 * 366),
	LIMIT("compile_deadline_s", build.deadline_ns, 1000000000, 1, 86400),
	LIMIT("compile_memory_mib", build.memory_bytes, 1 << 20, 64, 4095),
	LIMIT("compile_output_mib", build.output_max, 1 << 20, 1, 512),
};

_Static_assert(sizeof(size_t) == sizeof(uint64_t), "limits are written as 64-bit numbers");

int project_read_limits(const struct json_at *root, struct project_limits *ret, struct err *err)
{
	struct json_at at = json_key(root, "limits");
	const char *keys[countof(limit_rows)];
	for (size_t i = 0; i < countof(limit_rows); i++)
		keys[i] = limit_rows[i].key;
	if (json_only_keys(&at, keys, countof(keys), err) < 0)
		return -1;
	for (size_t i = 0; at.value && i < countof(limit_rows); i++) {
		const struct limit_row *row = &limit_rows[i];
		struct json_at limit = json_key(&at, row->key);
		int64_t number = -1;
		if (json_read_integer(&limit, row->low, row->high, &number, err) < 0)
			return -1;
		uint64_t value = (uint64_t)number * (uint64_t)row->unit;
		if (number >= 0)
			memcpy((char *)ret + row->offset, &value, sizeof(value));
	}
	return 0;
}
