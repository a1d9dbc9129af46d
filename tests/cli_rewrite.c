/*
 * Rewrites of a small library, good ones and such as reach for what is not
 * theirs, and what the judges say that look before anything runs.
 */

#include "harness/language.h"
#include "harness/rewrite.h"
#include "harness/source.h"
#include "tests/sandbox.h"

struct file {
	const char *path, *text;
};

enum { FILES_MAX = 8 };

/* A library, its tests, and what was found out about it. */
struct original {
	struct project project;
	struct tree *tree;
	struct suite suite;
	struct interface api;
};

/* What came of one rewrite. */
struct judged {
	struct arena arena;
	struct rewrite rewrite;
	struct gate build, symbols, api;
};

/* ---- the library */

#define HEADER_BEGINS "#ifndef CFG_H\n#define CFG_H\n#include <stddef.h>\n"
#define TYPES                                                                   \
	"struct cfg { int a; char b; unsigned flags : 3; int level : 5; };\n" \
	"struct hidden;\n"                                                     \
	"enum level { LOW = -1, HIGH = 7 };\n"                                 \
	"typedef int (*cfg_callback)(void *, int);\n"
#define MACROS                                                             \
	"#define CFG_MAX 16\n#define CFG_MASK 0xffffffffu\n"             \
	"#define CFG_NAME \"cfg \\\"1\\\"\"\n#define CFG_RATIO 0.5\n" \
	"#define CFG_API __declspec(dllexport)\n#define CFG_OTHER_OPEN cfg_open\n"
#define FUNCTIONS                                            \
	"extern int cfg_count;\n"                          \
	"int cfg_open(const char *name);\n"                \
	"long long cfg_sum(struct cfg *c, size_t n);\n"    \
	"int cfg_each(cfg_callback f, void *data);\n"
#define HEADER_ENDS "#endif\n"
static const char header[] = HEADER_BEGINS TYPES MACROS FUNCTIONS HEADER_ENDS;

#define BODIES                                                                               \
	"int cfg_count;\n"                                                                 \
	"int cfg_open(const char *name) { return cfg_count += name != 0; }\n"              \
	"long long cfg_sum(struct cfg *c, size_t n) { return c->a + (long long)n; }\n"     \
	"int cfg_each(cfg_callback f, void *data) { return f(data, 1); }\n"

static const struct file library[] = {
	{"include/cfg.h", header},
	{"src/config.h", "#define WITH_ENV 1\n#ifdef BIG\n#define TIMES 2\n#else\n#define TIMES 1\n#endif\n"},
	{"src/secret.h", "static int secret(void) { return 1; }\n"},
	{"src/cfg.c", "#include <stdlib.h>\n#include \"cfg.h\"\n#include \"config.h\"\n#include \"secret.h\"\n"
		      "extern int on_open(int);\n"
		      "int cfg_count;\n"
		      "__attribute__((weak)) void cfg_hook(void) { }\n"
		      "int strlcat_twice(void) { return 2; }\n"
		      "int cfg_open(const char *name) { cfg_hook(); cfg_count += on_open(secret()) * TIMES;"
		      " return getenv(name) != 0; }\n"
		      "long long cfg_sum(struct cfg *c, size_t n) { return c->a + (long long)n; }\n"
		      "int cfg_each(cfg_callback f, void *data) { return f(data, 1); }\n"},
	{"tests/t.c", "#include \"cfg.h\"\nint failures;\nint on_open(int n) { return n; }\n"
		      "int main(void) { return cfg_open(\"x\") + CFG_MAX - 16 + failures; }\n"},
};

static const char described[] =
	"{\"name\": \"cfg\",\n"
	" \"library\": {\"sources\": [\"src/*.c\"], \"headers\": [\"include/cfg.h\"], \"include\": [\"include\"],\n"
	"  \"flags\": [\"-std=c11\", \"-Wall\", \"-Werror\"], \"defines\": [\"CFG_BUILD\"]},\n"
	" \"tests\": {\"programs\": [{\"name\": \"t\", \"sources\": [\"tests/t.c\"], \"configurations\": [\n"
	"  {\"name\": \"plain\"}, {\"name\": \"big\", \"defines\": [\"BIG\"]}, {\"name\": \"again\"}]}]}}\n";

