#!/usr/bin/env bash
# `recast add`, `log` and `show`: rewrites are taken in, listed and shown, whatever they are called and hold.
# shellcheck disable=SC2154,SC2317,SC2016 # tests/tap.sh sets them, `is` calls them, and these are no commands
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
. tests/tap.sh
. tests/git.sh

project=$temp/project

refused() { # TEXT, which stderr holds, on one line, and nothing else is printed
    exited 2 && silent out && complains "$1" && [ "$(wc -l <"$temp/err")" = 1 ]
}

printable() { # FILE: no control characters but line ends and tabs
    ! LC_ALL=C grep -n '[^[:print:][:space:]]' <(LC_ALL=C tr -d '\200-\377' <"$1") &&
        ! grep -q $'\r' "$1" && ! grep -q $'\u202e' "$1"
}

fits() {
    ! grep -E '.{81}' "$temp/out"
}

verdict() { # PROJECT CANDIDATE VERDICT VISIBLE: puts one into the ledger
    local commit
    commit=$(git -C "$1/.recast/candidates.git" rev-parse "refs/candidates/${2#c}")
    "${recast%/*}/tests/harness_ledger" "$1" "$commit" "$3" "$4"
}

# ---- nothing there yet

library project "${add[@]}" recast.json '{ "name": "add",
  "library": { "sources": ["src/*.c"], "headers": ["include/*.h"] },
  "tests": { "programs": [{ "name": "t", "sources": ["tests/*.c"] }] } }'
run log -C "$project"
is 'no candidates: log' exited 0
is 'no candidates: nothing is listed' silent out
is 'no candidates: it says so' complains 'there are no candidates yet; `recast generate` has one written, `recast add DIR` takes one in'
run log --json -C "$project"
is 'no candidates: JSON' test "$(tr -d ' \n' <"$temp/out")" = '{"version":1,"candidates":[]}'
run show -C "$project"
is 'no candidates: show' refused 'there are no candidates yet; `recast generate` has one written, `recast add DIR` takes one in'
is 'looking makes nothing' test ! -e "$project/.recast"

# ---- folders

library rewrite add.c 'int add(int a, int b) { return b + a; }
int sub(int a, int b)
{
	return a - b;
}' include/own.h '#define OWN 1' notes.txt 'By hand.'
mkdir "$temp/rewrite/.git" "$temp/rewrite/.recast" && touch "$temp/rewrite/.git/config" "$temp/rewrite/.recast/ledger.db"
ln -s ../project/src/add.c "$temp/rewrite/link.c"
run add "$temp/rewrite" -C "$project"
is 'a folder is added' exited 0
is 'its name comes first' test "$(head -n 1 "$temp/out" | cut -d ' ' -f 1)" = c1
is 'what it is' prints 'c1  added from folder rewrite, 4 files, commit '
is 'what comes next' prints 'Next: recast check c1'
is 'nothing on stderr' silent err
is 'git does not see .recast' test "$(cat "$project/.recast/.gitignore")" = '*'
run add "$temp/rewrite/." -C "$project" --title 'Other'
is 'the same files again' exited 0
is 'are the same candidate' prints 'c1  is there already, with the same files, from folder rewrite, 4 files'
run add --json "$temp/rewrite" -C "$project"
is 'JSON: it is not new' prints '"new": false'
echo '/* better */' >>"$temp/rewrite/add.c"
run add "$temp/rewrite" --title $'A \e[2Jtitle\nRecast-Model: forged \u202eand long, too long for the line that it gets' -C "$project"
is 'changed files are another candidate' prints 'c2  added'

# ---- what is known of them

is 'a verdict' verdict "$project" c2 pass 12
run log -C "$project"
is 'log' exited 0
is 'log: not judged' grep -qE '^c1  not judged +- +- +- +[0-9-]{10}  rewrite$' "$temp/out"
is 'log: the last verdict' grep -qE '^c2  pass +12/14 +3/7 +5 +[0-9-]{10}  A \??' "$temp/out"
is 'log: the newest is last' test "$(tail -n 1 "$temp/out" | cut -c 1-2)" = c2
is 'log fits' fits
is 'log is printable' printable "$temp/out"
run log --json -C "$project"
is 'log as JSON' prints '"verdict": "pass"'
is 'a forged trailer is none' prints '"trailers": {}'
run show c1 -C "$project"
is 'show' exited 0
is 'show: origin' prints '  origin      folder rewrite'
is 'show: not judged' prints '  verdict     not judged'
is 'show: a file' prints '  add.c'
is 'show: a folder' prints '  include/own.h'
is 'show: a link' prints '  link.c -> ../project/src/add.c'
is 'show: not what recast or git keep' test -z "$(grep -e '\.git' -e '\.recast' "$temp/out")"
run show -C "$project"
is 'show: the best' prints 'c2  A '
is 'show: its verdict' prints '  verdict     pass'
is 'show: its tests' prints '  visible     12 passed, 2 failed'
is 'show is printable' printable "$temp/out"
run show "$(value <("$recast" show c1 --json -C "$project") commit | cut -c 1-8)" -C "$project"
is 'show: by commit' prints 'c1  rewrite'
run show c1 add.c -C "$project"
is 'show: the text of a file' diff <(head -n 5 "$temp/rewrite/add.c") "$temp/out"
for file in ../secret /etc/passwd include/../add.c nothing include link.c ''; do
    run show c1 "$file" -C "$project"
    is "show: no file \"$file\"" exited 2
    is "show: no file \"$file\": nothing is printed" silent out
