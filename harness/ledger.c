#include "harness/ledger_parts.h"

#include "core/fs.h"
#include "core/mem.h"
#include "harness/workfolder.h"
#include "migrations.h"

#include <assert.h>

static const struct db_plan plan = {
	.application = 0x52637374, /* "Rcst" */
	.lines = migration_lines,
	.lines_len = countof(migration_lines),
	.remedy = "move it away: verdicts can be found out again",
};

static int open_file(const char *path, struct ledger **out, struct err *err)
{
	struct db *db;
	if (db_open(path, &plan, &db, err) < 0)
		return -1;
	struct ledger *ledger = mem_zalloc(1, sizeof(*ledger));
	ledger->db = db;
	pthread_mutex_init(&ledger->lock, NULL);
	*out = ledger;
	return 0;
}

int ledger_open(const char *project, struct ledger **out, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	if (workfolder_make(project, err) < 0)
		return -1;
	return open_file(arena_printf(&scratch, "%s/" LEDGER_FILE, project), out, err);
}

int ledger_open_existing(const char *project, struct ledger **out, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	const char *path = arena_printf(&scratch, "%s/" LEDGER_FILE, project);
	if (workfolder_check(project, err) < 0)
		return -1;
	if (fs_exists(path))
		return open_file(path, out, err);
	*out = NULL;
	return 0;
}

void ledger_close(struct ledger *ledger)
{
	if (!ledger)
		return;
	db_close(ledger->db);
	pthread_mutex_destroy(&ledger->lock);
	free(ledger);
}

void ledger_close_pointer(struct ledger **ledger)
{
	ledger_close(*ledger);
}

struct ledger *ledger_hold(struct ledger *ledger)
{
	pthread_mutex_lock(&ledger->lock);
	return ledger;
}

void ledger_let_go(struct ledger **hold)
{
	if (*hold)
		pthread_mutex_unlock(&(*hold)->lock);
}

/* ---- columns */

struct str ledger_hash_bytes(const struct hash *hash)
{
	return (struct str){(const char *)hash->bytes, HASH_BYTES};
}

const char *ledger_row_text(struct ledger_row *row)
{
	struct str text = db_bytes(row->statement, row->column++);
	if (text.len > LEDGER_TEXT_MAX || (text.len && memchr(text.ptr, '\0', text.len))) {
		row->is_sound = false;
		return "";
	}
	return arena_str(row->arena, text);
}

uint64_t ledger_row_number(struct ledger_row *row, uint64_t max)
{
	int64_t value = db_i64(row->statement, row->column++);
	bool is_sound = value >= 0 && (uint64_t)value <= max;
	row->is_sound &= is_sound;
	return is_sound ? (uint64_t)value : 0;
}

bool ledger_row_flag(struct ledger_row *row)
{
	return ledger_row_number(row, 1);
}

struct hash ledger_row_hash(struct ledger_row *row)
{
	struct hash hash = {0};
	struct str bytes = db_bytes(row->statement, row->column++);
	row->is_sound &= bytes.len == HASH_BYTES;
	if (bytes.len == HASH_BYTES)
		memcpy(hash.bytes, bytes.ptr, HASH_BYTES);
	return hash;
}

/* ---- verdicts */

#define COLUMNS \
	"commit_id, key, judged_s, verdict, visible_passed, visible_failed, sealed_passed, sealed_failed, " \
	"divergences, fuel"

int ledger_add_verdict(struct ledger *ledger, const struct ledger_verdict *v, struct err *err)
{
	SCOPED_HOLD struct ledger *hold = ledger_hold(ledger);
	SCOPED_STATEMENT struct db_statement *s = NULL;
	bool is_row;
	assert(v->verdict != VERDICT_NOT_JUDGED);
	if (db_prepare(hold->db,
		       "INSERT INTO verdict (" COLUMNS ", result) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", &s,
		       err) < 0)
		return -1;
	db_bind_text(s, 1, str_of(v->commit));
	db_bind_bytes(s, 2, ledger_hash_bytes(&v->key));
	db_bind_i64(s, 3, v->judged_s);
	db_bind_text(s, 4, str_of(verdict_name(v->verdict)));
	db_bind_u64(s, 5, v->visible_passed);
	db_bind_u64(s, 6, v->visible_failed);
	db_bind_u64(s, 7, v->sealed_passed);
	db_bind_u64(s, 8, v->sealed_failed);
	db_bind_u64(s, 9, v->divergences);
	db_bind_u64(s, 10, v->fuel);
	db_bind_text(s, 11, v->result);
	return db_step(s, &is_row, err);
}

static bool verdict_from(struct str name, enum verdict *ret)
{
	for (enum verdict v = VERDICT_PASS; v < VERDICT_NOT_JUDGED; v++) {
		if (str_eq(name, str_of(verdict_name(v)))) {
			*ret = v;
			return true;
		}
	}
	return false;
}

/* The columns of COLUMNS. */
int ledger_rows_read(struct db_statement *s, size_t size,
		     int (*read)(struct db_statement *statement, struct arena *a, void *ret, struct err *err),
		     struct arena *a, void **ret, size_t *ret_len, struct err *err)
{
	SCOPED_MEM char *rows = NULL;
	size_t len = 0, cap = 0;
	bool is_row = s != NULL;
	while (is_row) {
		if (db_step(s, &is_row, err) < 0)
			return -1;
		if (!is_row)
			break;
		rows = mem_grow(rows, len, &cap, size);
		if (read(s, a, rows + len * size, err) < 0)
			return -1;
		len++;
	}
	*ret = arena_copy(a, rows, len, size);
	*ret_len = len;
	return 0;
}

