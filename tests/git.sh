# shellcheck shell=bash
# What the tests of `recast init` share, on top of tests/tap.sh: repositories, a small library, and
# what stands in the files that init writes.

# Neither the user's configuration nor the clock has a say.
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_TERMINAL_PROMPT=0
export GIT_AUTHOR_NAME=test GIT_AUTHOR_EMAIL=test@localhost GIT_AUTHOR_DATE='2020-01-01T00:00:00Z'
export GIT_COMMITTER_NAME=test GIT_COMMITTER_EMAIL=test@localhost GIT_COMMITTER_DATE='2020-01-01T00:00:00Z'

# For `library`, and for more files behind it.
# shellcheck disable=SC2034 # scripts use it
add=(
    include/add.h '/* Sums. */
#ifndef ADD_H
#define ADD_H
int add(int a, int b);
int sub(int a, int b);
#endif'
    src/add.c '#include "add.h"
int add(int a, int b) { return a + b; }
int sub(int a, int b) { return a - b; }'
    tests/test_add.c '#include "add.h"
#include <stdio.h>
static int failed;
static void check(int number, const char *name, int good)
{
	printf("%sok %d - %s\n", good ? "" : "not ", number, name);
	failed |= !good;
}
int main(void)
{
	puts("1..2");
	check(1, "add", add(1, 2) == 3);
	check(2, "sub", sub(3, 2) == 1);
	return failed;
}'
)

init() { # FOLDER [SOURCE] OPTIONS..., the folder is made
    local folder=$1
    shift
    mkdir -p "$folder"
    run init --quiet -C "$folder" "$@"
}

# A folder becomes a repository with all its files in one commit.
repository() { # FOLDER
    git init -q -b main "$1" && git -C "$1" add -A && git -C "$1" commit -qm 'First'
}

commit_of() { # REPOSITORY REF
    git -C "$1" rev-parse "$2^{commit}"
}

# The text of a key in a JSON file, the first of that name.
value() { # FILE KEY
    sed -n -E "s:^ *\"$2\"\: \"(.*)\",?$:\1:p" "$1" | head -n 1
}

# The members of a list in a JSON file, sorted.
list_of() { # FILE KEY
    tr -d '\n' <"$1" | sed -E "s/.*\"$2\": *\[([^]]*)\].*/\1/" | tr -d ' ' | tr ',' '\n' | sort
}

# Nothing was written.
untouched() { # FOLDER
    local name
    for name in recast.json RECAST.md .recast; do
        if [ -e "$1/$name" ] || [ -L "$1/$name" ]; then
            ls -lA "$1" && return 1
        fi
    done
    [ -z "$(find "$1" -maxdepth 1 -name '.recast*')" ]
}
