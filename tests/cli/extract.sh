#!/usr/bin/env bash
# `recast extract`: what may be shown, what is sealed, and what overlaps.
# shellcheck disable=SC2154,SC2317 # tests/tap.sh sets them, and `is` calls the functions
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. tests/tap.sh
. tests/spec.sh

# ---- the fixtures

while read -r name functions units sealed; do
    cp -r "fixtures/libs/$name" "$temp/$name"
    extract "$name" --json
    is "$name is taken apart" exited 0
    is "$name: nothing on stderr" silent err
    is "$name: $functions functions" test "$(grep -c '"declaration": ' "$temp/out")" -ge "$functions"
    is "$name: $units tests" test "$(grep -c '"visible": ' "$temp/out")" = "$units"
    is "$name: $sealed of them sealed" test "$(grep -c '"visible": false' "$temp/out")" = "$sealed"
    is "$name: every function is tested" test "$(grep -c '"tested": false' "$temp/out")" = 0
done <<END
confkit 14 31 9
ordmap 12 24 7
ringlog 14 25 8
strpool 14 16 5
textdist 13 19 6
END

extract strpool
cp "$temp/out" "$temp/first"
is 'a table for people' expected extract-strpool.txt
extract strpool
is 'the same again' diff "$temp/first" "$temp/out"
is 'one specification, not two' test "$(find "$temp/strpool/.recast/spec" -maxdepth 1 -type d | wc -l)" = 2
cp -r fixtures/libs/strpool "$temp/elsewhere"
extract elsewhere
is 'the same elsewhere' diff <(ls "$temp/strpool/.recast/spec") <(ls "$temp/elsewhere/.recast/spec")
is 'git sees nothing of it' test "$(cat "$temp/strpool/.recast/.gitignore")" = '*'
is 'the source is not touched' diff -r -x .recast fixtures/libs/strpool "$temp/strpool"
is 'the oracle is elsewhere' test -f "$(echo "$temp"/data/oracle/*/oracle.json | cut -d ' ' -f 1)"

# ---- what a model is not shown

is 'no source of the library' hides ringlog 'ringlog_ring_put'
is 'but its header' shows ringlog 'ringlog_'
extract ringlog --json
oracle=$temp/data/oracle/$(sed -n 's/.*"oracle": "\(.*\)".*/\1/p' "$temp/out")
grep -B 5 '"visible": false' "$oracle/oracle.json" | sed -n 's/.*"name": "\(.*\)".*/\1/p' >"$temp/sealed"
is 'the oracle names the sealed tests' test "$(wc -l <"$temp/sealed")" = 8
is 'the oracle has their sources' grep -rqw "$(head -n 1 "$temp/sealed")" "$oracle/tests"
while read -r name; do
    is "$name is not shown" hides ringlog "$name"
done <"$temp/sealed"

# ---- a library of the test's own

add_json='{ "name": "add", "library": { "sources": ["src/*.c"], "headers": ["include/add.h"], "include": ["include"] },
  "tests": { "report": "exit", "programs": [{ "name": "t", "sources": ["t.c"] }] }'
add_h='/* Sums. */
#ifndef ADD_H
#define ADD_H
#define ADD_MAX 7
/* Adds two numbers. */
int add(int a, int b);
int sub(int a, int b);
static inline int twice(int a) { return add(a, a); }
#endif'
add_c='#include "add.h"
int helper(int a) { return a; }
int add(int a, int b) { return helper(a) + b; }
int sub(int a, int b) { return a - b; }'
add_t='#include "add.h"
#include <assert.h>
static void test_one(void) { assert(add(1, 2) == 3); assert(sub(1, 2) == -1); }
static void test_two(void) { assert(add(2, 2) == 4); assert(sub(2, 2) == 0); }
static void test_three(void) { assert(twice(3) == 6); }
int main(void)
{
	test_one();
	test_two();
	test_three();
	return 0;
}'
library add recast.json "$add_json }" include/add.h "$add_h" src/add.c "$add_c" t.c "$add_t"
extract add --json
is 'a library of our own' exited 0
is 'a declaration' prints '"declaration": "int add(int a, int b)"'
is 'its comment' prints '"doc": "/* Adds two numbers. */"'
is 'its place' prints '"line": 6'
is 'a macro with its value' prints '"value": "7"'
is 'what is exported without a declaration' prints '"name": "helper"'
is 'an inline function is exposed' prints '"what": "inline function"'
is 'one test is sealed' test "$(grep -c '"visible": false' "$temp/out")" = 1
is 'the implementation is not shown' hides add 'helper(a) + b'
is 'a body that callers need is' shows add 'return add(a, a);'

