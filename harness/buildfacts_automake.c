#include "harness/buildfacts_configure.h"
#include "harness/buildfacts_make.h"

/*
 * A package with a configure.ac, or a Makefile.am alone. All of its Makefile.am
 * are read together, since they share what configure says.
 */

struct package {
	struct facts *f;
	struct configure configure;
	const char *top;
	struct facts_vars filled; /* "@name@" */
};

struct one {
	struct package *p;
	struct make make;
	struct strings programs; /* their names */
};

static const char *canonical(struct facts *f, const char *name)
{
	char *copy = arena_str(f->a, str_of(name));
	for (char *c = copy; *c; c++) {
		bool kept = (*c >= '0' && *c <= '9') || (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
			    *c == '@';
		*c = kept ? *c : '_';
	}
	return facts_spend(f, strlen(copy)) ? copy : "";
}

static const char *var_of(struct one *o, const char *name, const char *suffix)
{
	return make_var(&o->make, arena_printf(o->p->f->a, "%s_%s", name, suffix));
}

/* Its own, or what holds for those that have none. */
static struct strings own_or(struct one *o, const char *name, const char *suffix, const char *other)
{
	const char *full = arena_printf(o->p->f->a, "%s_%s", name, suffix);
	bool own = facts_var(o->p->f, &o->make.vars, str_of(full)) != NULL;
	return shell_words(o->p->f, make_var(&o->make, own ? full : other));
}

static void add_sources(struct one *o, struct fact_target *t, const char *text)
{
	struct strings words = facts_words(o->p->f, str_of(text));
	for (size_t i = 0; i < words.len && facts_spend(o->p->f, 1); i++) {
		const char *path = facts_path(o->p->f, o->make.folder, str_of(words.items[i]));
		if (path && facts_is_source(str_of(path)))
			facts_push(o->p->f, &t->sources, path);
	}
}

static void add_links(struct one *o, struct fact_target *t, const struct strings *words)
{
	for (size_t i = 0; i < words->len && facts_spend(o->p->f, 1); i++) {
		struct str word = str_of(words->items[i]);
		if (str_ends(word, STR(".la")) || str_ends(word, STR(".a")))
			facts_push(o->p->f, &t->links, facts_library_name(o->p->f, word));
	}
}

static void add_options(struct one *o, struct fact_target *t, const char *name)
{
	struct facts *f = o->p->f;
	const struct strings lists[] = {
		own_or(o, name, "CPPFLAGS", "AM_CPPFLAGS"),
		own_or(o, name, "CFLAGS", "AM_CFLAGS"),
		shell_words(f, make_var(&o->make, "INCLUDES")),
		shell_words(f, make_var(&o->make, "DEFS")),
	};
	for (size_t i = 0; i < countof(lists); i++)
		facts_arguments(f, t, o->make.folder, &lists[i]);
	facts_push(f, &t->include, o->make.folder);
	facts_push_all(f, &t->include, &o->p->configure.header_folders);
	if (o->p->configure.header_folders.len)
		facts_push(f, &t->defines, "HAVE_CONFIG_H");
}

static void add_target(struct one *o, const char *word, bool program, bool test, unsigned line)
{
	struct facts *f = o->p->f;
	const char *name = canonical(f, word), *shown = facts_text(f, path_base(str_of(word)));
	struct fact_target *t = facts_target(f, program ? shown : facts_library_name(f, str_of(word)),
					     program, o->make.file, line);
	const char *sources = var_of(o, name, "SOURCES");
	struct str stem = str_of(word);
	while (!program && stem.len && stem.ptr[stem.len - 1] != '.')
		stem.len--;
	stem.len -= !program && stem.len;
	t->test = test;
	if (!sources[0])
		sources = arena_printf(f->a, "%.*s.c", STR_ARG(stem));
	add_sources(o, t, sources);
	add_sources(o, t, var_of(o, arena_printf(f->a, "nodist_%s", name), "SOURCES"));
	add_options(o, t, name);
	struct strings added = own_or(o, name, program ? "LDADD" : "LIBADD", program ? "LDADD" : "");
	add_links(o, t, &added);
	if (program)
		facts_push(f, &o->programs, word);
}

static void add_headers(struct one *o, const char *name, struct str prefix)
{
	struct strings words = facts_words(o->p->f, str_of(make_var(&o->make, name)));
	for (size_t i = 0; i < words.len && facts_spend(o->p->f, 1); i++) {
		const char *path = facts_path(o->p->f, o->make.folder, str_of(words.items[i]));
		if (path && facts_is_header(str_of(path)))
			facts_push(o->p->f, &o->p->f->headers, path);
	}
	if (words.len && memmem(prefix.ptr, prefix.len, "nobase", 6))
		facts_push(o->p->f, &o->p->f->header_roots, o->make.folder);
}

static void add_primary(struct one *o, const char *name, unsigned line)
{
	static const struct {
		const char *suffix;
		bool program, header;
	} primaries[] = {
		{"_PROGRAMS", true, false},
		{"_LTLIBRARIES", false, false},
		{"_LIBRARIES", false, false},
		{"_HEADERS", false, true},
	};
	struct str whole = str_of(name);
	for (size_t i = 0; i < countof(primaries); i++) {
		if (!str_ends(whole, str_of(primaries[i].suffix)))
			continue;
		struct str prefix = str_first(whole, whole.len - strlen(primaries[i].suffix));
		bool kept_in = str_ends(prefix, STR("noinst")) || str_ends(prefix, STR("check"));
		if (str_starts(prefix, STR("EXTRA")) || (primaries[i].header && kept_in))
			return;
		if (primaries[i].header) {
			add_headers(o, name, prefix);
			return;
		}
		struct strings words = facts_words(o->p->f, str_of(make_var(&o->make, name)));
		for (size_t k = 0; k < words.len && facts_spend(o->p->f, 16); k++)
			add_target(o, words.items[k], primaries[i].program, str_ends(prefix, STR("check")), line);
		return;
	}
}

static void add_env(struct one *o, struct fact_test *t, const char *name)
{
	struct strings words = facts_words(o->p->f, str_of(make_var(&o->make, name)));
	for (size_t i = 0; i < words.len && facts_spend(o->p->f, 1); i++) {
		size_t len = strlen(words.items[i]);
		bool ends = len && words.items[i][len - 1] == ';';
		if (strchr(words.items[i], '=') && !strpbrk(words.items[i], "$`'\""))
			facts_push(o->p->f, &t->env,
				   facts_text(o->p->f, str_first(str_of(words.items[i]), len - ends)));
	}
}

static void add_tests(struct one *o)
{
	struct facts *f = o->p->f;
	struct strings tests = facts_words(f, str_of(make_var(&o->make, "TESTS")));
	unsigned line = 0;
	for (size_t i = 0; i < o->make.names.len && facts_spend(f, 1); i++)
		line = strcmp(o->make.names.items[i], "TESTS") == 0 ? o->make.name_lines[i] : line;
	struct strings failing = facts_words(f, str_of(make_var(&o->make, "XFAIL_TESTS")));
	for (size_t i = 0; i < tests.len && facts_spend(f, 1); i++) {
		const char *word = strncmp(tests.items[i], "./", 2) == 0 ? tests.items[i] + 2 : tests.items[i];
		const char *path = facts_path(f, o->make.folder, str_of(word)), *expected = NULL;
		const char *script = path ? facts_script(f, path, &expected) : NULL;
		if (script && facts_has(f, &o->programs, script))
			word = script;
		if (!facts_has(f, &o->programs, word))
			continue;
		const char *name = facts_text(f, path_base(str_of(word)));
		struct fact_test *t = facts_test(f, name, name, o->make.file, line);
		t->cwd = o->make.folder;
		t->expected_file = expected;
		t->expected_exit = facts_has(f, &failing, tests.items[i]);
		add_env(o, t, "AM_TESTS_ENVIRONMENT");
		add_env(o, t, "TESTS_ENVIRONMENT");
	}
}

static void read_one(struct package *p, const char *path, unsigned depth)
{
	struct facts *f = p->f;
	if (depth > FACTS_DEPTH_MAX || facts_was_read(f, path) || !facts_is_file(f, path) || !facts_spend(f, 1))
		return;
	struct one o = {.p = p, .make = {.f = f, .automake = true}};
	const char *folder = facts_folder(f, path);
	const char *here = facts_absolute(f, folder), *top = facts_absolute(f, p->top);
	const struct {
		const char *name, *value;
	} places[] = {{"srcdir", here},	 {"builddir", here},	 {"abs_srcdir", here},	   {"abs_builddir", here},
		      {"top_srcdir", top}, {"top_builddir", top}, {"abs_top_srcdir", top}, {"abs_top_builddir", top}};
	o.make.folder = folder;
	o.make.file = path;
	o.make.scope = &o.make.vars;
	o.make.configured = &p->filled;
	o.make.conditions = &p->configure.conditions;
	for (size_t i = 0; i < countof(places); i++) {
		make_set(&o.make, places[i].name, places[i].value);
		facts_var_set(f, &p->filled, str_of(places[i].name), places[i].value);
	}
	if (make_parse(&o.make, path)) {
		for (size_t i = 0; i < o.make.names.len && facts_spend(f, 1); i++)
			add_primary(&o, o.make.names.items[i], o.make.name_lines[i]);
		add_tests(&o);
		struct strings below = facts_words(f, str_of(make_var(&o.make, "SUBDIRS")));
		for (size_t i = 0; i < below.len && facts_spend(f, 1); i++) {
			const char *inner = facts_path(f, folder,
						       str_of(arena_printf(f->a, "%s/Makefile.am", below.items[i])));
			if (inner)
				read_one(p, inner, depth + 1);
		}
	}
	make_release(&o.make);
}

/* The nearest folder around it that has a configure.ac, or NULL. */
static const char *find_configure(struct facts *f, const char *folder)
{
	for (unsigned i = 0; i < FACTS_DEPTH_MAX; i++) {
		const char *path = arena_printf(f->a, "%s%sconfigure.ac", folder, folder[0] ? "/" : "");
		if (facts_is_file(f, path))
			return path;
		if (!folder[0])
			break;
		folder = facts_folder(f, folder);
	}
	return NULL;
}

void facts_read_automake(struct facts *f, const char *path)
{
	struct package p = {.f = f, .configure = {.f = f}};
	const char *folder = facts_folder(f, path), *configure = find_configure(f, folder);
	p.top = configure ? facts_folder(f, configure) : folder;
	if (configure)
		configure_read(&p.configure, configure);
	p.filled.parent = &p.configure.shell;
	read_one(&p, facts_path(f, p.top, STR("Makefile.am")), 0);
	for (size_t i = 0; i < p.configure.makefiles.len && facts_spend(f, 1); i++) {
		const char *name = arena_printf(f->a, "%s.am", p.configure.makefiles.items[i]);
		const char *inner = facts_path(f, p.top, str_of(name));
		if (inner)
			read_one(&p, inner, 0);
	}
	read_one(&p, path, 0);
}
