#include "harness/buildfacts_cmake.h"

#include "core/mem.h"

static bool is(const struct strings *args, size_t at, const char *word)
{
	return at < args->len && strcmp(args->items[at], word) == 0;
}

/* The index of the first of the words, or the list's length. */
static size_t find(const struct strings *args, size_t from, const char *word)
{
	while (from < args->len && strcmp(args->items[from], word) != 0)
		from++;
	return min_size(from, args->len);
}

static bool is_one_of(const char *word, const char *const *words, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (strcmp(words[i], word) == 0)
			return true;
	}
	return false;
}

/* Who is to have what follows: the target itself, those who link with it. */
enum { FOR_ITSELF = 1, FOR_OTHERS = 2 };

/* Changes `who` if the word says so; true if it says nothing else. */
static bool is_scope(const char *word, unsigned *who)
{
	static const char *const others[] = {"SYSTEM", "BEFORE", "AFTER", "EXCLUDE_FROM_ALL", "debug", "optimized",
					     "general", "WIN32", "MACOSX_BUNDLE"};
	if (strcmp(word, "PRIVATE") == 0 || strcmp(word, "LINK_PRIVATE") == 0)
		*who = FOR_ITSELF;
	else if (strcmp(word, "INTERFACE") == 0)
		*who = FOR_OTHERS;
	else if (strcmp(word, "PUBLIC") == 0 || strcmp(word, "LINK_PUBLIC") == 0)
		*who = FOR_ITSELF | FOR_OTHERS;
	else
		return is_one_of(word, others, countof(others));
	return true;
}

struct cmake_target *cmake_find_target(struct cmake *c, struct str name)
{
	const char *real = facts_var(c->f, &c->aliases, name);
	name = real ? str_of(real) : name;
	for (size_t i = c->targets.len; i > 0 && facts_spend(c->f, 1); i--) {
		if (str_eq(str_of(c->targets.items[i - 1]->fact->name), name))
			return c->targets.items[i - 1];
	}
	return NULL;
}

/* The target that a command is about; NULL if it must not be changed here, since nobody knows whether it would be. */
static struct cmake_target *target_of(struct cmake *c, const char *name)
{
	struct cmake_target *t = cmake_find_target(c, str_of(name));
	return t && c->unsure && t->index < c->sure_targets ? NULL : t;
}

/* An argument may be a list once its expressions are replaced. */
static struct strings generated(struct cmake *c, const char *text)
{
	return cmake_list(c, str_of(cmake_generate(c, text)));
}

static void add_source(struct cmake *c, struct cmake_target *t, const char *text)
{
	struct str objects = STR("$<TARGET_OBJECTS:");
	if (str_starts(str_of(text), objects)) {
		struct str name = str_from(str_of(text), objects.len);
		facts_push(c->f, &t->fact->links, facts_text(c->f, str_first(name, str_index(name, '>'))));
		return;
	}
	const char *path = facts_is_source(str_of(text)) ? cmake_path(c, text) : NULL;
	if (path)
		facts_push(c->f, &t->fact->sources, path);
}

static void add_target(struct cmake *c, const struct strings *args, bool program)
{
	static const char *const kinds[] = {"STATIC", "SHARED", "MODULE", "OBJECT", "INTERFACE", "UNKNOWN",
					    "EXCLUDE_FROM_ALL", "WIN32", "MACOSX_BUNDLE"};
	if (args->len == 0 || !args->items[0][0] || is(args, 1, "IMPORTED") || is(args, 2, "IMPORTED"))
		return;
	if (is(args, 1, "ALIAS")) {
		if (args->len > 2)
			facts_var_set(c->f, &c->aliases, str_of(args->items[0]), args->items[2]);
		return;
	}
	struct cmake_target *t = arena_new(c->f->a, struct cmake_target);
	t->fact = facts_target(c->f, args->items[0], program, c->script->file, c->line);
	t->folder = c->folder;
	t->index = c->targets.len;
	*vec_push(&c->targets) = t;
	for (size_t i = 1; i < args->len && facts_spend(c->f, 1); i++) {
		struct strings some = generated(c, args->items[i]);
		for (size_t k = 0; k < some.len; k++) {
			if (!is_one_of(some.items[k], kinds, countof(kinds)))
				add_source(c, t, some.items[k]);
		}
	}
}

