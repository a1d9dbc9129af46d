#ifndef RECAST_HARNESS_LEDGER_PARTS_H
#define RECAST_HARNESS_LEDGER_PARTS_H

/*
 * What the files that read and write the ledger share. Its database is used by one
 * thread at a time, so each function holds the ledger while it has a statement:
 *
 *	SCOPED_HOLD struct ledger *hold = ledger_hold(ledger);
 *	SCOPED_STATEMENT struct db_statement *s = NULL;
 *
 * Nobody else includes it.
 */

#include "core/db.h"
#include "harness/ledger.h"

#include <pthread.h>

struct ledger {
	struct db *db; /* owned */
	pthread_mutex_t lock;
};

/* Waits until no other thread has it. Not twice by one thread. */
struct ledger *ledger_hold(struct ledger *ledger);
void ledger_let_go(struct ledger **hold);
#define SCOPED_HOLD SCOPED(ledger_let_go)

/* Columns of a row. Whoever has the file can have written other things into it: then is_sound becomes false. */
struct ledger_row {
	struct db_statement *statement;
	struct arena *arena;
	int column; /* the next one */
	bool is_sound;
};

enum { LEDGER_TEXT_MAX = 64 << 20 };

/* The next column: without NUL, up to `max`, from 0 on, 0 or 1, a hash. */
const char *ledger_row_text(struct ledger_row *row);
uint64_t ledger_row_number(struct ledger_row *row, uint64_t max);
bool ledger_row_flag(struct ledger_row *row);
struct hash ledger_row_hash(struct ledger_row *row);

/*
 * All rows that the statement still has, each of `size` bytes, as an array in the arena. `read` fills one from the row at
 * hand. A statement of NULL has none.
 */
int ledger_rows_read(struct db_statement *statement, size_t size,
		     int (*read)(struct db_statement *statement, struct arena *a, void *ret, struct err *err), struct arena *a,
		     void **ret, size_t *ret_len, struct err *err);

struct str ledger_hash_bytes(const struct hash *hash);

#endif
