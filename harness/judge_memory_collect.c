#include "harness/judge_memory_parts.h"

#include "core/mem.h"
#include "harness/rewrite_parts.h"

/* So much more memory than the original, both, is no other way of doing it. */
enum { PEAK_TIMES = 10, PEAK_MORE = 4 << 20 };

static const char PEAK_REMEDY[] =
	"give back what is not needed any more, and let buffers grow by a share of their size";

/* ---- figures */

static void compare_peak(struct memory_table *t, const struct memory_program *p)
{
	SCOPED_ARENA struct arena scratch = {0};
	uint64_t original = p->first[MEMORY_ORIGINAL].heap.peak_bytes,
		 rewrite = p->first[MEMORY_REWRITE].heap.peak_bytes;
	if (rewrite < PEAK_MORE || rewrite - PEAK_MORE <= original || rewrite / PEAK_TIMES <= original)
		return;
	struct memory_finding finding = {
		.kind = MEMORY_PEAK,
		.program = p->planned->name,
		.what = "takes many times the memory",
		.detail = arena_printf(&scratch, "%llu KiB at once, the original %llu KiB",
				       (unsigned long long)rewrite >> 10, (unsigned long long)original >> 10),
		.remedy = PEAK_REMEDY,
	};
	memory_table_add(t, &finding, 0);
}

static void add_figures(struct memory_judgement *m, const struct memory_program *p)
{
	const struct heap_account *a = &p->first[MEMORY_ORIGINAL].heap, *b = &p->first[MEMORY_REWRITE].heap;
	m->programs++;
	m->allocations_original += a->allocations;
	m->allocations += b->allocations;
	m->peak_bytes_original = a->peak_bytes > m->peak_bytes_original ? a->peak_bytes : m->peak_bytes_original;
	m->peak_bytes = b->peak_bytes > m->peak_bytes ? b->peak_bytes : m->peak_bytes;
	m->failing_tried += p->failing_tried;
	m->failing_survived += p->failing_survived;
}

static void add_unseen(struct memory_judgement *m, const struct memory_judging *j)
{
	size_t calls = 0, untried = 0;
	m->unseen.items = arena_array(&m->arena, j->programs_len + 1, const char *);
	for (size_t i = 0; i < j->programs_len; i++) {
		const struct memory_program *p = &j->programs[i];
		calls += p->failing_calls;
		untried += p->failing_untried;
		if (p->unseen)
			m->unseen.items[m->unseen.len++] = arena_printf(&m->arena, "%s: what it does with memory: %s",
									p->planned->name, p->unseen);
	}
	if (untried)
		m->unseen.items[m->unseen.len++] =
			arena_printf(&m->arena, "what comes of failing allocations in %zu of %zu calls that allocate",
				     untried, calls);
}

/* ---- in words */

static const char *remark_text(const struct memory_finding *f, struct arena *a)
{
	return arena_printf(a, "%s%s%s%s%s (%s%s%s)", f->function, f->function[0] ? ": " : "", f->what,
			    f->detail[0] ? ": " : "", f->detail, f->is_calls ? "" : "test program ", f->program,
			    f->programs > 1 ? arena_printf(a, " and %zu more", f->programs - 1) : "");
}

static const char *counted(uint64_t n, const char *one, const char *many, struct arena *a)
{
	return arena_printf(a, "%llu %s", (unsigned long long)n, n == 1 ? one : many);
}

/* "2 faults, 1 leak" */
static const char *sum_up(const struct memory_judgement *m, struct arena *a)
{
	static const struct {
		const char *one, *many;
	} names[MEMORY_KINDS] = {
		[MEMORY_FAULT] = {"fault", "faults"},
		[MEMORY_UNDEFINED] = {"place of undefined behaviour", "places of undefined behaviour"},
		[MEMORY_LEAK] = {"leak", "leaks"},
		[MEMORY_UNWRITTEN] = {"answer from memory that was never written",
				      "answers from memory that was never written"},
		[MEMORY_FAILING] = {"allocation that it does not bear to fail",
				    "allocations that it does not bear to fail"},
		[MEMORY_PEAK] = {"program with many times the memory", "programs with many times the memory"},
	};
	const char *text = "";
	for (unsigned kind = 0; kind < MEMORY_KINDS; kind++) {
		size_t n = 0;
		for (size_t i = 0; i < m->findings_len; i++)
			n += (unsigned)m->findings[i].kind == kind;
		if (n)
			text = arena_printf(a, "%s%s%s", text, text[0] ? ", " : "",
					    counted(n, names[kind].one, names[kind].many, a));
	}
	return text;
}

static void conclude(struct memory_judgement *m, const struct memory_table *t)
{
	struct arena *a = &m->arena;
	struct gate *gate = &m->gate;
	for (size_t i = 0; i < m->findings_len; i++)
		rewrite_remark(&gate->findings, m->findings[i].place, remark_text(&m->findings[i], a),
			       m->findings[i].remedy, a);
	for (size_t i = 0; i < t->notes.len; i++)
		rewrite_remark(&gate->notes, t->notes.items[i].place, t->notes.items[i].text, "", a);
	rewrite_remark(&gate->notes, (struct place){.file = ""},
		       arena_printf(a, "%s, the original %llu; at most %llu bytes at once, the original %llu",
				    counted(m->allocations, "allocation", "allocations", a),
				    (unsigned long long)m->allocations_original, (unsigned long long)m->peak_bytes,
				    (unsigned long long)m->peak_bytes_original), "", a);
	gate->verdict = m->findings_len ? VERDICT_FAIL : m->programs ? VERDICT_PASS : VERDICT_INCONCLUSIVE;
	if (m->findings_len)
		gate->detail = sum_up(m, a);
	else if (!m->programs)
		gate->detail = "no test program could be watched";
	else
		gate->detail = arena_printf(a, "nothing found in %s%s", counted(m->programs, "program", "programs", a),
					    m->failing_tried
						    ? arena_printf(a, "; it survives %s",
								   counted(m->failing_tried, "failing allocation",
									   "failing allocations", a))
						    : "");
}

void memory_judging_collect(struct memory_judging *j, struct memory_judgement *m)
{
	struct memory_table all = {.rewrite = j->rewrite, .shims = &j->shims};
	add_unseen(m, j);
	for (size_t i = 0; i < j->programs_len; i++) {
		struct memory_program *p = &j->programs[i];
		if (!p->watched)
			continue;
		compare_peak(&p->table, p);
		memory_table_merge(&all, &p->table);
		add_figures(m, p);
	}
	if (j->elsewhere)
		memory_table_merge(&all, j->elsewhere);
	m->findings_len = all.rows.len;
	m->findings = arena_copy(&m->arena, all.rows.items, all.rows.len, sizeof(*all.rows.items));
	arena_adopt(&m->arena, &all.arena);
	conclude(m, &all);
	memory_table_release(&all);
}
