#include "harness/buildfacts_meson.h"

/* Functions that say what is built, tested and installed. Methods are in buildfacts_meson_methods.c. */

static const char *path_of(struct meson *m, const char *text)
{
	return facts_path(m->f, m->script->folder, str_of(text));
}

/* A list of what stands there, whether it is one or not. */
static struct meson_value *listed(struct meson *m, struct meson_value *value)
{
	struct meson_value *list = meson_new(m, MESON_LIST);
	if (value && value->kind == MESON_LIST)
		meson_flatten(m, value, list, 0);
	else if (value)
		meson_add(m, list, NULL, value);
	return list;
}

static struct meson_value *listed_args(struct meson *m, const struct meson_args *args, size_t from, const char *name)
{
	struct meson_value all = {.kind = MESON_LIST};
	struct meson_value *named = name ? meson_named(args, name) : NULL;
	for (size_t i = from; i < args->len; i++)
		meson_add(m, &all, NULL, args->items[i]);
	if (named)
		meson_add(m, &all, NULL, named);
	return listed(m, &all);
}

/* A file's path, or NULL. */
static const char *file_of(struct meson *m, const struct meson_value *v)
{
	if (v->kind == MESON_FILE)
		return v->text;
	return v->kind == MESON_TEXT ? path_of(m, v->text) : NULL;
}

static struct meson_value *do_project(struct meson *m, const struct meson_args *args)
{
	const struct meson_value *version = meson_named(args, "version");
	if (!m->f->name)
		m->f->name = meson_text_at(args, 0);
	if (!m->f->version && version && version->kind == MESON_TEXT)
		m->f->version = version->text;
	return NULL;
}

static struct meson_value *do_files(struct meson *m, const struct meson_args *args)
{
	struct meson_value *texts = listed_args(m, args, 0, NULL), *list = meson_new(m, MESON_LIST);
	for (size_t i = 0; i < texts->len; i++) {
		const char *path = file_of(m, texts->items[i]);
		struct meson_value *file = meson_new(m, MESON_FILE);
		file->text = path;
		if (path)
			meson_add(m, list, NULL, file);
	}
	return list;
}

static struct meson_value *do_include_directories(struct meson *m, const struct meson_args *args)
{
	struct meson_value *texts = listed_args(m, args, 0, NULL), *list = meson_new(m, MESON_LIST);
	for (size_t i = 0; i < texts->len; i++) {
		const char *path = file_of(m, texts->items[i]);
		struct meson_value *folder = meson_new(m, MESON_FOLDER);
		folder->text = path;
		if (path)
			meson_add(m, list, NULL, folder);
	}
	return list;
}

static void add_include(struct meson *m, struct fact_target *t, struct meson_value *value)
{
	struct meson_value *list = listed(m, value);
	for (size_t i = 0; i < list->len && facts_spend(m->f, 1); i++) {
		const struct meson_value *v = list->items[i];
		const char *path = v->kind == MESON_FOLDER ? v->text : file_of(m, v);
		if (path)
			facts_push(m->f, &t->include, path);
	}
}

static void add_arguments(struct meson *m, struct fact_target *t, struct meson_value *value)
{
	struct meson_value *list = listed(m, value);
	struct strings words = {0};
	for (size_t i = 0; i < list->len; i++) {
		if (list->items[i]->kind == MESON_TEXT)
			facts_push(m->f, &words, list->items[i]->text);
	}
	facts_arguments(m->f, t, m->script->folder, &words);
}

static void add_sources(struct meson *m, struct fact_target *t, const struct meson_value *list)
{
	for (size_t i = 0; i < list->len && facts_spend(m->f, 1); i++) {
		const char *path = file_of(m, list->items[i]);
		if (path && facts_is_source(str_of(path)))
			facts_push(m->f, &t->sources, path);
	}
}

static void add_links(struct meson *m, struct fact_target *t, struct meson_value *value)
{
	struct meson_value *list = listed(m, value);
	for (size_t i = 0; i < list->len && facts_spend(m->f, 1); i++) {
		if (list->items[i]->kind == MESON_TARGET)
			facts_push(m->f, &t->links, list->items[i]->target->name);
	}
}

