#include "cli/terminal.h"
#include "cli/workshop.h"
#include "core/db.h"
#include "core/http.h"
#include "core/json.h"
#include "core/process.h"
#include "harness/repo.h"
#include "parts.h"

struct doctor_values {
	struct common common;
	bool prepare;
};

/* One part of recast, and whether it is there. */
struct part {
	const char *name, *version;
	const char *where;  /* "" if unknown */
	const char *remedy; /* what brings it, or NULL if it is there */
	bool vital;         /* nothing is built without it */
};

struct examination {
	struct arena arena;
	struct part parts[16];
	size_t len;
};

static void add(struct examination *e, struct part part)
{
	e->parts[e->len++] = part;
}

static void examine_libraries(struct examination *e)
{
	struct arena *a = &e->arena;
	add(e, (struct part){"recast", RECAST_VERSION, process_own_path(a), NULL, false});
	add(e, (struct part){"wasmtime", engine_version(), engine_library_path(a), NULL, false});
	add(e, (struct part){"jansson", jansson_version_str(),
			     process_library_path(PROCESS_ADDRESS(jansson_version_str), a), NULL, false});
	add(e, (struct part){"libcrypto", hash_library_version(), hash_library_path(a), NULL, false});
	add(e, (struct part){"libgit2", repo_library_version(), repo_library_path(a), NULL, false});
	add(e, (struct part){"sqlite", db_library_version(), db_library_path(a), NULL, false});
	add(e, (struct part){"libcurl", http_library_version(), http_library_path(a), NULL, false});
	add(e, (struct part){"tree-sitter", PART_TREE_SITTER_VERSION, process_own_path(a), NULL, false});
}

static void examine_compiler(struct examination *e, const struct places *places, struct cache *cache)
{
	static const char *const states[] = {
		[TOOLCHAIN_NONE] = "not made yet",
		[TOOLCHAIN_BASELINE] = "baseline",
		[TOOLCHAIN_OPTIMISED] = "optimised",
	};
	struct toolchain *toolchain;
	struct err err = {0};
	if (workshop_toolchain(places, cache, NULL, &toolchain, &err) < 0) {
		add(e, (struct part){"clang", PART_CLANG_VERSION, places->toolchain,
				     "`make setup` in recast's source folder", true});
		return;
	}
	const char *damage = NULL;
	if (toolchain_verify(toolchain, &err) < 0)
		damage = arena_printf(&e->arena, "%s: remove it, then `make setup` in recast's source folder", err.text);
	add(e, (struct part){"clang", PART_CLANG_VERSION, places->toolchain, damage, true});
	enum toolchain_speed speed = toolchain_speed(toolchain);
	add(e, (struct part){"clang, compiled", states[speed], places->cache,
			     speed == TOOLCHAIN_OPTIMISED ? NULL : "`recast doctor --prepare` (about a minute)", false});
	toolchain_close(toolchain);
}

static int prepare(const struct common *common, struct err *err)
{
	struct workshop w;
	if (workshop_open(common, &w, err) < 0)
		return -1;
	int result = toolchain_prepare(w.toolchain, TOOLCHAIN_OPTIMISED, err);
	workshop_close(&w);
	return result;
}

static void print_table(const struct examination *e)
{
	for (size_t i = 0; i < e->len; i++) {
		const struct part *p = &e->parts[i];
		enum style style = !p->remedy ? STYLE_GOOD : p->vital ? STYLE_BAD : STYLE_WARN;
		const char *state = !p->remedy ? "ok" : p->vital ? "missing" : "slower";
		printf("%s%-8s%s%-16s  %s\n", terminal_style(style), state, terminal_style(STYLE_PLAIN), p->name,
		       p->version);
		printf("        %s%s%s\n", terminal_style(STYLE_DIM), p->where, terminal_style(STYLE_PLAIN));
		if (p->remedy)
			printf("        what brings it: %s\n", p->remedy);
	}
}

static void print_json(const struct examination *e)
{
	json_t *parts = json_array();
	for (size_t i = 0; i < e->len; i++) {
		const struct part *p = &e->parts[i];
		json_array_append_new(parts, json_pack("{s:s, s:s, s:s, s:b, s:s?}", "name", p->name, "version",
						       p->version, "where", p->where, "ok", !p->remedy, "remedy",
						       p->remedy));
	}
	SCOPED_JSON json_t *result = json_pack("{s:o}", "parts", parts);
	json_dumpf(result, stdout, JSON_INDENT(2));
	putchar('\n');
}

static int run(void *values, char **operands, size_t operands_len, struct err *err)
{
	const struct doctor_values *v = values;
	struct places places;
	struct cache *cache;
	(void)operands;
	(void)operands_len;
	if (v->prepare && prepare(&v->common, err) < 0)
		return -1;
	if (v->prepare && v->common.quiet)
		return EXIT_GOOD;
	struct examination e = {0};
	if (places_find(&e.arena, &places, err) < 0 || cache_open(places.cache, &cache, err) < 0) {
		arena_release(&e.arena);
		return -1;
	}
	examine_libraries(&e);
	examine_compiler(&e, &places, cache);
	if (v->common.json)
		print_json(&e);
	else
		print_table(&e);
	bool missing = false;
	for (size_t i = 0; i < e.len; i++)
		missing |= e.parts[i].vital && e.parts[i].remedy;
	cache_close(cache);
	arena_release(&e.arena);
	return missing ? EXIT_ENVIRONMENT : EXIT_GOOD;
}

static const struct option options[] = {
	{"prepare", 0, OPTION_FLAG, offsetof(struct doctor_values, prepare), NULL,
	 "make the optimised compiler now, if it is not there"},
};

const struct command cmd_doctor = {
	.name = "doctor",
	.operands = "",
	.summary = "Say what is installed, what is missing and what brings it",
	.options = {options, countof(options)},
	.values_size = sizeof(struct doctor_values),
	.run = run,
};
