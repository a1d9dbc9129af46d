#include "harness/judge.h"

#include "harness/judge_differential.h"
#include "harness/judge_memory.h"
#include "harness/projectkey.h"

/* Change it with anything that may change a verdict. */
static const char JUDGES_VERSION[] = "judges-21";

static void copy_places(struct judgement *j, const struct rewrite *rewrite)
{
	j->unjudged = arena_array(&j->arena, rewrite->unjudged_len, struct place);
	j->unjudged_len = rewrite->unjudged_len;
	for (size_t i = 0; i < rewrite->unjudged_len; i++) {
		j->unjudged[i] = rewrite->unjudged[i];
		j->unjudged[i].file = arena_strdup(&j->arena, rewrite->unjudged[i].file);
	}
}

/* What goes into a prompt must be about what the tests do not say. */
static int judge_past_tests(const struct rewrite *rewrite, const struct extracted *extracted,
			    const struct differential_effort *effort, const struct differential_others *others,
			    struct judgement *j, struct err *err)
{
	struct gate *gate = &j->gates[GATE_DIFFERENTIAL];
	if (effort->inputs == 0)
		return 0;
	if (effort->for_model && j->tests.gate.verdict != VERDICT_PASS) {
		*gate = (struct gate){.verdict = VERDICT_NOT_JUDGED, .detail = "not run, as tests fail"};
		return 0;
	}
	return judge_differential(rewrite, extracted, effort, others, &j->differential, gate, err);
}

static void free_executed(struct executed **executed)
{
	executed_free(*executed);
}

/* What judges do not come to is said to be not judged. */
static int judge_gates(const struct rewrite *rewrite, const struct extracted *extracted,
		       const struct differential_effort *effort, struct judgement *j, struct err *err)
{
	static const struct gate not_run = {.verdict = VERDICT_NOT_JUDGED,
					    .detail = "not run, for want of the gates before"};
	struct gate *gates = j->gates;
	judge_build(rewrite, &j->arena, &gates[GATE_BUILD]);
	if (!rewrite->builds)
		return 0;
	if (judge_symbols(rewrite, &j->arena, &gates[GATE_SYMBOLS], err) < 0 ||
	    judge_api(rewrite, &extracted->spec.api, &j->arena, &gates[GATE_API], err) < 0)
		return -1;
	/* What may not be linked is not run either: it could speak in the shims' place. */
	if (gates[GATE_SYMBOLS].verdict != VERDICT_PASS || gates[GATE_API].verdict != VERDICT_PASS) {
		gates[GATE_TESTS] = not_run;
		gates[GATE_DIFFERENTIAL] = not_run;
		gates[GATE_MEMORY] = not_run;
		return 0;
	}
	if (judge_tests(rewrite, extracted, &j->tests, err) < 0)
		return -1;
	SCOPED(memory_table_release) struct memory_table memory = {0};
	SCOPED(free_executed) struct executed *executed = NULL;
	if (!effort->for_model &&
	    (executed_make(rewrite, &executed, err) < 0 || executed_run_tests(executed, &extracted->baseline, err) < 0))
		return -1;
	const struct differential_others others = {&memory, executed};
	if (judge_past_tests(rewrite, extracted, effort, &others, j, err) < 0)
		return -1;
	if (executed)
		executed_tell(executed, &j->arena, &j->executed);
	if (rewrite->suite->project->candidate.memory_off)
		return 0;
	return judge_memory(rewrite, extracted, &j->tests, &memory, &j->memory, err);
}

int judge_rewrite(const struct suite *suite, const struct extracted *extracted, const struct tree *files,
		  const struct differential_effort *effort, struct judgement *ret, struct err *err)
{
	struct rewrite rewrite;
	struct judgement j = {0};
	if (rewrite_build(suite, files, &rewrite, err) < 0)
		return -1;
	copy_places(&j, &rewrite);
	int result = judge_gates(&rewrite, extracted, effort, &j, err);
	rewrite_release(&rewrite);
	if (result < 0) {
		judgement_release(&j);
		return -1;
	}
	judgement_conclude(&j, suite->project);
	*ret = j;
	return 0;
}

struct hash judge_key(const struct project *project, const struct tree *source, const struct tree *files)
{
	struct hash library = project_key(project, source);
	struct hasher h;
	hasher_init(&h);
	hasher_field(&h, STR(JUDGES_VERSION));
	hasher_bytes(&h, library.bytes, HASH_BYTES);
	tree_hash_into(tree_root(files), &h);
	return hasher_finish(&h);
}
