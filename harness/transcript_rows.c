#include "harness/transcript_parts.h"

#include "core/mem.h"
#include "core/utf8.h"

/* In the order in which they are bound, read and hashed. */
#define COLUMNS \
	"run, key, provider, kind, model, prompt, prompt_file, sent, received, state, provenance, status, stop, " \
	"request_id, usage_known, fresh, cache_read, cache_write, output, reasoning, cost, cost_known, cost_at_most, " \
	"recited, first_ms, wall_ms, asked_s"

static const char *const state_names[] = {
	[EXCHANGE_OPEN] = "open",
	[EXCHANGE_ANSWERED] = "answered",
	[EXCHANGE_DECLINED] = "declined",
	[EXCHANGE_BROKEN] = "broken",
	[EXCHANGE_FAILED] = "failed",
};

const char *exchange_state_name(enum exchange_state state)
{
	return state_names[state];
}

static bool state_from(const char *name, enum exchange_state *ret)
{
	for (size_t i = 0; i < countof(state_names); i++) {
		if (strcmp(name, state_names[i]) == 0) {
			*ret = (enum exchange_state)i;
			return true;
		}
	}
	return false;
}

static bool provenance_from(const char *name, enum provenance *ret)
{
	for (enum provenance level = PROVENANCE_NONE; level <= PROVENANCE_RECORDED; level++) {
		if (strcmp(name, provenance_name(level)) == 0) {
			*ret = level;
			return true;
		}
	}
	return false;
}

int exchange_row_unsound(uint64_t number, struct err *err)
{
	return err_set(err, ERR_PARSE, LEDGER_FILE ": exchange %llu makes no sense; `recast log --provenance` says what was "
		       "changed", (unsigned long long)number);
}

/* ---- what is kept */

static const char *clean_line(const char *text, struct arena *a)
{
	SCOPED_BUF struct buf line;
	buf_init(&line, 4 * EXCHANGE_LINE_MAX);
	utf8_append_line(&line, str_first(str_of(text ? text : ""), EXCHANGE_LINE_MAX));
	return arena_str(a, str_whole_characters(str_first(buf_str(&line), EXCHANGE_LINE_MAX)));
}

static void clean_number(uint64_t *number)
{
	*number = *number > INT64_MAX ? INT64_MAX : *number;
}

void exchange_row_clean(struct exchange *e, struct arena *a)
{
	uint64_t *const numbers[] = {
		&e->usage.fresh, &e->usage.cache_read, &e->usage.cache_write, &e->usage.output, &e->usage.reasoning,
		&e->cost,	 &e->recited,	       &e->first_ms,	      &e->wall_ms,
	};
	for (size_t i = 0; i < countof(numbers); i++)
		clean_number(numbers[i]);
	e->key = arena_strdup(a, e->key);
	e->provider = clean_line(e->provider, a);
	e->kind = clean_line(e->kind, a);
	e->model = clean_line(e->model, a);
	e->stop = clean_line(e->stop, a);
	e->request_id = clean_line(e->request_id, a);
}

struct hash exchange_row_head(const struct hash *before, const struct exchange *e)
{
	const struct hash *const hashes[] = {before, &e->prompt, &e->prompt_file, &e->sent, &e->received};
	const char *const texts[] = {
		e->key, e->provider, e->kind, e->model, exchange_state_name(e->state), provenance_name(e->provenance),
		e->stop, e->request_id,
	};
	const uint64_t numbers[] = {
		e->place,	     e->number,		   e->run,	    e->status,
		e->usage.known,	     e->usage.fresh,	   e->usage.cache_read, e->usage.cache_write,
		e->usage.output,     e->usage.reasoning,   e->cost,	    e->cost_known,
		e->cost_at_most,     e->recited,	   e->first_ms,	    e->wall_ms,
		(uint64_t)e->asked_s,
	};
	struct hasher h;
	hasher_init(&h);
	hasher_field(&h, STR("recast exchange 1"));
	for (size_t i = 0; i < countof(hashes); i++)
		hasher_field(&h, ledger_hash_bytes(hashes[i]));
	for (size_t i = 0; i < countof(texts); i++)
		hasher_field(&h, str_of(texts[i]));
	for (size_t i = 0; i < countof(numbers); i++)
		hasher_field_u64(&h, numbers[i]);
	return hasher_finish(&h);
}

