#include "harness/probe_run.h"

#include "core/mem.h"
#include "harness/probe_parts.h"
#include "harness/probe_within.h"

static const uint64_t PROBE_LIVE_BYTES = 48 << 20;

enum { PROBE_FUEL = 20000000, HEAP_CALLS_MAX = 200000, CLASSES = 8, TEST_OBJECTS = 1 };

struct machine {
	struct probe_side *side;
	const struct probe_job *job;
	struct probe_outcome *outcomes;
	struct program_other recording;
	struct recorder *recorder;
	struct heap_watch *heap;
	struct ub_watch *undefined;
	struct probe_area *area;
	size_t at;         /* the probe at hand */
	uint32_t compared; /* where the driver notes what is compared */
	uint32_t next;     /* its next ordinary call */
	struct area_call call;   /* the ordinary call that is under way */
	struct area_call within; /* one that is made from within it */
	uint32_t next_within;    /* what is to be made from within it next */
	unsigned backs;    /* functions that make calls, called back during the ordinary call */
	bool held;         /* the data to be put back is known */
	bool open;         /* a call of the driver's is under way */
	bool open_within;  /* and one from within it */
	bool begun;        /* the probe at hand has begun */
	unsigned inside, outside; /* calls into the library that are open, and callbacks out of it */
	struct prng answers;
	unsigned answered;
	unsigned heap_calls; /* no fuel counts what they cost */
};

static uint64_t fuel_of(const struct machine *m, size_t probe)
{
	if (m->job->fuel && probe < m->job->len)
		return m->job->fuel[probe];
	return m->job->conditions.fuel ? m->job->conditions.fuel : PROBE_FUEL;
}

/* Whether a function of the library runs, and not one of the driver's that it has called. */
static uint32_t who(const struct machine *m)
{
	uint32_t call = m->open_within ? m->within.index : m->next;
	return m->inside > m->outside ? 1 + m->job->probes[m->at].calls[call].function : 0;
}

static void hold_data(struct machine *m, const struct hostcall *c)
{
	struct probe_side *side = m->side;
	for (size_t i = 0; i < side->data_len; i++) {
		if (guest_holds(c, side->data[i].address, side->data[i].len))
			memcpy(side->data[i].held, c->memory + side->data[i].address, side->data[i].len);
	}
	heap_watch_keep(m->heap, c->memory, c->memory_len);
	m->held = true;
}

static void put_data_back(struct machine *m, const struct hostcall *c)
{
	struct probe_side *side = m->side;
	for (size_t i = 0; i < side->data_len; i++) {
		if (guest_holds(c, side->data[i].address, side->data[i].len))
			memcpy(c->memory + side->data[i].address, side->data[i].held, side->data[i].len);
	}
	if (guest_holds(c, side->counters, side->counters_len))
		memset(c->memory + side->counters, 0, side->counters_len);
}

static void heap_orders(const struct machine *m, struct heap_orders *ret)
{
	*ret = heap_default_orders;
	ret->fill = m->job->conditions.fill ? m->job->conditions.fill : ret->fill;
	ret->live_bytes = PROBE_LIVE_BYTES;
	ret->guard = m->job->conditions.guard ? m->job->conditions.guard : ret->guard;
}

/* Few counts in a row are told apart, many are not. */
static uint8_t class_of(uint8_t count)
{
	uint8_t class = 0;
	for (; count && class < CLASSES - 1; count >>= 1)
		class++;
	return (uint8_t)(1u << class);
}

static bool note_places(const struct machine *m, const struct hostcall *c)
{
	const struct probe_side *side = m->side;
	uint8_t *seen = m->job->seen; /* which counts were had at each place, as bits */
	bool fresh = false;
	if (!seen || !guest_holds(c, side->counters, side->counters_len))
		return false;
	const uint8_t *counts = c->memory + side->counters;
	for (uint32_t i = 0; i < side->counters_len; i++) {
		if (!counts[i])
			continue;
		uint8_t class = class_of(counts[i]);
		fresh |= !(seen[i] & class);
		seen[i] |= class;
	}
	return fresh;
}

