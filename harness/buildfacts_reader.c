#include "harness/buildfacts_reader.h"

#include "core/mem.h"
#include "harness/build.h"

#include <fnmatch.h>
#include <strings.h>

/* Work stands for memory too, so even what is short has a price. */
enum { COST_OF_TEXT = 16, COST_OF_ITEM = 2 * sizeof(char *) };

bool facts_spend(struct facts *f, size_t work)
{
	bool enough = f->work > work;
	f->work = enough ? f->work - work : 0;
	return enough;
}

const char *facts_text(struct facts *f, struct str s)
{
	return facts_spend(f, s.len + COST_OF_TEXT) ? arena_str(f->a, s) : "";
}

const char *facts_lower(struct facts *f, struct str s)
{
	char *copy = arena_str(f->a, facts_spend(f, s.len) ? s : (struct str){0});
	for (char *c = copy; *c; c++) {
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	}
	return copy;
}

void *facts_room(struct arena *a, void *items, size_t len, size_t size)
{
	if (len & (len - 1))
		return items;
	char *more = arena_alloc(a, max_size(2 * len, 1), size);
	if (len)
		memcpy(more, items, len * size);
	return more;
}

void facts_push(struct facts *f, struct strings *list, const char *text)
{
	if (!facts_spend(f, COST_OF_ITEM))
		return;
	list->items = facts_room(f->a, list->items, list->len, sizeof(*list->items));
	list->items[list->len++] = text;
}

void facts_push_all(struct facts *f, struct strings *list, const struct strings *more)
{
	for (size_t i = 0, len = more->len; i < len; i++)
		facts_push(f, list, more->items[i]);
}

bool facts_has(struct facts *f, const struct strings *list, const char *text)
{
	for (size_t i = 0; i < list->len && facts_spend(f, 1); i++) {
		if (strcmp(list->items[i], text) == 0)
			return true;
	}
	return false;
}

struct strings facts_words(struct facts *f, struct str text)
{
	return facts_split(f, text, " \t\r\n");
}

struct strings facts_split(struct facts *f, struct str text, const char *separators)
{
	struct strings words = {0};
	size_t start = 0;
	for (size_t i = 0; i <= text.len; i++) {
		if (i < text.len && (text.ptr[i] == '\0' || !strchr(separators, text.ptr[i])))
			continue;
		if (i > start)
			facts_push(f, &words, facts_text(f, str_first(str_from(text, start), i - start)));
		start = i + 1;
	}
	return words;
}

static bool is_plain(struct str path)
{
	for (size_t i = 0; i < path.len; i++) {
		if ((unsigned char)path.ptr[i] < 0x20 || path.ptr[i] == 0x7F || strchr("$`@<>|;\\\"'", path.ptr[i]))
			return false;
	}
	return true;
}

/* Whether it stands below where the project is said to be; then what comes behind that is left. */
static bool cut_root(struct str *path)
{
	struct str root = STR(PROJECT_ROOT);
	if (!str_starts(*path, root) || (path->len > root.len && path->ptr[root.len] != '/'))
		return false;
	*path = str_from(*path, root.len);
	return true;
}

const char *facts_path(struct facts *f, const char *folder, struct str path)
{
	size_t len = strlen(folder);
	bool absolute = path.len && path.ptr[0] == '/';
	if (path.len > 4096 || len > 4096 || !is_plain(path) || (absolute && !cut_root(&path)) ||
	    !facts_spend(f, len + path.len))
		return NULL;
	return path_join(f->a, absolute ? "" : folder, path);
}

const char *facts_folder(struct facts *f, const char *path)
{
	return facts_text(f, path_folder(str_of(path)));
}

const char *facts_absolute(struct facts *f, const char *path)
{
	if (!facts_spend(f, strlen(path)))
		return "";
	return path[0] ? arena_printf(f->a, "%s/%s", PROJECT_ROOT, path) : PROJECT_ROOT;
}

