/* daemon(): a child goes on, away from where its parent was started, which ends (glibc, misc). */
#include <fcntl.h>
#include <unistd.h>

#include "calls/adapter.h"

int simterpose_daemon(int keep_directory, int keep_files) {
  STP_CALL();
  const pid_t pid = simterpose_fork();
  if (pid < 0)
    return -1;
  if (pid > 0)
    simterpose__exit(0);
  if (simterpose_setsid() < 0)
    return -1;
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
