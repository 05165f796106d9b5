/* netdb.h: getaddrinfo_a. As for aio.h, what is asked for is done at once, so that it has always
 * been completed when somebody looks. */
#include <netdb.h>
#include <signal.h>

#include "calls/adapter.h"
#include "process/signals.h"

int simterpose_getaddrinfo_a(int mode, struct gaicb* list[restrict], int count,
                             struct sigevent* restrict event) {
  STP_CALL();
  if (mode != GAI_WAIT && mode != GAI_NOWAIT) {
    errno = EINVAL;
    return EAI_SYSTEM;
  }
  for (int i = 0; i < count; i++)
    if (list[i])
      list[i]->__return = simterpose_getaddrinfo(list[i]->ar_name, list[i]->ar_service,
                                                 list[i]->ar_request, &list[i]->ar_result);
  if (mode == GAI_NOWAIT && event && event->sigev_notify == SIGEV_SIGNAL &&
      stp_signal_valid(event->sigev_signo)) {
    siginfo_t info = stp_signal_info(event->sigev_signo, SI_ASYNCNL);
    info.si_value = event->sigev_value;
    stp_signal_send(stp_me, &info);
  }
  if (mode == GAI_NOWAIT && event && event->sigev_notify == SIGEV_THREAD)
    stp_refuse("getaddrinfo_a", "SIGEV_THREAD");
  return 0;
}

int simterpose_gai_error(struct gaicb* request) { return request->__return; }

int simterpose_gai_cancel(struct gaicb* request) {
  (void)request;
  return EAI_ALLDONE;
}

int simterpose_gai_suspend(const struct gaicb* const list[], int count,
                           const struct timespec* timeout) {
  (void)list, (void)count, (void)timeout;
  return EAI_ALLDONE;
}
