#include "harness/buildfacts_make.h"

#include "core/mem.h"

/* What rules build: libraries and programs, from their commands. */

static bool ends(const char *name, const char *const *list, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (str_ends(str_of(name), str_of(list[i])))
			return true;
	}
	return false;
}

bool make_is_object(const char *name)
{
	static const char *const list[] = {".o", ".lo", ".obj"};
	return ends(name, list, countof(list));
}

static bool is_shared(const char *name)
{
	return str_ends(str_of(name), STR(".dylib")) || str_ends(str_of(name), STR(".so")) || strstr(name, ".so.");
}

static bool is_library(const char *name)
{
	static const char *const list[] = {".a", ".la", ".dll"};
	return ends(name, list, countof(list)) || is_shared(name);
}

/* The name of a tool, also with a prefix and a version: "x86_64-linux-gcc-12". */
bool make_is_tool(const char *word, const char *const *tools, size_t len)
{
	struct str name = path_base(str_of(word));
	uint64_t version;
	for (size_t end = name.len; end > 0; end--) {
		if (name.ptr[end - 1] != '-')
			continue;
		struct str last = str_from(name, end);
		bool numbered = str_to_u64(str_first(last, str_index(last, '.')), &version);
		name = numbered ? str_first(name, end - 1) : last;
		if (!numbered)
			break;
	}
	for (size_t i = 0; i < len; i++) {
		if (str_eq(name, str_of(tools[i])))
			return true;
	}
	return false;
}

bool make_is_compiler(const char *word)
{
	static const char *const tools[] = {"cc", "gcc", "clang", "c99", "c89", "tcc", "c++", "g++", "clang++",
					    "icc", "emcc", "ld"};
	return make_is_tool(word, tools, countof(tools));
}

bool make_is_archiver(const char *word)
{
	static const char *const tools[] = {"ar"};
	return make_is_tool(word, tools, countof(tools));
}

/* Without what stands in front of a compiler: libtool and its options, caches. */
static struct strings tool_words(const struct shell_command *c)
{
	static const char *const wrappers[] = {"libtool", "ccache", "distcc"};
	struct strings words = c->words;
	bool wrapped = false;
	while (words.len && (make_is_tool(words.items[0], wrappers, countof(wrappers)) ||
			     (wrapped && words.items[0][0] == '-'))) {
		words.items++;
		words.len--;
		wrapped = true;
	}
	return words;
}

bool make_has_word(const struct strings *words, const char *word)
{
	for (size_t i = 0; i < words->len; i++) {
		if (strcmp(words->items[i], word) == 0)
			return true;
	}
	return false;
}

static const char *output_of(const struct strings *words)
{
	for (size_t i = 0; i < words->len; i++) {
		const char *word = words->items[i];
		if (strcmp(word, "-o") == 0)
			return i + 1 < words->len ? words->items[i + 1] : NULL;
		if (strncmp(word, "-o", 2) == 0 && word[2])
			return word + 2;
	}
	return NULL;
}

static bool is_compile(const struct strings *words)
{
	return words->len && make_is_compiler(words->items[0]) && make_has_word(words, "-c");
}

static bool is_link(const struct strings *words)
{
	static const char *const others[] = {"-c", "-E", "-M", "-MM", "-S", "-fsyntax-only"};
	for (size_t i = 0; i < countof(others); i++) {
		if (make_has_word(words, others[i]))
			return false;
	}
	return words->len > 1 && make_is_compiler(words->items[0]);
}

