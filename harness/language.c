#include "harness/language.h"

#include "harness/language_c.h"

static const struct language *const languages[] = {&language_c};

const struct language *language_find(const char *name)
{
	for (size_t i = 0; i < countof(languages); i++) {
		if (strcmp(languages[i]->name, name) == 0)
			return languages[i];
	}
	return NULL;
}
