/* Says whether its state lies where the linker put it, near its code. `where again` executes itself
 * first, `where N` exits with N. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int state = 1;
static int* pointer = &state;

int main(int argc, char** argv) {
  if (argc > 1 && strcmp(argv[1], "again") == 0)
    execl(argv[0], argv[0], (char*)NULL);
  if (pointer != &state || *pointer != 1)
    return 1;
  intptr_t distance = (intptr_t)&state - (intptr_t)main;
  puts(distance > 0 && distance < 1 << 20 ? "in place" : "displaced");
  return argc > 1 ? atoi(argv[1]) : 0;
}