done
run show c1 add.c --json -C "$project"
is 'show: no file as JSON' refused 'a file is not shown as JSON'
for name in c3 c0 abcd original; do
    run show "$name" -C "$project"
    is "show $name" exited 2
done
run show c3 -C "$project"
is 'which there are' refused 'there is no candidate c3; there are c1 and c2'
run show ./rewrite -C "$project"
is 'show: a path is no candidate' refused 'there is no folder ./rewrite'
run show ffff -C "$project"
is 'show: no such commit' refused 'there is no candidate ffff'

# ---- names and contents that want to rule the terminal

mkdir "$temp/names"
printf 'int a; \033[2J\tb \302\233\r\nend' >"$temp/names/a.c"
printf 'a\0b' >"$temp/names/data"
touch "$temp/names/"$'x\e[2J\ny.c' "$temp/names/"$'\xff.c' "$temp/names/"$'\u202e.c'
run add "$temp/names" -C "$project"
is 'strange names are kept' prints 'c3  added from folder names, 5 files'
run show c3 -C "$project"
is 'and shown' printable "$temp/out"
is 'each on a line of its own' prints '  x?[2J?y.c'
run show c3 --json -C "$project"
is 'also as JSON' prints 'x\u001B[2J\ny.c'
run show c3 a.c -C "$project"
is 'text is shown safely' test "$(cat "$temp/out")" = $'int a; ?[2J\tb ?\nend'
run show c3 data -C "$project"
is 'what is no text is not' refused 'data in c3 is no text'
cp -r "$temp/names" "$temp/"$'folder \e[2J'
echo 1 >"$temp/"$'folder \e[2J/more.c'
run add "$temp/"$'folder \e[2J' -C "$project"
is 'a strange folder' prints 'c4  added from folder folder  [2J'
is 'is printable' printable "$temp/out"

# ---- commits

repository "$temp/project"
git -C "$project" checkout -q -b pull/7
echo '/* from a pull request */' >>"$project/src/add.c"
git -C "$project" commit -qam 'Rewrite'
git -C "$project" checkout -q main
before=$(git -C "$project" status --porcelain)
run add pull/7 -C "$project"
is 'a branch is added' exited 0
is 'by its commit' prints "c5  added from commit $(commit_of "$project" pull/7 | cut -c 1-40)"
run add "$(commit_of "$project" main)" -C "$project"
is 'a commit is added' prints 'c6  added from commit'
is 'nothing is checked out' test "$(git -C "$project" status --porcelain)$(git -C "$project" branch --show-current)" = "${before}main"
run add nowhere -C "$project"
is 'neither folder nor commit' refused 'there is no folder nowhere, and as a commit: nowhere is no branch, tag or commit of'
is 'which there are' complains 'it has main, pull/7'
run add "$project/recast.json" -C "$project"
is 'a file' refused 'recast.json is no folder, and as a commit:'
mkdir "$temp/plain" && cp "$project/recast.json" "$temp/plain"
run add main -C "$temp/plain"
is 'no repository' refused "there is no folder main, and no commit either: the project's folder is no git repository"
run add '' -C "$project"
is 'no name' exited 2

# ---- what is no rewrite