const struct tree_node *facts_node(struct facts *f, const char *path)
{
	const struct tree_node *node = f->folder;
	for (struct str rest = str_of(path); node && rest.len;) {
		struct str name = str_first(rest, str_index(rest, '/'));
		rest = str_from(rest, name.len + 1);
		node = node->type == TREE_FOLDER && facts_spend(f, 1) ? tree_child(node, name) : NULL;
	}
	return node;
}

bool facts_is_file(struct facts *f, const char *path)
{
	const struct tree_node *node = facts_node(f, path);
	return node && node->type == TREE_FILE;
}

bool facts_is_folder(struct facts *f, const char *path)
{
	const struct tree_node *node = facts_node(f, path);
	return node && node->type == TREE_FOLDER;
}

struct globbing {
	struct facts *f;
	bool deep, folders;
	struct strings found;
};

static bool name_matches(struct facts *f, struct str pattern, const char *name)
{
	char text[256];
	if (pattern.len >= sizeof(text) || !facts_spend(f, 1 + strlen(name)))
		return false;
	memcpy(text, pattern.ptr, pattern.len);
	text[pattern.len] = '\0';
	/* libc's own may try long with many stars. */
	size_t stars = 0;
	for (const char *c = text; *c; c++)
		stars += *c == '*';
	return stars <= 4 && fnmatch(text, name, FNM_PERIOD) == 0;
}

static void glob_in(struct globbing *g, const struct tree_node *folder, const char *path, struct str pattern)
{
	struct str first = str_first(pattern, str_index(pattern, '/'));
	struct str rest = str_from(pattern, first.len + 1);
	bool last = first.len == pattern.len;
	for (size_t i = 0; i < folder->children_len && facts_spend(g->f, 1); i++) {
		const struct tree_node *child = folder->children[i];
		bool matches = name_matches(g->f, first, child->name);
		bool below = child->type == TREE_FOLDER && ((last && g->deep) || (!last && matches));
		if ((!matches && !below) || !facts_spend(g->f, strlen(path)))
			continue;
		const char *child_path = arena_printf(g->f->a, "%s%s%s", path, path[0] ? "/" : "", child->name);
		if (last && matches && (g->folders || child->type == TREE_FILE))
			facts_push(g->f, &g->found, child_path);
		if (below)
			glob_in(g, child, child_path, last ? first : rest);
	}
}

struct strings facts_glob(struct facts *f, const char *pattern, bool deep, bool folders)
{
	struct globbing g = {.f = f, .deep = deep, .folders = folders};
	glob_in(&g, f->folder, "", str_of(pattern));
	return g.found;
}

static bool ends_in(struct str name, const char *const *ends, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (str_ends(name, str_of(ends[i])) && name.len > strlen(ends[i]))
			return true;
	}
	return false;
}

bool facts_is_source(struct str name)
{
	static const char *const ends[] = {".c", ".cc", ".cpp", ".cxx", ".C"};
	return ends_in(name, ends, countof(ends));
}

bool facts_is_header(struct str name)
{
	static const char *const ends[] = {".h", ".hh", ".hpp", ".hxx", ".inc", ".inl"};
	return ends_in(name, ends, countof(ends));
}

struct fact_target *facts_target(struct facts *f, const char *name, bool program, const char *file, unsigned line)
{
	struct fact_target *t = arena_new(f->a, struct fact_target);
	*t = (struct fact_target){.name = name, .program = program, .file = file, .line = line};
	if (name[0] && f->targets.len < FACTS_LIST_MAX && facts_spend(f, sizeof(*t)))
		*vec_push(&f->targets) = t;
	return t;
}

struct fact_test *facts_test(struct facts *f, const char *name, const char *program, const char *file, unsigned line)
{
	struct fact_test *t = arena_new(f->a, struct fact_test);
	*t = (struct fact_test){.name = name, .program = program, .file = file, .line = line};
	if (program[0] && f->tests.len < FACTS_LIST_MAX && facts_spend(f, sizeof(*t)))
		*vec_push(&f->tests) = t;
	return t;
}

