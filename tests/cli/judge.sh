#!/usr/bin/env bash
# `recast check` on candidates: what is judged, kept and recalled.
# shellcheck disable=SC2154,SC2317,SC2016 # tests/tap.sh sets them, `is` calls them, and these are no commands
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. tests/tap.sh

library project recast.json '{ "name": "nodes",
  "library": { "sources": ["src/*.c"], "headers": ["include/*.h"], "include": ["include"], "flags": ["-std=c89"] },
  "tests": { "report": { "pass": "^PASS (.+)$", "fail": "^FAIL (.+)$" },
    "programs": [{ "name": "t", "sources": ["tests/t.c"] }] }, "differential": { "inputs": 200 } }' \
    include/nodes.h '#define NODES_EMPTY
struct node { int low, high; struct node *next; };
struct node *node_new(int low, int high, struct node *next);
int node_sum(const struct node *node);
void node_free(struct node *node);' \
    src/nodes.c '#include "nodes.h"
#include <stdlib.h>
struct node *node_new(int low, int high, struct node *next)
{ struct node *n = malloc(sizeof(*n)); n->low = low; n->high = high; n->next = next; return n; }
int node_sum(const struct node *n) { int sum = 0; for (; n; n = n->next) sum += n->low + n->high; return sum; }
void node_free(struct node *n) { while (n) { struct node *next = n->next; free(n); n = next; } }' \
    tests/t.c '#include "nodes.h"
#include <stdio.h>
static void say(int good, const char *name) { printf("%s %s\n", good ? "PASS" : "FAIL", name); }
int main(void)
{ struct node *a = node_new(1, 2, 0), *b = node_new(3, 4, node_new(5, 6, 0));
  say(node_sum(a) == 3, "one"); say(node_sum(b) == 18, "two");
  node_free(b); node_free(a); say(node_sum(0) == 0, "none"); return 0; }'

# Other addresses: what lies in freed memory is nobody's answer.
library other src/nodes.c '#include "nodes.h"
#include <stdlib.h>
static int made[1000];
struct node *node_new(int low, int high, struct node *next)
{ struct node *n; if (made[0]++ == 0) free(malloc(5000));
  n = malloc(sizeof(*n) + 8); n->next = next; n->high = high; n->low = low; return n; }
int node_sum(const struct node *n) { return n ? n->low + n->high + node_sum(n->next) : 0; }
void node_free(struct node *n) { if (n) { node_free(n->next); free(n); } }'

# Takes three of the four numbers for granted.
library wrong src/nodes.c '#include "nodes.h"
#include <stdlib.h>
struct node *node_new(int low, int high, struct node *next)
{ struct node *n = malloc(sizeof(*n)); n->low = low; n->high = 7; n->next = next; return n; }
int node_sum(const struct node *n) { return n && n->next ? 18 : n ? 3 : 0; }
void node_free(struct node *n) { if (n) { node_free(n->next); free(n); } }'

run check -C "$temp/project"
is 'no candidates' exited 2
run add -C "$temp/project" "$temp/other"
run check -C "$temp/project"
is 'another way of allocating passes' exited 0
is 'it says so' prints 'pass  3 tests agree with the original'
run check --json -C "$temp/project" c1
is 'the verdict is recalled' prints '"cached": true'
run check -C "$temp/project" "$temp/wrong"
is 'what a pointer leads to is compared' exited 1
is 'the field is named' prints 'result->high'
run add -C "$temp/project" "$temp/wrong"
run check --format junit -C "$temp/project" c2
is 'as JUnit' prints '<failure'
run log -C "$temp/project"
is 'verdicts are listed' prints 'fail'
sed -i 's/"nodes"/"knots"/' "$temp/project/recast.json"
run check --json -C "$temp/project" c1
is 'another recast.json: judged anew' prints '"cached": false'

# A test that goes another way when fresh memory holds other bytes does not count; one that the rewrite fails does.
library fresh recast.json '{ "name": "fresh",
  "library": { "sources": ["src/*.c"], "headers": ["include/*.h"], "include": ["include"] },
  "tests": { "report": { "pass": "^PASS (.+)$", "fail": "^FAIL (.+)$" },
    "programs": [{ "name": "t", "sources": ["tests/t.c"] }] }, "differential": { "inputs": 200 } }' \
    include/fresh.h 'int fresh_double(int n);' \
    src/fresh.c '#include "fresh.h"
