#include "harness/memorywatch.h"

#include "core/mem.h"
#include "harness/guestmemory.h"

enum {
	CHECKED_BYTES_MAX = 64 << 20, /* passed over in one run to tell which call it was */
	STACK_MARGIN = 256,           /* below the first frame, left as it is */
};

struct memory_watch {
	const struct shims *shims;
	struct memory_orders orders;
	struct heap_watch *heap;
	struct ub_watch *undefined;
	uint32_t who, ordinal;
	uint64_t allocations; /* before the call that is open */
	uint64_t faults;      /* the kinds there were before it, as bits */
	uint32_t denied;      /* the call in which the allocation came that was to fail, or 0 */
	uint64_t denied_faults, denied_undefined, sound_undefined;
	bool null_argument, misled; /* the call that is open has one; see memory_account */
	uint64_t checked;     /* bytes */
	struct {
		struct memory_call *items;
		size_t len, cap;
	} calls;
	struct {
		uint64_t *items;
		size_t len, cap;
	} answers;
	struct {
		uint32_t *items;
		size_t len, cap;
	} callees;
	struct heap_account account;
	struct heap_lost lost;
	struct hash output;
};

void memory_account_release(struct memory_account *account)
{
	arena_release(&account->arena);
	*account = (struct memory_account){0};
}

struct memory_watch *memory_watch_new(const struct shims *shims)
{
	struct memory_watch *w = mem_zalloc(1, sizeof(*w));
	w->shims = shims;
	w->heap = heap_watch_new();
	w->undefined = ub_watch_new();
	return w;
}

void memory_watch_free(struct memory_watch *w)
{
	if (!w)
		return;
	heap_watch_free(w->heap);
	ub_watch_free(w->undefined);
	vec_release(&w->calls);
	vec_release(&w->answers);
	vec_release(&w->callees);
	free(w);
}

/* ---- calls */

static uint64_t fault_bits(const struct memory_watch *w)
{
	uint64_t bits = 0;
	for (unsigned i = 0; i < HEAP_FAULTS; i++)
		bits |= (uint64_t)(heap_watch_counts(w->heap)->fault_counts[i] != 0) << i;
	return bits;
}

static bool has_null_argument(const struct shape_signature *g, const struct hostcall *c)
{
	for (size_t i = 0; i < g->parameters_len; i++) {
		uint64_t value;
		if (g->parameters[i]->kind == SHAPE_POINTER &&
		    guest_number(c, c->arg[1] + shim_slot(g, i), SHAPE_POINTER_BYTES, &value) && !value)
			return true;
	}
	return false;
}

/* Something went wrong in the call that is open: is it the test's doing? */
static void note_misled(struct memory_watch *w)
{
	if (w->null_argument && w->denied && w->denied != w->ordinal)
		w->misled = true;
}

static bool enter(struct memory_watch *w, const struct hostcall *c)
{
	if (c->arg[0] >= w->shims->functions_len)
		return false;
	w->who = c->arg[0] + 1;
	w->ordinal++;
	w->allocations = heap_watch_counts(w->heap)->allocations;
	w->faults = fault_bits(w);
	w->null_argument = w->denied && has_null_argument(w->shims->functions[c->arg[0]].signature, c);
	return true;
}

static void note_allocations(struct memory_watch *w)
{
	uint64_t count = heap_watch_counts(w->heap)->allocations - w->allocations;
	if (count && w->calls.len < MEMORY_CALLS_KEPT)
		*vec_push(&w->calls) = (struct memory_call){w->ordinal, w->who - 1, w->allocations + 1, count};
}

/* Numbers as they are, and addresses, since blocks lie at the same place in each run of a module. */
static void note_answer(struct memory_watch *w, const struct hostcall *c)
{
	const struct shape_signature *g = w->shims->functions[w->who - 1].signature;
	const struct shape *result = g->result;
	uint64_t value = 0;
	bool number = result->kind == SHAPE_INTEGER || result->kind == SHAPE_FLOAT || result->kind == SHAPE_POINTER;
	if (w->answers.len >= MEMORY_CALLS_KEPT)
		return;
	if (number)
		guest_number(c, c->arg[1] + shim_slot(g, g->parameters_len), result->size, &value);
	*vec_push(&w->answers) = value;
	*vec_push(&w->callees) = w->who - 1;
}

static bool leave(struct memory_watch *w, const struct hostcall *c)
{
	if (c->arg[0] + 1 != w->who || !w->who)
		return false;
	note_allocations(w);
	note_answer(w, c);
	bool denied = w->denied == w->ordinal, failing = w->orders.heap.fail;
	if ((denied || !failing) && (w->checked += heap_watch_bytes(w->heap)) <= CHECKED_BYTES_MAX)
		heap_watch_check(w->heap, c->memory, c->memory_len, w->who);
	if (denied)
		w->denied_faults = fault_bits(w) & ~w->faults;
	w->who = 0;
	return true;
}

