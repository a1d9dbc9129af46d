#!/usr/bin/env bash
# `recast bench`: what is exact, what has an interval, who is wrong, what grows; conditions, an earlier result, and the history.
# shellcheck disable=SC2154,SC2317,SC2016 # tests/tap.sh sets them, and `is` calls the functions, and these are no commands
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. tests/tap.sh

no() { ! "$@"; }
has_form() {
    "${recast%/*}/tests/harness_schemas" bench.schema.json "$temp/out"
}
value() { # KEY, of the top of the JSON on stdout
    sed -n "s/^  \"$1\": \(.*[^,]\),\{0,1\}\$/\1/p" "$temp/out"
}
has() { # KEY VALUE
    [ "$(value "$1")" = "$2" ] || { value "$1" && false; }
}
fits() { # 80 columns
    ! grep -E '.{81}' "$temp/out"
}
fuel() { # FILE: of each workload and side
    awk '/"fuel": \{/ { f = 1 } f && /"(a|b)":/ { print } /"bulk_bytes"/ { f = 0 }' "$1"
}
same_fuel() {
    diff <(fuel "$1") <(fuel "$2")
}

fixtures/candidates/unfold.sh "$temp/candidates"
project=$temp/strpool
cp -r fixtures/libs/strpool "$project"
rm -rf "$project/.recast"

# ---- what cannot be asked

mkdir "$temp/empty"
for command in bench 'bench c1' 'bench --history' run 'run c1' report check generate; do
    # shellcheck disable=SC2086 # words
    run $command -C "$temp/empty"
    is "$command without a project" exited 2
    is 'it says so' complains 'there is no recast.json in'
    is 'and what makes one' complains 'recast init'
    is 'and makes nothing' no test -e "$temp/empty/.recast"
done
library broken-json recast.json '{ "name": "x", "libr'
for command in bench run generate; do
    run "$command" -C "$temp/broken-json"
    is "$command of what is no project" complains 'recast.json: line 1'
done
run bench -C "$project"
is 'without a candidate' exited 2
is 'that is said' complains 'there are no candidates yet'
run add -C "$project" "$temp/candidates/strpool/good"
run add -C "$project" "$temp/candidates/strpool/good-tree"
run bench -C "$project" --format html
is 'a form that there is not' exited 2
is 'those that there are' complains '--format takes text, json or md'
run bench -C "$project" --json --format md
is 'two forms' complains 'contradict each other'
for seconds in 0 x -1 99999999; do
    run bench -C "$project" --time "$seconds"
    is "--time $seconds" exited 2
done
run bench -C "$project" --time 5 --no-time
is 'both' complains 'contradict each other'
run bench -C "$project" --fail-if 'speed>1'
is 'a condition on nothing' complains '--fail-if takes a condition'
run bench -C "$project" --baseline "$temp/nothing"
is 'an earlier result that is not there' exited 4
echo '{}' >"$temp/empty.json"
run bench -C "$project" --baseline "$temp/empty.json"
is 'or is none' complains 'is not what `recast bench --json` prints'
run bench -C "$project" --no-time --only nothing
is 'a workload that there is not' complains 'there is no workload nothing'
run bench -C "$project" c7
is 'somebody who is not there' exited 2
run bench -C "$project" --history c1
is 'a history of names' exited 2
run bench -C "$project" --history
is 'before anything was measured' prints 'Nothing was measured yet.'
run bench -C "$project" --history --format md
is 'a history in a form that there is not' complains '--history has no Markdown'

# ---- what is exact

run bench -C "$project" --no-time --json c1
cp "$temp/out" "$temp/first"
is 'it is measured' exited 0
is 'as its schema says' has_form
is 'nobody is wrong' has wrong 0
is 'times were not taken' grep -q '"time": null' "$temp/out"
is 'the tests are workloads' grep -q '"kind": "test"' "$temp/out"
is 'and the programs of recast.json' grep -q '"kind": "user"' "$temp/out"
is 'and functions' grep -q '"kind": "micro"' "$temp/out"
run bench -C "$project" --no-time --json c1
is 'the same again' same_fuel "$temp/first" "$temp/out"
run bench -C "$project" --no-time --json original
is 'the original beside itself' exited 0
is 'takes the same fuel' grep -q '"fuel": 1.0' "$temp/out"
run bench -C "$project" --no-time c1
is 'for people' prints 'strpool  c1 (B) beside original (A)'
is 'in words' prints 'not timed  '
is 'on a screen' fits
run bench -C "$project" --no-time --all c1
is 'all of it' no grep -q -e '--all shows' "$temp/out"
run bench -C "$project" --no-time --json original c1 c2
is 'two at once' exited 0
is 'as the schema says' has_form
is 'the second has its own rows' grep -q '"name": "c2"' "$temp/out"
run bench -C "$project" --no-time --json c2 c1
is 'beside each other' grep -q '"name": "c2"' "$temp/out"
run bench -C "$project" --no-time --json "$temp/candidates/strpool/good"
is 'a folder' exited 0

