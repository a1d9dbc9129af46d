#ifndef RECAST_HARNESS_SIM_MATCH_H
#define RECAST_HARNESS_SIM_MATCH_H

/*
 * How much of one side's code is in another's, within the similarity engine. For each stretch of the one, windows
 * of the other that are most like it are looked up; both are aligned, with gaps for what was put in or taken out;
 * and each alignment is weighed as evidence, in bits: what operations that agree would take to say, and how well
 * names go together. Whoever renames a variable does so throughout; in independent code the names at corresponding
 * places have nothing to do with each other. So names tell most, whatever they are.
 */

#include "harness/sim_parts.h"

enum {
	SIM_STRETCH = 192,  /* operations that are looked for at once */
	SIM_WINDOW = 1024,  /* and in which they are looked for; longer functions have several, by halves */
	SIM_BIT = 16,       /* scores are in parts of a bit */
};

/* One side, in numbers that both sides have in common. */
struct sim_numbers {
	const struct sim_text *side;
	uint32_t *shapes, *kinds; /* of each operation */
};

/* What a shape and a kind take to say, by their numbers: less, the more often they are on both sides. */
struct sim_bits {
	int *shapes, *kinds;
	size_t shapes_len; /* how many different ones there are */
};

/* Two sides; `left` is looked for in `right`. */
struct sim_sides {
	struct sim_numbers left, right;
	struct sim_bits bits;
};

struct sim_sides sim_sides(const struct sim_text *left, const struct sim_text *right, struct arena *a);

/* Operations that correspond. */
struct sim_pair {
	uint32_t left, right;
	bool same; /* in shape, not only in kind */
};

struct sim_pairs {
	struct sim_pair *items;
	size_t len, cap;
};

struct sim_aligner {
	const struct sim_sides *sides;
	struct sim_rows *rows;
	int16_t *letters; /* of each shape: which one it is in the stretch at hand, or 0 */
	int16_t *shapes, *kinds; /* of the window */
	int16_t *scores;
};

struct sim_aligner *sim_aligner_new(const struct sim_sides *sides, struct arena *a);

/*
 * The best way to lay operations from `first` up to `end`, but for those `taken`, beside those of the window, as
 * far as it holds. Pairs are in order. The result is a score; 0 if there is nothing.
 */
int sim_align(struct sim_aligner *aligner, uint32_t first, uint32_t end, const bool *taken,
	      const struct sim_window *window, struct sim_pairs *ret);

/* What an alignment says. */
struct sim_weight {
	double bits;  /* of evidence; about 0 in independent code */
	double share; /* of what a perfect copy would give */
};

/* What is known of the left side, for all its alignments. */
struct sim_scale {
	const struct sim_sides *sides;
	float *telling; /* bits of each operation; of rows of the same little more than once */
	bool *everyone; /* of each name, whether the right side has it too: it says nothing then of fields and functions */
	struct sim_tally *tally;
};

struct sim_scale sim_scale(const struct sim_sides *sides, struct arena *a);
void sim_scale_release(struct sim_scale *scale);
struct sim_weight sim_weigh(const struct sim_scale *scale, const struct sim_pairs *pairs, int score);

/* Of operations that are all there. */
struct sim_weight sim_weigh_whole(const struct sim_scale *scale, uint32_t first, uint32_t end);

/* The windows that are most like a stretch of another side, best first; the result is how many. */
enum { SIM_WINDOWS_FOUND = 4 };
struct sim_lookup *sim_lookup_new(const struct sim_text *in, struct arena *a);
size_t sim_look_up(struct sim_lookup *lookup, const struct sim_text *side, uint32_t first, uint32_t end,
		   uint32_t ret_windows[SIM_WINDOWS_FOUND]);

/* A side's code, and where it is in the other. */
struct sim_cover {
	uint32_t *twins; /* of each operation, + 1; 0 if it is nowhere */
	double share;    /* of tokens that count */
	size_t tokens;   /* that count */
	bool copied;     /* so much is there that it is no accident */
};

/* Both ways. */
void sim_cover(const struct sim_sides *sides, struct arena *a, struct sim_cover *ret_left, struct sim_cover *ret_right);

#endif
