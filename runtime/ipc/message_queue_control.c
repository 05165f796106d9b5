/* The life and status of System V message queues: msgget and msgctl. */
#include <errno.h>
#include <linux/capability.h>

#include "ipc/message_queue.h"
#include "ipc/message_queue_parts.h"
#include "process/identity.h"
#include "process/process.h"
#include "time/work.h"

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
  struct stp_message_queue* const queue = stp_alloc(sizeof *queue);
  queue->limit = STP_MSGMNB;
  error = stp_ipc_add(queues, &queue->object, key, flags, STP_MSGMNI);
  if (error < 0) {
    stp_free(queue);
    return error;
  }
  return queue->object.id;
}

static void remove_queue(struct stp_ipc_table* queues, struct stp_message_queue* queue) {
  stp_ipc_remove(queues, &queue->object);
  stp_queue_expel(queue);
  while (queue->messages != NULL)
    stp_queue_take_out(queue, queue->messages);
  stp_free(queue);
}

void stp_queues_clear(struct stp_ipc_table* queues) {
  for (int i = 0; i < queues->capacity; i++)
    if (queues->slots[i] != NULL)
      remove_queue(queues, (struct stp_message_queue*)queues->slots[i]);
}

static int set(struct stp_message_queue* queue, const struct msqid_ds* wanted) {
  if (wanted->msg_qbytes > STP_MSGMNB && !stp_capable(CAP_SYS_RESOURCE))
    return -EPERM;
  const int error = stp_ipc_set(&queue->object, &wanted->msg_perm);
  if (error < 0)
    return error;
  queue->limit = wanted->msg_qbytes;
  stp_queue_admit(queue);
  return 0;
}

static void status(const struct stp_message_queue* queue, struct msqid_ds* result) {
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
      const struct stp_message_queue* const queue =
          (const struct stp_message_queue*)queues->slots[i];
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
  struct stp_message_queue* const queue =
      (struct stp_message_queue*)(by_index ? stp_ipc_at(queues, id) : stp_ipc_find(queues, id));
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
