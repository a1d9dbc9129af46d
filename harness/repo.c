#include "harness/repo.h"

#include "core/mem.h"
#include "harness/login.h"
#include "harness/repo_door.h"

#include "core/process.h"

#include <git2.h>
#include <pthread.h>

enum { REFS_MAX = 100000, PEEL_BYTES_MAX = 64 << 20 };

const char *repo_library_version(void)
{
	static char text[32];
	int major, minor, patch;
	git_libgit2_version(&major, &minor, &patch);
	snprintf(text, sizeof(text), "%d.%d.%d", major, minor, patch);
	return text;
}

const char *repo_library_path(struct arena *a)
{
	return process_library_path(PROCESS_ADDRESS(git_libgit2_init), a);
}

/*
 * Configuration of the user and of the machine is switched off, so that the same
 * source means the same everywhere. Who owns a repository does not matter, since
 * nothing that it names is ever run. Of the extensions, these change nothing for
 * somebody who only reads.
 */
static void set_up(void)
{
	static const git_config_level_t levels[] = {GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM,
						    GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL};
	static const char *extensions[] = {"partialclone", "preciousobjects", "worktreeconfig"};
	git_libgit2_init();
	for (size_t i = 0; i < countof(levels); i++)
		git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, levels[i], "");
	git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
	git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions, countof(extensions));
}

static void start(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, set_up);
}

static const char *last_message(void)
{
	const git_error *last = git_error_last();
	return last && last->message ? last->message : "libgit2 does not say why";
}

static int damaged(const struct door *door, struct err *err)
{
	return err_set(err, ERR_PARSE, "the repository %.300s is damaged: %.300s; run git fsck there", door->where,
		       last_message());
}

static int cannot_write(const char *where, struct err *err)
{
	return err_set(err, ERR_OS, "cannot write to the repository %.300s: %.300s", where, last_message());
}

/* ---- objects */

static git_oid oid_of(const struct gittree_id *id)
{
	git_oid oid;
	memcpy(oid.id, id->bytes, GITTREE_ID_BYTES);
	return oid;
}

static struct gittree_id id_of(const git_oid *oid)
{
	struct gittree_id id;
	memcpy(id.bytes, oid->id, GITTREE_ID_BYTES);
	return id;
}

static int object_failed(const struct door *door, const struct gittree_id *id, int code, struct err *err)
{
	char hex[GITTREE_HEX];
	gittree_hex(id, hex);
	bool missing = code == GIT_ENOTFOUND;
	return err_set(err, ERR_PARSE, "the repository %.300s is damaged%s: object %s %s%.200s; run git fsck there",
		       door->where, missing ? " or a partial clone" : "", hex, missing ? "is missing" : "cannot be read: ",
		       missing ? "" : last_message());
}

static int examine_object(void *data, const struct gittree_id *id, enum gittree_object *ret_type, size_t *ret_size,
			  struct err *err)
{
	const struct door *door = data;
	git_oid oid = oid_of(id);
	git_object_t type;
	size_t size;
	int code = git_odb_read_header(&size, &type, door->odb, &oid);
	if (code < 0)
		return object_failed(door, id, code, err);
	*ret_type = (enum gittree_object)type;
	*ret_size = size;
	return 0;
}

static int read_object(void *data, const struct gittree_id *id, struct buf *out, struct err *err)
{
	const struct door *door = data;
	git_oid oid = oid_of(id);
	git_odb_object *object;
	enum gittree_object type;
	size_t size;
	if (examine_object(data, id, &type, &size, err) < 0)
		return -1;
	if (size > out->max)
		return err_set(err, ERR_LIMIT, "an object of %zu bytes, more than the limit of %zu", size, out->max);
	int code = git_odb_read(&object, door->odb, &oid);
	if (code < 0)
		return object_failed(door, id, code, err);
	buf_clear(out);
	buf_append(out, git_odb_object_data(object), git_odb_object_size(object));
	git_odb_object_free(object);
	return buf_check(out, "an object", err);
}

static bool has_object(void *data, const struct gittree_id *id)
{
	const struct door *door = data;
	git_oid oid = oid_of(id);
	return git_odb_exists_ext(door->odb, &oid, GIT_ODB_LOOKUP_NO_REFRESH);
}

