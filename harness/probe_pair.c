#include "harness/probe_pair.h"

#include "core/mem.h"

enum {
	FUEL_TIMES = 25,
	FUEL_MORE = 5000000,
	FUEL_PATIENT = 1000000000,
	OTHER_STACK = 0xA5,
	OTHER_FILL = 0xA7,
	OTHER_GUARD = 0x3C
};

uint64_t probe_fuel_of_rewrite(uint64_t original, bool patient)
{
	return original * FUEL_TIMES + (patient ? FUEL_PATIENT : FUEL_MORE);
}

/* ---- what differs */

static const char *end_text(const struct probe_outcome *o, struct arena *a)
{
	switch (o->end) {
	case PROBE_RAN:
		return "comes back";
	case PROBE_TRAPPED:
		return arena_printf(a, "traps: %s", o->why);
	case PROBE_ENDLESS:
		return "does not come to an end";
	case PROBE_OVERRAN:
		return arena_printf(a, "writes past %s", o->why);
	case PROBE_LEFT:
	case PROBE_NOT_MADE:
		return arena_printf(a, "ends the program: %s", o->why);
	}
	return "";
}

/* What stands behind bytes of which only a hash is told, as long texts are; or the same. */
static const char *behind_hash(const char *text)
{
	static const char hash[] = " bytes, hash ", hex[] = "0123456789abcdef";
	const char *digits = text + strspn(text, "0123456789");
	bool is_hash = digits > text && strncmp(digits, hash, sizeof(hash) - 1) == 0;
	return is_hash ? digits + sizeof(hash) - 1 + strspn(digits + sizeof(hash) - 1, hex) : text;
}

/* A text without digits, quoted parts or hashes of these, whether they were cut short, and arguments: what is left says
 * of which kind it is. */
static void put_kind(struct buf *out, const char *text)
{
	static const char cut[] = "…";
	bool quoted = false;
	for (; *text && (quoted || *text != '('); text++) {
		text = quoted ? text : behind_hash(text);
		bool digit = *text >= '0' && *text <= '9';
		if (!*text)
			break;
		if (quoted && *text == '\\' && text[1])
			text++;
		else if (*text == '"')
			quoted = !quoted;
		else if (strncmp(text, cut, sizeof(cut) - 1) == 0)
			text += sizeof(cut) - 2;
		else if (!quoted && !digit && *text != '-')
			buf_append_char(out, *text);
	}
}

static const char *cause_of(const struct trace_text *t, struct arena *a)
{
	SCOPED_BUF struct buf out;
	buf_init(&out, 400);
	buf_printf(&out, "%s|%s|", t->function, t->what);
	put_kind(&out, t->expected);
	buf_append_char(&out, '|');
	put_kind(&out, t->got);
	return arena_str(a, buf_str(&out));
}

static void of_end(const struct probe_outcome *o, const struct probe_outcome *r, struct arena *a,
		   struct probe_difference *ret)
{
	/* The call that it was in stands last in the trace; which one it was the probe says. */
	ret->in_end = true;
	ret->call = r->call;
	ret->text.what = "end";
	ret->text.expected = end_text(o, a);
	ret->text.got = end_text(r, a);
	ret->text.free_item = "";
	ret->text.index = r->call + 1;
}

bool probe_compare(struct comparison *c, const struct probe_outcome *o, const struct trace_range *noise,
		   const struct probe_outcome *r, struct arena *a, struct probe_difference *ret)
{
	*ret = (struct probe_difference){
		.text = {.function = "", .call = "", .what = "", .expected = "", .got = "", .free_item = ""}};
	struct trace_difference d = comparison_run(c, o->events, noise ? *noise : o->events, r->events);
	bool ends = o->end != r->end;
	if (d.kind == TRACE_SAME && !ends)
		return false;
	if (d.kind == TRACE_STARVED)
		return false;
	bool cut_short = d.kind == TRACE_OTHER_CALL && ends && d.rewrite_over;
	if (d.kind != TRACE_SAME)
		ret->text = comparison_describe(c, &d, a);
	if (cut_short || d.kind == TRACE_SAME)
		of_end(o, r, a, ret);
	ret->cause = cause_of(&ret->text, a);
	return true;
}

/* ---- one probe by itself */

struct single {
	struct probe_outcome outcome;
	struct trace trace;
};

static int run_one(struct probe_side *side, const struct probe *p, struct probe_conditions conditions,
		   struct single *ret, struct err *err)
{
	struct probe_job job = {.probes = p, .len = 1, .conditions = conditions};
	return probe_side_run(side, &job, &ret->outcome, &ret->trace, err);
}

static const struct probe_conditions usual = {.stack_fill = 0};
static const struct probe_conditions other = {.stack_fill = OTHER_STACK, .fill = OTHER_FILL, .guard = OTHER_GUARD};

struct four {
	struct single original, noise, watched, rewrite;
};

static void release(struct four *f)
{
	trace_release(&f->original.trace);
	trace_release(&f->noise.trace);
	trace_release(&f->watched.trace);
	trace_release(&f->rewrite.trace);
}

