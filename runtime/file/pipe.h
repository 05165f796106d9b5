/* Pipes: a bounded stream of bytes with an end to read and an end to write. */
#ifndef STP_PIPE_H
#define STP_PIPE_H

#include <stdbool.h>

struct stp_file;

/* A new pipe; `flags` (O_NONBLOCK) for both ends. One reference to each end, the caller's. */
void stp_pipe_create(int flags, struct stp_file** read_end, struct stp_file** write_end);

bool stp_is_pipe(const struct stp_file* file);

/* F_GETPIPE_SZ: the capacity in bytes. F_SETPIPE_SZ: sets it, to a power of two of at least `size`
 * and a page; returns it, or -EBUSY if more is in the pipe, or -EINVAL. -EBADF: not a pipe. */
int stp_pipe_capacity(const struct stp_file* file);
int stp_pipe_set_capacity(struct stp_file* file, unsigned size);

#endif