static struct tree *make_tree(struct sandbox *s, const char *root, const struct file *files, size_t len)
{
	struct err err = {0};
	struct tree *tree = tree_new();
	sandbox_check(tree_add_folder(tree, root, false, &err), &err);
	for (size_t i = 0; i < len && files[i].path; i++) {
		const char *path = arena_printf(&s->arena, "%s/%s", root, files[i].path);
		sandbox_check(tree_add_file(tree, path, str_of(files[i].text), &err), &err);
	}
	return tree;
}

static void open_original(struct sandbox *s, const char *json, const struct file *files, size_t len, struct original *ret)
{
	struct err err = {0};
	const char *trouble;
	*ret = (struct original){0};
	sandbox_check(project_parse(str_of(json), s->folder, &s->arena, &ret->project, &err), &err);
	ret->tree = make_tree(s, "/src", files, len);
	sandbox_check(suite_build(&ret->project, ret->tree, &s->tools.tools, &ret->suite, &err), &err);
	is_str(ret->suite.library_failure, NULL);
	const struct language *language = language_find("c");
	sandbox_check(language->read_interface(&ret->suite, &s->arena, &ret->api, &trouble, &err), &err);
	is_str(trouble, NULL);
}

static void close_original(struct original *o)
{
	suite_release(&o->suite);
	tree_free(o->tree);
}

/* ---- rewrites */

static void judge(struct sandbox *s, const struct original *o, const struct file *files, struct judged *ret)
{
	struct err err = {0};
	SCOPED_TREE struct tree *tree = make_tree(s, REWRITE_ROOT, files, FILES_MAX);
	*ret = (struct judged){0};
	sandbox_check(rewrite_build(&o->suite, tree, &ret->rewrite, &err), &err);
	judge_build(&ret->rewrite, &ret->arena, &ret->build);
	sandbox_check(judge_symbols(&ret->rewrite, &ret->arena, &ret->symbols, &err), &err);
	sandbox_check(judge_api(&ret->rewrite, &o->api, &ret->arena, &ret->api, &err), &err);
}

static void judged_release(struct judged *j)
{
	gate_release(&j->build);
	gate_release(&j->symbols);
	gate_release(&j->api);
	rewrite_release(&j->rewrite);
	arena_release(&j->arena);
}

/* "src/a.c:3: text", one a line. */
static const char *listed(struct sandbox *s, const struct remarks *list)
{
	SCOPED_BUF struct buf text;
	buf_init(&text, 100000);
	for (size_t i = 0; i < list->len; i++) {
		const struct remark *r = &list->items[i];
		buf_printf(&text, "%s%s:%u: %s", i ? "\n" : "", r->place.file, r->place.line, r->text);
		if (r->place.end_line != r->place.line)
			buf_printf(&text, " (to %u)", r->place.end_line);
	}
	return arena_str(&s->arena, buf_str(&text));
}

static void show(struct sandbox *s, const struct judged *j)
{
	tap_print("# build: %s\n# symbols: %s\n# api: %s\n", j->build.detail, j->symbols.detail, j->api.detail);
	const struct remarks *const lists[] = {&j->build.findings, &j->symbols.findings, &j->api.findings, &j->build.notes};
	for (size_t i = 0; i < countof(lists); i++) {
		struct str rest = str_of(listed(s, lists[i])), line;
		while (str_next_line(&rest, &line))
			tap_print("#   %.*s\n", STR_ARG(line));
	}
}

struct sample {
	const char *label;
	struct file files[FILES_MAX];
	const char *build, *symbols, *api; /* findings as listed; NULL for a pass */
};