static void add_library(struct cmake *c, const struct strings *args)
{
	add_target(c, args, false);
}

static void add_executable(struct cmake *c, const struct strings *args)
{
	add_target(c, args, true);
}

static void add_header(struct cmake *c, const char *text)
{
	const char *path = facts_is_header(str_of(text)) ? cmake_path(c, text) : NULL;
	if (path)
		facts_push(c->f, &c->f->headers, path);
}

/* target_sources(t PUBLIC FILE_SET HEADERS BASE_DIRS include FILES a.h) as well as plain ones. */
static void target_sources(struct cmake *c, const struct strings *args)
{
	struct cmake_target *t = args->len ? cmake_find_target(c, str_of(args->items[0])) : NULL;
	unsigned who = FOR_ITSELF;
	bool set = false, roots = false;
	for (size_t i = 1; t && i < args->len && facts_spend(c->f, 1); i++) {
		if (is_scope(args->items[i], &who)) {
			set = false;
		} else if (is(args, i, "FILE_SET")) {
			set = true;
			roots = false;
			i++;
		} else if (set && is(args, i, "TYPE")) {
			i++;
		} else if (set && (is(args, i, "BASE_DIRS") || is(args, i, "FILES"))) {
			roots = is(args, i, "BASE_DIRS");
		} else {
			struct strings some = generated(c, args->items[i]);
			for (size_t k = 0; k < some.len && facts_spend(c->f, 1); k++) {
				const char *path = set && roots ? cmake_path(c, some.items[k]) : NULL;
				if (path && who != FOR_ITSELF)
					facts_push(c->f, &c->f->header_roots, path);
				if (set && !roots && who != FOR_ITSELF)
					add_header(c, some.items[k]);
				if (!set && who != FOR_OTHERS)
					add_source(c, t, some.items[k]);
			}
		}
	}
}

enum kind { INCLUDE, DEFINES, OPTIONS };

static void add_one(struct cmake *c, struct fact_target *t, enum kind kind, const char *text)
{
	if (kind == INCLUDE) {
		const char *path = cmake_path(c, text);
		if (path)
			facts_push(c->f, &t->include, path);
	} else if (kind == DEFINES && !strchr(text, '$')) {
		text = strncmp(text, "-D", 2) == 0 ? text + 2 : text;
		if (text[0] && text[0] != '-')
			facts_push(c->f, &t->defines, text);
	} else if (kind == OPTIONS) {
		struct strings words = facts_words(c->f, str_of(text));
		facts_arguments(c->f, t, c->folder->path, &words);
	}
}

static void add_to_target(struct cmake *c, const struct strings *args, enum kind kind)
{
	struct cmake_target *t = args->len ? target_of(c, args->items[0]) : NULL;
	unsigned who = FOR_ITSELF;
	for (size_t i = 1; t && i < args->len && facts_spend(c->f, 1); i++) {
		if (is_scope(args->items[i], &who))
			continue;
		struct strings some = generated(c, args->items[i]);
		for (size_t k = 0; k < some.len && facts_spend(c->f, 1); k++) {
			if (who & FOR_ITSELF)
				add_one(c, t->fact, kind, some.items[k]);
			if (who & FOR_OTHERS)
				add_one(c, &t->shared, kind, some.items[k]);
		}
	}
}

static void target_include_directories(struct cmake *c, const struct strings *args)
{
	add_to_target(c, args, INCLUDE);
}

static void target_compile_definitions(struct cmake *c, const struct strings *args)
{
	add_to_target(c, args, DEFINES);
}

static void target_compile_options(struct cmake *c, const struct strings *args)
{
	add_to_target(c, args, OPTIONS);
}

