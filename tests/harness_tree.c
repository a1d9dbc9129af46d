#include "harness/tree.h"

#include "core/mem.h"
#include "core/parallel.h"
#include "core/prng.h"
#include "tests/tap.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct fs_walk_limits ample = {
	.entries = 1000, .file_bytes = 1 << 20, .total_bytes = 1 << 22, .depth = 20,
};

static struct err err;

static const char *text_of(const struct tree *tree, const char *path)
{
	const struct tree_node *node = tree_find(tree, path);
	return node && node->type != TREE_FOLDER ? node->content.ptr : NULL;
}

static enum tree_type type_of(const struct tree *tree, const char *path)
{
	const struct tree_node *node = tree_find(tree, path);
	return node ? node->type : (enum tree_type)99;
}

static int add(struct tree *tree, const char *path, const char *text)
{
	err = (struct err){0};
	return tree_add_file(tree, path, str_of(text), &err);
}

static struct hash hash_all(const struct tree *tree)
{
	struct hasher h;
	hasher_init(&h);
	tree_hash_into(tree_root(tree), &h);
	return hasher_finish(&h);
}

static bool hashes_eq(const struct tree *a, const struct tree *b)
{
	struct hash of_a = hash_all(a), of_b = hash_all(b);
	return hash_eq(&of_a, &of_b);
}

/* ---- putting files in */

static void adds_files_with_their_parents(void)
{
	SCOPED_TREE struct tree *tree = tree_new();
	char bytes[] = "int a;";
	is_int(tree_add_file(tree, "/src/deep/a.c", str_of(bytes), &err), 0);
	bytes[4] = 'b';
	is_str(text_of(tree, "/src/deep/a.c"), "int a;"); /* the bytes were copied */
	is_int(type_of(tree, "/src/deep"), TREE_FOLDER);
	is_int(type_of(tree, "/src"), TREE_FOLDER);
	ok(tree_find(tree, "/") == tree_root(tree));
	ok(tree_find(tree, "") == tree_root(tree));
	is_str(tree_root(tree)->name, "");
	ok(tree_find(tree, "/src/deep/b.c") == NULL);
	ok(tree_find(tree, "/src/deep/a.c/more") == NULL);
	ok(tree_find(tree, "/sr") == NULL);
	ok(tree_child(tree_find(tree, "/src/deep/a.c"), STR("x")) == NULL);

	is_int(tree_add_file(tree, "/nothing", (struct str){0}, &err), 0);
	is_int(tree_find(tree, "/nothing")->content.len, 0);
	is_int(tree_add_file(tree, "/nul", (struct str){"a\0b", 3}, &err), 0);
	is_mem(tree_find(tree, "/nul")->content.ptr, "a\0b", 3);
}

static void later_files_replace_earlier_ones(void)
{
	SCOPED_TREE struct tree *tree = tree_new();
	add(tree, "/a/b", "one");
	const struct tree_node *node = tree_find(tree, "/a/b");
	struct hash one = tree_file_hash(node), two = hash_of(STR("second"));
	is_int(add(tree, "/a/b", "second"), 0);
	is_str(text_of(tree, "/a/b"), "second");
	ok(tree_find(tree, "/a/b") == node);
	is_int(tree_find(tree, "/a")->children_len, 1);
	struct hash now = tree_file_hash(node);
	ok(!hash_eq(&now, &one));
	ok(hash_eq(&now, &two));
}

static void files_and_folders_do_not_mix(void)
{
	SCOPED_TREE struct tree *tree = tree_new();
	add(tree, "/a/b", "text");
	is_int(add(tree, "/a/b/c", "x"), -1);
	is_str(err.text, "/a/b/c: b is not a folder");
	is_int(err.kind, ERR_PARSE);
	is_int(add(tree, "/a", "x"), -1);
	is_str(err.text, "/a is a folder in one place and a file in another");
	is_int(tree_add_folder(tree, "/a/b", true, &err), -1);
	is_int(tree_add_folder(tree, "/a/b/c", true, &err), -1);
	is_int(add(tree, "/", "x"), -1);
	is_int(add(tree, "", "x"), -1);
	is_str(text_of(tree, "/a/b"), "text");
	is_int(tree_find(tree, "/a")->children_len, 1);
}

