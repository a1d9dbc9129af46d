#!/usr/bin/env bash
# `recast harden`: tests made of what candidates answer otherwise, and of where tests do not lead.
# shellcheck disable=SC2013,SC2154,SC2317,SC2016 # tests/tap.sh sets them, `is` calls them, and these are no commands
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. tests/tap.sh

header='#ifndef PRICES_H
#define PRICES_H
#include <stddef.h>
struct shop;
typedef void (*shop_visit)(const char *name, int price, void *user);
int price_of(int amount, int each);
int price_label(const char *name, char *out, size_t size);
struct shop *shop_open(void);
int shop_add(struct shop *shop, const char *name, int price);
int shop_walk(const struct shop *shop, shop_visit visit, void *user);
void shop_close(struct shop *shop);
#endif'
code='#include "prices.h"
#include <stdlib.h>
#include <string.h>
struct shop { int len; struct { char name[16]; int price; } items[8]; };
int price_of(int amount, int each)
{ if (amount < 0 || each < 0 || amount > 1000 || each > 1000) return -1;
  if (amount >= 100) return amount * each - amount * each / 10;
  return amount * each; }
int price_label(const char *name, char *out, size_t size)
{ size_t len = strlen(name); if (len + 3 > size) return -1;
  out[0] = 60; memcpy(out + 1, name, len); out[len + 1] = 62; out[len + 2] = 0; return (int)len; }
struct shop *shop_open(void) { return calloc(1, sizeof(struct shop)); }
int shop_add(struct shop *s, const char *name, int price)
{ if (s->len == 8 || strlen(name) > 15) return -1;
  strcpy(s->items[s->len].name, name); s->items[s->len].price = price; return s->len++; }
int shop_walk(const struct shop *s, shop_visit visit, void *user)
{ for (int i = 0; i < s->len; i++) visit(s->items[i].name, s->items[i].price, user); return s->len; }
void shop_close(struct shop *s) { free(s); }'
tests='#include "prices.h"
#include <stdio.h>
#include <string.h>
static int wrong;
static void is(int holds) { wrong += !holds; }
static void visit(const char *name, int price, void *user) { *(int *)user += price + (int)strlen(name); }
static void none_is_free(void) { is(price_of(0, 5) == 0); }
static void some_cost_more(void) { is(price_of(3, 5) == 15); is(price_of(11, 2) == 22); }
static void labels_have_brackets(void) { char out[32]; is(price_label("quokka", out, 32) == 6); is(!strcmp(out, "<quokka>")); }
static void labels_may_be_empty(void) { char out[32]; is(price_label("", out, 32) == 0); is(!strcmp(out, "<>")); }
static void shops_add_up(void) { struct shop *s = shop_open(); int sum = 0; shop_add(s, "wombat", 4); shop_add(s, "numbat", 7);
  is(shop_walk(s, visit, &sum) == 2); is(sum == 23); shop_close(s); }
static void shops_are_empty_at_first(void) { struct shop *s = shop_open(); int sum = 0; is(shop_walk(s, visit, &sum) == 0); shop_close(s); }
static void shops_count(void) { struct shop *s = shop_open(); is(shop_add(s, "potoroo", 1) == 0); shop_close(s); }
static const struct { const char *name; void (*run)(void); } all[] = {
  { "none_is_free", none_is_free }, { "some_cost_more", some_cost_more }, { "labels_have_brackets", labels_have_brackets },
  { "labels_may_be_empty", labels_may_be_empty }, { "shops_add_up", shops_add_up },
  { "shops_are_empty_at_first", shops_are_empty_at_first }, { "shops_count", shops_count },
};
int main(void)
{ puts("1..7"); for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) { wrong = 0; all[i].run();
    printf("%s %d - %s\n", wrong ? "not ok" : "ok", (int)i + 1, all[i].name); } return 0; }'
config='{
  "name": "prices",
  "library": { "sources": ["src/*.c"], "headers": ["include/*.h"], "include": ["include"] },
  "tests": {
    "programs": [
      { "name": "t", "sources": ["tests/t.c"], "report": "tap" }
    ]
  },
  "differential": { "inputs": 2000 }
}'

