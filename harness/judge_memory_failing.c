#include "harness/judge_memory_parts.h"

#include "core/mem.h"

/*
 * A call of the test's in which both sides allocate is tried as a whole: first with the original, each of its allocations
 * in a run of its own; then with the rewrite. Where the original survives that to the test's end, so must the
 * rewrite, unless the test hands on a null pointer that it should have looked at. Where the original does not, the test
 * goes on with what it has not got, and whatever comes of that later says nothing; then only the call itself counts, and
 * there no kind of trouble that the original has in it, too.
 */
enum {
	RUNS_MAX = 4000,             /* of both sides, over all programs */
	RUNS_LEAST = 24,             /* that a program may have */
	RUNS_MOST = 160,
	FUEL_MAX = 2000000000,       /* likewise */
	EACH_MAX = 6,                /* allocations of one call, spread over it */
};

static const char FAILING_REMEDY[] = "check what each allocation returns, and leave everything as it was when it fails";

enum { BAD_TRAP, BAD_ENDLESS, BAD_LEAK, BAD_FAULT, BAD_UNDEFINED = BAD_FAULT + HEAP_FAULTS };

_Static_assert(BAD_UNDEFINED + UNDEFINED_KINDS <= 64, "bits suffice");

/* What a run shows that the first one of that side does not, as bits. */
struct trouble {
	uint64_t all, in_call;
};

/* Calls in which both allocate. */
struct pair {
	const struct memory_call *calls[MEMORY_SIDES];
};

struct failing {
	const struct memory_judging *j;
	struct memory_program *p;
	size_t runs_left;
	uint64_t fuel_left;
	/* Of the original, for the call at hand. */
	struct trouble original;
	struct hash outputs[EACH_MAX];
	size_t outputs_len;
};

/* ---- trouble */

static uint64_t bit(bool set, unsigned number)
{
	return (uint64_t)set << number;
}

static uint64_t bits_of(uint64_t faults, uint64_t undefined, const struct run_result *run, bool inside)
{
	bool endless = run->outcome == OUTCOME_OUT_OF_FUEL || run->outcome == OUTCOME_OUT_OF_TIME;
	return faults << BAD_FAULT | undefined << BAD_UNDEFINED |
	       bit(run->outcome == OUTCOME_TRAPPED && inside, BAD_TRAP) | bit(endless && inside, BAD_ENDLESS);
}

static struct trouble trouble_of(const struct memory_account *first, const struct memory_account *now)
{
	uint64_t faults = memory_fault_bits(first), undefined = memory_undefined_bits(first);
	bool leaks = now->run.outcome == OUTCOME_EXITED && now->lost.blocks > first->lost.blocks;
	return (struct trouble){
		.all = bits_of(memory_fault_bits(now) & ~faults, memory_undefined_bits(now) & ~undefined, &now->run,
			       now->who) |
		       bit(leaks, BAD_LEAK),
		.in_call = bits_of(now->denied_faults & ~faults, now->denied_undefined & ~undefined, &now->run,
				   now->ended_denied),
	};
}

static const char *describe(unsigned bit)
{
	if (bit >= BAD_UNDEFINED)
		return undefined_name((enum undefined_kind)(bit - BAD_UNDEFINED));
	if (bit >= BAD_FAULT)
		return heap_fault_name((enum heap_fault_kind)(bit - BAD_FAULT));
	return bit == BAD_TRAP ? "traps" : bit == BAD_ENDLESS ? "does not come to an end" : "leaves memory behind";
}

/* ---- one call */

/* The number of the allocation, in its call, that the i-th of so many runs lets fail. */
static uint64_t spread(uint64_t count, size_t i)
{
	return count <= EACH_MAX ? i : i * (count - 1) / (EACH_MAX - 1);
}

static int run_one(struct failing *f, enum memory_side side, uint64_t number, struct memory_account *ret,
		   struct err *err)
{
	struct memory_orders orders = memory_first_orders;
	struct program_result result = {0};
	orders.heap.fail = number;
	if (memory_program_run(f->p, side, &orders, memory_fuel_max(f->p->first[MEMORY_ORIGINAL].run.fuel), &result,
			       ret, err) < 0)
		return -1;
	arena_release(&result.arena);
	f->runs_left -= f->runs_left > 0;
	f->fuel_left -= ret->run.fuel < f->fuel_left ? ret->run.fuel : f->fuel_left;
	return 0;
}

static int try_original(struct failing *f, const struct memory_call *call, struct err *err)
{
	f->outputs_len = 0;
	f->original = (struct trouble){0};
	for (size_t i = 0; i < EACH_MAX && i < call->count; i++) {
		struct memory_account now = {0};
		if (run_one(f, MEMORY_ORIGINAL, call->first + spread(call->count, i), &now, err) < 0)
			return -1;
		struct trouble t = trouble_of(&f->p->first[MEMORY_ORIGINAL], &now);
		f->original.all |= t.all;
		f->original.in_call |= t.in_call;
		f->outputs[f->outputs_len++] = now.output;
		memory_account_release(&now);
	}
	return 0;
}

/* Whether the test took the same way as with the original: otherwise what is left behind may be the test's doing. */
static bool went_alike(const struct failing *f, const struct memory_account *now)
{
	for (size_t i = 0; i < f->outputs_len; i++) {
		if (hash_eq(&f->outputs[i], &now->output))
			return true;
	}
	return false;
}

