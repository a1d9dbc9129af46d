#include "harness/transcript_parts.h"

#include "core/clock.h"
#include "core/fs.h"
#include "core/mem.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

struct transcript {
	char *project; /* owned */
	struct ledger *ledger;
	uint64_t run;
	int lock;
};

struct exchange_open {
	struct transcript *transcript;
	struct arena arena;
	struct exchange exchange;
	int incoming;
	size_t bytes; /* that came in */
};

/* ---- one for each run */

struct ledger *transcript_ledger(struct transcript *t)
{
	return t->ledger;
}

uint64_t transcript_run(const struct transcript *t)
{
	return t->run;
}

/* A byte of one file for each run, since a file for each would have to stay for ever. */
static int lock_run(const char *path, uint64_t run, int *ret_fd, struct err *err)
{
	struct flock range = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = (off_t)run, .l_len = 1};
	int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd < 0)
		return err_errno(err, "cannot open %s", path);
	/* A file system without locks has nobody else on it, or bears it. */
	if (fcntl(fd, F_OFD_SETLK, &range) < 0 && (errno == EAGAIN || errno == EACCES)) {
		close(fd);
		return err_set(err, ERR_USAGE, "run %llu is going on in another process; wait until it has ended",
			       (unsigned long long)run);
	}
	*ret_fd = fd;
	return 0;
}

int transcript_open(const char *project, struct ledger *ledger, uint64_t run, struct transcript **out, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	int lock = -1;
	if (exchange_files_make(project, err) < 0 ||
	    lock_run(arena_printf(&scratch, "%s/" TRANSCRIPT_LOCK, project), run, &lock, err) < 0)
		return -1;
	struct transcript *t = mem_zalloc(1, sizeof(*t));
	*t = (struct transcript){mem_strdup(project), ledger, run, lock};
	*out = t;
	return 0;
}

void transcript_close(struct transcript *t)
{
	if (!t)
		return;
	close(t->lock);
	free(t->project);
	free(t);
}

/* ---- asking */

static void open_free(struct exchange_open *open)
{
	if (open->incoming >= 0)
		close(open->incoming);
	arena_release(&open->arena);
	free(open);
}

static int keep_request(struct transcript *t, struct exchange *e, const struct prompt *prompt, struct str sent,
			struct err *err)
{
	SCOPED_JSON json_t *value = prompt_json(prompt);
	SCOPED_MEM char *text = json_print(value);
	e->prompt = prompt_hash(prompt);
	if (exchange_file_keep(t->project, str_of(text), &e->prompt_file, err) < 0)
		return -1;
	return exchange_file_keep(t->project, sent, &e->sent, err);
}

/* The row and the file for what comes in are there together or not at all. */
static int add_open(struct exchange_open *open, struct err *err)
{
	struct transcript *t = open->transcript;
	SCOPED_HOLD struct ledger *hold = ledger_hold(t->ledger);
	if (db_begin(hold->db, err) < 0)
		return -1;
	if (exchange_row_insert(hold, &open->exchange, err) == 0 &&
	    exchange_incoming_open(t->project, open->exchange.number, &open->incoming, err) == 0 &&
	    db_commit(hold->db, err) == 0)
		return 0;
	db_rollback(hold->db);
	return -1;
}

int transcript_begin(struct transcript *t, const struct exchange *about, const struct prompt *prompt,
		     const struct wire *wire, struct exchange_open **out, struct err *err)
{
	struct exchange_open *open = mem_zalloc(1, sizeof(*open));
	open->transcript = t;
	open->incoming = -1;
	open->exchange = (struct exchange){
		.run = t->run,
		.key = about->key,
		.provider = about->provider,
		.kind = about->kind,
		.model = about->model,
		.provenance = about->provenance,
		.recited = about->recited,
		.cost = about->cost,
		.cost_known = about->cost_known,
		.cost_at_most = about->cost_at_most,
		.asked_s = about->asked_s ? about->asked_s : clock_now_s(),
	};
	exchange_row_clean(&open->exchange, &open->arena);
	if (keep_request(t, &open->exchange, prompt, wire->body, err) < 0 || add_open(open, err) < 0) {
		open_free(open);
		return -1;
	}
	*out = open;
	return 0;
}

