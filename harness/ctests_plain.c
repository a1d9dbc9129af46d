#include "harness/ctests_scan.h"

#include "core/mem.h"

#include <ctype.h>

/*
 * A program without a framework. Its runners are main, or what nobody in the
 * sources calls, and functions that these call and that do little else than run
 * tests. A test is what a runner calls, hands to something that runs it, or
 * keeps in an array. What a program does beside its tests looks much the same,
 * so names decide between the two: where some of a runner's functions are named
 * like tests, it is those; where none is, all but those that are named like
 * setting up, tidying up or reporting.
 */

enum { DEPTH_MAX = 4, WORD_MAX = 64, ARGUMENT_TOKENS_MAX = 64, REPEATED_MIN = 3 };

struct runner {
	uint32_t function, depth;
};

struct plain {
	struct ctscan *scan;
	bool *queued;            /* by function */
	unsigned char *judged;   /* by function: 0, or 1 more than whether it runs tests */
	uint32_t *look;          /* the mentions in the runner that is looked at */
	uint32_t *in_function;   /* mentions, by function */
	uint32_t *function_from; /* by function, and one more: where its own begin */
	uint32_t *table_of;      /* by name: the first mention in an array at a file's top with this name */
	uint32_t *table_next;    /* by mention */
	struct {
		struct runner *items;
		size_t len, cap;
	} runners;
	struct {
		uint32_t *items; /* mentions that may register a test of one kind */
		size_t len, cap;
	} group;
};

/* ---- names */

/* The next word of `setUp_all2`, which are "set", "up" and "all"; false at the end. */
static bool next_word(struct str *rest, char word[static WORD_MAX])
{
	size_t len = 0, at = 0;
	while (at < rest->len && !isalpha((unsigned char)rest->ptr[at]))
		at++;
	for (; at < rest->len && isalpha((unsigned char)rest->ptr[at]) && len + 1 < WORD_MAX; at++) {
		bool upper = isupper((unsigned char)rest->ptr[at]);
		if (upper && len > 0 && islower((unsigned char)rest->ptr[at - 1]))
			break;
		word[len++] = (char)tolower((unsigned char)rest->ptr[at]);
	}
	word[len] = '\0';
	*rest = str_from(*rest, at);
	return len > 0;
}

static bool has_word(const struct ctscan *s, uint32_t name, const char *const *words, size_t len)
{
	char word[WORD_MAX];
	struct str rest = ctscan_name(s, name);
	while (next_word(&rest, word)) {
		for (size_t i = 0; i < len; i++) {
			if (strcmp(word, words[i]) == 0)
				return true;
		}
	}
	return false;
}

/* Part of running tests, whatever else the name says. */
static bool is_service(const struct ctscan *s, uint32_t name)
{
	static const char *const words[] = {"setup", "teardown", "usage", "main"};
	return has_word(s, name, words, countof(words));
}

static bool is_named_test(const struct ctscan *s, uint32_t name)
{
	static const char *const words[] = {"test",   "tests", "check",    "checks",
					    "verify", "spec",  "testcase", "should"};
	return has_word(s, name, words, countof(words)) && !is_service(s, name);
}

static bool is_named_other(const struct ctscan *s, uint32_t name)
{
	static const char *const words[] = {
		"init", "initialize", "initialise", "prepare", "begin", "start", "open",   "reset", "fini",
		"end",  "finish",     "done",       "cleanup", "clean", "close", "free",   "tear",  "destroy",
		"exit", "report",     "print",      "dump",    "help",  "usage", "version", "summary",
	};
	return is_service(s, name) || has_word(s, name, words, countof(words));
}

/* What a function or macro is called that runs what it is handed. */
static bool is_named_runner(const struct ctscan *s, uint32_t name)
{
	static const char *const words[] = {"test", "tests", "testcase", "run", "case", "check", "it", "spec", "suite"};
	return has_word(s, name, words, countof(words));
}

/* ---- what is where */

