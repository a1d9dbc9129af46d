#include "harness/sim_parts.h"

#include "harness/libcnames.h"

#include <ctype.h>

enum { SHARED_RUN = 12, SENTENCE_WORDS = 4 };

uint64_t sim_hash(struct str text)
{
	uint64_t h = text.len;
	for (size_t i = 0; i < text.len; i++)
		h = sim_mix(h, (unsigned char)text.ptr[i]);
	return h;
}

/* ---- classes */

/* Names that are more than names, by hash, with free places between. */
enum { KNOWN = 256 };

struct known {
	uint64_t hash;
	enum sim_class class;
};

static void know(struct known *known, const char *const *words, size_t len, enum sim_class class)
{
	for (size_t i = 0; i < len; i++) {
		uint64_t hash = sim_hash(str_of(words[i]));
		size_t at = hash % KNOWN;
		while (known[at].hash)
			at = (at + 1) % KNOWN;
		known[at] = (struct known){hash, class};
	}
}

static void know_all(struct known *known)
{
	static const char *const types[] = {"int",        "char",       "long",     "short",  "unsigned", "signed",
					    "float",      "double",     "void",     "const",  "volatile", "static",
					    "extern",     "register",   "inline",   "struct", "union",    "enum",
					    "typedef",    "restrict",   "auto",     "_Bool",  "bool",     "__inline",
					    "__inline__", "__restrict", "_Noreturn"};
	static const char *const words[] = {"if", "else", "for", "while", "do", "switch", "case", "default", "break",
					    "continue", "goto", "return", "sizeof"};
	static const char *const values[] = {"NULL", "true", "false", "nullptr"};
	know(known, types, countof(types), SIM_TYPE);
	know(known, words, countof(words), SIM_WORD);
	know(known, values, countof(values), SIM_VALUE);
}

static enum sim_class class_of_name(const struct known *known, uint64_t hash)
{
	size_t at = hash % KNOWN;
	while (known[at].hash && known[at].hash != hash)
		at = (at + 1) % KNOWN;
	return known[at].hash ? known[at].class : SIM_ID;
}

static enum sim_class class_of(const struct known *known, const struct ctoken *t, uint64_t hash)
{
	switch (t->kind) {
	case CTOKEN_NAME:
		return class_of_name(known, hash);
	case CTOKEN_NUMBER:
	case CTOKEN_CHAR:
		return SIM_VALUE;
	case CTOKEN_STRING:
		return SIM_TEXT;
	default:
		return SIM_SIGN;
	}
}

/* ---- comments: sentences, whatever marks are around them */

static struct str next_word(struct str *rest)
{
	size_t from = 0, to;
	while (from < rest->len && !isalnum((unsigned char)rest->ptr[from]))
		from++;
	to = from;
	while (to < rest->len && isalnum((unsigned char)rest->ptr[to]))
		to++;
	struct str word = str_first(str_from(*rest, from), to - from);
	*rest = str_from(*rest, to);
	return word;
}

static bool ends_sentence(struct str between)
{
	for (size_t i = 0; i < between.len; i++) {
		if (strchr(".!?;:", between.ptr[i]))
			return true;
	}
	return false;
}

/* Letters of whatever size and blanks of whatever number are the same sentence. */
static void read_comment(struct sim_text *side, const struct ctoken *t, uint32_t file)
{
	struct str rest = t->text, start = rest;
	uint64_t h = 0;
	size_t words = 0;
	const char *end = t->text.ptr;
	for (;;) {
		struct str word = next_word(&rest);
		if (words && (word.len == 0 || ends_sentence((struct str){end, (size_t)(word.ptr - end)}))) {
			struct str text = {start.ptr, (size_t)(end - start.ptr)};
			if (words >= SENTENCE_WORDS)
				*vec_push(&side->comments) = (struct sim_entry){h, text, file, t->line};
			words = 0;
			h = 0;
		}
		if (word.len == 0)
			return;
		if (words++ == 0)
			start = word;
		for (size_t i = 0; i < word.len; i++)
			h = sim_mix(h, (unsigned char)tolower((unsigned char)word.ptr[i]));
		h = sim_mix(h, ' ');
		end = word.ptr + word.len;
	}
}

/* ---- tokens */

