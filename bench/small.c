/* The small program whose start is measured: some state, some heap. With an argument it prints the
 * cycle counter: the first and the last of many started one after the other tell what a start
 * costs. All copies are there at the same time, since none ends before the last has started. */
#include <stdlib.h>
#include <unistd.h>

#include "tsc.h"

static int count;

int main(int argc, char** argv) {
  int* const block = malloc(100 * sizeof *block);
  if (block == NULL)
    return 1;
  block[count++] = 1;
  if (argc > 1)
    printf("%s %llu\n", argv[1], (unsigned long long)tsc_now());
  sleep(1);
  free(block);
  return 0;
}
