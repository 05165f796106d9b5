/* sys/ipc.h: keys of files. */
#include <fcntl.h>

#include "calls/adapter.h"

key_t simterpose_ftok(const char* path, int project) {
  struct stat status;
  if (simterpose_stat(path, &status) < 0)
    return -1;
  return (key_t)((unsigned)(status.st_ino & 0xffff) | (unsigned)(status.st_dev & 0xff) << 16 |
                 (unsigned)(project & 0xff) << 24);
}
