#include "harness/transcript_parts.h"

#include "core/fs.h"
#include "core/mem.h"

#include <dirent.h>
#include <stdarg.h>
#include <sys/stat.h>

/* What a folder of exchanges may hold before it is too much to be looked at. */
static const struct fs_walk_limits limits = {
	.entries = 10000000,
	.file_bytes = EXCHANGE_BYTES_MAX,
	.total_bytes = SIZE_MAX / 2,
	.depth = 8,
};

/* A file whose name is a hash. */
struct kept_file {
	struct hash name;
	bool is_sound; /* its bytes are those of its name */
	bool is_named; /* by an exchange */
	bool is_told;
};

struct verifying {
	const char *project;
	struct arena *a;
	struct {
		struct transcript_fault *items;
		size_t len, cap;
	} faults;
	struct {
		struct kept_file *items;
		size_t len, cap;
	} files;
	struct {
		uint64_t *items;
		size_t len, cap;
	} incoming; /* numbers of files that hold something */
};

static void add_fault(struct verifying *v, uint64_t number, bool is_extra, const char *format, ...) PRINTF_LIKE(4, 5);

static void add_fault(struct verifying *v, uint64_t number, bool is_extra, const char *format, ...)
{
	SCOPED_BUF struct buf text;
	va_list args;
	buf_init(&text, 4096);
	va_start(args, format);
	buf_vprintf(&text, format, args);
	va_end(args);
	*vec_push(&v->faults) = (struct transcript_fault){number, arena_str(v->a, buf_str(&text)), is_extra};
}

/* ---- what is in the folder */

static bool hash_in(const char *path, struct hash *ret)
{
	char hex[HASH_HEX];
	if (strlen(path) != HASH_HEX || path[2] != '/')
		return false;
	snprintf(hex, sizeof(hex), "%.2s%s", path, path + 3);
	return hash_from_hex(str_of(hex), ret);
}

static int see_entry(void *data, const struct fs_entry *entry, struct err *err)
{
	struct verifying *v = data;
	struct kept_file file = {0};
	(void)err;
	if (entry->type == FS_FOLDER)
		return 0;
	if (hash_in(entry->path, &file.name)) {
		struct hash found = hash_of(entry->content);
		file.is_sound = entry->type == FS_FILE && hash_eq(&found, &file.name);
		*vec_push(&v->files) = file;
	} else if (strcmp(entry->path, "lock") != 0) {
		add_fault(v, 0, true, TRANSCRIPT_FOLDER "/%s is nothing that recast puts there", entry->path);
	}
	return 0;
}

/* What comes in may be gone the next moment, which the walk would take for a failure. */
static bool is_kept_there(const char *path)
{
	return strcmp(path, "incoming") != 0;
}

static void read_incoming(struct verifying *v)
{
	const char *folder = arena_printf(v->a, "%s/" TRANSCRIPT_INCOMING, v->project);
	const struct dirent *entry;
	struct stat st;
	uint64_t number;
	DIR *dir = opendir(folder);
	while (dir && (entry = readdir(dir))) {
		if (str_to_u64(str_of(entry->d_name), &number) &&
		    lstat(exchange_incoming_path(v->project, number, v->a), &st) == 0 && st.st_size > 0)
			*vec_push(&v->incoming) = number;
	}
	if (dir)
		closedir(dir);
}

static int by_name(const void *a, const void *b)
{
	const struct kept_file *x = a, *y = b;
	return memcmp(x->name.bytes, y->name.bytes, HASH_BYTES);
}

static int read_folder(struct verifying *v, struct err *err)
{
	const struct fs_walk walk = {.limits = limits, .enter = is_kept_there, .visit = see_entry, .data = v};
	const char *folder = arena_printf(v->a, "%s/" TRANSCRIPT_FOLDER, v->project);
	if (!fs_exists(folder))
		return 0;
	if (fs_is_link(folder))
		return err_set(err, ERR_USAGE, "%s is a link; recast keeps its own there, so remove it", folder);
	if (fs_walk(folder, &walk, err) < 0)
		return -1;
	read_incoming(v);
	if (v->files.len)
		qsort(v->files.items, v->files.len, sizeof(*v->files.items), by_name);
	return 0;
}

/* ---- rows and their files */

static struct kept_file *find_file(struct verifying *v, const struct hash *name)
{
	struct kept_file key = {.name = *name};
	return v->files.len ? bsearch(&key, v->files.items, v->files.len, sizeof(key), by_name) : NULL;
}

static void check_file(struct verifying *v, uint64_t number, const char *what, const struct hash *name)
{
	struct kept_file *file = find_file(v, name);
	char hex[HASH_HEX];
	hash_hex(name, hex);
	if (!file) {
		add_fault(v, number, false, "the file with %s, %.2s/%.10s…, is missing", what, hex, hex + 2);
		return;
	}
	if (!file->is_sound && !file->is_told)
		add_fault(v, number, false, "the file with %s, %.2s/%.10s…, was changed", what, hex, hex + 2);
	file->is_told |= !file->is_sound;
}

static void check_files(struct verifying *v, const struct exchange *e)
{
	check_file(v, e->number, "its prompt", &e->prompt_file);
	check_file(v, e->number, "what was sent", &e->sent);
	if (e->state != EXCHANGE_OPEN)
		check_file(v, e->number, "what was received", &e->received);
}

