/* daemon(): the process detaches itself from where it was started. */
#include <fcntl.h>
#include <unistd.h>

#include "calls/adapter.h"
#include "process/identity.h"

/* Natively the parent's exit is all that anybody sees of the fork. */
int simterpose_daemon(int keep_directory, int keep_files) {
  STP_CALL();
  struct stp_identity* self = stp_identity();
  self->session = self->process_group = stp_me->pid;
  if (!keep_directory && simterpose_chdir("/") != 0)
    return -1;
  if (keep_files)
    return 0;
  const int null = simterpose_open("/dev/null", O_RDWR);
  if (null < 0)
    return -1;
  for (int fd = 0; fd <= 2; fd++)
    simterpose_dup2(null, fd);
  if (null > 2)
    simterpose_close(null);
  return 0;
}
