/* The small program whose start is measured: some state, some heap, no output. All copies are there
 * at the same time, since none ends before the others have started. */
#include <stdlib.h>
#include <unistd.h>

static int count;

int main(void) {
  int* const block = malloc(100 * sizeof *block);
  if (block == NULL)
    return 1;
  block[count++] = 1;
  sleep(1);
  free(block);
  return 0;
}
