#ifndef RECAST_HARNESS_LEDGER_H
#define RECAST_HARNESS_LEDGER_H

/*
 * What recast found out, kept in .recast/ledger.db. A verdict belongs to a
 * candidate's commit and to a key: the hash of all that it depends on. With
 * equal keys it need not be found out again. Verdicts come from here, never
 * from a commit's trailers. Tables are made and brought up to date by the
 * migrations in specs/migrations.
 */

#include "core/arena.h"
#include "core/err.h"
#include "core/hash.h"
#include "harness/verdict.h"

#define LEDGER_FILE ".recast/ledger.db"

struct ledger;

/* Opens it, making it and .recast if need be. One that a newer recast has written is ERR_USAGE and says so. */
int ledger_open(const char *project, struct ledger **out, struct err *err);

/* For those that only read: *out is NULL, and nothing is made, if there is none. */
int ledger_open_existing(const char *project, struct ledger **out, struct err *err);

/* NULL is nothing. */
void ledger_close(struct ledger *ledger);
void ledger_close_pointer(struct ledger **ledger);
#define SCOPED_LEDGER SCOPED(ledger_close_pointer)

/* What selecting and listing need of a verdict; `result` is the whole as JSON text. */
struct ledger_verdict {
	const char *commit; /* whole */
	struct hash key;
	int64_t judged_s; /* seconds since 1970 */
	enum verdict verdict; /* VERDICT_NOT_JUDGED is none that could be kept */
	uint32_t visible_passed, visible_failed, sealed_passed, sealed_failed;
	uint64_t divergences, fuel; /* up to INT64_MAX */
	struct str result;          /* UTF-8, without NUL */
};

int ledger_add_verdict(struct ledger *ledger, const struct ledger_verdict *verdict, struct err *err);

/* The newest one with that commit and key; with a key of NULL, with any. What was added last is the newest. */
int ledger_find_verdict(struct ledger *ledger, const char *commit, const struct hash *key, struct arena *a,
			bool *ret_is, struct ledger_verdict *ret, struct err *err);

/* The verdict with that commit and key holds again, since all that it depends on is as it was: if others of the commit
 * are newer, it becomes the newest, as the same row once more. */
int ledger_renew_verdict(struct ledger *ledger, const char *commit, const struct hash *key, struct err *err);

/* The newest verdict of each commit that has one, without `result`; *ret is in the arena, by commit.
 * A ledger of NULL has none. */
int ledger_newest_verdicts(struct ledger *ledger, struct arena *a, struct ledger_verdict **ret, size_t *ret_len,
			   struct err *err);

/* The row of a commit among those, or NULL. */
const struct ledger_verdict *ledger_verdict_of(const struct ledger_verdict *rows, size_t len, const char *commit);

/* How often sealed tests were consulted: judgements of candidates that ran them, this library's all. */
int ledger_consulted(struct ledger *ledger, uint64_t *ret, struct err *err);

#endif
