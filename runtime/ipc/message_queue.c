/* Message queues, after ipc/msg.c of Linux. */
#include "ipc/message_queue.h"

#include <errno.h>
#include <limits.h>
#include <linux/capability.h>
#include <math.h>
#include <string.h>
#include <utlist.h>

#include "process/identity.h"
#include "process/process.h"
#include "time/spin.h"
#include "time/work.h"

struct message {
  struct message *prev, *next;
  long type;
  size_t size;
  char text[];
};

struct queue {
  struct stp_ipc_object object;
  struct message* messages;
  size_t bytes, count, limit;
  time_t sent, received;
  pid_t sender, receiver;
  struct stp_waitq senders, receivers;
};

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

static struct queue* find(int id) {
  return (struct queue*)stp_ipc_find(&stp_ipc_host()->queues, id);
}

int stp_queue_get(key_t key, int flags) {
  struct stp_ipc_table* const queues = &stp_ipc_host()->queues;
  struct stp_ipc_object* found;
  int error = stp_ipc_get(queues, key, flags, &found);
  if (error < 0)
    return error;
  if (found != NULL) {
    error = stp_ipc_access(found, flags);
    return error < 0 ? error : found->id;
  }
  struct queue* const queue = stp_alloc(sizeof *queue);
  queue->limit = STP_MSGMNB;
  error = stp_ipc_add(queues, &queue->object, key, flags, STP_MSGMNI);
  if (error < 0) {
    stp_free(queue);
    return error;
  }
  return queue->object.id;
}

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
static struct message* choose(const struct queue* queue, long wanted, int flags) {
  struct message *chosen = NULL, *message;
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
static struct message* nth(const struct queue* queue, long n) {
  struct message* message = queue->messages;
  while (message != NULL && n-- > 0)
    message = message->next;
  return message;
}

static bool fits(const struct queue* queue, size_t size) {
  return size + queue->bytes <= queue->limit && queue->count + 1 <= queue->limit;
}

static void append(struct queue* queue, long type, const char* text, size_t size) {
  struct message* const message = stp_alloc(sizeof *message + size);
  message->type = type;
  message->size = size;
  memcpy(message->text, text, size);
  DL_APPEND(queue->messages, message);
  queue->bytes += size;
  queue->count++;
}

static void take_out(struct queue* queue, struct message* message) {
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
static bool hand_over(struct queue* queue, long type, const char* text, size_t size) {
  struct stp_waiter* next;
  for (struct stp_waiter* waiter = queue->receivers.first; waiter != NULL; waiter = next) {
    next = waiter->next;
    struct pending* const receiver = waiter->owner;
    if (!matches(type, receiver->type, receiver->flags))
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

static void deliver(struct queue* queue, pid_t sender, long type, const char* text, size_t size) {
  queue->sender = sender;
  queue->sent = stp_ipc_time();
  if (!hand_over(queue, type, text, size))
    append(queue, type, text, size);
}

/* There may be room: lets those send that wait for it, in turn. */
static void admit_senders(struct queue* queue) {
  struct stp_waiter* next;
  for (struct stp_waiter* waiter = queue->senders.first; waiter != NULL; waiter = next) {
    next = waiter->next;
    struct pending* const sender = waiter->owner;
    if (!fits(queue, sender->room))
      continue;
    deliver(queue, sender->pid, sender->type, sender->text, sender->room);
    complete(sender, 0);
  }
}

/* ---- the calls ---- */

int stp_queue_send(int id, long type, const void* text, size_t size, int flags) {
  stp_work_flush();
  if (size > STP_MSGMAX || id < 0 || type < 1)
    return -EINVAL;
  struct queue* const queue = find(id);
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

static ssize_t receive_later(struct queue* queue, long* type, void* text, size_t size, long wanted,
                             int flags) {
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
  struct queue* const queue = find(id);
  if (queue == NULL)
    return -EINVAL;
  const int error = stp_ipc_access(&queue->object, 0444);
  if (error < 0)
    return error;
  struct message* const message =
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
  take_out(queue, message);
  queue->receiver = stp_me->pid;
  queue->received = stp_ipc_time();
  admit_senders(queue);
  return (ssize_t)length;
}

/* ---- control ---- */

static void expel(struct stp_waitq* waiters, int result) {
  while (waiters->first != NULL)
    complete(waiters->first->owner, result);
}

static void remove_queue(struct stp_ipc_table* queues, struct queue* queue) {
  stp_ipc_remove(queues, &queue->object);
  expel(&queue->senders, -EIDRM);
  expel(&queue->receivers, -EIDRM);
  while (queue->messages != NULL)
    take_out(queue, queue->messages);
  stp_free(queue);
}

void stp_queues_clear(struct stp_ipc_table* queues) {
  for (int i = 0; i < queues->capacity; i++)
    if (queues->slots[i] != NULL)
      remove_queue(queues, (struct queue*)queues->slots[i]);
}

static int set(struct queue* queue, const struct msqid_ds* wanted) {
  if (wanted->msg_qbytes > STP_MSGMNB && !stp_capable(CAP_SYS_RESOURCE))
    return -EPERM;
  const int error = stp_ipc_set(&queue->object, &wanted->msg_perm);
  if (error < 0)
    return error;
  queue->limit = wanted->msg_qbytes;
  admit_senders(queue);
  return 0;
}

static void status(const struct queue* queue, struct msqid_ds* result) {
  *result = (struct msqid_ds){.msg_perm = queue->object.permissions,
                              .msg_stime = queue->sent,
                              .msg_rtime = queue->received,
                              .msg_ctime = queue->object.changed,
                              .__msg_cbytes = queue->bytes,
                              .msg_qnum = queue->count,
                              .msg_qbytes = queue->limit,
                              .msg_lspid = queue->sender,
                              .msg_lrpid = queue->receiver};
}

static int limits(const struct stp_ipc_table* queues, bool in_use, struct msginfo* result) {
  *result = (struct msginfo){.msgpool = STP_MSGMNI * STP_MSGMNB / 1024,
                             .msgmap = STP_MSGMNB,
                             .msgmax = STP_MSGMAX,
                             .msgmnb = STP_MSGMNB,
                             .msgmni = STP_MSGMNI,
                             .msgssz = 16,
                             .msgtql = STP_MSGMNB,
                             .msgseg = 0xffff};
  if (in_use) {
    *result = (struct msginfo){.msgpool = queues->count,
                               .msgmax = STP_MSGMAX,
                               .msgmnb = STP_MSGMNB,
                               .msgmni = STP_MSGMNI,
                               .msgssz = 16,
                               .msgseg = 0xffff};
    for (int i = 0; i < queues->capacity; i++) {
      const struct queue* const queue = (const struct queue*)queues->slots[i];
      result->msgmap += queue == NULL ? 0 : (int)queue->count;
      result->msgtql += queue == NULL ? 0 : (int)queue->bytes;
    }
  }
  return stp_ipc_last_index(queues);
}

int stp_queue_control(int id, int command, void* argument) {
  stp_work_flush();
  struct stp_ipc_table* const queues = &stp_ipc_host()->queues;
  if (command == IPC_INFO || command == MSG_INFO)
    return limits(queues, command == MSG_INFO, argument);
  const bool by_index = command == MSG_STAT || command == MSG_STAT_ANY;
  if (!by_index && command != IPC_STAT && command != IPC_SET && command != IPC_RMID)
    return -EINVAL;
  struct queue* const queue =
      (struct queue*)(by_index ? stp_ipc_at(queues, id) : stp_ipc_find(queues, id));
  if (queue == NULL)
    return -EINVAL;
  const bool reads = by_index || command == IPC_STAT;
  const int error = command == MSG_STAT_ANY ? 0
                    : reads                 ? stp_ipc_access(&queue->object, 0444)
                                            : stp_ipc_owned(&queue->object);
  if (error < 0)
    return error;
  if (command == IPC_RMID) {
    remove_queue(queues, queue);
    return 0;
  }
  if (command == IPC_SET)
    return set(queue, argument);
  status(queue, argument);
  return by_index ? queue->object.id : 0;
}
