#include "harness/fingerprint.h"

#include "core/mem.h"
#include "harness/ctoken.h"

#include <inttypes.h>

/* A token of a text, as its hash. */
struct mark {
	uint64_t hash;
	unsigned line;
};

struct marks {
	struct mark *items;
	size_t len, cap;
};

static uint64_t mix(uint64_t h)
{
	h ^= h >> 33;
	h *= 0xff51afd7ed558ccdu;
	h ^= h >> 33;
	h *= 0xc4ceb9fe1a85ec53u;
	return h ^ h >> 33;
}

/* FNV-1a: the set only narrows down; nobody's safety hangs on it. */
static uint64_t hash_text(struct str text)
{
	uint64_t h = 0xcbf29ce484222325u;
	for (size_t i = 0; i < text.len; i++)
		h = (h ^ (unsigned char)text.ptr[i]) * 0x100000001b3u;
	return mix(h);
}

/* Lines that include are the same everywhere. */
static bool skip_include(struct ctoken_reader *r, struct ctoken *token)
{
	struct ctoken_reader ahead = *r;
	if (token->kind != CTOKEN_HASH || !ctoken_next(&ahead, token) || !ctoken_is(token, "include"))
		return false;
	while (ctoken_next(&ahead, token) && token->kind != CTOKEN_END)
		continue;
	*r = ahead;
	return true;
}

static struct marks read_marks(struct str text)
{
	struct marks marks = {0};
	struct ctoken_reader r = ctoken_reader(text);
	struct ctoken token;
	while (ctoken_next(&r, &token)) {
		struct ctoken first = token;
		if (token.kind == CTOKEN_COMMENT || token.kind == CTOKEN_END || skip_include(&r, &token))
			continue;
		*vec_push(&marks) = (struct mark){hash_text(first.text), first.line};
	}
	return marks;
}

/* The hash of the run that begins here. */
static uint64_t run_hash(const struct marks *marks, size_t at)
{
	uint64_t h = 0;
	for (size_t i = 0; i < FINGERPRINT_RUN; i++)
		h = mix(h * 31 + marks->items[at + i].hash);
	return h;
}

static size_t runs_in(const struct marks *marks)
{
	return marks->len < FINGERPRINT_RUN ? 0 : marks->len - FINGERPRINT_RUN + 1;
}

static void choose_smallest(struct fingerprint *runs, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		size_t last = min_size(i + FINGERPRINT_WINDOW, len), smallest = i;
		for (size_t k = i; k < last; k++)
			smallest = runs[k].hash <= runs[smallest].hash ? k : smallest;
		runs[smallest].smallest = true;
	}
}

void fingerprints_add(struct fingerprints *set, const char *path, struct str text)
{
	struct marks marks = read_marks(text);
	size_t runs = runs_in(&marks), first = set->len;
	uint32_t file = (uint32_t)set->files.len;
	*vec_push(&set->files) = path;
	for (size_t i = 0; i < runs; i++)
		*vec_push(set) = (struct fingerprint){run_hash(&marks, i), file, marks.items[i].line, false};
	if (runs)
		choose_smallest(set->items + first, runs);
	vec_release(&marks);
}

static int by_hash(const void *a, const void *b)
{
	const struct fingerprint *x = a, *y = b;
	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	return (x->line > y->line) - (x->line < y->line);
}

void fingerprints_seal(struct fingerprints *set)
{
	size_t kept = 0;
	if (set->len)
		qsort(set->items, set->len, sizeof(*set->items), by_hash);
	/* A table of zeros is one run many times. */
	for (size_t i = 0; i < set->len; i++) {
		if (kept == 0 || set->items[i].hash != set->items[kept - 1].hash)
			set->items[kept++] = set->items[i];
		else
			set->items[kept - 1].smallest |= set->items[i].smallest;
	}
	set->len = kept;
}

