// A key that a library makes once, for all, works in each process and beside the program's keys.
// RUN: mkdir -p %t.dir
// RUN: %clang -shared -fPIC -O1 %S/Inputs/library_key.c -o %t.dir/libkey.so
// RUN: %stp_clang -O2 -g -pthread -I%include %s -o %t -L%t.dir -lkey -Wl,-rpath,%t.dir
// RUN: %simterpose run -n 3 --quiet -o %t.out %t
#include <pthread.h>
#include <unistd.h>

#include "check.h"

int library_keep(void* value);
void* library_kept(void);

static int mine, theirs, other;

static void* look(void* unused) {
  CHECK(library_kept() == NULL);
  CHECK_EQ(library_keep(&other), 0);
  usleep(1000);
  CHECK(library_kept() == &other);
  return unused;
}

int main(void) {
  pthread_key_t key;
  CHECK_EQ(pthread_key_create(&key, NULL), 0);
  CHECK_EQ(pthread_setspecific(key, &mine), 0);
  CHECK_EQ(library_keep(&theirs), 0);
  pthread_t thread;
  CHECK_EQ(pthread_create(&thread, NULL, look, NULL), 0);
  CHECK_EQ(pthread_join(thread, NULL), 0);
  usleep(1000);
  CHECK(library_kept() == &theirs);
  CHECK(pthread_getspecific(key) == &mine);
  return 0;
}
