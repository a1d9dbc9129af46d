#include "harness/harden_text_parts.h"

#include "harness/probe_text_parts.h"

enum { PROGRAM_MAX = 4 << 20 };

static const char NOTES[] =
	"/* What was never written may be any address. */\n"
	"static int is_wild(const void *p)\n"
	"{\n"
	"\treturn (size_t)p >= (size_t)__builtin_wasm_memory_size(0) * 65536;\n"
	"}\n"
	"static int leads(const void *p) { return p && !is_wild(p); }\n"
	"static void note_signed(long long n)\n"
	"{\n"
	"\tif (n == -9223372036854775807 - 1)\n"
	"\t\tputs(\"(-9223372036854775807 - 1)\");\n"
	"\telse\n"
	"\t\tprintf(\"%lld\\n\", n);\n"
	"}\n"
	"static void note_unsigned(unsigned long long n) { printf(\"%lluu\\n\", n); }\n"
	"static void note_real(double n)\n"
	"{\n"
	"\tif (n != n)\n"
	"\t\tputs(\"NAN\");\n"
	"\telse if (n - n != 0)\n"
	"\t\tputs(n > 0 ? \"(1.0 / 0.0)\" : \"(-1.0 / 0.0)\");\n"
	"\telse\n"
	"\t\tprintf(\"%.17g\\n\", n);\n"
	"}\n"
	"static void literal(const char *text, size_t len)\n"
	"{\n"
	"\tputchar('\"');\n"
	"\tfor (size_t i = 0; i < len; i++) {\n"
	"\t\tunsigned char c = (unsigned char)text[i];\n"
	"\t\tif (c == '\\n')\n"
	"\t\t\tfputs(\"\\\\n\", stdout);\n"
	"\t\telse if (c == '\"' || c == '\\\\' || c == '?')\n"
	"\t\t\tprintf(\"\\\\%c\", c);\n"
	"\t\telse\n"
	"\t\t\tprintf(c >= ' ' && c <= '~' ? \"%c\" : \"\\\\%03o\", c);\n"
	"\t}\n"
	"\tputs(\"\\\"\");\n"
	"}\n"
	"static void note_text(const char *text)\n"
	"{\n"
	"\tif (!leads(text)) {\n"
	"\t\tputs(text ? \"" HARDEN_OPEN "\" : \"N\");\n"
	"\t\treturn;\n"
	"\t}\n"
	"\tputchar('T');\n"
	"\tliteral(text, strlen(text));\n"
	"}\n"
	"static void note_memory(const void *memory, size_t len)\n"
	"{\n"
	"\tif (untouched(memory, len)) {\n"
	"\t\tputs(\"U\");\n"
	"\t\treturn;\n"
	"\t}\n"
	"\tsize_t written = len;\n"
	"\twhile (written && !((const char *)memory)[written - 1])\n"
	"\t\twritten--;\n"
	"\tputchar(len - written > 8 ? 'Z' : 'B');\n"
	"\tliteral(memory, len - written > 8 ? written : len);\n"
	"}\n"
	"static void note_room(const void *memory, size_t len)\n"
	"{\n"
	"\tif (!memchr(memory, 0, len))\n"
	"\t\tnote_memory(memory, len);\n"
	"\telse\n"
	"\t\tnote_text(memory);\n"
	"}\n"
	"static void note_pointer(const void *p) { puts(is_wild(p) ? \"" HARDEN_OPEN "\" : named(p)); }\n"
	"static void note_heard(void)\n"
	"{\n"
	"\tliteral(log_text, log_len);\n"
	"\tlog_len = 0;\n"
	"\tlog_text[0] = 0;\n"
	"}\n\n";

/* Memory that nobody has written to is to hold this. */
static const char DIRTY[] =
	"static void dirty(int fill)\n"
	"{\n"
	"\tstatic void *blocks[600];\n"
	"\tvolatile char stack[65536];\n"
	"\tfor (size_t i = 0; i < sizeof(stack); i++)\n"
	"\t\tstack[i] = (char)fill;\n"
	"\tfor (size_t i = 0; i < 600; i++) {\n"
	"\t\tsize_t size = 8 + i % 20 * i;\n"
	"\t\tblocks[i] = malloc(size);\n"
	"\t\tif (blocks[i])\n"
	"\t\t\tmemset(blocks[i], fill, size);\n"
	"\t}\n"
	"\tfor (size_t i = 0; i < 600; i++)\n"
	"\t\tfree(blocks[i]);\n"
	"}\n\n";

/* Callbacks and calls of one of them, as a function. */
static void put_recorded(struct buf *out, struct harden_writing *t, size_t index)
{
	SCOPED_BUF struct buf body, functions;
	t->w.suffix = arena_printf(t->w.a, "_%zu", index);
	harden_put_calls(t);
	body = t->w.out;
	buf_init(&t->w.out, PROBE_PROGRAM_MAX);
	probe_write_callback_functions(&t->w, true);
	functions = t->w.out;
	buf_printf(out, "%.*sstatic void calls_%zu(void)\n{\n%.*s}\n\n", STR_ARG(buf_str(&functions)), index,
		   STR_ARG(buf_str(&body)));
}

const char *harden_recorder(const struct probe_setup *s, const struct harden_probe *const *probes, size_t len, struct arena *a)
{
	SCOPED_BUF struct buf out, all;
	bool users[PROBE_USERS];
	memset(users, true, sizeof(users));
	buf_init(&out, PROGRAM_MAX);
	buf_init(&all, PROGRAM_MAX);
	harden_put_includes(&out, s->suite, a);
	buf_append_cstr(&out, PROBE_CALLBACK_CALLS PROBE_CALLBACK_ANSWERS);
	harden_put_users(&out, users);
	harden_put_log(&out, users);
	harden_put_helpers(&out, &(struct harden_function){.untouched = true});
	buf_printf(&out, "%s%s", NOTES, DIRTY);
	for (size_t i = 0; i < len; i++) {
		struct harden_writing t;
		harden_writing_init(&t, s, probes[i], a);
		put_recorded(&out, &t, i);
		buf_printf(&all, "\tcase %zu:\n\t\tcalls_%zu();\n\t\tbreak;\n", i, i);
	}
	buf_printf(&out,
		   "int main(int argc, char **argv)\n{\n\tdirty(argc > 2 ? (int)strtol(argv[2], NULL, 10) : 0);\n"
		   "\tswitch (argc > 1 ? (int)strtol(argv[1], NULL, 10) : -1) {\n%.*s\t}\n\treturn 0;\n}\n",
		   STR_ARG(buf_str(&all)));
	return out.full ? NULL : arena_str(a, buf_str(&out));
}
