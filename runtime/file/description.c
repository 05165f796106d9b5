/* Open file descriptions: counting references, and the answers of Linux where a kind of object has
 * no operation of its own. */
#include "file/description.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>

#include "file/owner.h"

void stp_file_init(struct stp_file* file, const struct stp_file_ops* ops, int flags) {
  file->ops = ops;
  file->references = 1;
  file->flags = flags;
  file->changed = (struct stp_waitq){0};
  file->watches = NULL;
  file->owner = NULL;
}

struct stp_file* stp_file_ref(struct stp_file* file) {
  file->references++;
  return file;
}

void stp_file_unref(struct stp_file* file) {
  assert(file->references > 0);
  if (--file->references > 0)
    return;
  while (file->watches) {
    struct stp_watch* watch = file->watches;
    stp_file_unwatch(file, watch);
    watch->gone(watch, file);
  }
  stp_owner_free(file);
  file->ops->close(file);
}

bool stp_file_nonblocking(const struct stp_file* file) { return file->flags & O_NONBLOCK; }

void stp_file_set_flags(struct stp_file* file, int flags) {
  const int changeable = O_NONBLOCK | O_APPEND | O_ASYNC;
  file->flags = (file->flags & ~changeable) | (flags & changeable);
  if (file->ops->set_flags)
    file->ops->set_flags(file, file->flags);
}

void stp_file_watch(struct stp_file* file, struct stp_watch* watch) {
  watch->prev = NULL;
  watch->next = file->watches;
  if (watch->next)
    watch->next->prev = watch;
  file->watches = watch;
}

void stp_file_unwatch(struct stp_file* file, struct stp_watch* watch) {
  if (watch->prev)
    watch->prev->next = watch->next;
  else
    file->watches = watch->next;
  if (watch->next)
    watch->next->prev = watch->prev;
  watch->prev = watch->next = NULL;
}

void stp_file_notify(struct stp_file* file) {
  if (file->flags & O_ASYNC)
    stp_owner_ready(file, POLLIN | POLLOUT);
  stp_wake_all(&file->changed);
}

void stp_file_notify_for(struct stp_file* file, unsigned events) {
  if (file->flags & O_ASYNC)
    stp_owner_ready(file, events);
  stp_wake_for(&file->changed, events);
}

ssize_t stp_file_read(struct stp_file* file, const struct iovec* vectors, int count, off_t offset) {
  if ((file->flags & O_ACCMODE) == O_WRONLY || file->flags & O_PATH)
    return -EBADF;
  return file->ops->read ? file->ops->read(file, vectors, count, offset) : -EINVAL;
}

ssize_t stp_file_write(struct stp_file* file, const struct iovec* vectors, int count,
                       off_t offset) {
  if ((file->flags & O_ACCMODE) == O_RDONLY || file->flags & O_PATH)
    return -EBADF;
  return file->ops->write ? file->ops->write(file, vectors, count, offset) : -EINVAL;
}

off_t stp_file_seek(struct stp_file* file, off_t offset, int whence) {
  if (file->flags & O_PATH)
    return -EBADF;
  return file->ops->seek ? file->ops->seek(file, offset, whence) : -ESPIPE;
}

unsigned stp_file_poll(struct stp_file* file) {
  return file->ops->poll ? file->ops->poll(file) : POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM;
}

int stp_file_ioctl(struct stp_file* file, unsigned long request, void* argument) {
  if (file->flags & O_PATH)
    return -EBADF;
  return file->ops->ioctl ? file->ops->ioctl(file, request, argument) : -ENOTTY;
}

int stp_file_stat(struct stp_file* file, struct stat* result) {
  if (file->ops->stat)
    return file->ops->stat(file, result);
  memset(result, 0, sizeof *result);
  result->st_mode = 0600;
  result->st_nlink = 1;
  result->st_blksize = 4096;
  return 0;
}
