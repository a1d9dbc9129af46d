#include "harness/trace_parts.h"

#include "core/mem.h"

/*
 * A call may write into the library's own data, into what it allocates, and where
 * its arguments lead. Before a call the test's data and the part of the stack
 * that is the test's are put aside, and afterwards compared.
 */

enum {
	SEGMENTS_MAX = 5000,
	STACK_HELD_MAX = 256 << 10,
	WRITES_MAX = 64, /* of one call */
	STRIDE = 64,     /* bytes that are compared at once */
	LENT_STACK_BYTES = 4096,
	TEST_OBJECTS_FIRST = 2, /* behind the start object and the shims, as program.c links them */
};

/* Bytes compared in one run; enough for any test that is not itself a burden. */
static const uint64_t BUDGET = (uint64_t)4 << 30;

/* ---- the linker's map */

static bool hex_word(struct str *rest, uint32_t *ret)
{
	static const char digits[] = "0123456789abcdef";
	struct str word;
	uint32_t value = 0;
	if (!str_next_word(rest, &word) || word.len > 8)
		return false;
	for (size_t i = 0; i < word.len; i++) {
		const char *digit = memchr(digits, word.ptr[i], 16);
		if (!digit)
			return false;
		value = value * 16 + (uint32_t)(digit - digits);
	}
	*ret = value;
	return true;
}

/* "/obj/3/tests/t.c:(.bss.failures)": 3, and "failures (tests/t.c)". */
static bool test_object(struct str place, size_t test_objects, struct arena *a, const char **ret_name)
{
	uint64_t index;
	if (!str_starts(place, STR("/obj/")))
		return false;
	struct str rest = str_from(place, 5);
	size_t slash = str_index(rest, '/'), open = str_index(rest, '(');
	if (!str_to_u64(str_first(rest, slash), &index) || index < TEST_OBJECTS_FIRST ||
	    index >= TEST_OBJECTS_FIRST + test_objects || open >= rest.len || open <= slash + 1)
		return false;
	struct str file = {rest.ptr + slash + 1, open - slash - 2};
	struct str section = str_from(rest, open + 1);
	section = str_first(section, str_index(section, ')'));
	size_t dot = section.len > 1 ? 1 + str_index(str_from(section, 1), '.') : section.len;
	struct str name = str_from(section, dot + 1);
	*ret_name = arena_printf(a, "%.*s (%.*s)", STR_ARG(name.len ? name : section), STR_ARG(file));
	return true;
}

void trace_map_read(struct str map, size_t test_objects, struct arena *a, struct trace_segment **ret, size_t *ret_len)
{
	struct trace_segment *segments = arena_array(a, SEGMENTS_MAX, struct trace_segment);
	struct str line;
	size_t len = 0;
	while (len < SEGMENTS_MAX && str_next_line(&map, &line)) {
		struct trace_segment s = {0};
		uint32_t offset;
		if (!hex_word(&line, &s.address) || !hex_word(&line, &offset) || !hex_word(&line, &s.len) || !s.len)
			continue;
		struct str place = str_trim(line);
		s.constant = str_eq(place, STR(".rodata"));
		s.name = "constants";
		bool data = !s.constant && test_object(place, test_objects, a, &s.name) &&
			    !str_starts(str_from(place, str_index(place, '(')), STR("(.rodata"));
		if (s.constant || data)
			segments[len++] = s;
	}
	*ret = segments;
	*ret_len = len;
}

/* ---- what is put aside */

void guard_begin(struct guard *g, const struct hostcall *c, const struct trace *trace)
{
	g->segments = trace->segments;
	g->segments_len = 0;
	g->budget = BUDGET;
	for (size_t i = 0; i < trace->segments_len; i++) {
		const struct trace_segment *s = &trace->segments[i];
		if (!guest_holds(c, s->address, s->len))
			break;
		g->segments_len++;
		g->shadow_len += s->len;
		g->stack_top = g->stack_top ? (uint32_t)min_size(g->stack_top, s->address) : s->address;
	}
	g->shadow = mem_zalloc(g->shadow_len + 1, 1);
	g->lent = mem_zalloc(g->segments_len + 1, sizeof(bool));
	uint8_t *to = g->shadow;
	for (size_t i = 0; i < g->segments_len; i++) {
		memcpy(to, c->memory + g->segments[i].address, g->segments[i].len);
		to += g->segments[i].len;
	}
}

