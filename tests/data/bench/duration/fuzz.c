/* Both, natively, by libFuzzer: the rewrite is compiled with -Dduration_seconds=rewrite_seconds. */

#include "duration.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int rewrite_seconds(const char *text);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	char *text = malloc(len + 1);
	memcpy(text, bytes, len);
	text[len] = '\0';
	if (duration_seconds(text) != rewrite_seconds(text))
		abort();
	free(text);
	return 0;
}
