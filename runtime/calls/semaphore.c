/* semaphore.h: semaphores, without and with names. */
#include <fcntl.h>
#include <math.h>
#include <stdarg.h>

#include "calls/adapter.h"
#include "ipc/named_semaphore.h"
#include "sync/semaphore.h"
#include "time/clock.h"

static struct stp_semaphore* model(sem_t* semaphore) { return (struct stp_semaphore*)semaphore; }

int simterpose_sem_init(sem_t* semaphore, int shared, unsigned value) {
  (void)shared; /* where it lies tells */
  if (value > SEM_VALUE_MAX) {
    errno = EINVAL;
    return -1;
  }
  *model(semaphore) = (struct stp_semaphore){.value = value};
  return 0;
}

int simterpose_sem_destroy(sem_t* semaphore) {
  (void)semaphore;
  return 0;
}

int simterpose_sem_getvalue(sem_t* semaphore, int* value) {
  *value = (int)model(semaphore)->value;
  return 0;
}

int simterpose_sem_post(sem_t* semaphore) {
  STP_CALL();
  return (int)stp_return(stp_semaphore_post(model(semaphore)));
}

int simterpose_sem_trywait(sem_t* semaphore) {
  return (int)stp_return(stp_semaphore_try(model(semaphore)));
}

int simterpose_sem_wait(sem_t* semaphore) {
  STP_CALL();
  STP_CANCELLATION_POINT();
  return (int)stp_return(stp_semaphore_wait(model(semaphore), INFINITY));
}

int simterpose_sem_clockwait(sem_t* semaphore, clockid_t clock, const struct timespec* time) {
  STP_CALL_INTERRUPTED();
  STP_CANCELLATION_POINT();
  double deadline;
  int error = stp_deadline(time, clock, &deadline);
  if (error == 0)
    error = stp_semaphore_wait(model(semaphore), deadline);
  return (int)stp_return(error);
}

int simterpose_sem_timedwait(sem_t* semaphore, const struct timespec* time) {
  return simterpose_sem_clockwait(semaphore, CLOCK_REALTIME, time);
}

/* ---- with names ---- */

sem_t* simterpose_sem_open(const char* name, int flags, ...) {
  mode_t mode = 0;
  unsigned value = 0;
  if (flags & O_CREAT) {
    va_list arguments;
    va_start(arguments, flags);
    mode = va_arg(arguments, mode_t);
    value = va_arg(arguments, unsigned);
    va_end(arguments);
  }
  sem_t* semaphore;
  const int error = stp_named_semaphore_open(name, flags, mode, value, &semaphore);
  return stp_return(error) < 0 ? SEM_FAILED : semaphore;
}

int simterpose_sem_close(sem_t* semaphore) {
  return (int)stp_return(stp_named_semaphore_close(semaphore));
}

int simterpose_sem_unlink(const char* name) {
  return (int)stp_return(stp_named_semaphore_unlink(name));
}
