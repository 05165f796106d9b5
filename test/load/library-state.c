// The variables of a library without source belong to each process: after a fork they are a copy,
// after an exec they are fresh, and its locks, thread-locals, buffers and exit handlers are those
// of one process.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %clang -O2 -DLIBRARY -fPIC -shared %s -o libkeeper.so
// RUN: %clang -O2 -DPLUGGED -fPIC -shared %s -o libplugged.so
// RUN: %stp_clang -O2 -I%include -pthread %s -L. -lkeeper -Wl,-rpath,%t -o program && ./program %t/libplugged.so
// RUN: cp program other
// RUN: %simterpose run --quiet -n 3 -o one --bin /program=./other ./program %t/libplugged.so
// RUN: %simterpose run --quiet -n 3 -o two --bin /program=./other ./program %t/libplugged.so
// RUN: diff -r one two
// RUN: cat one/node-2/program.2.stdout | %FileCheck %s
// CHECK: 12 at exit
// CHECK-NEXT: 2 at exit
// CHECK-NEXT: 2 at exit
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int keep(int add); // adds, returns the sum
int keep_in_thread(int add);
char* keep_name(void);         // a static buffer that read() fills
char** keep_copy(const char*); // a static variable that points to the heap
void keep_lock(void);
void keep_unlock(void);
extern char keep_large[64 << 20];

#ifdef PLUGGED

int plugged(void) {
  static int count = 40;
  return ++count;
}

#elif defined LIBRARY

static int sum;
static _Thread_local int thread_sum = 100;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
char keep_large[64 << 20];

static void at_exit(void) {
  printf("%d at exit\n", sum);
  fflush(stdout);
}

int keep(int add) {
  if (sum == 0)
    atexit(at_exit);
  return sum += add;
}
int keep_in_thread(int add) { return thread_sum += add; }

char* keep_name(void) {
  static char name[8];
  int ends[2];
  if (pipe(ends) != 0 || write(ends[1], "name", 5) != 5 || read(ends[0], name, sizeof name) != 5)
    return NULL;
  close(ends[0]);
  close(ends[1]);
  return name;
}

char** keep_copy(const char* text) {
  static char* copy;
  free(copy);
  copy = text == NULL ? NULL : strdup(text);
  return &copy;
}

void keep_lock(void) { pthread_mutex_lock(&mutex); }
void keep_unlock(void) { pthread_mutex_unlock(&mutex); }

#else
#include "check.h"

static void* thread(void* unused) {
  (void)unused;
  CHECK_EQ(keep_in_thread(1), 101);
  usleep(2000);
  CHECK_EQ(keep_in_thread(1), 102);
  return NULL;
}

static void look_at_threads(void) {
  pthread_t one, other;
  CHECK_EQ(keep_in_thread(5), 105);
  CHECK_EQ(pthread_create(&one, NULL, thread, NULL), 0);
  CHECK_EQ(pthread_create(&other, NULL, thread, NULL), 0);
  usleep(1000);
  CHECK_EQ(keep_in_thread(5), 110);
  CHECK_EQ(pthread_join(one, NULL), 0);
  CHECK_EQ(pthread_join(other, NULL), 0);
  CHECK_EQ(keep_in_thread(5), 115);
}

/* A lock that another process holds for a long time is another lock. */
static void look_at_locks(void) {
  keep_lock();
  usleep(50000);
  keep_unlock();
}

static void end_well(pid_t child) {
  int status = -1;
  CHECK_EQ(waitpid(child, &status, 0), child);
  CHECK_EQ(status, 0);
}

static void look_at_fork(const char* own) {
  const pid_t child = fork();
  if (child == 0) {
    CHECK_EQ(keep(10), 12);
    CHECK_EQ(keep_in_thread(0), 115);
    usleep(1000);
    CHECK_EQ(strcmp(*keep_copy("child"), "child"), 0);
    CHECK_EQ(keep_large[sizeof keep_large - 1], 7);
    keep_large[0] = 1;
    usleep(2000);
    CHECK_EQ(keep(0), 12);
    exit(0);
  }
  usleep(2000);
  CHECK_EQ(keep(0), 2);
  CHECK_EQ(keep_large[0], 0);
  end_well(child);
  CHECK_EQ(strcmp(*keep_copy(own), own), 0);
}

static void look_at_exec(const char* self, const char* plugged) {
  const pid_t child = vfork();
  if (child == 0) {
    execl(self, self, plugged, "again", (char*)NULL);
    _exit(1);
  }
  end_well(child);
  CHECK_EQ(keep(0), 2);
}

static void look_at_late(const char* path) {
  void* const library = dlopen(path, RTLD_NOW);
  CHECK(library != NULL);
  int (*plugged)(void) = (int (*)(void))dlsym(library, "plugged");
  CHECK_EQ(plugged(), 41);
  usleep(1000);
  CHECK_EQ(plugged(), 42);
}

int main(int argc, char** argv) {
  char own[32];
  snprintf(own, sizeof own, "process %d", (int)getpid());
  CHECK_EQ(strcmp(keep_name(), "name"), 0);
  CHECK_EQ(keep(2), 2);
  CHECK_EQ(strcmp(*keep_copy(own), own), 0);
  keep_large[sizeof keep_large - 1] = 7;
  usleep(1000);
  CHECK_EQ(keep(0), 2);
  look_at_locks();
  CHECK_EQ(strcmp(*keep_copy(own), own), 0);
  look_at_late(argv[1]);
  if (argc > 2) {
    keep_copy(NULL);
    return 0;
  }
  look_at_threads();
  look_at_fork(own);
  look_at_exec(access("/program", X_OK) == 0 ? "/program" : argv[0], argv[1]);
  keep_copy(NULL);
  return 0;
}
#endif
