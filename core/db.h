#ifndef RECAST_CORE_DB_H
#define RECAST_CORE_DB_H

/*
 * Databases in files, by SQLite: the only file that knows it. A file belongs to
 * one application, which its header names, and has a version: how many of the
 * application's migrations were applied to it. Values are bound, never part of
 * a statement's text. One thread at a time; other processes may use the same
 * file, and are waited for.
 */

#include "core/arena.h"
#include "core/err.h"

struct db;
struct db_statement;

struct db_plan {
	int32_t application; /* never 0 */
	/* Lines of SQL; each migration ends with NULL. */
	const char *const *lines;
	size_t lines_len;
	const char *remedy; /* what to do with a file that cannot be read: "remove it" */
};

/*
 * Opens the file, making it if it is not there, and applies the migrations that
 * it lacks, all or none. A symbolic link, a file of another application and one
 * of a newer version are ERR_USAGE; one that is no database or is damaged is
 * ERR_PARSE.
 */
int db_open(const char *path, const struct db_plan *plan, struct db **out, struct err *err);
void db_close(struct db *db);

/* Statements without values. */
int db_exec(struct db *db, const char *sql, struct err *err);

/* How many migrations the file has. */
int db_version(struct db *db, uint32_t *ret, struct err *err);

/* What is between becomes visible together, or not at all. Nobody else writes meanwhile. */
int db_begin(struct db *db, struct err *err);
int db_commit(struct db *db, struct err *err);
void db_rollback(struct db *db);

int db_prepare(struct db *db, const char *sql, struct db_statement **out, struct err *err);
void db_finish(struct db_statement *statement);
void db_finish_pointer(struct db_statement **statement);
#define SCOPED_STATEMENT SCOPED(db_finish_pointer)

/* Parameters count from 1. What cannot be bound is reported by db_step. Bytes are copied.
 * A number above INT64_MAX becomes that. */
void db_bind_u64(struct db_statement *statement, int index, uint64_t value);
void db_bind_i64(struct db_statement *statement, int index, int64_t value);
void db_bind_text(struct db_statement *statement, int index, struct str text);
void db_bind_bytes(struct db_statement *statement, int index, struct str bytes);

/* The next row, if there is one. */
int db_step(struct db_statement *statement, bool *ret_row, struct err *err);

/* Of the row; columns count from 0. Views end with the next call on the statement. */
int64_t db_i64(struct db_statement *statement, int column);
struct str db_bytes(struct db_statement *statement, int column);

const char *db_library_version(void);
const char *db_library_path(struct arena *a);

#endif
