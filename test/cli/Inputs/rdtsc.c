/* Prints the rate of the counter of cycles, to ten thousand. */
#include <stdio.h>
#include <unistd.h>
#include <x86intrin.h>

int main(void) {
  const unsigned long long start = __rdtsc();
  sleep(1);
  printf("%llu cycles in a second\n", (__rdtsc() - start + 5000) / 10000 * 10000);
  return 0;
}
