/* What stands on one side and on the other, whatever files are called and however lines end. */

#include "harness/similarity.h"

#include "core/buf.h"
#include "core/mem.h"
#include "core/prng.h"
#include "tests/tap.h"

#include <math.h>

static struct arena arena;
static struct err err;

static const char QUEUE[] =
	"#include \"queue.h\"\n"
	"/* A ring of bytes that grows when it is full, up to a maximum that is set once. */\n"
	"struct ring { unsigned char *slots; size_t head, used, room; };\n"
	"int ring_push(struct ring *ring, unsigned char value)\n"
	"{\n"
	"\tif (ring->used == ring->room) {\n"
	"\t\tsize_t wider = ring->room ? ring->room * 2 : 16;\n"
	"\t\tunsigned char *moved = malloc(wider);\n"
	"\t\tif (!moved)\n\t\t\treturn -1;\n"
	"\t\tfor (size_t i = 0; i < ring->used; i++)\n\t\t\tmoved[i] = ring->slots[(ring->head + i) % ring->room];\n"
	"\t\tfree(ring->slots);\n\t\tring->slots = moved;\n\t\tring->head = 0;\n\t\tring->room = wider;\n"
	"\t}\n"
	"\tring->slots[(ring->head + ring->used) % ring->room] = value;\n\tring->used++;\n\treturn 0;\n"
	"}\n"
	"unsigned ring_sum(const struct ring *ring)\n"
	"{\n\tunsigned sum = 5381, at;\n\tfor (at = 0; at < ring->used; at++)\n"
	"\t\tsum = (sum << 5) + sum + ring->slots[(ring->head + at) % ring->room];\n\treturn sum ^ (sum >> 16);\n}\n";

static const char OTHER[] =
	"#include \"queue.h\"\n"
	"struct node { struct node *next; unsigned char value; };\n"
	"int ring_push(struct ring *ring, unsigned char value)\n"
	"{\n\tstruct node *n = calloc(1, sizeof(*n));\n\tif (n == NULL) return -1;\n\tn->value = value;\n"
	"\tif (ring->last) ring->last->next = n; else ring->first = n;\n\tring->last = n;\n\treturn 0;\n}\n"
	"static unsigned step(const struct node *n, unsigned h)\n{\n\treturn n ? step(n->next, h * 33 + n->value) : h;\n}\n"
	"unsigned ring_sum(const struct ring *ring)\n{\n\tunsigned h = step(ring->first, 5381);\n\th ^= h / 65536;\n\treturn h;\n}\n";

static struct sim_text *prepared(const struct sim_file *items, size_t len, const struct sim_files *shared)
{
	struct sim_files *files = arena_new(&arena, struct sim_files);
	struct sim_text *side = NULL;
	*files = (struct sim_files){arena_copy(&arena, items, len, sizeof(*items)), len};
	is_int(sim_prepare("side", files, shared, NULL, &side, &err), 0);
	return side;
}

static struct sim_text *text_of(const char *text)
{
	struct sim_file file = {"a.c", str_of(text)};
	return prepared(&file, 1, NULL);
}

static struct similarity compared(const char *a, const char *b)
{
	struct sim_text *x = text_of(a), *y = text_of(b);
	struct similarity s;
	sim_compare(x, y, &arena, &s);
	sim_free(x);
	sim_free(y);
	return s;
}

static bool is_one(double share)
{
	return fabs(share - 1) < 1e-12;
}

static const char *with(const char *text, const char *from, const char *to)
{
	SCOPED_BUF struct buf out;
	buf_init(&out, 1 << 20);
	for (const char *at = text; *at;) {
		if (strncmp(at, from, strlen(from)) == 0) {
			buf_append_cstr(&out, to);
			at += strlen(from);
		} else {
			buf_append_char(&out, *at++);
		}
	}
	return arena_str(&arena, buf_str(&out));
}

