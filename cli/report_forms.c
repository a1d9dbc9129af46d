#include "cli/report_forms.h"

#include "cli/junit_report.h"
#include "cli/report_html.h"
#include "cli/report_markdown.h"
#include "cli/report_text.h"
#include "core/fs.h"
#include "core/mem.h"

enum { REPORT_MAX = 256 << 20 };

static void write_text(const struct report *report, struct buf *out)
{
	char *text = NULL;
	size_t len = 0;
	FILE *file = open_memstream(&text, &len);
	if (!file)
		return;
	report_text(report->value, file);
	if (fclose(file) == 0)
		buf_append(out, text, len);
	free(text);
}

static void write_json(const struct report *report, struct buf *out)
{
	SCOPED_MEM char *text = json_print(report->value);
	buf_append_cstr(out, text);
}

/* Where nobody has judged, that is the one case. */
static void write_junit(const struct report *report, struct buf *out)
{
	const json_t *check = json_object_get(report->value, "check");
	junit_report(json_is_object(check) ? check : report->value, out);
}

static void write_markdown(const struct report *report, struct buf *out)
{
	report_markdown(report->value, out);
}

static void write_html(const struct report *report, struct buf *out)
{
	report_html(report->value, report->detail, out);
}

const struct report_form report_forms[] = {
	{"text", "txt", write_text},
	{"json", "json", write_json},
	{"md", "md", write_markdown},
	{"junit", "xml", write_junit},
	{"html", "html", write_html},
	{NULL, NULL, NULL},
};

int report_form_find(const char *name, const struct report_form **ret, struct err *err)
{
	SCOPED_BUF struct buf names;
	buf_init(&names, 1000);
	for (const struct report_form *f = report_forms; f->name; f++) {
		if (strcmp(f->name, name) == 0) {
			*ret = f;
			return 0;
		}
		buf_printf(&names, "%s%s", f == report_forms ? "" : f[1].name ? ", " : " or ", f->name);
	}
	return err_set(err, ERR_USAGE, "--format takes %s, not %.100s", names.ptr, name);
}

int report_form_save(const struct report_form *form, const struct report *report, const char *path, struct err *err)
{
	SCOPED_BUF struct buf text;
	buf_init(&text, REPORT_MAX);
	form->write(report, &text);
	return buf_check(&text, "the report", err) < 0 ? -1 : fs_write(path, buf_str(&text), err);
}

void report_form_print(const struct report_form *form, const struct report *report)
{
	if (form == report_forms) {
		report_text(report->value, stdout);
		return;
	}
	SCOPED_BUF struct buf text;
	buf_init(&text, REPORT_MAX);
	form->write(report, &text);
	fwrite(text.ptr, 1, text.len, stdout);
}