static void add_dependencies(struct meson *m, struct fact_target *t, struct meson_value *value)
{
	struct meson_value *list = listed(m, value);
	for (size_t i = 0; i < list->len && facts_spend(m->f, 1); i++) {
		const struct fact_target *other = list->items[i]->target;
		if (list->items[i]->kind != MESON_DEPENDENCY || !other)
			continue;
		facts_push_all(m->f, &t->sources, &other->sources);
		facts_push_all(m->f, &t->include, &other->include);
		facts_push_all(m->f, &t->defines, &other->defines);
		facts_push_all(m->f, &t->flags, &other->flags);
		facts_push_all(m->f, &t->links, &other->links);
	}
}

static struct meson_value *build(struct meson *m, const struct meson_args *args, bool program, unsigned line)
{
	struct meson_value *v = meson_new(m, MESON_TARGET);
	const char *name = meson_text_at(args, 0);
	if (!name)
		return NULL;
	v->target = facts_target(m->f, name, program, m->script->file, line);
	add_sources(m, v->target, listed_args(m, args, 1, "sources"));
	add_include(m, v->target, meson_named(args, "include_directories"));
	add_arguments(m, v->target, meson_named(args, "c_args"));
	add_links(m, v->target, meson_named(args, "link_with"));
	add_links(m, v->target, meson_named(args, "link_whole"));
	add_dependencies(m, v->target, meson_named(args, "dependencies"));
	facts_push(m->f, &v->target->include, m->script->folder);
	return v;
}

static struct meson_value *do_declare_dependency(struct meson *m, const struct meson_args *args)
{
	struct meson_value *v = meson_new(m, MESON_DEPENDENCY);
	v->target = arena_new(m->f->a, struct fact_target);
	add_sources(m, v->target, listed(m, meson_named(args, "sources")));
	add_include(m, v->target, meson_named(args, "include_directories"));
	add_arguments(m, v->target, meson_named(args, "compile_args"));
	add_links(m, v->target, meson_named(args, "link_with"));
	add_links(m, v->target, meson_named(args, "link_whole"));
	add_dependencies(m, v->target, meson_named(args, "dependencies"));
	return v;
}

/* A system's library is none of ours. */
static struct meson_value *do_dependency(struct meson *m, const struct meson_args *args)
{
	(void)args;
	return meson_new(m, MESON_DEPENDENCY);
}

static struct meson_value *do_find_program(struct meson *m, const struct meson_args *args)
{
	struct meson_value *v = meson_new(m, MESON_PROGRAM);
	const char *path = args->len ? file_of(m, args->items[0]) : NULL;
	v->text = path && facts_is_file(m->f, path) ? path : NULL;
	return v;
}

/* Whether the runner compares what a program prints; if it goes to the file's folder first, so must we. */
static void use_runner(struct meson *m, struct fact_test *t, const char *script, const char *expected)
{
	const struct tree_node *node = facts_node(m->f, script);
	if (!node || node->type != TREE_FILE || node->content.len > FACTS_FILE_MAX ||
	    !facts_spend(m->f, node->content.len))
		return;
	struct str text = node->content;
	if (text.len && (memmem(text.ptr, text.len, "diff", 4) || memmem(text.ptr, text.len, "cmp", 3)))
		t->expected_file = expected;
	if (text.len && memmem(text.ptr, text.len, "cd ", 3) && memmem(text.ptr, text.len, "dirname", 7))
		t->cwd = facts_folder(m->f, expected);
}

static void add_env(struct meson *m, struct fact_test *t, struct meson_value *value)
{
	struct meson_value *list = listed(m, value);
	for (size_t i = 0; i < list->len && facts_spend(m->f, 1); i++) {
		const struct meson_value *v = list->items[i];
		if (v->kind == MESON_TEXT && strchr(v->text, '='))
			facts_push(m->f, &t->env, v->text);
		bool named = v->kind == MESON_DATA || v->kind == MESON_DICT;
		for (size_t k = 0; named && k < v->len && facts_spend(m->f, 1); k++) {
			const struct meson_value *item = v->items[k];
			if (item->kind == MESON_TEXT)
				facts_push(m->f, &t->env, arena_printf(m->f->a, "%s=%s", v->keys[k], item->text));
		}
	}
}

