/*
 * The compiler in the sandbox: what it makes, what it says, what it remembers,
 * and what hostile sources come to. None of them costs more than its limits,
 * reads what it was not given, or keeps the next one from being compiled.
 */

#include "core/clock.h"
#include "harness/build.h"
#include "parts.h"
#include "tests/sandbox.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

enum { MIB = 1 << 20 };

static const uint64_t SECOND = 1000000000;

static const struct build_limits small_limits = {
	.deadline_ns = 10 * (uint64_t)1000000000,
	.memory_bytes = 512 * (uint64_t)MIB,
	.output_max = 16 * MIB,
};

/* ---- a compilation, in few words */

struct file {
	const char *path, *text;
};

enum { FILES_MAX = 6 };

struct attempt {
	struct toolchain *toolchain; /* NULL: the machine's */
	struct file files[FILES_MAX]; /* the first one is compiled */
	const char *include[3];      /* default: /src */
	const char *defines[3], *flags[3];
	const struct tree *project;  /* shown at /src instead of files[1…], or NULL */
	struct build_limits limits;  /* default: small_limits */
};

static struct tree *make_tree(struct toolchain *tc, const struct attempt *t)
{
	struct err err = {0};
	struct tree *tree;
	sandbox_check(toolchain_tree(tc, &tree, &err), &err);
	if (t->project)
		sandbox_check(tree_graft(tree, "/src", t->project, "/src", &err), &err);
	for (size_t i = 0; i < FILES_MAX && t->files[i].path; i++)
		sandbox_check(tree_add_file(tree, t->files[i].path, str_of(t->files[i].text), &err), &err);
	return tree;
}

static struct built compile(struct sandbox *s, const struct attempt *t)
{
	static const char *const src[] = {"/src", NULL};
	struct toolchain *tc = t->toolchain ? t->toolchain : s->tools.toolchain;
	const char *const *include = t->include[0] ? t->include : src;
	struct err err = {0};
	struct built built;
	SCOPED_TREE struct tree *tree = make_tree(tc, t);
	struct compile c = {
		.source = t->files[0].path,
		.include = include,
		.include_len = sandbox_count(include),
		.defines = t->defines,
		.defines_len = sandbox_count(t->defines),
		.flags = t->flags,
		.flags_len = sandbox_count(t->flags),
		.shown_below = "/src/",
	};
	const struct build_limits *limits = t->limits.deadline_ns ? &t->limits : &small_limits;
	sandbox_check(build_compile(tc, tree, &c, limits, &s->arena, &built, &err), &err);
	return built;
}

static struct built link_one(struct sandbox *s, struct str object)
{
	struct err err = {0};
	struct built built;
	struct link_input input = {"dir with space/a.c", object};
	sandbox_check(build_link(s->tools.toolchain, &input, 1, &small_limits, &s->arena, &built, &err), &err);
	return built;
}

/* A text that nobody has compiled before. */
static const char *fresh(struct sandbox *s, const char *text)
{
	static unsigned n;
	return arena_printf(&s->arena, "%s\n// %llu %d %u\n", text, (unsigned long long)clock_monotonic_ns(), (int)getpid(),
			    n++);
}

/* ---- what it makes and says */

static void good_source(struct sandbox *s)
{
	struct attempt t = {
		.files = {{"/src/a.c", "#include <stdio.h>\n#include \"b.h\"\nint main(void) { puts(B); return N; }\n"},
			  {"/src/b.h", "#define B \"from b\"\n"}},
		.defines = {"N=3"},
	};
	struct built object = compile(s, &t);
	ok(object.ok && object.failure == NULL);
	is_int(object.diags.len, 0);
	ok(object.bytes.len > 8 && memcmp(object.bytes.ptr, "\0asm", 4) == 0);
	struct built program = link_one(s, object.bytes);
	ok(program.ok);
	struct guest g = {.module = program.bytes};
	struct guest_end end = sandbox_run(s, &g);
	is_str(end.out.ptr, "from b\n");
	is_int(end.run.exit_code, 3);
}

static void is_diag(const struct diag_list *list, size_t i, enum diag_severity severity, const char *file, unsigned line,
		    unsigned column, const char *message)
{
	if (!ok(i < list->len))
		return;
	const struct diag *d = &list->items[i];
	is_int(d->severity, severity);
	is_str(d->file, file);
	is_int(d->line, line);
	is_int(d->column, column);
	is_str(d->message, message);
}

