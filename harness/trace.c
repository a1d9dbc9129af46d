#include "harness/trace_parts.h"

#include "core/mem.h"

void trace_release(struct trace *t)
{
	free(t->events);
	free(t->items);
	free(t->writes);
	free(t->ends);
	free(t->called);
	buf_release(&t->bytes);
	arena_release(&t->arena);
	*t = (struct trace){0};
}

/* "free", "destroy", …: what is handed to such a function is gone. */
static bool ends_things(const char *name)
{
	static const char *const words[] = {"free",  "destroy", "delete", "close", "release", "unref", "decref",
					    "clean", "drop",	"dispose", "fini", "remove",  "pop",   "clear"};
	return str_mentions(name, words, countof(words));
}

struct recorder *recorder_new(const struct shims *shims, uint8_t stack_fill, uint8_t fill)
{
	struct recorder *r = mem_zalloc(1, sizeof(*r));
	r->shims = shims;
	r->stack_fill = stack_fill;
	r->fill = fill;
	r->things = things_new();
	r->open = mem_zalloc(OPEN_MAX, sizeof(*r->open));
	for (size_t i = 0; i < OPEN_MAX; i++)
		buf_init(&r->open[i].snapshot, SNAPSHOT_MAX);
	r->trampolines_len = shims->callbacks_len * SHIM_TRAMPOLINES;
	r->trampolines = mem_zalloc(r->trampolines_len + 1, sizeof(uint32_t));
	r->targets = mem_zalloc(r->trampolines_len + 1, sizeof(uint32_t));
	r->silent = mem_zalloc(shims->callbacks_len + 1, sizeof(bool));
	r->trace.called = mem_zalloc(shims->functions_len + 1, sizeof(bool));
	buf_init(&r->trace.bytes, TRACE_BYTES_MAX);
	r->ends = mem_zalloc(shims->functions_len + 1, sizeof(bool));
	for (size_t i = 0; i < shims->functions_len; i++)
		r->ends[i] = ends_things(shims->functions[i].function->name);
	return r;
}

void recorder_free(struct recorder *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < OPEN_MAX; i++)
		buf_release(&r->open[i].snapshot);
	things_free(r->things);
	guard_release(&r->guard);
	trace_release(&r->trace);
	free(r->open);
	free(r->trampolines);
	free(r->targets);
	free(r->silent);
	free(r->ends);
	free(r);
}

void recorder_watch_stack_only(struct recorder *r)
{
	r->guard.stack_only = true;
}

void recorder_know(struct recorder *r, uint32_t address, uint32_t len, void (*tell)(uint32_t behind, struct buf *out))
{
	r->trace.tell_known = tell;
	r->known = address;
	r->known_len = len;
}

void recorder_ask(struct recorder *r, uint32_t (*left)(void *data, uint32_t address), void *data)
{
	r->left = left;
	r->left_data = data;
}

void recorder_go_on(struct recorder *r)
{
	recorder_begin_part(r);
	r->begun = false;
}

size_t recorder_begin_part(struct recorder *r)
{
	things_forget(r->things);
	memset(r->targets, 0, r->trampolines_len * sizeof(uint32_t));
	r->open_len = 0;
	r->guard.lent_len = 0;
	return r->trace.events_len;
}

struct trace recorder_take(struct recorder *r)
{
	struct trace trace = r->trace;
	r->trace = (struct trace){0};
	return trace;
}

/* ---- events */

static struct trace_event *add_event(struct recorder *r, enum trace_kind kind, uint16_t index)
{
	struct trace *t = &r->trace;
	uint8_t nesting = 0;
	if (t->cut || t->events_len >= TRACE_EVENTS_MAX) {
		t->cut = true;
		return NULL;
	}
	for (size_t i = 0; i < r->open_len; i++)
		nesting = (uint8_t)(nesting + (r->open[i].callback && nesting < UINT8_MAX));
	t->events = mem_grow(t->events, t->events_len, &t->events_cap, sizeof(*t->events));
	struct trace_event *e = &t->events[t->events_len++];
	*e = (struct trace_event){
		.kind = (uint8_t)kind,
		.nesting = nesting,
		.index = index,
		.items = (uint32_t)t->items_len,
		.out_len = (uint32_t)r->host->out_len,
		.err_len = (uint32_t)r->host->err_len,
	};
	return e;
}

static void close_event(struct recorder *r, struct trace_event *event)
{
	if (event)
		event->items_len = (uint32_t)(r->trace.items_len - event->items);
}

static struct open_call *push(struct recorder *r, bool callback, uint16_t index, uint32_t frame)
{
	struct open_call *call = &r->open[r->open_len++];
	call->callback = callback;
	call->index = index;
	call->frame = frame;
	call->out_len = r->host->out_len;
	call->err_len = r->host->err_len;
	call->spans_len = call->exchanged_len = 0;
	call->starved = false;
	buf_clear(&call->snapshot);
	return call;
}

