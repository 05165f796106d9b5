/* Names and descriptions of POSIX message queues, and who is notified of their messages. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <utlist.h>

#include "file/bytes.h"
#include "file/paths.h"
#include "ipc/ids.h"
#include "ipc/mqueue_parts.h"
#include "ipc/process.h"
#include "process/identity.h"
#include "process/process.h"
#include "process/signals.h"

/* ---- what happens to a queue ---- */

void stp_mqueue_tell(struct stp_mqueue* queue, unsigned events) {
  struct stp_mqueue_opened* opened;
  DL_FOREACH(queue->opened, opened) stp_file_notify_for(&opened->file, events);
}

static void forget_messages(struct stp_mqueue_message* list) {
  struct stp_mqueue_message *message, *next;
  DL_FOREACH_SAFE(list, message, next) stp_free(message);
}

static void free_if_unused(struct stp_mqueue* queue) {
  if (queue->linked || queue->opened != NULL)
    return;
  forget_messages(queue->messages);
  forget_messages(queue->loose);
  stp_free(queue->name);
  stp_free(queue);
}

/* ---- notification ---- */

/* A notification of SIGEV_THREAD that is due. */
struct stp_mqueue_fired {
  struct sigevent event;
  struct stp_mqueue_fired *prev, *next;
};

void stp_mqueue_arrived(struct stp_mqueue* queue) {
  struct stp_process* const process = queue->notified;
  if (process == NULL)
    return;
  queue->notified = NULL;
  if (queue->event.sigev_notify == SIGEV_SIGNAL) {
    siginfo_t info = stp_signal_info(queue->event.sigev_signo, SI_MESGQ);
    info.si_value = queue->event.sigev_value;
    stp_signal_send(process, &info);
  } else if (queue->event.sigev_notify == SIGEV_THREAD) {
    struct stp_ipc* const ipc = stp_ipc_of(process);
    struct stp_mqueue_fired* const fired = stp_alloc(sizeof *fired);
    fired->event = queue->event;
    DL_APPEND(ipc->fired, fired);
    stp_wake_one(&ipc->notifier);
  }
}

struct sigevent stp_mqueue_await(void) {
  struct stp_ipc* const ipc = stp_ipc_of(stp_me);
  while (ipc->fired == NULL)
    stp_wait(&ipc->notifier, INFINITY);
  struct stp_mqueue_fired* const fired = ipc->fired;
  DL_DELETE(ipc->fired, fired);
  const struct sigevent event = fired->event;
  stp_free(fired);
  return event;
}

void stp_mqueue_forget_fired(struct stp_process* process) {
  struct stp_mqueue_fired *fired, *next;
  DL_FOREACH_SAFE(process->ipc->fired, fired, next) stp_free(fired);
  process->ipc->fired = NULL;
}

int stp_mqueue_notify(struct stp_file* file, const struct sigevent* event) {
  struct stp_mqueue* const queue = ((struct stp_mqueue_opened*)file)->queue;
  if (event == NULL) {
    if (queue->notified == stp_me)
      queue->notified = NULL;
    return 0;
  }
  const int how = event->sigev_notify;
  if (how != SIGEV_NONE && how != SIGEV_SIGNAL && how != SIGEV_THREAD)
    return -EINVAL;
  if (how == SIGEV_SIGNAL && !stp_signal_valid(event->sigev_signo))
    return -EINVAL;
  if (queue->notified != NULL)
    return -EBUSY;
  queue->notified = stp_me;
  queue->event = *event;
  return 0;
}

/* ---- descriptions ---- */

