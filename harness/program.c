#include "harness/program.h"

enum {
	TESTS_MAX = 100000,
	EXCERPT_MAX = 60,
	OUTPUT_KEPT = 16 * 1024, /* bytes of each stream */
};

/* A program in the making. */
struct trial {
	const struct suite *suite;
	const struct plan_program *planned;
	const struct program_other *other; /* or NULL */
	struct program_result *r;
	struct arena *a;      /* the result's */
	struct arena scratch; /* ends with the trial */
	bool uses_library;
	struct str output, errors; /* in full, in scratch */
};

static int settle(struct trial *t, enum program_status status, const char *reason)
{
	t->r->status = status;
	t->r->reason = reason;
	return 0;
}

/* ---- can it judge a rewrite at all? */

static const char *foreign_symbol(struct trial *t, const struct wasmfile_symbol *s)
{
	struct str name = str_of(s->name);
	bool shared = s->kind == WASMFILE_SYMBOL_FUNCTION || s->kind == WASMFILE_SYMBOL_DATA;
	if (s->local || !shared || !nameset_has(&t->suite->library_names, name))
		return NULL;
	if (s->defined && (str_eq(name, STR("__original_main")) || str_eq(name, STR("__main_argc_argv"))))
		return "the library has a main of its own; leave that source out of library.sources";
	if (s->defined)
		return arena_printf(t->a, "it defines %s, which is the library's own", s->name);
	t->uses_library = true;
	if (t->suite->public_names.len && !nameset_has(&t->suite->public_names, name))
		return arena_printf(t->a, "it needs %s, which no public header declares", s->name);
	return NULL;
}

/* A file of the library's own that this object is made of, unless the tests have laid another
 * over it; or NULL. */
static const char *private_input(const struct trial *t, const struct plan_object *o)
{
	const struct plan *plan = &t->suite->plan;
	for (size_t i = 0; i < o->built.inputs.len; i++) {
		const char *path = o->built.inputs.items[i];
		if (nameset_has(&t->suite->private_files, str_of(path)) &&
		    str_eq(plan_text(plan->library_tree, path), plan_text(plan->tests_tree, path)))
			return path;
	}
	return NULL;
}

static const char *white_box_reason(struct trial *t)
{
	for (size_t i = 0; i < t->planned->objects_len; i++) {
		const char *path = private_input(t, &t->suite->plan.objects[t->planned->objects[i]]);
		if (path)
			return arena_printf(t->a, "it includes %s, which is the library's own", path);
	}
	for (size_t i = 0; i < t->planned->objects_len; i++) {
		const struct wasmfile *file = &t->suite->symbols[t->planned->objects[i]];
		for (size_t s = 0; s < file->symbols_len; s++) {
			const char *reason = foreign_symbol(t, &file->symbols[s]);
			if (reason)
				return reason;
		}
	}
	/* A library of macros has no symbols to refer to. */
	t->r->unrelated = !t->uses_library && t->suite->library_names.len;
	if (t->r->unrelated)
		return "it calls nothing of the library, so it would pass beside any other";
	return NULL;
}

/* ---- building it */

static const char *build_failure(struct trial *t, const size_t *objects, size_t len, const char *whose)
{
	for (size_t i = 0; i < len; i++) {
		const struct plan_object *o = &t->suite->plan.objects[objects[i]];
		if (!o->built.ok)
			return arena_printf(t->a, "%s does not build: %s", whose, o->built.failure);
	}
	return NULL;
}

/* "use of undeclared identifier 'x'", "incomplete definition of type 'struct x'": x. */
static struct str named_in(const char *message)
{
	const char *open = strchr(message, '\''), *close = open ? strchr(open + 1, '\'') : NULL;
	struct str name = close ? (struct str){open + 1, (size_t)(close - open) - 1} : (struct str){0};
	for (size_t i = 0; i < name.len; i++) {
		if (name.ptr[i] == ' ')
			return str_from(name, i + 1);
	}
	return name;
}

/* The first name that an object was in want of and only the library has, or NULL. */
static const char *wants_private(struct trial *t)
{
	for (size_t i = 0; i < t->planned->objects_len; i++) {
		const struct built *b = &t->suite->plan.objects[t->planned->objects[i]].built;
		for (size_t k = 0; !b->ok && k < b->diags.len; k++) {
			struct str name = named_in(b->diags.items[k].message);
			if (b->diags.items[k].severity == DIAG_ERROR && name.len &&
			    nameset_has(&t->suite->private_names, name))
				return arena_str(t->a, name);
		}
	}
	return NULL;
}

static struct link_input object_input(const struct trial *t, size_t index)
{
	const struct plan_object *o = &t->suite->plan.objects[index];
	return (struct link_input){o->name, o->built.bytes};
}

