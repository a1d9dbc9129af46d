#ifndef RECAST_HARNESS_TRANSCRIPT_H
#define RECAST_HARNESS_TRANSCRIPT_H

/*
 * Every request and every answer of a project, kept: bytes in .recast/exchanges,
 * each file named by its hash, and a row for each in the ledger. What comes in
 * is on disk before anything reads it. Rows that have ended form a chain: each has
 * a head, the hash of the head before and of all that the row says; so whoever
 * knows the last head knows whether any byte was changed since.
 */

#include "harness/ledger.h"
#include "harness/provider.h"

#define TRANSCRIPT_FOLDER ".recast/exchanges"

enum exchange_state {
	EXCHANGE_OPEN,     /* sent, and not ended: recast may have died */
	EXCHANGE_ANSWERED,
	EXCHANGE_DECLINED,
	EXCHANGE_BROKEN,
	EXCHANGE_FAILED,
};

const char *exchange_state_name(enum exchange_state state);

struct exchange {
	uint64_t number;   /* in the order of asking, from 1 */
	uint64_t run;
	const char *key;   /* what it was for: "c1/whole/s1/r0" */
	const char *provider, *kind, *model; /* the user's name for it, the row's, and what answered */
	struct hash prompt;   /* prompt_hash; the prompt's JSON is a file of its own, under `prompt_file` */
	struct hash prompt_file, sent, received; /* names of files */
	enum exchange_state state;
	enum provenance provenance;
	unsigned status;      /* of HTTP, or 0 */
	const char *stop;     /* how the reply ended, or why there is none: one line */
	const char *request_id;
	struct usage usage;
	uint64_t cost;        /* nano-dollars */
	bool cost_known;      /* there is a price */
	bool cost_at_most;    /* nobody told the usage, so it is the most that it can have been */
	uint64_t recited;     /* runs of the original's text that the model itself wrote, and the request quoted */
	uint64_t first_ms, wall_ms;
	int64_t asked_s;
	uint64_t place;       /* in the chain, from 1; 0 while open */
	struct hash head;     /* behind this one */
};

struct transcript;

/*
 * One for each run that is going on; from any thread. The ledger is borrowed, and may be used beside it. As long as it is
 * open no other one can be opened for that run, also by other processes: ERR_USAGE says so. NULL is closed already.
 */
int transcript_open(const char *project, struct ledger *ledger, uint64_t run, struct transcript **out,
		    struct err *err);
void transcript_close(struct transcript *t);

/* The newest answered one of the run with this key and prompt. */
int transcript_find(struct transcript *t, const char *key, const struct hash *prompt, struct arena *a, bool *ret_is,
		    struct exchange *ret, struct err *err);

/* Puts the request on disk and gives the exchange its number, in front of sending it. `about` has key, provider, kind,
 * model, provenance, recited, and what it can cost at the most; it was asked now unless it says when. Each of its texts becomes one line. */
struct exchange_open;
int transcript_begin(struct transcript *t, const struct exchange *about, const struct prompt *prompt,
		     const struct wire *wire, struct exchange_open **out, struct err *err);

/* Bytes of the answer: written when it returns, so that whatever becomes of recast they are there. ERR_LIMIT if all
 * are more than 256 MiB. */
int transcript_receive(struct exchange_open *open, struct str bytes, struct err *err);

/* Ends it, whatever came of it; frees `open` also when it fails. `end` has state, model, status, stop, request_id, usage,
 * cost and times. ret is the row as it was kept. */
int transcript_end(struct exchange_open *open, const struct exchange *end, struct arena *a, struct exchange *ret,
		   struct err *err);

/*
 * Exchanges of the run that recast left open when it was killed, before anything else is asked: ended as ANSWERED if what
 * came of them is a whole reply, else as BROKEN, and what came is kept. They cost what
 * transcript_begin was told: the most that it can have been.
 */
int transcript_recover(struct transcript *t, struct err *err);

/* The bytes that an exchange sent or received, or its prompt; checked against their name. */
int transcript_bytes(const char *project, const struct hash *file, struct arena *a, struct str *ret, struct err *err);

/* Nano-dollars that a run has cost so far, and whether all of its exchanges had a price. */
int transcript_spent(struct transcript *t, uint64_t *ret_nano, bool *ret_known, struct err *err);

/* The head of the chain as it stands, and how many have ended; zero and 0 if there is none. Also of a ledger of NULL, as
 * below. */
int transcript_head(struct ledger *ledger, struct hash *ret, uint64_t *ret_place, struct err *err);

/* All exchanges, or those of one run if it is not 0, by number; in the arena. */
int transcript_list(struct ledger *ledger, uint64_t run, struct arena *a, struct exchange **ret, size_t *ret_len,
		    struct err *err);

/* What exchanges come to. */
struct exchange_sum {
	size_t exchanges, open;
	struct usage usage; /* known: that of all that were answered */
	uint64_t cost;      /* up to INT64_MAX */
	bool cost_known;    /* all that have ended had a price */
	bool cost_at_most;  /* some may have been cheaper */
};

/* Those of a run. */
void exchanges_sum(const struct exchange *list, size_t len, uint64_t run, struct exchange_sum *ret);

/*
 * What is wrong with the chain: a row, or a file, that is not what the heads say; rows and files that are missing. Rows
 * that were taken away at the end leave no gap: who kept a head can ask for it with transcript_place.
 */
struct transcript_fault {
	uint64_t number; /* of the exchange, or 0 */
	const char *text;
	bool is_extra;   /* a file that no exchange names; one can be left behind by a kill, and nothing else is the worse */
};

/* Everything is read and hashed anew. The faults are by number, those without one last; none: the chain is intact. */
int transcript_verify(const char *project, struct ledger *ledger, struct arena *a, struct transcript_fault **ret,
		      size_t *ret_len, struct err *err);

/* Where a head stands in the chain, from 1, or 0: it is none of it. */
int transcript_place(struct ledger *ledger, const struct hash *head, uint64_t *ret, struct err *err);

#endif
