#include "harness/buildfacts_make.h"

#include "core/mem.h"

/*
 * Plain makefiles say nothing but commands, so these are looked at: what the
 * compiler and the archiver put together are targets, and what of it is then
 * started is a test.
 */

/* Something that a rule builds. */
struct product {
	const char *path; /* in the project */
	struct fact_target *target;
	bool extra; /* a benchmark, an example */
};

struct making {
	struct make make;
	struct facts *f;
	struct {
		struct product *items;
		size_t len, cap;
	} products;
	size_t first_target; /* of this file's */
	unsigned depth;
	const char *written;     /* file that the last test wrote to; what is compared with it is expected */
	struct fact_test *last; /* test of the recipe that is read */
};

static bool ends(const char *name, const char *const *list, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (str_ends(str_of(name), str_of(list[i])))
			return true;
	}
	return false;
}

static bool is_object(const char *name)
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
static bool is_tool(const char *word, const char *const *tools, size_t len)
{
	struct str name = facts_base(str_of(word));
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

static bool is_compiler(const char *word)
{
	static const char *const tools[] = {"cc", "gcc", "clang", "c99", "c89", "tcc", "c++", "g++", "clang++", "icc", "emcc", "ld"};
	return is_tool(word, tools, countof(tools));
}

static bool is_archiver(const char *word)
{
	static const char *const tools[] = {"ar"};
	return is_tool(word, tools, countof(tools));
}

/* Without what stands in front of a compiler: libtool and its options, caches. */
static struct strings tool_words(const struct shell_command *c)
{
	static const char *const wrappers[] = {"libtool", "ccache", "distcc"};
	struct strings words = c->words;
	bool wrapped = false;
	while (words.len && (is_tool(words.items[0], wrappers, countof(wrappers)) || (wrapped && words.items[0][0] == '-'))) {
		words.items++;
		words.len--;
		wrapped = true;
	}
	return words;
}

static bool has_word(const struct strings *words, const char *word)
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
	return words->len && is_compiler(words->items[0]) && has_word(words, "-c");
}

static bool is_link(const struct strings *words)
{
	return words->len && is_compiler(words->items[0]) && !has_word(words, "-c") && !has_word(words, "-E") &&
	       !has_word(words, "-M") && !has_word(words, "-MM") && !has_word(words, "-S") && !has_word(words, "-fsyntax-only") &&
	       (output_of(words) || words->len > 1);
}

