#ifndef RECAST_HARNESS_STRENGTH_PARTS_H
#define RECAST_HARNESS_STRENGTH_PARTS_H

/*
 * What the files of strength share: sources with counters and with mutants (strength_objects.c), what of them is the
 * same thing (strength_table.c), programs linked with them (strength_programs.c), mutants run (strength_run.c), those
 * that change nothing (strength_same.c), and what it comes to (strength_json.c).
 */

#include "core/mem.h"
#include "harness/instrument.h"
#include "harness/mutant.h"
#include "harness/program.h"
#include "harness/strength.h"

/* Of raw numbers of statements: the object's index stands above these bits. */
enum { STATEMENT_BITS = 20, STRENGTH_OBJECTS_MAX = 1 << 11 };

/* A source of the library, as one configuration builds it. */
struct strength_object {
	size_t planned; /* index of the plan's object */
	struct expanded source;
	struct instrumented counted;
	struct mutants mutants;
	struct built counted_object, mutated_object;
	const char *failure; /* why the original stands in for it; or NULL */
	size_t thinned;      /* mutants that were left out since there are so many */
	/* By the index in the object: the same thing in the tables below, or SIZE_MAX. */
	size_t *statement_of, *mutant_of, *function_of;
	struct arena arena;
	struct err error;
};

struct strength_place {
	const char *file; /* path in the project */
	unsigned line, column;
};

struct strength_statement {
	struct strength_place place;
	size_t function;
	bool executed;
};

struct strength_function {
	const char *name;
	struct strength_place place;
	bool is_public;
	size_t statements, executed;
};

enum mutant_fate {
	FATE_NOT_DRAWN,
	FATE_KILLED,
	FATE_SURVIVED,
	FATE_NOT_EXECUTED,
	FATE_EQUIVALENT,
};

struct strength_mutant {
	size_t object, index; /* where it is found first */
	size_t statement, function;
	struct strength_place place;
	bool changes; /* what some object is compiled to */
	enum mutant_fate fate;
};

struct strength_program {
	const struct plan_program *planned;
	const struct program_result *baseline;
	struct program_ready counted, mutated;
	struct program_result plain; /* with no mutant */
	bool *reached;               /* statements */
	const char *left_out;        /* why it is not used, or NULL */
	struct arena arena;
	struct err error;
};

struct strength {
	const struct suite *suite;
	const struct suite_result *baseline;
	const struct strength_ask *ask;
	struct strength_object *objects;
	size_t objects_len;
	size_t *object_of; /* of the plan's objects; SIZE_MAX for those of tests */
	struct strength_statement *statements;
	size_t statements_len;
	struct strength_function *functions;
	size_t functions_len;
	struct strength_mutant *mutants;
	size_t mutants_len;
	struct strength_program *programs; /* the cheapest first, once they were run */
	size_t programs_len;
	size_t *drawn; /* mutants */
	size_t drawn_len, candidates_len;
	struct arena arena;
};

/* What takes so many times what a program takes, and this on top, will not end. */
enum { STRENGTH_FUEL_TIMES = 10, STRENGTH_FUEL_MORE = 2000000 };

/* The steps, in their order. */
int strength_read_objects(struct strength *s, struct err *err);
void strength_tabulate(struct strength *s);
int strength_compile_objects(struct strength *s, struct err *err);
int strength_ready_programs(struct strength *s, struct err *err);
void strength_draw(struct strength *s);
int strength_run_mutants(struct strength *s, struct err *err);
int strength_find_equivalent(struct strength *s, struct err *err);
json_t *strength_json(const struct strength *s);

/* Compiles a text that the preprocessor made of that object's source, with the options that the library has, or with
 * those that mutants need; or only looks whether it compiles. */
enum strength_how { STRENGTH_AS_IT_IS, STRENGTH_MUTATED, STRENGTH_CHECKED };
int strength_compile(const struct strength *s, const struct strength_object *object, struct str text,
		     enum strength_how how, struct arena *a, struct built *ret, struct err *err);

/* Where the byte of an object's text stands in the project. */
struct strength_place strength_place(const struct strength_object *object, size_t at, struct arena *a);

#endif
