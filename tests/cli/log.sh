#!/usr/bin/env bash
# `recast log --provenance` and `--runs`: how rewrites came about, and what was changed since.
# shellcheck disable=SC2154,SC2317,SC2016 # tests/tap.sh sets them, and `is` calls the functions
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. tests/tap.sh

project=$temp/project
mkdir "$project"

exited() { # CODE
    [ "$code" = "$1" ] || { cat "$temp/out" "$temp/err" && false; }
}

prints() { # REGEX
    grep -qE "$1" "$temp/out" || { cat "$temp/out" && false; }
}

complains() { # TEXT
    grep -qF "$1" "$temp/err" || { cat "$temp/err" && false; }
}

fits() {
    ! grep -E '.{81}' "$temp/out"
}

has_form() {
    "${recast%/*}/tests/harness_schemas" log.schema.json "$temp/out"
}

run log --runs -C "$project"
is 'no runs' exited 0
is 'no runs: says so' complains 'there are no runs yet'
run log --provenance -C "$project"
is 'nothing' exited 0
is 'nothing: an intact chain' prints '^0 exchanges, chain intact$'
run log --provenance --runs -C "$project"
is 'not both' exited 2

is 'a run is made' "${recast%/*}/tests/harness_provenance" "$project"
printf -- '---\nrecast: 1\nlicence: MIT\n---\n' >"$project/RECAST.md"

run log --provenance -C "$project"
is 'provenance' exited 0
is 'recorded' prints '^c1 +recorded +run 1, 2 exchanges$'
is 'unattested' prints '^c2 +unattested +run 1, 2 exchanges$'
is 'none' prints '^c4 +none +nothing is known of how it was written$'
is 'who answered' prints '^ +answered by mine/big, mine/hand$'
is 'by which ids' prints '^ +requests +req_1, req_2$'
is 'heads' prints '^ +chain +the head in its commit is number 2 of the chain$'
is 'the chain' prints '^5 exchanges, chain intact$'
is 'the licence' prints '^licence of the original: MIT; of the rewrite: not chosen'
is 'it fits' fits
run log --provenance --json -C "$project"
is 'as JSON' has_form

run log --runs -C "$project"
is 'runs' exited 0
is 'a run' prints '^1 +stopped +2023-11-14 +5 +300 +200 +\$0\.0'
is 'its reason' prints '^ +the budget is used up$'
is 'they fit' fits
run log --runs --json -C "$project"
is 'runs as JSON' has_form
run show c1 -C "$project"
is 'show has the unit' prints '^ +unit +a\.c$'
is 'show has the head' prints '^ +transcript +[0-9a-f]{64}$'

file=$(find "$project/.recast/exchanges" -type f -path '*/??/*' | sort | head -n 1)
chmod u+w "$file" && printf x >>"$file"
run log --provenance -C "$project"
is 'a changed file' exited 1
is 'a changed file: says which' prints '^ +exchange [1-5]: the file with .*was changed$'
is 'a changed file: the chain' prints '^5 exchanges, chain not intact$'
run log --provenance --json -C "$project"
is 'changed, as JSON' prints '"intact": false'
is 'changed, as JSON: its form' has_form
finish
