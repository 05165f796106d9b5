/* Memory shared by a test's processes, which children map at another address than their parent, and
 * children that must end as expected. */
#ifndef SHARE_H
#define SHARE_H

#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static int share_fd = -1;

static void* share_map(size_t size) {
  void* memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, share_fd, 0);
  CHECK(memory != MAP_FAILED);
  return memory;
}

/* Zeroed. */
static void* share_create(size_t size) {
  share_fd = memfd_create("share", 0);
  CHECK(share_fd >= 0);
  CHECK_EQ(ftruncate(share_fd, (off_t)size), 0);
  return share_map(size);
}

/* Objects for several processes. */
static inline void share_mutex(pthread_mutex_t* mutex) {
  pthread_mutexattr_t attributes;
  CHECK_EQ(pthread_mutexattr_init(&attributes), 0);
  CHECK_EQ(pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED), 0);
  CHECK_EQ(pthread_mutex_init(mutex, &attributes), 0);
}

static inline void share_condition(pthread_cond_t* condition, clockid_t clock) {
  pthread_condattr_t attributes;
  CHECK_EQ(pthread_condattr_init(&attributes), 0);
  CHECK_EQ(pthread_condattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED), 0);
  CHECK_EQ(pthread_condattr_setclock(&attributes, clock), 0);
  CHECK_EQ(pthread_cond_init(condition, &attributes), 0);
}

static inline void share_rwlock(pthread_rwlock_t* lock, int kind) {
  pthread_rwlockattr_t attributes;
  CHECK_EQ(pthread_rwlockattr_init(&attributes), 0);
  CHECK_EQ(pthread_rwlockattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED), 0);
  CHECK_EQ(pthread_rwlockattr_setkind_np(&attributes, kind), 0);
  CHECK_EQ(pthread_rwlock_init(lock, &attributes), 0);
}

/* 0 in the child, where *memory is the same memory somewhere else. */
static pid_t share_fork(void* pointer_to_memory, size_t size) {
  void** memory = pointer_to_memory;
  fflush(stdout);
  pid_t pid = fork();
  CHECK(pid >= 0);
  if (pid == 0) {
    void* other = share_map(size);
    CHECK(other != *memory);
    *memory = other;
  }
  return pid;
}

static void share_join(pid_t pid, int expected) {
  int status;
  CHECK_EQ(waitpid(pid, &status, 0), pid);
  CHECK_EQ(status, expected);
}

static inline void share_kill(pid_t pid) {
  CHECK_EQ(kill(pid, SIGKILL), 0);
  share_join(pid, SIGKILL);
}

#endif
