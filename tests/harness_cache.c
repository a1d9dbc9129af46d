#include "harness/cache.h"

#include "core/fs.h"
#include "core/mem.h"
#include "tests/tap.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char folder[64];
static struct cache *cache;
static struct err err;
static struct hash key;

static void begin(void)
{
	const char *tmp = getenv("TMPDIR");
	/* In memory if possible: the cache replaces many files here. */
	if (!tmp)
		tmp = access("/dev/shm", W_OK | X_OK) == 0 ? "/dev/shm" : "/tmp";
	snprintf(folder, sizeof(folder), "%.40s/recast-test-XXXXXX", tmp);
	if (!mkdtemp(folder) || cache_open(folder, &cache, &err) < 0)
		abort();
	key = hash_of(STR("key"));
}

static void finish(void)
{
	cache_close(cache);
	cache = NULL;
	fs_remove(folder, NULL);
}

static int put(const char *text)
{
	err = (struct err){0};
	return cache_put(cache, CACHE_OBJECT, &key, str_of(text), &err);
}

static const char *entry(const char *suffix)
{
	static char path[300];
	char hex[HASH_HEX];
	hash_hex(&key, hex);
	snprintf(path, sizeof(path), "%s/objects/%s%s", folder, hex, suffix);
	return path;
}

static bool found(void)
{
	char path[CACHE_PATH_MAX];
	return cache_find(cache, CACHE_OBJECT, &key, path);
}

/* What cache_read gives, or NULL. */
static const char *text_of_entry(void)
{
	static char text[100];
	SCOPED_BUF struct buf b;
	buf_init(&b, 1000);
	if (!cache_read(cache, CACHE_OBJECT, &key, &b))
		return NULL;
	snprintf(text, sizeof(text), "%s", b.ptr);
	return text;
}

/* The time that files are stamped with advances in steps of some milliseconds;
 * what changes within one step cannot be told by time. */
static void next_tick(void)
{
	struct timespec start, now;
	clock_gettime(CLOCK_REALTIME_COARSE, &start);
	do
		clock_gettime(CLOCK_REALTIME_COARSE, &now);
	while (now.tv_nsec == start.tv_nsec && now.tv_sec == start.tv_sec);
}

/* Changes a file in place, as a bad disk would. */
static void overwrite(const char *path, long offset, const char *bytes, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0600);
	if (pwrite(fd, bytes, len, offset) < 0)
		abort();
	close(fd);
}

static size_t files_in(const char *name)
{
	char path[100];
	size_t count = 0;
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	DIR *dir = opendir(path);
	while (dir && readdir(dir))
		count++;
	if (dir)
		closedir(dir);
	return count - 2;
}

/* ---- whole entries */

static void keeps_what_it_is_given(void)
{
	begin();
	char path[CACHE_PATH_MAX];
	ok(!cache_find(cache, CACHE_OBJECT, &key, path));
	ok(text_of_entry() == NULL);
	is_int(put("object code"), 0);
	ok(cache_find(cache, CACHE_OBJECT, &key, path));
	is_str(path, entry(""));
	is_str(text_of_entry(), "object code");
	ok(!cache_find(cache, CACHE_MODULE, &key, path));
	ok(!cache_find(cache, CACHE_MANIFEST, &key, path));
	struct hash other = hash_of(STR("other"));
	ok(!cache_find(cache, CACHE_OBJECT, &other, path));

	is_int(put("replaced"), 0);
	is_str(text_of_entry(), "replaced");
	ok(found());
	is_int(put(""), 0);
	is_str(text_of_entry(), "");
	ok(found());
	is_int(cache_put(cache, CACHE_OBJECT, &key, (struct str){"a\0b", 3}, &err), 0);
	SCOPED_BUF struct buf b;
	buf_init(&b, 100);
	buf_append_cstr(&b, "before ");
	ok(cache_read(cache, CACHE_OBJECT, &key, &b));
	is_int(b.len, 10);
	is_mem(b.ptr, "before a\0b", 11);

	/* Another opening of the same folder sees the same. */
	struct cache *second;
	is_int(cache_open(folder, &second, &err), 0);
	ok(cache_find(second, CACHE_OBJECT, &key, path));
	cache_drop(second, CACHE_OBJECT, &key);
	ok(!found());
	cache_drop(second, CACHE_OBJECT, &key);
	cache_close(second);
	is_int(files_in("objects"), 0);
	finish();
	cache_close(NULL);
}

