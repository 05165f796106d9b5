/* Control messages that recvmsg tells, of all families of sockets of the Internet. */
#include "net/control.h"

#include <string.h>
#include <sys/time.h>

#include "time/clock.h"

struct stp_control stp_control_begin(const struct msghdr* message) {
  return (struct stp_control){.start = message->msg_control, .room = message->msg_controllen};
}

void stp_control_end(const struct stp_control* control, struct msghdr* message) {
  message->msg_controllen = control->used;
  message->msg_flags |= control->flags;
}

/* put_cmsg. */
void stp_control_put(struct stp_control* control, int level, int type, const void* data,
                     size_t size) {
  struct cmsghdr header = {.cmsg_len = CMSG_LEN(size), .cmsg_level = level, .cmsg_type = type};
  const size_t left = control->room - control->used;
  if (!control->start || left < sizeof header) {
    control->flags |= MSG_CTRUNC;
    return;
  }
  if (left < header.cmsg_len) {
    control->flags |= MSG_CTRUNC;
    header.cmsg_len = left;
  }
  memcpy(control->start + control->used, &header, sizeof header);
  memcpy(control->start + control->used + CMSG_LEN(0), data, header.cmsg_len - sizeof header);
  const size_t space = CMSG_SPACE(size);
  control->used += space < left ? space : left;
}

void stp_control_put_stamp(struct stp_control* control, int option, double date) {
  const struct timespec time = stp_date_to_timespec(date, CLOCK_REALTIME);
  const struct timeval coarse = {time.tv_sec, time.tv_nsec / 1000};
  if (option == SO_TIMESTAMPNS)
    stp_control_put(control, SOL_SOCKET, SCM_TIMESTAMPNS, &time, sizeof time);
  else
    stp_control_put(control, SOL_SOCKET, SCM_TIMESTAMP, &coarse, sizeof coarse);
}
