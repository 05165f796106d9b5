// Instrumented before the link, optimised and linked after it.
// REQUIRES: lld
// RUN: %stp_clang -O2 -flto -fuse-ld=lld %s -o %t
// RUN: %t
// RUN: %simterpose run -n 1 --quiet -o %t.dir %t
// RUN: %stp_clang -O2 -flto=thin -fuse-ld=lld %s -o %t
// RUN: %t
// RUN: %simterpose run -n 1 --quiet -o %t.dir %t
#include <stdio.h>
static int counter = 1;
static int* const pointer = &counter;
__attribute__((constructor)) static void initialise(void) { counter++; }
int main(void) { return printf("%d\n", *pointer) == 2 && counter == 2 ? 0 : 1; }
