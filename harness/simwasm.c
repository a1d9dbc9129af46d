#include "harness/simwasm.h"

#include "core/mem.h"
#include "harness/wasmfile.h"
#include "harness/wasmwalk.h"

enum {
	RUN = 10,     /* instructions in a row that are one piece */
	PADDED = 5,   /* bytes of a number that the linker fills in */
	COMMON = 8,   /* a piece in so many functions of a side says nothing */
	TOKENS_MAX = 1 << 26,
};

/* A function as rows of what counts. */
struct function {
	const char *name;
	uint64_t *pieces; /* hashes of runs, in order of appearance */
	size_t pieces_len;
	size_t instructions;
};

/* Where a piece stands. */
struct posting {
	uint64_t piece;
	uint32_t function;
};

struct simwasm_side {
	struct {
		struct function *items;
		size_t len, cap;
	} functions;
	struct posting *postings; /* by piece, each once a function */
	size_t postings_len;
	struct arena arena;
};

/* ---- what counts of an instruction */

enum operation {
	OP_BLOCK = 0x02,
	OP_LOOP = 0x03,
	OP_BR = 0x0C,
	OP_BR_IF = 0x0D,
	OP_CALL = 0x10,
	OP_LOCAL_GET = 0x20,
	OP_LOCAL_TEE = 0x22,
	OP_GLOBAL_GET = 0x23,
	OP_GLOBAL_SET = 0x24,
	OP_I32_CONST = 0x41,
	OP_F64_CONST = 0x44,
};

static uint64_t mix(uint64_t h, uint64_t value)
{
	h = (h ^ value) * 0x9E3779B97F4A7C15u;
	return h ^ (h >> 29);
}

static uint64_t hash_text(uint64_t h, const char *text)
{
	for (; *text; text++)
		h = mix(h, (unsigned char)*text);
	return h;
}

struct reading {
	const struct wasmfile *file;
	const char **names; /* of functions, by index: imported ones first */
	size_t imports_len, names_len;
	size_t tokens; /* read so far */
	struct simwasm_side *side;
	struct {
		uint64_t *items;
		size_t len, cap;
	} row; /* of the function at hand */
};

/* A number that is padded is an address or an index: the linker's business. */
static bool is_relocated(const struct wasmwalk_instruction *i)
{
	return i->bytes.len == 1 + PADDED && (unsigned char)i->bytes.ptr[PADDED - 1] >= 0x80;
}

static uint64_t call_token(const struct reading *r, const struct wasmwalk_instruction *i)
{
	struct wasmwalk operand = wasmwalk_of(str_from(i->bytes, 1));
	uint64_t index = wasmwalk_number(&operand);
	return index < r->imports_len ? hash_text(OP_CALL, r->names[index]) : OP_CALL;
}

/* 0 for what does not count: where values are kept meanwhile. */
static uint64_t token_of(const struct reading *r, const struct wasmwalk_instruction *i)
{
	if (i->opcode >= OP_LOCAL_GET && i->opcode <= OP_GLOBAL_SET)
		return 0;
	if (i->opcode == OP_BLOCK || i->opcode == WASM_END)
		return 0;
	if (i->opcode == OP_CALL)
		return call_token(r, i);
	uint64_t token = mix(i->opcode + 1, i->which);
	if (i->opcode < OP_I32_CONST || i->opcode > OP_F64_CONST || is_relocated(i))
		return token;
	for (size_t k = 1; k < i->bytes.len; k++)
		token = mix(token, (unsigned char)i->bytes.ptr[k]);
	return token;
}

/* ---- functions */

static void keep_function(struct reading *r, const char *name)
{
	struct function f = {.name = arena_strdup(&r->side->arena, name), .instructions = r->row.len};
	if (r->row.len >= RUN) {
		f.pieces_len = r->row.len - RUN + 1;
		f.pieces = arena_array(&r->side->arena, f.pieces_len, uint64_t);
	}
	for (size_t i = 0; i < f.pieces_len; i++) {
		for (size_t k = 0; k < RUN; k++)
			f.pieces[i] = mix(f.pieces[i], r->row.items[i + k]);
	}
	*vec_push(&r->side->functions) = f;
}

