#!/usr/bin/env bash
# recast's similarity side by side with JPlag and copydetect: the same pairs, which are copies in disguise, and independent
# rewrites of the same libraries. Time of each, whether every copy stands above every independent one, and rows for the table of
# tests/bench.sh.
#
#   tests/rivals/bench.sh RIVALS SOURCES     the folder of tests/rivals/setup.sh; some 10,000 lines of C
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
rivals=$1 sources=$2
: "${BUILD:=build}"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
jars=$(printf '%s:' "$rivals"/jars/*.jar)

jplag() { # A B: "MAXIMUM MILLISECONDS", by its language for C, or what it has for C++ where that drops a side
    local root=$tmp/jplag said language
    for language in c cpp; do
        rm -rf "$root" && mkdir "$root" && cp -r "$1" "$root/a" && cp -r "$2" "$root/b"
        said=$("$rivals/java" -cp "$rivals/classes:$jars" JPlagPair "$language" "$root" 2>/dev/null || echo dropped)
        [ "$said" = dropped ] || { echo "$said" | awk '{ print $1, $3 }' && return; }
    done
    echo 'nan 0'
}
copydetect() { # A B: "LARGER-SHARE MILLISECONDS"
    "$rivals/python/bin/python" tests/rivals/copydetect_pair.py "$1" "$2" "$tmp/joined" | awk '{ print ($1 > $2 ? $1 : $2), $3 }'
}
recast() { "$BUILD/tests/bench_copies" compare "$1" "$2"; }

pair() { # KIND NAME A B
    local a=$3 b=$4 tool
    for tool in recast jplag copydetect; do printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$tool" "$("$tool" "$a" "$b" | tr ' ' '\t')"; done
}

mkdir "$tmp/big" && cp "$sources"/*.c "$sources"/*.h "$tmp/big" && rm -f "$tmp/big/lib.c"
for disguise in rename reorder junk rename+reorder+half-junk; do
    mkdir -p "$tmp/big-$disguise"
    "$BUILD/tests/bench_copies" "$disguise" "$tmp/big" "$tmp/big-$disguise"
done
for library in confkit ordmap ringlog strpool textdist; do
    mkdir -p "$tmp/$library" "$tmp/$library-other"
    cp fixtures/libs/$library/src/*.[ch] "$tmp/$library"
    cp fixtures/candidates/$library/good/*.[ch] fixtures/candidates/$library/good/src/*.[ch] "$tmp/$library-other" 2>/dev/null || :
    for disguise in junk rename+reorder+half-junk; do
        mkdir -p "$tmp/$library-$disguise"
        "$BUILD/tests/bench_copies" "$disguise" "$tmp/$library" "$tmp/$library-$disguise"
    done
done
{
    for disguise in rename reorder junk rename+reorder+half-junk; do pair big "$disguise" "$tmp/big" "$tmp/big-$disguise"; done
    for library in confkit ordmap ringlog strpool textdist; do
        for disguise in junk rename+reorder+half-junk; do pair copy "$library $disguise" "$tmp/$library" "$tmp/$library-$disguise"; done
        pair null "$library" "$tmp/$library" "$tmp/$library-other"
    done
} >"$tmp/pairs"

sed 's/^/bench: /' "$tmp/pairs" >&2
awk -F '\t' '
    $1 == "big" { time[$3] += $5 }
    $1 == "null" && $4 > top[$3] { top[$3] = $4 }
    $1 != "null" { share[$3, ++copies[$3]] = $4 }
    END {
        for (tool in copies) for (i = 1; i <= copies[tool]; i++) below[tool] += !(share[tool, i] > top[tool] + 0)
        printf "similarity of 13,600 lines, recast / JPlag\t%.2f s\t%.2f s\t%.3f\t0.05\n", time["recast"] / 4000, time["jplag"] / 4000, time["recast"] / time["jplag"]
        printf "  the same, recast / copydetect\t%.2f s\t%.2f s\t%.3f\t-\n", time["recast"] / 4000, time["copydetect"] / 4000, time["recast"] / time["copydetect"]
        printf "  copies at or below an independent one\t%d of %d\tJPlag %d, copydetect %d\t%d\t0\n", below["recast"], copies["recast"], below["jplag"], below["copydetect"], below["recast"]
    }' "$tmp/pairs"