/* Numbers are given one by one, and no row is ever removed. */
static void check_numbers(struct verifying *v, const struct exchange_rows *rows, uint64_t last)
{
	uint64_t next = 1;
	for (size_t i = 0; i < rows->len; i++) {
		uint64_t number = rows->items[i].exchange.number;
		if (number == next + 1)
			add_fault(v, next, false, "it is missing");
		else if (number > next)
			add_fault(v, next, false, "it and those up to %llu are missing", (unsigned long long)number - 1);
		next = number + 1;
	}
	if (last >= next)
		add_fault(v, next, false, "it is missing, and all behind it");
}

/* ---- the chain */

static int by_place(const void *a, const void *b)
{
	const struct exchange_row *x = a, *y = b;
	uint64_t p = x->exchange.place, q = y->exchange.place;
	return p < q ? -1 : p > q;
}

/*
 * Each head is looked at as it stands and as it should be, so that one row that was changed is told once; where
 * its head was changed to fit, the next one does not.
 */
static void check_chain(struct verifying *v, const struct exchange_rows *rows)
{
	struct hash stands = {0}, should = {0};
	uint64_t place = 0;
	for (size_t i = 0; i < rows->len; i++) {
		const struct exchange *e = &rows->items[i].exchange;
		if (!rows->items[i].is_sound)
			add_fault(v, e->number, false, "its row was changed: it makes no sense");
		if (e->state == EXCHANGE_OPEN)
			continue;
		if (e->place != place + 1)
			add_fault(v, e->number, false, "it has place %llu in the chain, and the one before has %llu",
				  (unsigned long long)e->place, (unsigned long long)place);
		struct hash one = exchange_row_head(&stands, e), other = exchange_row_head(&should, e);
		if (rows->items[i].is_sound && !hash_eq(&one, &e->head) && !hash_eq(&other, &e->head))
			add_fault(v, e->number, false, "its row was changed, or one before it: its head is another");
		should = one;
		stands = e->head;
		place = e->place;
	}
}

/* ---- all of it */

static void check_rows(struct verifying *v, struct exchange_rows *rows, uint64_t last)
{
	check_numbers(v, rows, last);
	for (size_t i = 0; i < rows->len; i++)
		check_files(v, &rows->items[i].exchange);
	if (rows->len)
		qsort(rows->items, rows->len, sizeof(*rows->items), by_place);
	check_chain(v, rows);
}

static void mark_named(struct verifying *v, const struct exchange *e)
{
	const struct hash *const names[] = {&e->prompt_file, &e->sent, &e->received};
	for (size_t i = 0; i < countof(names); i++) {
		struct kept_file *file = find_file(v, names[i]);
		if (file)
			file->is_named = true;
	}
}

static bool is_open(const struct exchange_rows *rows, uint64_t number)
{
	for (size_t i = 0; i < rows->len; i++) {
		if (rows->items[i].exchange.number == number)
			return rows->items[i].exchange.state == EXCHANGE_OPEN;
	}
	return false;
}

static void check_extra(struct verifying *v, const struct exchange_rows *rows)
{
	char hex[HASH_HEX];
	for (size_t i = 0; i < rows->len; i++)
		mark_named(v, &rows->items[i].exchange);
	for (size_t i = 0; i < v->files.len; i++) {
		hash_hex(&v->files.items[i].name, hex);
		if (!v->files.items[i].is_named)
			add_fault(v, 0, true, TRANSCRIPT_FOLDER "/%.2s/%s belongs to no exchange", hex, hex + 2);
	}
	for (size_t i = 0; i < v->incoming.len; i++) {
		if (!is_open(rows, v->incoming.items[i]))
			add_fault(v, 0, true, TRANSCRIPT_INCOMING "/%llu belongs to no exchange that is open",
				  (unsigned long long)v->incoming.items[i]);
	}
}

static int by_number(const void *a, const void *b)
{
	const struct transcript_fault *x = a, *y = b;
	/* 0, which is no number, comes last. */
	uint64_t p = x->number - 1, q = y->number - 1;
	return p != q ? (p < q ? -1 : 1) : strcmp(x->text, y->text);
}

static void hand_out(struct verifying *v, struct transcript_fault **ret, size_t *ret_len)
{
	if (v->faults.len)
		qsort(v->faults.items, v->faults.len, sizeof(*v->faults.items), by_number);
	*ret = arena_copy(v->a, v->faults.items, v->faults.len, sizeof(*v->faults.items));
	*ret_len = v->faults.len;
}

static int read_rows(struct ledger *ledger, struct arena *a, struct exchange_rows *rows, uint64_t *last, struct err *err)
{
	SCOPED_HOLD struct ledger *hold = ledger ? ledger_hold(ledger) : NULL;
	*last = 0;
	if (!hold)
		return 0;
	return exchange_rows_last(hold, last, err) < 0 || exchange_rows_read(hold, 0, a, rows, err) < 0 ? -1 : 0;
}

/* Another process may be at work. What the rows name is on disk before they are there, so they are read first; and
 * again behind the folder, since files have come that only newer rows name. */
int transcript_verify(const char *project, struct ledger *ledger, struct arena *a, struct transcript_fault **ret,
		      size_t *ret_len, struct err *err)
{
	struct verifying v = {.project = project, .a = a};
	struct exchange_rows rows = {0}, newer = {0};
	uint64_t last, newest;
	int result = read_rows(ledger, a, &rows, &last, err) < 0 || read_folder(&v, err) < 0 ||
				     read_rows(ledger, a, &newer, &newest, err) < 0 ?
			     -1 :
			     0;
	if (result == 0) {
		check_rows(&v, &rows, last);
		check_extra(&v, &newer);
		hand_out(&v, ret, ret_len);
	}
	vec_release(&rows);
	vec_release(&newer);
	vec_release(&v.faults);
	vec_release(&v.files);
	vec_release(&v.incoming);
	return result;
}
