#include "harness/rewrite_parts.h"

#include "core/mem.h"
#include "harness/ar.h"
#include "harness/libcnames.h"

/*
 * What objects refer to and define, as the linker will read them: whatever a
 * source does to hide it, it does not come into a program by another way.
 */

enum { BYTES_SHOWN_MAX = 200 };

static const char BEYOND[] = "do without it: a library may use its own code, what the original uses too, and of libc "
			     "memory, strings, characters, numbers, sorting and formatting into memory";
static const char MAKE_STATIC[] = "make it static, or give it another name";

struct looking {
	const struct rewrite *r;
	struct arena *a;
	struct gate *gate;
	struct nameset needed;   /* by the original: what its objects do not define themselves */
	struct nameset weak;     /* weak definitions of the original */
	struct nameset sections; /* custom sections of the original */
	struct nameset builtins; /* of the compiler's own library */
	struct nameset libc;     /* all that the libraries define which are linked with programs */
	struct nameset tests;    /* what objects of tests define */
	/* Of the variant at hand. */
	struct nameset defined;
	const struct rewrite_object *object;
};

static void looking_release(struct looking *l)
{
	struct nameset *const all[] = {&l->needed, &l->weak, &l->sections, &l->builtins, &l->libc, &l->tests, &l->defined};
	for (size_t i = 0; i < countof(all); i++)
		nameset_release(all[i]);
}

static bool is_shared(const struct wasmfile_symbol *s)
{
	return s->kind != WASMFILE_SYMBOL_SECTION && !s->local;
}

/* ---- what is known before */

static void know_object(struct looking *l, const struct plan_object *o, const struct wasmfile *file)
{
	for (size_t i = 0; i < file->symbols_len; i++) {
		const struct wasmfile_symbol *s = &file->symbols[i];
		struct str name = str_of(s->name);
		if (!is_shared(s))
			continue;
		if (!o->of_library && s->defined)
			nameset_add(&l->tests, name);
		if (o->of_library && !s->defined && !nameset_has(&l->r->suite->library_names, name))
			nameset_add(&l->needed, name);
		if (o->of_library && s->defined && s->weak)
			nameset_add(&l->weak, name);
	}
	for (size_t i = 0; o->of_library && i < file->customs_len; i++)
		nameset_add(&l->sections, str_of(file->customs[i].name));
}

static int know_archive(struct looking *l, const struct tree_node *node, struct err *err)
{
	static const char *const linked[] = {
		"libc.a", "libsetjmp.a", "libc-printscan-long-double.a", "libwasi-emulated-signal.a",
		"libwasi-emulated-process-clocks.a", "libwasi-emulated-mman.a", "libwasi-emulated-getpid.a",
	};
	bool builtins = strcmp(node->name, "libclang_rt.builtins.a") == 0, wanted = builtins;
	for (size_t i = 0; i < countof(linked); i++)
		wanted |= strcmp(node->name, linked[i]) == 0;
	struct strings names = {0};
	if (wanted && ar_names(node->content, l->a, &names, err) < 0)
		return err_wrap(err, "the sysroot's %s", node->name);
	for (size_t i = 0; i < names.len; i++) {
		nameset_add(&l->libc, str_of(names.items[i]));
		if (builtins)
			nameset_add(&l->builtins, str_of(names.items[i]));
	}
	return 0;
}

static int know_archives(struct looking *l, const struct tree_node *folder, struct err *err)
{
	for (size_t i = 0; folder && i < folder->children_len; i++) {
		const struct tree_node *node = folder->children[i];
		int result = node->type == TREE_FOLDER ? know_archives(l, node, err)
			     : node->type == TREE_FILE ? know_archive(l, node, err)
						       : 0;
		if (result < 0)
			return -1;
	}
	return 0;
}

static int know(struct looking *l, struct err *err)
{
	const struct suite *suite = l->r->suite;
	for (size_t i = 0; i < suite->plan.objects_len; i++)
		know_object(l, &suite->plan.objects[i], &suite->symbols[i]);
	if (know_archives(l, tree_find(l->r->tree, "/usr/lib"), err) < 0)
		return -1;
	if (!l->libc.len || !l->builtins.len)
		return err_set(err, ERR_BUG, "the sysroot has no C library, or not where it is looked for");
	nameset_seal(&l->needed);
	nameset_seal(&l->weak);
	nameset_seal(&l->sections);
	nameset_seal(&l->builtins);
	nameset_seal(&l->libc);
	nameset_seal(&l->tests);
	return 0;
}

/* ---- findings */

static const char *cut(const struct looking *l, const char *name)
{
	return arena_printf(l->a, "%.*s", BYTES_SHOWN_MAX, name);
}

/* Where the object's source or a header mentions the name; else the source. */
static struct place where(const struct looking *l, const char *name)
{
	struct place place = rewrite_mention(l->r, name);
	return place.file[0] ? place : (struct place){.file = l->object->name};
}

