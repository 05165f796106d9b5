/* Sending to and receiving from System V message queues, after ipc/msg.c of Linux. */
#include "ipc/message_queue.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <string.h>
#include <utlist.h>

#include "ipc/message_queue_parts.h"
#include "process/process.h"
#include "time/spin.h"
#include "time/work.h"

/* One that waits, in the memory of stp_wait_memory. A sender's text is what it sends; a receiver's
 * what it has received. */
struct pending {
  struct stp_waiter waiter; /* its owner is this */
  pid_t pid;
  long type; /* of the message; until then, what a receiver wants */
  int flags;
  size_t room;
  ssize_t result; /* WAITS until completed */
  char text[];
};

enum { WAITS = -1000 };

/* ---- what is wanted, and what fits ---- */

static bool matches(long type, long wanted, int flags) {
  if (wanted == 0)
    return true;
  if (wanted < 0)
    return type <= -wanted;
  return flags & MSG_EXCEPT ? type != wanted : type == wanted;
}

/* The message that msgrcv takes: the first that matches, or of a negative type the first of the
 * lowest. */
static struct stp_message* choose(const struct stp_message_queue* queue, long wanted, int flags) {
  struct stp_message *chosen = NULL, *message;
  if (wanted == LONG_MIN)
    wanted = -LONG_MAX;
  DL_FOREACH(queue->messages, message) {
    if (!matches(message->type, wanted, flags) || (chosen != NULL && message->type >= chosen->type))
      continue;
    chosen = message;
    if (wanted >= 0)
      break;
  }
  return chosen;
}

/* For MSG_COPY: the message at a place in the queue. */
static struct stp_message* nth(const struct stp_message_queue* queue, long n) {
  struct stp_message* message = queue->messages;
  while (message != NULL && n-- > 0)
    message = message->next;
  return message;
}

static bool fits(const struct stp_message_queue* queue, size_t size) {
  return size + queue->bytes <= queue->limit && queue->count + 1 <= queue->limit;
}

static void append(struct stp_message_queue* queue, long type, const char* text, size_t size) {
  struct stp_message* const message = stp_alloc(sizeof *message + size);
  message->type = type;
  message->size = size;
  memcpy(message->text, text, size);
  DL_APPEND(queue->messages, message);
  queue->bytes += size;
  queue->count++;
}

void stp_queue_take_out(struct stp_message_queue* queue, struct stp_message* message) {
  DL_DELETE(queue->messages, message);
  queue->bytes -= message->size;
  queue->count--;
  stp_free(message);
}

/* ---- waiting ---- */

static void complete(struct pending* pending, ssize_t result) {
  struct stp_waiter* const waiter = &pending->waiter;
  pending->result = result;
  stp_waitq_remove(waiter);
  waiter->notify(waiter);
}

static struct pending* prepare(long type, int flags, size_t room) {
  struct pending* const pending = stp_wait_memory(sizeof *pending + room);
  stp_waiter_of_self(&pending->waiter);
  pending->waiter.owner = pending;
  pending->pid = stp_me->pid;
  pending->type = type;
  pending->flags = flags;
  pending->room = room;
  pending->result = WAITS;
  return pending;
}

static ssize_t wait_in(struct stp_waitq* waiters, struct pending* pending) {
  stp_waitq_add(waiters, &pending->waiter);
  int error = 0;
  while (pending->result == WAITS && error == 0)
    error = stp_park(INFINITY);
  if (pending->result != WAITS)
    return pending->result;
  stp_waitq_remove(&pending->waiter);
  return error; /* -EINTR is final, whatever SA_RESTART says */
}

/* Gives a message to a receiver that waits for it; false: nobody does. Who waits for it with too
 * little room fails. */
