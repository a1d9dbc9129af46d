#include "core/err.h"

#include <errno.h>
#include <stdarg.h>

/* A text cut in the middle of a UTF-8 sequence would print as rubbish. */
static void trim_partial_character(char *text, size_t len)
{
	size_t start = len;
	while (start > 0 && len - start < 4 && ((unsigned char)text[start - 1] & 0xC0) == 0x80)
		start--;
	if (start == 0)
		return;
	unsigned char lead = (unsigned char)text[start - 1];
	size_t want = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
	if (want > 1 && len - (start - 1) < want)
		text[start - 1] = '\0';
}

static size_t append(char *text, size_t size, size_t at, const char *format, va_list args)
	PRINTF_LIKE(4, 0);

static size_t append(char *text, size_t size, size_t at, const char *format, va_list args)
{
	int n = vsnprintf(text + at, size - at, format, args);
	if (n < 0)
		return at;
	if ((size_t)n < size - at)
		return at + (size_t)n;
	trim_partial_character(text, size - 1);
	return strlen(text);
}

int err_set(struct err *err, enum err_kind kind, const char *format, ...)
{
	if (!err)
		return -1;
	err->kind = kind;
	err->saved_errno = 0;
	va_list args;
	va_start(args, format);
	append(err->text, sizeof(err->text), 0, format, args);
	va_end(args);
	return -1;
}

int err_errno(struct err *err, const char *format, ...)
{
	int saved = errno;
	if (!err)
		return -1;
	err->kind = ERR_OS;
	err->saved_errno = saved;
	va_list args;
	va_start(args, format);
	size_t at = append(err->text, sizeof(err->text), 0, format, args);
	va_end(args);
	if (at + 2 < sizeof(err->text))
		snprintf(err->text + at, sizeof(err->text) - at, ": %s", strerror(saved));
	return -1;
}

int err_wrap(struct err *err, const char *format, ...)
{
	if (!err)
		return -1;
	char inner[sizeof(err->text)];
	memcpy(inner, err->text, sizeof(inner));
	va_list args;
	va_start(args, format);
	size_t at = append(err->text, sizeof(err->text), 0, format, args);
	va_end(args);
	size_t room = sizeof(err->text) - at;
	int n = snprintf(err->text + at, room, ": %s", inner);
	if (n >= 0 && (size_t)n >= room)
		trim_partial_character(err->text, sizeof(err->text) - 1);
	return -1;
}