/* What counts against the rewrite. */
static uint64_t counting(const struct failing *f, const struct memory_account *now)
{
	const struct memory_account *first = &f->p->first[MEMORY_REWRITE];
	struct trouble t = trouble_of(first, now);
	uint64_t leak = bit(true, BAD_LEAK);
	if (f->original.all & ~leak)
		return t.in_call & ~f->original.in_call;
	if (now->misled)
		return t.in_call | (now->sound_undefined & ~memory_undefined_bits(first)) << BAD_UNDEFINED;
	return t.all & ~(f->original.all & leak || !went_alike(f, now) ? leak : 0);
}

static void complain(struct failing *f, const struct memory_call *call, uint64_t which, unsigned bit,
		     const struct memory_account *now)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct memory_table *t = &f->p->table;
	const char *where = bit == BAD_TRAP && now->run.where[0]
				    ? arena_printf(&scratch, ": %s in %s", now->run.trap, now->run.where) : "";
	struct memory_finding finding = {
		.kind = MEMORY_FAILING,
		.program = f->p->planned->name,
		.what = arena_printf(&scratch, "%s when an allocation fails", describe(bit)),
		.detail = arena_printf(&scratch, "the %llu. of %llu in a call of %s%s", (unsigned long long)which + 1,
				       (unsigned long long)call->count, memory_table_name(t, call->function + 1),
				       where),
		.remedy = FAILING_REMEDY,
	};
	memory_table_add(t, &finding, call->function + 1);
}

static int try_rewrite(struct failing *f, const struct memory_call *call, struct err *err)
{
	for (size_t i = 0; i < EACH_MAX && i < call->count; i++) {
		struct memory_account now = {0};
		uint64_t which = spread(call->count, i);
		if (run_one(f, MEMORY_REWRITE, call->first + which, &now, err) < 0)
			return -1;
		uint64_t bits = counting(f, &now);
		f->p->failing_tried++;
		f->p->failing_survived += !bits;
		if (bits)
			complain(f, call, which, (unsigned)__builtin_ctzll(bits), &now);
		memory_account_release(&now);
	}
	return 0;
}

/* ---- which calls */

static size_t pairs_of(const struct memory_program *p, struct pair *ret)
{
	const struct memory_account *a = &p->first[MEMORY_ORIGINAL], *b = &p->first[MEMORY_REWRITE];
	size_t len = 0;
	for (size_t i = 0, k = 0; i < a->calls_len && k < b->calls_len;) {
		const struct memory_call *x = &a->calls[i], *y = &b->calls[k];
		if (x->ordinal == y->ordinal && x->function == y->function)
			ret[len++] = (struct pair){{x, y}};
		i += x->ordinal <= y->ordinal;
		k += y->ordinal <= x->ordinal;
	}
	return len;
}

/* Calls of one function that allocate as often do the same, as far as anybody knows. */
static uint64_t kind_of(const struct pair *pair)
{
	const struct memory_call *a = pair->calls[MEMORY_ORIGINAL], *b = pair->calls[MEMORY_REWRITE];
	return (uint64_t)a->function << 32 | (a->count & 0xFFFF) << 16 | (b->count & 0xFFFF);
}

struct ranked {
	uint64_t rank, kind; /* how many of its kind came before */
	size_t index;
	struct pair pair;
};

static int by_kind(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	return x->kind != y->kind ? (x->kind > y->kind) - (x->kind < y->kind)
				  : (x->index > y->index) - (x->index < y->index);
}

static int by_rank(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	return x->rank != y->rank ? (x->rank > y->rank) - (x->rank < y->rank)
				  : (x->index > y->index) - (x->index < y->index);
}

/* The first call of each kind comes first, then the second of each, and so on. */
static void order_pairs(struct pair *pairs, size_t len)
{
	SCOPED_MEM struct ranked *all = mem_zalloc(len + 1, sizeof(*all));
	for (size_t i = 0; i < len; i++)
		all[i] = (struct ranked){0, kind_of(&pairs[i]), i, pairs[i]};
	qsort(all, len, sizeof(*all), by_kind);
	for (size_t i = 1; i < len; i++)
		all[i].rank = all[i].kind == all[i - 1].kind ? all[i - 1].rank + 1 : 0;
	qsort(all, len, sizeof(*all), by_rank);
	for (size_t i = 0; i < len; i++)
		pairs[i] = all[i].pair;
}

static void set_budget(struct failing *f)
{
	size_t share = RUNS_MAX / max_size(f->j->programs_len, 1);
	f->runs_left = share < RUNS_LEAST ? RUNS_LEAST : min_size(share, RUNS_MOST);
	f->fuel_left = FUEL_MAX / max_size(f->j->programs_len, 1);
}

int memory_program_fail(const struct memory_judging *j, struct memory_program *p, struct err *err)
{
	struct failing f = {.j = j, .p = p};
	size_t room = min_size(p->first[MEMORY_ORIGINAL].calls_len, p->first[MEMORY_REWRITE].calls_len), i = 0;
	SCOPED_MEM struct pair *pairs = mem_zalloc(room + 1, sizeof(*pairs));
	size_t len = pairs_of(p, pairs);
	order_pairs(pairs, len);
	set_budget(&f);
	for (; i < len && i < RUNS_MOST && f.runs_left && f.fuel_left; i++) {
		if (try_original(&f, pairs[i].calls[MEMORY_ORIGINAL], err) < 0 ||
		    try_rewrite(&f, pairs[i].calls[MEMORY_REWRITE], err) < 0)
			return -1;
	}
	p->failing_calls = len;
	p->failing_untried = len - i;
	return 0;
}
