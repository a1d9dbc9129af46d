#!/usr/bin/env bash
# Test programs run with other inputs: what only they do is tried, and whatever they do then harms nobody.
# shellcheck disable=SC2154,SC2317 # tests/tap.sh sets them, and `is` calls them
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. tests/tap.sh

# Streams and callbacks are what no call by itself has.
library project recast.json '{ "name": "lines",
  "library": { "sources": ["src/*.c"], "headers": ["include/*.h"], "include": ["include"] },
  "tests": { "report": "exit", "programs": [
    { "name": "stream", "sources": ["tests/stream.c"] },
    { "name": "input", "sources": ["tests/input.c"], "stdin": "data/three" },
    { "name": "odd", "sources": ["tests/odd.c"] },
    { "name": "much", "sources": ["tests/much.c"] },
    { "name": "endless", "sources": ["tests/endless.c"] },
    { "name": "random", "sources": ["tests/random.c"] } ] },
  "limits": { "output_kib": 1024 },
  "sealed": { "percent": 0 },
  "differential": { "inputs": 2000 } }' \
    include/lines.h '#include <stdio.h>
int lines_count(FILE *f);
int lines_first(FILE *f, char *to, int room);
void lines_say(FILE *f, int times);
int lines_steps(FILE *f, int to);
int lines_end(void);' \
    src/lines.c '#include "lines.h"
int lines_count(FILE *f)
{ int c, n = 0, last = 10; while ((c = getc(f)) != EOF) { n += c == 10; last = c; } return n + (last != 10); }
int lines_first(FILE *f, char *to, int room)
{ int c, n = 0; while (n < room - 1 && (c = getc(f)) != EOF && c != 10) to[n++] = (char)c; to[n] = 0; return n; }
void lines_say(FILE *f, int times) { for (int i = 0; i < times; i++) fprintf(f, "%01000d\n", i); }
int lines_end(void) { return 10; }
int lines_steps(FILE *f, int to) { (void)f; int n = 0; for (unsigned i = 0; i != (unsigned)to; i += 4) n++; return n; }' \
    data/three $'one\ntwo\nthree' \
    tests/stream.c '#include "lines.h"
int main(void)
{ char first[8]; FILE *f = fopen("data/three", "r"); if (!f) return 2;
  if (lines_end() != 10) return 3;
  if (lines_first(f, first, sizeof(first)) != 3 || lines_count(f) != 2) return 1; return fclose(f); }' \
    tests/input.c '#include "lines.h"
int main(void) { return lines_count(stdin) != 3; }' \
    tests/odd.c '#include "lines.h"
int main(void) <% char name<:4:> = "odd"; lines_say(stdout, 0); return name<:0:> != (char)111; %>' \
    tests/much.c '#include "lines.h"
int main(void) { lines_say(stdout, 3); return 0; }' \
    tests/endless.c '#include "lines.h"
int main(void) { return lines_steps(stdout, 12) != 3; }' \
    tests/random.c '#include "lines.h"
#include <stdlib.h>
int main(void) { int *p = malloc(4000); lines_say(stdout, 1 + (p[500] == 77)); return 0; }'

rewrite() { # NAME SCRIPT
    mkdir -p "$temp/$1/src"
    sed -E "$2" "$temp/project/src/lines.c" >"$temp/$1/src/lines.c"
}

rewrite right 's/int c, n = 0, last/int n = 0, c, last/'
run check --json -C "$temp/project" "$temp/right" --seed 1
cp "$temp/out" "$temp/right.json"
is 'one that is right passes' exited 0
is 'as the schema says' "${recast%/*}/tests/harness_schemas" check.schema.json "$temp/out"
is 'programs were changed' test "$(jq '.differential.varied.programs >= 4' "$temp/out")" = true
is 'literals and files of them' test "$(jq '.differential.varied | .files == 2 and .literals >= 2' "$temp/out")" = true
is 'they were run' test "$(jq '.differential.varied.runs > 20' "$temp/out")" = true
is 'nothing differed' test "$(jq '.differential.varied.differing' "$temp/out")" = 0
run check --json -C "$temp/project" -j 1 "$temp/right" --seed 1
is 'the same seed, the same runs' diff <(jq -S .differential "$temp/right.json") <(jq -S .differential "$temp/out")
run check --json -C "$temp/project" "$temp/right" --seed 1 --inputs 10
is 'none for a handful of inputs' test "$(jq '.differential.varied.runs' "$temp/out")" = 0

# All tests pass, and no call by itself can show it.
rewrite wrong 's/\(last != 10\)/(last != 10 \&\& n > 0)/'
run check -C "$temp/project" "$temp/wrong" --seed 1
is 'what only a changed file shows is found' exited 1
is 'the tests pass' prints 'tests         pass  6 tests pass'
is 'the gate says how' prints 'runs of tests with other inputs differ'
is 'by the program and the file' prints ', with data/three as "'
is 'the file that is kept says so' grep -q 'A test program shows it' "$temp"/project/.recast/differences/wrong/1-*.c

# Where the original says nothing, a rewrite may do anything.
rewrite limited 's/i != \(unsigned\)to/i < (unsigned)to/; s/i < times/i < times \&\& i < 100000/'
run check -C "$temp/project" "$temp/limited" --seed 1
is 'no answer of the original, no difference' exited 0

# What comes from sealed tests is not quoted. The one that stays visible says nothing.
sed -i 's/"percent": 0/"percent": 90/' "$temp/project/recast.json"
rewrite silent 's/int i = 0; i < times/int i = times == 2 || times > 3; i < times/'
run check --json -C "$temp/project" "$temp/silent" --seed 1
is 'sealed: found all the same' exited 1
is 'sealed: without its inputs' test "$(jq -r '[.differential.divergences[].calls | endswith(", with other inputs")] | all' "$temp/out")" = true
is 'sealed: without values' test "$(jq -r '[.differential.divergences[].got == "something else"] | all' "$temp/out")" = true

finish
