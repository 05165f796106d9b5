/* The end of a host's IPC objects. */
#include "ipc/power.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file/inode.h"
#include "ipc/ids.h"
#include "ipc/message_queue.h"
#include "ipc/mqueue.h"
#include "ipc/segment.h"
#include "ipc/semaphore_set.h"
#include "process/process.h"

static void forget_file(const struct stp_host* host, const struct stat* real) {
  struct stp_inode* const inode = stp_inode_known(host, real->st_dev, real->st_ino);
  if (inode != NULL && real->st_nlink <= 1)
    stp_inode_nameless(inode);
}

/* Removes the files of a real directory; directories stay. */
static void clear_directory(const struct stp_host* host, DIR* directory) {
  const struct dirent* entry;
  while ((entry = readdir(directory)) != NULL) {
    struct stat status;
    const int fd = dirfd(directory);
    if (fstatat(fd, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISDIR(status.st_mode) &&
        unlinkat(fd, entry->d_name, 0) == 0)
      forget_file(host, &status);
  }
}

static void clear_shared_files(struct stp_host* host) {
  const int fd = openat(stp_host_directory_fd(host), "dev/shm", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* const directory = fd < 0 ? NULL : fdopendir(fd);
  if (directory == NULL)
    return;
  clear_directory(host, directory);
  closedir(directory);
}

void stp_ipc_boot(struct stp_host* host) {
  clear_shared_files(host);
  struct stp_ipc_host* const ipc = host->ipc;
  if (ipc == NULL)
    return;
  stp_sets_clear(&ipc->sets);
  stp_queues_clear(&ipc->queues);
  stp_segments_clear(&ipc->segments);
  stp_mqueues_clear(&ipc->named_queues);
  stp_free(ipc->sets.slots);
  stp_free(ipc->queues.slots);
  stp_free(ipc->segments.slots);
  stp_free(ipc);
  host->ipc = NULL;
}
