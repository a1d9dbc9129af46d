#!/usr/bin/env bash
# What a longer run of `recast check` still finds: mutants of the fixtures that their own tests let through are judged as
# rewrites, with the inputs of a default run, and those that pass with ten times as many. Prints rows for
# tests/bench_table.awk. MUTANTS says how many of each library, drawn by lot from SEED; JOBS how many at a time. What only
# the longer run finds is kept in the folder MISSED, as changes to the original.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
: "${BUILD:=build}" "${RECAST:=$PWD/$BUILD/recast}" "${MUTANTS:=15}" "${SEED:=1}" "${JOBS:=$(nproc)}"
: "${MISSED:=$BUILD/missed}"
export RECAST_NO_BACKGROUND=1

temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
export RECAST SEED GIT_CEILING_DIRECTORIES=$temp

row() { printf '%s\t%s\t%s\t%s\t%s\n' "$@"; }

# Of what `recast strength` says about the library; $id in the filter is the mutant's.
ask() { # FILTER [ID]
    jq -r --arg id "${2:-}" "$1" "$folder/strength.json"
}

# A change to a line as it is behind the preprocessor is none to the source.
draw() {
    ask '.survivors[] | select(.diff | contains("behind the preprocessor") | not) | .id' |
        shuf --random-source=<(yes "$SEED") -n "$MUTANTS" | sort -V
}

make_candidate() { # ID
    mkdir "$folder/$1"
    cp -r "$folder/original/src" "$folder/$1"
    ask '.survivors[] | select(.id == $id) | .diff' "$1" >"$folder/$1.patch"
    (cd "$folder/$1" && git apply "$folder/$1.patch")
}

# Writes the gate that fails, `-` if none does, or `?` if nothing can be said, to FOLDER/ID.RUN.
judge() { # FOLDER RUN ID [OPTION...]
    local said=$1/$3.$2 code=0
    "$RECAST" check --json -q -j 1 --seed "$SEED" "${@:4}" -C "$1/original" "$1/$3" >"$said.json" || code=$?
    case $code in
    0) echo - ;;
    1) jq -r 'first(.gates[] | select(.verdict == "fail") | .name)' "$said.json" ;;
    3) echo '?' ;;
    *) return 1 ;;
    esac >"$said"
}
export -f judge

judge_all() { # RUN [OPTION...], of those whose ids come in
    xargs -r -P "$JOBS" -I{} bash -c 'judge "$@"' judge "$folder" "$1" {} "${@:2}"
}

with_gate() { # RUN REGEX: those of a run whose gate is one of these
    local said
    for said in "$folder"/*."$1"; do
        [ ! -e "$said" ] || ! grep -qxE "$2" "$said" || basename "$said" ".$1"
    done | sort -V
}

put_share() { # WHAT FOUND OF
    local goal_over_share
    goal_over_share=$(awk -v a="$2" -v b="$3" 'BEGIN { if (!b) print "-"; else printf "%.2f", a ? 0.9 * b / a : 99 }')
    row "$1" "$2 of $3" "goal 90 %" "$goal_over_share" 1
}

put_missed() { # ID
    cp "$folder/$1.patch" "$MISSED/$library-$1.patch"
    row "  only a longer run: $library $1" "$(ask '.survivors[] | select(.id == $id) | .function' "$1")" \
        "$(ask '.survivors[] | select(.id == $id) | "\(.file):\(.line)"' "$1")" - -
}

mkdir -p "$MISSED"
rm -f "$MISSED"/*.patch
all_found=0 all_tellable=0 all_past=0
for library in confkit ordmap ringlog strpool textdist; do
    folder=$temp/$library
    mkdir "$folder"
    cp -r "fixtures/libs/$library" "$folder/original"
    rm -rf "$folder/original/.recast"
    "$RECAST" strength -q -j "$JOBS" --json -C "$folder/original" >"$folder/strength.json"
    draw >"$folder/drawn"
    echo "bench: $library, $(wc -l <"$folder/drawn") of $(ask '.survivors | length') mutants that its tests let through" >&2
    while read -r id; do make_candidate "$id"; done <"$folder/drawn"
    judge_all default <"$folder/drawn"
    with_gate default - >"$folder/passed"
    echo "bench: $library, with ten times the inputs the $(wc -l <"$folder/passed") of them that pass" >&2
    if [ -s "$folder/passed" ]; then
        inputs=$(jq .differential.asked "$folder/$(head -n 1 "$folder/passed").default.json")
        judge_all tenfold --inputs $((10 * inputs)) <"$folder/passed"
    fi
    by_calls=$(with_gate default tests | wc -l)
    found=$(with_gate default '[a-z]+' | wc -l)
    with_gate tenfold '[a-z]+' >"$folder/missed"
    tellable=$((found + $(wc -l <"$folder/missed")))
    put_share "mutants of $library, found by default" "$found" "$tellable"
    row "  by comparing calls of its tests" "$by_calls" "$(wc -l <"$folder/drawn") drawn" - -
    while read -r id; do put_missed "$id"; done <"$folder/missed"
    all_found=$((all_found + found)) all_tellable=$((all_tellable + tellable)) all_past=$((all_past + by_calls))
    rm -rf "$folder"
done
put_share "mutants of all, found by default" "$all_found" "$all_tellable"
put_share "  past the calls of their tests" $((all_found - all_past)) $((all_tellable - all_past))