/* What read() gives, as in Linux's mqueue file system. */
static ssize_t status_read(struct stp_file* file, const struct iovec* vectors, int count,
                           off_t offset) {
  struct stp_mqueue_opened* const opened = (struct stp_mqueue_opened*)file;
  const struct stp_mqueue* const queue = opened->queue;
  char text[128];
  const bool notifies = queue->notified != NULL;
  const int length =
      snprintf(text, sizeof text, "QSIZE:%-10lu NOTIFY:%-5d SIGNO:%-5d NOTIFY_PID:%-6d\n",
               queue->bytes, notifies ? queue->event.sigev_notify : 0,
               notifies && queue->event.sigev_notify == SIGEV_SIGNAL ? queue->event.sigev_signo : 0,
               notifies ? queue->notified->pid : 0);
  const off_t at = offset < 0 ? opened->position : offset;
  if (at >= length)
    return 0;
  struct stp_cursor to = {vectors, count, 0};
  const size_t total = stp_cursor_store(&to, text + at, (size_t)(length - at));
  if (offset < 0)
    opened->position += (off_t)total;
  return (ssize_t)total;
}

static unsigned poll_queue(struct stp_file* file) {
  const struct stp_mqueue* const queue = ((struct stp_mqueue_opened*)file)->queue;
  return (queue->count > 0 ? POLLIN | POLLRDNORM : 0) |
         (queue->count < queue->length ? POLLOUT | POLLWRNORM : 0);
}

static int stat_queue(struct stp_file* file, struct stat* result) {
  const struct stp_mqueue* const queue = ((struct stp_mqueue_opened*)file)->queue;
  *result = (struct stat){.st_mode = S_IFREG | queue->mode,
                          .st_nlink = queue->linked,
                          .st_uid = queue->user,
                          .st_gid = queue->group,
                          .st_size = 80,
                          .st_blksize = 4096};
  return 0;
}

/* Closing any descriptor takes the registration back, as in Linux. */
static void detach(struct stp_file* file, struct stp_process* process) {
  struct stp_mqueue* const queue = ((struct stp_mqueue_opened*)file)->queue;
  if (queue->notified == process)
    queue->notified = NULL;
}

static void close_queue(struct stp_file* file) {
  struct stp_mqueue_opened* const opened = (struct stp_mqueue_opened*)file;
  struct stp_mqueue* const queue = opened->queue;
  DL_DELETE(queue->opened, opened);
  stp_free(opened);
  free_if_unused(queue);
}

static const struct stp_file_ops operations = {
    .kind = "message queue",
    .read = status_read,
    .poll = poll_queue,
    .stat = stat_queue,
    .detach = detach,
    .close = close_queue,
};

bool stp_is_mqueue(const struct stp_file* file) { return file->ops == &operations; }

/* ---- names ---- */

/* The name without its slash; null with an error. */
static const char* bare_name(const char* name, int* error) {
  *error = name[0] != '/'                ? -EINVAL
           : name[1] == '\0'             ? -ENOENT
           : strlen(name + 1) > NAME_MAX ? -ENAMETOOLONG
           : strchr(name + 1, '/') || strcmp(name, "/.") == 0 || strcmp(name, "/..") == 0 ? -EACCES
                                                                                          : 0;
  return *error < 0 ? NULL : name + 1;
}

static struct stp_mqueue* find(const char* name) {
  struct stp_mqueue* queue;
  DL_FOREACH(stp_ipc_host()->named_queues, queue) {
    if (strcmp(queue->name, name) == 0)
      return queue;
  }
  return NULL;
}

/* What the queue counts against RLIMIT_MSGQUEUE. */
static size_t cost(int length, size_t size) {
  enum { MESSAGE = 48, NODE = 48, PRIORITIES = 32768 };
  const size_t nodes = length < PRIORITIES ? (size_t)length : PRIORITIES;
  return (size_t)length * (size + MESSAGE) + nodes * NODE;
}