/* A program itself, or a script that is handed one. */
static void add_test(struct meson *m, const struct meson_args *args, unsigned line)
{
	const char *name = meson_text_at(args, 0), *expected = NULL;
	const struct meson_value *runner = args->len > 1 ? args->items[1] : NULL;
	const struct fact_target *program = runner && runner->kind == MESON_TARGET ? runner->target : NULL;
	struct meson_value *given = listed(m, meson_named(args, "args"));
	bool direct = program != NULL;
	size_t from = 0;
	for (size_t i = 0; i < given->len && !direct && facts_spend(m->f, 1); i++) {
		const struct meson_value *v = given->items[i];
		if (v->kind == MESON_TARGET && v->target->program && !program) {
			program = v->target;
			from = i + 1;
		} else if (v->kind == MESON_FILE && !expected) {
			expected = v->text;
		}
	}
	if (!program)
		return;
	struct fact_test *t = facts_test(m->f, name ? name : program->name, program->name, m->script->file, line);
	for (size_t i = from; i < given->len && facts_spend(m->f, 1); i++) {
		const struct meson_value *v = given->items[i];
		if (v->kind == MESON_TEXT)
			facts_push(m->f, &t->args, v->text);
		else if (v->kind == MESON_FILE && v->text != expected)
			facts_push(m->f, &t->args, facts_absolute(m->f, v->text));
	}
	const struct meson_value *workdir = meson_named(args, "workdir"), *fails = meson_named(args, "should_fail");
	if (expected && runner->kind == MESON_PROGRAM && runner->text)
		use_runner(m, t, runner->text, expected);
	if (workdir && workdir->kind == MESON_TEXT)
		t->cwd = path_of(m, workdir->text);
	add_env(m, t, meson_named(args, "env"));
	t->expected_exit = fails && meson_truth(fails) == 1;
}

static struct meson_value *do_install_headers(struct meson *m, const struct meson_args *args)
{
	const struct meson_value *list = listed_args(m, args, 0, NULL);
	for (size_t i = 0; i < list->len && facts_spend(m->f, 1); i++) {
		const char *path = file_of(m, list->items[i]);
		if (path && facts_is_header(str_of(path)))
			facts_push(m->f, &m->f->headers, path);
	}
	return NULL;
}

static struct meson_value *do_install_subdir(struct meson *m, const struct meson_args *args)
{
	const char *text = meson_text_at(args, 0), *path = text ? path_of(m, text) : NULL;
	const struct meson_value *to = meson_named(args, "install_dir");
	const struct meson_value *strip = meson_named(args, "strip_directory");
	if (!path || !to || to->kind != MESON_TEXT || !strstr(to->text, "include"))
		return NULL;
	bool whole = (strip && meson_truth(strip) == 1) || str_eq(path_base(str_of(path)), STR("include"));
	facts_header_folder(m->f, path);
	facts_push(m->f, &m->f->header_roots, whole ? path : facts_folder(m->f, path));
	return NULL;
}

static void add_values(struct meson *m, struct fact_template *t, const struct meson_value *data)
{
	for (size_t i = 0; i < data->len && facts_spend(m->f, 1); i++) {
		const struct meson_value *v = data->items[i];
		const char *key = data->keys[i];
		if (v->kind == MESON_TEXT && !strchr(v->text, '\n'))
			facts_push(m->f, &t->values, arena_printf(m->f->a, "%s=%s", key, v->text));
		else if (v->kind == MESON_NUMBER)
			facts_push(m->f, &t->values, arena_printf(m->f->a, "%s=%lld", key, (long long)v->number));
		else if (v->kind == MESON_BOOL)
			facts_push(m->f, &t->values, v->number ? arena_printf(m->f->a, "%s=1", key) : key);
		else
			facts_push(m->f, &t->asks, key);
	}
}

