/* The pipes of unistd.h. */
#include "file/pipe.h"

#include <fcntl.h>

#include "calls/adapter.h"
#include "file/description.h"
#include "file/fdtable.h"

static int open_both(int fds[2], int flags) {
  struct stp_file *read_end, *write_end;
  stp_pipe_create(flags & O_NONBLOCK, &read_end, &write_end);
  const int reader = stp_fd_install(read_end, 0, flags & O_CLOEXEC);
  if (reader < 0) {
    stp_file_unref(write_end);
    return reader;
  }
  const int writer = stp_fd_install(write_end, 0, flags & O_CLOEXEC);
  if (writer < 0) {
    stp_fd_close(reader);
    return writer;
  }
  fds[0] = reader;
  fds[1] = writer;
  return 0;
}

int simterpose_pipe2(int fds[2], int flags) {
  if (flags & O_DIRECT)
    stp_refuse("pipe2", "O_DIRECT");
  if (flags & ~(O_CLOEXEC | O_NONBLOCK))
    return (int)stp_return(-EINVAL);
  return (int)stp_return(open_both(fds, flags));
}

int simterpose_pipe(int fds[2]) { return simterpose_pipe2(fds, 0); }
