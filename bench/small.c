/* The small program whose start is measured. */
#include <stdio.h>

int main(void) {
  puts("started");
  return 0;
}
