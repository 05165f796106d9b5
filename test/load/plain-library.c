// A library without source: what it calls is emulated, and what it allocates may be freed by the
// program. Libraries that the simulator uses itself have globals that all processes share, which -v
// says.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %clang -O2 -DLIBRARY -fPIC -shared %s -Wl,-soname,libplain.so.1 -o libplain.so.1
// RUN: %stp_clang -O2 %s libplain.so.1 -Wl,--no-as-needed -lz -Wl,-rpath,%t -o program && ./program
// RUN: %simterpose run -v -n 2 ./program 2>log | %FileCheck %s
// RUN: %FileCheck --check-prefix=LOG %s <log
// RUN: %clang -O2 -DLIBRARY -fPIC -shared %s -Wl,-z,now -Wl,-soname,libplain.so.1 -o libplain.so.1
// RUN: %simterpose run -n 2 ./program | %FileCheck %s
//
// CHECK: [node-0 0.001000] node-0 slept 0.001, seen 1
// CHECK: [node-1 0.001000] node-1 slept 0.001, seen 1
// LOG: program: its processes share the globals of libraries that the simulator uses itself: libz.so.1
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

extern int seen;
char* host_name(void);
double sleep_a_little(void);

#ifdef LIBRARY
int seen;
static int (*get_name)(char*, size_t) = gethostname;

char* host_name(void) {
  char* name = calloc(1, 64);
  get_name(name, 64);
  seen++;
  return strdup(realloc(name, 32)); /* the rest leaks */
}

double sleep_a_little(void) {
  struct timespec before, after;
  clock_gettime(CLOCK_MONOTONIC, &before);
  usleep(1000);
  clock_gettime(CLOCK_MONOTONIC, &after);
  return (double)(after.tv_sec - before.tv_sec) + 1e-9 * (double)(after.tv_nsec - before.tv_nsec);
}
#else
int main(void) {
  char* name = host_name();
  double slept = sleep_a_little();
  printf("%s slept %.3f, seen %d\n", name, slept, seen);
  free(name);
  return 0;
}
#endif