static struct meson_value *configure(struct meson *m, const struct meson_args *args, unsigned line)
{
	const struct meson_value *output = meson_named(args, "output"), *data = meson_named(args, "configuration");
	const struct meson_value *input = listed(m, meson_named(args, "input")), *copy = meson_named(args, "copy");
	const char *from = input->len ? file_of(m, input->items[0]) : NULL;
	const char *text = output && output->kind == MESON_TEXT ? output->text : "";
	struct str base = from ? path_base(str_of(from)) : (struct str){0};
	if (strcmp(text, "@PLAINNAME@") == 0)
		text = facts_text(m->f, base);
	else if (strcmp(text, "@BASENAME@") == 0)
		text = facts_text(m->f, str_ends(base, STR(".in")) ? str_first(base, base.len - 3) : base);
	const char *to = text[0] ? path_of(m, text) : NULL;
	if (!to || (!facts_is_header(str_of(to)) && !facts_is_source(str_of(to))))
		return NULL;
	struct fact_template *t = facts_template(m->f, from, to, m->script->file, line);
	t->verbatim = copy && meson_truth(copy) == 1;
	if (data && (data->kind == MESON_DATA || data->kind == MESON_DICT))
		add_values(m, t, data);
	struct meson_value *file = meson_new(m, MESON_FILE);
	file->text = to;
	return file;
}

static struct meson_value *do_data(struct meson *m, const struct meson_args *args)
{
	struct meson_value *v = meson_new(m, MESON_DATA);
	if (args->len && args->items[0]->kind == MESON_DICT)
		*v = *args->items[0];
	v->kind = MESON_DATA;
	/* Its lists grow on their own from here. */
	struct meson_value copy = {.kind = MESON_DATA};
	for (size_t i = 0; i < v->len; i++)
		meson_add(m, &copy, v->keys[i], v->items[i]);
	*v = copy;
	return v;
}

static struct meson_value *do_subdir(struct meson *m, const struct meson_args *args)
{
	const char *text = meson_text_at(args, 0);
	bool named = text && facts_spend(m->f, strlen(text));
	const char *path = named ? path_of(m, arena_printf(m->f->a, "%s/meson.build", text)) : NULL;
	if (path && !facts_was_read(m->f, path))
		meson_run(m, path);
	return NULL;
}

static struct meson_value *do_subdir_done(struct meson *m, const struct meson_args *args)
{
	(void)args;
	m->leaving = m->leaving || !m->unsure;
	return NULL;
}

static struct meson_value *do_join_paths(struct meson *m, const struct meson_args *args)
{
	const struct meson_value *parts = listed_args(m, args, 0, NULL);
	const char *path = "";
	for (size_t i = 0; i < parts->len; i++) {
		const char *part = parts->items[i]->kind == MESON_TEXT ? parts->items[i]->text : "";
		if (strlen(path) + strlen(part) >= FACTS_VALUE_MAX || !facts_spend(m->f, strlen(path) + strlen(part)))
			break;
		path = part[0] == '/' || !path[0] ? part : arena_printf(m->f->a, "%s/%s", path, part);
	}
	return meson_text(m, path);
}

/* What is said in the options file: tests are wanted, the rest is as it is by default. */
static struct meson_value *do_option(struct meson *m, const struct meson_args *args)
{
	const char *name = meson_text_at(args, 0);
	struct meson_value *value = meson_named(args, "value"), *type = meson_named(args, "type");
	const struct meson_value *choices = meson_named(args, "choices");
	const char *kind = type && type->kind == MESON_TEXT ? type->text : "";
	if (!name || !m->in_options)
		return NULL;
	bool wanted = facts_is_test_switch(str_of(name));
	if (strcmp(kind, "boolean") == 0)
		value = wanted || !value ? meson_bool(m, true) : value;
	else if (strcmp(kind, "feature") == 0) {
		struct meson_value *feature = meson_new(m, MESON_OBJECT);
		bool known = value && value->kind == MESON_TEXT;
		feature->text = wanted ? "enabled" : known ? value->text : "auto";
		value = feature;
	} else if (!value) {
		bool first = choices && choices->kind == MESON_LIST && choices->len;
		value = first ? choices->items[0] : meson_text(m, "");
	}
	meson_set(m, m->options, str_of(name), value);
	return NULL;
}

