#include "core/buf.h"
#include "core/mem.h"
#include "harness/varied_parts.h"
#include "harness/wordmaker.h"

enum {
	CHOSEN_FROM = 3,
	CHANGES_AT_ONCE = 6,
	INPUTS_OF_A_TEST = 16, /* a guess */
	WINDOW_MAX = 2048, /* bytes of a file that one change has to do with */
	SHRINK_TRIES = 160,
	CHANGE_COST = 64,  /* bytes that one change more is worth */
};

static uint64_t below(struct varied_maker *m, uint64_t bound)
{
	return prng_below(m->lot, bound);
}

static bool one_in(struct varied_maker *m, uint64_t n)
{
	return below(m, n) == 0;
}

struct variation variation_copy(const struct variation *v, struct arena *a)
{
	struct variation copy = *v;
	for (size_t i = 0; i < copy.len; i++)
		copy.changes[i].text.ptr = arena_str(a, v->changes[i].text);
	return copy;
}

size_t variation_size(const struct varied_program *p, const struct variation *v)
{
	size_t size = 0;
	for (size_t i = 0; i < v->len; i++) {
		const struct varied_input *input = &p->inputs[v->changes[i].input];
		/* A file is as large as it is. */
		size += (input->path ? 2 : 1) * (size_t)CHANGE_COST + v->changes[i].text.len;
	}
	return size;
}

/* ---- other values */

/* Another text of the same program in its place, whole. */
static struct str borrowed_text(struct varied_maker *m, struct str from)
{
	const struct varied_program *p = m->program;
	const struct varied_input *other = &p->inputs[p->reached[below(m, p->reached_len)]];
	return !other->path && other->form <= VARIED_TABLE ? other->text : from;
}

/* A part of the file, changed. */
static struct str changed_file_text(struct varied_maker *m, const struct wordmaker *words, struct str from)
{
	SCOPED_BUF struct buf out;
	size_t start = from.len > WINDOW_MAX ? (size_t)below(m, from.len - WINDOW_MAX + 1) : 0;
	struct str window = str_first(str_from(from, start), WINDOW_MAX);
	buf_init(&out, VARIED_FILE_MAX + WORDMAKER_TEXT_MAX);
	buf_append_str(&out, str_first(from, start));
	buf_append_str(&out, wordmaker_changed(words, window));
	buf_append_str(&out, str_from(from, start + window.len));
	return (struct str){arena_str(words->a, buf_str(&out)), out.len};
}

static struct str other_text(struct varied_maker *m, const struct varied_input *input, struct str from, struct arena *a)
{
	struct wordmaker words = {m->program->ask->words, m->lot, a};
	if (input->path)
		return changed_file_text(m, &words, from);
	if (one_in(m, 6))
		from = borrowed_text(m, from);
	return one_in(m, 8) ? from : wordmaker_changed(&words, from);
}

/* Between 0 and what it is. */
static uint64_t smaller_number(struct varied_maker *m, uint64_t from)
{
	if ((int64_t)from <= 0)
		return from;
	switch (below(m, 4)) {
	case 0:
		return from - 1;
	case 1:
		return below(m, min_size((size_t)from, 4));
	default:
		return below(m, from);
	}
}

static uint64_t other_number(struct varied_maker *m, const struct varied_input *input, uint64_t from)
{
	struct wordmaker words = {m->program->ask->words, m->lot, NULL};
	if (input->form == VARIED_REAL)
		return wordmaker_real(&words);
	if (input->downward)
		return smaller_number(m, input->number);
	switch (below(m, 6)) {
	case 0:
		return from + 1;
	case 1:
		return from - 1;
	case 2:
		return from + below(m, 2 * (from < 1000 ? from + 2 : 100)) - (from < 1000 ? from + 2 : 100);
	default:
		return wordmaker_number(&words);
	}
}

static void set_other(struct varied_maker *m, struct varied_change *c, struct arena *a)
{
	const struct varied_input *input = &m->program->inputs[c->input];
	if (input->form <= VARIED_TABLE)
		c->text = other_text(m, input, c->text, a);
	else
		c->number = other_number(m, input, c->number);
}

/* ---- which one */

/* What had an effect before, or was not tried yet. */
static size_t choose_input(struct varied_maker *m)
{
	const struct varied_program *p = m->program;
	size_t best = p->reached[below(m, p->reached_len)], files = p->reached_len - p->reached_literals;
	if (files && one_in(m, 3))
		return p->reached[p->reached_literals + below(m, files)];
	for (unsigned i = 1; i < CHOSEN_FROM; i++) {
		size_t other = p->reached[below(m, p->reached_len)];
		if ((uint64_t)(m->dull[other] + 1) * (m->tries[best] + 2) <
		    (uint64_t)(m->dull[best] + 1) * (m->tries[other] + 2))
			best = other;
	}
	return best;
}