static void diagnostics(struct sandbox *s)
{
	struct attempt t = {
		.files = {{"/src/a b.c", "#include \"w.h\"\nint f(void)\n{\n\tint unused;\n\treturn y;\n}\nint z = \n"},
			  {"/src/w.h", "#warning \"from w\"\n"}},
		.flags = {"-Wall"},
	};
	struct built r = compile(s, &t);
	ok(!r.ok);
	is_int(r.bytes.len, 0);
	is_str(r.failure, "a b.c:5:9: use of undeclared identifier 'y'");
	is_int(r.diags.errors, 3);
	is_diag(&r.diags, 0, DIAG_WARNING, "w.h", 1, 2, "\"from w\" [-W#warnings]");
	is_diag(&r.diags, 1, DIAG_ERROR, "a b.c", 5, 9, "use of undeclared identifier 'y'");
	is_diag(&r.diags, 2, DIAG_ERROR, "a b.c", 7, 9, "expected expression");
	is_diag(&r.diags, 3, DIAG_ERROR, "a b.c", 7, 8, "expected ';' after top level declarator");

	t.files[0].text = "void nope(void);\nint main(void) { nope(); return 0; }\n";
	struct built linked = link_one(s, compile(s, &t).bytes);
	ok(!linked.ok);
	is_str(linked.failure, "/obj/0/dir with space/a.c: undefined symbol: nope");
	t.files[0].text = "void _start(void) { }\n";
	linked = link_one(s, compile(s, &t).bytes);
	ok(!linked.ok);
	is_str(linked.failure, "duplicate symbol: _start");
	linked = link_one(s, STR("not an object"));
	ok(!linked.ok);
	ok(linked.failure && strstr(linked.failure, "unknown file type"));
}

/* What WASI itself does not have, and what needs flags or libraries of its own. */
static void emulations(struct sandbox *s)
{
	static const char text[] =
		"#include <setjmp.h>\n#include <signal.h>\n#include <stdio.h>\n#include <sys/mman.h>\n"
		"#include <sys/resource.h>\n#include <sys/times.h>\n#include <time.h>\n#include <unistd.h>\n"
		"static jmp_buf b;\nstatic int got;\nstatic void on(int n) { got = n; }\n"
		"int main(void)\n{\n"
		"	if (setjmp(b) == 0)\n		longjmp(b, 1);\n"
		"	signal(SIGINT, on);\n	raise(SIGINT);\n"
		"	struct tms tms;\n	struct rusage usage;\n"
		"	char *p = mmap(0, 100, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_PRIVATE, -1, 0);\n"
		"	p[99] = 'm';\n"
		"	long double x = 0;\n	sscanf(\"2.5\", \"%Lf\", &x);\n"
		"	printf(\"%d %c %.2Lf %d %d %d %d\\n\", got == SIGINT, p[99], x, clock() != (clock_t)-1,\n"
		"	       times(&tms) != (clock_t)-1, getrusage(RUSAGE_SELF, &usage), getpid() > 0);\n"
		"	return munmap(p, 100);\n}\n";
	struct attempt t = {.files = {{"/src/a.c", text}}};
	struct built object = compile(s, &t);
	ok(object.ok);
	struct built program = link_one(s, object.bytes);
	if (!ok(program.ok))
		tap_print("# %s\n", program.failure);
	struct guest g = {.module = program.bytes};
	is_str(sandbox_run(s, &g).out.ptr, "1 m 2.50 1 1 0 1\n");
}

/* ---- files that it was not given */

