#include "harness/provenance.h"

#include "core/mem.h"
#include "harness/runs.h"
#include "harness/tasks.h"

/* What is known of all. */
struct looking {
	struct ledger *ledger;
	struct exchange *exchanges; /* none if they make no sense: then the faults say so */
	size_t exchanges_len;
	struct attempt *attempts;
	size_t attempts_len;
	struct arena *a;
};

struct string_list {
	const char **items;
	size_t len, cap;
};

static void add_once(struct string_list *list, const char *text)
{
	for (size_t i = 0; i < list->len; i++) {
		if (strcmp(list->items[i], text) == 0)
			return;
	}
	*vec_push(list) = text;
}

static struct strings hand_out(struct string_list *list, struct arena *a)
{
	struct strings ret = {arena_copy(a, list->items, list->len, sizeof(*list->items)), list->len};
	vec_release(list);
	return ret;
}

/* ---- which exchanges led to an attempt */

/* The last one that the commit is of: the same files can be found twice. */
static const struct exchange *exchange_of(const struct looking *l, uint64_t number)
{
	for (size_t i = 0; i < l->exchanges_len; i++) {
		if (l->exchanges[i].number == number)
			return &l->exchanges[i];
	}
	return NULL;
}

/* Attempts are no part of the chain: one counts only where the commit says the same of its run and its reply. */
static bool agrees(const struct looking *l, const struct attempt *attempt, const struct candidate *c)
{
	const struct exchange *e = exchange_of(l, attempt->exchange);
	char reply[HASH_HEX];
	uint64_t run;
	if (!e || e->run != attempt->run || !str_to_u64(str_of(c->run), &run) || run != attempt->run)
		return false;
	hash_hex(&e->received, reply);
	return strcmp(reply, c->reply) == 0;
}

static const struct attempt *attempt_of(const struct looking *l, const struct candidate *c)
{
	const struct attempt *found = NULL;
	for (size_t i = 0; i < l->attempts_len; i++) {
		if (strcmp(l->attempts[i].commit, c->commit) == 0 && agrees(l, &l->attempts[i], c))
			found = &l->attempts[i];
	}
	return found;
}

/* "c1" of "c1/src/ring.c/s1/r0"; empty where it is of no slot, as "plan/r0". */
static struct str slot_of(const char *key)
{
	struct str slot = str_first(str_of(key), str_index(str_of(key), '/'));
	uint64_t number;
	bool is_slot = str_starts(slot, STR("c")) && str_to_u64(str_from(slot, 1), &number);
	return is_slot ? slot : (struct str){0};
}

static uint64_t place_of(const struct looking *l, uint64_t number)
{
	for (size_t i = 0; i < l->exchanges_len; i++) {
		if (l->exchanges[i].number == number)
			return l->exchanges[i].place;
	}
	return 0;
}

/* Of a unit, those up to the one that gave it; the whole is made of units that were asked for side by side. */
static bool has_led(const struct looking *l, const struct attempt *t, const struct exchange *e)
{
	struct str slot = slot_of(e->key);
	if (e->run != t->run || e->state != EXCHANGE_ANSWERED)
		return false;
	if (slot.len && !str_eq(slot, slot_of(t->key)))
		return false;
	return !t->unit[0] || e->place <= place_of(l, t->exchange);
}

static void look_at_run(const struct looking *l, const struct attempt *t, struct provenance_row *row)
{
	struct string_list who = {0}, requests = {0};
	row->run = t->run;
	row->key = t->key;
	row->level = PROVENANCE_RECORDED;
	for (size_t i = 0; i < l->exchanges_len; i++) {
		const struct exchange *e = &l->exchanges[i];
		if (!has_led(l, t, e))
			continue;
		row->exchanges++;
		row->level = e->provenance < row->level ? e->provenance : row->level;
		add_once(&who, arena_printf(l->a, "%s%s%s", e->provider, e->model[0] ? "/" : "", e->model));
		if (e->request_id[0])
			add_once(&requests, e->request_id);
	}
	if (!row->exchanges)
		row->level = PROVENANCE_NONE;
	row->who = hand_out(&who, l->a);
	row->requests = hand_out(&requests, l->a);
}

static int look_at(const struct looking *l, const struct candidate *c, struct provenance_row *row, struct err *err)
{
	const struct attempt *attempt = attempt_of(l, c);
	struct hash head;
	row->candidate = c;
	row->key = "";
	row->has_head = c->transcript[0] != '\0';
	if (attempt)
		look_at_run(l, attempt, row);
	if (hash_from_hex(str_of(c->transcript), &head))
		return transcript_place(l->ledger, &head, &row->place, err);
	return 0;
}

/* ---- all */

static int read_licences(const char *project, struct arena *a, struct provenance_report *r, struct err *err)
{
	struct taskfile tasks;
	if (tasks_read(project, a, &tasks, err) < 0)
		return -1;
	r->licence = arena_str(a, taskfile_value(&tasks, "licence", a));
	r->rewrite_licence = arena_str(a, taskfile_value(&tasks, "rewrite-licence", a));
	return 0;
}

/* A row that makes no sense is a fault, and was told. */
static int read_exchanges(struct looking *l, struct provenance_report *r, struct err *err)
{
	struct err why = {0};
	if (transcript_list(l->ledger, 0, l->a, &l->exchanges, &l->exchanges_len, &why) < 0)
		return why.kind == ERR_PARSE && r->faults_len ? 0 : err_copy(err, &why);
	for (size_t i = 0; i < l->exchanges_len; i++)
		r->open += l->exchanges[i].state == EXCHANGE_OPEN;
	return 0;
}

static bool is_intact(const struct provenance_report *r)
{
	bool intact = true;
	for (size_t i = 0; i < r->faults_len; i++)
		intact &= r->faults[i].is_extra;
	for (size_t i = 0; i < r->len; i++)
		intact &= !r->rows[i].has_head || r->rows[i].place;
	return intact;
}

int provenance_read(const char *project, const struct candidate_list *list, struct ledger *ledger, struct arena *a,
		    struct provenance_report *ret, struct err *err)
{
	struct provenance_report r = {.rows = arena_array(a, list->len, struct provenance_row), .len = list->len};
	struct looking l = {.ledger = ledger, .a = a};
	if (transcript_verify(project, ledger, a, &r.faults, &r.faults_len, err) < 0 ||
	    transcript_head(ledger, &r.head, &r.exchanges, err) < 0 || read_exchanges(&l, &r, err) < 0 ||
	    runs_attempts(ledger, 0, a, &l.attempts, &l.attempts_len, err) < 0 || read_licences(project, a, &r, err) < 0)
		return -1;
	for (size_t i = 0; i < list->len; i++) {
		if (look_at(&l, &list->items[i], &r.rows[i], err) < 0)
			return -1;
	}
	r.is_intact = is_intact(&r);
	*ret = r;
	return 0;
}
