#include "core/fs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/folder.h"

static const char *content_of(const char *path)
{
	static char text[100];
	FILE *file = fopen(path, "rb");
	if (!file)
		return NULL;
	size_t len = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[len] = '\0';
	return text;
}

/* ---- reading */

static void reads(void)
{
	SCOPED_BUF struct buf b;
	struct err err = {0};
	buf_init(&b, 6);
	put("six", "sixsix");
	put("empty", "");
	is_int(fs_read("empty", &b, &err), 0);
	is_str(b.ptr, ""); /* terminated, although nothing was read */
	is_int(fs_read("six", &b, &err), 0);
	is_str(b.ptr, "sixsix");
	is_int(fs_read("empty", &b, &err), 0);
	is_int(fs_read("six", &b, &err), -1);
	is_int(err.kind, ERR_LIMIT);
	is_str(b.ptr, "sixsix");
	buf_clear(&b);
	buf_append_char(&b, '>');
	is_int(fs_read("six", &b, &err), -1);
	is_int(err.kind, ERR_LIMIT);
	is_str(b.ptr, ">sixsi");
}

static void reads_what_is_no_file(void)
{
	struct err err = {0};
	for (size_t max = 0; max < 2; max++) {
		SCOPED_BUF struct buf b;
		buf_init(&b, max);
		is_int(fs_read("missing", &b, &err), -1);
		is_int(err.saved_errno, ENOENT);
		is_str(err.text, "cannot open missing: No such file or directory");
		is_int(fs_read(".", &b, &err), -1);
		is_str(err.text, ". is not a file");
	}
	is_int(fs_read("missing", &(struct buf){.ptr = (char[]){""}}, NULL), -1);
}

static void reads_no_link(void)
{
	SCOPED_BUF struct buf b;
	struct err err = {0};
	buf_init(&b, 100);
	put("behind", "text");
	must(symlink("behind", "link"));
	is_int(fs_read_itself("link", &b, &err), -1);
	is_int(err.saved_errno, ELOOP);
	is_int(fs_read("link", &b, &err), 0);
	is_int(fs_read_itself("behind", &b, &err), 0);
	is_str(b.ptr, "texttext");
	is_int(fs_read_itself(".", &b, &err), -1);
	is_int(err.kind, ERR_PARSE);
}

static int read_own(const char *path, mode_t mode, unsigned forbidden, struct err *err)
{
	SCOPED_BUF struct buf b;
	buf_init(&b, 100);
	must(chmod(path, mode));
	*err = (struct err){0};
	int result = fs_read_own(path, forbidden, &b, err);
	return result == 0 && b.len != 4 ? -2 : result;
}

static void reads_what_is_its_own(void)
{
	struct err err;
	put("secret", "text");
	is_int(read_own("secret", 0600, 077, &err), 0);
	is_int(read_own("secret", 0400, 077, &err), 0);
	is_int(read_own("secret", 0644, 022, &err), 0);
	for (mode_t bit = 1; bit <= 040; bit *= 2) {
		is_int(read_own("secret", 0600 | bit, 077, &err), -1);
		is_int(err.kind, ERR_USAGE);
		is_str(err.text, "secret is open to others; say chmod 600 secret");
	}
	is_int(read_own("secret", 0664, 022, &err), -1);
	is_str(err.text, "secret can be changed by others; say chmod go-w secret");
	is_int(read_own("secret", 0646, 022, &err), -1);
	if (geteuid() == 0) {
		must(chown("secret", 12345, (gid_t)-1));
		is_int(read_own("secret", 0600, 077, &err), -1);
		is_str(err.text, "secret belongs to another user");
	}
	SCOPED_BUF struct buf b;
	buf_init(&b, 100);
	is_int(fs_read_own("none", 077, &b, &err), -1);
	is_int(err.saved_errno, ENOENT);
}

static void reads_much(void)
{
	SCOPED_BUF struct buf b, again;
	struct err err = {0};
	buf_init(&b, 1 << 20);
	buf_init(&again, 1 << 20);
	for (int i = 0; b.len < 300000; i++)
		buf_append(&b, &(char[]){(char)i, '\0'}, 2);
	is_int(fs_write("much", buf_str(&b), &err), 0);
	is_int(fs_read("much", &again, &err), 0);
	ok(str_eq(buf_str(&b), buf_str(&again)));
	is_int(again.ptr[again.len], '\0');
}

static void maps(void)
{
	struct str view = STR("kept");
	struct err err = {0};
	is_int(fs_map("six", &view, &err), 0);
	ok(str_eq(view, STR("sixsix")));
	fs_unmap(view);
	is_int(fs_map("empty", &view, &err), 0);
	is_int(view.len, 0);
	fs_unmap(view);
	fs_unmap((struct str){0});
	view = STR("kept");
	is_int(fs_map("missing", &view, &err), -1);
	is_int(fs_map(".", &view, &err), -1);
	is_str(err.text, ". is not a file");
	must(mkfifo("fifo", 0600));
	is_int(fs_map("fifo", &view, &err), -1); /* and does not wait for a writer */
	is_str(err.text, "fifo is not a file");
	ok(str_eq(view, STR("kept")));
	unlink("fifo");
}