static void a_side_is_in_itself(void)
{
	struct similarity s = compared(QUEUE, QUEUE);
	ok(is_one(s.original_in_candidate) && is_one(s.candidate_in_original) && is_one(s.symmetric));
	ok(is_one(s.curve.original_in_candidate[0]) && is_one(s.curve.candidate_in_original[SIM_K_MAX - SIM_K_MIN]));
	ok(is_one(s.identifiers.share) && is_one(s.comments.share));
	ok(s.original_tokens == s.candidate_tokens && s.original_tokens > 0);
	ok(s.verbatim.tokens > 150 && s.shape.tokens == s.verbatim.tokens);
	if (is_int(s.functions_len, 2))
		is_str(s.functions[0].original, s.functions[0].candidate);
	ok(s.matches_len && s.matches[0].kind == SIM_VERBATIM);
}

static void somebody_elses_is_not(void)
{
	struct similarity s = compared(QUEUE, OTHER);
	tap_print("# %.3f\n", s.original_in_candidate);
	ok(s.original_in_candidate < 0.12);
	struct similarity back = compared(OTHER, QUEUE);
	ok(fabs(s.original_in_candidate - back.candidate_in_original) < 1e-12);
	ok(fabs(s.symmetric - back.symmetric) < 1e-12);
	is_int(s.shape.tokens, back.shape.tokens);
}

static void disguises_change_little(void)
{
	const char *renamed = with(with(with(with(QUEUE, "ring", "belt"), "used", "filled"), "moved", "fresh"), "sum", "digest");
	const char *loops = with(with(QUEUE, "for (at = 0; at < ring->used; at++)", "at = 0;\n\twhile (at < ring->used) {"),
				 "% ring->room];\n\treturn sum ^", "% ring->room];\n\tat += 1; }\n\treturn sum ^");
	const char *spelled = with(with(QUEUE, "ring->", "(*ring)."), "moved[i]", "*(moved + i)");
	const char *junk = with(QUEUE, ";\n", ";\n\tspare = spare * 3;\n");
	const char *types = with(with(with(QUEUE, "unsigned", "uint32_t"), "size_t", "int"), "16", "64");
	ok(is_one(compared(QUEUE, renamed).original_in_candidate));
	ok(compared(QUEUE, renamed).verbatim.tokens < 60);
	ok(compared(QUEUE, loops).original_in_candidate > 0.95);
	ok(compared(QUEUE, spelled).original_in_candidate > 0.95);
	ok(compared(QUEUE, junk).original_in_candidate > 0.8);
	ok(compared(QUEUE, types).original_in_candidate > 0.9);
	ok(compared(QUEUE, types).identifiers.share > 0.9);
}

static void files_and_lines_are_nothing(void)
{
	struct sim_file forward[] = {{"a.c", str_of(QUEUE)}, {"b.c", str_of(OTHER)}};
	struct sim_file backward[] = {{"z/q.c", str_of(OTHER)}, {"a/r.c", str_of(with(QUEUE, "\n", "\r\n"))}};
	struct sim_text *a = prepared(forward, 2, NULL), *b = prepared(backward, 2, NULL), *q = text_of(QUEUE);
	struct similarity s, t;
	sim_compare(a, b, &arena, &s);
	ok(is_one(s.original_in_candidate) && is_one(s.candidate_in_original));
	ok(is_one(s.curve.original_in_candidate[7]));
	sim_compare(q, a, &arena, &s);
	sim_compare(q, b, &arena, &t);
	ok(fabs(s.original_in_candidate - t.original_in_candidate) < 1e-12 && fabs(s.candidate_in_original - t.candidate_in_original) < 1e-12);
	is_int(s.verbatim.tokens, t.verbatim.tokens);
	sim_free(a);
	sim_free(b);
	sim_free(q);
}

