#include "harness/scout_parts.h"

#include "core/mem.h"

/* What is kept of the programs that ran, and what is said of them. */

bool scout_is_judge(const struct scout_program *p)
{
	return p->said && p->status == PROGRAM_FAILED && p->named_passed > 0;
}

/* Fails for want of a file that an argument names: it would be fetched or made by the build. */
static const char *missing_file(struct scout *s, const struct scout_program *p)
{
	for (size_t i = 0; p->status == PROGRAM_FAILED && i < p->args.len; i++) {
		const char *arg = p->args.items[i];
		bool found = !strchr(arg, '/') || !strchr(arg, '.') || arg[0] == '-';
		for (size_t k = 0; !found && k < p->folders.len; k++)
			found = scout_file(s, path_join(s->a, p->folders.items[k], str_of(arg))) != NULL;
		if (!found)
			return arg;
	}
	return NULL;
}

/* "a.c, b.c and 3 others", of programs that end alike; they are marked. */
static const char *alike(struct scout *s, struct scout_program *first)
{
	SCOPED_BUF struct buf names;
	size_t count = 0;
	buf_init(&names, 120);
	for (struct scout_program *p = first; p < s->programs.items + s->programs.len; p++) {
		bool same = p->status == first->status && p->said == first->said && !p->passed;
		/* Why each fails is worth a line; that private parts are needed is the same story for all. */
		if ((p->reported && p != first) || p->drop || !same ||
		    (p->status == PROGRAM_FAILED && strcmp(p->reason, first->reason) != 0))
			continue;
		p->reported = true;
		if (count++ < 3)
			buf_printf(&names, "%s%.60s", count > 1 ? ", " : "", p->name);
	}
	if (count > 3)
		return arena_printf(s->a, "%s and %zu others", names.ptr, count - 3);
	return arena_str(s->a, buf_str(&names));
}

static const char *shortened(struct scout *s, const char *text, size_t max)
{
	struct str all = str_of(text);
	if (all.len <= max)
		return text;
	return arena_printf(s->a, "%.*s…", STR_ARG(str_whole_characters(str_first(all, max))));
}

static const char *verb_of(enum program_status status)
{
	switch (status) {
	case PROGRAM_WHITE_BOX:
		return "white-box";
	case PROGRAM_NOT_RUNNABLE:
		return "not runnable";
	default:
		return "failing with the original";
	}
}

/* What the original fails cannot tell a good rewrite from a bad one, whoever calls it a test. */
static void leave_out(struct scout *s, struct scout_program *p)
{
	scout_find(s, FINDING_OPEN, "tests.programs", "%s: left out, as the original fails: %s; %s", alike(s, p),
		   shortened(s, p->reason, 60), p->slow ? "raise limits.fuel" : "give args, stdin or cwd");
}

static void report_program(struct scout *s, struct scout_program *p)
{
	const char *wanted = missing_file(s, p);
	if (p->reported || p->drop)
		return;
	p->reported = true;
	bool example = scout_place(p->source) == PLACE_EXAMPLE;
	if (p->passed && p->asks && !p->said) {
		p->drop = true;
		s->asking++;
	} else if (p->passed) {
		if (example)
			s->examples++;
		else if (!p->said)
			s->guessed++;
		else
			s->said++;
	} else if (wanted) {
		p->drop = true;
		scout_find(s, FINDING_OPEN, "tests.programs",
			   "%s is left out: it wants %s, which is not in the project", p->name,
			   wanted);
	} else if (scout_is_judge(p)) {
		scout_find(s, FINDING_OPEN, "tests.programs", "%s is in, but the original fails some of its tests",
			   alike(s, p));
	} else if (p->said && p->status == PROGRAM_FAILED) {
		leave_out(s, p);
	} else if (p->said) {
		scout_find(s, FINDING_FOUND, "tests.programs", "%s: %s, but in, as %s lists it (%s)", alike(s, p),
			   verb_of(p->status), p->said_by, shortened(s, p->reason, 80));
	} else if (p->unrelated) {
		p->drop = true;
		s->unrelated++;
	} else {
		bool drop = p->status != PROGRAM_WHITE_BOX;
		scout_find(s, drop ? FINDING_OPEN : FINDING_FOUND, "tests.programs", "%s: %s, %s (%s)", alike(s, p),
			   verb_of(p->status), drop ? "left out" : "but in", shortened(s, p->reason, 80));
	}
}

