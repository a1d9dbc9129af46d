#include "cli/check_candidate.h"

int check_candidate(const struct check_values *values, const char *selector, struct err *err)
{
	(void)values;
	return err_set(err, ERR_USAGE,
		       "check: there are no candidates yet, so none is %s; `recast check original` checks the library itself",
		       selector);
}