static void index_functions(struct plain *p)
{
	const struct ctscan *s = p->scan;
	size_t functions = s->functions.len;
	p->function_from = arena_array(s->arena, functions + 1, uint32_t);
	p->in_function = arena_array(s->arena, s->mentions.len + 1, uint32_t);
	uint32_t *next = arena_array(s->arena, functions + 1, uint32_t);
	for (size_t i = 0; i < s->mentions.len; i++) {
		if (s->mentions.items[i].function != CTSCAN_NONE)
			p->function_from[s->mentions.items[i].function + 1]++;
	}
	for (size_t f = 0; f < functions; f++)
		next[f + 1] = p->function_from[f + 1] += p->function_from[f];
	for (uint32_t i = 0; i < s->mentions.len; i++) {
		if (s->mentions.items[i].function != CTSCAN_NONE)
			p->in_function[next[s->mentions.items[i].function]++] = i;
	}
}

static void index_tables(struct plain *p)
{
	const struct ctscan *s = p->scan;
	p->table_of = arena_array(s->arena, ctscan_names_len(s) + 1, uint32_t);
	p->table_next = arena_array(s->arena, s->mentions.len + 1, uint32_t);
	memset(p->table_of, 0xFF, ctscan_names_len(s) * sizeof(*p->table_of));
	for (uint32_t i = (uint32_t)s->mentions.len; i-- > 0;) {
		const struct ctscan_mention *m = &s->mentions.items[i];
		if (m->place != CTSCAN_ELEMENT || m->function != CTSCAN_NONE || m->table == CTSCAN_NONE)
			continue;
		p->table_next[i] = p->table_of[m->table];
		p->table_of[m->table] = i;
	}
}

/* ---- runners */

static size_t count_statements(const struct ctscan *s, const struct ctscan_function *function)
{
	const struct ctscan_file *f = &s->files[function->file];
	const struct ctscan_token *tokens = f->tokens.items;
	size_t count = 0;
	for (uint32_t t = function->body + 1; t < function->last; t++) {
		bool ends = tokens[t].sign == ';' || ctscan_ends_block(f, t);
		count += ends && tokens[t].up == function->body;
	}
	return count;
}

static bool mentions_table(const struct plain *p, const struct ctscan_function *function)
{
	const struct ctscan_token *tokens = p->scan->files[function->file].tokens.items;
	for (uint32_t t = function->body; t <= function->last; t++) {
		if (tokens[t].name != CTSCAN_NONE && p->table_of[tokens[t].name] != CTSCAN_NONE)
			return true;
	}
	return false;
}

/* Half of what it does, or more, is running functions that nothing else runs. */
static bool runs_tests(const struct plain *p, uint32_t function)
{
	const struct ctscan *s = p->scan;
	const struct ctscan_function *f = &s->functions.items[function];
	bool test = is_named_test(s, f->name);
	size_t run = 0;
	for (uint32_t i = p->function_from[function]; i < p->function_from[function + 1]; i++) {
		const struct ctscan_mention *m = &s->mentions.items[p->in_function[i]];
		bool handed = m->place == CTSCAN_HANDED || m->place == CTSCAN_ELEMENT;
		bool registers = handed || (m->place == CTSCAN_CALL && !m->arguments);
		run += registers && s->uses[m->name] == 1 && (!test || is_named_test(s, m->name));
	}
	if (run < 2 && mentions_table(p, f))
		run += 2;
	return run >= (test ? 2 : 1) && 2 * run >= count_statements(s, f);
}

static void queue(struct plain *p, uint32_t function, uint32_t depth)
{
	if (p->queued[function] || depth > DEPTH_MAX)
		return;
	p->queued[function] = true;
	*vec_push(&p->runners) = (struct runner){function, depth};
}

/* True if the function of this name is a runner itself. */
static bool queue_runner(struct plain *p, uint32_t name, uint32_t depth)
{
	bool runner = false;
	for (uint32_t i = p->scan->function_of[name]; i != CTSCAN_NONE; i = p->scan->functions.items[i].next) {
		if (!p->judged[i])
			p->judged[i] = runs_tests(p, i) ? 2 : 1;
		if (!p->queued[i] && p->judged[i] == 1)
			continue;
		runner = true;
		queue(p, i, depth);
	}
	return runner;
}

static void queue_roots(struct plain *p)
{
	const struct ctscan *s = p->scan;
	uint32_t name = ctscan_find_name(s, STR("main"));
	bool any = name != CTSCAN_NONE && s->function_of[name] != CTSCAN_NONE;
	for (uint32_t i = 0; i < s->functions.len; i++) {
		uint32_t own = s->functions.items[i].name;
		if (any ? own == name : s->uses[own] == 0)
			queue(p, i, 0);
	}
}