# ---- who is wrong, who grows, who is not measured

run bench -C "$project" --no-time "$temp/candidates/strpool/bad-code"
is 'a rewrite that is wrong' exited 1
is 'is not faster' prints 'who is wrong is not faster'
mkdir "$temp/broken"
echo 'int f(void) { return x; }' >"$temp/broken/strpool.c"
run bench -C "$project" --no-time "$temp/broken"
is 'one that does not build' exited 1
is 'is not measured' prints 'was not measured: '
run bench -C "$project" --no-time --json "$temp/broken"
is 'which the JSON says' has verdict '"refused"'
is 'in its form' has_form
run bench -C "$project" --no-time original "$temp/broken" c1
is 'others are' prints 'c1 (B) beside original'
cp -r fixtures/libs/textdist "$temp/textdist"
rm -rf "$temp/textdist/.recast"
run bench -C "$temp/textdist" --no-time --fail-if 'growth>0' "$temp/candidates/textdist/good-quadratic"
is 'one that grows too fast' exited 1
is 'is named' prints 'grows: quadratic, not linear'
run bench -C "$temp/textdist" --no-time --fail-if 'growth>0' "$temp/candidates/textdist/good"
is 'one that does not' exited 0

# ---- conditions

run bench -C "$project" --no-time --json --fail-if 'fuel>0.0001' c1
is 'a condition that holds' exited 1
is 'is in the result' grep -q '"verdict": "bad"' "$temp/out"
is 'in its form' has_form
run bench -C "$project" --no-time --fail-if 'fuel>1000' --fail-if 'wrong>0' c1
is 'conditions that do not' exited 0
run bench -C "$project" --no-time --fail-if 'fuel>0.0001' --fail-if 'fuel>1000' --fail-if 'time>1' c1
is 'which of them hold' prints 'fail if    fuel>0.0001  holds'
is 'and which do not' prints 'fuel>1000  does not hold'
is 'and which nobody knows' prints 'time>1  undecided'
run bench -C "$project" --no-time --fail-if 'time>1000' c1
is 'one on times that were not taken' exited 3
run bench -C "$project" --no-time --json --baseline "$temp/first" --fail-if 'fuel>1' --fail-if 'fuel<1' c1
is 'nothing has changed since' exited 0
is 'in its form' has_form
run bench -C "$project" --no-time --baseline "$temp/first" --fail-if 'fuel>1.0' --fail-if 'fuel<1' c2
is 'somebody else than before' exited 1
is 'now beside then' prints 'now/then   time not taken, fuel '
run bench -C "$project" --no-time --baseline "$temp/first" --fail-if 'fuel>1.0' --format md c2
is 'for a comment, too' prints 'Now beside the earlier result: '
is 'with the condition' prints '- fail if <code>fuel'
sed 's/^  "version": 1/  "version": 2/' "$temp/first" >"$temp/second"
run bench -C "$project" --no-time --baseline "$temp/second" c2
is 'a result of another version' complains 'is not what `recast bench --json` prints'

# ---- times

run bench -C "$project" --time 2 --json --only strpool/plain --only intern c1
is 'times are taken' exited 0
is 'in its form' has_form
is 'with an interval' grep -q '"low": ' "$temp/out"
is 'after the original beside itself' no grep -q '"comparisons": 0' "$temp/out"
run bench -C "$project" --time 2 --only intern c1
is 'for people' prints 'A beside A'
run bench -C "$project" --time 2 --only intern --format md c1
is 'for a comment' prints '| '

# ---- the history

"${recast%/*}/tests/harness_findings" "$project" bench 3f1a7c6655443322110099887766554433221100 \
    '{"verdict": "inconclusive", "a": {"name": "original", "commit": ""}, "b": {"name": "c123456789", "commit": ""}, "geomean": {"time": 1000.123, "time_low": 999.99, "time_high": 1000.456, "fuel": 1234.5}}'
run bench -C "$project" --history
is 'what was measured' prints ' c1 '
is 'the longest words, too' prints ' inconclusive'
is 'is plotted' prints 'o time, + fuel'
is 'on a screen' fits
run bench -C "$project" --history --json
is 'for programs' has_form

finish
