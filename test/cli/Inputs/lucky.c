/* Ends well or not, as luck has it: of a die with as many sides as the first argument says, one is
 * bad. Then it exits with 3, or, if the second argument is "forever", computes for ever. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

int main(int argc, char** argv) {
  unsigned number;
  if (argc < 2 || getrandom(&number, sizeof number, 0) != sizeof number)
    return 1;
  const unsigned side = number % (unsigned)atoi(argv[1]);
  printf("side %u\n", side);
  fflush(stdout);
  for (volatile unsigned i = 0; side == 0 && argc > 2 && strcmp(argv[2], "forever") == 0; i++)
    ;
  return side == 0 ? 3 : 0;
}
