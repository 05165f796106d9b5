/* Descriptors of processes (pidfd_open(2)): readable once the process has ended. */
#ifndef STP_PIDFD_H
#define STP_PIDFD_H

#include <stdbool.h>

struct stp_file;
struct stp_process;

/* `flags`: O_NONBLOCK or 0, for waitid. */
struct stp_file* stp_pidfd_create(struct stp_process* process, int flags);

bool stp_is_pidfd(const struct stp_file* file);

/* Its process or zombie; null: it has been waited for. */
struct stp_process* stp_pidfd_process(const struct stp_file* file);

#endif
