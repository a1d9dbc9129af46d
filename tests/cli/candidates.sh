#!/usr/bin/env bash
# Each rewrite in fixtures/candidates gets exactly the verdict that it deserves, from the judge that should see it.
# shellcheck disable=SC2154,SC2317,SC2016,SC2015 # tests/tap.sh sets them, `is` calls them, bash -c expands them
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. tests/tap.sh

table=fixtures/candidates/expected.tsv

# The libraries without what an earlier check may have left in them.
mkdir "$temp/libs" "$temp/said"
fixtures/candidates/unfold.sh "$temp/candidates" || exit 1
cp -r fixtures/libs/* "$temp/libs"
rm -rf "$temp"/libs/*/.recast

# As many inputs as it takes to see what is wrong past the tests, some for those that are right, and next to none where it is
# the tests that see it. One seed: the same each time.
judge() { # LIBRARY CANDIDATE GATE
    local inputs=1
    case $3 in differential | memory) inputs=40000 ;; -) inputs=3000 ;; esac
    "$recast" check --quiet --all --seed 1 --inputs "$inputs" -C "$temp/libs/$1" "$temp/candidates/$1/$2" \
        >"$temp/said/$1.$2" 2>&1 </dev/null
    echo $? >"$temp/said/$1.$2.code"
}
export -f judge
export recast temp
# One after the other first, so that the originals are built once.
cut -f1 "$table" | sort -u | xargs -P "$(nproc)" -I{} bash -c 'judge {} good -'
cut -f1,2,4 "$table" | xargs -P "$(nproc)" -L1 bash -c 'judge "$0" "$1" "$2"'

failing_gate() { # FILE: the first gate that is not passed
    grep -E '^  (build|symbols|api|tests|differential|memory) +(fail|inconclusive)' "$1" | head -1 | awk '{ print $1 }'
}

deserves() { # LIBRARY CANDIDATE VERDICT GATE REGEX
    local said=$temp/said/$1.$2 codes=([0]=pass [1]=fail [3]=inconclusive) gate
    gate=$(failing_gate "$said")
    [ "${codes[$(cat "$said.code")]:-error}" = "$3" ] && [ "${gate:--}" = "$4" ] &&
        { [ "$5" = - ] || grep -qE "$5" "$said"; } || { cat "$said" && false; }
}

while IFS=$'\t' read -r library candidate verdict gate regex; do
    is "$library/$candidate: $verdict by $gate" deserves "$library" "$candidate" "$verdict" "$gate" "$regex"
done <"$table"

rows=$(find "$temp/candidates" -mindepth 2 -maxdepth 2 -type d | wc -l)
is 'each of them is in the table' test "$(wc -l <"$table")" = "$rows"
finish
