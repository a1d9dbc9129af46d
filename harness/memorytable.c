#include "harness/memorytable.h"

#include "core/mem.h"
#include "harness/cfunctions.h"
#include "harness/rewrite_parts.h"

static const char FAULT_REMEDY[] = "keep within what was allocated, and give each block back once";
static const char UNDEFINED_REMEDY[] = "C does not define that: check before, or use an unsigned type";
static const char LEAK_REMEDY[] = "give back what the library has allocated, also where it returns early";

void memory_table_release(struct memory_table *t)
{
	vec_release(&t->rows);
	vec_release(&t->notes);
	arena_release(&t->arena);
	*t = (struct memory_table){0};
}

const char *memory_table_name(const struct memory_table *t, uint32_t who)
{
	return who && who <= t->shims->functions_len ? t->shims->functions[who - 1].function->name : "the test";
}

uint64_t memory_fault_bits(const struct memory_account *account)
{
	uint64_t bits = 0;
	for (unsigned i = 0; i < HEAP_FAULTS; i++)
		bits |= (uint64_t)(account->heap.fault_counts[i] != 0) << i;
	return bits;
}

uint64_t memory_undefined_bits(const struct memory_account *account)
{
	uint64_t bits = 0;
	for (size_t i = 0; i < account->undefined_len; i++)
		bits |= (uint64_t)1 << account->undefined[i].kind;
	return bits;
}

/* ---- rows */

static bool is_same(const struct memory_finding *a, const struct memory_finding *b)
{
	return a->kind == b->kind && a->place.line == b->place.line && strcmp(a->place.file, b->place.file) == 0 &&
	       strcmp(a->function, b->function) == 0 && strcmp(a->what, b->what) == 0;
}

static void add_row(struct memory_table *t, const struct memory_finding *f)
{
	struct arena *a = &t->arena;
	for (size_t i = 0; i < t->rows.len; i++) {
		if (is_same(&t->rows.items[i], f)) {
			if (strcmp(t->rows.items[i].program, f->program) != 0)
				t->rows.items[i].programs += f->programs;
			return;
		}
	}
	if (t->rows.len >= REMARKS_MAX)
		return;
	struct memory_finding row = *f;
	row.place.file = arena_strdup(a, f->place.file);
	row.function = arena_strdup(a, f->function);
	row.program = arena_strdup(a, f->program);
	row.what = arena_strdup(a, f->what);
	row.detail = arena_strdup(a, f->detail);
	row.remedy = arena_strdup(a, f->remedy);
	*vec_push(&t->rows) = row;
}

/* Where the rewrite defines the function. */
static struct place definition(const struct memory_table *t, const char *name)
{
	SCOPED_ARENA struct arena scratch = {0};
	for (size_t i = 0; i < t->rewrite->files.len; i++) {
		const char *file = t->rewrite->files.items[i];
		struct source_functions found;
		struct err unreadable = {0};
		if (cfunctions_find(rewrite_text(t->rewrite, file), &scratch, &found, &unreadable) < 0)
			continue;
		for (size_t k = 0; k < found.len; k++) {
			if (strcmp(found.items[k].name, name) == 0)
				return (struct place){file, found.items[k].line, found.items[k].end_line};
		}
	}
	return (struct place){.file = ""};
}

void memory_table_add(struct memory_table *t, const struct memory_finding *finding, uint32_t who)
{
	struct memory_finding f = *finding;
	f.programs = 1;
	f.is_calls = t->of_calls;
	f.function = who ? memory_table_name(t, who) : "";
	if (!f.place.file)
		f.place = who ? definition(t, f.function) : (struct place){.file = ""};
	add_row(t, &f);
}

void memory_table_merge(struct memory_table *t, const struct memory_table *other)
{
	for (size_t i = 0; i < other->rows.len; i++)
		add_row(t, &other->rows.items[i]);
	for (size_t i = 0; i < other->notes.len; i++) {
		const struct remark *n = &other->notes.items[i];
		rewrite_remark(&t->notes, n->place, n->text, n->remedy, &t->arena);
	}
}

/* ---- a run with both */

static const char *describe_fault(const struct memory_table *t, const struct heap_fault *f, struct arena *a)
{
	if (!f->size && !f->serial)
		return arena_printf(a, "address 0x%x, in %s", f->address, memory_table_name(t, f->finder));
	const char *when = f->finder ? arena_printf(a, ", seen in %s", memory_table_name(t, f->finder)) : "";
	return arena_printf(a, "byte %lld of a block of %u that %s allocated%s", (long long)f->offset, f->size,
			    memory_table_name(t, f->owner), when);
}

