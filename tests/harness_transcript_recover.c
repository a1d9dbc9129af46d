/* recast can be killed at any moment, and what was received is there. */

#include "tests/transcript_make.h"

#include <signal.h>
#include <sys/wait.h>

static struct ledger *ledger;

static const char whole[] =
	"event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"model\":\"m-exact\","
	"\"usage\":{\"input_tokens\":7,\"output_tokens\":1}}}\n\n"
	"event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":"
	"{\"type\":\"text\",\"text\":\"\"}}\n\n"
	"event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":"
	"{\"type\":\"text_delta\",\"text\":\"Hello\"}}\n\n"
	"event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},"
	"\"usage\":{\"output_tokens\":9}}\n\n"
	"event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";

/* Another process, which asks three things of run 1 and is killed while it waits. */
/* 0: nobody knows what it costs. */
static struct exchange_open *begin_for(struct transcript *t, const char *key, const char *question, uint64_t nano_a_byte)
{
	struct exchange_open *open = NULL;
	struct exchange about = about_of(key);
	struct prompt prompt = prompt_of(question);
	struct wire wire = {.body = str_of(question)};
	about.cost = nano_a_byte * wire.body.len;
	about.cost_known = about.cost_at_most = nano_a_byte > 0;
	must(transcript_begin(t, &about, &prompt, &wire, &open, &err));
	return open;
}

static void be_killed(uint64_t nano_a_byte)
{
	pid_t child = fork();
	int status = 0;
	if (child == 0) {
		struct ledger *own = NULL;
		struct transcript *t = NULL;
		must(ledger_open("p", &own, &err));
		must(transcript_open("p", own, 1, &t, &err));
		begin_for(t, "nothing", "one", nano_a_byte);
		must(transcript_receive(begin_for(t, "half", "two", nano_a_byte), str_first(STR(whole), 300), &err));
		must(transcript_receive(begin_for(t, "whole", "three", nano_a_byte), STR(whole), &err));
		raise(SIGKILL);
	}
	must(child);
	must(waitpid(child, &status, 0));
	ok(WIFSIGNALED(status));
}

static void killed(void)
{
	be_killed(1000);
}

static void what_was_left_open_is_ended(void)
{
	struct transcript *t = NULL;
	struct exchange *list = NULL;
	struct transcript_fault *faults;
	struct str bytes;
	size_t len = 0;
	must(transcript_open("p", ledger, 1, &t, &err));
	is_int(transcript_list(ledger, 1, &arena, &list, &len, &err), 0);
	ok(len == 3 && list[2].state == EXCHANGE_OPEN && list[2].place == 0);
	is_int(transcript_verify("p", ledger, &arena, &faults, &len, &err), 0);
	is_int(len, 0);
	is_int(transcript_recover(t, &err), 0);
	is_int(transcript_list(ledger, 1, &arena, &list, &len, &err), 0);
	if (!is_int(len, 3))
		return;
	is_int(list[0].state, EXCHANGE_BROKEN);
	is_str(list[0].stop, "recast was killed while it waited");
	is_int(list[0].place, 1);
	is_int(list[0].cost, 3000);
	ok(list[0].cost_known && list[0].cost_at_most);
	is_int(transcript_bytes("p", &list[0].received, &arena, &bytes, &err), 0);
	is_int(bytes.len, 0);
	is_int(list[1].state, EXCHANGE_BROKEN);
	is_int(transcript_bytes("p", &list[1].received, &arena, &bytes, &err), 0);
	ok(str_eq(bytes, str_first(STR(whole), 300)));
	is_int(list[2].state, EXCHANGE_ANSWERED);
	is_int(list[2].status, 200);
	is_str(list[2].model, "m-exact");
	is_str(list[2].stop, "end");
	is_int(list[2].usage.output, 9);
	is_int(list[2].cost, 5000);
	ok(!fs_exists("p/.recast/exchanges/incoming/3"));
	is_int(transcript_verify("p", ledger, &arena, &faults, &len, &err), 0);
	is_int(len, 0);
	transcript_close(t);
}

static void once_is_enough(void)
{
	struct transcript *t = NULL;
	struct transcript_fault *faults;
	size_t len = 9;
	must(transcript_open("p", ledger, 1, &t, &err));
	/* Killed behind the row, and in front of this. */
	put("p/.recast/exchanges/incoming/3", whole);
	is_int(transcript_recover(t, &err), 0);
	is_int(transcript_verify("p", ledger, &arena, &faults, &len, &err), 0);
	is_int(len, 0);
	transcript_close(t);
}

static void without_a_price_nothing_is_known(void)
{
	struct transcript *t = NULL;
	struct exchange *list = NULL;
	size_t len = 0;
	be_killed(0);
	must(transcript_open("p", ledger, 1, &t, &err));
	is_int(transcript_recover(t, &err), 0);
	is_int(transcript_list(ledger, 1, &arena, &list, &len, &err), 0);
	ok(len == 6 && list[5].place == 6 && !list[5].cost_known && list[5].cost == 0);
	transcript_close(t);
}

/* While it waits, others can read and may not take over. */
static void whoever_lives_is_left_alone(void)
{
	int ready[2], done[2];
	char byte = 0;
	must(pipe(ready));
	must(pipe(done));
	pid_t child = fork();
	if (child == 0) {
		struct ledger *own = NULL;
		struct transcript *t = NULL;
		must(ledger_open("p", &own, &err));
		must(transcript_open("p", own, 2, &t, &err));
		struct exchange_open *open = begin(t, "k", "q");
		must(transcript_receive(open, STR("partial"), &err));
		must(write(ready[1], "x", 1) == 1 ? 0 : -1);
		must(read(done[0], &byte, 1) == 1 ? 0 : -1);
		raise(SIGKILL);
	}
	must(child);
	must(read(ready[0], &byte, 1) == 1 ? 0 : -1);
	struct transcript *t = NULL;
	struct transcript_fault *faults;
	size_t len = 9;
	is_int(transcript_open("p", ledger, 2, &t, &err), -1);
	ok(says(ERR_USAGE, "run 2 is going on in another process; wait until it has ended"));
	is_int(transcript_verify("p", ledger, &arena, &faults, &len, &err), 0);
	is_int(len, 0);
	must(write(done[1], "x", 1) == 1 ? 0 : -1);
	must(waitpid(child, NULL, 0));
	is_int(transcript_open("p", ledger, 2, &t, &err), 0);
	is_int(transcript_recover(t, &err), 0);
	transcript_close(t);
	for (size_t i = 0; i < 2; i++) {
		close(ready[i]);
		close(done[i]);
	}
}

int main(void)
{
	folder_enter();
	must(mkdir("p", 0755));
	tap_run("killed", killed);
	must(ledger_open("p", &ledger, &err));
	tap_run("recovered", what_was_left_open_is_ended);
	tap_run("once", once_is_enough);
	tap_run("no price", without_a_price_nothing_is_known);
	tap_run("alive", whoever_lives_is_left_alone);
	ledger_close(ledger);
	folder_leave();
	arena_release(&arena);
	return tap_done();
}
