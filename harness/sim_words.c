#include "harness/sim_parts.h"

#include "harness/libcnames.h"

/* Names, strings and sentences that both have: what somebody who writes anew has no reason to call or to say the
 * same. */

enum { NAME_LEAST = 3, STRING_LEAST = 5, ITEMS_MAX = 500 };

static int by_hash(const void *left, const void *right)
{
	const struct sim_entry *a = left, *b = right;
	return (a->hash > b->hash) - (a->hash < b->hash);
}

static bool is_before(const struct sim_entry *a, const struct sim_entry *b)
{
	return a->file != b->file ? a->file < b->file : a->line < b->line;
}

/* Each once, where it first stands. */
static void settle(struct sim_vocabulary *v)
{
	SCOPED(sim_set_release) struct sim_set seen = {0};
	for (size_t i = 0; i < v->len; i++) {
		size_t known = seen.len;
		uint32_t number = sim_set_add(&seen, v->items[i].hash);
		if (number == known || is_before(&v->items[i], &v->items[number]))
			v->items[number] = v->items[i];
	}
	v->len = seen.len;
	if (v->len)
		qsort(v->items, v->len, sizeof(*v->items), by_hash);
}

static const struct sim_entry *find(const struct sim_vocabulary *v, uint64_t hash)
{
	size_t low = mem_first_from(v->items, v->len, sizeof(*v->items), hash);
	return low < v->len && v->items[low].hash == hash ? &v->items[low] : NULL;
}

/* Without those that stand in `other` too. */
static void without(struct sim_vocabulary *v, const struct sim_vocabulary *other)
{
	size_t kept = 0;
	for (size_t i = 0; i < v->len; i++) {
		if (!find(other, v->items[i].hash))
			v->items[kept++] = v->items[i];
	}
	v->len = kept;
}

static bool is_common(const struct sim_entry *e, const struct sim_vocabulary *interface)
{
	char text[24];
	if (e->text.len < NAME_LEAST || find(interface, e->hash))
		return true;
	if (e->text.len >= sizeof(text))
		return false;
	memcpy(text, e->text.ptr, e->text.len);
	text[e->text.len] = '\0';
	return libcnames_pure(text);
}

static void drop_common(struct sim_vocabulary *v, const struct sim_vocabulary *interface)
{
	size_t kept = 0;
	for (size_t i = 0; i < v->len; i++) {
		if (!is_common(&v->items[i], interface))
			v->items[kept++] = v->items[i];
	}
	v->len = kept;
}

static void read_side(struct sim_text *side, const struct sim_vocabulary *interface)
{
	for (size_t i = 0; i < side->tokens.len; i++) {
		const struct sim_token *t = &side->tokens.items[i];
		const struct sim_entry entry = {t->exact, t->text, t->file, t->line};
		if (t->class == SIM_ID || t->class == SIM_CALLED)
			*vec_push(&side->identifiers) = entry;
		else if (t->class == SIM_TEXT && t->text.len >= STRING_LEAST + 2)
			*vec_push(&side->strings) = entry;
	}
	settle(&side->identifiers);
	settle(&side->strings);
	settle(&side->comments);
	drop_common(&side->identifiers, interface);
}

void sim_read_words(struct sim_text *side, const struct sim_files *shared, const struct strings *interface)
{
	struct sim_vocabulary names = {0}, none = {0};
	struct sim_text other = {.files = shared};
	for (size_t i = 0; interface && i < interface->len; i++)
		*vec_push(&names) = (struct sim_entry){.hash = sim_hash(str_of(interface->items[i]))};
	settle(&names);
	read_side(side, &names);
	if (shared && shared->len) {
		sim_read_tokens(&other);
		read_side(&other, &none);
		without(&side->identifiers, &other.identifiers);
		without(&side->strings, &other.strings);
		without(&side->comments, &other.comments);
	}
	free(names.items);
	free(other.tokens.items);
	free(other.identifiers.items);
	free(other.strings.items);
	free(other.comments.items);
	arena_release(&other.arena);
}

/* ---- comparing */

/* Long ones are no accident. */
static int by_length(const void *left, const void *right)
{
	const struct sim_word *a = left, *b = right;
	size_t x = strlen(a->text), y = strlen(b->text);
	return x != y ? (x < y) - (x > y) : strcmp(a->text, b->text);
}

static struct place place_of(const struct sim_text *side, const struct sim_entry *entry)
{
	return (struct place){side->files->items[entry->file].path, entry->line, entry->line};
}

static void compare(const struct sim_text *original, const struct sim_vocabulary *left,
		    const struct sim_text *candidate,
		    const struct sim_vocabulary *right, struct arena *a, struct sim_words *ret)
{
	struct {
		struct sim_word *items;
		size_t len, cap;
	} both = {0};
	*ret = (struct sim_words){.original = left->len, .candidate = right->len};
	for (size_t i = 0; i < left->len; i++) {
		const struct sim_entry *twin = find(right, left->items[i].hash);
		if (twin)
			*vec_push(&both) = (struct sim_word){arena_str(a, left->items[i].text),
							     place_of(original, &left->items[i]),
							     place_of(candidate, twin)};
	}
	if (both.len)
		qsort(both.items, both.len, sizeof(*both.items), by_length);
	ret->shared = both.len;
	ret->share = left->len ? (double)both.len / (double)left->len : 0;
	ret->len = min_size(both.len, ITEMS_MAX);
	ret->items = arena_copy(a, both.items, ret->len, sizeof(*both.items));
	free(both.items);
}

void sim_compare_words(const struct sim_text *original, const struct sim_text *candidate, struct arena *a,
		       struct similarity *ret)
{
	compare(original, &original->identifiers, candidate, &candidate->identifiers, a, &ret->identifiers);
	compare(original, &original->strings, candidate, &candidate->strings, a, &ret->strings);
	compare(original, &original->comments, candidate, &candidate->comments, a, &ret->comments);
}