static void gate_is(struct sandbox *s, const struct gate *gate, const char *want, const char *label)
{
	tap_str(gate->findings.len ? listed(s, &gate->findings) : NULL, want, label, __FILE__, __LINE__);
	tap_ok((gate->verdict == VERDICT_PASS) == (gate->findings.len == 0) || gate->verdict == VERDICT_NOT_JUDGED, label,
	       __FILE__, __LINE__);
}

static void try(struct sandbox *s, const struct original *o, const struct sample *sample)
{
	struct judged j;
	tap_print("# %s\n", sample->label);
	judge(s, o, sample->files, &j);
	gate_is(s, &j.build, sample->build, "build");
	gate_is(s, &j.symbols, sample->symbols, "symbols");
	gate_is(s, &j.api, sample->api, "api");
	show(s, &j);
	judged_release(&j);
}

#define PLAIN "#include \"cfg.h\"\n" BODIES

/* ---- good ones */

static const struct sample good[] = {
	{"one source", {{"src/cfg.c", PLAIN}}, NULL, NULL, NULL},
	{"another layout, with its own header",
	 {{"cfg.c", "#include \"cfg.h\"\n#include \"parts/inner.h\"\n" BODIES}, {"cfg.h", header},
	  {"parts/inner.h", "int inner(int);\n"},
	  {"parts/inner.c", "#include \"inner.h\"\n#include <cfg.h>\nint inner(int a) { return a + cfg_count; }\n"}},
	 NULL, NULL, NULL},
	{"the original's header by its path", {{"src/a.c", "#include \"../include/cfg.h\"\n" BODIES}}, NULL, NULL, NULL},
	{"what configures", {{"a.c", "#include \"/src/src/config.h\"\n#ifndef WITH_ENV\n#error no\n#endif\n" PLAIN}},
	 NULL, NULL, NULL},
	{"libc, and what the original uses",
	 {{"a.c", "#include <string.h>\n#include <stdio.h>\n#include <math.h>\n#include <ctype.h>\n#include <errno.h>\n"
		  "#include <assert.h>\n#include <stdlib.h>\n" PLAIN
		  "int on_open(int);\nvoid cfg_work(char *s, long double x)\n{\n\tassert(s);\n\terrno = 0;\n"
		  "\tsnprintf(s, 3, \"%Lf%s\", x * x, getenv(s));\n\tqsort(s, strlen(s), 1, 0);\n\t"
		  "s[0] = toupper(s[0]);\n\ts[1] = (char)(sin((double)x) + on_open(2));\n\tfree(s);\n\tif (isnan(x)) abort();\n}\n"}},
	 NULL, NULL, NULL},
	{"vectors and alloca", {{"a.c", "#include <wasm_simd128.h>\n#include <alloca.h>\n" PLAIN
					"__attribute__((target(\"simd128\"))) int cfg_v(int a)\n{\n\tchar *p = alloca(a);\n"
					"\tv128_t v = wasm_i32x4_splat(a);\n\tp[0] = 1;\n"
					"\treturn p[a - 1] + wasm_i32x4_extract_lane(wasm_i32x4_add(v, v), 1);\n}\n"}},
	 NULL, NULL, NULL},
	{"names that only look so", {{"a.c", PLAIN "struct space { int address_space, import_name; };\n"
					     "int asm_count(struct space *s) { int asm = s->address_space; return asm + s->import_name; }\n"
					     "const char *cfg_text(void) { return \"asm(#1 #line 3)\"; } /* # 1 \"/usr/x\" asm() */\n"}},
	 NULL, NULL, NULL},
	{"tests and examples beside it",
	 {{"src/cfg.c", PLAIN}, {"tests/t.c", "#include <pthread.h>\nnot C"}, {"examples/x.c", "int main(void) { return 1; }"},
	  {"src/tool.c", "#include <nowhere.h>\nint main(int c, char **v)\n{\n\treturn 0;\n}\n"},
	  {"src/demo.c", "int main(void) { return 1; }\n"}},
	 NULL, NULL, NULL},
	{"sources that are parts", {{"src/all.c", "#include \"one.c\"\n#include \"two.c\"\n"}, {"src/one.c", PLAIN},
				    {"src/two.c", "int two(void) { return cfg_count; }\n"}},
	 NULL, NULL, NULL},
	{"warnings are none of its faults", {{"a.c", PLAIN "static int unused_thing;\nint cfg_w(void) { int x; return 3; }\n"}},
	 NULL, NULL, NULL},
	{"conditions that are taken some time",
	 {{"a.c", PLAIN "#define NOTHING(a, \\\n\tb)\n#ifdef BIG\nint big;\n#else\nint small;\n#endif\n#ifdef CFG_BUILD\n"
		  "NOTHING(1,\n\t2)\n#endif\n#ifdef UNKNOWN\n#define X 1\n#endif\n#line 900 \"/usr/include/x.h\"\nint later;\n"}},
	 NULL, NULL, NULL},
	{"a header for C++ too",
	 {{"a.c", PLAIN}, {"cfg.h", HEADER_BEGINS "#ifdef __cplusplus\nextern \"C\" {\n#endif\n" TYPES MACROS FUNCTIONS
				    "#ifdef __cplusplus\n}\n#endif\n" HEADER_ENDS}},
	 NULL, NULL, NULL},
};

