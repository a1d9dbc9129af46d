#ifndef RECAST_TESTS_LEDGER_CHANGE_H
#define RECAST_TESTS_LEDGER_CHANGE_H

/* Changes a ledger as nobody can but with another program: no check of a column holds. */

#include "core/db.h"
#include "harness/ledger.h"
#include "migrations.h"
#include "tests/folder.h"

static inline void ledger_change(const char *project, const char *sql)
{
	const struct db_plan plan = {0x52637374, migration_lines, countof(migration_lines), ""};
	struct db *db = NULL;
	struct err err = {0};
	SCOPED_ARENA struct arena scratch = {0};
	must(db_open(arena_printf(&scratch, "%s/" LEDGER_FILE, project), &plan, &db, &err));
	is_int(db_exec(db, "PRAGMA ignore_check_constraints = ON", &err), 0);
	is_int(db_exec(db, sql, &err), 0);
	db_close(db);
}

#endif
