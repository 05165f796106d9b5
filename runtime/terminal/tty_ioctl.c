/* Requests to terminals (tty_ioctl(4)). */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <string.h>

#include "file/fdtable.h"
#include "process/identity.h"
#include "process/process.h"
#include "terminal/tty.h"

/* ---- settings ---- */

int stp_tty_change(struct stp_tty_end* end, int when, const struct stp_tty_settings* settings) {
  const int error = end->is_master ? 0 : stp_tty_job(end->tty, SIGTTOU);
  if (error)
    return error;
  if (when == TCSAFLUSH)
    stp_tty_flush_typed(end->tty);
  stp_tty_set(end->tty, settings);
  return 0;
}

int stp_tty_flush(struct stp_tty_end* end, int queue) {
  const int error = end->is_master ? 0 : stp_tty_job(end->tty, SIGTTOU);
  if (error)
    return error;
  if (queue != TCIFLUSH && queue != TCOFLUSH && queue != TCIOFLUSH)
    return -EINVAL;
  const bool typed = queue != (end->is_master ? TCIFLUSH : TCOFLUSH);
  const bool shown = queue != (end->is_master ? TCOFLUSH : TCIFLUSH);
  if (typed)
    stp_tty_flush_typed(end->tty);
  if (shown)
    stp_tty_flush_shown(end->tty);
  return 0;
}

int stp_tty_flow(struct stp_tty_end* end, int action) {
  struct stp_tty* const tty = end->tty;
  const int error = end->is_master ? 0 : stp_tty_job(tty, SIGTTOU);
  if (error)
    return error;
  const uint8_t* const characters = tty->settings.characters;
  switch (action) {
  case TCOOFF:
  case TCOON:
    stp_tty_stop(tty, action == TCOOFF);
    return 0;
  case TCIOFF:
  case TCION: {
    const uint8_t character = characters[action == TCIOFF ? VSTOP : VSTART];
    if (character && end->is_master)
      stp_tty_type(tty, character);
    else if (character) {
      const uint32_t output = tty->settings.output;
      tty->settings.output &= ~(uint32_t)OPOST;
      stp_tty_show(tty, character);
      tty->settings.output = output;
      stp_tty_notify_master(tty);
    }
    return 0;
  }
  default:
    return -EINVAL;
  }
}

/* ---- the window ---- */

static int set_window(struct stp_tty* tty, const struct winsize* window) {
  if (memcmp(&tty->window, window, sizeof *window) == 0)
    return 0;
  tty->window = *window;
  stp_tty_signal(tty, SIGWINCH);
  return 0;
}

/* ---- the master's own ---- */

static int open_peer(struct stp_tty* tty, int flags) {
  struct stp_file* opened;
  if (tty->locked)
    return -EIO;
  const int error = stp_tty_open_slave(tty->number, flags, &opened);
  return error ? error : stp_fd_install(opened, 0, flags & O_CLOEXEC);
}

static int master_ioctl(struct stp_tty* tty, unsigned long request, void* argument) {
  switch (request) {
  case TIOCGPTN:
    *(int*)argument = tty->number;
    return 0;
  case TIOCSPTLCK:
    tty->locked = *(const int*)argument;
    return 0;
  case TIOCGPTLCK:
    *(int*)argument = tty->locked;
    return 0;
  case TIOCPKT:
    tty->packets = *(const int*)argument;
    tty->news = 0;
    return 0;
  case TIOCGPKT:
    *(int*)argument = tty->packets;
    return 0;
  case TIOCGPTPEER:
    return open_peer(tty, (int)(long)argument);
  case TIOCSIG: {
    const int signal = (int)(long)argument;
    if (signal < 1 || signal > 64)
      return -EINVAL;
    stp_tty_signal(tty, signal);
    return 0;
  }
  default:
    return -ENOTTY;
  }
}

/* ---- all ---- */

static long unread(const struct stp_tty_end* end) {
  const struct stp_tty* const tty = end->tty;
  return end->is_master ? (long)tty->shown_size : tty->ready;
}

static int common_ioctl(struct stp_tty_end* end, unsigned long request, void* argument) {
  struct stp_tty* const tty = end->tty;
  switch (request) {
  case TCGETS:
    memcpy(argument, &tty->settings, sizeof tty->settings);
    return 0;
  case TCSETS:
  case TCSETSW:
  case TCSETSF: {
    struct stp_tty_settings settings;
    memcpy(&settings, argument, sizeof settings);
    return stp_tty_change(end, (int)(request - TCSETS), &settings);
  }
  case TIOCGWINSZ:
    *(struct winsize*)argument = tty->window;
    return 0;
  case TIOCSWINSZ:
    return set_window(tty, argument);
  case TCFLSH:
    return stp_tty_flush(end, (int)(long)argument);
  case TCXONC:
    return stp_tty_flow(end, (int)(long)argument);
  case TCSBRK:
  case TCSBRKP:
    return 0; /* there is no line to break, and all is sent at once */
  case FIONREAD:
    *(int*)argument = (int)unread(end);
    return 0;
  case TIOCOUTQ:
    *(int*)argument = 0;
    return 0;
  case TIOCSTI:
    if (!stp_capable(CAP_SYS_ADMIN) && tty->session != stp_identity()->session)
      return -EPERM;
    stp_tty_type(tty, *(const uint8_t*)argument);
    return 0;
  case TIOCEXCL:
  case TIOCNXCL:
    tty->exclusive = request == TIOCEXCL;
    return 0;
  case TIOCGEXCL:
    *(int*)argument = tty->exclusive;
    return 0;
  case TIOCGETD:
    *(int*)argument = 0; /* N_TTY */
    return 0;
  case TIOCSETD:
    return *(const int*)argument == 0 ? 0 : -EINVAL;
  default:
    return -ENOTTY;
  }
}

int stp_tty_ioctl(struct stp_file* file, unsigned long request, void* argument) {
  struct stp_tty_end* const end = stp_tty_of(file);
  if (end->hung_up)
    return request == TIOCSPGRP ? -ENOTTY : -EIO;
  int result = end->is_master ? master_ioctl(end->tty, request, argument) : -ENOTTY;
  if (result == -ENOTTY)
    result = common_ioctl(end, request, argument);
  return result == -ENOTTY ? stp_tty_job_ioctl(end, request, argument) : result;
}
