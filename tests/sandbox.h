#ifndef RECAST_TESTS_SANDBOX_H
#define RECAST_TESTS_SANDBOX_H

/*
 * For tests that need the real thing: this machine's compiler, cache and
 * engine, found where the commands find them. A C text becomes a module, a
 * module runs in a world that the test describes, and what came of it is a
 * value. Such a test is named tests/cli_*.c, because it links cli/workshop.c.
 *
 *	static void guests(struct sandbox *s)
 *	{
 *		struct str module = sandbox_module(s, "int main(void) { return 3; }");
 *		struct guest g = {.module = module};
 *		is_int(sandbox_run(s, &g).run.exit_code, 3);
 *	}
 *
 *	int main(void)
 *	{
 *		return sandbox_main(guests);
 *	}
 */

#include "cli/workshop.h"
#include "harness/build.h"
#include "core/parallel.h"
#include "tests/tap.h"

#include <unistd.h>

struct sandbox {
	struct arena arena; /* of all that the functions below return */
	struct workshop tools;
	char folder[64];    /* on the host, empty at first; removed at the end */
};

/* Zeroes stand for defaults that suit a small, quick guest. */
struct guest {
	struct str module;
	const struct tree *tree; /* default: a writable root with nothing in it */
	const char *const *args; /* behind the program's name; ends with NULL */
	const char *const *env;  /* ends with NULL */
	struct str input;
	uint64_t seed;
	struct limits limits;
	size_t output_max;
	uint64_t disk_max, clock_max_ns;
};

struct guest_end {
	int failed; /* -1: recast could not run it, and `error` says why */
	struct err error;
	struct run_result run;
	struct str out, err; /* terminated */
	uint64_t disk_used;
};

static inline size_t sandbox_count(const char *const *list)
{
	size_t n = 0;
	while (list && list[n])
		n++;
	return n;
}

/* Ends the test when the machine does not have what it needs: then no
 * assertion would mean anything. */
static inline void sandbox_check(int result, const struct err *err)
{
	if (result < 0) {
		tap_print("Bail out! %s\n", err->text);
		exit(1);
	}
}

/* Compiles and links; why it failed in *ret_failure, which may be NULL if it must not. */
static inline struct str sandbox_try(struct sandbox *s, const char *name, const char *text, const char **ret_failure)
{
	struct err err = {0};
	struct built object, program = {0};
	SCOPED_TREE struct tree *tree = NULL;
	struct compile c = {.source = arena_printf(&s->arena, "/src/%s", name)};
	sandbox_check(toolchain_tree(s->tools.toolchain, &tree, &err), &err);
	sandbox_check(tree_add_file(tree, c.source, str_of(text), &err), &err);
	sandbox_check(build_compile(s->tools.toolchain, tree, &c, &build_default_limits, &s->arena, &object, &err), &err);
	const char *failure = object.failure;
	if (object.ok) {
		struct link_input input = {name, object.bytes};
		sandbox_check(build_link(s->tools.toolchain, &input, 1, &build_default_limits, &s->arena, &program, &err),
			      &err);
		failure = program.failure;
	}
	if (ret_failure)
		*ret_failure = failure;
	else if (failure)
		sandbox_check(err_set(&err, ERR_BUG, "%s: %s", name, failure), &err);
	return program.bytes;
}

static inline struct str sandbox_module(struct sandbox *s, const char *text)
{
	return sandbox_try(s, "guest.c", text, NULL);
}

/* A file of the source folder, where tests run. */
static inline struct str sandbox_file(struct sandbox *s, const char *path)
{
	SCOPED_BUF struct buf text;
	struct err err = {0};
	buf_init(&text, 16 << 20);
	sandbox_check(fs_read(path, &text, &err), &err);
	return (struct str){arena_str(&s->arena, buf_str(&text)), text.len};
}

/* A fresh folder on the host, below s->folder. */
static inline const char *sandbox_folder(struct sandbox *s, const char *name)
{
	struct err err = {0};
	const char *path = arena_printf(&s->arena, "%s/%s", s->folder, name);
	sandbox_check(fs_mkdirs(path, 0700, &err), &err);
	return path;
}

static inline void sandbox_write(const char *folder, const char *name, struct str bytes)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct err err = {0};
	sandbox_check(fs_write(arena_printf(&scratch, "%s/%s", folder, name), bytes, &err), &err);
}

