/*
 * What a C program may expect of its libc and of the world below it: a line for
 * each check, with values and with errno's names. tests/cli_conformance.c runs
 * it under two implementations of WASI and compares. So nothing here may depend
 * on the time, on inode numbers or on the order of a folder.
 *
 * The disk holds in/hello ("hello\nworld\n"), in/empty, in/folder/x, and the links
 * in/link (to hello), in/dangling, in/loop, in/up (to ../in/hello), in/absolute
 * (to /in/hello), in/far (to ../../etc/passwd), in/to-folder (to folder).
 */

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fenv.h>
#include <float.h>
#include <getopt.h>
#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

extern char **environ;

static const char *error_name(int e)
{
	static char other[24];
	switch (e) {
#define NAME(e) case e: return #e
	NAME(EACCES); NAME(EAGAIN); NAME(EBADF); NAME(EBUSY); NAME(EDOM); NAME(EEXIST); NAME(EFAULT); NAME(EFBIG);
	NAME(EILSEQ); NAME(EINTR); NAME(EINVAL); NAME(EIO); NAME(EISDIR); NAME(ELOOP); NAME(EMFILE); NAME(EMLINK);
	NAME(ENAMETOOLONG); NAME(ENODEV); NAME(ENOENT); NAME(ENOMEM); NAME(ENOSPC); NAME(ENOSYS); NAME(ENOTCAPABLE);
	NAME(ENOTDIR); NAME(ENOTEMPTY); NAME(ENOTSOCK); NAME(ENOTSUP); NAME(ENOTTY); NAME(ENXIO); NAME(EOVERFLOW);
	NAME(EPERM); NAME(EPIPE); NAME(ERANGE); NAME(EROFS); NAME(ESPIPE); NAME(EXDEV);
	}
	snprintf(other, sizeof(other), "errno %d", e);
	return other;
}

