/* Pipes and FIFOs: a bounded stream of bytes with ends to read and ends to write. A pipe has one of
 * each; a FIFO, found by the record of its file, as many as have opened it. */
#ifndef STP_PIPE_H
#define STP_PIPE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct iovec;
struct stp_file;
struct stp_inode;

/* A new pipe; `flags` (O_NONBLOCK) for both ends. One reference to each end, the caller's. */
void stp_pipe_create(int flags, struct stp_file** read_end, struct stp_file** write_end);

/* Opens the FIFO behind `inode`, whose real path is `real`. A reference, the caller's, in *opened;
 * 0 or -errno. */
int stp_fifo_open(struct stp_inode* inode, const char* real, int flags, struct stp_file** opened);

/* The second half, for any new description: if it is a FIFO's, blocks until the other side has been
 * opened too, unless it was opened with O_NONBLOCK (then -ENXIO to write where nobody reads, in the
 * first half) or O_RDWR. On an error the reference is dropped. What the thread holds is lost if it
 * dies here. */
int stp_fifo_await(struct stp_file* file);

/* Opens what `file` refers to anew: another end of its pipe; of anything else the same description.
 */
int stp_pipe_reopen(struct stp_file* file, int flags, struct stp_file** opened);

bool stp_is_pipe(const struct stp_file* file);
struct stp_inode* stp_fifo_inode(const struct stp_file* file); /* null: not a FIFO */

/* Whether both are ends of the same pipe. */
bool stp_pipe_same(const struct stp_file* one, const struct stp_file* other);

/* For splice and its like. Wait for bytes to read and for room to write, unless `nonblocking`
 * (-EAGAIN); return how much there is (no bytes: end of file) or -errno (-EPIPE with SIGPIPE). */
ssize_t stp_pipe_await_bytes(struct stp_file* file, bool nonblocking);
ssize_t stp_pipe_await_room(struct stp_file* file, bool nonblocking);
/* Copies the first `size` bytes, of as many as are there, and drops bytes. */
void stp_pipe_peek(struct stp_file* file, void* to, size_t size);
void stp_pipe_drop(struct stp_file* file, size_t size);

/* F_GETPIPE_SZ: the capacity in bytes. F_SETPIPE_SZ: sets it, to a power of two of at least `size`
 * and a page; returns it, or -EBUSY if more is in the pipe, or -EINVAL. -EBADF: not a pipe. */
int stp_pipe_capacity(const struct stp_file* file);
int stp_pipe_set_capacity(struct stp_file* file, unsigned size);

#endif
