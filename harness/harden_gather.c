#include "harness/harden_parts.h"

#include "core/hash.h"
#include "core/mem.h"
#include "harness/differential_examples.h"
#include "harness/harden_answers.h"
#include "harness/probe_found.h"
#include "harness/probe_reach.h"
#include "harness/probe_text.h"

enum {
	FUEL_OF_INPUT = 2000000,
	FOUND_MAX = 40,         /* kinds of differences that are looked into, for each rewrite */
	TESTS_OF_FUNCTION = 2,  /* of one rewrite: a mistake shows in many ways, which all are the same */
	TESTS_OF_REWRITE = 8,
	REFUSED_MAX = 200,
	TEST_BYTES_MAX = 8000,  /* of its text: longer ones nobody reads */
	CALLS_OF_TEST_MAX = 24,
};

static const char FIRST_FILL[] = "165", OTHER_FILL[] = "60";

/* A probe that is to become a test. */
struct making {
	struct harden *h;
	const struct probe_setup *setup;
	const struct probe *probe;
	struct harden_probe complete;
	const char *from;
	const char *covers;
	const char *function; /* that it is about */
	/* What comes of it. */
	const char *name, *calls;
	const char *why;      /* it becomes none, or NULL */
	struct str answers;
	struct arena arena;
	struct err error;
};

/* Those of one side. */
struct makings {
	struct harden *h;
	const struct probe_setup *setup;
	struct making *items;
	size_t len;
	/* The program that is asked, beside the original and beside the rewrite. */
	struct example_sides sides;
	const char *recorder;
	struct module *modules[2];
	const char *failures[2];
	struct arena arenas[2];
	struct err errors[2];
	struct arena arena;
};

void harden_refuse(struct harden *h, const char *what, const char *why)
{
	struct hardening *r = h->ret;
	if (r->refused_len < REFUSED_MAX)
		r->refused[r->refused_len++] =
			(struct harden_refusal){arena_strdup(h->a, what), arena_strdup(h->a, why)};
}

/* ---- what makes it one of a kind */

/* True if something is called back, so that it matters what that answers. */
static bool hash_value(struct hasher *h, const struct shape *s, const struct probe_value *v)
{
	const struct shape *record = s->kind == SHAPE_POINTER ? s->target : s;
	uint64_t head[] = {(uint64_t)v->kind, v->number, v->object, v->bytes.len};
	bool answers = v->kind == PROBE_CALLBACK;
	hasher_bytes(h, head, sizeof(head));
	hasher_bytes(h, v->bytes.ptr, v->bytes.len);
	for (size_t i = 0; v->fields && record->record && i < record->record->fields_len; i++)
		answers |= hash_value(h, record->record->fields[i].shape, &v->fields[i]);
	return answers;
}

static const char *name_of(const struct making *m, const struct probe *p, struct arena *a)
{
	const struct probe_grammar *g = &m->setup->grammar;
	struct hasher h;
	char hex[HASH_HEX];
	bool answers = false;
	hasher_init(&h);
	for (size_t i = 0; i < p->len; i++) {
		const struct probe_call *c = &p->calls[i];
		const struct shim_function *f = g->functions[c->function].shim;
		hasher_field(&h, str_of(f->function->name));
		for (size_t k = 0; k < f->signature->parameters_len; k++)
			answers |= hash_value(&h, f->signature->parameters[k], &c->args[k]);
	}
	uint64_t way = p->answers >> 32;
	if (answers)
		hasher_bytes(&h, &way, sizeof(way));
	struct hash hash = hasher_finish(&h);
	hash_hex(&hash, hex);
	return arena_printf(a, "%.60s_%.8s", m->function, hex);
}

/* By what it is called by, whatever the function in front of it. */
static bool is_known(const struct harden *h, const char *name)
{
	const char *mark = strrchr(name, '_');
	for (size_t i = 0; i < h->ret->tests_len; i++) {
		if (strcmp(strrchr(h->ret->tests[i].name, '_'), mark) == 0)
			return true;
	}
	return h->known.len && memmem(h->known.ptr, h->known.len, mark, strlen(mark));
}

/* ---- what it expects */