/* One check is one line: its text, and what it came to. */
#define INT(expr) printf("%s = %lld\n", #expr, (long long)(expr))
#define HEX(expr) printf("%s = %llx\n", #expr, (unsigned long long)(expr))
#define STR(expr) print_string(#expr, (expr))
#define DO(expr) \
	do { \
		errno = 0; \
		long long result_ = (long long)(expr); \
		printf("%s: %s\n", #expr, result_ >= 0 ? "ok" : error_name(errno)); \
	} while (0)
/* The same with the result, where it means something. */
#define GET(expr) \
	do { \
		errno = 0; \
		long long result_ = (long long)(expr); \
		if (result_ >= 0) \
			printf("%s = %lld\n", #expr, result_); \
		else \
			printf("%s: %s\n", #expr, error_name(errno)); \
	} while (0)

static void print_string(const char *expr, const char *value)
{
	printf("%s = ", expr);
	if (!value) {
		puts("NULL");
		return;
	}
	putchar('"');
	for (const unsigned char *c = (const unsigned char *)value; *c; c++) {
		if (*c < ' ' || *c > '~')
			printf("\\x%02x", *c);
		else
			putchar(*c);
	}
	puts("\"");
}

static char buffer[1 << 16];

/* A file's content; a zero byte reads as 0. */
static const char *slurp(const char *path)
{
	FILE *f = fopen(path, "rb");
	if (!f)
		return error_name(errno);
	size_t n = fread(buffer, 1, sizeof(buffer) - 1, f);
	buffer[n] = '\0';
	for (size_t i = 0; i < n; i++)
		buffer[i] = buffer[i] ? buffer[i] : '0';
	fclose(f);
	return buffer;
}

static int spill(const char *path, const char *text)
{
	FILE *f = fopen(path, "wb");
	if (!f)
		return -1;
	fputs(text, f);
	return fclose(f);
}

static int touch(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	return fd < 0 ? -1 : close(fd);
}

/* An open for its error alone. */
static int try_open(const char *path, int flags)
{
	int fd = open(path, flags, 0644);
	if (fd >= 0)
		close(fd);
	return fd < 0 ? -1 : 0;
}

static void section(const char *name)
{
	printf("## %s\n", name);
}

/* ---- streams */

static void one_mode(const char *mode, bool exists)
{
	char line[16] = "";
	remove("m");
	if (exists)
		spill("m", "12345");
	errno = 0;
	FILE *f = fopen("m", mode);
	printf("fopen %s on %s: %s\n", mode, exists ? "a file" : "nothing", f ? "ok" : error_name(errno));
	if (!f)
		return;
	printf("  at %ld", ftell(f));
	errno = 0;
	size_t read = fread(line, 1, 2, f);
	printf(", read %zu \"%s\"", read, line);
	clearerr(f);
	fseek(f, 1, SEEK_SET);
	printf(", write %s", fputs("ab", f) < 0 || fflush(f) ? "failed" : "ok");
	printf(", at %ld", ftell(f));
	fclose(f);
	printf(", holds \"%s\"\n", slurp("m"));
}

static void modes(void)
{
	static const char *const all[] = {"r", "w", "a", "r+", "w+", "a+", "rb", "wb", "ab", "r+b", "rb+", "wx", "w+x", "re"};
	section("modes of fopen");
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		one_mode(all[i], true);
		one_mode(all[i], false);
	}
	DO(fopen("m", "q") ? 0 : -1);
	DO(fopen("m", "") ? 0 : -1);
	remove("m");
}

static void streams(void)
{
	section("streams");
	FILE *f = fopen("s", "w+");
	INT(fprintf(f, "one %d\ntwo\n\nfour", 1));
	INT(ftell(f));
	rewind(f);
	char line[32];
	while (fgets(line, sizeof(line), f))
		STR(line);
	INT(feof(f) != 0);
	INT(ferror(f) != 0);
	INT(fgetc(f));
	clearerr(f);
	INT(feof(f) != 0);
	DO(fseek(f, 4, SEEK_SET));
	INT(fgetc(f));
	INT(ungetc('Z', f));
	GET(ftell(f));
	INT(fgetc(f));
	INT(fgetc(f));
	DO(fseek(f, -2, SEEK_END));
	INT(fgetc(f));
	INT(ungetc('Y', f));
	DO(fseek(f, 0, SEEK_CUR));
	INT(fgetc(f));
	DO(fseek(f, -100, SEEK_SET));
	DO(fseek(f, 0, 77));
	DO(fseek(f, 100, SEEK_SET));
	INT(fgetc(f));
	DO(fputc('!', f));
	DO(fflush(f));
	fpos_t pos;
	rewind(f);
	fgetc(f);
	DO(fgetpos(f, &pos));
	fgetc(f);
	DO(fsetpos(f, &pos));
	INT(fgetc(f));
	DO(fclose(f));
	struct stat st;
	DO(stat("s", &st));
	INT(st.st_size);

	f = fopen("s", "r");
	DO(fputc('x', f));
	INT(ferror(f) != 0);
	fclose(f);
	f = fopen("s", "a+");
	DO(fseek(f, 0, SEEK_SET));
	DO(fputs("END", f));
	GET(ftell(f));
	DO(fseek(f, 0, SEEK_SET));
	INT(fgetc(f));
	DO(fclose(f));
	stat("s", &st);
	INT(st.st_size);

	f = fopen("s", "w");
	DO(setvbuf(f, NULL, _IONBF, 0));
	fputs("unbuffered", f);
	STR(slurp("s"));
	f = freopen("s", "a", f);
	INT(f != NULL);
	fputs(", reopened", f);
	fclose(f);
	STR(slurp("s"));
	f = fopen("s", "w");
	DO(setvbuf(f, NULL, _IOLBF, 256));
	fputs("a line\nhalf", f);
	slurp("s");
	fclose(f);
	STR(slurp("s"));
	int fd = open("s", O_RDWR);
	f = fdopen(fd, "r+");
	INT(f && fileno(f) == fd);
	INT(fwrite("12", 2, 1, f));
	fclose(f);
	DO(close(fd));
	STR(slurp("s"));
	DO(remove("s"));
	DO(remove("s"));
	DO(fopen("no/such", "r") ? 0 : -1);
	DO(fopen("no/such", "w") ? 0 : -1);
	DO(fopen("in/hello/x", "r") ? 0 : -1);
	DO(fopen("in/folder", "w") ? 0 : -1);
	DO(fopen("in/folder", "r+") ? 0 : -1);
	f = fopen("in/folder", "r");
	INT(f != NULL);
	if (f) {
		DO(fgetc(f));
		fclose(f);
	}
	f = fopen("big", "w+");
	for (int i = 0; i < 10000; i++)
		fprintf(f, "line %d\n", i);
	GET(ftell(f));
	fseek(f, 5000, SEEK_SET);
	STR(fgets(line, sizeof(line), f));
	fseek(f, -7, SEEK_CUR);
	STR(fgets(line, sizeof(line), f));
	rewind(f);
	int n = 0, v;
	while (fscanf(f, "line %d\n", &v) == 1)
		n += v == n;
	INT(n);
	fclose(f);
	remove("big");
	char *text = NULL;
	size_t len = 0;
	f = open_memstream(&text, &len);
	fprintf(f, "memory %d", 7);
	fclose(f);
	STR(text);
	INT(len);
	free(text);
	f = fmemopen((char[]){"abc"}, 3, "r");
	INT(fgetc(f));
	fclose(f);
	f = fopen("in/hello", "r");
	char *get = NULL;
	size_t cap = 0;
	INT(getline(&get, &cap, f));
	STR(get);
	INT(getdelim(&get, &cap, 'r', f));
	STR(get);
	free(get);
	fclose(f);
}

static void standard_streams(void)
{
	char line[32];
	section("standard streams");
	STR(fgets(line, sizeof(line), stdin));
	INT(getchar());
	INT(ungetc('q', stdin));
	INT(getchar());
	int n = 0;
	scanf("%d", &n);
	INT(n);
	while (getchar() != EOF)
		n++;
	INT(feof(stdin) != 0);
	INT(getchar());
	GET(read(0, line, sizeof(line)));
	DO(write(0, "x", 1));
	DO(lseek(0, 0, SEEK_CUR));
	DO(lseek(1, 0, SEEK_CUR));
	DO(read(1, line, 1));
	DO(fsync(1) < 0 && errno != EINVAL && errno != ENOTSUP && errno != EBADF ? -1 : 0);
	GET(write(1, "", 0));
	fflush(stdout);
	GET(write(1, "direct\n", 7));
	fputs("to stderr\n", stderr);
	perror("perror");
	struct stat st;
	DO(fstat(1, &st));
	INT(S_ISREG(st.st_mode));
}

/* ---- descriptors */

static void descriptors(void)
{
	section("descriptors");
	int fd = open("d", O_RDWR | O_CREAT | O_EXCL, 0644), other;
	char text[16] = "";
	INT(fd > 2);
	GET(write(fd, "0123456789", 10));
	GET(lseek(fd, 0, SEEK_CUR));
	GET(lseek(fd, -3, SEEK_END));
	GET(read(fd, text, sizeof(text)));
	STR(text);
	GET(read(fd, text, sizeof(text)));
	GET(lseek(fd, 2, SEEK_SET));
	GET(lseek(fd, 3, SEEK_CUR));
	DO(lseek(fd, -1, SEEK_SET));
	DO(lseek(fd, -100, SEEK_CUR));
	GET(lseek(fd, 0, SEEK_CUR));
	GET(pread(fd, text, 3, 4));
	STR(text);
	GET(pread(fd, text, 3, 100));
	DO(pread(fd, text, 3, -1));
	GET(pwrite(fd, "AB", 2, 1));
	GET(pwrite(fd, "Z", 1, 12));
	DO(pwrite(fd, "Z", 1, -1));
	GET(lseek(fd, 0, SEEK_CUR));
	char parts[16] = "................";
	struct iovec iov[] = {{parts, 2}, {parts + 8, 0}, {parts + 4, 3}};
	GET(lseek(fd, 0, SEEK_SET));
	GET(readv(fd, iov, 3));
	printf("parts = %.16s\n", parts);
	GET(lseek(fd, 8, SEEK_SET));
	GET(writev(fd, iov, 3));
	DO(ftruncate(fd, 10));
	GET(lseek(fd, 0, SEEK_END));
	GET(lseek(fd, 20, SEEK_SET));
	GET(write(fd, "", 0));
	GET(lseek(fd, 0, SEEK_END));
	other = open("d", O_RDONLY);
	GET(read(other, text, 4));
	STR(text);
	DO(write(other, "x", 1));
	DO(ftruncate(other, 0));
	GET(lseek(other, 0, SEEK_SET));
	pwrite(fd, "seen", 4, 0);
	GET(read(other, text, 4));
	STR(text);
	DO(ftruncate(fd, 2));
	GET(read(other, text, 4));
	close(other);
	other = open("d", O_WRONLY);
	DO(read(other, text, 1));
	DO(close(other));
	DO(close(other));
	DO(read(other, text, 1));
	DO(write(other, text, 1));
	DO(lseek(other, 0, SEEK_SET));
	struct stat st;
	DO(fstat(other, &st));
	DO(close(-1));
	DO(close(12345));
	DO(read(12345, text, 1));
	DO(ftruncate(12345, 1));
	DO(fsync(fd));
	DO(fdatasync(fd));
	DO(posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL));
	STR(error_name(posix_fallocate(fd, 0, 30)));
	GET(lseek(fd, 0, SEEK_END));
	STR(error_name(posix_fallocate(fd, 0, 10)));
	DO(ftruncate(fd, 30));
	INT(isatty(fd));
	INT(fcntl(fd, F_GETFL) & O_APPEND);
	DO(fcntl(fd, F_SETFL, O_APPEND));
	INT((fcntl(fd, F_GETFL) & O_APPEND) != 0);
	INT((fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDWR);
	GET(lseek(fd, 0, SEEK_SET));
	GET(write(fd, "tail", 4));
	GET(lseek(fd, 0, SEEK_CUR));
	GET(lseek(fd, 0, SEEK_END));
	DO(ftruncate(fd, 0));
	GET(write(fd, "new", 3));
	DO(close(fd));
	STR(slurp("d"));
	fd = open("d", O_WRONLY | O_APPEND);
	GET(lseek(fd, 0, SEEK_CUR));
	GET(write(fd, "+", 1));
	GET(lseek(fd, 0, SEEK_CUR));
	close(fd);
	STR(slurp("d"));
	/* The lowest number that is free. */
	int a = open("d", O_RDONLY), b = open("d", O_RDONLY), c = open("d", O_RDONLY);
	INT(b - a);
	close(a);
	close(b);
	a = open("d", O_RDONLY) - a;
	INT(a);
	for (int fd = 4; fd < 20; fd++)
		close(fd);
	(void)c;
	DO(unlink("d"));
}

static void removed_files(void)
{
	char text[8] = "";
	struct stat st;
	section("files without a name");
	int fd = open("r", O_RDWR | O_CREAT, 0644);
	write(fd, "kept", 4);
	DO(unlink("r"));
	DO(stat("r", &st));
	GET(pread(fd, text, 4, 0));
	STR(text);
	GET(write(fd, "more", 4));
	DO(fstat(fd, &st));
	INT(st.st_size);
	DO(spill("r", "another"));
	GET(pread(fd, text, 4, 0));
	DO(close(fd));
	STR(slurp("r"));
	fd = open("r", O_RDWR);
	DO(rename("r", "r2"));
	GET(pread(fd, text, 4, 0));
	GET(pwrite(fd, "AN", 2, 0));
	STR(slurp("r2"));
	DO(spill("r3", "over"));
	DO(rename("r3", "r2"));
	GET(pread(fd, text, 4, 0));
	STR(text);
	STR(slurp("r2"));
	close(fd);
	fd = open("r2", O_RDONLY);
	DO(try_open("r2", O_WRONLY | O_TRUNC));
	GET(read(fd, text, 4));
	close(fd);
	DO(unlink("r2"));
	DO(mkdir("rd", 0755));
	fd = open("rd", O_RDONLY | O_DIRECTORY);
	DO(rmdir("rd"));
	DO(mkdirat(fd, "x", 0755));
	DO(openat(fd, "x", O_CREAT | O_WRONLY, 0644));
	close(fd);
}

static void opening(void)
{
	char name[300];
	section("open");
	DO(try_open("in/hello", O_RDONLY));
	DO(try_open("in/hello", O_RDONLY | O_CREAT));
	DO(try_open("in/hello", O_RDWR | O_CREAT | O_EXCL));
	DO(try_open("in/none", O_RDONLY));
	DO(try_open("none/none", O_RDONLY | O_CREAT));
	DO(try_open("in/hello/none", O_RDONLY));
	DO(try_open("in/hello/none", O_RDONLY | O_CREAT));
	DO(try_open("in/hello/", O_RDONLY));
	DO(try_open("in/hello/.", O_RDONLY));
	DO(try_open("in/hello/..", O_RDONLY));
	DO(try_open("in/none/", O_RDWR | O_CREAT));
	DO(try_open("in/none/..", O_RDONLY));
	DO(try_open("", O_RDONLY));
	DO(try_open(".", O_RDONLY));
	DO(try_open("/", O_RDONLY));
	DO(try_open("//in//hello", O_RDONLY));
	DO(try_open("./in/./hello", O_RDONLY));
	DO(try_open("in/folder/../hello", O_RDONLY));
	DO(try_open("in/folder", O_RDONLY));
	DO(try_open("in/folder/", O_RDONLY | O_DIRECTORY));
	DO(try_open("in/folder", O_WRONLY));
	DO(try_open("in/folder", O_RDWR));
	DO(try_open("in/folder", O_RDONLY | O_TRUNC));
	DO(try_open("in/folder", O_RDONLY | O_CREAT));
	DO(try_open("in/folder", O_RDONLY | O_CREAT | O_EXCL));
	DO(try_open("in/hello", O_RDONLY | O_DIRECTORY));
	DO(try_open("in/none", O_RDONLY | O_DIRECTORY));
	DO(try_open("in/link", O_RDONLY));
	DO(try_open("in/link", O_RDONLY | O_NOFOLLOW));
	DO(try_open("in/link", O_RDONLY | O_DIRECTORY));
	DO(try_open("in/link/", O_RDONLY));
	DO(try_open("in/link", O_RDWR | O_CREAT | O_EXCL));
	DO(try_open("in/dangling", O_RDONLY));
	DO(try_open("in/dangling", O_RDWR | O_CREAT | O_EXCL));
	DO(try_open("in/loop", O_RDONLY));
	DO(try_open("in/loop", O_RDONLY | O_NOFOLLOW));
	DO(try_open("in/loop/x", O_RDONLY));
	DO(try_open("in/up", O_RDONLY));
	DO(try_open("in/to-folder", O_RDONLY | O_DIRECTORY));
	DO(try_open("in/to-folder/x", O_RDONLY));
	DO(try_open("in/to-folder/", O_RDONLY));
	DO(try_open("in/to-folder", O_RDONLY | O_NOFOLLOW));
	DO(try_open("in/to-folder/x", O_RDONLY | O_NOFOLLOW));
	DO(try_open("in/to-folder/../hello", O_RDONLY));
	DO(try_open("in/far", O_RDONLY));
	DO(try_open("in/absolute", O_RDONLY));
	DO(try_open("../in/hello", O_RDONLY));
	DO(try_open("in/../../in/hello", O_RDONLY));
	memset(name, 'n', sizeof(name));
	name[255] = '\0';
	DO(try_open(name, O_WRONLY | O_CREAT));
	DO(unlink(name));
	name[255] = 'n';
	name[256] = '\0';
	DO(try_open(name, O_WRONLY | O_CREAT));
	DO(try_open(name, O_RDONLY));
	DO(try_open("with space", O_WRONLY | O_CREAT | O_EXCL));
	DO(unlink("with space"));
	DO(try_open("with\nline", O_WRONLY | O_CREAT | O_EXCL));
	DO(unlink("with\nline"));
	DO(try_open("gr\xc3\xbc\xc3\x9f", O_WRONLY | O_CREAT | O_EXCL));
	DO(unlink("gr\xc3\xbc\xc3\x9f"));
	DO(try_open("a\\b:c*", O_WRONLY | O_CREAT | O_EXCL));
	DO(unlink("a\\b:c*"));
	DO(symlink("made-through", "new-link"));
	DO(try_open("new-link", O_WRONLY | O_CREAT));
	DO(try_open("made-through", O_RDONLY));
	DO(unlink("new-link"));
	DO(unlink("made-through"));
	DO(creat("created", 0644));
	DO(unlink("created"));
	int fd = open("in", O_RDONLY | O_DIRECTORY);
	DO(openat(fd, "hello", O_RDONLY));
	DO(openat(fd, "../in/hello", O_RDONLY));
	DO(openat(fd, "folder/../hello", O_RDONLY));
	DO(openat(fd, "/in/hello", O_RDONLY));
	DO(openat(fd, "up", O_RDONLY));
	DO(openat(12345, "hello", O_RDONLY));
	int file = open("in/hello", O_RDONLY);
	DO(openat(file, "hello", O_RDONLY));
	DO(read(fd, name, 1));
	DO(write(fd, name, 1));
	DO(lseek(fd, 0, SEEK_SET));
	DO(ftruncate(fd, 0));
	DO(unlinkat(fd, "none", 0));
	DO(unlinkat(fd, "folder", 0));
	DO(unlinkat(fd, "folder", AT_REMOVEDIR));
	DO(faccessat(fd, "hello", R_OK, 0));
	struct stat st;
	DO(fstatat(fd, "link", &st, AT_SYMLINK_NOFOLLOW));
	INT(S_ISLNK(st.st_mode));
	DO(fstatat(fd, "link", &st, 0));
	INT(S_ISREG(st.st_mode));
	close(file);
	close(fd);
}

/* ---- folders */

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void list(const char *path)
{
	char *names[512];
	size_t len = 0;
	errno = 0;
	DIR *dir = opendir(path);
	if (!dir) {
		printf("list %s: %s\n", path, error_name(errno));
		return;
	}
	for (struct dirent *e; (e = readdir(dir)) && len < 512;) {
		const char *type = e->d_type == DT_DIR ? "/" : e->d_type == DT_LNK ? "@" : e->d_type == DT_REG ? "" : "?";
		char *name = malloc(strlen(e->d_name) + 2);
		sprintf(name, "%s%s", e->d_name, type);
		names[len++] = name;
	}
	closedir(dir);
	qsort(names, len, sizeof(names[0]), by_name);
	printf("list %s:", path);
	for (size_t i = 0; i < len; i++) {
		printf(" %s", names[i]);
		free(names[i]);
	}
	printf("\n");
}

static int count(DIR *dir)
{
	int n = 0;
	while (readdir(dir))
		n++;
	return n;
}

static int no_dots(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static void folders(void)
{
	char name[32];
	section("folders");
	DO(mkdir("f", 0755));
	DO(mkdir("f", 0755));
	DO(mkdir("f/", 0755));
	DO(mkdir("in/hello", 0755));
	DO(mkdir("in/hello/x", 0755));
	DO(mkdir("none/x", 0755));
	DO(mkdir("", 0755));
	DO(mkdir("/", 0755));
	DO(mkdir(".", 0755));
	DO(mkdir("in/link", 0755));
	DO(mkdir("in/dangling", 0755));
	DO(mkdir("f/slash/", 0755));
	DO(mkdir("f/a", 0755));
	DO(mkdir("f/a/b", 0755));
	list("f");
	list("f/a");
	list("in");
	list("none");
	list("in/hello");
	list("in/to-folder");
	DO(rmdir("f"));
	DO(rmdir("f/a"));
	DO(rmdir("none"));
	DO(rmdir("in/hello"));
	DO(rmdir("in/link"));
	DO(rmdir("in/to-folder"));
	DO(rmdir(""));
	DO(rmdir("f/."));
	DO(rmdir("f/a/.."));
	DO(mkdir("f/b", 0755));
	DO(rmdir("f/b/"));
	rmdir("f/b");
	DO(unlink("f/a"));
	DO(unlink("f"));
	DO(unlink("none"));
	DO(unlink("none/x"));
	DO(unlink("in/hello/x"));
	DO(unlink("in/hello/"));
	DO(unlink(""));
	DO(remove("f/a"));
	DO(remove("f/a/b"));
	DO(remove("f/a"));
	DO(remove("f/slash"));
	DO(remove("f"));
	DO(mkdir("many", 0755));
	int made = 0;
	for (int i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "many/file-%d", i);
		made += touch(name) == 0;
	}
	INT(made);
	DIR *dir = opendir("many");
	INT(count(dir));
	rewinddir(dir);
	INT(count(dir));
	touch("many/later");
	rewinddir(dir);
	INT(count(dir));
	rewinddir(dir);
	for (int i = 0; i < 10; i++)
		readdir(dir);
	long at = telldir(dir);
	snprintf(name, sizeof(name), "%s", readdir(dir)->d_name);
	readdir(dir);
	seekdir(dir, at);
	INT(strcmp(name, readdir(dir)->d_name));
	/* Several times, since names may go missing when others go. */
	int removed = 0, before = -1;
	while (removed > before) {
		before = removed;
		rewinddir(dir);
		for (struct dirent *e; (e = readdir(dir));)
			removed += e->d_name[0] != '.' && unlinkat(dirfd(dir), e->d_name, 0) == 0;
	}
	DO(closedir(dir));
	INT(removed);
	list("many");
	DO(rmdir("many"));
	struct dirent **entries;
	int n = scandir("in", &entries, no_dots, alphasort);
	INT(n);
	for (int i = 0; i < n; i++) {
		STR(entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	int fd = open("in", O_RDONLY | O_DIRECTORY);
	dir = fdopendir(fd);
	INT(dir != NULL);
	struct stat st, own;
	bool same = true;
	for (struct dirent *e; (e = readdir(dir));) {
		if (strcmp(e->d_name, "..") != 0 && fstatat(fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0)
			same &= st.st_ino == e->d_ino;
	}
	INT(same);
	closedir(dir);
	fd = open("in/hello", O_RDONLY);
	DO(fdopendir(fd) ? 0 : -1);
	close(fd);
	DO(stat("in/..", &st));
	DO(stat("/", &own));
	INT(st.st_ino == own.st_ino);
}

static void renaming(void)
{
	section("rename");
	mkdir("n", 0755);
	mkdir("n/full", 0755);
	mkdir("n/empty", 0755);
	mkdir("n/other", 0755);
	spill("n/full/x", "x");
	spill("n/a", "a");
	spill("n/b", "b");
	DO(rename("n/a", "n/c"));
	STR(slurp("n/c"));
	STR(slurp("n/a"));
	DO(rename("n/c", "n/b"));
	STR(slurp("n/b"));
	DO(rename("n/b", "n/b"));
	DO(rename("n/none", "n/c"));
	DO(rename("n/none", "n/b"));
	DO(rename("n/b", "none/c"));
	DO(rename("n/b", "n/b/c"));
	DO(rename("n/b/c", "n/d"));
	DO(rename("n/b", "n/empty"));
	DO(rename("n/empty", "n/b"));
	DO(rename("n/empty", "n/full"));
	DO(rename("n/full", "n/empty"));
	list("n");
	list("n/empty");
	DO(rename("n/empty", "n/empty/inside"));
	DO(rename("n/empty", "n/empty"));
	DO(rename("n/empty", "n"));
	DO(rename("n/empty/x", "n/empty"));
	DO(rename("n", "n/other/n"));
	DO(rename("n/empty", "n/other/moved"));
	STR(slurp("n/other/moved/x"));
	DO(rename("n/other/moved/x", "n/x"));
	DO(rename("n/x/", "n/y"));
	DO(rename("n/x", "n/y/"));
	rename("n/y", "n/x");
	DO(rename("n/other/", "n/another"));
	DO(rename("n/another", "n/other/"));
	DO(rename("", "n/e"));
	DO(rename("n/x", ""));
	DO(rename("n/.", "n2"));
	DO(rename("n/other/..", "n2"));
	DO(rename("n/x", "n/."));
	DO(rename("n/other", "n/.."));
	DO(rename("/", "n/root"));
	DO(rename("n/other", "/"));
	symlink("x", "n/link");
	DO(rename("n/link", "n/link2"));
	DO(readlink("n/link2", buffer, 100));
	DO(rename("n/x", "n/link2"));
	STR(slurp("n/link2"));
	/* A file that was there before the program began. */
	DO(rename("in/hello", "n/hello"));
	STR(slurp("n/hello"));
	list("in");
	DO(rename("n/hello", "in/hello"));
	DO(rename("in/folder", "n/folder"));
	list("n/folder");
	DO(rename("n/folder", "in/folder"));
	list("in/folder");
	list("n");
	DO(unlink("n/link2"));
	DO(unlink("n/b"));
	DO(rmdir("n/other/moved"));
	DO(rmdir("n/other"));
	DO(rmdir("n"));
}

static void metadata(void)
{
	struct stat st, other;
	section("stat");
	DO(stat("in/hello", &st));
	INT(S_ISREG(st.st_mode));
	INT(st.st_size);
	INT(st.st_nlink);
	int fd = open("in/hello", O_RDONLY);
	DO(fstat(fd, &other));
	INT(st.st_ino == other.st_ino);
	INT(st.st_dev == other.st_dev);
	close(fd);
	DO(stat("in/empty", &other));
	INT(st.st_ino != other.st_ino);
	INT(other.st_size);
	DO(stat("in/folder", &st));
	INT(S_ISDIR(st.st_mode));
	DO(stat("in/folder/.", &other));
	INT(st.st_ino == other.st_ino);
	DO(stat("in/link", &st));
	INT(S_ISREG(st.st_mode));
	INT(st.st_size);
	DO(lstat("in/link", &st));
	INT(S_ISLNK(st.st_mode));
	INT(st.st_size);
	DO(lstat("in/link/", &st));
	DO(lstat("in/to-folder/", &st));
	INT(S_ISDIR(st.st_mode));
	DO(stat("in/dangling", &st));
	DO(lstat("in/dangling", &st));
	DO(stat("in/loop", &st));
	DO(lstat("in/loop", &st));
	DO(stat("in/far", &st));
	DO(lstat("in/far", &st));
	DO(stat("none", &st));
	DO(stat("in/hello/", &st));
	DO(stat("in/hello/x", &st));
	DO(stat("", &st));
	DO(lstat("", &st));
	DO(fstat(12345, &st));
	DO(fstat(-1, &st));
	DO(access("in/hello", F_OK));
	DO(access("in/hello", R_OK));
	DO(access("in/hello", R_OK | W_OK));
	DO(access("in/folder", F_OK));
	DO(access("in/folder", R_OK | X_OK));
	DO(access("none", F_OK));
	DO(access("in/dangling", F_OK));
	DO(access("in/hello", 99));
	DO(access("", F_OK));
}

static void sizes(void)
{
	struct stat st;
	section("truncate");
	spill("t", "0123456789");
	DO(truncate("t", 4));
	STR(slurp("t"));
	DO(truncate("t", 6));
	stat("t", &st);
	INT(st.st_size);
	STR(slurp("t"));
	DO(truncate("t", -1));
	DO(truncate("none", 1));
	DO(truncate("in/folder", 0));
	DO(truncate("in/hello/x", 0));
	symlink("t", "tl");
	DO(truncate("tl", 1));
	stat("t", &st);
	INT(st.st_size);
	unlink("tl");
	int fd = open("t", O_RDWR);
	GET(lseek(fd, 5, SEEK_SET));
	DO(ftruncate(fd, 0));
	GET(lseek(fd, 0, SEEK_CUR));
	GET(write(fd, "x", 1));
	fstat(fd, &st);
	INT(st.st_size);
	DO(ftruncate(fd, -1));
	DO(ftruncate(1, 0) < 0 ? -1 : 0);
	close(fd);
	DO(try_open("t", O_WRONLY | O_TRUNC));
	stat("t", &st);
	INT(st.st_size);
	DO(unlink("t"));
}

static void working_folder(void)
{
	section("working folder");
	char cwd[64];
	STR(getcwd(cwd, sizeof(cwd)));
	DO(mkdir("w", 0755));
	DO(mkdir("w/deep", 0755));
	DO(chdir("w"));
	STR(getcwd(cwd, sizeof(cwd)));
	DO(spill("here", "text"));
	STR(slurp("here"));
	STR(slurp("/w/here"));
	STR(slurp("./here"));
	STR(slurp("deep/../here"));
	STR(slurp("../w/here"));
	DO(chdir("deep"));
	STR(getcwd(cwd, sizeof(cwd)));
	STR(slurp("../here"));
	DO(chdir("none"));
	DO(chdir("../here"));
	DO(chdir(""));
	STR(getcwd(cwd, sizeof(cwd)));
	DO(chdir("/w"));
	DO(chdir("."));
	STR(getcwd(cwd, sizeof(cwd)));
	DO(getcwd(cwd, 2) ? 0 : -1);
	DO(mkdir("/w/made", 0755));
	DO(rmdir("made"));
	list(".");
	DO(chdir("/"));
	STR(getcwd(cwd, sizeof(cwd)));
	DO(unlink("w/here"));
	DO(rmdir("w/deep"));
	DO(rmdir("w"));
}

static void links(void)
{
	char target[64] = "";
	struct stat st;
	section("links");
	GET(readlink("in/link", target, sizeof(target)));
	STR(target);
	memset(target, 0, sizeof(target));
	GET(readlink("in/link", target, 3));
	STR(target);
	DO(readlink("in/hello", target, sizeof(target)));
	DO(readlink("in/folder", target, sizeof(target)));
	DO(readlink("none", target, sizeof(target)));
	DO(symlink("l-target", "l"));
	DO(symlink("l-target", "l"));
	DO(symlink("x", "none/l"));
	DO(symlink("x", "in/hello"));
	DO(symlink("", "l2"));
	DO(symlink("/in/hello", "l2"));
	DO(stat("l", &st));
	DO(spill("l", "through"));
	STR(slurp("l-target"));
	DO(unlink("l"));
	STR(slurp("l-target"));
	DO(unlink("l-target"));
	DO(symlink("in/folder", "lf"));
	STR(slurp("lf/x"));
	DO(touch("lf/new"));
	list("in/folder");
	DO(unlink("lf/new"));
	DO(rmdir("lf"));
	DO(unlink("lf"));
	DO(symlink("b1", "a1"));
	DO(symlink("a1", "b1"));
	DO(stat("a1", &st));
	DO(try_open("a1", O_WRONLY | O_CREAT));
	DO(lstat("a1", &st));
	unlink("a1");
	unlink("b1");
	DO(symlink("..", "in/back"));
	STR(slurp("in/back/in/back/in/hello"));
	DO(unlink("in/back"));
	DO(link("in/hello", "hard"));
	unlink("hard");
}

static void times(void)
{
	struct stat st;
	section("times of files");
	DO(touch("u"));
	struct timespec set[2] = {{1000000000, 111}, {1200000000, 222}};
	DO(utimensat(AT_FDCWD, "u", set, 0));
	stat("u", &st);
	INT(st.st_atim.tv_sec);
	INT(st.st_atim.tv_nsec);
	INT(st.st_mtim.tv_sec);
	INT(st.st_mtim.tv_nsec);
	set[0].tv_nsec = UTIME_OMIT;
	set[1].tv_sec = 5;
	DO(utimensat(AT_FDCWD, "u", set, 0));
	stat("u", &st);
	INT(st.st_atim.tv_sec);
	INT(st.st_mtim.tv_sec);
	set[0] = (struct timespec){7, 0};
	set[1].tv_nsec = UTIME_NOW;
	int fd = open("u", O_RDWR);
	DO(futimens(fd, set));
	fstat(fd, &st);
	INT(st.st_atim.tv_sec);
	INT(st.st_mtim.tv_sec > 1000000);
	struct timespec before = st.st_mtim;
	DO(futimens(fd, (struct timespec[2]){{1, 0}, {1, 0}}));
	write(fd, "x", 1);
	fstat(fd, &st);
	INT(st.st_mtim.tv_sec >= before.tv_sec);
	close(fd);
	DO(utimensat(AT_FDCWD, "none", set, 0));
	symlink("u", "ul");
	set[0] = set[1] = (struct timespec){9, 0};
	DO(utimensat(AT_FDCWD, "ul", set, AT_SYMLINK_NOFOLLOW));
	stat("u", &st);
	INT(st.st_mtim.tv_sec == 9);
	lstat("ul", &st);
	INT(st.st_mtim.tv_sec == 9);
	unlink("ul");
	unlink("u");
}

/* ---- time */

static void clocks(void)
{
	struct timespec a, b;
	section("clocks");
	INT(time(NULL) > 1500000000);
	DO(clock_gettime(CLOCK_REALTIME, &a));
	INT(llabs(time(NULL) - a.tv_sec) < 5);
	DO(clock_gettime(CLOCK_MONOTONIC, &a));
	DO(clock_gettime(CLOCK_MONOTONIC, &b));
	INT(b.tv_sec > a.tv_sec || (b.tv_sec == a.tv_sec && b.tv_nsec >= a.tv_nsec));
	DO(clock_getres(CLOCK_MONOTONIC, &a));
	INT(a.tv_sec == 0 && a.tv_nsec > 0);
	clock_gettime(CLOCK_MONOTONIC, &a);
	DO(nanosleep(&(struct timespec){0, 2000000}, NULL));
	clock_gettime(CLOCK_MONOTONIC, &b);
	INT((b.tv_sec - a.tv_sec) * 1000000000 + b.tv_nsec - a.tv_nsec >= 2000000);
	DO(nanosleep(&(struct timespec){0, 1000000000}, NULL));
	DO(nanosleep(&(struct timespec){-1, 0}, NULL));
	DO(usleep(100));
	INT(sleep(0));
	INT(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &(struct timespec){0, 1}, NULL));
	INT(clock() >= 0);
	struct timeval tv;
	DO(gettimeofday(&tv, NULL));
	INT(tv.tv_usec >= 0 && tv.tv_usec < 1000000);
	INT(timespec_get(&a, TIME_UTC) == TIME_UTC);
	struct rusage usage;
	DO(getrusage(RUSAGE_SELF, &usage));
	time_t t = 1000000000;
	char text[64];
	struct tm *tm = gmtime(&t);
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S %a %b %j %U %%", tm);
	STR(text);
	INT(mktime(localtime(&t)) == t);
	STR(asctime(gmtime(&t)));
	struct tm broken = {.tm_year = 100, .tm_mon = 13, .tm_mday = 40};
	INT(mktime(&broken));
	INT(broken.tm_mon);
	INT(difftime(10, 4));
	INT(strptime("2001-02-03", "%Y-%m-%d", &broken) != NULL);
	INT(broken.tm_yday);
}

static void waiting(void)
{
	section("poll");
	int fd = open("in/hello", O_RDONLY);
	struct pollfd fds[] = {{.fd = fd, .events = POLLIN}, {.fd = 1, .events = POLLOUT}};
	GET(poll(fds, 1, 0) >= 0);
	GET(poll(&fds[1], 1, 10));
	INT((fds[1].revents & POLLOUT) != 0);
	GET(poll(NULL, 0, 1));
	fd_set set;
	FD_ZERO(&set);
	FD_SET(1, &set);
	struct timeval tv = {0, 1000};
	GET(select(2, NULL, &set, NULL, &tv));
	INT(FD_ISSET(1, &set) != 0);
	close(fd);
}

/* ---- chance, arguments, environment */

static void chance(void)
{
	unsigned char a[256], b[256];
	section("chance");
	srand(1);
	INT(rand());
	INT(rand());
	srand(1);
	INT(rand());
	srandom(5);
	INT(random());
	srand48(3);
	INT(lrand48());
	DO(getentropy(a, sizeof(a)));
	DO(getentropy(b, sizeof(b)));
	INT(memcmp(a, b, sizeof(a)) != 0);
	DO(getentropy(a, 257));
	arc4random_buf(a, sizeof(a));
	INT(memcmp(a, b, sizeof(a)) != 0);
	INT(arc4random_uniform(1));
}

static void environment(int argc, char **argv)
{
	section("arguments and environment");
	INT(argc);
	for (int i = 1; i < argc; i++)
		STR(argv[i]);
	INT(argv[argc] == NULL);
	for (char **e = environ; *e; e++)
		STR(*e);
	STR(getenv("NAME"));
	STR(getenv("EMPTY"));
	STR(getenv("NONE"));
	DO(setenv("NAME", "other", 0));
	STR(getenv("NAME"));
	DO(setenv("NAME", "other", 1));
	STR(getenv("NAME"));
	DO(setenv("A=B", "x", 1));
	DO(putenv((char[]){"PUT=yes"}));
	STR(getenv("PUT"));
	DO(unsetenv("PUT"));
	STR(getenv("PUT"));
	DO(clearenv());
	STR(getenv("NAME"));
	char *args[] = {"prog", "-a", "-b", "value", "--long=7", "-x", "operand", NULL};
	static const struct option long_options[] = {{"long", required_argument, NULL, 'l'}, {NULL, 0, NULL, 0}};
	opterr = 0;
	for (int c; (c = getopt_long(7, args, "ab:", long_options, NULL)) != -1;)
		printf("getopt: %c %s\n", c, c == '?' || !optarg ? "-" : optarg);
	STR(args[optind]);
}

/* ---- the rest of libc, where it is built on what is below, or easily broken */

static void numbers(void)
{
	char text[256];
	section("numbers");
	snprintf(text, sizeof(text), "%.3Lf %Lg %La %.10Le", 1.5L, 1e100L, 0.1L, 3.14159265358979323846L);
	STR(text);
	snprintf(text, sizeof(text), "%a %.0f %.0f %g %e %G", 0.1, 0.5, 1.5, 1e-5, 12345.678, 1e300);
	STR(text);
	snprintf(text, sizeof(text), "%f %f %f %5.1f|%-8d|%+d|% d|%08.3f|%#x|%#o", (double)INFINITY, -(double)INFINITY, (double)NAN, 2.25, 7, 7,
		 7, -3.14159, 255, 8);
	STR(text);
	snprintf(text, sizeof(text), "%hhd %hd %ld %lld %jd %zu %td %p", 300, 70000, 5L, 1LL << 40, (intmax_t)-1, (size_t)9,
		 (ptrdiff_t)-3, (void *)0x1234);
	STR(text);
	snprintf(text, sizeof(text), "%*d|%-*d|%.*s|%5s|%-5s|%c|%%", 4, 42, 4, 42, 2, "abcdef", "ab", "ab", 'c');
	STR(text);
	INT(snprintf(text, 4, "%s", "longer"));
	STR(text);
	INT(snprintf(NULL, 0, "%d", 12345));
	snprintf(text, sizeof(text), "%ls %lc", L"wide", (wint_t)L'w');
	STR(text);
	char *end;
	errno = 0;
	printf("%.17g %.17g %.17g %.17g\n", strtod("0x1.8p3", &end), strtod("1e400", NULL), strtod("-inf", NULL), strtod("4.9e-324", NULL));
	STR(error_name(errno));
	printf("%.17g %.9g %.20Lg\n", strtod("0.1", NULL), (double)strtof("0.1", NULL), strtold("0.1", NULL));
	STR((strtod("12abc", &end), end));
	STR((strtod("abc", &end), end));
	errno = 0;
	INT(strtol("99999999999", NULL, 10));
	STR(error_name(errno));
	errno = 0;
	INT(strtoll("-9223372036854775809", NULL, 10));
	STR(error_name(errno));
	INT(strtol("0x1f", NULL, 0));
	INT(strtol("0777", NULL, 0));
	INT(strtoul("-1", NULL, 10));
	INT(strtol("z", NULL, 36));
	errno = 0;
	INT(strtol("1", NULL, 99));
	STR(error_name(errno));
	int a = 0, b = 0;
	float f = 0;
	char word[8] = "";
	INT(sscanf("12 0x1f 2.5 word rest", "%d %i %f %7s", &a, &b, &f, word));
	printf("%d %d %g %s\n", a, b, (double)f, word);
	long double ld = 0;
	INT(sscanf("1.25", "%Lf", &ld));
	printf("%Lg\n", ld);
	INT(sscanf("a,b", "%*[^,],%c", word));
	INT(sscanf("", "%d", &a));
	HEX(FLT_ROUNDS);
	printf("%.17g %.17g %.17g %.17g\n", sin(1), exp(1), pow(2, 0.5), fma(3, 4, 5));
	printf("%.17g %.17g %.17g %.17g\n", tgamma(5.5), fmod(7, 3), round(2.5), rint(2.5));
	printf("%.17g %d %ld %d\n", ldexp(0.75, 4), ilogb(1000), lround(-2.5), isnan(sqrt(-1)) != 0);
	INT(INT64_C(-7) / 2);
	INT(abs(-5) + (int)labs(-6L) + div(7, -2).quot);
	INT(__builtin_popcountll(UINT64_MAX >> 7));
}

static int descending(const void *a, const void *b)
{
	return *(const int *)b - *(const int *)a;
}

static jmp_buf there;
static volatile int jumped;

__attribute__((noinline)) static void jump(int n)
{
	if (n == 0)
		longjmp(there, 5);
	jump(n - 1);
	jumped = -1;
}

static volatile sig_atomic_t caught;

static void on_signal(int number)
{
	caught = number;
}

static void library(void)
{
	section("library");
	int numbers[] = {3, 9, -2, 7, 7, 0}, key = 7;
	qsort(numbers, 6, sizeof(int), descending);
	for (int i = 0; i < 6; i++)
		printf("%d ", numbers[i]);
	puts("");
	INT(bsearch(&key, numbers, 6, sizeof(int), descending) != NULL);
	key = 8;
	INT(bsearch(&key, numbers, 6, sizeof(int), descending) != NULL);
	jumped = setjmp(there);
	if (!jumped)
		jump(10);
	INT(jumped);
	INT(signal(SIGUSR1, on_signal) == SIG_DFL);
	INT(raise(SIGUSR1));
	INT(caught == SIGUSR1);
	INT(signal(SIGUSR1, SIG_IGN) == on_signal);
	INT(raise(SIGUSR1));
	STR(strsignal(SIGINT));
	STR(strerror(ENOENT));
	STR(strerror(0));
	STR(setlocale(LC_ALL, NULL));
	STR(setlocale(LC_ALL, ""));
	STR(localeconv()->decimal_point);
	INT(isalpha('a') && !isalpha(0xE4) && isxdigit('f') && ispunct('!') && toupper('z') == 'Z');
	wchar_t wide[16];
	INT(mbstowcs(wide, "gr\xc3\xbc\xc3\x9f", 16));
	HEX(wide[2]);
	char text[32];
	INT(wcstombs(text, L"\x20ac", sizeof(text)));
	STR(text);
	INT(strcasecmp("HeLLo", "hEllO"));
	char copy[] = "a,b,,c", *save, *token = strtok_r(copy, ",", &save);
	for (; token; token = strtok_r(NULL, ",", &save))
		STR(token);
	STR(strstr("hello", "ll"));
	INT(strspn("aabbc", "ab"));
	STR(strpbrk("hello", "xyzl"));
	void *p = NULL;
	INT(posix_memalign(&p, 64, 100));
	INT((uintptr_t)p % 64);
	free(p);
	p = aligned_alloc(4096, 8192);
	INT((uintptr_t)p % 4096);
	free(p);
	p = calloc(100, 4);
	INT(((char *)p)[399]);
	p = realloc(p, 100000);
	INT(p != NULL);
	free(p);
	errno = 0;
	INT(calloc(SIZE_MAX / 2, 4) == NULL);
	STR(error_name(errno));
	p = mmap(NULL, 10000, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	INT(p != MAP_FAILED && ((char *)p)[9999] == 0);
	DO(munmap(p, 10000));
	int fd = open("in/hello", O_RDONLY);
	p = mmap(NULL, 12, PROT_READ, MAP_PRIVATE, fd, 0);
	INT(p != MAP_FAILED && memcmp(p, "hello\nworld\n", 12) == 0);
	munmap(p, 12);
	close(fd);
	INT(getpid() > 0);
	INT(sysconf(_SC_PAGESIZE));
	INT(sysconf(_SC_NPROCESSORS_ONLN));
	INT(pathconf("/", _PC_NAME_MAX));
	STR(basename((char[]){"/a/b/c"}));
	INT(sizeof(long) * 1000 + sizeof(void *) * 100 + sizeof(time_t) * 10 + sizeof(off_t));
	INT(sizeof(long double));
	DO(isatty(12345) ? 0 : -1);
}

static void last(void)
{
	puts("last");
}

static void first(void)
{
	puts("first");
	atexit(last);
}

int main(int argc, char **argv)
{
	standard_streams();
	modes();
	streams();
	descriptors();
	removed_files();
	opening();
	folders();
	renaming();
	metadata();
	sizes();
	working_folder();
	links();
	times();
	clocks();
	waiting();
	chance();
	environment(argc, argv);
	numbers();
	library();
	list("/");
	section("end");
	atexit(first);
	exit(42);
}