/* A rule's recipe, with its variables filled in, as commands. */
struct shell_commands make_commands_of(struct making *k, const struct make_rule *rule)
{
	struct make *m = &k->make;
	struct shell_commands all = {0};
	struct facts_vars *scope = m->scope;
	struct make_rule filled = *rule;
	/* Needs that are only found elsewhere are named as they are found. */
	filled.needs = (struct strings){0};
	for (size_t i = 0; i < rule->needs.len && facts_spend(k->f, 1); i++) {
		const char *need = rule->needs.items[i];
		const char *found = m->search.len && facts_is_source(str_of(need)) ? make_find_file(m, need) : NULL;
		facts_push(k->f, &filled.needs, found ? facts_absolute(k->f, found) : need);
	}
	m->at = &filled;
	m->scope = rule->own ? rule->own : &m->vars;
	for (size_t i = 0; rule->recipe && i < rule->recipe->lines.len && facts_spend(k->f, 1); i++) {
		const char *line = make_expand(m, str_of(rule->recipe->lines.items[i]));
		struct shell_commands some = shell_parse(k->f, m->folder, str_of(line));
		for (size_t n = 0; n < some.len && facts_spend(k->f, 2 * sizeof(*all.items)); n++) {
			all.items = facts_room(k->f->a, all.items, all.len, sizeof(*all.items));
			all.items[all.len++] = some.items[n];
		}
	}
	m->at = NULL;
	m->scope = scope;
	return all;
}

static void add_input(struct making *k, struct fact_target *t, const char *folder, const char *word);

/* What a compiler or archiver is given: sources, objects, libraries, flags. */
static void add_inputs(struct making *k, struct fact_target *t, const char *folder, const struct strings *words,
		       size_t from)
{
	struct strings rest = {words->items + min_size(from, words->len), words->len - min_size(from, words->len)};
	facts_arguments(k->f, t, folder, &rest);
	for (size_t i = 0; i < rest.len && facts_spend(k->f, 1); i++) {
		bool value = i > 0 && (strcmp(rest.items[i - 1], "-o") == 0 ||
				       strcmp(rest.items[i - 1], "-MF") == 0 ||
				       strcmp(rest.items[i - 1], "-include") == 0);
		if (!value && rest.items[i][0] != '-')
			add_input(k, t, folder, rest.items[i]);
	}
}

/* An object's sources and the flags that they are compiled with. */
static void add_object(struct making *k, struct fact_target *t, const char *name)
{
	struct make *m = &k->make;
	struct make_rule *rule = make_find_rule(m, name);
	struct shell_commands commands = rule ? make_commands_of(k, rule) : (struct shell_commands){0};
	bool compiled = false;
	for (size_t i = 0; i < commands.len && facts_spend(k->f, 1); i++) {
		struct strings words = tool_words(&commands.items[i]);
		if (is_compile(&words) && commands.items[i].cwd) {
			add_inputs(k, t, commands.items[i].cwd, &words, 1);
			compiled = true;
		}
	}
	if (compiled)
		return;
	struct str stem = str_of(name);
	while (stem.len && stem.ptr[stem.len - 1] != '.')
		stem.len--;
	const char *source = NULL;
	for (size_t i = 0; rule && !source && i < rule->needs.len && facts_spend(k->f, 1); i++) {
		if (facts_is_source(str_of(rule->needs.items[i])))
			source = make_find_file(m, rule->needs.items[i]);
	}
	source = source ? source : make_find_file(m, arena_printf(k->f->a, "%.*sc", STR_ARG(str_first(stem, 1000))));
	if (!source)
		return;
	struct strings flags = shell_words(k->f, make_var(m, "CPPFLAGS"));
	struct strings more = shell_words(k->f, make_var(m, "CFLAGS"));
	facts_push_all(k->f, &flags, &more);
	facts_arguments(k->f, t, m->folder, &flags);
	facts_push(k->f, &t->sources, source);
}

static void add_input(struct making *k, struct fact_target *t, const char *folder, const char *word)
{
	const char *path = facts_path(k->f, folder, str_of(word));
	if (!path || k->depth >= FACTS_DEPTH_MAX)
		return;
	k->depth++;
	if (strpbrk(word, "*?[")) {
		/* "src/[star].o" stands for what the sources beside it become. */
		struct str pattern = str_of(path);
		bool objects = make_is_object(path);
		while (objects && pattern.len && pattern.ptr[pattern.len - 1] != '.')
			pattern.len--;
		path = objects ? arena_printf(k->f->a, "%.*sc", STR_ARG(pattern)) : path;
		struct strings found = facts_glob(k->f, path, false, false);
		for (size_t i = 0; i < found.len; i++) {
			if (facts_is_source(str_of(found.items[i])))
				facts_push(k->f, &t->sources, found.items[i]);
		}
	} else if (make_is_object(word)) {
		add_object(k, t, word);
	} else if (facts_is_source(str_of(word))) {
		const char *found = facts_is_file(k->f, path) ? path : make_find_file(&k->make, word);
		if (found)
			facts_push(k->f, &t->sources, found);
	} else if (is_library(word)) {
		facts_push(k->f, &t->links, facts_library_name(k->f, str_of(word)));
	}
	k->depth--;
}

