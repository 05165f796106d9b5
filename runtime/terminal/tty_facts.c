/* Terminals as files: what stat tells of them. */
#include <sys/sysmacros.h>

#include "process/process.h"
#include "terminal/tty.h"
#include "time/clock.h"

enum { SLAVE_MAJOR = 136 };

struct timespec stp_tty_today(void) {
  return stp_date_to_timespec(stp_now(), CLOCK_REALTIME);
}

void stp_tty_touch(struct timespec* date) {
  const time_t now = stp_tty_today().tv_sec;
  if ((now ^ date->tv_sec) & ~(time_t)7)
    date->tv_sec = now;
}

void stp_tty_stat(const struct stp_tty* tty, struct stat* result) {
  *result = (struct stat){.st_mode = S_IFCHR | tty->mode,
                          .st_nlink = 1,
                          .st_uid = tty->owner,
                          .st_gid = tty->owner_group,
                          .st_ino = (ino_t)tty->number + 3,
                          .st_rdev = makedev(SLAVE_MAJOR, (unsigned)tty->number),
                          .st_blksize = 1024,
                          .st_atim = tty->read,
                          .st_mtim = tty->written,
                          .st_ctim = tty->made};
}
