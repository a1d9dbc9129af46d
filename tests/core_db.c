#include "core/db.h"

#include "tests/folder.h"

#include <sys/stat.h>
#include <sys/wait.h>

static const char *const lines[] = {
	"CREATE TABLE word (\n", "id INTEGER PRIMARY KEY, text TEXT NOT NULL, bytes BLOB, number INTEGER\n", ");\n", NULL,
	"ALTER TABLE word ADD COLUMN more INTEGER NOT NULL DEFAULT 7;\n", NULL,
};

static const char *const broken_lines[] = {
	"CREATE TABLE word (id INTEGER PRIMARY KEY);", NULL, "CREATE TABLE other (id INTEGER);", "NONSENSE;", NULL,
};

static const struct db_plan plan = {0x54455354, lines, countof(lines), "remove it"};
static const struct db_plan first = {0x54455354, lines, 4, "remove it"};
static struct err err;

static bool says(enum err_kind kind, const char *text)
{
	bool good = err.kind == kind && strstr(err.text, text);
	if (!good)
		tap_print("# error %d: %s\n", err.kind, err.text);
	return good;
}

static struct db *open_db(const char *path, const struct db_plan *with)
{
	struct db *db = NULL;
	err = (struct err){0};
	return db_open(path, with, &db, &err) == 0 ? db : NULL;
}

static int64_t count(struct db *db, const char *sql)
{
	struct db_statement *s = NULL;
	bool is_row = false;
	int64_t n = -1;
	if (db_prepare(db, sql, &s, &err) == 0 && db_step(s, &is_row, &err) == 0 && is_row)
		n = db_i64(s, 0);
	db_finish(s);
	return n;
}

static int add_word(struct db *db, struct str text, struct str bytes, uint64_t number)
{
	SCOPED_STATEMENT struct db_statement *s = NULL;
	bool is_row;
	if (db_prepare(db, "INSERT INTO word (text, bytes, number) VALUES (?, ?, ?)", &s, &err) < 0)
		return -1;
	db_bind_text(s, 1, text);
	db_bind_bytes(s, 2, bytes);
	db_bind_u64(s, 3, number);
	return db_step(s, &is_row, &err);
}

static void values_come_back(void)
{
	struct db *db = open_db("a.db", &plan);
	if (!ok(db != NULL))
		return;
	is_int(add_word(db, STR("'); DROP TABLE word; --"), STR("a\0b"), 5), 0);
	is_int(add_word(db, (struct str){0}, (struct str){0}, UINT64_MAX), 0);
	struct db_statement *s = NULL;
	bool is_row = false;
	is_int(db_prepare(db, "SELECT text, bytes, number, more FROM word ORDER BY id", &s, &err), 0);
	is_int(db_step(s, &is_row, &err), 0);
	ok(is_row);
	ok(str_eq(db_bytes(s, 0), STR("'); DROP TABLE word; --")));
	ok(str_eq(db_bytes(s, 1), STR("a\0b")));
	is_int(db_i64(s, 2), 5);
	is_int(db_i64(s, 3), 7);
	is_int(db_step(s, &is_row, &err), 0);
	ok(is_row);
	is_int(db_bytes(s, 0).len, 0);
	is_int(db_i64(s, 2), INT64_MAX);
	is_int(db_step(s, &is_row, &err), 0);
	ok(!is_row);
	db_finish(s);
	is_int(db_prepare(db, "SELECT id FROM word WHERE text = ?", &s, &err), 0);
	db_bind_i64(s, 2, 1);
	is_int(db_step(s, &is_row, &err), -1);
	ok(says(ERR_BUG, "a.db"));
	db_finish(s);
	db_close(db);
	db_close(NULL);
	db_finish(NULL);
}

static void what_is_begun_is_all_or_nothing(void)
{
	struct db *db = open_db("t.db", &plan);
	is_int(db_begin(db, &err), 0);
	is_int(add_word(db, STR("a"), STR(""), 1), 0);
	db_rollback(db);
	is_int(count(db, "SELECT count(*) FROM word"), 0);
	is_int(db_begin(db, &err), 0);
	is_int(add_word(db, STR("a"), STR(""), 1), 0);
	is_int(db_commit(db, &err), 0);
	db_rollback(db); /* of nothing */
	is_int(count(db, "SELECT count(*) FROM word"), 1);
	is_int(db_begin(db, &err), 0);
	is_int(add_word(db, STR("b"), STR(""), 1), 0);
	db_close(db);
	db = open_db("t.db", &plan);
	is_int(count(db, "SELECT count(*) FROM word"), 1);
	db_close(db);
}

static void old_files_are_brought_up_to_date(void)
{
	uint32_t version = 0;
	struct db *db = open_db("old.db", &first);
	is_int(db_version(db, &version, &err), 0);
	is_int(version, 1);
	is_int(add_word(db, STR("kept"), STR(""), 1), 0);
	db_close(db);
	db = open_db("old.db", &plan);
	is_int(db_version(db, &version, &err), 0);
	is_int(version, 2);
	is_int(count(db, "SELECT more FROM word WHERE text = 'kept'"), 7);
	db_close(db);
	ok(!open_db("old.db", &first));
	ok(says(ERR_USAGE, "old.db has version 2, and this program knows versions up to 1"));
	ok(says(ERR_USAGE, "or remove it"));
}

