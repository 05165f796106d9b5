/* Terminals as files: opening, reading, writing, closing. */
#include "terminal/tty.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <math.h>
#include <poll.h>
#include <sys/sysmacros.h>
#include <utlist.h>

#include "process/identity.h"
#include "process/process.h"
#include "time/clock.h"
#include "time/spin.h"

enum { MOST = 4096 /* kernel.pty.max */, TTY_GROUP = 5 };

static struct stp_tty* terminals;

static const unsigned in = POLLIN | POLLRDNORM, out = POLLOUT | POLLWRNORM;

void stp_tty_notify_master(struct stp_tty* tty) {
  if (tty->master)
    stp_file_notify(&tty->master->file);
}

void stp_tty_notify_slaves(struct stp_tty* tty) {
  struct stp_tty_end* end;
  DL_FOREACH(tty->slaves, end)
  stp_file_notify(&end->file);
}

static struct stp_tty_end* end_of(struct stp_file* file) { return (struct stp_tty_end*)file; }

/* ---- the master ---- */

static ssize_t master_read(struct stp_tty* tty, struct stp_file* file, struct stp_cursor* to,
                           size_t size) {
  while (tty->shown_size == 0 && !(tty->packets && tty->news)) {
    if (tty->left)
      return -EIO;
    if (stp_file_nonblocking(file)) {
      stp_spin_check();
      return -EAGAIN;
    }
    const int error = stp_wait_for(&file->changed, POLLIN, INFINITY);
    if (error)
      return error;
  }
  ssize_t prefix = 0;
  if (tty->packets) {
    const uint8_t first = tty->news;
    tty->news = 0;
    prefix = (ssize_t)stp_cursor_store(to, &first, 1);
    if (first)
      return prefix;
    size -= (size_t)prefix;
  }
  const size_t part = size < tty->shown_size ? size : tty->shown_size;
  stp_bytes_copy(&tty->shown, 0, to, part);
  stp_bytes_drop(&tty->shown, part);
  tty->shown_size -= part;
  stp_tty_notify_slaves(tty);
  return prefix + (ssize_t)part;
}

static ssize_t master_write(struct stp_tty* tty, struct stp_file* file, struct stp_cursor* from,
                            size_t size) {
  size_t done = 0;
  while (done < size) {
    if (stp_tty_room(tty) > 0) {
      uint8_t byte;
      stp_cursor_load(from, &byte, 1);
      done++;
      stp_tty_type(tty, byte);
      continue;
    }
    if (stp_file_nonblocking(file))
      return done ? (ssize_t)done : -EAGAIN;
    const int error = stp_wait_for(&file->changed, POLLOUT, INFINITY);
    if (error)
      return done ? (ssize_t)done : error;
  }
  return (ssize_t)done;
}

static unsigned master_poll(const struct stp_tty* tty) {
  unsigned events = stp_tty_room(tty) > 0 ? out : 0;
  if (tty->shown_size > 0)
    events |= in;
  if (tty->packets && tty->news)
    events |= in | POLLPRI;
  return tty->left ? events | POLLHUP : events;
}

/* ---- slaves ---- */

/* Until when a read waits for the next character: VTIME, in tenths of a second. */
static double until(const struct stp_tty* tty, bool any) {
  const uint8_t* const characters = tty->settings.characters;
  const bool counts =
      !(tty->settings.local & ICANON) && characters[VTIME] && (any || characters[VMIN] == 0);
  return counts ? stp_now() + characters[VTIME] * 0.1 : INFINITY;
}

