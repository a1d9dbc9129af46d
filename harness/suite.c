#include "harness/suite.h"

#include "core/clock.h"
#include "core/mem.h"
#include "core/parallel.h"
#include "harness/program.h"

/* Priority 60: libc makes its environment at 50, the program's own constructors
 * come behind 100. */
static const char START_SOURCE[] =
	"#include <stdlib.h>\n"
	"#include <unistd.h>\n"
	"__attribute__((constructor(60))) static void enter_working_folder(void)\n"
	"{\n"
	"\tconst char *folder = getenv(\"PWD\");\n"
	"\tif (folder && chdir(folder) != 0)\n"
	"\t\t__builtin_trap();\n"
	"}\n"
	/* libc has these and lets them fail; where they are called matters more. */
	"__attribute__((weak)) int pthread_create(void *t, const void *a, void *(*f)(void *), void *d)\n"
	"{\n"
	"\t__builtin_trap();\n"
	"}\n"
	"__attribute__((weak)) int thrd_create(void *t, int (*f)(void *), void *d)\n"
	"{\n"
	"\t__builtin_trap();\n"
	"}\n";

const char *program_status_name(enum program_status status)
{
	static const char *const names[] = {
		[PROGRAM_PASSED] = "passed",
		[PROGRAM_FAILED] = "failed",
		[PROGRAM_WHITE_BOX] = "white-box",
		[PROGRAM_NOT_RUNNABLE] = "not runnable",
	};
	return names[status];
}

/* A suite in the making. */
struct session {
	const struct project *project;
	const struct suite_tools *tools;
	struct plan plan;
	struct tree *library_tree, *tests_tree; /* with the sysroot */
	struct wasmfile *symbols;               /* of each object; in the plan's arena */
	struct nameset library_names, public_names;
	struct link_input start;
	struct suite_result *result;
	struct err *errors; /* of each program */
	struct program_context context;
};

void suite_release(struct suite_result *result)
{
	for (size_t i = 0; i < result->programs_len; i++)
		arena_release(&result->programs[i].arena);
	free(result->programs);
	arena_release(&result->arena);
	*result = (struct suite_result){0};
}

static void session_release(struct session *s)
{
	if (s->tests_tree != s->library_tree)
		tree_free(s->tests_tree);
	tree_free(s->library_tree);
	nameset_release(&s->library_names);
	nameset_release(&s->public_names);
	free(s->errors);
	plan_release(&s->plan);
}

static size_t thread_stack(void)
{
	return max_size(engine_stack_bytes(ENGINE_GUEST),
			max_size(engine_stack_bytes(ENGINE_COMPILER), engine_stack_bytes(ENGINE_COMPILER_BASELINE)));
}

static int in_parallel(struct session *s, const char *stage, size_t count, void (*work)(void *, size_t),
		       struct err *err)
{
	struct parallel p = {
		.threads = s->tools->threads,
		.stack_bytes = thread_stack(),
		.work = work,
		.data = s,
	};
	event_send(s->tools->observer, EVENT_STAGE, stage, count);
	int result = parallel_run(&p, count, err);
	event_send(s->tools->observer, EVENT_DONE, stage, count);
	return result;
}

/* ---- compiling */

static int with_sysroot(struct session *s, const struct tree *project, struct tree **out, struct err *err)
{
	SCOPED_TREE struct tree *tree = NULL;
	if (toolchain_tree(s->tools->toolchain, &tree, err) < 0 ||
	    tree_graft(tree, PLAN_ROOT, project, PLAN_ROOT, err) < 0)
		return -1;
	*out = take(tree);
	return 0;
}

static int make_trees(struct session *s, struct err *err)
{
	if (with_sysroot(s, s->plan.library_tree, &s->library_tree, err) < 0)
		return -1;
	s->tests_tree = s->library_tree;
	if (s->plan.tests_tree == s->plan.library_tree)
		return 0;
	s->tests_tree = NULL;
	return with_sysroot(s, s->plan.tests_tree, &s->tests_tree, err);
}