static void steps_that_fail_leave_nothing(void)
{
	struct db_plan broken = {0x54455354, broken_lines, countof(broken_lines), "remove it"};
	ok(!open_db("steps.db", &broken));
	ok(strstr(err.text, "NONSENSE") != NULL);
	broken.lines_len = 2;
	struct db *db = open_db("steps.db", &broken);
	ok(db != NULL);
	is_int(count(db, "SELECT count(*) FROM sqlite_schema"), 1);
	db_close(db);
}

static void other_files_are_refused(void)
{
	char text[4096];
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	put("text.db", text);
	ok(!open_db("text.db", &plan));
	ok(says(ERR_PARSE, "text.db is damaged or no database"));
	ok(says(ERR_PARSE, "; remove it"));

	struct db_plan other = plan;
	other.application++;
	db_close(open_db("other.db", &other));
	ok(!open_db("other.db", &plan));
	ok(says(ERR_USAGE, "is the database of another program"));

	must(symlink("a.db", "link.db"));
	ok(!open_db("link.db", &plan));
	ok(says(ERR_USAGE, "link.db is a link"));
	must(symlink("nowhere", "dangling.db"));
	ok(!open_db("dangling.db", &plan));
	ok(says(ERR_USAGE, "dangling.db is a link"));
	ok(!fs_exists("nowhere"));
	must(mkdir("folder.db", 0755));
	ok(!open_db("folder.db", &plan));
	ok(says(ERR_USAGE, "is not a file"));
	must(mkfifo("pipe.db", 0644));
	ok(!open_db("pipe.db", &plan));
	ok(says(ERR_USAGE, "is not a file"));
	ok(!open_db("nowhere/x.db", &plan));
	ok(says(ERR_OS, "cannot find the folder of nowhere/x.db"));
}

/* A folder that is reached by a link is as good as another. */
static void links_to_folders_are_followed(void)
{
	must(mkdir("real", 0755));
	must(symlink("real", "alias"));
	struct db *db = open_db("alias/x.db", &plan);
	ok(db != NULL);
	db_close(db);
	ok(fs_exists("real/x.db"));
}

/* The first page stays whole, so that it opens. */
static void damage_is_an_error(void)
{
	struct db *db = open_db("damaged.db", &plan);
	for (int i = 0; i < 2000; i++)
		add_word(db, STR("some text that fills pages until there are many of them"), STR("b"), 1);
	db_close(db);
	FILE *file = fopen("damaged.db", "r+b");
	must(fseek(file, 4096, SEEK_SET));
	for (int i = 0; i < 30000; i++)
		fputc(0xA5, file);
	fclose(file);
	db = open_db("damaged.db", &plan);
	ok(db == NULL || count(db, "SELECT sum(length(text)) FROM word") == -1);
	ok(says(ERR_PARSE, "damaged.db is damaged"));
	db_close(db);
}

static void missing_tables_are_damage(void)
{
	struct db *db = open_db("hollow.db", &plan);
	is_int(db_exec(db, "DROP TABLE word", &err), 0);
	is_int(add_word(db, STR("a"), STR(""), 1), -1);
	ok(says(ERR_PARSE, "no such table: word"));
	/* A view could make up what it shows. */
	err = (struct err){0};
	is_int(db_exec(db, "CREATE VIEW word AS SELECT 1 AS id, 'forged' AS text", &err), 0);
	is_int(count(db, "SELECT count(*) FROM word"), -1);
	ok(says(ERR_PARSE, "hollow.db"));
	db_close(db);
}

static void several_processes_take_turns(void)
{
	enum { WRITERS = 4, EACH = 8 };
	pid_t children[WRITERS];
	for (int i = 0; i < WRITERS; i++) {
		fflush(stdout);
		children[i] = fork();
		if (children[i] == 0) {
			struct db *db = open_db("shared.db", &plan);
			int bad = !db;
			for (int k = 0; db && k < EACH; k++)
				bad |= add_word(db, STR("x"), STR(""), 1) < 0;
			if (bad)
				fprintf(stderr, "# %s\n", err.text);
			db_close(db);
			_exit(bad);
		}
	}
	for (int i = 0; i < WRITERS; i++) {
		int status = -1;
		waitpid(children[i], &status, 0);
		is_int(status, 0);
	}
	struct db *db = open_db("shared.db", &plan);
	is_int(count(db, "SELECT count(*) FROM word"), WRITERS * EACH);
	db_close(db);
}

static void library(void)
{
	SCOPED_ARENA struct arena a = {0};
	ok(db_library_version()[0] == '3');
	ok(db_library_path(&a)[0] == '/');
}

int main(void)
{
	folder_enter();
	tap_run("values come back", values_come_back);
	tap_run("what is begun is all or nothing", what_is_begun_is_all_or_nothing);
	tap_run("old files are brought up to date", old_files_are_brought_up_to_date);
	tap_run("steps that fail leave nothing", steps_that_fail_leave_nothing);
	tap_run("other files are refused", other_files_are_refused);
	tap_run("links to folders are followed", links_to_folders_are_followed);
	tap_run("damage is an error", damage_is_an_error);
	tap_run("missing tables are damage", missing_tables_are_damage);
	tap_run("several processes take turns", several_processes_take_turns);
	tap_run("library", library);
	folder_leave();
	return tap_done();
}
