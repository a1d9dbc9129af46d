#include "harness/toolcache.h"

/*
 * A manifest is text: for each run a line "run", one line for each thing it
 * saw ("file HASH PATH", "folder - PATH", "absent - PATH", "list HASH PATH"),
 * and a line "result HASH". The latter follows from the arguments and the lines
 * before it, so a run that lost a line is noticed. A path with a line end in it
 * keeps a run from being cached.
 */

enum {
	RUNS_MAX = 16, /* remembered for the same arguments, newest first */
	MANIFEST_MAX = 8 << 20,
	RESULT_MAX = 512 << 20,
	FILE_LINE_PATH = sizeof("file ") - 1 + HASH_HEX, /* where the path begins */
};

static const char SYSROOT[] = "/usr"; /* its hash is a part of every key */

struct toolcache_key toolcache_key(const struct hash *clang, const struct hash *sysroot, const struct tool_run *run)
{
	struct hasher h;
	hasher_init(&h);
	hasher_field(&h, STR("tool-1"));
	hasher_field(&h, str_of(engine_version()));
	hasher_bytes(&h, clang->bytes, HASH_BYTES);
	hasher_bytes(&h, sysroot->bytes, HASH_BYTES);
	hasher_field(&h, str_of(run->output ? run->output : ""));
	/* A tool that is short of memory can end by itself, saying so. */
	hasher_field_u64(&h, run->limits.memory_bytes);
	hasher_field_u64(&h, run->output_max);
	for (size_t i = 0; i < run->args_len; i++)
		hasher_field(&h, str_of(run->args[i]));
	return (struct toolcache_key){hasher_finish(&h)};
}

/* ---- what a run saw */

static struct hash list_hash(const struct tree_node *folder)
{
	struct hasher h;
	hasher_init(&h);
	for (size_t i = 0; i < folder->children_len; i++)
		hasher_field(&h, str_of(folder->children[i]->name));
	return hasher_finish(&h);
}

static void append_line(struct buf *out, const char *what, const struct hash *hash, const char *path)
{
	char hex[HASH_HEX] = "-";
	if (hash)
		hash_hex(hash, hex);
	buf_printf(out, "%s %s %s\n", what, hex, path);
}

static bool is_input(const struct vnode *node, const char *path)
{
	bool below_sysroot = str_starts(str_of(path), STR("/usr/")) || strcmp(path, SYSROOT) == 0;
	bool is_root = node->parent == node; /* which is always there */
	/* Where the guest may write it finds only its own work. */
	return !below_sysroot && !node->writable && (!is_root || node->listed);
}

/* The lines of one run, or false if it cannot be told exactly. */
static bool describe_view(const struct view *view, const struct tree *tree, struct buf *out)
{
	SCOPED_ARENA struct arena scratch = {0};
	for (const struct vnode *v = view->made; v; v = v->next_made) {
		const char *path = view_path(v, &scratch);
		if (!is_input(v, path))
			continue;
		const struct tree_node *node = tree_find(tree, path);
		if (strpbrk(path, "\r\n") || (node == NULL) != v->absent)
			return false;
		struct hash hash;
		if (!node) {
			append_line(out, "absent", NULL, path);
		} else if (node->type == TREE_FOLDER) {
			hash = list_hash(node);
			append_line(out, v->listed ? "list" : "folder", v->listed ? &hash : NULL, path);
		} else {
			hash = tree_file_hash(node);
			append_line(out, node->type == TREE_LINK ? "link" : "file", &hash, path);
		}
	}
	return !out->full;
}

static bool line_holds(const struct tree *tree, struct str line)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct str what, hex;
	if (!str_next_word(&line, &what) || !str_next_word(&line, &hex) || line.len == 0)
		return false;
	const struct tree_node *node = tree_find(tree, arena_str(&scratch, str_from(line, 1)));
	if (str_eq(what, STR("absent")))
		return node == NULL;
	if (!node)
		return false;
	if (str_eq(what, STR("folder")))
		return node->type == TREE_FOLDER;
	struct hash expected, found;
	if (!hash_from_hex(hex, &expected))
		return false;
	if (str_eq(what, STR("list"))) {
		if (node->type != TREE_FOLDER)
			return false;
		found = list_hash(node);
	} else {
		if (node->type != (str_eq(what, STR("link")) ? TREE_LINK : TREE_FILE))
			return false;
		found = tree_file_hash(node);
	}
	return hash_eq(&expected, &found);
}

/* Paths of the files among the lines of a run. */
static struct strings files_among(struct str lines, struct arena *a)
{
	struct str rest = lines, line;
	size_t most = 0;
	while (str_next_line(&rest, &line))
		most += str_starts(line, STR("file "));
	struct strings files = {arena_array(a, most, const char *), 0};
	while (str_next_line(&lines, &line)) {
		if (str_starts(line, STR("file ")) && line.len > FILE_LINE_PATH)
			files.items[files.len++] = arena_str(a, str_from(line, FILE_LINE_PATH));
	}
	strings_sort(&files);
	return files;
}

/* ---- manifests */

