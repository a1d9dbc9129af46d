#include "harness/build.h"

#include "core/mem.h"

const struct build_limits build_default_limits = {
	.deadline_ns = 60 * (uint64_t)1000000000,
	.memory_bytes = (uint64_t)2 << 30,
	.output_max = 64 << 20,
};

/* What WASI lacks is emulated as far as its C library can; the linker takes
 * from these libraries only what a program refers to. */
static const char *const compile_args[] = {
	"clang",
	"--target=wasm32-wasip1",
	"--sysroot=/usr",
	"-resource-dir",
	"/usr",
	"-isystem",
	"/usr/include",
	"-O2",
	"-g0",
	"-D_WASI_EMULATED_SIGNAL",
	"-D_WASI_EMULATED_PROCESS_CLOCKS",
	"-D_WASI_EMULATED_MMAN",
	"-D_WASI_EMULATED_GETPID",
	/* setjmp and longjmp, by way of Wasm's exceptions */
	"-mllvm",
	"-wasm-enable-sjlj",
	"-mllvm",
	"-wasm-use-legacy-eh=false",
	"-mexception-handling",
	"-fno-color-diagnostics",
	"-fno-caret-diagnostics",
	"-fmessage-length=0",
	"-ferror-limit=50",
	"-fbracket-depth=256",
	"-ftemplate-depth=256",
};

/* clang says them only where it shows the source; with a gutter, by which such lines are known. */
static const char *const fixit_args[] = {
	"-fcaret-diagnostics",
	"-fdiagnostics-show-line-numbers",
	"-fdiagnostics-parseable-fixits",
};

#define NUMBER_OF(macro) #macro
#define NUMBER(macro) NUMBER_OF(macro)

static const char *const link_args_before[] = {
	"wasm-ld",
	"-m",
	"wasm32",
	"--stack-first", /* so that an overflow traps instead of spoiling data */
	"-z",
	"stack-size=" NUMBER(BUILD_STACK_BYTES),
	"-L/usr/lib/wasm32-unknown-wasip1",
	"-L/usr/lib/wasm32-wasip1",
	"/usr/lib/wasm32-wasip1/crt1-command.o",
};

/* A function that nobody defines becomes one that traps. */
static const char *const leaving_args[] = {"--warn-unresolved-symbols"};

static const char *const link_args_after[] = {
	"-lwasi-emulated-signal",
	"-lwasi-emulated-process-clocks",
	"-lwasi-emulated-mman",
	"-lwasi-emulated-getpid",
	"-lsetjmp",
	"-lc-printscan-long-double", /* before libc, whose own printf traps on %Lf */
	"-lc",
	"/usr/lib/wasm32-unknown-wasip1/libclang_rt.builtins.a",
	"-o",
	"/out/program.wasm",
};

/* Flags cannot reach out of the sandbox; this list keeps those away that would
 * make clang do something else than compile this source for this target. */
static const struct {
	const char *text;
	bool whole; /* the flag is exactly this, not only its beginning */
} allowed_flags[] = {
	{"-std=", false}, {"-ansi", true}, {"-pedantic", false}, {"-f", false},
	{"-W", false},    {"-w", true},    {"-O", false},        {"-D", false},
	{"-U", false},    {"-g", false},   {"-msimd128", true},  {"-trigraphs", true},
};

bool build_flag_allowed(const char *flag)
{
	/* "-Wp,…" speaks to another tool; a bare "-D" would take the next argument. */
	bool hands_on = flag[0] && strncmp(flag, "-W", 2) == 0 && flag[2] && flag[3] == ',';
	if (hands_on || strcmp(flag, "-D") == 0 || strcmp(flag, "-U") == 0 || strcmp(flag, "-fsyntax-only") == 0)
		return false;
	for (size_t i = 0; i < countof(allowed_flags); i++) {
		if (allowed_flags[i].whole ? strcmp(flag, allowed_flags[i].text) == 0
					   : str_starts(str_of(flag), str_of(allowed_flags[i].text)))
			return true;
	}
	return false;
}

struct args {
	const char **items;
	size_t len, cap;
};

