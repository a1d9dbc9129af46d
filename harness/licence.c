#include "harness/licence.h"

#include "core/mem.h"
#include "harness/licence_wording.h"

#include <strings.h>

/* What one file says. */
struct answer {
	const char *spdx, *file;
	bool certain;
	bool open; /* as in a match */
	size_t times;
};

struct answers {
	struct answer *items; /* in order of the files */
	size_t len, cap;
	bool choice;
};

struct search {
	struct arena *a;
	size_t files; /* read so far */
	struct answers licences, below, deep; /* in licence files: of the folder, one level down, further down */
	struct answers tags, readmes, heads;
};

static bool starts_as(const char *name, const char *prefix)
{
	return strncasecmp(name, prefix, strlen(prefix)) == 0;
}

static bool ends_as(const char *name, const char *ending)
{
	size_t len = strlen(name), n = strlen(ending);
	return len >= n && strcasecmp(name + len - n, ending) == 0;
}

static bool is_source(const char *name)
{
	static const char *const endings[] = {".c", ".h", ".cc", ".cpp", ".hpp", ".inc", ".in"};
	for (size_t i = 0; i < countof(endings); i++) {
		if (ends_as(name, endings[i]))
			return true;
	}
	return false;
}

static bool is_licence(const char *name)
{
	static const char *const names[] = {"licence", "license"};
	bool licence = starts_as(name, "copying") || starts_as(name, "copyright");
	for (size_t i = 0; i < countof(names); i++)
		licence |= strcasestr(name, names[i]) != NULL; /* "MIT-LICENSE.txt", "UNLICENSE" */
	return licence && !is_source(name);
}

static void add_answer(struct answers *list, struct answer new)
{
	for (size_t i = 0; i < list->len; i++) {
		if (strcmp(list->items[i].spdx, new.spdx) == 0) {
			list->items[i].times++;
			return;
		}
	}
	new.times = 1;
	if (list->len < LICENCE_OTHER_MAX)
		*vec_push(list) = new;
}

static void read_wording(struct search *s, struct answers *list, struct str text, const char *path)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct licence_matches m = licence_match(licence_words(text, &scratch), s->a);
	for (size_t i = 0; i < m.len; i++)
		add_answer(list, (struct answer){.spdx = m.items[i].spdx,
						 .file = path,
						 .certain = m.items[i].strength == LICENCE_WHOLE,
						 .open = m.items[i].open});
	list->choice |= m.choice;
}

static void read_tag(struct search *s, struct str text, const char *path)
{
	const char *tag = licence_tag(text, s->a);
	if (tag)
		add_answer(&s->tags, (struct answer){.spdx = tag, .file = path, .certain = true});
}

static void read_file(struct search *s, const struct tree_node *file, const char *folder, unsigned depth,
	bool licences)
{
	bool licence = licences || is_licence(file->name), readme = depth == 0 && starts_as(file->name, "readme");
	if ((!licence && !readme && !is_source(file->name)) || s->files++ >= LICENCE_FILES_MAX)
		return;
	struct str text = str_first(file->content, licence || readme ? LICENCE_TEXT_MAX : LICENCE_HEAD_MAX);
	const char *path = folder[0] ? arena_printf(s->a, "%s/%s", folder, file->name) : file->name;
	if (licence)
		read_wording(s, depth == 0 || licences ? &s->licences : depth == 1 ? &s->below : &s->deep, text,
			path);
	else
		read_wording(s, readme ? &s->readmes : &s->heads, text, path);
	if (!licence && !readme)
		read_tag(s, text, path);
}

/* A folder's own files first. A tree is of bounded depth. */
static void read_folder(struct search *s, const struct tree_node *folder, const char *path, unsigned depth)
{
	const char *name = folder->name;
	bool licences = depth == 1 && (strcasecmp(name, "licenses") == 0 || strcasecmp(name, "licences") == 0);
	for (size_t i = 0; i < folder->children_len; i++) {
		if (folder->children[i]->type == TREE_FILE)
			read_file(s, folder->children[i], path, depth, licences);
	}
	for (size_t i = 0; i < folder->children_len && s->files < LICENCE_FILES_MAX; i++) {
		const struct tree_node *child = folder->children[i];
		if (child->type == TREE_FOLDER)
			read_folder(s, child, path[0] ? arena_printf(s->a, "%s/%s", path, child->name) : child->name,
				    depth + 1);
	}
}

