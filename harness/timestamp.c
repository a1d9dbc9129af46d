#include "harness/timestamp.h"

#include "core/fs.h"
#include "core/http.h"

enum { CONNECT_MS = 10000, IDLE_MS = 30000, TOTAL_MS = 60000, OK = 200 };

static int on_piece(void *data, struct str bytes)
{
	return buf_append_str(data, bytes);
}

static int check_answer(const struct http_answer *answer, struct err *err)
{
	if (answer->end == HTTP_CANCELLED)
		return err_set(err, ERR_CANCELLED, "cancelled");
	if (answer->end != HTTP_DONE)
		return err_set(err, ERR_REMOTE, "the time-stamping authority: %.300s", answer->why);
	if (answer->status != OK)
		return err_set(err, ERR_REMOTE, "the time-stamping authority answers with status %u", answer->status);
	return 0;
}

int timestamp_ask(const char *url, const struct hash *hash, uint64_t nonce, const atomic_bool *cancelled,
		  struct arena *a, struct timestamp *ret, struct err *err)
{
	static const struct http_header headers[] = {
		{"content-type", "application/timestamp-query"},
		{"accept", "application/timestamp-reply"},
		{"user-agent", "recast"},
	};
	SCOPED_BUF struct buf body;
	struct http_answer answer;
	struct timestamp stamp;
	struct http_request request = {
		.method = "POST",
		.url = url,
		.headers = headers,
		.headers_len = countof(headers),
		.body = hash_timestamp_request(hash, nonce, a),
		.connect_ms = CONNECT_MS,
		.idle_ms = IDLE_MS,
		.total_ms = TOTAL_MS,
		.answer_max = TIMESTAMP_MAX,
		.cancelled = cancelled,
		.piece = on_piece,
		.data = &body,
	};
	buf_init(&body, TIMESTAMP_MAX);
	if (http_send(&request, a, &answer, err) < 0)
		return err_wrap(err, "the time-stamping authority");
	if (check_answer(&answer, err) < 0 ||
	    hash_timestamp_read(buf_str(&body), hash, nonce, &stamp.time_s, err) < 0)
		return -1;
	stamp.answer = (struct str){arena_str(a, buf_str(&body)), body.len};
	*ret = stamp;
	return 0;
}

int timestamp_candidate(const char *project, const struct candidate *candidate, const char *url, uint64_t nonce,
			const atomic_bool *cancelled, struct arena *a, struct timestamp *ret, struct err *err)
{
	SCOPED_BUF struct buf commit;
	struct timestamp stamp;
	const char *folder = arena_printf(a, "%s/" TIMESTAMPS_FOLDER, project);
	buf_init(&commit, CANDIDATE_COMMIT_MAX);
	if (candidates_commit(project, candidate, &commit, err) < 0)
		return -1;
	struct hash hash = hash_of(buf_str(&commit));
	if (timestamp_ask(url, &hash, nonce, cancelled, a, &stamp, err) < 0 || fs_mkdirs(folder, 0777, err) < 0 ||
	    fs_write(arena_printf(a, "%s/%s.tsr", folder, candidate->commit), stamp.answer, err) < 0)
		return -1;
	*ret = stamp;
	return 0;
}
