/* Sending to and receiving from POSIX message queues. */
#include "ipc/mqueue.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <string.h>
#include <utlist.h>

#include "ipc/mqueue_parts.h"
#include "process/process.h"
#include "time/spin.h"
#include "time/work.h"

/* A thread that waits; in the memory of stp_wait_memory. A sender's message is loose, so is the one
 * that a receiver has been given: if the thread is killed, the queue still has it. */
struct pending {
  struct stp_waiter waiter; /* its owner is this */
  bool done;
  struct stp_mqueue_message* message;
};

static struct stp_mqueue* queue_of(const struct stp_file* file) {
  return ((const struct stp_mqueue_opened*)file)->queue;
}

/* ---- the messages in order ---- */

static void insert(struct stp_mqueue* queue, struct stp_mqueue_message* message) {
  struct stp_mqueue_message* after = NULL; /* from the end, where most belong */
  if (queue->messages != NULL) {
    after = queue->messages->prev;
    while (after != NULL && after->priority < message->priority)
      after = after == queue->messages ? NULL : after->prev;
  }
  if (after != NULL)
    DL_APPEND_ELEM(queue->messages, after, message);
  else
    DL_PREPEND(queue->messages, message);
  queue->count++;
  queue->bytes += message->size;
}

static struct stp_mqueue_message* take_first(struct stp_mqueue* queue) {
  struct stp_mqueue_message* const message = queue->messages;
  DL_DELETE(queue->messages, message);
  queue->count--;
  queue->bytes -= message->size;
  return message;
}

/* ---- waiting ---- */

static void complete(struct pending* pending) {
  struct stp_waiter* const waiter = &pending->waiter;
  pending->done = true;
  stp_waitq_remove(waiter);
  waiter->notify(waiter);
}

/* 1: done by another; 0: try again; or an error. *message is a sender's, or becomes a receiver's.
 */
static int wait_in(struct stp_waitq* waiters, struct stp_mqueue_message** message,
                   double deadline) {
  struct pending* const pending = stp_wait_memory(sizeof *pending);
  stp_waiter_of_self(&pending->waiter);
  pending->waiter.owner = pending;
  pending->done = false;
  pending->message = *message;
  stp_waitq_add(waiters, &pending->waiter);
  int error = 0;
  while (!pending->done && error == 0)
    error = stp_park(deadline);
  if (pending->done) {
    *message = pending->message;
    return 1;
  }
  stp_waitq_remove(&pending->waiter);
  return error == -EINTR ? stp_wait_interrupted() : error;
}

/* The first that waits; null: none. */
static struct pending* first(const struct stp_waitq* waiters) {
  const struct stp_waiter* waiter = waiters->first;
  while (waiter != NULL && !stp_waiter_lives(waiter))
    waiter = waiter->next;
  return waiter == NULL ? NULL : waiter->owner;
}

/* Puts a message into the queue, or gives it to the first receiver. */
static void deliver(struct stp_mqueue* queue, struct stp_mqueue_message* message) {
  struct pending* const receiver = first(&queue->receivers);
  if (receiver != NULL) {
    receiver->message = message;
    DL_APPEND(queue->loose, message);
    complete(receiver);
    return;
  }
  insert(queue, message);
  if (queue->count == 1)
    stp_mqueue_arrived(queue);
  stp_mqueue_tell(queue, POLLIN);
}

/* There is room: for the first sender that waits for it, if any. */
static void admit(struct stp_mqueue* queue) {
  struct pending* const sender = first(&queue->senders);
  if (sender == NULL) {
    stp_mqueue_tell(queue, POLLOUT);
    return;
  }
  DL_DELETE(queue->loose, sender->message);
  insert(queue, sender->message);
  complete(sender);
  stp_mqueue_tell(queue, POLLIN);
}

/* ---- the calls ---- */

static int would_block(void) {
  stp_spin_check();
  return -EAGAIN;
}

int stp_mqueue_send(struct stp_file* file, const char* text, size_t size, unsigned priority,
                    double deadline) {
  struct stp_mqueue* const queue = queue_of(file);
  if ((file->flags & O_ACCMODE) == O_RDONLY)
    return -EBADF;
  if (size > queue->size)
    return -EMSGSIZE;
  stp_work_flush();
  if (queue->count == queue->length && stp_file_nonblocking(file))
    return would_block();
  struct stp_mqueue_message* message = stp_alloc(sizeof *message + size);
  message->priority = priority;
  message->size = size;
  memcpy(message->text, text, size);
  while (queue->count == queue->length) {
    DL_APPEND(queue->loose, message);
    const int done = wait_in(&queue->senders, &message, deadline);
    if (done > 0)
      return 0;
    DL_DELETE(queue->loose, message);
    if (done < 0) {
      stp_free(message);
      return done;
    }
  }
  deliver(queue, message);
  return 0;
}

static int next_message(struct stp_file* file, struct stp_mqueue_message** message,
                        double deadline) {
  struct stp_mqueue* const queue = queue_of(file);
  while (queue->count == 0) {
    if (stp_file_nonblocking(file))
      return would_block();
    *message = NULL;
    const int given = wait_in(&queue->receivers, message, deadline);
    if (given > 0)
      DL_DELETE(queue->loose, *message);
    if (given != 0)
      return given;
  }
  *message = take_first(queue);
  admit(queue);
  return 1;
}

ssize_t stp_mqueue_receive(struct stp_file* file, char* text, size_t size, unsigned* priority,
                           double deadline) {
  if ((file->flags & O_ACCMODE) == O_WRONLY)
    return -EBADF;
  if (size < queue_of(file)->size)
    return -EMSGSIZE;
  stp_work_flush();
  struct stp_mqueue_message* message;
  const int error = next_message(file, &message, deadline);
  if (error < 0)
    return error;
  const ssize_t length = (ssize_t)message->size;
  memcpy(text, message->text, message->size);
  if (priority != NULL)
    *priority = message->priority;
  stp_free(message);
  return length;
}

void stp_mqueue_attributes(const struct stp_file* file, struct mq_attr* attributes) {
  const struct stp_mqueue* const queue = queue_of(file);
  *attributes = (struct mq_attr){.mq_flags = file->flags & O_NONBLOCK,
                                 .mq_maxmsg = queue->length,
                                 .mq_msgsize = (long)queue->size,
                                 .mq_curmsgs = queue->count};
}