static bool hand_over(struct stp_message_queue* queue, long type, const char* text, size_t size) {
  struct stp_waiter* next;
  for (struct stp_waiter* waiter = queue->receivers.first; waiter != NULL; waiter = next) {
    next = waiter->next;
    struct pending* const receiver = waiter->owner;
    if (!matches(type, receiver->type, receiver->flags) || !stp_waiter_lives(waiter))
      continue;
    if (size > receiver->room && !(receiver->flags & MSG_NOERROR)) {
      complete(receiver, -E2BIG);
      continue;
    }
    const size_t length = size < receiver->room ? size : receiver->room;
    memcpy(receiver->text, text, length);
    receiver->type = type;
    queue->receiver = receiver->pid;
    queue->received = stp_ipc_time();
    complete(receiver, (ssize_t)length);
    return true;
  }
  return false;
}

static void deliver(struct stp_message_queue* queue, pid_t sender, long type, const char* text,
                    size_t size) {
  queue->sender = sender;
  queue->sent = stp_ipc_time();
  if (!hand_over(queue, type, text, size))
    append(queue, type, text, size);
}

void stp_queue_admit(struct stp_message_queue* queue) {
  struct stp_waiter* next;
  for (struct stp_waiter* waiter = queue->senders.first; waiter != NULL; waiter = next) {
    next = waiter->next;
    struct pending* const sender = waiter->owner;
    if (!fits(queue, sender->room) || !stp_waiter_lives(waiter))
      continue;
    deliver(queue, sender->pid, sender->type, sender->text, sender->room);
    complete(sender, 0);
  }
}

static void expel(struct stp_waitq* waiters) {
  while (waiters->first != NULL)
    complete(waiters->first->owner, -EIDRM);
}

void stp_queue_expel(struct stp_message_queue* queue) {
  expel(&queue->senders);
  expel(&queue->receivers);
}

/* ---- the calls ---- */

int stp_queue_send(int id, long type, const void* text, size_t size, int flags) {
  stp_work_flush();
  if (size > STP_MSGMAX || id < 0 || type < 1)
    return -EINVAL;
  struct stp_message_queue* const queue = stp_queue_find(id);
  if (queue == NULL)
    return -EINVAL;
  const int error = stp_ipc_access(&queue->object, 0222);
  if (error < 0)
    return error;
  if (fits(queue, size)) {
    deliver(queue, stp_me->pid, type, text, size);
    return 0;
  }
  if (flags & IPC_NOWAIT) {
    stp_spin_check();
    return -EAGAIN;
  }
  struct pending* const pending = prepare(type, flags, size);
  memcpy(pending->text, text, size);
  return (int)wait_in(&queue->senders, pending);
}

static ssize_t receive_later(struct stp_message_queue* queue, long* type, void* text, size_t size,
                             long wanted, int flags) {
  if (flags & IPC_NOWAIT) {
    stp_spin_check();
    return -ENOMSG;
  }
  struct pending* const pending = prepare(wanted, flags, size > STP_MSGMAX ? STP_MSGMAX : size);
  const ssize_t result = wait_in(&queue->receivers, pending);
  if (result >= 0) {
    *type = pending->type;
    memcpy(text, pending->text, (size_t)result);
  }
  return result;
}

ssize_t stp_queue_receive(int id, long* type, void* text, size_t size, long wanted, int flags) {
  stp_work_flush();
  if (id < 0 || (ssize_t)size < 0)
    return -EINVAL;
  if (flags & MSG_COPY && (flags & MSG_EXCEPT || !(flags & IPC_NOWAIT)))
    return -EINVAL;
  struct stp_message_queue* const queue = stp_queue_find(id);
  if (queue == NULL)
    return -EINVAL;
  const int error = stp_ipc_access(&queue->object, 0444);
  if (error < 0)
    return error;
  struct stp_message* const message =
      flags & MSG_COPY ? nth(queue, wanted) : choose(queue, wanted, flags);
  if (message == NULL)
    return receive_later(queue, type, text, size, wanted, flags);
  if (message->size > size && !(flags & MSG_NOERROR))
    return -E2BIG;
  const size_t length = message->size < size ? message->size : size;
  *type = message->type;
  memcpy(text, message->text, length);
  if (flags & MSG_COPY)
    return (ssize_t)length;
  stp_queue_take_out(queue, message);
  queue->receiver = stp_me->pid;
  queue->received = stp_ipc_time();
  stp_queue_admit(queue);
  return (ssize_t)length;
}
