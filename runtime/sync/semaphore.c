/* Semaphores. A post goes to the thread that has waited longest, if any waits. */
#include "sync/semaphore.h"

#include <errno.h>
#include <limits.h>

#include "time/spin.h"
#include "time/work.h"

static bool take(struct stp_semaphore* semaphore) {
  if (semaphore->value == 0)
    return false;
  semaphore->value--;
  return true;
}

int stp_semaphore_try(struct stp_semaphore* semaphore) {
  if (take(semaphore))
    return 0;
  stp_spin_check();
  return -EAGAIN;
}

int stp_semaphore_wait(struct stp_semaphore* semaphore, double deadline) {
  while (!take(semaphore)) {
    const int handed = stp_wait_handed(&semaphore->waiters, deadline);
    if (handed != 0)
      return handed > 0 ? 0 : handed;
  }
  return 0;
}

int stp_semaphore_post(struct stp_semaphore* semaphore) {
  if (semaphore->waiters.first != NULL)
    stp_work_flush();
  if (stp_wake_one(&semaphore->waiters))
    return 0;
  if (semaphore->value == SEM_VALUE_MAX)
    return -EOVERFLOW;
  semaphore->value++;
  return 0;
}
