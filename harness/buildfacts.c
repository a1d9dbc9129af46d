#include "harness/buildfacts_reader.h"

#include "core/buf.h"
#include "core/mem.h"
#include "harness/glob.h"

/*
 * Which files are build files, in which order; and from what the readers found
 * to what the caller gets: only what is there, once, in the caller's memory.
 */

enum {
	WORK_FIRST = 1 << 20,
	WORK_PER_FILE = 1 << 16,
	WORK_PER_BYTE = 100,
	WORK_MAX = 1 << 26,
	FOLDER_DEPTH_MAX = 4, /* below it build files are read only if others name them */
};

static const struct {
	const char *pattern;
	void (*read)(struct facts *f, const char *path);
} kinds[] = {
	{"CMakeLists.txt", facts_read_cmake},
	{"meson.build", facts_read_meson},
	{"Makefile.am", facts_read_automake},
	{"configure.ac", facts_read_automake},
	{"GNUmakefile", facts_read_make},
	{"Makefile", facts_read_make},
	{"makefile", facts_read_make},
	{"Makefile.in", facts_read_make},
	{"package.json", facts_read_package},
	{"clib.json", facts_read_package},
	{"*.pc.in", facts_read_pkgconfig},
};

/* Other people's projects, and what shows the library rather than makes it. */
static const char *const foreign_folders[] = {"3rdparty", "contrib", "demo", "demos", "deps", "doc", "docs",
					      "example", "examples", "extern", "external", "node_modules",
					      "samples", "subprojects", "third_party", "third-party", "thirdparty",
					      "vendor"};

/* Also a folder with a licence of its own, unless nothing above it is built. */
static bool is_foreign(struct facts *f, const struct tree_node *folder)
{
	static const char *const licences[] = {"COPYING*", "LICENCE*", "LICENSE*", "[Ll]icen[cs]e*"};
	for (size_t i = 0; i < countof(foreign_folders); i++) {
		if (strcmp(foreign_folders[i], folder->name) == 0)
			return true;
	}
	for (size_t i = 0; i < folder->children_len && f->files.len && facts_spend(f, 1); i++) {
		for (size_t k = 0; k < countof(licences); k++) {
			if (glob_matches(licences[k], folder->children[i]->name))
				return true;
		}
	}
	return folder->name[0] == '.';
}

static const char *below(struct facts *f, const char *folder, const char *name)
{
	return arena_printf(f->a, "%s%s%s", folder, folder[0] ? "/" : "", name);
}

static void read_files(struct facts *f, const struct tree_node *folder, const char *path)
{
	for (size_t k = 0; k < countof(kinds); k++) {
		for (size_t i = 0; i < folder->children_len && facts_spend(f, 1); i++) {
			const struct tree_node *child = folder->children[i];
			if (child->type != TREE_FILE || !glob_matches(kinds[k].pattern, child->name))
				continue;
			const char *file = below(f, path, child->name);
			if (!facts_was_read(f, file))
				kinds[k].read(f, file);
		}
	}
}

/* A folder's own before those below, so that what is named from above is read from there. */
static void walk(struct facts *f, const struct tree_node *folder, const char *path, unsigned depth)
{
	read_files(f, folder, path);
	for (size_t i = 0; i < folder->children_len && depth < FOLDER_DEPTH_MAX && facts_spend(f, 1); i++) {
		const struct tree_node *child = folder->children[i];
		if (child->type == TREE_FOLDER && !is_foreign(f, child))
			walk(f, child, below(f, path, child->name), depth + 1);
	}
}

bool facts_open(struct facts *f, const char *path, struct str *ret_text)
{
	const struct tree_node *node = facts_node(f, path);
	if (!node || node->type != TREE_FILE || node->content.len > FACTS_FILE_MAX)
		return false;
	if (!facts_was_read(f, path)) {
		if (f->files.len == FACTS_FILES_MAX)
			return false;
		uint64_t more = WORK_PER_FILE + WORK_PER_BYTE * (uint64_t)node->content.len;
		f->work = f->work + more < WORK_MAX ? f->work + more : WORK_MAX;
		facts_push(f, &f->files, path);
	}
	*ret_text = node->content;
	return facts_spend(f, node->content.len);
}