static int link_program(struct trial *t, struct built *ret, struct err *err)
{
	const struct plan_program *p = t->planned;
	const struct program_other *other = t->other;
	bool replaced = other && other->library;
	size_t library = replaced ? other->library_len : p->library_len, len = 0;
	struct link_input *inputs = arena_array(&t->scratch, 2 + p->objects_len + library, struct link_input);
	inputs[len++] = t->suite->start;
	if (other && other->shims.bytes.len)
		inputs[len++] = other->shims;
	for (size_t i = 0; i < p->objects_len; i++)
		inputs[len++] = other && other->objects ? other->objects[i] : object_input(t, p->objects[i]);
	for (size_t i = 0; i < library; i++)
		inputs[len++] = replaced ? other->library[i] : object_input(t, p->library[i]);
	return build_link_wrapped(t->suite->tools->toolchain, inputs, len, other ? other->wrapped : NULL,
				  &t->suite->project->limits.build, &t->scratch, ret, err);
}

/* ---- running it */

/* The end of what it wrote, which is where it went wrong; thousands of programs
 * may stand in one result. */
static struct str tail(struct trial *t, struct str text)
{
	struct str end = str_from(text, text.len - min_size(text.len, OUTPUT_KEPT));
	return (struct str){arena_str(t->a, end), end.len};
}

static uint64_t fuel_limit(const struct trial *t)
{
	uint64_t own = t->suite->project->limits.run.fuel;
	return t->other && t->other->fuel_max && t->other->fuel_max < own ? t->other->fuel_max : own;
}

static int make_world(struct trial *t, struct program_world *ret, struct err *err)
{
	const struct program_other *o = t->other;
	return program_world_make(t->suite, t->planned, o ? o->files : NULL, o ? o->files_len : 0, t->a, ret, err);
}

static int run_module(struct trial *t, struct module *module, struct err *err)
{
	SCOPED(program_world_release) struct program_world world = {0};
	if (make_world(t, &world, err) < 0)
		return -1;
	SCOPED(wasi_release) struct wasi w;
	wasi_init(&w, &world.world);
	struct limits limits = t->suite->project->limits.run;
	limits.fuel = fuel_limit(t);
	if (engine_run_heard(module, &limits, &w, t->other ? &t->other->hostcalls : NULL,
			     &t->r->run, err) < 0)
		return -1;
	struct strings files = view_files(&w.view, t->a);
	t->r->inputs = build_project_files(&files, t->a);
	t->output = (struct str){arena_str(&t->scratch, buf_str(&w.out)), w.out.len};
	t->errors = (struct str){arena_str(&t->scratch, buf_str(&w.err)), w.err.len};
	if (t->other && t->other->printed)
		t->other->printed(t->other->hostcalls.data, t->output, t->errors);
	t->r->output = tail(t, t->output);
	t->r->errors = tail(t, t->errors);
	return 0;
}

/* ---- judging it */

/* Why its end is not the one expected, or NULL. */
static const char *wrong_end(struct trial *t)
{
	const struct run_result *run = &t->r->run;
	const struct project_limits *limits = &t->suite->project->limits;
	int expected = t->planned->configuration->expect.exit_code;
	switch (run->outcome) {
	case OUTCOME_EXITED:
		return run->exit_code == expected
			       ? NULL
			       : arena_printf(t->a, "exit code %d, expected %d", run->exit_code, expected);
	case OUTCOME_TRAPPED:
		return arena_printf(t->a, "trapped: %s%s%s%s", run->trap, run->where[0] ? " in " : "", run->where,
				    run->memory_near_limit ? " (near the memory limit)" : "");
	case OUTCOME_OUT_OF_FUEL:
		return arena_printf(t->a, "stopped after %llu units of fuel (%s)", (unsigned long long)fuel_limit(t),
				    fuel_limit(t) < limits->run.fuel ? "many times what the original takes"
								     : "limits.fuel");
	case OUTCOME_OUT_OF_TIME:
		return arena_printf(t->a,
				    "stopped after its time, %llu s or %llu s of its own clock (limits.deadline_s, "
				    "limits.clock_s)",
				    (unsigned long long)(limits->run.deadline_ns / 1000000000u),
				    (unsigned long long)(limits->clock_ns / 1000000000u));
	case OUTCOME_OUTPUT_LIMIT:
		return arena_printf(t->a, "printed more than %zu KiB (limits.output_kib)", limits->output_bytes >> 10);
	case OUTCOME_DISK_LIMIT:
		return arena_printf(t->a,
				    "wrote more than %llu MiB to its disk (limits.disk_mib) or used %d names there",
				    (unsigned long long)(limits->disk_bytes >> 20), VIEW_NODES_MAX);
	case OUTCOME_REFUSED:
		return arena_printf(t->a, "could not be started: %s", run->trap);
	}
	return NULL;
}

