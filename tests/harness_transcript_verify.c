/* Nothing of a transcript can be changed, taken away or added without being found. */

#include "tests/transcript_make.h"

static struct ledger *ledger;
static struct str ledger_bytes; /* as recast wrote it */

static size_t faults_of(struct transcript_fault **ret)
{
	size_t len = 999;
	if (transcript_verify("p", ledger, &arena, ret, &len, &err) < 0)
		tap_print("# %s\n", err.text);
	return len;
}

static bool is_intact(void)
{
	struct transcript_fault *faults;
	size_t len = faults_of(&faults);
	for (size_t i = 0; i < len; i++)
		tap_print("# %d: %s\n", (int)faults[i].number, faults[i].text);
	return len == 0;
}

/* Whether a fault of this exchange says so. */
static bool is_told(uint64_t number, const char *text)
{
	struct transcript_fault *faults;
	size_t len = faults_of(&faults);
	for (size_t i = 0; i < len && len != 999; i++) {
		if (faults[i].number == number && strstr(faults[i].text, text))
			return true;
	}
	for (size_t i = 0; i < len && len != 999; i++)
		tap_print("# %d: %s\n", (int)faults[i].number, faults[i].text);
	return false;
}

static struct str read_whole(const char *path)
{
	SCOPED_BUF struct buf text;
	buf_init(&text, 1 << 24);
	must(fs_read(path, &text, &err));
	return (struct str){arena_str(&arena, buf_str(&text)), text.len};
}

static void write_whole(const char *path, struct str bytes)
{
	must(fs_write(path, bytes, &err));
}

static const char *path_of(const struct hash *name)
{
	char hex[HASH_HEX];
	hash_hex(name, hex);
	return arena_printf(&arena, "p/.recast/exchanges/%.2s/%s", hex, hex + 2);
}

/* Puts the ledger back as recast wrote it. */
static void restore(void)
{
	ledger_close(ledger);
	ledger = NULL;
	write_whole("p/" LEDGER_FILE, ledger_bytes);
	must(ledger_open("p", &ledger, &err));
}

static void make(void)
{
	struct transcript *t = NULL;
	project_make(&ledger);
	must(transcript_open("p", ledger, 1, &t, &err));
	ask(t, "c1/whole/s1/r0", "one", "1", EXCHANGE_ANSWERED);
	ask(t, "c1/whole/s1/r1", "two", "2", EXCHANGE_BROKEN);
	ask(t, "c1/whole/s1/r1", "two", "3", EXCHANGE_ANSWERED);
	ask(t, "c1/whole/s1/r2", "four", "4", EXCHANGE_ANSWERED);
	transcript_close(t);
	ledger_bytes = read_whole("p/" LEDGER_FILE);
	ok(is_intact());
}

/* ---- rows */

static void each_column_is_in_its_head(void)
{
	static const char *const changes[] = {
		"run = 2", "key = 'c1/whole/s1/r9'", "provider = 'm'", "kind = 'gemini'", "model = ''",
		"prompt = zeroblob(32)", "prompt_file = sent", "sent = prompt_file", "received = sent",
		"state = 'declined'", "provenance = 'unattested'", "status = 201", "stop = 'length'",
		"request_id = 'req_2'", "usage_known = 0", "fresh = 11", "cache_read = 0", "cache_write = 0",
		"output = 1", "reasoning = 0", "cost = 0", "cost_known = 0", "cost_at_most = 1", "recited = 0",
		"first_ms = 0", "wall_ms = 0", "asked_s = 0", "place = 9", "head = zeroblob(32)",
	};
	for (size_t i = 0; i < countof(changes); i++) {
		ledger_change("p", arena_printf(&arena, "UPDATE exchange SET %s WHERE id = 3", changes[i]));
		tap_ok(is_told(3, ""), changes[i], __FILE__, __LINE__);
		restore();
	}
	ok(is_intact());
}

static void values_without_sense_are_told(void)
{
	static const char *const changes[] = {
		"state = 'bought'", "provenance = 'sworn'", "cost = -1", "status = 4294967296", "usage_known = 2",
		"prompt = x'00'", "head = x'00'", "received = NULL", "key = 'a' || char(0) || 'b'", "place = NULL",
		"state = 'open'",
	};
	struct exchange *list;
	size_t len;
	for (size_t i = 0; i < countof(changes); i++) {
		ledger_change("p", arena_printf(&arena, "UPDATE exchange SET %s WHERE id = 3", changes[i]));
		tap_ok(is_told(3, ""), changes[i], __FILE__, __LINE__);
		is_int(transcript_list(ledger, 0, &arena, &list, &len, &err), -1);
		ok(says(ERR_PARSE, "exchange 3 makes no sense"));
		restore();
	}
}

