#!/usr/bin/env bash
# The recordings among the fixtures: each comes to what is expected, without a network and without a key.
# shellcheck disable=SC2154,SC2317 # tests/tap.sh sets them, and `is` calls them
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. tests/tap.sh
export XDG_CONFIG_HOME=$temp/config https_proxy=http://127.0.0.1:1 http_proxy=http://127.0.0.1:1

recordings=fixtures/recordings
listed() { cut -f 1 "$recordings/expected.tsv" | sort; }
there() { for folder in "$recordings"/*/; do basename "$folder"; done | sort; }
is 'each recording is listed' diff <(listed) <(there)

candidates() { git -C "$1/.recast/candidates.git" for-each-ref refs/candidates | wc -l; }
trailers() { git -C "$1/.recast/candidates.git" log --all --format='%(trailers:key=Recast-Model,valueonly)' | sort -u; }

while IFS=$'\t' read -r name library status attempts; do
    project=$temp/$name
    cp -r "fixtures/libs/$library" "$project"
    run generate -q -C "$project" --replay "$recordings/$name"
    is "$name: the exit status" exited "$status"
    is "$name: no more is said than should be" silent err
    is "$name: the attempts" test "$(candidates "$project")" = "$attempts"
    is "$name: the model" test "$(trailers "$project" | tr -d '\n')" = mailbox
    run log -C "$project" --provenance
    is "$name: the chain holds" exited 0
    run generate -q -C "$project" --replay "$recordings/$name" --json
    is "$name: the same again" exited "$status"
    is "$name: as its schema says" "${recast%/*}/tests/harness_schemas" generate.schema.json "$temp/out"
done <"$recordings/expected.tsv"

# A reply or a prompt that somebody changed is noticed.
project=$temp/changed
cp -r fixtures/libs/ringlog "$project"
cp -r "$recordings/ringlog" "$temp/recording"
sed -i 's/evicted until it does/removed until it does/' "$temp"/recording/c1-*.json
run generate -q -C "$project" --replay "$temp/recording"
is 'a prompt that was changed' exited 2
is 'it says where' complains 'evicted until it does'

finish