static void target_link_libraries(struct cmake *c, const struct strings *args)
{
	struct cmake_target *t = args->len ? cmake_find_target(c, str_of(args->items[0])) : NULL;
	unsigned who = FOR_ITSELF;
	for (size_t i = 1; t && i < args->len && facts_spend(c->f, 1); i++) {
		if (!is_scope(args->items[i], &who))
			facts_push(c->f, &t->fact->links, cmake_generate(c, args->items[i]));
	}
}

/* For all targets of a folder. What only some machine would define is left out. */
static void add_to_folder(struct cmake *c, const struct strings *args, enum kind kind)
{
	unsigned who = 0;
	for (size_t i = 0; i < args->len && (!c->unsure || kind == INCLUDE) && facts_spend(c->f, 1); i++) {
		struct strings some = generated(c, args->items[i]);
		for (size_t k = 0; k < some.len; k++) {
			if (!is_scope(some.items[k], &who))
				add_one(c, &c->folder->all, kind, some.items[k]);
		}
	}
}

static void include_directories(struct cmake *c, const struct strings *args)
{
	add_to_folder(c, args, INCLUDE);
}

static void add_compile_definitions(struct cmake *c, const struct strings *args)
{
	add_to_folder(c, args, DEFINES);
}

static void add_compile_options(struct cmake *c, const struct strings *args)
{
	add_to_folder(c, args, OPTIONS);
}

static void set_target_property(struct cmake *c, struct cmake_target *t, const char *key, const char *value)
{
	static const struct {
		const char *key;
		enum kind kind;
	} kinds[] = {
		{"COMPILE_FLAGS", OPTIONS},
		{"COMPILE_OPTIONS", OPTIONS},
		{"COMPILE_DEFINITIONS", DEFINES},
		{"INCLUDE_DIRECTORIES", INCLUDE},
	};
	struct strings values = generated(c, value);
	for (size_t i = 0; i < values.len && facts_spend(c->f, 1); i++) {
		for (size_t k = 0; k < countof(kinds); k++) {
			if (strcmp(kinds[k].key, key) == 0)
				add_one(c, t->fact, kinds[k].kind, values.items[i]);
		}
		if (strcmp(key, "PUBLIC_HEADER") == 0)
			add_header(c, values.items[i]);
		if (strcmp(key, "C_STANDARD") == 0)
			facts_push(c->f, &t->fact->flags, arena_printf(c->f->a, "-std=gnu%s", values.items[i]));
	}
}

static struct cmake_test *find_test(struct cmake *c, const char *name)
{
	for (size_t i = c->tests.len; i > 0 && facts_spend(c->f, 1); i--) {
		if (strcmp(c->tests.items[i - 1]->name, name) == 0)
			return c->tests.items[i - 1];
	}
	return NULL;
}

static void set_test_property(struct cmake *c, struct cmake_test *t, const char *key, const char *value)
{
	if (strcmp(key, "WILL_FAIL") == 0)
		t->will_fail = cmake_is_on(str_of(value));
	else if (strcmp(key, "WORKING_DIRECTORY") == 0)
		t->cwd = cmake_path(c, cmake_generate(c, value));
	else if (strcmp(key, "ENVIRONMENT") == 0)
		t->env = generated(c, value);
}

/* set_target_properties(a b PROPERTIES key value …), and the same for tests. */
static void set_properties(struct cmake *c, const struct strings *args, bool tests)
{
	size_t end = find(args, 0, "PROPERTIES");
	for (size_t i = 0; i < end && facts_spend(c->f, 1); i++) {
		struct cmake_target *target = tests ? NULL : target_of(c, args->items[i]);
		struct cmake_test *test = tests ? find_test(c, args->items[i]) : NULL;
		for (size_t k = end + 1; k + 1 < args->len && facts_spend(c->f, 1); k += 2) {
			if (target)
				set_target_property(c, target, args->items[k], args->items[k + 1]);
			if (test)
				set_test_property(c, test, args->items[k], args->items[k + 1]);
		}
	}
}