/* A rule's recipe, with its variables filled in, as commands. */
static struct shell_commands commands_of(struct making *k, const struct make_rule *rule)
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
		for (size_t n = 0; n < some.len; n++) {
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
static void add_inputs(struct making *k, struct fact_target *t, const char *folder, const struct strings *words, size_t from)
{
	struct strings rest = {words->items + min_size(from, words->len), words->len - min_size(from, words->len)};
	facts_arguments(k->f, t, folder, &rest);
	for (size_t i = 0; i < rest.len && facts_spend(k->f, 1); i++) {
		bool value = i > 0 && (strcmp(rest.items[i - 1], "-o") == 0 || strcmp(rest.items[i - 1], "-MF") == 0 ||
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
	struct shell_commands commands = rule ? commands_of(k, rule) : (struct shell_commands){0};
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
	for (size_t i = 0; rule && !source && i < rule->needs.len && facts_spend(k->f, 1); i++)
		source = facts_is_source(str_of(rule->needs.items[i])) ? make_find_file(m, rule->needs.items[i]) : NULL;
	source = source ? source : make_find_file(m, arena_printf(k->f->a, "%.*sc", STR_ARG(str_first(stem, 1000))));
	if (!source)
		return;
	struct strings flags = facts_words(k->f, str_of(make_var(m, "CPPFLAGS")));
	struct strings more = facts_words(k->f, str_of(make_var(m, "CFLAGS")));
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
		bool objects = is_object(path);
		while (objects && pattern.len && pattern.ptr[pattern.len - 1] != '.')
			pattern.len--;
		struct strings found = facts_glob(k->f, objects ? arena_printf(k->f->a, "%.*sc", STR_ARG(pattern)) : path, false, false);
		for (size_t i = 0; i < found.len; i++) {
			if (facts_is_source(str_of(found.items[i])))
				facts_push(k->f, &t->sources, found.items[i]);
		}
	} else if (is_object(word)) {
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
static bool is_extra(const char *name)
{
	static const char *const marks[] = {"bench", "example", "demo", "fuzz", "perf", "profil", "doc", "clean", "install",
					    "dist",  "format",	"lint", "gen"};
	for (size_t i = 0; i < countof(marks); i++) {
		if (strstr(name, marks[i]))
			return true;
	}
	return false;
}

static void add_product(struct making *k, const struct make_rule *rule, const char *folder, const char *output, bool program,
			const struct strings *words, size_t from)
{
	const char *path = facts_path(k->f, folder, str_of(output));
	if (!path || !path[0])
		return;
	struct str base = facts_base(str_of(path));
	if (str_ends(base, STR(".exe")))
		base = str_first(base, base.len - 4);
	const char *name = program ? facts_text(k->f, base) : facts_library_name(k->f, base);
	struct fact_target *t = facts_target(k->f, name, program, rule->file, rule->line);
	add_inputs(k, t, folder, words, from);
	*vec_push(&k->products) = (struct product){.path = path, .target = t, .extra = is_extra(path)};
}

static void build_by_command(struct making *k, const struct make_rule *rule, const struct shell_command *command)
{
	struct strings words = tool_words(command);
	if (!command->cwd || words.len < 2)
		return;
	if (is_archiver(words.items[0])) {
		size_t archive = 1;
		while (archive < words.len && !is_library(words.items[archive]))
			archive++;
		if (archive < words.len)
			add_product(k, rule, command->cwd, words.items[archive], false, &words, archive + 1);
	} else if (is_link(&words)) {
		const char *output = output_of(&words);
		output = output ? output : "a.out";
		bool shared = is_library(output) || has_word(&words, "-shared") || has_word(&words, "-dynamiclib");
		if (!is_object(output))
			add_product(k, rule, command->cwd, output, !shared, &words, 1);
	}
}

/* "prog: a.o lib.a" without a recipe is linked by make itself. */
static void build_by_default(struct making *k, const struct make_rule *rule)
{
	bool links = false;
	if (rule->recipe || strchr(facts_base(str_of(rule->target)).ptr, '.'))
		return;
	for (size_t i = 0; i < rule->needs.len && facts_spend(k->f, 1); i++)
		links = links || is_object(rule->needs.items[i]) || facts_is_source(str_of(rule->needs.items[i]));
	if (links)
		add_product(k, rule, k->make.folder, rule->target, true, &rule->needs, 0);
}

static void build(struct making *k, const struct make_rule *rule)
{
	struct shell_commands commands = commands_of(k, rule);
	for (size_t i = 0; i < commands.len && facts_spend(k->f, 1); i++)
		build_by_command(k, rule, &commands.items[i]);
	build_by_default(k, rule);
}

static struct product *find_product(struct making *k, const char *path)
{
	for (size_t i = 0; path && i < k->products.len && facts_spend(k->f, 1); i++) {
		if (k->products.items[i].target->program && strcmp(k->products.items[i].path, path) == 0)
			return &k->products.items[i];
	}
	return NULL;
}

/* Commands whose arguments may be programs, but which do not start them. */
static bool is_other_tool(const char *word)
{
	static const char *const tools[] = {"cp",   "rm",	 "mv",	 "ln",	  "strip", "chmod", "echo", "printf", "test", "[",
					    "size", "objdump", "nm",	 "ls",	  "tar",   "mkdir", "cat",  "sed",    "grep", "touch",
					    "install", "zip",  "codesign", "file", "gdb",   "make",  "gcov", "lcov"};
	return is_tool(word, tools, countof(tools)) || is_compiler(word) || is_archiver(word);
}

static const char *file_of(struct making *k, const struct shell_command *c, const char *word)
{
	const char *path = word && c->cwd ? facts_path(k->f, c->cwd, str_of(word)) : NULL;
	return path && facts_is_file(k->f, path) ? path : NULL;
}

/* "diff expected -", "cmp out expected": behind a test. */
static bool compares(struct making *k, const struct shell_command *c)
{
	static const char *const tools[] = {"diff", "cmp", "colordiff"};
	if (c->words.len < 2 || !is_tool(c->words.items[0], tools, countof(tools)))
		return false;
	const char *written = c->takes ? "-" : k->written;
	bool about = c->takes;
	for (size_t i = 1; i < c->words.len && written; i++)
		about = about || strcmp(c->words.items[i], written) == 0;
	for (size_t i = 1; i < c->words.len && k->last && about && facts_spend(k->f, 1); i++) {
		const char *path = strcmp(c->words.items[i], written ? written : "") == 0 ? NULL : file_of(k, c, c->words.items[i]);
		if (path)
			k->last->expected_file = path;
	}
	return true;
}

static void run_command(struct making *k, const struct make_rule *rule, const struct shell_command *c, const char *piped_file)
{
	if (compares(k, c) || !c->cwd || (c->takes && !piped_file))
		return;
	struct product *p = find_product(k, facts_path(k->f, c->cwd, str_of(c->words.items[0])));
	if (is_other_tool(c->words.items[0]) && !(p && strchr(c->words.items[0], '/')))
		return;
	size_t at = 0;
	for (p = NULL; at < c->words.len && at < 6 && !p; at++) {
		const char *word = c->words.items[at];
		/* Without a "/" it would be a command of the system, unless something else starts it. */
		if (strchr(word, '/') || at > 0)
			p = find_product(k, facts_path(k->f, c->cwd, str_of(word)));
	}
	bool makes_code = c->out && (facts_is_source(str_of(c->out)) || facts_is_header(str_of(c->out)));
	if (!p || makes_code || (p->extra && !strstr(rule->target, "test") && !strstr(rule->target, "check")))
		return;
	struct fact_test *t = facts_test(k->f, p->target->name, p->target->name, rule->file, rule->line);
	for (; at < c->words.len; at++) {
		if (!strpbrk(c->words.items[at], "$`"))
			facts_push(k->f, &t->args, c->words.items[at]);
	}
	for (size_t i = 0; i < c->env.len; i++) {
		if (!strpbrk(c->env.items[i], "$`"))
			facts_push(k->f, &t->env, c->env.items[i]);
	}
	t->cwd = c->cwd;
	t->stdin_file = c->in ? file_of(k, c, c->in) : piped_file;
	k->last = t;
	k->written = c->out;
}

static void run_tests(struct making *k, const struct make_rule *rule)
{
	if (is_extra(rule->target) || !rule->recipe)
		return;
	struct shell_commands commands = commands_of(k, rule);
	const char *piped_file = NULL;
	k->last = NULL;
	k->written = NULL;
	for (size_t i = 0; i < commands.len && facts_spend(k->f, 1); i++) {
		const struct shell_command *c = &commands.items[i];
		if (c->words.len == 0)
			continue;
		run_command(k, rule, c, piped_file);
		bool shown = c->gives && c->words.len == 2 && strcmp(c->words.items[0], "cat") == 0;
		piped_file = shown ? file_of(k, c, c->words.items[1]) : NULL;
	}
	for (size_t i = 0; facts_is_test_switch(facts_base(str_of(rule->target))) && i < rule->needs.len && facts_spend(k->f, 1); i++) {
		struct product *p = find_product(k, facts_path(k->f, k->make.folder, str_of(rule->needs.items[i])));
		if (p)
			p->target->test = true;
	}
}

/* The last word of "cp", and what options take, are not what is installed. */
static void install_by_command(struct making *k, const struct shell_command *c)
{
	static const char *const tools[] = {"cp", "install", "ginstall", "copy", "rsync"};
	struct strings words = c->words;
	if (words.len < 3 || !c->cwd || !(is_tool(words.items[0], tools, countof(tools)) || strstr(words.items[0], "install")))
		return;
	bool into = has_word(&words, "-t");
	for (size_t i = 1; i + (into ? 0 : 1) < words.len && facts_spend(k->f, 1); i++) {
		const char *path = words.items[i][0] == '-' ? NULL : facts_path(k->f, c->cwd, str_of(words.items[i]));
		if (!path || !path[0])
			continue;
		struct strings found = facts_glob(k->f, path, false, true);
		for (size_t n = 0; n < found.len; n++) {
			const char *item = found.items[n];
			if (facts_is_header(str_of(item)))
				facts_push(k->f, &k->f->headers, item);
			if (!facts_is_folder(k->f, item) || !strstr(words.items[words.len - 1], "include"))
				continue;
			bool whole = str_eq(facts_base(str_of(item)), STR("include"));
			const char *root = whole ? item : facts_folder(k->f, item);
			facts_header_folder(k->f, item);
			if (root[0])
				facts_push(k->f, &k->f->header_roots, root);
		}
	}
}

static void install(struct making *k, const struct make_rule *rule)
{
	if (!strstr(rule->target, "install") || strstr(rule->target, "uninstall"))
		return;
	struct shell_commands commands = commands_of(k, rule);
	for (size_t i = 0; i < commands.len; i++)
		install_by_command(k, &commands.items[i]);
}

/* Only links to libraries of the project are kept. */
static void settle_links(struct making *k)
{
	struct facts_vars libraries = {0};
	for (size_t i = 0; i < k->f->targets.len && facts_spend(k->f, 1); i++) {
		if (!k->f->targets.items[i]->program)
			facts_var_set(k->f, &libraries, str_of(k->f->targets.items[i]->name), "");
	}
	for (size_t i = k->first_target; i < k->f->targets.len; i++) {
		struct fact_target *t = k->f->targets.items[i];
		struct strings links = {0};
		for (size_t n = 0; n < t->links.len && facts_spend(k->f, 1); n++) {
			if (facts_var(k->f, &libraries, str_of(t->links.items[n])))
				facts_push(k->f, &links, t->links.items[n]);
		}
		t->links = links;
	}
}

/* Needs that only a pattern tells how to make become rules of their own. */
static void make_needed(struct making *k)
{
	for (size_t i = 0; i < k->make.rules.len && facts_spend(k->f, 1); i++) {
		struct strings needs = k->make.rules.items[i]->needs;
		for (size_t n = 0; n < needs.len && facts_spend(k->f, 1); n++) {
			if (!is_object(needs.items[n]) && !facts_is_header(str_of(needs.items[n])))
				make_find_rule(&k->make, needs.items[n]);
		}
	}
}

static bool is_version(const char *text)
{
	size_t dots = 0;
	for (const char *c = text; *c; c++) {
		if (*c != '.' && (*c < '0' || *c > '9'))
			return false;
		dots += *c == '.';
	}
	return dots > 0 && text[0] != '.';
}

static const struct {
	const char *name, *value;
} known[] = {
	{"CC", "cc"},	    {"CXX", "c++"},  {"CPP", "cc -E"},	{"LD", "ld"},	  {"AR", "ar"},	       {"ARFLAGS", "rv"},
	{"RM", "rm -f"}, {"MAKE", "make"}, {"INSTALL", "install"}, {"SHELL", "/bin/sh"},
};

/* What configure fills into a Makefile.in, as far as it matters. */
static const struct {
	const char *name, *value;
} configured[] = {
	{"srcdir", "."}, {"top_srcdir", "."}, {"builddir", "."}, {"top_builddir", "."}, {"CC", "cc"},	   {"AR", "ar"},
	{"OBJEXT", "o"}, {"LIBEXT", "a"},     {"VPATH", "."},	 {"INSTALL", "install"}, {"INSTALL_DATA", "install"},
	{"prefix", "/usr/local"}, {"INSTALL_PROGRAM", "install"}, {"INSTALL_HEADER", "install"},
};

void facts_read_make(struct facts *f, const char *path)
{
	struct making k = {.f = f, .make = {.f = f}, .first_target = f->targets.len};
	struct facts_vars filled = {0};
	bool template = str_ends(str_of(path), STR(".in"));
	/* Beside its own source, automake's output says the same again, only longer. */
	if (template && facts_is_file(f, arena_printf(f->a, "%.*sam", (int)strlen(path) - 2, path)))
		return;
	k.make.folder = facts_folder(f, path);
	k.make.scope = &k.make.vars;
	k.make.configured = template ? &filled : NULL;
	for (size_t i = 0; i < countof(configured); i++)
		facts_var_set(f, &filled, str_of(configured[i].name), configured[i].value);
	for (size_t i = 0; i < countof(known); i++)
		make_set(&k.make, known[i].name, known[i].value);
	make_set(&k.make, "CURDIR", facts_absolute(f, k.make.folder));
	if (make_parse(&k.make, path)) {
		const char *version = make_var(&k.make, "VERSION");
		if (!f->version && is_version(version))
			f->version = version;
		make_needed(&k);
		for (size_t i = 0; i < k.make.rules.len && facts_spend(f, 1); i++)
			build(&k, k.make.rules.items[i]);
		for (size_t i = 0; i < k.make.rules.len && facts_spend(f, 1); i++)
			run_tests(&k, k.make.rules.items[i]);
		for (size_t i = 0; i < k.make.rules.len && facts_spend(f, 1); i++)
			install(&k, k.make.rules.items[i]);
		settle_links(&k);
	}
	vec_release(&k.products);
	make_release(&k.make);
}