static struct meson_value *do_get_option(struct meson *m, const struct meson_args *args)
{
	static const struct {
		const char *name, *value;
	} built_in[] = {
		{"default_library", "static"}, {"buildtype", "release"}, {"includedir", "include"}, {"libdir", "lib"},
		{"bindir", "bin"},	       {"prefix", "/usr/local"}, {"datadir", "share"},
	};
	const char *name = meson_text_at(args, 0);
	struct meson_value *value = name ? meson_get(m, m->options, str_of(name)) : NULL;
	for (size_t i = 0; name && !value && i < countof(built_in); i++) {
		if (strcmp(built_in[i].name, name) == 0)
			value = meson_text(m, built_in[i].value);
	}
	return value;
}

static struct meson_value *do_add_arguments(struct meson *m, const struct meson_args *args)
{
	if (!m->unsure)
		add_arguments(m, &m->all, listed_args(m, args, 0, NULL));
	return NULL;
}

static struct meson_value *do_set_variable(struct meson *m, const struct meson_args *args)
{
	if (meson_text_at(args, 0) && args->len > 1)
		meson_set(m, m->variables, str_of(meson_text_at(args, 0)), args->items[1]);
	return NULL;
}

static struct meson_value *do_get_variable(struct meson *m, const struct meson_args *args)
{
	const char *name = meson_text_at(args, 0);
	struct meson_value *value = name ? meson_get(m, m->variables, str_of(name)) : NULL;
	return value ? value : args->len > 1 ? args->items[1] : NULL;
}

static struct meson_value *do_is_variable(struct meson *m, const struct meson_args *args)
{
	const char *name = meson_text_at(args, 0);
	return name ? meson_bool(m, meson_get(m, m->variables, str_of(name)) != NULL) : NULL;
}

static const struct {
	const char *name;
	struct meson_value *(*run)(struct meson *m, const struct meson_args *args);
} functions[] = {
	{"project", do_project},
	{"files", do_files},
	{"include_directories", do_include_directories},
	{"declare_dependency", do_declare_dependency},
	{"dependency", do_dependency},
	{"find_program", do_find_program},
	{"install_headers", do_install_headers},
	{"install_subdir", do_install_subdir},
	{"configuration_data", do_data},
	{"environment", do_data},
	{"subdir", do_subdir},
	{"subdir_done", do_subdir_done},
	{"join_paths", do_join_paths},
	{"option", do_option},
	{"get_option", do_get_option},
	{"add_project_arguments", do_add_arguments},
	{"add_global_arguments", do_add_arguments},
	{"set_variable", do_set_variable},
	{"get_variable", do_get_variable},
	{"is_variable", do_is_variable},
};

static bool is_one_of(struct str name, const char *const *names, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (str_eq(name, str_of(names[i])))
			return true;
	}
	return false;
}

struct meson_value *meson_call(struct meson *m, struct str name, const struct meson_args *args, unsigned line)
{
	static const char *const libraries[] = {"library", "static_library", "shared_library", "both_libraries",
						"shared_module"};
	struct meson_value *result = NULL;
	if (str_eq(name, STR("executable")) || is_one_of(name, libraries, countof(libraries)))
		result = build(m, args, name.ptr[0] == 'e', line);
	else if (str_eq(name, STR("test")))
		add_test(m, args, line);
	else if (str_eq(name, STR("configure_file")))
		result = configure(m, args, line);
	for (size_t i = 0; i < countof(functions); i++) {
		if (str_eq(name, str_of(functions[i].name)))
			result = functions[i].run(m, args);
	}
	return result ? result : meson_new(m, MESON_UNKNOWN);
}
