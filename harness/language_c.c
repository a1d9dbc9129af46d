#include "harness/language_c.h"

#include "harness/capi.h"
#include "harness/ctoken.h"
#include "harness/layout.h"

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

bool language_c_header_only(const struct suite *suite)
{
	for (size_t i = 0; i < suite->plan.objects_len; i++) {
		const struct plan_object *o = &suite->plan.objects[i];
		if (o->of_library && !is_stub(suite, o))
			return false;
	}
	return suite->private_files.len == 0;
}

const struct language language_c = {
	.name = "c",
	.scout = scout_run,
	.read_interface = read_interface,
	.is_header_only = language_c_header_only,
	.show_headers = language_c_show_headers,
	.find_functions = cfunctions_find,
	.find_tests = ctests_find,
	.find_orphans = ctests_orphans,
	.cut_tests = ctests_cut,
	.names = ctests_names,
};
