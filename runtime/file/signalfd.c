/* Signal descriptors, after signalfd(2) and Linux's fs/signalfd.c: what is read, and what poll
 * sees, are the pending signals of whoever reads or polls. */
#include "file/signalfd.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <utlist.h>

#include "file/bytes.h"
#include "file/description.h"
#include "process/process.h"
#include "process/signals.h"
#include "time/spin.h"

struct signals {
  struct stp_file file;
  stp_sigset set;
  struct signals *prev, *next; /* of all that are open */
};

static struct signals* all;
static stp_sigset arriving; /* while its arrival is told: the receiver does not run */

/* ---- arrival ---- */

static void generated(stp_sigset bit) {
  struct signals* signals;
  arriving = bit;
  DL_FOREACH(all, signals)
  if ((signals->set & bit) != 0)
    stp_file_notify_for(&signals->file, POLLIN | POLLRDNORM);
  arriving = 0;
}

static unsigned signals_poll(struct stp_file* file) {
  const stp_sigset pending = arriving != 0 || !stp_self ? arriving : stp_signal_pending();
  return (pending & ((struct signals*)file)->set) != 0 ? POLLIN | POLLRDNORM : 0;
}

/* ---- reading ---- */

/* signalfd_copyinfo. */
static struct signalfd_siginfo record_of(const siginfo_t* info) {
  struct signalfd_siginfo record = {.ssi_signo = (uint32_t)info->si_signo,
                                    .ssi_errno = info->si_errno,
                                    .ssi_code = info->si_code};
  if (info->si_code == SI_TIMER) {
    record.ssi_tid = (uint32_t)info->si_timerid;
    record.ssi_overrun = (uint32_t)info->si_overrun;
    record.ssi_ptr = (uint64_t)(uintptr_t)info->si_ptr;
    record.ssi_int = info->si_int;
    return record;
  }
  record.ssi_pid = (uint32_t)info->si_pid;
  record.ssi_uid = info->si_uid;
  if (info->si_signo == SIGCHLD && info->si_code > 0) {
    record.ssi_status = info->si_status;
    record.ssi_utime = (uint64_t)info->si_utime;
    record.ssi_stime = (uint64_t)info->si_stime;
  } else if (info->si_code < 0) {
    record.ssi_ptr = (uint64_t)(uintptr_t)info->si_ptr;
    record.ssi_int = info->si_int;
  }
  return record;
}

static int await_first(struct signals* signals, siginfo_t* info) {
  while (!stp_signal_take(signals->set, info)) {
    if (stp_file_nonblocking(&signals->file)) {
      stp_spin_check();
      return -EAGAIN;
    }
    const int result = stp_wait_for(&signals->file.changed, POLLIN, INFINITY);
    if (result < 0)
      return result;
  }
  return 0;
}

static ssize_t signals_read(struct stp_file* file, const struct iovec* vectors, int count,
                            off_t offset) {
  struct signals* const signals = (struct signals*)file;
  if (offset != -1)
    return -ESPIPE;
  struct signalfd_siginfo record;
  struct stp_cursor to = {vectors, count, 0};
  if (stp_cursor_left(&to) < sizeof record)
    return -EINVAL;
  siginfo_t info;
  const int error = await_first(signals, &info);
  if (error)
    return error;
  size_t total = 0;
  do {
    record = record_of(&info);
    total += stp_cursor_store(&to, &record, sizeof record);
  } while (stp_cursor_left(&to) >= sizeof record && stp_signal_take(signals->set, &info));
  return (ssize_t)total;
}

static void signals_close(struct stp_file* file) {
  struct signals* const signals = (struct signals*)file;
  DL_DELETE(all, signals);
  stp_free(signals);
}

static const struct stp_file_ops operations = {
    .kind = "signalfd",
    .read = signals_read,
    .poll = signals_poll,
    .close = signals_close,
};

/* ---- making ---- */

bool stp_is_signalfd(const struct stp_file* file) { return file->ops == &operations; }

static const stp_sigset never = STP_SIGBIT(SIGKILL) | STP_SIGBIT(SIGSTOP);

struct stp_file* stp_signalfd_create(stp_sigset set, int flags) {
  struct signals* const signals = stp_alloc(sizeof *signals);
  stp_file_init(&signals->file, &operations, O_RDWR | flags);
  signals->set = set & ~never;
  DL_APPEND(all, signals);
  stp_signal_generated = generated;
  return &signals->file;
}

void stp_signalfd_set(struct stp_file* file, stp_sigset set) {
  ((struct signals*)file)->set = set & ~never;
  stp_file_notify_for(file, POLLIN | POLLRDNORM);
}