static void what_is_shared_by_design_is_out(void)
{
	struct sim_file header = {"queue.h", str_of(QUEUE)};
	struct sim_files shared = {&header, 1};
	struct sim_file file = {"a.c", str_of(QUEUE)};
	struct sim_text *a = prepared(&file, 1, &shared), *b = prepared(&file, 1, &shared);
	struct similarity s;
	sim_compare(a, b, &arena, &s);
	is_int(s.original_tokens, 0);
	ok(s.shared_tokens > 150);
	is_int(s.identifiers.original, 0);
	sim_free(a);
	sim_free(b);
}

static void tables_are_apart(void)
{
	SCOPED_BUF struct buf text, hex;
	struct prng p = {7};
	buf_init(&text, 1 << 20);
	buf_init(&hex, 1 << 20);
	buf_append_cstr(&text, "static const int table[] = {");
	buf_append_cstr(&hex, "static unsigned bytes[4][25] = {{");
	for (int i = 0; i < 100; i++) {
		unsigned value = (unsigned)prng_below(&p, 5000);
		buf_printf(&text, "%u, ", value);
		buf_printf(&hex, "0x%XuL,", value);
	}
	buf_append_cstr(&text, "};\n");
	buf_append_cstr(&hex, "}};\n");
	struct similarity s = compared(text.ptr, hex.ptr);
	if (is_int(s.tables_len, 1)) {
		is_int(s.tables[0].elements, 100);
		is_int(s.tables[0].shared, 100);
	}
	is_int(s.original_tokens, 0);
	ok(s.table_tokens > 200);
	s = compared("static int zero[40] = {0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0};",
		     "static int z[40] = {0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0};");
	is_int(s.tables_len, 0);
}

static void words_are_found(void)
{
	struct similarity s = compared("/* Walks the ring, oldest first. */ int f(void) { return strange_helper(\"a strange message\"); }",
				       "// walks the RING,\n//  oldest first\nint g(void) { puts(\"a strange message\"); return strange_helper(0); }");
	if (is_int(s.identifiers.len, 1))
		is_str(s.identifiers.items[0].text, "strange_helper");
	if (is_int(s.strings.len, 1))
		is_str(s.strings.items[0].text, "\"a strange message\"");
	is_int(s.strings.items[0].candidate.line, 3);
}

static void anything_can_be_compared(void)
{
	static const char *const texts[] = {"", "\n", "{", "}", "}}}}", "((((", "if (", "for (;;", "#define", "#define X(a) {", "#if\n#else\n{\n#endif", "\"",
					    "/*", "a\\\n", "= {1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17", "f() {", "f() { if ( } ) g() { x; }",
					    "case x:", "do while", "goto goto", "extern \"C\" {", "\xff\xfe\x80", "f() { return return; }"};
	struct prng p = {1};
	for (size_t i = 0; i < countof(texts); i++) {
		struct similarity s = compared(texts[i], QUEUE), back = compared(QUEUE, texts[i]);
		ok(s.original_in_candidate >= 0 && s.original_in_candidate <= 1 && back.original_in_candidate >= 0);
	}
	for (int i = 0; i < 200; i++) {
		char *cut = arena_strdup(&arena, QUEUE);
		for (int k = 0; k < 8; k++)
			cut[prng_below(&p, strlen(cut))] = "{}();\"'#\n/*"[prng_below(&p, 11)];
		struct similarity s = compared(cut, cut);
		if (s.original_tokens)
			ok(is_one(s.original_in_candidate));
	}
	struct sim_file nul = {"n.c", {"int f() { a\0b; }", 16}};
	struct sim_text *side = prepared(&nul, 1, NULL);
	sim_free(side);
}

int main(void)
{
	tap_run("itself", a_side_is_in_itself);
	tap_run("somebody else's", somebody_elses_is_not);
	tap_run("disguises", disguises_change_little);
	tap_run("files and lines", files_and_lines_are_nothing);
	tap_run("by design", what_is_shared_by_design_is_out);
	tap_run("tables", tables_are_apart);
	tap_run("words", words_are_found);
	tap_run("anything", anything_can_be_compared);
	arena_release(&arena);
	return tap_done();
}
