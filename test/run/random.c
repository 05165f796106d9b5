// Random numbers come from the run's seed: the same in every run, others with another seed, others
// in each process; rand() alone is libc's own sequence everywhere.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 %s -o random
// RUN: %simterpose run -q -n 2 -o one ./random
// RUN: %simterpose run -q -n 2 -o two ./random
// RUN: %simterpose run -q -n 2 --seed 2 -o three ./random
// RUN: cmp one/node-0/random.2.stdout two/node-0/random.2.stdout
// RUN: cmp one/node-1/random.2.stdout two/node-1/random.2.stdout
// RUN: %not cmp one/node-0/random.2.stdout one/node-1/random.2.stdout
// RUN: %not cmp one/node-0/random.2.stdout three/node-0/random.2.stdout
// RUN: %FileCheck %s <three/node-1/random.2.stdout
// CHECK: 1804289383
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/random.h>

int main(void) {
  unsigned long words[4];
  printf("%d\n", rand());
  getrandom(words, sizeof words, 0);
  for (int i = 0; i < 4; i++)
    printf("%lx\n", words[i]);
  printf("%x %lx\n", arc4random(), *(unsigned long*)getauxval(AT_RANDOM));
  return 0;
}
