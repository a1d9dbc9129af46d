#include "harness/rewrite_parts.h"

#include "core/buf.h"
#include "core/mem.h"
#include "harness/cdirective.h"
#include "harness/linemarker.h"

/*
 * Which groups of a condition (from #if to #else, and so on) no variant's
 * preprocessor took. Lines of preprocessed text tell which were. Where a group
 * left no line, it may have been taken all the same: a macro call that runs over
 * several lines comes out in the first, and one that is worth nothing does not
 * come out. So those are tried once more, with a word in them that must come out.
 */

enum { DEPTH_MAX = 200 };

struct group {
	size_t file;
	size_t parent;        /* one more than its index; 0 for the file */
	size_t behind;        /* of its directive, in the text */
	unsigned first, last; /* lines with tokens, 0 if there is none; those of groups within it count */
	size_t tokens;
	bool cplusplus;       /* a condition of its chain mentions __cplusplus */
	bool other;           /* there are tokens in it that are not of extern "C" { } */
	bool taken;
};

struct finding {
	struct rewrite *r;
	struct {
		bool *taken;
		size_t len, cap;
	} *lines; /* of each of r->files, by number */
	struct {
		struct group *items;
		size_t len, cap;
	} groups;
	struct arena a;
	char word[32];     /* begins what is put into groups */
	struct tree *tree; /* with that in it */
	struct err *errors; /* of each object */
};

/* ---- lines that came out */

static void take_lines(struct finding *f, struct str text)
{
	SCOPED(linemarker_end) struct linemarker_lines l;
	size_t file = SIZE_MAX;
	for (linemarker_begin(&l, text); linemarker_next(&l);) {
		file = l.moved ? rewrite_file_index(f->r, buf_str(&l.path)) : file;
		if (file != SIZE_MAX && l.number < f->lines[file].len && str_trim(l.line).len)
			f->lines[file].taken[l.number] = true;
	}
}

static void read_lines(struct finding *f)
{
	const struct rewrite *r = f->r;
	f->lines = arena_alloc(&f->a, r->files.len, sizeof(*f->lines));
	for (size_t i = 0; i < r->files.len; i++) {
		f->lines[i].len = str_count(rewrite_text(r, r->files.items[i]), '\n') + 2;
		f->lines[i].taken = arena_array(&f->a, f->lines[i].len, bool);
	}
	for (size_t v = 0; v < r->variants_len; v++) {
		for (size_t i = 0; i < r->variants[v].objects_len; i++)
			take_lines(f, r->variants[v].objects[i].text.bytes);
	}
}

/* ---- groups */

struct walk {
	struct finding *f;
	size_t file;
	size_t open[DEPTH_MAX]; /* one more than the index of each group */
	size_t depth;
	size_t too_deep; /* conditions that are not followed */
};

static void begin_group(struct walk *w, const struct cdirective *d, bool cplusplus)
{
	struct group g = {
		.file = w->file,
		.parent = w->depth ? w->open[w->depth - 1] : 0,
		.behind = d->end,
		.cplusplus = cplusplus,
	};
	*vec_push(&w->f->groups) = g;
	w->open[w->depth++] = w->f->groups.len;
}

static bool mentions_cplusplus(struct str text)
{
	struct ctoken_reader r = ctoken_reader(text);
	struct ctoken t;
	while (ctoken_next(&r, &t)) {
		if (t.kind == CTOKEN_NAME && ctoken_is(&t, "__cplusplus"))
			return true;
	}
	return false;
}

static void take_directive(struct walk *w, const struct cdirective *d)
{
	bool begins = str_starts(d->word, STR("if")), ends = str_eq(d->word, STR("endif"));
	bool goes_on = str_starts(d->word, STR("el"));
	if (begins && (w->depth == DEPTH_MAX || w->too_deep)) {
		w->too_deep++;
	} else if (w->too_deep) {
		w->too_deep -= ends;
	} else if (begins) {
		begin_group(w, d, mentions_cplusplus(d->text));
	} else if ((ends || goes_on) && w->depth) {
		bool before = w->f->groups.items[w->open[--w->depth] - 1].cplusplus;
		if (goes_on)
			begin_group(w, d, before || mentions_cplusplus(d->text));
	}
}

static void take_token(struct walk *w, const struct ctoken *t)
{
	struct finding *f = w->f;
	bool linkage = ctoken_is(t, "extern") || ctoken_is(t, "\"C\"") || ctoken_is(t, "{") || ctoken_is(t, "}");
	for (size_t i = 0; i < w->depth; i++) {
		struct group *g = &f->groups.items[w->open[i] - 1];
		g->first = g->first ? g->first : t->line;
		g->last = t->line + (unsigned)str_count(t->text, '\n');
		g->other |= !linkage || ++g->tokens > 4;
		g->taken |= t->line < f->lines[w->file].len && f->lines[w->file].taken[t->line];
	}
}

static void find_groups(struct finding *f, size_t file)
{
	struct walk w = {.f = f, .file = file};
	struct ctoken_reader r = ctoken_reader(rewrite_text(f->r, f->r->files.items[file]));
	struct ctoken t;
	while (ctoken_next(&r, &t)) {
		if (t.kind == CTOKEN_HASH) {
			struct cdirective d = cdirective_read(&r, &t);
			take_directive(&w, &d);
		} else if (t.kind != CTOKEN_COMMENT) {
			take_token(&w, &t);
		}
	}
}