int transcript_receive(struct exchange_open *open, struct str bytes, struct err *err)
{
	unsigned long long number = open->exchange.number;
	if (bytes.len > EXCHANGE_BYTES_MAX - open->bytes)
		return err_set(err, ERR_LIMIT, "exchange %llu: an answer of more than %d bytes", number, EXCHANGE_BYTES_MAX);
	open->bytes += bytes.len;
	while (bytes.len) {
		ssize_t n = write(open->incoming, bytes.ptr, bytes.len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(err, "cannot write what exchange %llu received", number);
		bytes = str_from(bytes, (size_t)n);
	}
	return 0;
}

/* ---- ending */

/*
 * First what came in under its hash, then the row, and only then is the file gone that it came into: killed in
 * between, the row is open still, or there is a file too many.
 */
static int finish(struct transcript *t, struct exchange *e, struct err *err)
{
	if (exchange_incoming_keep(t->project, e->number, &e->received, err) < 0)
		return -1;
	SCOPED_HOLD struct ledger *hold = ledger_hold(t->ledger);
	if (db_begin(hold->db, err) < 0)
		return -1;
	if (exchange_row_end(hold, e, err) < 0 || db_commit(hold->db, err) < 0) {
		db_rollback(hold->db);
		return -1;
	}
	exchange_incoming_remove(t->project, e->number);
	return 0;
}

int transcript_end(struct exchange_open *open, const struct exchange *end, struct arena *a, struct exchange *ret,
		   struct err *err)
{
	struct exchange e = open->exchange;
	assert(end->state != EXCHANGE_OPEN);
	e.state = end->state;
	e.model = end->model;
	e.status = end->status;
	e.stop = end->stop;
	e.request_id = end->request_id;
	e.usage = end->usage;
	e.cost = end->cost;
	e.cost_known = end->cost_known;
	e.cost_at_most = end->cost_at_most;
	e.first_ms = end->first_ms;
	e.wall_ms = end->wall_ms;
	exchange_row_clean(&e, a);
	int result = finish(open->transcript, &e, err);
	open_free(open);
	if (result == 0)
		*ret = e;
	return result;
}

/* ---- what a killed recast left open */

/* One that was answered whole before recast died is as good as any: its reply is paid. Only of those that tell their
 * end is that known. */
static void read_again(struct exchange *e, struct str bytes, struct arena *a)
{
	enum { STATUS_OK = 200 };
	const struct provider_row *row = provider_row_find(str_of(e->kind));
	struct provider_result result;
	e->state = EXCHANGE_BROKEN;
	e->stop = "recast was killed while it waited";
	if (!row || !row->event || bytes.len == 0)
		return;
	provider_reread(row, STATUS_OK, bytes, a, &result);
	if (result.outcome == PROVIDER_ANSWERED) {
		e->state = EXCHANGE_ANSWERED;
		e->status = STATUS_OK;
		e->stop = reply_stop_name(result.reply.stop);
		e->model = result.reply.model[0] ? arena_strdup(a, result.reply.model) : e->model;
		e->request_id = arena_strdup(a, result.reply.request_id);
		e->usage = result.reply.usage;
	}
	reply_release(&result.reply);
}

static int recover_one(struct transcript *t, struct exchange *e, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct str bytes;
	if (exchange_incoming_keep(t->project, e->number, &e->received, err) < 0 ||
	    transcript_bytes(t->project, &e->received, &scratch, &bytes, err) < 0)
		return -1;
	read_again(e, bytes, &scratch);
	exchange_row_clean(e, &scratch);
	return finish(t, e, err);
}

int transcript_recover(struct transcript *t, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct exchange *list = NULL;
	size_t len = 0;
	if (transcript_list(t->ledger, t->run, &scratch, &list, &len, err) < 0)
		return -1;
	for (size_t i = 0; i < len; i++) {
		if (list[i].state != EXCHANGE_OPEN)
			exchange_incoming_remove(t->project, list[i].number);
		else if (recover_one(t, &list[i], err) < 0)
			return -1;
	}
	return 0;
}

/* ---- what a run has cost */

static void add_to(uint64_t *sum, uint64_t more)
{
	*sum = more > INT64_MAX - *sum ? INT64_MAX : *sum + more;
}

static void add_exchange(const struct exchange *e, struct exchange_sum *sum)
{
	sum->exchanges++;
	add_to(&sum->usage.fresh, e->usage.fresh);
	add_to(&sum->usage.cache_read, e->usage.cache_read);
	add_to(&sum->usage.cache_write, e->usage.cache_write);
	add_to(&sum->usage.output, e->usage.output);
	add_to(&sum->usage.reasoning, e->usage.reasoning);
	add_to(&sum->cost, e->cost);
	sum->open += e->state == EXCHANGE_OPEN;
	sum->usage.known &= e->usage.known || e->state != EXCHANGE_ANSWERED;
	sum->cost_known &= e->cost_known || e->state == EXCHANGE_OPEN;
	sum->cost_at_most |= e->cost_at_most;
}

void exchanges_sum(const struct exchange *list, size_t len, uint64_t run, struct exchange_sum *ret)
{
	*ret = (struct exchange_sum){.usage.known = true, .cost_known = true};
	for (size_t i = 0; i < len; i++) {
		if (list[i].run == run)
			add_exchange(&list[i], ret);
	}
}

int transcript_spent(struct transcript *t, uint64_t *ret_nano, bool *ret_known, struct err *err)
{
	SCOPED_ARENA struct arena scratch = {0};
	struct exchange *list = NULL;
	struct exchange_sum sum;
	size_t len = 0;
	if (transcript_list(t->ledger, t->run, &scratch, &list, &len, err) < 0)
		return -1;
	exchanges_sum(list, len, t->run, &sum);
	*ret_nano = sum.cost;
	*ret_known = sum.cost_known;
	return 0;
}
