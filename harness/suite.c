#include "harness/suite.h"

#include "core/clock.h"
#include "core/mem.h"
#include "harness/ctoken.h"
#include "harness/ownsource.h"
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

void suite_result_release(struct suite_result *result)
{
	for (size_t i = 0; i < result->programs_len; i++)
		arena_release(&result->programs[i].arena);
	free(result->programs);
	arena_release(&result->arena);
	*result = (struct suite_result){0};
}

void suite_release(struct suite *s)
{
	nameset_release(&s->library_names);
	nameset_release(&s->public_names);
	nameset_release(&s->private_files);
	nameset_release(&s->private_names);
	tree_free(s->disk);
	plan_release(&s->plan);
	*s = (struct suite){0};
}

/* ---- compiling */

/* Objects in the making. */
struct compiling {
	struct suite *suite;
	struct tree *library_tree, *tests_tree; /* with the sysroot */
};

static void compile_object(void *data, size_t index)
{
	struct compiling *c = data;
	const struct suite *s = c->suite;
	struct plan_object *o = &s->plan.objects[index];
	const struct tree *tree = o->of_library ? c->library_tree : c->tests_tree;
	build_compile(s->tools->toolchain, tree, &o->compile, &s->project->limits.build, &o->arena, &o->built, &o->error);
	event_send(s->tools->observer, EVENT_STEP, o->name, 0);
}

static int compile_all(struct suite *s, struct err *err)
{
	SCOPED_TREE struct tree *library = NULL;
	SCOPED_TREE struct tree *tests = NULL;
	if (build_tree(s->tools->toolchain, s->plan.library_tree, &library, err) < 0 ||
	    build_tree(s->tools->toolchain, s->plan.tests_tree, &tests, err) < 0)
		return -1;
	struct compiling c = {s, library, tests};
	if (tools_stage(s->tools, "compiling", s->plan.objects_len, compile_object, &c, err) < 0)
		return -1;
	for (size_t i = 0; i < s->plan.objects_len; i++) {
		const struct plan_object *o = &s->plan.objects[i];
		if (o->error.kind != ERR_NONE) {
			return err_copy(err, &o->error);
		}
		if (o->of_library && !o->built.ok && !s->library_failure)
			s->library_failure = arena_strdup(&s->plan.arena, o->built.failure);
	}
	return 0;
}

static int make_start(struct suite *s, struct err *err)
{
	struct own_source source = {.path = "/recast/start.c", .text = START_SOURCE};
	struct built built;
	if (own_compile(s->tools, &source, &s->plan.arena, &built, err) < 0)
		return -1;
	if (!built.ok)
		return err_set(err, ERR_BUG, "recast's own start code does not build: %s", built.failure);
	s->start = (struct link_input){"recast-start", built.bytes};
	return 0;
}

/* ---- symbols */

/* Inline assembly can make clang write an object that is none. */
static void refuse_object(struct suite *s, struct plan_object *o, const struct err *why)
{
	o->built.ok = false;
	o->built.failure = arena_printf(&o->arena, "%s: the object is not as it should be: %s", o->name, why->text);
	if (o->of_library && !s->library_failure)
		s->library_failure = arena_strdup(&s->plan.arena, o->built.failure);
}

static void read_symbols(struct suite *s)
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

bool suite_is_public(const struct suite *s, const char *path)
{
	for (size_t i = 0; i < s->plan.headers_len; i++) {
		if (strcmp(s->plan.headers[i], path) == 0)
			return true;
	}
	return strings_have(&s->headers.inputs, path);
}

/* All public headers, one after the other, as a user of them all would write. */
static const char *header_source(const struct suite *s, struct arena *a)
{
	SCOPED_BUF struct buf text;
	buf_init(&text, SIZE_MAX / 2);
	for (size_t i = 0; i < s->plan.headers_len; i++)
		buf_printf(&text, "#include \"" PROJECT_ROOT "/%s\"\n", s->plan.headers[i]);
	return arena_str(a, buf_str(&text));
}

int suite_read_headers(const struct suite *s, const struct build_options *user, struct arena *a, struct built *ret,
		       struct err *err)
{
	struct own_source source = {
		.path = "/recast/headers.c",
		.text = header_source(s, a),
		.project = s->plan.library_tree,
		.options = plan_compile(user, a),
		.limits = &s->project->limits.build,
	};
	source.options.keep_defines = true;
	return own_preprocess(s->tools, &source, a, ret, err);
}

static int read_public_names(struct suite *s, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	nameset_seal(&s->public_names);
	if (s->plan.headers_len == 0)
		return 0;
	if (suite_read_headers(s, &s->plan.user, &s->plan.arena, &s->headers, err) < 0)
		return -1;
	/* Also as written: a header may declare only under conditions that tests set. */
	for (size_t i = 0; i < s->plan.headers_len; i++) {
		nameset_add_identifiers(&s->public_names, plan_text(s->plan.library_tree, s->plan.headers[i]));
	}
	if (!s->headers.ok)
		event_send(s->tools->observer, EVENT_NOTE,
			   arena_printf(&scratch, "the public headers cannot be read together: %s", s->headers.failure),
			   0);
	else
		nameset_add_identifiers_from(&s->public_names, s->headers.bytes, STR(PROJECT_ROOT "/"));
	nameset_seal(&s->public_names);
	return 0;
}