/* ---- reading */

static void read_end(struct ledger_row *row, struct exchange *e)
{
	/* An open one has no place, head and bytes; these are NULL then, and 0 is no place. */
	struct hash nothing = {0};
	e->place = ledger_row_number(row, INT64_MAX);
	if (e->state == EXCHANGE_OPEN) {
		row->is_sound &= e->place == 0;
		e->received = nothing;
		return;
	}
	row->is_sound &= e->place > 0;
	e->head = ledger_row_hash(row);
}

static void read_columns(struct ledger_row *row, struct exchange *e)
{
	e->number = ledger_row_number(row, INT64_MAX);
	e->run = ledger_row_number(row, INT64_MAX);
	e->key = ledger_row_text(row);
	e->provider = ledger_row_text(row);
	e->kind = ledger_row_text(row);
	e->model = ledger_row_text(row);
	e->prompt = ledger_row_hash(row);
	e->prompt_file = ledger_row_hash(row);
	e->sent = ledger_row_hash(row);
	bool is_sound = row->is_sound;
	e->received = ledger_row_hash(row);
	bool has_received = row->is_sound;
	row->is_sound = is_sound;
	row->is_sound &= state_from(ledger_row_text(row), &e->state);
	row->is_sound &= has_received || e->state == EXCHANGE_OPEN;
	row->is_sound &= provenance_from(ledger_row_text(row), &e->provenance);
	e->status = (unsigned)ledger_row_number(row, UINT32_MAX);
	e->stop = ledger_row_text(row);
	e->request_id = ledger_row_text(row);
	e->usage.known = ledger_row_flag(row);
	e->usage.fresh = ledger_row_number(row, INT64_MAX);
	e->usage.cache_read = ledger_row_number(row, INT64_MAX);
	e->usage.cache_write = ledger_row_number(row, INT64_MAX);
	e->usage.output = ledger_row_number(row, INT64_MAX);
	e->usage.reasoning = ledger_row_number(row, INT64_MAX);
	e->cost = ledger_row_number(row, INT64_MAX);
	e->cost_known = ledger_row_flag(row);
	e->cost_at_most = ledger_row_flag(row);
	e->recited = ledger_row_number(row, INT64_MAX);
	e->first_ms = ledger_row_number(row, INT64_MAX);
	e->wall_ms = ledger_row_number(row, INT64_MAX);
	e->asked_s = db_i64(row->statement, row->column++);
	read_end(row, e);
}

static struct exchange_row read_row(struct db_statement *s, struct arena *a)
{
	struct ledger_row row = {.statement = s, .arena = a, .is_sound = true};
	struct exchange_row e = {0};
	read_columns(&row, &e.exchange);
	e.is_sound = row.is_sound;
	return e;
}

int exchange_rows_read(struct ledger *ledger, uint64_t run, struct arena *a, struct exchange_rows *rows,
		       struct err *err)
{
	SCOPED_STATEMENT struct db_statement *s = NULL;
	bool is_row = true;
	if (db_prepare(ledger->db,
		       "SELECT id, " COLUMNS ", place, head FROM exchange WHERE run = ?1 OR ?1 = 0 ORDER BY id", &s,
		       err) < 0)
		return -1;
	db_bind_u64(s, 1, run);
	while (is_row) {
		if (db_step(s, &is_row, err) < 0)
			return -1;
		if (is_row)
			*vec_push(rows) = read_row(s, a);
	}
	return 0;
}

int exchange_rows_last(struct ledger *ledger, uint64_t *ret, struct err *err)
{
	SCOPED_STATEMENT struct db_statement *s = NULL;
	bool is_row;
	if (db_prepare(ledger->db, "SELECT seq FROM sqlite_sequence WHERE name = 'exchange'", &s, err) < 0 ||
	    db_step(s, &is_row, err) < 0)
		return -1;
	*ret = is_row && db_i64(s, 0) > 0 ? (uint64_t)db_i64(s, 0) : 0;
	return 0;
}

