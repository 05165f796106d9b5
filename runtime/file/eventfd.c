/* Event descriptors, after eventfd(2). */
#include "file/eventfd.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <stdint.h>

#include "file/bytes.h"
#include "file/description.h"
#include "process/process.h"
#include "time/spin.h"

struct event {
  struct stp_file file;
  uint64_t value;
  bool semaphore;
};

static const uint64_t most = UINT64_MAX - 1;

static int wait_for(struct stp_file* file, unsigned events) {
  if (!stp_file_nonblocking(file))
    return stp_wait_for(&file->changed, events, INFINITY);
  stp_spin_check();
  return -EAGAIN;
}

static ssize_t event_read(struct stp_file* file, const struct iovec* vectors, int count,
                          off_t offset) {
  struct event* event = (struct event*)file;
  if (offset != -1)
    return -ESPIPE;
  struct stp_cursor to = {vectors, count, 0};
  if (stp_cursor_left(&to) < sizeof event->value)
    return -EINVAL;
  while (event->value == 0) {
    const int result = wait_for(file, POLLIN);
    if (result < 0)
      return result;
  }
  const uint64_t taken = event->semaphore ? 1 : event->value;
  event->value -= taken;
  stp_cursor_store(&to, &taken, sizeof taken);
  stp_file_notify_for(file, POLLOUT);
  return sizeof taken;
}

static ssize_t event_write(struct stp_file* file, const struct iovec* vectors, int count,
                           off_t offset) {
  struct event* event = (struct event*)file;
  if (offset != -1)
    return -ESPIPE;
  uint64_t added;
  struct stp_cursor from = {vectors, count, 0};
  if (stp_cursor_left(&from) != sizeof added)
    return -EINVAL; /* since Linux 6.10: neither less nor more */
  stp_cursor_load(&from, &added, sizeof added);
  if (added == UINT64_MAX)
    return -EINVAL;
  while (added > most - event->value) {
    const int result = wait_for(file, POLLOUT);
    if (result < 0)
      return result;
  }
  event->value += added;
  stp_file_notify_for(file, POLLIN);
  return sizeof added;
}

static unsigned event_poll(struct stp_file* file) {
  const struct event* event = (struct event*)file;
  return (event->value > 0 ? POLLIN : 0) | (event->value < most ? POLLOUT : 0);
}

static void event_close(struct stp_file* file) { stp_free(file); }

static const struct stp_file_ops operations = {
    .kind = "eventfd",
    .read = event_read,
    .write = event_write,
    .poll = event_poll,
    .close = event_close,
};

struct stp_file* stp_eventfd_create(unsigned value, bool semaphore, int flags) {
  struct event* event = stp_alloc(sizeof *event);
  stp_file_init(&event->file, &operations, O_RDWR | flags);
  event->value = value;
  event->semaphore = semaphore;
  return &event->file;
}