/* Cuts the next run off the front of a manifest: its lines, and its result. */
static bool next_run(struct str *rest, struct str *ret_lines, struct hash *ret_result)
{
	struct str line, start;
	if (!str_next_line(rest, &line) || !str_eq(line, STR("run")))
		return false;
	start = *rest;
	size_t len = 0;
	while (str_next_line(rest, &line)) {
		if (str_starts(line, STR("result "))) {
			*ret_lines = str_first(start, len);
			return hash_from_hex(str_from(line, 7), ret_result);
		}
		len = start.len - rest->len;
	}
	return false;
}

static bool run_holds(const struct tree *tree, struct str lines)
{
	struct str line;
	while (str_next_line(&lines, &line)) {
		if (!line_holds(tree, line))
			return false;
	}
	return true;
}

static struct hash result_key(const struct toolcache_key *key, struct str lines)
{
	struct hasher h;
	hasher_init(&h);
	hasher_field(&h, STR("result"));
	hasher_bytes(&h, key->arguments.bytes, HASH_BYTES);
	hasher_field(&h, lines);
	return hasher_finish(&h);
}

static void append_run(struct buf *manifest, struct str lines, const struct hash *result)
{
	char hex[HASH_HEX];
	hash_hex(result, hex);
	buf_append_cstr(manifest, "run\n");
	buf_append_str(manifest, lines);
	buf_printf(manifest, "result %s\n", hex);
}

/* ---- results: a line of lengths and the exit code, then the three texts */

static bool read_result(struct cache *cache, const struct hash *key, struct arena *a, struct tool_result *ret_result)
{
	struct tool_result r = {.run = {.outcome = OUTCOME_EXITED}, .cached = true};
	SCOPED_BUF struct buf bytes;
	buf_init(&bytes, RESULT_MAX);
	if (!cache_read(cache, CACHE_OBJECT, key, &bytes))
		return false;
	struct str rest = buf_str(&bytes), line, word;
	uint64_t numbers[4];
	if (!str_next_line(&rest, &line))
		return false;
	for (size_t i = 0; i < countof(numbers); i++) {
		if (!str_next_word(&line, &word) || !str_to_u64(word, &numbers[i]))
			return false;
	}
	struct str *texts[] = {&r.text, &r.diagnostics, &r.output};
	for (size_t i = 0; i < countof(texts); i++) {
		if (numbers[i + 1] > rest.len)
			return false;
		struct str part = str_first(rest, numbers[i + 1]);
		*texts[i] = (struct str){arena_str(a, part), part.len};
		rest = str_from(rest, part.len);
	}
	if (numbers[0] > INT32_MAX || rest.len)
		return false;
	r.run.exit_code = (int)numbers[0];
	*ret_result = r;
	return true;
}

static void write_result(struct cache *cache, const struct hash *key, const struct tool_result *r)
{
	SCOPED_BUF struct buf bytes;
	buf_init(&bytes, RESULT_MAX);
	buf_printf(&bytes, "%d %zu %zu %zu\n", r->run.exit_code, r->text.len, r->diagnostics.len, r->output.len);
	buf_append_str(&bytes, r->text);
	buf_append_str(&bytes, r->diagnostics);
	buf_append_str(&bytes, r->output);
	if (!bytes.full)
		cache_put(cache, CACHE_OBJECT, key, buf_str(&bytes), NULL);
}

bool toolcache_get(struct cache *cache, const struct toolcache_key *key, const struct tool_run *run, struct arena *a,
		   struct tool_result *ret_result)
{
	SCOPED_BUF struct buf manifest;
	buf_init(&manifest, MANIFEST_MAX);
	if (!cache_read(cache, CACHE_MANIFEST, &key->arguments, &manifest))
		return false;
	struct str rest = buf_str(&manifest), lines;
	struct hash result;
	while (next_run(&rest, &lines, &result)) {
		struct hash own = result_key(key, lines);
		if (hash_eq(&own, &result) && run_holds(run->tree, lines) &&
		    read_result(cache, &result, a, ret_result)) {
			ret_result->inputs = files_among(lines, a);
			return true;
		}
	}
	return false;
}

void toolcache_put(struct cache *cache, const struct toolcache_key *key, const struct tree *tree,
		   const struct view *view, const struct tool_result *result)
{
	SCOPED_BUF struct buf lines, old, manifest;
	buf_init(&lines, MANIFEST_MAX / RUNS_MAX);
	buf_init(&old, MANIFEST_MAX);
	buf_init(&manifest, MANIFEST_MAX);
	if (!describe_view(view, tree, &lines))
		return;
	struct hash name = result_key(key, buf_str(&lines));
	write_result(cache, &name, result);
	append_run(&manifest, buf_str(&lines), &name);
	cache_read(cache, CACHE_MANIFEST, &key->arguments, &old);
	struct str rest = buf_str(&old), other;
	struct hash other_result;
	for (size_t n = 1; n < RUNS_MAX && next_run(&rest, &other, &other_result);) {
		if (str_eq(other, buf_str(&lines)))
			continue;
		append_run(&manifest, other, &other_result);
		n++;
	}
	if (!manifest.full)
		cache_put(cache, CACHE_MANIFEST, &key->arguments, buf_str(&manifest), NULL);
}
