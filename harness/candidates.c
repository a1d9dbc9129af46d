#include "harness/candidate_commit.h"

#include "core/mem.h"
#include "harness/repo_door.h"
#include "harness/rewrite.h"
#include "harness/workfolder.h"

#include <unistd.h>

enum { NUMBER_MAX = 999999999, DIGITS_LEAST = 4, SHOWN = 12 };

#define REFERENCES "refs/candidates/"

/* The highest number that was ever given, so that a candidate which somebody removed does not free it. */
#define LAST_NUMBER "last-candidate"

const struct fs_walk_limits candidates_limits = {
	.entries = 10000,
	.file_bytes = 16 << 20,
	.total_bytes = 64 << 20,
	.depth = 32,
};

void candidate_name(const struct candidate *candidate, char ret_name[static CANDIDATE_NAME_MAX])
{
	snprintf(ret_name, CANDIDATE_NAME_MAX, "c%u", candidate->number);
}

/* ---- reading */

/* 1 to NUMBER_MAX, written in one way. */
static bool read_number(struct str digits, unsigned *ret)
{
	uint64_t number;
	if (!digits.len || digits.ptr[0] == '0' || !str_to_u64(digits, &number) || number > NUMBER_MAX)
		return false;
	*ret = (unsigned)number;
	return true;
}

static int refuse_reference(const char *name, const char *why, struct err *err)
{
	return err_set(err, ERR_PARSE, CANDIDATES_STORE ": %.200s %s; take it out with git -C " CANDIDATES_STORE
		       " update-ref -d %.200s", name, why, name);
}

static int read_candidate(struct door *door, const struct gitref *ref, struct arena *a, struct candidate *ret,
			  struct err *err)
{
	SCOPED_BUF struct buf commit;
	struct candidate c = {0};
	enum gittree_object type;
	size_t size;
	struct err why = {0};
	buf_init(&commit, CANDIDATE_COMMIT_MAX);
	if (!read_number(str_from(str_of(ref->name), strlen(REFERENCES)), &c.number))
		return refuse_reference(ref->name, "is no number of a candidate", err);
	if (door->store.examine(door, &ref->id, &type, &size, &why) < 0)
		return refuse_reference(ref->name, why.text, err);
	if (type != GITTREE_COMMIT)
		return refuse_reference(ref->name, "is no commit", err);
	if (door->store.read(door, &ref->id, &commit, &why) < 0 ||
	    candidate_commit_read(buf_str(&commit), a, &c, &why) < 0)
		return refuse_reference(ref->name, why.text, err);
	gittree_hex(&ref->id, c.commit);
	*ret = c;
	return 0;
}

static int by_number(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;
	return x->number < y->number ? -1 : x->number > y->number;
}

static int list_all(struct door *door, struct arena *a, struct candidate_list *ret, struct err *err)
{
	SCOPED_GITREFS struct gitref_list refs = {0};
	const char *damaged;
	if (door_list_matching(door, REFERENCES "*", a, &refs, &damaged, err) < 0)
		return -1;
	if (damaged)
		return refuse_reference(damaged, "leads nowhere", err);
	if (refs.len > CANDIDATES_MAX)
		return err_set(err, ERR_LIMIT, CANDIDATES_STORE ": more than %d candidates", CANDIDATES_MAX);
	struct candidate_list list = {arena_array(a, refs.len, struct candidate), refs.len};
	for (size_t i = 0; i < refs.len; i++) {
		if (read_candidate(door, &refs.items[i], a, &list.items[i], err) < 0)
			return -1;
	}
	if (list.len)
		qsort(list.items, list.len, sizeof(*list.items), by_number);
	*ret = list;
	return 0;
}

static const char *store_of(const char *project, struct arena *a)
{
	return arena_printf(a, "%s/" CANDIDATES_STORE, project);
}