/* The framework whose header the source includes, for one that cannot be asked by running it. */
static void hint_report(struct scout *s, struct scout_program *p)
{
	const struct scout_file *f = scout_file(s, p->source);
	for (size_t i = 0; f && i < f->includes_len; i++) {
		const char *name = arena_str(s->a, path_stem(f->includes[i].name));
		if (testreport_find(name))
			p->report = name;
	}
}

/* Ways to build a program that the original fails go, if it passes built in another. */
static void drop_variants(struct scout *s, struct scout_program *p)
{
	SCOPED_BUF struct buf names;
	size_t kept = 0, failed = 0;
	buf_init(&names, 100);
	for (size_t i = 0; i < p->variants_len; i++)
		failed += p->variants[i].failed;
	if (p->status != PROGRAM_FAILED || failed == 0 || failed == p->variants_len || scout_is_judge(p))
		return;
	for (size_t i = 0; i < p->variants_len; i++) {
		if (!p->variants[i].failed) {
			p->variants[kept++] = p->variants[i];
			continue;
		}
		buf_printf(&names, "%s%.60s", names.len ? ", " : "", p->variants[i].name);
		vec_release(&p->variants[i].defines);
		vec_release(&p->variants[i].flags);
	}
	p->variants_len = kept;
	scout_find(s, FINDING_OPEN, "tests.programs", "%s: built as %s it is left out, as the original fails: %s",
		   p->name, names.ptr, shortened(s, p->reason, 60));
	p->status = PROGRAM_PASSED;
	p->passed = true;
}

/* Build files of two kinds tell of one program; the first that is of use stays. */
static void drop_told_twice(struct scout *s)
{
	for (size_t i = 0; i < s->programs.len; i++) {
		const struct scout_program *p = &s->programs.items[i];
		for (size_t k = i + 1; !p->drop && p->status != PROGRAM_FAILED && k < s->programs.len; k++) {
			struct scout_program *q = &s->programs.items[k];
			q->drop = q->drop || scout_is_told_twice(p, q);
		}
	}
}

void scout_keep(struct scout *s)
{
	for (size_t i = 0; i < s->programs.len; i++)
		drop_variants(s, &s->programs.items[i]);
	drop_told_twice(s);
	for (size_t i = 0; i < s->programs.len; i++) {
		if (s->programs.items[i].status == PROGRAM_NOT_RUNNABLE)
			hint_report(s, &s->programs.items[i]);
	}
	for (size_t i = 0; i < s->programs.len; i++)
		report_program(s, &s->programs.items[i]);
	/* What fails with the original is no test, nor is what no build file calls so and does not run. */
	for (size_t i = 0; i < s->programs.len; i++) {
		struct scout_program *p = &s->programs.items[i];
		bool fails = p->status == PROGRAM_FAILED ? !scout_is_judge(p)
							 : !p->said && !p->passed && p->status != PROGRAM_WHITE_BOX;
		s->left_out += fails && !p->drop && p->status == PROGRAM_FAILED;
		p->drop = p->drop || fails;
	}
	scout_name_programs(s);
	if (s->said)
		scout_find(s, FINDING_FOUND, "tests.programs", "%zu %s that build files call tests; the original passes",
			   s->said, s->said == 1 ? "program" : "programs");
	if (s->guessed)
		scout_find(s, FINDING_GUESSED, "tests.programs", "%zu %s where tests lie; the original passes",
			   s->guessed, s->guessed == 1 ? "program" : "programs");
	if (s->examples)
		scout_find(s, FINDING_GUESSED, "tests.programs",
			   "no test can judge a rewrite; %zu %s well and %s in for them", s->examples,
			   s->examples == 1 ? "example ends" : "examples end", s->examples == 1 ? "stands" : "stand");
	if (s->asking)
		scout_find(s, FINDING_OPEN, "tests.programs", "%zu %s usage only: left out; to have %s in, give args", s->asking,
			   s->asking == 1 ? "program prints its" : "programs print their", s->asking == 1 ? "it" : "them");
	if (s->unrelated)
		scout_find(s, FINDING_GUESSED, "tests.programs", "%zu %s nothing of the library: left out",
			   s->unrelated, s->unrelated == 1 ? "program calls" : "programs call");
	if (s->library_failure)
		scout_find(s, FINDING_OPEN, "library", "it does not build: %s", s->library_failure);
}