/* Whether it is left out, and nothing around it is. */
static bool is_left_out(const struct finding *f, const struct group *g)
{
	bool exempt = g->cplusplus && !g->other;
	if (!g->first || g->taken || exempt)
		return false;
	for (size_t up = g->parent; up; up = f->groups.items[up - 1].parent) {
		if (!f->groups.items[up - 1].taken)
			return false;
	}
	return true;
}

/* ---- those that are tried again */

static bool is_suspect(const struct group *g)
{
	return g->first && !g->taken && !(g->cplusplus && !g->other);
}

/* The file with a word behind each such group's directive. */
static int add_marked(struct finding *f, size_t file, struct err *err)
{
	SCOPED_BUF struct buf text;
	struct str whole = rewrite_text(f->r, f->r->files.items[file]);
	size_t at = 0;
	buf_init(&text, SIZE_MAX / 2);
	for (size_t i = 0; i < f->groups.len; i++) {
		const struct group *g = &f->groups.items[i];
		if (g->file != file || !is_suspect(g))
			continue;
		buf_append(&text, whole.ptr + at, g->behind - at);
		buf_printf(&text, "\n%s_%zu_", f->word, i);
		at = g->behind;
	}
	buf_append_str(&text, str_from(whole, at));
	const char *path = arena_printf(&f->a, REWRITE_ROOT "/%s", f->r->files.items[file]);
	return tree_add_file(f->tree, path, buf_str(&text), err);
}

/* A word that no file can hold, since it follows from what is in them. */
static void make_word(struct finding *f)
{
	struct hasher h;
	char hex[HASH_HEX];
	hasher_init(&h);
	for (size_t i = 0; i < f->r->files.len; i++)
		hasher_field(&h, rewrite_text(f->r, f->r->files.items[i]));
	struct hash hash = hasher_finish(&h);
	hash_hex(&hash, hex);
	snprintf(f->word, sizeof(f->word), "recast_%.20s", hex);
}

/* Numbers of groups, each behind the word. */
static void read_marks(struct finding *f, struct str text, bool *came)
{
	struct str word = str_of(f->word);
	for (size_t i = 0; i + word.len + 1 < text.len; i++) {
		if (text.ptr[i] != 'r' || !str_starts(str_from(text, i), word))
			continue;
		struct str digits = str_from(text, i + word.len + 1);
		uint64_t number;
		if (str_to_u64(str_first(digits, str_index(digits, '_')), &number) && number < f->groups.len)
			came[number] = true;
	}
}

struct trying {
	struct finding *f;
	size_t sources;
	bool **marks;
	struct arena *arenas;
};

static void try_object(void *data, size_t index)
{
	struct trying *t = data;
	const struct rewrite *r = t->f->r;
	const struct rewrite_variant *variant = &r->variants[index / t->sources];
	struct built built;
	if (rewrite_preprocess(r, t->f->tree, variant, variant->objects[index % t->sources].name, &t->arenas[index], &built,
			       &t->f->errors[index]) < 0)
		return;
	t->marks[index] = arena_array(&t->arenas[index], t->f->groups.len, bool);
	read_marks(t->f, built.bytes, t->marks[index]);
}

static int try_all(struct finding *f, struct err *err)
{
	size_t sources = f->r->variants[0].objects_len, count = sources * f->r->variants_len;
	struct trying t = {.f = f, .sources = sources};
	t.marks = arena_array(&f->a, count, bool *);
	t.arenas = mem_zalloc(count, sizeof(*t.arenas));
	f->errors = arena_array(&f->a, count, struct err);
	int result = tools_stage(f->r->suite->tools, "looking for lines that were left out", count, try_object, &t, err);
	for (size_t i = 0; i < count; i++) {
		if (result == 0 && f->errors[i].kind != ERR_NONE)
			result = err_copy(err, &f->errors[i]);
		for (size_t k = 0; t.marks[i] && k < f->groups.len; k++)
			f->groups.items[k].taken |= t.marks[i][k];
		arena_release(&t.arenas[i]);
	}
	free(t.arenas);
	return result;
}

static int try_again(struct finding *f, struct err *err)
{
	bool any = false;
	make_word(f);
	if (build_tree(f->r->suite->tools->toolchain, NULL, &f->tree, err) < 0 ||
	    tree_graft(f->tree, PROJECT_ROOT, f->r->tree, PROJECT_ROOT, err) < 0 ||
	    tree_add_tree(f->tree, REWRITE_ROOT, f->r->tree, REWRITE_ROOT, err) < 0)
		return -1;
	for (size_t file = 0, i = 0; file < f->r->files.len; file++) {
		bool some = false;
		for (; i < f->groups.len && f->groups.items[i].file == file; i++)
			some |= is_suspect(&f->groups.items[i]);
		if (some && add_marked(f, file, err) < 0)
			return -1;
		any |= some;
	}
	return any ? try_all(f, err) : 0;
}

/* ---- the whole */

static void keep(struct finding *f)
{
	struct rewrite *r = f->r;
	r->unjudged = arena_array(&r->arena, f->groups.len, struct place);
	for (size_t i = 0; i < f->groups.len; i++) {
		const struct group *g = &f->groups.items[i];
		if (is_left_out(f, g))
			r->unjudged[r->unjudged_len++] = (struct place){r->files.items[g->file], g->first, g->last};
	}
}

int rewrite_find_unjudged(struct rewrite *r, struct err *err)
{
	struct finding f = {.r = r};
	read_lines(&f);
	for (size_t i = 0; i < r->files.len; i++)
		find_groups(&f, i);
	int result = try_again(&f, err);
	if (result == 0)
		keep(&f);
	tree_free(f.tree);
	vec_release(&f.groups);
	arena_release(&f.a);
	return result;
}