/* Benchmarks, examples, and what cleans up or makes sources: to run those is no test. */
bool make_is_extra(const char *name)
{
	static const char *const marks[] = {"bench", "example", "demo", "fuzz", "perf", "profil", "doc", "clean",
					    "install", "dist", "format", "lint", "gen"};
	for (size_t i = 0; i < countof(marks); i++) {
		if (strstr(name, marks[i]))
			return true;
	}
	return false;
}

static void add_product(struct making *k, const struct make_rule *rule, const char *folder, const char *output,
			bool program,
			const struct strings *words, size_t from)
{
	const char *path = facts_path(k->f, folder, str_of(output));
	if (!path || !path[0])
		return;
	struct str base = path_base(str_of(path));
	if (str_ends(base, STR(".exe")))
		base = str_first(base, base.len - 4);
	const char *name = program ? facts_text(k->f, base) : facts_library_name(k->f, base);
	struct fact_target *t = facts_target(k->f, name, program, rule->file, rule->line);
	add_inputs(k, t, folder, words, from);
	*vec_push(&k->products) = (struct product){.path = path, .target = t, .extra = make_is_extra(path)};
}

static void build_by_command(struct making *k, const struct make_rule *rule, const struct shell_command *command)
{
	struct strings words = tool_words(command);
	if (!command->cwd || words.len < 2)
		return;
	if (make_is_archiver(words.items[0])) {
		size_t archive = 1;
		while (archive < words.len && !is_library(words.items[archive]))
			archive++;
		if (archive < words.len)
			add_product(k, rule, command->cwd, words.items[archive], false, &words, archive + 1);
	} else if (is_link(&words)) {
		const char *output = output_of(&words);
		output = output ? output : "a.out";
		bool shared = is_library(output) || make_has_word(&words, "-shared") ||
			      make_has_word(&words, "-dynamiclib");
		if (!make_is_object(output))
			add_product(k, rule, command->cwd, output, !shared, &words, 1);
	}
}

/* Names that stand for no file. */
static bool is_phony(struct making *k, const char *target)
{
	static const char *const names[] = {"all", "default", "build", "objects", "objs", "lib", "library",
					    "clean"};
	const struct make_rule *phony = make_find_rule(&k->make, ".PHONY");
	for (size_t i = 0; i < countof(names); i++) {
		if (strcmp(names[i], target) == 0)
			return true;
	}
	return phony && facts_has(k->f, &phony->needs, target);
}

/* "prog: a.o lib.a" without a recipe is linked by make itself. */
static void build_by_default(struct making *k, const struct make_rule *rule)
{
	bool links = false;
	if (rule->recipe || strchr(path_base(str_of(rule->target)).ptr, '.') || is_phony(k, rule->target))
		return;
	for (size_t i = 0; i < rule->needs.len && facts_spend(k->f, 1); i++)
		links = links || make_is_object(rule->needs.items[i]) ||
			facts_is_source(str_of(rule->needs.items[i]));
	if (links)
		add_product(k, rule, k->make.folder, rule->target, true, &rule->needs, 0);
}

void make_build(struct making *k, const struct make_rule *rule)
{
	struct shell_commands commands = make_commands_of(k, rule);
	for (size_t i = 0; i < commands.len && facts_spend(k->f, 1); i++)
		build_by_command(k, rule, &commands.items[i]);
	build_by_default(k, rule);
}
