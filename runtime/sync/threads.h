/* Threads as programs see them: what pthread_t stands for. A record lies in its process's heap, so
 * that it dies with the process, follows a fork and has the same address in every run; the
 * program's pthread_t is that address. It outlives the thread until it is joined. */
#ifndef STP_THREADS_H
#define STP_THREADS_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <unwind.h>

#include "process/process.h"
#include "sync/wait.h"

struct stp_key_value;
struct stp_thread_destructor;

struct stp_thread_record {
  uint64_t magic; /* STP_THREAD_MAGIC while it is one */
  void* (*start)(void*);
  void *argument, *result;
  bool detached, ended;
  struct stp_thread_record* joiner; /* who waits for its end ... */
  struct stp_waitq end;             /* ... here */
  struct stp_key_value* values;     /* sync/keys.c; null until the first is set */
  unsigned value_count;
  struct stp_thread_destructor* destructors; /* of C++ thread-locals, last registered first */
  void* cleanup;                      /* innermost pthread_cleanup_push (sync/unwind.h), or null */
  struct _Unwind_Exception unwinding; /* of pthread_exit: outlives the frames that it unwinds */
};

/* What sync/ keeps per process. In the process's heap. */
struct stp_sync {
  struct stp_key* keys; /* sync/keys.c; null until one is created */
  int concurrency;      /* pthread_setconcurrency */
};

extern const struct stp_process_hooks stp_sync_hooks;

/* Makes the record of a thread that has none (a process's first). */
struct stp_thread_record* stp_thread_record_make(struct stp_thread* thread);

/* The record of a thread; of the calling one. */
static inline struct stp_thread_record* stp_thread_record_of(struct stp_thread* thread) {
  struct stp_thread_record* const record = thread->sync;
  return record != NULL ? record : stp_thread_record_make(thread);
}
static inline struct stp_thread_record* stp_thread_record_self(void) {
  return stp_thread_record_of(stp_self);
}

/* The record behind a pthread_t of the calling process, or null if it is none. */
struct stp_thread_record* stp_thread_record_find(pthread_t handle);

/* The thread of a record of the calling process; null: it has ended, or is another process's (a
 * fork has copied its record). A null record has none. */
struct stp_thread* stp_thread_of_record(const struct stp_thread_record* record);

/* Starts a thread whose user stack begins with body(record), which runs `start` and must end with
 * stp_thread_exit. stack_size 0: the default. The new record gets `start` and `argument`. Returns
 * 0 or -EAGAIN (no memory). Does not block. */
int stp_thread_begin(struct stp_thread_record** record, void (*body)(void*), void* (*start)(void*),
                     void* argument, size_t stack_size, bool detached);

/* Ends the calling thread: destructors of thread-locals, then of keys; joiners.
 * The process ends with its last thread. */
_Noreturn void stp_thread_exit(void* result);

/* Waits for a thread's end until `deadline` and forgets its record. 0 or -ESRCH, -EINVAL (detached,
 * or another thread joins it), -EDEADLK, -ETIMEDOUT, -EINTR; with deadline -INFINITY, -EBUSY. */
int stp_thread_join(struct stp_thread_record* record, double deadline, void** result);

/* 0 or -ESRCH, -EINVAL (detached already). */
int stp_thread_detach(struct stp_thread_record* record);

/* Registers destructor(object) for the end of the calling thread (__cxa_thread_atexit). 0 or
 * -ENOMEM. */
int stp_thread_at_exit(void (*destructor)(void*), void* object);

/* Calls and forgets them, last registered first, those registered meanwhile included. exit() begins
 * with this. On the user stack. */
void stp_thread_run_local_destructors(void);

#endif
