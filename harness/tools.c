#include "harness/tools.h"

#include "core/parallel.h"

size_t tools_stack_bytes(void)
{
	return max_size(engine_stack_bytes(ENGINE_GUEST),
			max_size(engine_stack_bytes(ENGINE_COMPILER), engine_stack_bytes(ENGINE_COMPILER_BASELINE)));
}

int tools_stage(const struct tools *tools, const char *stage, size_t count, void (*work)(void *data, size_t index),
		void *data, struct err *err)
{
	struct parallel p = {
		.threads = tools->threads,
		.stack_bytes = tools_stack_bytes(),
		.work = work,
		.data = data,
	};
	event_send(tools->observer, EVENT_STAGE, stage, count);
	int result = parallel_run(&p, count, err);
	event_send(tools->observer, EVENT_DONE, stage, count);
	return result;
}
