#ifndef RECAST_HARNESS_TRANSCRIPT_PARTS_H
#define RECAST_HARNESS_TRANSCRIPT_PARTS_H

/*
 * What the files of the transcript share: rows of the ledger with their chain, and
 * files. Nobody else includes it.
 */

#include "harness/ledger_parts.h"
#include "harness/transcript.h"

#define TRANSCRIPT_INCOMING TRANSCRIPT_FOLDER "/incoming"
#define TRANSCRIPT_LOCK TRANSCRIPT_FOLDER "/lock"

enum { EXCHANGE_BYTES_MAX = 256 << 20, EXCHANGE_LINE_MAX = 1000 };

/* Those that it was opened with. */
struct ledger *transcript_ledger(struct transcript *t);
uint64_t transcript_run(const struct transcript *t);

/* ---- rows: harness/transcript_rows.c. The caller holds the ledger. */

struct exchange_row {
	struct exchange exchange;
	bool is_sound;
};

struct exchange_rows {
	struct exchange_row *items; /* malloc'd */
	size_t len, cap;
};

/* Texts of one line and of a length, numbers that the ledger can hold: what comes back is what was put in. */
void exchange_row_clean(struct exchange *e, struct arena *a);

/* Of a run, or of all if it is 0, by number. Those that make no sense are among them. */
int exchange_rows_read(struct ledger *ledger, uint64_t run, struct arena *a, struct exchange_rows *rows,
		       struct err *err);

/* The highest number that was ever given. */
int exchange_rows_last(struct ledger *ledger, uint64_t *ret, struct err *err);

/* Adds an open one, and gives it its number. */
int exchange_row_insert(struct ledger *ledger, struct exchange *e, struct err *err);

/* Gives it the next place in the chain and its head, and writes what it ended with. Within a transaction. */
int exchange_row_end(struct ledger *ledger, struct exchange *e, struct err *err);

/* What the head of a row must be. */
struct hash exchange_row_head(const struct hash *before, const struct exchange *e);

int exchange_row_unsound(uint64_t number, struct err *err);

/* ---- files: harness/transcript_files.c */

/* "PROJECT/.recast/exchanges/ab/cdef…" */
const char *exchange_file_path(const char *project, const struct hash *hash, struct arena *a);
const char *exchange_incoming_path(const char *project, uint64_t number, struct arena *a);

int exchange_files_make(const char *project, struct err *err);

/* Keeps the bytes under their hash: on disk when it returns. */
int exchange_file_keep(const char *project, struct str bytes, struct hash *ret, struct err *err);

/* A file for what will come in: an empty one, whose name is on disk. */
int exchange_incoming_open(const char *project, uint64_t number, int *ret_fd, struct err *err);

/* Keeps what came in, which stays where it is until exchange_incoming_remove. That there is no file is as if nothing had
 * come. */
int exchange_incoming_keep(const char *project, uint64_t number, struct hash *ret, struct err *err);
void exchange_incoming_remove(const char *project, uint64_t number);

#endif
