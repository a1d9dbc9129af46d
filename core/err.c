#include "core/err.h"

#include "core/str.h"

#include <errno.h>
#include <stdarg.h>

/* A text cut in the middle of a UTF-8 sequence would print as rubbish. */
static size_t trim_partial_character(char *text)
{
	size_t len = str_whole_characters(str_of(text)).len;
	text[len] = '\0';
	return len;
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
	return trim_partial_character(text);
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
		trim_partial_character(err->text);
	return -1;
}

int err_copy(struct err *err, const struct err *from)
{
	if (err)
		*err = *from;
	return -1;
}
