#include "core/db.h"

#include "core/buf.h"
#include "core/fs.h"
#include "core/mem.h"
#include "core/path.h"
#include "core/process.h"

#include <sqlite3.h>
#include <sys/stat.h>

enum { BUSY_MS = 60000, VALUE_BYTES_MAX = 256 << 20, SCRIPT_BYTES_MAX = 1 << 20, VERSIONS_MAX = 1000000 };

struct db {
	sqlite3 *sqlite; /* owned */
	char *path;      /* owned; for messages */
	char *remedy;    /* owned */
};

struct db_statement {
	sqlite3_stmt *sqlite; /* owned */
	struct db *db;
	int failed; /* what a bind said, or SQLITE_OK */
};

const char *db_library_version(void)
{
	return sqlite3_libversion();
}

const char *db_library_path(struct arena *a)
{
	return process_library_path(PROCESS_ADDRESS(sqlite3_libversion), a);
}

/* ---- errors */

static int is_damaged(const struct db *db, const char *why, struct err *err)
{
	return err_set(err, ERR_PARSE, "%.300s is damaged or no database (%.200s); %.200s", db->path, why, db->remedy);
}

static int failed(const struct db *db, int code, struct err *err)
{
	const char *why = db->sqlite ? sqlite3_errmsg(db->sqlite) : sqlite3_errstr(code);
	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return err_set(err, ERR_OS, "%.300s is in use by another process for more than %d seconds", db->path,
			       BUSY_MS / 1000);
	case SQLITE_TOOBIG:
		return err_set(err, ERR_LIMIT, "%.300s: a value of more than %d bytes", db->path, VALUE_BYTES_MAX);
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_CANTOPEN:
	case SQLITE_IOERR:
	case SQLITE_FULL:
		return err_set(err, ERR_OS, "cannot use the database %.300s: %.300s", db->path, why);
	case SQLITE_CONSTRAINT:
	case SQLITE_MISUSE:
	case SQLITE_RANGE:
		return err_set(err, ERR_BUG, "%.300s: %.300s", db->path, why);
	default: /* also where a table is not there, or is none */
		return is_damaged(db, why, err);
	}
}

/* ---- statements */

int db_exec(struct db *db, const char *sql, struct err *err)
{
	int code = sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL);
	return code == SQLITE_OK ? 0 : failed(db, code, err);
}

int db_begin(struct db *db, struct err *err)
{
	return db_exec(db, "BEGIN IMMEDIATE", err);
}

int db_commit(struct db *db, struct err *err)
{
	return db_exec(db, "COMMIT", err);
}

void db_rollback(struct db *db)
{
	if (!sqlite3_get_autocommit(db->sqlite))
		sqlite3_exec(db->sqlite, "ROLLBACK", NULL, NULL, NULL);
}

int db_prepare(struct db *db, const char *sql, struct db_statement **out, struct err *err)
{
	sqlite3_stmt *sqlite = NULL;
	int code = sqlite3_prepare_v2(db->sqlite, sql, -1, &sqlite, NULL);
	if (code != SQLITE_OK)
		return failed(db, code, err);
	struct db_statement *statement = mem_zalloc(1, sizeof(*statement));
	*statement = (struct db_statement){.sqlite = sqlite, .db = db};
	*out = statement;
	return 0;
}

void db_finish(struct db_statement *s)
{
	if (!s)
		return;
	sqlite3_finalize(s->sqlite);
	free(s);
}

void db_finish_pointer(struct db_statement **statement)
{
	db_finish(*statement);
}

static void keep_first(struct db_statement *s, int code)
{
	if (s->failed == SQLITE_OK)
		s->failed = code;
}

void db_bind_i64(struct db_statement *s, int index, int64_t value)
{
	keep_first(s, sqlite3_bind_int64(s->sqlite, index, value));
}

void db_bind_u64(struct db_statement *s, int index, uint64_t value)
{
	db_bind_i64(s, index, value > INT64_MAX ? INT64_MAX : (int64_t)value);
}

void db_bind_text(struct db_statement *s, int index, struct str text)
{
	keep_first(s, sqlite3_bind_text64(s->sqlite, index, text.ptr ? text.ptr : "", text.len, SQLITE_TRANSIENT,
					  SQLITE_UTF8));
}

void db_bind_bytes(struct db_statement *s, int index, struct str bytes)
{
	keep_first(s, sqlite3_bind_blob64(s->sqlite, index, bytes.ptr ? bytes.ptr : "", bytes.len, SQLITE_TRANSIENT));
}

int db_step(struct db_statement *s, bool *ret_row, struct err *err)
{
	int code = s->failed == SQLITE_OK ? sqlite3_step(s->sqlite) : s->failed;
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		return failed(s->db, code, err);
	*ret_row = code == SQLITE_ROW;
	return 0;
}

int64_t db_i64(struct db_statement *s, int column)
{
	return sqlite3_column_int64(s->sqlite, column);
}

struct str db_bytes(struct db_statement *s, int column)
{
	const char *ptr = sqlite3_column_blob(s->sqlite, column);
	return (struct str){ptr, ptr ? (size_t)sqlite3_column_bytes(s->sqlite, column) : 0};
}

/* ---- versions */

/* The only row of a statement that has one number. */
static int number_of(struct db *db, const char *sql, int64_t *ret, struct err *err)
{
	SCOPED_STATEMENT struct db_statement *s = NULL;
	bool is_row = false;
	if (db_prepare(db, sql, &s, err) < 0 || db_step(s, &is_row, err) < 0)
		return -1;
	*ret = is_row ? db_i64(s, 0) : 0;
	return 0;
}

