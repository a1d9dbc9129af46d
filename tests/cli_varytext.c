/*
 * Literals behind functions that ask the host: nothing changed means nothing changed, and each that is asked for can be
 * changed, whatever its form.
 */

#include "harness/varied_parts.h"
#include "tests/sandbox.h"

enum { ROUNDS_MAX = 20 };

static const char FORMS[] = "tests/seeds/varytext/forms";

static struct built build(struct sandbox *s, struct str text, const char *name, bool preprocess, bool check)
{
	SCOPED_TREE struct tree *tree = NULL;
	struct err err = {0};
	struct built built;
	struct toolchain *tc = s->tools.toolchain;
	static const char *const flags[] = {"-w", "-O0", "-fno-builtin", "-std=gnu17"};
	struct compile c = {
		.source = arena_printf(&s->arena, "/src/%s", name), .flags = flags, .flags_len = countof(flags)};
	sandbox_check(toolchain_tree(tc, &tree, &err), &err);
	sandbox_check(tree_add_file(tree, c.source, text, &err), &err);
	int result = preprocess ? build_preprocess(tc, tree, &c, &build_default_limits, &s->arena, &built, &err)
		     : check	? build_check(tc, tree, &c, &build_default_limits, &s->arena, &built, &err)
				: build_compile(tc, tree, &c, &build_default_limits, &s->arena, &built, &err);
	sandbox_check(result, &err);
	return built;
}

/* The library has `add`, whose second argument is a length, and `scaled`. */
static bool knows(void *data, struct str function, size_t argument, bool *ret_length)
{
	(void)data;
	if (!str_eq(function, STR("add")) && !str_eq(function, STR("scaled")))
		return false;
	*ret_length = argument == 1;
	return true;
}

/* A program of one object, as varied_run.c makes them. */
struct forms {
	struct varied_object object;
	struct varied_objects objects;
	struct varied_program program;
	size_t first_of;
	struct module *module;
};

static int64_t hear_nothing(void *data, enum hostcall_name name, const struct hostcall *call)
{
	(void)data, (void)name, (void)call;
	return 0;
}

static struct module *link_forms(struct sandbox *s, struct str object)
{
	struct err err = {0};
	struct link_input inputs[2] = {{"forms", object}};
	struct built program;
	struct module *module = NULL;
	struct tools tools = {.toolchain = s->tools.toolchain, .engine = s->tools.engine, .cache = s->tools.cache, .threads = 1};
	sandbox_check(varied_guest_object(&tools, &s->arena, &inputs[1], &err), &err);
	sandbox_check(build_link(s->tools.toolchain, inputs, 2, &build_default_limits, &s->arena, &program, &err), &err);
	sandbox_check(module_load(s->tools.engine, s->tools.cache, NULL, program.bytes, &module, &err), &err);
	return module;
}

/* Until only those are left that compile. */
static struct str written(struct sandbox *s, struct forms *f)
{
	struct err err = {0};
	for (size_t round = 0;; round++) {
		struct splice text;
		sandbox_check(varytext_write(&f->object.source, &f->object.literals, 0, &s->arena, &text, &err), &err);
		struct built checked = build(s, text.text, "forms.i", false, true);
		if (checked.ok)
			return text.text;
		size_t dropped = varytext_drop_failed(&f->object.source, &f->object.literals, &text, &checked.diags);
		if (!dropped || round == ROUNDS_MAX)
			sandbox_check(err_set(&err, ERR_BUG, "%s", checked.failure), &err);
	}
}

static void make_forms(struct sandbox *s, struct forms *f)
{
	struct err err = {0};
	struct varied_callees callees = {NULL, knows};
	struct built text = build(s, sandbox_file(s, FORMS), "forms.c", true, false);
	sandbox_check(text.ok ? 0 : err_set(&err, ERR_BUG, "%s", text.failure), &err);
	sandbox_check(expanded_read(text.bytes, &s->arena, &f->object.source, &err), &err);
	varytext_find(&f->object.source, "/src/", &callees, &s->arena, &f->object.literals);
	struct built object = build(s, written(s, f), "forms.i", false, false);
	ok(object.ok);
	f->module = link_forms(s, object.bytes);
	f->objects = (struct varied_objects){.items = &f->object, .len = 1};
	f->program = (struct varied_program){.objects = &f->objects, .first_of = &f->first_of};
	f->program.inputs_len = f->object.literals.numbers;
	f->program.inputs = arena_array(&s->arena, f->program.inputs_len + 1, struct varied_input);
}

