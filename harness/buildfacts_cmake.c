#include "harness/buildfacts_cmake.h"

#include "core/mem.h"

enum { LOOP_MAX = 5000 };

struct cmake_function {
	struct cmake_function *older;
	const char *name;
	bool macro; /* has no variables of its own */
	struct strings parameters;
	const struct cmake_script *script;
	size_t from, to;
};

enum flow { GO_ON, NEXT_ROUND, LEAVE_LOOP, LEAVE };

static bool is(const struct cmake_command *command, const char *name)
{
	return strcmp(command->name, name) == 0;
}

static enum flow run(struct cmake *c, const struct cmake_script *script, size_t from, size_t to);

/* A branch that nobody knows to be taken: what it does to the way itself does not count. */
static void run_unsure(struct cmake *c, const struct cmake_script *script, size_t from, size_t to)
{
	if (c->unsure++ == 0)
		c->sure_targets = c->targets.len;
	run(c, script, from, to);
	c->unsure--;
}

static bool makes_targets(struct cmake *c, const struct cmake_script *script, size_t from, size_t to)
{
	for (size_t i = from; i < to && facts_spend(c->f, 1); i++) {
		const struct cmake_command *command = &script->items[i];
		if (is(command, "add_library") || is(command, "add_executable") || is(command, "add_test") ||
		    is(command, "add_subdirectory"))
			return true;
	}
	return false;
}

/*
 * What an option that is off would add is worth knowing too, as long as nothing
 * takes its place: libraries and tests beside the main ones.
 */
static enum flow run_if(struct cmake *c, const struct cmake_script *script, size_t at, size_t *ret_end)
{
	enum flow flow = GO_ON;
	enum cmake_truth open = CMAKE_YES; /* whether one gets as far as the next branch */
	size_t hidden = script->len;
	bool followed = false;
	for (bool first = true; at < script->len && (first || cmake_is_branch(&script->items[at])); first = false) {
		const struct cmake_command *command = &script->items[at];
		size_t body = at + 1, end = command->next;
		c->saw_off = false;
		enum cmake_truth truth = is(command, "else") ? CMAKE_YES : cmake_condition(c, command);
		if (truth == CMAKE_NO && c->saw_off && hidden == script->len && makes_targets(c, script, body, end))
			hidden = at;
		followed = followed || (truth != CMAKE_NO && open != CMAKE_NO);
		if (truth == CMAKE_YES && open == CMAKE_YES)
			flow = run(c, script, body, end);
		else if (truth != CMAKE_NO && open != CMAKE_NO)
			run_unsure(c, script, body, end);
		if (truth == CMAKE_YES)
			open = CMAKE_NO;
		else if (truth == CMAKE_MAYBE && open == CMAKE_YES)
			open = CMAKE_MAYBE;
		at = end;
	}
	if (!followed && hidden < script->len)
		flow = run(c, script, hidden + 1, script->items[hidden].next);
	*ret_end = at;
	return flow;
}

static struct strings range(struct cmake *c, const struct strings *args)
{
	struct strings items = {0};
	uint64_t ends[3] = {0, 0, 1};
	size_t given = 0;
	for (size_t i = 2; i < args->len && given < 3; i++)
		str_to_u64(str_of(args->items[i]), &ends[given++]);
	if (given == 1) {
		ends[1] = ends[0];
		ends[0] = 0;
	}
	for (uint64_t i = ends[0]; ends[2] > 0 && i <= ends[1] && items.len < LOOP_MAX && facts_spend(c->f, 8);
	     i += ends[2]) {
		facts_push(c->f, &items, arena_printf(c->f->a, "%llu", (unsigned long long)i));
		if (ends[1] - i < ends[2])
			break;
	}
	return items;
}