/* ---- groups */

/*
 * Marks those of the group that are tests. A group is trusted if hardly anything
 * but tests would stand there; else the functions' names must agree.
 */
static void accept_group(struct plain *p, bool trusted)
{
	struct ctscan *s = p->scan;
	size_t named = 0, others = 0;
	for (size_t i = 0; i < p->group.len; i++) {
		uint32_t name = s->mentions.items[p->group.items[i]].name;
		bool test = is_named_test(s, name);
		named += test;
		others += !test && !is_named_other(s, name);
	}
	bool only_named = named > 0 && named >= others;
	for (size_t i = 0; i < p->group.len; i++) {
		struct ctscan_mention *m = &s->mentions.items[p->group.items[i]];
		if (trusted)
			m->accepted = p->group.len > 1 ? !is_service(s, m->name) : named > 0;
		else if (only_named || m->place == CTSCAN_HANDED)
			m->accepted = is_named_test(s, m->name);
		else
			m->accepted = others > 1 && !is_named_other(s, m->name);
	}
	p->group.len = 0;
}

/* Of several functions in one place the test is the first that is named so, or that is used nowhere else. */
static uint32_t better(const struct ctscan *s, uint32_t a, uint32_t b)
{
	uint32_t first = s->mentions.items[a].name, second = s->mentions.items[b].name;
	if (is_named_test(s, first) != is_named_test(s, second))
		return is_named_test(s, first) ? a : b;
	return s->uses[first] > 1 && s->uses[second] == 1 ? b : a;
}

static void add_to_group(struct plain *p, uint32_t mention)
{
	const struct ctscan_mention *m = &p->scan->mentions.items[mention], *last = NULL;
	if (p->group.len)
		last = &p->scan->mentions.items[p->group.items[p->group.len - 1]];
	if (last && last->file == m->file && last->first == m->first && m->place != CTSCAN_CALL)
		p->group.items[p->group.len - 1] = better(p->scan, p->group.items[p->group.len - 1], mention);
	else
		*vec_push(&p->group) = mention;
}

/* Between the bracket and its pair stand only what would be there anywhere, literals and constants,
 * and the mention's own name. */
static bool takes_constants(const struct ctscan *s, const struct ctscan_mention *m, uint32_t open)
{
	const struct ctscan_file *f = &s->files[m->file];
	uint32_t close = ctscan_sign(f, open) == '(' ? f->tokens.items[open].pair : CTSCAN_NONE;
	for (uint32_t t = open + 1; close != CTSCAN_NONE && t < close && t < open + ARGUMENT_TOKENS_MAX; t++) {
		struct str text = ctscan_text(f, &f->tokens.items[t]);
		for (size_t i = 0; t != m->token && f->tokens.items[t].kind == CTOKEN_NAME && i < text.len; i++) {
			if (islower((unsigned char)text.ptr[i]))
				return false;
		}
	}
	return close != CTSCAN_NONE && close < open + ARGUMENT_TOKENS_MAX;
}

/* The same is done with several functions, and nothing else is needed for it: `SAY(a); SAY(b); SAY(c);` */
static bool is_repeated(const struct ctscan *s, const uint32_t *mentions, size_t len)
{
	static const char *const others[] = {"signal",  "atexit",         "at_quick_exit",
					     "on_exit", "pthread_create", "thrd_create"};
	for (size_t i = 0; i < len; i++) {
		const struct ctscan_mention *m = &s->mentions.items[mentions[i]];
		if (i > 0 && m->name == s->mentions.items[mentions[i - 1]].name)
			return false;
		if (!takes_constants(s, m, s->files[m->file].tokens.items[m->token].up))
			return false;
	}
	for (size_t i = 0; i < countof(others) && len; i++) {
		if (str_eq(ctscan_name(s, s->mentions.items[mentions[0]].callee), str_of(others[i])))
			return false;
	}
	return len >= REPEATED_MIN;
}