/* The one with this hash, or NULL. */
static struct fingerprint *find(const struct fingerprints *set, uint64_t hash)
{
	size_t low = mem_first_from(set->items, set->len, sizeof(*set->items), hash);
	return low < set->len && set->items[low].hash == hash ? &set->items[low] : NULL;
}

void fingerprints_without(struct fingerprints *set, struct str text)
{
	const uint32_t gone = UINT32_MAX;
	struct marks marks = read_marks(text);
	size_t runs = runs_in(&marks), kept = 0;
	for (size_t i = 0; i < runs; i++) {
		struct fingerprint *public = find(set, run_hash(&marks, i));
		if (public)
			public->file = gone;
	}
	for (size_t i = 0; i < set->len; i++) {
		if (set->items[i].file != gone)
			set->items[kept++] = set->items[i];
	}
	set->len = kept;
	vec_release(&marks);
}

void fingerprints_release(struct fingerprints *set)
{
	vec_release(&set->files);
	vec_release(set);
}

/* A run in the making: tokens from `first` up to but not including `past`. */
struct growing {
	size_t first, past;
	const struct fingerprint *from;
};

struct finding {
	const struct fingerprints *set;
	struct marks marks;
	size_t least;
	struct {
		struct shared_run *items;
		size_t len, cap;
	} found;
};

static void finish_run(struct finding *f, const struct growing *g)
{
	if (!g->from || g->past - g->first < f->least)
		return;
	const struct mark *first = &f->marks.items[g->first], *last = &f->marks.items[g->past - 1];
	*vec_push(&f->found) = (struct shared_run){
		.tokens = g->past - g->first,
		.line = first->line,
		.end_line = last->line,
		.file = f->set->files.items[g->from->file],
		.file_line = g->from->line,
	};
}

/* Single tokens may have been changed between two runs. */
static void find_runs(struct finding *f)
{
	struct growing g = {0};
	size_t runs = runs_in(&f->marks);
	for (size_t i = 0; i < runs; i++) {
		const struct fingerprint *hit = find(f->set, run_hash(&f->marks, i));
		if (!hit)
			continue;
		if (!g.from || i > g.past + FINGERPRINT_GAP) {
			finish_run(f, &g);
			g = (struct growing){.first = i, .from = hit};
		}
		g.past = i + FINGERPRINT_RUN;
	}
	finish_run(f, &g);
	vec_release(&f->marks);
}

/* How many bytes a line begins with that are not its own: of a quotation, a comment, a difference, a number. */
static size_t leading(struct str line)
{
	size_t at = 0, from;
	while (at < line.len && (line.ptr[at] == ' ' || line.ptr[at] == '\t'))
		at++;
	if (at == 0 && line.len && (line.ptr[0] == '+' || line.ptr[0] == '-'))
		return 1;
	from = at;
	while (at < line.len && line.ptr[at] >= '0' && line.ptr[at] <= '9')
		at++;
	bool number = at > from, mark = !number && at < line.len && strchr("*>|", line.ptr[at]);
	at += mark || (number && at < line.len && strchr(":|.", line.ptr[at]));
	bool apart = at == line.len || strchr(" \t\r", line.ptr[at]);
	return (number || mark) && apart ? at : 0;
}

/* The length of what stands for something else or for nothing at the front; 0 if that is not so. */
static size_t unquote(struct str rest, const char **ret_text)
{
	static const struct {
		const char *from, *to;
	} rows[] = {
		{"/*", " "}, {"*/", " "}, {"//", " "}, {"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}, {"&quot;", "\""},
		{"&nbsp;", " "}, {"<br>", " "}, {"<br/>", " "}, {"<br />", " "}, {"\\_", "_"}, {"\\*", "*"},
		/* blanks of other widths, and of none */
		{"\xC2\xA0", " "}, {"\xE2\x80\xAF", " "}, {"\xE2\x80\x8B", " "}, {"\xEF\xBB\xBF", " "},
	};
	for (size_t i = 0; i < countof(rows); i++) {
		if (str_starts(rest, str_of(rows[i].from))) {
			*ret_text = rows[i].to;
			return strlen(rows[i].from);
		}
	}
	return 0;
}