/* What a test that includes one of these knows, no other implementation has. A header that only
 * configures may be read by both sides. */
static void find_private_files(struct suite *s)
{
	SCOPED(nameset_release) struct nameset all = {0};
	SCOPED_ARENA struct arena scratch = {0};
	for (size_t i = 0; i < s->plan.objects_len; i++) {
		const struct plan_object *o = &s->plan.objects[i];
		for (size_t k = 0; o->of_library && k < o->built.inputs.len; k++)
			nameset_add(&all, str_of(o->built.inputs.items[k]));
	}
	/* Most files are read by many objects; each is looked at once. */
	nameset_seal(&all);
	for (size_t i = 0; i < all.len; i++) {
		const char *path = arena_str(&scratch, all.items[i]);
		if (!suite_is_public(s, path) && !ctoken_only_configures(plan_text(s->plan.library_tree, path)))
			nameset_add(&s->private_files, all.items[i]);
	}
	nameset_seal(&s->private_files);
}

static bool all_tests_build(const struct suite *s)
{
	for (size_t i = 0; i < s->plan.objects_len; i++) {
		if (!s->plan.objects[i].of_library && !s->plan.objects[i].built.ok)
			return false;
	}
	return true;
}

/* So that it can be told why a test does not build: it may want what only the library has. */
static void find_private_names(struct suite *s)
{
	struct nameset all = {0};
	size_t files = all_tests_build(s) ? 0 : s->private_files.len;
	for (size_t i = 0; i < files; i++)
		nameset_add_identifiers(&all, plan_text(s->plan.library_tree,
							arena_str(&s->plan.arena, s->private_files.items[i])));
	for (size_t i = 0; i < all.len; i++) {
		if (!nameset_has(&s->public_names, all.items[i]))
			nameset_add(&s->private_names, all.items[i]);
	}
	nameset_seal(&s->private_names);
	nameset_release(&all);
}

/* What library and tests are compiled from is not there when they run, but for its name: a rewrite could read it, and
 * tell what it says by what it answers. */
static int make_disk(struct suite *s, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	SCOPED_TREE struct tree *disk = tree_new();
	if (tree_add_tree(disk, PROJECT_ROOT, s->plan.tests_tree, PROJECT_ROOT, err) < 0)
		return -1;
	for (size_t i = 0; i < s->plan.objects_len; i++) {
		const struct strings *inputs = &s->plan.objects[i].built.inputs;
		for (size_t k = 0; k < inputs->len; k++) {
			const char *path = arena_printf(&scratch, PROJECT_ROOT "/%s", inputs->items[k]);
			const struct tree_node *node = tree_find(disk, path);
			bool hidden = node && node->type == TREE_FILE && node->content.len && !suite_is_public(s, inputs->items[k]);
			if (hidden && tree_add_file(disk, path, STR(""), err) < 0)
				return -1;
		}
	}
	s->disk = take(disk);
	return 0;
}

static int build_stages(struct suite *s, const struct tree *source, struct err *err)
{
	if (plan_make(s->project, source, &s->plan, err) < 0 || make_start(s, err) < 0 || compile_all(s, err) < 0)
		return -1;
	read_symbols(s);
	if (read_public_names(s, err) < 0)
		return -1;
	find_private_files(s);
	find_private_names(s);
	return make_disk(s, err);
}

int suite_build(const struct project *project, const struct tree *source, const struct tools *tools,
		struct suite *ret, struct err *err)
{
	struct suite s = {.project = project, .tools = tools, .begun_ns = clock_monotonic_ns()};
	if (build_stages(&s, source, err) < 0) {
		suite_release(&s);
		return -1;
	}
	*ret = s;
	return 0;
}

/* ---- programs */

struct testing {
	const struct suite *suite;
	struct suite_result *result;
	struct err *errors; /* of each program */
};

static void check_program(void *data, size_t index)
{
	struct testing *t = data;
	const struct plan_program *planned = &t->suite->plan.programs[index];
	if (program_check(t->suite, planned, &t->result->programs[index], &t->errors[index]) < 0)
		err_wrap(&t->errors[index], "%s", planned->name);
	event_send(t->suite->tools->observer, EVENT_STEP, planned->name, 0);
}

static int check_all(struct testing *t, struct err *err)
{
	size_t len = t->result->programs_len;
	if (tools_stage(t->suite->tools, "testing", len, check_program, t, err) < 0)
		return -1;
	for (size_t i = 0; i < len; i++) {
		if (t->errors[i].kind != ERR_NONE) {
			return err_copy(err, &t->errors[i]);
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

int suite_run(const struct suite *suite, struct suite_result *ret, struct err *err)
{
	size_t len = suite->plan.programs_len;
	struct suite_result result = {.programs_len = len};
	result.programs = mem_zalloc(len, sizeof(*result.programs));
	if (suite->library_failure)
		result.library_failure = arena_strdup(&result.arena, suite->library_failure);
	struct testing t = {suite, &result, mem_zalloc(len, sizeof(*t.errors))};
	int outcome = check_all(&t, err);
	free(t.errors);
	if (outcome < 0) {
		suite_result_release(&result);
		return -1;
	}
	add_up(&result);
	result.wall_ns = clock_monotonic_ns() - suite->begun_ns;
	*ret = result;
	return 0;
}