int transcript_list(struct ledger *ledger, uint64_t run, struct arena *a, struct exchange **ret, size_t *ret_len,
		    struct err *err)
{
	SCOPED_HOLD struct ledger *hold = ledger ? ledger_hold(ledger) : NULL;
	struct exchange_rows rows = {0};
	int result = hold ? exchange_rows_read(hold, run, a, &rows, err) : 0;
	struct exchange *list = arena_array(a, rows.len, struct exchange);
	for (size_t i = 0; result == 0 && i < rows.len; i++) {
		list[i] = rows.items[i].exchange;
		if (!rows.items[i].is_sound)
			result = exchange_row_unsound(list[i].number, err);
	}
	if (result == 0) {
		*ret = list;
		*ret_len = rows.len;
	}
	vec_release(&rows);
	return result;
}

int transcript_find(struct transcript *t, const char *key, const struct hash *prompt, struct arena *a, bool *ret_is,
		    struct exchange *ret, struct err *err)
{
	SCOPED_HOLD struct ledger *hold = ledger_hold(transcript_ledger(t));
	SCOPED_STATEMENT struct db_statement *s = NULL;
	bool is_row;
	if (db_prepare(hold->db,
		       "SELECT id, " COLUMNS ", place, head FROM exchange WHERE run = ? AND key = ? AND prompt = ? "
		       "AND state = 'answered' ORDER BY id DESC LIMIT 1",
		       &s, err) < 0)
		return -1;
	db_bind_u64(s, 1, transcript_run(t));
	db_bind_text(s, 2, str_of(key));
	db_bind_bytes(s, 3, ledger_hash_bytes(prompt));
	if (db_step(s, &is_row, err) < 0)
		return -1;
	if (is_row) {
		struct exchange_row row = read_row(s, a);
		if (!row.is_sound)
			return exchange_row_unsound(row.exchange.number, err);
		*ret = row.exchange;
	}
	*ret_is = is_row;
	return 0;
}

/* ---- the chain */

static int last_head(struct ledger *ledger, struct hash *ret, uint64_t *ret_place, struct err *err)
{
	SCOPED_STATEMENT struct db_statement *s = NULL;
	SCOPED_ARENA struct arena scratch = {0};
	struct hash head = {0};
	uint64_t place = 0;
	bool is_row;
	if (db_prepare(ledger->db, "SELECT place, head FROM exchange WHERE place > 0 ORDER BY place DESC LIMIT 1", &s,
		       err) < 0 ||
	    db_step(s, &is_row, err) < 0)
		return -1;
	if (is_row) {
		struct ledger_row row = {.statement = s, .arena = &scratch, .is_sound = true};
		place = ledger_row_number(&row, INT64_MAX - 1);
		head = ledger_row_hash(&row);
		if (!row.is_sound)
			return err_set(err, ERR_PARSE, LEDGER_FILE ": the last head of the exchanges makes no sense");
	}
	*ret = head;
	*ret_place = place;
	return 0;
}

int transcript_head(struct ledger *ledger, struct hash *ret, uint64_t *ret_place, struct err *err)
{
	SCOPED_HOLD struct ledger *hold = ledger ? ledger_hold(ledger) : NULL;
	if (hold)
		return last_head(hold, ret, ret_place, err);
	*ret = (struct hash){0};
	*ret_place = 0;
	return 0;
}

int transcript_place(struct ledger *ledger, const struct hash *head, uint64_t *ret, struct err *err)
{
	SCOPED_HOLD struct ledger *hold = ledger ? ledger_hold(ledger) : NULL;
	SCOPED_STATEMENT struct db_statement *s = NULL;
	bool is_row = false;
	if (hold && db_prepare(hold->db, "SELECT place FROM exchange WHERE head = ? AND place > 0", &s, err) < 0)
		return -1;
	if (s)
		db_bind_bytes(s, 1, ledger_hash_bytes(head));
	if (s && db_step(s, &is_row, err) < 0)
		return -1;
	*ret = is_row ? (uint64_t)db_i64(s, 0) : 0;
	return 0;
}

