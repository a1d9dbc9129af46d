#ifndef RECAST_HARNESS_PROGRAM_H
#define RECAST_HARNESS_PROGRAM_H

/*
 * One test program: linked with the library's objects, run in a fresh instance,
 * and judged by its report, its end and, where one is given, the output that
 * is expected.
 */

#include "harness/programworld.h"

/* What a program is run with instead of the library as it is. */
struct program_other {
	const struct link_input *library; /* objects in place of the library's own, or NULL */
	size_t library_len;
	const struct link_input *objects; /* in place of the program's own, as many as these; or NULL */
	const struct changed_file *files; /* of the project, that have another content in this run */
	size_t files_len;
	struct link_input shims;     /* linked in front, if there are any */
	uint64_t fuel_max;           /* less than limits.fuel, where more is known of what it should take; or 0 */
	const struct strings *wrapped; /* names whose calls go through the shims */
	/* Given the linker's map before the run begins, and what the shims say while it goes on. */
	void (*linked)(void *data, struct str map, size_t test_objects);
	struct hostcalls hostcalls;
	/* Given the whole output, which the result has only the end of. */
	void (*printed)(void *data, struct str out, struct str err);
};

/* Fills *ret, whose arena the caller releases. */
int program_check_with(const struct suite *suite, const struct plan_program *planned, const struct program_other *other,
		       struct program_result *ret, struct err *err);

/* A program that is linked and compiled once, to be run many times, also by several threads at once. */
struct program_ready {
	const struct suite *suite;
	const struct plan_program *planned;
	struct module *module; /* NULL: it cannot be run, because of */
	const char *refusal;
	struct arena arena;
};

/* `other` says what it is made of. */
int program_ready_make(const struct suite *suite, const struct plan_program *planned, const struct program_other *other,
		       struct program_ready *ret, struct err *err);

/* Also for zeroed ones. */
void program_ready_release(struct program_ready *ready);

/* One run; `other` says under which limit, and who hears it. As program_check_with fills *ret. */
int program_ready_run(const struct program_ready *ready, const struct program_other *other, struct program_result *ret,
		      struct err *err);

/* With the library's own objects, and nobody between. */
int program_check(const struct suite *suite, const struct plan_program *planned, struct program_result *ret,
		  struct err *err);

#endif