static void outside(struct sandbox *s)
{
	static const struct {
		const char *text, *failure;
	} sources[] = {
		{"#include \"/etc/passwd\"\n", "/etc/passwd' file not found"},
		{"#include </etc/passwd>\n", "/etc/passwd' file not found"},
		{"#include \"../secret.c\"\n", "../secret.c' file not found"},
		{"#include \"../../secret.c\"\n", "secret.c'"},
		{"#include \"/src/../secret.c\"\n", "/src/../secret.c' file not found"},
		{"#include \"link.h\"\n", "link.h' file not found"},
		{"#include \"link-absolute.h\"\n", "link-absolute.h'"},
		{"#include \"link-folder/secret.c\"\n", "link-folder/secret.c' file not found"},
		{"#include_next \"../secret.c\"\n", "secret.c' file not found"},
		{"#define P \"../secret.c\"\n#include P\n", "../secret.c' file not found"},
		{"#import \"../secret.c\"\n", "secret.c' file not found"},
		{"char a[] = {\n#embed \"/etc/passwd\"\n};\n", "/etc/passwd' file not found"},
		{"char a[] = {\n#embed \"../secret.c\"\n};\n", "../secret.c' file not found"},
		{"char a[] = {\n#embed \"link.h\"\n};\n", "link.h' file not found"},
		{"char a[] = {\n#embed \"/dev/zero\" limit(10)\n};\n", "/dev/zero' file not found"},
		{"__asm__(\".incbin \\\"/etc/passwd\\\"\");\n", "Could not find incbin file '/etc/passwd'"},
		{"__asm__(\".incbin \\\"/src/../secret.c\\\"\");\n", "Could not find incbin file"},
		{"__asm__(\".include \\\"/src/link.h\\\"\");\n", "Could not find include file"},
		{"#if __has_include(\"/etc/passwd\") || __has_include(\"../secret.c\") || __has_include(\"link.h\")\n"
		 "#error found\n#endif\n#if __has_embed(\"../secret.c\")\n#error found\n#endif\n", NULL},
		{"#include \"inside.h\"\nchar a[] = {\n#embed \"inside.h\"\n};\n_Static_assert(sizeof(a) == 11, \"\");\n", NULL},
		{"#include \"link-inside.h\"\nint *p = &inside;\n", NULL},
	};
	struct err err = {0};
	const struct fs_walk_limits limits = {100, MIB, MIB, 10};
	const char *root = sandbox_folder(s, "outside"), *project = sandbox_folder(s, "outside/project");
	SCOPED_TREE struct tree *tree = tree_new();
	sandbox_write(root, "secret.c", STR("int secret = 42;\n"));
	sandbox_write(project, "inside.h", STR("int inside;"));
	is_int(symlink("../secret.c", arena_printf(&s->arena, "%s/link.h", project)), 0);
	is_int(symlink("..", arena_printf(&s->arena, "%s/link-folder", project)), 0);
	is_int(symlink("inside.h", arena_printf(&s->arena, "%s/link-inside.h", project)), 0);
	is_int(symlink(arena_printf(&s->arena, "%s/secret.c", root), arena_printf(&s->arena, "%s/link-absolute.h", project)),
	       0);
	sandbox_check(tree_add_host(tree, "/src", project, &limits, NULL, &err), &err);
	for (size_t i = 0; i < countof(sources); i++) {
		sandbox_write(project, "a.c", str_of(sources[i].text));
		SCOPED_TREE struct tree *with_source = tree_new();
		sandbox_check(tree_add_host(with_source, "/src", project, &limits, NULL, &err), &err);
		struct attempt t = {.project = with_source, .flags = {"-std=gnu23"}};
		SCOPED_TREE struct tree *whole = make_tree(s->tools.toolchain, &t);
		struct compile c = {.source = "/src/a.c", .flags = t.flags, .flags_len = 1};
		struct built r;
		sandbox_check(build_compile(s->tools.toolchain, whole, &c, &small_limits, &s->arena, &r, &err), &err);
		tap_print("# source %zu: %s\n", i, r.failure ? r.failure : "compiles");
		is_int(r.ok, sources[i].failure == NULL);
		if (sources[i].failure)
			ok(r.failure && strstr(r.failure, sources[i].failure));
	}
}

/* ---- sources that are too much */

struct hostile {
	const char *what;
	const char *before, *left, *middle, *right, *after; /* left and right are repeated */
	size_t times;
	const char *failure;  /* a part of it; "" if it compiles; NULL: as it likes */
	uint64_t deadline_ns; /* default: that of small_limits */
};

#define MAIN ";int main(void){return 0;}"