/* ---- those that do not build, or not all of which is looked at */

static const struct sample unbuilt[] = {
	{"nothing", {{"README", "text"}}, ":0: there is no source to compile", NULL, NULL},
	{"a mistake", {{"src/cfg.c", PLAIN "int f(void) { return }\n"}, {"src/b.c", "int b = c;\n"}},
	 "src/b.c:1: use of undeclared identifier 'c'\nsrc/cfg.c:6: expected expression", NULL, NULL},
	{"the original's source", {{"src/cfg.c", "#include \"../src/secret.h\"\n" PLAIN}},
	 "src/cfg.c:1: '../src/secret.h' file not found", NULL, NULL},
	{"the original's source by its whole path", {{"src/x.c", "#include \"/src/src/cfg.c\"\n"}},
	 "src/x.c:1: '/src/src/cfg.c' file not found", NULL, NULL},
	{"lines that nobody looked at",
	 {{"a.c", PLAIN "#ifdef _WIN32\nint win(void)\n{\n#ifdef X\n\treturn 1;\n#endif\n}\n#elif 1\nint other;\n#endif\n"},
	  {"b.h", "#ifdef __cplusplus\nextern \"C\" {\nint cpp;\n#endif\nint b;\n"}, {"b.c", "#include \"b.h\"\n"}},
	 "a.c:7: not judged: the preprocessor leaves these lines out, however the library is built (to 12)\n"
	 "b.h:2: not judged: the preprocessor leaves these lines out, however the library is built (to 3)",
	 NULL, NULL},
	{"a hidden #line", {{"a.c", PLAIN "const char *r = R\"x(\" /* )x\" /*\";\n*/ \"#line 1 \\\"/usr/x\\\"\";\n"}},
	 "a.c:0: what may be a #line directive stands where readers of C do not agree\n"
	 "a.c:6: use of undeclared identifier 'R'",
	 NULL, NULL},
};

/* ---- those that reach for what is not theirs */

#define BAD(label, text, findings) {label, {{"a.c", PLAIN text}}, NULL, findings, NULL}