static const char *excerpt(struct trial *t, struct str line)
{
	char *text = arena_printf(t->a, "\"%.*s%s\"", (int)min_size(line.len, EXCERPT_MAX), line.ptr ? line.ptr : "",
				  line.len > EXCERPT_MAX ? "…" : "");
	for (char *c = text; *c; c++) {
		if ((unsigned char)*c < 0x20 || *c == 0x7F)
			*c = '?';
	}
	return text;
}

static const char *compare_output(struct trial *t, struct str expected, const char *file)
{
	struct str got = t->output, e, g;
	if (str_eq(expected, got))
		return NULL;
	for (unsigned line = 1;; line++) {
		bool more_expected = str_next_line(&expected, &e), more_got = str_next_line(&got, &g);
		if (more_expected && more_got && str_eq(e, g))
			continue;
		if (!more_expected && !more_got)
			return arena_printf(t->a, "output differs from %s in its line ends", file);
		return arena_printf(t->a, "output differs from %s at line %u: expected %s, got %s", file, line,
				    more_expected ? excerpt(t, e) : "the end", more_got ? excerpt(t, g) : "the end");
	}
}

static int wrong_output(struct trial *t, const char **ret_reason, struct err *err)
{
	const char *file = t->planned->configuration->expect.stdout_file;
	struct str expected;
	*ret_reason = NULL;
	if (!file)
		return 0;
	if (program_world_file(t->suite, file, "expect.stdout", &expected, err) < 0)
		return -1;
	*ret_reason = compare_output(t, expected, file);
	return 0;
}

static int read_report(struct trial *t, struct testreport *report, struct err *err)
{
	const struct testreport_format *format = t->planned->program->report;
	*report = (struct testreport){.complete = true};
	if (!format)
		return 0;
	/* Some frameworks print to one stream, some to the other. */
	SCOPED_BUF struct buf both;
	buf_init(&both, SIZE_MAX / 2);
	buf_append_str(&both, t->output);
	buf_append_char(&both, '\n');
	buf_append_str(&both, t->errors);
	return testreport_read(format, buf_str(&both), TESTS_MAX, t->a, report, err);
}

static void count_tests(struct program_result *r, const struct testreport *report)
{
	r->tests = report->tests;
	r->tests_len = report->len;
	r->unended = report->unended;
	for (size_t i = 0; i < report->len; i++) {
		r->passed += report->tests[i].verdict == TEST_PASSED;
		r->failed += report->tests[i].verdict == TEST_FAILED;
		r->skipped += report->tests[i].verdict == TEST_SKIPPED;
	}
	/* A guest can print any number; what is out of reason counts as one. */
	r->failed += report->unnamed_failed > TESTS_MAX ? 1 : report->unnamed_failed;
	/* Frameworks that name only what failed still say how many there were. */
	size_t named = r->passed + r->failed + r->skipped;
	if (report->complete && report->declared > named && report->declared <= TESTS_MAX)
		r->passed += report->declared - named;
}

static const char *first_failure(struct trial *t)
{
	for (size_t i = 0; i < t->r->tests_len; i++) {
		const struct test_line *test = &t->r->tests[i];
		if (test->verdict == TEST_FAILED)
			return arena_printf(t->a, "%s%s%s", test->name, test->message[0] ? ": " : "", test->message);
	}
	return "its report counts failures";
}

/* What is wrong with the program itself, apart from single tests, or NULL. */
static const char *own_failure(struct trial *t, const struct testreport *report, const char *output)
{
	const struct program_result *r = t->r;
	const char *end = wrong_end(t);
	/* A framework's exit code repeats what its lines have said. */
	if (end && (r->failed == 0 || r->run.outcome != OUTCOME_EXITED))
		return end;
	if (output)
		return output;
	if (!report->complete || report->declared > TESTS_MAX)
		return arena_printf(t->a, "its report ends early: %zu of %zu tests", report->len,
				    max_size(report->declared, report->len));
	if (t->planned->program->report && r->passed + r->failed + r->skipped == 0)
		return "its report names no test; \"report\": \"exit\" takes the program as one";
	return NULL;
}

/* The stubs in the start object trap where a thread would begin. */
static bool wanted_threads(const struct run_result *run)
{
	struct str where = str_of(run->where);
	return run->outcome == OUTCOME_TRAPPED &&
	       (str_starts(where, STR("pthread_create < ")) || str_starts(where, STR("thrd_create < ")));
}