library project recast.json "$config" include/prices.h "$header" src/prices.c "$code" tests/t.c "$tests" \
    RECAST.md $'# prices\n\n## Actions\n\n- 2026-01-01 It began.'
library good src/mine.c "${code//amount \* each - amount \* each \/ 10/amount * each - (amount * each) \/ 10}"
library rare src/mine.c "${code//return amount \* each; \}/return amount == 77 ? 0 : amount * each; \}}"
library calls src/mine.c "${code//i < s->len; i++) visit/i < s->len \&\& i < 3; i++) visit}"
library caught src/mine.c "${code//return amount \* each; \}/return amount + each; \}}"
for name in good rare calls caught; do
    run add -q -C "$temp/project" "$temp/$name"
done
cp "$temp/project/recast.json" "$temp/before.json"
written=$temp/project/tests-recast/hardened-1.c

absent() { # TEXT, on stdout
    ! grep -qE "$1" "$temp/out"
}

# ---- nothing is written

run check --json -q -C "$temp/project" c2
is 'no test finds the flaw' prints '"reason": "differential: '
run harden -q -C "$temp/project" --dry-run
is 'a dry run' exited 0
is 'shows the file' prints '+++ '
is 'and the entry' prints '"report": "tap", "visible": true }'
is 'and what comes of it' prints 'would be added'
is 'and writes no file' test ! -e "$temp/project/tests-recast"
is 'nor to recast.json' diff "$temp/before.json" "$temp/project/recast.json"

# ---- new tests

run harden -q -C "$temp/project" --json
is 'new tests' exited 0
is 'by one who is wrong for a number' prints '"from": "c2"'
is 'by one whose callbacks are not called' prints '"from": "c3"'
is 'by where nothing leads' prints '"from": "original"'
is 'one who is right gives none' absent '"from": "c1"'
is 'one whom tests find is left alone' prints 'visible tests find it already'
is 'the number is there' grep -q 'price_of(77, ' "$written"
is 'the calls are, too' grep -q 'IS(heard("visit ' "$written"
is 'recast.json names it' grep -q '"sources": \["tests-recast/hardened-1.c"\]' "$temp/project/recast.json"
is 'and is otherwise as it was' diff "$temp/before.json" \
    <(sed -e '/hardened-1/d' -e 's/"report": "tap" },$/"report": "tap" }/' "$temp/project/recast.json")
is 'RECAST.md has a line' grep -q 'recast harden added .* as hardened-1' "$temp/project/RECAST.md"

run check -q --json -C "$temp/project" original
is 'the original passes' prints '"failed": 0'
run check -q -C "$temp/project" c1
is 'one who is right, too' exited 0
run check -q -C "$temp/project" c2
is 'the flaw is found' exited 1
is 'by tests' prints 'fail  tests: '
run check -q -C "$temp/project" c3
is 'the other, too' prints 'fail  tests: '

# ---- objects

library boxes recast.json '{ "name": "boxes", "library": { "sources": ["box.c"], "headers": ["box.h"] },
  "tests": { "programs": [{ "name": "t", "sources": ["t.c"] }] }, "differential": { "inputs": 2000 } }' \
    box.h '#include <stddef.h>
struct box { int sum; const char *last; };
struct pile;
struct box *box_new(void);
struct box *box_clone(const struct box *box);
void box_add(struct box *box, int n);
void box_free(struct box *box);
struct pile *pile_new(void);
void pile_push(struct pile *pile, int n);
int pile_top(const struct pile *pile);
void pile_free(struct pile *pile);
void box_name(char *name, const char *of);' \
    box.c '#include "box.h"
