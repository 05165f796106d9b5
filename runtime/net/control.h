/* Writing the control messages that recvmsg tells (put_cmsg of the kernel). */
#ifndef STP_CONTROL_H
#define STP_CONTROL_H

#include <stddef.h>
#include <sys/socket.h>

/* Fills msg_control: begin, any of the others, end. What does not fit is cut, and msg_flags say so.
 */
struct stp_control {
  char* start;
  size_t room, used;
  int flags;
};
struct stp_control stp_control_begin(const struct msghdr* message);
void stp_control_put(struct stp_control* control, int level, int type, const void* data,
                     size_t size);
void stp_control_end(const struct stp_control* control, struct msghdr* message);

/* When something came, as SO_TIMESTAMP or SO_TIMESTAMPNS has it told. */
void stp_control_put_stamp(struct stp_control* control, int option, double date);

#endif
