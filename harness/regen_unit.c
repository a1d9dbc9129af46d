#include "harness/regen_parts.h"

#include "harness/nameset.h"
#include "harness/replyfiles.h"

const char *unit_key(const struct unit_work *w, struct arena *a)
{
	if (w->is_whole)
		return arena_printf(a, "c%u/whole", w->slot);
	return arena_printf(a, "c%u/%s/s%u/r%u", w->slot, w->unit->path, w->sample, w->round);
}

/* ---- asking */

static int make_prompt(struct unit_work *w, struct prompt *ret, struct err *err)
{
	const struct regen *r = w->regen;
	struct prompt_ask ask = {
		.spec = &r->visible->extracted.spec,
		.considerations = r->considerations,
		.decisions = r->decisions,
		.plan = r->plan,
		.unit = w->unit,
		.draft = &w->draft,
		.feedback = &w->feedback,
	};
	return w->round ? prompt_repair(&ask, r->templates, &w->arena, ret, err)
			: prompt_unit(&ask, r->templates, &w->arena, ret, err);
}

/* ---- looking at what came */

static void set_feedback(struct unit_work *w, struct feedback feedback)
{
	w->feedback = feedback;
	w->is_sound = false;
}

/* Functions that the file does not even mention. Whether it defines those that it does, the linker will tell. */
static struct strings unmentioned(const struct unit_work *w)
{
	SCOPED(nameset_release) struct nameset names = {0};
	const struct strings *functions = &w->unit->functions;
	struct strings missing = {arena_array((struct arena *)(uintptr_t)&w->arena, functions->len, const char *), 0};
	nameset_add_identifiers(&names, draft_text(&w->draft, w->unit->path));
	nameset_seal(&names);
	for (size_t i = 0; i < functions->len; i++) {
		if (!nameset_has(&names, str_of(functions->items[i])))
			missing.items[missing.len++] = functions->items[i];
	}
	return missing;
}

static const char *name_all(const struct strings *names, struct arena *a)
{
	SCOPED_BUF struct buf text;
	buf_init(&text, 1000);
	for (size_t i = 0; i < names->len; i++)
		buf_printf(&text, "%s%s", i ? ", " : "", names->items[i]);
	return arena_str(a, buf_str(&text));
}

static void look_for_functions(struct unit_work *w)
{
	struct strings missing = unmentioned(w);
	if (missing.len == 0)
		return;
	const char *problem = arena_printf(&w->arena, "%s does not define %s", w->unit->path, name_all(&missing, &w->arena));
	struct strings problems = {&problem, 1};
	set_feedback(w, feedback_of_problems(&problems, w->unit->path, &w->arena));
}

static int compile(struct unit_work *w, struct err *err)
{
	const struct suite *suite = &w->regen->visible->suite;
	const struct spec *spec = &w->regen->visible->extracted.spec;
	struct autofix fix;
	if (autofix_run(suite->tools->toolchain, &suite->project->limits.build, spec, &w->draft, w->unit->path, &w->arena, &fix, err) < 0)
		return -1;
	w->draft = fix.draft;
	w->fixes = fix.done;
	w->is_sound = fix.ok;
	if (!fix.ok)
		set_feedback(w, feedback_of_compiler(&fix, w->unit->path, &w->arena));
	else
		look_for_functions(w);
	return 0;
}

static int look(struct unit_work *w, const struct asked *answer, struct err *err)
{
	struct replyfiles files;
	bool may_edit = w->round > 0;
	replyfiles_read(answer->text, w->unit->path, &w->draft, may_edit, answer->cut, &w->arena, &files);
	w->ignored = files.ignored;
	w->fixes = (struct strings){0};
	if (files.problems.len) {
		set_feedback(w, feedback_of_problems(&files.problems, w->unit->path, &w->arena));
		return 0;
	}
	w->draft = files.draft;
	if (compile(w, err) < 0)
		return -1;
	/* As it is now the next prompt quotes it: with changes put in, and with what was repaired without a model. */
	cleanroom_hear(w->regen->asker->room, draft_text(&w->draft, w->unit->path));
	return 0;
}

/* ---- which try comes next */

/* Without feedback that could help, a repair makes no sense. */
static bool go_on(struct unit_work *w)
{
	const struct regen *r = w->regen;
	bool can_repair = w->tried && w->feedback.problems.len && w->round < r->repairs && draft_has(&w->draft, w->unit->path);
	if (can_repair) {
		w->round++;
		w->repairs++;
		return true;
	}
	if (w->sample >= r->samples)
		return false;
	w->sample++;
	w->samples++;
	w->round = 0;
	return true;
}

int unit_try(struct unit_work *w, bool *ret_more, struct err *err)
{
	struct prompt prompt;
	struct asked answer;
	*ret_more = go_on(w);
	if (!*ret_more)
		return 0;
	w->is_whole = false;
	if (make_prompt(w, &prompt, err) < 0)
		return -1;
	prompt.title = arena_printf(&w->arena, "%s, sample %u%s", prompt.title, w->sample,
				    w->round ? arena_printf(&w->arena, ", repair %u", w->round) : "");
	if (asker_ask(w->regen->asker, &prompt, unit_key(w, &w->arena), &w->arena, &answer, err) < 0)
		return -1;
	w->tried = true;
	w->requests++;
	w->exchange = answer.exchange;
	w->feedback = (struct feedback){0};
	return look(w, &answer, err) < 0 || unit_keep(w, err) < 0 ? -1 : 0;
}
