#ifndef RECAST_HARNESS_VARIED_PARTS_H
#define RECAST_HARNESS_VARIED_PARTS_H

/*
 * What the files of varied share: sources whose literals ask the host (varied_objects.c), the host's answers
 * (varied_guest.c), programs and their runs (varied_run.c), inputs changed (varied_change.c), programs run with them
 * (varied_explore.c), what is found looked into (varied_confirm.c), and told (varied_say.c).
 */

#include "core/prng.h"
#include "harness/program.h"
#include "harness/varied.h"
#include "harness/varytext.h"

enum {
	VARIED_OBJECT_BITS = 16, /* of a literal's number in the guest: the object's stands above them */
	VARIED_CHANGES_MAX = 12,
	VARIED_TEXT_ROOM = 1 << 16, /* of a guest, for changed texts */
	VARIED_KEPT_PER_CAUSE = 3,
	VARIED_CAUSES_MAX = 64, /* of one lane */
	VARIED_FILE_MAX = 256 << 10,
};

/* ---- sources (varied_objects.c) */

struct varied_object {
	size_t planned; /* index of the plan's object */
	struct expanded source;
	struct varied_literals literals;
	struct built object;
	const char *failure; /* why the tests' own object stands in for it; or NULL */
	struct arena arena;
	struct err error;
};

struct varied_objects {
	struct varied_object *items;
	size_t len;
	size_t *of_planned; /* by the index of the plan's object; SIZE_MAX if there is none */
};

/* `wanted` says of each of the plan's objects whether some program needs it. */
int varied_objects_make(const struct varied_ask *ask, const bool *wanted, struct varied_objects *ret, struct err *err);
void varied_objects_release(struct varied_objects *objects);

/* What programs with such objects are linked with. */
int varied_guest_object(const struct tools *tools, struct arena *a, struct link_input *ret, struct err *err);

/* ---- inputs */

/* A literal, or a file, of one program. */
struct varied_input {
	enum varied_form form; /* of a file VARIED_TEXT */
	const char *path;      /* of a file; else NULL */
	bool reached, downward;
	struct str text;       /* as it is, without the NUL behind it */
	uint64_t number;       /* or the bits of a double */
	const char *file;      /* where a literal stands, in the project */
	unsigned line;
};

struct varied_change {
	size_t input;
	struct str text;
	uint64_t number;
};

/* Changes of different inputs, in the order of these. */
struct variation {
	struct varied_change changes[VARIED_CHANGES_MAX];
	size_t len;
};

struct variation variation_copy(const struct variation *v, struct arena *a);

/* ---- programs and runs (varied_run.c, varied_guest.c) */

enum varied_side { VARIED_ORIGINAL, VARIED_REWRITE, VARIED_WATCHED, VARIED_SIDES };

struct varied_linked {
	struct program_ready ready;
	struct str map;
	size_t test_objects;
	bool made;
};

struct varied_program {
	const struct varied_ask *ask;
	const struct varied_objects *objects;
	const struct plan_program *planned;
	const struct link_input *guest; /* recast's own object */
	struct varied_linked linked[VARIED_SIDES];
	struct varied_input *inputs;
	size_t inputs_len, literals_len; /* files stand behind the literals */
	size_t *first_of; /* of each of the objects: the index of its first literal; SIZE_MAX if it is none of this program's */
	size_t *reached;    /* indices of inputs that there is any use in changing */
	size_t reached_len, reached_literals; /* files come last */
	uint64_t fuel;      /* that the original took with nothing changed */
	struct trace base;  /* of the original with nothing changed */
	const char *left_out; /* why it is not used, or NULL */
	bool sealed;        /* it has tests that are not to be told of */
	struct arena arena;
	struct err error;
};

/* How it is run. */
struct varied_conditions {
	uint8_t stack_fill, fill;
	uint64_t fuel; /* 0: the project's limit */
};

struct varied_run {
	struct trace trace;
	struct probe_outcome outcome; /* its end, and where it was; see varied_run.c */
	struct run_result result;
	bool answers; /* of the original: it says something that a rewrite can be held to */
};