/* door->git stays NULL if there is none. */
static int open_store(const char *project, struct arena *a, struct door *ret, struct err *err)
{
	const char *store = store_of(project, a);
	if (workfolder_check(project, err) < 0)
		return -1;
	if (!fs_exists(store))
		return 0;
	struct err why = {.text = "it is no repository that git can read"};
	if (door_open(store, "it", ret, &why) < 0 || !ret->git)
		return err_set(err, ERR_PARSE, "%.300s: %.300s; move it away, and add the candidates again", store,
			       why.text);
	ret->where = CANDIDATES_STORE;
	return 0;
}

int candidates_list(const char *project, struct arena *a, struct candidate_list *ret, struct err *err)
{
	SCOPED_DOOR struct door door = {0};
	if (open_store(project, a, &door, err) < 0)
		return -1;
	if (door.git)
		return list_all(&door, a, ret, err);
	*ret = (struct candidate_list){0};
	return 0;
}

int candidates_read(const char *project, const struct candidate *candidate, struct tree *tree, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	if (workfolder_check(project, err) < 0)
		return -1;
	if (repo_read_tree(store_of(project, &scratch), candidate->commit, &candidates_limits, tree, REWRITE_ROOT,
			   err) < 0)
		return err_wrap(err, "candidate c%u", candidate->number);
	return 0;
}

int candidates_commit(const char *project, const struct candidate *candidate, struct buf *out, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	SCOPED_DOOR struct door door = {0};
	struct gittree_id id;
	if (open_store(project, &scratch, &door, err) < 0)
		return -1;
	if (!door.git || !gittree_from_hex(str_of(candidate->commit), &id))
		return err_set(err, ERR_PARSE, "candidate c%u is not there any more", candidate->number);
	return door.store.read(&door, &id, out, err) < 0 ? err_wrap(err, "candidate c%u", candidate->number) : 0;
}

struct file_list {
	struct candidate_file *items;
	size_t len, cap;
};

static void collect(const struct tree_node *folder, const char *path, struct arena *a, struct file_list *list)
{
	for (size_t i = 0; i < folder->children_len; i++) {
		const struct tree_node *node = folder->children[i];
		const char *child = arena_printf(a, "%s%s%s", path, path[0] ? "/" : "", node->name);
		if (node->type == TREE_FOLDER)
			collect(node, child, a, list);
		else
			*vec_push(list) = (struct candidate_file){child, node};
	}
}

size_t candidate_files(const struct tree *tree, struct arena *a, struct candidate_file **ret)
{
	struct file_list list = {0};
	const struct tree_node *root = tree_find(tree, REWRITE_ROOT);
	if (root)
		collect(root, "", a, &list);
	*ret = arena_array(a, list.len, struct candidate_file);
	for (size_t i = 0; i < list.len; i++)
		(*ret)[i] = list.items[i];
	size_t len = list.len;
	vec_release(&list);
	return len;
}

/* ---- finding */

static bool is_prefix(const char *text)
{
	size_t len = strlen(text);
	return len >= DIGITS_LEAST && len < REPO_ID_MAX && strspn(text, "0123456789abcdefABCDEF") == len;
}

static bool begins_with(const char *commit, const char *prefix)
{
	for (; *prefix; prefix++, commit++) {
		char c = *prefix >= 'A' && *prefix <= 'F' ? (char)(*prefix - 'A' + 'a') : *prefix;
		if (*commit != c)
			return false;
	}
	return true;
}

/* "c1, c2 and c5", or the last ones. */
static const char *names_of(const struct candidate_list *list, struct arena *a)
{
	SCOPED_BUF struct buf names;
	size_t first = list->len > SHOWN ? list->len - SHOWN : 0;
	buf_init(&names, 1000);
	for (size_t i = first; i < list->len; i++)
		buf_printf(&names, "%sc%u", i == first ? (first ? "…, " : "") : i + 1 < list->len ? ", " : " and ",
			   list->items[i].number);
	return arena_str(a, buf_str(&names));
}