/* The program that says so, beside each side. */
static void load_recorder(void *data, size_t index)
{
	struct makings *all = data;
	const struct probe_setup *s = all->setup;
	const struct link_input *library = index ? s->beside : s->original;
	size_t len = index ? s->beside_len : s->original_len;
	example_load(&all->sides, all->recorder, library, len, &all->arenas[index], &all->modules[index],
		     &all->failures[index], &all->errors[index]);
	event_send(s->suite->tools->observer, EVENT_STEP, "recorder", 0);
}

static int ask(const struct makings *all, size_t side, size_t probe, const char *fill, struct arena *a, struct str *ret,
	       const char **ret_failure, struct err *err)
{
	const char *const args[] = {"recorder", arena_printf(a, "%zu", probe), fill};
	return example_run(&all->sides, all->modules[side], args, countof(args), a, ret, ret_failure, err);
}

/* What the original says whatever memory holds before; and a rewrite says something else. */
static void find_answers(void *data, size_t index)
{
	struct makings *all = data;
	struct making *m = &all->items[index];
	struct str first, again;
	if (ask(all, 0, index, FIRST_FILL, &m->arena, &first, &m->why, &m->error) == 0 && !m->why &&
	    ask(all, 0, index, OTHER_FILL, &m->arena, &again, &m->why, &m->error) == 0 && !m->why &&
	    !harden_answers_merge(first, again, &m->arena, &m->answers))
		m->why = "the original answers otherwise when memory holds other bytes";
	const char *failure;
	if (all->setup->rewrite && !m->why && m->error.kind == ERR_NONE &&
	    ask(all, 1, index, FIRST_FILL, &m->arena, &again, &failure, &m->error) == 0 && !failure &&
	    harden_answers_agree(m->answers, again))
		m->why = "as a program of its own it does not tell the rewrite from the original";
	event_send(all->h->suite->tools->observer, EVENT_STEP, m->function, 0);
}

static int first_error(const struct makings *all, struct err *err)
{
	for (size_t i = 0; i < 2; i++) {
		if (all->errors[i].kind != ERR_NONE)
			return err_copy(err, &all->errors[i]);
	}
	for (size_t i = 0; i < all->len; i++) {
		if (all->items[i].error.kind != ERR_NONE)
			return err_copy(err, &all->items[i].error);
	}
	return 0;
}

static void complete(void *data, size_t index)
{
	struct makings *all = data;
	struct making *m = &all->items[index];
	harden_complete(m->setup, m->probe, &m->arena, &m->complete, &m->error);
	event_send(all->h->suite->tools->observer, EVENT_STEP, m->function, 0);
}

static int find_all_answers(struct makings *all, struct err *err)
{
	const struct tools *tools = all->h->suite->tools;
	const struct harden_probe **probes = arena_array(&all->arena, all->len + 1, const struct harden_probe *);
	if (tools_stage(tools, "completing calls", all->len, complete, all, err) < 0 || first_error(all, err) < 0)
		return -1;
	for (size_t i = 0; i < all->len; i++)
		probes[i] = &all->items[i].complete;
	all->recorder = harden_recorder(all->setup, probes, all->len, &all->arena);
	const char *why = all->recorder ? NULL : "they are too large";
	if (!why &&
	    (tools_stage(tools, "asking what is answered", all->setup->rewrite ? 2 : 1, load_recorder, all, err) < 0 ||
	     first_error(all, err) < 0))
		return -1;
	for (size_t i = 0; i < 2 && !why; i++)
		why = all->failures[i];
	for (size_t i = 0; i < all->len && why; i++)
		all->items[i].why = why;
	if (!why && tools_stage(tools, "asking what is answered", all->len, find_answers, all, err) < 0)
		return -1;
	return first_error(all, err);
}

/* ---- the test */

static bool quotes(const struct harden *h, const char *text, struct arena *a)
{
	return fingerprints_find(&h->extracted->implementation, str_of(text), FINGERPRINT_QUOTE, a).len > 0;
}

static const char *mark_of(struct making *m)
{
	return strrchr(name_of(m, &m->complete.probe, &m->arena), '_');
}

static struct harden_function copy(const struct harden_function *f, const char *name, struct arena *a)
{
	struct harden_function kept = *f;
	kept.name = name;
	kept.text = arena_strdup(a, f->text);
	return kept;
}