void varied_run_release(struct varied_run *run);

/* Links, and runs it with nothing changed. */
int varied_program_make(struct varied_program *p, struct err *err);
void varied_program_release(struct varied_program *p);

/* What it may take with something changed. */
uint64_t varied_fuel_of_original(const struct varied_program *p);

/* Links one more side, unless it is there; where that does not work its module is NULL. */
int varied_program_link(struct varied_program *p, enum varied_side side, struct err *err);

int varied_program_run(const struct varied_program *p, enum varied_side side, const struct variation *v,
		       const struct varied_conditions *conditions, struct varied_run *ret, struct err *err);

/* The original so, and the calls that are made then. */
int varied_program_listen(const struct varied_program *p, const struct variation *v, struct micro_calls *ret,
			  struct err *err);

/* The host's side of a run: answers HOSTCALL_VARY, and hands all else on. */
struct varied_hearing {
	const struct varied_program *program;
	const struct variation *variation;
	struct varied_input *found; /* those that are reached are put down here; or NULL */
	struct arena *arena;        /* of what is put down */
	struct program_other inner; /* who hears the rest */
	struct memory_watch *watch; /* hears what is said of memory; or NULL */
	struct program_other watching;
	uint32_t used;              /* bytes of the guest's room */
	uint32_t placed[VARIED_CHANGES_MAX];
};

/* What program_ready_run is to be told, in place of `inner`. */
void varied_hear(struct varied_hearing *h, struct program_other *ret);

/* ---- changing (varied_change.c) */

struct varied_maker {
	const struct varied_program *program;
	struct prng *lot;
	unsigned *tries, *dull; /* for each input: how often it was changed, and to no effect */
};

/* Some changes more than `from`, or others in their place. What is made lives in the arena. */
struct variation varied_change(struct varied_maker *m, const struct variation *from, struct arena *a);

/* Makes it as small as it can be made so that `shows` still says so; -1 from there ends it. */
int varied_shrink(const struct varied_program *p, const struct variation *v,
		  int (*shows)(void *data, const struct variation *v), void *data, struct arena *a,
		  struct variation *ret);

/* Bytes and changes, to tell which of two is smaller. */
size_t variation_size(const struct varied_program *p, const struct variation *v);

/* ---- exploring (varied_explore.c) */

struct varied_cause {
	const char *cause;
	size_t program;
	size_t count;
	struct variation kept[VARIED_KEPT_PER_CAUSE];
	size_t kept_len;
};

struct varied_found {
	struct varied_cause *causes;
	size_t causes_len;
	size_t runs, calls, differing, undefined;
	size_t news; /* runs in which something passed that does not otherwise */
	uint64_t cost;
	struct arena arena;
};

int varied_explore(const struct varied_ask *ask, struct varied_program *programs, size_t len, struct varied_found *ret,
		   struct err *err);

/* ---- looking into it (varied_confirm.c) */

/* Whether both answer otherwise; `d` is told in the arena. Of differences that only the test has seen nothing is said. */
bool varied_differs(const struct varied_program *p, const struct varied_run *original, const struct varied_run *noise,
		    const struct varied_run *rewrite, struct arena *a, struct probe_difference *ret);

/* In fresh instances, with the original in other memory, and watched. */
int varied_confirm(struct varied_program *p, const struct variation *v, struct arena *a, enum probe_verdict *ret,
		   struct probe_difference *ret_difference, struct err *err);

/* The same, quicker: whether there is a difference of that cause. */
int varied_still_differs(const struct varied_program *p, const struct variation *v, const char *cause, bool *ret,
			 struct err *err);

/* ---- the same calls by themselves (varied_alone.c) */

/* A row of calls that shows the difference without the test; false if none was found. */
int varied_alone(const struct varied_program *p, const struct variation *v, const struct probe_difference *d,
		 struct arena *a, struct probe *ret, struct probe_difference *ret_difference, bool *ret_found,
		 struct err *err);

/* ---- telling (varied_say.c) */

const char *varied_say(const struct varied_program *p, const struct variation *v, struct arena *a);

#endif