/* The call or callback of that frame, without those that longjmp has left; or NULL if there is none. It is no longer
 * open. */
static struct open_call *pop(struct recorder *r, bool callback, uint32_t index, uint32_t frame)
{
	struct open_call *call = NULL;
	while (r->open_len && (!call || call->frame < frame))
		call = &r->open[--r->open_len];
	return call && call->callback == callback && call->index == index && call->frame == frame ? call : NULL;
}

/* Where a frame ends; what stands above it is the test's. */
static uint32_t behind_frame(const struct open_call *call, const struct shape_signature *g)
{
	uint32_t result = (g->result->size + SHIM_SLOT_BYTES - 1) / SHIM_SLOT_BYTES * SHIM_SLOT_BYTES;
	return call->frame + shim_slot(g, g->parameters_len) + result + SHIM_SLOT_BYTES;
}

static bool enter(struct recorder *r)
{
	uint32_t index = r->host->arg[0], frame = r->host->arg[1];
	if (index >= r->shims->functions_len || r->open_len == OPEN_MAX)
		return false;
	/* Those that longjmp has left: what is open has its frame above. */
	while (r->open_len && r->open[r->open_len - 1].frame <= frame)
		r->open_len--;
	guard_drop_stack(&r->guard, frame);
	const struct shape_signature *g = r->shims->functions[index].signature;
	struct open_call *call = push(r, false, (uint16_t)index, frame);
	struct trace_event *event = add_event(r, TRACE_CALL, (uint16_t)index);
	r->trace.calls++;
	r->trace.called[index] = true;
	if (event) {
		walk_arguments(r, call, g);
		close_event(r, event);
	}
	callbacks_exchange(r, call, g);
	guard_take(&r->guard, r->host, behind_frame(call, g));
	return true;
}

static void end_things(struct recorder *r, const struct open_call *call, const struct shape_signature *g)
{
	uint64_t to;
	for (size_t i = 0; i < g->parameters_len; i++) {
		if (g->parameters[i]->kind == SHAPE_POINTER &&
		    guest_number(r->host, call->frame + shim_slot(g, i), SHAPE_POINTER_BYTES, &to) && to)
			things_end(r->things, (uint32_t)to, 1, &r->trace);
	}
}

/* Parameters behind the last bit share it. */
static uint64_t freed_parameters(const struct open_call *call)
{
	uint64_t freed = 0;
	for (size_t i = 0; i < call->spans_len; i++)
		freed |= (uint64_t)call->spans[i].freed << min_size(call->spans[i].parameter, 63);
	return freed;
}

static bool leave(struct recorder *r)
{
	uint32_t index = r->host->arg[0], frame = r->host->arg[1];
	struct open_call *call = pop(r, false, index, frame);
	if (!call)
		return false;
	const struct shape_signature *g = r->shims->functions[index].signature;
	callbacks_give_back(r, call, g);
	struct trace_event *event = add_event(r, TRACE_RETURN, (uint16_t)index);
	if (event) {
		event->starved = call->starved;
		event->freed = freed_parameters(call);
		event->ends = r->ends[index];
		guard_compare(&r->guard, r->host, r->open, r->open_len + 1, &r->trace, event);
		walk_results(r, call, g, false);
		close_event(r, event);
	}
	if (r->ends[index])
		end_things(r, call, g);
	return true;
}

static int64_t callback(struct recorder *r)
{
	uint32_t index = r->host->arg[0], slot = r->host->arg[1], frame = r->host->arg[2];
	if (index >= r->shims->callbacks_len || slot >= SHIM_TRAMPOLINES || r->open_len == OPEN_MAX)
		return -1;
	uint32_t target = r->targets[index * SHIM_TRAMPOLINES + slot];
	if (!target)
		return -1;
	size_t outer_len = r->open_len;
	bool compared = outer_len && !r->open[outer_len - 1].callback;
	struct open_call *call = push(r, true, (uint16_t)index, frame);
	struct trace_event *event = r->silent[index] ? NULL : add_event(r, TRACE_CALLBACK, (uint16_t)index);
	if (compared && r->silent[index])
		guard_compare_early(&r->guard, r->host, r->open, outer_len);
	if (event) {
		if (compared)
			guard_compare(&r->guard, r->host, r->open, outer_len, &r->trace, event);
		walk_arguments(r, call, r->shims->callbacks[index].signature);
		for (size_t i = event->items; i < r->trace.items_len; i++)
			r->trace.items[i].input = false;
		close_event(r, event);
	}
	return target;
}

