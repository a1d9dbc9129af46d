#!/usr/bin/env bash
# `recast report`: in each form, from what was kept alone, and of a library whose every text wants to be something else.
# shellcheck disable=SC2154,SC2317,SC2016 # tests/tap.sh sets them, `is` calls them, and these are no commands
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. tests/tap.sh
export XDG_CONFIG_HOME=$temp/config

no() { ! "$@"; }
tests_of() { "${recast%/*}/tests/$1" "${@:2}"; }
fits() { ! grep -E '.{81}' "$temp/out" && [ "$(wc -l <"$temp/out")" -le 24 ]; }
finds() { # KIND COMMIT JSON: it becomes known
    tests_of harness_findings "$project" "$1" "$2" "$3"
}

project=$temp/project
fixture confkit "$project"
run report -C "$project"
is 'without a candidate' exited 2
is 'it says so' complains 'there are no candidates yet'
is 'and makes nothing' no test -e "$project/.recast"

# ---- one that nobody has judged

fixtures/candidates/unfold.sh "$temp/candidates"
run add -C "$project" "$temp/candidates/confkit/bad-column"
run report -C "$project"
is 'not judged' exited 0
is 'what is missing' prints 'missing  recast check c1'
run report -C "$project" --json
is 'as JSON' tests_of harness_schemas report.schema.json "$temp/out"
run report -C "$project" --format junit
is 'as JUnit that is no pass' prints '<error message="not judged"'

# ---- one that fails

run check -q -C "$project" c1
printf -- '---\nrecast: 1\nlicence: MIT\nrewrite-licence: "Zlib"\nsource: https://example.org/confkit.git\n---\n' >"$project/RECAST.md"
# Neither the library nor its description is needed.
rm -r "$project/src" "$project/tests" "$project/include" "$project/recast.json"
run report -C "$project"
is 'a failing one' exited 0
is 'its verdict' prints 'fail  tests: '
is 'and what differs first' prints 'differs '
is 'the licences' prints 'original MIT; rewrite Zlib'
is 'nothing is known of how it came about' prints 'none  nothing is known of how it was written'
is 'it fits a screen' fits
run report -C "$project" --format json
is 'as JSON again' tests_of harness_schemas report.schema.json "$temp/out"
is 'of which nobody knows whether it is outdated' prints '"outdated": null'
is 'with the address' prints '"address": "https://example.org/confkit.git"'
run report -C "$project" --format md
is 'as Markdown' prints '## confkit: fail'
is 'with tests that fail' prints '### Tests that fail'
is 'and answers' prints '### First answers that differ'
run report -C "$project" --format junit
is 'as JUnit' prints '<testcase classname="recast" name="tests">'

# ---- into a file

run report -C "$project" --format md --output "$temp/comment.md"
is 'into a file' exited 0
is 'nothing is printed' silent out
is 'it is there' grep -q '^## confkit: fail' "$temp/comment.md"
run report -C "$project" --output "$temp/no/such/folder"
is 'where nothing can be written' exited 4
run report -C "$project" -o "$temp/report.txt"
is 'text, too' grep -q 'fail  tests' "$temp/report.txt"

# ---- what other commands found

commit=$(sed -n 's/.*"commit": "\(.*\)".*/\1/p' <("$recast" show --json -C "$project") | head -1)
is 'speed' finds bench "$commit" '{"verdict": "faster", "a": {"name": "original"}, "counted": 2, "benchmarks": [{}, {}], "geomean": {"time": 0.9, "time_low": 0.8, "time_high": 0.95, "fuel": 2}}'
is 'similarity' finds similarity "$commit" '{"original_in_candidate": 0.25, "rank": {"text": "2nd of 4"}}'
run report -C "$project"
is 'its speed' prints 'faster  0.90 (0.80 to 0.95) times the time of original'
is 'its similarity' prints '25 % of the original is in it, 2nd of 4'
is 'and nothing is missing' no grep -q missing "$temp/out"
is 'that of another is not its own' finds bench 3f1a '{"geomean": {"fuel": 765432}}'
is 'what is no object' finds similarity "$commit" '[1]'
run report -C "$project"
is 'is not known' prints 'missing  recast similarity original c1'
is 'and the others are not seen' no grep -q 765432 "$temp/out"

# ---- wrong usage

run report -C "$project" --format html5
is 'another form' exited 2
is 'it names those that there are' complains 'json'
run report -C "$project" --json --format md
is 'two forms' exited 2
run report -C "$project" original
is 'the original' exited 2
run report -C "$project" ./x
is 'a folder' exited 2
run report -C "$project" c9
is 'one that is not there' exited 2
run report -C "$temp"
is 'no project' exited 2

# ---- hostile

evil='\033[31m@all #1 http://evil.example ![i](x) <script>|`a`&amp;]]>'
library hostile recast.json '{ "name": "<b>|@all #1 http://evil.example", "verdict": { "min_tests": 1 },
  "library": { "sources": ["f.c"], "headers": ["f.h"] },
  "tests": { "programs": [{ "name": "t", "sources": ["t.c"], "report": "tap" }] }, "differential": { "inputs": 200 } }' \
    f.h 'const char *f(void);' \
    f.c '#include "f.h"
const char *f(void) { return "\033[2J<script>alert(1)</script>@all"; }' \
    t.c "#include \"f.h\"
#include <stdio.h>
int main(void) { printf(\"%sok 1 - $evil\\n1..1\\n\", f()[0] == 27 ? \"\" : \"not \"); return f()[0] != 27; }" \
    RECAST.md '---
recast: 1
licence: "<script>@all|"
---
'
library rewrite f.c '#include "f.h"
const char *f(void) { return "]]><script>"; }'
mv "$temp/rewrite" "$temp/<script> @all |"
project=$temp/hostile
run add -C "$project" "$temp/<script> @all |"
run check -q -C "$project"
is 'it fails' exited 1
for form in text json md junit; do
    run report -C "$project" --format "$form"
    is "$form: done" exited 0
    is "$form: nothing rules the terminal" no grep -q $'\033' "$temp/out"
    [ "$form" = text ] || [ "$form" = json ] || is "$form: no tag" no grep -q '<script' "$temp/out"
done
run report -C "$project" --format md
is 'nobody is called' no grep -qE '@all|#1( |$)' "$temp/out"
is 'nothing is linked' no grep -qE 'http://|\]\(' "$temp/out"
is 'the test is named' prints 'all'
run run -C "$project"
is 'run tells it as text' exited 1
is 'on both sides' no grep -q $'\033' "$temp/out" "$temp/err"

finish
