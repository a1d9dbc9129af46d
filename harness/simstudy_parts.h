#ifndef RECAST_HARNESS_SIMSTUDY_PARTS_H
#define RECAST_HARNESS_SIMSTUDY_PARTS_H

/* What the parts of harness/simstudy share. */

#include "harness/simstudy.h"

/* What another implementation, or a sibling, comes to beside a rewrite. */
struct simother {
	const struct simside *side;
	bool is_sibling;
	double original_in_candidate; /* how much of the original stands in it */
	double in_candidate;	      /* how much of it stands in the rewrite */
	const char *refused;	      /* why it is no yardstick, or NULL */
	double compiled;	      /* how much of the original's compiled code stands in it */
};

struct simothers {
	struct simother *items;
	size_t len;
};

/* All of a rewrite's study, before it becomes JSON. */
struct simmeasured {
	const struct simstudy *study;
	const struct simside *rewrite;
	const struct similarity *figures;
	struct simothers others;
	struct simwasm compiled; /* with the study's tools */
};

/* ---- simstudy_others.c */

/* Nulls first, then siblings; the longest run of each with the original decides who is a relative. */
int simstudy_others(struct simstudy *study, size_t rewrite, struct arena *a, struct simothers *ret, struct err *err);

/* The side taken apart, once. */
int simstudy_text(const struct simstudy *study, struct simside *side, struct err *err);

/* The side compiled, once, if there are tools. */
int simstudy_compiled(const struct simstudy *study, struct simside *side, struct arena *a, struct err *err);

/* How many are ranked, and how many of them have more of the original than the rewrite. */
size_t simstudy_ranked(const struct simmeasured *m, size_t *ret_above);

/* ---- simstudy_say.c: what follows from the figures, in words */

json_t *simstudy_findings(const struct simmeasured *m);
json_t *simstudy_rank(const struct simmeasured *m); /* null without a yardstick */
json_t *simstudy_thresholds(void);
const char *simstudy_conclusion(const json_t *findings, struct arena *a);

/* ---- simstudy_json.c */

json_t *simstudy_json(const struct simmeasured *m);
json_t *simstudy_place(const struct place *place);

/* ---- simdetail.c */

/* The texts of both sides, shortened around what matches where they are long: {original, candidate}, each a list of
 * {path, lines, parts[] {line, text}}. */
json_t *simdetail(const struct simmeasured *m);

#endif
