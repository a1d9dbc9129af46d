#include "harness/recording_parts.h"

#include "core/fs.h"
#include "core/mem.h"
#include "harness/jsonlines.h"
#include "harness/repo.h"
#include "harness/reply_json.h"

enum { VERSION = 1, DIFF_BYTES_MAX = 16 << 20, SHOWN_BYTES = 120 };

/* ---- names */

static const char *name_of(const char *key, struct arena *a)
{
	char *name = arena_strdup(a, key);
	for (char *c = name; *c; c++)
		*c = *c == '/' ? '-' : *c;
	return name;
}

static bool is_key(const char *key)
{
	static const char good[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/";
	size_t len = strlen(key);
	return len > 0 && len <= RECORDING_KEY_MAX && key[0] != '.' && strspn(key, good) == len &&
	       strcmp(key, "recording") != 0;
}

static int find_path(const char *folder, const char *key, struct arena *a, const char **ret, struct err *err)
{
	if (!is_key(key))
		return err_set(err, ERR_USAGE, "\"%.100s\" cannot be the name of an exchange", key);
	*ret = arena_printf(a, "%s/%s.json", folder, name_of(key, a));
	return 0;
}

/* ---- writing */

int recording_add(const char *folder, const struct recorded_exchange *e, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	const char *path;
	if (find_path(folder, e->key, &scratch, &path, err) < 0)
		return -1;
	SCOPED_JSON json_t *value =
		json_pack("{s:i, s:s, s:o, s:o, s:o, s:o}", "version", VERSION, "key", e->key, "provider",
			  json_text(e->provider), "model", json_text(e->model), "prompt", prompt_json(&e->prompt),
			  "reply", reply_json(&e->reply));
	return recording_write(path, value, err);
}

/* ---- reading */

/* The reply is initialised, and the caller's also if this fails. */
static int read_exchange(const json_t *value, const char *path, struct arena *a, struct recorded_exchange *e,
			 struct err *err)
{
	static const char *const keys[] = {"version", "key", "provider", "model", "prompt", "reply"};
	struct json_at root = json_root(value, path);
	struct json_at prompt = json_key(&root, "prompt"), reply = json_key(&root, "reply");
	return recording_check_version(&root, err) < 0 || json_only_keys(&root, keys, countof(keys), err) < 0 ||
			       recording_text(&root, "key", a, &e->key, err) < 0 ||
			       recording_text(&root, "provider", a, &e->provider, err) < 0 ||
			       recording_text(&root, "model", a, &e->model, err) < 0 ||
			       prompt_read(&prompt, a, &e->prompt, err) < 0 || reply_read(&reply, &e->reply, err) < 0 ?
		       -1 :
		       0;
}

/* ---- what differs */

static void add_text(struct buf *out, const char *head, struct str text)
{
	buf_printf(out, "==== %s\n", head);
	buf_append_str(out, text);
	buf_append_cstr(out, str_ends(text, STR("\n")) ? "" : "\n");
}

/* All that a prompt's hash is made of. */
static void show_prompt(const struct prompt *p, struct arena *a, struct buf *out)
{
	add_text(out, "system", prompt_clean(p->system, a));
	for (size_t i = 0; i < p->parts_len; i++)
		add_text(out, prompt_origin_name(p->parts[i].origin), prompt_clean(p->parts[i].text, a));
	if (p->so_far.len || p->go_on.len) {
		add_text(out, "so far", prompt_clean(p->so_far, a));
		add_text(out, "go on", prompt_clean(p->go_on, a));
	}
}

/* The first lines. */
static struct str shorten(struct str diff)
{
	struct str rest = diff, line;
	for (size_t i = 0; i < RECORDING_DIFF_LINES && str_next_line(&rest, &line); i++)
		continue;
	return str_first(diff, diff.len - rest.len);
}

/* The first line that begins so, behind the names of the files; without its mark, and not too long. */
static struct str first_line(struct str diff, char mark)
{
	struct str line;
	bool is_behind = false;
	while (str_next_line(&diff, &line)) {
		if (is_behind && line.len && line.ptr[0] == mark)
			return str_whole_characters(str_first(str_from(line, 1), SHOWN_BYTES));
		is_behind |= str_starts(line, STR("@@"));
	}
	return (struct str){0};
}

static int show_difference(const struct prompt *was, const struct prompt *is, struct arena *a, struct str *ret,
			   struct err *err)
{
	SCOPED_BUF struct buf old, new, diff;
	buf_init(&old, DIFF_BYTES_MAX);
	buf_init(&new, DIFF_BYTES_MAX);
	buf_init(&diff, DIFF_BYTES_MAX);
	show_prompt(was, a, &old);
	show_prompt(is, a, &new);
	if (repo_diff_texts(buf_str(&old), buf_str(&new), "recorded", "asked", &diff, err) < 0)
		return -1;
	struct str shown = shorten(buf_str(&diff));
	*ret = (struct str){arena_str(a, shown), shown.len};
	return 0;
}

static int compare(const char *path, const struct prompt *was, const struct prompt *is, struct arena *a,
		   const char **ret_difference, struct err *err)
{
	struct hash old = prompt_hash(was), new = prompt_hash(is);
	struct str diff;
	if (hash_eq(&old, &new))
		return 0;
	if (show_difference(was, is, a, &diff, err) < 0)
		return -1;
	struct str old_line = first_line(diff, '-'), new_line = first_line(diff, '+');
	*ret_difference = diff.ptr;
	return err_set(err, ERR_USAGE,
		       "%.200s: what is asked is not what was asked when this was recorded; first difference: \"%.*s\" was "
		       "recorded, \"%.*s\" is asked",
		       path, STR_ARG(old_line), STR_ARG(new_line));
}

/* As read_exchange does, of what was asked for. */
static int find(const char *path, const char *key, const struct prompt *prompt, struct arena *a,
		struct recorded_exchange *e, const char **ret_difference, struct err *err)
{
	SCOPED_JSON json_t *value = NULL;
	if (recording_read(path, &value, err) < 0 || read_exchange(value, path, a, e, err) < 0)
		return -1;
	if (strcmp(name_of(e->key, a), name_of(key, a)) != 0)
		return err_set(err, ERR_USAGE, "%.300s is the exchange %.200s; somebody has renamed it", path, e->key);
	return compare(path, &e->prompt, prompt, a, ret_difference, err);
}

int recording_find(const char *folder, const char *key, const struct prompt *prompt, struct arena *a,
		   struct recorded_exchange *ret, const char **ret_difference, struct err *err)
{
	struct recorded_exchange e = {0};
	const char *path;
	*ret_difference = "";
	if (find_path(folder, key, a, &path, err) < 0)
		return -1;
	if (!fs_exists(path))
		return err_set(err, ERR_USAGE, "%.300s has no exchange %.200s: it was not asked when this was recorded", folder,
			       key);
	reply_init(&e.reply);
	if (find(path, key, prompt, a, &e, ret_difference, err) < 0) {
		reply_release(&e.reply);
		return -1;
	}
	*ret = e;
	return 0;
}
