/* Host 1 crashes, three calls deep; every host hands a bad address to a call first. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int depth;
static char* volatile where;

static __attribute__((noinline)) void store(int n) {
  depth = n;
  if (n == 0)
    *where = 'x';
  else
    store(n - 1);
}

int main(int argc, char** argv) {
  const int rank = argc > 1 ? atoi(argv[1]) : 0;
  usleep(1000 * (1 + (unsigned)rank));
  if (rank == 0 && write(STDOUT_FILENO, (void*)8, 5) < 0)
    puts("bad address");
  if (rank == 1)
    store(3);
  usleep(10000);
  puts("done");
  return 0;
}
