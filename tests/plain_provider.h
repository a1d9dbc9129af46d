#ifndef RECAST_TESTS_PLAIN_PROVIDER_H
#define RECAST_TESTS_PLAIN_PROVIDER_H

/* What tests of providers share whose answer is plain text: one request, and what was seen of it. */

#include "harness/provider_parts.h"
#include "tests/folder.h"

#define TEXT(literal) {(literal), sizeof(literal) - 1}

static struct prompt_part parts[] = {{PROMPT_RECAST, TEXT("Write it.\n"), false}};
static struct prompt prompt = {.title = "a test", .system = TEXT("You are exact."), .parts = parts, .parts_len = 1};

static const char *secret_list[] = {"sk-very-secret"};
static const struct secrets secrets = {{secret_list, 1}};

static struct arena arena;
static struct err err;
static struct provider provider;
static struct provider_result got;
static struct buf kept;
static size_t grown;
static bool refuses;      /* to keep what came */
static atomic_bool cancelled;

static int on_received(void *data, struct str bytes, struct err *why)
{
	(void)data;
	if (refuses)
		return err_set(why, ERR_OS, "the disk is full");
	buf_append_str(&kept, bytes);
	return 0;
}

static void on_grown(void *data, const struct reply *reply)
{
	(void)data;
	grown = reply->text.len;
}

static int ask(const char *title)
{
	struct wire wire;
	struct provider_watch watch = {on_received, on_grown, NULL, NULL, NULL, &cancelled, &secrets};
	reply_release(&got.reply);
	got = (struct provider_result){0};
	err = (struct err){0};
	buf_release(&kept);
	buf_init(&kept, 64 << 20);
	grown = 0;
	if (provider_wire(&provider, &prompt, &arena, &wire, &err) < 0)
		return -1;
	return provider_try(&provider, &prompt, title, &wire, &watch, &arena, &got, &err);
}

/* What was kept gives the same reply once more. */
static void reread(void)
{
	struct provider_result again;
	provider_reread(provider.row, 0, buf_str(&kept), &arena, &again);
	is_int(again.outcome, got.outcome);
	is_int(again.reply.stop, got.reply.stop);
	is_str(again.reply.text.ptr, got.reply.text.ptr);
	is_str(again.why, got.why);
	reply_release(&again.reply);
}

static void answered(const char *text)
{
	if (!is_int(got.outcome, PROVIDER_ANSWERED))
		tap_print("# %s\n", got.why);
	is_str(got.reply.text.ptr, text);
	is_int(got.reply.stop, REPLY_END);
	is_str(got.why, "");
	is_int(got.status, 0);
	ok(!got.reply.usage.known);
	ok(got.first_ns > 0 && got.first_ns <= got.wall_ns);
	is_int(grown > 0, strlen(text) > 0);
	reread();
}

static void failed(enum provider_outcome outcome, const char *why)
{
	is_int(got.outcome, outcome);
	is_str(got.why, why);
	is_int(got.reply.stop == REPLY_END, strcmp(why, "an empty reply") == 0);
}

static void plain_provider_close(void)
{
	reply_release(&got.reply);
	buf_release(&kept);
	arena_release(&arena);
}

#endif
