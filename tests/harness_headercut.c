#include "harness/headercut.h"

#include "core/buf.h"
#include "core/prng.h"
#include "tests/balance.h"
#include "tests/tap.h"

static struct arena arena;
static const struct headercut_lines none;

static struct headercut cut(const char *text, enum headercut_mode mode)
{
	struct headercut h = {0};
	struct err err = {0};
	is_int(headercut_make("a.h", str_of(text), mode, &none, &none, &arena, &h, &err), 0);
	return h;
}

/* A header, and what is left of it. */
struct example {
	const char *text, *left;
};

static const struct example all[] = {
	/* declarations stay as they are */
	{"", ""},
	{"int f(int a);\n", "int f(int a);\n"},
	{"struct s { int a; };\nenum e { A, B = 2 };\nunion u;\n",
		"struct s { int a; };\nenum e { A, B = 2 };\nunion u;\n"},
	{"typedef struct s {\n\tint a; /* {} */\n} s;\n", "typedef struct s {\n\tint a; /* {} */\n} s;\n"},
	{"struct __attribute__((packed)) s { int a; };", "struct __attribute__((packed)) s { int a; };"},
	{"struct PACKED(1) s { int a; } x;", "struct PACKED(1) s { int a; } x;"},
	{"struct __declspec(align(8)) __attribute__((x)) s { int a; };",
	 "struct __declspec(align(8)) __attribute__((x)) s { int a; };"},
	{"enum e : int { A };", "enum e : int { A };"},
	{"static const int t[] = {1, 2, (3)};\n", "static const int t[] = {1, 2, (3)};\n"},
	{"int (*p)(int) = f, q = {1};", "int (*p)(int) = f, q = {1};"},
	{"#define F(a) { a; }\n#define G f() {\nint x;\n", "#define F(a) { a; }\n#define G f() {\nint x;\n"},
	{"// int f() {\nint x; /* int g() { } */\n", "// int f() {\nint x; /* int g() { } */\n"},
	{"typedef int (*cb)(struct s *, int);\n", "typedef int (*cb)(struct s *, int);\n"},
	/* bodies go */
	{"int f(int a) { return a; }\n", "int f(int a);\n"},
	{"int f(int a)\n{\n\treturn \"}\"[0] + '}'; // }\n}\nint x;\n", "int f(int a);\nint x;\n"},
	{"/* what f does */\nint f(int a) { /* how */ }\n", "/* what f does */\nint f(int a);\n"},
	{"int f(int a) /* why */ { return a; }\n", "int f(int a); /* why */ \n"},
	{"int f(int a) // why\n{ return a; }\n", "int f(int a); // why\n\n"},
	{"int f(void) {} int g(void) {{}{}}", "int f(void); int g(void);"},
	{"struct s *f(struct s *x) { return x; }", "struct s *f(struct s *x);"},
	{"struct s f(struct s x) { return x; }", "struct s f(struct s x);"},
	{"struct s { int a; } f(void) { struct s x; return x; }", "struct s { int a; } f(void);"},
	{"int (*f(int a))(void) { return 0; }", "int (*f(int a))(void);"},
	{"int (f)(int a) { return 0; }", "int (f)(int a);"},
	{"LIB_API(int) f(int a) NONNULL(1) __attribute__((pure)) { return a; }",
	 "LIB_API(int) f(int a) NONNULL(1) __attribute__((pure));"},
	{"[[nodiscard]] int f(int a[static 2]) { return *a; }", "[[nodiscard]] int f(int a[static 2]);"},
	{"int f(a) int a; { return a; }", "int f(a) int a; "},
	{"int x = f((struct s){1}); int g(void) { }", "int x = f((struct s){1}); int g(void);"},
	/* braces that are no bodies around them */
	{"extern \"C\" {\nint f(void) { return 1; }\n}\nint g(void) {}\n",
		"extern \"C\" {\nint f(void);\n}\nint g(void);\n"},
	{"#ifdef __cplusplus\nextern \"C\" {\n#endif\nint f(void) {}\n#ifdef __cplusplus\n}\n#endif\n",
	 "#ifdef __cplusplus\nextern \"C\" {\n#endif\nint f(void);\n#ifdef __cplusplus\n}\n#endif\n"},
	{"extern \"C\" int f(void) {}", "extern \"C\" int f(void);"},
	{"namespace n {\nint f(void) {}\n}", "namespace n {\nint f(void);\n}"},
	/* storage classes that only fit a definition */
	{"static inline int f(int a) { return a; }", "int f(int a);"},
	{"static\nLIB_INLINE\nint f(int a) { return a; }", "int f(int a);"},
	{"static __inline__ __attribute__((always_inline)) int f(int a) { return a; }", "int f(int a);"},
	{"inline int f(int a);\nint g(void);\n", "int f(int a);\nint g(void);\n"},
	{"NOINLINE int f(int a) {}", "NOINLINE int f(int a);"},
	{"int draw_inline(int a) {}", "int draw_inline(int a);"},
	/* helpers vanish, unless they are needed */
	{"int f(void);\n\n/* helps */\nstatic int h(int a)\n{\n}\n\nint g(void);\n",
		"int f(void);\n\nint g(void);\n"},
	{"int f(void); /* f */\nstatic int h(int a) { }\n", "int f(void); /* f */\n"},
	{"static int h(int a);\nint f(void) { return h(1); }\nstatic int h(int a) { return a; }\n", "int f(void);\n"},
	{"#define M(x) h(x)\nstatic int h(int a) { return a; }\nint f(void);\n",
	 "#define M(x) h(x)\nint h(int a);\nint f(void);\n"},
	{"static int f(int a) { return a; }\nstatic int g(void);\n", "int f(int a);\nint g(void);\n"},
	{"static int (*p)(void);\nstatic int h(void) {}\nint f(void);", "static int (*p)(void);\nint f(void);"},
	/* conditions */
	{"int f(void) {\n#if A\n\tif (x) {\n#else\n\t{\n#endif\n\t}\n}\nint g(void);\n",
		"int f(void);\nint g(void);\n"},
	{"#ifdef A\nint f(int a) {\n#else\nint f(long a) {\n#endif\n\treturn 0;\n}\nint g(void) {}\n",
	 "#ifdef A\nint f(int a);\n#else\nint f(long a);\n#endif\nint g(void);\n"},
	{"int f(void)\n#ifdef A\n{ return 1; }\n#else\n{ return 2; }\n#endif\nint g(void) {}\n",
	 "int f(void)\n#ifdef A\n;\n#else\n;\n#endif\nint g(void);\n"},
	{"int f(void) {\n#if A\n\treturn 1; }\n#else\n\treturn 2; }\n#endif\nint g(void) {}\n",
	 "int f(void);\n#if A\n#else\n#endif\nint g(void);\n"},
	{"#if 0\nint f(void) { :) }\n#endif\nint g(void) {}\n", "#if 0\n#endif\nint g(void);\n"},
	{"#if 0 /* off */\n\"(\n(\n#else\nint f(void) {}\n#endif\n",
		"#if 0 /* off */\n#else\nint f(void);\n#endif\n"},
	{"# /* c */ if 0\nint x;\n#endif\n", "# /* c */ if 0\n#endif\n"},
	{"{ x } /* \n */ #if A\nstatic #if\nint f(void);", "; /* \n */ #if A\nstatic #if\nint f(void);"},
	{"#if 0\n#define A\n#endif\n", "#if 0\n#define A\n#endif\n"},
	{"int f(void) { /*\n*/ #if A\nx;\n#endif\n}\n", "int f(void);\n"},
	/* what is no C, or no longer: its end is reached, and no body stays */
	{"int f(void) {", "int f(void);"},
	{"int f(void) { ( }\nint secret;\n", "int f(void);"},
	{"LOST(\nint x;\nint f(void) { secret }\n", "LOST(\nint x;\nint f(void);\n"},
	{"}}} int f(void) { secret }", "}}} int f(void);"},
	{"{ secret }", ""},
	{"what { secret }", "what;"},
	{"#else\n#endif\nint f(void) {}\n#if", "#else\n#endif\nint f(void);\n#if"},
};