static struct str run(struct sandbox *s, struct forms *f, const struct variation *v, bool note)
{
	SCOPED_TREE struct tree *tree = tree_new();
	const struct guest g = {.seed = 1};
	struct wasi_world world = sandbox_world(s, &g, tree);
	struct limits limits = sandbox_limits(&g);
	struct varied_hearing h = {.program = &f->program, .variation = v, .inner = {.hostcalls = {.call = hear_nothing}}};
	struct program_other other = {0};
	struct run_result result;
	struct err err = {0};
	SCOPED(wasi_release) struct wasi w;
	h.found = note ? f->program.inputs : NULL;
	h.arena = &s->arena;
	varied_hear(&h, &other);
	wasi_init(&w, &world);
	sandbox_check(engine_run_heard(f->module, &limits, &w, &other.hostcalls, &result, &err), &err);
	is_int(result.outcome, OUTCOME_EXITED);
	return (struct str){arena_str(&s->arena, buf_str(&w.out)), w.out.len};
}

static const struct variation nothing = {.len = 0};

static struct str plain_output(struct sandbox *s)
{
	struct guest g = {.module = sandbox_try(s, "forms.c", sandbox_file(s, FORMS).ptr, NULL)};
	return sandbox_run(s, &g).out;
}

static size_t reached(const struct forms *f)
{
	size_t count = 0;
	for (size_t i = 0; i < f->program.inputs_len; i++)
		count += f->program.inputs[i].reached;
	return count;
}

/* inputs_len if there is none. */
static size_t input_of_text(const struct forms *f, const char *text)
{
	for (size_t i = 0; i < f->program.inputs_len; i++) {
		const struct varied_input *input = &f->program.inputs[i];
		if (input->reached && input->text.ptr && str_eq(input->text, str_of(text)))
			return i;
	}
	return f->program.inputs_len;
}

static void change_text(struct sandbox *s, struct forms *f, const char *from, const char *to, const char *seen)
{
	struct variation v = {.len = 1, .changes = {{.input = input_of_text(f, from), .text = str_of(to)}}};
	struct str out = run(s, f, &v, false);
	bool found = memmem(out.ptr, out.len, seen, strlen(seen)) != NULL;
	if (!tap_ok(found, arena_printf(&s->arena, "\"%s\" as \"%s\"", from, to), __FILE__, __LINE__))
		tap_print("# %.*s", STR_ARG(out));
}

static void texts_are_changed(struct sandbox *s, struct forms *f)
{
	change_text(s, f, "twice", "once and again", "14 once and again|");
	change_text(s, f, "cast", "c", "4 c");
	change_text(s, f, "two parts", "one", " one 0.5");
	change_text(s, f, "first", "a first one that is longer", " a first one that is longer second");
	change_text(s, f, "format %d %s", "%n", ",%n|");
	/* Tables: by their pointers, as long as one likes; where the bytes lie in them, no longer than they were. */
	change_text(s, f, "ada", "adele", "|abcadele,bob,adele,");
	change_text(s, f, "long key", "short", "short=7 bytes");
	change_text(s, f, "7 bytes", "123456789", "long key=1234567,");
	change_text(s, f, "7 bytes", "", "long key=,");
	change_text(s, f, "whole", "half", "|half 3");
	change_text(s, f, "inside", "outside of it", "|outsid x");
	change_text(s, f, "room", "rooms", " room ");
	change_text(s, f, "room", "r", " r ");
	/* Before constructors of the program's own. */
	change_text(s, f, "ada", "a", "whole 3 1\n");
}