static void note_undefined(const struct undefined *places, size_t len, struct probe_outcome *o)
{
	o->undefined = len > 0;
	for (size_t i = 0; i < len; i++) {
		o->undefined_kinds |= (uint64_t)1 << places[i].kind;
		o->null_followed |= places[i].kind == UNDEFINED_POINTER || places[i].kind == UNDEFINED_INDEX ||
				    places[i].kind == UNDEFINED_UNREACHABLE || places[i].kind == UNDEFINED_NO_RETURN;
	}
}

/* What the probe did to memory. Only where something is left is it looked for what leads there. */
static void note_memory(struct machine *m, const struct hostcall *c, struct probe_outcome *o)
{
	struct memory_account account = {.run = {.outcome = o->end == PROBE_RAN ? OUTCOME_EXITED : OUTCOME_TRAPPED}};
	/* Structs of the caller's may be all that leads there. */
	struct heap_roots roots = {.from = m->area->users, .to = m->area->at};
	size_t len;
	heap_watch_end(m->heap, c->memory, c->memory_len, &account.heap);
	roots.data = m->side->data_len ? m->side->data[0].address : 0;
	if (account.heap.live_blocks && m->side->data_len)
		heap_watch_lost(m->heap, c->memory, c->memory_len, &roots, &account.lost);
	const struct undefined *places = ub_watch_places(m->undefined, &len);
	account.undefined = (struct undefined *)(uintptr_t)places;
	account.undefined_len = len;
	for (size_t i = 0; i < HEAP_FAULTS; i++)
		o->faults |= (uint64_t)(account.heap.fault_counts[i] != 0) << i;
	o->lost = account.lost.blocks;
	o->live_blocks = account.heap.live_blocks;
	o->live_bytes = account.heap.live_bytes;
	o->allocations = account.heap.allocations;
	o->starved = account.heap.refused;
	note_undefined(places, len, o);
	const struct probe_listener *listener = m->job->listener;
	if (listener && listener->ran)
		listener->ran(listener->data, m->at, &account);
}

static void end_probe(struct machine *m, const struct hostcall *c, size_t events)
{
	struct probe_outcome *o = &m->outcomes[m->at];
	o->events.to = events;
	o->fresh = note_places(m, c);
	if (o->fresh && m->job->compared)
		o->compared_len = probe_compared_read(c, m->compared, m->job->compared, &o->compared);
	note_memory(m, c, o);
	m->begun = m->open = m->open_within = false;
	m->at++;
}

/* The first call from there on that is not made from within another. */
static uint32_t ordinary_from(const struct probe *p, uint32_t at)
{
	while (at < p->len && p->calls[at].within)
		at++;
	return at;
}

static void begin_probe(struct machine *m, const struct hostcall *c)
{
	struct heap_orders orders;
	put_data_back(m, c);
	heap_orders(m, &orders);
	heap_watch_again(m->heap, &orders, c->memory, c->memory_len);
	ub_watch_begin(m->undefined);
	size_t events = recorder_begin_part(m->recorder);
	m->area->guard = orders.guard;
	area_begin(m->area, c);
	recorder_know(m->recorder, m->area->address, m->area->len, area_tell);
	m->answers = (struct prng){m->job->probes[m->at].answers};
	m->answered = 0;
	m->heap_calls = 0;
	m->next = ordinary_from(&m->job->probes[m->at], 0);
	m->inside = m->outside = 0;
	m->begun = true;
	m->outcomes[m->at] = (struct probe_outcome){.events = {events, events}};
}

/* Of the blocks from there on. */
static void note_overrun(struct machine *m, const struct hostcall *c, size_t from)
{
	struct probe_outcome *o = &m->outcomes[m->at];
	size_t i = area_overrun(m->area, c, from);
	if (i == m->area->blocks_len || o->end != PROBE_RAN)
		return;
	const struct probe_call *call = &m->job->probes[m->at].calls[m->area->blocks[i].call];
	o->end = PROBE_OVERRAN;
	snprintf(o->why, sizeof(o->why), "what argument %u of %.60s leads to", m->area->blocks[i].parameter + 1,
		 m->side->g->functions[call->function].shim->function->name);
}

