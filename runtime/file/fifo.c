/* Opening FIFOs, after fifo(7) and Linux's fifo_open. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <unistd.h>

#include "file/fdtable.h"
#include "file/inode.h"
#include "file/pipe_parts.h"
#include "file/regular.h"
#include "process/process.h"

/* Waits until the other side has been opened, which it may have left again. */
static int await_partner(struct stp_file* file, const unsigned* opened) {
  const unsigned before = *opened;
  int error = 0;
  stp_fd_adopt(file);
  while (error == 0 && *opened == before)
    error = stp_wait(&stp_pipe_of(file)->openers, INFINITY);
  stp_fd_disown(file);
  return error;
}

static int fifo_of(struct stp_inode* inode, const char* real, struct stp_pipe** pipe) {
  *pipe = *stp_inode_pipe(inode);
  if (*pipe)
    return 0;
  const int descriptor = open(real, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  if (descriptor < 0)
    return stp_real_error();
  *pipe = *stp_inode_pipe(inode) = stp_pipe_new();
  (*pipe)->inode = inode;
  (*pipe)->real = descriptor;
  stp_inode_ref(inode);
  return 0;
}

int stp_fifo_open(struct stp_inode* inode, const char* real, int flags, struct stp_file** opened) {
  const int kept = flags & (O_ACCMODE | O_NONBLOCK | O_APPEND);
  const bool both = (flags & O_ACCMODE) == O_RDWR, reading = (flags & O_ACCMODE) == O_RDONLY;
  struct stp_pipe* pipe = *stp_inode_pipe(inode);
  if (!both && !reading && flags & O_NONBLOCK && (!pipe || pipe->readers == 0))
    return -ENXIO;
  int error = fifo_of(inode, real, &pipe);
  if (error < 0)
    return error;
  struct stp_file* const file = *opened = stp_pipe_add_end(pipe, kept);
  stp_wake_all(&pipe->openers);
  if (reading && pipe->writers == 0 && flags & O_NONBLOCK)
    ((struct stp_pipe_end*)file)->writers_before = pipe->writers_ever;
  else if (reading && pipe->writers == 0)
    error = await_partner(file, &pipe->writers_ever);
  else if (!reading && pipe->readers == 0)
    error = await_partner(file, &pipe->readers_ever);
  if (error < 0)
    stp_file_unref(file);
  return error;
}

struct stp_inode* stp_fifo_inode(const struct stp_file* file) {
  return stp_is_pipe(file) ? stp_pipe_of(file)->inode : NULL;
}
