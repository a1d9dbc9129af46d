#include "harness/findings.h"

#include "harness/ledger_parts.h"

#define COLUMNS "id, kind, subject, key, found_s, result"

int findings_add(struct ledger *ledger, const struct finding *f, struct err *err)
{
	SCOPED_HOLD struct ledger *hold = ledger_hold(ledger);
	SCOPED_STATEMENT struct db_statement *s = NULL;
	bool is_row;
	if (db_prepare(hold->db,
		       "INSERT INTO finding (kind, subject, key, found_s, result, detail) VALUES (?, ?, ?, ?, ?, ?)",
		       &s, err) < 0)
		return -1;
	db_bind_text(s, 1, str_of(f->kind));
	db_bind_text(s, 2, str_of(f->subject));
	db_bind_bytes(s, 3, ledger_hash_bytes(&f->key));
	db_bind_i64(s, 4, f->found_s);
	db_bind_text(s, 5, f->result);
	db_bind_text(s, 6, f->detail);
	return db_step(s, &is_row, err);
}

static int read_columns(struct ledger_row *row, struct finding *ret, struct err *err)
{
	struct finding f = {0};
	f.number = ledger_row_number(row, INT64_MAX);
	f.kind = ledger_row_text(row);
	f.subject = ledger_row_text(row);
	f.key = ledger_row_hash(row);
	f.found_s = db_i64(row->statement, row->column++);
	f.result = str_of(ledger_row_text(row));
	if (!row->is_sound)
		return err_set(err, ERR_PARSE, LEDGER_FILE " holds a finding that makes no sense; move it away: "
			       "findings can be made again");
	*ret = f;
	return 0;
}

static int read_finding(struct db_statement *s, struct arena *a, void *ret_row, struct err *err)
{
	struct ledger_row row = {.statement = s, .arena = a, .is_sound = true};
	return read_columns(&row, ret_row, err);
}

static int read_whole(struct db_statement *s, struct arena *a, struct finding *ret, struct err *err)
{
	struct ledger_row row = {.statement = s, .arena = a, .is_sound = true};
	struct finding f;
	if (read_columns(&row, &f, err) < 0)
		return -1;
	f.detail = str_of(ledger_row_text(&row));
	if (!row.is_sound)
		return err_set(err, ERR_PARSE,
			       LEDGER_FILE " holds a finding without its detail; move it away: findings can be "
					   "made again");
	*ret = f;
	return 0;
}

int findings_find(struct ledger *ledger, const char *kind, const char *subject, const struct hash *key, struct arena *a,
		  bool *ret_is, struct finding *ret, struct err *err)
{
	SCOPED_HOLD struct ledger *hold = ledger_hold(ledger);
	SCOPED_STATEMENT struct db_statement *s = NULL;
	bool is_row;
	if (db_prepare(hold->db,
		       "SELECT " COLUMNS ", detail FROM finding WHERE kind = ?1 AND (?2 = '' OR subject = ?2) "
		       "AND (length(?3) = 0 OR key = ?3) ORDER BY id DESC LIMIT 1",
		       &s, err) < 0)
		return -1;
	db_bind_text(s, 1, str_of(kind));
	db_bind_text(s, 2, str_of(subject ? subject : ""));
	db_bind_bytes(s, 3, key ? ledger_hash_bytes(key) : (struct str){0});
	if (db_step(s, &is_row, err) < 0 || (is_row && read_whole(s, a, ret, err) < 0))
		return -1;
	*ret_is = is_row;
	return 0;
}

int findings_renew(struct ledger *ledger, const struct finding *f, struct err *err)
{
	SCOPED_HOLD struct ledger *hold = ledger_hold(ledger);
	SCOPED_STATEMENT struct db_statement *newer = NULL, *s = NULL;
	bool is_row;
	if (db_prepare(hold->db, "SELECT 1 FROM finding WHERE kind = ? AND subject = ? AND id > ? LIMIT 1", &newer,
		       err) < 0)
		return -1;
	db_bind_text(newer, 1, str_of(f->kind));
	db_bind_text(newer, 2, str_of(f->subject));
	db_bind_u64(newer, 3, f->number);
	if (db_step(newer, &is_row, err) < 0)
		return -1;
	if (!is_row)
		return 0;
	if (db_prepare(hold->db,
		       "INSERT INTO finding (kind, subject, key, found_s, result, detail) "
		       "SELECT kind, subject, key, found_s, result, detail FROM finding WHERE id = ?",
		       &s, err) < 0)
		return -1;
	db_bind_u64(s, 1, f->number);
	return db_step(s, &is_row, err);
}

int findings_list(struct ledger *ledger, const char *kind, const char *subject, struct arena *a, struct finding **ret,
		  size_t *ret_len, struct err *err)
{
	SCOPED_HOLD struct ledger *hold = ledger ? ledger_hold(ledger) : NULL;
	SCOPED_STATEMENT struct db_statement *s = NULL;
	void *rows;
	if (ledger &&
	    db_prepare(hold->db,
		       "SELECT " COLUMNS " FROM finding WHERE id IN (SELECT min(id) FROM finding WHERE kind = ?1 AND "
		       "(?2 = '' OR subject = ?2) GROUP BY subject, key, found_s, result) ORDER BY id",
		       &s, err) < 0)
		return -1;
	if (ledger) {
		db_bind_text(s, 1, str_of(kind));
		db_bind_text(s, 2, str_of(subject ? subject : ""));
	}
	if (ledger_rows_read(s, sizeof(struct finding), read_finding, a, &rows, ret_len, err) < 0)
		return -1;
	*ret = rows;
	return 0;
}