/* ---- writing */

/* What COLUMNS says. */
static void bind_columns(struct db_statement *s, const struct exchange *e)
{
	int i = 1;
	db_bind_u64(s, i++, e->run);
	db_bind_text(s, i++, str_of(e->key));
	db_bind_text(s, i++, str_of(e->provider));
	db_bind_text(s, i++, str_of(e->kind));
	db_bind_text(s, i++, str_of(e->model));
	db_bind_bytes(s, i++, ledger_hash_bytes(&e->prompt));
	db_bind_bytes(s, i++, ledger_hash_bytes(&e->prompt_file));
	db_bind_bytes(s, i++, ledger_hash_bytes(&e->sent));
	if (e->state == EXCHANGE_OPEN)
		i++; /* stays NULL */
	else
		db_bind_bytes(s, i++, ledger_hash_bytes(&e->received));
	db_bind_text(s, i++, str_of(exchange_state_name(e->state)));
	db_bind_text(s, i++, str_of(provenance_name(e->provenance)));
	db_bind_u64(s, i++, e->status);
	db_bind_text(s, i++, str_of(e->stop));
	db_bind_text(s, i++, str_of(e->request_id));
	db_bind_u64(s, i++, e->usage.known);
	db_bind_u64(s, i++, e->usage.fresh);
	db_bind_u64(s, i++, e->usage.cache_read);
	db_bind_u64(s, i++, e->usage.cache_write);
	db_bind_u64(s, i++, e->usage.output);
	db_bind_u64(s, i++, e->usage.reasoning);
	db_bind_u64(s, i++, e->cost);
	db_bind_u64(s, i++, e->cost_known);
	db_bind_u64(s, i++, e->cost_at_most);
	db_bind_u64(s, i++, e->recited);
	db_bind_u64(s, i++, e->first_ms);
	db_bind_u64(s, i++, e->wall_ms);
	db_bind_i64(s, i++, e->asked_s);
}

enum { COLUMNS_LEN = 27 };

#define PARAMETERS "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"

int exchange_row_insert(struct ledger *ledger, struct exchange *e, struct err *err)
{
	SCOPED_STATEMENT struct db_statement *s = NULL;
	bool is_row;
	if (db_prepare(ledger->db, "INSERT INTO exchange (" COLUMNS ") VALUES (" PARAMETERS ") RETURNING id", &s, err) < 0)
		return -1;
	bind_columns(s, e);
	if (db_step(s, &is_row, err) < 0)
		return -1;
	e->number = (uint64_t)db_i64(s, 0);
	return 0;
}

int exchange_row_end(struct ledger *ledger, struct exchange *e, struct err *err)
{
	SCOPED_STATEMENT struct db_statement *s = NULL;
	struct hash before;
	bool is_row;
	if (last_head(ledger, &before, &e->place, err) < 0)
		return -1;
	e->place++;
	e->head = exchange_row_head(&before, e);
	if (db_prepare(ledger->db,
		       "UPDATE exchange SET (" COLUMNS ", place, head) = (" PARAMETERS ", ?, ?) "
		       "WHERE id = ? AND state = 'open' RETURNING id",
		       &s, err) < 0)
		return -1;
	bind_columns(s, e);
	db_bind_u64(s, COLUMNS_LEN + 1, e->place);
	db_bind_bytes(s, COLUMNS_LEN + 2, ledger_hash_bytes(&e->head));
	db_bind_u64(s, COLUMNS_LEN + 3, e->number);
	if (db_step(s, &is_row, err) < 0)
		return -1;
	if (!is_row)
		return err_set(err, ERR_PARSE, LEDGER_FILE ": exchange %llu was ended or removed by somebody else",
			       (unsigned long long)e->number);
	return 0;
}
