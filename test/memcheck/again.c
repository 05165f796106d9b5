/* Processes that get the memory of others that have ended: memcheck knows none of the blocks there
 * any more, and says the same of each process. What a process had before it became another program
 * is not told of.
 *
 * UNSUPPORTED: sanitize
 * RUN: %stp_clang -O0 -gdwarf-4 %s -o %t
 * RUN: echo '<?xml version="1.0"?><platform version="4.1">' >%t.xml
 * RUN: for date in 0 1 2; do \
 * RUN:   echo "<actor host=\"node-0\" function=\"%t\" start_time=\"$date\"/>"; done >>%t.xml
 * RUN: echo '</platform>' >>%t.xml
 * RUN: %simterpose memcheck -q -n 1 -d %t.xml -o %t.out 2>%t.err
 * RUN: %FileCheck %s --input-file=%t.err
 *
 * CHECK: 123 {{.*}}bytes in 1 {{.*}}blocks are definitely lost
 * CHECK: 123 {{.*}}bytes in 1 {{.*}}blocks are definitely lost
 * CHECK: 123 {{.*}}bytes in 1 {{.*}}blocks are definitely lost
 * CHECK-NOT: definitely lost
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void* volatile kept[100];

int main(int argc, char** argv) {
  for (int i = 0; i < 100; i++)
    kept[i] = malloc(10 + 7 * i);
  for (int i = 0; i < 100; i += 3)
    free(kept[i]);
  char* volatile lost = malloc(123);
  memset(lost, 'x', 123);
  lost = NULL;
  if (argc == 1)
    execl(argv[0], argv[0], "again", NULL);
  return 0;
}