int candidates_none(const char *project, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	if (!fs_exists(arena_printf(&scratch, "%s/recast.json", project)))
		return err_set(err, ERR_USAGE,
			       "there is no recast.json in %.300s, and no candidate; `recast init SOURCE` describes a "
			       "library, in a folder of its own",
			       strcmp(project, ".") == 0 ? "this folder" : project);
	return err_set(err, ERR_USAGE,
		       "there are no candidates yet; `recast generate` has one written, `recast add DIR` takes one in");
}

static int refuse_unknown(const char *project, const struct candidate_list *list, const char *selector, struct arena *a,
			  struct err *err)
{
	if (list->len == 0)
		return candidates_none(project, err);
	return err_set(err, ERR_USAGE, "there is no candidate %.100s; there %s %s", selector,
		       list->len > 1 ? "are" : "is", names_of(list, a));
}

static const struct candidate *by_commit(const struct candidate_list *list, const char *prefix, size_t *ret_count)
{
	const struct candidate *found = NULL;
	*ret_count = 0;
	for (size_t i = 0; i < list->len; i++) {
		if (begins_with(list->items[i].commit, prefix)) {
			found = &list->items[i];
			++*ret_count;
		}
	}
	return found;
}

static const struct candidate *by_name(const struct candidate_list *list, const char *name)
{
	unsigned number;
	if (name[0] != 'c' || !read_number(str_of(name + 1), &number))
		return NULL;
	for (size_t i = 0; i < list->len; i++) {
		if (list->items[i].number == number)
			return &list->items[i];
	}
	return NULL;
}

int candidates_find(const char *project, const char *selector, struct arena *a, struct candidate *ret,
		    struct err *err)
{
	struct candidate_list list;
	size_t count = 1;
	if (candidates_list(project, a, &list, err) < 0)
		return -1;
	const struct candidate *found = by_name(&list, selector);
	if (!found && is_prefix(selector))
		found = by_commit(&list, selector, &count);
	if (!found)
		return refuse_unknown(project, &list, selector, a, err);
	if (count > 1)
		return err_set(err, ERR_USAGE, "%zu candidates have commits that begin with %.100s; write more of it, or "
			       "c%u", count, selector, found->number);
	*ret = *found;
	return 0;
}

/* ---- adding */

struct adding {
	const struct tree *files;
	const struct candidate *about;
	int64_t now_s;
	const char *store;
	const struct signer *signer; /* or NULL */
	struct arena *a;
};

static unsigned last_number(const struct adding *ad, const struct candidate_list *list)
{
	SCOPED_BUF struct buf text;
	unsigned last = 0;
	buf_init(&text, 64);
	const char *path = arena_printf(ad->a, "%s/" LAST_NUMBER, ad->store);
	if (fs_read(path, &text, NULL) < 0 || !read_number(str_trim(buf_str(&text)), &last))
		last = 0;
	return list->len && list->items[list->len - 1].number > last ? list->items[list->len - 1].number : last;
}

/* The number is taken before the reference is there, so that it is never given twice. */
static int give_number(const struct adding *ad, struct door *door, unsigned number, const struct gittree_id *commit,
		       struct candidate *ret, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct gitref ref = {.id = *commit};
	bool is_new = false;
	while (!is_new) {
		if (number == NUMBER_MAX)
			return err_set(err, ERR_LIMIT, "no number is left for another candidate");
		number++;
		const char *text = arena_printf(&scratch, "%u\n", number);
		if (fs_write(arena_printf(&scratch, "%s/" LAST_NUMBER, ad->store), str_of(text), err) < 0)
			return -1;
		ref.name = arena_printf(&scratch, REFERENCES "%u", number);
		if (door_create(door, ref.name, commit, &is_new, err) < 0)
			return -1;
	}
	return read_candidate(door, &ref, ad->a, ret, err);
}

