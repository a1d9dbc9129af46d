#include "harness/address.h"

#include "harness/gitref.h"
#include "tests/tap.h"

static struct arena arena;
static struct err err;

static const struct {
	const char *source, *clean, *url, *user, *password, *name;
	enum address_kind kind;
} good[] = {
	{"https://host/a/lib.git", "https://host/a/lib.git", "https://host/a/lib.git", NULL, NULL, "lib", ADDRESS_HTTP},
	{"HTTPS://host:80/a/", "HTTPS://host:80/a/", "HTTPS://host:80/a/", NULL, NULL, "a", ADDRESS_HTTP},
	{"https://u:p@host/a", "https://host/a", "https://host/a", "u", "p", "a", ADDRESS_HTTP},
	{"https://token@host/a", "https://host/a", "https://host/a", "token", NULL, "a", ADDRESS_HTTP},
	{"https://u:p@ss@host/a", "https://host/a", "https://host/a", "u", "p@ss", "a", ADDRESS_HTTP},
	{"https://u:p%2Fs%40@host/a", "https://host/a", "https://host/a", "u", "p/s@", "a", ADDRESS_HTTP},
	{"https://u:%zz%4@host/a", "https://host/a", "https://host/a", "u", "%zz%4", "a", ADDRESS_HTTP},
	{"https://:p@host/a", "https://host/a", "https://host/a", NULL, "p", "a", ADDRESS_HTTP},
	{"https://host/a@b/c", "https://host/a@b/c", "https://host/a@b/c", NULL, NULL, "c", ADDRESS_HTTP},
	{"https://host/a?token=x#y", "https://host/a", "https://host/a?token=x", NULL, NULL, "a", ADDRESS_HTTP},
	{"http://[::1]:80/a", "http://[::1]:80/a", "http://[::1]:80/a", NULL, NULL, "a", ADDRESS_HTTP},
	{"http://u:p@[::1]/a", "http://[::1]/a", "http://[::1]/a", "u", "p", "a", ADDRESS_HTTP},
	{"git://host/a", "git://host/a", "git://host/a", NULL, NULL, "a", ADDRESS_GIT},
	{"ssh://git@host:22/a/b.git", "ssh://host:22/a/b.git", "ssh://git@host:22/a/b.git", "git", NULL, "b", ADDRESS_SSH},
	{"git+ssh://u:p@host/a", "git+ssh://host/a", "git+ssh://u@host/a", "u", "p", "a", ADDRESS_SSH},
	{"git@host:a/b.git", "host:a/b.git", "git@host:a/b.git", "git", NULL, "b", ADDRESS_SSH},
	{"host:b", "host:b", "host:b", NULL, NULL, "b", ADDRESS_SSH},
};

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static void addresses_are_taken_apart(void)
{
	for (size_t i = 0; i < countof(good); i++) {
		struct address got = {0};
		bool held = address_parse(good[i].source, &arena, &got, &err) == 0 && got.kind == good[i].kind &&
			    same(got.clean, good[i].clean) && same(got.url, good[i].url) && same(got.user, good[i].user) &&
			    same(got.password, good[i].password) && same(got.name, good[i].name) && !got.path &&
			    same(address_clean(good[i].source, &arena), good[i].clean) && address_is_one(good[i].source);
		if (!tap_ok(held, good[i].source, __FILE__, __LINE__))
			tap_print("# %d %s %s %s %s %s\n", got.kind, got.clean, got.url, got.user, got.password, got.name);
	}
}

/* What is refused, and that neither the error nor the clean form gives the secret away. */
static void what_is_refused_is_not_quoted(void)
{
	static const char *const bad[] = {
		"ext::sh -c secret",       "ftp://user:secret@host/a", "https://user:se/secret@host/a",
		"https://user:secret@/a",  "https://user:secret@host", "https://user:secret@host/",
		"user:secret@host:a",      "https://user:secret@ho st/a", "https://user:secret@host/a\r\nX: y",
		"https://u%00:secret@h/a", "https://u:secret%00@h/a",  "file://user:secret@host/a",
		"ssh://user:secret@-oProxyCommand=x/a", "ext+x::secret", "https://", "file://host/a", "file:///a%00b", "file://",
	};
	for (size_t i = 0; i < countof(bad); i++) {
		struct address got = {.kind = ADDRESS_GIT};
		err = (struct err){0};
		bool held = address_is_one(bad[i]) && address_parse(bad[i], &arena, &got, &err) == -1 &&
			    err.kind == ERR_USAGE && !strstr(err.text, "secret") &&
			    !strstr(address_clean(bad[i], &arena), "secret") && got.kind == ADDRESS_GIT;
		if (!ok(held))
			tap_print("# case %zu: %s\n", i, err.text);
	}
}

