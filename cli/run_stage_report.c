#include "cli/report_forms.h"
#include "cli/report_value.h"
#include "cli/run_stages.h"
#include "core/mem.h"
#include "harness/workfolder.h"

/* What is written into .recast: for programs, and for people, which is the one that is told. */
static const char *const forms[] = {"json", "md", "html"};

enum { REPORT_MAX = 256 << 20 };

static const char *file_of(struct running *r, const struct report_form *form)
{
	const char *folder = work_folder(&r->work);
	bool is_here = strcmp(folder, ".") == 0;
	return arena_printf(&r->work.arena, "%s%s" WORKFOLDER "/report.%s", is_here ? "" : folder, is_here ? "" : "/",
			    form->suffix);
}

/* A file that says it already stays. */
static int save(struct running *r, const struct report_form *form, bool *changed, struct err *err)
{
	SCOPED_BUF struct buf text, old;
	const char *path = file_of(r, form);
	buf_init(&text, REPORT_MAX);
	buf_init(&old, REPORT_MAX);
	form->write(&r->report, &text);
	if (buf_check(&text, "the report", err) < 0)
		return -1;
	r->report_file = path;
	if (fs_read_itself(path, &old, NULL) == 0 && str_eq(buf_str(&old), buf_str(&text)))
		return 0;
	*changed = true;
	return fs_write(path, buf_str(&text), err);
}

int run_stage_report(struct running *r, struct stage_result *ret, struct err *err)
{
	struct work *w = &r->work;
	const struct report_form *form;
	bool changed = false;
	*ret = (struct stage_result){.state = STAGE_SKIPPED, .mark = "", .text = "there is no candidate"};
	if (!r->has_candidate)
		return 0;
	if (workfolder_make(work_folder(w), err) < 0 ||
	    report_read(work_folder(w), &r->selection.candidate, w->ledger, &w->arena, &r->report, err) < 0)
		return -1;
	for (size_t i = 0; i < countof(forms); i++) {
		if (report_form_find(forms[i], &form, err) < 0 || save(r, form, &changed, err) < 0)
			return -1;
	}
	ret->state = changed ? STAGE_DONE : STAGE_UNCHANGED;
	ret->text = r->report_file;
	return 0;
}