static void find_names(struct reading *r, uint64_t own, struct arena *a)
{
	r->names_len = r->file->imports_len + (size_t)own;
	r->names = arena_array(a, r->names_len, const char *);
	for (size_t i = 0; i < r->file->imports_len; i++) {
		if (r->file->imports[i].kind == WASMFILE_FUNCTION)
			r->names[r->imports_len++] = r->file->imports[i].name;
	}
	for (size_t i = 0; i < r->file->symbols_len; i++) {
		const struct wasmfile_symbol *s = &r->file->symbols[i];
		if (s->kind == WASMFILE_SYMBOL_FUNCTION && s->defined && s->index < r->names_len)
			r->names[s->index] = s->name;
	}
}

static int read_functions(struct reading *r, struct arena *a, struct err *err)
{
	struct wasmwalk code = wasmwalk_of(r->file->code);
	uint64_t count = r->file->code.len ? wasmwalk_number(&code) : 0;
	if (count > r->file->code.len)
		code.failed = true;
	else
		find_names(r, count, a);
	for (uint64_t f = 0; f < count && !code.failed; f++) {
		struct wasmwalk body = wasmwalk_part(&code, wasmwalk_number(&code));
		struct wasmwalk_instruction instruction;
		r->row.len = 0;
		wasmwalk_locals(&body);
		while (wasmwalk_next(&body, &instruction)) {
			uint64_t token = token_of(r, &instruction);
			if (token)
				*vec_push(&r->row) = token;
		}
		code.failed |= body.failed;
		r->tokens += r->row.len;
		if (r->tokens > TOKENS_MAX)
			return err_set(err, ERR_LIMIT, "more than %d instructions to compare", TOKENS_MAX);
		const char *name = r->names[r->imports_len + f];
		keep_function(r, name ? name : "");
	}
	return code.failed ? err_set(err, ERR_PARSE, "an object holds code that is not understood") : 0;
}

static int read_object(struct simwasm_side *side, struct str object, size_t *tokens, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct wasmfile file;
	if (wasmfile_read(object, &scratch, &file, err) < 0)
		return -1;
	struct reading r = {.file = &file, .side = side, .tokens = *tokens};
	int result = read_functions(&r, &scratch, err);
	*tokens = r.tokens;
	free(r.row.items);
	return result;
}

/* ---- the index */

static int by_piece(const void *left, const void *right)
{
	const struct posting *a = left, *b = right;
	if (a->piece != b->piece)
		return a->piece < b->piece ? -1 : 1;
	return (a->function > b->function) - (a->function < b->function);
}

static bool is_small(const struct function *f)
{
	return f->instructions < SIMWASM_SMALL;
}

static void index_side(struct simwasm_side *side)
{
	size_t len = 0, kept = 0;
	for (size_t f = 0; f < side->functions.len; f++)
		len += side->functions.items[f].pieces_len;
	side->postings = arena_array(&side->arena, len, struct posting);
	len = 0;
	for (size_t f = 0; f < side->functions.len; f++) {
		const struct function *function = &side->functions.items[f];
		for (size_t i = 0; i < function->pieces_len; i++)
			side->postings[len++] = (struct posting){function->pieces[i], (uint32_t)f};
	}
	if (len)
		qsort(side->postings, len, sizeof(*side->postings), by_piece);
	for (size_t i = 0; i < len; i++) {
		if (kept == 0 || by_piece(&side->postings[kept - 1], &side->postings[i]) != 0)
			side->postings[kept++] = side->postings[i];
	}
	side->postings_len = kept;
}

int simwasm_read(const struct str *objects, size_t len, struct simwasm_side **out, struct err *err)
{
	struct simwasm_side *side = mem_zalloc(1, sizeof(*side));
	size_t tokens = 0;
	for (size_t i = 0; i < len; i++) {
		if (read_object(side, objects[i], &tokens, err) < 0) {
			simwasm_free(side);
			return -1;
		}
	}
	index_side(side);
	*out = side;
	return 0;
}

