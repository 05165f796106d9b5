/* The list of robust mutexes that a thread holds: an array in its record, for the mutex itself has
 * no room left for links. */
#include "sync/robust.h"

#include <errno.h>

#include "sync/mutex.h"
#include "sync/threads.h"

int stp_robust_add(struct stp_thread_record* thread, struct stp_mutex* mutex) {
  if (thread->robust_count == thread->robust_capacity) {
    const unsigned capacity = thread->robust_capacity == 0 ? 4 : 2 * thread->robust_capacity;
    const size_t size = capacity * sizeof(struct stp_mutex*);
    struct stp_mutex** const larger = thread->robust == NULL
                                          ? stp_heap_alloc(stp_me->heap, size)
                                          : stp_heap_resize(stp_me->heap, thread->robust, size);
    if (larger == NULL)
      return -ENOMEM;
    thread->robust = larger;
    thread->robust_capacity = capacity;
  }
  thread->robust[thread->robust_count++] = mutex;
  return 0;
}

void stp_robust_remove(struct stp_thread_record* thread, struct stp_mutex* mutex) {
  for (unsigned i = thread->robust_count; i-- > 0;)
    if (thread->robust[i] == mutex) {
      thread->robust[i] = thread->robust[--thread->robust_count];
      return;
    }
}

void stp_robust_release(struct stp_thread_record* thread) {
  while (thread->robust_count > 0)
    stp_mutex_abandon(thread->robust[--thread->robust_count]);
}
