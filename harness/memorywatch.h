#ifndef RECAST_HARNESS_MEMORYWATCH_H
#define RECAST_HARNESS_MEMORYWATCH_H

/*
 * What one run of a module does with memory. The module is linked with shims, the heap of heapwatch and the handlers of
 * ubwatch; its library is compiled with ub_flags. Orders go in, an account comes out, whoever calls the library: the
 * test programs, or others.
 */

#include "harness/heapwatch.h"
#include "harness/program.h"
#include "harness/shim.h"
#include "harness/ubwatch.h"

struct memory_orders {
	struct heap_orders heap;
	uint8_t stack_fill; /* what the unused stack is filled with; 0: it is left alone */
};

/* An outermost call in which something was allocated. */
struct memory_call {
	uint32_t ordinal;  /* among all calls */
	uint32_t function; /* of the shims */
	uint64_t first;    /* the library's allocation that was the first in it */
	uint64_t count;
};

enum { MEMORY_CALLS_KEPT = 20000 };

struct memory_account {
	struct heap_account heap;
	struct heap_lost lost;
	struct undefined *undefined;
	size_t undefined_len;
	struct memory_call *calls; /* the first MEMORY_CALLS_KEPT of them */
	size_t calls_len;
	uint64_t *answers; /* of each outermost call a number that tells what it returned, as far as it is a number */
	uint32_t *callees;         /* the function that was called; both up to MEMORY_CALLS_KEPT */
	size_t answers_len;
	uint32_t who;              /* who ran when it ended: 0 for the test, else a function of the shims plus 1 */
	/* Of the call in which the allocation came that was to fail, bits by kind; and whether the run ended in it. */
	uint64_t denied_faults, denied_undefined;
	bool ended_denied;
	/* Later the test handed a null pointer to a call, which then went wrong: what it had not got, perhaps. From there on
	 * nothing says anything; before that there was this undefined behaviour. */
	bool misled;
	uint64_t sound_undefined;
	struct run_result run;
	struct hash output;        /* of all that was printed */
	struct arena arena;        /* owns all of it */
};

void memory_account_release(struct memory_account *account);

struct memory_watch;

/* The shims are borrowed. */
struct memory_watch *memory_watch_new(const struct shims *shims);
void memory_watch_free(struct memory_watch *w);

/* What program_ready_run is to be told, for one run. */
void memory_watch_begin(struct memory_watch *w, const struct memory_orders *orders, struct program_other *ret);

/* What came of that run. */
void memory_watch_end(struct memory_watch *w, const struct run_result *run, struct memory_account *ret);

#endif