static void add(struct args *args, const char *const *list, size_t len)
{
	for (size_t i = 0; i < len; i++)
		*vec_push(args) = list[i];
}

static void add_compile(struct args *args, const struct compile *c, struct arena *a)
{
	add(args, compile_args, countof(compile_args));
	for (size_t i = 0; i < c->include_len; i++)
		*vec_push(args) = arena_printf(a, "-I%s", c->include[i]);
	for (size_t i = 0; i < c->defines_len; i++)
		*vec_push(args) = arena_printf(a, "-D%s", c->defines[i]);
	add(args, c->flags, c->flags_len);
	if (c->fixits)
		add(args, fixit_args, countof(fixit_args));
}

/* Why a tool's run gave no output, in one line. */
static const char *explain(const struct tool_result *r, const struct diag_list *diags, const char *tool,
			   const struct build_limits *limits, struct arena *a)
{
	const struct diag *first = diag_first_error(diags);
	switch (r->run.outcome) {
	case OUTCOME_EXITED:
		if (!first)
			return arena_printf(a, "%s ended with exit code %d and said nothing", tool, r->run.exit_code);
		if (!first->line)
			return first->message;
		return arena_printf(a, "%s:%u:%u: %s", first->file, first->line, first->column, first->message);
	case OUTCOME_OUT_OF_TIME:
		return arena_printf(a, "%s was stopped after its limit of %llu s", tool,
				    (unsigned long long)(limits->deadline_ns / 1000000000u));
	case OUTCOME_OUTPUT_LIMIT:
	case OUTCOME_DISK_LIMIT:
		return arena_printf(a, "%s wrote more than its limit of %zu MiB", tool, limits->output_max >> 20);
	default:
		/* clang aborts when it has used up its memory or its stack. */
		return arena_printf(a, "%s broke down: %s%s%s%s", tool,
				    r->run.trap[0] ? r->run.trap : outcome_name(r->run.outcome),
				    r->run.memory_near_limit ? ", near its memory limit" : "",
				    first ? ", saying: " : "", first ? first->message : "");
	}
}

/* The user knows files by their paths in the project, not in the guest's tree. */
static void show_below(struct diag_list *diags, const char *prefix)
{
	for (size_t i = 0; prefix && i < diags->len; i++) {
		if (str_starts(str_of(diags->items[i].file), str_of(prefix)))
			diags->items[i].file += strlen(prefix);
	}
}

struct strings build_project_files(const struct strings *files, struct arena *a)
{
	static const char root[] = PROJECT_ROOT "/";
	struct strings own = {arena_array(a, files->len, const char *), 0};
	for (size_t i = 0; i < files->len; i++) {
		if (str_starts(str_of(files->items[i]), STR(root)))
			own.items[own.len++] = files->items[i] + strlen(root);
	}
	return own;
}

static int run(struct toolchain *tc, const struct tree *tree, const struct args *args, const char *output,
	       const char *shown_below, const struct build_limits *limits, struct arena *a, struct built *ret,
	       struct err *err)
{
	struct tool_run tool = {
		.args = args->items,
		.args_len = args->len,
		.tree = tree,
		.output = output,
		.limits = {.deadline_ns = limits->deadline_ns, .memory_bytes = limits->memory_bytes},
		.output_max = limits->output_max,
	};
	struct tool_result r;
	if (toolchain_run(tc, &tool, a, &r, err) < 0)
		return -1;
	struct built built = {.cached = r.cached, .inputs = build_project_files(&r.inputs, a)};
	built.diags = diag_parse(r.diagnostics, a);
	show_below(&built.diags, shown_below);
	built.bytes = output ? r.output : r.text;
	built.map = output ? r.text : (struct str){0};
	built.ok = r.run.outcome == OUTCOME_EXITED && r.run.exit_code == 0 && (!output || r.output.len > 0);
	if (!built.ok)
		built.failure = explain(&r, &built.diags, args->items[0], limits, a);
	*ret = built;
	return 0;
}

