// A deadlock names, for each blocked thread, host, process and the call it waits in.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -pthread %s -o program
// RUN: %exits 1 %simterpose run -n 2 -o out ./program {rank} 2>&1 | %FileCheck %s
//
// CHECK: deadlock at 0.500000
// CHECK-NEXT: node-0: program.2, thread 2, waits in pthread_join
// CHECK-NEXT: node-0: program.2, thread 3, waits in pthread_mutex_lock
// CHECK-NEXT: node-1: program.2, thread 2, waits in read
// CHECK: all 2 processes never ended
// CHECK-NEXT: simterpose: if they are to wait until the run ends, say when: --stop DATE
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void* lock(void* unused) {
  pthread_mutex_lock(&mutex);
  return unused;
}

int main(int argc, char** argv) {
  usleep(500000);
  if (atoi(argv[argc - 1]) == 1) {
    int ends[2];
    char byte;
    return pipe(ends) != 0 || read(ends[0], &byte, 1) != 0;
  }
  pthread_t thread;
  pthread_mutex_lock(&mutex);
  pthread_create(&thread, NULL, lock, NULL);
  return pthread_join(thread, NULL);
}
