#!/usr/bin/env bash
# What `recast check` finds of a rewrite's use of memory, in programs that all pass.
# shellcheck disable=SC2154,SC2317,SC2016 # tests/tap.sh sets them, `is` calls them, and these are no commands
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. tests/tap.sh

library project recast.json '{ "name": "bag",
  "differential": { "inputs": 0 },
  "library": { "sources": ["src/*.c"], "headers": ["include/*.h"], "include": ["include"] },
  "tests": { "report": { "pass": "^PASS (.+)$", "fail": "^FAIL (.+)$" },
    "programs": [{ "name": "t", "sources": ["tests/t.c"] }] } }' \
    include/bag.h 'struct bag;
struct bag *bag_new(void);
int bag_add(struct bag *b, int n);
int bag_sum(const struct bag *b);
unsigned bag_hash(const struct bag *b);
char *bag_text(const struct bag *b);
void bag_free(struct bag *b);' \
    src/bag.c '#include "bag.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
struct bag { int len, cap, *items; char *name; };
struct bag *bag_new(void)
{
	struct bag *b = calloc(1, sizeof(*b));
	if (!b) return 0;
	b->name = malloc(4);
	if (!b->name) { free(b); return 0; }
	memcpy(b->name, "bag", 4);
	return b;
}
int bag_add(struct bag *b, int n)
{
	if (b->len == b->cap) {
		int cap = b->cap ? 2 * b->cap : 4, *items = realloc(b->items, (size_t)cap * sizeof(*items));
		if (!items) return -1;
		b->items = items;
		b->cap = cap;
	}
	b->items[b->len++] = n;
	return b->len;
}
int bag_sum(const struct bag *b)
{
	unsigned sum = 0;
	for (int i = 0; i < b->len; i++) sum += (unsigned)b->items[i];
	return (int)sum;
}
unsigned bag_hash(const struct bag *b)
{
	unsigned hash = 0;
	for (int i = 0; i < b->len; i++) hash = hash << 5 ^ (unsigned)b->items[i] << 24;
	return hash;
}
char *bag_text(const struct bag *b)
{
	char *text = malloc(16);
	if (text) snprintf(text, 16, "%s of %d", b->name, b->len);
	return text;
}
void bag_free(struct bag *b)
{
	if (!b) return;
	free(b->items);
	free(b->name);
	free(b);
}' \
    tests/t.c '#include "bag.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static void say(int good, const char *name) { printf("%s %s\n", good ? "PASS" : "FAIL", name); }
int main(void)
{
	struct bag *b = bag_new();
	char *text;
	int i, good = 1;
	if (!b) { say(0, "new"); return 1; }
	for (i = 0; i < 12; i++) good &= bag_add(b, 100 * i) == i + 1;
	say(good, "add");
	say(bag_sum(b) == 6600, "sum");
	say(bag_hash(b) != 0, "hash");
	text = bag_text(b);
	say(text && !strcmp(text, "bag of 12"), "text");
	free(text);
	say(bag_add(b, 0x7fffffff) < 14 && bag_sum(b) < 0, "large");
	bag_free(b);
	return 0;
}'

variant() { # NAME SED
    mkdir -p "$temp/$1/src"
    sed -E "$2" "$temp/project/src/bag.c" >"$temp/$1/src/bag.c"
}

finds() { # NAME SED WHAT...
    variant "$1" "$2"
    run check --all -C "$temp/project" "$temp/$1"
    is "$1: fails" exited 1
    tr -s ' \n' ' ' <"$temp/out" >"$temp/flat"
    mv "$temp/flat" "$temp/out"
    is "$1: by what it does with memory" prints ' memory fail '
    shift 2
    for what; do
        is "it is said: $what" prints "$what"
    done
}

variant same 's/^$//'
run check --all -C "$temp/project" "$temp/same"
is 'the same as the original passes' exited 0
is 'what was done is said' prints 'nothing found in 1 program; it survives'
is 'allocations are counted' prints 'the original 6'

# Each passes all tests.
finds overrun 's/malloc\(4\)/malloc(3)/' 'bag_new: writes behind the end of a block: byte 3 of a block of 3' 'src/bag.c:6'
finds far-overrun 's/b->items\[b->len\+\+\] = n;/&\n\tif (b->len == 12) b->items[b->cap] = 1;/' \
    'bag_add: writes behind the end of a block: byte 64 of a block of 64'
finds underrun 's/memcpy\(b->name, "bag", 4\);/&\n\tb->name[-1] = 0;/' 'writes in front of a block: byte -1 of a block of 4'
finds after-free 's/^\tfree\(b->items\);/&\n\tb->items[3] = 7;/' \
    'bag_free: writes to a block that was freed: byte 12 of a block of 64 that bag_add allocated'