static const struct example inlines[] = {
	{"static inline int f(int a) { return a; }", "static inline int f(int a) { return a; }"},
	{"static int f(int a) { return a; }\nLIB_INLINE int g(void) { }\n",
	 "static int f(int a) { return a; }\nLIB_INLINE int g(void) { }\n"},
	{"int f(int a) { return a; }\nextern inline int g(void) { }\n",
		"int f(int a);\nextern inline int g(void) { }\n"},
	{"static inline int f(int a) {\n#if A\n\treturn 1;\n#else\n\treturn 2;\n#endif\n}\nint g(void) {}\n",
	 "static inline int f(int a) {\n#if A\n\treturn 1;\n#else\n\treturn 2;\n#endif\n}\nint g(void);\n"},
};

/* In one line, as the name of an assertion. */
static const char *one_line(const char *text)
{
	char *line = arena_strdup(&arena, text);
	for (char *c = line; *c; c++)
		*c = *c == '\n' ? '~' : *c;
	return line;
}

static void check(const struct example *examples, size_t len, enum headercut_mode mode)
{
	for (size_t i = 0; i < len; i++) {
		struct headercut h = cut(examples[i].text, mode);
		tap_str(h.text.ptr, examples[i].left, one_line(examples[i].text), __FILE__, __LINE__);
		is_int(h.text.len, strlen(h.text.ptr));
	}
}