static void compile_object(void *data, size_t index)
{
	struct session *s = data;
	struct plan_object *o = &s->plan.objects[index];
	const struct tree *tree = o->of_library ? s->library_tree : s->tests_tree;
	build_compile(s->tools->toolchain, tree, &o->compile, &s->project->limits.build, &o->arena, &o->built, &o->error);
	event_send(s->tools->observer, EVENT_STEP, o->name, 0);
}

static int compile_all(struct session *s, struct err *err)
{
	if (in_parallel(s, "compiling", s->plan.objects_len, compile_object, err) < 0)
		return -1;
	for (size_t i = 0; i < s->plan.objects_len; i++) {
		const struct plan_object *o = &s->plan.objects[i];
		if (o->error.kind != ERR_NONE) {
			*err = o->error;
			return -1;
		}
		if (o->of_library && !o->built.ok && !s->result->library_failure)
			s->result->library_failure = arena_strdup(&s->result->arena, o->built.failure);
	}
	return 0;
}

typedef int (*build_function)(struct toolchain *, const struct tree *, const struct compile *,
			      const struct build_limits *, struct arena *, struct built *, struct err *);

/* A source of recast's own: given as text, compiled or preprocessed alone. */
struct text_job {
	struct session *s;
	build_function build;
	struct compile compile;
	const char *text;
	const struct build_limits *limits;
	struct built built;
	struct err error;
};

static void build_text(void *data, size_t index)
{
	(void)index;
	struct text_job *job = data;
	struct session *s = job->s;
	SCOPED_TREE struct tree *tree = NULL;
	if (with_sysroot(s, s->plan.library_tree, &tree, &job->error) < 0 ||
	    tree_add_file(tree, job->compile.source, str_of(job->text), &job->error) < 0)
		return;
	job->build(s->tools->toolchain, tree, &job->compile, job->limits, &s->plan.arena, &job->built, &job->error);
}

/* In a thread of its own, because clang needs more stack than the caller may have. */
static int run_text_job(struct text_job *job, struct err *err)
{
	struct parallel p = {.threads = 1, .stack_bytes = thread_stack(), .work = build_text, .data = job};
	if (parallel_run(&p, 1, err) < 0)
		return -1;
	if (job->error.kind == ERR_NONE)
		return 0;
	*err = job->error;
	return -1;
}

static int make_start(struct session *s, struct err *err)
{
	struct text_job job = {
		.s = s,
		.build = build_compile,
		.compile = {.source = "/recast/start.c"},
		.text = START_SOURCE,
		.limits = &build_default_limits,
	};
	if (run_text_job(&job, err) < 0)
		return -1;
	if (!job.built.ok)
		return err_set(err, ERR_BUG, "recast's own start code does not build: %s", job.built.failure);
	s->start = (struct link_input){"recast-start", job.built.bytes};
	return 0;
}

/* ---- symbols */

/* Inline assembly can make clang write an object that is none. */
static void refuse_object(struct session *s, struct plan_object *o, const struct err *why)
{
	o->built.ok = false;
	o->built.failure = arena_printf(&o->arena, "%s: the object is not as it should be: %s", o->name, why->text);
	if (o->of_library && !s->result->library_failure)
		s->result->library_failure = arena_strdup(&s->result->arena, o->built.failure);
}

static void read_symbols(struct session *s)
{
	s->symbols = arena_array(&s->plan.arena, s->plan.objects_len, struct wasmfile);
	for (size_t i = 0; i < s->plan.objects_len; i++) {
		struct plan_object *o = &s->plan.objects[i];
		struct wasmfile *file = &s->symbols[i];
		struct err why = {0};
		if (!o->built.ok)
			continue;
		if (wasmfile_read(o->built.bytes, &s->plan.arena, file, &why) < 0) {
			refuse_object(s, o, &why);
			continue;
		}
		for (size_t k = 0; o->of_library && k < file->symbols_len; k++) {
			if (file->symbols[k].defined && !file->symbols[k].local)
				nameset_add(&s->library_names, str_of(file->symbols[k].name));
		}
	}
	nameset_seal(&s->library_names);
}

/* All public headers, one after the other, as a user of them all would write. */
static const char *header_source(struct session *s)
{
	SCOPED_BUF struct buf text;
	buf_init(&text, SIZE_MAX / 2);
	for (size_t i = 0; i < s->plan.headers_len; i++)
		buf_printf(&text, "#include \"" PLAN_ROOT "/%s\"\n", s->plan.headers[i]);
	return arena_str(&s->plan.arena, buf_str(&text));
}

