# The rows of a benchmark as a table: what, A, B, A/B, and the goal for that.
BEGIN {
    FS = "\t"
    printf "\n%-40s %-20s %-20s %8s %6s\n", "what", "A", "B", "A/B", "goal"
}
{ printf "%-40s %-20s %-20s %8s %6s\n", $1, $2, $3, $4, $5 == "-" ? "-" : "≤ " $5 }
