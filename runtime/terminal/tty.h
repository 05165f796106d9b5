/* Pseudo-terminals (pty(7), tty_ioctl(4), termios(3)): a master and a slave with a line discipline
 * between them, after Linux's drivers/tty (pty.c, n_tty.c, tty_jobctrl.c). What is written to the
 * master is typed: edited, echoed, made signals of; what is written to the slave is shown. A host
 * numbers its own. Nothing takes time. */
#ifndef STP_TTY_H
#define STP_TTY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <termios.h>

#include "file/bytes.h"
#include "file/description.h"

struct stp_host;
struct stp_process;

/* Characters that wait for a reader, and room for what is shown. */
enum { STP_TTY_INPUT = 4096, STP_TTY_OUTPUT = 8192 };

/* Marks of characters in the input: the end of a line, one that is not itself part of it. */
enum { STP_TTY_END = 0x100, STP_TTY_HIDDEN = 0x200 };

/* What the kernel calls struct termios. */
struct stp_tty_settings {
  uint32_t input, output, control, local;
  uint8_t line, characters[19];
};

struct stp_tty {
  struct stp_tty *prev, *next; /* of all */
  struct stp_host* host;
  int number;
  struct stp_tty_settings settings;
  struct winsize window;
  struct stp_tty_end* master; /* null: closed */
  struct stp_tty_end* slaves; /* open ones */
  bool locked;                /* slaves cannot be opened (TIOCSPTLCK) */
  bool left;                  /* all slaves have been closed again */
  bool exclusive;             /* TIOCEXCL */
  bool stopped;               /* output: ^S, tcflow */
  bool packets;               /* TIOCPKT */
  uint8_t news;               /* TIOCPKT_FLUSHREAD ... that the master has not read */
  pid_t session, group;       /* whose controlling terminal it is, and who is in front; 0: nobody */
  uid_t owner;
  gid_t owner_group;
  mode_t mode;
  struct timespec made, read, written; /* the slave */
  /* Typed: whole lines, or all if it is not canonical, before `ready`; then the line being edited.
   */
  uint16_t typed[STP_TTY_INPUT];
  int typed_count, ready;
  bool literal;           /* the next character is not looked at (^V) */
  int column, line_start; /* of the cursor; where the edited line began */
  /* Shown, and not read by the master. */
  struct stp_bytes shown;
  size_t shown_size;
};

/* One open description of it. */
struct stp_tty_end {
  struct stp_file file;
  struct stp_tty* tty;
  bool is_master;
  bool hung_up; /* the master went while it was open */
  struct stp_tty_end *prev, *next;
};

/* The end that a description is, or null. */
struct stp_tty_end* stp_tty_of(struct stp_file* file);

/* ---- tty.c ---- */

/* Opens a new master on the calling process's host. 0 or -ENOSPC. */
int stp_tty_open_master(int flags, struct stp_file** opened);

/* Opens the slave of that number; it becomes the controlling terminal where the rules say so. 0 or
 * -errno. */
int stp_tty_open_slave(int number, int flags, struct stp_file** opened);

/* The calling process's controlling terminal (/dev/tty). 0 or -ENXIO. */
int stp_tty_open_own(int flags, struct stp_file** opened);

/* The terminal of that number on a host, or null; the next number from `from` on, or -1. */
struct stp_tty* stp_tty_find(const struct stp_host* host, int number);
int stp_tty_next(const struct stp_host* host, int from);

/* ---- tty_facts.c ---- */

/* The time that its host's clock shows. */
struct timespec stp_tty_today(void);

/* Sets the date of a use to the current second. As in Linux only if that is in another eight
 * seconds, so that nobody learns how fast somebody types. */
void stp_tty_touch(struct timespec* date);

/* What its slave looks like in /dev/pts. */
void stp_tty_stat(const struct stp_tty* tty, struct stat* result);

/* Tells those who read or write one end that it has changed. */
void stp_tty_notify_master(struct stp_tty* tty);
void stp_tty_notify_slaves(struct stp_tty* tty);

/* ---- tty_show.c: what is shown ---- */

struct stp_tty_settings stp_tty_standard(void);

/* One is shown: at most so many bytes of output become of it. */
enum { STP_TTY_WIDEST = 8 };
void stp_tty_show(struct stp_tty* tty, uint8_t character);

void stp_tty_flush_shown(struct stp_tty* tty);

/* Output is held up, or goes on. */
void stp_tty_stop(struct stp_tty* tty, bool stop);

/* ---- tty_line.c: what is typed ---- */

/* How many more characters may be typed. */
size_t stp_tty_room(const struct stp_tty* tty);

/* One is typed; there is room. */
void stp_tty_type(struct stp_tty* tty, uint8_t character);

/* Whether a reader has something to read; `poll` asks as poll does. */
bool stp_tty_readable(const struct stp_tty* tty, bool poll);

/* Takes what one read may have, at most a line where lines are read. */
size_t stp_tty_take(struct stp_tty* tty, struct stp_cursor* to, size_t size);

void stp_tty_flush_typed(struct stp_tty* tty);

/* The settings change: what is edited may become readable at once. */
void stp_tty_set(struct stp_tty* tty, const struct stp_tty_settings* settings);

/* ---- tty_job.c: sessions and groups ---- */

/* To all of the group in front. */
void stp_tty_signal(const struct stp_tty* tty, int signal);

/* May the calling process, if the terminal is its session's, use it while not in front? `signal` is
 * SIGTTIN or SIGTTOU. 0, -EIO or -EINTR; stops with its group first, if it is to. */
int stp_tty_job(struct stp_tty* tty, int signal);

/* The calling process's session's, or null. */
struct stp_tty* stp_tty_controlling(void);

/* The calling process opened a slave: it may have got a controlling terminal. */
void stp_tty_opened(struct stp_tty* tty, int flags);

/* The master has gone: whoever led the session is told. */
void stp_tty_hang_up(struct stp_tty* tty);

/* TIOCSCTTY and the like: 0 or -errno; -ENOTTY for other requests. */
int stp_tty_job_ioctl(struct stp_tty_end* end, unsigned long request, void* argument);

/* Leaders that end let their terminals go. */
extern const struct stp_process_hooks stp_tty_hooks;

/* ---- tty_ioctl.c ---- */

int stp_tty_ioctl(struct stp_file* file, unsigned long request, void* argument);

/* Sets the settings from the slave or the master: TCSANOW, TCSADRAIN, TCSAFLUSH. 0 or -errno. */
int stp_tty_change(struct stp_tty_end* end, int when, const struct stp_tty_settings* settings);

/* tcflush, tcflow. 0 or -EINVAL. */
int stp_tty_flush(struct stp_tty_end* end, int queue);
int stp_tty_flow(struct stp_tty_end* end, int action);

#endif