/* ---- the run */

/* Below the frame of whoever calls nothing is anybody's yet. */
static void fill_stack(const struct memory_watch *w, const struct hostcall *c)
{
	uint32_t here = c->arg[2];
	if (w->orders.stack_fill && here > STACK_MARGIN && here <= BUILD_STACK_BYTES && guest_holds(c, here, 1))
		memset(c->memory, w->orders.stack_fill, here - STACK_MARGIN);
}

static int64_t hear_heap(struct memory_watch *w, const struct hostcall *c)
{
	int64_t answer = heap_watch_hear(w->heap, c, w->who);
	if (!w->denied && heap_watch_counts(w->heap)->denied)
		w->denied = w->ordinal;
	return answer;
}

static int64_t hear_undefined(struct memory_watch *w, const struct hostcall *c)
{
	uint64_t bit = c->arg[0] < UNDEFINED_KINDS ? (uint64_t)1 << c->arg[0] : 0;
	if (w->who)
		note_misled(w);
	if (w->who && w->denied == w->ordinal)
		w->denied_undefined |= bit;
	if (!w->misled)
		w->sound_undefined |= bit;
	return ub_watch_hear(w->undefined, c, w->who);
}

static int64_t hear(void *data, enum hostcall_name name, const struct hostcall *call)
{
	struct memory_watch *w = data;
	switch (name) {
	case HOSTCALL_HEAP:
		return hear_heap(w, call);
	case HOSTCALL_UNDEFINED:
		return hear_undefined(w, call);
	case HOSTCALL_BEGIN:
		fill_stack(w, call);
		return 0;
	case HOSTCALL_ENTER:
		return enter(w, call) ? 0 : -1;
	case HOSTCALL_LEAVE:
		return leave(w, call) ? 0 : -1;
	case HOSTCALL_FREED:
		return 0;
	default:
		return -1;
	}
}

static void over(void *data, const struct hostcall *call)
{
	struct memory_watch *w = data;
	heap_watch_end(w->heap, call->memory, call->memory_len, &w->account);
	heap_watch_lost(w->heap, call->memory, call->memory_len, &(struct heap_roots){.data = BUILD_STACK_BYTES}, &w->lost);
}

static void printed(void *data, struct str out, struct str err)
{
	struct memory_watch *w = data;
	struct hasher h;
	hasher_init(&h);
	hasher_field(&h, out);
	hasher_field(&h, err);
	w->output = hasher_finish(&h);
}

void memory_watch_begin(struct memory_watch *w, const struct memory_orders *orders, struct program_other *ret)
{
	w->orders = *orders;
	w->who = w->ordinal = 0;
	w->allocations = w->checked = w->faults = 0;
	w->denied = 0;
	w->denied_faults = w->denied_undefined = w->sound_undefined = 0;
	w->null_argument = w->misled = false;
	w->calls.len = w->answers.len = w->callees.len = 0;
	w->account = (struct heap_account){0};
	w->lost = (struct heap_lost){0};
	w->output = (struct hash){0};
	heap_watch_begin(w->heap, &orders->heap);
	ub_watch_begin(w->undefined);
	ret->printed = printed;
	ret->hostcalls = (struct hostcalls){.data = w, .call = hear, .over = over};
}

static void take_undefined(struct memory_watch *w, struct memory_account *ret)
{
	const struct undefined *places = ub_watch_places(w->undefined, &ret->undefined_len);
	ret->undefined = arena_copy(&ret->arena, places, ret->undefined_len, sizeof(*places));
	for (size_t i = 0; i < ret->undefined_len; i++)
		ret->undefined[i].file = arena_strdup(&ret->arena, places[i].file);
}

void memory_watch_end(struct memory_watch *w, const struct run_result *run, struct memory_account *ret)
{
	struct memory_account a = {.heap = w->account, .lost = w->lost, .who = w->who, .run = *run, .output = w->output};
	/* It ended in the middle of a call. */
	if (w->who)
		note_misled(w);
	a.misled = w->misled;
	a.sound_undefined = w->sound_undefined;
	a.denied_faults = w->denied_faults;
	a.denied_undefined = w->denied_undefined;
	a.ended_denied = w->who && w->denied == w->ordinal;
	a.heap.faults = arena_copy(&a.arena, w->account.faults, w->account.faults_len, sizeof(struct heap_fault));
	a.heap.leaks = arena_copy(&a.arena, w->account.leaks, w->account.leaks_len, sizeof(struct heap_block));
	a.calls_len = w->calls.len;
	a.calls = arena_copy(&a.arena, w->calls.items, w->calls.len, sizeof(*w->calls.items));
	a.answers_len = w->answers.len;
	a.answers = arena_copy(&a.arena, w->answers.items, w->answers.len, sizeof(*w->answers.items));
	a.callees = arena_copy(&a.arena, w->callees.items, w->callees.len, sizeof(*w->callees.items));
	take_undefined(w, &a);
	*ret = a;
}
