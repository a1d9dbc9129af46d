#include "harness/provider_parts.h"
#include "harness/provider_plain.h"

#include "core/clock.h"
#include "core/fs.h"
#include "core/path.h"

#include <errno.h>
#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

/*
 * A folder in which somebody answers, a person or a program: the prompt is TITLE-HASH.prompt.md, and TITLE-HASH.reply.md
 * is waited for. HASH is the beginning of the prompt's, so a reply to an older prompt of the same title is never taken.
 * The prompt's file goes when its answer was taken, so that the folder shows what is open; the answer's stays. What was
 * answered while nobody waited is taken at once.
 *
 * A reply is read when it was moved in or closed behind its writer, so that no half of it is taken. One that is there
 * already and empty may just be written.
 */

enum { LOOK_MS = 100, HASH_SHOWN = 8, TITLE_SHOWN = 100 };

static const uint32_t interesting = IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

struct mailbox {
	const struct provider *provider;
	struct plain plain;
	const char *prompt, *reply; /* paths */
	const char *reply_name;
	int watch;
	bool taken;                 /* with the next two */
	enum provider_outcome outcome;
	const char *why;
};

static const char *file_title(const char *title, struct arena *a)
{
	char *name = arena_str(a, str_first(str_of(title), TITLE_SHOWN));
	for (char *c = name; *c; c++) {
		bool plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9');
		if (!plain && !strchr("_-", *c) && (*c != '.' || c == name))
			*c = '-';
	}
	return name;
}

static void name_files(struct mailbox *m, const struct prompt *prompt, const char *title, struct arena *a)
{
	char hex[HASH_HEX];
	const char *folder = m->provider->folder;
	struct hash hash = prompt_hash(prompt);
	hash_hex(&hash, hex);
	const char *name = arena_printf(a, "%s-%.*s", file_title(title, a), HASH_SHOWN, hex);
	m->prompt = arena_printf(a, "%s/%s.prompt.md", folder, name);
	m->reply_name = arena_printf(a, "%s.reply.md", name);
	m->reply = arena_printf(a, "%s/%s", folder, m->reply_name);
}

/* ---- the reply */

static void settle(struct mailbox *m, enum provider_outcome outcome, const char *why)
{
	m->taken = true;
	m->outcome = outcome;
	m->why = why;
}

/* `told` that its writer is done with it. */
static int look(struct mailbox *m, bool told, struct err *err)
{
	SCOPED_BUF struct buf text;
	struct err why = {0};
	struct arena *a = m->plain.arena;
	buf_init(&text, REPLY_TEXT_MAX);
	if (fs_read_itself(m->reply, &text, &why) < 0) {
		if (why.saved_errno == ENOENT)
			return 0;
		bool is_link = why.saved_errno == ELOOP;
		settle(m, PROVIDER_BROKEN,
		       is_link ? arena_printf(a, "%s is a symbolic link, which is not followed", m->reply)
			       : arena_strdup(a, why.text));
		return 0;
	}
	if (str_trim(buf_str(&text)).len == 0 && !told)
		return 0;
	if (plain_feed(&m->plain, buf_str(&text)) < 0)
		return err_copy(err, &m->plain.err);
	settle(m, PROVIDER_ANSWERED, "");
	return 0;
}

static int read_events(struct mailbox *m, struct err *err)
{
	union {
		struct inotify_event first;
		char bytes[4096];
	} events;
	ssize_t n = read(m->watch, &events, sizeof(events));
	bool told = false, lost = false, gone = false;
	for (size_t at = 0; n > 0 && at < (size_t)n;) {
		struct inotify_event e;
		memcpy(&e, events.bytes + at, sizeof(e));
		told |= e.len > 0 && strcmp(events.bytes + at + sizeof(e), m->reply_name) == 0;
		lost |= (e.mask & IN_Q_OVERFLOW) != 0;
		gone |= (e.mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED)) != 0;
		at += sizeof(e) + e.len;
	}
	if ((told || lost) && look(m, told, err) < 0)
		return -1;
	if (gone && !m->taken)
		return err_set(err, ERR_OS, "the mailbox %s is gone", m->provider->folder);
	return 0;
}

/* ---- waiting for it */

static bool is_up(const struct mailbox *m, uint64_t limit_ms)
{
	return limit_ms && (clock_monotonic_ns() - m->plain.start_ns) / 1000000 >= limit_ms;
}

static int wait_for_reply(struct mailbox *m, struct err *err)
{
	const struct provider *p = m->provider;
	const atomic_bool *cancelled = m->plain.watch->cancelled;
	while (!m->taken) {
		struct pollfd watch = {m->watch, POLLIN, 0};
		if (cancelled && atomic_load(cancelled))
			settle(m, PROVIDER_CANCELLED, "cancelled");
		else if (is_up(m, p->idle_ms) || is_up(m, p->total_ms))
			settle(m, PROVIDER_DOWN,
			       arena_printf(m->plain.arena, "nobody has written %s so far", m->reply));
		else if (poll(&watch, 1, LOOK_MS) > 0 && read_events(m, err) < 0)
			return -1;
	}
	return 0;
}

static int open_watch(struct mailbox *m, struct err *err)
{
	m->watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (m->watch < 0 || inotify_add_watch(m->watch, m->provider->folder, interesting) < 0)
		return err_errno(err, "cannot watch the mailbox %s", m->provider->folder);
	return 0;
}

/* The watch comes first, so that no reply falls between the first look and it. */
static int exchange(struct mailbox *m, struct str prompt, struct err *err)
{
	const struct provider_watch *watch = m->plain.watch;
	if (fs_mkdirs(m->provider->folder, 0700, err) < 0 || open_watch(m, err) < 0 ||
	    fs_write(m->prompt, prompt, err) < 0 || look(m, false, err) < 0)
		return -1;
	if (!m->taken && watch->waits)
		watch->waits(watch->data, arena_printf(m->plain.arena, "waiting for %s, which answers %s", m->reply,
						       path_base_of(m->prompt)));
	return wait_for_reply(m, err);
}

static int ask(const struct provider *p, const struct prompt *prompt, const char *title, const struct wire *wire,
	       const struct provider_watch *watch, struct arena *a, struct provider_result *ret, struct err *err)
{
	struct mailbox m = {.provider = p, .watch = -1, .why = ""};
	name_files(&m, prompt, title, a);
	plain_init(&m.plain, p->model && p->model[0] ? p->model : "mailbox", watch, a);
	exchange(&m, wire->body, &m.plain.err);
	if (m.watch >= 0)
		close(m.watch);
	if (plain_end(&m.plain, m.outcome, m.why, ret, err) < 0)
		return -1;
	if (ret->outcome == PROVIDER_ANSWERED)
		fs_remove(m.prompt, NULL);
	return 0;
}

const struct provider_row provider_mailbox = {
	.name = "mailbox",
	.provenance = PROVENANCE_UNATTESTED,
	.ask = ask,
};