static const struct sample hostile[] = {
	BAD("the end of the process", "#include <stdlib.h>\nvoid cfg_end(void) { exit(0); }\n", "a.c:7: exit: a.c may not use it"),
	BAD("streams", "#include <stdio.h>\nvoid cfg_say(void) { fputs(\"ok\", stdout); }\n",
	    "a.c:7: stdout: a.c may not use it\na.c:0: fwrite: a.c may not use it"),
	BAD("a name by assembly", "int run(void) __asm__(\"fopen\");\nint cfg_run(void) { return run(); }\n",
	    "a.c:0: fopen: a.c may not use it\na.c:6: it has inline assembly, or gives a symbol a name by it"),
	BAD("assembly", "int cfg_run(void) { __asm__ volatile(\"nop\"); return 1; }\n",
	    "a.c:6: it has inline assembly, or gives a symbol a name by it"),
	BAD("memory's layout", "extern char __heap_base;\nchar *cfg_heap(void) { return &__heap_base; }\n",
	    "a.c:6: __heap_base: a.c may not use it"),
	BAD("recast's own", "void __real_cfg_open(void);\nvoid recast_trace(void);\nvoid cfg_x(void) { __real_cfg_open(); recast_trace(); }\n",
	    "a.c:6: __real_cfg_open: a.c may not use it\na.c:7: recast_trace: a.c may not use it"),
	BAD("what only the tests have", "extern int failures;\nvoid cfg_x(void) { failures = 0; }\n",
	    "a.c:6: failures: a.c may not use it"),
	BAD("a weak reference", "extern int failures __attribute__((weak));\nvoid cfg_x(void) { if (&failures) failures = 0; }\n",
	    "a.c:6: failures: a.c may not use it"),
	BAD("a constructor", "__attribute__((constructor)) static void begin(void) { int on_open(int); cfg_count = on_open(7); }\n",
	    "a.c:6: it has a constructor or destructor, which runs when nobody has called the library\n"
	    "a.c:6: it uses the attribute constructor"),
	BAD("a constructor that the compiler folds away",
	    "static int ready; __attribute__((__constructor__)) static void begin(void) { ready = 1; }\n"
	    "int is_ready(void) { return ready; }\n", "a.c:6: it uses the attribute __constructor__"),
	BAD("the same in digraphs, over two lines",
	    "static int ready; <:\n<: gnu::constructor :>:> static void begin(void) { ready = 1; }\n"
	    "int is_ready(void) { return ready; }\n", "a.c:7: it uses the attribute constructor"),
	BAD("a section of its own", "__attribute__((section(\"mine\"))) const char word[] = \"w\";\n",
	    "a.c:6: it uses the attribute section"),
	BAD("a section by a pragma", "#pragma clang section rodata=\"mine\"\nconst char word[] = \"w\";\n",
	    "a.c:6: it names the sections of an object by a pragma"),
	BAD("a host import", "__attribute__((import_module(\"wasi_snapshot_preview1\"), import_name(\"proc_exit\"))) void leave(int);\n"
			     "void cfg_x(void) { leave(0); }\n",
	    "a.c:6: leave: it is imported from the host\na.c:6: leave: a.c may not use it\n"
	    "a.c:6: proc_exit: it is imported from the host's wasi_snapshot_preview1\n"
	    "a.c:6: it uses the attribute import_module\na.c:6: it uses the attribute import_name"),
	BAD("an export", "__attribute__((export_name(\"spy\"))) int cfg_x(void) { return 1; }\n",
	    "a.c:6: cfg_x: it is exported from the program\na.c:6: it uses the attribute export_name"),
	BAD("libc's name", "int puts(const char *s) { return 1; }\n", "a.c:6: puts: libc has that name, and the tests would get this instead"),
	BAD("a name of the tests", "int failures;\n", "a.c:6: failures: the tests have that name"),
	BAD("a wrapper", "void __wrap_cfg_open(void) { }\n", "a.c:6: __wrap_cfg_open: the name is the linker's or recast's own"),
	BAD("a weak definition", "__attribute__((weak)) int cfg_x(void) { return 1; }\n",
	    "a.c:6: cfg_x: a weak definition, which others could replace"),
	BAD("a custom section", "__asm__(\".section .custom_section.note,\\\"\\\",@\\n.ascii \\\"x\\\"\\n.text\\n\");\n",
	    "a.c:0: a custom section note\na.c:6: it has inline assembly, or gives a symbol a name by it"),
	BAD("builtins", "void *cfg_x(void) { return __builtin_frame_address(0); }\nint cfg_y(void) { return __builtin_wasm_memory_grow(0, 1); }\n",
	    "a.c:6: it uses __builtin_frame_address, which reaches beyond C\na.c:7: it uses __builtin_wasm_memory_grow, which reaches beyond C"),
	BAD("behind a false #line", "#line 1 \"/usr/include/x.h\"\nvoid *cfg_x(void) { return __builtin_frame_address(0); }\n",
	    "a.c:7: it uses __builtin_frame_address, which reaches beyond C"),
	BAD("what checks is left out", "__attribute__((no_sanitize(\"undefined\"))) int cfg_x(int n) { return n << 31; }\n",
	    "a.c:6: it uses the attribute no_sanitize"),
	BAD("the stack pointer", "extern int sp __attribute__((address_space(1)));\nint cfg_x(void) { return sizeof(sp); }\n",
	    "a.c:6: it uses the attribute address_space"),
	{"two of a name", {{"a.c", PLAIN "int twice(void) { return 1; }\n"}, {"b.c", "int twice(void) { return 2; }\n"}}, NULL,
	 "a.c:6: twice: two sources define it", NULL},
};

