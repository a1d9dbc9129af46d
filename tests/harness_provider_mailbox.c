/* A folder in which somebody answers: before it is asked, while it waits, in pieces, and never. */

#include "tests/plain_provider.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/inotify.h>
#include <sys/stat.h>

static const char *stem; /* "box/TITLE-HASH" */

static const char *prompt_file(void)
{
	return arena_printf(&arena, "%s.prompt.md", stem);
}

static const char *reply_file(void)
{
	return arena_printf(&arena, "%s.reply.md", stem);
}

static void name_it(const char *title)
{
	char hex[HASH_HEX];
	struct hash hash = prompt_hash(&prompt);
	hash_hex(&hash, hex);
	stem = arena_printf(&arena, "box/%s-%.8s", title, hex);
}

static const char *text_of(const char *path)
{
	SCOPED_BUF struct buf text;
	buf_init(&text, 1 << 20);
	return fs_read(path, &text, NULL) < 0 ? "(none)" : arena_str(&arena, buf_str(&text));
}

/* ---- somebody who answers as soon as the prompt is there */

struct answering {
	void (*answer)(const char *reply);
	const char *prompt, *reply; /* paths */
	int watch;
	pthread_t thread;
};

static void *wait_and_answer(void *data)
{
	struct answering *w = data;
	char events[4096];
	while (!fs_exists(w->prompt)) {
		struct pollfd watch = {w->watch, POLLIN, 0};
		if (poll(&watch, 1, 20000) <= 0 || read(w->watch, events, sizeof(events)) <= 0)
			return NULL;
	}
	w->answer(w->reply);
	return NULL;
}

static int ask_and_answer(const char *title, void (*answer)(const char *reply))
{
	struct answering w = {.answer = answer};
	name_it(title);
	w.prompt = prompt_file();
	w.reply = reply_file();
	must(fs_mkdirs("box", 0700, NULL));
	must(w.watch = inotify_init1(IN_CLOEXEC));
	must(inotify_add_watch(w.watch, "box", IN_MOVED_TO));
	must(-pthread_create(&w.thread, NULL, wait_and_answer, &w));
	int result = ask(title);
	pthread_join(w.thread, NULL);
	close(w.watch);
	return result;
}

static void by_rename(const char *reply)
{
	put("elsewhere", "moved in\n");
	must(rename("elsewhere", reply));
}

/* Each step would be taken if it were looked at too early. */
static void in_pieces(const char *reply)
{
	int fd = open(reply, O_WRONLY | O_CREAT, 0600);
	for (int i = 0; i < 50; i++)
		must(write(fd, "piece\n", 6) == 6 ? 0 : -1);
	put("box/other", "wakes it up");
	must(write(fd, "end\n", 4) == 4 ? 0 : -1);
	close(fd);
}

static void emptily(const char *reply)
{
	put(reply, "");
}

static void by_link(const char *reply)
{
	must(symlink("/etc/passwd", "link"));
	must(rename("link", reply));
}

static void by_folder(const char *reply)
{
	must(mkdir("folder", 0700));
	must(rename("folder", reply));
}

static void hugely(const char *reply)
{
	must(truncate("box/other", (off_t)REPLY_TEXT_MAX + 1));
	must(rename("box/other", reply));
}

static void by_others(const char *reply)
{
	char copy[200];
	snprintf(copy, sizeof(copy), "%s~", reply);
	put("box/a.reply.md", "of another");
	put(copy, "a copy");
	put(reply, "mine");
}

static void by_going_away(const char *reply)
{
	(void)reply;
	must(rename("box", "gone"));
}

static void by_cancelling(const char *reply)
{
	(void)reply;
	atomic_store(&cancelled, true);
}

/* ---- */

static void answers_are_taken(void)
{
	is_int(ask_and_answer("c1-whole-s1-r0", by_rename), 0);
	answered("moved in\n");
	is_str(got.reply.model, "mailbox");
	is_str(text_of(reply_file()), "moved in\n");
	ok(!fs_exists(prompt_file()));
	provider.model = "somebody";
	is_int(ask_and_answer("pieces", in_pieces), 0);
	is_int(got.reply.text.len, 304);
	ok(str_ends(buf_str(&got.reply.text), STR("piece\nend\n")));
	is_str(got.reply.model, "somebody");
	is_int(ask_and_answer("others", by_others), 0);
	answered("mine");
}

