# shellcheck shell=bash
# A small library for tests of commands, without its source: `library project "${pair[@]}" src/pair.c '…'`.

# shellcheck disable=SC2034 # scripts use it
pair=(
    recast.json '{ "name": "pair", "sealed": { "percent": 25, "seed": 1 },
  "library": { "sources": ["src/*.c"], "headers": ["include/*.h"], "include": ["include"] },
  "tests": { "report": "tap", "programs": [{ "name": "t", "sources": ["tests/t.c"] }] },
  "verdict": { "min_tests": 1 }, "differential": { "inputs": 200 } }'
    include/pair.h '/* Adds. */
int pair_sum(int a, int b);
/* The larger one. */
int pair_max(int a, int b);'
    tests/t.c '#include "pair.h"
#include <stdio.h>
static int number;
static void say(int good, const char *name) { printf("%sok %d - %s\n", good ? "" : "not ", ++number, name); }
static void test_sum(void) { say(pair_sum(1, 2) == 3, "test_sum"); }
static void test_sum_again(void) { say(pair_sum(-1, 1) == 0, "test_sum_again"); }
static void test_max(void) { say(pair_max(1, 2) == 2, "test_max"); }
static void test_max_again(void) { say(pair_max(4, 2) == 4, "test_max_again"); }
int main(void) { test_sum(); test_sum_again(); test_max(); test_max_again(); printf("1..%d\n", number); return 0; }'
)
