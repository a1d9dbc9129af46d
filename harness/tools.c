#include "harness/tools.h"

size_t tools_stack_bytes(void)
{
	return max_size(engine_stack_bytes(ENGINE_GUEST),
			max_size(engine_stack_bytes(ENGINE_COMPILER), engine_stack_bytes(ENGINE_COMPILER_BASELINE)));
}
