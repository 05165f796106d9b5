/* The life of threads as programs see it: begin, end, join, detach, and the C++ destructors that an
 * ending thread runs. process/thread.c makes and ends what really runs. */
#include "sync/threads.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/single_threaded.h>

#include "sync/keys.h"
#include "sync/robust.h"
#include "time/work.h"
#include "trace/log.h"

static const uint64_t STP_THREAD_MAGIC = 0x7374705f74687264; /* "stp_thrd" */

struct stp_thread_destructor {
  void (*function)(void*);
  void* object;
  struct stp_thread_destructor* next;
};

/* ---- records ---- */

static struct stp_thread_record* record_new(struct stp_process* process) {
  struct stp_thread_record* const record = stp_heap_alloc(process->heap, sizeof *record);
  if (record == NULL)
    return NULL;
  *record = (struct stp_thread_record){.magic = STP_THREAD_MAGIC};
  return record;
}

static void record_free(struct stp_thread_record* record) {
  struct stp_heap* const heap = stp_me->heap;
  record->magic = 0;
  stp_heap_free(heap, record);
}

struct stp_thread_record* stp_thread_record_make(struct stp_thread* thread) {
  struct stp_thread_record* const record = record_new(thread->process);
  if (record == NULL)
    stp_process_abort("no memory for thread %d", thread->tid);
  thread->sync = record;
  return record;
}

struct stp_thread_record* stp_thread_record_find(pthread_t handle) {
  struct stp_thread_record* const record = (struct stp_thread_record*)handle;
  return handle % sizeof(void*) == 0 && stp_heap_of(record) == stp_me->heap &&
                 record->magic == STP_THREAD_MAGIC
             ? record
             : NULL;
}

struct stp_thread* stp_thread_of_record(const struct stp_thread_record* record) {
  struct stp_thread* thread = record == NULL ? NULL : stp_me->threads;
  while (thread != NULL && thread->sync != record)
    thread = thread->next;
  return thread;
}

/* ---- begin and end ---- */

int stp_thread_begin(struct stp_thread_record** new, void (*body)(void*), void* (*start)(void*),
                     void* argument, size_t stack_size, bool detached) {
  stp_thread_record_self();
  struct stp_thread_record* const record = record_new(stp_me);
  if (record == NULL)
    return -EAGAIN;
  record->start = start;
  record->argument = argument;
  record->detached = detached;
  struct stp_thread* const thread = stp_thread_create(stp_me, body, record, stack_size);
  if (thread == NULL) {
    record_free(record);
    return -EAGAIN;
  }
  thread->sync = record;
  *new = record;
  return 0;
}

void stp_thread_exit(void* result) {
  stp_thread_run_local_destructors();
  stp_keys_destroy_values();
  struct stp_thread_record* const self = stp_thread_record_self();
  stp_work_finish();
  stp_self->sync = NULL;
  self->result = result;
  self->ended = true;
  if (self->detached)
    record_free(self);
  else
    stp_wake_all(&self->end);
  stp_thread_end();
}

int stp_thread_join(struct stp_thread_record* record, double deadline, void** result) {
  struct stp_thread_record* const self = stp_thread_record_self();
  if (record == NULL)
    return -ESRCH;
  if (record->detached)
    return -EINVAL;
  const struct stp_thread* const thread = stp_thread_of_record(record);
  if (record == self || (self->joiner == record && thread != NULL && !thread->cancelled))
    return -EDEADLK;
  if (record->joiner != NULL)
    return -EINVAL;
  while (!record->ended) {
    if (deadline == -INFINITY)
      return -EBUSY;
    record->joiner = self;
    const int error = stp_wait(&record->end, deadline);
    record->joiner = NULL;
    if (error != 0)
      return error;
  }
  if (result != NULL)
    *result = record->result;
  record_free(record);
  return 0;
}

int stp_thread_detach(struct stp_thread_record* record) {
  if (record == NULL)
    return -ESRCH;
  if (record->detached)
    return -EINVAL;
  if (record->ended)
    record_free(record);
  else
    record->detached = true;
  return 0;
}

/* ---- destructors of C++ thread-locals ---- */

int stp_thread_at_exit(void (*destructor)(void*), void* object) {
  struct stp_thread_record* const self = stp_thread_record_self();
  struct stp_thread_destructor* const new = stp_heap_alloc(stp_me->heap, sizeof *new);
  if (new == NULL)
    return -ENOMEM;
  *new = (struct stp_thread_destructor){
      .function = destructor, .object = object, .next = self->destructors};
  self->destructors = new;
  return 0;
}

void stp_thread_run_local_destructors(void) {
  struct stp_thread_record* const self = stp_thread_record_self();
  while (self->destructors != NULL) {
    struct stp_thread_destructor* const first = self->destructors;
    const struct stp_thread_destructor copy = *first;
    self->destructors = first->next;
    stp_heap_free(stp_me->heap, first);
    copy.function(copy.object);
  }
}

/* ---- the process's share ---- */

static void start(struct stp_process* process) {
  static bool defaults_set; /* of libc, for all processes */
  if (!defaults_set) {
    /* What pthread_attr_getstacksize reports must not depend on the limits of this machine: as with
     * RLIMIT_STACK of a new process (process/identity.c). */
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STP_DEFAULT_STACK);
    pthread_setattr_default_np(&attributes);
    pthread_attr_destroy(&attributes);
    /* Or libstdc++ takes a static that another thread initialises for a recursion. */
    __libc_single_threaded = 0;
    defaults_set = true;
  }
  process->sync = stp_heap_alloc_zeroed(process->heap, sizeof *process->sync);
  if (process->sync == NULL)
    stp_fatal("%s: its memory is too small to start", process->label);
}

static void end(struct stp_process* process) { process->sync = NULL; }

static void leave_queues(struct stp_process* child, struct stp_process* parent) {
  for (struct stp_thread* thread = parent->threads; thread; thread = thread->next)
    stp_waiters_fork(child, thread);
}

/* Locks in shared memory that the thread held have lost their holder, as in Linux. */
static void begin_anew(struct stp_process* process) {
  stp_robust_ended(process->threads);
  start(process);
}

const struct stp_process_hooks stp_sync_hooks = {
    .start = start, .end = end, .fork = leave_queues, .exec = begin_anew};