static const struct hostile hostiles[] = {
	{"parentheses", "int x=", "(", "1", ")", MAIN, 100000, "bracket nesting level exceeded maximum of 256", 0},
	{"braces", "int main(void){", "{", "", "}", "}", 100000, "bracket nesting level exceeded maximum of 256", 0},
	{"initialisers", "int a[]=", "{", "1", "}", MAIN, 100000, "bracket nesting level exceeded maximum of 256", 0},
	{"declarators", "int ", "(", "x", ")", MAIN, 100000, "bracket nesting level exceeded maximum of 256", 0},
	{"structs", "", "struct{", "int x;", "}a;", "", 50000, "bracket nesting level exceeded maximum of 256", 0},
	{"minus signs", "int x=", "- ", "1", "", MAIN, 100000, "clang broke down", 0},
	{"conditions", "int x=", "1?1:", "1", "", MAIN, 100000, "clang broke down", 0},
	{"a sum", "int f(int a){return ", "a+", "1", "", ";}", 100000, "clang broke down", 0},
	{"casts", "int x=", "(int)", "1", "", MAIN, 100000, "clang broke down", 0},
	{"pointers", "int ", "*", "p", "", MAIN, 100000, "clang broke down", 0},
	{"dimensions", "int p", "[1]", "", "", MAIN, 100000, "clang was stopped after its limit of 1 s", 1000000000},
	{"else if", "int f(int a){if(a)a++;", "else if(a)a--;", "", "", "}", 20000, "clang broke down", 0},
	{"parentheses for the preprocessor", "#if ", "(", "1", ")", "\n#endif\n" MAIN, 100000, "clang broke down", 0},
	{"#if in #if", "", "#if 1\n", "", "\n#endif", "\n" MAIN, 100000, "", 0},
	{"a macro in itself",
	 "#define F(x) x x x x x x x x\nint main(void){", "F(", ";", ")", "}", 30,
	 "near its memory limit, saying: out of memory", 60 * SECOND},
	{"a line of 10 MB", "int ", "          ", "x", "", MAIN, 1000000, "", 0},
	{"a string of 10 MB", "char *s=\"", "0123456789", "", "", "\"" MAIN, 1000000, "", 0},
	{"a name of 10 MB", "int ", "aaaaaaaaaa", "", "", MAIN, 1000000, NULL, 0},
	{"a comment of 10 MB", "/*", "aaaaaaaaaa", "", "", "*/" MAIN, 1000000, "", 0},
	{"10 MB of joined lines", "", "\\\n", "", "", MAIN, 5000000, "clang broke down", 0},
	{"many errors", "", "int x=y;\n", "", "", "", 5000, "use of undeclared identifier 'y'", 0},
	{"very many errors", "", "int x=y;\n", "", "", "", 100000, "clang was stopped after its limit of 1 s", 1000000000},
	{"many warnings", "int main(void){", "1;\n", "", "", "}", 20000, "", 0},
	{"an include of itself", "#include \"self.h\"\n", "", "", "", "", 0, "#include nested too deeply", 0},
	{"two includes of itself", "#include \"twice.h\"\n", "", "", "", "", 0, "#include nested too deeply", 0},
	{"garbage for the assembler", "__asm__(\"garbage %$\");", "", "", "", MAIN, 0, "Unexpected token in operand", 0},
	{"an assembler's macro in itself", "__asm__(\".macro f\\nf\\nf\\n.endm\\nf\");", "", "", "", MAIN, 0,
	 "clang was stopped after its limit of 1 s", 1000000000},
	{"a gigabyte by the assembler", "__asm__(\".section .data.x,\\\"\\\",@\\nq:.space 1000000000\\n.size q,1\");", "", "", "",
	 MAIN, 0, "clang broke down: abort or unreachable code, saying: out of memory", 0},
	{"a gigabyte of zeros", "char a[1u<<30];int main(void){return a[12345];}", "", "", "", "", 0,
	 "saying: out of memory", 0},
	{"a gigabyte of data", "char a[1u<<30]={1};int main(void){return a[12345];}", "", "", "", "", 0,
	 "saying: out of memory", 0},
	{"a terabyte", "char a[1ull<<40];", "", "", "", MAIN, 0, "array is too large", 0},
	{"more output than may be", "char a[17u<<20]={1};char *b=a;", "", "", "", MAIN, 0, "", 0},
	{"a vector of a megabyte", "typedef int v __attribute__((vector_size(1<<20)));v a,b;int main(void){a=a*b+a;}", "", "",
	 "", "", 0, "clang broke down", 0},
	{"pragmas", "#pragma GCC system_header\n_Pragma(\"GCC poison main\") _Pragma(\"pack(push,99)\")", "", "", "", MAIN, 0,
	 "attempt to use a poisoned identifier", 0},
	{"a pragma that crashes clang", "#pragma clang __debug crash\n", "", "", "", MAIN, 0, "clang broke down", 0},
	{"a pragma that overflows clang's stack", "#pragma clang __debug overflow_stack\n", "", "", "", MAIN, 0,
	 "clang broke down", 0},
	{"a section that clang cannot write", "__attribute__((section(\".init_array\")))int x=1;", "", "", "", MAIN, 0,
	 "clang broke down: abort or unreachable code, saying: llvm::all_of", 0},
	{"no UTF-8", "char *s=\"\xff\xfe\x80\";int \xff\xfe;", "", "", "", MAIN, 0, "source file is not valid UTF-8", 0},
	{"control characters in a message", "\n#error a\x1b[31mb\x07\n", "", "", "", MAIN, 0, "a.c:2:2: a<U+001B>[31mb<U+0007>", 0},
	{"names in UTF-8", "int gr\xc3\xbc\xc3\x9f;", "", "", "", MAIN, 0, "", 0},
	{"nothing", "", "", "", "", "", 0, "", 0},
};

static const char *spell(struct sandbox *s, const struct hostile *h)
{
	SCOPED_BUF struct buf text;
	buf_init(&text, 64 * MIB);
	buf_append_cstr(&text, h->before);
	for (size_t i = 0; i < h->times; i++)
		buf_append_cstr(&text, h->left);
	buf_append_cstr(&text, h->middle);
	for (size_t i = 0; i < h->times; i++)
		buf_append_cstr(&text, h->right);
	buf_append_cstr(&text, h->after);
	return arena_str(&s->arena, buf_str(&text));
}

