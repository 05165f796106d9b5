/* Changing what stat shows of a file, after Linux's setattr_prepare: who may, and what else changes
 * with it. */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <unistd.h>

#include "file/change.h"
#include "file/inode.h"
#include "file/inotify.h"
#include "file/keep.h"
#include "file/paths.h"
#include "file/permission.h"
#include "process/identity.h"
#include "process/process.h"
#include "process/signals.h"
#include "terminal/tty.h"

/* ---- open files ---- */

static bool in_my_groups(gid_t group) {
  const struct stp_identity* const self = stp_identity();
  bool found = stp_file_group(self) == group;
  for (int i = 0; i < self->group_count && !found; i++)
    found = self->groups[i] == group;
  return found;
}

/* What is left of a mode that the calling process may set. */
static int permitted_mode(const struct stat* before, mode_t* mode) {
  const int error = stp_owner_permits(before);
  if (!stp_capable(CAP_FSETID) && !in_my_groups(before->st_gid))
    *mode &= ~(mode_t)S_ISGID;
  return error;
}

static int permits_owner(const struct stat* before, uid_t user, gid_t group) {
  const bool mine = stp_owner_permits(before) == 0;
  const bool same_user = user == (uid_t)-1 || user == before->st_uid;
  const bool same_group = group == (gid_t)-1 || group == before->st_gid || in_my_groups(group);
  return stp_capable(CAP_CHOWN) || (mine && same_user && same_group) ? 0 : -EPERM;
}

int stp_change_inode_mode(struct stp_inode* inode, const struct stat* before, mode_t mode) {
  const int error = permitted_mode(before, &mode);
  if (error < 0)
    return error;
  stp_inode_set_mode(inode, mode);
  stp_notify(inode, IN_ATTRIB);
  return 0;
}

int stp_change_inode_owner(struct stp_inode* inode, const struct stat* before, uid_t user,
                           gid_t group) {
  const int error = permits_owner(before, user, group);
  if (error < 0)
    return error;
  if (!S_ISDIR(before->st_mode) && before->st_mode & (S_ISUID | S_ISGID) && before->st_mode & 0111)
    stp_inode_set_mode(inode, before->st_mode & ~(mode_t)(S_ISUID | S_ISGID));
  stp_inode_set_owner(inode, user, group);
  stp_notify(inode, IN_ATTRIB);
  return 0;
}

/* Dates may be set to now by whoever may write, and at will by the owner. */
static int may_set_times(const struct stat* before, const struct timespec times[2]) {
  if (times[0].tv_nsec == UTIME_OMIT && times[1].tv_nsec == UTIME_OMIT)
    return 0;
  const int owner = stp_owner_permits(before);
  if (owner == 0 || times[0].tv_nsec != UTIME_NOW || times[1].tv_nsec != UTIME_NOW)
    return owner;
  return stp_permits(before, W_OK);
}

int stp_change_inode_times(struct stp_inode* inode, const struct stat* before,
                           const struct timespec times[2]) {
  const int error = may_set_times(before, times);
  if (error < 0)
    return error;
  const bool access = times[0].tv_nsec != UTIME_OMIT, content = times[1].tv_nsec != UTIME_OMIT;
  if (!access && !content)
    return 0;
  stp_inode_set_times(inode, times);
  stp_notify(inode, access && content ? IN_ATTRIB : access ? IN_ACCESS : IN_MODIFY);
  return 0;
}

/* ---- terminals ---- */

int stp_change_terminal_mode(struct stp_tty* tty, mode_t mode) {
  struct stat before;
  stp_tty_stat(tty, &before);
  const int error = permitted_mode(&before, &mode);
  if (error == 0)
    tty->mode = mode & 07777;
  return error;
}

int stp_change_terminal_owner(struct stp_tty* tty, uid_t user, gid_t group) {
  struct stat before;
  stp_tty_stat(tty, &before);
  const int error = permits_owner(&before, user, group);
  if (error < 0)
    return error;
  if (user != (uid_t)-1)
    tty->owner = user;
  if (group != (gid_t)-1)
    tty->owner_group = group;
  return 0;
}

static struct stp_tty* terminal_at(const struct stp_location* location) {
  return location->layer == STP_SYNTHETIC && location->node.kind == STP_SYN_SLAVE
             ? stp_tty_find(stp_me->host, location->node.value)
             : NULL;
}

/* ---- by path ---- */

/* The record of a file that is about to change, and what it was before. */
static struct stp_inode* inode_for_change(struct stp_location* location, struct stat* before,
                                          int* error) {
  stp_location_stat(location, before);
  *error = stp_path_copy_up(location, false);
  if (*error < 0)
    return NULL;
  struct stp_inode* const inode = stp_inode_of(location->real.st_dev, location->real.st_ino);
  stp_inode_set_path(inode, location->path); /* for those who watch its directory */
  return inode;
}

static void keep(const struct stp_location* location, struct stp_inode* inode) {
  char* const real = stp_path_in_host(location->path);
  stp_keep_attributes(inode, real, -1);
  stp_free(real);
}

int stp_change_mode(struct stp_location* location, mode_t mode) {
  struct stp_tty* const tty = terminal_at(location);
  if (tty)
    return stp_change_terminal_mode(tty, mode);
  struct stat before;
  int error;
  struct stp_inode* const inode = inode_for_change(location, &before, &error);
  if (inode)
    error = stp_change_inode_mode(inode, &before, mode);
  if (error == 0)
    keep(location, inode);
  return error;
}

int stp_change_owner(struct stp_location* location, uid_t user, gid_t group) {
  struct stp_tty* const tty = terminal_at(location);
  if (tty)
    return stp_change_terminal_owner(tty, user, group);
  struct stat before;
  int error;
  struct stp_inode* const inode = inode_for_change(location, &before, &error);
  if (inode)
    error = stp_change_inode_owner(inode, &before, user, group);
  if (error == 0)
    keep(location, inode);
  return error;
}

int stp_change_times(struct stp_location* location, const struct timespec times[2]) {
  struct stat before;
  int error;
  struct stp_inode* const inode = inode_for_change(location, &before, &error);
  return inode ? stp_change_inode_times(inode, &before, times) : error;
}

int stp_size_permits(off_t size) {
  if (size < 0)
    return -EINVAL;
  if ((rlim_t)size <= stp_limit(RLIMIT_FSIZE))
    return 0;
  stp_signal_raise(SIGXFSZ);
  return -EFBIG;
}

int stp_change_size(struct stp_location* location, off_t size) {
  if (size < 0)
    return -EINVAL;
  if (stp_location_is_directory(location))
    return -EISDIR;
  struct stat before;
  stp_location_stat(location, &before);
  if (!S_ISREG(before.st_mode))
    return -EINVAL;
  int error = stp_location_permits(location, W_OK);
  if (error == 0)
    error = stp_size_permits(size);
  struct stp_inode* const inode = error < 0 ? NULL : inode_for_change(location, &before, &error);
  if (!inode)
    return error;
  char* const real = stp_path_in_host(location->path);
  error = truncate(real, size) == 0 ? 0 : -errno;
  stp_free(real);
  if (error == 0) {
    stp_inode_modified(inode);
    stp_notify(inode, IN_MODIFY);
  }
  return error;
}