bool facts_was_read(struct facts *f, const char *path)
{
	return facts_has(f, &f->files, path);
}

/* What a configure step makes counts as being there. */
static bool is_made(struct facts *f, const char *path)
{
	for (size_t i = 0; i < f->templates.len && facts_spend(f, 1); i++) {
		if (strcmp(f->templates.items[i]->to, path) == 0)
			return true;
	}
	return false;
}

static bool is_made_below(struct facts *f, const char *folder)
{
	size_t len = strlen(folder);
	for (size_t i = 0; i < f->templates.len && facts_spend(f, 1); i++) {
		const char *to = f->templates.items[i]->to;
		if (strncmp(to, folder, len) == 0 && to[len] == '/')
			return true;
	}
	return false;
}

enum kept { KEEP_ALL, KEEP_SETTINGS, KEEP_FILES, KEEP_FOLDERS };

static bool is_kept(struct facts *f, const char *item, enum kept kept)
{
	switch (kept) {
	case KEEP_ALL:
		return true;
	case KEEP_SETTINGS:
		return item[0] != '=' && strchr(item, '=');
	case KEEP_FILES:
		return facts_is_file(f, item) || is_made(f, item);
	case KEEP_FOLDERS:
		return facts_is_folder(f, item) || is_made_below(f, item);
	}
	return false;
}

/* Into the caller's memory, each once, in their order. */
static struct strings keep(struct facts *f, const struct strings *list, enum kept kept, struct arena *a)
{
	struct strings some = {arena_array(a, list->len, const char *), 0};
	struct facts_vars seen = {0};
	for (size_t i = 0; i < list->len; i++) {
		const char *item = list->items[i];
		if (facts_var(f, &seen, str_of(item)) || !is_kept(f, item, kept))
			continue;
		facts_var_set(f, &seen, str_of(item), item);
		some.items[some.len++] = arena_strdup(a, item);
	}
	return some;
}

static const char *keep_text(const char *text, struct arena *a)
{
	return text ? arena_strdup(a, text) : NULL;
}

static const char *keep_file(struct facts *f, const char *path, struct arena *a)
{
	return path && facts_is_file(f, path) ? arena_strdup(a, path) : NULL;
}

static bool same_list(const struct strings *x, const struct strings *y)
{
	if (x->len != y->len)
		return false;
	for (size_t i = 0; i < x->len; i++) {
		if (strcmp(x->items[i], y->items[i]) != 0)
			return false;
	}
	return true;
}

/* The same thing said twice, as a static and a shared library are. */
static bool is_again(struct facts *f, const struct fact_target *t, const struct buildfacts *b)
{
	for (size_t i = 0; i < b->targets_len && facts_spend(f, 1 + t->sources.len); i++) {
		struct fact_target *o = &b->targets[i];
		if (strcmp(o->name, t->name) == 0 && strcmp(o->file, t->file) == 0 && o->program == t->program &&
		    same_list(&o->sources, &t->sources) && same_list(&o->defines, &t->defines) &&
		    same_list(&o->include, &t->include)) {
			o->test = o->test || t->test;
			return true;
		}
	}
	return false;
}

static void keep_targets(struct facts *f, struct arena *a, struct buildfacts *b)
{
	b->targets = arena_array(a, f->targets.len, struct fact_target);
	for (size_t i = 0; i < f->targets.len; i++) {
		const struct fact_target *t = f->targets.items[i];
		struct fact_target *kept = &b->targets[b->targets_len];
		*kept = (struct fact_target){
			.name = keep_text(t->name, a),
			.program = t->program,
			.test = t->test,
			.sources = keep(f, &t->sources, KEEP_FILES, a),
			.include = keep(f, &t->include, KEEP_FOLDERS, a),
			.defines = keep(f, &t->defines, KEEP_ALL, a),
			.flags = keep(f, &t->flags, KEEP_ALL, a),
			.links = keep(f, &t->links, KEEP_ALL, a),
			.file = keep_text(t->file, a),
			.line = t->line,
		};
		b->targets_len += !is_again(f, kept, b);
	}
}