static bool is_same_attempt(const struct candidate *a, const struct candidate *b)
{
	return strcmp(a->run, b->run) == 0 && strcmp(a->unit, b->unit) == 0 && strcmp(a->round, b->round) == 0 &&
	       strcmp(a->reply, b->reply) == 0;
}

/* `wanted` is the candidate as it would be read. */
static const struct candidate *find_same(const struct candidate_list *list, const struct candidate *wanted)
{
	for (size_t i = 0; i < list->len; i++) {
		const struct candidate *c = &list->items[i];
		if (strcmp(c->tree, wanted->tree) == 0 && (!wanted->run[0] || is_same_attempt(c, wanted)))
			return c;
	}
	return NULL;
}

static int write_commit(const struct adding *ad, struct door *door, struct str bytes, struct gittree_id *ret,
			struct err *err)
{
	SCOPED_BUF struct buf with;
	struct str signature;
	buf_init(&with, CANDIDATE_COMMIT_MAX);
	if (!ad->signer)
		return door->store.write(door, GITTREE_COMMIT, bytes, ret, err);
	if (ad->signer->sign(ad->signer->data, bytes, ad->a, &signature, err) < 0 ||
	    candidate_commit_sign(bytes, signature, &with, err) < 0)
		return -1;
	return door->store.write(door, GITTREE_COMMIT, buf_str(&with), ret, err);
}

static int add(const struct adding *ad, struct door *door, struct candidate *ret, bool *ret_new, struct err *err)
{
	SCOPED_BUF struct buf bytes;
	struct candidate_list list;
	struct gittree_id tree, commit;
	struct candidate wanted = {0};
	buf_init(&bytes, CANDIDATE_COMMIT_MAX);
	if (list_all(door, ad->a, &list, err) < 0 ||
	    gittree_write(ad->files, REWRITE_ROOT, &candidates_limits, &door->store, &tree, err) < 0 ||
	    candidate_commit_write(ad->about, &tree, ad->now_s, &bytes, err) < 0 ||
	    candidate_commit_read(buf_str(&bytes), ad->a, &wanted, err) < 0)
		return -1;
	const struct candidate *old = find_same(&list, &wanted);
	if (old) {
		*ret = *old;
		*ret_new = false;
		return 0;
	}
	if (list.len == CANDIDATES_MAX)
		return err_set(err, ERR_LIMIT, "there are %d candidates already, and no more are kept", CANDIDATES_MAX);
	if (write_commit(ad, door, buf_str(&bytes), &commit, err) < 0 ||
	    give_number(ad, door, last_number(ad, &list), &commit, ret, err) < 0)
		return -1;
	*ret_new = true;
	return 0;
}

int candidates_add_signed(const char *project, const struct tree *files, const struct candidate *about, int64_t now_s,
			  const struct signer *signer, struct arena *a, struct candidate *ret, bool *ret_new,
			  struct err *err)
{
	SCOPED_DOOR struct door door = {0};
	struct adding ad = {
		.files = files,
		.about = about,
		.now_s = now_s,
		.store = store_of(project, a),
		.signer = signer,
		.a = a,
	};
	struct gittree_id unused;
	int lock = -1;
	if (gittree_write(files, REWRITE_ROOT, &candidates_limits, NULL, &unused, err) < 0 ||
	    workfolder_make(project, err) < 0 || workfolder_lock(project, &lock, err) < 0)
		return -1;
	int result = door_make(ad.store, &door, err);
	if (result == 0) {
		door.where = CANDIDATES_STORE;
		result = add(&ad, &door, ret, ret_new, err);
	}
	close(lock);
	return result;
}

int candidates_add(const char *project, const struct tree *files, const struct candidate *about, int64_t now_s,
		   struct arena *a, struct candidate *ret, bool *ret_new, struct err *err)
{
	return candidates_add_signed(project, files, about, now_s, NULL, a, ret, ret_new, err);
}
