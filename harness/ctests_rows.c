#include "harness/ctests_scan.h"

enum { SIGNS_MAX = 4, REGISTRATIONS_MAX = 9 };

struct registration {
	const char *macro; /* a "*" at its end stands for any */
	uint32_t argument; /* which one is the test */
};

static const struct framework {
	const char *name;
	const char *signs[SIGNS_MAX]; /* one of them must be there, as a name or in an #include; if there are any */
	struct registration registrations[REGISTRATIONS_MAX];
} frameworks[] = {
	{
		.name = "unity",
		.signs = {"unity", "UNITY_BEGIN", "UnityBegin", "UnityMain"},
		.registrations = {{"RUN_TEST", 0}, {"run_test", 0}, {"RUN_TEST_CASE", 1}},
	},
	{
		.name = "cmocka",
		.registrations = {{"cmocka_unit_test*", 0}, {"unit_test", 0}, {"unit_test_setup_teardown", 0}},
	},
	{
		.name = "check",
		.registrations = {{"tcase_add_test*", 1}, {"tcase_add_loop_test*", 1}, {"tcase_add_exit_test*", 1}},
	},
	{
		.name = "greatest",
		.signs = {"greatest", "GREATEST_MAIN_DEFS", "GREATEST_MAIN_BEGIN"},
		.registrations = {{"RUN_TEST", 0}, {"RUN_TEST1", 0}, {"RUN_TESTp", 0}, {"RUN", 0}, {"RUNp", 0},
				  {"GREATEST_RUN_TEST*", 0}},
	},
	{
		.name = "minunit",
		.registrations = {{"MU_RUN_TEST", 0}, {"mu_run_test", 0}},
	},
};

static bool matches(const struct registration *r, struct str callee, uint32_t argument)
{
	struct str macro = str_of(r->macro);
	bool any = str_ends(macro, STR("*"));
	return argument == r->argument &&
	       (any ? str_starts(callee, str_first(macro, macro.len - 1)) : str_eq(callee, macro));
}

static bool registers(const struct ctscan *s, const struct framework *row, const struct ctscan_mention *m)
{
	if ((m->place != CTSCAN_HANDED && m->place != CTSCAN_ELEMENT) || m->callee == CTSCAN_NONE)
		return false;
	struct str callee = ctscan_name(s, m->callee);
	for (size_t i = 0; i < REGISTRATIONS_MAX && row->registrations[i].macro; i++) {
		if (matches(&row->registrations[i], callee, m->argument))
			return true;
	}
	return false;
}

static bool includes(const struct ctscan_file *f, struct str sign)
{
	for (size_t i = 0; i < f->directives.len; i++) {
		const struct ctscan_directive *d = &f->directives.items[i];
		if (d->last - d->first < 2 || !str_eq(ctscan_text(f, &f->words.items[d->first]), STR("include")))
			continue;
		struct str path = ctscan_text(f, &f->words.items[d->first + 1]);
		if (path.len && memmem(path.ptr, path.len, sign.ptr, sign.len))
			return true;
	}
	return false;
}

static bool has_sign(const struct ctscan *s, const struct framework *row)
{
	for (size_t i = 0; i < SIGNS_MAX && row->signs[i]; i++) {
		struct str sign = str_of(row->signs[i]);
		if (ctscan_find_name(s, sign) != CTSCAN_NONE)
			return true;
		for (size_t k = 0; k < s->files_len; k++) {
			if (includes(&s->files[k], sign))
				return true;
		}
	}
	return !row->signs[0];
}

static size_t count(const struct ctscan *s, const struct framework *row)
{
	size_t found = 0;
	for (size_t i = 0; i < s->mentions.len; i++)
		found += registers(s, row, &s->mentions.items[i]);
	return found;
}

const char *ctests_accept_framework(struct ctscan *s)
{
	const struct framework *best = NULL;
	size_t most = 0;
	for (size_t i = 0; i < countof(frameworks); i++) {
		size_t found = has_sign(s, &frameworks[i]) ? count(s, &frameworks[i]) : 0;
		if (found > most) {
			most = found;
			best = &frameworks[i];
		}
	}
	for (size_t i = 0; best && i < s->mentions.len; i++)
		s->mentions.items[i].accepted = registers(s, best, &s->mentions.items[i]);
	return best ? best->name : NULL;
}
