#include "harness/repo.h"

#include "harness/repo_door.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

const struct repo_limits repo_default_limits = {
	.files = {.entries = 200000, .file_bytes = 64 << 20, .total_bytes = 1 << 30, .depth = 64},
	.transfer_bytes = (uint64_t)4 << 30,
};

#define INCOMING "incoming-" /* and the number of the process that fetches */

struct import {
	const char *store, *ref; /* ref may be NULL */
	const char *where;       /* the source, for messages */
	const struct repo_limits *limits;
	const struct observer *observer;
	struct arena *a;
	struct repo_source *source; /* what is being found out */
};

static void set_id(struct repo_source *s, enum repo_kind kind, const struct gittree_id *id)
{
	s->kind = kind;
	gittree_hex(id, s->id);
}

/* The tree is referred to, and not the commit: its history may be missing, and then git could not
 * walk the references. */
static int keep_tree(struct door *store, const struct gittree_id *tree, struct err *err)
{
	char name[100], hex[GITTREE_HEX];
	gittree_hex(tree, hex);
	snprintf(name, sizeof(name), "refs/recast/trees/%s", hex);
	return door_keep(store, name, tree, err);
}

/* The commit comes last, so that one that is there is whole. */
static int copy_commit(const struct import *im, struct door *from, struct door *store, const struct gittree_id *id,
		       const struct gittree_id *tree, struct err *err)
{
	const struct fs_walk_limits *limits = &im->limits->files;
	SCOPED_BUF struct buf commit;
	struct gittree_id written;
	buf_init(&commit, limits->file_bytes);
	if (gittree_copy(&from->store, &store->store, tree, limits, im->a, &im->source->submodules, err) < 0)
		return err_wrap(err, "%.300s", im->where);
	if (from->store.read(from, id, &commit, err) < 0 ||
	    store->store.write(store, GITTREE_COMMIT, buf_str(&commit), &written, err) < 0)
		return -1;
	return keep_tree(store, tree, err);
}

/* Whoever works in that repository would take its results for recast's. */
static int refuse_forged(const struct import *im, const struct door *from, const struct gittree_id *tree,
			 struct err *err)
{
	bool tracked;
	if (gittree_has(&from->store, tree, ".recast", &tracked, err) < 0)
		return err_wrap(err, "%.300s", im->where);
	if (!tracked)
		return 0;
	return err_set(err, ERR_USAGE,
		       "%.300s tracks a .recast, which may hold results that recast never made; take it out of the "
		       "repository (git rm -r --cached .recast, commit), or name an older commit with --ref",
		       im->where);
}

static int import_commit(const struct import *im, struct door *from, const struct gittree_id *id, struct err *err)
{
	SCOPED_DOOR struct door store = {0};
	struct gittree_id commit, tree;
	if (door_peel(from, id, GITTREE_COMMIT, &commit, &tree, err) < 0 ||
	    refuse_forged(im, from, &tree, err) < 0 || door_make(im->store, &store, err) < 0)
		return -1;
	event_send(im->observer, EVENT_STAGE, "reading the repository", 0);
	int result = copy_commit(im, from, &store, &commit, &tree, err);
	event_send(im->observer, EVENT_DONE, "", 0);
	set_id(im->source, REPO_COMMIT, &commit);
	return result;
}

/* ---- folders of this machine */

static bool is_own(const char *path)
{
	return strcmp(path, "recast.json") == 0 || strcmp(path, "RECAST.md") == 0 || strcmp(path, ".recast") == 0 ||
	       str_starts(str_of(path), STR(".recast/"));
}

static void add_change(void *data, const char *path)
{
	const struct import *im = data;
	struct repo_source *s = im->source;
	if (is_own(path))
		return;
	if (s->changed_len < REPO_NAMES_MAX)
		s->changed[s->changed_len] = arena_strdup(im->a, path);
	s->changed_len++;
}

/* *ret_is is false if there is no such commit. */
static int find_head(const struct import *im, struct door *from, bool *ret_is, struct gittree_id *ret,
		     struct err *err)
{
	struct gitref head;
	if (door_head(from, im->a, &head, err) < 0)
		return -1;
	*ret_is = head.name != NULL;
	*ret = head.id;
	im->source->branch = head.name ? gitref_short(head.name) : "";
	return 0;
}

static int find_ref(const struct import *im, struct door *from, struct gittree_id *ret, struct err *err)
{
	SCOPED_GITREFS struct gitref_list list = {0};
	const struct gitref *found;
	bool is_id;
	if (door_list(from, im->a, &list, err) < 0 || gitref_choose(&list, im->ref, im->where, &found, err) < 0)
		return -1;
	if (found) {
		*ret = found->id;
		im->source->branch = gitref_short(found->name);
		return 0;
	}
	if (door_find(from, im->ref, &is_id, ret, err) < 0)
		return -1;
	return is_id ? 0 : gitref_unknown(&list, im->ref, im->where, err);
}

