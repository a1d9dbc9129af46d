#!/usr/bin/env bash
# Whether what recast says about time can be trusted on this machine, how much of what a longer run of `recast check` finds
# a default one finds, and whether right rewrites stay right whatever the seed: one table, in some 50 minutes. A figure
# never fails the build; read the last two columns. For a try, SAME, SLOWER and TIMES say how often, MUTANTS how many of
# each library, and SEEDS how many.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export BUILD="${BUILD:-build}"
: "${CC:=cc}" "${SAME:=200}" "${SLOWER:=100}" "${TIMES:=20}"
if ! command -v hyperfine || ! command -v jq; then specs/setup.sh bench; fi >/dev/null

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

sources=tests/data/bench
for program in sort hash search tree; do
    for units in 1000 1020; do
        $CC -O2 -DUNITS=$units -o "$tmp/$program-$units" $sources/main.c "$sources/$program.c"
    done
done
"$BUILD/tests/bench_full" $sources "$tmp" "$SAME" "$SLOWER" "$TIMES" >"$tmp/table"
tests/bench_longer.sh >>"$tmp/table"
tests/bench_seeds.sh >>"$tmp/table"
awk -f tests/bench_table.awk "$tmp/table"