static void what_is_there_already_is_taken(void)
{
	name_it("early");
	put(reply_file(), "early sk-very-secret \377\n");
	put(prompt_file(), "another prompt");
	is_int(ask("early"), 0);
	answered("early [secret] \xEF\xBF\xBD\n");
	ok(!fs_exists(prompt_file()));
	ok(strstr(text_of(reply_file()), "sk-very-secret"));
	/* It stays, so the same request is answered again. */
	is_int(ask("early"), 0);
	answered("early [secret] \xEF\xBF\xBD\n");
}

static void an_answer_belongs_to_its_prompt(void)
{
	struct str before = parts[0].text;
	name_it("early");
	const char *old = stem;
	parts[0].text = STR("Write it otherwise.\n");
	provider.idle_ms = 1;
	is_int(ask("early"), 0);
	name_it("early");
	is_int(got.outcome, PROVIDER_DOWN);
	is_str(got.why, arena_printf(&arena, "nobody has written %s so far", reply_file()));
	is_str(text_of(prompt_file()), "You are exact.\n\nWrite it otherwise.\n");
	ok(strcmp(old, stem) != 0);
	provider.idle_ms = 0;
	parts[0].text = before;
}

static void titles_are_no_paths(void)
{
	provider.idle_ms = 1;
	is_int(ask("../a b/c.d\n"), 0);
	name_it("-.-a-b-c.d-");
	ok(fs_exists(prompt_file()));
	ok(!fs_exists("a b"));
	provider.idle_ms = 0;
}

static void bad_answers(void)
{
	is_int(ask_and_answer("empty", emptily), 0);
	failed(PROVIDER_BROKEN, "an empty reply");
	ok(fs_exists(prompt_file()));
	/* Next time it may just be written. */
	provider.idle_ms = 1;
	is_int(ask("empty"), 0);
	is_int(got.outcome, PROVIDER_DOWN);
	provider.idle_ms = 0;
	is_int(ask_and_answer("link", by_link), 0);
	failed(PROVIDER_BROKEN, arena_printf(&arena, "%s is a symbolic link, which is not followed", reply_file()));
	is_int(ask_and_answer("folder", by_folder), 0);
	failed(PROVIDER_BROKEN, arena_printf(&arena, "%s is not a file", reply_file()));
	is_int(ask_and_answer("huge", hugely), 0);
	failed(PROVIDER_BROKEN, arena_printf(&arena, "%s is larger than the limit of 8388608 bytes", reply_file()));
	name_it("pipe");
	must(mkfifo(reply_file(), 0600));
	is_int(ask("pipe"), 0);
	failed(PROVIDER_BROKEN, arena_printf(&arena, "%s is not a file", reply_file()));
}

static void it_does_not_wait_for_ever(void)
{
	provider.total_ms = 1;
	is_int(ask("late"), 0);
	is_int(got.outcome, PROVIDER_DOWN);
	provider.total_ms = 60000;
	is_int(ask_and_answer("cancel", by_cancelling), 0);
	failed(PROVIDER_CANCELLED, "cancelled");
	ok(fs_exists(prompt_file()));
	atomic_store(&cancelled, false);
}

static void errors_of_this_side(void)
{
	refuses = true;
	is_int(ask("early"), -1);
	is_str(err.text, "the disk is full");
	refuses = false;
	is_int(ask_and_answer("gone", by_going_away), -1);
	is_str(err.text, "the mailbox box is gone");
	put("box", "a file");
	is_int(ask("x"), -1);
	is_int(err.kind, ERR_OS);
	must(unlink("box"));
}

int main(void)
{
	folder_enter();
	provider = (struct provider){.name = "box", .row = &provider_mailbox, .folder = "box", .total_ms = 60000};
	ok(provider_row_find(STR("mailbox")) == &provider_mailbox);
	is_int(provider_mailbox.provenance, PROVENANCE_UNATTESTED);
	tap_run("answers are taken", answers_are_taken);
	tap_run("what is there already is taken", what_is_there_already_is_taken);
	tap_run("an answer belongs to its prompt", an_answer_belongs_to_its_prompt);
	tap_run("titles are no paths", titles_are_no_paths);
	tap_run("bad answers", bad_answers);
	tap_run("it does not wait for ever", it_does_not_wait_for_ever);
	tap_run("errors of this side", errors_of_this_side);
	tap_run("the folder goes", folder_leave);
	plain_provider_close();
	return tap_done();
}