/* What the call before has left behind. */
static void close_call(struct machine *m, const struct hostcall *c)
{
	const struct probe *p = &m->job->probes[m->at];
	area_take_made(m->area, c, p, &m->call);
	note_overrun(m, c, m->call.own);
	area_wipe_ended(m->area, c, &p->calls[m->next]);
	m->outcomes[m->at].fuel += c->fuel;
	m->open = m->open_within = false;
	m->next = ordinary_from(p, m->next + 1);
}

/* The number of the next call that can be made, or 0 at the end of all probes. */
static int64_t next(struct machine *m, const struct hostcall *c)
{
	m->compared = c->arg[3];
	if (!m->held)
		hold_data(m, c);
	if (m->open)
		close_call(m, c);
	for (; m->at < m->job->len;) {
		if (!m->begun)
			begin_probe(m, c);
		const struct probe *p = &m->job->probes[m->at];
		struct probe_outcome *o = &m->outcomes[m->at];
		while (o->end == PROBE_RAN && m->next < p->len && !area_put_ordinary(m->area, c, p, m->next, &m->call))
			m->next = ordinary_from(p, m->next + 1);
		if (m->area->full)
			o->end = PROBE_NOT_MADE;
		if (o->end == PROBE_RAN && m->next < p->len) {
			o->call = m->next;
			m->open = true;
			m->next_within = m->next + 1;
			m->backs = 0;
			return probe_driver_number(m->side->g, p->calls[m->next].function);
		}
		note_overrun(m, c, 0);
		end_probe(m, c, recorder_begin_part(m->recorder));
	}
	return 0;
}

/* ---- calls from within callbacks */

static void close_within(struct machine *m, const struct hostcall *c)
{
	area_take_made(m->area, c, &m->job->probes[m->at], &m->within);
	note_overrun(m, c, m->within.own);
	m->outcomes[m->at].call = m->next;
	m->open_within = false;
	m->next_within++;
}

/* The number of the next call that a function of the driver's is to make; 0: it is to come back. */
static int64_t within(struct machine *m, const struct hostcall *c)
{
	const struct probe *p = &m->job->probes[m->at];
	size_t callback = c->arg[0];
	for (; m->next_within < p->len && p->calls[m->next_within].within; m->next_within++) {
		const struct probe_call *call = &p->calls[m->next_within];
		if (call->within > m->backs ||
		    !probe_within_may(m->side->g, p->calls[m->next].function, callback, call->function))
			return 0;
		m->within = (struct area_call){.index = m->next_within, .frame = c->arg[2]};
		if (!guest_holds(c, c->arg[2], PROBE_WITHIN_FRAME) ||
		    !area_put_call(m->area, c, p, PROBE_WITHIN_FRAME, &m->within))
			continue;
		m->outcomes[m->at].call = m->within.index;
		m->open_within = true;
		return probe_driver_number(m->side->g, call->function);
	}
	return 0;
}

/* A function of the driver's asks what to do: for the first time since it was called back, or after a call. */
static int64_t asked(struct machine *m, const struct hostcall *c)
{
	bool again = c->arg[3] != 0;
	if (again && m->open_within)
		close_within(m, c);
	/* While one is under way no other is made: those that are called back meanwhile only answer. */
	bool may = m->open && !m->open_within && probe_within_calls(m->side->g, c->arg[0]);
	m->backs += may && !again;
	int64_t next = may ? within(m, c) : 0;
	if (!next)
		probe_answer(m->area, c, &m->answers, &m->answered);
	return next;
}

static int64_t hear(void *data, enum hostcall_name name, const struct hostcall *c)
{
	struct machine *m = data;
	switch (name) {
	case HOSTCALL_NEXT:
		return next(m, c);
	case HOSTCALL_ASKED:
		return asked(m, c);
	case HOSTCALL_HEAP:
		return m->heap_calls++ < HEAP_CALLS_MAX ? heap_watch_hear(m->heap, c, who(m)) : -1;
	case HOSTCALL_UNDEFINED:
		return ub_watch_hear(m->undefined, c, who(m));
	case HOSTCALL_REACHED:
		return m->job->executed ? executed_hear(m->job->executed, c) : -1;
	case HOSTCALL_ENTER:
		m->inside++;
		break;
	case HOSTCALL_LEAVE:
		m->inside--;
		break;
	case HOSTCALL_CALLBACK:
		m->outside++;
		break;
	case HOSTCALL_RETURNED:
		m->outside--;
		break;
	default:
		break;
	}
	return m->recording.hostcalls.call(m->recording.hostcalls.data, name, c);
}