static void a_read_that_fails_leaves_the_buffer_alone(void)
{
	begin();
	put("twelve bytes");
	SCOPED_BUF struct buf b;
	buf_init(&b, 15);
	buf_append_cstr(&b, "four");
	ok(!cache_read(cache, CACHE_OBJECT, &key, &b)); /* too large */
	is_str(b.ptr, "four");
	is_int(b.len, 4);
	overwrite(entry(""), 0, "T", 1);
	b.max = 100;
	ok(!cache_read(cache, CACHE_OBJECT, &key, &b));
	is_str(b.ptr, "four");
	struct buf empty;
	buf_init(&empty, 0);
	ok(!cache_read(cache, CACHE_OBJECT, &key, &empty));
	buf_release(&empty);
	finish();
}

static void a_moved_cache_is_still_good(void)
{
	begin();
	put("object code");
	/* As after a copy: the same bytes, another file, another time. */
	unlink(entry(""));
	overwrite(entry(""), 0, "object code", 11);
	ok(found());
	ok(found());
	is_str(text_of_entry(), "object code");
	finish();
}

/* ---- damaged ones */

static void damage_cut(void)
{
	ok(truncate(entry(""), 5) == 0);
}

static void damage_empty(void)
{
	ok(truncate(entry(""), 0) == 0);
}

static void damage_longer(void)
{
	overwrite(entry(""), 11, "!", 1);
}

static void damage_byte(void)
{
	overwrite(entry(""), 3, "J", 1);
}

static void damage_byte_unseen(void)
{
	struct stat st;
	stat(entry(""), &st);
	overwrite(entry(""), 3, "J", 1);
	struct timespec times[2] = {st.st_atim, st.st_mtim};
	ok(utimensat(AT_FDCWD, entry(""), times, 0) == 0);
}

static void damage_gone(void)
{
	unlink(entry(""));
}

static void damage_link(void)
{
	overwrite(entry(".elsewhere"), 0, "other things", 12);
	unlink(entry(""));
	char to[300];
	snprintf(to, sizeof(to), "%s", entry(".elsewhere"));
	ok(symlink(to, entry("")) == 0);
}

static void damage_folder(void)
{
	unlink(entry(""));
	ok(mkdir(entry(""), 0700) == 0);
}

static void damage_full_folder(void)
{
	damage_folder();
	overwrite(entry("/below"), 0, "x", 1);
}

static void damage_seal_gone(void)
{
	unlink(entry(".seal"));
}

static void damage_seal_folder(void)
{
	unlink(entry(".seal"));
	ok(mkdir(entry(".seal"), 0700) == 0);
}

static const struct {
	const char *name;
	void (*damage)(void);
} damages[] = {
	{"cut short", damage_cut},
	{"emptied", damage_empty},
	{"longer", damage_longer},
	{"a byte changed", damage_byte},
	{"a byte changed, its time put back", damage_byte_unseen},
	{"removed", damage_gone},
	{"a link to something else", damage_link},
	{"a folder", damage_folder},
	{"a folder with something in it", damage_full_folder},
	{"its seal removed", damage_seal_gone},
	{"its seal a folder", damage_seal_folder},
};

static void damage_is_noticed_and_repaired(void)
{
	for (size_t i = 0; i < countof(damages); i++) {
		begin();
		put("object code");
		next_tick();
		damages[i].damage();
		tap_ok(!found() && !text_of_entry(), damages[i].name, __FILE__, __LINE__);
		is_int(put("object code"), 0);
		ok(found());
		is_str(text_of_entry(), "object code");
		finish();
	}
}

static void a_link_to_the_same_bytes_is_no_entry(void)
{
	begin();
	put("object code");
	overwrite(entry(".elsewhere"), 0, "object code", 11);
	unlink(entry(""));
	char to[300];
	snprintf(to, sizeof(to), "%s", entry(".elsewhere"));
	ok(symlink(to, entry("")) == 0);
	ok(!found());
	is_int(put("object code"), 0);
	struct stat st;
	ok(lstat(entry(""), &st) == 0 && S_ISREG(st.st_mode));
	finish();
}