static int write_object(void *data, enum gittree_object type, struct str bytes, struct gittree_id *ret,
			struct err *err)
{
	const struct door *door = data;
	git_oid oid;
	if (git_odb_write(&oid, door->odb, bytes.ptr ? bytes.ptr : "", bytes.len, (git_object_t)type) < 0)
		return cannot_write(door->where, err);
	*ret = id_of(&oid);
	return 0;
}

int door_peel(struct door *door, const struct gittree_id *id, enum gittree_object type, struct gittree_id *ret_id,
	      struct gittree_id *ret_tree, struct err *err)
{
	git_oid oid = oid_of(id);
	git_object *object, *peeled;
	enum gittree_object found;
	size_t size;
	if (examine_object(door, id, &found, &size, err) < 0)
		return -1;
	if (size > PEEL_BYTES_MAX)
		return err_set(err, ERR_LIMIT, "%.300s: a commit or tag of %zu bytes", door->where, size);
	int code = git_object_lookup(&object, door->git, &oid, GIT_OBJECT_ANY);
	if (code < 0)
		return object_failed(door, id, code, err);
	code = git_object_peel(&peeled, object, (git_object_t)type);
	git_object_free(object);
	if (code == GIT_EINVALIDSPEC || code == GIT_EPEEL)
		return err_set(err, ERR_USAGE, "what was asked for in %.300s is no commit", door->where);
	if (code < 0)
		return damaged(door, err);
	*ret_id = id_of(git_object_id(peeled));
	*ret_tree = type == GITTREE_TREE ? *ret_id : id_of(git_commit_tree_id((git_commit *)peeled));
	git_object_free(peeled);
	return 0;
}

/* ---- opening */

void door_release(struct door *door)
{
	git_odb_free(door->odb);
	git_repository_free(door->git);
	*door = (struct door){0};
}

static int enter(git_repository *git, const char *where, struct door *ret, struct err *err)
{
	*ret = (struct door){.git = git, .where = where};
	ret->store = (struct gittree_store){ret, examine_object, read_object, has_object, write_object};
	if (git_repository_odb(&ret->odb, git) == 0)
		return 0;
	damaged(ret, err);
	door_release(ret);
	return -1;
}

int door_open(const char *folder, const char *where, struct door *ret, struct err *err)
{
	git_repository *git = NULL;
	start();
	int code = git_repository_open_ext(&git, folder, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL);
	if (code < 0 && code != GIT_ENOTFOUND)
		return err_set(err, ERR_PARSE, "cannot read the repository %.300s: %.300s", where, last_message());
	if (code == 0)
		return enter(git, where, ret, err);
	*ret = (struct door){.where = where};
	return 0;
}

/* `git gc` could not walk commits whose parents are not here, so nothing is ever collected. */
static int switch_gc_off(git_repository *git)
{
	git_config *config = NULL;
	bool is_off = git_repository_config(&config, git) == 0 &&
		      git_config_set_string(config, "gc.pruneExpire", "never") == 0 &&
		      git_config_set_int32(config, "gc.auto", 0) == 0;
	git_config_free(config);
	return is_off ? 0 : -1;
}

int door_make(const char *folder, struct door *ret, struct err *err)
{
	git_repository_init_options options;
	git_repository *git = NULL;
	start();
	if (git_repository_open_ext(&git, folder, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL) == 0)
		return enter(git, folder, ret, err);
	git_repository_init_options_init(&options, GIT_REPOSITORY_INIT_OPTIONS_VERSION);
	options.flags = GIT_REPOSITORY_INIT_BARE | GIT_REPOSITORY_INIT_MKPATH;
	if (git_repository_init_ext(&git, folder, &options) < 0 || switch_gc_off(git) < 0) {
		git_repository_free(git);
		return cannot_write(folder, err);
	}
	return enter(git, folder, ret, err);
}

/* ---- names */

int door_head(struct door *door, struct arena *a, struct gitref *ret, struct err *err)
{
	git_reference *head = NULL;
	int code = git_repository_head(&head, door->git);
	if (code == GIT_EUNBORNBRANCH || code == GIT_ENOTFOUND) {
		*ret = (struct gitref){0};
		return 0;
	}
	if (code < 0)
		return damaged(door, err);
	ret->name = arena_strdup(a, git_reference_name(head));
	ret->id = id_of(git_reference_target(head));
	ret->target = NULL;
	git_reference_free(head);
	return 0;
}