/* ---- those that are not the same library */

#define OTHER(label, types, macros, functions, findings) \
	{label, {{"a.c", PLAIN}, {"cfg.h", HEADER_BEGINS types macros functions HEADER_ENDS}}, NULL, NULL, findings}

#define BODIES_ALONE \
	"int cfg_count;\nint cfg_open(const char *n) { return 1; }\nlong long cfg_sum(void *c, unsigned long n) { return 1; }\n" \
	"int cfg_each(void *f, void *d) { return 1; }\n"

static const struct sample different[] = {
	{"a function is missing", {{"a.c", "#include \"cfg.h\"\nint cfg_count;\nlong long cfg_sum(struct cfg *c, size_t n) { return cfg_open(\"\"); }\n"
					   "static int f(int a) { return a; }\nint cfg_each(cfg_callback g, void *d) { return f(1); }\n"}},
	 NULL, NULL, "include/cfg.h:15: cfg_open: nothing in the rewrite defines it"},
	{"another signature", {{"a.c", "int cfg_count;\nint cfg_open(const char *name, int b) { return b; }\n"
				       "long long cfg_sum(void *c, unsigned n) { return n; }\nint cfg_each;\n"}},
	 NULL, NULL,
	 "a.c:2: cfg_open: compiled, it is (i32,i32)->(i32), the original's (i32)->(i32)\n"
	 "a.c:4: cfg_each: it is a variable, the original's a function"},
	OTHER("a larger struct", "struct cfg { int a; long long more; char b; unsigned flags : 3; int level : 4; };\nstruct hidden;\n"
				 "enum level { LOW = -1, HIGH = 8 };\ntypedef int (*cfg_callback)(void *, int);\n",
	      MACROS, FUNCTIONS,
	      "cfg.h:4: struct cfg is 24 bytes, the original's 8\n"
	      "cfg.h:4: struct cfg is aligned to 8 bytes, the original's 4\n"
	      "cfg.h:4: struct cfg: its field b is at 16, the original's 4\n"
	      "cfg.h:4: struct cfg: its field level has other than the original's 5 bits\n"
	      "cfg.h:6: HIGH is 8, the original's 7"),
	OTHER("other macros", TYPES, "#define CFG_MAX 17\n#define CFG_MASK 0xfffffffeu\n#define CFG_NAME \"cfg\"\n#define CFG_RATIO 0.25\n",
	      FUNCTIONS,
	      "cfg.h:8: CFG_MAX is 17, the original's 16\n"
	      "cfg.h:9: CFG_MASK is 4294967294, the original's 4294967295\n"
	      "cfg.h:10: CFG_NAME is not there, or not the original's cfg \\\"1\\\"\n"
	      "cfg.h:11: CFG_RATIO is not there, or not the original's 0x1p-1 (0.5)"),
	{"things that are missing",
	 {{"a.c", "#include <stddef.h>\nint cfg_count;\nint cfg_open(const char *n) { return 1; }\n"
		  "long long cfg_sum(void *c, size_t n) { return 1; }\nint cfg_each(void *f, void *d) { return 1; }\n"},
	  {"cfg.h", "#include <stddef.h>\nextern long cfg_count;\nint cfg_open(char *name);\n"}},
	 NULL, NULL,
	 "cfg.h:3: cfg_open: it is not declared, or not as the original's: int cfg_open(const char *name)\n"
	 "cfg.h:0: cfg_sum: it is not declared, or not as the original's: long long cfg_sum(struct cfg *c, size_t n)\n"
	 "cfg.h:0: cfg_each: it is not declared, or not as the original's: int cfg_each(cfg_callback f, void *data)\n"
	 "cfg.h:0: struct cfg: the headers do not define it\n"
	 "cfg.h:0: LOW is not there, or not -1\n"
	 "cfg.h:0: HIGH is not there, or not 7\n"
	 "cfg.h:0: enum level: the headers do not define it\n"
	 "cfg.h:0: cfg_callback: there is no such type\n"
	 "cfg.h:0: CFG_MAX is not there, or not the original's 16\n"
	 "cfg.h:0: CFG_MASK is not there, or not the original's 4294967295\n"
	 "cfg.h:0: CFG_NAME is not there, or not the original's cfg \\\"1\\\"\n"
	 "cfg.h:0: CFG_RATIO is not there, or not the original's 0x1p-1 (0.5)\n"
	 "cfg.h:2: cfg_count: it is not declared, or not as the original's: int cfg_count"},
	{"a header that does not compile", {{"a.c", BODIES_ALONE}, {"cfg.h", "struct cfg { int a }\nint cfg_open(;\n"}}, NULL, NULL,
	 "cfg.h:1: its public headers do not compile: expected ';' after struct\n"
	 "cfg.h:2: its public headers do not compile: expected parameter declarator\n"
	 "cfg.h:2: its public headers do not compile: expected ')'"},
};

