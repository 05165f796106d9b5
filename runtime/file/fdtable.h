/* Descriptors: small numbers of a process, lowest free first, each referring to an open file
 * description. */
#ifndef STP_FDTABLE_H
#define STP_FDTABLE_H

#include <stdbool.h>

struct stp_file;
struct stp_process;

/* No process has more, whatever RLIMIT_NOFILE allows. */
enum { STP_FD_LIMIT = 1 << 20 };

/* The description behind `fd` of the calling process, or null. Borrowed: good until the caller
 * blocks; use a hold across anything that may. */
struct stp_file* stp_fd_get(int fd);

/* A description in use by a call that may block. Closing the descriptor meanwhile only takes the
 * number away: the description lives until the hold is released. Holds of threads that die blocked
 * are released when their process ends. */
struct stp_hold {
  int fd;
  struct stp_file* file; /* null: EBADF */
};
struct stp_hold stp_fd_hold(int fd);
void stp_fd_release(struct stp_hold* hold); /* once; no-op where file is null */

/* Releases the holds of the calling thread's calls whose frames lie below `frame` on its stack: it
 * jumps there. */
void stp_fd_release_below(const void* frame);

/* A hold that ends with its scope:  STP_HOLD hold = stp_fd_hold(fd); */
#define STP_HOLD __attribute__((cleanup(stp_fd_release))) struct stp_hold

/* A description that an opening call is making and nobody else can reach yet: if its thread dies
 * blocked, the reference is dropped with the process. Disowned before the call goes on. */
void stp_fd_adopt(struct stp_file* file);
void stp_fd_disown(struct stp_file* file);

/* Gives the caller's reference the lowest number >= minimum. Returns it, or -EMFILE, or -EINVAL for
 * a minimum out of range (the reference is then dropped). */
int stp_fd_install(struct stp_file* file, int minimum, bool close_on_exec);

/* Makes `fd` refer to `file` (takes the caller's reference), closing what it was. Returns fd or
 * -EBADF. */
int stp_fd_replace(int fd, struct stp_file* file, bool close_on_exec);

int stp_fd_close(int fd); /* 0 or -EBADF */

bool stp_fd_close_on_exec(int fd);
void stp_fd_set_close_on_exec(int fd, bool on);

/* The lowest open descriptor >= minimum, or -1. */
int stp_fd_next(int minimum);

/* RLIMIT_NOFILE of the calling process, soft. */
int stp_fd_limit(void);

/* The same on another process, before it runs: descriptors 0, 1, 2. */
int stp_fd_install_in(struct stp_process* process, struct stp_file* file, int minimum,
                      bool close_on_exec);
int stp_fd_replace_in(struct stp_process* process, int fd, struct stp_file* file,
                      bool close_on_exec);

/* Makes the table, with /dev/null as descriptor 0 and output sinks as 1 and 2; closes all. */
extern const struct stp_process_hooks stp_fd_hooks;

#endif
