#include "harness/project_verdict.h"

const struct verdict_needs project_default_verdict = {.tests = 3, .exercised = 0.5};

enum { TESTS_MAX = 1000000 };

int project_read_verdict(const struct json_at *root, struct verdict_needs *ret, struct err *err)
{
	static const char *const keys[] = {"min_tests", "min_exercised"};
	struct json_at at = json_key(root, "verdict"), tests = json_key(&at, keys[0]), exercised = json_key(&at, keys[1]);
	int64_t number = ret->tests;
	double share = ret->exercised;
	if (json_only_keys(&at, keys, countof(keys), err) < 0 ||
	    json_read_integer(&tests, 1, TESTS_MAX, &number, err) < 0 ||
	    json_read_number(&exercised, 0, 1, &share, err) < 0)
		return -1;
	*ret = (struct verdict_needs){(unsigned)number, share};
	return 0;
}

int project_read_differential(const struct json_at *root, size_t *ret, struct err *err)
{
	static const char *const keys[] = {"inputs"};
	struct json_at at = json_key(root, "differential"), inputs = json_key(&at, keys[0]);
	int64_t number = (int64_t)*ret;
	if (json_only_keys(&at, keys, countof(keys), err) < 0 ||
	    json_read_integer(&inputs, 0, PROJECT_INPUTS_MAX, &number, err) < 0)
		return -1;
	*ret = (size_t)number;
	return 0;
}

const char *project_free_complaint(const char *item)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";
	size_t name = strspn(item, letters), printable = name;
	while (item[printable] >= ' ' && item[printable] <= '~')
		printable++;
	bool starts_as_name = name && !(item[0] >= '0' && item[0] <= '9');
	if (!starts_as_name || item[name] != '.' || !item[name + 1] || item[printable])
		return "expected FUNCTION.ITEM, like \"parse.output\" or \"parse.*\"";
	return NULL;
}