/* Whether an expression names this licence, or one of this family. */
static bool mentions(const char *expression, const char *spdx, bool family)
{
	size_t len = strlen(spdx);
	for (const char *at = strstr(expression, spdx); at; at = strstr(at + 1, spdx)) {
		bool begins = at == expression || at[-1] == ' ' || at[-1] == '(';
		bool ends = at[len] == '\0' || at[len] == ' ' || at[len] == ')' || (family && at[len] == '-');
		if (begins && ends)
			return true;
	}
	return false;
}

static const struct answer *most_frequent(const struct answers *list, const char *family)
{
	const struct answer *best = NULL;
	for (size_t i = 0; i < list->len; i++) {
		const struct answer *x = &list->items[i];
		if (x->certain && (!family || mentions(x->spdx, family, true)) && (!best || x->times > best->times))
			best = x;
	}
	return best;
}

/* What notices in sources say of a GNU licence's text. */
static void settle(const struct search *s, struct answer *x)
{
	const struct answer *said = most_frequent(&s->tags, x->spdx);
	if (!said)
		said = most_frequent(&s->heads, x->spdx);
	if (!said)
		said = most_frequent(&s->readmes, x->spdx);
	x->certain = said != NULL;
	x->spdx = said ? said->spdx : arena_printf(s->a, "%s-only", x->spdx);
	x->open = false;
}

/* The GNU LGPL 3 stands on the text of the GPL, which therefore lies beside it. */
static void drop_foundation(struct answers *list)
{
	size_t lesser = list->len, foundation = list->len;
	for (size_t i = 0; i < list->len; i++) {
		lesser = strcmp(list->items[i].spdx, "LGPL-3.0") == 0 ? i : lesser;
		foundation = list->items[i].open && strcmp(list->items[i].spdx, "GPL-3.0") == 0 ? i : foundation;
	}
	if (lesser == list->len || foundation == list->len)
		return;
	memmove(&list->items[foundation], &list->items[foundation + 1],
		(list->len - foundation - 1) * sizeof(*list->items));
	list->len--;
}

/* The answer of a list, if it has one; with the others if there is a choice. */
static bool answer_of(const struct search *s, const struct answers *list, bool certain, struct licence *ret)
{
	enum { CHOICES_MAX = 3 };
	bool frequent = list == &s->tags || list == &s->heads;
	const struct answer *best = frequent ? most_frequent(list, NULL) : list->len ? &list->items[0] : NULL;
	if (!best && list->len && !certain)
		best = &list->items[0];
	if (!best || (certain && !best->certain))
		return false;
	struct answer first = *best;
	if (first.open)
		settle(s, &first);
	*ret = (struct licence){.spdx = first.spdx, .file = first.file, .certain = first.certain};
	bool choice = (list->choice || s->readmes.choice) && !frequent && list->len <= CHOICES_MAX;
	for (size_t i = 1; choice && i < list->len; i++) {
		struct answer next = list->items[i];
		if (next.open)
			settle(s, &next);
		ret->spdx = arena_printf(s->a, "%s OR %s", ret->spdx, next.spdx);
		ret->certain &= next.certain;
	}
	return true;
}

static void list_others(const struct search *s, struct licence *l)
{
	const struct answers *const lists[] = {&s->licences, &s->below, &s->deep, &s->tags, &s->heads};
	l->other.items = arena_array(s->a, LICENCE_OTHER_MAX, const char *);
	for (size_t i = 0; i < countof(lists); i++) {
		for (size_t j = 0; j < lists[i]->len && l->other.len < LICENCE_OTHER_MAX; j++) {
			const struct answer *x = &lists[i]->items[j];
			if (!x->certain || mentions(l->spdx, x->spdx, x->open))
				continue;
			const char *more = x->times > 1 ? arena_printf(s->a, " and %zu more", x->times - 1) : "";
			l->other.items[l->other.len++] = arena_printf(s->a, "%s in %s%s", x->spdx, x->file, more);
		}
	}
}

void licence_find(const struct tree_node *folder, struct arena *a, struct licence *ret)
{
	struct search s = {.a = a};
	struct answers *const lists[] = {&s.licences, &s.below, &s.tags, &s.readmes, &s.heads};
	bool found = false;
	*ret = (struct licence){.spdx = "NOASSERTION"};
	read_folder(&s, folder, "", 0);
	drop_foundation(&s.licences);
	drop_foundation(&s.below);
	for (int certain = 1; certain >= 0 && !found; certain--) {
		for (size_t i = 0; i < countof(lists) && !found; i++)
			found = answer_of(&s, lists[i], certain, ret);
	}
	list_others(&s, ret);
	for (size_t i = 0; i < countof(lists); i++)
		vec_release(lists[i]);
	vec_release(&s.deep);
}
