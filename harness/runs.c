#include "harness/runs.h"

#include "core/mem.h"
#include "harness/ledger_parts.h"

static const char *const state_names[] = {
	[RUN_OPEN] = "open",
	[RUN_STOPPED] = "stopped",
	[RUN_DONE] = "done",
};

const char *run_state_name(enum run_state state)
{
	return state_names[state];
}

static bool state_from(const char *name, enum run_state *ret)
{
	for (size_t i = 0; i < countof(state_names); i++) {
		if (strcmp(name, state_names[i]) == 0) {
			*ret = (enum run_state)i;
			return true;
		}
	}
	return false;
}

static const char *text_or_none(const char *text)
{
	return text ? text : "";
}

static int refuse(const char *what, struct err *err)
{
	return err_set(err, ERR_PARSE, LEDGER_FILE " holds %s that makes no sense; move it away: runs begin anew then",
		       what);
}

/* ---- runs */

#define RUN_COLUMNS "id, job, state, settings, reason, begun_s, ended_s, result"

static int read_run(struct db_statement *s, struct arena *a, void *ret_row, struct err *err)
{
	struct run *ret = ret_row;
	struct ledger_row row = {.statement = s, .arena = a, .is_sound = true};
	struct run run = {0};
	run.number = ledger_row_number(&row, INT64_MAX);
	run.job = ledger_row_hash(&row);
	row.is_sound &= state_from(ledger_row_text(&row), &run.state);
	run.settings = ledger_row_text(&row);
	run.reason = ledger_row_text(&row);
	run.begun_s = db_i64(s, row.column++);
	run.ended_s = db_i64(s, row.column++);
	run.result = ledger_row_text(&row);
	if (!row.is_sound)
		return refuse("a run", err);
	*ret = run;
	return 0;
}

int runs_resume(struct ledger *ledger, const struct hash *job, struct arena *a, bool *ret_is, struct run *ret,
		struct err *err)
{
	SCOPED_HOLD struct ledger *hold = ledger_hold(ledger);
	SCOPED_STATEMENT struct db_statement *s = NULL;
	bool is_row;
	if (db_prepare(hold->db,
		       "SELECT " RUN_COLUMNS " FROM run WHERE job = ? AND state <> 'done' ORDER BY id DESC LIMIT 1", &s,
		       err) < 0)
		return -1;
	db_bind_bytes(s, 1, ledger_hash_bytes(job));
	if (db_step(s, &is_row, err) < 0 || (is_row && read_run(s, a, ret, err) < 0))
		return -1;
	*ret_is = is_row;
	return 0;
}

int runs_begin(struct ledger *ledger, struct run *run, struct err *err)
{
	SCOPED_HOLD struct ledger *hold = ledger_hold(ledger);
	SCOPED_STATEMENT struct db_statement *s = NULL;
	bool is_row;
	if (db_prepare(hold->db,
		       "INSERT INTO run (job, state, settings, reason, begun_s, ended_s, result) "
		       "VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
		       &s, err) < 0)
		return -1;
	db_bind_bytes(s, 1, ledger_hash_bytes(&run->job));
	db_bind_text(s, 2, str_of(run_state_name(run->state)));
	db_bind_text(s, 3, str_of(text_or_none(run->settings)));
	db_bind_text(s, 4, str_of(text_or_none(run->reason)));
	db_bind_i64(s, 5, run->begun_s);
	db_bind_i64(s, 6, run->ended_s);
	db_bind_text(s, 7, str_of(text_or_none(run->result)));
	if (db_step(s, &is_row, err) < 0)
		return -1;
	uint64_t number = (uint64_t)db_i64(s, 0);
	/* The row is there for good when the statement has come to its end. */
	if (db_step(s, &is_row, err) < 0)
		return -1;
	run->number = number;
	return 0;
}

int runs_end(struct ledger *ledger, uint64_t number, enum run_state state, const char *reason, const char *result,
	     int64_t now_s, struct err *err)
{
	SCOPED_HOLD struct ledger *hold = ledger_hold(ledger);
	SCOPED_STATEMENT struct db_statement *s = NULL;
	bool is_row;
	if (db_prepare(hold->db,
		       "UPDATE run SET state = ?, reason = ?, result = ?, ended_s = ? WHERE id = ? RETURNING id", &s,
		       err) < 0)
		return -1;
	db_bind_text(s, 1, str_of(run_state_name(state)));
	db_bind_text(s, 2, str_of(text_or_none(reason)));
	db_bind_text(s, 3, str_of(text_or_none(result)));
	db_bind_i64(s, 4, now_s);
	db_bind_u64(s, 5, number);
	if (db_step(s, &is_row, err) < 0)
		return -1;
	if (!is_row)
		return err_set(err, ERR_PARSE, LEDGER_FILE ": run %llu is gone", (unsigned long long)number);
	return db_step(s, &is_row, err);
}

