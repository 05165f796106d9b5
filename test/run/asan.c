/* A program built with AddressSanitizer: what goes wrong on stacks is found, and the calls that
 * lead there are told with process, date and line; the heap and variables are not watched, nor what
 * calls write for the program (docs/debugging.md).
 *
 * UNSUPPORTED: sanitize
 * RUN: rm -rf %t.dir && mkdir %t.dir && cd %t.dir
 * RUN: %stp_clang -g -O1 -fno-inline -fsanitize=address %s -o asan
 * RUN: %simterpose run -n 2 ./asan none >out && %FileCheck --check-prefix NONE %s <out
 * NONE: [node-0 1.000000] none
 * NONE: [node-1 1.000000] went on
 * RUN: %exits 1 %simterpose run -n 2 ./asan stack >out 2>&1 && %FileCheck --check-prefix STACK %s <out
 * STACK: ERROR: AddressSanitizer: stack-buffer-overflow on address
 * STACK: WRITE of size 4
 * STACK-NOT: WARNING
 * STACK: simterpose: [node-0 1.000000] asan.2: a sanitizer has ended the run
 * STACK-NEXT: #0 fill at {{.*}}asan.c:{{[0-9]+}}
 * STACK-NEXT: #1 main at {{.*}}asan.c:{{[0-9]+}}
 * RUN: %exits 1 env ASAN_OPTIONS=abort_on_error=1 %simterpose run -n 2 ./asan thread >out 2>&1
 * RUN: %FileCheck --check-prefix THREAD %s <out
 * THREAD: ERROR: AddressSanitizer: stack-use-after-scope
 * THREAD: simterpose: [node-0 1.000000] asan.2: a sanitizer has ended the run
 * THREAD-NEXT: #0 look_back at {{.*}}asan.c:
 *
 * RUN: %simterpose run -n 1 ./asan unseen >out 2>&1 && %FileCheck --check-prefix UNSEEN %s <out
 * UNSEEN-NOT: ERROR
 * UNSEEN: [node-0 1.000000] went on
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int global[4];

static void fill(volatile int* array, int count) {
  for (int i = 0; i < count; i++)
    array[i] = i;
}

static void* look_back(void* unused) {
  int* volatile past;
  {
    int scoped = 3;
    past = &scoped;
  }
  printf("%d\n", *past);
  return unused;
}

int main(int argc, char** argv) {
  const char* const what = argc > 1 ? argv[1] : "";
  sleep(1);
  puts(what);
  fflush(stdout);
  if (strcmp(what, "stack") == 0) {
    int local[8];
    fill(local, 9);
  } else if (strcmp(what, "thread") == 0) {
    pthread_t thread;
    pthread_create(&thread, NULL, look_back, NULL);
    pthread_join(thread, NULL);
  } else if (strcmp(what, "unseen") == 0) {
    int* const block = malloc(8 * sizeof *block);
    fill(block, 9);
    free(block);
    fill(global, 5);
  }
  puts("went on");
  return 0;
}
