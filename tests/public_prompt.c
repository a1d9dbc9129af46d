/*
 * A prompt, linked with nothing but what may be shown: that this program links proves
 * that what a model is asked cannot reach the oracle, the original's tree or the judges.
 */
#include "harness/prompt.h"
#include "harness/spec.h"
#include "tests/tap.h"

static void asks_what_the_specification_says(void)
{
	SCOPED_ARENA struct arena a = {0};
	struct spec_file header = {"include/add.h", STR("int add(int a, int b);\n")};
	struct prompt_part parts[] = {
		{PROMPT_RECAST, STR("Write what this header declares:\n"), false},
		{PROMPT_SPEC, header.text, true},
	};
	struct prompt prompt = {.title = "writing add.c", .parts = parts, .parts_len = countof(parts)};
	is_str(prompt_message(&prompt, &a).ptr, "Write what this header declares:\nint add(int a, int b);\n");
	struct hash one = prompt_hash(&prompt);
	parts[1].text = STR("int add(int a, int c);\n");
	struct hash two = prompt_hash(&prompt);
	ok(!hash_eq(&one, &two));
}

int main(void)
{
	tap_run("asks what the specification says", asks_what_the_specification_says);
	return tap_done();
}
