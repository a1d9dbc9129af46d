#include "harness/toolchain.h"

#include "core/mem.h"
#include "harness/toolcache.h"

#include <pthread.h>

static const char CLANG_FILE[] = "llvm.core.wasm";
static const char SYSROOT_FILE[] = "llvm-resources.tar";

struct toolchain {
	struct cache *cache;
	const struct observer *observer;
	char *clang_path, *sysroot_path;
	struct hash clang_hash, sysroot_hash;
	pthread_mutex_t lock; /* of what is loaded on first use, below */
	struct engine *engine;
	struct module *clang;
	struct str archive; /* mapped */
	struct tree *sysroot;
};

static const struct {
	enum engine_profile profile;
	const char *stage;
} speeds[] = {
	[TOOLCHAIN_BASELINE] = {ENGINE_COMPILER_BASELINE, "preparing the compiler, once on this machine (some 15 s)"},
	[TOOLCHAIN_OPTIMISED] = {ENGINE_COMPILER, "optimising the compiler, once on this machine (about a minute)"},
};

int toolchain_open(const struct toolchain_parts *parts, struct cache *cache, const struct observer *observer,
		   struct toolchain **out, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	const char *clang = arena_printf(&scratch, "%s/%s", parts->folder, CLANG_FILE);
	const char *sysroot = arena_printf(&scratch, "%s/%s", parts->folder, SYSROOT_FILE);
	if (!fs_exists(clang) || !fs_exists(sysroot))
		return err_set(err, ERR_TOOL, "the compiler is not there: no %s; `recast doctor` says what brings it",
			       fs_exists(clang) ? sysroot : clang);
	struct toolchain *tc = mem_zalloc(1, sizeof(*tc));
	*tc = (struct toolchain){
		.cache = cache,
		.observer = observer,
		.clang_path = mem_strdup(clang),
		.sysroot_path = mem_strdup(sysroot),
		.clang_hash = parts->clang_hash,
		.sysroot_hash = parts->sysroot_hash,
	};
	pthread_mutex_init(&tc->lock, NULL);
	*out = tc;
	return 0;
}

void toolchain_close(struct toolchain *tc)
{
	if (!tc)
		return;
	module_free(tc->clang);
	engine_free(tc->engine);
	tree_free(tc->sysroot);
	fs_unmap(tc->archive);
	pthread_mutex_destroy(&tc->lock);
	free(tc->clang_path);
	free(tc->sysroot_path);
	free(tc);
}

/* ---- the compiled clang */

static struct hash speed_key(struct toolchain *tc, enum toolchain_speed speed)
{
	return module_key(speeds[speed].profile, &tc->clang_hash);
}

enum toolchain_speed toolchain_speed(struct toolchain *tc)
{
	char path[CACHE_PATH_MAX];
	for (enum toolchain_speed s = TOOLCHAIN_OPTIMISED; s > TOOLCHAIN_NONE; s--) {
		struct hash key = speed_key(tc, s);
		if (cache_find(tc->cache, CACHE_MODULE, &key, path))
			return s;
	}
	return TOOLCHAIN_NONE;
}

bool toolchain_in_the_making(struct toolchain *tc, enum toolchain_speed speed)
{
	struct hash key = speed_key(tc, speed);
	int claim;
	if (cache_try_claim(tc->cache, CACHE_MODULE, &key, &claim) < 0)
		return true;
	cache_release(claim);
	return false;
}

static int compile_clang(struct toolchain *tc, struct engine *engine, struct module **out, struct err *err)
{
	struct str wasm;
	if (cache_verify(tc->cache, tc->clang_path, &tc->clang_hash, err) < 0 || fs_map(tc->clang_path, &wasm, err) < 0)
		return -1;
	int result = module_load(engine, tc->cache, &tc->clang_hash, wasm, out, err);
	if (result == 0)
		module_forget_bytes(*out);
	fs_unmap(wasm);
	return result;
}

/* One process makes it, the others wait and take what it made. */
static int make_clang(struct toolchain *tc, struct engine *engine, enum toolchain_speed speed, struct module **out,
		      struct err *err)
{
	struct hash key = speed_key(tc, speed);
	int claim;
	if (cache_try_claim(tc->cache, CACHE_MODULE, &key, &claim) < 0) {
		event_send(tc->observer, EVENT_STAGE, "waiting for another recast that prepares the compiler", 0);
		if (cache_claim(tc->cache, CACHE_MODULE, &key, &claim, err) < 0) {
			event_send(tc->observer, EVENT_DONE, "", 0);
			return -1;
		}
	} else {
		event_send(tc->observer, EVENT_STAGE, speeds[speed].stage, 0);
	}
	int result = compile_clang(tc, engine, out, err);
	cache_release(claim);
	event_send(tc->observer, EVENT_DONE, "", 0);
	return result;
}