static void samples(struct sandbox *s, const struct original *o, const struct sample *list, size_t len)
{
	for (size_t i = 0; i < len; i++)
		try(s, o, &list[i]);
}

static void details(struct sandbox *s, const struct original *o)
{
	struct judged j;
	const struct file files[FILES_MAX] = {{"src/cfg.c", PLAIN}, {"src/x.c", "int x(void) { return 1; }\n"}, {"tests/t.c", "x"},
					      {"src/demo.c", "int main(void) { return 1; }\n"}, {"u.h", "int u;\n"}};
	judge(s, o, files, &j);
	is_str(j.build.detail, "2 sources, 2 ways of building");
	is_str(listed(s, &j.build.notes), ":0: left out: tests/t.c: recast.json names it as a test\n"
					  ":0: left out: src/demo.c: it has a main\n:0: left out: u.h: no source includes it");
	is_int(j.rewrite.variants_len, 2);
	ok(j.rewrite.variant_of[0] == 0 && j.rewrite.variant_of[1] == 1 && j.rewrite.variant_of[2] == 0);
	is_str(j.symbols.detail, "it refers only to what it may");
	tap_print("# %s\n", j.api.detail);
	ok(str_starts(str_of(j.api.detail), STR("4 functions and variables, ")));
	show(s, &j);
	judged_release(&j);
}

static void cfg(struct sandbox *s)
{
	struct original o;
	open_original(s, described, library, countof(library), &o);
	details(s, &o);
	samples(s, &o, good, countof(good));
	samples(s, &o, unbuilt, countof(unbuilt));
	samples(s, &o, hostile, countof(hostile));
	samples(s, &o, different, countof(different));
	/* the same lines, allowed */
	o.project.candidate.unjudged_allowed = true;
	struct judged j;
	judge(s, &o, unbuilt[4].files, &j);
	is_int(j.build.verdict, VERDICT_PASS);
	is_int(j.build.notes.len, 2);
	judged_release(&j);
	close_original(&o);
}