static void check_hostile(struct sandbox *s, const char *what, const char *text, const char *failure,
			  uint64_t deadline_ns)
{
	struct attempt t = {
		.files = {{"/src/a.c", text},
			  {"/src/self.h", "#include \"self.h\"\n"},
			  {"/src/twice.h", "#include \"twice.h\"\n#include \"twice.h\"\n"}},
		.limits = small_limits,
	};
	t.limits.deadline_ns = deadline_ns ? deadline_ns : small_limits.deadline_ns;
	uint64_t start = clock_monotonic_ns();
	struct built r = compile(s, &t);
	uint64_t took = clock_monotonic_ns() - start;
	tap_print("# %s: %s, %llu ms\n", what, r.ok ? "compiles" : r.failure, (unsigned long long)took / 1000000);
	ok(took < t.limits.deadline_ns + 10 * SECOND);
	ok(r.ok == (r.failure == NULL) && r.ok == (r.bytes.len > 0));
	ok(r.bytes.len <= 4 * t.limits.output_max && r.diags.len <= 2 * DIAG_MAX);
	if (!failure)
		return;
	if (!failure[0])
		ok(r.ok);
	else
		ok(r.failure && strstr(r.failure, failure));
}

static void macro_bomb(struct sandbox *s)
{
	SCOPED_BUF struct buf text;
	buf_init(&text, MIB);
	buf_append_cstr(&text, "#define A0 1+1\n");
	for (int i = 1; i < 40; i++)
		buf_printf(&text, "#define A%d A%d+A%d\n", i, i - 1, i - 1);
	buf_append_cstr(&text, "int x=A39;\n");
	check_hostile(s, "a macro bomb", text.ptr, "clang was stopped after its limit of 1 s", SECOND);

	/* As text it fills the disk instead. */
	struct attempt t = {.files = {{"/src/a.c", text.ptr}}};
	struct err err = {0};
	struct built r;
	struct compile c = {.source = "/src/a.c"};
	struct build_limits limits = {.deadline_ns = 20 * SECOND, .memory_bytes = 512u * MIB, .output_max = MIB};
	SCOPED_TREE struct tree *tree = make_tree(s->tools.toolchain, &t);
	sandbox_check(build_preprocess(s->tools.toolchain, tree, &c, &limits, &s->arena, &r, &err), &err);
	ok(!r.ok);
	is_str(r.failure, "clang wrote more than its limit of 1 MiB");
}

static void inline_bomb(struct sandbox *s)
{
	SCOPED_BUF struct buf text;
	buf_init(&text, MIB);
	buf_append_cstr(&text, "static inline __attribute__((always_inline)) int f0(int x){return x*x+7;}\n");
	for (int i = 1; i < 40; i++)
		buf_printf(&text,
			   "static inline __attribute__((always_inline)) int f%d(int x){return f%d(x)+f%d(x+1);}\n", i,
			   i - 1, i - 1);
	buf_append_cstr(&text, "int f(int n){return f39(n);}\n");
	check_hostile(s, "functions in functions", text.ptr, "clang was stopped after its limit of 1 s", SECOND);
}

/* Zero bytes cannot stand in a string of ours. */
static void zero_bytes(struct sandbox *s)
{
	struct err err = {0};
	struct built r;
	struct compile c = {.source = "/src/a.c", .shown_below = "/src/"};
	SCOPED_TREE struct tree *tree = NULL;
	sandbox_check(toolchain_tree(s->tools.toolchain, &tree, &err), &err);
	sandbox_check(tree_add_file(tree, c.source, STR("int\0 x;\0\0int y;\0"), &err), &err);
	sandbox_check(build_compile(s->tools.toolchain, tree, &c, &small_limits, &s->arena, &r, &err), &err);
	ok(r.ok);
	is_diag(&r.diags, 0, DIAG_WARNING, "a.c", 1, 4, "null character ignored [-Wnull-character]");
}

static void too_much(struct sandbox *s)
{
	for (size_t i = 0; i < countof(hostiles); i++) {
		const struct hostile *h = &hostiles[i];
		check_hostile(s, h->what, spell(s, h), h->failure, h->deadline_ns);
	}
	macro_bomb(s);
	inline_bomb(s);
	zero_bytes(s);
}

/* ---- what it remembers: in a cache of its own, with this machine's clang in it */

struct shop {
	const char *folder;
	struct cache *cache;
	struct toolchain *toolchain;
};

