#include "harness/language_c.h"

#include "harness/capi.h"
#include "harness/ctoken.h"
#include "harness/layout.h"
#include "harness/ownsource.h"

static int read_interface(const struct suite *suite, struct arena *a, struct interface *ret, const char **ret_trouble,
			  struct err *err)
{
	const struct plan *plan = &suite->plan;
	struct compile options = plan_compile(&plan->user, a);
	struct capi_source headers = {
		.preprocessed = suite->headers.bytes,
		.below = PROJECT_ROOT "/",
		.tree = plan->library_tree,
	};
	struct layout_source layout = {
		.tree = plan->library_tree,
		.headers = plan->headers,
		.headers_len = plan->headers_len,
		.options = &options,
		.limits = &suite->project->limits.build,
	};
	if (capi_read(&headers, a, ret, err) < 0)
		return -1;
	return layout_fill(&layout, suite->tools, a, ret, ret_trouble, err);
}

/* A source that only includes and configures. */
static bool is_stub(const struct suite *suite, const struct plan_object *o)
{
	return ctoken_only_directives(plan_text(suite->plan.library_tree, o->name));
}

static bool is_header_only(const struct suite *suite)
{
	for (size_t i = 0; i < suite->plan.objects_len; i++) {
		const struct plan_object *o = &suite->plan.objects[i];
		if (o->of_library && !is_stub(suite, o))
			return false;
	}
	return suite->private_files.len == 0;
}

/* What the library's own source takes from the header, which its users do not. */
static int library_lines(const struct suite *suite, const char *path, struct arena *a, struct headercut_lines *ret,
			 struct err *err)
{
	const struct plan *plan = &suite->plan;
	for (size_t i = 0; i < plan->objects_len; i++) {
		const struct plan_object *o = &plan->objects[i];
		if (!o->of_library)
			continue;
		struct built built;
		struct own_source source = {
			.path = "/recast/library.c",
			.text = arena_printf(a, "#include \"%s\"\n", o->compile.source),
			.project = plan->library_tree,
			.options = o->compile,
			.limits = &suite->project->limits.build,
		};
		source.options.keep_defines = true;
		if (own_preprocess(suite->tools, &source, a, &built, err) < 0)
			return -1;
		*ret = headercut_lines(built.bytes, path, a);
		return 0;
	}
	return 0;
}

static int show_header(const struct suite *suite, const char *path, struct arena *a, struct headercut *ret,
		       struct err *err)
{
	struct str text = plan_text(suite->plan.library_tree, path);
	struct headercut_lines user = {0}, library = {0};
	const char *guest_path = arena_printf(a, PROJECT_ROOT "/%s", path);
	if (!is_header_only(suite))
		return headercut_make(path, text, HEADERCUT_KEEP_INLINE, &user, &library, a, ret, err);
	user = headercut_lines(suite->headers.bytes, guest_path, a);
	if (library_lines(suite, guest_path, a, &library, err) < 0)
		return -1;
	return headercut_make(path, text, HEADERCUT_ALL, &user, &library, a, ret, err);
}

const struct language language_c = {
	.name = "c",
	.scout = scout_run,
	.read_interface = read_interface,
	.is_header_only = is_header_only,
	.show_header = show_header,
	.find_functions = cfunctions_find,
	.find_tests = ctests_find,
	.cut_tests = ctests_cut,
	.names = ctests_names,
};
