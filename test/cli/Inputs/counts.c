#include <stdio.h>

static int count = 41;

int main(void) {
  printf("count %d\n", ++count);
  return 0;
}
