#!/usr/bin/env bash
# The promise of `recast extract`: a specification holds neither the implementation nor a sealed test.
# shellcheck disable=SC2154,SC2317 # tests/tap.sh sets them, and `is` calls the functions
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. tests/tap.sh
. tests/spec.sh

# Names of sealed tests, of the last extract.
sealed() {
    awk -F'"' '/"name": / { name = $4 } /"visible": false/ { print name }' "$temp/out"
}

hides_sealed() { # NAME PREFIX, which stands before what is left of test_NAME
    local name some=false
    for name in $(sealed); do
        some=true
        hides "$1" "$2${name#test_}" || { echo "$2${name#test_} is shown" && return 1; }
    done
    $some || { echo "nothing is sealed" && false; }
}

shows_visible() { # NAME PREFIX WORDS...: of those that are not sealed
    local library=$1 prefix=$2 word
    shift 2
    for word; do
        sealed | grep -qx "test_$word" || shows "$library" "$prefix$word" || return 1
    done
}

json() { # MORE of library, MORE of tests, programs
    echo '{ "name": "add", "library": { "sources": ["src/*.c"], "headers": ["include/*.h"], "include": ["include"]'"$1"' },
      "tests": { "report": "exit"'"$2"', "programs": ['"${3:-{ \"name\": \"t\", \"sources\": [\"t.c\"] \}}"'] } }'
}
header='#ifndef ADD_H
#define ADD_H
int add(int a, int b);
int sub(int a, int b);
#endif'
secret='x / c - (b ^ a)' # of it
source="#include \"add.h\"
$mix
int add(int a, int b) { return a + b + 0 * mix(a, b, 1); }
int sub(int a, int b) { return a - b; }"
test='#include "add.h"
#include <assert.h>
#include <stdio.h>
static void test_one(void) { puts(__func__); assert(add(1, 2) == 3); assert(sub(1, 2) == -1); }
static void test_two(void) { puts(__func__); assert(add(2, 2) == 4); assert(sub(2, 2) == 0); }
static void test_three(void) { puts(__func__); assert(add(3, 3) == 6); assert(sub(3, 3) == 0); }
int main(void)
{
	test_one();
	test_two();
	test_three();
	return 0;
}'

# A library that is right but for what is given.
made() { # NAME PATH TEXT...
    local name=$1
    shift
    library "$name" recast.json "$(json '' '')" include/add.h "$header" src/add.c "$source" t.c "$test" "$@"
    extract "$name" --json
}

# ---- the implementation, in documents

quoted() { # NAME, README.md on stdin
    made "$1" README.md "$(cat)"
    is "$1: is read" shows "$1" 'how it is used'
    is "$1: is not shown" hides "$1" "$secret"
}

usage='# Add

## About

This tells how it is used, in src/*.c and elsewhere.

## Usage
'
quoted 'behind a path with a star' < <(echo "$usage" && echo '```c' && echo "$mix" && echo '```')
quoted 'a quotation' < <(echo "$usage" && echo "${mix//$'\n'/$'\n> '}")
quoted 'a difference' < <(echo "$usage" && echo "${mix//$'\n'/$'\n+'}")
quoted 'with numbers of lines' < <(echo "$usage" && nl -ba <<<"$mix")
quoted 'in HTML' < <(echo "$usage" && echo '<pre>' && sed 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g' <<<"$mix")
quoted 'one name changed' < <(echo "$usage" && echo "${mix//int x/int changed}")

# ---- in headers

made comment include/add.h "/*
$mix
*/
${header/int add/\/* Adds. *\/
int add}
// ${mix//$'\n'/$'\n// '}
int more(int a);"
is 'comments of a header that quote' hides comment "$secret"
is 'other comments stay' shows comment 'Adds.'
is 'so does what stands between' shows comment 'int more(int a);'
is 'which is listed' prints '"what": "documentation"'

only="#ifndef ADD_H
#define ADD_H
int add(int a, int b);
int sub(int a, int b);
#ifdef ADD_IMPLEMENTATION
$mix
static inline int inside(int a) { return a * 4711; }
static const int table[] = { 4712 };
#define STEP(a) do { (a) += 4713; } while (0)
int add(int a, int b) { STEP(a); return mix(a, b, table[0]) * 0 + inside(0) + a + b - 4713; }
#endif
#endif"
made beside include/add.h "$only" src/add.c '#define ADD_IMPLEMENTATION
#include "add.h"' src/sub.c '#include "add.h"
int sub(int a, int b) { return a - b; }'
is 'a switched part beside another source' hides beside "$secret"
is 'its inline functions' hides beside 4711
is 'its tables and macros' hides beside 471
is 'what is declared around it' shows beside 'int sub(int a, int b);'

one='#ifndef ADD_H
#define ADD_H
int add(int a, int b);
#ifdef ADD_IMPLEMENTATION
static const int table[] = { 4711 };
#define STEP(a) do { (a) += 4712; } while (0)
int add(int a, int b) { STEP(a); return a + b + table[0] - 9423; }
#endif
#endif'
other=${one//ADD_/SUB_}
other=${other//int add/int sub}
made two include/add.h "$one" include/sub.h "${other/a + b/a - b}" src/add.c '#define ADD_IMPLEMENTATION
#include "add.h"' src/sub.c '#define SUB_IMPLEMENTATION
#include "sub.h"' t.c "#include \"sub.h\"
$test"
is 'two headers, each with its own switch' exited 0
is 'the parts of neither' hides two 471

# ---- in tests and what they read

made data src/add.c "$source" t.c '#include "add.h"
#include <stdio.h>
int main(void)
{
	FILE *f = fopen("src/add.c", "r"), *g = fopen("in.txt", "r");
	return !f || !g || add(1, 2) != 3;
}' in.txt 'what goes in'
is 'a test that reads the source' hides data "$secret"
is 'other files that it reads' shows data 'what goes in'
made copied t.c '#include "add.h"
#include <stdio.h>
int main(void) { return !fopen("copy.txt", "r") || add(1, 2) != 3; }' copy.txt "$mix"
is 'a copy of it under another name' hides copied "$secret"
made stdin recast.json "$(json '' '' '{ "name": "t", "sources": ["t.c"], "stdin": "src/add.c" }')"
is 'the source as standard input' hides stdin "$secret"
made remark t.c "/*
$mix
*/
$test"
is 'a comment of a test' hides remark "$secret"
made macros src/inside.h '#define MIX(x, a, b, c) do { x = x / c - (b ^ a) + 7 * c; } while (0)' src/add.c '#include "add.h"
#include "inside.h"
int add(int a, int b) { int x = 0; MIX(x, a, b, 1); return a + b + 0 * x; }
int sub(int a, int b) { return a - b; }' t.c "#include \"src/inside.h\"
$test"
is 'a private header of macros alone' hides macros "$secret"
is 'makes a test white-box' prints '"white_box": 1'
ln -s src/add.c "$temp/link.c"
made linked t.c '#include "link.c"
int main(void) { return add(1, 2) != 3; }'
cp -P "$temp/link.c" "$temp/linked/link.c" && extract linked --json
is 'a link to the source in a test' hides linked "$secret"
made overlay recast.json "$(json '' ", \"files\": { \"help.h\": \"$(tr '\n\t' '  ' <<<"$mix")\" }")" t.c "#include \"help.h\"
$test
int use(void) { return mix(1, 2, 3); }"
is 'an overlay of the tests' hides overlay "$secret"