static void numbers_are_changed(struct sandbox *s, struct forms *f)
{
	struct str before = run(s, f, &nothing, false);
	size_t changed = 0, numbers = 0, downward = 0;
	for (size_t i = 0; i < f->object.literals.len; i++) {
		const struct varied_literal *l = &f->object.literals.items[i];
		if (l->dropped || l->form < VARIED_NUMBER || !f->program.inputs[l->number].reached)
			continue;
		double real = 77;
		struct variation v = {.len = 1, .changes = {{.input = l->number, .number = 4}}};
		if (l->form == VARIED_REAL)
			memcpy(&v.changes[0].number, &real, sizeof(real));
		changed += !str_eq(run(s, f, &v, false), before);
		numbers++;
		downward += l->downward;
	}
	ok(numbers > 15);
	/* One is 4 by itself, and three are not printed. */
	is_int(numbers - changed, 4);
	ok(downward > 3 && downward < numbers - 3);
}

static void zero_is_left_alone(struct forms *f)
{
	for (size_t i = 0; i < f->object.literals.len; i++) {
		const struct varied_literal *l = &f->object.literals.items[i];
		struct str text = str_first(str_from(f->object.source.text, l->start), l->end - l->start);
		ok(!str_eq(text, STR("0")));
	}
}

/* Whichever of them are asked for, what is written compiles, and means the same. */
static void any_of_them(struct sandbox *s, struct forms *f, struct str plain)
{
	enum { ROUNDS = 6 };
	struct prng lot = {17};
	struct varied_literals *all = &f->object.literals;
	bool *dropped = arena_array(&s->arena, all->len, bool);
	struct module *whole = f->module;
	for (size_t i = 0; i < all->len; i++)
		dropped[i] = all->items[i].dropped;
	for (size_t round = 0; round < ROUNDS; round++) {
		struct splice text;
		struct err err = {0};
		for (size_t i = 0; i < all->len; i++)
			all->items[i].dropped = dropped[i] || prng_below(&lot, ROUNDS) <= round;
		sandbox_check(varytext_write(&f->object.source, all, 0, &s->arena, &text, &err), &err);
		struct built object = build(s, text.text, "forms.i", false, false);
		if (!ok(object.ok))
			continue;
		f->module = link_forms(s, object.bytes);
		struct str out = run(s, f, &nothing, false);
		ok(str_eq(out, plain));
		module_free(f->module);
	}
	for (size_t i = 0; i < all->len; i++)
		all->items[i].dropped = dropped[i];
	f->module = whole;
}

/* What a text is changed to comes out as it is, whatever bytes it holds. */
static void any_bytes(struct sandbox *s, struct forms *f)
{
	struct prng lot = {18};
	size_t input = input_of_text(f, "twice"), same = 0;
	enum { ROUNDS = 40 };
	for (size_t round = 0; round < ROUNDS; round++) {
		size_t len = prng_below(&lot, 60);
		char *bytes = arena_alloc(&s->arena, len + 1, 1);
		for (size_t i = 0; i < len; i++)
			bytes[i] = (char)(1 + prng_below(&lot, 255));
		struct variation v = {.len = 1, .changes = {{.input = input, .text = {bytes, len}}}};
		struct str out = run(s, f, &v, false);
		const char *seen = arena_printf(&s->arena, "%zu %s|", len, bytes);
		same += memmem(out.ptr, out.len, seen, strlen(seen)) != NULL;
	}
	is_int(same, ROUNDS);
}

static void forms(struct sandbox *s)
{
	struct forms f = {0};
	make_forms(s, &f);
	sandbox_same_lines(run(s, &f, &nothing, true), plain_output(s));
	ok(reached(&f) > 40);
	texts_are_changed(s, &f);
	numbers_are_changed(s, &f);
	zero_is_left_alone(&f);
	any_bytes(s, &f);
	any_of_them(s, &f, plain_output(s));
	module_free(f.module);
}

int main(void)
{
	return sandbox_main(forms);
}