static void refuse(struct looking *l, struct place place, const char *text, const char *remedy)
{
	rewrite_remark(&l->gate->findings, place, text, remedy, l->a);
}

/* ---- what it refers to */

static bool is_code_generators(const struct wasmfile_symbol *s)
{
	static const char *const globals[] = {"__stack_pointer", "__memory_base", "__table_base",
					      "__tls_base",      "__tls_size",    "__tls_align"};
	if (s->kind == WASMFILE_SYMBOL_TABLE)
		return strcmp(s->name, "__indirect_function_table") == 0;
	for (size_t i = 0; s->kind == WASMFILE_SYMBOL_GLOBAL && i < countof(globals); i++) {
		if (strcmp(s->name, globals[i]) == 0)
			return true;
	}
	return false;
}

static bool may_refer(const struct looking *l, const struct wasmfile_symbol *s)
{
	struct str name = str_of(s->name);
	bool code_or_data = s->kind == WASMFILE_SYMBOL_FUNCTION || s->kind == WASMFILE_SYMBOL_DATA;
	if (is_code_generators(s) || nameset_has(&l->defined, name) || nameset_has(&l->needed, name))
		return true;
	return code_or_data && (libcnames_pure(s->name) || nameset_has(&l->builtins, name));
}

static void judge_reference(struct looking *l, const struct wasmfile_symbol *s)
{
	const struct suite *suite = l->r->suite;
	struct str name = str_of(s->name);
	const char *shown = cut(l, s->name);
	if (s->renamed)
		refuse(l, where(l, s->name), arena_printf(l->a, "%s: it is imported from the host", shown), BEYOND);
	if (may_refer(l, s))
		return;
	if (!nameset_has(&suite->library_names, name))
		refuse(l, where(l, s->name), arena_printf(l->a, "%s: %s may not use it", shown, l->object->name), BEYOND);
	else if (!nameset_has(&suite->public_names, name)) /* else it is the api judge's to say that it is missing */
		refuse(l, where(l, s->name),
		       arena_printf(l->a, "%s: %s uses it, and nothing defines it", shown, l->object->name), "define it");
}

/* ---- what it defines */

static bool is_linkers(const char *name)
{
	static const char *const names[] = {
		"main", "__original_main", "__main_argc_argv", "__main_void", "_start", "_initialize", "__heap_base",
		"__heap_end", "__data_end", "__global_base", "__memory_base", "__table_base", "__stack_low", "__stack_high",
		"__stack_pointer", "__dso_handle", "__indirect_function_table", "__tls_base", "__tls_size", "__tls_align",
	};
	static const char *const beginnings[] = {"__wrap_", "__real_", "recast_", "__wasm_"};
	for (size_t i = 0; i < countof(names); i++) {
		if (strcmp(name, names[i]) == 0)
			return true;
	}
	for (size_t i = 0; i < countof(beginnings); i++) {
		if (str_starts(str_of(name), str_of(beginnings[i])))
			return true;
	}
	return false;
}

/* Whose name it takes, or NULL. */
static const char *shadows(const struct looking *l, const char *name)
{
	if (nameset_has(&l->r->suite->library_names, str_of(name)))
		return NULL;
	if (is_linkers(name))
		return "the name is the linker's or recast's own";
	if (nameset_has(&l->libc, str_of(name)))
		return "libc has that name, and the tests would get this instead";
	if (nameset_has(&l->tests, str_of(name)))
		return "the tests have that name";
	return NULL;
}

static void judge_definition(struct looking *l, const struct wasmfile_symbol *s)
{
	const char *shown = cut(l, s->name), *whose = shadows(l, s->name);
	if (whose)
		refuse(l, where(l, s->name), arena_printf(l->a, "%s: %s", shown, whose), MAKE_STATIC);
	if (s->weak && !nameset_has(&l->weak, str_of(s->name)))
		refuse(l, where(l, s->name), arena_printf(l->a, "%s: a weak definition, which others could replace", shown),
		       "leave the attribute out");
	if (s->exported)
		refuse(l, where(l, s->name), arena_printf(l->a, "%s: it is exported from the program", shown),
		       "leave the attribute out");
}

/* ---- the rest of an object */

static bool is_section_known(const struct looking *l, const char *name)
{
	static const char *const known[] = {"linking", "name", "producers", "target_features"};
	for (size_t i = 0; i < countof(known); i++) {
		if (strcmp(name, known[i]) == 0)
			return true;
	}
	return str_starts(str_of(name), STR("reloc.")) || nameset_has(&l->sections, str_of(name));
}

static void judge_sections(struct looking *l, const struct wasmfile *file)
{
	struct place place = {.file = l->object->name};
	for (size_t i = 0; i < file->customs_len; i++) {
		const char *name = file->customs[i].name;
		if (!is_section_known(l, name))
			refuse(l, place, arena_printf(l->a, "a custom section %s", cut(l, name)),
			       "leave out the attribute or assembly that makes it");
	}
	bool parts = file->own[WASMFILE_TABLE] || file->own[WASMFILE_MEMORY] || file->own[WASMFILE_GLOBAL] ||
		     file->own[WASMFILE_TAG] || file->has_start;
	if (parts)
		refuse(l, place, "a table, memory, global or start of its own, as no C has",
		       "leave out the assembly that makes it");
}