static struct hash clang_key(enum engine_profile profile)
{
	struct hash clang;
	ok(hash_from_hex(STR(PART_CLANG_WASM_SHA256), &clang));
	return module_key(profile, &clang);
}

/* A hard link, since 300 MB take long to copy; a copy where that cannot be. */
static void borrow_clang(struct sandbox *s, const struct shop *shop, enum engine_profile profile)
{
	SCOPED_BUF struct buf seal;
	struct err err = {0};
	char path[CACHE_PATH_MAX];
	struct str bytes;
	struct hash key = clang_key(profile);
	if (!cache_find(s->tools.cache, CACHE_MODULE, &key, path))
		return;
	const char *to = arena_printf(&s->arena, "modules%s", strrchr(path, '/'));
	if (link(path, arena_printf(&s->arena, "%s/%s", shop->folder, to)) == 0) {
		buf_init(&seal, 4096);
		sandbox_check(fs_read(arena_printf(&s->arena, "%s.seal", path), &seal, &err), &err);
		sandbox_write(shop->folder, arena_printf(&s->arena, "%s.seal", to), buf_str(&seal));
		return;
	}
	buf_init(&seal, 0);
	sandbox_check(fs_map(path, &bytes, &err), &err);
	sandbox_check(cache_put(shop->cache, CACHE_MODULE, &key, bytes, &err), &err);
	fs_unmap(bytes);
}

static struct shop open_shop(struct sandbox *s, const char *name, enum engine_profile clang)
{
	struct err err = {0};
	struct shop shop = {.folder = sandbox_folder(s, name)};
	sandbox_check(cache_open(shop.folder, &shop.cache, &err), &err);
	if (clang != ENGINE_GUEST)
		borrow_clang(s, &shop, clang);
	sandbox_check(workshop_toolchain(&s->tools.places, shop.cache, NULL, &shop.toolchain, &err), &err);
	return shop;
}

static void close_shop(struct shop *shop)
{
	toolchain_close(shop->toolchain);
	cache_close(shop->cache);
}

/* Writes over every file of one kind in the cache. */
static size_t damage(const struct shop *shop, const char *kind, const char *ending, void (*spoil)(const char *path))
{
	SCOPED_ARENA struct arena scratch = {0};
	const char *folder = arena_printf(&scratch, "%s/%s", shop->folder, kind);
	size_t count = 0;
	DIR *dir = opendir(folder);
	for (struct dirent *e; dir && (e = readdir(dir));) {
		const char *path = arena_printf(&scratch, "%s/%s", folder, e->d_name);
		struct stat st;
		bool sealed = str_ends(str_of(path), STR(".seal"));
		if (lstat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size && sealed == (ending[0] != '\0')) {
			spoil(path);
			count++;
		}
	}
	if (dir)
		closedir(dir);
	return count;
}

static void cut_in_half(const char *path)
{
	struct stat st;
	if (stat(path, &st) < 0 || truncate(path, st.st_size / 2) < 0)
		tap_print("# cannot cut %s\n", path);
}

static void flip_a_byte(const char *path)
{
	char byte = 0;
	struct stat st;
	int fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0 || pread(fd, &byte, 1, st.st_size / 2) != 1)
		tap_print("# cannot read %s\n", path);
	byte ^= 1;
	if (pwrite(fd, &byte, 1, st.st_size / 2) != 1)
		tap_print("# cannot write %s\n", path);
	close(fd);
}

static void take_away(const char *path)
{
	if (unlink(path) < 0)
		tap_print("# cannot remove %s\n", path);
}

static void remembered(struct sandbox *s, struct shop *shop)
{
	struct attempt t = {
		.toolchain = shop->toolchain,
		.files = {{"/src/a.c", "#include \"h.h\"\n#if __has_include(\"optional.h\")\n#include \"optional.h\"\n#endif\n"
				       "int value(void) { return H; }\n"},
			  {"/src/late/h.h", "#define H 1\n"}},
		.include = {"/src/early", "/src/late"},
	};
	struct attempt other;
	struct built first = compile(s, &t), second = compile(s, &t);
	ok(first.ok && !first.cached && second.ok && second.cached);
	ok(str_eq(first.bytes, second.bytes));

	other = t;
	other.files[2] = (struct file){"/src/unrelated.h", "#define H 9\n"};
	ok(compile(s, &other).cached);

	other = t;
	other.files[1].text = "#define H 2\n";
	struct built changed = compile(s, &other);
	ok(changed.ok && !changed.cached && !str_eq(changed.bytes, first.bytes));
	ok(compile(s, &other).cached);
	/* and what it was before is not forgotten */
	ok(compile(s, &t).cached);

	other = t;
	other.files[2] = (struct file){"/src/early/h.h", "#define H 3\n"};
	struct built earlier = compile(s, &other);
	ok(earlier.ok && !earlier.cached && !str_eq(earlier.bytes, first.bytes));

	other = t;
	other.files[2] = (struct file){"/src/early/optional.h", "#undef H\n#define H 4\n"};
	struct built optional = compile(s, &other);
	ok(optional.ok && !optional.cached && !str_eq(optional.bytes, first.bytes));

	other = t;
	other.defines[0] = "X";
	ok(!compile(s, &other).cached);
	other = t;
	other.flags[0] = "-O1";
	ok(!compile(s, &other).cached);
	other = t;
	other.include[0] = "/src/late";
	other.include[1] = NULL;
	ok(!compile(s, &other).cached);
	ok(compile(s, &t).cached);

	other = t;
	other.files[0].text = "int value(void) { return G; }\n";
	struct built failed = compile(s, &other), again = compile(s, &other);
	ok(!failed.ok && !failed.cached && !again.ok && again.cached);
	is_str(again.failure, failed.failure);
	is_int(again.diags.len, failed.diags.len);
}