static int judge(struct trial *t, struct err *err)
{
	struct program_result *r = t->r;
	struct testreport report = {0};
	struct err unreadable = {0};
	const char *output, *own;
	if (wanted_threads(&r->run))
		return settle(t, PROGRAM_NOT_RUNNABLE, "it needs threads, of which the sandbox has one");
	if (wrong_output(t, &output, err) < 0)
		return -1;
	if (read_report(t, &report, &unreadable) < 0) {
		own = arena_printf(t->a, "its report cannot be read: %s", unreadable.text);
	} else {
		count_tests(r, &report);
		own = own_failure(t, &report, output);
	}
	/* Without named tests the program is one test; with them, its own failure is one more. */
	bool is_test = !t->planned->program->report;
	bool good = !own && r->failed == 0;
	r->passed += is_test && good;
	r->failed += own != NULL;
	if (good)
		return settle(t, PROGRAM_PASSED, "");
	return settle(t, PROGRAM_FAILED, own ? own : first_failure(t));
}

/* Everything up to a module. Without one the result is settled. */
static int make_module(struct trial *t, struct built *ret_built, struct module **out, struct err *err)
{
	const struct plan_program *planned = t->planned;
	const struct tools *tools = t->suite->tools;
	const char *reason = build_failure(t, planned->library, planned->library_len, "the library");
	if (reason)
		return settle(t, PROGRAM_NOT_RUNNABLE, reason);
	reason = build_failure(t, planned->objects, planned->objects_len, "it");
	const char *wanted = reason ? wants_private(t) : NULL;
	if (wanted)
		return settle(t, PROGRAM_WHITE_BOX,
			      arena_printf(t->a, "it needs %s, which only the library has", wanted));
	if (reason)
		return settle(t, PROGRAM_NOT_RUNNABLE, reason);
	reason = white_box_reason(t);
	if (reason)
		return settle(t, PROGRAM_WHITE_BOX, reason);
	if (link_program(t, ret_built, err) < 0)
		return -1;
	if (!ret_built->ok)
		return settle(t, PROGRAM_NOT_RUNNABLE, arena_printf(t->a, "it does not link: %s", ret_built->failure));
	if (t->other && t->other->linked)
		t->other->linked(t->other->hostcalls.data, ret_built->map, planned->objects_len);
	struct err refusal = {0};
	if (module_load(tools->engine, tools->cache, NULL, ret_built->bytes, out, &refusal) < 0) {
		/* An import that nobody has, an export twice: what its source asked for. */
		if (refusal.kind == ERR_PARSE)
			return settle(t, PROGRAM_NOT_RUNNABLE, arena_strdup(t->a, refusal.text));
		return err_copy(err, &refusal);
	}
	return 0;
}

static int try_program(struct trial *t, struct err *err)
{
	struct built built;
	struct module *module = NULL;
	if (make_module(t, &built, &module, err) < 0)
		return -1;
	if (!module)
		return 0;
	int result = run_module(t, module, err);
	module_free(module);
	return result < 0 ? -1 : judge(t, err);
}

int program_check(const struct suite *suite, const struct plan_program *planned, struct program_result *ret,
		  struct err *err)
{
	return program_check_with(suite, planned, NULL, ret, err);
}

int program_check_with(const struct suite *suite, const struct plan_program *planned, const struct program_other *other,
		       struct program_result *ret, struct err *err)
{
	struct trial t = {.suite = suite, .planned = planned, .other = other, .r = ret, .a = &ret->arena};
	ret->name = arena_strdup(t.a, planned->name);
	int result = try_program(&t, err);
	arena_release(&t.scratch);
	return result;
}

/* ---- again and again */

int program_ready_make(const struct suite *suite, const struct plan_program *planned, const struct program_other *other,
		       struct program_ready *ret, struct err *err)
{
	struct program_ready ready = {.suite = suite, .planned = planned};
	struct program_result settled = {0};
	struct trial t = {.suite = suite, .planned = planned, .other = other, .r = &settled, .a = &ready.arena};
	struct built built = {0};
	int result = make_module(&t, &built, &ready.module, err);
	ready.refusal = settled.reason;
	/* The names of functions are the module's own bytes. */
	arena_adopt(&ready.arena, &t.scratch);
	if (result < 0) {
		program_ready_release(&ready);
		return -1;
	}
	*ret = ready;
	return 0;
}

void program_ready_release(struct program_ready *ready)
{
	module_free(ready->module);
	arena_release(&ready->arena);
	*ready = (struct program_ready){0};
}

int program_ready_run(const struct program_ready *ready, const struct program_other *other, struct program_result *ret,
		      struct err *err)
{
	struct trial t = {.suite = ready->suite, .planned = ready->planned, .other = other, .r = ret, .a = &ret->arena};
	ret->name = arena_strdup(t.a, ready->planned->name);
	int result = run_module(&t, ready->module, err);
	if (result == 0)
		result = judge(&t, err);
	arena_release(&t.scratch);
	return result;
}
