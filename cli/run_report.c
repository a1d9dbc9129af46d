#include "cli/log_report.h"

#include "cli/figures.h"
#include "cli/terminal.h"
#include "core/clock.h"
#include "harness/price.h"

/* "35 k", or "-" where the provider did not tell all. */
static void print_tokens(char text[static FIGURE_MAX], const struct usage *usage, uint64_t count)
{
	if (usage->known || count)
		figure_count(count, text);
	else
		snprintf(text, FIGURE_MAX, "-");
}

static uint64_t input_of(const struct usage *usage)
{
	return usage->fresh + usage->cache_read + usage->cache_write;
}

static const char *cost_of(const struct exchange_sum *sum, struct arena *a)
{
	const char *price = price_text(sum->cost, a);
	if (!sum->cost_known)
		return sum->cost ? arena_printf(a, "%s and more", price) : "not known";
	return sum->cost_at_most ? arena_printf(a, "%s at most", price) : price;
}

static void print_run(const struct run *run, const struct exchange_sum *sum)
{
	SCOPED_ARENA struct arena scratch = {0};
	char date[21], input[FIGURE_MAX], output[FIGURE_MAX];
	clock_utc(run->begun_s, date);
	print_tokens(input, &sum->usage, input_of(&sum->usage));
	print_tokens(output, &sum->usage, sum->usage.output);
	printf("%-5llu %-8s %.10s %10zu %9s %9s  %s\n", (unsigned long long)run->number, run_state_name(run->state), date,
	       sum->exchanges, input, output, cost_of(sum, &scratch));
	if (run->reason[0]) {
		printf("      ");
		terminal_print_lines(stdout, run->reason, 6, 6, 4);
		putchar('\n');
	}
}

void run_report_text(const struct run_report *r)
{
	printf("%-5s %-8s %-10s %10s %9s %9s  %s\n", "run", "state", "begun", "exchanges", "input", "output", "cost");
	for (size_t i = 0; i < r->runs_len; i++) {
		struct exchange_sum sum;
		exchanges_sum(r->exchanges, r->exchanges_len, r->runs[i].number, &sum);
		print_run(&r->runs[i], &sum);
	}
}

/* ---- as JSON */

static json_t *tokens_value(const struct usage *u)
{
	return json_pack("{s:b, s:I, s:I, s:I, s:I, s:I}", "known", (int)u->known, "fresh", (json_int_t)u->fresh, "cache_read",
			 (json_int_t)u->cache_read, "cache_write", (json_int_t)u->cache_write, "output",
			 (json_int_t)u->output, "reasoning", (json_int_t)u->reasoning);
}

static json_t *time_value(int64_t time_s)
{
	char text[21];
	clock_utc(time_s, text);
	return time_s ? json_string(text) : json_null();
}

/* As it was written; what cannot be read is none. */
static json_t *parsed(const char *text)
{
	json_t *value = NULL;
	return text[0] && json_parse(str_of(text), "run", &value, NULL) == 0 ? value : json_null();
}

static json_t *run_value(const struct run *run, const struct exchange_sum *sum)
{
	char job[HASH_HEX];
	hash_hex(&run->job, job);
	return json_pack("{s:I, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:I, s:I, s:o, s:{s:I, s:b, s:b}}", "run",
			 (json_int_t)run->number, "job", job, "state", run_state_name(run->state), "reason",
			 json_text(run->reason), "begun_at", time_value(run->begun_s), "ended_at", time_value(run->ended_s),
			 "settings", parsed(run->settings), "result", parsed(run->result), "exchanges",
			 (json_int_t)sum->exchanges, "open", (json_int_t)sum->open, "tokens", tokens_value(&sum->usage),
			 "cost", "nano_dollars", (json_int_t)sum->cost, "known", (int)sum->cost_known, "at_most",
			 (int)sum->cost_at_most);
}

json_t *run_report_value(const struct run_report *r)
{
	json_t *runs = json_array();
	for (size_t i = 0; i < r->runs_len; i++) {
		struct exchange_sum sum;
		exchanges_sum(r->exchanges, r->exchanges_len, r->runs[i].number, &sum);
		json_array_append_new(runs, run_value(&r->runs[i], &sum));
	}
	return json_pack("{s:i, s:o}", "version", 1, "runs", runs);
}