# ---- sealed tests

made names t.c "/* test_one, test_two and test_three: sums. */
$test"
is 'names of sealed tests in comments' hides_sealed names test_
made output recast.json "$(json '' '' '{ "name": "t", "sources": ["t.c"], "expect": { "stdout": "out.txt" } }')" \
    out.txt 'test_one
test_two
test_three'
is 'their expected output' hides_sealed output test_

tables=$test
for word in one two three; do
    tables=${tables/static void test_$word(void) \{/"/* Values of $word. */
static const int values_${word}[] = {
	1, 2, 3,
};
#define LAST_$word 2
static void check_$word(void);
static void check_$word(void) { assert(add(values_${word}[0], 2) == values_${word}[LAST_$word]); }
static void test_$word(void) { check_$word();"}
done
made tables t.c "$tables"
is 'tables and helpers that only they use' hides_sealed tables values_
is 'helpers of theirs' hides_sealed tables check_
is 'macros of theirs' hides_sealed tables LAST_
is 'comments on those' hides_sealed tables 'Values of '
is 'those of the others are shown' shows_visible tables check_ one two three
is 'their tables too' shows_visible tables values_ one two three
is 'and their macros' shows_visible tables LAST_ one two three

made lots recast.json "$(json '' '' '{ "name": "t", "sources": ["t.c"], "configurations": [
    { "name": "x" }, { "name": "y", "defines": ["Y"] }, { "name": "z", "defines": ["Z"] }] }')" \
    t.c '#include "add.h"
int main(void) { return add(1, 2) != 3; }'
is 'configurations of one program share its lot' test -z "$(sealed)"
made inside recast.json "$(json '' '' '{ "name": "a", "sources": ["a.c"] }, { "name": "b", "sources": ["b.c"] }')" \
    a.c '#define main other
#include "b.c"
#undef main
int main(void) { return other() || add(5, 5) != 10; }' b.c '#include "add.h"
int main(void) { return add(1, 2) != 3; }'
is 'a program that another shows is not sealed' test "$(sealed)" = a

made quoting t.c "$test
int unused(int a, int b, int c);
int unused(int a, int b, int c)
${mix#*)}"
is 'names of what is left out' prints '"what": "test"'
is 'are not in the specification' hides quoting '"shown": false'

# ---- the same for the same, and in its place

cp -r "$temp/tables" "$temp/again" && rm -r "$temp/again/.recast"
extract again --jobs 8 --json
cp "$temp/again/.recast/extract.json" "$temp/eight"
rm -r "$temp/again/.recast"
extract again --jobs 1 --json
is 'eight threads and one: the same' diff "$temp/eight" "$temp/again/.recast/extract.json"
is 'in another folder too' test "$(readlink "$temp/again/.recast/spec/current")" = \
    "$(readlink "$temp/tables/.recast/spec/current")"
mkdir "$temp/away"
mkdir -p "$temp/astray/.recast" && ln -s "$temp/away" "$temp/astray/.recast/spec"
made astray
is 'a folder in .recast that leads away' exited 2
is 'says so' complains '.recast/spec is a link'
is 'nothing was written there' test -z "$(ls "$temp/away")"

finish