static bool has_input(const struct variation *v, size_t input)
{
	for (size_t i = 0; i < v->len; i++) {
		if (v->changes[i].input == input)
			return true;
	}
	return false;
}

/* One change more, or another one in its place. */
static struct variation change_once(struct varied_maker *m, const struct variation *from, struct arena *a)
{
	struct variation v = *from;
	size_t input = choose_input(m);
	if (v.len == VARIED_CHANGES_MAX || has_input(&v, input) || (v.len && one_in(m, 2))) {
		set_other(m, &v.changes[below(m, v.len)], a);
		return v;
	}
	size_t at = v.len++;
	for (; at > 0 && v.changes[at - 1].input > input; at--)
		v.changes[at] = v.changes[at - 1];
	v.changes[at] = (struct varied_change){input, m->program->inputs[input].text, m->program->inputs[input].number};
	set_other(m, &v.changes[at], a);
	return v;
}

struct variation varied_change(struct varied_maker *m, const struct variation *from, struct arena *a)
{
	struct variation v = *from;
	/* Programs have many tests, and what is changed in one mostly leaves the others as they are. */
	size_t most = min_size(CHANGES_AT_ONCE, 1 + m->program->reached_len / INPUTS_OF_A_TEST);
	for (uint64_t n = one_in(m, 3) ? 1 : 1 + below(m, most); n > 0; n--)
		v = change_once(m, &v, a);
	return v;
}

/* ---- small ones */

struct shrinking {
	const struct varied_program *program;
	int (*shows)(void *data, const struct variation *v);
	void *data;
	struct variation best;
	size_t tries;
	struct arena *a;
};

/* Takes over what still shows it: 1, 0, or -1 for an error. */
static int take_if(struct shrinking *s, const struct variation *v)
{
	if (s->tries == SHRINK_TRIES)
		return 0;
	s->tries++;
	int shows = s->shows(s->data, v);
	if (shows > 0)
		s->best = *v;
	return shows;
}

static int without_changes(struct shrinking *s)
{
	for (size_t i = 0; i < s->best.len && s->best.len > 1;) {
		struct variation v = s->best;
		memmove(&v.changes[i], &v.changes[i + 1], (v.len - i - 1) * sizeof(v.changes[0]));
		v.len--;
		int taken = take_if(s, &v);
		if (taken < 0)
			return -1;
		i += !taken;
	}
	return 0;
}

static struct str cut(struct str text, size_t at, size_t len, struct arena *a)
{
	char *bytes = arena_alloc(a, text.len + 1, 1);
	memcpy(bytes, text.ptr, at);
	memcpy(bytes + at, text.ptr + at + len, text.len - at - len);
	return (struct str){bytes, text.len - len};
}

/* Pieces of the text are left out, large ones first. */
static int shorten(struct shrinking *s, size_t index)
{
	s->tries = 0;
	for (size_t piece = s->best.changes[index].text.len; piece > 0; piece /= 2) {
		for (size_t at = 0; at < s->best.changes[index].text.len && s->tries < SHRINK_TRIES;) {
			struct variation v = s->best;
			struct str text = v.changes[index].text;
			v.changes[index].text = cut(text, at, min_size(piece, text.len - at), s->a);
			int taken = take_if(s, &v);
			if (taken < 0)
				return -1;
			at += taken ? 0 : piece;
		}
	}
	return 0;
}

/* As near to what it was, or as plain, as it can be. */
static int simplify(struct shrinking *s, size_t index)
{
	const struct varied_input *input = &s->program->inputs[s->best.changes[index].input];
	const uint64_t some[] = {0, 1, 2, 3, 10, 100, (uint64_t)-1, input->number - 1, input->number + 1};
	s->tries = 0;
	for (size_t i = 0; input->form == VARIED_NUMBER && i < countof(some); i++) {
		struct variation v = s->best;
		v.changes[index].number = some[i];
		bool allowed = !input->downward || some[i] < input->number;
		int taken = allowed && some[i] != input->number ? take_if(s, &v) : 0;
		if (taken)
			return taken < 0 ? -1 : 0;
	}
	return 0;
}

int varied_shrink(const struct varied_program *p, const struct variation *v,
		  int (*shows)(void *data, const struct variation *v), void *data, struct arena *a,
		  struct variation *ret)
{
	struct shrinking s = {.program = p, .shows = shows, .data = data, .best = *v, .a = a};
	if (without_changes(&s) < 0)
		return -1;
	for (size_t i = 0; i < s.best.len; i++) {
		bool text = p->inputs[s.best.changes[i].input].form <= VARIED_TABLE;
		if ((text ? shorten(&s, i) : simplify(&s, i)) < 0)
			return -1;
	}
	*ret = s.best;
	return 0;
}
