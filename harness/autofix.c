#include "harness/autofix.h"
int autofix_run(struct toolchain *toolchain, const struct build_limits *limits, const struct spec *spec,
		const struct draft *draft, const char *only, struct arena *a, struct autofix *ret, struct err *err)
{
	(void)toolchain; (void)limits; (void)spec; (void)only; (void)a; (void)err;
	*ret = (struct autofix){.draft = *draft, .ok = true};
	return 0;
}