static void paths_are_cleaned_or_refused(void)
{
	static const char *const same[] = {"/a/b", "a/b", "//a///b", "/./a/././b", "./a/b"};
	for (size_t i = 0; i < countof(same); i++) {
		SCOPED_TREE struct tree *tree = tree_new();
		add(tree, same[i], "x");
		tap_ok(type_of(tree, "/a/b") == TREE_FILE && tree_root(tree)->children_len == 1 &&
			       tree_find(tree, same[i]) == tree_find(tree, "/a/b"),
		       same[i], __FILE__, __LINE__);
	}
	/* To a guest ".." is a step upwards, never a name. */
	static const char *const upwards[] = {"..", "/..", "/../a", "/a/..", "/a/../b", "a/b/../../../etc"};
	for (size_t i = 0; i < countof(upwards); i++) {
		SCOPED_TREE struct tree *tree = tree_new();
		bool refused = add(tree, upwards[i], "x") == -1 && err.kind == ERR_PARSE &&
			       tree_add_folder(tree, upwards[i], true, NULL) == -1;
		tap_ok(refused && !tree_find(tree, upwards[i]), upwards[i], __FILE__, __LINE__);
	}
	SCOPED_TREE struct tree *tree = tree_new();
	is_int(add(tree, "/...", "x"), 0);
	is_int(add(tree, "/..a", "x"), 0);
	is_int(add(tree, "/.a", "x"), 0);
}

/* A guest reads names into a buffer that holds 255 bytes, and what walks a tree
 * recurses. */