/* foreach(x a b), foreach(x IN LISTS l ITEMS a b), foreach(x RANGE …). */
static struct strings rounds(struct cmake *c, const struct strings *args)
{
	struct strings items = {0};
	bool lists = false, in = args->len > 1 && strcmp(args->items[1], "IN") == 0;
	if (args->len > 1 && strcmp(args->items[1], "RANGE") == 0)
		return range(c, args);
	for (size_t i = in ? 2 : 1; i < args->len && facts_spend(c->f, 1); i++) {
		const char *arg = args->items[i];
		if (in && (strcmp(arg, "LISTS") == 0 || strcmp(arg, "ITEMS") == 0)) {
			lists = arg[0] == 'L';
		} else if (lists) {
			const char *value = cmake_var(c, arg);
			struct strings list = cmake_list(c, str_of(value ? value : ""));
			facts_push_all(c->f, &items, &list);
		} else {
			facts_push(c->f, &items, arg);
		}
	}
	return items;
}

static enum flow run_foreach(struct cmake *c, const struct cmake_script *script, size_t at)
{
	const struct cmake_command *command = &script->items[at];
	struct strings args = cmake_args(c, command);
	if (args.len == 0)
		return GO_ON;
	struct strings items = rounds(c, &args);
	for (size_t i = 0; i < items.len && i < LOOP_MAX && facts_spend(c->f, 8); i++) {
		cmake_set(c, args.items[0], items.items[i]);
		enum flow flow = run(c, script, at + 1, command->next);
		if (flow == LEAVE)
			return flow;
		if (flow == LEAVE_LOOP)
			break;
	}
	return GO_ON;
}

static void define_function(struct cmake *c, const struct cmake_script *script, size_t at)
{
	const struct cmake_command *command = &script->items[at];
	struct strings args = cmake_args(c, command);
	if (args.len == 0)
		return;
	struct cmake_function *function = arena_new(c->f->a, struct cmake_function);
	*function = (struct cmake_function){
		.older = c->functions,
		.name = facts_lower(c->f, str_of(args.items[0])),
		.macro = is(command, "macro"),
		.script = script,
		.from = at + 1,
		.to = command->next,
	};
	for (size_t i = 1; i < args.len; i++)
		facts_push(c->f, &function->parameters, args.items[i]);
	c->functions = function;
}

static void call(struct cmake *c, const struct cmake_function *function, const struct strings *args)
{
	struct facts_vars *outer = c->vars;
	struct strings rest = {0};
	if (!function->macro) {
		if (!facts_spend(c->f, sizeof(*c->vars)))
			return;
		c->vars = arena_new(c->f->a, struct facts_vars);
		c->vars->parent = outer;
	}
	for (size_t i = 0; i < args->len && facts_spend(c->f, 8); i++) {
		cmake_set(c, arena_printf(c->f->a, "ARGV%zu", i), args->items[i]);
		if (i < function->parameters.len)
			cmake_set(c, function->parameters.items[i], args->items[i]);
		else
			facts_push(c->f, &rest, args->items[i]);
	}
	for (size_t i = args->len; i < function->parameters.len && facts_spend(c->f, 8); i++)
		cmake_set(c, function->parameters.items[i], "");
	cmake_set(c, "ARGC", arena_printf(c->f->a, "%zu", args->len));
	cmake_set(c, "ARGV", cmake_join(c, args, ";"));
	cmake_set(c, "ARGN", cmake_join(c, &rest, ";"));
	const struct cmake_script *script = c->script;
	c->script = function->script;
	run(c, function->script, function->from, function->to);
	c->script = script;
	c->vars = outer;
}

static bool run_file(struct cmake *c, const char *file)
{
	struct str text;
	if (c->depth >= FACTS_DEPTH_MAX || !facts_open(c->f, file, &text))
		return false;
	const struct cmake_script *outer = c->script, *script = cmake_parse(c->f, file, text);
	c->script = script;
	c->depth++;
	run(c, script, 0, script->len);
	c->depth--;
	c->script = outer;
	return true;
}