static void bad_seals_count_as_none(void)
{
	begin();
	put("object code");
	char good[256] = "";
	FILE *file = fopen(entry(".seal"), "r");
	ok(file && fgets(good, sizeof(good), file));
	if (file)
		fclose(file);
	ok(found());

	/* cut anywhere; the last character is the line end, which may be missing */
	size_t wrong = 0;
	for (size_t len = 0; len + 2 < strlen(good); len++) {
		fs_write(entry(".seal"), (struct str){good, len}, NULL);
		/* A number that lost digits says another time: then the bytes decide. */
		bool complete = len > 64 && strchr(good + 64, ' ') && len > (size_t)(strrchr(good, ' ') - good + 1);
		if (!complete)
			wrong += found();
	}
	is_int(wrong, 0);

	char *hash = good, *facts = good + 64;
	static const char *const garbage[] = {
		"", "\n", " \n\n ", "seal", "0 0 0 0 0\n", "\x80\xFF\n",
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n",
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef 1 2 3 4\n",
		"0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF 1 2 3 4\n",
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef 99999999999999999999 2 3 4\n",
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef -1 2 3 4\n",
	};
	wrong = 0;
	for (size_t i = 0; i < countof(garbage); i++) {
		fs_write(entry(".seal"), str_of(garbage[i]), NULL);
		wrong += found() || text_of_entry() != NULL;
	}
	is_int(wrong, 0);
	char large[5000];
	memset(large, '1', sizeof(large));
	fs_write(entry(".seal"), (struct str){large, sizeof(large)}, NULL);
	ok(!found());
	fs_write(entry(".seal"), (struct str){"\0\0\0", 3}, NULL);
	ok(!found());

	/* The right facts beside the hash of other bytes: a read compares the bytes. */
	char forged[300], hex[HASH_HEX];
	struct hash other = hash_of(STR("other"));
	hash_hex(&other, hex);
	snprintf(forged, sizeof(forged), "%s%s", hex, facts);
	fs_write(entry(".seal"), str_of(forged), NULL);
	ok(text_of_entry() == NULL);
	/* The right hash beside other facts: the bytes decide. */
	snprintf(forged, sizeof(forged), "%.64s 1 2 3 4\n", hash);
	fs_write(entry(".seal"), str_of(forged), NULL);
	ok(found());
	is_str(text_of_entry(), "object code");
	finish();
}

/* ---- several processes */

/* Runs the function in a process of its own. */
static pid_t spawn(void (*run)(void *), void *data)
{
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		run(data);
		_exit(99);
	}
	return pid;
}