void simwasm_free(struct simwasm_side *side)
{
	if (!side)
		return;
	free(side->functions.items);
	arena_release(&side->arena);
	free(side);
}

/* ---- comparing */

/* Those that stand for a piece on a side: from *ret on, as many as are returned. */
static size_t find_piece(const struct simwasm_side *side, uint64_t piece, const struct posting **ret)
{
	size_t low = mem_first_from(side->postings, side->postings_len, sizeof(*side->postings), piece), len = 0;
	*ret = &side->postings[low];
	while (low + len < side->postings_len && side->postings[low + len].piece == piece)
		len++;
	return len;
}

struct coverage {
	size_t covered, counted; /* instructions */
};

/*
 * How many instructions of a function stand in pieces that the other side has; in `hits`, for each function of that side. What
 * stands only in pieces that many functions there have counts for nothing.
 */
static struct coverage cover(const struct function *f, const struct simwasm_side *other, size_t *hits)
{
	struct coverage c = {0};
	size_t covered_to = 0, common_to = 0, common = 0;
	for (size_t i = 0; i < f->pieces_len; i++) {
		const struct posting *at;
		size_t len = find_piece(other, f->pieces[i], &at), end = i + RUN;
		if (len > COMMON) {
			common += end - max_size(max_size(common_to, covered_to), i);
			common_to = end;
			continue;
		}
		if (len == 0)
			continue;
		common -= common_to > max_size(covered_to, i) ? common_to - max_size(covered_to, i) : 0;
		c.covered += end - max_size(covered_to, i);
		covered_to = end;
		for (size_t k = 0; hits && k < len; k++)
			hits[at[k].function]++;
	}
	c.counted = f->instructions - common;
	return c;
}

static double share_of(const struct simwasm_side *side, const struct simwasm_side *other, size_t *ret_instructions)
{
	struct coverage all = {0};
	for (size_t f = 0; f < side->functions.len; f++) {
		const struct function *function = &side->functions.items[f];
		if (is_small(function))
			continue;
		struct coverage one = cover(function, other, NULL);
		all.counted += one.counted;
		all.covered += one.covered;
	}
	*ret_instructions = all.counted;
	return all.counted ? (double)all.covered / (double)all.counted : 0;
}

static int by_score(const void *left, const void *right)
{
	const struct simwasm_function *a = left, *b = right;
	if (a->score > b->score || a->score < b->score)
		return a->score > b->score ? -1 : 1;
	return a->instructions != b->instructions
		       ? (a->instructions < b->instructions) - (a->instructions > b->instructions)
		       : strcmp(a->candidate, b->candidate);
}

static struct simwasm_function best_match(const struct function *f, const struct simwasm_side *original, size_t *hits)
{
	struct simwasm_function match = {.candidate = f->name, .original = "", .instructions = f->instructions};
	size_t best = 0, at = 0;
	memset(hits, 0, original->functions.len * sizeof(*hits));
	cover(f, original, hits);
	for (size_t i = 0; i < original->functions.len; i++) {
		if (hits[i] > best) {
			best = hits[i];
			at = i;
		}
	}
	if (best) {
		match.original = original->functions.items[at].name;
		match.score = (double)best / (double)f->pieces_len;
	}
	return match;
}

void simwasm_compare(const struct simwasm_side *original, const struct simwasm_side *candidate, struct arena *a,
		     struct simwasm *ret)
{
	SCOPED_MEM size_t *hits = mem_zalloc(original->functions.len + 1, sizeof(*hits));
	struct simwasm s = {.functions = arena_array(a, candidate->functions.len, struct simwasm_function)};
	s.original_in_candidate = share_of(original, candidate, &s.original_instructions);
	s.candidate_in_original = share_of(candidate, original, &s.candidate_instructions);
	for (size_t i = 0; i < candidate->functions.len; i++) {
		if (!is_small(&candidate->functions.items[i]))
			s.functions[s.len++] = best_match(&candidate->functions.items[i], original, hits);
	}
	if (s.len)
		qsort(s.functions, s.len, sizeof(*s.functions), by_score);
	*ret = s;
}
