#include "harness/ownsource.h"

#include "core/mem.h"
#include "core/parallel.h"

/* Such a program prints what it was asked and ends. */
static const struct limits run_limits = {
	.fuel = 2000000000,
	.deadline_ns = 30 * (uint64_t)1000000000,
	.memory_bytes = 64 << 20,
};

enum { RUN_OUTPUT_MAX = 16 << 20 };

struct job {
	const struct tools *tools;
	const struct own_source *source;
	struct arena *a;
	int (*work)(struct job *job);
	/* For own_run. */
	const struct link_input *objects;
	size_t objects_len;
	struct built built;
	struct run_result run;
	struct str output;
	struct err error;
};

static const struct build_limits *limits_of(const struct job *job)
{
	return job->source->limits ? job->source->limits : &build_default_limits;
}

static int build_with(struct job *job, int (*build)(struct toolchain *, const struct tree *, const struct compile *,
						    const struct build_limits *, struct arena *, struct built *,
						    struct err *))
{
	SCOPED_TREE struct tree *tree = NULL;
	struct compile compile = job->source->options;
	compile.source = job->source->path;
	if (build_tree(job->tools->toolchain, job->source->project, &tree, &job->error) < 0 ||
	    (job->source->also && tree_graft(tree, job->source->also, job->source->project, job->source->also, &job->error) < 0) ||
	    tree_add_file(tree, compile.source, str_of(job->source->text), &job->error) < 0)
		return -1;
	return build(job->tools->toolchain, tree, &compile, limits_of(job), job->a, &job->built, &job->error);
}

static int compile(struct job *job)
{
	return build_with(job, build_compile);
}

static int preprocess(struct job *job)
{
	return build_with(job, build_preprocess);
}

static int link_it(struct job *job)
{
	size_t len = job->objects_len + 1;
	struct link_input *inputs = arena_array(job->a, len, struct link_input);
	inputs[0] = (struct link_input){"own", job->built.bytes};
	for (size_t i = 1; i < len; i++)
		inputs[i] = job->objects[i - 1];
	return build_link(job->tools->toolchain, inputs, len, limits_of(job), job->a, &job->built, &job->error);
}

static int run_module(struct job *job, struct module *module)
{
	static const char *const args[] = {"own"};
	SCOPED_TREE struct tree *disk = tree_new();
	struct wasi_world world = {
		.tree = disk,
		.args = args,
		.args_len = 1,
		.output_max = RUN_OUTPUT_MAX,
		.clock_max_ns = run_limits.deadline_ns,
	};
	SCOPED(wasi_release) struct wasi w;
	wasi_init(&w, &world);
	if (engine_run(module, &run_limits, &w, &job->run, &job->error) < 0)
		return -1;
	job->output = (struct str){arena_str(job->a, buf_str(&w.out)), w.out.len};
	return 0;
}

static int run(struct job *job)
{
	struct module *module;
	struct err unloadable = {0};
	if (compile(job) < 0)
		return -1;
	if (!job->built.ok)
		return 0;
	if (link_it(job) < 0)
		return -1;
	if (!job->built.ok)
		return 0;
	if (module_load(job->tools->engine, job->tools->cache, NULL, job->built.bytes, &module, &unloadable) < 0) {
		job->built.ok = false;
		job->built.failure = arena_strdup(job->a, unloadable.text);
		return 0;
	}
	int result = run_module(job, module);
	module_free(module);
	return result;
}

static void do_work(void *data, size_t index)
{
	(void)index;
	struct job *job = data;
	job->work(job);
}

static int in_own_thread(struct job *job, struct err *err)
{
	struct parallel p = {.threads = 1, .stack_bytes = tools_stack_bytes(), .work = do_work, .data = job};
	if (parallel_run(&p, 1, err) < 0)
		return -1;
	if (job->error.kind == ERR_NONE)
		return 0;
	return err_copy(err, &job->error);
}

static int build(struct job *job, struct built *ret, struct err *err)
{
	if (in_own_thread(job, err) < 0)
		return -1;
	*ret = job->built;
	return 0;
}

int own_compile(const struct tools *tools, const struct own_source *source, struct arena *a, struct built *ret,
		struct err *err)
{
	struct job job = {.tools = tools, .source = source, .a = a, .work = compile};
	return build(&job, ret, err);
}

int own_preprocess(const struct tools *tools, const struct own_source *source, struct arena *a,
		   struct built *ret, struct err *err)
{
	struct job job = {.tools = tools, .source = source, .a = a, .work = preprocess};
	return build(&job, ret, err);
}

int own_run(const struct tools *tools, const struct own_source *source, const struct link_input *objects,
	    size_t objects_len, struct arena *a, struct own_run *ret, struct err *err)
{
	struct job job = {
		.tools = tools,
		.source = source,
		.a = a,
		.work = run,
		.objects = objects,
		.objects_len = objects_len,
	};
	if (in_own_thread(&job, err) < 0)
		return -1;
	*ret = (struct own_run){job.built, job.run, job.output};
	return 0;
}

void own_be_lenient(struct compile *options, struct arena *a)
{
	const char **flags = arena_array(a, options->flags_len + 2, const char *);
	size_t len = 0;
	for (size_t i = 0; i < options->flags_len; i++) {
		const char *flag = options->flags[i];
		if (strncmp(flag, "-pedantic", 9) != 0 && strncmp(flag, "-W", 2) != 0)
			flags[len++] = flag;
	}
	flags[len++] = "-w";
	flags[len++] = "-ferror-limit=0";
	options->flags = flags;
	options->flags_len = len;
}