static int import_repository(struct import *im, const char *folder, struct door *from, struct err *err)
{
	struct gittree_id id;
	bool has_commit = true;
	if ((im->ref ? find_ref(im, from, &id, err) : find_head(im, from, &has_commit, &id, err)) < 0)
		return -1;
	if (!has_commit)
		return err_set(err, ERR_USAGE, "the repository %.300s has no commit at its HEAD yet", im->where);
	if (import_commit(im, from, &id, err) < 0)
		return -1;
	if (im->ref || !fs_exists(arena_printf(im->a, "%s/.git", folder)))
		return 0;
	return door_changes(from, folder, add_change, im, err);
}

static int import_plain(const struct import *im, const char *folder, struct err *err)
{
	SCOPED_DOOR struct door store = {0};
	struct gittree_id id;
	if (im->ref)
		return err_set(err, ERR_USAGE, "%.300s is no repository, so there is no %.100s in it", im->where,
			       im->ref);
	if (door_make(im->store, &store, err) < 0 ||
	    gittree_snapshot(folder, &im->limits->files, &store.store, &id, err) < 0)
		return -1;
	set_id(im->source, REPO_TREE, &id);
	im->source->branch = "";
	return keep_tree(&store, &id, err);
}

static int import_folder(struct import *im, const char *folder, bool may_be_plain, struct err *err)
{
	SCOPED_DOOR struct door from = {0};
	struct stat st;
	if (stat(folder, &st) < 0 && errno != ENOENT && errno != ENOTDIR)
		return err_errno(err, "cannot examine %.300s", im->where);
	if (!fs_exists(folder))
		return err_set(err, ERR_USAGE, "there is no folder or repository %.300s", im->where);
	if (!S_ISDIR(st.st_mode))
		return err_set(err, ERR_USAGE, "%.300s is a file; a folder, a repository or an address is wanted",
			       im->where);
	if (door_open(folder, im->where, &from, err) < 0)
		return -1;
	if (from.git)
		return import_repository(im, folder, &from, err);
	if (fs_exists(arena_printf(im->a, "%s/.git", folder)))
		return err_set(err, ERR_PARSE, "%.300s/.git is no repository that git can read; repair or remove it",
			       im->where);
	if (!may_be_plain)
		return err_set(err, ERR_USAGE, "there is no repository at %.300s", im->where);
	return import_plain(im, folder, err);
}

/* ---- other machines */

struct wish {
	const struct import *im;
	struct door *store;
	bool is_known; /* which object is meant; else im->ref is the beginning of an id */
	bool is_here;  /* it was brought before */
	struct gittree_id id;
};

static int choose(void *data, const struct gitref_list *list, const char **ret_wanted, struct err *err)
{
	struct wish *w = data;
	const struct import *im = w->im;
	const struct gitref *found;
	if (list->len == 0)
		return err_set(err, ERR_USAGE, "the repository %.300s has no commit yet", im->where);
	if (gitref_choose(list, im->ref ? im->ref : "HEAD", im->where, &found, err) < 0)
		return -1;
	w->is_known = found != NULL;
	*ret_wanted = ""; /* an id can be anywhere in the history */
	if (!found)
		return 0;
	w->id = found->id;
	w->is_here = w->store->store.has(w->store, &found->id);
	*ret_wanted = w->is_here ? NULL : found->name;
	im->source->branch = arena_strdup(im->a, gitref_short(found->target ? found->target : found->name));
	return 0;
}

/* What was fetched is looked at like a repository of this machine, and no more of it is taken over
 * than that. So nothing that a stranger sends is in the store but the objects of a whole tree. */
static int take_over(const struct import *im, struct door *store, struct door *incoming, struct wish *w,
		     struct err *err)
{
	const struct gitref_list none = {0};
	bool is_id = true;
	if (!w->is_known && door_find(incoming, im->ref, &is_id, &w->id, err) < 0)
		return -1;
	if (!is_id)
		return gitref_unknown(&none, im->ref, im->where, err);
	return import_commit(im, w->is_here ? store : incoming, &w->id, err);
}

/* A machine that hangs up is an error here, and not the end of the process. */
static int fetch_quietly(struct door *incoming, const struct door_fetch *fetch, struct err *err)
{
	struct sigaction before, ignore = {.sa_handler = SIG_IGN};
	sigaction(SIGPIPE, &ignore, &before);
	int result = door_fetch(incoming, fetch, err);
	sigaction(SIGPIPE, &before, NULL);
	return result;
}