/* One that is damaged may not be the one that is wanted. */
static void add_ref(struct door *door, struct arena *a, const char *name, struct gitref_list *list)
{
	git_oid oid;
	if (git_reference_name_to_id(&oid, door->git, name) == 0)
		*vec_push(list) = (struct gitref){.name = arena_strdup(a, name), .id = id_of(&oid)};
}

int door_list(struct door *door, struct arena *a, struct gitref_list *list, struct err *err)
{
	git_reference_iterator *iterator;
	const char *name;
	if (git_reference_iterator_new(&iterator, door->git) < 0)
		return damaged(door, err);
	add_ref(door, a, "HEAD", list);
	while (list->len < REFS_MAX && git_reference_next_name(&name, iterator) == 0)
		add_ref(door, a, name, list);
	git_reference_iterator_free(iterator);
	return 0;
}

int door_list_matching(struct door *door, const char *pattern, struct arena *a, struct gitref_list *list,
		       const char **ret_damaged, struct err *err)
{
	git_reference_iterator *iterator;
	const char *name, *damaged_name = NULL;
	if (git_reference_iterator_glob_new(&iterator, door->git, pattern) < 0)
		return damaged(door, err);
	while (list->len < REFS_MAX && git_reference_next_name(&name, iterator) == 0) {
		size_t before = list->len;
		add_ref(door, a, name, list);
		if (list->len == before && !damaged_name)
			damaged_name = arena_strdup(a, name);
	}
	git_reference_iterator_free(iterator);
	*ret_damaged = damaged_name;
	return 0;
}

int door_find(struct door *door, const char *digits, bool *ret_is, struct gittree_id *ret, struct err *err)
{
	git_oid prefix, found;
	size_t len = strlen(digits);
	int code = GIT_ENOTFOUND;
	if (len <= GIT_OID_HEXSZ && git_oid_fromstrn(&prefix, digits, len) == 0)
		code = git_odb_exists_prefix(&found, door->odb, &prefix, len);
	if (code == GIT_EAMBIGUOUS)
		return err_set(err, ERR_USAGE, "more than one object of %.300s begins with %s; write more of it",
			       door->where, digits);
	if (code < 0 && code != GIT_ENOTFOUND)
		return damaged(door, err);
	*ret_is = code == 0;
	if (code == 0)
		*ret = id_of(&found);
	return 0;
}

int door_keep(struct door *door, const char *name, const struct gittree_id *id, struct err *err)
{
	git_reference *reference;
	git_oid oid = oid_of(id);
	if (git_reference_create(&reference, door->git, name, &oid, 1, NULL) < 0)
		return cannot_write(door->where, err);
	git_reference_free(reference);
	return 0;
}

int door_create(struct door *door, const char *name, const struct gittree_id *id, bool *ret_new, struct err *err)
{
	git_reference *reference = NULL;
	git_oid oid = oid_of(id);
	int code = git_reference_create(&reference, door->git, name, &oid, 0, NULL);
	if (code < 0 && code != GIT_EEXISTS)
		return cannot_write(door->where, err);
	git_reference_free(reference);
	*ret_new = code == 0;
	return 0;
}

/* ---- work trees */

struct shower {
	void (*show)(void *data, const char *path);
	void *data;
};

static int show_change(const char *path, unsigned flags, void *data)
{
	const struct shower *s = data;
	(void)flags;
	s->show(s->data, path);
	return 0;
}

/* libgit2 leaks when it is told what it knows. */
static bool is_work_tree(const struct door *door, const char *folder)
{
	const char *known = git_repository_workdir(door->git);
	size_t len = strlen(folder);
	return known && strncmp(known, folder, len) == 0 && strcmp(known + len, "/") == 0;
}

/* The index is read and never refreshed; the folder is the one that was named, whatever
 * core.worktree says. */
int door_changes(struct door *door, const char *folder, void (*show)(void *data, const char *path), void *data,
		 struct err *err)
{
	git_status_options options;
	struct shower shower = {show, data};
	int code = is_work_tree(door, folder) ? 0 : git_repository_set_workdir(door->git, folder, 0);
	git_status_options_init(&options, GIT_STATUS_OPTIONS_VERSION);
	options.flags = GIT_STATUS_OPT_INCLUDE_UNTRACKED | GIT_STATUS_OPT_EXCLUDE_SUBMODULES |
			GIT_STATUS_OPT_NO_REFRESH;
	if (code < 0 || git_status_foreach_ext(door->git, &options, show_change, &shower) < 0)
		return err_set(err, ERR_PARSE, "cannot compare %.300s with its HEAD: %.300s", door->where,
			       last_message());
	return 0;
}