static ssize_t slave_read(struct stp_tty_end* end, struct stp_cursor* to, size_t size) {
  struct stp_tty* const tty = end->tty;
  size_t done = 0;
  double deadline = until(tty, false);
  for (;;) {
    if (end->hung_up)
      return (ssize_t)done;
    const int error = stp_tty_job(tty, SIGTTIN);
    if (error)
      return done ? (ssize_t)done : error;
    const bool canonical = tty->settings.local & ICANON;
    if (stp_tty_readable(tty, false)) {
      done += stp_tty_take(tty, to, size - done);
      deadline = until(tty, true);
      if (canonical)
        return (ssize_t)done;
    }
    const size_t least = canonical ? 1 : tty->settings.characters[VMIN];
    if (done == size || (done >= least && (done > 0 || isinf(deadline))))
      return (ssize_t)done;
    if (stp_file_nonblocking(&end->file)) {
      stp_spin_check();
      return done ? (ssize_t)done : -EAGAIN;
    }
    const int result = stp_wait_for(&end->file.changed, POLLIN, deadline);
    if (result)
      return done || result == -ETIMEDOUT ? (ssize_t)done : result;
  }
}

static ssize_t slave_write(struct stp_tty_end* end, struct stp_cursor* from, size_t size) {
  struct stp_tty* const tty = end->tty;
  size_t done = 0;
  while (done < size) {
    if (end->hung_up)
      return done ? (ssize_t)done : -EIO;
    const int error = tty->settings.local & TOSTOP ? stp_tty_job(tty, SIGTTOU) : 0;
    if (error)
      return done ? (ssize_t)done : error;
    const size_t before = done;
    while (done < size && !tty->stopped && tty->shown_size + STP_TTY_WIDEST <= STP_TTY_OUTPUT) {
      uint8_t byte;
      stp_cursor_load(from, &byte, 1);
      stp_tty_show(tty, byte);
      done++;
    }
    if (done > before)
      stp_tty_notify_master(tty);
    if (done == size)
      break;
    if (stp_file_nonblocking(&end->file))
      return done ? (ssize_t)done : -EAGAIN;
    const int result = stp_wait_for(&end->file.changed, POLLOUT, INFINITY);
    if (result)
      return done ? (ssize_t)done : result;
  }
  return (ssize_t)done;
}

static unsigned slave_poll(const struct stp_tty_end* end) {
  const struct stp_tty* const tty = end->tty;
  if (end->hung_up)
    return in | out | POLLERR | POLLHUP;
  unsigned events = stp_tty_readable(tty, true) ? in : 0;
  if (!tty->stopped && tty->shown_size + STP_TTY_WIDEST <= STP_TTY_OUTPUT)
    events |= out;
  return events;
}

/* ---- both ---- */

static ssize_t tty_read(struct stp_file* file, const struct iovec* vectors, int count,
                        off_t offset) {
  struct stp_tty_end* const end = end_of(file);
  struct stp_cursor to = {vectors, count, 0};
  const size_t size = stp_cursor_left(&to);
  if (offset != -1)
    return -ESPIPE;
  if (size == 0)
    return 0;
  if (end->is_master)
    return master_read(end->tty, file, &to, size);
  const ssize_t result = slave_read(end, &to, size);
  if (result > 0)
    stp_tty_touch(&end->tty->read);
  return result;
}

static ssize_t tty_write(struct stp_file* file, const struct iovec* vectors, int count,
                         off_t offset) {
  struct stp_tty_end* const end = end_of(file);
  struct stp_cursor from = {vectors, count, 0};
  const size_t size = stp_cursor_left(&from);
  if (offset != -1)
    return -ESPIPE;
  if (end->is_master)
    return master_write(end->tty, file, &from, size);
  const ssize_t result = slave_write(end, &from, size);
  if (result > 0)
    stp_tty_touch(&end->tty->written);
  return result;
}

static unsigned tty_poll(struct stp_file* file) {
  const struct stp_tty_end* const end = end_of(file);
  return end->is_master ? master_poll(end->tty) : slave_poll(end);
}

static int tty_stat(struct stp_file* file, struct stat* result) {
  const struct stp_tty_end* const end = end_of(file);
  stp_tty_stat(end->tty, result);
  if (end->is_master) {
    result->st_mode = S_IFCHR | 0666;
    result->st_rdev = makedev(5, 2);
    result->st_ino = 2;
  }
  return 0;
}