static void add(struct making *m, const struct harden_function *f, const struct harden_function *plain)
{
	struct harden *h = m->h;
	struct hardened *t = &h->ret->tests[h->ret->tests_len++];
	*t = (struct hardened){
		.name = arena_strdup(h->a, f->name),
		.calls = arena_strdup(h->a, m->calls),
		.mark = arena_strdup(h->a, mark_of(m)),
		.covers = arena_strdup(h->a, m->covers),
		.from = arena_strdup(h->a, m->from),
	};
	t->function = copy(f, t->name, h->a);
	t->plain = copy(plain, t->name, h->a);
}

/* Whether there is enough of that rewrite, or of one function in it. */
static bool is_enough(const struct making *m)
{
	const struct hardening *r = m->h->ret;
	size_t of_rewrite = 0, of_function = 0, len = strlen(m->function);
	if (!m->setup->rewrite)
		return false;
	for (size_t i = 0; i < r->tests_len; i++) {
		bool same = strcmp(r->tests[i].from, m->from) == 0;
		of_rewrite += same;
		of_function += same && strncmp(r->tests[i].name, m->function, len) == 0 && r->tests[i].name[len] == '_';
	}
	return of_rewrite >= TESTS_OF_REWRITE || of_function >= TESTS_OF_FUNCTION;
}

/* Two may become one by what was added to them. */
static bool is_there(struct making *m)
{
	const struct hardening *r = m->h->ret;
	const char *mark = m->why ? NULL : mark_of(m);
	for (size_t i = 0; mark && i < r->tests_len; i++) {
		if (strcmp(r->tests[i].mark, mark) == 0)
			return true;
	}
	return false;
}

static void make_test(struct making *m)
{
	struct harden *h = m->h;
	struct harden_function f, plain;
	if (is_enough(m) || h->ret->tests_len == h->ask->tests || is_known(h, m->name) || is_there(m))
		return;
	if (!m->why && (!harden_write(m->setup, &m->complete, h->style, m->name, m->answers, &m->arena, &f) ||
			!harden_write(m->setup, &m->complete, harden_plain(), m->name, m->answers, &m->arena, &plain)))
		m->why = "there is nothing in it that can be checked";
	else if (!m->why && strlen(f.text) > TEST_BYTES_MAX)
		m->why = "it is too long to be read";
	else if (!m->why && m->complete.unended && !m->setup->rewrite)
		m->why = "what it makes cannot be ended";
	else if (!m->why && quotes(h, f.text, &m->arena))
		m->why = "it quotes the implementation";
	if (m->why)
		harden_refuse(h, m->calls, m->why);
	else
		add(m, &f, &plain);
}

/* `most` are wanted; some will be refused. */
static void makings_init(struct makings *all, struct harden *h, const struct probe_setup *s, size_t most)
{
	*all = (struct makings){.h = h, .setup = s};
	all->sides =
		(struct example_sides){s->suite, s->planned, s->original, s->beside, s->original_len, s->beside_len, 0};
	all->items = arena_array(&all->arena, most + 1, struct making);
}

/* What is there already is passed over. */
static void want(struct makings *all, const struct probe *p, const char *from, const char *covers, const char *function)
{
	struct making m = {
		.h = all->h, .setup = all->setup, .probe = p, .from = from, .covers = covers, .function = function};
	m.calls = probe_line(&all->setup->grammar, p, &all->arena);
	m.name = name_of(&m, p, &all->arena);
	if (p->len > CALLS_OF_TEST_MAX)
		harden_refuse(all->h, m.calls, "it takes too many calls");
	else if (!is_known(all->h, m.name))
		all->items[all->len++] = m;
}

static int make_all(struct makings *all, struct err *err)
{
	int result = all->len ? find_all_answers(all, err) : 0;
	for (size_t i = 0; i < all->len; i++) {
		if (result == 0)
			make_test(&all->items[i]);
		arena_release(&all->items[i].arena);
	}
	for (size_t i = 0; i < 2; i++) {
		module_free(all->modules[i]);
		arena_release(&all->arenas[i]);
	}
	arena_release(&all->arena);
	return result;
}

/* ---- from rewrites */

static const char *last_function(const struct probe_setup *s, const struct probe *p)
{
	for (size_t i = p->len; i-- > 0;) {
		const struct probe_function *f = &s->grammar.functions[p->calls[i].function];
		if (i == 0 || !f->ends)
			return f->shim->function->name;
	}
	return "";
}

