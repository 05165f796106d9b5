/* The insides of System V message queues, shared by message_queue.c (messages) and
 * message_queue_control.c (life and status). */
#ifndef STP_MESSAGE_QUEUE_PARTS_H
#define STP_MESSAGE_QUEUE_PARTS_H

#include "ipc/ids.h"
#include "sync/wait.h"

struct stp_message {
  struct stp_message *prev, *next;
  long type;
  size_t size;
  char text[];
};

struct stp_message_queue {
  struct stp_ipc_object object;
  struct stp_message* messages;
  size_t bytes, count, limit;
  time_t sent, received;
  pid_t sender, receiver;
  struct stp_waitq senders, receivers;
};

/* The queue of the calling process's host with this id, or null. */
static inline struct stp_message_queue* stp_queue_find(int id) {
  return (struct stp_message_queue*)stp_ipc_find(&stp_ipc_host()->queues, id);
}

/* There may be room: lets those send that wait for it, in turn. */
void stp_queue_admit(struct stp_message_queue* queue);

/* Takes a message out and frees it. */
void stp_queue_take_out(struct stp_message_queue* queue, struct stp_message* message);

/* The queue is going: all that wait fail with -EIDRM. */
void stp_queue_expel(struct stp_message_queue* queue);

#endif