static void free_unused(struct stp_tty* tty) {
  if (tty->master || tty->slaves)
    return;
  DL_DELETE(terminals, tty);
  stp_bytes_clear(&tty->shown);
  stp_free(tty);
}

static void tty_close(struct stp_file* file) {
  struct stp_tty_end* const end = end_of(file);
  struct stp_tty* const tty = end->tty;
  if (end->is_master) {
    struct stp_tty_end* slave;
    tty->master = NULL;
    DL_FOREACH(tty->slaves, slave)
    slave->hung_up = true;
    stp_tty_hang_up(tty);
    stp_tty_notify_slaves(tty);
  } else {
    DL_DELETE(tty->slaves, end);
    tty->left = !tty->slaves;
    if (tty->left)
      tty->exclusive = false;
    stp_tty_notify_master(tty);
  }
  stp_free(end);
  free_unused(tty);
}

static const struct stp_file_ops tty_ops = {
    .kind = "terminal",
    .async = true,
    .read = tty_read,
    .write = tty_write,
    .poll = tty_poll,
    .ioctl = stp_tty_ioctl,
    .stat = tty_stat,
    .close = tty_close,
};

struct stp_tty_end* stp_tty_of(struct stp_file* file) {
  return file && file->ops == &tty_ops ? end_of(file) : NULL;
}

/* ---- opening ---- */

struct stp_tty* stp_tty_find(const struct stp_host* host, int number) {
  struct stp_tty* tty;
  DL_FOREACH(terminals, tty)
  if (tty->host == host && tty->number == number)
    return tty;
  return NULL;
}

int stp_tty_next(const struct stp_host* host, int from) {
  const struct stp_tty* tty;
  int next = -1;
  DL_FOREACH(terminals, tty)
  if (tty->host == host && tty->master && tty->number >= from && (next < 0 || tty->number < next))
    next = tty->number;
  return next;
}

static struct stp_tty_end* make_end(struct stp_tty* tty, int flags) {
  struct stp_tty_end* const end = stp_alloc(sizeof *end);
  stp_file_init(&end->file, &tty_ops, flags & (O_ACCMODE | O_NONBLOCK | O_APPEND));
  end->tty = tty;
  return end;
}

int stp_tty_open_master(int flags, struct stp_file** opened) {
  int number = 0;
  while (stp_tty_find(stp_me->host, number))
    number++;
  if (number == MOST)
    return -ENOSPC;
  const struct stp_identity* const identity = stp_identity();
  struct stp_tty* const tty = stp_alloc(sizeof *tty);
  tty->host = stp_me->host;
  tty->number = number;
  tty->settings = stp_tty_standard();
  tty->locked = true;
  tty->owner = stp_file_user(identity);
  tty->owner_group = TTY_GROUP;
  tty->mode = 0620;
  tty->made = tty->read = tty->written = stp_tty_today();
  DL_APPEND(terminals, tty);
  tty->master = make_end(tty, flags);
  tty->master->is_master = true;
  *opened = &tty->master->file;
  return 0;
}

static int open_end(struct stp_tty* tty, int flags, struct stp_file** opened) {
  if (tty->exclusive && !stp_capable(CAP_SYS_ADMIN))
    return -EBUSY;
  struct stp_tty_end* const end = make_end(tty, flags);
  DL_APPEND(tty->slaves, end);
  tty->left = false;
  stp_tty_opened(tty, flags);
  *opened = &end->file;
  stp_tty_notify_master(tty);
  return 0;
}

int stp_tty_open_slave(int number, int flags, struct stp_file** opened) {
  struct stp_tty* const tty = stp_tty_find(stp_me->host, number);
  if (!tty || !tty->master || tty->locked)
    return -EIO;
  return open_end(tty, flags, opened);
}

int stp_tty_open_own(int flags, struct stp_file** opened) {
  struct stp_tty* const tty = stp_tty_controlling();
  return tty ? open_end(tty, flags | O_NOCTTY, opened) : -ENXIO;
}