static void include(struct cmake *c, const struct strings *args)
{
	if (args->len == 0)
		return;
	const char *folder_before = cmake_var(c, "CMAKE_CURRENT_LIST_DIR");
	const char *modules = cmake_var(c, "CMAKE_MODULE_PATH");
	struct strings folders = cmake_list(c, str_of(modules ? modules : ""));
	const char *path = cmake_path(c, args->items[0]);
	const char *module = arena_printf(c->f->a, "%s.cmake", args->items[0]);
	for (size_t i = 0; (!path || !facts_is_file(c->f, path)) && i < folders.len && facts_spend(c->f, 1); i++) {
		const char *folder = cmake_path(c, folders.items[i]);
		path = folder ? facts_path(c->f, folder, str_of(module)) : NULL;
	}
	if (!path || !facts_is_file(c->f, path))
		return;
	cmake_set(c, "CMAKE_CURRENT_LIST_DIR", facts_absolute(c->f, facts_folder(c->f, path)));
	run_file(c, path);
	cmake_set(c, "CMAKE_CURRENT_LIST_DIR", folder_before ? folder_before : "");
}

static struct strings copy(struct cmake *c, const struct strings *list)
{
	struct strings some = {0};
	facts_push_all(c->f, &some, list);
	return some;
}

static void run_folder(struct cmake *c, const char *path)
{
	struct cmake_folder *outer = c->folder, *folder = arena_new(c->f->a, struct cmake_folder);
	struct facts_vars *vars = c->vars;
	size_t first = c->targets.len;
	folder->path = path;
	if (outer) {
		folder->all.include = copy(c, &outer->all.include);
		folder->all.defines = copy(c, &outer->all.defines);
		folder->all.flags = copy(c, &outer->all.flags);
		c->vars = arena_new(c->f->a, struct facts_vars);
		c->vars->parent = vars;
	}
	c->folder = folder;
	const char *absolute = facts_absolute(c->f, path);
	cmake_set(c, "CMAKE_CURRENT_SOURCE_DIR", absolute);
	cmake_set(c, "CMAKE_CURRENT_BINARY_DIR", absolute);
	cmake_set(c, "CMAKE_CURRENT_LIST_DIR", absolute);
	run_file(c, arena_printf(c->f->a, "%s%sCMakeLists.txt", path, path[0] ? "/" : ""));
	cmake_end_folder(c, first);
	c->folder = outer;
	c->vars = vars;
}

static void add_subdirectory(struct cmake *c, const struct strings *args)
{
	const char *path = args->len ? cmake_path(c, args->items[0]) : NULL;
	if (path && strcmp(path, c->folder->path) != 0 && facts_spend(c->f, sizeof(struct facts_vars)))
		run_folder(c, path);
}

static void project(struct cmake *c, const struct strings *args)
{
	if (args->len == 0)
		return;
	const char *name = args->items[0], *version = NULL, *here = facts_absolute(c->f, c->folder->path);
	for (size_t i = 1; i + 1 < args->len; i++) {
		if (strcmp(args->items[i], "VERSION") == 0)
			version = args->items[i + 1];
	}
	cmake_set(c, "PROJECT_NAME", name);
	cmake_set(c, "PROJECT_SOURCE_DIR", here);
	cmake_set(c, "PROJECT_BINARY_DIR", here);
	cmake_set(c, arena_printf(c->f->a, "%s_SOURCE_DIR", name), here);
	cmake_set(c, arena_printf(c->f->a, "%s_BINARY_DIR", name), here);
	if (!cmake_var(c, "CMAKE_PROJECT_NAME"))
		facts_var_set(c->f, c->cache, STR("CMAKE_PROJECT_NAME"), name);
	if (!c->f->name)
		c->f->name = name;
	if (!version)
		return;
	static const char *const parts[] = {"MAJOR", "MINOR", "PATCH", "TWEAK"};
	struct strings numbers = facts_split(c->f, str_of(version), ".");
	cmake_set(c, "PROJECT_VERSION", version);
	cmake_set(c, arena_printf(c->f->a, "%s_VERSION", name), version);
	for (size_t i = 0; i < countof(parts); i++) {
		const char *number = i < numbers.len ? numbers.items[i] : "";
		cmake_set(c, arena_printf(c->f->a, "PROJECT_VERSION_%s", parts[i]), number);
		cmake_set(c, arena_printf(c->f->a, "%s_VERSION_%s", name, parts[i]), number);
	}
	if (!c->f->version)
		c->f->version = version;
}