static void cuts_bodies(void)
{
	check(all, countof(all), HEADERCUT_ALL);
}

static void keeps_inline_ones(void)
{
	check(inlines, countof(inlines), HEADERCUT_KEEP_INLINE);
}

/* Lines that somebody took, as a text of their numbers' digits. */
static struct headercut_lines taken(const char *digits)
{
	struct headercut_lines l = {arena_array(&arena, 20, bool), 20};
	for (; *digits; digits++)
		l.taken[*digits - '0'] = true;
	return l;
}

static const char *cut_lines(const char *text, const char *user, const char *library)
{
	struct headercut h = {.text = STR("failed")};
	struct headercut_lines u = user ? taken(user) : none, l = library ? taken(library) : none;
	struct err err = {0};
	headercut_make("a.h", str_of(text), HEADERCUT_KEEP_INLINE, &u, &l, &arena, &h, &err);
	return h.text.ptr;
}

static void leaves_out_what_users_do_not_take(void)
{
	const char *text = "int f(void);\n#ifdef IMPL\nint secret;\n#else\nint open;\n#endif\n";
	is_str(cut_lines(text, "15", "13"), "int f(void);\n#ifdef IMPL\n#else\nint open;\n#endif\n");
	is_str(cut_lines(text, "13", "13"), text);
	is_str(cut_lines(text, "1", "1"), text); /* another platform's */
	is_str(cut_lines(text, "1", NULL), text);
	is_str(cut_lines(text, NULL, "13"), text);
	is_str(cut_lines(text, "13", "15"), "int f(void);\n#ifdef IMPL\nint secret;\n#else\n#endif\n");
	text = "#ifdef IMPL\n#define EXPORT\n#endif\nint f(void);\n"; /* only directives */
	is_str(cut_lines(text, "4", "24"), text);
	text = "#ifdef IMPL\n#ifdef A\nint secret;\n#endif\n#include \"b.h\"\n#endif\n"
		"int f(void);\n"; /* with all in it */
	is_str(cut_lines(text, "7", "37"), "#ifdef IMPL\n#endif\nint f(void);\n");
	is_str(cut_lines(text, "7", "57"), "#ifdef IMPL\n#endif\nint f(void);\n");
	text = "struct s {\n#ifdef IMPL\nint secret;\n#endif\n};\n"; /* the layout counts */
	is_str(cut_lines(text, "15", "135"), text);
	text = "#ifdef IMPL\nextern \"C\" {\n#endif\nint f(void);\n#ifdef IMPL\n}\n"
		"#endif\n"; /* brackets stay whole */
	is_str(cut_lines(text, "4", "246"), text);
}

