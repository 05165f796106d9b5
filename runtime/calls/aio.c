/* Asynchronous input and output (aio.h): what is submitted is done at once, so that it has always
 * been completed when somebody asks. */
#include <aio.h>
#include <signal.h>
#include <stdio.h>

#include "calls/adapter.h"
#include "process/signals.h"

/* Keeps what `result` of a call says for aio_error and aio_return. */
static int complete(struct aiocb* control, const struct sigevent* event, ssize_t result) {
  control->__return_value = result;
  control->__error_code = result < 0 ? errno : 0;
  if (event->sigev_notify == SIGEV_SIGNAL && stp_signal_valid(event->sigev_signo)) {
    siginfo_t info = stp_signal_info(event->sigev_signo, SI_ASYNCIO);
    info.si_value = event->sigev_value;
    return (int)stp_return(stp_signal_send(stp_me, &info));
  }
  if (event->sigev_notify == SIGEV_THREAD)
    stp_refuse("aio_read", "SIGEV_THREAD");
  return 0;
}

int simterpose_aio_read(struct aiocb* control) {
  STP_CALL();
  return complete(control, &control->aio_sigevent,
                  simterpose_pread(control->aio_fildes, (void*)control->aio_buf,
                                   control->aio_nbytes, control->aio_offset));
}

int simterpose_aio_write(struct aiocb* control) {
  STP_CALL();
  return complete(control, &control->aio_sigevent,
                  simterpose_pwrite(control->aio_fildes, (const void*)control->aio_buf,
                                    control->aio_nbytes, control->aio_offset));
}

int simterpose_aio_fsync(int operation, struct aiocb* control) {
  (void)operation;
  return complete(control, &control->aio_sigevent, simterpose_fsync(control->aio_fildes));
}

int simterpose_aio_error(const struct aiocb* control) { return control->__error_code; }

ssize_t simterpose_aio_return(struct aiocb* control) { return control->__return_value; }

int simterpose_aio_suspend(const struct aiocb* const list[], int count,
                           const struct timespec* timeout) {
  (void)list, (void)count, (void)timeout;
  return 0;
}

int simterpose_aio_cancel(int fd, struct aiocb* control) {
  (void)control;
  return simterpose_fcntl(fd, F_GETFD) < 0 ? -1 : AIO_ALLDONE;
}

int simterpose_lio_listio(int mode, struct aiocb* const list[restrict], int count,
                          struct sigevent* restrict event) {
  if (mode != LIO_WAIT && mode != LIO_NOWAIT)
    return (int)stp_return(-EINVAL);
  int failed = 0;
  for (int i = 0; i < count; i++) {
    if (!list[i] || list[i]->aio_lio_opcode == LIO_NOP)
      continue;
    if (list[i]->aio_lio_opcode == LIO_READ)
      simterpose_aio_read(list[i]);
    else
      simterpose_aio_write(list[i]);
    failed += list[i]->__error_code != 0;
  }
  if (mode == LIO_NOWAIT && event && event->sigev_notify == SIGEV_SIGNAL) {
    const siginfo_t info = stp_signal_info(event->sigev_signo, SI_ASYNCIO);
    return (int)stp_return(stp_signal_send(stp_me, &info));
  }
  return mode == LIO_WAIT && failed ? (int)stp_return(-EIO) : 0;
}
