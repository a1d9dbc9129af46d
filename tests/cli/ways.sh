#!/usr/bin/env bash
# Past the tests: libraries that are built in several ways, and what of a library can be called.
# shellcheck disable=SC2154,SC2317 # tests/tap.sh sets them, and `is` calls them
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. tests/tap.sh

rewrite() { # LIBRARY NAME SCRIPT
    mkdir -p "$temp/$2/src"
    sed -E "$3" "$temp/$1/src/$1.c" >"$temp/$2/src/$1.c"
}

value() { # FILTER WANTED
    local got
    got=$(jq -c "$1" "$temp/out")
    test "$got" = "$2" || { echo "$got" && false; }
}

# ---- ways of building: one has other code, one another struct

library notes recast.json '{ "name": "notes",
  "library": { "sources": ["src/*.c"], "headers": ["include/*.h"], "include": ["include"] },
  "tests": { "report": "exit", "programs": [{ "name": "t", "sources": ["t/t.c"], "configurations": [
    { "name": "plain" }, { "name": "flat", "defines": ["NOTES_FLAT"] },
    { "name": "long", "defines": ["NOTES_LONG=1"] }] }] },
  "sealed": { "percent": 0 }, "verdict": { "min_tests": 1 },
  "differential": { "inputs": 4000 } }' \
    include/notes.h 'struct note {
	int octave;
#ifdef NOTES_LONG
	int length;
#endif
	int step;
};
/* 0, or -1 if it is none. */
int notes_take(int pitch, struct note *to);
int notes_steps(const struct note *n);' \
    src/notes.c '#include "notes.h"
int notes_take(int pitch, struct note *to)
{
	if (pitch < 0)
		return -1;
	to->octave = pitch / 12;
	to->step = pitch % 12;
#ifdef NOTES_FLAT
	to->step = 12 - to->step;
#endif
#ifdef NOTES_LONG
	to->length = pitch & 7;
#endif
	return 0;
}
int notes_steps(const struct note *n) { return n->step & 15; }' \
    t/t.c '#include "notes.h"
int main(void)
{ struct note n; if (notes_take(24, &n) || n.octave != 2) return 1; return notes_take(-1, &n) != -1 || notes_steps(&n) > 12; }'

rewrite notes right 's/pitch & 7/7 \& pitch/'
run check -C "$temp/notes" "$temp/right" --seed 1
is 'one that is right passes' exited 0
is 'the gate says in how many ways' prints 'no difference in 4000 inputs in 3 ways of building'
is 'and the figures' prints '4000 reach 2 of 2 functions, in 3 ways of building'
run check --json -C "$temp/notes" "$temp/right" --seed 1
cp "$temp/out" "$temp/right.json"
is 'as the schema says' "${recast%/*}/tests/harness_schemas" check.schema.json "$temp/out"
is 'half of the inputs are for the first' value '[.differential.ways[] | .flags, .inputs]' \
    '["",2000,"-DNOTES_FLAT",1000,"-DNOTES_LONG=1",1000]'
run check --json -C "$temp/notes" -j 1 "$temp/right" --seed 1
is 'the same seed, the same inputs' diff <(jq -S .differential "$temp/right.json") <(jq -S .differential "$temp/out")
run check --all -C "$temp/notes" "$temp/right" --seed 1 --inputs 2000
is 'too few for all' prints 'calls past the tests, built with -DNOTES_LONG=1: there are too few'

rewrite notes flat 's/12 - to->step/12 - to->step + (pitch > 50)/'
run check -C "$temp/notes" "$temp/flat" --seed 1
is 'what only one way has is found' exited 1
is 'with its flags' prints 'built with -DNOTES_FLAT'
program=$(echo "$temp"/notes/.recast/differences/flat/1-*.c)
is 'which stand in the program, too' grep -q '^ \* built:    with -DNOTES_FLAT$' "$program"
for side in "$temp/notes" "$temp/flat"; do
    cc -w -DNOTES_FLAT -o "$temp/example" -I "$temp/notes/include" "$program" "$side/src/notes.c" &&
        "$temp/example" >"$temp/printed.${side##*/}"
done
is 'so built it shows it' test "$(cat "$temp/printed.notes")" != "$(cat "$temp/printed.flat")"

