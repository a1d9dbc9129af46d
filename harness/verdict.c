#include "harness/verdict.h"

#include "core/mem.h"

const char *verdict_name(enum verdict verdict)
{
	static const char *const names[] = {
		[VERDICT_PASS] = "pass",
		[VERDICT_FAIL] = "fail",
		[VERDICT_INCONCLUSIVE] = "inconclusive",
		[VERDICT_NOT_JUDGED] = "not judged",
	};
	return names[verdict];
}

void remarks_add(struct remarks *remarks, const struct remark *remark)
{
	if (remarks->len < REMARKS_MAX)
		*vec_push(remarks) = *remark;
}

void gate_release(struct gate *gate)
{
	vec_release(&gate->findings);
	vec_release(&gate->notes);
	*gate = (struct gate){0};
}