static void set_target_properties(struct cmake *c, const struct strings *args)
{
	set_properties(c, args, false);
}

static void set_tests_properties(struct cmake *c, const struct strings *args)
{
	set_properties(c, args, true);
}

/* set_property(TARGET a b [APPEND] PROPERTY key value …). */
static void set_property(struct cmake *c, const struct strings *args)
{
	size_t end = find(args, 1, "PROPERTY");
	if (end + 2 >= args->len)
		return;
	struct strings values = {args->items + end + 2, args->len - end - 2};
	const char *value = cmake_join(c, &values, ";");
	for (size_t i = 1; i < end && facts_spend(c->f, 1); i++) {
		struct cmake_target *target = is(args, 0, "TARGET") ? target_of(c, args->items[i]) : NULL;
		struct cmake_test *test = is(args, 0, "TEST") ? find_test(c, args->items[i]) : NULL;
		if (target)
			set_target_property(c, target, args->items[end + 1], value);
		if (test)
			set_test_property(c, test, args->items[end + 1], value);
	}
}

/* add_test(NAME n COMMAND c … [WORKING_DIRECTORY d] [CONFIGURATIONS …]), add_test(n c …). */
static void add_test(struct cmake *c, const struct strings *args)
{
	bool named = is(args, 0, "NAME");
	size_t command = named ? find(args, 0, "COMMAND") + 1 : 1;
	if (args->len < 2)
		return;
	struct cmake_test *t = arena_new(c->f->a, struct cmake_test);
	*t = (struct cmake_test){
		.name = args->items[named ? 1 : 0],
		.folder = c->folder->path,
		.cwd = c->folder->path,
		.file = c->script->file,
		.line = c->line,
	};
	for (size_t i = 2; i < args->len; i++) {
		if (is(args, i - 1, "WORKING_DIRECTORY"))
			t->cwd = cmake_path(c, cmake_generate(c, args->items[i]));
	}
	for (size_t i = command; i < args->len && facts_spend(c->f, 1); i++) {
		if (is(args, i, "WORKING_DIRECTORY") || is(args, i, "CONFIGURATIONS") ||
		    is(args, i, "COMMAND_EXPAND_LISTS"))
			break;
		facts_push(c->f, &t->command, cmake_generate(c, args->items[i]));
	}
	if (c->tests.len < FACTS_LIST_MAX)
		*vec_push(&c->tests) = t;
}

/* The program that a word of a command stands for, or NULL. */
static const char *program_of(struct cmake *c, const char *word)
{
	struct str base = path_base(str_of(word));
	if (str_ends(base, STR(".exe")))
		base = str_first(base, base.len - 4);
	struct cmake_target *t = cmake_find_target(c, str_of(word));
	t = t ? t : cmake_find_target(c, base);
	return t && t->fact->program ? t->fact->name : NULL;
}

/* The first word that is a program of the project: in front of it stand shells, emulators, checkers. */
static void end_test(struct cmake *c, const struct cmake_test *t)
{
	const char *program = NULL;
	size_t at = 0;
	struct strings env = {0};
	facts_push_all(c->f, &env, &t->env);
	for (; at < t->command.len && !program && facts_spend(c->f, 1); at++) {
		const char *word = t->command.items[at];
		program = program_of(c, word);
		if (!program && word[0] != '-' && strchr(word, '=') && at > 0)
			facts_push(c->f, &env, word);
	}
	const char *expected = NULL;
	if (!program) {
		const char *path = t->command.len ? facts_path(c->f, t->folder, str_of(t->command.items[0])) : NULL;
		const char *name = path ? facts_script(c->f, path, &expected) : NULL;
		program = name ? program_of(c, name) : NULL;
	}
	if (!program)
		return;
	struct fact_test *fact = facts_test(c->f, t->name, program, t->file, t->line);
	fact->expected_file = expected;
	for (; at < t->command.len; at++)
		facts_push(c->f, &fact->args, t->command.items[at]);
	fact->env = env;
	fact->cwd = t->cwd;
	fact->expected_exit = t->will_fail ? 1 : 0;
}

