#include "harness/probe_executed.h"

#include "core/mem.h"

enum { AT_ONCE = 64 };

struct telling {
	const struct probe_setup *setup;
	const struct probe_exploration *explored;
	struct executed *executed;
	struct probe_side *side; /* NULL: it cannot be linked so */
	struct err *errors;      /* of each batch */
	struct arena arena;
	struct err error;
};

/* On a thread that has the stack which the linker needs. */
static void link_side(void *data, size_t index)
{
	struct telling *t = data;
	const struct probe_setup *s = t->setup;
	const char *why;
	size_t len;
	(void)index;
	struct link_input *inputs = executed_inputs(t->executed, s->planned, &t->arena, &len);
	if (inputs)
		probe_side_make(&s->grammar, &s->objects, s->planned, inputs, len, &t->arena, &t->side, &why, &t->error);
	event_send(s->suite->tools->observer, EVENT_STEP, "driver", 0);
}

static void run_batch(void *data, size_t index)
{
	struct telling *t = data;
	struct probe_outcome outcomes[AT_ONCE];
	struct trace trace = {0};
	struct probe_job job = {
		.probes = t->explored->corpus + index * AT_ONCE,
		.len = min_size(AT_ONCE, t->explored->corpus_len - index * AT_ONCE),
		.executed = t->executed,
	};
	probe_side_run(t->side, &job, outcomes, &trace, &t->errors[index]);
	trace_release(&trace);
	event_send(t->setup->suite->tools->observer, EVENT_STEP, "calls", 0);
}

static int run_all(struct telling *t, struct err *err)
{
	size_t len = (t->explored->corpus_len + AT_ONCE - 1) / AT_ONCE;
	t->errors = arena_array(&t->arena, len + 1, struct err);
	int result = tools_stage(t->setup->suite->tools, "counting statements", len, run_batch, t, err);
	for (size_t i = 0; result == 0 && i < len; i++) {
		if (t->errors[i].kind != ERR_NONE)
			result = err_copy(err, &t->errors[i]);
	}
	return result;
}

int probe_executed(const struct probe_setup *setup, const struct probe_exploration *explored, struct executed *executed,
		   struct err *err)
{
	struct telling t = {.setup = setup, .explored = explored, .executed = executed};
	int result = tools_stage(setup->suite->tools, "linking", 1, link_side, &t, err);
	if (result == 0 && t.error.kind != ERR_NONE)
		result = err_copy(err, &t.error);
	if (result == 0 && t.side)
		result = run_all(&t, err);
	probe_side_free(t.side);
	arena_release(&t.arena);
	return result;
}