static uint64_t fuel_left(void *data)
{
	const struct machine *m = data;
	uint64_t all = fuel_of(m, m->at), used = m->begun ? m->outcomes[m->at].fuel : 0;
	return all > used ? all - used : 1;
}

/* The instance is over; if a probe was at hand, that is why. */
static void over(void *data, const struct hostcall *c)
{
	struct machine *m = data;
	if (m->begun && m->at < m->job->len)
		end_probe(m, c, recorder_begin_part(m->recorder));
}

static void note_end(struct probe_outcome *o, const struct run_result *run)
{
	switch (run->outcome) {
	case OUTCOME_TRAPPED:
		o->end = PROBE_TRAPPED;
		snprintf(o->why, sizeof(o->why), "%.60s%s%.60s", run->trap, run->where[0] ? " in " : "", run->where);
		break;
	case OUTCOME_OUT_OF_FUEL:
	case OUTCOME_OUT_OF_TIME:
		o->end = PROBE_ENDLESS;
		break;
	default:
		o->end = PROBE_LEFT;
		snprintf(o->why, sizeof(o->why), "%s",
			 run->outcome == OUTCOME_EXITED ? "exit was called" : outcome_name(run->outcome));
		break;
	}
}

/* In one instance, as far as that goes. */
static int run_instance(struct machine *m, struct err *err)
{
	const struct project_limits *project = &m->side->g->suite->project->limits;
	struct limits limits = project->run;
	struct hostcalls calls = {.data = m, .call = hear, .fuel = fuel_left, .over = over};
	struct heap_orders orders;
	struct run_result run;
	size_t first = m->at;
	SCOPED(wasi_release) struct wasi w;
	wasi_init(&w, &m->side->world.world);
	heap_orders(m, &orders);
	heap_watch_begin(m->heap, &orders);
	ub_watch_begin(m->undefined);
	m->held = m->open = m->open_within = m->begun = false;
	m->inside = m->outside = 0;
	if (engine_run_heard(m->side->module, &limits, &w, &calls, &run, err) < 0)
		return -1;
	bool done = run.outcome == OUTCOME_EXITED && !run.exited_by_call && m->at == m->job->len;
	if (done)
		return 0;
	/* over() has ended the one at hand. Before the first of all there is nothing to go on with. */
	if (m->at == first)
		m->outcomes[m->at++] = (struct probe_outcome){.end = PROBE_LEFT};
	note_end(&m->outcomes[m->at - 1], &run);
	recorder_go_on(m->recorder);
	return 0;
}

bool probe_loses_more(const struct probe_outcome *o, const struct probe_outcome *r)
{
	bool more = r->live_blocks > o->live_blocks || r->live_bytes > o->live_bytes;
	return r->end == PROBE_RAN && r->lost && !o->lost && more;
}

static uint32_t left_at(void *data, uint32_t address)
{
	const struct machine *m = data;
	bool own = address - m->area->address < m->area->len;
	return own ? area_left(m->area, address) : heap_watch_left(m->heap, address);
}

int probe_side_run(struct probe_side *side, const struct probe_job *job, struct probe_outcome *outcomes,
		   struct trace *ret, struct err *err)
{
	struct machine m = {
		.side = side,
		.job = job,
		.outcomes = outcomes,
		.recorder = recorder_new(side->g->shims, job->conditions.stack_fill, 0),
		.heap = heap_watch_new(),
		.undefined = ub_watch_new(),
		.area = mem_zalloc(1, sizeof(struct probe_area)),
	};
	int result = 0;
	m.area->g = side->g;
	recorder_watch_stack_only(m.recorder);
	recorder_ask(m.recorder, left_at, &m);
	recorder_hear(m.recorder, &m.recording);
	m.recording.linked(m.recording.hostcalls.data, side->map, TEST_OBJECTS);
	while (result == 0 && m.at < job->len)
		result = run_instance(&m, err);
	*ret = recorder_take(m.recorder);
	recorder_free(m.recorder);
	heap_watch_free(m.heap);
	ub_watch_free(m.undefined);
	free(m.area);
	return result;
}
