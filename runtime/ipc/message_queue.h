/* System V message queues. A message goes straight to the first receiver that waits for it, and a
 * sender that waits for room is served in turn, as in Linux. Errors are -errno. */
#ifndef STP_MESSAGE_QUEUE_H
#define STP_MESSAGE_QUEUE_H

#include <sys/msg.h>

#include "ipc/ids.h"

/* The defaults of Linux. */
enum { STP_MSGMNI = 32000, STP_MSGMAX = 8192, STP_MSGMNB = 16384 };

/* msgget: the id, or an error. */
int stp_queue_get(key_t key, int flags);

/* msgsnd: 0 or an error. Blocks unless IPC_NOWAIT. */
int stp_queue_send(int id, long type, const void* text, size_t size, int flags);

/* msgrcv: the size of the message, or an error. Blocks unless IPC_NOWAIT. */
ssize_t stp_queue_receive(int id, long* type, void* text, size_t size, long wanted, int flags);

/* msgctl; `argument` as there. */
int stp_queue_control(int id, int command, void* argument);

/* The host has lost its power: removes all. No process is left there. */
void stp_queues_clear(struct stp_ipc_table* queues);

#endif
