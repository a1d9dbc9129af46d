#ifndef RECAST_HARNESS_PROBE_RUN_H
#define RECAST_HARNESS_PROBE_RUN_H

/*
 * Probes put to one side: many in one instance, each with the memory that the first one found. What the library was
 * heard to do is a trace; what else was seen of a probe is its outcome.
 */

#include "harness/executed.h"
#include "harness/memorywatch.h"
#include "harness/probe_compared.h"
#include "harness/probe_driver.h"
#include "harness/trace_compare.h"

struct probe_side;

/* What all sides are linked with. */
struct probe_objects {
	struct link_input driver, heap, undefined;
};

/* What has a side count where its code was; see ub_flags, too. */
extern const struct strings probe_counter_flags;
/* Before several objects that were compiled so are linked. */
void probe_counters_apart(struct link_input *objects, size_t len, struct arena *a);

/* `library` are the side's objects; `planned` says in which world it runs. *out is NULL where they cannot be linked;
 * then *ret_why says why. What refers to something that is defined nowhere traps when it comes to that. */
int probe_side_make(const struct probe_grammar *g, const struct probe_objects *objects,
		    const struct plan_program *planned, const struct link_input *library, size_t library_len,
		    struct arena *a, struct probe_side **out, const char **ret_why, struct err *err);
void probe_side_free(struct probe_side *side);
/* What it refers to and is defined nowhere. */
const struct strings *probe_side_undefined(const struct probe_side *side);

enum probe_end {
	PROBE_RAN,
	PROBE_TRAPPED,
	PROBE_ENDLESS,  /* it used up its fuel or its time */
	PROBE_LEFT,     /* it ended the program, or hit a limit on what it may write */
	PROBE_OVERRAN,  /* it wrote past memory of the caller's */
	PROBE_NOT_MADE, /* its values are too large */
};

struct probe_outcome {
	enum probe_end end;
	struct trace_range events;
	uint32_t call;        /* the last one that was begun */
	uint64_t fuel;
	bool fresh;           /* it went where none had been before on this side */
	bool undefined;       /* it did something that C does not define */
	bool null_followed;   /* of these: a null pointer, or past an array */
	bool starved;         /* an allocation failed for want of room */
	uint64_t faults;      /* of the heap, a bit for each kind */
	uint64_t undefined_kinds; /* the same */
	uint64_t lost;        /* blocks of the library's that nothing leads to */
	uint64_t live_blocks, live_bytes; /* that it has not given back */
	uint64_t allocations;
	struct probe_compared *compared; /* where it went where none had been before, and the job has room for it */
	size_t compared_len;
	char why[128];        /* the trap, the argument that was overrun */
};

/* Whether the rewrite leaves behind what the original does not. Which number is no pointer nobody knows: so it must also be
 * more that is left than with the original. */
bool probe_loses_more(const struct probe_outcome *original, const struct probe_outcome *rewrite);

/* What memory holds before: another one shows what was never written. */
struct probe_conditions {
	uint8_t stack_fill, fill, guard;
	uint64_t fuel; /* for each probe; 0: a default */
};

/* What is said of single probes while they run. May be all NULL. */
struct probe_listener {
	void *data;
	/* After each probe, with what it did to memory. The account owns nothing and is valid for the call. */
	void (*ran)(void *data, size_t index, const struct memory_account *account);
};

/* Probes and how they are to be run. */
struct probe_job {
	const struct probe *probes;
	size_t len;
	struct probe_conditions conditions;
	const uint64_t *fuel; /* what each may use; or NULL */
	uint8_t *seen;        /* where code of this side has been so far, of probe_side_places bytes; or NULL */
	struct arena *compared; /* where what they compared is put; or NULL */
	const struct probe_listener *listener; /* or NULL */
	struct executed *executed; /* hears which statements are executed, if the side tells; or NULL */
};

/* How many there are that are counted. */
size_t probe_side_places(const struct probe_side *side);

/* `outcomes` has room for all. The trace is the caller's to release. Several threads may use a side at once. */
int probe_side_run(struct probe_side *side, const struct probe_job *job, struct probe_outcome *outcomes,
		   struct trace *ret, struct err *err);

#endif
