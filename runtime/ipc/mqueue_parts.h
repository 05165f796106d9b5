/* The insides of POSIX message queues, shared by mqueue.c (messages) and mqueue_open.c (names,
 * descriptions, notification). */
#ifndef STP_MQUEUE_PARTS_H
#define STP_MQUEUE_PARTS_H

#include <signal.h>

#include "file/description.h"
#include "ipc/mqueue.h"

struct stp_process;

struct stp_mqueue_message {
  struct stp_mqueue_message *prev, *next;
  unsigned priority;
  size_t size;
  char text[];
};

struct stp_mqueue {
  char* name;
  struct stp_mqueue *prev, *next; /* of the host, unless unlinked */
  bool linked;
  uid_t user;
  gid_t group;
  mode_t mode;
  int length;  /* most messages */
  size_t size; /* most bytes of one */
  int count;
  size_t bytes;
  struct stp_mqueue_message* messages; /* highest priority first, of one priority oldest first */
  struct stp_mqueue_message* loose; /* on the way: of senders that wait, to receivers that wake */
  struct stp_waitq senders, receivers;
  struct stp_mqueue_opened* opened;
  struct stp_process* notified; /* who asked to be notified, or null */
  struct sigevent event;        /* how */
};

/* A description. */
struct stp_mqueue_opened {
  struct stp_file file;
  struct stp_mqueue* queue;
  off_t position; /* of read(), which gives the status as text */
  struct stp_mqueue_opened *prev, *next;
};

/* Tells pollers what may have come. */
void stp_mqueue_tell(struct stp_mqueue* queue, unsigned events);

/* A message has come into the empty queue and nobody waited for it. */
void stp_mqueue_arrived(struct stp_mqueue* queue);

#endif