/* A program that is run in the same way, once alone and once under a checker. */
static bool is_run_again(struct facts *f, const struct fact_test *t, struct facts_vars *seen)
{
	SCOPED_BUF struct buf key;
	buf_init(&key, 10000);
	buf_printf(&key, "%s\n%s\n%s\n%s\n%s", t->file, t->name, t->program, t->cwd ? t->cwd : "",
		   t->stdin_file ? t->stdin_file : "");
	for (size_t i = 0; i < t->args.len; i++)
		buf_printf(&key, "\n%s", t->args.items[i]);
	for (size_t i = 0; i < t->env.len; i++)
		buf_printf(&key, "\n=%s", t->env.items[i]);
	if (key.full || !facts_var(f, seen, buf_str(&key))) {
		facts_var_set(f, seen, buf_str(&key), "");
		return false;
	}
	return true;
}

static void keep_tests(struct facts *f, struct arena *a, struct buildfacts *b)
{
	struct facts_vars seen = {0};
	b->tests = arena_array(a, f->tests.len, struct fact_test);
	for (size_t i = 0; i < f->tests.len; i++) {
		const struct fact_test *t = f->tests.items[i];
		if (is_run_again(f, t, &seen))
			continue;
		struct fact_test *kept = &b->tests[b->tests_len++];
		*kept = *t;
		kept->name = keep_text(t->name, a);
		kept->program = keep_text(t->program, a);
		kept->args = (struct strings){arena_array(a, t->args.len, const char *), t->args.len};
		for (size_t k = 0; k < t->args.len; k++)
			kept->args.items[k] = arena_strdup(a, t->args.items[k]);
		kept->env = keep(f, &t->env, KEEP_SETTINGS, a);
		kept->cwd = t->cwd && facts_is_folder(f, t->cwd) ? keep_text(t->cwd, a) : NULL;
		kept->stdin_file = keep_file(f, t->stdin_file, a);
		kept->expected_file = keep_file(f, t->expected_file, a);
		kept->file = keep_text(t->file, a);
	}
}

static void keep_templates(struct facts *f, struct arena *a, struct buildfacts *b)
{
	b->templates = arena_array(a, f->templates.len, struct fact_template);
	for (size_t i = 0; i < f->templates.len; i++) {
		const struct fact_template *t = f->templates.items[i];
		if (t->from && !facts_is_file(f, t->from))
			continue;
		struct fact_template *kept = &b->templates[b->templates_len++];
		*kept = *t;
		kept->from = keep_text(t->from, a);
		kept->to = keep_text(t->to, a);
		kept->values = keep(f, &t->values, KEEP_ALL, a);
		kept->asks = keep(f, &t->asks, KEEP_ALL, a);
		kept->file = keep_text(t->file, a);
	}
}

/* A program that some test runs is one of the tests' programs. */
static void mark_tested(struct facts *f)
{
	struct facts_vars run = {0};
	for (size_t i = 0; i < f->tests.len; i++)
		facts_var_set(f, &run, str_of(f->tests.items[i]->program), "");
	for (size_t i = 0; i < f->targets.len; i++) {
		struct fact_target *t = f->targets.items[i];
		t->test = t->test || (t->program && facts_var(f, &run, str_of(t->name)));
	}
}

int buildfacts_read(const struct tree_node *folder, struct arena *a, struct buildfacts *ret, struct err *err)
{
	if (folder->type != TREE_FOLDER)
		return err_set(err, ERR_USAGE, "build files are looked for in a folder");
	SCOPED_ARENA struct arena scratch = {0};
	struct facts f = {.a = &scratch, .folder = folder, .work = WORK_FIRST};
	walk(&f, folder, "", 0);

	f.work = WORK_MAX; /* what was found is bounded, and must not get lost */
	mark_tested(&f);
	struct buildfacts b = {
		.name = keep_text(f.name, a),
		.version = keep_text(f.version, a),
		.headers = keep(&f, &f.headers, KEEP_FILES, a),
		.header_roots = keep(&f, &f.header_roots, KEEP_FOLDERS, a),
		.files = keep(&f, &f.files, KEEP_ALL, a),
	};
	keep_targets(&f, a, &b);
	keep_tests(&f, a, &b);
	keep_templates(&f, a, &b);
	*ret = b;
	vec_release(&f.targets);
	vec_release(&f.tests);
	vec_release(&f.templates);
	return 0;
}