library add recast.json "$add_json, \"sealed\": { \"percent\": 0 } }"
extract add --json
is 'nothing is sealed if that is asked for' test "$(grep -c '"visible": false' "$temp/out")" = 0
for seed in 1 2 3 4 5 6 7 8; do
    library add recast.json "$add_json, \"sealed\": { \"percent\": 40, \"seed\": $seed } }"
    extract add --json
    grep -B 5 '"visible": false' "$temp/out" | grep '"name"'
done >"$temp/names"
is 'another seed, another choice' test "$(sort -u "$temp/names" | wc -l)" -gt 1

# ---- overlap

library quote recast.json "$add_json }" include/add.h "$add_h" t.c "$add_t
$mix
int use(void) { return mix(1, 2, 3); }" src/add.c "$add_c
$mix
int add3(int a, int b, int c) { return mix(a, b, c); }" README.md "# Add

## Usage

\`\`\`c
int five = add(2, 3);
\`\`\`

## Usage of the inside

\`\`\`c
$mix
\`\`\`"
extract quote --json
is 'a test that quotes the implementation' prints '"what": "test"'
is 'documentation that does' prints '"what": "documentation"'
is 'neither is shown' hides quote 'x / c - (b ^ a)'
is 'the rest of the documentation is' shows quote 'int five = add(2, 3);'
library quote recast.json "$add_json, \"consent\": [\"README.md\"] }"
extract quote --json
is 'consent is on record' prints 'recast.json consents'
is 'and then it is shown' shows quote 'x / c - (b ^ a)'

library only recast.json '{ "name": "only", "library": { "sources": ["only.c"], "headers": ["only.h"],
  "files": { "only.c": ["#define ONLY_IMPLEMENTATION", "#include \"only.h\""] } },
  "tests": { "report": "exit", "programs": [{ "name": "t", "sources": ["t.c"] }] } }' only.h '#ifndef ONLY_H
#define ONLY_H
int only(int a);
#ifdef ONLY_IMPLEMENTATION
static int secret(int a) { return a * 3; }
int only(int a) { return secret(a) + 1; }
#endif
#endif' t.c '#include "only.h"
int main(void) { return only(1) != 4; }'
extract only --json
is 'a library in one header' exited 0
is 'what is cut out of it' prints '"what": "body"'
is 'its implementation is not shown' hides only 'secret'
is 'its interface is' shows only 'int only(int a);'

library macros recast.json '{ "name": "macros", "library": { "sources": ["m.c"], "headers": ["m.h"],
  "files": { "m.c": "#include \"m.h\"\n" } },
  "tests": { "report": "exit", "programs": [{ "name": "t", "sources": ["t.c"] }] } }' m.h '#define SWAP(a, b) \
	do { \
		int c = (a); \
		(a) = (b); \
		(b) = c; \
	} while (0)' t.c '#include "m.h"
int main(void) { int a = 1, b = 2; SWAP(a, b); return a != 2 || b != 1; }'
extract macros
is 'a library of macros has no clean room' exited 1
is 'which is said' prints 'no clean room is possible'
extract macros --json
is 'its macros are exposed' prints '"what": "macro"'

library through recast.json "$add_json }" include/add.h '#ifndef ADD_H
#define ADD_H
int add(int a, int b);
int sub(int a, int b);
#define INNER(a) add((a), OUTER_ONE)
#define OUTER(a) INNER(a)
#define OUTER_ONE 1
#endif' src/add.c "$add_c" t.c '#include "add.h"
int main(void) { return OUTER(1) != 2; }'
extract through --json
is 'a macro within a macro leads to a function' test "$(grep -c '"tested": true' "$temp/out")" = 1

library fails recast.json "${add_json/\"exit\"/\"tap\"} }" include/add.h "$add_h" src/add.c "$add_c" t.c '#include "add.h"
#include <stdio.h>
static void test_one(void) { printf("%s 1 - test_one\n", add(1, 2) == 3 ? "ok" : "not ok"); }
static void test_two(void) { printf("%s 2 - test_two\n", add(2, 2) == 5 ? "ok" : "not ok"); }
static void test_three(void) { printf("%s 3 - test_three\n", add(3, 2) == 5 ? "ok" : "not ok"); }
static void test_four(void) { printf("%s 4 - test_four\n", add(4, 2) == 6 ? "ok" : "not ok"); }
int main(void)
{
	puts("1..4");
	test_one();
	test_two();
	test_three();
	test_four();
	return 0;
}'
extract fails --json
is 'what the original fails is no test' test "$(grep -c '"visible": ' "$temp/out")" = 3
is 'and is not shown' hides fails 'test_two'

library private recast.json "$add_json }" include/add.h "$add_h" src/inside.h 'struct inside { int a; };' \
    src/add.c "#include \"inside.h\"
$add_c" t.c "#include \"src/inside.h\"
$add_t"
extract private --json
is 'a test that includes a private header is left out' prints '"white_box": 1'
is 'and what it includes not shown' hides private 'struct inside'

# ---- what can be wrong

wrong() { # WHAT CODE TEXT, with a library at $temp/wrong
    extract wrong
    is "$1" exited "$2"
    is "$1: says so" complains "$3"
    is "$1: nothing is left" test ! -e "$temp/wrong/.recast/spec"
    rm -rf "$temp/wrong"
}

library wrong recast.json "$add_json }" include/add.h 'int add(int' src/add.c "$add_c" t.c "$add_t"
wrong 'a broken header' 2 'the library does not build: '
library wrong recast.json "$add_json }" include/add.h '#include "add.h"' src/add.c "$add_c" t.c "$add_t"
wrong 'a header that includes itself' 2 'nested too deeply'
library wrong recast.json "${add_json/\"headers\": \[\"include\/add.h\"\], /} }" include/add.h "$add_h" \
    src/add.c "$add_c" t.c "$add_t"
wrong 'no public headers' 2 'library.headers: no public headers'
library wrong recast.json "$add_json }" include/add.h "$add_h" src/add.c "$add_c" t.c "$add_t"
mkdir "$temp/away" && ln -s ../away "$temp/wrong/.recast"
wrong 'a .recast that leads away' 2 '.recast is a link'
is 'nothing was written there' test -z "$(ls "$temp/away")"

library bytes recast.json "$add_json }" include/add.h "$add_h" src/add.c "$add_c" t.c "$add_t"
printf '/* caf\351 */\nint latin(int a); /* \377 */\n#define NAME "\351"\n' >>"$temp/bytes/include/add.h"
extract bytes --json
is 'a header that is not UTF-8' exited 0
is 'gives its functions' prints '"name": "latin"'

library reads recast.json "${add_json/\[\"t.c\"\]/[\"t.c\"], \"stdin\": \"in.txt\"} }" include/add.h "$add_h" \
    src/add.c "$add_c" t.c "$add_t" in.txt 'what it reads'
extract reads --json
oracle=$temp/data/oracle/$(sed -n 's/.*"oracle": "\(.*\)".*/\1/p' "$temp/out")
is 'the oracle has what a program reads from stdin' grep -q 'what it reads' "$oracle/tests/in.txt"

mkdir -p "$temp/nested/below/.git"
library nested recast.json "${add_json/src\/\*.c/src\/*.c\", \"below\/.git\/*.c} }" include/add.h "$add_h" \
    src/add.c "$add_c" t.c "$add_t" below/.git/old.c 'int old;'
extract nested
is 'history below a folder is not read' complains 'library.sources: no file'

library none recast.json "${add_json/\{ \"name\": \"t\", \"sources\": \[\"t.c\"\] \}/} }" include/add.h "$add_h" \
    src/add.c "$add_c"
extract none
is 'no tests: there is a specification' test -f "$temp/none/.recast/spec/current/spec.json"
is 'no tests: nothing to judge by' exited 3

finish