static void paths_are_left_alone(void)
{
	static const char *const paths[] = {"/a/b.git", "./a:b", "a/b:c", "", ".", "..", "dir", "with space:x", "/a@b:c", "a\nb",
					    ":a", "/u:p@host/x", "://host/a", "-oProxyCommand=x:a"};
	for (size_t i = 0; i < countof(paths); i++) {
		struct address got = {0};
		bool held = !address_is_one(paths[i]) && address_parse(paths[i], &arena, &got, &err) == 0 &&
			    got.kind == ADDRESS_PATH && same(got.path, paths[i]) &&
			    same(address_clean(paths[i], &arena), paths[i]);
		if (!ok(held))
			tap_print("# case %zu\n", i);
	}
	is_str(address_name("/a/b.git/", &arena), "b");
	is_str(address_name("/a/b/.git", &arena), "b");
	is_str(address_name("/", &arena), "");
	is_str(address_name(".git", &arena), "");
}

static void file_addresses_are_paths(void)
{
	struct address got = {0};
	is_int(address_parse("file:///a/b%20c.git", &arena, &got, &err), 0);
	is_str(got.path, "/a/b c.git");
	is_str(got.name, "b c");
	is_int(address_parse("file://localhost/a?b#c", &arena, &got, &err), 0);
	is_str(got.path, "/a?b#c");
}

static void texts_that_betray_are_known(void)
{
	struct address got = {0};
	is_int(address_parse("https://me:s%40cret@host/a?key=1", &arena, &got, &err), 0);
	ok(address_betrayed(&got, "cannot open https://host/a: s@cret"));
	ok(address_betrayed(&got, "s%40cret"));
	ok(address_betrayed(&got, "to me: no"));
	ok(address_betrayed(&got, "GET /a?key=1"));
	ok(!address_betrayed(&got, "cannot open https://host/a"));
	is_int(address_parse("git@host:a", &arena, &got, &err), 0);
	ok(!address_betrayed(&got, "remote: git says no"));
}

static void names_are_chosen(void)
{
	struct gitref items[] = {
		{.name = "HEAD", .id = {{1}}},          {.name = "refs/heads/main", .id = {{1}}},
		{.name = "refs/heads/dead", .id = {{2}}}, {.name = "refs/heads/both", .id = {{3}}},
		{.name = "refs/tags/both", .id = {{4}}}, {.name = "refs/tags/same", .id = {{5}}},
		{.name = "refs/heads/same", .id = {{5}}}, {.name = "refs/remotes/o/main", .id = {{6}}},
		{.name = "refs/notes/x", .id = {{7}}},
	};
	static const struct {
		const char *wanted, *found;
	} cases[] = {
		{"main", "refs/heads/main"}, {"HEAD", "HEAD"},   {"refs/notes/x", "refs/notes/x"}, {"o/main", "refs/remotes/o/main"},
		{"dead", "refs/heads/dead"}, {"beef", NULL},     {"same", "refs/heads/same"},      {"refs/tags/both", "refs/tags/both"},
	};
	struct gitref_list list = {.items = items, .len = countof(items)};
	for (size_t i = 0; i < countof(cases); i++) {
		const struct gitref *got = NULL;
		is_int(gitref_choose(&list, cases[i].wanted, "there", &got, &err), 0);
		is_str(got ? got->name : NULL, cases[i].found);
	}
	static const char *const refused[] = {"both", "notes/x", "x", "bee", "", "heads/main", "beefx", "refs/heads/"};
	for (size_t i = 0; i < countof(refused); i++) {
		const struct gitref *got = &items[0];
		is_int(gitref_choose(&list, refused[i], "there", &got, &err), -1);
		is_int(err.kind, ERR_USAGE);
		ok(got == &items[0]);
	}
	ok(strstr(err.text, "it has main, dead, both, both, same, same, o/main") != NULL);
}

static void an_address_within_another_keeps_its_secrets(void)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct address address;
	is_int(address_parse("x@https://user:s3cr3t@host/p", &scratch, &address, &err), -1);
	is_int(err.kind, ERR_USAGE);
	ok(strstr(err.text, "s3cr3t") == NULL);
	is_str(address_clean("x@https://user:s3cr3t@host/p", &scratch), "host/p");
}

int main(void)
{
	tap_run("an address within another keeps its secrets", an_address_within_another_keeps_its_secrets);
	tap_run("addresses are taken apart", addresses_are_taken_apart);
	tap_run("what is refused is not quoted", what_is_refused_is_not_quoted);
	tap_run("paths are left alone", paths_are_left_alone);
	tap_run("file addresses are paths", file_addresses_are_paths);
	tap_run("texts that betray are known", texts_that_betray_are_known);
	tap_run("names are chosen", names_are_chosen);
	arena_release(&arena);
	return tap_done();
}