/* ---- writing */

static size_t count_entries(const char *path)
{
	struct dirent **entries;
	int count = scandir(path, &entries, NULL, NULL);
	for (int i = 0; i < count; i++)
		free(entries[i]);
	free(entries);
	return (size_t)count - 2; /* . and .. */
}

static void writes(void)
{
	struct err err = {0};
	struct stat st;
	must(mkdir("w", 0755));
	is_int(fs_write("w/a", STR("one"), &err), 0);
	is_str(content_of("w/a"), "one");
	is_int(fs_write("w/a", STR(""), &err), 0);
	is_str(content_of("w/a"), "");
	is_int(fs_write("w/a", (struct str){0}, &err), 0);
	is_int(fs_write("w/a", STR("x\0y"), &err), 0);
	must(stat("w/a", &st));
	is_int(st.st_size, 3);
	is_int(count_entries("w"), 1);
}

/* A file gets the permissions that any program would give it, and keeps those it has. */
static void gives_permissions(void)
{
	struct err err = {0};
	struct stat st;
	mode_t mask = umask(027);
	is_int(fs_write("w/mode", STR("x"), &err), 0);
	must(stat("w/mode", &st));
	is_int(st.st_mode & 07777, 0640);
	umask(mask);
	must(chmod("w/mode", 0600));
	is_int(fs_write("w/mode", STR("y"), &err), 0);
	must(stat("w/mode", &st));
	is_int(st.st_mode & 07777, 0600);
	must(chmod("w/mode", 0755));
	is_int(fs_write("w/mode", STR("z"), &err), 0);
	must(stat("w/mode", &st));
	is_int(st.st_mode & 07777, 0755);
	unlink("w/mode");
}

static void replaces_links(void)
{
	struct err err = {0};
	struct stat st;
	must(symlink("../six", "w/link"));
	is_int(fs_write("w/link", STR("new"), &err), 0);
	is_str(content_of("six"), "sixsix");
	must(lstat("w/link", &st));
	ok(S_ISREG(st.st_mode));
	unlink("w/link");
}

static void writes_long_names(void)
{
	char name[256] = "w/";
	struct err err = {0};
	memset(name + 2, 'n', 253);
	is_int(fs_write(name, STR("x"), &err), 0);
	is_int(unlink(name), 0);
	is_int(count_entries("w"), 1);
}

static void fails_to_write(void)
{
	struct err err = {0};
	is_int(fs_write("missing/a", STR("x"), &err), -1);
	is_int(err.saved_errno, ENOENT);
	must(mkdir("w/folder", 0755));
	is_int(fs_write("w/folder", STR("x"), &err), -1);
	is_int(err.kind, ERR_OS);
	is_int(fs_write("six/a", STR("x"), &err), -1);
	is_int(count_entries("w"), 2); /* nothing is left behind */

	/* The disk is full in the middle. */
	struct rlimit old;
	must(getrlimit(RLIMIT_FSIZE, &old));
	signal(SIGXFSZ, SIG_IGN);
	must(setrlimit(RLIMIT_FSIZE, &(struct rlimit){1000, old.rlim_max}));
	char large[3000] = "large";
	int result = fs_write("w/a", (struct str){large, sizeof(large)}, &err);
	must(setrlimit(RLIMIT_FSIZE, &old));
	is_int(result, -1);
	is_int(err.saved_errno, EFBIG);
	is_str(content_of("w/a"), "x");
	is_int(count_entries("w"), 2);
}

enum { WRITERS = 2, TURNS = 40, TEXT = 20000 };

static void *write_often(void *letter)
{
	static _Thread_local char text[TEXT];
	memset(text, *(char *)letter, sizeof(text));
	for (int i = 0; i < TURNS; i++) {
		if (fs_write("shared", (struct str){text, sizeof(text)}, NULL) < 0)
			return letter;
	}
	return NULL;
}

/* Readers see a whole file of one writer, whatever happens meanwhile. */
static void writes_at_once(void)
{
	pthread_t threads[WRITERS];
	char letters[WRITERS] = {'b', 'c'};
	int bad = 0;
	put("shared", "");
	is_int(fs_write("shared", STR("a"), NULL), 0);
	for (int i = 0; i < WRITERS; i++)
		pthread_create(&threads[i], NULL, write_often, &letters[i]);
	for (int i = 0; i < TURNS; i++) {
		SCOPED_BUF struct buf b;
		buf_init(&b, 2 * TEXT);
		bad += fs_read("shared", &b, NULL) < 0;
		bad += b.len != 1 && b.len != TEXT;
		bad += b.len && memchr("abc", b.ptr[0], 3) == NULL;
		for (size_t k = 1; k < b.len; k++)
			bad += b.ptr[k] != b.ptr[0];
	}
	for (int i = 0; i < WRITERS; i++) {
		void *failed;
		pthread_join(threads[i], &failed);
		bad += failed != NULL;
	}
	is_int(bad, 0);
}