int runs_list(struct ledger *ledger, struct arena *a, struct run **ret, size_t *ret_len, struct err *err)
{
	SCOPED_HOLD struct ledger *hold = ledger ? ledger_hold(ledger) : NULL;
	SCOPED_STATEMENT struct db_statement *s = NULL;
	void *rows = NULL;
	size_t len = 0;
	if (hold && db_prepare(hold->db, "SELECT " RUN_COLUMNS " FROM run ORDER BY id", &s, err) < 0)
		return -1;
	if (ledger_rows_read(s, sizeof(**ret), read_run, a, &rows, &len, err) < 0)
		return -1;
	*ret = rows;
	*ret_len = len;
	return 0;
}

/* ---- attempts */

#define ATTEMPT_COLUMNS "run, key, unit, slot, sample, round, commit_id, exchange, outcome, result"

int runs_attempt(struct ledger *ledger, const struct attempt *t, struct err *err)
{
	SCOPED_HOLD struct ledger *hold = ledger_hold(ledger);
	SCOPED_STATEMENT struct db_statement *s = NULL;
	bool is_row;
	if (db_prepare(hold->db,
		       "INSERT INTO attempt (" ATTEMPT_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
		       "ON CONFLICT (run, key) DO UPDATE SET unit = excluded.unit, slot = excluded.slot, "
		       "sample = excluded.sample, round = excluded.round, commit_id = excluded.commit_id, "
		       "exchange = excluded.exchange, outcome = excluded.outcome, result = excluded.result",
		       &s, err) < 0)
		return -1;
	db_bind_u64(s, 1, t->run);
	db_bind_text(s, 2, str_of(t->key));
	db_bind_text(s, 3, str_of(text_or_none(t->unit)));
	db_bind_u64(s, 4, t->slot);
	db_bind_u64(s, 5, t->sample);
	db_bind_u64(s, 6, t->round);
	db_bind_text(s, 7, str_of(text_or_none(t->commit)));
	db_bind_u64(s, 8, t->exchange);
	db_bind_text(s, 9, str_of(text_or_none(t->outcome)));
	db_bind_text(s, 10, str_of(text_or_none(t->result)));
	return db_step(s, &is_row, err);
}

static int read_attempt(struct db_statement *s, struct arena *a, void *ret_row, struct err *err)
{
	struct attempt *ret = ret_row;
	struct ledger_row row = {.statement = s, .arena = a, .is_sound = true};
	struct attempt t = {0};
	t.run = ledger_row_number(&row, INT64_MAX);
	t.key = ledger_row_text(&row);
	t.unit = ledger_row_text(&row);
	t.slot = (unsigned)ledger_row_number(&row, UINT32_MAX);
	t.sample = (unsigned)ledger_row_number(&row, UINT32_MAX);
	t.round = (unsigned)ledger_row_number(&row, UINT32_MAX);
	t.commit = ledger_row_text(&row);
	t.exchange = ledger_row_number(&row, INT64_MAX);
	t.outcome = ledger_row_text(&row);
	t.result = ledger_row_text(&row);
	if (!row.is_sound)
		return refuse("an attempt", err);
	*ret = t;
	return 0;
}

int runs_attempts(struct ledger *ledger, uint64_t run, struct arena *a, struct attempt **ret, size_t *ret_len,
		  struct err *err)
{
	SCOPED_HOLD struct ledger *hold = ledger ? ledger_hold(ledger) : NULL;
	SCOPED_STATEMENT struct db_statement *s = NULL;
	void *rows = NULL;
	size_t len = 0;
	if (hold && db_prepare(hold->db, "SELECT " ATTEMPT_COLUMNS " FROM attempt WHERE run = ?1 OR ?1 = 0 ORDER BY id", &s,
			       err) < 0)
		return -1;
	if (s)
		db_bind_u64(s, 1, run);
	if (ledger_rows_read(s, sizeof(**ret), read_attempt, a, &rows, &len, err) < 0)
		return -1;
	*ret = rows;
	*ret_len = len;
	return 0;
}