struct fact_template *facts_template(struct facts *f, const char *from, const char *to, const char *file,
				     unsigned line)
{
	struct fact_template *t = arena_new(f->a, struct fact_template);
	*t = (struct fact_template){.from = from, .to = to, .file = file, .line = line};
	if (to[0] && f->templates.len < FACTS_LIST_MAX && facts_spend(f, sizeof(*t)))
		*vec_push(&f->templates) = t;
	return t;
}

/* "-I x" as well as "-Ix": what belongs to the option at *i. */
static struct str value_of(const struct strings *words, size_t *i, size_t option_len)
{
	struct str word = str_of(words->items[*i]);
	if (word.len > option_len)
		return str_from(word, option_len);
	return *i + 1 < words->len ? str_of(words->items[++*i]) : (struct str){0};
}

/* Nothing is known of what a shell would have put there. */
static bool is_settled(struct str text)
{
	return text.len && str_index(text, '$') == text.len && str_index(text, '`') == text.len;
}

void facts_arguments(struct facts *f, struct fact_target *t, const char *folder, const struct strings *words)
{
	static const char *const with_value[] = {"-o", "-L", "-MF", "-MT", "-MQ", "-x", "-arch", "-Xlinker",
						 "-framework"};
	static const char *const left_out[] = {"-W", "-O", "-g", "-M", "-c", "-pg", "-pipe", "-fPIC", "-fpic",
					       "-fPIE", "-fsanitize", "-fprofile", "-ftest-coverage", "-flto",
					       "-fstack-", "-m"};
	for (size_t i = 0; i < words->len && facts_spend(f, 1); i++) {
		struct str word = str_of(words->items[i]);
		bool system = str_eq(word, STR("-isystem")) || str_eq(word, STR("-iquote"));
		if (system || str_starts(word, STR("-I"))) {
			struct str value = value_of(words, &i, system ? word.len : 2);
			const char *path = value.len ? facts_path(f, folder, value) : NULL;
			if (path)
				facts_push(f, &t->include, path);
		} else if (str_starts(word, STR("-D"))) {
			struct str value = value_of(words, &i, 2);
			if (is_settled(value) && value.ptr[0] != '-')
				facts_push(f, &t->defines, facts_text(f, value));
		} else if (str_starts(word, STR("-l"))) {
			facts_push(f, &t->links, facts_text(f, value_of(words, &i, 2)));
		} else {
			bool skipped = false, takes = false;
			for (size_t k = 0; k < countof(with_value) && !takes; k++)
				takes = str_eq(word, str_of(with_value[k]));
			for (size_t k = 0; k < countof(left_out) && !skipped; k++)
				skipped = str_starts(word, str_of(left_out[k]));
			i += takes;
			if (!takes && !skipped && word.len && word.ptr[0] == '-' && is_settled(word) &&
			    build_flag_allowed(words->items[i]))
				facts_push(f, &t->flags, words->items[i]);
		}
	}
}

void facts_header_folder(struct facts *f, const char *folder)
{
	const char *pattern = arena_printf(f->a, "%s%s*", folder, folder[0] ? "/" : "");
	struct strings files = facts_glob(f, pattern, true, false);
	for (size_t i = 0; i < files.len; i++) {
		if (facts_is_header(str_of(files.items[i])))
			facts_push(f, &f->headers, files.items[i]);
	}
}

const char *facts_library_name(struct facts *f, struct str path)
{
	static const char *const marks[] = {".a", ".so", ".la", ".dylib", ".lo", ".dll"};
	struct str name = path_base(path);
	for (size_t i = 0; i < name.len; i++) {
		for (size_t k = 0; k < countof(marks); k++) {
			struct str rest = str_from(name, i), mark = str_of(marks[k]);
			bool whole = rest.len == mark.len || (rest.len > mark.len && rest.ptr[mark.len] == '.');
			if (i > 0 && whole && str_starts(rest, mark))
				name = str_first(name, i);
		}
	}
	if (str_starts(name, STR("lib")) && name.len > 3)
		name = str_from(name, 3);
	return facts_text(f, name);
}