rewrite notes long 's/pitch & 7/pitch \& 3/'
run check --json -C "$temp/notes" "$temp/long" --seed 1
is 'a field that only one way has' exited 1
is 'by its name there' value '[.differential.divergences[] | .what, .way, .flags] | .[0:3]' '["to->length",2,"-DNOTES_LONG=1"]'
is 'shown alone' value '[.differential.divergences[] | select(.program != "") | .reproduced] | all' true

# ---- what cannot be linked is left out alone

library posix recast.json '{ "name": "posix",
  "library": { "sources": ["src/*.c"], "headers": ["include/*.h"], "include": ["include"] },
  "tests": { "report": "exit", "programs": [{ "name": "t", "sources": ["t/t.c"] }] },
  "sealed": { "percent": 0 }, "verdict": { "min_tests": 1 },
  "differential": { "inputs": 1000 } }' \
    include/posix.h 'int posix_run(int n);
int posix_sum(int a, int b);' \
    src/posix.c '#include "posix.h"
int fork(void);
static int again(int n) { return n ? fork() + again(n - 1) : 0; }
int posix_run(int n) { return fork() + again(n & 3); }
int posix_sum(int a, int b) { return (int)((unsigned)a + (unsigned)b); }' \
    t/t.c '#include "posix.h"
int main(void) { return posix_sum(1, 2) != 3; }'
rewrite posix sums 's/\(unsigned\)b\)/(unsigned)b)/'
run check --json -C "$temp/posix" "$temp/sums" --seed 1
is 'a function that cannot be linked does not keep others from being judged' exited 0
is 'it is named with the reason' value '.differential.functions.left_out' \
    '[{"name":"posix_run","why":"it leads to fork, which the sandbox does not have"}]'
rewrite posix sums-wrong 's/\(unsigned\)b\)/(unsigned)b) + (a == b \&\& a > 9)/'
run check -C "$temp/posix" "$temp/sums-wrong" --seed 1
is 'and what is wrong is found' exited 1

library stop recast.json '{ "name": "stop",
  "library": { "sources": ["src/*.c"], "headers": ["include/*.h"], "include": ["include"] },
  "tests": { "report": "exit", "programs": [{ "name": "t", "sources": ["t/t.c"] }] },
  "sealed": { "percent": 0 }, "verdict": { "min_tests": 1 },
  "differential": { "inputs": 100 } }' \
    include/stop.h 'int stop_now(int code);' \
    src/stop.c '#include "stop.h"
#include <stdlib.h>
int stop_now(int code) { if (code != 12345) abort(); abort(); }' \
    t/t.c '#include "stop.h"
int main(void) { int (*volatile stop)(int) = stop_now; return !stop; }'
rewrite stop stops 's/code != 12345/12345 != code/'
run check --json -C "$temp/stop" "$temp/stops" --seed 1
is 'where no call has an answer, that is what is said' value '.gates[] | select(.name == "differential").detail |
    test("^no call of it came back with a defined answer; ")' true

# ---- where nothing can be called by itself, what tests do with other inputs is what is compared

library letters recast.json '{ "name": "letters",
  "library": { "sources": ["src/*.c"], "headers": ["include/*.h"], "include": ["include"] },
  "tests": { "report": "exit", "programs": [{ "name": "t", "sources": ["t/t.c"] }] },
  "sealed": { "percent": 0 }, "verdict": { "min_tests": 1 },
  "differential": { "inputs": 2000 } }' \
    include/letters.h '#include <stdio.h>
int letters_count(const char *text, FILE *told);
int letters_other(const char *text, FILE *told);' \
    src/letters.c '#include "letters.h"
int letters_count(const char *text, FILE *told) { int n = 0; while (text[n]) n++; (void)told; return n; }
int letters_other(const char *text, FILE *told) { return letters_count(text, told); }' \
    t/t.c '#include "letters.h"
int main(void) { return letters_count("abc", stdout) != 3; }'
rewrite letters counts 's/int n = 0;/int n; n = 0;/'
run check --json -C "$temp/letters" "$temp/counts" --seed 1
is 'what was compared counts' exited 0
is 'and that is what is said' value '.gates[] | select(.name == "differential").detail |
    test("^no difference in [0-9]+ runs of tests with other inputs, which call 1 of 2 functions; by itself none was called$")' true
is 'functions are named' value '[.differential.functions.left_out[].why]' \
    '["it takes a stream; only test programs call it, with other inputs","it takes a stream"]'

# ---- a declaration without a prototype, as older C has it

