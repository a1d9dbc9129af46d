/*
 * Copies in disguise and independent rewrites of our own libraries: each copy is above each rewrite, and both are where
 * they must be. A rewrite by a model that saw no more than header and tests is as independent as the others.
 */

#include "core/json.h"
#include "harness/ctoken.h"
#include "tests/cfiles.h"
#include "tests/disguise.h"
#include "tests/tap.h"

static struct arena arena;

static const struct {
	const char *disguise;
	double least;
} targets[] = {
	{"rename", 0.99},
	{"reorder", 0.95},
	{"rename+reorder", 0.95},
	{"junk", 0.5},
	{"rename+reorder+half-junk", 0.8},
	{"calls", 0.5},
	{"void", 0.5},
	{"dead", 0.5},
	{"swap", 0.8},
	{"invert", 0.8},
	{"loops", 0.8},
	{"chains", 0.8},
	{"temporaries", 0.5},
	{"commas", 0.8},
	{"types", 0.95},
	{"constants", 0.95},
	{"pointers", 0.95},
	{"arrows", 0.95},
	{"comments", 1},
	{"blanks", 1},
	{"braces", 0.8},
	{"split", 0.5},
	{"inline", 0.5},
	{"merge", 0.5},
	{"macros", 0.95},
	{"old-style", 0.95},
	{"rename+reorder+swap+loops+types+constants", 0.5},
	{"rename+split+temporaries+junk", 0.4},
	{"rename+inline+merge+invert+calls+pointers", 0.4},
	{"rename+chains+loops+invert+temporaries+braces+commas+arrows+types+constants+swap+reorder+junk", 0.3},
};

/* Of a library of 400 lines whose header says what each function does, one function is a tenth. */
static const double null_most = 0.15;

static struct sim_files disguised(struct sim_files files, const char *how)
{
	struct str *texts = arena_array(&arena, files.len, struct str);
	struct sim_file *items = arena_copy(&arena, files.items, files.len, sizeof(*items));
	for (size_t i = 0; i < files.len; i++)
		texts[i] = files.items[i].text;
	ok(disguise_apply(how, texts, files.len, 7, &arena));
	for (size_t i = 0; i < files.len; i++)
		items[i].text = texts[i];
	return (struct sim_files){items, files.len};
}

/* Names in front of "(": more than the interface's functions, and none of others. */
static struct strings functions_of(struct sim_files headers)
{
	struct strings names = {arena_array(&arena, 1000, const char *), 0};
	for (size_t i = 0; i < headers.len; i++) {
		struct ctoken_reader reader = ctoken_reader(headers.items[i].text);
		struct ctoken last = {.kind = CTOKEN_PUNCT}, t;
		for (; ctoken_next(&reader, &t) && names.len < 1000; last = t) {
			if (last.kind == CTOKEN_NAME && ctoken_is(&t, "("))
				names.items[names.len++] = arena_str(&arena, last.text);
		}
	}
	return names;
}

static struct sim_text *prepare(struct sim_files files, struct sim_files shared)
{
	struct sim_files *kept = arena_array(&arena, 2, struct sim_files);
	struct strings *interface = arena_new(&arena, struct strings);
	struct sim_text *side = NULL;
	struct err err = {0};
	kept[0] = files;
	kept[1] = shared;
	*interface = functions_of(shared);
	is_int(sim_prepare("side", &kept[0], &kept[1], interface, &side, &err), 0);
	return side;
}

static struct similarity compare(const struct sim_text *original, struct sim_files files, struct sim_files shared)
{
	struct sim_text *candidate = prepare(files, shared);
	struct similarity s;
	sim_compare(original, candidate, &arena, &s);
	sim_free(candidate);
	return s;
}

/* What a recorded reply has between fences. */
static struct sim_files replied(const char *path)
{
	struct sim_files files = {arena_new(&arena, struct sim_file), 0};
	SCOPED_BUF struct buf text;
	bool inside = false;
	json_t *reply = json_load_file(path, 0, NULL);
	size_t i;
	json_t *line;
	buf_init(&text, 1 << 20);
	json_array_foreach(json_object_get(json_object_get(reply, "reply"), "text"), i, line) {
		bool fence = str_starts(str_of(json_string_value(line)), STR("```"));
		if (inside && !fence)
			buf_printf(&text, "%s\n", json_string_value(line));
		inside ^= fence;
	}
	json_decref(reply);
	files.items[files.len++] = (struct sim_file){"reply.c", {arena_str(&arena, buf_str(&text)), text.len}};
	return files;
}

