#include "cli/workshop.h"

#include "cli/terminal.h"
#include "core/parallel.h"
#include "core/process.h"
#include "parts.h"

static const char TOOLCHAIN_FOLDER[] = "clang-" PART_CLANG_VERSION;

/* The variable's value, if it is one. */
static const char *variable(const char *name)
{
	const char *value = getenv(name);
	return value && value[0] ? value : NULL;
}

/* The folder that `own` names, or recast in the one that `all` names, or that below the user's home. */
static const char *user_folder(const char *own, const char *all, const char *below_home, struct arena *a)
{
	const char *home = variable("HOME");
	if (own)
		return own;
	if (all)
		return arena_printf(a, "%s/recast", all);
	return home ? arena_printf(a, "%s/%s/recast", home, below_home) : NULL;
}

static const char *toolchain_folder(const char *cache, struct arena *a)
{
	const char *own = variable("RECAST_TOOLCHAIN");
	if (own)
		return own;
	char *program = arena_strdup(a, process_own_path(a));
	char *slash = strrchr(program, '/');
	if (slash) {
		*slash = '\0';
		const char *installed = arena_printf(a, "%s/../lib/recast/%s", program, TOOLCHAIN_FOLDER);
		if (fs_exists(installed))
			return installed;
	}
	return arena_printf(a, "%s/parts/%s", cache, TOOLCHAIN_FOLDER);
}

int places_find(struct arena *a, struct places *ret, struct err *err)
{
	const char *cache = user_folder(variable("RECAST_CACHE"), variable("XDG_CACHE_HOME"), ".cache", a);
	const char *data = user_folder(variable("RECAST_DATA"), variable("XDG_DATA_HOME"), ".local/share", a);
	if (!cache)
		return err_set(err, ERR_USAGE, "neither RECAST_CACHE nor XDG_CACHE_HOME nor HOME is set");
	if (cache[0] != '/')
		return err_set(err, ERR_USAGE, "the cache folder %s is not an absolute path", cache);
	if (data && data[0] != '/')
		return err_set(err, ERR_USAGE, "the data folder %s is not an absolute path", data);
	*ret = (struct places){.data = data, .cache = cache, .toolchain = toolchain_folder(cache, a)};
	return 0;
}

int workshop_toolchain(const struct places *places, struct cache *cache, const struct observer *observer,
		       struct toolchain **out, struct err *err)
{
	struct toolchain_parts parts = {.folder = places->toolchain};
	if (!hash_from_hex(STR(PART_CLANG_WASM_SHA256), &parts.clang_hash) ||
	    !hash_from_hex(STR(PART_CLANG_SYSROOT_SHA256), &parts.sysroot_hash))
		return err_set(err, ERR_BUG, "the lock file holds something that is no hash");
	return toolchain_open(&parts, cache, observer, out, err);
}

int workshop_open(const struct common *common, struct workshop *ret, struct err *err)
{
	struct workshop w = {0};
	const struct observer *observer = common->quiet ? terminal_notes() : terminal_progress();
	if (places_find(&w.arena, &w.places, err) < 0 || cache_open(w.places.cache, &w.cache, err) < 0 ||
	    workshop_toolchain(&w.places, w.cache, observer, &w.toolchain, err) < 0 ||
	    engine_new(ENGINE_GUEST, &w.engine, err) < 0) {
		workshop_close(&w);
		return -1;
	}
	w.tools = (struct tools){
		.toolchain = w.toolchain,
		.engine = w.engine,
		.cache = w.cache,
		.observer = observer,
		.threads = common->jobs ? common->jobs : parallel_processors(),
	};
	*ret = w;
	return 0;
}

void workshop_improve(struct workshop *w)
{
	if (toolchain_speed(w->toolchain) != TOOLCHAIN_BASELINE || variable("RECAST_NO_BACKGROUND") ||
	    toolchain_in_the_making(w->toolchain, TOOLCHAIN_OPTIMISED))
		return;
	const char *args[] = {process_own_path(&w->arena), "doctor", "--prepare", "--quiet", NULL};
	/* That it could not be started costs time later, nothing else. */
	if (process_start_detached(args, NULL) == 0 && w->tools.observer == terminal_progress())
		event_send(w->tools.observer, EVENT_NOTE,
			   "the compiler is being optimised in the background, for next time", 0);
}

void workshop_close(struct workshop *w)
{
	toolchain_close(w->toolchain);
	engine_free(w->engine);
	cache_close(w->cache);
	arena_release(&w->arena);
	*w = (struct workshop){0};
}