/* ---- folders */

static void makes_folders(void)
{
	struct err err = {0};
	struct stat st;
	is_int(fs_mkdirs("m/a/b", 0700, &err), 0);
	must(stat("m/a", &st));
	is_int(st.st_mode & 07777, 0700);
	is_int(fs_mkdirs("m/a/b", 0755, &err), 0); /* what is there stays as it is */
	must(stat("m/a/b", &st));
	is_int(st.st_mode & 07777, 0700);
	is_int(fs_mkdirs("m//c///d/", 0700, &err), 0);
	ok(fs_exists("m/c/d"));
	is_int(fs_mkdirs("./m/../m/e", 0700, &err), 0);
	ok(fs_exists("m/e"));
	is_int(fs_mkdirs("/", 0700, &err), 0);
	is_int(fs_mkdirs(folder_home, 0700, &err), 0);
	is_int(fs_mkdirs("x", 0700, &err), 0);
	must(symlink("m", "alias"));
	is_int(fs_mkdirs("alias/f", 0700, &err), 0);
	ok(fs_exists("m/f"));

	is_int(fs_mkdirs("", 0700, &err), -1);
	is_int(fs_mkdirs("six", 0700, &err), -1);
	is_str(err.text, "six is in the way: it is not a folder");
	is_int(fs_mkdirs("six/a", 0700, &err), -1);
	is_int(err.saved_errno, ENOTDIR);
}

static void exists(void)
{
	ok(fs_exists("six") && fs_exists(".") && !fs_exists("missing") && !fs_exists(""));
	must(symlink("missing", "dangling"));
	ok(!fs_exists("dangling"));
}

static void removes(void)
{
	struct err err = {0};
	struct stat st;
	put("r1", "");
	is_int(fs_remove("r1", &err), 0);
	is_int(fs_remove("r1", &err), 0);
	ok(!fs_exists("r1"));
	is_int(fs_mkdirs("r/a/b/c", 0700, &err), 0);
	is_int(fs_mkdirs("outside", 0700, &err), 0);
	put("outside/kept", "");
	put("r/a/file", "");
	put("r/.hidden", "");
	must(symlink("../../outside", "r/a/link"));
	must(symlink("..", "r/a/b/up"));
	must(mkfifo("r/a/fifo", 0600));
	is_int(fs_remove("r", &err), 0);
	ok(!fs_exists("r") && fs_exists("outside/kept"));
	is_int(fs_remove("dangling", &err), 0); /* the link, not what it names */
	ok(lstat("dangling", &st) < 0);
	must(symlink("outside", "to-outside"));
	is_int(fs_remove("to-outside", &err), 0);
	ok(fs_exists("outside/kept"));
	must(mkdir("slash", 0700));
	is_int(fs_remove("slash/", &err), 0);
	is_int(fs_remove("six/a", &err), -1);
	is_int(err.saved_errno, ENOTDIR);
}

/* Deeper than there are file descriptors, and than a path may be long. */
static void removes_deep(void)
{
	struct err err = {0};
	struct rlimit old;
	int here = open(".", O_RDONLY | O_DIRECTORY);
	must(mkdir("deep", 0700));
	must(chdir("deep"));
	for (int i = 0; i < 120; i++) {
		must(mkdir("a-name-of-some-length-so-that-few-suffice", 0700));
		must(chdir("a-name-of-some-length-so-that-few-suffice"));
		if (i % 50 == 0)
			put("file", "");
	}
	must(fchdir(here));
	close(here);
	must(getrlimit(RLIMIT_NOFILE, &old));
	must(setrlimit(RLIMIT_NOFILE, &(struct rlimit){64, old.rlim_max}));
	int result = fs_remove("deep", &err);
	must(setrlimit(RLIMIT_NOFILE, &old));
	is_int(result, 0);
	is_str(err.text, "");
	ok(!fs_exists("deep"));
}

int main(void)
{
	folder_enter();
	alarm(60); /* a pipe that is waited for would wait for ever */
	tap_run("reads", reads);
	tap_run("reads what is no file", reads_what_is_no_file);
	tap_run("reads no link", reads_no_link);
	tap_run("reads what is its own", reads_what_is_its_own);
	tap_run("reads much", reads_much);
	tap_run("maps", maps);
	tap_run("writes", writes);
	tap_run("gives permissions", gives_permissions);
	tap_run("replaces links", replaces_links);
	tap_run("writes long names", writes_long_names);
	tap_run("fails to write", fails_to_write);
	tap_run("writes at once", writes_at_once);
	tap_run("makes folders", makes_folders);
	tap_run("exists", exists);
	tap_run("removes", removes);
	tap_run("removes deep", removes_deep);
	folder_leave();
	return tap_done();
}