int fresh_double(int n) { return 2 * n; }' \
    tests/t.c '#include "fresh.h"
#include <stdio.h>
#include <stdlib.h>
static void say(int good, const char *name) { printf("%s %s\n", good ? "PASS" : "FAIL", name); }
int main(void)
{ volatile char *bytes = malloc(100); int twice = fresh_double(2);
  if (bytes[50]) twice = fresh_double(2);
  say(twice == 4, "fresh"); say(fresh_double(1) == 2, "one"); say(fresh_double(0) == 0, "none");
  say(fresh_double(3) == 6, "three"); return 0; }'
library same src/fresh.c '#include "fresh.h"
int fresh_double(int n) { return n + n; }'
library never src/fresh.c '#include "fresh.h"
int fresh_double(int n) { return n == 2 ? 5 : n + n; }'
run check -C "$temp/fresh" "$temp/same"
is 'an unstable test does not count' prints 'pass  3 tests agree'
is 'it is named' prints 'unstable   1, which does not count: t: fresh'
run check -C "$temp/fresh" "$temp/never"
is 'but its report does' exited 1

# Answers that were learnt by heart are pointed out, in the text of whoever wrote them.
fixtures/candidates/unfold.sh "$temp/all"
fixture textdist "$temp/textdist"
run check -C "$temp/textdist" --all "$temp/all/textdist/bad-lookup"
is 'literals of the tests are counted' prints 'literals of the tests stand in it'
is 'and pointed out' prints 'distance.c:133  "abcbdab" stands in the tests, too'
run check -C "$temp/textdist" --all "$temp/all/textdist/good"
is 'where there are none, none are' exited 0
is 'nor spoken of' test 0 = "$(grep -c 'stand in it' "$temp/out")"

# A program that ends too early: how, in which test and in which call, and what it did not come to.
steps_json() { # REPORT, or nothing
    printf '{ "name": "steps", "limits": { "fuel": 20000000, "output_kib": 16 },
  "library": { "sources": ["src/*.c"], "headers": ["include/*.h"], "include": ["include"] },
  "tests": { %s"programs": [{ "name": "t", "sources": ["tests/t.c"] }] },
  "candidate": { "memory": false }, "differential": { "inputs": 0 } }' "${1:+\"report\": \"$1\", }"
}
library steps recast.json "$(steps_json tap)" include/steps.h 'int step(int n);' \
    src/steps.c '#include "steps.h"
#include <stdio.h>
#include <stdlib.h>
int step(int n) { if (n < 0) { puts("no"); exit(9); } return n + 1; }' \
    tests/t.c '#include "steps.h"
#include <stdio.h>
static int told;
static void say(int good, const char *name) { printf("%sok %d - %s\n", good ? "" : "not ", ++told, name); }
int main(void)
{ puts("1..3"); say(step(1) == 2, "one"); say(step(2) + step(3) == 7, "two"); say(step(4) == 5, "three");
  return step(5) != 6; }'
