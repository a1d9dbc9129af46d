#!/usr/bin/env bash
# `recast init`: where a source may come from, what is found in it, and what is written.
# shellcheck disable=SC2154,SC2317,SC2016 # tests/tap.sh sets them, `is` calls them, and these are no commands
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. tests/tap.sh
. tests/git.sh

# Both files are there, recast can go on with them, and the schema is where $schema says.
sound() { # FOLDER
    local schema
    schema=$(value "$1/recast.json" '[$]schema')
    [ -f "$1/RECAST.md" ] && [ -n "$schema" ] && [ -f "$1/$schema" ] && "$recast" check original -q -C "$1"
}

names() { # FOLDER KIND ID: the source in recast.json and in RECAST.md
    head -n 8 "$1/recast.json" "$1/RECAST.md"
    [ "$(value "$1/recast.json" "$2")" = "$3" ] && grep -qxF "$2: $3" "$1/RECAST.md"
}

# ---- the fixtures come to the same as by hand, but for what only a person can know: arguments,
# environment, and the form of lines that no framework prints

while read -r name passed open; do
    cp -r "fixtures/libs/$name" "$temp/$name"
    rm "$temp/$name/recast.json"
    init "$temp/$name"
    is "$name is described" exited 0
    is "$name: $passed tests" prints "pass  $passed passed, 0 failed"
    is "$name: $open questions" test "$(grep -c '^- \[ \]' "$temp/$name/RECAST.md")" = "$open"
    is "$name: nothing on stderr" silent err
    is "$name: what is written is sound" sound "$temp/$name"
    is "$name: the same headers" diff <(list_of "fixtures/libs/$name/recast.json" headers) \
        <(list_of "$temp/$name/recast.json" headers)
done <<END
confkit 27 2
ordmap 24 0
ringlog 25 0
strpool 1 0
textdist 19 0
END
init "$temp/textdist" --force
is 'a table for people' expected init-textdist.txt

# ---- a folder into another one

