/* Commits dated by an authority on this machine, which answers well, badly or not at all. */

#include "harness/timestamp.h"

#include "harness/rewrite.h"
#include "tests/gitbox.h"
#include "tests/http_server.h"

static const uint64_t nonce = 0x0123456789abcdef;
static struct err err;
static struct candidate candidate;
static struct timestamp stamp;
static atomic_bool cancelled;

/* A file as the body of an answer. */
static const char *answer_with(const char *path)
{
	SCOPED_BUF struct buf bytes, text;
	buf_init(&bytes, 1 << 16);
	buf_init(&text, 1 << 20);
	if (fs_read(path, &bytes, &err) < 0)
		tap_print("# %s\n", err.text);
	buf_append_cstr(&text, "answer 200\nheader content-type: application/timestamp-reply\nbytes ");
	for (size_t i = 0; i < bytes.len; i++)
		buf_printf(&text, "\\x%02x", (unsigned)(unsigned char)bytes.ptr[i]);
	buf_append_char(&text, '\n');
	return arena_str(&gitbox_arena, buf_str(&text));
}

static int date(const char *url, uint64_t number)
{
	err = (struct err){0};
	stamp = (struct timestamp){0};
	return timestamp_candidate(in_box("p"), &candidate, url, number, &cancelled, &gitbox_arena, &stamp, &err);
}

static void refused(const char *answer, enum err_kind kind, const char *text)
{
	struct http_server *server = http_server_start(answer);
	is_int(date(http_server_url(server), nonce), -1);
	is_int(err.kind, kind);
	if (!ok(strstr(err.text, text)))
		tap_print("# %s\n", err.text);
	http_server_stop(server);
}

static void a_candidate(void)
{
	SCOPED_TREE struct tree *tree = tree_new();
	struct candidate about = {.title = "A rewrite", .origin = "folder x"};
	bool is_new;
	ok(sh("mkdir p"));
	is_int(tree_add_file(tree, REWRITE_ROOT "/a.c", STR("int a;\n"), &err), 0);
	is_int(candidates_add(in_box("p"), tree, &about, 1000000000, &gitbox_arena, &candidate, &is_new, &err), 0);
}

static void bad_answers(void)
{
	refused("answer 503\n", ERR_REMOTE, "the time-stamping authority answers with status 503");
	refused("answer 200\nbytes hello\n", ERR_PARSE, "the authority's answer is none");
	refused("answer 200\nframing length 500\nbytes x\nclose\n", ERR_REMOTE, "the time-stamping authority: ");
	refused("answer 200\nrepeat 70000 x\n", ERR_REMOTE, "the time-stamping authority: ");
	refused(answer_with("tests/data/timestamp/declined.tsr"), ERR_REMOTE, "the authority does not date it: status 2: ");
	refused(answer_with("tests/data/timestamp/no-nonce.tsr"), ERR_PARSE, "answer to another request");
	is_int(date("no address", nonce), -1);
	is_int(err.kind, ERR_USAGE);
	atomic_store(&cancelled, true);
	refused("answer 200\nstall head\n", ERR_CANCELLED, "cancelled");
	atomic_store(&cancelled, false);
	ok(!fs_exists(in_box("p/.recast/timestamps")));
}

static void what_is_answered_is_kept(void)
{
	SCOPED_BUF struct buf kept;
	struct http_server *server = http_server_start(answer_with("tests/data/timestamp/good.tsr"));
	buf_init(&kept, 1 << 16);
	is_int(date(http_server_url(server), nonce), 0);
	is_str(err.text, "");
	is_int(stamp.time_s, 1795884355);
	is_str(http_server_header(server, 0, "content-type"), "application/timestamp-query");
	is_int(http_server_request(server, 0)->body.len, 69);
	const char *path = arena_printf(&gitbox_arena, "%s/%s.tsr", in_box("p/" TIMESTAMPS_FOLDER), candidate.commit);
	is_int(fs_read(path, &kept, &err), 0);
	ok(str_eq(buf_str(&kept), http_server_body(server, 0)));
	ok(str_eq(stamp.answer, buf_str(&kept)));
	is_int(date(http_server_url(server), nonce + 1), -1);
	is_int(date(http_server_url(server), nonce), 0);
	http_server_stop(server);
	/* It is of this commit and no other. */
	candidate.commit[0] = candidate.commit[0] == 'a' ? 'b' : 'a';
	is_int(date("http://127.0.0.1:1", nonce), -1);
	is_int(err.kind, ERR_PARSE);
}

static void links_are_refused(void)
{
	struct candidate_list list;
	ok(sh("cd p/.recast; mv timestamps ..; ln -s ../timestamps"));
	is_int(candidates_list(in_box("p"), &gitbox_arena, &list, &err), -1);
	ok(strstr(err.text, "timestamps is a link"));
}

int main(void)
{
	if (!gitbox_open())
		return 1;
	tap_run("a candidate", a_candidate);
	tap_run("bad answers", bad_answers);
	tap_run("what is answered is kept", what_is_answered_is_kept);
	tap_run("links are refused", links_are_refused);
	gitbox_close();
	return tap_done();
}