cp -r "$temp/steps" "$temp/plain"
steps_json >"$temp/plain/recast.json"
sed -i 's/printf(.*name);/if (!good || !name) told++;/; s/puts("1..3");//' "$temp/plain/tests/t.c"
ends() { # WHAT HOW CODE: what a rewrite does in the third call, and what is said of it
    library "$1" src/steps.c "#include \"steps.h\"
#include <stdio.h>
#include <stdlib.h>
int step(int n) { if (n < 0) { puts(\"no\"); exit(9); } $3; return n + 1; }"
    run check -C "$temp/steps" "$temp/$1"
    is "$1: the test and the call are named" prints 't: two, call 3: step(3)'
    is "$1: that it does not come back" prints 'end  expected  comes back'
    is "$1: how it ends" prints "got       $2"
    is "$1: what it did not come to is told once" prints 't  1 test is not reported: the program did not come to it'
    is "$1: as one that fails" prints '2 of 3 tests fail, 1 of them not reported'
    run check -C "$temp/plain" "$temp/$1"
    is "$1: a program without a report: the call" prints 't: t, call 3: step(3)'
    is "$1: how it ends" prints "got       $2"
    is "$1: and that is all" prints '1 of 1 tests fail'
}
ends trap 'traps: abort or unreachable code in step < main' 'if (n == 3) __builtin_trap()'
ends loop 'does not come to an end: stopped after 20000000' 'for (volatile int i = 0; n == 3; ) i++'
ends flood 'ends: printed more than 16 KiB' 'while (n == 3) puts("flood")'
ends leave 'ends: exit code 0' 'if (n == 3) exit(0)'
# The answer before it may be why.
library null include/steps.h 'int step(int n);' src/steps.c '#include "steps.h"
#include <stdlib.h>
int step(int n) { static int wrong; if (wrong) __builtin_trap(); wrong = n == 2; return n == 2 ? 0 : n + 1; }'
run check -C "$temp/steps" "$temp/null"
is 'a wrong answer comes first' prints 't: two, call 2: step(2)'
is 'with how the program ended then' prints 'the program then traps: abort or unreachable code in step < main'
is 'and what was to be answered' prints 'result  expected  3'

# What is proposed to be free can be pasted, and is then free.
fixture ordmap "$temp/ordmap"
run check -C "$temp/ordmap" "$temp/all/ordmap/bad-filter-twice"
is 'one callback too many fails' exited 1
is 'it may be left open: the declaration is proposed' prints '"trace": { "free": ["ordmap_filter.calls"] }'
sed -i 's/"language": "c",/&\n  "trace": { "free": ["ordmap_filter.calls"] },/' "$temp/ordmap/recast.json"
run check -C "$temp/ordmap" "$temp/all/ordmap/bad-filter-twice"
is 'declared, it passes' exited 0
is 'what was left out is said' prints 'by trace.free in recast.json: ordmap_filter.calls'

# What a library hands to a callback may be a copy on its stack, or a part of its own: what is in it counts.
library walker recast.json '{ "name": "walker",
  "library": { "sources": ["src/*.c"], "headers": ["include/*.h"], "include": ["include"] },
  "tests": { "report": { "pass": "^PASS (.+)$" }, "programs": [{ "name": "t", "sources": ["tests/t.c"] }] },
  "verdict": { "min_tests": 1 }, "differential": { "inputs": 200 } }' \
    include/walker.h 'struct item { int key, value; };
typedef int (*walker_visit)(const struct item *item, void *data);
void walker_set(int key, int value);
int walker_each(walker_visit visit, void *data);' \
    src/walker.c '#include "walker.h"
static struct item items[8];
static int len;
void walker_set(int key, int value) { items[len].key = key; items[len++].value = value; }
int walker_each(walker_visit visit, void *data)
{ int n = 0; for (int i = 0; i < len; i++) { struct item copy = items[i]; n += visit(&copy, data); } return n; }' \
    tests/t.c '#include "walker.h"
#include <stdio.h>
static int add(const struct item *item, void *data) { *(int *)data += item->key * item->value; return 1; }
int main(void)
{ int sum = 0; walker_set(1, 2); walker_set(3, 4); walker_set(5, 6);
  if (walker_each(add, &sum) == 3 && walker_each(add, &sum) == 3) printf("PASS each\n"); return sum != 88; }'
library its-own src/walker.c '#include "walker.h"
#include <stdlib.h>
static struct node { struct item item; struct node *next; } *first, **last = &first;
void walker_set(int key, int value)
{ struct node *n = malloc(sizeof(*n)); n->item.key = key; n->item.value = value; n->next = 0; *last = n; last = &n->next; }
int walker_each(walker_visit visit, void *data)
{ int n = 0; for (struct node *e = first; e; e = e->next) n += visit(&e->item, data); return n; }'
sed 's/= key; n->item.value = value/= value; n->item.value = key/' "$temp/its-own/src/walker.c" >"$temp/swapped.c"
mkdir -p "$temp/swapped/src"
mv "$temp/swapped.c" "$temp/swapped/src/walker.c"
run check -C "$temp/walker" "$temp/its-own"
is 'a rewrite that hands out its own passes' exited 0
run check -C "$temp/walker" "$temp/swapped"
is 'one with other things in it does not' exited 1
is 'and what it is' prints 'item->key'

finish
