#include "core/fs.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/folder.h"

struct seen {
	struct buf text; /* "PATH TYPE CONTENT|" for each */
	int stop_after;  /* visits, or 0 */
};

static int note(void *data, const struct fs_entry *entry, struct err *err)
{
	struct seen *seen = data;
	buf_printf(&seen->text, "%s %c%.*s|", entry->path, "fdl"[entry->type], STR_ARG(entry->content));
	if (seen->stop_after && --seen->stop_after == 0)
		return err_set(err, ERR_CANCELLED, "enough");
	return 0;
}

static bool not_git(const char *path)
{
	return strcmp(path, "sub/.git") != 0;
}

static const struct fs_walk_limits ample = {.entries = 100, .file_bytes = 100, .total_bytes = 1000, .depth = 10};

/* What a walk shows, or the error's text. */
static const char *walked(const char *root, const struct fs_walk_limits *limits, struct seen *seen)
{
	static struct err err;
	struct fs_walk walk = {.limits = *limits, .enter = not_git, .visit = note, .data = seen};
	buf_release(&seen->text);
	buf_init(&seen->text, 10000);
	return fs_walk(root, &walk, &err) == 0 ? seen->text.ptr : err.text;
}

static void walks(void)
{
	struct seen seen = {0};
	struct err err = {0};
	is_int(fs_mkdirs("t/sub/.git/deep", 0700, &err) | fs_mkdirs("t/Zed", 0700, &err), 0);
	put("t/b", "bee");
	put("t/a", "");
	put("t/sub/f", "eff");
	put("t/sub/.git/config", "no");
	put("t/sub/.gitx", "x");
	must(symlink("../outside", "t/out"));
	must(symlink("missing", "t/sub/broken"));
	must(mkfifo("t/fifo", 0600));
	struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "t/socket"};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	must(bind(fd, (const struct sockaddr *)&name, sizeof(name)));
	close(fd);

	const char *want = "Zed d|a f|b fbee|out l../outside|sub d|sub/.gitx fx|sub/broken lmissing|sub/f feff|";
	is_str(walked("t", &ample, &seen), want);
	is_str(walked("./t/", &ample, &seen), want);
	is_str(walked("t/Zed", &ample, &seen), "");
	seen.stop_after = 3;
	is_str(walked("t", &ample, &seen), "enough");
	is_str(seen.text.ptr, "Zed d|a f|b fbee|");
	seen.stop_after = 0;
	is_str(walked("missing", &ample, &seen), "cannot open the folder missing: No such file or directory");
	is_str(walked("t/b", &ample, &seen), "cannot open the folder t/b: Not a directory");
	struct fs_walk all = {.limits = ample, .visit = note, .data = &seen};
	is_int(fs_walk("t", &all, &err), 0);
	ok(strstr(seen.text.ptr, "sub/.git d|sub/.git/config fno|sub/.git/deep d|sub/.gitx fx|") != NULL);
	buf_release(&seen.text);
}

static void walk_limits(void)
{
	struct seen seen = {0};
	struct fs_walk_limits l = ample;
	is_int(fs_mkdirs("l/1/2", 0700, NULL), 0);
	put("l/x", "12345");
	put("l/1/y", "123");
	const char *want = "1 d|1/2 d|1/y f123|x f12345|";
	l = (struct fs_walk_limits){.entries = 4, .file_bytes = 5, .total_bytes = 8, .depth = 2};
	is_str(walked("l", &l, &seen), want);
	l.entries = 3;
	is_str(walked("l", &l, &seen), "l holds more than 3 files and folders");
	l = (struct fs_walk_limits){.entries = 4, .file_bytes = 4, .total_bytes = 8, .depth = 2};
	is_str(walked("l", &l, &seen), "l: x is larger than the limit of 4 bytes");
	l = (struct fs_walk_limits){.entries = 4, .file_bytes = 5, .total_bytes = 7, .depth = 2};
	is_str(walked("l", &l, &seen), "l holds more than the limit of 7 bytes");
	l = (struct fs_walk_limits){.entries = 4, .file_bytes = 5, .total_bytes = 8, .depth = 1};
	is_str(walked("l", &l, &seen), "l/1/2 is nested more than 1 folders deep");
	l.depth = 0;
	is_str(walked("l", &l, &seen), "l/1 is nested more than 0 folders deep");
	l = (struct fs_walk_limits){0};
	must(mkdir("none", 0700));
	is_str(walked("none", &l, &seen), "");
	put("none/empty", "");
	l.entries = 1;
	is_str(walked("none", &l, &seen), "empty f|");
	buf_release(&seen.text);
}

/* ---- while somebody swaps a folder for a link that leads outside */

static void swap(void)
{
	must(rename("s/folder", "s.other"));
	must(rename("s.link", "s/folder"));
	must(rename("s.other", "s.link"));
}

static bool swap_before_visit(const char *path)
{
	if (strcmp(path, "folder") == 0)
		swap();
	return true;
}

static int swap_after_visit(void *data, const struct fs_entry *entry, struct err *err)
{
	if (strcmp(entry->path, "folder") == 0)
		swap();
	return note(data, entry, err);
}

/* What a look ahead found is another thing by the time it is opened. */
static int change_next(void *data, const struct fs_entry *entry, struct err *err)
{
	if (strcmp(entry->path, "1") == 0) {
		unlink("n/2");
		unlink("n/3");
		unlink("n/4");
		must(symlink("../secret", "n/2"));
		must(mkfifo("n/3", 0600));
		must(mkdir("n/4", 0700));
	}
	return note(data, entry, err);
}

static void walks_while_it_changes(void)
{
	struct seen seen = {0};
	struct err err = {0};
	is_int(fs_mkdirs("s/folder/a", 0700, NULL) | fs_mkdirs("secret/a", 0700, NULL), 0);
	put("s/folder/a/f", "ours");
	put("secret/a/f", "secret");
	must(symlink("../secret", "s.link"));
	const struct fs_walk walks[] = {
		{.limits = ample, .enter = swap_before_visit, .visit = note, .data = &seen},
		{.limits = ample, .visit = swap_after_visit, .data = &seen},
	};
	for (size_t i = 0; i < countof(walks); i++) {
		buf_init(&seen.text, 1000);
		is_int(fs_walk("s", &walks[i], &err), -1);
		is_int(err.kind, ERR_OS);
		is_str(seen.text.ptr, "folder d|");
		buf_release(&seen.text);
		swap();
		is_str(walked("s", &ample, &seen), "folder d|folder/a d|folder/a/f fours|");
		buf_release(&seen.text);
	}

	must(mkdir("n", 0700));
	put("n/1", "");
	put("n/2", "");
	put("n/3", "");
	put("n/4", "");
	put("n/5", "");
	struct fs_walk walk = {.limits = ample, .visit = change_next, .data = &seen};
	buf_init(&seen.text, 1000);
	is_int(fs_walk("n", &walk, &err), 0);
	is_str(seen.text.ptr, "1 f|2 l../secret|4 d|5 f|");
	buf_release(&seen.text);
}

int main(void)
{
	folder_enter();
	tap_run("walks", walks);
	tap_run("walk limits", walk_limits);
	tap_run("walks while it changes", walks_while_it_changes);
	folder_leave();
	return tap_done();
}
