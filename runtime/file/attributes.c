/* Changing what stat shows of a file. The emulated user is root, so permissions only say what they
 * say: nothing is forbidden by them, but execution where no bit allows it. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "file/change.h"
#include "file/inode.h"
#include "file/paths.h"
#include "process/process.h"

static struct stp_inode* inode_for_change(struct stp_location* location, int* error) {
  *error = stp_path_copy_up(location, false);
  return *error < 0 ? NULL : stp_inode_of(location->real.st_dev, location->real.st_ino);
}

int stp_change_mode(struct stp_location* location, mode_t mode) {
  int error;
  struct stp_inode* const inode = inode_for_change(location, &error);
  if (inode)
    stp_inode_set_mode(inode, mode);
  return error;
}

int stp_change_owner(struct stp_location* location, uid_t user, gid_t group) {
  int error;
  struct stp_inode* const inode = inode_for_change(location, &error);
  if (inode)
    stp_inode_set_owner(inode, user, group);
  return error;
}

int stp_change_times(struct stp_location* location, const struct timespec times[2]) {
  int error;
  struct stp_inode* const inode = inode_for_change(location, &error);
  if (inode)
    stp_inode_set_times(inode, times);
  return error;
}

int stp_change_size(struct stp_location* location, off_t size) {
  if (size < 0)
    return -EINVAL;
  if (stp_location_is_directory(location))
    return -EISDIR;
  int error;
  struct stp_inode* const inode = inode_for_change(location, &error);
  if (!inode)
    return error;
  if (!S_ISREG(location->real.st_mode))
    return -EINVAL;
  char* const real = stp_path_in_host(location->path);
  error = truncate(real, size) == 0 ? 0 : -errno;
  stp_free(real);
  if (error == 0)
    stp_inode_modified(inode);
  return error;
}

int stp_check_access(const struct stp_location* location, int mode) {
  if (mode & ~(R_OK | W_OK | X_OK))
    return -EINVAL;
  struct stat stat;
  stp_location_stat(location, &stat);
  if (mode & X_OK && !S_ISDIR(stat.st_mode) && !(stat.st_mode & 0111))
    return -EACCES;
  if (mode & R_OK && location->layer == STP_REAL && access(location->path, R_OK) != 0)
    return -errno;
  return 0;
}
