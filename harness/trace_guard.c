#include "harness/trace_parts.h"

#include "core/mem.h"
#include "harness/linkmap.h"

/*
 * A call may write into the library's own data, into what it allocates, and where
 * its arguments lead. Before a call the test's data and the part of the stack
 * that is the test's are put aside, and afterwards compared.
 */

enum {
	SEGMENTS_MAX = 5000,
	STACK_HELD_MAX = 256 << 10,
	WRITES_MAX = 64, /* of one call */
	GAP_MAX = 64,    /* of what alignment leaves free */
	GAP_FILL = 0x5A, /* so that a NUL too many is a change */
	STRIDE = 64,     /* bytes that are compared at once */
	TEST_OBJECTS_FIRST = 2, /* behind the start object and the shims, as program.c links them */
};

/* Bytes compared in one run; enough for any test that is not itself a burden. */
static const uint64_t BUDGET = (uint64_t)4 << 30;

/* ---- the linker's map */

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

/* Where libc keeps what the tests have printed and nobody has written yet. */
static bool is_output(struct str place, const char **ret_name)
{
	static const char *const objects[] = {"/libc.a(stdout.c.obj):(", "/libc.a(stderr.c.obj):("};
	*ret_name = "libc's buffer for the output";
	SCOPED_ARENA struct arena scratch = {0};
	const char *text = arena_str(&scratch, place);
	return strstr(text, objects[0]) || strstr(text, objects[1]);
}

/* What the linker leaves free behind a variable belongs to nobody, and is watched with it. */
static void reach_next(struct trace_segment *last, uint32_t address)
{
	if (address > last->address && address - last->address > last->len &&
	    address - last->address - last->len < GAP_MAX)
		last->gap = address - last->address - last->len, last->len += last->gap;
}