#include <stdlib.h>
#include <string.h>
struct pile { int len, numbers[100]; };
struct box *box_new(void) { return calloc(1, sizeof(struct box)); }
struct box *box_clone(const struct box *box)
{ if (box->sum <= 0) return NULL; struct box *half = box_new(); half->sum = box->sum / 2; half->last = "half"; return half; }
void box_add(struct box *box, int n) { if (n > 0 && n < 1000) box->sum += n; box->last = n > 300 ? "much" : "some"; }
void box_free(struct box *box) { free(box); }
struct pile *pile_new(void) { return calloc(1, sizeof(struct pile)); }
void pile_push(struct pile *pile, int n) { if (pile->len < 100 && n > 3) pile->numbers[pile->len++] = n; }
int pile_top(const struct pile *pile) { return pile->len ? pile->numbers[pile->len - 1] : -1; }
void pile_free(struct pile *pile) { free(pile); }
void box_name(char *name, const char *of) { if (strlen(of) < 9) strcpy(name, of); else strcpy(name, "long"); }' \
    t.c '#include "box.h"
#include <assert.h>
#include <string.h>
int main(void) { struct box *b = box_new(); box_add(b, 1); assert(b->sum == 1); assert(!strcmp(b->last, "some")); box_free(b);
  char name[4096]; box_name(name, "ab"); assert(!strcmp(name, "ab"));
  struct pile *p = pile_new(); pile_push(p, 1); assert(pile_top(p) == -1); pile_free(p); return 0; }'
run harden -q -C "$temp/boxes" --inputs 2000 original
is 'objects' exited 0
boxes=$temp/boxes/tests-recast/hardened-1.c
body() { # NAME: the tests whose names begin with it
    sed -n "/^static void $1_[0-9a-f]*(void)/,/^}/p" "$boxes"
}
behind() { # PATTERN WHAT: the latter stands somewhere behind the former
    awk -v first="$1" -v then="$2" '$0 ~ first { seen = 1 } seen && $0 ~ then { found = 1 } END { exit !found }' "$boxes"
}
is 'what a void function has changed is looked at' behind '^.box_add' 'IS\(o[0-9]*->sum == [1-9]'
is 'texts of it, too' behind '^.box_add' 'IS\(same_text\(o[0-9]*->last, "much"\)\)'
is 'one that headers do not show is asked' behind '^.pile_push' 'IS\(r[0-9]* == [1-9]'
is 'a test goes on only with what is there' grep -q 'NEED(o0 != NULL);' "$boxes"
is 'and ends it' behind 'box_new' '^.box_free\(o0\);'
calls() { # of a function, in the tests
    sed -n '/^static const struct/q;p' "$boxes" | grep -c "[^_a-z]$1("
}
all_ended() {
    local made=$(($(calls box_new) + $(calls box_clone) - $(grep -c 'IS(o[0-9]* == NULL)' "$boxes")))
    [ "$made" = "$(calls box_free)" ] && [ "$(calls pile_new)" = "$(calls pile_free)" ] && [ "$made" -gt 0 ]
}
is 'all of them' all_ended
is 'room is not written out' test -z "$(grep -E '(\\0){20}|(\\000){20}' "$boxes")"
is 'but there' grep -q '\[4[0-9]*\]' "$boxes"
twice() { # a call right behind itself
    sed 's/^.*= //' "$boxes" | grep -E '^.?(box|pile)_[a-z]*\(|^}' | uniq -d | grep -vE '_(new|clone)\(|^}'
}
is 'no call stands right behind itself' test -z "$(twice)"
run check -q --inputs 1 -C "$temp/boxes" original
is 'the original leaks nothing in them' absent 'leaves memory behind'
library null box.c "$(sed 's/box->sum <= 0/box->sum <= 1/; s/sum += n/sum += n - (n == 999)/' "$temp/boxes/box.c")"
run check -q --all --inputs 1 -C "$temp/boxes" "$temp/null"
is 'one that gives nothing is found' exited 1
is 'by a test that comes to an end' absent 'not reported'

# ---- what is sealed

run extract -q --json -C "$temp/project"
sealed=$(tr -d '\n' <"$temp/out" | grep -o '{[^{}]*"visible": false[^{}]*' | grep -o '"name": "[a-z_]*"' | cut -d '"' -f 4)
is 'some tests are sealed' test -n "$sealed"
hidden() { # whatever only sealed tests say is not in the new ones
    local test text word
    for test in $sealed; do
        text=$(sed -n "/^static void $test(void)/,/}\$/p" "$temp/project/tests/t.c")
        ! grep -q "$test" "$written" || { echo "$test" && return 1; }
        for word in $(grep -o '"[a-z]\+"' <<<"$text"); do
            ! grep -q "$word" "$written" || { echo "$word" && return 1; }
        done
    done
}
is 'nothing of them is in the new tests' hidden
is 'the new ones are not' test -z "$(grep -o 'hardened' <<<"$sealed")"
is 'they are shown' grep -q 'price_of(77, ' "$temp/project/.recast/spec/current/tests/tests-recast/hardened-1.c"