/* Calls without arguments, or one call with some. */
static bool may_be_test_call(const struct ctscan *s, const struct ctscan_mention *m)
{
	if (m->place != CTSCAN_CALL)
		return false;
	return !m->arguments || (s->uses[m->name] == 1 && takes_constants(s, m, m->token + 1));
}

/* What is handed to one function or macro, or stands in one array, is one group. */
static uint32_t group_of(const struct ctscan_mention *m)
{
	return m->place == CTSCAN_ELEMENT ? m->table : m->place == CTSCAN_HANDED ? m->callee : CTSCAN_NONE;
}

static int by_group(const void *a, const void *b, void *context)
{
	const struct ctscan *s = context;
	uint32_t i = *(const uint32_t *)a, k = *(const uint32_t *)b;
	const struct ctscan_mention *x = &s->mentions.items[i], *y = &s->mentions.items[k];
	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	if (group_of(x) != group_of(y))
		return group_of(x) < group_of(y) ? -1 : 1;
	return i < k ? -1 : i > k;
}

static void accept_one_group(struct plain *p, const uint32_t *mentions, size_t len)
{
	const struct ctscan *s = p->scan;
	const struct ctscan_mention *first = &s->mentions.items[mentions[0]];
	bool trusted = first->place == CTSCAN_ELEMENT;
	if (first->place == CTSCAN_HANDED && first->callee != CTSCAN_NONE)
		trusted = is_named_runner(s, first->callee) || is_repeated(s, mentions, len);
	for (size_t i = 0; i < len; i++)
		add_to_group(p, mentions[i]);
	accept_group(p, trusted);
}

static void accept_groups(struct plain *p, const uint32_t *mentions, size_t len)
{
	const struct ctscan_mention *items = p->scan->mentions.items;
	for (size_t i = 0, end; i < len; i = end) {
		const struct ctscan_mention *first = &items[mentions[i]];
		for (end = i + 1; end < len; end++) {
			const struct ctscan_mention *m = &items[mentions[end]];
			if (m->place != first->place || group_of(m) != group_of(first))
				break;
		}
		accept_one_group(p, mentions + i, end - i);
	}
}

/* ---- one runner */

static void accept_tables(struct plain *p, const struct ctscan_function *function)
{
	const struct ctscan_token *tokens = p->scan->files[function->file].tokens.items;
	for (uint32_t t = function->body; t <= function->last; t++) {
		uint32_t name = tokens[t].name;
		if (name == CTSCAN_NONE || p->table_of[name] == CTSCAN_NONE)
			continue;
		for (uint32_t i = p->table_of[name]; i != CTSCAN_NONE; i = p->table_next[i])
			add_to_group(p, i);
		p->table_of[name] = CTSCAN_NONE;
		accept_group(p, true);
	}
}

static void look_at_runner(struct plain *p, struct runner runner)
{
	struct ctscan *s = p->scan;
	const uint32_t *mentions = p->in_function + p->function_from[runner.function];
	size_t kept = 0, len = p->function_from[runner.function + 1] - p->function_from[runner.function];
	for (size_t i = 0; i < len; i++) {
		const struct ctscan_mention *m = &s->mentions.items[mentions[i]];
		bool outside = m->place != CTSCAN_OWN && m->place != CTSCAN_DECLARATION;
		if (!outside || queue_runner(p, m->name, runner.depth + 1))
			continue;
		if (m->place == CTSCAN_HANDED || m->place == CTSCAN_ELEMENT || may_be_test_call(s, m))
			p->look[kept++] = mentions[i];
	}
	if (kept)
		qsort_r(p->look, kept, sizeof(*p->look), by_group, s);
	accept_groups(p, p->look, kept);
	accept_tables(p, &s->functions.items[runner.function]);
}

void ctests_accept_plain(struct ctscan *s)
{
	struct plain p = {
		.scan = s,
		.queued = arena_array(s->arena, s->functions.len + 1, bool),
		.judged = arena_array(s->arena, s->functions.len + 1, unsigned char),
		.look = arena_array(s->arena, s->mentions.len + 1, uint32_t),
	};
	index_functions(&p);
	index_tables(&p);
	queue_roots(&p);
	for (size_t i = 0; i < p.runners.len; i++)
		look_at_runner(&p, p.runners.items[i]);
	vec_release(&p.runners);
	vec_release(&p.group);
}