/* A header behind a link: the link and what it leads to both count. */
static void remembered_links(struct sandbox *s, struct shop *shop)
{
	struct err err = {0};
	const struct fs_walk_limits limits = {100, MIB, MIB, 10};
	const char *folder = sandbox_folder(s, "linked"), *link = arena_printf(&s->arena, "%s/h.h", folder);
	sandbox_write(folder, "a.c", STR("#include \"h.h\"\nint value = H;\n"));
	sandbox_write(folder, "one", STR("#define H 1\n"));
	sandbox_write(folder, "two", STR("#define H 2\n"));
	bool cached[5];
	for (int i = 0; i < 5; i++) {
		if (i == 0 || i == 2) {
			unlink(link);
			is_int(symlink(i ? "two" : "one", link), 0);
		}
		if (i == 4)
			sandbox_write(folder, "two", STR("#define H 3\n"));
		SCOPED_TREE struct tree *tree = tree_new();
		sandbox_check(tree_add_host(tree, "/src", folder, &limits, NULL, &err), &err);
		struct attempt t = {.toolchain = shop->toolchain, .project = tree};
		SCOPED_TREE struct tree *whole = make_tree(shop->toolchain, &t);
		struct compile c = {.source = "/src/a.c"};
		struct built r;
		sandbox_check(build_compile(shop->toolchain, whole, &c, &small_limits, &s->arena, &r, &err), &err);
		ok(r.ok);
		cached[i] = r.cached;
	}
	ok(!cached[0] && cached[1] && !cached[2] && cached[3] && !cached[4]);
}

static void damaged(struct sandbox *s, struct shop *shop)
{
	static const struct {
		const char *kind, *ending;
		void (*spoil)(const char *path);
	} ways[] = {
		{"objects", "", cut_in_half},	{"objects", "", flip_a_byte}, {"objects", "", take_away},
		{"objects", ".seal", cut_in_half}, {"objects", ".seal", take_away}, {"manifests", "", cut_in_half},
		{"manifests", "", flip_a_byte}, {"manifests", "", take_away}, {"manifests", ".seal", take_away},
	};
	struct attempt t = {.toolchain = shop->toolchain, .files = {{"/src/a.c", "int f(int x) { return x + 1; }\n"}}};
	struct built first = compile(s, &t);
	for (size_t i = 0; i < countof(ways); i++) {
		ok(damage(shop, ways[i].kind, ways[i].ending, ways[i].spoil) > 0);
		struct built again = compile(s, &t);
		tap_print("# %s%s %zu\n", ways[i].kind, ways[i].ending, i);
		ok(again.ok && !again.cached && str_eq(again.bytes, first.bytes));
		ok(compile(s, &t).cached);
	}
}

static void damaged_modules(struct sandbox *s)
{
	struct shop own = open_shop(s, "modules", ENGINE_GUEST), *shop = &own;
	static void (*const ways[])(const char *) = {cut_in_half, flip_a_byte, take_away};
	struct err err = {0};
	struct str bytes = sandbox_module(s, "int main(void) { return 7; }");
	for (size_t i = 0; i < 2 * countof(ways); i++) {
		struct module *module;
		struct guest g = {.module = bytes};
		is_int(module_load(s->tools.engine, shop->cache, NULL, bytes, &module, &err), 0);
		is_int(sandbox_start(s, module, &g).run.exit_code, 7);
		module_free(module);
		is_int(damage(shop, "modules", i < countof(ways) ? "" : ".seal", ways[i % countof(ways)]), 1);
	}
	close_shop(shop);
}