finds double-free 's/free\(b->name\);$/&\n\tfree(b->name);/' 'bag_free: frees a block twice'
finds foreign-free 's/free\(b->name\);$/free(b->name + 1);/' 'bag_free: frees what was never allocated: byte 1 of a block of 4'
finds static-text 's/char \*text = malloc\(16\);/static char text[16];/; s/if \(text\) //' 'frees what was never allocated: address'
finds leak 's/^\tfree\(b->name\);$//' 'bag_new: leaves memory behind that nothing leads to: 1 block, 4 bytes'
finds overflow 's/unsigned sum = 0/int sum = 0/; s/sum \+= \(unsigned\)/sum += /' \
    'src/bag.c:29 bag_sum: adds signed numbers beyond their' 'test program t'
finds shift 's/\(unsigned\)b->items\[i\] << 24/(unsigned)(b->items[i] << 24)/' \
    'bag_hash: shifts by too much, or shifts bits out of a signed number'
finds index 's/unsigned hash = 0;/static unsigned few[5]; unsigned hash = few[b->len % 7] \& 0;/' 'bag_hash: uses an index outside of its array'
finds unwritten 's/calloc\(1, sizeof\(\*b\)\)/malloc(sizeof(*b) + 4)/; s/if \(!b\) return 0;/&\n\tb->len = b->cap = 0; b->items = 0;/
    s/return hash;/return hash ^ ((const unsigned *)b)[4];/' 'bag_hash: answers otherwise when memory that was never written'
finds peak 's/char \*text = malloc\(16\);/void *volatile big = malloc(b->len == 12 ? 9000000 : 9); free(big);\n\t&/' 'takes many times the memory: 8789 KiB at once, the original 0 KiB'

# Allocations that fail, as the original survives it.
finds unchecked 's/if \(!items\) return -1;//' 'bag_add: ' 'when an allocation fails: the 1. of 1 in a call of bag_add'
finds leaky 's/if \(!b->name\) \{ free\(b\); return 0; \}/if (!b->name) return 0;/' \
    'bag_new: leaves memory behind when an allocation fails: the 2. of 2 in a call of bag_new'
finds half 's/if \(!items\) return -1;/if (!items) { free(b->items); return -1; }/' 'when an allocation fails'

# What keeps a buffer for later has not lost it; nor does it count what the original does as well.
variant kept 's/char \*text = malloc\(16\);/static char *kept; if (!kept) kept = malloc(64);\n\t&/'
run check -C "$temp/project" "$temp/kept"
is 'what is kept is no leak' exited 0
cp -r "$temp/project" "$temp/rough"
cp "$temp/overflow/src/bag.c" "$temp/rough/src/bag.c"
run check --all -C "$temp/rough" "$temp/overflow"
is 'what the original does, the rewrite may' exited 0
is 'and that is told' prints 'the original: adds signed numbers beyond their'

# Switched off, it is said.
cp -r "$temp/project" "$temp/off"
sed -i 's/"name": "bag",/&\n  "candidate": { "memory": false },/' "$temp/off/recast.json"
run check -C "$temp/off" "$temp/leak"
is 'nobody looks' exited 0
is 'which is said' prints 'memory: switched off by candidate in recast.json'
run check --json -C "$temp/off" "$temp/leak"
is 'it is not needed then' test false = "$(jq '.gates[] | select(.name == "memory") | .needed' "$temp/out")"

# Hostile ones: millions of blocks, two gigabytes, addresses at the end of memory.
variant many 's/int bag_sum/static void *volatile sink;\n&/; s/unsigned sum = 0;/&\n\tfor (int i = 0; b->len == 12 \&\& i < 3000000 \&\& (sink = malloc(1)); i++) ;/'
run check -C "$temp/project" "$temp/many"
is 'millions of blocks end in a finding' exited 1
is 'they are leaks' prints 'leak'
variant large 's/unsigned sum = 0;/&\n\tvoid *volatile p = malloc(b->len == 12 ? 2000000000 : 2); free(p); p = realloc(0, 0xfffffff0u); free(p);/'
run check -C "$temp/project" "$temp/large"
is 'two gigabytes are refused, which it survives' exited 0
variant ends 's/unsigned sum = 0;/&\n\tchar *volatile p = (char *)0xfffffff8u; free(p);/'
run check -C "$temp/project" "$temp/ends"
is 'an address at the end of memory' prints 'frees what was never allocated: address'
finish