static void add_break(struct sim_text *side, uint32_t file, unsigned line, uint8_t flags)
{
	*vec_push(&side->tokens) = (struct sim_token){
		.file = file,
		.line = line,
		.class = SIM_BREAK,
		.flags = flags,
	};
}

/* Of directives only macros are code. */
struct directive {
	bool open, is_macro;
	uint8_t flags; /* of the break in its place */
	unsigned at;   /* tokens of it so far */
	bool zero;     /* the second one is a 0 */
};

static void begin_directive(struct directive *d, const struct ctoken *word)
{
	d->is_macro = ctoken_is(word, "define");
	if (str_starts(word->text, STR("if")))
		d->flags = SIM_BRANCHES;
	else if (str_starts(word->text, STR("el")))
		d->flags = SIM_ELSE;
	else if (ctoken_is(word, "endif"))
		d->flags = SIM_JOINS;
}

static bool is_left_out(struct directive *d, const struct ctoken *t)
{
	if (!d->open)
		return false;
	if (d->at++ == 0)
		begin_directive(d, t);
	d->zero = d->at == 2 && ctoken_is(t, "0");
	return !d->is_macro || d->at == 1;
}

/* What stands behind "#if 0" is no code: up to its other branch, or its end. Comments in it are read. */
static void skip_dead(struct sim_text *side, struct ctoken_reader *reader, uint32_t file)
{
	unsigned depth = 0;
	struct ctoken t;
	for (struct ctoken_reader before = *reader; ctoken_next(reader, &t); before = *reader) {
		if (t.kind == CTOKEN_COMMENT)
			read_comment(side, &t, file);
		if (t.kind != CTOKEN_HASH || !ctoken_next(reader, &t))
			continue;
		if (depth == 0 && (str_starts(t.text, STR("el")) || ctoken_is(&t, "endif"))) {
			*reader = before;
			return;
		}
		depth += str_starts(t.text, STR("if"));
		depth -= depth && ctoken_is(&t, "endif");
	}
}

static void read_file(struct sim_text *side, uint32_t file, const struct known *known)
{
	struct ctoken_reader reader = ctoken_reader(side->files->items[file].text);
	struct directive d = {0};
	struct ctoken t;
	while (ctoken_next(&reader, &t)) {
		if (t.kind == CTOKEN_COMMENT) {
			read_comment(side, &t, file);
			continue;
		}
		if (t.kind == CTOKEN_HASH || t.kind == CTOKEN_END) {
			if (d.is_macro || d.flags)
				add_break(side, file, t.line, d.flags);
			if (t.kind == CTOKEN_END && d.flags == SIM_BRANCHES && d.zero)
				skip_dead(side, &reader, file);
			d = (struct directive){.open = t.kind == CTOKEN_HASH};
			continue;
		}
		if (is_left_out(&d, &t))
			continue;
		uint64_t exact = sim_hash(t.text);
		*vec_push(&side->tokens) = (struct sim_token){
			.text = t.text,
			.exact = exact,
			.file = file,
			.line = t.line,
			.class = (uint8_t)class_of(known, &t, exact),
			.flags = d.is_macro ? SIM_IS_MACRO : 0,
		};
	}
	add_break(side, file, reader.line, 0);
}

static bool is_libc(struct str name)
{
	static const char *const more[] = {"printf", "fprintf", "sprintf", "vsnprintf", "fopen", "fclose", "fread",
					   "fwrite", "fputs", "fgets", "putc", "getc", "exit", "abort", "assert",
					   "va_start", "va_end", "va_arg", "va_copy", "offsetof"};
	char text[16];
	if (name.len >= sizeof(text))
		return false;
	memcpy(text, name.ptr, name.len);
	text[name.len] = '\0';
	for (size_t i = 0; i < countof(more); i++) {
		if (strcmp(text, more[i]) == 0)
			return true;
	}
	return libcnames_pure(text);
}

/* Which names are called; whether one is libc's is asked once. */
static void find_calls(struct sim_tokens *tokens)
{
	SCOPED(sim_set_release) struct sim_set names = {0};
	struct {
		bool *items;
		size_t len, cap;
	} libc = {0};
	for (size_t i = 0; i + 1 < tokens->len; i++) {
		struct sim_token *t = &tokens->items[i];
		if (t->class != SIM_ID || !sim_is_sign(t + 1, '('))
			continue;
		uint32_t name = sim_set_add(&names, t->exact);
		if (name == libc.len)
			*vec_push(&libc) = is_libc(t->text);
		t->class = libc.items[name] ? SIM_LIBC : SIM_CALLED;
	}
	vec_release(&libc);
}

