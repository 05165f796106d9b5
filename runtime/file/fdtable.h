/* Descriptors: small numbers of a process, lowest free first, each referring to an open file
 * description. */
#ifndef STP_FDTABLE_H
#define STP_FDTABLE_H

#include <stdbool.h>

struct stp_file;
struct stp_process;

enum { STP_FD_LIMIT = 1 << 20 }; /* RLIMIT_NOFILE's default is lower: see stp_fd_limit */

/* The description behind `fd` of the calling process (borrowed: ref it across anything that
 * blocks), or null. */
struct stp_file* stp_fd_get(int fd);

/* Gives the caller's reference the lowest number >= minimum. Returns it, or -EMFILE (the reference
 * is then dropped). */
int stp_fd_install(struct stp_file* file, int minimum, bool close_on_exec);

/* Makes `fd` refer to `file` (takes the caller's reference), closing what it was. Returns fd or
 * -EBADF. */
int stp_fd_replace(int fd, struct stp_file* file, bool close_on_exec);

int stp_fd_close(int fd); /* 0 or -EBADF */

bool stp_fd_close_on_exec(int fd);
void stp_fd_set_close_on_exec(int fd, bool on);

/* The same on another process, for hooks: descriptors 0, 1, 2. */
int stp_fd_install_in(struct stp_process* process, struct stp_file* file, int minimum,
                      bool close_on_exec);

#endif
