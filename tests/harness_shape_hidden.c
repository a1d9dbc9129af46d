/* Which fields of public structs lead to what the library alone looks at: headers as they may be written. */

#include "harness/capi.h"
#include "harness/shape.h"

#include "core/buf.h"
#include "tests/tap.h"

static struct arena arena;

/* Its interface, as if the compiler had told where each field lies. */
static struct interface read_header(const char *text)
{
	SCOPED_TREE struct tree *tree = tree_new();
	struct interface api = {0};
	struct err err = {0};
	tree_add_file(tree, "/src/a.h", str_of(text), &err);
	struct capi_source source = {str_of(arena_printf(&arena, "# 1 \"/src/a.h\" 1\n%s\n", text)), "/src/", tree};
	if (!ok(capi_read(&source, &arena, &api, &err) == 0))
		tap_print("# %s\n", err.text);
	for (size_t i = 0; i < api.types_len; i++) {
		struct api_type *t = &api.types[i];
		t->known = !t->opaque;
		for (size_t k = 0; k < t->fields_len; k++) {
			t->fields[k].known = true;
			t->fields[k].offset = 4 * k;
			t->fields[k].size = 4;
		}
	}
	return api;
}

/* Names of those of struct box. */
static const char *hidden_in(const char *text)
{
	struct interface api = read_header(text);
	struct shapes *shapes = shapes_new(&api, &arena);
	const struct shape_record *record = shape_of(shapes, "struct box")->record;
	const char *names = "";
	for (size_t i = 0; record && i < record->fields_len; i++) {
		if (record->fields[i].hidden)
			names = arena_printf(&arena, "%s%s%s", names, names[0] ? " " : "", record->fields[i].name);
	}
	return names;
}

#define BOX "struct inner; struct box { int size; struct inner *in; };\n"

static const struct {
	const char *header, *wanted;
} headers[] = {
	{BOX, "in"},
	{BOX "int box_open(struct box *b); void box_close(struct box *b, int inner_size);", "in"},
	{"struct box { struct nowhere *in; const struct nowhere *also; };", "in also"},
	{"typedef struct inner inner; typedef inner *inner_p; struct box { inner *in; inner_p also; struct inner *too; };",
	 "in also too"},
	/* one that callers can look into, one that is not the headers', and what is no pointer to it */
	{"struct inner { int x; }; struct box { struct inner *in; };", ""},
	{"struct inner; struct box { void *any; int *n; char *s; struct inner **in; struct inner *two[2]; };", ""},
	/* functions, callbacks and variables that have to do with it */
	{BOX "struct inner *box_inner(struct box *b);", ""},
	{BOX "void inner_free(struct inner *i);", ""},
	{BOX "void box_walk(struct box *b, void (*visit)(const struct inner *i));", ""},
	{BOX "typedef void (*visitor)(const struct inner *i);", ""},
	{BOX "struct hooks { void (*visit)(const struct inner *i); };", ""},
	{BOX "extern struct inner *const standard;", ""},
	{BOX "typedef struct inner *handle; void handle_close(handle h);", ""},
	{"typedef struct inner *handle; struct inner; struct box { handle in; }; typedef handle other; int f(other *o);", ""},
	{BOX "#define INNER(p) ((struct inner *)(p))\n", ""},
	/* code in the headers that looks at the field */
	{BOX "static inline int box_empty(const struct box *b) { return b->in == 0; }", ""},
	{BOX "static inline int box_size(const struct box *b) { return b->size; }", "in"},
	{BOX "static inline int box_size(int in) { return in; }", "in"},
	{BOX "#define BOX_EMPTY(b) (!(b)->in)\n", ""},
	{BOX "#define BOX_SIZE(b) ((b)->size + in)\n", "in"},
	/* and comments that speak of it */
	{BOX "/* Sets b->in as well. */\nint box_open(struct box *b);", ""},
	{BOX "/* What is in, is in. */\nint box_open(struct box *b);", "in"},
	{"struct inner;\nstruct box {\n\tint size;\n\tstruct inner *in; /* NULL if it is empty */\n};", ""},
	{"struct inner;\nstruct box {\n\tint size;\n\t/* Null until it is opened. */\n\tstruct inner *in;\n};", ""},
	{"struct inner;\nstruct box {\n\tstruct inner *in; /* the library's own */\n\tint size;\n\tchar *name; /* or NULL */\n};",
	 "in"},
};

static void what_headers_say(void)
{
	for (size_t i = 0; i < countof(headers); i++) {
		tap_print("# %s\n", headers[i].header);
		is_str(hidden_in(headers[i].header), headers[i].wanted);
	}
}

/* More names for one type than are followed. */
static void many_names(void)
{
	SCOPED_BUF struct buf text;
	buf_init(&text, 10000);
	buf_append_cstr(&text, BOX);
	for (int i = 0; i < 10; i++)
		buf_printf(&text, "typedef struct inner name%d;\n", i);
	is_str(hidden_in(text.ptr), "in");
	for (int i = 10; i < 30; i++)
		buf_printf(&text, "typedef struct inner name%d;\n", i);
	is_str(hidden_in(text.ptr), "");
}

int main(void)
{
	tap_run("what headers say", what_headers_say);
	tap_run("many names", many_names);
	arena_release(&arena);
	return tap_done();
}
