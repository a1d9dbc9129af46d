#include "harness/plan_parts.h"

#include "core/mem.h"

/* The program as which workloads are built: one that adds nothing to the library's own options, if there is one. */
static const struct plan_program *model_of(const struct plan *plan)
{
	for (size_t i = 0; i < plan->programs_len; i++) {
		const struct configuration *c = plan->programs[i].configuration;
		if (c->defines.len == 0 && c->flags.len == 0)
			return &plan->programs[i];
	}
	return plan->programs_len ? &plan->programs[0] : NULL;
}

static size_t add_object(struct plan *plan, const char *source, const struct build_options *options)
{
	struct plan_object o = {.name = source, .compile = plan_compile(options, &plan->arena)};
	o.compile.source = arena_printf(&plan->arena, PROJECT_ROOT "/%s", source);
	plan->workload_objects =
		mem_grow(plan->workload_objects, plan->workload_objects_len, &plan->workload_objects_cap, sizeof(o));
	plan->workload_objects[plan->workload_objects_len] = o;
	return plan->workload_objects_len++;
}

static int add_workload(const struct project *project, struct plan *plan, const struct plan_program *model,
			const struct program *program, struct err *err)
{
	struct arena *a = &plan->arena;
	const struct build_options *lib = &project->library.options, *tests = &project->tests.options,
				   *own = &program->options;
	const struct configuration *c = model->configuration;
	struct strings sources;
	if (plan_expand(plan->tests_tree, &program->sources, NULL, "workloads", a, &sources, err) < 0)
		return -1;
	if (plan->workload_objects_len + sources.len > PLAN_FILES_MAX)
		return err_set(err, ERR_LIMIT, "recast.json: workloads: more than %d sources", PLAN_FILES_MAX);
	struct build_options options = {
		.include = PLAN_JOIN(a, &own->include, &tests->include, &lib->include),
		.defines = PLAN_JOIN(a, &lib->defines, &tests->defines, &own->defines, &c->defines),
		.flags = PLAN_JOIN(a, &lib->flags, &tests->flags, &own->flags, &c->flags),
	};
	struct plan_program planned = {
		.name = program->name,
		.program = program,
		.configuration = c,
		.objects = arena_array(a, sources.len, size_t),
		.objects_len = sources.len,
		.library = model->library,
		.library_len = model->library_len,
	};
	for (size_t i = 0; i < sources.len; i++)
		planned.objects[i] = add_object(plan, sources.items[i], &options);
	plan->workloads[plan->workloads_len++] = planned;
	return 0;
}

int plan_workloads(const struct project *project, struct plan *plan, struct err *err)
{
	static const struct configuration plain = {.name = ""};
	static const struct plan_program nothing = {.configuration = &plain};
	const struct plan_program *model = model_of(plan);
	plan->workloads = arena_array(&plan->arena, project->workloads_len, struct plan_program);
	for (size_t i = 0; i < project->workloads_len; i++) {
		if (add_workload(project, plan, model ? model : &nothing, &project->workloads[i].program, err) < 0)
			return -1;
	}
	return 0;
}