static void names_and_depth_are_bounded(void)
{
	SCOPED_TREE struct tree *tree = tree_new();
	char name[2000];
	memset(name, 'n', sizeof(name));
	name[TREE_NAME_MAX] = '\0';
	is_int(add(tree, name, "x"), 0);
	name[TREE_NAME_MAX] = 'n';
	name[TREE_NAME_MAX + 1] = '\0';
	is_int(add(tree, name, "x"), -1);
	is_int(err.kind, ERR_LIMIT);
	ok(strstr(err.text, "a name longer than 255 bytes") != NULL);
	memset(name, 'n', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	is_int(add(tree, name, "x"), -1);
	ok(strstr(err.text, "a name longer than 255 bytes") != NULL); /* though the path itself is long */
	is_int(tree_root(tree)->children_len, 1);

	char deep[2 * TREE_DEPTH_MAX + 3];
	for (size_t i = 0; i <= TREE_DEPTH_MAX; i++)
		memcpy(deep + 2 * i, "/d", 3);
	is_int(add(tree, deep, "x"), -1);
	is_int(err.kind, ERR_LIMIT);
	deep[2 * TREE_DEPTH_MAX] = '\0';
	deep[1] = 'e';
	is_int(add(tree, deep, "x"), 0);
	is_str(text_of(tree, deep), "x");
}

static int by_bytes(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/* Thousands of random names, short ones being prefixes of long ones, each to be
 * found again, in byte order. */
static void children_are_in_byte_order(void)
{
	enum { NAMES = 3000 };
	static const char letters[] = "ab.A_\n \xC3\xFF";
	static char names[NAMES][8];
	static struct str sorted[NAMES];
	struct prng p = {1};
	SCOPED_TREE struct tree *tree = tree_new();
	for (size_t i = 0; i < NAMES; i++) {
		size_t len = 1 + prng_below(&p, 6);
		for (size_t j = 0; j < len; j++)
			names[i][j] = letters[prng_below(&p, sizeof(letters) - 1)];
		names[i][0] = names[i][0] == '.' ? 'a' : names[i][0];
		tree_add_file(tree, names[i], str_of(names[i]), NULL);
		sorted[i] = str_of(names[i]);
	}
	qsort(sorted, NAMES, sizeof(*sorted), by_bytes);
	const struct tree_node *root = tree_root(tree);
	size_t distinct = 0, wrong = 0;
	for (size_t i = 0; i < NAMES; i++) {
		if (i > 0 && str_eq(sorted[i], sorted[i - 1]))
			continue;
		const struct tree_node *child = tree_child(root, sorted[i]);
		wrong += distinct >= root->children_len || child != root->children[distinct] ||
			 !str_eq(child->content, sorted[i]);
		distinct++;
	}
	is_int(root->children_len, distinct);
	is_int(wrong, 0);
}

static void folders_can_be_writable(void)
{
	SCOPED_TREE struct tree *tree = tree_new();
	is_int(tree_add_folder(tree, "/tmp/x", true, &err), 0);
	ok(tree_find(tree, "/tmp/x")->writable);
	ok(!tree_find(tree, "/tmp")->writable);
	is_int(tree_add_folder(tree, "/tmp/x", false, &err), 0);
	ok(!tree_find(tree, "/tmp/x")->writable);
	is_int(tree_add_folder(tree, "/", true, &err), 0);
	ok(tree_root(tree)->writable);
}

/* ---- folders of the host */

static char host[64];

static const char *at(const char *name)
{
	static char path[4][512];
	static unsigned next;
	char *p = path[next++ % 4];
	snprintf(p, sizeof(path[0]), "%s/%s", host, name);
	return p;
}

static void put(const char *name, const char *text)
{
	if (fs_write(at(name), str_of(text), &err) < 0)
		tap_print("# %s\n", err.text);
}

static void new_host(void)
{
	const char *tmp = getenv("TMPDIR");
	snprintf(host, sizeof(host), "%.40s/recast-test-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(host))
		abort();
}

static int read_host(struct tree *tree, const char *to, const struct fs_walk_limits *limits)
{
	err = (struct err){0};
	return tree_add_host(tree, to, host, limits, NULL, &err);
}

static void host_folders_are_copied(void)
{
	new_host();
	put("plain.c", "int plain;");
	mkdir(at("sub"), 0700);
	put("sub/below", "deeper");
	mkdir(at("empty"), 0700);
	ok(symlink("sub/below", at("link")) == 0);
	ok(symlink("/etc/passwd", at("out")) == 0);
	ok(symlink("../../../etc", at("up")) == 0);
	ok(symlink("sub", at("folderlink")) == 0);
	ok(mkfifo(at("fifo"), 0600) == 0);
	put("with space", "1");
	put("with\nline", "2");
	put("not\xFFutf8", "3");
	put("-rf", "4");
	put("...", "5");
	SCOPED_TREE struct tree *tree = tree_new();
	is_int(read_host(tree, "/src", &ample), 0);
	is_str(text_of(tree, "/src/plain.c"), "int plain;");
	is_str(text_of(tree, "/src/sub/below"), "deeper");
	is_int(type_of(tree, "/src/empty"), TREE_FOLDER);
	is_int(tree_find(tree, "/src/empty")->children_len, 0);
	is_int(type_of(tree, "/src/link"), TREE_LINK);
	is_str(text_of(tree, "/src/link"), "sub/below");
	is_int(type_of(tree, "/src/out"), TREE_LINK);
	is_str(text_of(tree, "/src/out"), "/etc/passwd"); /* the target, not what is there */
	is_int(type_of(tree, "/src/up"), TREE_LINK);
	is_int(type_of(tree, "/src/folderlink"), TREE_LINK);
	ok(tree_find(tree, "/src/fifo") == NULL);
	is_str(text_of(tree, "/src/with space"), "1");
	is_str(text_of(tree, "/src/with\nline"), "2");
	is_str(text_of(tree, "/src/not\xFFutf8"), "3");
	is_str(text_of(tree, "/src/-rf"), "4");
	is_str(text_of(tree, "/src/..."), "5");
	is_int(tree_find(tree, "/src")->children_len, 12);
	ok(!tree_find(tree, "/src/plain.c")->writable);
	fs_remove(host, NULL);
}

static bool skips_sub(const char *path)
{
	return strcmp(path, "sub") != 0;
}

static void host_folders_lie_over_what_is_there(void)
{
	new_host();
	put("a", "host a");
	mkdir(at("sub"), 0700);
	put("sub/b", "host b");
	SCOPED_TREE struct tree *tree = tree_new();
	add(tree, "/src/a", "old a");
	add(tree, "/src/sub/c", "old c");
	struct hash before = tree_file_hash(tree_find(tree, "/src/a"));
	is_int(read_host(tree, "/src", &ample), 0);
	is_str(text_of(tree, "/src/a"), "host a");
	is_str(text_of(tree, "/src/sub/b"), "host b");
	is_str(text_of(tree, "/src/sub/c"), "old c");
	struct hash after = tree_file_hash(tree_find(tree, "/src/a"));
	ok(!hash_eq(&before, &after));

	/* A link may take a file's place, and the other way round. */
	unlink(at("a"));
	ok(symlink("sub/b", at("a")) == 0);
	is_int(read_host(tree, "/src", &ample), 0);
	is_int(type_of(tree, "/src/a"), TREE_LINK);
	is_int(add(tree, "/src/a", "file again"), 0);
	is_int(type_of(tree, "/src/a"), TREE_FILE);

	SCOPED_TREE struct tree *other = tree_new();
	is_int(tree_add_host(other, "/", host, &ample, skips_sub, &err), 0);
	is_int(tree_root(other)->children_len, 1);

	add(other, "/sub", "a file where the host has a folder");
	is_int(read_host(other, "/", &ample), -1);
	is_int(err.kind, ERR_PARSE);
	is_int(read_host(other, "/sub/x", &ample), -1);
	is_int(read_host(other, "/..", &ample), -1);
	fs_remove(host, NULL);
}

static bool refused_with(const struct fs_walk_limits *limits, const char *text)
{
	SCOPED_TREE struct tree *tree = tree_new();
	bool refused = read_host(tree, "/", limits) == -1 && err.kind == ERR_LIMIT && strstr(err.text, text);
	if (!refused)
		tap_print("# %s\n", err.text);
	return refused;
}

static void limits_of_a_host_folder(void)
{
	new_host();
	mkdir(at("one"), 0700);
	mkdir(at("one/two"), 0700);
	put("one/two/a", "1234567890");
	put("one/two/b", "1234567890");
	struct fs_walk_limits limits = {.entries = 4, .file_bytes = 10, .total_bytes = 20, .depth = 2};
	SCOPED_TREE struct tree *tree = tree_new();
	is_int(read_host(tree, "/", &limits), 0);
	limits.entries = 3;
	ok(refused_with(&limits, "holds more than 3 files and folders"));
	limits.entries = 4;
	limits.file_bytes = 9;
	ok(refused_with(&limits, "one/two/a is larger than the limit of 9 bytes"));
	limits.file_bytes = 10;
	limits.total_bytes = 19;
	ok(refused_with(&limits, "holds more than the limit of 19 bytes"));
	limits.total_bytes = 20;
	limits.depth = 1;
	ok(refused_with(&limits, "one/two is nested more than 1 folders deep"));
	fs_remove(host, NULL);
	is_int(read_host(tree, "/", &ample), -1);
	is_int(err.kind, ERR_OS);
}

/* ---- tar archives */

static char archive[64 * 512];
static size_t archive_len;

static void tar_number(char *field, size_t digits, uint64_t value)
{
	snprintf(field, digits + 1, "%0*llo", (int)digits, (unsigned long long)value);
}

/* Appends a member and gives its header. */
static char *tar_member(const char *prefix, const char *name, char type, struct str content)
{
	char *header = archive + archive_len;
	memset(header, 0, 512);
	memcpy(header, name, min_size(strlen(name), 100));
	tar_number(header + 100, 7, 0644);
	tar_number(header + 124, 11, content.len);
	header[156] = type;
	memcpy(header + 257, "ustar\0" "00", 8);
	memcpy(header + 345, prefix, min_size(strlen(prefix), 155));
	if (content.len)
		memcpy(header + 512, content.ptr, content.len);
	archive_len += 512 + (content.len + 511) / 512 * 512;
	memset(archive + archive_len, 0, 1024);
	return header;
}

static char *tar_file(const char *name, const char *text)
{
	return tar_member("", name, '0', str_of(text));
}

static int tar_read(struct tree *tree, const char *to, size_t len)
{
	err = (struct err){0};
	/* A block of its own size, so that ASan sees a read past the end. */
	SCOPED_MEM char *copy = mem_zalloc(len, 1);
	memcpy(copy, archive, len);
	if (len == archive_len + 1024)
		return tree_add_tar(tree, to, (struct str){archive, len}, &err);
	return tree_add_tar(tree, to, (struct str){copy, len}, &err);
}

static int tar_read_all(struct tree *tree, const char *to)
{
	return tar_read(tree, to, archive_len + 1024);
}

static void reads_a_good_archive(void)
{
	char name[101], prefix[156];
	memset(name, 'n', 100);
	memset(prefix, 'p', 155);
	name[100] = prefix[155] = '\0';
	char exact[512];
	memset(exact, 'e', sizeof(exact));
	archive_len = 0;
	tar_member("", "include/", '5', (struct str){0});
	tar_file("include/stdio.h", "int puts(const char *);");
	tar_member("very/long", "x.h", '\0', STR("old kind of file"));
	tar_member(prefix, name, '0', STR("both fields full"));
	tar_member("", "exact", '0', (struct str){exact, sizeof(exact)});
	tar_member("", "empty", '0', (struct str){0});
	tar_file("include/stdio.h", "again");
	SCOPED_TREE struct tree *tree = tree_new();
	is_int(tar_read_all(tree, "/usr"), 0);
	is_int(tree_find(tree, "/usr")->children_len, 5);
	is_int(type_of(tree, "/usr/include"), TREE_FOLDER);
	ok(str_eq(tree_find(tree, "/usr/include/stdio.h")->content, STR("again")));
	ok(str_eq(tree_find(tree, "/usr/very/long/x.h")->content, STR("old kind of file")));
	char path[300];
	snprintf(path, sizeof(path), "/usr/%s/%s", prefix, name);
	ok(tree_find(tree, path) && str_eq(tree_find(tree, path)->content, STR("both fields full")));
	ok(str_eq(tree_find(tree, "/usr/exact")->content, (struct str){exact, sizeof(exact)}));
	is_int(tree_find(tree, "/usr/empty")->content.len, 0);
	/* borrowed, not copied */
	const char *bytes = tree_find(tree, "/usr/exact")->content.ptr;
	ok(bytes > archive && bytes < archive + sizeof(archive));
}

static void a_cut_archive_is_refused(void)
{
	archive_len = 0;
	tar_file("a", "one block");
	tar_member("", "b/", '5', (struct str){0});
	tar_file("b/c", "another block");
	size_t wrong = 0;
	for (size_t len = 0; len < archive_len + 512; len += 8) {
		SCOPED_TREE struct tree *tree = tree_new();
		wrong += tar_read(tree, "/", len) != -1 || strcmp(err.text, "not a complete tar archive") != 0;
	}
	is_int(wrong, 0);
	SCOPED_TREE struct tree *tree = tree_new();
	is_int(tar_read(tree, "/", archive_len + 512), 0);
	is_int(tar_read(tree, "/", archive_len + 1023), 0);
	archive_len = 0;
	memset(archive, 0, 1024);
	is_int(tar_read(tree, "/", 512), 0);
	archive[511] = 1; /* neither a header nor the end */
	is_int(tar_read(tree, "/", 512), -1);
}

static void a_damaged_header_is_refused(void)
{
	static const char *const sizes[] = {
		"0000000008", "-000000001", "0x10",	  "1 2",	 "77777777777", "777777777777",
		"\x80\0\0\0\0\0\0\0\0\0\0\x01", "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", "00000001000",
	};
	for (size_t i = 0; i < countof(sizes); i++) {
		archive_len = 0;
		char *header = tar_file("a", "text");
		memset(header + 124, 0, 12);
		memcpy(header + 124, sizes[i], min_size(12, i == 6 ? 12 : strlen(sizes[i])));
		archive_len = 512;
		memset(archive + 512, 0, 1024);
		SCOPED_TREE struct tree *tree = tree_new();
		/* the last one is 512: all there is behind it but no end */
		bool refused = tar_read(tree, "/", i == countof(sizes) - 1 ? 1024 : 1536) == -1;
		tap_ok(refused && tree_root(tree)->children_len <= 1, i == 6 ? "base 256" : sizes[i], __FILE__, __LINE__);
	}
	archive_len = 0;
	char *header = tar_file("a", "text");
	memcpy(header + 124, " 4 ", 4); /* as some write it */
	SCOPED_TREE struct tree *tree = tree_new();
	is_int(tar_read_all(tree, "/"), 0);
	is_int(tree_find(tree, "/a")->content.len, 4);
	header[257] = 'U';
	is_int(tar_read_all(tree, "/"), -1);
}

static void an_archive_cannot_leave_its_place(void)
{
	static const struct {
		const char *prefix, *name, *lands; /* NULL: refused */
	} cases[] = {
		{"", "/etc/passwd", "/usr/etc/passwd"},
		{"/", "a", "/usr/a"},
		{"", "//a//b", "/usr/a/b"},
		{"", "./a", "/usr/a"},
		{"a/.", "./b", "/usr/a/b"},
		{"", "../a", NULL},
		{"", "a/../../b", NULL},
		{"..", "a", NULL},
		{"a/..", "b", NULL},
		{"", "..", NULL},
		{"", ".", NULL}, /* a file in a folder's place */
		{"", "/", NULL},
	};
	for (size_t i = 0; i < countof(cases); i++) {
		archive_len = 0;
		tar_member(cases[i].prefix, cases[i].name, '0', STR("x"));
		SCOPED_TREE struct tree *tree = tree_new();
		tree_add_folder(tree, "/usr", false, NULL);
		int result = tar_read_all(tree, "/usr");
		const char *lands = cases[i].lands;
		bool good = lands ? result == 0 && type_of(tree, lands) == TREE_FILE
				  : result == -1 && tree_root(tree)->children_len == 1;
		tap_ok(good, cases[i].name, __FILE__, __LINE__);
	}
}

static void other_kinds_of_members_are_refused(void)
{
	size_t read = 0;
	for (int type = 0; type < 256; type++) {
		archive_len = 0;
		memcpy(tar_member("", "a", (char)type, (struct str){0}) + 157, "/etc/passwd", 12);
		SCOPED_TREE struct tree *tree = tree_new();
		bool was_read = tar_read_all(tree, "/") == 0;
		read += was_read;
		if (was_read != (type == '0' || type == '5' || type == 0))
			tap_print("# type %d\n", type);
		if (type == '1' || type == '2' || type == 'x' || type == 'L')
			ok(!was_read && strstr(err.text, "/a: a member of a kind that is not read here"));
	}
	is_int(read, 3);
	archive_len = 0;
	tar_file("a", "x");
	tar_file("a/b", "x");
	SCOPED_TREE struct tree *tree = tree_new();
	is_int(tar_read_all(tree, "/"), -1);
	ok(strstr(err.text, "a is not a folder") != NULL);
	archive_len = 0;
	tar_file("a", "x");
	tar_member("", "a/", '5', (struct str){0});
	is_int(tar_read_all(tree, "/"), -1);
	ok(strstr(err.text, "a folder in one place and a file in another") != NULL);
}

/* ---- trees in trees */

static void grafts_share_nodes(void)
{
	SCOPED_TREE struct tree *sysroot = tree_new();
	add(sysroot, "/include/stdio.h", "puts");
	add(sysroot, "/lib/libc.a", "archive");
	SCOPED_TREE struct tree *tree = tree_new();
	add(tree, "/usr/gone", "was here before");
	is_int(tree_graft(tree, "/usr", sysroot, "/", &err), 0);
	is_int(tree_graft(tree, "/only/include", sysroot, "include", &err), 0);
	ok(tree_find(tree, "/usr/include/stdio.h") == tree_find(sysroot, "/include/stdio.h"));
	ok(tree_find(tree, "/only/include/stdio.h") == tree_find(sysroot, "/include/stdio.h"));
	ok(tree_find(tree, "/usr/gone") == NULL);
	is_str(tree_find(tree, "/usr")->name, "usr");
	is_int(tree_find(tree, "/usr")->children_len, 2);
	is_int(add(tree, "/src/a.c", "beside it"), 0);
	is_int(tree_add_folder(tree, "/usr", true, &err), 0);
	ok(!tree_root(sysroot)->writable);
	is_int(tree_root(sysroot)->children_len, 2);

	is_int(tree_graft(tree, "/x", sysroot, "/nowhere", &err), -1);
	is_int(err.kind, ERR_BUG);
	is_int(tree_graft(tree, "/x", sysroot, "/lib/libc.a", &err), -1);
	is_int(tree_graft(tree, "/src/a.c", sysroot, "/", &err), -1);
	is_int(err.kind, ERR_PARSE);

	SCOPED_TREE struct tree *empty = tree_new();
	is_int(tree_graft(tree, "/usr", empty, "/", &err), 0);
	is_int(tree_find(tree, "/usr")->children_len, 0);
	is_int(tree_graft(tree, "/", sysroot, "/", &err), 0);
	is_str(text_of(tree, "/lib/libc.a"), "archive");
	ok(tree_find(tree, "/src") == NULL);
}

static void freeing_nothing_is_allowed(void)
{
	tree_free(NULL);
	struct tree *tree = NULL;
	tree_free_pointer(&tree);
	ok(tree == NULL);
}

/* ---- hashes */

enum { HASHED_FILES = 50, LOOKS = 4000 };

struct hashing {
	struct tree *tree;
	const struct tree_node *nodes[HASHED_FILES];
	struct hash wanted[HASHED_FILES];
	_Atomic size_t wrong;
};

static void look(void *data, size_t i)
{
	struct hashing *h = data;
	struct hash got = tree_file_hash(h->nodes[i % HASHED_FILES]);
	h->wrong += !hash_eq(&got, &h->wanted[i % HASHED_FILES]);
}

static void hashes_are_made_by_several_threads(void)
{
	struct hashing h = {.tree = tree_new()};
	for (size_t i = 0; i < HASHED_FILES; i++) {
		char path[16], text[16];
		snprintf(path, sizeof(path), "/%zu", i);
		snprintf(text, sizeof(text), "text %zu", i % 7);
		add(h.tree, path, text);
		h.nodes[i] = tree_find(h.tree, path);
		h.wanted[i] = hash_of(str_of(text));
	}
	struct parallel p = {.threads = 8, .stack_bytes = 1 << 20, .work = look, .data = &h};
	is_int(parallel_run(&p, LOOKS, &err), 0);
	is_int(h.wrong, 0);
	tree_free(h.tree);
}

static void equal_trees_have_equal_hashes(void)
{
	SCOPED_TREE struct tree *a = tree_new(), *b = tree_new();
	ok(hashes_eq(a, b));
	add(a, "/x/1", "one");
	add(a, "/x/2", "two");
	add(b, "/x/2", "something else first");
	add(b, "/x/2", "two");
	add(b, "/x/1", "one");
	ok(hashes_eq(a, b)); /* the order does not matter */
	add(b, "/x/1", "One");
	ok(!hashes_eq(a, b));
	add(b, "/x/1", "one");
	ok(hashes_eq(a, b));
	tree_add_folder(b, "/x", true, NULL);
	ok(!hashes_eq(a, b));
	tree_add_folder(b, "/x", false, NULL);
	tree_add_folder(b, "/x/3", false, NULL);
	ok(!hashes_eq(a, b));
	add(a, "/x/3", ""); /* an empty file is no empty folder */
	ok(!hashes_eq(a, b));

	/* The same names and texts, split in other places. */
	SCOPED_TREE struct tree *c = tree_new(), *d = tree_new();
	add(c, "/ab/c", "d");
	add(d, "/a/bc", "d");
	ok(!hashes_eq(c, d));
	SCOPED_TREE struct tree *e = tree_new(), *f = tree_new();
	tree_add_folder(e, "/a/b", false, NULL);
	tree_add_folder(f, "/a", false, NULL);
	tree_add_folder(f, "/b", false, NULL);
	ok(!hashes_eq(e, f));
}

int main(void)
{
	tap_run("adds files with their parents", adds_files_with_their_parents);
	tap_run("later files replace earlier ones", later_files_replace_earlier_ones);
	tap_run("files and folders do not mix", files_and_folders_do_not_mix);
	tap_run("paths are cleaned or refused", paths_are_cleaned_or_refused);
	tap_run("names and depth are bounded", names_and_depth_are_bounded);
	tap_run("children are in byte order", children_are_in_byte_order);
	tap_run("folders can be writable", folders_can_be_writable);
	tap_run("host folders are copied", host_folders_are_copied);
	tap_run("host folders lie over what is there", host_folders_lie_over_what_is_there);
	tap_run("limits of a host folder", limits_of_a_host_folder);
	tap_run("reads a good archive", reads_a_good_archive);
	tap_run("a cut archive is refused", a_cut_archive_is_refused);
	tap_run("a damaged header is refused", a_damaged_header_is_refused);
	tap_run("an archive cannot leave its place", an_archive_cannot_leave_its_place);
	tap_run("other kinds of members are refused", other_kinds_of_members_are_refused);
	tap_run("grafts share nodes", grafts_share_nodes);
	tap_run("freeing nothing is allowed", freeing_nothing_is_allowed);
	tap_run("hashes are made by several threads", hashes_are_made_by_several_threads);
	tap_run("equal trees have equal hashes", equal_trees_have_equal_hashes);
	return tap_done();
}
