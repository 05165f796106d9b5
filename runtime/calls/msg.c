/* sys/msg.h: System V message queues. */
#include "calls/adapter.h"
#include "ipc/message_queue.h"

int simterpose_msgget(key_t key, int flags) { return (int)stp_return(stp_queue_get(key, flags)); }

int simterpose_msgsnd(int id, const void* message, size_t size, int flags) {
  STP_CALL_INTERRUPTED();
  STP_CANCELLATION_POINT();
  STP_CANCELLATION_POINT();
  const struct msgbuf* const buffer = message;
  return (int)stp_return(stp_queue_send(id, buffer->mtype, buffer->mtext, size, flags));
}

ssize_t simterpose_msgrcv(int id, void* message, size_t size, long type, int flags) {
  STP_CALL_INTERRUPTED();
  STP_CANCELLATION_POINT();
  STP_CANCELLATION_POINT();
  struct msgbuf* const buffer = message;
  return stp_return(stp_queue_receive(id, &buffer->mtype, buffer->mtext, size, type, flags));
}

int simterpose_msgctl(int id, int command, struct msqid_ds* argument) {
  STP_CALL_INTERRUPTED();
  return (int)stp_return(stp_queue_control(id, command, argument));
}