/* "src/log.c:12: ", as those that search files put it in front of a line. */
static size_t place_in_front(struct str line)
{
	size_t name = 0, at;
	while (name < line.len && line.ptr[name] != ':' && line.ptr[name] != ' ' && line.ptr[name] != '\t')
		name++;
	for (at = name + 1; at < line.len && line.ptr[at] >= '0' && line.ptr[at] <= '9'; at++)
		continue;
	bool is_place = name > 0 && name + 1 < at && at < line.len && (line.ptr[at] == ':' || line.ptr[at] == '-');
	return is_place ? at + 1 : 0;
}

/* As the header tells. Lines stay lines. `remarks` says that what stands behind "//" is no code. */
static struct str unquoted(struct str text, bool remarks, struct arena *a)
{
	char *out = arena_array(a, text.len + 1, char);
	struct str line;
	size_t len = 0;
	while (str_next_line(&text, &line)) {
		size_t place = place_in_front(line);
		for (size_t at = place ? place : leading(line), skip; at < line.len; at += skip ? skip : 1) {
			if (remarks && str_starts(str_from(line, at), STR("//")))
				break;
			const char *instead = &line.ptr[at];
			skip = unquote(str_from(line, at), &instead);
			out[len++] = *instead;
		}
		out[len++] = '\n';
	}
	return (struct str){out, len};
}

/* By line, of those that begin in the same one the longer first. */
static bool comes_before(const struct shared_run *a, const struct shared_run *b)
{
	return a->line != b->line ? a->line < b->line : a->end_line > b->end_line;
}

/* Both lists are in order. What one has within lines that the other has found is not said again; a comment that
 * quotes more, behind code on its line, is. */
static struct shared_runs merge(const struct finding *code, const struct finding *quoted, struct arena *a)
{
	struct shared_runs all = {arena_array(a, code->found.len + quoted->found.len, struct shared_run), 0};
	size_t c = 0, q = 0;
	bool last_quoted = false;
	while (c < code->found.len || q < quoted->found.len) {
		bool next_quoted = c == code->found.len ||
				   (q < quoted->found.len &&
				    comes_before(&quoted->found.items[q], &code->found.items[c]));
		const struct shared_run *run = next_quoted ? &quoted->found.items[q++] : &code->found.items[c++];
		if (all.len && next_quoted != last_quoted && run->end_line <= all.items[all.len - 1].end_line)
			continue;
		last_quoted = next_quoted;
		all.items[all.len++] = *run;
	}
	return all;
}

/* What one more reading of the text finds, put to what is known. */
static struct shared_runs read_again(const struct fingerprints *set, struct str text, size_t least,
				     struct shared_runs known, struct arena *a)
{
	struct finding before = {.set = set, .least = least},
		       again = {.set = set, .marks = read_marks(text), .least = least};
	for (size_t i = 0; i < known.len; i++)
		*vec_push(&before.found) = known.items[i];
	find_runs(&again);
	struct shared_runs runs = merge(&before, &again, a);
	vec_release(&before.found);
	vec_release(&again.found);
	return runs;
}

struct shared_runs fingerprints_find(const struct fingerprints *set, struct str text, size_t least, struct arena *a)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct shared_runs runs = read_again(set, text, least, (struct shared_runs){0}, a);
	runs = read_again(set, unquoted(text, false, &scratch), least, runs, a);
	return read_again(set, unquoted(text, true, &scratch), least, runs, a);
}

void fingerprints_write(const struct fingerprints *set, struct buf *out)
{
	for (size_t i = 0; i < set->files.len; i++)
		buf_printf(out, "file %s\n", set->files.items[i]);
	for (size_t i = 0; i < set->len; i++) {
		const struct fingerprint *f = &set->items[i];
		if (f->smallest)
			buf_printf(out, "%016" PRIx64 " %" PRIu32 " %" PRIu32 "\n", f->hash, f->file, f->line);
	}
}