static void limits_are_not_remembered(struct sandbox *s, struct shop *shop)
{
	const char *text = fresh(s, "#include <stdio.h>\nint f(int x) { return printf(\"%d\", x); }");
	struct attempt t = {.toolchain = shop->toolchain, .files = {{"/src/a.c", text}}, .limits = small_limits};
	t.limits.deadline_ns = 1;
	struct built r = compile(s, &t);
	ok(!r.ok && !r.cached);
	is_str(r.failure, "clang was stopped after its limit of 0 s");
	t.limits = small_limits;
	t.limits.memory_bytes = MIB;
	r = compile(s, &t);
	ok(!r.ok && !r.cached && strstr(r.failure, "memory"));
	t.limits = small_limits;
	t.limits.output_max = 1;
	r = compile(s, &t);
	ok(!r.ok && !r.cached && strstr(r.failure, "more than its limit"));
	t.limits = small_limits;
	r = compile(s, &t);
	ok(r.ok && !r.cached);
}

/* ---- several at once, and two clangs */

struct crowd {
	struct sandbox *s;
	struct shop *shop;
	const char *text;
	struct built built[8];
	struct arena arenas[8];
};

static void compile_one_of_many(void *data, size_t index)
{
	struct crowd *c = data;
	struct err err = {0};
	struct attempt t = {.files = {{"/src/a.c", c->text}}};
	struct compile how = {.source = "/src/a.c"};
	SCOPED_TREE struct tree *tree = make_tree(c->shop->toolchain, &t);
	if (build_compile(c->shop->toolchain, tree, &how, &small_limits, &c->arenas[index], &c->built[index], &err) < 0)
		tap_print("# %s\n", err.text);
}

static void several_at_once(struct sandbox *s, struct shop *shop)
{
	struct err err = {0};
	struct crowd c = {.s = s, .shop = shop};
	c.text = fresh(s, "#include <math.h>\ndouble f(double x) { return sin(x) * 2; }");
	struct parallel p = {
		.threads = countof(c.built),
		.stack_bytes = engine_stack_bytes(ENGINE_COMPILER_BASELINE),
		.work = compile_one_of_many,
		.data = &c,
	};
	is_int(parallel_run(&p, countof(c.built), &err), 0);
	for (size_t i = 0; i < countof(c.built); i++)
		ok(c.built[i].ok && str_eq(c.built[i].bytes, c.built[0].bytes));
	for (size_t i = 0; i < countof(c.arenas); i++)
		arena_release(&c.arenas[i]);
}

static void both_clangs(struct sandbox *s)
{
	static const char *const sources[] = {"fixtures/libs/textdist/src/textdist.c", "tests/data/guests.c"};
	struct err err = {0};
	sandbox_check(toolchain_prepare(s->tools.toolchain, TOOLCHAIN_BASELINE, &err), &err);
	sandbox_check(toolchain_prepare(s->tools.toolchain, TOOLCHAIN_OPTIMISED, &err), &err);
	struct shop quick = open_shop(s, "baseline", ENGINE_COMPILER_BASELINE);
	struct shop good = open_shop(s, "optimised", ENGINE_COMPILER);
	is_int(toolchain_speed(quick.toolchain), TOOLCHAIN_BASELINE);
	is_int(toolchain_speed(good.toolchain), TOOLCHAIN_OPTIMISED);
	const char *header = sandbox_file(s, "fixtures/libs/textdist/include/textdist.h").ptr;
	for (size_t i = 0; i < countof(sources); i++) {
		struct attempt t = {
			.toolchain = quick.toolchain,
			.files = {{"/src/a.c", sandbox_file(s, sources[i]).ptr}, {"/src/textdist.h", header}},
		};
		struct built one = compile(s, &t);
		t.toolchain = good.toolchain;
		struct built other = compile(s, &t);
		tap_print("# %s: %zu bytes\n", sources[i], one.bytes.len);
		ok(one.ok && other.ok && !one.cached && !other.cached);
		ok(one.bytes.len > 1000 && str_eq(one.bytes, other.bytes));
	}
	close_shop(&quick);
	close_shop(&good);
}

static void compiler(struct sandbox *s)
{
	good_source(s);
	diagnostics(s);
	emulations(s);
	outside(s);
	both_clangs(s);
	struct shop shop = open_shop(s, "cache", ENGINE_COMPILER);
	remembered(s, &shop);
	remembered_links(s, &shop);
	damaged(s, &shop);
	damaged_modules(s);
	limits_are_not_remembered(s, &shop);
	several_at_once(s, &shop);
	close_shop(&shop);
	too_much(s);
	good_source(s);
}

int main(void)
{
	return sandbox_main(compiler);
}