/* ---- a library that is a header */

#define ONE_HEADER(body) \
	"#ifndef ONE_H\n#define ONE_H\nint one(int a);\n#ifndef ONE_HEADER\nint one(int a)\n{\n" body "}\n#endif\n#endif\n"

static void header_only(struct sandbox *s)
{
	static const char json[] =
		"{\"name\": \"one\", \"library\": {\"sources\": [\"implementation.c\"], \"headers\": [\"one.h\"], \"include\": [\".\"],\n"
		"  \"files\": {\"implementation.c\": \"#include \\\"one.h\\\"\\n\"}},\n"
		" \"tests\": {\"defines\": [\"ONE_HEADER\"], \"programs\": [{\"name\": \"t\", \"sources\": [\"t.c\"]}]}}\n";
	static const struct file original[] = {
		{"one.h", ONE_HEADER("\treturn a + 1;\n")},
		{"t.c", "#include \"one.h\"\nint main(void) { return one(-1); }\n"},
	};
	static const struct sample list[] = {
		{"a header of its own", {{"one.h", ONE_HEADER("\tint b = 1;\n\treturn a + b;\n")}}, NULL, NULL, NULL},
		{"a header and a demo", {{"one.h", ONE_HEADER("\treturn 1 + a;\n")}, {"demo.c", "#include \"one.h\"\nint main(void) { return 1; }\n"}},
		 NULL, NULL, NULL},
		{"the original's header", {{"README", "x"}}, NULL, NULL, "one.h:3: one: nothing in the rewrite defines it"},
		{"a source", {{"one.c", "int one(int a) { return a + 1; }\n"}}, NULL, NULL, NULL},
	};
	struct original o;
	open_original(s, json, original, countof(original), &o);
	samples(s, &o, list, countof(list));
	close_original(&o);
}

/* ---- an original is as good as itself */

static void itself(struct sandbox *s, const char *name)
{
	struct err err = {0};
	struct original o = {0};
	struct judged j = {0};
	const char *trouble, *folder = arena_printf(&s->arena, "fixtures/libs/%s", name);
	SCOPED_TREE struct tree *rewrite = tree_new();
	tap_print("# %s\n", folder);
	o.tree = tree_new();
	sandbox_check(project_read(folder, &s->arena, &o.project, &err), &err);
	sandbox_check(tree_add_host(o.tree, "/src", folder, &source_limits, NULL, &err), &err);
	sandbox_check(tree_add_tree(rewrite, REWRITE_ROOT, o.tree, "/src", &err), &err);
	sandbox_check(suite_build(&o.project, o.tree, &s->tools.tools, &o.suite, &err), &err);
	sandbox_check(language_find("c")->read_interface(&o.suite, &s->arena, &o.api, &trouble, &err), &err);
	sandbox_check(rewrite_build(&o.suite, rewrite, &j.rewrite, &err), &err);
	judge_build(&j.rewrite, &j.arena, &j.build);
	sandbox_check(judge_symbols(&j.rewrite, &j.arena, &j.symbols, &err), &err);
	sandbox_check(judge_api(&j.rewrite, &o.api, &j.arena, &j.api, &err), &err);
	gate_is(s, &j.build, NULL, "build");
	gate_is(s, &j.symbols, NULL, "symbols");
	gate_is(s, &j.api, NULL, "api");
	show(s, &j);
	judged_release(&j);
	close_original(&o);
}

static void tests(struct sandbox *s)
{
	static const char *const fixtures[] = {"confkit", "ordmap", "ringlog", "strpool", "textdist"};
	for (size_t i = 0; i < countof(fixtures); i++)
		itself(s, fixtures[i]);
	cfg(s);
	header_only(s);
}

int main(void)
{
	return sandbox_main(tests);
}