static struct trace_range all_of(const struct single *s)
{
	return (struct trace_range){0, s->trace.events_len};
}

static int run_four(const struct probe_pair *pair, const struct probe *p, struct four *f, struct err *err)
{
	struct probe_conditions limited = usual;
	if (run_one(pair->original, p, usual, &f->original, err) < 0 ||
	    run_one(pair->original, p, other, &f->noise, err) < 0 ||
	    run_one(pair->original_watched, p, usual, &f->watched, err) < 0)
		return -1;
	limited.fuel = probe_fuel_of_rewrite(f->original.outcome.fuel, true);
	return run_one(pair->rewrite, p, limited, &f->rewrite, err);
}

static enum probe_verdict judge(const struct probe_pair *pair, struct four *f, struct arena *a,
				struct probe_difference *ret)
{
	const struct probe_outcome *o = &f->original.outcome;
	if (o->end != PROBE_RAN || o->faults || f->watched.outcome.end != PROBE_RAN)
		return PROBE_UNDEFINED;
	if (o->starved || f->rewrite.outcome.starved || f->noise.outcome.end != PROBE_RAN)
		return PROBE_UNSTABLE;
	struct comparison *c =
		comparison_new(pair->g->shims, &f->original.trace, &f->noise.trace, &f->rewrite.trace, pair->declared);
	struct trace_range noise = all_of(&f->noise);
	bool stable = comparison_is_stable(c, all_of(&f->original), noise);
	bool differs = stable && probe_compare(c, o, &noise, &f->rewrite.outcome, a, ret);
	comparison_free(c);
	if (!stable)
		return PROBE_UNSTABLE;
	if (differs && f->watched.outcome.undefined)
		return PROBE_UNDEFINED;
	return differs ? PROBE_DIFFERS : PROBE_SAME;
}

int probe_confirm(const struct probe_pair *pair, const struct probe *p, struct arena *a, enum probe_verdict *ret,
		  struct probe_difference *ret_difference, struct err *err)
{
	struct four f = {0};
	int result = run_four(pair, p, &f, err);
	if (result == 0)
		*ret = judge(pair, &f, a, ret_difference);
	release(&f);
	return result;
}

int probe_confirm_original(const struct probe_pair *pair, const struct probe *p, enum probe_verdict *ret,
			   struct err *err)
{
	struct four f = {0};
	if (run_one(pair->original, p, usual, &f.original, err) < 0 ||
	    run_one(pair->original, p, other, &f.noise, err) < 0 ||
	    run_one(pair->original_watched, p, usual, &f.watched, err) < 0) {
		release(&f);
		return -1;
	}
	const struct probe_outcome *o = &f.original.outcome, *n = &f.noise.outcome, *w = &f.watched.outcome;
	struct comparison *c =
		comparison_new(pair->g->shims, &f.original.trace, &f.noise.trace, &f.noise.trace, pair->declared);
	struct trace_difference d = comparison_run(c, all_of(&f.original), all_of(&f.original), all_of(&f.noise));
	bool stable = d.kind == TRACE_SAME && !o->starved && n->end == PROBE_RAN;
	*ret = PROBE_SAME;
	if (o->end != PROBE_RAN || o->faults || w->end != PROBE_RAN || w->undefined || w->faults)
		*ret = PROBE_UNDEFINED;
	else if (!stable)
		*ret = PROBE_UNSTABLE;
	comparison_free(c);
	release(&f);
	return 0;
}

static bool answers(const struct probe_outcome *o)
{
	return o->end == PROBE_RAN && !o->faults && !o->starved;
}

int probe_ask(const struct probe_pair *pair, const struct probe *p, struct arena *a, enum probe_verdict *ret,
	      struct probe_difference *ret_difference, struct err *err)
{
	struct single o = {0}, r = {0};
	*ret = PROBE_UNDEFINED;
	int result = run_one(pair->original, p, usual, &o, err);
	struct probe_conditions limited = usual;
	limited.fuel = probe_fuel_of_rewrite(o.outcome.fuel, false);
	if (result == 0 && answers(&o.outcome))
		result = run_one(pair->rewrite, p, limited, &r, err);
	if (result == 0 && answers(&o.outcome)) {
		struct comparison *c = comparison_new(pair->g->shims, &o.trace, &o.trace, &r.trace, pair->declared);
		bool differs = probe_compare(c, &o.outcome, NULL, &r.outcome, a, ret_difference);
		*ret = differs ? PROBE_DIFFERS : PROBE_SAME;
		comparison_free(c);
	}
	trace_release(&o.trace);
	trace_release(&r.trace);
	return result;
}

int probe_still_differs(const struct probe_pair *pair, const struct probe *p, const char *cause, bool *ret,
			struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct probe_difference d;
	enum probe_verdict verdict;
	*ret = false;
	if (probe_ask(pair, p, &scratch, &verdict, &d, err) < 0)
		return -1;
	*ret = verdict == PROBE_DIFFERS && strcmp(d.cause, cause) == 0;
	return 0;
}