# ---- again

run harden -q -C "$temp/project" --json
is 'again' exited 0
names() { grep -oh '^static void [a-z]*_[a-z_]*_[0-9a-f]\{8\}(void)$' "$temp"/project/tests-recast/*.c; }
is 'nothing is there twice' test -z "$(names | sed 's/.*_//' | sort | uniq -d)"
is 'the flaws need no more tests' absent '"from": "c[23]"'
run harden -q -C "$temp/project" --tests 1 --seed 5 original
is 'one more' exited 0
run harden -q -C "$temp/project" --tests 1000
is 'too many' exited 2

# ---- where the original is kept elsewhere, in a framework

unity='#ifndef UNITY_H
#define UNITY_H
#include <stdio.h>
static int bad, at;
void setUp(void);
void tearDown(void);
#define UNITY_BEGIN() (at = 0)
#define UNITY_END() (printf("-----\n%d Tests %d Failures 0 Ignored\n%s\n", at, bad, bad ? "FAIL" : "OK"), bad)
#define TEST_ASSERT_TRUE(c) do { if (!(c)) { wrong_line = __LINE__; return; } } while (0)
static int wrong_line;
#define RUN_TEST(f) do { wrong_line = 0; setUp(); f(); tearDown(); at++; bad += wrong_line != 0; \
	if (wrong_line) printf("t.c:%d:" #f ":FAIL\n", wrong_line); else printf("t.c:%d:" #f ":PASS\n", __LINE__); } while (0)
#endif'
library other recast.json '{ "name": "twice", "library": { "sources": ["twice.c"], "headers": ["twice.h"] },
  "tests": { "include": ["unity"], "report": "unity", "programs": [{ "name": "t", "sources": ["t.c"] }] } }' \
    twice.h 'int twice(int n);' twice.c '#include "twice.h"
static int digits(int n) { int len = 0; for (; n; n /= 10) len++; return len; }
int twice(int n) { if (n > 5000) return -digits(n); return n * 2; }' unity/unity.h "$unity" \
    t.c '#include "unity.h"
#include "twice.h"
void setUp(void) {}
void tearDown(void) {}
void test_one(void) { TEST_ASSERT_TRUE(twice(1) == 2); }
void test_two(void) { TEST_ASSERT_TRUE(twice(2) == 4); }
int main(void) { UNITY_BEGIN(); RUN_TEST(test_one); RUN_TEST(test_two); return UNITY_END(); }'
run harden -q -C "$temp/other" --inputs 500
is 'another framework' exited 0
is 'is used' prints 'Framework: unity'
is 'with its words' grep -q 'TEST_ASSERT_TRUE(r0 == -' "$temp/other/tests-recast/hardened-1.c"
run check -q -C "$temp/other" original
is 'and passes' exited 0

sed -i 's/TEST_ASSERT_TRUE/TEST_ASSERT_OTHER/' "$temp/other/unity/unity.h" "$temp/other/t.c"
rm -r "$temp/other/tests-recast"
sed -i 's/, *{ "name": "hardened-1"[^}]*}//' "$temp/other/recast.json"
run harden -q -C "$temp/other" --inputs 500
is 'where that does not build' prints 'Framework: plain C; with unity'

ln -s "$temp" "$temp/other/away"
rm -r "$temp/other/tests-recast"
sed -i 's/, *{ "name": "hardened-1"[^}]*}//' "$temp/other/recast.json"
ln -s "$temp/good" "$temp/other/tests-recast"
run harden -q -C "$temp/other" --inputs 500
is 'a link' exited 2
is 'leads nowhere' complains 'tests-recast'

run harden -q -C "$temp"
is 'no project' exited 2

finish
