#include "harness/buildfacts_make.h"

#include "core/mem.h"

/*
 * Plain makefiles say nothing but commands, so these are looked at: what the
 * compiler and the archiver put together are targets, and what of it is then
 * started is a test.
 */

static struct product *find_product(struct making *k, const char *path)
{
	for (size_t i = 0; path && i < k->products.len && facts_spend(k->f, 1); i++) {
		if (k->products.items[i].target->program && strcmp(k->products.items[i].path, path) == 0)
			return &k->products.items[i];
	}
	return NULL;
}

/* Commands that start what their arguments name. */
static bool is_starter(const char *word)
{
	static const char *const tools[] = {"valgrind", "sh", "bash", "timeout", "gtimeout", "sudo", "libtool",
					    "stdbuf",
					    "setarch", "wine", "strace", "gdb", "lldb", "xvfb"};
	struct str base = path_base(str_of(word));
	return make_is_tool(word, tools, countof(tools)) || str_starts(base, STR("qemu"));
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
	if (c->words.len < 2 || !make_is_tool(c->words.items[0], tools, countof(tools)))
		return false;
	const char *written = c->takes ? "-" : k->written;
	bool about = c->takes;
	for (size_t i = 1; i < c->words.len && written; i++)
		about = about || strcmp(c->words.items[i], written) == 0;
	for (size_t i = 1; i < c->words.len && k->last && about && facts_spend(k->f, 1); i++) {
		bool same = written && strcmp(c->words.items[i], written) == 0;
		const char *path = same ? NULL : file_of(k, c, c->words.items[i]);
		if (path)
			k->last->expected_file = path;
	}
	return true;
}

static void run_command(struct making *k, const struct make_rule *rule, const struct shell_command *c,
			const char *piped_file)
{
	if (compares(k, c) || !c->cwd || (c->takes && !piped_file))
		return;
	/* Without a "/" it would be a command of the system. */
	size_t end = is_starter(c->words.items[0]) ? min_size(6, c->words.len) : 1, at = 0;
	struct product *p = NULL;
	for (; at < end && !p; at++) {
		const char *word = c->words.items[at];
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
	if (make_is_extra(rule->target) || !rule->recipe)
		return;
	struct shell_commands commands = make_commands_of(k, rule);
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
	bool about_tests = facts_is_test_switch(path_base(str_of(rule->target)));
	for (size_t i = 0; about_tests && i < rule->needs.len && facts_spend(k->f, 1); i++) {
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
	if (words.len < 3 || !c->cwd || !(make_is_tool(words.items[0], tools, countof(tools)) ||
					  strstr(words.items[0], "install")))
		return;
	bool into = make_has_word(&words, "-t");
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
			bool whole = str_eq(path_base(str_of(item)), STR("include"));
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
	struct shell_commands commands = make_commands_of(k, rule);
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
			if (!make_is_object(needs.items[n]) && !facts_is_header(str_of(needs.items[n])))
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
	{"CC", "cc"},
	{"CXX", "c++"},
	{"CPP", "cc -E"},
	{"LD", "ld"},
	{"AR", "ar"},
	{"ARFLAGS", "rv"},
	{"RM", "rm -f"},
	{"MAKE", "make"},
	{"INSTALL", "install"},
	{"SHELL", "/bin/sh"},
};

/* What configure fills into a Makefile.in, as far as it matters. */
static const struct {
	const char *name, *value;
} configured[] = {
	{"srcdir", "."},
	{"top_srcdir", "."},
	{"builddir", "."},
	{"top_builddir", "."},
	{"VPATH", "."},
	{"CC", "cc"},
	{"AR", "ar"},
	{"OBJEXT", "o"},
	{"LIBEXT", "a"},
	{"INSTALL", "install"},
	{"INSTALL_DATA", "install"},
	{"INSTALL_HEADER", "install"},
	{"INSTALL_PROGRAM", "install"},
	{"prefix", "/usr/local"},
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
			make_build(&k, k.make.rules.items[i]);
		for (size_t i = 0; i < k.make.rules.len && facts_spend(f, 1); i++)
			run_tests(&k, k.make.rules.items[i]);
		for (size_t i = 0; i < k.make.rules.len && facts_spend(f, 1); i++)
			install(&k, k.make.rules.items[i]);
		settle_links(&k);
	}
	vec_release(&k.products);
	make_release(&k.make);
}
