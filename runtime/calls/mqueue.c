/* mqueue.h: POSIX message queues. */
#include <fcntl.h>
#include <math.h>
#include <stdarg.h>

#include "calls/adapter.h"
#include "file/description.h"
#include "file/fdtable.h"
#include "ipc/ids.h"
#include "ipc/mqueue.h"
#include "process/signals.h"
#include "time/aim.h"
#include "time/clock.h"

mqd_t simterpose_mq_open(const char* name, int flags, ...) {
  mode_t mode = 0;
  const struct mq_attr* attributes = NULL;
  if (flags & O_CREAT) {
    va_list arguments;
    va_start(arguments, flags);
    mode = va_arg(arguments, mode_t);
    attributes = va_arg(arguments, const struct mq_attr*);
    va_end(arguments);
  }
  struct stp_file* file;
  const int error = stp_mqueue_open(name, flags, mode, attributes, &file);
  return (mqd_t)stp_return(error < 0 ? error : stp_fd_install(file, 0, true));
}

int simterpose_mq_close(mqd_t queue) { return (int)stp_return(stp_fd_close(queue)); }

int simterpose_mq_unlink(const char* name) { return (int)stp_return(stp_mqueue_unlink(name)); }

/* Not null if it is the descriptor of a message queue. */
static struct stp_file* held(const struct stp_hold* hold) {
  return hold->file != NULL && stp_is_mqueue(hold->file) ? hold->file : NULL;
}

/* The date of a timed call: 0 or -EINVAL. */
static int deadline_of(const struct timespec* time, double* deadline) {
  if (time->tv_sec < 0 || !stp_timespec_valid(time))
    return -EINVAL;
  *deadline = stp_aim_park(time, CLOCK_REALTIME);
  return 0;
}

static int send_until(mqd_t queue, const char* text, size_t size, unsigned priority,
                      double deadline) {
  if (priority >= (unsigned)sysconf(_SC_MQ_PRIO_MAX))
    return (int)stp_return(-EINVAL);
  STP_HOLD hold = stp_fd_hold(queue);
  if (held(&hold) == NULL)
    return (int)stp_return(-EBADF);
  return (int)stp_return(stp_mqueue_send(hold.file, text, size, priority, deadline));
}

int simterpose_mq_send(mqd_t queue, const char* text, size_t size, unsigned priority) {
  STP_CALL();
  STP_CANCELLATION_POINT();
  STP_CANCELLATION_POINT();
  return send_until(queue, text, size, priority, INFINITY);
}

int simterpose_mq_timedsend(mqd_t queue, const char* text, size_t size, unsigned priority,
                            const struct timespec* time) {
  STP_CALL();
  STP_CANCELLATION_POINT();
  STP_CANCELLATION_POINT();
  double deadline;
  const int error = deadline_of(time, &deadline);
  return error < 0 ? (int)stp_return(error) : send_until(queue, text, size, priority, deadline);
}

static ssize_t receive_until(mqd_t queue, char* text, size_t size, unsigned* priority,
                             double deadline) {
  STP_HOLD hold = stp_fd_hold(queue);
  if (held(&hold) == NULL)
    return stp_return(-EBADF);
  return stp_return(stp_mqueue_receive(hold.file, text, size, priority, deadline));
}

ssize_t simterpose_mq_receive(mqd_t queue, char* text, size_t size, unsigned* priority) {
  STP_CALL();
  STP_CANCELLATION_POINT();
  STP_CANCELLATION_POINT();
  return receive_until(queue, text, size, priority, INFINITY);
}

ssize_t simterpose_mq_timedreceive(mqd_t queue, char* restrict text, size_t size,
                                   unsigned* restrict priority,
                                   const struct timespec* restrict time) {
  STP_CALL();
  STP_CANCELLATION_POINT();
  STP_CANCELLATION_POINT();
  double deadline;
  const int error = deadline_of(time, &deadline);
  return error < 0 ? stp_return(error) : receive_until(queue, text, size, priority, deadline);
}

int simterpose_mq_getattr(mqd_t queue, struct mq_attr* attributes) {
  const struct stp_file* const file = stp_fd_get(queue);
  if (file == NULL || !stp_is_mqueue(file))
    return (int)stp_return(-EBADF);
  stp_mqueue_attributes(file, attributes);
  return 0;
}

int simterpose_mq_setattr(mqd_t queue, const struct mq_attr* restrict wanted,
                          struct mq_attr* restrict old) {
  if (wanted->mq_flags & ~O_NONBLOCK)
    return (int)stp_return(-EINVAL);
  struct stp_file* const file = stp_fd_get(queue);
  if (file == NULL || !stp_is_mqueue(file))
    return (int)stp_return(-EBADF);
  const int flags = (int)wanted->mq_flags; /* `old` may be the same object */
  if (old != NULL)
    stp_mqueue_attributes(file, old);
  stp_file_set_flags(file, (file->flags & ~O_NONBLOCK) | flags);
  return 0;
}

/* ---- notification by a new thread: a thread waits for them all and starts those, as in glibc ----
 */

struct notification {
  void (*function)(union sigval);
  union sigval value;
};

static void* notify(void* argument) {
  const struct notification notification = *(struct notification*)argument;
  simterpose_free(argument);
  notification.function(notification.value);
  return NULL;
}

static void* notifier(void* unused) {
  stp_signal_block(~(stp_sigset)0);
  for (;;) {
    const struct sigevent event = stp_mqueue_await();
    struct notification* const notification = simterpose_malloc(sizeof *notification);
    if (notification == NULL)
      continue;
    *notification = (struct notification){event.sigev_notify_function, event.sigev_value};
    pthread_t thread;
    if (simterpose_pthread_create(&thread, event.sigev_notify_attributes, notify, notification) ==
        0)
      simterpose_pthread_detach(thread);
  }
  return unused;
}

int simterpose_mq_notify(mqd_t queue, const struct sigevent* event) {
  STP_CALL();
  struct stp_file* const file = stp_fd_get(queue);
  if (file == NULL || !stp_is_mqueue(file))
    return (int)stp_return(-EBADF);
  const int error = stp_mqueue_notify(file, event);
  struct stp_ipc* const ipc = stp_ipc_of(stp_me);
  if (error < 0 || event == NULL || event->sigev_notify != SIGEV_THREAD || ipc->notifies)
    return (int)stp_return(error);
  pthread_t thread;
  if (simterpose_pthread_create(&thread, NULL, notifier, NULL) != 0) {
    stp_mqueue_notify(file, NULL);
    return (int)stp_return(-EAGAIN);
  }
  simterpose_pthread_detach(thread);
  ipc->notifies = true;
  return 0;
}