/* The test's allocator gave nothing: which call meets that depends on how often the library allocates. */
static void note_starved(struct recorder *r, const struct open_call *call)
{
	const struct shape_signature *g = r->shims->callbacks[call->index].signature;
	uint64_t result;
	if (r->silent[call->index] && r->open_len && !r->open[r->open_len - 1].callback &&
	    guest_number(r->host, call->frame + shim_slot(g, g->parameters_len), SHAPE_POINTER_BYTES, &result) && !result)
		r->open[r->open_len - 1].starved = true;
}

static bool returned(struct recorder *r)
{
	uint32_t index = r->host->arg[0], frame = r->host->arg[2];
	struct open_call *call = pop(r, true, index, frame);
	if (!call)
		return false;
	note_starved(r, call);
	struct trace_event *event = r->silent[index] ? NULL : add_event(r, TRACE_CALLBACK_RETURN, (uint16_t)index);
	if (event) {
		walk_results(r, call, r->shims->callbacks[index].signature, true);
		close_event(r, event);
	}
	const struct open_call *outer = r->open_len ? &r->open[r->open_len - 1] : NULL;
	/* What the test's function has written is not the library's doing. */
	if (outer && !outer->callback)
		guard_take(&r->guard, r->host, behind_frame(outer, r->shims->functions[outer->index].signature));
	return true;
}

/* ---- the run */

static void mark_spans(struct recorder *r, uint32_t address, uint32_t size)
{
	for (size_t i = 0; i < r->open_len; i++) {
		for (size_t k = 0; k < r->open[i].spans_len; k++) {
			struct span *s = &r->open[i].spans[k];
			s->freed |= s->address - address < size;
		}
	}
}

static void end_freed(struct recorder *r)
{
	uint32_t at = r->host->arg[2], len = (uint32_t)min_size(r->host->arg[3], SHIM_FREED_MAX);
	for (uint32_t i = 0; i < len; i++) {
		uint64_t address, size;
		if (!guest_number(r->host, at + 8 * i, 4, &address) || !guest_number(r->host, at + 8 * i + 4, 4, &size))
			continue;
		things_end(r->things, (uint32_t)address, (uint32_t)size, &r->trace);
		mark_spans(r, (uint32_t)address, (uint32_t)size);
	}
}

/* Stack below the frame of whoever calls is nobody's yet. */
static void fill_stack(struct recorder *r)
{
	uint32_t here = r->host->arg[2];
	if (r->stack_fill && here < r->guard.stack_top && here > STACK_MARGIN && guest_holds(r->host, here, 1))
		memset(r->host->memory, r->stack_fill, here - STACK_MARGIN);
}

static int64_t begin(struct recorder *r)
{
	uint32_t at = r->host->arg[0];
	if (r->begun)
		return -1;
	r->begun = true;
	for (size_t i = 0; i < r->trampolines_len; i++) {
		uint64_t function;
		if (!guest_number(r->host, at + 4 * (uint32_t)i, 4, &function))
			return -1;
		r->trampolines[i] = (uint32_t)function;
	}
	guard_begin(&r->guard, r->host, &r->trace);
	fill_stack(r);
	return r->fill;
}

static int64_t hear(void *data, enum hostcall_name name, const struct hostcall *call)
{
	struct recorder *r = data;
	r->host = call;
	if (name != HOSTCALL_BEGIN && !r->begun)
		return -1;
	switch (name) {
	case HOSTCALL_BEGIN:
		return begin(r);
	case HOSTCALL_ENTER:
		end_freed(r);
		return enter(r) ? 0 : -1;
	case HOSTCALL_LEAVE:
		end_freed(r);
		return leave(r) ? 0 : -1;
	case HOSTCALL_CALLBACK:
		return callback(r);
	case HOSTCALL_RETURNED:
		return returned(r) ? 0 : -1;
	case HOSTCALL_FREED:
		end_freed(r);
		return 0;
	default:
		return -1;
	}
}

static void linked(void *data, struct str map, size_t test_objects)
{
	struct recorder *r = data;
	trace_map_read(map, test_objects, &r->trace.arena, &r->trace.segments, &r->trace.segments_len);
}

static void printed(void *data, struct str out, struct str err)
{
	struct trace *t = &((struct recorder *)data)->trace;
	t->out = (struct str){arena_str(&t->arena, out), out.len};
	t->err = (struct str){arena_str(&t->arena, err), err.len};
}

void recorder_hear(struct recorder *r, struct program_other *ret)
{
	ret->shims = r->shims->object;
	ret->wrapped = &r->shims->wrapped;
	ret->linked = linked;
	ret->printed = printed;
	ret->hostcalls = (struct hostcalls){.data = r, .call = hear};
}