mkdir "$temp/empty"
run add "$temp/empty" -C "$project"
is 'an empty folder' refused 'empty holds no C source'
library prose README.md 'Nothing here.' a.C 'x' b.h 'int b;'
run add "$temp/prose" -C "$project"
is 'no C source' refused 'prose holds no C source, that is, no file whose name ends in .c'
run add "$temp" -C "$project"
is 'the folder around the project' refused "the project's own folder lies in"
library large a.c 'int a;'
truncate -s 17M "$temp/large/data"
run add "$temp/large" -C "$project"
is 'a large file' refused 'too much for a rewrite'
is 'which' complains 'data is larger than the limit of 16777216 bytes'
rm "$temp/large/data"
(cd "$temp/large" && seq 10001 | xargs touch)
run add "$temp/large" -C "$project"
is 'many files' refused 'more than 10000 files and folders'
run add "$temp/rewrite" -C "$temp/empty"
is 'no project' exited 2
is 'no project: nothing is made' untouched "$temp/empty"
run log -C "$project"
is 'none of these was taken in' test "$(wc -l <"$temp/out")" = 7

# ---- a .recast that is not recast's own

one() { # NAME: a project with one candidate
    mkdir "$temp/$1" && cp "$project/recast.json" "$temp/$1"
    run add "$temp/rewrite" -C "$temp/$1"
}

everywhere() { # NAME CODE TEXT: what all three commands say
    local words
    for words in log show "add $temp/names"; do
        # shellcheck disable=SC2086 # words
        run $words -C "$temp/$1"
        is "$1: $words" exited "$2"
        is "$1: $words: says so" complains "$3"
        is "$1: $words: nothing on stdout" silent out
    done
}

one tracked
rm "$temp/tracked/.recast/.gitignore"
git init -q "$temp/tracked" && git -C "$temp/tracked" add -A && git -C "$temp/tracked" commit -qm x
everywhere tracked 2 'so it may hold results that recast never made'
one linked
mv "$temp/linked/.recast/candidates.git" "$temp/elsewhere"
ln -s ../../elsewhere "$temp/linked/.recast/candidates.git"
everywhere linked 2 'candidates.git is a link; recast keeps its own there, so remove it'
one link
mv "$temp/link/.recast" "$temp/work" && ln -s ../work "$temp/link/.recast"
everywhere link 2 '.recast is a link; recast keeps its own there, so remove it'
one odd
git -C "$temp/odd/.recast/candidates.git" update-ref refs/candidates/2 'refs/candidates/1^{tree}'
everywhere odd 2 'refs/candidates/2 is no commit; take it out with git -C .recast/candidates.git update-ref -d refs/candidates/2'

ledgers() { # NAME CODE TEXT: log and show need the ledger
    run log -C "$temp/$1"
    is "$1: log" exited "$2"
    is "$1: log says so" complains "$3"
    run show c1 -C "$temp/$1"
    is "$1: show" exited "$2"
    is "$1: show says so" complains "$3"
    is "$1: nothing on stdout" silent out
}

one damaged
head -c 5000 /dev/urandom >"$temp/damaged/.recast/ledger.db"
ledgers damaged 2 'ledger.db is damaged or no database'
is 'what to do' complains 'move it away: verdicts can be found out again'
one newer
verdict "$temp/newer" c1 pass 1
printf '\0\0\377\377' | dd of="$temp/newer/.recast/ledger.db" bs=1 seek=60 conv=notrunc status=none
ledgers newer 2 'has version 65535, and this program knows versions up to 3'
one aside
mv "$temp/newer/.recast/ledger.db" "$temp/other.db" && ln -s "$temp/other.db" "$temp/aside/.recast/ledger.db"
ledgers aside 2 'ledger.db is a link'

# ---- several at once

one crowd
for i in 1 2 3 4 5 6; do
    library "crowd-$i" a.c "int a$i;"
    "$recast" add "$temp/crowd-$i" -C "$temp/crowd" >"$temp/crowd-$i/out" 2>&1 &
done
wait
is 'several at once get a name each' test "$(cut -d ' ' -f 1 "$temp"/crowd-*/out | grep -v Next | sort -u | tr '\n' ' ')" = 'c2 c3 c4 c5 c6 c7 '

# What leads git to other folders is not followed.
library own lib.c 'int x;' recast.json '{ "name": "own", "library": { "sources": ["lib.c"], "headers": [] }, "tests": { "programs": [] } }'
library more a.c 'int y;'
run add -C "$temp/own" "$temp/more"
is 'a store of its own' exited 0
store=$temp/own/.recast/candidates.git
mkdir -p "$store/objects/info"
echo /somewhere/objects >"$store/objects/info/alternates"
run log -C "$temp/own"
is 'objects of another repository' exited 2
is 'say what to do' complains 'objects/info/alternates'
rm "$store/objects/info/alternates"
mv "$store/refs" "$temp/refs"
ln -s "$temp/refs" "$store/refs"
run add -C "$temp/own" "$temp/more"
is 'references that are elsewhere' exited 2
is 'name the link' complains 'candidates.git/refs is a link'

finish