/* The options of any object of the library will do. */
static struct compile library_compile(const struct session *s)
{
	for (size_t i = 0; i < s->plan.objects_len; i++) {
		if (s->plan.objects[i].of_library)
			return s->plan.objects[i].compile;
	}
	return (struct compile){0};
}

static int read_public_names(struct session *s, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	if (s->plan.headers_len == 0)
		return 0;
	struct text_job job = {
		.s = s,
		.build = build_preprocess,
		.compile = library_compile(s),
		.text = header_source(s),
		.limits = &s->project->limits.build,
	};
	job.compile.source = "/recast/headers.c";
	if (run_text_job(&job, err) < 0)
		return -1;
	/* Also as written: a header may declare only under conditions that tests set. */
	for (size_t i = 0; i < s->plan.headers_len; i++) {
		const char *path = arena_printf(&scratch, PLAN_ROOT "/%s", s->plan.headers[i]);
		const struct tree_node *header = view_resolve(s->plan.library_tree, path);
		if (header && header->type == TREE_FILE)
			nameset_add_identifiers(&s->public_names, header->content);
	}
	if (!job.built.ok)
		event_send(s->tools->observer, EVENT_NOTE,
			   arena_printf(&scratch, "the public headers cannot be read together: %s", job.built.failure), 0);
	else
		nameset_add_identifiers_from(&s->public_names, job.built.bytes, STR(PLAN_ROOT "/"));
	nameset_seal(&s->public_names);
	return 0;
}

/* ---- programs */

static void check_program(void *data, size_t index)
{
	struct session *s = data;
	struct program_result *r = &s->result->programs[index];
	const struct plan_program *planned = &s->plan.programs[index];
	if (program_check(&s->context, planned, r, &s->errors[index]) < 0)
		err_wrap(&s->errors[index], "%s", planned->name);
	event_send(s->tools->observer, EVENT_STEP, planned->name, 0);
}

static int check_all(struct session *s, struct err *err)
{
	size_t len = s->plan.programs_len;
	s->result->programs = mem_zalloc(len, sizeof(*s->result->programs));
	s->result->programs_len = len;
	s->errors = mem_zalloc(len, sizeof(*s->errors));
	s->context = (struct program_context){
		.project = s->project,
		.tools = s->tools,
		.plan = &s->plan,
		.start = s->start,
		.library_names = &s->library_names,
		.public_names = s->plan.headers_len ? &s->public_names : NULL,
		.symbols = s->symbols,
	};
	if (in_parallel(s, "testing", len, check_program, err) < 0)
		return -1;
	for (size_t i = 0; i < len; i++) {
		if (s->errors[i].kind != ERR_NONE) {
			*err = s->errors[i];
			return -1;
		}
	}
	return 0;
}

static void add_up(struct suite_result *result)
{
	for (size_t i = 0; i < result->programs_len; i++) {
		const struct program_result *r = &result->programs[i];
		result->passed += r->passed;
		result->failed += r->failed;
		result->skipped += r->skipped;
		result->white_box += r->status == PROGRAM_WHITE_BOX;
		result->not_runnable += r->status == PROGRAM_NOT_RUNNABLE;
	}
}

static int run_stages(struct session *s, struct err *err)
{
	if (plan_make(s->project, &s->plan, err) < 0 || make_trees(s, err) < 0 || make_start(s, err) < 0 ||
	    compile_all(s, err) < 0)
		return -1;
	read_symbols(s);
	if (read_public_names(s, err) < 0 || check_all(s, err) < 0)
		return -1;
	add_up(s->result);
	return 0;
}

int suite_run(const struct project *project, const struct suite_tools *tools, struct suite_result *ret,
	      struct err *err)
{
	uint64_t start = clock_monotonic_ns();
	struct suite_result result = {0};
	struct session s = {.project = project, .tools = tools, .result = &result};
	int outcome = run_stages(&s, err);
	session_release(&s);
	if (outcome < 0) {
		suite_release(&result);
		return -1;
	}
	result.wall_ns = clock_monotonic_ns() - start;
	*ret = result;
	return 0;
}