static const char *function_of(const struct probe_setup *s, const struct probe_found *f)
{
	const char *told = f->difference.text.function;
	for (size_t i = 0; i < f->probe.len; i++) {
		if (strcmp(s->grammar.functions[f->probe.calls[i].function].shim->function->name, told) == 0)
			return told;
	}
	return last_function(s, &f->probe);
}

static int make_from_found(struct harden *h, const char *name, const struct probe_setup *s,
			   const struct probe_found *found, size_t len, struct err *err)
{
	struct makings all;
	makings_init(&all, h, s, len);
	for (size_t i = 0; i < len; i++) {
		const struct probe_found *f = &found[i];
		const struct trace_text *t = &f->difference.text;
		if (!f->confirmed)
			continue;
		const char *function = function_of(s, f);
		want(&all, &f->probe, name,
		     arena_printf(&all.arena, "%s of %s, which a rewrite had otherwise", t->what, function), function);
	}
	return make_all(&all, err);
}

static int look_at_rewrite(struct harden *h, const char *name, struct probe_setup *s, struct probe_exploration *e,
			   struct err *err)
{
	struct probe_effort effort = {h->ask->inputs, h->ask->seed, h->ask->inputs * (uint64_t)FUEL_OF_INPUT};
	struct probe_found *found;
	size_t len;
	if (probe_setup_make(s, err) < 0)
		return -1;
	if (s->why) {
		harden_refuse(h, name, s->why);
		return 0;
	}
	if (probe_explore(&s->pair, &s->words, &effort, e, err) < 0 ||
	    probe_found_look(&s->pair, e, FOUND_MAX, &found, &len, err) < 0)
		return -1;
	int result = make_from_found(h, name, s, found, len, err);
	probe_found_release(found, len);
	return result;
}

int harden_gather_rewrite(struct harden *h, const char *name, const struct rewrite *rewrite, struct err *err)
{
	struct probe_setup s = {.suite = &h->visible->suite, .extracted = &h->visible->extracted, .rewrite = rewrite};
	struct probe_exploration e = {0};
	int result = look_at_rewrite(h, name, &s, &e, err);
	probe_exploration_release(&e);
	probe_setup_release(&s);
	return result;
}

/* ---- from the original alone */

static const char *covers_of(const struct probe_reach *r, struct arena *a)
{
	size_t count = r->places ? r->places : r->kinds ? r->kinds : r->ways;
	const char *some = count == 1 ? "" : "s";
	if (r->places)
		return arena_printf(a, "leads to %zu place%s in the code where no test led", count, some);
	if (r->kinds)
		return arena_printf(a, "hands over %zu kind%s of values that no test did", count, some);
	return arena_printf(a, "leads to %zu place%s in the code another number of times than tests do", count, some);
}

static int make_from_reach(struct harden *h, const struct probe_setup *s, const struct probe_reach *reach, size_t len,
			   struct err *err)
{
	struct makings all;
	makings_init(&all, h, s, len);
	for (size_t i = 0; i < len; i++) {
		const struct probe_reach *r = &reach[i];
		want(&all, &r->probe, "original", covers_of(r, &all.arena),
		     last_function(s, &r->probe));
	}
	return make_all(&all, err);
}

static int look_at_original(struct harden *h, struct probe_setup *s, struct probe_exploration *e, struct err *err)
{
	SCOPED_ARENA struct arena a = {0};
	struct probe_effort effort = {h->ask->inputs, h->ask->seed, h->ask->inputs * (uint64_t)FUEL_OF_INPUT};
	struct probe_reach *reach;
	size_t len = 0, most = h->ask->tests - h->ret->tests_len;
	if (probe_setup_make(s, err) < 0)
		return -1;
	if (s->why) {
		harden_refuse(h, "original", s->why);
		return 0;
	}
	if (probe_explore(&s->pair, &s->words, &effort, e, err) < 0 ||
	    probe_reach_choose(&s->pair, &s->words, e, effort.seed, 2 * most, &a, &reach, &len, err) < 0)
		return -1;
	return make_from_reach(h, s, reach, len, err);
}

int harden_gather_original(struct harden *h, struct err *err)
{
	struct probe_setup s = {.suite = &h->visible->suite, .extracted = &h->visible->extracted};
	struct probe_exploration e = {0};
	int result = look_at_original(h, &s, &e, err);
	probe_exploration_release(&e);
	probe_setup_release(&s);
	return result;
}