int door_index(struct door *door, void (*show)(void *data, const char *path), void *data, struct err *err)
{
	git_index *index;
	if (git_repository_index(&index, door->git) < 0)
		return damaged(door, err);
	for (size_t i = 0; i < git_index_entrycount(index); i++)
		show(data, git_index_get_byindex(index, i)->path);
	git_index_free(index);
	return 0;
}

/* ---- other machines */

struct transfer {
	const struct door_fetch *fetch;
	struct login login;
	size_t shown_mib; /* of what has come */
	bool is_over;     /* more came than may */
};

static int acquire(git_credential **out, const char *url, const char *user, unsigned allowed, void *data)
{
	struct transfer *t = data;
	struct login *l = &t->login;
	unsigned takes = (allowed & GIT_CREDENTIAL_USERNAME ? LOGIN_TAKES_NAME : 0) |
			 (allowed & GIT_CREDENTIAL_USERPASS_PLAINTEXT ? LOGIN_TAKES_PASSWORD : 0) |
			 (allowed & GIT_CREDENTIAL_SSH_KEY ? LOGIN_TAKES_KEY : 0);
	(void)url;
	switch (login_next(l, takes)) {
	case LOGIN_NAME:
		return git_credential_username_new(out, l->name);
	case LOGIN_PASSWORD:
		return git_credential_userpass_plaintext_new(out, l->name, l->password);
	case LOGIN_AGENT:
		return git_credential_ssh_key_from_agent(out, user ? user : l->name);
	case LOGIN_KEY:
		return git_credential_ssh_key_new(out, user ? user : l->name, NULL, l->key, "");
	case LOGIN_NONE:
		break;
	}
	return GIT_EAUTH;
}

/* libgit2 before 1.5.1 took any host key unless somebody objected. */
static int check_certificate(git_cert *certificate, int valid, const char *host, void *data)
{
	(void)certificate;
	(void)host;
	(void)data;
	return valid ? 0 : GIT_ECERTIFICATE;
}

static int show_progress(const git_indexer_progress *progress, void *data)
{
	struct transfer *t = data;
	size_t mib = progress->received_bytes >> 20;
	char text[64];
	t->is_over = progress->received_bytes > t->fetch->limit_bytes;
	if (mib > t->shown_mib) {
		t->shown_mib = mib;
		snprintf(text, sizeof(text), "%zu MiB", mib);
		event_send(t->fetch->observer, EVENT_STEP, text, 0);
	}
	return t->is_over ? GIT_EUSER : 0;
}

static int transfer_failed(const struct transfer *t, int code, struct err *err)
{
	const struct address *address = t->fetch->address;
	const char *message = last_message();
	if (t->is_over)
		return err_set(err, ERR_LIMIT, "%.300s sent more than the limit of %llu bytes", address->clean,
			       (unsigned long long)t->fetch->limit_bytes);
	if (code == GIT_ECERTIFICATE && address->kind == ADDRESS_SSH)
		return err_set(err, ERR_REMOTE, "%.300s: its host key is not in ~/.ssh/known_hosts, or has changed; "
			       "connect once with ssh and check it", address->clean);
	if (code == GIT_ECERTIFICATE)
		return err_set(err, ERR_REMOTE, "%.300s: its certificate is not valid", address->clean);
	if (t->login.asked && t->login.shown)
		return err_set(err, ERR_REMOTE, "%.300s did not accept the name, password or keys that it was shown",
			       address->clean);
	if (t->login.asked)
		return err_set(err, ERR_REMOTE, "%.300s asks for a name and password, which can stand in the address, "
			       "or there is no such repository", address->clean);
	return err_set(err, ERR_REMOTE, "cannot fetch from %.300s: %.300s", address->clean,
		       address_betrayed(address, message) ? "the reason quotes the address" : message);
}

/* Another attempt continues with the next key: libgit2 gives up when there is no agent. */
static int connect_remote(git_remote *remote, struct transfer *t, const git_fetch_options *options)
{
	git_remote_connect_options connect;
	size_t before;
	int code;
	git_remote_connect_options_init(&connect, GIT_REMOTE_CONNECT_OPTIONS_VERSION);
	connect.callbacks = options->callbacks;
	connect.proxy_opts = options->proxy_opts;
	connect.follow_redirects = options->follow_redirects;
	do {
		before = t->login.shown;
		code = git_remote_connect_ext(remote, GIT_DIRECTION_FETCH, &connect);
	} while (code < 0 && t->login.shown > before && t->fetch->address->kind == ADDRESS_SSH);
	return code;
}