static int exit_of(pid_t pid)
{
	int status;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

enum { PUTS = 200, LARGE = 3000 };

static void fill(char *bytes, char with)
{
	memset(bytes, with, LARGE);
}

/* Everybody puts the same, so it must be there at all times from then on. */
static void put_the_same(void *data)
{
	(void)data;
	char bytes[LARGE];
	fill(bytes, 's');
	int wrong = 0;
	for (int i = 0; i < PUTS; i++) {
		wrong += cache_put(cache, CACHE_OBJECT, &key, (struct str){bytes, LARGE}, NULL) != 0;
		SCOPED_BUF struct buf b;
		buf_init(&b, 2 * LARGE);
		wrong += !found();
		wrong += !cache_read(cache, CACHE_OBJECT, &key, &b) || b.len != LARGE || memcmp(b.ptr, bytes, LARGE) != 0;
	}
	_exit(wrong ? 1 : 0);
}

/* Each puts its own: what is read is either absent or all of one. */
static void put_ones_own(void *data)
{
	char bytes[LARGE];
	fill(bytes, *(char *)data);
	int wrong = 0, read = 0;
	for (int i = 0; i < PUTS; i++) {
		wrong += cache_put(cache, CACHE_OBJECT, &key, (struct str){bytes, LARGE}, NULL) != 0;
		SCOPED_BUF struct buf b;
		buf_init(&b, 2 * LARGE);
		found();
		if (!cache_read(cache, CACHE_OBJECT, &key, &b))
			continue;
		char of_one[LARGE];
		fill(of_one, b.ptr[0]);
		wrong += b.len != LARGE || memcmp(b.ptr, of_one, LARGE) != 0;
		read++;
	}
	_exit(wrong ? 1 : read == 0 ? 2 : 0);
}

static void two_processes_fill_one_entry(void)
{
	begin();
	pid_t a = spawn(put_the_same, NULL), b = spawn(put_the_same, NULL);
	is_int(exit_of(a), 0);
	is_int(exit_of(b), 0);
	ok(found());
	is_int(files_in("objects"), 2); /* nothing temporary is left */
	finish();
	begin();
	a = spawn(put_ones_own, &(char){'a'});
	b = spawn(put_ones_own, &(char){'b'});
	is_int(exit_of(a), 0);
	is_int(exit_of(b), 0);
	/* The last one to put may have read the seal of the other before; a new put heals that. */
	is_int(put("again"), 0);
	ok(found());
	is_str(text_of_entry(), "again");
	finish();
}

struct shared {
	int to_child[2], to_parent[2];
	volatile int counter; /* guarded by the claim */
};

static struct shared *share(void)
{
	struct shared *s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (s == MAP_FAILED || pipe(s->to_child) < 0 || pipe(s->to_parent) < 0)
		abort();
	return s;
}

static void unshare_it(struct shared *s)
{
	for (int i = 0; i < 2; i++) {
		close(s->to_child[i]);
		close(s->to_parent[i]);
	}
	munmap(s, sizeof(*s));
}

static void say(int fd)
{
	if (write(fd, "!", 1) != 1)
		_exit(50);
}

static void hear(int fd)
{
	char c;
	if (read(fd, &c, 1) != 1)
		_exit(51);
}

static void hold_until_told(void *data)
{
	struct shared *s = data;
	int claim;
	if (cache_claim(cache, CACHE_OBJECT, &key, &claim, NULL) < 0)
		_exit(1);
	say(s->to_parent[1]);
	hear(s->to_child[0]);
	s->counter = 1;
	cache_release(claim);
	_exit(0);
}

static void hold_for_ever(void *data)
{
	struct shared *s = data;
	int claim;
	if (cache_claim(cache, CACHE_OBJECT, &key, &claim, NULL) < 0)
		_exit(1);
	say(s->to_parent[1]);
	for (;;)
		pause();
}

static void claim_and_look(void *data)
{
	struct shared *s = data;
	int claim;
	say(s->to_parent[1]);
	if (cache_claim(cache, CACHE_OBJECT, &key, &claim, NULL) < 0)
		_exit(1);
	_exit(s->counter == 1 ? 0 : 2);
}

static void count_up(void *data)
{
	struct shared *s = data;
	for (int i = 0; i < 100; i++) {
		int claim;
		if (cache_claim(cache, CACHE_OBJECT, &key, &claim, NULL) < 0)
			_exit(1);
		int seen = s->counter;
		sched_yield();
		s->counter = seen + 1;
		cache_release(claim);
	}
	_exit(0);
}

static void claims(void)
{
	begin();
	int mine, other;
	is_int(cache_claim(cache, CACHE_OBJECT, &key, &mine, &err), 0);
	is_int(cache_try_claim(cache, CACHE_OBJECT, &key, &other), -1);
	is_int(cache_try_claim(cache, CACHE_MODULE, &key, &other), 0);
	cache_release(other);
	is_int(put("a claim is no lock on the entry"), 0);
	cache_release(mine);
	is_int(cache_try_claim(cache, CACHE_OBJECT, &key, &mine), 0);
	cache_release(mine);

	/* Who comes second goes on when the first is done, not before. */
	struct shared *s = share();
	pid_t first = spawn(hold_until_told, s);
	hear(s->to_parent[0]);
	is_int(cache_try_claim(cache, CACHE_OBJECT, &key, &other), -1);
	pid_t second = spawn(claim_and_look, s);
	hear(s->to_parent[0]);
	is_int(waitpid(second, NULL, WNOHANG), 0);
	say(s->to_child[1]);
	is_int(exit_of(first), 0);
	is_int(exit_of(second), 0);

	/* A claim dies with its process. */
	pid_t killed = spawn(hold_for_ever, s);
	hear(s->to_parent[0]);
	is_int(cache_try_claim(cache, CACHE_OBJECT, &key, &other), -1);
	kill(killed, SIGKILL);
	is_int(exit_of(killed), -SIGKILL);
	is_int(cache_try_claim(cache, CACHE_OBJECT, &key, &other), 0);
	cache_release(other);

	s->counter = 0;
	pid_t counters[3];
	for (size_t i = 0; i < countof(counters); i++)
		counters[i] = spawn(count_up, s);
	for (size_t i = 0; i < countof(counters); i++)
		is_int(exit_of(counters[i]), 0);
	is_int(s->counter, 100 * (int)countof(counters));
	unshare_it(s);
	finish();
}

/* ---- a full disk */

static void put_with_little_room(void *data)
{
	char bytes[LARGE];
	fill(bytes, 'l');
	signal(SIGXFSZ, SIG_IGN);
	struct rlimit limit = {*(rlim_t *)data, *(rlim_t *)data};
	setrlimit(RLIMIT_FSIZE, &limit);
	err = (struct err){0};
	int result = cache_put(cache, CACHE_OBJECT, &key, (struct str){bytes, LARGE / 10}, &err);
	_exit(result == -1 && err.kind == ERR_OS && err.saved_errno == EFBIG ? 0 : 1);
}

static void a_full_disk_leaves_no_half_entry(void)
{
	begin();
	is_int(exit_of(spawn(put_with_little_room, &(rlim_t){100})), 0);
	ok(!found());
	is_int(files_in("objects"), 0);
	/* What was there before stays. */
	put("old");
	is_int(exit_of(spawn(put_with_little_room, &(rlim_t){100})), 0);
	ok(found());
	is_str(text_of_entry(), "old");
	is_int(files_in("objects"), 2);
	is_int(exit_of(spawn(put_with_little_room, &(rlim_t){0})), 0);
	is_str(text_of_entry(), "old");
	finish();
}

static void put_without_room_for_the_seal(void *data)
{
	(void)data;
	signal(SIGXFSZ, SIG_IGN);
	struct rlimit limit = {20, 20};
	setrlimit(RLIMIT_FSIZE, &limit);
	_exit(put("small") == -1 ? 0 : 1);
}

static void an_entry_without_a_seal_is_none(void)
{
	begin();
	is_int(exit_of(spawn(put_without_room_for_the_seal, NULL)), 0);
	ok(!found());
	ok(text_of_entry() == NULL);
	put("old");
	is_int(exit_of(spawn(put_without_room_for_the_seal, NULL)), 0);
	ok(!found());
	ok(text_of_entry() == NULL);
	is_int(put("new"), 0);
	ok(found());
	finish();
}

/* ---- the folder */

static int opens(const char *path)
{
	struct cache *opened;
	err = (struct err){0};
	if (cache_open(path, &opened, &err) < 0)
		return -1;
	cache_close(opened);
	return 0;
}

static void the_folder_is_ones_own(void)
{
	begin();
	char path[300];
	snprintf(path, sizeof(path), "%s/below/deeper", folder);
	is_int(opens(path), 0); /* is made, with its parents */
	struct stat st;
	ok(stat(path, &st) == 0 && (st.st_mode & 0777) == 0700);
	static const mode_t modes[] = {0770, 0702, 0722, 01777};
	for (size_t i = 0; i < countof(modes); i++) {
		chmod(folder, modes[i]);
		is_int(opens(folder), -1);
		is_int(err.kind, ERR_OS);
		ok(strstr(err.text, "can be written by others") && strstr(err.text, "chmod go-w"));
	}
	chmod(folder, 0755);
	is_int(opens(folder), 0);
	snprintf(path, sizeof(path), "%s/modules", folder);
	chmod(path, 0777); /* where the machine code is */
	is_int(opens(folder), -1);
	ok(strstr(err.text, "/modules can be written by others") != NULL);
	chmod(path, 0700);
	if (geteuid() == 0) {
		is_int(chown(folder, 12345, 12345), 0);
		is_int(opens(folder), -1);
		is_int(chown(folder, 0, 0), 0);
	} else {
		tap_skip("only root can give a folder to somebody else");
	}

	snprintf(path, sizeof(path), "%s/file", folder);
	overwrite(path, 0, "x", 1);
	is_int(opens(path), -1);
	ok(strstr(err.text, "cache: ") == err.text);
	snprintf(path, sizeof(path), "%s/file/below", folder);
	is_int(opens(path), -1);
	is_int(opens("/dev/null/x"), -1);
	finish();
}

/* Names are cut at some length; a cut name must not be taken for another. */
static void a_long_path_never_gives_a_wrong_entry(void)
{
	begin();
	char path[CACHE_PATH_MAX];
	size_t opened = 0, wrong = 0;
	for (size_t len = 3900; len < CACHE_PATH_MAX - 1; len += 12) {
		size_t at = (size_t)snprintf(path, sizeof(path), "%s/", folder);
		while (at < len) {
			path[at] = at % 100 == 0 ? '/' : 'l';
			at++;
		}
		path[len] = '\0';
		struct cache *deep;
		if (cache_open(path, &deep, NULL) < 0)
			continue;
		opened++;
		struct hash other = hash_of(STR("other key"));
		char at_path[CACHE_PATH_MAX];
		bool kept = cache_put(deep, CACHE_OBJECT, &key, STR("x"), NULL) == 0;
		wrong += cache_find(deep, CACHE_OBJECT, &key, at_path) != kept;
		wrong += cache_find(deep, CACHE_OBJECT, &other, at_path);
		cache_close(deep);
	}
	ok(opened > 5);
	is_int(wrong, 0);
	finish();
}

/* ---- files elsewhere */

static int verify(const char *path, const char *text)
{
	struct hash content = hash_of(str_of(text));
	err = (struct err){0};
	return cache_verify(cache, path, &content, &err);
}

static void files_elsewhere_are_verified(void)
{
	begin();
	char path[300], missing[300];
	snprintf(path, sizeof(path), "%s/part", folder);
	snprintf(missing, sizeof(missing), "%s/none", folder);
	overwrite(path, 0, "clang", 5);
	is_int(verify(path, "clang"), 0);
	is_int(files_in("seals"), 1);
	is_int(verify(path, "clang"), 0);
	is_int(verify(path, "CLANG"), -1);
	is_int(err.kind, ERR_TOOL);
	ok(strstr(err.text, "does not have the content") != NULL);
	is_int(verify(path, "clang"), 0);
	is_int(verify(missing, "clang"), -1);
	is_int(err.kind, ERR_OS);
	is_int(verify(folder, "clang"), -1);

	next_tick();
	overwrite(path, 0, "C", 1);
	is_int(verify(path, "clang"), -1);
	is_int(verify(path, "Clang"), 0);
	/* Only its time has changed. */
	next_tick();
	ok(utimensat(AT_FDCWD, path, NULL, 0) == 0);
	is_int(verify(path, "Clang"), 0);
	is_int(verify(path, "Clang"), 0);
	ok(truncate(path, 0) == 0);
	is_int(verify(path, "Clang"), -1);
	is_int(verify(path, ""), 0);
	finish();
}

int main(void)
{
	tap_run("keeps what it is given", keeps_what_it_is_given);
	tap_run("a read that fails leaves the buffer alone", a_read_that_fails_leaves_the_buffer_alone);
	tap_run("a moved cache is still good", a_moved_cache_is_still_good);
	tap_run("damage is noticed and repaired", damage_is_noticed_and_repaired);
	tap_run("a link to the same bytes is no entry", a_link_to_the_same_bytes_is_no_entry);
	tap_run("bad seals count as none", bad_seals_count_as_none);
	tap_run("two processes fill one entry", two_processes_fill_one_entry);
	tap_run("claims", claims);
	tap_run("a full disk leaves no half entry", a_full_disk_leaves_no_half_entry);
	tap_run("an entry without a seal is none", an_entry_without_a_seal_is_none);
	tap_run("the folder is one's own", the_folder_is_ones_own);
	tap_run("a long path never gives a wrong entry", a_long_path_never_gives_a_wrong_entry);
	tap_run("files elsewhere are verified", files_elsewhere_are_verified);
	return tap_done();
}
