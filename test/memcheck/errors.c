/* What memcheck says of a program: each host makes every mistake once. Threads and forks are no
 * mistakes.
 *
 * UNSUPPORTED: sanitize
 * RUN: %stp_clang -O0 -gdwarf-4 -pthread %s -o %t
 * RUN: %simterpose memcheck -q -n 2 -o %t.out %t 2>%t.err
 * RUN: %FileCheck %s --input-file=%t.err
 * RUN: %FileCheck %s --check-prefix=OUT <%t.out/node-1/errors.c.tmp.2.stdout
 *
 * CHECK: Conditional jump or move depends on uninitialised value
 * CHECK-NEXT: at {{.*}}: compute ({{.*}}errors.c:
 * CHECK-NEXT: by {{.*}}: main ({{.*}}errors.c:
 * CHECK: Invalid write of size 1
 * CHECK-NEXT: at {{.*}}: overrun ({{.*}}errors.c:
 * CHECK: 0 bytes after a block of size 24 alloc'd
 * CHECK-NEXT: at {{.*}}: stp_heap_told_alloc
 * CHECK-NEXT: by {{.*}}: simterpose_calloc
 * CHECK-NEXT: by {{.*}}: main ({{.*}}errors.c:
 * CHECK: Invalid read of size 1
 * CHECK-NEXT: at {{.*}}: use ({{.*}}errors.c:
 * CHECK: 3 bytes inside a block of size 24 free'd
 * CHECK-NEXT: at {{.*}}: stp_heap_told_free
 * CHECK: by {{.*}}: main ({{.*}}errors.c:
 * CHECK: Block was alloc'd at
 * CHECK-NEXT: at {{.*}}: stp_heap_told_alloc
 *
 * CHECK: 123 {{.*}}bytes in 1 {{.*}}blocks are definitely lost
 * CHECK-NEXT: at {{.*}}: stp_heap_told_alloc
 * CHECK-NEXT: by {{.*}}: simterpose_malloc
 * CHECK-NEXT: by {{.*}}: leak ({{.*}}errors.c:
 * CHECK: 123 {{.*}}bytes in 1 {{.*}}blocks are definitely lost
 * CHECK-NOT: are definitely lost
 *
 * OUT: thread 5
 * OUT: child 3
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int* known;

static __attribute__((noinline)) int compute(const int* values) {
  if (values[3] > 7)
    return 1;
  return 2;
}

static __attribute__((noinline)) void overrun(char* block, int size) { block[size] = 1; }

static __attribute__((noinline)) char use(const char* block) { return block[3]; }

static __attribute__((noinline)) void leak(void) {
  char* volatile lost = malloc(123);
  lost[0] = 'x';
  lost = NULL;
}

static void* count(void* argument) {
  char large[10000];
  memset(large, 5, sizeof large);
  for (int i = 0; i < 3; i++)
    usleep(100);
  *(int*)argument = large[9999];
  return NULL;
}

int main(void) {
  pthread_t thread;
  int counted = 0, status;
  pthread_create(&thread, NULL, count, &counted);
  int* const values = malloc(10 * sizeof *values);
  usleep(1000);
  compute(values);
  free(values);
  char* const block = calloc(1, 24);
  overrun(block, 24);
  free(block);
  use(block);
  leak();
  known = realloc(calloc(3, sizeof *known), 30 * sizeof *known); /* not lost: it is reachable */
  known[0] = 1;
  pthread_join(thread, NULL);
  printf("thread %d\n", counted);
  const pid_t child = fork();
  if (child == 0) {
    char* const copy = strdup("child");
    usleep(100);
    known[0] += 2;
    free(copy);
    _exit(known[0]);
  }
  usleep(50);
  waitpid(child, &status, 0);
  printf("child %d\n", WEXITSTATUS(status));
  return 0;
}
