# 1 "/src/a.c"
# 1 "/src/a.h" 1
int f(int);
# 2 "/src/a.c" 2
int f(int n) {
#pragma x
 return n +
# 4 "/src/a.c"
 1 && f(n, 2) || !n; }
