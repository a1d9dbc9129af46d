/* Replies of any bytes: read on an empty draft and on one that can be changed, and put together from halves. */

#include "harness/replyfiles.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	SCOPED_ARENA struct arena arena = {0};
	struct str reply = {(const char *)data, size};
	struct draft none = {0}, old = draft_with(&none, "src/a.c", STR("int a;\nint b;\n"), &arena);
	struct replyfiles files;
	replyfiles_read(reply, "src/a.c", &none, false, size % 2, &arena, &files);
	replyfiles_read(reply, "src/a.c", &old, true, size % 2, &arena, &files);
	replyfiles_join(str_first(reply, size / 2), str_from(reply, size / 2), &arena);
	return 0;
}