/* Loads that clang, making it if it is not in the cache. */
static int load_clang(struct toolchain *tc, enum toolchain_speed speed, struct engine **ret_engine,
		      struct module **ret_clang, struct err *err)
{
	struct engine *engine;
	if (engine_new(speeds[speed].profile, &engine, err) < 0)
		return -1;
	struct hash key = speed_key(tc, speed);
	struct module *clang;
	if (!module_cached(engine, tc->cache, &key, (struct str){0}, &clang) &&
	    make_clang(tc, engine, speed, &clang, err) < 0) {
		engine_free(engine);
		return err_wrap(err, "the compiler");
	}
	*ret_engine = engine;
	*ret_clang = clang;
	return 0;
}

int toolchain_prepare(struct toolchain *tc, enum toolchain_speed speed, struct err *err)
{
	struct engine *engine;
	struct module *clang;
	if (load_clang(tc, speed, &engine, &clang, err) < 0)
		return -1;
	module_free(clang);
	engine_free(engine);
	return 0;
}

int toolchain_verify(struct toolchain *tc, struct err *err)
{
	if (cache_verify(tc->cache, tc->clang_path, &tc->clang_hash, err) < 0)
		return -1;
	return cache_verify(tc->cache, tc->sysroot_path, &tc->sysroot_hash, err);
}

static int need_clang(struct toolchain *tc, struct err *err)
{
	pthread_mutex_lock(&tc->lock);
	int result = 0;
	if (!tc->clang) {
		enum toolchain_speed speed = toolchain_speed(tc);
		result = load_clang(tc, speed ? speed : TOOLCHAIN_BASELINE, &tc->engine, &tc->clang, err);
	}
	pthread_mutex_unlock(&tc->lock);
	return result;
}

/* ---- the sysroot */

static int load_sysroot(struct toolchain *tc, struct err *err)
{
	if (cache_verify(tc->cache, tc->sysroot_path, &tc->sysroot_hash, err) < 0)
		return -1;
	struct tree *tree = tree_new();
	struct str archive = {0};
	if (fs_map(tc->sysroot_path, &archive, err) < 0 || tree_add_tar(tree, "/", archive, err) < 0) {
		tree_free(tree);
		fs_unmap(archive);
		return err_wrap(err, "the compiler's headers and libraries");
	}
	tc->archive = archive;
	tc->sysroot = tree;
	return 0;
}

int toolchain_tree(struct toolchain *tc, struct tree **out, struct err *err)
{
	pthread_mutex_lock(&tc->lock);
	int result = tc->sysroot ? 0 : load_sysroot(tc, err);
	pthread_mutex_unlock(&tc->lock);
	if (result < 0)
		return -1;
	SCOPED_TREE struct tree *tree = tree_new();
	if (tree_graft(tree, "/usr", tc->sysroot, "/", err) < 0 || tree_add_folder(tree, "/out", true, err) < 0 ||
	    tree_add_folder(tree, "/tmp", true, err) < 0)
		return -1;
	*out = take(tree);
	return 0;
}

/* ---- runs */

static struct str copy(struct arena *a, struct str s)
{
	return (struct str){arena_str(a, s), s.len};
}

static struct str read_output(struct wasi *w, const char *path, struct arena *a)
{
	struct vnode *node;
	if (!path || view_walk(&w->view, w->view.root, str_of(path + 1), true, &node) != WASI_SUCCESS ||
	    node->absent || node->type != TREE_FILE)
		return (struct str){0};
	return copy(a, view_content(node));
}

static struct strings inputs(const struct view *view, struct arena *a)
{
	struct strings files = view_files(view, a);
	size_t kept = 0;
	for (size_t i = 0; i < files.len; i++) {
		if (!str_starts(str_of(files.items[i]), STR("/usr/")))
			files.items[kept++] = files.items[i];
	}
	files.len = kept;
	return files;
}

static int run_tool(struct toolchain *tc, const struct tool_run *run, const struct toolcache_key *key, struct arena *a,
		    struct tool_result *r, struct err *err)
{
	if (need_clang(tc, err) < 0)
		return -1;
	struct wasi_world world = {
		.tree = run->tree,
		.args = run->args,
		.args_len = run->args_len,
		.output_max = run->output_max,
		.disk_max = 4 * (uint64_t)run->output_max,
		.clock_max_ns = 3600 * (uint64_t)1000000000,
	};
	SCOPED(wasi_release) struct wasi w;
	wasi_init(&w, &world);
	if (engine_run(tc->clang, &run->limits, &w, &r->run, err) < 0)
		return -1;
	r->text = copy(a, buf_str(&w.out));
	r->diagnostics = copy(a, buf_str(&w.err));
	r->output = read_output(&w, run->output, a);
	r->inputs = inputs(&w.view, a);
	/* Only what a tool decided itself: a limit may be another one next time. */
	if (r->run.outcome == OUTCOME_EXITED)
		toolcache_put(tc->cache, key, run->tree, &w.view, r);
	return 0;
}

int toolchain_run(struct toolchain *tc, const struct tool_run *run, struct arena *a, struct tool_result *ret_result,
		  struct err *err)
{
	struct tool_result r = {0};
	struct toolcache_key key = toolcache_key(&tc->clang_hash, &tc->sysroot_hash, run);
	if (!toolcache_get(tc->cache, &key, run, a, &r) && run_tool(tc, run, &key, a, &r, err) < 0)
		return err_wrap(err, "%s", run->args[0]);
	*ret_result = r;
	return 0;
}