static int check_new(const struct mq_attr* wanted) {
  const bool privileged = stp_capable(CAP_SYS_RESOURCE);
  if (wanted->mq_maxmsg <= 0 || wanted->mq_msgsize <= 0 ||
      wanted->mq_maxmsg > (privileged ? STP_MQUEUE_LENGTH_MAX : STP_MQUEUE_LENGTH) ||
      wanted->mq_msgsize > (privileged ? STP_MQUEUE_SIZE_MAX : STP_MQUEUE_SIZE))
    return -EINVAL;
  size_t used = cost((int)wanted->mq_maxmsg, (size_t)wanted->mq_msgsize);
  int count = 0;
  struct stp_mqueue* queue;
  DL_FOREACH(stp_ipc_host()->named_queues, queue) {
    used += cost(queue->length, queue->size);
    count++;
  }
  if (count >= STP_MQUEUE_COUNT && !privileged)
    return -ENOSPC;
  return used > stp_limit(RLIMIT_MSGQUEUE) ? -EMFILE : 0;
}

static int create(const char* name, mode_t mode, const struct mq_attr* attributes,
                  struct stp_mqueue** created) {
  const struct mq_attr defaults = {.mq_maxmsg = STP_MQUEUE_LENGTH, .mq_msgsize = STP_MQUEUE_SIZE};
  if (attributes == NULL)
    attributes = &defaults;
  const int error = check_new(attributes);
  if (error < 0)
    return error;
  struct stp_mqueue* const queue = stp_alloc(sizeof *queue);
  queue->name = stp_strdup(name);
  queue->linked = true;
  queue->user = stp_identity()->user.effective;
  queue->group = stp_identity()->group.effective;
  queue->mode = mode & ~stp_path_umask() & 0777;
  queue->length = (int)attributes->mq_maxmsg;
  queue->size = (size_t)attributes->mq_msgsize;
  DL_APPEND(stp_ipc_host()->named_queues, queue);
  *created = queue;
  return 0;
}

static int check_access(const struct stp_mqueue* queue, int flags) {
  const int mode = flags & O_ACCMODE;
  if (mode == O_ACCMODE)
    return -EINVAL;
  const unsigned wanted = (mode != O_WRONLY ? 4 : 0) | (mode != O_RDONLY ? 2 : 0);
  const struct stp_identity* const self = stp_identity();
  unsigned granted = queue->mode;
  if (self->user.effective == queue->user)
    granted >>= 6;
  else if (self->group.effective == queue->group)
    granted >>= 3;
  return wanted & ~granted && !stp_capable(CAP_DAC_OVERRIDE) ? -EACCES : 0;
}

int stp_mqueue_open(const char* name, int flags, mode_t mode, const struct mq_attr* attributes,
                    struct stp_file** opened) {
  int error;
  name = bare_name(name, &error);
  if (name == NULL)
    return error;
  struct stp_mqueue* queue = find(name);
  if (queue == NULL)
    error = flags & O_CREAT ? create(name, mode, attributes, &queue) : -ENOENT;
  else
    error = flags & O_CREAT && flags & O_EXCL ? -EEXIST : check_access(queue, flags);
  if (error < 0)
    return error;
  struct stp_mqueue_opened* const new = stp_alloc(sizeof *new);
  stp_file_init(&new->file, &operations, flags & (O_ACCMODE | O_NONBLOCK));
  new->queue = queue;
  DL_APPEND(queue->opened, new);
  *opened = &new->file;
  return 0;
}

static void unlink_queue(struct stp_mqueue** queues, struct stp_mqueue* queue) {
  DL_DELETE(*queues, queue);
  queue->linked = false;
  free_if_unused(queue);
}

void stp_mqueues_clear(struct stp_mqueue** queues) {
  while (*queues != NULL)
    unlink_queue(queues, *queues);
}

int stp_mqueue_unlink(const char* name) {
  int error;
  name = bare_name(name, &error);
  if (name == NULL)
    return error;
  struct stp_mqueue* const queue = find(name);
  if (queue == NULL)
    return -ENOENT;
  if (stp_identity()->user.effective != queue->user && !stp_capable(CAP_FOWNER))
    return -EACCES;
  unlink_queue(&stp_ipc_host()->named_queues, queue);
  return 0;
}
