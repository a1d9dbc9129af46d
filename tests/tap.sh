# shellcheck shell=bash
# The test kit for commands, as tests/tap.h is for C; tests/cli/*.sh begin with
#
#   cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
#   . tests/tap.sh
#
# and end with `finish`. An assertion is a command: `is NAME COMMAND...`.

export RECAST_NO_BACKGROUND=1 NO_COLOR=1 LC_ALL=C.UTF-8
recast=$(realpath "${RECAST:-build/recast}")
tests=$PWD/tests/cli
count=0 failures=0 code=0

# A folder for throw-away files; what recast printed last is in $temp/out and $temp/err.
temp=$(mktemp -d "${TMPDIR:-/tmp}/recast-test-XXXXXX") || exit 1
export RECAST_DATA=$temp/data
trap 'chmod -R u+w "$temp" 2>/dev/null; rm -rf "$temp"' EXIT

# One assertion; what the command prints explains a failure.
is() {
    local name=$1 said
    shift
    count=$((count + 1))
    if said=$("$@" 2>&1); then
        echo "ok $count - $name"
        return
    fi
    failures=$((failures + 1))
    echo "not ok $count - $name"
    said="$*"$'\n'$said$'\n'$(tail -n 5 "$temp/err" 2>/dev/null)
    echo "# ${said//$'\n'/$'\n'# }"
}

finish() {
    echo "1..$count"
    exit $((failures > 0))
}

# Runs recast and sets `code`.
run() {
    "$recast" "$@" >"$temp/out" 2>"$temp/err" </dev/null
    code=$?
}

exited() { # CODE, of the last run
    [ "$code" = "$1" ] || { echo "exit code $code" && false; }
}

prints() { # TEXT, somewhere on stdout
    grep -qF -e "$1" "$temp/out" || { cat "$temp/out" && false; }
}

complains() { # TEXT, somewhere on stderr
    grep -qF -e "$1" "$temp/err" || { cat "$temp/err" && false; }
}

silent() { # on stdout or stderr
    [ ! -s "$temp/$1" ] || { cat "$temp/$1" && false; }
}

# The same but for times and fuel, which stand at the end of a line.
normal() { # FILE
    sed -E -e 's/ +[0-9.]+ (ms|s) +[0-9.]+( [kMGT])?$/ TIME FUEL/' -e 's/ +[0-9.]+ (ms|s)$/ TIME/' \
        -e "s:$temp:TEMP:g" -e "s/^(  oracle +)[0-9a-f]{12}/\1ORACLE/" "$1"
}

# A copy of a library of fixtures/libs, whose rewrites are judged with few calls past its tests.
fixture() { # NAME FOLDER
    cp -r "fixtures/libs/$1" "$2"
    rm -rf "$2/.recast"
    sed -i '1s/{/&\n  "differential": { "inputs": 200 },/' "$2/recast.json"
}

# What stdout holds is in a file; `EXPECTED=write tests/cli/NAME.sh` writes it anew.
expected() { # NAME
    [ "${EXPECTED:-}" != write ] || normal "$temp/out" >"$tests/expected/$1"
    diff -u "$tests/expected/$1" <(normal "$temp/out")
}

# A folder NAME with a small library in it, made of files given as PATH TEXT...
library() {
    local folder=$temp/$1
    shift
    mkdir -p "$folder"
    while [ $# -gt 1 ]; do
        mkdir -p "$(dirname "$folder/$1")"
        printf '%s\n' "$2" >"$folder/$1"
        shift 2
    done
}