/* The tokens of one file, for a while. */
struct stretch {
	uint64_t hash;
	uint32_t file;
	size_t first, len;
};

static int by_tokens(const void *left, const void *right)
{
	const struct stretch *a = left, *b = right;
	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	return (a->file > b->file) - (a->file < b->file);
}

/* Files in an order that their names, places, comments and line ends do not tell. */
static void put_in_order(struct sim_text *side, struct stretch *stretches, size_t len)
{
	struct sim_tokens ordered = {mem_zalloc(side->tokens.len + 1, sizeof(struct sim_token)), 0,
				     side->tokens.len + 1};
	qsort(stretches, len, sizeof(*stretches), by_tokens);
	for (size_t i = 0; i < len; i++) {
		memcpy(ordered.items + ordered.len, side->tokens.items + stretches[i].first,
		       stretches[i].len * sizeof(struct sim_token));
		ordered.len += stretches[i].len;
	}
	for (size_t i = 0; i < ordered.len; i++) {
		if (ordered.items[i].class == SIM_BREAK)
			ordered.items[i].exact = sim_mix(1, i);
	}
	free(side->tokens.items);
	side->tokens = ordered;
}

void sim_read_tokens(struct sim_text *side)
{
	size_t len = side->files->len;
	struct stretch *stretches = arena_array(&side->arena, len + 1, struct stretch);
	struct known known[KNOWN] = {0};
	know_all(known);
	for (size_t i = 0; i < len; i++) {
		struct stretch s = {0, (uint32_t)i, side->tokens.len, 0};
		read_file(side, s.file, known);
		s.len = side->tokens.len - s.first;
		for (size_t k = s.first; k < side->tokens.len; k++)
			s.hash = sim_mix(s.hash, side->tokens.items[k].class == SIM_BREAK
							 ? SIM_BREAK
							 : side->tokens.items[k].exact);
		stretches[i] = s;
	}
	if (len)
		put_in_order(side, stretches, len);
	find_calls(&side->tokens);
}

struct place sim_place(const struct sim_text *side, uint32_t first, uint32_t last)
{
	const struct sim_token *from = &side->tokens.items[first], *to = &side->tokens.items[last];
	return (struct place){side->files->items[from->file].path, from->line,
			      to->file == from->file ? to->line : from->line};
}

/* ---- what both have by design */

static uint64_t run_at(const struct sim_token *tokens)
{
	uint64_t h = 0;
	for (size_t i = 0; i < SHARED_RUN; i++)
		h = sim_mix(h, tokens[i].exact);
	return h;
}

/* A run of tokens that stands there too is marked, from its first token to its last. */
static void mark_runs(struct sim_text *side, const uint64_t *runs, size_t len)
{
	struct sim_tokens *t = &side->tokens;
	for (size_t i = 0; i + SHARED_RUN <= t->len; i++) {
		uint64_t run = run_at(&t->items[i]);
		if (!sim_sorted_have(runs, len, run))
			continue;
		for (size_t k = 0; k < SHARED_RUN; k++)
			t->items[i + k].flags |= SIM_IS_SHARED;
	}
	for (size_t i = 0; i < t->len; i++)
		side->shared_tokens += (t->items[i].flags & SIM_IS_SHARED) && t->items[i].class != SIM_BREAK;
}

void sim_mark_shared(struct sim_text *side, const struct sim_files *shared)
{
	struct sim_text other = {.files = shared};
	if (!shared || shared->len == 0)
		return;
	sim_read_tokens(&other);
	size_t len = other.tokens.len >= SHARED_RUN ? other.tokens.len - SHARED_RUN + 1 : 0;
	uint64_t *runs = mem_zalloc(len + 1, sizeof(*runs));
	for (size_t i = 0; i < len; i++)
		runs[i] = run_at(&other.tokens.items[i]);
	if (len) {
		qsort(runs, len, sizeof(*runs), sim_by_value);
		mark_runs(side, runs, len);
	}
	free(runs);
	free(other.tokens.items);
	free(other.comments.items);
	arena_release(&other.arena);
}
