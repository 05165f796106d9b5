// CALLS: __uflow __overflow
// RUN: %both
//
// What getc_unlocked and putc_unlocked become where they are expanded in the program.
#include <stdio.h>
#include <unistd.h>

#include "check.h"

int main(void) {
  FILE* const file = fopen("file", "w+");
  CHECK(file);
  for (int i = 0; i < 10000; i++)
    CHECK_EQ(putc_unlocked('a' + i % 26, file), 'a' + i % 26);
  CHECK_EQ(__overflow(file, 'z'), 'z');
  rewind(file);
  CHECK_EQ(__uflow(file), 'a');
  for (int i = 1; i < 10000; i++)
    CHECK_EQ(getc_unlocked(file), 'a' + i % 26);
  CHECK_EQ(getc_unlocked(file), 'z');
  CHECK_EQ(getc_unlocked(file), EOF);
  CHECK_EQ(fclose(file), 0);
  return 0;
}