void memory_table_add_fault(struct memory_table *t, const char *program, const struct heap_fault *f)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct memory_finding finding = {
		.kind = MEMORY_FAULT,
		.program = program,
		.what = heap_fault_name(f->kind),
		.detail = describe_fault(t, f, &scratch),
		.remedy = FAULT_REMEDY,
	};
	memory_table_add(t, &finding, f->finder ? f->finder : f->owner);
}

/* A header of the original's may be where it happens, too. */
static struct place place_of(const struct undefined *u, struct arena *a)
{
	static const char root[] = PROJECT_ROOT "/";
	const char *own = rewrite_own_path(str_of(u->file), a), *file = u->file;
	if (own)
		file = own;
	else if (str_starts(str_of(file), STR(root)))
		file += strlen(root);
	return (struct place){rewrite_printable(file, a), u->line, u->line};
}

void memory_table_add_undefined(struct memory_table *t, const char *program, const struct undefined *u)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct memory_finding finding = {
		.kind = MEMORY_UNDEFINED,
		.place = place_of(u, &scratch),
		.program = program,
		.what = undefined_name(u->kind),
		.detail = u->count > 1 ? arena_printf(&scratch, "%llu times", (unsigned long long)u->count) : "",
		.remedy = UNDEFINED_REMEDY,
	};
	memory_table_add(t, &finding, u->who);
}

/* Of what the original shows a kind of, nothing counts. */
static void compare_kinds(struct memory_table *t, const char *program, const struct memory_account *original,
			  const struct memory_account *rewrite)
{
	uint64_t faults = memory_fault_bits(original), undefined = memory_undefined_bits(original);
	for (size_t i = 0; i < rewrite->heap.faults_len; i++) {
		if (!(faults >> rewrite->heap.faults[i].kind & 1))
			memory_table_add_fault(t, program, &rewrite->heap.faults[i]);
	}
	for (size_t i = 0; i < rewrite->undefined_len; i++) {
		if (!(undefined >> rewrite->undefined[i].kind & 1))
			memory_table_add_undefined(t, program, &rewrite->undefined[i]);
	}
}

static void compare_leaks(struct memory_table *t, const char *program, const struct memory_account *original,
			  const struct memory_account *rewrite)
{
	SCOPED_ARENA struct arena scratch = {0};
	const struct heap_lost *lost = &rewrite->lost;
	bool ended = original->run.outcome == OUTCOME_EXITED && rewrite->run.outcome == OUTCOME_EXITED;
	if (!lost->blocks || original->lost.blocks || !ended)
		return;
	struct memory_finding finding = {
		.kind = MEMORY_LEAK,
		.program = program,
		.what = "leaves memory behind that nothing leads to",
		.detail = arena_printf(&scratch, "%llu block%s, %llu byte%s; the first, of %u, is its allocation %u",
				       (unsigned long long)lost->blocks, lost->blocks == 1 ? "" : "s",
				       (unsigned long long)lost->bytes, lost->bytes == 1 ? "" : "s", lost->first.size,
				       lost->first.serial),
		.remedy = LEAK_REMEDY,
	};
	memory_table_add(t, &finding, lost->first.owner);
}

/* What the original does itself, each once. */
static void note_original(struct memory_table *t, const struct memory_account *original)
{
	SCOPED_ARENA struct arena scratch = {0};
	for (size_t i = 0; i < original->heap.faults_len; i++) {
		const struct heap_fault *f = &original->heap.faults[i];
		const char *text = arena_printf(&scratch, "the original, in %s: %s",
						memory_table_name(t, f->finder ? f->finder : f->owner),
						heap_fault_name(f->kind));
		rewrite_remark(&t->notes, (struct place){.file = ""}, text, "", &t->arena);
	}
	for (size_t i = 0; i < original->undefined_len; i++) {
		const struct undefined *u = &original->undefined[i];
		const char *text = arena_printf(&scratch, "the original: %s", undefined_name(u->kind));
		rewrite_remark(&t->notes, place_of(u, &scratch), text, "", &t->arena);
	}
	if (original->lost.blocks) {
		const char *text = arena_printf(&scratch, "the original leaves memory behind that %s allocated",
						memory_table_name(t, original->lost.first.owner));
		rewrite_remark(&t->notes, (struct place){.file = ""}, text, "", &t->arena);
	}
}

void memory_table_compare(struct memory_table *t, const char *program, const struct memory_account *original,
			  const struct memory_account *rewrite, bool went_alike)
{
	compare_kinds(t, program, original, rewrite);
	if (went_alike)
		compare_leaks(t, program, original, rewrite);
	note_original(t, original);
}
