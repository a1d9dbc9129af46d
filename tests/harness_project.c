#include "harness/project.h"

#include "core/fs.h"
#include "core/json.h"
#include "core/mem.h"
#include "tests/tap.h"

#include <sys/stat.h>
#include <unistd.h>

static struct arena arena;
static struct err err;

static int parse(struct str text, struct project *ret)
{
	err = (struct err){0};
	return project_parse(text, "/project", &arena, ret, &err);
}

static const char *complaint(struct str text)
{
	struct project p;
	return parse(text, &p) == 0 ? "" : err.text;
}

/* The least that is accepted. */
static const char least[] = "{\"name\": \"lib\", \"library\": {\"sources\": [\"a.c\"]},"
			    " \"tests\": {\"programs\": [{\"name\": \"t\", \"sources\": [\"t.c\"]}]}}";

/* ---- what is read */

static bool strings_are(const struct strings *list, const char *wanted)
{
	char text[500];
	size_t at = 0;
	text[0] = '\0';
	for (size_t i = 0; i < list->len; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s|", list->items[i]);
	if (strcmp(text, wanted) != 0)
		tap_print("# %s, not %s\n", text, wanted);
	return strcmp(text, wanted) == 0;
}

static void defaults(void)
{
	struct project p;
	is_int(parse(str_of(least), &p), 0);
	is_str(p.folder, "/project");
	is_str(p.name, "lib");
	is_str(p.language, "c");
	ok(p.source.id == NULL);
	is_int(p.sealed.percent, 30);
	is_int(p.sealed.seed, 1);
	is_int(p.consent.len, 0);
	ok(!p.candidate.unjudged_allowed);
	ok(strings_are(&p.library.sources, "a.c|"));
	is_int(p.library.headers.len, 0);
	is_int(p.library.options.include.len + p.library.options.defines.len + p.library.options.flags.len, 0);
	ok(p.library.overlay.folder == NULL);
	is_int(p.library.overlay.files_len, 0);
	is_int(p.tests.sources.len, 0);
	ok(p.tests.overlay.folder == NULL);
	is_int(p.tests.programs_len, 1);
	const struct program *t = &p.tests.programs[0];
	is_str(t->name, "t");
	ok(strings_are(&t->sources, "t.c|"));
	is_int(t->each.len + t->exclude.len + t->args.len + t->env.len, 0);
	ok(t->stdin_file == NULL);
	is_str(t->cwd, "");
	ok(!t->writable);
	ok(t->report == NULL);
	is_int(t->configurations_len, 1);
	is_str(t->configurations[0].name, "");
	is_int(t->configurations[0].defines.len + t->configurations[0].flags.len, 0);
	is_int(t->configurations[0].expect.exit_code, 0);
	ok(t->configurations[0].expect.stdout_file == NULL);
	is_mem(&p.limits, &project_default_limits, sizeof(p.limits));
	is_int(p.limits.run.fuel, 50000000000);
	is_int(p.limits.run.deadline_ns, 300000000000);
	is_int(p.limits.run.memory_bytes, 512 << 20);
	is_int(p.limits.output_bytes, 4 << 20);
	is_int(p.limits.disk_bytes, 64 << 20);
	is_int(p.limits.clock_ns, 3600000000000);
	is_int(p.limits.build.deadline_ns, 120000000000);
	is_int(p.limits.build.memory_bytes, 2147483648);
	is_int(p.limits.build.output_max, 64 << 20);
}

static const char everything[] =
	"{\"$schema\": 5, \"version\": 1, \"name\": \"all\", \"language\": \"c\",\n"
	" \"source\": {\"tree\": \"0123456789abcdef0123456789abcdef01234567\"},\n"
	" \"sealed\": {\"percent\": 45, \"seed\": 67}, \"consent\": [\"README\", \"./tests//t1.c\"],\n"
	" \"candidate\": {\"unjudged\": \"allow\"},\n"
	" \"library\": {\"sources\": [\"src/*.c\", \"./src//deep/\"], \"headers\": [\"ini.h\"], \"include\": [\".\", \"inc\"],\n"
	"  \"defines\": [\"A\", \"B=2\"], \"flags\": [\"-O1\"], \"overlay\": \"over/lib\",\n"
	"  \"files\": {\"b.h\": \"text\", \"./a.h\": [\"one\", \"\", \"three\"]}},\n"
	" \"tests\": {\"sources\": [\"common.c\"], \"include\": [\"tests\"], \"defines\": [\"T\"], \"flags\": [\"-g\"],\n"
	"  \"overlay\": \"./over/tests\", \"files\": {\"t.h\": []}, \"report\": \"tap\", \"programs\": [\n"
	"   {\"name\": \"one\", \"sources\": [\"t1.c\"], \"include\": [\"i\"], \"defines\": [\"D\"], \"flags\": [\"-w\"],\n"
	"    \"args\": [\"-v\", \"\"], \"env\": {\"HOME\": \"/\", \"E\": \"\"}, \"stdin\": \"in.txt\", \"cwd\": \"./tests/\",\n"
	"    \"writable\": true, \"report\": \"unity\", \"expect\": {\"exit\": 3, \"stdout\": \"out.txt\"},\n"
	"    \"configurations\": [{\"name\": \"plain\"},\n"
	"     {\"name\": \"big\", \"defines\": [\"BIG\"], \"flags\": [\"-O2\"], \"expect\": {\"exit\": 4, \"stdout\": \"big.txt\"}}]},\n"
	"   {\"each\": [\"t_*.c\"], \"exclude\": [\"t_x.c\"], \"report\": \"exit\"},\n"
	"   {\"name\": \"three\", \"each\": [\"u_*.c\"], \"expect\": {\"stdout\": \"u.txt\"}}]},\n"
	" \"limits\": {\"fuel\": 9, \"deadline_s\": 1, \"memory_mib\": 2, \"output_kib\": 3, \"disk_mib\": 4, \"clock_s\": 5,\n"
	"  \"compile_deadline_s\": 6, \"compile_memory_mib\": 64, \"compile_output_mib\": 8}}\n";

static void every_key(void)
{
	struct project p;
	if (!is_int(parse(str_of(everything), &p), 0))
		tap_print("# %s\n", err.text);
	is_str(p.name, "all");
	is_str(p.source.id, "0123456789abcdef0123456789abcdef01234567");
	ok(p.source.is_tree);
	is_int(p.sealed.percent, 45);
	is_int(p.sealed.seed, 67);
	ok(strings_are(&p.consent, "README|tests/t1.c|"));
	ok(p.candidate.unjudged_allowed);
	const struct library *l = &p.library;
	ok(strings_are(&l->sources, "src/*.c|src/deep|"));
	ok(strings_are(&l->headers, "ini.h|"));
	ok(strings_are(&l->options.include, "|inc|"));
	ok(strings_are(&l->options.defines, "A|B=2|"));
	ok(strings_are(&l->options.flags, "-O1|"));
	is_str(l->overlay.folder, "over/lib");
	is_int(l->overlay.files_len, 2);
	is_str(l->overlay.files[0].path, "b.h");
	is_str(l->overlay.files[0].content.ptr, "text");
	is_str(l->overlay.files[1].path, "a.h");
	is_str(l->overlay.files[1].content.ptr, "one\n\nthree\n");

	ok(strings_are(&p.tests.sources, "common.c|"));
	ok(strings_are(&p.tests.options.include, "tests|"));
	ok(strings_are(&p.tests.options.defines, "T|"));
	ok(strings_are(&p.tests.options.flags, "-g|"));
	is_str(p.tests.overlay.folder, "over/tests");
	is_int(p.tests.overlay.files[0].content.len, 0);
	is_int(p.tests.programs_len, 3);

	const struct program *one = &p.tests.programs[0];
	ok(strings_are(&one->sources, "t1.c|"));
	ok(strings_are(&one->options.include, "i|"));
	ok(strings_are(&one->options.defines, "D|"));
	ok(strings_are(&one->options.flags, "-w|"));
	ok(strings_are(&one->args, "-v||"));
	ok(strings_are(&one->env, "HOME=/|E=|"));
	is_str(one->stdin_file, "in.txt");
	is_str(one->cwd, "tests");
	ok(one->writable);
	ok(one->report == testreport_find("unity"));
	is_int(one->configurations_len, 2);
	is_str(one->configurations[0].name, "plain");
	is_int(one->configurations[0].expect.exit_code, 3); /* inherited */
	is_str(one->configurations[0].expect.stdout_file, "out.txt");
	is_str(one->configurations[1].name, "big");
	ok(strings_are(&one->configurations[1].defines, "BIG|"));
	ok(strings_are(&one->configurations[1].flags, "-O2|"));
	is_int(one->configurations[1].expect.exit_code, 4);
	is_str(one->configurations[1].expect.stdout_file, "big.txt");

	const struct program *two = &p.tests.programs[1], *three = &p.tests.programs[2];
	ok(two->name == NULL);
	ok(strings_are(&two->each, "t_*.c|"));
	ok(strings_are(&two->exclude, "t_x.c|"));
	ok(two->report == NULL); /* its own "exit" wins */
	ok(three->report == testreport_find("tap"));
	is_int(three->configurations_len, 1);
	is_str(three->configurations[0].expect.stdout_file, "u.txt");

	is_int(p.limits.run.fuel, 9);
	is_int(p.limits.run.deadline_ns, 1000000000);
	is_int(p.limits.run.memory_bytes, 2 << 20);
	is_int(p.limits.output_bytes, 3 << 10);
	is_int(p.limits.disk_bytes, 4 << 20);
	is_int(p.limits.clock_ns, 5000000000);
	is_int(p.limits.build.deadline_ns, 6000000000);
	is_int(p.limits.build.memory_bytes, 64 << 20);
	is_int(p.limits.build.output_max, 8 << 20);
}

static void a_commit_is_no_tree(void)
{
	SCOPED_BUF struct buf text;
	struct project p;
	buf_init(&text, 1000);
	buf_printf(&text, "{\"source\": {\"commit\": \"0123456789abcdef0123456789abcdef01234567\"}, %s", least + 1);
	is_int(parse(buf_str(&text), &p), 0);
	is_str(p.source.id, "0123456789abcdef0123456789abcdef01234567");
	ok(!p.source.is_tree);
}

/* Nothing points into the text or the JSON value, which is gone by then. */
static void results_outlive_the_text(void)
{
	struct project p;
	char *text = mem_strdup(everything);
	is_int(parse(str_of(text), &p), 0);
	memset(text, '#', strlen(text));
	free(text);
	is_str(p.name, "all");
	ok(strings_are(&p.library.sources, "src/*.c|src/deep|"));
	is_str(p.library.overlay.files[1].content.ptr, "one\n\nthree\n");
	is_str(p.tests.programs[0].configurations[1].expect.stdout_file, "big.txt");
	is_str(p.source.id, "0123456789abcdef0123456789abcdef01234567");
	ok(strings_are(&p.consent, "README|tests/t1.c|"));
}

static void failure_leaves_the_result_alone(void)
{
	struct project p, untouched;
	memset(&p, 0x5A, sizeof(p));
	memcpy(&untouched, &p, sizeof(p));
	is_int(parse(STR("{\"name\": \"x\"}"), &p), -1);
	is_mem(&p, &untouched, sizeof(p));
	is_int(project_parse(STR("[]"), "", &arena, &p, NULL), -1);
}

/* ---- the table of cases */

/* The value that holds the last step of `path`, made on the way if need be. */
static json_t *holder(json_t *at, char **path)
{
	for (;;) {
		char *dot = strpbrk(*path, ".["), mark = dot ? *dot : '\0';
		if (!dot)
			return at;
		*dot = '\0';
		json_t *next = json_object_get(at, *path);
		if (!next) {
			next = json_object();
			json_object_set_new(at, *path, next);
		}
		at = next;
		if (mark == '[') {
			at = json_array_get(at, strtoul(dot + 1, &dot, 10));
			dot++; /* ] */
		}
		*path = dot + 1;
	}
}

/* What is said to the good text with this one change. */
static const char *complaint_with(char *path, const char *value)
{
	SCOPED_JSON json_t *root = json_loads(least, 0, NULL);
	json_t *change = strcmp(value, "-") == 0 ? NULL
						 : json_loads(value, JSON_DECODE_ANY, NULL);
	json_t *parent = holder(root, &path);
	if (change)
		json_object_set_new(parent, path, change);
	else if (strcmp(value, "-") == 0)
		json_object_del(parent, path);
	else
		return "(the case is no JSON)";
	char *text = json_dumps(root, 0);
	const char *said = complaint(str_of(text));
	free(text);
	return said;
}

static void cases_of_the_table(void)
{
	SCOPED_BUF struct buf text;
	buf_init(&text, 1 << 20);
	ok(fs_read("tests/data/project.cases", &text, NULL) == 0);
	struct str rest = buf_str(&text), line;
	size_t count = 0;
	while (str_next_line(&rest, &line)) {
		if (line.len == 0 || line.ptr[0] == '#')
			continue;
		char *change = arena_str(&arena, line), *value = strstr(change, " = ");
		const char *label = arena_str(&arena, line), *wanted = "";
		if (!ok(value != NULL))
			break;
		*value = '\0';
		value += 3;
		if (rest.len && rest.ptr[0] == '\t') {
			str_next_line(&rest, &line);
			wanted = arena_printf(&arena, "recast.json: %.*s", STR_ARG(str_trim(line)));
		}
		tap_str(complaint_with(change, value), wanted, label, __FILE__, __LINE__);
		count++;
	}
	ok(count > 100);
}

/* ---- texts that are no such JSON */

/* At the beginning; behind it may come the parser's own words. */
static void is_said(struct str text, const char *wanted)
{
	const char *got = complaint(text);
	if (!tap_ok(strncmp(got, wanted, strlen(wanted)) == 0, wanted, __FILE__, __LINE__))
		tap_show("got ", got, strlen(got));
}

static void texts_that_are_no_json(void)
{
	is_said(STR(""), "recast.json: line 1, column 0: not valid JSON: ");
	is_said((struct str){0}, "recast.json: line 1, column 0: not valid JSON: ");
	is_said(STR("5"), "recast.json: line 1, column 1: not valid JSON: ");
	is_said(STR("{\n\n  \"name\": x}"), "recast.json: line 3, column 11: not valid JSON: ");
	is_said(STR("{} {}"), "recast.json: line 1, column 4: not valid JSON: ");
	is_said(STR("{\"a\": 1, \"a\": 2}"), "recast.json: line 1, column 12: not valid JSON: duplicate object key");
	is_said(STR("{\"name\": \"\xFF\"}"), "recast.json: line 1, column 10: not valid JSON: ");
	is_said(STR("{\"name\": \"\xC0\xAF\"}"), "recast.json: line 1, column 10: not valid JSON: ");
	is_said(STR("{\"name\": \"\\ud800\"}"), "recast.json: line 1, column 17: not valid JSON: ");
	is_said(STR("{\"name\": \"a\\u0000b\"}"), "recast.json: line 1, column 19: not valid JSON: ");
	is_said(STR("{\"a\\u0000b\": 1}"), "recast.json: line 1, column 11: not valid JSON: ");
	is_said(STR("{\"name\": 1}\0"), "recast.json: not valid JSON: it holds a NUL byte");
	is_said(STR("{\"version\": 99999999999999999999}"), "recast.json: line 1, column 32: not valid JSON: ");
	is_said(STR("{\"version\": 1e999}"), "recast.json: line 1, column 17: not valid JSON: ");
	is_said(STR("{\"name\": \"a\"} // comment"), "recast.json: line 1, column 15: not valid JSON: ");
	is_said(STR("[]"), "recast.json: expected an object, found []");
	/* cut at every byte */
	size_t wrong = 0;
	for (size_t len = 0; len + 1 < sizeof(everything) - 1; len++) {
		char *copy = mem_zalloc(len, 1); /* so that ASan sees a read past the end */
		memcpy(copy, everything, len);
		wrong += strstr(complaint((struct str){copy, len}), "not valid JSON") == NULL;
		free(copy);
	}
	is_int(wrong, 0);
}

static void deep_nesting(void)
{
	SCOPED_BUF struct buf text;
	buf_init(&text, 1 << 20);
	for (int i = 0; i < 100000; i++)
		buf_append_char(&text, '[');
	ok(strstr(complaint(buf_str(&text)), "maximum parsing depth reached") != NULL);
	/* As deep as the parser goes; the value that was found is shown. */
	buf_clear(&text);
	buf_append_cstr(&text, "{\"name\": ");
	for (int i = 0; i < 2000; i++)
		buf_append_char(&text, '[');
	for (int i = 0; i < 2000; i++)
		buf_append_char(&text, ']');
	buf_append_cstr(&text, "}");
	ok(strstr(complaint(buf_str(&text)), "recast.json: name: expected a string, found [[[[[[") != NULL);
}

/* ---- bounds */

static void append_list(struct buf *text, const char *item, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buf_printf(text, "%s%s", i ? "," : "[", item);
	buf_append_cstr(text, "]");
}

static const char *complaint_with_sources(const char *item, size_t count)
{
	SCOPED_BUF struct buf text;
	buf_init(&text, 1 << 20);
	buf_append_cstr(&text, "{\"name\": \"x\", \"library\": {\"sources\": ");
	append_list(&text, item, count);
	buf_append_cstr(&text, "}, \"tests\": {\"programs\": [{\"name\": \"t\", \"sources\": [\"t.c\"]}]}}");
	return complaint(buf_str(&text));
}

static void lists_and_strings_are_bounded(void)
{
	is_str(complaint_with_sources("\"a\"", PROJECT_LIST_MAX), "");
	ok(strstr(complaint_with_sources("\"a\"", PROJECT_LIST_MAX + 1), "library.sources: more than the limit of 10000 items"));
	char item[PROJECT_STRING_MAX + 10];
	memset(item, 'a', sizeof(item));
	item[0] = '"';
	memcpy(item + PROJECT_STRING_MAX + 1, "\"", 2);
	is_str(complaint_with_sources(item, 1), "");
	memcpy(item + PROJECT_STRING_MAX + 1, "a\"", 3);
	ok(strstr(complaint_with_sources(item, 1), "library.sources[0]: longer than the limit of 4096 bytes"));

	char path[] = "tests.programs[0].configurations";
	SCOPED_BUF struct buf list;
	buf_init(&list, 1 << 20);
	append_list(&list, "{\"name\": \"c\"}", 1000);
	is_str(complaint_with(path, list.ptr), "");
	char again[] = "tests.programs[0].configurations";
	buf_clear(&list);
	append_list(&list, "{\"name\": \"c\"}", 1001);
	ok(strstr(complaint_with(again, list.ptr), "configurations: more than the limit of 1000 items") != NULL);
}

/* A file in recast.json may be as long as it can be, and is kept whole. */
static void a_text_of_four_megabytes(void)
{
	SCOPED_BUF struct buf text;
	buf_init(&text, PROJECT_FILE_MAX);
	buf_append_cstr(&text, "{\"name\": \"x\", \"tests\": {\"programs\": [{\"name\": \"t\", \"sources\": [\"t.c\"]}]},"
			       " \"library\": {\"sources\": [\"a.c\"], \"files\": {\"big\": \"");
	size_t len = text.max - text.len - 4;
	memset(buf_reserve(&text, len), 'b', len);
	buf_grew(&text, len);
	buf_append_cstr(&text, "\"}}}");
	is_int(text.len, PROJECT_FILE_MAX);
	struct project p;
	is_int(parse(buf_str(&text), &p), 0);
	is_int(p.library.overlay.files[0].content.len, len);
}

/* ---- from a folder */

static void reads_the_file_of_a_folder(void)
{
	char folder[] = "/tmp/recast-test-XXXXXX", path[64];
	struct project p;
	if (!mkdtemp(folder))
		abort();
	snprintf(path, sizeof(path), "%s/recast.json", folder);
	err = (struct err){0};
	is_int(project_read(folder, &arena, &p, &err), -1);
	is_int(err.kind, ERR_USAGE);
	ok(strstr(err.text, "there is no recast.json in /tmp/recast-test-") == err.text);
	fs_write(path, str_of(least), NULL);
	is_int(project_read(folder, &arena, &p, &err), 0);
	is_str(p.folder, folder);
	is_str(p.name, "lib");

	/* Too large, though all of it is blanks. */
	SCOPED_BUF struct buf text;
	buf_init(&text, PROJECT_FILE_MAX + 1);
	buf_append_cstr(&text, least);
	size_t blanks = text.max - text.len;
	memset(buf_reserve(&text, blanks), ' ', blanks);
	buf_grew(&text, blanks);
	fs_write(path, buf_str(&text), NULL);
	is_int(project_read(folder, &arena, &p, &err), -1);
	is_int(err.kind, ERR_LIMIT);
	fs_write(path, str_first(buf_str(&text), PROJECT_FILE_MAX), NULL);
	is_int(project_read(folder, &arena, &p, &err), 0);

	unlink(path);
	ok(mkdir(path, 0700) == 0);
	is_int(project_read(folder, &arena, &p, &err), -1);
	ok(rmdir(path) == 0);
	ok(mkfifo(path, 0600) == 0); /* which nobody will ever write to */
	is_int(project_read(folder, &arena, &p, &err), -1);
	unlink(path);
	ok(symlink("/etc/passwd", path) == 0); /* or its first word would be quoted */
	is_int(project_read(folder, &arena, &p, &err), -1);
	is_int(err.kind, ERR_USAGE);
	ok(strstr(err.text, "is a link, which could lead out of the project") != NULL);
	fs_remove(folder, NULL);
}

int main(void)
{
	tap_run("defaults", defaults);
	tap_run("every key", every_key);
	tap_run("a commit is no tree", a_commit_is_no_tree);
	tap_run("results outlive the text", results_outlive_the_text);
	tap_run("failure leaves the result alone", failure_leaves_the_result_alone);
	tap_run("cases of the table", cases_of_the_table);
	tap_run("texts that are no JSON", texts_that_are_no_json);
	tap_run("deep nesting", deep_nesting);
	tap_run("lists and strings are bounded", lists_and_strings_are_bounded);
	tap_run("a text of four megabytes", a_text_of_four_megabytes);
	tap_run("reads the file of a folder", reads_the_file_of_a_folder);
	arena_release(&arena);
	return tap_done();
}
