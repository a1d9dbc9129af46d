#include "harness/signature.h"

#include "core/buf.h"
#include "core/process.h"
#include "core/utf8.h"

#include <assert.h>

enum { SAID_MAX = 400 };

/* As git calls them; each writes the signature of its input to its output. */
static const struct way {
	const char *format;
	const char *args[8]; /* in front of the key */
	const char *begins;
} ways[] = {
	{"ssh", {"ssh-keygen", "-Y", "sign", "-n", "git", "-f"}, "-----BEGIN SSH SIGNATURE-----\n"},
	{"gpg", {"gpg", "--batch", "--detach-sign", "--armor", "--local-user"}, "-----BEGIN PGP SIGNATURE-----\n"},
};

static const struct way *way_of(const char *format)
{
	size_t i = 0;
	while (i < countof(ways) && strcmp(ways[i].format, format) != 0)
		i++;
	assert(i < countof(ways));
	return &ways[i];
}

/* Ends with NULL. */
static const char *const *args_of(const struct way *way, const char *key, struct arena *a)
{
	const char **args = arena_array(a, countof(way->args) + 2, const char *);
	size_t len = 0;
	for (; len < countof(way->args) && way->args[len]; len++)
		args[len] = way->args[len];
	args[len] = key;
	return args;
}

static int on_piece(void *data, struct str bytes)
{
	return buf_append_str(data, bytes);
}

static const char *line_of(struct str text, struct arena *a)
{
	SCOPED_BUF struct buf line;
	buf_init(&line, 3 * SAID_MAX);
	text = str_trim(text);
	utf8_append_line(&line, str_from(text, text.len > SAID_MAX ? text.len - SAID_MAX : 0));
	return arena_str(a, str_trim(buf_str(&line)));
}

/* Lines that can stand in a commit's head. */
static bool is_signature(struct str text, const char *begins)
{
	return str_starts(text, str_of(begins)) && str_ends(text, STR("\n")) && !memchr(text.ptr, '\0', text.len) &&
	       !memchr(text.ptr, '\r', text.len);
}

static int sign(void *data, struct str bytes, struct arena *a, struct str *ret, struct err *err)
{
	const struct signature_tool *s = data;
	SCOPED_BUF struct buf text;
	struct process_result ended;
	const struct way *way = way_of(s->how.format);
	const char *const *args = args_of(way, s->how.key, a);
	buf_init(&text, SIGNATURE_MAX);
	struct process_run run = {
		.args = args,
		.env = s->env,
		.input = bytes,
		.total_ms = SIGNATURE_WAIT_MS,
		.output_max = SIGNATURE_MAX,
		.piece = on_piece,
		.data = &text,
	};
	if (process_run(&run, a, &ended, err) < 0)
		return err_wrap(err, "cannot sign with %.200s", s->how.key);
	if (ended.end != PROCESS_EXITED || ended.code != 0)
		return err_set(err, ERR_TOOL, "cannot sign with %.200s: %s: %s: %s", s->how.key, args[0], ended.why,
			       line_of(ended.errors, a));
	if (!is_signature(buf_str(&text), way->begins))
		return err_set(err, ERR_TOOL, "cannot sign with %.200s: %s wrote no signature", s->how.key, args[0]);
	*ret = (struct str){arena_str(a, buf_str(&text)), text.len};
	return 0;
}

struct signer signature_signer(const struct signature_tool *tool)
{
	return (struct signer){sign, (void *)(uintptr_t)tool};
}
