#include "harness/project_parts.h"

/* It is built, run and handed arguments as a test program is; nobody reads its results. */
static int read_workload(struct project_reader *r, const struct json_at *at, struct project_workload *w)
{
	if (ONLY(r, at, "name", "sources", "include", "defines", "flags", "args", "env", "stdin", "cwd", "n") < 0)
		return -1;
	struct json_at name = json_key(at, "name"), sources = json_key(at, "sources"), args = json_key(at, "args"),
		       env = json_key(at, "env"), input = json_key(at, "stdin"), cwd = json_key(at, "cwd"), n = json_key(at, "n");
	struct program *p = &w->program;
	int64_t size = PROJECT_WORKLOAD_N;
	p->cwd = "";
	if (project_read_string(r, &name, &project_name, &p->name) < 0 ||
	    project_read_strings(r, &sources, &project_path, &p->sources) < 0 || project_read_options(r, at, &p->options) < 0 ||
	    project_read_strings(r, &args, &project_text, &p->args) < 0 || project_read_env(r, &env, &p->env) < 0 ||
	    project_read_string(r, &input, &project_path, &p->stdin_file) < 0 ||
	    project_read_string(r, &cwd, &project_path, &p->cwd) < 0 ||
	    json_read_integer(&n, 1, PROJECT_WORKLOAD_N_MAX, &size, r->err) < 0)
		return -1;
	if (!p->name)
		return json_refuse(&name, r->err, "missing: each workload needs a name");
	if (p->sources.len == 0)
		return json_refuse(&sources, r->err, "expected at least one source, like \"bench/parse.c\"");
	w->n = (uint64_t)size;
	return 0;
}

int project_read_workloads(struct project_reader *r, const struct json_at *root, struct project *ret)
{
	struct json_at at = json_key(root, "workloads");
	size_t len;
	if (json_read_array(&at, PROJECT_WORKLOADS_MAX, &len, r->err) < 0)
		return -1;
	ret->workloads = arena_array(r->a, len, struct project_workload);
	for (size_t i = 0; i < len; i++) {
		struct json_at item = json_item(&at, i);
		if (!json_is_object(item.value))
			return json_refuse(&item, r->err, "expected an object");
		if (read_workload(r, &item, &ret->workloads[i]) < 0)
			return -1;
		for (size_t k = 0; k < i; k++) {
			if (strcmp(ret->workloads[k].program.name, ret->workloads[i].program.name) == 0)
				return json_refuse(&item, r->err, "two workloads are named %s", ret->workloads[i].program.name);
		}
	}
	ret->workloads_len = len;
	return 0;
}