static void tells_what_was_done(void)
{
	struct headercut h = cut("int f(int a);\nint f(int a)\n{\n}\n\nstatic int h(void) { }\nint t[] = {\n"
		"1};\n#if 0\nx;\n#endif\n"
				 "#define ONE(a) ((a) + 1)\n#define TWO(a) do { a; } while (0)\n"
					"#define THREE(a) \\\n\ta\n"
				 "#define VALUE (1) \\\n\t+ 2\n", HEADERCUT_ALL);
	static const struct headercut_piece want[] = {
		{"f", {"a.h", 2, 4}, false}, {"h", {"a.h", 6, 6}, false}, {"t", {"a.h", 7, 8}, true}, {"#if 0",
			{"a.h", 9, 11}, false}};
	is_int(h.pieces_len, countof(want));
	for (size_t i = 0; i < h.pieces_len && i < countof(want); i++) {
		is_str(h.pieces[i].name, want[i].name);
		is_int(h.pieces[i].place.line, want[i].place.line);
		is_int(h.pieces[i].place.end_line, want[i].place.end_line);
		is_int(h.pieces[i].kept, want[i].kept);
	}
	is_int(h.functions_left, 1); /* f, once */
	is_int(h.macro_lines, 3);
	h = cut("static inline int f(void) {}\nint g(void) {}\n", HEADERCUT_KEEP_INLINE);
	is_int(h.pieces_len, 2);
	is_str(h.pieces[0].name, "f");
	ok(h.pieces[0].kept && !h.pieces[1].kept);
	is_int(h.functions_left, 2);
}

static void knows_functions(void)
{
	is_int(cut("int f(void); API(int) g(int a); char *h PARAMS((int a)); int *(*i(int))(void);",
		HEADERCUT_ALL).functions_left, 4);
	is_int(cut("int (*p)(void); int x ALIGNED(8); typedef int t(int); int a = f(1); DECLARE(x); struct s { "
		"int a; };"
		   "_Static_assert(1, \"\"); int y __attribute__((unused));", HEADERCUT_ALL).functions_left, 0);
	static const struct example named[] = {
		{"int f(int a) {}", "f"}, {"API(int) f(int a) NONNULL(1) {}", "f"}, {"main() {}", "main"},
		{"int (*f(int a))(int) {}", "f"}, {"t (f)(int a) {}", "f"}, {"TEST(one) {}", "TEST"},
		{"U32 HASH(int a) {}", "HASH"}, {"static struct s *f(void) __attribute__((x(1))) {}", "f"}, {"x {}",
			""}};
	for (size_t i = 0; i < countof(named); i++) {
		struct headercut h = cut(named[i].text, HEADERCUT_ALL);
		tap_str(h.pieces_len ? h.pieces[0].name : NULL, named[i].left, named[i].text, __FILE__, __LINE__);
	}
}

static void reads_line_markers(void)
{
	struct headercut_lines l = headercut_lines(STR("# 1 \"/src/b.c\"\nx\n# 1 \"/src/sub/../a.h\" 1\n\n"
		"int a;\n#define A 1\n"
						       "# 9 \"/src/./a.h\"\nb\n  \n# 3 \"/src/b.c\" 2\ny\n"
							"# 99 nothing\n"),
						   "/src/a.h", &arena);
	is_int(l.len, 10);
	for (size_t i = 0; i < l.len; i++)
		is_int(l.taken[i], i == 2 || i == 3 || i == 9);
	is_int(headercut_lines(STR("# 2 \"a\\\"b\\\\c\"\nx\n"), "a\"b\\c", &arena).len, 3);
	is_int(headercut_lines(STR(""), "a", &arena).len, 0);
	is_int(headercut_lines(STR("# 18446744073709551615 \"a\"\nx\ny\n# 4000000000 \"a\"\nx\n# 0 \"a\"\nx"), "a",
		&arena).len, 0);
}

