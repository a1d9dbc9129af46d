#!/usr/bin/env bash
# Whether rewrites that are right stay so whatever the seed: each `good` one of fixtures/candidates is judged with SEEDS
# different ones, from 1, and INPUTS, else those of a default run. Prints a row for tests/bench_table.awk; which were called
# different, and with which seed, goes to stderr. JOBS says how many at a time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
: "${BUILD:=build}" "${RECAST:=$PWD/$BUILD/recast}" "${SEEDS:=10}" "${JOBS:=$(nproc)}"
export RECAST RECAST_NO_BACKGROUND=1

temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
export temp
fixtures/candidates/unfold.sh "$temp/candidates"
cp -r fixtures/libs "$temp/libs"
rm -rf "$temp"/libs/*/.recast

# Prints what does not pass.
judge() { # SEED LIBRARY NAME
    "$RECAST" check -q -j 1 --seed "$1" ${INPUTS:+--inputs "$INPUTS"} -C "$temp/libs/$2" "$temp/candidates/$2/$3" \
        >"$temp/$1.$2.$3" || { echo "$2/$3, seed $1: $(grep -E '^(fail|inconclusive)' "$temp/$1.$2.$3")"; }
}
export -f judge

good=$(awk '$3 == "pass" { print $1, $2 }' fixtures/candidates/expected.tsv)
for seed in $(seq "$SEEDS"); do
    awk -v seed="$seed" '{ print seed, $0 }' <<<"$good"
done | xargs -P "$JOBS" -L1 bash -c 'judge "$@"' judge >"$temp/different"
cat "$temp/different" >&2
count=$(wc -l <"$temp/different")
printf '%s\t%s\t%s\t%s\t%s\n' 'right rewrites called different' "$count of $((SEEDS * $(wc -l <<<"$good")))" "$SEEDS seeds" "$count" 0