library box recast.json '{ "name": "box",
  "library": { "sources": ["src/*.c"], "headers": ["include/*.h"], "include": ["include"] },
  "tests": { "report": "exit", "programs": [{ "name": "t", "sources": ["t/t.c"] }] },
  "sealed": { "percent": 0 }, "verdict": { "min_tests": 1 },
  "differential": { "inputs": 1000 } }' \
    include/box.h 'struct box;
struct size { int width, height; };
struct box *box_new();
void box_free(struct box *b);
void box_put(struct box *b, int value);
int box_get(const struct box *b);
struct size box_size();
int box_odd();' \
    src/box.c '#include "box.h"
#include <stdlib.h>
struct box { int value; };
struct box *box_new() { return calloc(1, sizeof(struct box)); }
void box_free(struct box *b) { free(b); }
void box_put(struct box *b, int value) { b->value = value; }
int box_get(const struct box *b) { return b->value; }
struct size box_size() { struct size s = {3, 4}; return s; }
int box_odd(a) int a; { return a & 1; }' \
    t/t.c '#include "box.h"
int main(void)
{ struct box *b = box_new(); box_put(b, 5); int got = box_get(b); box_free(b);
  return got != 5 || box_size().height != 4 || !box_odd(3); }'
rewrite box boxes 's/b->value = value/(*b).value = value/'
run check --json -C "$temp/box" "$temp/boxes" --seed 1
is 'one without parameters is taken as such' exited 0
is 'one that has some is not' value '.differential.functions.left_out' '[{"name":"box_odd","why":"its types are not known"}]'
is 'calls of it in tests are compared' value '[.unseen[] | select(contains("box_new") or contains("box_size"))]' '[]'
rewrite box boxes-wrong 's/b->value = value/b->value = value > 99 ? 99 : value/'
run check -C "$temp/box" "$temp/boxes-wrong" --seed 1
is 'what it makes is used' exited 1
is 'in calls of it' prints 'box_new()'
rewrite box sizes-wrong 's/\{3, 4\}/{2, 4}/'
run check -C "$temp/box" "$temp/sizes-wrong" --seed 1
is 'a struct that it returns in tests is compared' prints 'box_size()'
mkdir -p "$temp/modern/src"
sed 's/()/(void)/' "$temp/box/src/box.c" >"$temp/modern/src/box.c"
run check -C "$temp/box" "$temp/modern" --seed 1
is 'a rewrite may define it with a prototype' exited 0

# ---- structs that a library writes several of

library words recast.json '{ "name": "words",
  "library": { "sources": ["src/*.c"], "headers": ["include/*.h"], "include": ["include"] },
  "tests": { "report": "exit", "programs": [{ "name": "t", "sources": ["t/t.c"] }] },
  "sealed": { "percent": 0 }, "verdict": { "min_tests": 1 },
  "differential": { "inputs": 2000 } }' \
    include/words.h 'struct word { int from, len; };
/* How many there are, of which at most that many are written. */
int words_split(const char *text, struct word *words, int count);' \
    src/words.c '#include "words.h"
int words_split(const char *text, struct word *words, int count)
{
	int n = 0;
	for (int i = 0; text[i]; i++) {
		if (text[i] != 32 && (i == 0 || text[i - 1] == 32) && n++ < count)
			words[n - 1] = (struct word){i, 0};
		if (text[i] != 32 && n <= count)
			words[n - 1].len++;
	}
	return n;
}' \
    t/t.c '#include "words.h"
int main(void) { struct word w[4]; return words_split("one two", w, 4) != 2 || w[1].from != 4 || w[1].len != 3; }'
rewrite words splits 's/n\+\+ < count/++n <= count/'
run check -C "$temp/words" "$temp/splits" --seed 1
is 'room for several' exited 0
rewrite words splits-wrong 's/\{i, 0\}/{i, n == 3}/'
run check -C "$temp/words" "$temp/splits-wrong" --seed 1
is 'what the third one says is compared' exited 1
program=$(echo "$temp"/words/.recast/differences/splits-wrong/1-*.c)
for side in words splits-wrong; do
    cc -w -o "$temp/example" -I "$temp/words/include" "$program" "$temp/$side/src/words.c" &&
        "$temp/example" >"$temp/printed.$side"
done
is 'a program shows it' test "$(cat "$temp/printed.words")" != "$(cat "$temp/printed.splits-wrong")"

finish