static void bounds_hold(void)
{
	SCOPED_BUF struct buf text;
	struct headercut h = {.macro_lines = 7};
	struct err err = {0};
	buf_init(&text, HEADERCUT_TEXT_MAX + 1);
	for (int i = 0; i <= HEADERCUT_CONDITIONS_MAX; i++)
		buf_append_cstr(&text, "#if A\n");
	is_int(headercut_make("a.h", buf_str(&text), HEADERCUT_ALL, &none, &none, &arena, &h, &err), -1);
	is_int(err.kind, ERR_LIMIT);
	is_str(err.text, "a.h:201: more than 200 conditions within each other");
	is_int(h.macro_lines, 7);
	buf_clear(&text);
	while (buf_append_cstr(&text, "a") == 0)
		;
	is_int(headercut_make("a.h", buf_str(&text), HEADERCUT_ALL, &none, &none, &arena, &h, &err), -1);
	buf_clear(&text);
	for (int i = 0; i < 100000; i++)
		buf_append_cstr(&text, "f(){([{");
	is_int(headercut_make("a.h", buf_str(&text), HEADERCUT_ALL, &none, &none, &arena, &h, &err), 0);
	is_str(h.text.ptr, "f();");
}

/* Balanced text of what a header is made of, at random. */
static void add_random(struct buf *out, struct prng *random, int depth)
{
	static const char *const words[] = {"int ", "f", "static ", "inline ", "struct ", ";\n", ";\n", " = ", "* ",
		"/* c */", "// c\n",
					    "\n", "extern \"C\" ", "API", "typedef ", ", ",
						"\n#define M(a) { f(a) }\n", "'{' "};
	static const char *const around[][2] = {{"(", ") "}, {"{ ", "}\n"}, {"(int a) {\n", "}\n"}, {"[", "]"},
		{"f(int a) ", ";\n"}};
	for (unsigned i = 0; i < 6; i++) {
		unsigned which = (unsigned)prng_below(random, 8);
		if (which < 5 || depth == 0) {
			buf_append_cstr(out, words[prng_below(random, countof(words))]);
		} else if (which == 5) {
			buf_append_cstr(out, "\n#ifdef A\n");
			add_random(out, random, depth - 1);
			if (prng_below(random, 2)) {
				buf_append_cstr(out, "\n#else\n");
				add_random(out, random, depth - 1);
			}
			buf_append_cstr(out, "\n#endif\n");
		} else {
			size_t pair = prng_below(random, countof(around));
			buf_append_cstr(out, around[pair][0]);
			add_random(out, random, depth - 1);
			buf_append_cstr(out, around[pair][1]);
		}
	}
}

static void what_was_balanced_stays_so(void)
{
	struct prng random = {1};
	int bad = 0, changed = 0;
	for (int i = 0; i < 3000; i++) {
		SCOPED_BUF struct buf text;
		buf_init(&text, 1 << 20);
		add_random(&text, &random, 5);
		if (!is_balanced(buf_str(&text)))
			bad++;
		for (unsigned mode = 0; mode < 2; mode++) {
			struct headercut h = {0};
			bad += headercut_make("a.h", buf_str(&text), mode ? HEADERCUT_ALL : HEADERCUT_KEEP_INLINE,
				&none, &none,
					      &arena, &h, NULL) < 0;
			changed += h.text.len != text.len;
			if (!is_balanced(h.text) && bad++ == 0)
				printf("# %s\n# became\n# %s\n", text.ptr, h.text.ptr);
		}
	}
	is_int(bad, 0);
	ok(changed > 2000);
}

int main(void)
{
	tap_run("cuts bodies", cuts_bodies);
	tap_run("keeps inline ones", keeps_inline_ones);
	tap_run("leaves out what users do not take", leaves_out_what_users_do_not_take);
	tap_run("tells what was done", tells_what_was_done);
	tap_run("knows functions", knows_functions);
	tap_run("reads line markers", reads_line_markers);
	tap_run("bounds hold", bounds_hold);
	tap_run("what was balanced stays so", what_was_balanced_stays_so);
	arena_release(&arena);
	return tap_done();
}