static inline struct wasi_world sandbox_world(struct sandbox *s, const struct guest *g, const struct tree *tree)
{
	size_t len = sandbox_count(g->args);
	const char **args = arena_array(&s->arena, len + 1, const char *);
	args[0] = "guest";
	for (size_t i = 0; i < len; i++)
		args[i + 1] = g->args[i];
	return (struct wasi_world){
		.tree = g->tree ? g->tree : tree,
		.args = args,
		.args_len = len + 1,
		.env = g->env,
		.env_len = sandbox_count(g->env),
		.stdin_bytes = g->input,
		.seed = g->seed ? g->seed : 1,
		.output_max = g->output_max ? g->output_max : 1 << 20,
		.disk_max = g->disk_max ? g->disk_max : 4 << 20,
		.clock_max_ns = g->clock_max_ns ? g->clock_max_ns : 60 * (uint64_t)1000000000,
	};
}

static inline struct limits sandbox_limits(const struct guest *g)
{
	return (struct limits){
		.fuel = g->limits.fuel ? g->limits.fuel : 2000000000,
		.deadline_ns = g->limits.deadline_ns ? g->limits.deadline_ns : 60 * (uint64_t)1000000000,
		.memory_bytes = g->limits.memory_bytes ? g->limits.memory_bytes : 32 << 20,
	};
}

/* Runs a module that is loaded already. */
static inline struct guest_end sandbox_start(struct sandbox *s, struct module *module, const struct guest *g)
{
	struct guest_end end = {0};
	SCOPED_TREE struct tree *tree = tree_new();
	tree_add_folder(tree, "/", true, NULL);
	struct wasi_world world = sandbox_world(s, g, tree);
	struct limits limits = sandbox_limits(g);
	SCOPED(wasi_release) struct wasi w;
	wasi_init(&w, &world);
	end.failed = engine_run(module, &limits, &w, &end.run, &end.error);
	end.out = (struct str){arena_str(&s->arena, buf_str(&w.out)), w.out.len};
	end.err = (struct str){arena_str(&s->arena, buf_str(&w.err)), w.err.len};
	end.disk_used = w.view.used_bytes;
	return end;
}

static inline struct guest_end sandbox_run(struct sandbox *s, const struct guest *g)
{
	struct guest_end end = {0};
	struct module *module;
	end.failed = module_load(s->tools.engine, s->tools.cache, NULL, g->module, &module, &end.error);
	if (end.failed == 0) {
		end = sandbox_start(s, module, g);
		module_free(module);
	}
	return end;
}

/* An assertion a line, as far as the longer of the two goes. */
static inline void sandbox_same_lines(struct str got, struct str want)
{
	struct str g, w;
	for (unsigned n = 1;; n++) {
		SCOPED_ARENA struct arena scratch = {0};
		bool more_got = str_next_line(&got, &g), more_want = str_next_line(&want, &w);
		if (!more_got && !more_want)
			return;
		char text[32];
		snprintf(text, sizeof(text), "line %u", n);
		tap_str(more_got ? arena_str(&scratch, g) : NULL, more_want ? arena_str(&scratch, w) : NULL, text, __FILE__,
			__LINE__);
	}
}

struct sandbox_job {
	struct sandbox sandbox;
	void (*tests)(struct sandbox *s);
};

static inline void sandbox_work(void *data, size_t index)
{
	struct sandbox_job *job = data;
	(void)index;
	job->tests(&job->sandbox);
}

/* Opens the sandbox and runs the tests on a thread that has the stack which the
 * compiler needs. What main returns. */
static inline int sandbox_main(void (*tests)(struct sandbox *s))
{
	struct sandbox_job job = {.tests = tests};
	struct common common = {.folder = ".", .quiet = true};
	struct err err = {0};
	struct parallel p = {
		.threads = 1,
		.stack_bytes = engine_stack_bytes(ENGINE_COMPILER_BASELINE) + engine_stack_bytes(ENGINE_COMPILER),
		.work = sandbox_work,
		.data = &job,
	};
	const char *tmp = getenv("TMPDIR");
	setenv("RECAST_NO_BACKGROUND", "1", 1);
	snprintf(job.sandbox.folder, sizeof(job.sandbox.folder), "%.40s/recast-test-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(job.sandbox.folder))
		sandbox_check(err_errno(&err, "cannot make %s", job.sandbox.folder), &err);
	sandbox_check(workshop_open(&common, &job.sandbox.tools, &err), &err);
	sandbox_check(parallel_run(&p, 1, &err), &err);
	workshop_close(&job.sandbox.tools);
	fs_remove(job.sandbox.folder, NULL);
	arena_release(&job.sandbox.arena);
	return tap_done();
}

#endif