const char *facts_script(struct facts *f, const char *path, const char **ret_expected)
{
	static const char *const scripts[] = {".test", ".sh", ".t"},
					     *const outputs[] = {".expected", ".exp", ".out", ".ok"};
	struct str whole = str_of(path), stem = {0};
	for (size_t i = 0; i < countof(scripts) && !stem.len; i++) {
		if (str_ends(whole, str_of(scripts[i])))
			stem = str_first(whole, whole.len - strlen(scripts[i]));
	}
	const struct tree_node *node = facts_node(f, path);
	if (!stem.len || stem.len > 4096 || !node || node->type == TREE_FOLDER)
		return NULL; /* a link to what many tests share will do */
	*ret_expected = NULL;
	for (size_t i = 0; i < countof(outputs) && !*ret_expected && facts_spend(f, stem.len); i++) {
		const char *output = arena_printf(f->a, "%.*s%s", STR_ARG(stem), outputs[i]);
		*ret_expected = facts_is_file(f, output) ? output : NULL;
	}
	return facts_text(f, path_base(stem));
}

static bool word_is(struct str word, const char *const *list, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (word.len == strlen(list[i]) && strncasecmp(word.ptr, list[i], word.len) == 0)
			return true;
	}
	return false;
}

bool facts_is_test_switch(struct str name)
{
	static const char *const about[] = {"test", "tests", "testing", "unittest", "unittests", "testsuite",
					    "check"};
	static const char *const not[] = {"no", "not", "without", "disable", "skip", "install", "valgrind", "fuzz",
					  "coverage", "online", "memcheck", "benchmark", "shared", "only"};
	bool found = false;
	while (name.len) {
		size_t end = 0;
		while (end < name.len && name.ptr[end] != '_' && name.ptr[end] != '-')
			end++;
		struct str word = str_first(name, end);
		name = str_from(name, end + 1);
		if (word_is(word, not, countof(not)))
			return false;
		found = word_is(word, about, countof(about)); /* the last word says what it is about */
	}
	return found;
}

static size_t bucket_of(struct str name, size_t count)
{
	uint32_t hash = 2166136261u;
	for (size_t i = 0; i < name.len; i++)
		hash = (hash ^ (unsigned char)name.ptr[i]) * 16777619u;
	return hash % count;
}

static struct facts_var *find_here(struct facts *f, const struct facts_vars *vars, struct str name)
{
	struct facts_var *v = vars->buckets[bucket_of(name, countof(vars->buckets))];
	while (v && facts_spend(f, 1) && !str_eq(str_of(v->name), name))
		v = v->next;
	return f->work ? v : NULL;
}

struct facts_var *facts_var_find(struct facts *f, const struct facts_vars *vars, struct str name)
{
	for (; vars; vars = vars->parent) {
		struct facts_var *v = find_here(f, vars, name);
		if (v)
			return v->value ? v : NULL;
	}
	return NULL;
}

const char *facts_var(struct facts *f, const struct facts_vars *vars, struct str name)
{
	struct facts_var *v = facts_var_find(f, vars, name);
	return v ? v->value : NULL;
}

struct facts_var *facts_var_set(struct facts *f, struct facts_vars *vars, struct str name, const char *value)
{
	struct facts_var *v = find_here(f, vars, name);
	if (!v) {
		size_t at = bucket_of(name, countof(vars->buckets));
		v = arena_new(f->a, struct facts_var);
		v->name = facts_text(f, name);
		v->next = vars->buckets[at];
		vars->buckets[at] = v;
	}
	v->value = value;
	v->unsure = false;
	return v;
}
