#ifndef RECAST_HARNESS_MEMORYTABLE_H
#define RECAST_HARNESS_MEMORYTABLE_H

/*
 * What a rewrite does with memory and the original does not, over all that was run with both: test programs, or
 * whatever else calls the library. What is the same thing is one row. Of each kind of fault only that counts which
 * the original shows nowhere in the same run.
 */

#include "harness/memorywatch.h"
#include "harness/rewrite.h"

struct memory_table {
	const struct rewrite *rewrite; /* borrowed, as long as something is added */
	const struct shims *shims;     /* likewise; its functions are those that numbers mean */
	struct {
		struct memory_finding *items;
		size_t len, cap;
	} rows;
	bool of_calls;        /* `program` names calls of recast's own */
	struct remarks notes; /* what the original does itself */
	struct arena arena;   /* of all strings */
};

void memory_table_release(struct memory_table *t);

/* A run with both; `program` names it. Where it did not go alike, whoever called the library may have left early with
 * one, and what is left behind says nothing. */
void memory_table_compare(struct memory_table *t, const char *program, const struct memory_account *original,
			  const struct memory_account *rewrite, bool went_alike);

/* A single thing that the rewrite does, where whoever calls has seen that the original does nothing of its kind. */
void memory_table_add_fault(struct memory_table *t, const char *program, const struct heap_fault *fault);
void memory_table_add_undefined(struct memory_table *t, const char *program, const struct undefined *undefined);

/* One row more, unless it is there already; strings are copied. `who` is a function of the shims plus 1, or 0. */
void memory_table_add(struct memory_table *t, const struct memory_finding *finding, uint32_t who);

/* "cfg_open", "the test". */
const char *memory_table_name(const struct memory_table *t, uint32_t who);

/* The rows of another, as if they had been found here. */
void memory_table_merge(struct memory_table *t, const struct memory_table *other);

/* Kinds of faults and of undefined behaviour as bits. */
uint64_t memory_fault_bits(const struct memory_account *account);
uint64_t memory_undefined_bits(const struct memory_account *account);

#endif