static int fetch_into(const struct import *im, const struct address *address, const char *folder, struct err *err)
{
	SCOPED_DOOR struct door store = {0};
	SCOPED_DOOR struct door incoming = {0};
	struct wish wish = {.im = im, .store = &store};
	struct door_fetch fetch = {.address = address, .limit_bytes = im->limits->transfer_bytes,
				   .observer = im->observer, .a = im->a, .choose = choose, .data = &wish};
	if (door_make(im->store, &store, err) < 0 || door_make(folder, &incoming, err) < 0)
		return -1;
	incoming.where = im->where;
	event_send(im->observer, EVENT_STAGE, arena_printf(im->a, "fetching %.300s", address->clean), 0);
	int result = fetch_quietly(&incoming, &fetch, err);
	event_send(im->observer, EVENT_DONE, "", 0);
	return result < 0 ? -1 : take_over(im, &store, &incoming, &wish, err);
}

/* A descriptor that holds the folder until it is closed, or the process dies; -1 if another has it. */
static int hold(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Removes what runs that were killed left behind. */
static void remove_leftovers(const struct import *im)
{
	DIR *dir = opendir(im->store);
	const struct dirent *e;
	while (dir && (e = readdir(dir))) {
		const char *folder = arena_printf(im->a, "%s/%s", im->store, e->d_name);
		int fd = str_starts(str_of(e->d_name), STR(INCOMING)) ? hold(folder) : -1;
		if (fd < 0)
			continue;
		fs_remove(folder, NULL);
		close(fd);
	}
	if (dir)
		closedir(dir);
}

static int import_remote(const struct import *im, const struct address *address, struct err *err)
{
	const char *folder = arena_printf(im->a, "%s/%s%ld", im->store, INCOMING, (long)getpid());
	remove_leftovers(im);
	if (fs_mkdirs(folder, 0777, err) < 0)
		return -1;
	int fd = hold(folder);
	int result = fetch_into(im, address, folder, err);
	fs_remove(folder, NULL);
	if (fd >= 0)
		close(fd);
	return result;
}

/* An absolute path, in the arena. */
static const char *absolute(const char *path, struct arena *a)
{
	char *real = realpath(path, NULL);
	const char *copy = arena_strdup(a, real ? real : path);
	free(real);
	return copy;
}

int repo_import(const char *store, const char *source, const char *ref, const struct repo_limits *limits,
		const struct observer *observer, struct arena *a, struct repo_source *ret, struct err *err)
{
	struct address address = {.kind = ADDRESS_PATH, .clean = source, .path = source};
	struct repo_source found = {.branch = ""};
	struct import im = {.store = store, .ref = ref, .limits = limits, .observer = observer, .a = a,
			    .source = &found};
	/* "a:b" is an address, unless there is a folder of that name. */
	if (!fs_exists(source) && address_parse(source, a, &address, err) < 0)
		return -1;
	im.where = address.clean;
	bool is_path = address.kind == ADDRESS_PATH;
	int result = address.path ? import_folder(&im, absolute(address.path, a), is_path, err) :
				    import_remote(&im, &address, err);
	if (result < 0)
		return -1;
	found.address = is_path ? absolute(source, a) : address.clean;
	found.name = is_path ? address_name(found.address, a) : address.name;
	*ret = found;
	return 0;
}

int repo_head(const char *folder, struct arena *a, bool *ret_is, struct repo_source *ret, struct err *err)
{
	SCOPED_DOOR struct door door = {0};
	struct repo_source found = {.address = absolute(folder, a)};
	struct import im = {.where = found.address, .a = a, .source = &found};
	struct gittree_id id;
	bool is = false;
	found.name = address_name(found.address, a);
	bool is_root = fs_exists(arena_printf(a, "%s/.git", found.address));
	if (is_root && door_open(found.address, im.where, &door, err) < 0)
		return -1;
	if (door.git && find_head(&im, &door, &is, &id, err) < 0)
		return -1;
	if (is && door_changes(&door, found.address, add_change, &im, err) < 0)
		return -1;
	if (is) {
		set_id(&found, REPO_COMMIT, &id);
		*ret = found;
	}
	*ret_is = is;
	return 0;
}

int repo_find(const char *folder, const char *ref, struct arena *a, bool *ret_is, struct repo_source *ret,
	      struct err *err)
{
	SCOPED_DOOR struct door door = {0};
	struct repo_source found = {.address = absolute(folder, a), .branch = ""};
	struct import im = {.ref = ref, .where = found.address, .a = a, .source = &found};
	struct gittree_id id, commit, tree;
	if (door_open(found.address, found.address, &door, err) < 0)
		return -1;
	if (door.git && (find_ref(&im, &door, &id, err) < 0 ||
			 door_peel(&door, &id, GITTREE_COMMIT, &commit, &tree, err) < 0))
		return -1;
	if (door.git) {
		found.name = address_name(found.address, a);
		set_id(&found, REPO_COMMIT, &commit);
		*ret = found;
	}
	*ret_is = door.git != NULL;
	return 0;
}
