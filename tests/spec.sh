# shellcheck shell=bash
# For tests of what `recast extract` shows, behind tests/tap.sh: libraries are named by their folder in $temp.
# shellcheck disable=SC2034,SC2154 # tests/tap.sh sets them, and those who read this use them

extract() { # NAME OPTIONS...
    local folder=$temp/$1
    shift
    run extract --quiet -C "$folder" "$@"
}

shows() { # NAME TEXT, somewhere in the specification
    grep -rqF -e "$2" "$temp/$1/.recast/spec/current/"
}

# True only where there is a specification.
hides() { # NAME TEXT
    [ -f "$temp/$1/.recast/spec/current/spec.json" ] && ! shows "$1" "$2"
}

# A library's code that is long enough to be known again.
mix='static int mix(int a, int b, int c)
{
	int x = a * 31 + b;
	while (x > c && c > 0)
		x = x / c - (b ^ a) + 7 * c;
	if (x < 0)
		x = -x % 1009;
	return x + a - b;
}'