void guard_release(struct guard *g)
{
	free(g->shadow);
	free(g->stack);
	free(g->lent);
}

void guard_take(struct guard *g, const struct hostcall *c, uint32_t frame)
{
	uint8_t *to = g->shadow;
	g->armed = g->budget > 0;
	if (!g->armed)
		return;
	for (size_t i = 0; i < g->segments_len; to += g->segments[i].len, i++) {
		if (!g->segments[i].constant)
			memcpy(to, c->memory + g->segments[i].address, g->segments[i].len);
	}
	g->stack_from = g->stack_to = frame;
	if (frame < g->stack_top && guest_holds(c, frame, g->stack_top - frame))
		g->stack_to = (uint32_t)min_size(g->stack_top, (size_t)frame + STACK_HELD_MAX);
	size_t len = g->stack_to - g->stack_from;
	if (len > g->stack_cap) {
		g->stack = mem_realloc(g->stack, 2 * len, 1);
		g->stack_cap = 2 * len;
	}
	if (len)
		memcpy(g->stack, c->memory + frame, len);
}

void guard_lend(struct guard *g, uint32_t address, uint32_t len)
{
	for (size_t i = 0; i < g->segments_len; i++) {
		if (address - g->segments[i].address < g->segments[i].len && !g->segments[i].constant)
			g->lent[i] = true;
	}
	if (address < g->stack_top && g->lent_stack_len < SPAN_MAX) {
		g->lent_stack[g->lent_stack_len].from = address;
		g->lent_stack[g->lent_stack_len++].to = address + (uint32_t)max_size(len, LENT_STACK_BYTES);
	}
}

/* ---- comparing */

static bool is_lent(const struct guard *g, const struct open_call *call, uint32_t address)
{
	for (size_t i = 0; i < call->spans_len; i++) {
		if (call->spans[i].writable && address - call->spans[i].address < call->spans[i].len)
			return true;
	}
	for (size_t i = 0; address < g->stack_top && i < g->lent_stack_len; i++) {
		if (address >= g->lent_stack[i].from && address < g->lent_stack[i].to)
			return true;
	}
	return false;
}

static void note(struct trace *trace, struct trace_event *event, struct trace_write write)
{
	struct trace_write *last = event->writes_len ? &trace->writes[trace->writes_len - 1] : NULL;
	if (last && last->segment == write.segment && last->offset + last->len == write.offset) {
		last->len += write.len;
		return;
	}
	if (event->writes_len == WRITES_MAX)
		return;
	trace->writes = mem_grow(trace->writes, trace->writes_len, &trace->writes_cap, sizeof(*trace->writes));
	if (!event->writes_len)
		event->writes = (uint32_t)trace->writes_len;
	trace->writes[trace->writes_len++] = write;
	event->writes_len++;
}

static void compare(struct guard *g, const struct hostcall *c, const struct open_call *call, struct trace *trace,
		    struct trace_event *event, uint32_t segment, uint32_t address, const uint8_t *before, uint32_t len)
{
	for (uint32_t from = 0; from < len; from += STRIDE) {
		uint32_t piece = (uint32_t)min_size(STRIDE, len - from);
		if (memcmp(c->memory + address + from, before + from, piece) == 0)
			continue;
		for (uint32_t i = from; i < from + piece; i++) {
			if (c->memory[address + i] != before[i] && !is_lent(g, call, address + i))
				note(trace, event,
				     (struct trace_write){segment, segment == TRACE_STACK ? address + i : i, 1});
		}
	}
	g->budget -= min_size(g->budget, len);
}

void guard_compare(struct guard *g, const struct hostcall *c, const struct open_call *call, struct trace *trace,
		   struct trace_event *event)
{
	const uint8_t *before = g->shadow;
	if (!g->armed) {
		trace->sampled = true;
		return;
	}
	for (size_t i = 0; i < g->segments_len; before += g->segments[i].len, i++) {
		if (!g->lent[i])
			compare(g, c, call, trace, event, (uint32_t)i, g->segments[i].address, before,
				g->segments[i].len);
	}
	compare(g, c, call, trace, event, TRACE_STACK, g->stack_from, g->stack, g->stack_to - g->stack_from);
}