void cmake_end_folder(struct cmake *c, size_t first_target)
{
	struct facts_var *flags = facts_var_find(c->f, c->vars, STR("CMAKE_C_FLAGS"));
	const char *standard = cmake_var(c, "CMAKE_C_STANDARD");
	struct fact_target *all = &c->folder->all;
	if (flags && !flags->unsure)
		add_one(c, all, OPTIONS, flags->value);
	if (standard && standard[0])
		facts_push(c->f, &all->flags, arena_printf(c->f->a, "-std=gnu%s", standard));
	for (size_t i = first_target; i < c->targets.len && facts_spend(c->f, 1); i++) {
		struct cmake_target *t = c->targets.items[i];
		if (t->folder != c->folder)
			continue;
		facts_push_all(c->f, &t->fact->include, &all->include);
		facts_push_all(c->f, &t->fact->defines, &all->defines);
		facts_push_all(c->f, &t->fact->flags, &all->flags);
	}
}

/* What a target links with, by its real name and only if it is a target, each once. */
static void settle_links(struct cmake *c, struct cmake_target *t)
{
	struct strings links = {0};
	struct facts_vars seen = {0};
	for (size_t i = 0; i < t->fact->links.len && facts_spend(c->f, 1); i++) {
		struct cmake_target *other = cmake_find_target(c, str_of(t->fact->links.items[i]));
		if (!other || other == t || facts_var(c->f, &seen, str_of(other->fact->name)))
			continue;
		facts_var_set(c->f, &seen, str_of(other->fact->name), "");
		facts_push(c->f, &links, other->fact->name);
	}
	t->fact->links = links;
}

/* What everything that it links with, also by others, hands on. */
static void inherit(struct cmake *c, struct cmake_target *t)
{
	struct facts_vars seen = {0};
	struct strings open = {0};
	facts_push_all(c->f, &open, &t->fact->links);
	for (size_t i = 0; i < open.len && facts_spend(c->f, 1); i++) {
		struct cmake_target *other = cmake_find_target(c, str_of(open.items[i]));
		if (!other || other == t || facts_var(c->f, &seen, str_of(open.items[i])))
			continue;
		facts_var_set(c->f, &seen, str_of(open.items[i]), "");
		facts_push_all(c->f, &t->fact->include, &other->shared.include);
		facts_push_all(c->f, &t->fact->defines, &other->shared.defines);
		facts_push_all(c->f, &t->fact->flags, &other->shared.flags);
		facts_push_all(c->f, &open, &other->fact->links);
	}
}

void cmake_end(struct cmake *c)
{
	for (size_t i = 0; i < c->targets.len; i++)
		settle_links(c, c->targets.items[i]);
	for (size_t i = 0; i < c->targets.len; i++)
		inherit(c, c->targets.items[i]);
	for (size_t i = 0; i < c->tests.len; i++)
		end_test(c, c->tests.items[i]);
}

static const struct {
	const char *name;
	void (*run)(struct cmake *c, const struct strings *args);
} commands[] = {
	{"add_library", add_library},
	{"add_executable", add_executable},
	{"add_test", add_test},
	{"target_sources", target_sources},
	{"target_include_directories", target_include_directories},
	{"target_compile_definitions", target_compile_definitions},
	{"target_compile_options", target_compile_options},
	{"target_link_libraries", target_link_libraries},
	{"include_directories", include_directories},
	{"add_definitions", add_compile_options},
	{"add_compile_definitions", add_compile_definitions},
	{"add_compile_options", add_compile_options},
	{"set_target_properties", set_target_properties},
	{"set_tests_properties", set_tests_properties},
	{"set_property", set_property},
};

bool cmake_run_target_command(struct cmake *c, const char *name, const struct strings *args)
{
	for (size_t i = 0; i < countof(commands); i++) {
		if (strcmp(commands[i].name, name) == 0) {
			commands[i].run(c, args);
			return true;
		}
	}
	return cmake_run_install_command(c, name, args);
}