/* An annotated tag is followed by the commit that it stands for: "refs/tags/v1^{}". */
static void add_head(const struct transfer *t, const git_remote_head *head, struct gitref_list *list)
{
	struct str name = str_of(head->name);
	struct gitref *last = list->len ? &list->items[list->len - 1] : NULL;
	const char *target = head->symref_target ? arena_strdup(t->fetch->a, head->symref_target) : NULL;
	if (!str_ends(name, STR("^{}")))
		*vec_push(list) = (struct gitref){arena_str(t->fetch->a, name), id_of(&head->oid), target};
	else if (last && str_eq(str_of(last->name), str_first(name, name.len - 3)))
		last->id = id_of(&head->oid);
}

static int download(git_remote *remote, const char *wanted, const git_fetch_options *options)
{
	char all_heads[] = "+refs/heads/*:refs/heads/*", all_tags[] = "+refs/tags/*:refs/tags/*";
	char *everything[] = {all_heads, all_tags}, *one = mem_strdup(wanted);
	git_strarray specs = wanted[0] ? (git_strarray){&one, 1} : (git_strarray){everything, countof(everything)};
	int code = git_remote_download(remote, &specs, options);
	free(one);
	return code;
}

static int fetch_from(git_remote *remote, struct transfer *t, struct err *err)
{
	SCOPED_GITREFS struct gitref_list list = {0};
	git_fetch_options options;
	const git_remote_head **heads;
	const char *wanted;
	size_t len;
	git_fetch_options_init(&options, GIT_FETCH_OPTIONS_VERSION);
	options.callbacks.credentials = acquire;
	options.callbacks.certificate_check = check_certificate;
	options.callbacks.transfer_progress = show_progress;
	options.callbacks.payload = t;
	options.proxy_opts.type = GIT_PROXY_AUTO;
	options.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE;
	/* A password is for the machine in the address, and for no other. */
	options.follow_redirects = t->fetch->address->user ? GIT_REMOTE_REDIRECT_NONE : GIT_REMOTE_REDIRECT_INITIAL;
	int code = connect_remote(remote, t, &options);
	if (code < 0 || (code = git_remote_ls(&heads, &len, remote)) < 0)
		return transfer_failed(t, code, err);
	for (size_t i = 0; i < min_size(len, REFS_MAX); i++)
		add_head(t, heads[i], &list);
	if (t->fetch->choose(t->fetch->data, &list, &wanted, err) < 0)
		return -1;
	if (wanted && (code = download(remote, wanted, &options)) < 0)
		return transfer_failed(t, code, err);
	return 0;
}

int door_fetch(struct door *into, const struct door_fetch *fetch, struct err *err)
{
	struct transfer t = {.fetch = fetch, .login = {.address = fetch->address, .a = fetch->a}};
	git_remote *remote;
	if (git_remote_create_anonymous(&remote, into->git, fetch->address->url) < 0)
		return transfer_failed(&t, -1, err);
	int result = fetch_from(remote, &t, err);
	git_remote_free(remote);
	/* Packs that have just come are seen at once. */
	if (result == 0 && git_odb_refresh(into->odb) < 0)
		return damaged(into, err);
	return result;
}

/* ---- texts */

int repo_diff_texts(struct str a, struct str b, const char *name_a, const char *name_b, struct buf *out,
		    struct err *err)
{
	git_diff_options options;
	git_patch *patch = NULL;
	git_buf text = {0};
	start();
	git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
	options.flags = GIT_DIFF_FORCE_TEXT;
	int code = git_patch_from_buffers(&patch, a.ptr ? a.ptr : "", a.len, name_a, b.ptr ? b.ptr : "", b.len, name_b,
					  &options);
	if (code == 0)
		code = git_patch_to_buf(&text, patch);
	if (code == 0)
		buf_append(out, text.ptr, text.size);
	else
		err_set(err, ERR_OS, "cannot compare two texts: %.300s", last_message());
	git_buf_dispose(&text);
	git_patch_free(patch);
	return code == 0 ? 0 : -1;
}