library add "${add[@]}"
init "$temp/from-folder" "$temp/add"
is 'from a folder' exited 0
is 'a snapshot has a name' prints 'add  tree '
is 'the files are sound' sound "$temp/from-folder"
tree=$(value "$temp/from-folder/recast.json" tree)
is 'it is named by its tree' names "$temp/from-folder" tree "$tree"
is 'where it came from is on record' grep -qxF "source: $temp/add" "$temp/from-folder/RECAST.md"
is 'the source is not touched' test "$(cd "$temp/add" && find . -type f | wc -l)" = $((${#add[@]} / 2))
is 'git does not see .recast' test "$(cat "$temp/from-folder/.recast/.gitignore")" = '*'
init "$temp/again" "$temp/add"
is 'the same source, the same name' names "$temp/again" tree "$tree"
is 'the same description' diff "$temp/from-folder/recast.json" "$temp/again/recast.json"
init "$temp/again" "$temp/add" --ref main
is 'an existing recast.json is refused' exited 2
is 'with what to do' complains 'recast.json is there already; go on with `recast extract`, or say --force'
init "$temp/no-ref" "$temp/add" --ref main
is 'a folder has no branches' exited 2
is 'which is said' complains "$temp/add is no repository, so there is no main in it"
is 'nothing is left of it' untouched "$temp/no-ref"
extract=$("$recast" extract -q --json -C "$temp/from-folder")
is 'extract goes on' grep -qF "\"source\": \"tree $tree\"" <<<"$extract"
is 'and shows the header' test -f "$temp/from-folder/.recast/spec/current/headers/include/add.h"

# ---- repositories

cp -r "$temp/add" "$temp/repo"
repository "$temp/repo"
first=$(commit_of "$temp/repo" HEAD)
echo '/* more */' >>"$temp/repo/src/add.c"
git -C "$temp/repo" commit -qam 'Second'
git -C "$temp/repo" tag v2
git -C "$temp/repo" tag -a -m 'Annotated' v2a
git -C "$temp/repo" branch topic/one "$first"
second=$(commit_of "$temp/repo" HEAD)
while read -r ref commit; do
    init "$temp/ref-$commit" "$temp/repo" --ref "$ref" --force
    is "--ref $ref" exited 0
    is "--ref $ref: its commit" names "$temp/ref-$commit" commit "$commit"
    is "--ref $ref: sound" sound "$temp/ref-$commit"
done <<END
main $second
v2 $second
v2a $second
topic/one $first
$first $first
${first:0:9} $first
HEAD $second
END
init "$temp/ref" "$temp/repo" --ref nowhere
is 'a ref that is not there' exited 2
is 'is named, and the place, too' complains "no branch, tag or commit of $temp/repo; it has main, topic/one, v2, v2a"
is 'nothing is left' untouched "$temp/ref"
git clone -q --bare "$temp/repo" "$temp/sums.git"
init "$temp/bare" "$temp/sums.git"
is 'a bare repository' names "$temp/bare" commit "$second"
is 'its name has no .git' prints "sums  commit ${second:0:12}, main"
git clone -q --depth 1 "file://$temp/repo" "$temp/shallow"
init "$temp/from-shallow" "$temp/shallow"
is 'a shallow clone' names "$temp/from-shallow" commit "$second"
init "$temp/url" "file://$temp/repo"
is 'an address' names "$temp/url" commit "$second"
is 'where from' grep -qxF "source: file://$temp/repo" "$temp/url/RECAST.md"
git -C "$temp/repo" worktree add -q "$temp/worktree" topic/one
init "$temp/from-worktree" "$temp/worktree"
is 'a work tree of another repository' names "$temp/from-worktree" commit "$first"
echo '/* not committed */' >>"$temp/repo/src/add.c"
init "$temp/dirty" "$temp/repo"
is 'a dirty work tree stands for its HEAD' names "$temp/dirty" commit "$second"
run init -C "$temp/dirty" "$temp/repo" --force
is 'with a warning' complains 'changes that are not committed (src/add.c); its HEAD is what is read'
is 'a warning comes once' test "$(grep -c 'not committed' "$temp/err")" = 1
git -C "$temp/repo" checkout -q -- .

# ---- in place

in_place() { # FOLDER OPTIONS...
    local folder=$1
    shift
    cd "$folder" || exit 1
    run init -q "$@"
    cd - >/dev/null || exit 1
}

cp -r "$temp/repo" "$temp/own"
in_place "$temp/own"
is 'in its own repository' exited 0
is 'its HEAD is what was read' prints "own  commit ${second:0:12}, main"
is 'recast.json names no source' test -z "$(value "$temp/own/recast.json" commit)"
is 'the files are sound' sound "$temp/own"
is 'git sees the two files and nothing else' diff - <(git -C "$temp/own" status --porcelain) <<'END'
?? RECAST.md
?? recast.json
END
in_place "$temp/own" --ref v2 --force
is 'a project in its own repository has no --ref' exited 2
is 'with what to do' complains '--ref v2: a project in its own repository stands for its HEAD'
is 'what was there stays' sound "$temp/own"
cp "$temp/own/RECAST.md" "$temp/before"
in_place "$temp/own" --force
is '--force' exited 0
is '--force adds one line to RECAST.md' diff "$temp/before" <(head -n -1 "$temp/own/RECAST.md")
is 'which says from what' grep -qE "^- [0-9-]+: init, from commit $second$" <(tail -n 1 "$temp/own/RECAST.md")
echo 'int broken(' >>"$temp/own/src/add.c"
run init -C "$temp/own" --force
is 'a dirty work tree, in place' exited 0
is 'is said' complains 'changes that are not committed (src/add.c); its HEAD is what is read'
is 'and said once' test "$(grep -c 'not committed' "$temp/err")" = 1
init "$temp/own" "$temp/own/" --force
is 'the folder by its name is in place, too' test -z "$(value "$temp/own/recast.json" commit)"

library unborn "${add[@]}"
git init -q -b main "$temp/unborn"
in_place "$temp/unborn"
is 'a repository without a commit' exited 0
is 'is taken as it stands' prints 'unborn  this folder, as it stands'
is 'it is sound' sound "$temp/unborn"
in_place "$temp/unborn" --ref main --force
is 'and has no refs' exited 2
is 'which is said, too' complains '--ref main: this folder is no git repository with a commit'
init "$temp/from-unborn" "$temp/unborn"
is 'from elsewhere it is nothing yet' exited 2
is 'what it lacks' complains 'has no commit at its HEAD yet'
is 'and leaves nothing' untouched "$temp/from-unborn"

mkdir -p "$temp/mono/docs"
cp -r "$temp/add" "$temp/mono/part"
repository "$temp/mono"
in_place "$temp/mono/part"
is 'a folder of a larger repository' exited 0
is 'as it stands' prints 'part  this folder, as it stands'
is 'it is sound, too' sound "$temp/mono/part"
mkdir "$temp/mono/project"
init "$temp/mono/project" "$temp/mono/part"
is 'a folder beside it' sound "$temp/mono/project"

# A snapshot of the source would hold the project, and change with it.
cp -r "$temp/add" "$temp/outer"
init "$temp/outer/rewrite" "$temp/outer"
is 'a project inside of its source' exited 2
is 'is named' complains "the project's folder $temp/outer/rewrite lies in the source $temp/outer; begin in"
is 'and nothing is left' untouched "$temp/outer/rewrite"
repository "$temp/outer"
init "$temp/outer/rewrite" "$temp/outer"
is 'a commit does not change with it' sound "$temp/outer/rewrite"

# ---- what the source or the project brings

brought='{ "name": "mine",
  "library": { "sources": ["src/*.c"], "headers": ["include/add.h"], "include": ["include"] },
  "sealed": { "percent": 10 },
  "tests": { "report": "tap", "programs": [{ "name": "chosen", "sources": ["tests/test_add.c"] }] } }'
library brings "${add[@]}" recast.json "$brought"
init "$temp/takes" "$temp/brings" --json
is 'a recast.json that the source brings' exited 0
is 'is said' prints '"brought": true'
is 'is taken over' prints '"name": "chosen"'
is 'with all its keys' grep -q '"percent": 10' "$temp/takes/recast.json"
is 'and with its source' grep -q '"tree": ' "$temp/takes/recast.json"
is 'and is sound' sound "$temp/takes"
init "$temp/takes" "$temp/brings" --force
is '--force looks anew' prints 'test_add  passed  2 of 2'
repository "$temp/brings"
in_place "$temp/brings"
is 'in place it is the one that is there' complains 'recast.json is there already'
for bad in 'no json' '[]' '{ "name": 3 }' '{ "library": { "sources": ["../x.c"] } }' \
    "${brought/\"tests\"/\"command\": \"id\", \"tests\"}"; do
    library bad "${add[@]}" recast.json "$bad"
    init "$temp/refuses" "$temp/bad"
    is "bringing $bad" exited 2
    is 'what to do' complains 'the source brings a description that is not valid; --force makes a new one'
    is 'and that it is recast.json' complains 'recast.json'
    is 'nothing is left' untouched "$temp/refuses"
done
init "$temp/forces" "$temp/bad" --force
is '--force does without it' sound "$temp/forces"

library kept "${add[@]}" RECAST.md \
    $'# Mine\r\n\r\n## Considerations\r\n\r\nNo recursion.   \r\n\r\n## Actions\r\n\r\n- I did.\r'
cp "$temp/kept/RECAST.md" "$temp/before"
in_place "$temp/kept"
is 'a RECAST.md that is there' exited 0
is 'stays byte for byte' cmp -n "$(stat -c %s "$temp/before")" "$temp/before" "$temp/kept/RECAST.md"
is 'and gets one line' test "$(wc -l <"$temp/kept/RECAST.md")" = $(($(wc -l <"$temp/before") + 1))
library kept RECAST.md 'no headings'
in_place "$temp/kept" --force
is 'without headings it stays, too' grep -qx 'no headings' <(head -n 1 "$temp/kept/RECAST.md")
printf '# \377\376 latin' >"$temp/kept/RECAST.md"
cp "$temp/kept/RECAST.md" "$temp/before"
in_place "$temp/kept" --force
is 'whatever its bytes' cmp -n "$(stat -c %s "$temp/before")" "$temp/before" "$temp/kept/RECAST.md"

# ---- a project that was cloned

cloned() { # FROM: a clone of that project, with an edit
    rm -rf "$temp/clone"
    mkdir "$temp/clone"
    cp "$1"/*.* "$temp/clone"
    sed -i '/^  "version"/a\  "sealed": { "percent": 11 },' "$temp/clone/recast.json"
    sed 's/a/a/' "$temp/clone/recast.json" "$temp/clone/RECAST.md" >"$temp/before"
}

as_before() {
    diff "$temp/before" <(cat "$temp/clone/recast.json" "$temp/clone/RECAST.md")
}

cloned "$temp/ref-$first"
run check original -q -C "$temp/clone"
is 'a project without its .recast' exited 2
is 'says what is missing' complains "recast.json: source: commit ${first:0:12} is not in .recast/source.git"
is 'and what brings it' complains 'bring it with recast init SOURCE; RECAST.md says where it came from'
is 'and where that is' complains "where it came from: $(sed -n 's/^source: //p' "$temp/clone/RECAST.md")"
init "$temp/clone"
is 'init without a source' exited 2
is 'says the same' complains "recast.json names commit ${first:0:12}, which is not here; bring it with recast init"
init "$temp/clone" "$temp/repo" --ref main
is 'another commit' exited 2
is 'is not it' complains "recast.json names commit ${first:0:12}, and $temp/repo has ${second:0:12}; look for"
is 'no .recast is left' test ! -e "$temp/clone/.recast"
is 'all is as it was' as_before
init "$temp/clone" "$temp/repo"
is 'init with the source brings that commit' exited 0
is 'and says so' prints 'the source that it names is here again'
is 'the description is as it was' as_before
is 'it is sound' sound "$temp/clone"
init "$temp/clone" "$temp/repo"
is 'the next one has nothing to do' complains 'is there already'
cloned "$temp/from-folder"
init "$temp/clone" "$temp/repo"
is 'a commit is no snapshot' exited 2
init "$temp/clone" "$temp/add"
is 'the folder is' exited 0
is 'that description is as it was, too' as_before
echo '{' >"$temp/clone/recast.json"
rm -rf "$temp/clone/.recast"
init "$temp/clone" "$temp/add"
is 'a recast.json that is not valid is not touched' complains 'is there already'

# ---- --json

init "$temp/json" "$temp/repo" --json
is 'JSON begins and ends' test "$(head -c 1 "$temp/out")$(tail -n 1 "$temp/out")" = '{}'
is 'JSON: the source' prints "\"commit\": \"$second\""
is 'JSON: a finding' prints '"key": "library.headers"'
is 'JSON: the check' prints '"verdict": "pass"'
in_place "$temp/kept" --force --json
is 'JSON: in place there is no source' test -z "$(value "$temp/out" tree)"
init "$temp/none" "$temp/nowhere" --json
is 'JSON: nothing on stdout after a failure' silent out

# ---- a RECAST.md that cannot be read

cp -r fixtures/libs/textdist "$temp/tasks"
rm "$temp/tasks/recast.json"
printf -- '---\nname: no end\n' >"$temp/tasks/RECAST.md"
init "$temp/tasks"
is 'front matter without an end' exited 2
is 'is named with its line' complains "$temp/tasks/RECAST.md: line 1: the front matter has no end"
is 'and stays as it is' test "$(cat "$temp/tasks/RECAST.md")" = "$(printf -- '---\nname: no end')"
is 'and nothing is written beside it' test ! -e "$temp/tasks/recast.json"

finish