static void run_command(struct cmake *c, const struct cmake_command *command)
{
	struct strings args = cmake_args(c, command);
	if (is(command, "include")) {
		include(c, &args);
		return;
	}
	if (is(command, "add_subdirectory")) {
		add_subdirectory(c, &args);
		return;
	}
	if (is(command, "project")) {
		project(c, &args);
		return;
	}
	for (const struct cmake_function *o = c->functions; o && facts_spend(c->f, 1); o = o->older) {
		if (strcmp(o->name, command->name) == 0) {
			call(c, o, &args);
			return;
		}
	}
	if (!cmake_run_target_command(c, command->name, &args))
		cmake_run_list_command(c, command->name, &args);
}

static enum flow run_block(struct cmake *c, const struct cmake_script *script, size_t *at)
{
	const struct cmake_command *command = &script->items[*at];
	if (is(command, "if"))
		return run_if(c, script, *at, at);
	enum flow flow = GO_ON;
	if (is(command, "foreach"))
		flow = run_foreach(c, script, *at);
	else if (is(command, "while"))
		run_unsure(c, script, *at + 1, command->next);
	else
		define_function(c, script, *at);
	*at = command->next;
	return flow;
}

static enum flow jump_of(const struct cmake_command *command)
{
	if (is(command, "break"))
		return LEAVE_LOOP;
	if (is(command, "continue"))
		return NEXT_ROUND;
	return is(command, "return") ? LEAVE : GO_ON;
}

static enum flow run(struct cmake *c, const struct cmake_script *script, size_t from, size_t to)
{
	enum flow flow = GO_ON;
	if (c->depth >= 2 * FACTS_DEPTH_MAX)
		return flow;
	c->depth++;
	for (size_t i = from; i < to && flow == GO_ON && facts_spend(c->f, 16); i++) {
		const struct cmake_command *command = &script->items[i];
		c->line = command->line;
		if (cmake_block_end(command))
			flow = run_block(c, script, &i);
		else if (jump_of(command) != GO_ON)
			flow = c->unsure ? GO_ON : jump_of(command);
		else
			run_command(c, command);
	}
	c->depth--;
	return flow;
}

static const struct {
	const char *name, *value;
} known[] = {
	{"UNIX", "1"},
	{"LINUX", "1"},
	{"CMAKE_SYSTEM_NAME", "Linux"},
	{"CMAKE_HOST_SYSTEM_NAME", "Linux"},
	{"CMAKE_C_COMPILER_ID", "Clang"},
	{"CMAKE_C_COMPILER_LOADED", "1"},
	{"CMAKE_BUILD_TYPE", "Release"},
	{"CMAKE_VERSION", "3.30.0"},
	{"CMAKE_MAJOR_VERSION", "3"},
	{"CMAKE_MINOR_VERSION", "30"},
	{"CMAKE_INSTALL_INCLUDEDIR", "include"},
	{"CMAKE_INSTALL_FULL_INCLUDEDIR", "/usr/local/include"},
	{"CMAKE_INSTALL_PREFIX", "/usr/local"},
	{"BUILD_SHARED_LIBS", "OFF"},
	{"BUILD_TESTING", "ON"},
};

void facts_read_cmake(struct facts *f, const char *path)
{
	struct facts_vars vars = {0};
	struct cmake c = {.f = f, .vars = &vars, .cache = &vars};
	const char *folder = facts_folder(f, path), *absolute = facts_absolute(f, folder);
	for (size_t i = 0; i < countof(known); i++)
		cmake_set(&c, known[i].name, known[i].value);
	cmake_set(&c, "CMAKE_SOURCE_DIR", absolute);
	cmake_set(&c, "CMAKE_BINARY_DIR", absolute);
	cmake_set(&c, "PROJECT_SOURCE_DIR", absolute);
	cmake_set(&c, "PROJECT_BINARY_DIR", absolute);
	run_folder(&c, folder);
	cmake_end(&c);
	vec_release(&c.targets);
	vec_release(&c.tests);
}