void trace_map_read(struct str map, size_t test_objects, struct arena *a, struct trace_segment **ret, size_t *ret_len)
{
	struct trace_segment *segments = arena_array(a, SEGMENTS_MAX, struct trace_segment);
	struct trace_segment *last = NULL;
	struct linkmap_row row;
	struct str whole = map;
	size_t len = 0;
	while (len < SEGMENTS_MAX && linkmap_next(&map, &row)) {
		struct trace_segment s = {.address = row.address, .len = row.len};
		if (!s.len)
			continue;
		if (last && s.address >= last->address + last->len) {
			reach_next(last, s.address);
			last = NULL;
		}
		struct str place = row.place;
		s.constant = str_eq(place, STR(".rodata"));
		s.name = "constants";
		bool data = !s.constant && test_object(place, test_objects, a, &s.name) &&
			    !str_starts(str_from(place, str_index(place, '(')), STR("(.rodata"));
		if (!s.constant && !data)
			continue;
		segments[len++] = s;
		last = data ? &segments[len - 1] : NULL;
	}
	/* Behind those of the tests, so that each of those has the same number whatever else is linked. */
	while (len < SEGMENTS_MAX && linkmap_next(&whole, &row)) {
		struct trace_segment s = {.address = row.address, .len = row.len, .libc = true};
		if (s.len && is_output(row.place, &s.name))
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
	g->shadow_len = 0;
	g->budget = BUDGET;
	for (size_t i = 0; i < trace->segments_len; i++) {
		const struct trace_segment *s = &trace->segments[i];
		if (g->stack_only) {
			g->stack_top = g->stack_top ? (uint32_t)min_size(g->stack_top, s->address) : s->address;
			continue;
		}
		if (!guest_holds(c, s->address, s->len))
			break;
		memset(c->memory + s->address + s->len - s->gap, GAP_FILL, s->gap);
		g->segments_len++;
		g->shadow_len += s->len;
		g->stack_top = g->stack_top ? (uint32_t)min_size(g->stack_top, s->address) : s->address;
	}
	free(g->shadow);
	g->shadow = mem_zalloc(g->shadow_len + 1, 1);
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
	free(g->early.writes);
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

static bool is_watched(const struct guard *g, uint32_t address)
{
	for (size_t i = 0; i < g->segments_len; i++) {
		if (address - g->segments[i].address < g->segments[i].len)
			return !g->segments[i].constant;
	}
	return address < g->stack_top;
}

static void forget(struct guard *g, size_t index)
{
	g->lent_len--;
	memmove(&g->lent[index], &g->lent[index + 1], (g->lent_len - index) * sizeof(g->lent[0]));
}

void guard_lend(struct guard *g, uint32_t address, uint32_t len)
{
	for (size_t i = g->lent_len; i-- > 0;) {
		if (g->lent[i].from == address)
			forget(g, i);
	}
	if (!len || !is_watched(g, address))
		return;
	if (g->lent_len == LENT_MAX)
		forget(g, 0);
	g->lent[g->lent_len].from = address;
	g->lent[g->lent_len++].to = address + len;
}

void guard_drop_stack(struct guard *g, uint32_t below)
{
	for (size_t i = g->lent_len; i-- > 0;) {
		if (g->lent[i].from < below && g->lent[i].from < g->stack_top)
			forget(g, i);
	}
}

/* ---- comparing */

/* Where the lent bytes end in which the address lies, or 0. They begin in the same variable, or on the stack as it
 * does: a length that is told too large lends nothing behind that. */
static uint64_t lent_until(const struct guard *g, const struct open_call *calls, size_t calls_len, uint32_t region,
			   uint32_t address)
{
	for (size_t k = calls_len; k-- > 0;) {
		for (size_t i = 0; i < calls[k].spans_len; i++) {
			const struct span *s = &calls[k].spans[i];
			if (s->writable && s->address >= region && address - s->address < s->len)
				return (uint64_t)s->address + s->len;
		}
	}
	for (size_t i = 0; i < g->lent_len; i++) {
		if (g->lent[i].from >= region && address >= g->lent[i].from && address < g->lent[i].to)
			return g->lent[i].to;
	}
	return 0;
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

struct watching {
	struct guard *g;
	const struct hostcall *c;
	const struct open_call *calls;
	size_t calls_len;
	struct trace *trace;
	struct trace_event *event;
};

static void compare(const struct watching *w, uint32_t segment, uint32_t address, const uint8_t *before, uint32_t len)
{
	const uint8_t *now = w->c->memory + address;
	uint64_t i = !len || memcmp(now, before, len) == 0 ? len : 0; /* as nearly always */
	while (i < len) {
		if (i % STRIDE == 0 && memcmp(now + i, before + i, min_size(STRIDE, len - (size_t)i)) == 0) {
			i += STRIDE;
			continue;
		}
		if (now[i] == before[i]) {
			i++;
			continue;
		}
		uint64_t until = lent_until(w->g, w->calls, w->calls_len, address, address + (uint32_t)i);
		if (until) {
			i = until - address;
			continue;
		}
		uint32_t offset = segment == TRACE_STACK ? address + (uint32_t)i : (uint32_t)i;
		note(w->trace, w->event, (struct trace_write){segment, offset, 1});
		i++;
	}
	w->g->budget -= min_size(w->g->budget, len);
}

static void compare_all(const struct watching *w)
{
	const struct guard *g = w->g;
	const uint8_t *before = g->shadow;
	if (!g->armed) {
		w->trace->sampled = true;
		return;
	}
	for (size_t i = 0; i < g->segments_len; before += g->segments[i].len, i++)
		compare(w, (uint32_t)i, g->segments[i].address, before, g->segments[i].len);
	compare(w, TRACE_STACK, g->stack_from, g->stack, g->stack_to - g->stack_from);
}

void guard_compare(struct guard *g, const struct hostcall *c, const struct open_call *calls, size_t calls_len,
		   struct trace *trace, struct trace_event *event)
{
	for (size_t i = 0; i < g->early_event.writes_len; i++)
		note(trace, event, g->early.writes[i]);
	g->early_event.writes_len = 0;
	g->early.writes_len = 0;
	trace->sampled |= g->early.sampled;
	compare_all(&(struct watching){g, c, calls, calls_len, trace, event});
}

void guard_compare_early(struct guard *g, const struct hostcall *c, const struct open_call *calls, size_t calls_len)
{
	compare_all(&(struct watching){g, c, calls, calls_len, &g->early, &g->early_event});
}