static int read_row(struct db_statement *s, struct arena *a, void *ret_row, struct err *err)
{
	struct ledger_verdict *ret = ret_row;
	struct ledger_row row = {.statement = s, .arena = a, .is_sound = true};
	struct ledger_verdict v = {0};
	v.commit = ledger_row_text(&row);
	v.key = ledger_row_hash(&row);
	v.judged_s = db_i64(s, row.column++);
	row.is_sound &= verdict_from(db_bytes(s, row.column++), &v.verdict);
	v.visible_passed = (uint32_t)ledger_row_number(&row, UINT32_MAX);
	v.visible_failed = (uint32_t)ledger_row_number(&row, UINT32_MAX);
	v.sealed_passed = (uint32_t)ledger_row_number(&row, UINT32_MAX);
	v.sealed_failed = (uint32_t)ledger_row_number(&row, UINT32_MAX);
	v.divergences = ledger_row_number(&row, INT64_MAX);
	v.fuel = ledger_row_number(&row, INT64_MAX);
	if (!row.is_sound)
		return err_set(err, ERR_PARSE, LEDGER_FILE " holds a verdict that makes no sense; move it away: "
			       "verdicts can be found out again");
	*ret = v;
	return 0;
}

int ledger_find_verdict(struct ledger *ledger, const char *commit, const struct hash *key, struct arena *a,
			bool *ret_is, struct ledger_verdict *ret, struct err *err)
{
	SCOPED_HOLD struct ledger *hold = ledger_hold(ledger);
	SCOPED_STATEMENT struct db_statement *s = NULL;
	bool is_row;
	const char *sql = key ? "SELECT " COLUMNS ", result FROM verdict WHERE commit_id = ? AND key = ? "
				"ORDER BY id DESC LIMIT 1" :
				"SELECT " COLUMNS ", result FROM verdict WHERE commit_id = ? ORDER BY id DESC LIMIT 1";
	if (db_prepare(hold->db, sql, &s, err) < 0)
		return -1;
	db_bind_text(s, 1, str_of(commit));
	if (key)
		db_bind_bytes(s, 2, ledger_hash_bytes(key));
	if (db_step(s, &is_row, err) < 0 || (is_row && read_row(s, a, ret, err) < 0))
		return -1;
	if (is_row) {
		struct str result = db_bytes(s, 10);
		ret->result = (struct str){arena_str(a, result), result.len};
	}
	*ret_is = is_row;
	return 0;
}

int ledger_renew_verdict(struct ledger *ledger, const char *commit, const struct hash *key, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	SCOPED_STATEMENT struct db_statement *s = NULL;
	struct ledger_verdict newest;
	bool is = false, is_row;
	if (ledger_find_verdict(ledger, commit, NULL, &scratch, &is, &newest, err) < 0)
		return -1;
	if (!is || hash_eq(&newest.key, key))
		return 0;
	SCOPED_HOLD struct ledger *hold = ledger_hold(ledger);
	if (db_prepare(hold->db,
		       "INSERT INTO verdict (" COLUMNS ", result) SELECT " COLUMNS ", result FROM verdict "
		       "WHERE commit_id = ? AND key = ? ORDER BY id DESC LIMIT 1",
		       &s, err) < 0)
		return -1;
	db_bind_text(s, 1, str_of(commit));
	db_bind_bytes(s, 2, ledger_hash_bytes(key));
	return db_step(s, &is_row, err);
}

int ledger_newest_verdicts(struct ledger *ledger, struct arena *a, struct ledger_verdict **ret, size_t *ret_len,
			   struct err *err)
{
	SCOPED_HOLD struct ledger *hold = ledger ? ledger_hold(ledger) : NULL;
	SCOPED_STATEMENT struct db_statement *s = NULL;
	void *rows = NULL;
	size_t len = 0;
	if (hold && db_prepare(hold->db,
			       "SELECT " COLUMNS " FROM verdict WHERE id IN "
			       "(SELECT max(id) FROM verdict GROUP BY commit_id) ORDER BY commit_id",
			       &s, err) < 0)
		return -1;
	if (ledger_rows_read(s, sizeof(**ret), read_row, a, &rows, &len, err) < 0)
		return -1;
	*ret = rows;
	*ret_len = len;
	return 0;
}

static int by_commit(const void *key, const void *row)
{
	return strcmp(key, ((const struct ledger_verdict *)row)->commit);
}

const struct ledger_verdict *ledger_verdict_of(const struct ledger_verdict *rows, size_t len, const char *commit)
{
	return len ? bsearch(commit, rows, len, sizeof(*rows), by_commit) : NULL;
}

int ledger_consulted(struct ledger *ledger, uint64_t *ret, struct err *err)
{
	SCOPED_HOLD struct ledger *hold = ledger_hold(ledger);
	SCOPED_STATEMENT struct db_statement *s = NULL;
	bool is_row;
	if (db_prepare(hold->db, "SELECT count(*) FROM (SELECT DISTINCT commit_id, key, judged_s FROM verdict "
		       "WHERE sealed_passed + sealed_failed > 0)",
		       &s, err) < 0 ||
	    db_step(s, &is_row, err) < 0)
		return -1;
	*ret = (uint64_t)db_i64(s, 0);
	return 0;
}