int db_version(struct db *db, uint32_t *ret, struct err *err)
{
	int64_t version;
	if (number_of(db, "PRAGMA user_version", &version, err) < 0)
		return -1;
	if (version < 0 || version > VERSIONS_MAX)
		return is_damaged(db, "its version makes no sense", err);
	*ret = (uint32_t)version;
	return 0;
}

static uint32_t versions_of(const struct db_plan *plan)
{
	uint32_t count = 0;
	for (size_t i = 0; i < plan->lines_len; i++)
		count += plan->lines[i] == NULL;
	return count;
}

/* One with tables, and without our mark, is somebody else's. */
static int check_owner(struct db *db, const struct db_plan *plan, struct err *err)
{
	int64_t application, things;
	if (number_of(db, "PRAGMA application_id", &application, err) < 0 ||
	    number_of(db, "SELECT count(*) FROM sqlite_schema", &things, err) < 0)
		return -1;
	if (application == plan->application || (application == 0 && things == 0))
		return 0;
	return err_set(err, ERR_USAGE, "%.300s is the database of another program; %.200s", db->path, db->remedy);
}

/* *ret_lacks is the first migration that the file lacks, from 0. */
static int look_at_version(struct db *db, const struct db_plan *plan, uint32_t *ret_lacks, struct err *err)
{
	uint32_t has, wanted = versions_of(plan);
	if (check_owner(db, plan, err) < 0 || db_version(db, &has, err) < 0)
		return -1;
	if (has > wanted)
		return err_set(err, ERR_USAGE,
			       "%.300s has version %u, and this program knows versions up to %u; use the newer one that "
			       "wrote it, or %.200s",
			       db->path, has, wanted, db->remedy);
	*ret_lacks = has;
	return 0;
}

static int apply(struct db *db, const struct db_plan *plan, uint32_t lacks, struct err *err)
{
	SCOPED_BUF struct buf script;
	uint32_t version = 0;
	buf_init(&script, SCRIPT_BYTES_MAX);
	for (size_t i = 0; i < plan->lines_len; i++) {
		if (!plan->lines[i])
			version++;
		else if (version >= lacks)
			buf_append_cstr(&script, plan->lines[i]);
	}
	buf_printf(&script, "PRAGMA application_id = %ld; PRAGMA user_version = %lu;", (long)plan->application,
		   (unsigned long)version);
	return buf_check(&script, "migrations", err) < 0 ? -1 : db_exec(db, script.ptr, err);
}

/* In one piece: between two looks another process may make what the first did not see. */
static int look_at_once(struct db *db, const struct db_plan *plan, uint32_t *ret_lacks, struct err *err)
{
	if (db_exec(db, "BEGIN", err) < 0)
		return -1;
	int result = look_at_version(db, plan, ret_lacks, err);
	db_rollback(db);
	return result;
}

/* Another process may have been faster. */
static int migrate(struct db *db, const struct db_plan *plan, struct err *err)
{
	uint32_t lacks;
	if (look_at_once(db, plan, &lacks, err) < 0)
		return -1;
	if (lacks == versions_of(plan))
		return 0;
	if (db_begin(db, err) < 0)
		return -1;
	if (look_at_version(db, plan, &lacks, err) == 0 && apply(db, plan, lacks, err) == 0 && db_commit(db, err) == 0)
		return 0;
	db_rollback(db);
	return -1;
}

/* ---- opening */

/* With the links of its folder followed: SQLite is told to follow none, and means all of them. */
static int find_path(const char *path, struct arena *a, const char **ret, struct err *err)
{
	struct str folder = path_folder(str_of(path));
	const char *where = path[0] == '/' && folder.len == 0 ? "/" : folder.len ? arena_str(a, folder) : ".";
	struct stat st;
	SCOPED_MEM char *real = realpath(where, NULL);
	if (!real)
		return err_errno(err, "cannot find the folder of %.300s", path);
	if (fs_is_link(path))
		return err_set(err, ERR_USAGE, "%.300s is a link, which a database must not be; remove it", path);
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return err_set(err, ERR_USAGE, "%.300s is in the way: it is not a file", path);
	*ret = arena_printf(a, "%s/%s", real, path_base_of(path));
	return 0;
}

/*
 * The file may be damaged, on purpose even: its schema is not trusted, and sizes in it are compared
 * before they are believed. It has a journal that is rolled back and no write-ahead log: that needs
 * shared memory, which network file systems lack, and commits here are few.
 */
static int set_up(struct db *db, struct err *err)
{
	sqlite3_limit(db->sqlite, SQLITE_LIMIT_LENGTH, VALUE_BYTES_MAX);
	sqlite3_limit(db->sqlite, SQLITE_LIMIT_ATTACHED, 0);
	sqlite3_busy_timeout(db->sqlite, BUSY_MS);
	sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
	return db_exec(db, "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA foreign_keys = ON;", err);
}

int db_open(const char *path, const struct db_plan *plan, struct db **out, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	const char *real = NULL;
	if (find_path(path, &scratch, &real, err) < 0)
		return -1;
	struct db *db = mem_zalloc(1, sizeof(*db));
	db->path = mem_strdup(path);
	db->remedy = mem_strdup(plan->remedy);
	int code = sqlite3_open_v2(real, &db->sqlite,
				   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX |
					   SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE,
				   NULL);
	if (code != SQLITE_OK)
		failed(db, code, err);
	else if (set_up(db, err) == 0 && migrate(db, plan, err) == 0) {
		*out = db;
		return 0;
	}
	db_close(db);
	return -1;
}

void db_close(struct db *db)
{
	if (!db)
		return;
	sqlite3_close_v2(db->sqlite);
	free(db->path);
	free(db->remedy);
	free(db);
}
