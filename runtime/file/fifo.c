/* Opening FIFOs, after fifo(7) and Linux's fifo_open. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <unistd.h>

#include "file/fdtable.h"
#include "file/inode.h"
#include "file/inotify.h"
#include "file/pipe_parts.h"
#include "file/regular.h"
#include "process/process.h"

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

/* The other side must be opened yet (which it may leave again at once). */
static void await_partner(struct stp_file* file, const unsigned* opened) {
  struct stp_pipe_end* const end = (struct stp_pipe_end*)file;
  end->awaited = opened;
  end->awaited_before = *opened;
}

int stp_fifo_open(struct stp_inode* inode, const char* real, int flags, struct stp_file** opened) {
  const int kept = flags & (O_ACCMODE | O_NONBLOCK | O_APPEND);
  const bool both = (flags & O_ACCMODE) == O_RDWR, reading = (flags & O_ACCMODE) == O_RDONLY;
  struct stp_pipe* pipe = *stp_inode_pipe(inode);
  if (!both && !reading && flags & O_NONBLOCK && (!pipe || pipe->readers == 0))
    return -ENXIO;
  const int error = fifo_of(inode, real, &pipe);
  if (error < 0)
    return error;
  struct stp_file* const file = *opened = stp_pipe_add_end(pipe, kept);
  stp_wake_all(&pipe->openers);
  if (reading && pipe->writers == 0 && flags & O_NONBLOCK)
    ((struct stp_pipe_end*)file)->writers_before = pipe->writers_ever;
  else if (reading && pipe->writers == 0)
    await_partner(file, &pipe->writers_ever);
  else if (!reading && pipe->readers == 0)
    await_partner(file, &pipe->readers_ever);
  return 0;
}

int stp_fifo_await(struct stp_file* file) {
  if (!stp_fifo_inode(file))
    return 0;
  struct stp_pipe_end* const end = (struct stp_pipe_end*)file;
  int error = 0;
  if (end->awaited) {
    stp_fd_adopt(file);
    while (error == 0 && *end->awaited == end->awaited_before)
      error = stp_wait(&end->pipe->openers, INFINITY);
    stp_fd_disown(file);
    end->awaited = NULL;
  }
  if (error < 0)
    stp_file_unref(file);
  else
    stp_notify(end->pipe->inode, IN_OPEN);
  return error;
}

struct stp_inode* stp_fifo_inode(const struct stp_file* file) {
  return stp_is_pipe(file) ? stp_pipe_of(file)->inode : NULL;
}
