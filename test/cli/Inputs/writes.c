/* Writes more than there is room for, and takes no notice. */
#include <stdio.h>

int main(void) {
  for (int i = 0; i < 20000; i++)
    puts("a line of forty letters, newline included");
  return 0;
}