static void judge_imports(struct looking *l, const struct wasmfile *file)
{
	for (size_t i = 0; i < file->imports_len; i++) {
		const struct wasmfile_import *import = &file->imports[i];
		bool data = import->kind == WASMFILE_GLOBAL && str_starts(str_of(import->module), STR("GOT."));
		if (!data && strcmp(import->module, "env") != 0)
			refuse(l, where(l, "import_module"),
			       arena_printf(l->a, "%s: it is imported from the host's %s", cut(l, import->name),
					    cut(l, import->module)),
			       BEYOND);
	}
}

static void judge_constructors(struct looking *l, const struct wasmfile *file)
{
	if (!file->init_functions)
		return;
	static const char *const words[] = {"constructor", "__constructor__", "destructor", "__destructor__"};
	struct place place = {.file = l->object->name};
	for (size_t i = 0; i < countof(words); i++) {
		struct place found = rewrite_mention(l->r, words[i]);
		if (found.file[0]) {
			place = found;
			break;
		}
	}
	refuse(l, place, "it has a constructor or destructor, which runs when nobody has called the library",
	       "do the work when a function of the library is called first");
}

static void judge_object(struct looking *l)
{
	const struct wasmfile *file = &l->object->symbols;
	for (size_t i = 0; i < file->symbols_len; i++) {
		const struct wasmfile_symbol *s = &file->symbols[i];
		if (s->kind == WASMFILE_SYMBOL_SECTION)
			continue;
		if (!s->defined)
			judge_reference(l, s);
		else if (!s->local)
			judge_definition(l, s);
	}
	judge_imports(l, file);
	judge_constructors(l, file);
	judge_sections(l, file);
}

/* Names that the variant's objects define; one that two of them define does not link. */
static void define_all(struct looking *l, const struct rewrite_variant *variant)
{
	nameset_release(&l->defined);
	for (size_t i = 0; i < variant->objects_len; i++) {
		const struct wasmfile *file = &variant->objects[i].symbols;
		for (size_t k = 0; k < file->symbols_len; k++) {
			const struct wasmfile_symbol *s = &file->symbols[k];
			if (s->defined && is_shared(s))
				nameset_add(&l->defined, str_of(s->name));
		}
	}
	nameset_seal(&l->defined);
}

static bool is_strong(const struct wasmfile_symbol *s)
{
	return s->defined && is_shared(s) && !s->weak;
}

static void judge_twice(struct looking *l, const struct rewrite_variant *variant)
{
	SCOPED(nameset_release) struct nameset before = {0};
	for (size_t i = 0; i < variant->objects_len; i++) {
		const struct wasmfile *file = &variant->objects[i].symbols;
		nameset_seal(&before);
		for (size_t k = 0; k < file->symbols_len; k++) {
			const struct wasmfile_symbol *s = &file->symbols[k];
			if (is_strong(s) && nameset_has(&before, str_of(s->name)))
				refuse(l, rewrite_mention(l->r, s->name),
				       arena_printf(l->a, "%s: two sources define it", cut(l, s->name)), MAKE_STATIC);
		}
		for (size_t k = 0; k < file->symbols_len; k++) {
			if (is_strong(&file->symbols[k]))
				nameset_add(&before, str_of(file->symbols[k].name));
		}
	}
}

static void judge_variants(struct looking *l)
{
	for (size_t v = 0; v < l->r->variants_len; v++) {
		const struct rewrite_variant *variant = &l->r->variants[v];
		define_all(l, variant);
		for (size_t i = 0; i < variant->objects_len; i++) {
			l->object = &variant->objects[i];
			judge_object(l);
		}
		judge_twice(l, variant);
	}
}

int judge_symbols(const struct rewrite *r, struct arena *a, struct gate *ret, struct err *err)
{
	struct gate gate = {0};
	struct looking l = {.r = r, .a = a, .gate = &gate};
	if (!r->builds) {
		*ret = (struct gate){.verdict = VERDICT_NOT_JUDGED, .detail = "it does not build"};
		return 0;
	}
	if (know(&l, err) < 0) {
		looking_release(&l);
		return -1;
	}
	judge_variants(&l);
	judge_tokens(r, a, &gate);
	looking_release(&l);
	gate.verdict = gate.findings.len ? VERDICT_FAIL : VERDICT_PASS;
	gate.detail = "it refers only to what it may";
	if (gate.findings.len)
		gate.detail = gate.findings.len == 1 ? gate.findings.items[0].text
						     : arena_printf(a, "%s, and %zu more", gate.findings.items[0].text,
								    gate.findings.len - 1);
	*ret = gate;
	return 0;
}