struct library {
	const char *name, *recorded;
	const char *rewrites[4];
};

static double highest_null(const struct library *l, const struct sim_text *original, struct sim_files shared)
{
	double most = 0;
	for (size_t i = 0; i <= countof(l->rewrites); i++) {
		bool recorded = i == countof(l->rewrites);
		if (!recorded && !l->rewrites[i])
			continue;
		struct sim_files files = recorded ? replied(arena_printf(&arena, "fixtures/recordings/%s/%s", l->name, l->recorded))
						  : cfiles_read(arena_printf(&arena, "fixtures/candidates/%s/%s", l->name, l->rewrites[i]), &arena);
		double share = compare(original, files, shared).original_in_candidate;
		tap_print("# %s, %s: %.3f\n", l->name, recorded ? "recorded" : l->rewrites[i], share);
		ok(files.items[0].text.len > 500);
		ok(share <= null_most);
		most = share > most ? share : most;
	}
	return most;
}

static void check_library(const struct library *l)
{
	struct sim_files files = cfiles_read(arena_printf(&arena, "fixtures/libs/%s/src", l->name), &arena);
	struct sim_files shared = cfiles_read(arena_printf(&arena, "fixtures/libs/%s/include", l->name), &arena);
	struct sim_text *original = prepare(files, shared);
	double null = highest_null(l, original, shared);
	for (size_t i = 0; i < countof(targets); i++) {
		struct similarity s = compare(original, disguised(files, targets[i].disguise), shared);
		if (!ok(s.original_in_candidate >= targets[i].least && s.original_in_candidate > null))
			tap_print("# %s, %s: %.3f\n", l->name, targets[i].disguise, s.original_in_candidate);
	}
	sim_free(original);
}

static void copies_are_above_rewrites(void)
{
	static const struct library libraries[] = {
		{"confkit", "c1-src-confkit.c-s1-r0.json", {"good", "good-lists"}},
		{"ordmap", "c1-src-ordmap.c-s1-r0.json", {"good", "good-avl", "good-skiplist"}},
		{"ringlog", "c1-src-ringlog.c-s1-r0.json", {"good", "good-files", "good-list"}},
		{"strpool", "c1-src-strpool.c-s1-r0.json", {"good", "good-linear", "good-tree"}},
		{"textdist", "c1-src-textdist.c-s1-r0.json", {"good", "good-files", "good-macros"}},
	};
	for (size_t i = 0; i < countof(libraries); i++)
		check_library(&libraries[i]);
}

/* Two libraries in one folder, one of them a copy. */
static void a_part_is_a_part(void)
{
	struct sim_files none = {0};
	struct sim_files one = cfiles_read("fixtures/libs/ordmap/src", &arena),
		other = cfiles_read("fixtures/libs/textdist/src", &arena);
	struct sim_files hidden = disguised(one, "rename+reorder+half-junk");
	struct sim_files both = {arena_array(&arena, one.len + other.len, struct sim_file), one.len + other.len};
	memcpy(both.items, other.items, other.len * sizeof(*other.items));
	memcpy(both.items + other.len, hidden.items, hidden.len * sizeof(*hidden.items));
	struct sim_text *a = prepare(one, none), *b = prepare(both, none);
	struct similarity s;
	sim_compare(a, b, &arena, &s);
	ok(s.original_in_candidate > 0.8);
	ok(s.candidate_in_original > 0.2 && s.candidate_in_original < 0.7);
	sim_free(a);
	sim_free(b);
}

static void names_are_told_apart_from_structure(void)
{
	struct sim_files none = {0}, files = cfiles_read("fixtures/libs/textdist/src", &arena);
	struct sim_text *original = prepare(files, none);
	struct similarity s = compare(original, disguised(files, "rename+comments"), none);
	ok(s.identifiers.share < 0.15); /* the header's, which is not told here */
	ok(s.comments.share < 0.05);
	ok(s.shape.tokens > 1000 && s.verbatim.tokens < 100);
	ok(s.curve.original_in_candidate[SIM_K_MAX - SIM_K_MIN] > 0.99);
	ok(s.functions_len && s.functions[0].score > 0.99);
	for (size_t i = 1; i < s.matches_len; i++)
		ok(s.matches[i].kind != SIM_EDITED);
	sim_free(original);
}

int main(void)
{
	tap_run("above", copies_are_above_rewrites);
	tap_run("a part", a_part_is_a_part);
	tap_run("names", names_are_told_apart_from_structure);
	arena_release(&arena);
	return tap_done();
}
