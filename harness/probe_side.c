#include "harness/probe_parts.h"

#include "core/mem.h"
#include "harness/linkmap.h"
#include "harness/wasmwalk.h"

/* One side, linked with the driver: what of it probes share. */

/* Undefined behaviour is told, and where code was is counted, by the compiler's own means. */
static const char *counter_flags[] = {"-Xclang", "-fsanitize-coverage-type=3", "-Xclang",
				      "-fsanitize-coverage-inline-8bit-counters", "-Xclang",
				      "-fsanitize-coverage-trace-cmp"};
const struct strings probe_counter_flags = {counter_flags, countof(counter_flags)};

/*
 * With counters clang puts each function, its counters with it, into a group of its name, of which the linker keeps one.
 * Static functions of two sources may have the same name, so the table of groups is made one of a kind that nobody knows.
 */
static void forget_groups(char *bytes, size_t len)
{
	enum { MODULE_HEADER = 8, CUSTOM = 0, GROUPS = 7, UNKNOWN = 0x7F };
	struct wasmwalk w = wasmwalk_of(str_from((struct str){bytes, len}, MODULE_HEADER));
	while (!w.failed && w.at < w.end) {
		uint64_t id = wasmwalk_number(&w);
		struct wasmwalk section = wasmwalk_part(&w, wasmwalk_number(&w));
		struct wasmwalk name = id == CUSTOM ? wasmwalk_part(&section, wasmwalk_number(&section)) : section;
		if (id != CUSTOM ||
		    !str_eq((struct str){(const char *)name.at, (size_t)(name.end - name.at)}, STR("linking")))
			continue;
		wasmwalk_number(&section); /* its version */
		while (!section.failed && section.at < section.end) {
			char *kind = bytes + ((const char *)section.at - bytes);
			uint64_t number = wasmwalk_number(&section);
			wasmwalk_part(&section, wasmwalk_number(&section));
			if (number == GROUPS && !section.failed)
				*kind = UNKNOWN;
		}
	}
}

void probe_counters_apart(struct link_input *objects, size_t len, struct arena *a)
{
	for (size_t i = 0; i < len; i++) {
		char *bytes = arena_copy(a, objects[i].bytes.ptr, objects[i].bytes.len, 1);
		forget_groups(bytes, objects[i].bytes.len);
		objects[i].bytes.ptr = bytes;
	}
}

/* ---- making one */

static void read_map(struct probe_side *side)
{
	struct str map = side->map;
	struct linkmap_row row;
	while (linkmap_next(&map, &row)) {
		if (!row.len || !row.place.len)
			continue;
		if (str_eq(row.place, STR("__sancov_cntrs"))) {
			side->counters = row.address;
			side->counters_len = row.len;
		} else if ((str_eq(row.place, STR(".data")) || str_eq(row.place, STR(".bss"))) &&
			   side->data_len < DATA_RANGES_MAX) {
			side->data[side->data_len++] =
				(struct data_range){row.address, row.len, arena_array(&side->arena, row.len, uint8_t)};
		}
	}
}

static int link_side(struct probe_side *side, const struct probe_objects *objects, const struct link_input *library,
		     size_t library_len, struct built *ret, struct err *err)
{
	const struct suite *suite = side->g->suite;
	struct link_input *inputs = arena_array(&side->arena, library_len + 5, struct link_input);
	size_t len = 0;
	inputs[len++] = suite->start;
	inputs[len++] = side->g->shims->object;
	inputs[len++] = objects->driver;
	inputs[len++] = objects->heap;
	inputs[len++] = objects->undefined;
	for (size_t i = 0; i < library_len; i++)
		inputs[len++] = library[i];
	return build_link_leaving(suite->tools->toolchain, inputs, len, &side->g->shims->wrapped,
				  &suite->project->limits.build, &side->arena, ret, err);
}

static int load(struct probe_side *side, const struct built *built, struct arena *a, const char **ret_why,
		struct err *err)
{
	const struct tools *tools = side->g->suite->tools;
	struct err refusal = {0};
	if (module_load(tools->engine, tools->cache, NULL, built->bytes, &side->module, &refusal) == 0)
		return 0;
	if (refusal.kind != ERR_PARSE)
		return err_copy(err, &refusal);
	*ret_why = arena_strdup(a, refusal.text);
	return 0;
}

int probe_side_make(const struct probe_grammar *g, const struct probe_objects *objects,
		    const struct plan_program *planned, const struct link_input *library, size_t library_len,
		    struct arena *a, struct probe_side **out, const char **ret_why, struct err *err)
{
	struct probe_side *side = mem_zalloc(1, sizeof(*side));
	struct built built;
	*out = NULL;
	*ret_why = NULL;
	side->g = g;
	int result = link_side(side, objects, library, library_len, &built, err);
	if (result == 0 && !built.ok)
		*ret_why = arena_printf(a, "the program that calls it cannot be linked (%s)", built.failure);
	if (result == 0 && !*ret_why)
		result = load(side, &built, a, ret_why, err);
	if (result == 0 && !*ret_why) {
		side->map = built.map;
		read_map(side);
		side->undefined = diag_undefined_symbols(&built.diags, &side->arena);
		result = program_world_make(g->suite, planned, NULL, 0, &side->arena, &side->world, err);
	}
	if (result < 0 || *ret_why)
		probe_side_free(side);
	else
		*out = side;
	return result;
}

void probe_side_free(struct probe_side *side)
{
	if (!side)
		return;
	module_free(side->module);
	program_world_release(&side->world);
	arena_release(&side->arena);
	free(side);
}

size_t probe_side_places(const struct probe_side *side)
{
	return side->counters_len;
}

const struct strings *probe_side_undefined(const struct probe_side *side)
{
	return &side->undefined;
}