int build_tree(struct toolchain *tc, const struct tree *project, struct tree **out, struct err *err)
{
	SCOPED_TREE struct tree *tree = NULL;
	if (toolchain_tree(tc, &tree, err) < 0 ||
	    (project && tree_graft(tree, PROJECT_ROOT, project, PROJECT_ROOT, err) < 0))
		return -1;
	*out = take(tree);
	return 0;
}

int build_compile(struct toolchain *tc, const struct tree *tree, const struct compile *c,
		  const struct build_limits *limits, struct arena *a, struct built *ret, struct err *err)
{
	static const char object[] = "/out/object.o";
	struct args args = {0};
	add_compile(&args, c, a);
	add(&args, (const char *const[]){"-c", c->source, "-o", object}, 4);
	int result = run(tc, tree, &args, object, c->shown_below, limits, a, ret, err);
	vec_release(&args);
	return result;
}

int build_preprocess(struct toolchain *tc, const struct tree *tree, const struct compile *c,
		     const struct build_limits *limits, struct arena *a, struct built *ret, struct err *err)
{
	static const char text[] = "/out/text.i";
	struct args args = {0};
	add_compile(&args, c, a);
	add(&args, (const char *const[]){"-E", c->source, "-o", text}, 4);
	if (c->keep_defines)
		*vec_push(&args) = "-dD";
	int result = run(tc, tree, &args, text, c->shown_below, limits, a, ret, err);
	vec_release(&args);
	return result;
}

int build_check(struct toolchain *tc, const struct tree *tree, const struct compile *c,
		const struct build_limits *limits, struct arena *a, struct built *ret, struct err *err)
{
	struct args args = {0};
	add_compile(&args, c, a);
	add(&args, (const char *const[]){"-ferror-limit=200", "-fsyntax-only", c->source}, 3);
	int result = run(tc, tree, &args, NULL, c->shown_below, limits, a, ret, err);
	vec_release(&args);
	return result;
}

static int link_in(struct toolchain *tc, struct tree *tree, const struct link_input *objects, size_t len,
		   const struct strings *wrapped, bool leaving, const struct build_limits *limits, struct arena *a, struct built *ret,
		   struct err *err)
{
	struct args args = {0};
	add(&args, link_args_before, countof(link_args_before));
	if (wrapped)
		*vec_push(&args) = "--print-map";
	if (leaving)
		add(&args, leaving_args, countof(leaving_args));
	for (size_t i = 0; wrapped && i < wrapped->len; i++)
		*vec_push(&args) = arena_printf(a, "--wrap=%s", wrapped->items[i]);
	int result = 0;
	for (size_t i = 0; result == 0 && i < len; i++) {
		/* The number keeps two objects of the same name apart. */
		const char *path = arena_printf(a, "/obj/%zu/%s", i, objects[i].name);
		result = tree_add_file(tree, path, objects[i].bytes, err);
		*vec_push(&args) = path;
	}
	add(&args, link_args_after, countof(link_args_after));
	if (result == 0)
		result = run(tc, tree, &args, "/out/program.wasm", NULL, limits, a, ret, err);
	vec_release(&args);
	return result;
}

int build_link_wrapped(struct toolchain *tc, const struct link_input *objects, size_t len, const struct strings *names,
		       const struct build_limits *limits, struct arena *a, struct built *ret, struct err *err)
{
	SCOPED_TREE struct tree *tree = NULL;
	if (toolchain_tree(tc, &tree, err) < 0)
		return -1;
	return link_in(tc, tree, objects, len, names, false, limits, a, ret, err);
}

int build_link_leaving(struct toolchain *tc, const struct link_input *objects, size_t len, const struct strings *names,
		       const struct build_limits *limits, struct arena *a, struct built *ret, struct err *err)
{
	SCOPED_TREE struct tree *tree = NULL;
	if (toolchain_tree(tc, &tree, err) < 0)
		return -1;
	return link_in(tc, tree, objects, len, names, true, limits, a, ret, err);
}

int build_link(struct toolchain *tc, const struct link_input *objects, size_t len, const struct build_limits *limits,
	       struct arena *a, struct built *ret, struct err *err)
{
	return build_link_wrapped(tc, objects, len, NULL, limits, a, ret, err);
}