static void whoever_makes_a_head_fit_is_found_one_later(void)
{
	struct exchange *list = NULL;
	size_t len = 0;
	struct transcript_fault *faults;
	is_int(transcript_list(ledger, 0, &arena, &list, &len, &err), 0);
	ledger_change("p", "UPDATE exchange SET cost = 1 WHERE id = 2");
	is_int(faults_of(&faults), 1);
	ok(faults[0].number == 2 && strstr(faults[0].text, "its row was changed"));
	restore();
	/* The last row has none behind it: who kept its head knows. */
	uint64_t place = 0;
	struct hash last = list[3].head, wrong = hash_of(STR("wrong"));
	is_int(transcript_place(ledger, &last, &place, &err), 0);
	is_int(place, 4);
	is_int(transcript_place(ledger, &wrong, &place, &err), 0);
	is_int(place, 0);
	ledger_change("p", "DELETE FROM exchange WHERE id = 4; UPDATE sqlite_sequence SET seq = 3 WHERE name = 'exchange'");
	is_int(transcript_place(ledger, &last, &place, &err), 0);
	is_int(place, 0);
	ok(is_told(0, "belongs to no exchange"));
	restore();
}

static void rows_that_are_gone_are_told(void)
{
	ledger_change("p", "DELETE FROM exchange WHERE id = 2");
	ok(is_told(2, "it is missing"));
	restore();
	ledger_change("p", "DELETE FROM exchange WHERE id IN (1, 2)");
	ok(is_told(1, "it and those up to 2 are missing"));
	restore();
	ledger_change("p", "DELETE FROM exchange WHERE id = 4");
	ok(is_told(4, "it is missing, and all behind it"));
	restore();
	ledger_change("p", "UPDATE exchange SET place = 5 - place + 100; UPDATE exchange SET place = place - 100");
	ok(is_told(1, "its row was changed"));
	restore();
	ledger_change("p", "UPDATE exchange SET id = 9 WHERE id = 4");
	ok(is_told(4, "it and those up to 8 are missing"));
	restore();
	ok(is_intact());
}

static void rows_that_were_added_are_told(void)
{
	ledger_change("p", "CREATE TABLE other AS SELECT * FROM exchange WHERE id = 4; UPDATE other SET id = 5, place = 5;"
		      "INSERT INTO exchange SELECT * FROM other; DROP TABLE other");
	ok(is_told(5, "its row was changed"));
	restore();
}

/* ---- files */

static void flip(const char *path)
{
	struct str good = read_whole(path);
	must(chmod(path, 0644));
	for (size_t i = 0; i < good.len; i += good.len > 20 ? good.len / 10 : 1) {
		char *bad = arena_str(&arena, good);
		bad[i] ^= 1;
		write_whole(path, (struct str){bad, good.len});
		tap_ok(is_told(2, "was changed"), path, __FILE__, __LINE__);
	}
	write_whole(path, str_first(good, good.len - 1));
	ok(is_told(2, "was changed"));
	must(unlink(path));
	ok(is_told(2, "is missing"));
	must(symlink("/etc/passwd", path));
	ok(is_told(2, "was changed"));
	must(unlink(path));
	write_whole(path, good);
}

static void each_byte_is_in_its_name(void)
{
	struct exchange *list = NULL;
	size_t len = 0;
	is_int(transcript_list(ledger, 0, &arena, &list, &len, &err), 0);
	flip(path_of(&list[1].prompt_file));
	flip(path_of(&list[1].sent));
	flip(path_of(&list[1].received));
	ok(is_intact());
}

static void what_nobody_names_is_told_as_such(void)
{
	struct transcript_fault *faults;
	struct hash name = hash_of(STR("more"));
	const char *path = path_of(&name);
	must(fs_mkdirs(arena_printf(&arena, "%.*s", (int)(strrchr(path, '/') - path), path), 0755, &err));
	put(path, "more");
	put("p/.recast/exchanges/notes", "x");
	put("p/.recast/exchanges/incoming/77", "x");
	put("p/.recast/exchanges/incoming/78", "");
	put("p/.recast/exchanges/incoming/.new-abcdef", "x");
	is_int(faults_of(&faults), 3);
	ok(is_told(0, "belongs to no exchange"));
	ok(is_told(0, "exchanges/notes is nothing that recast puts there"));
	ok(is_told(0, "incoming/77 belongs to no exchange that is open"));
	ok(faults[0].is_extra && faults[1].is_extra && faults[2].is_extra);
	must(unlink(path));
	must(unlink("p/.recast/exchanges/notes"));
	must(unlink("p/.recast/exchanges/incoming/77"));
	ok(is_intact());
}

static void nothing_is_intact(void)
{
	struct transcript_fault *faults;
	size_t len = 9;
	must(mkdir("empty", 0755));
	is_int(transcript_verify("empty", NULL, &arena, &faults, &len, &err), 0);
	is_int(len, 0);
}

int main(void)
{
	folder_enter();
	tap_run("an intact one", make);
	tap_run("columns", each_column_is_in_its_head);
	tap_run("without sense", values_without_sense_are_told);
	tap_run("heads", whoever_makes_a_head_fit_is_found_one_later);
	tap_run("rows gone", rows_that_are_gone_are_told);
	tap_run("rows added", rows_that_were_added_are_told);
	tap_run("bytes", each_byte_is_in_its_name);
	tap_run("extra files", what_nobody_names_is_told_as_such);
	tap_run("nothing", nothing_is_intact);
	ledger_close(ledger);
	folder_leave();
	arena_release(&arena);
	return tap_done();
}
