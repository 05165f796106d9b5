/* Permissions, after generic_permission and may_delete of Linux's fs/namei.c. */
#include "file/permission.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "file/paths.h"
#include "process/identity.h"
#include "process/process.h"

/* Who asks. */
struct subject {
  uid_t user;
  gid_t group;
  uint64_t capabilities;
};

static struct subject effective_subject(void) {
  const struct stp_identity* const self = stp_identity();
  return (struct subject){stp_file_user(self), stp_file_group(self), self->capabilities.effective};
}

static struct subject real_subject(void) {
  const struct stp_identity* const self = stp_identity();
  return (struct subject){self->user.real, self->group.real,
                          self->user.real == 0 ? self->capabilities.permitted : 0};
}

static bool has(const struct subject* subject, int capability) {
  return subject->capabilities >> capability & 1;
}

static bool in_group(const struct subject* subject, gid_t group) {
  const struct stp_identity* const self = stp_identity();
  bool found = subject->group == group;
  for (int i = 0; i < self->group_count && !found; i++)
    found = self->groups[i] == group;
  return found;
}

static int check(const struct subject* subject, const struct stat* stat, int mode) {
  mode_t granted = stat->st_mode;
  if (stat->st_uid == subject->user)
    granted >>= 6;
  else if (in_group(subject, stat->st_gid))
    granted >>= 3;
  if ((mode & ~(int)(granted & 7)) == 0)
    return 0;
  const bool directory = S_ISDIR(stat->st_mode);
  if (has(subject, CAP_DAC_OVERRIDE) && (!(mode & X_OK) || directory || stat->st_mode & 0111))
    return 0;
  if (has(subject, CAP_DAC_READ_SEARCH) && (mode == R_OK || (directory && !(mode & W_OK))))
    return 0;
  return -EACCES;
}

int stp_permits(const struct stat* stat, int mode) {
  const struct subject subject = effective_subject();
  return check(&subject, stat, mode);
}

int stp_location_permits(const struct stp_location* location, int mode) {
  if (!(mode & X_OK) && stp_capable(CAP_DAC_OVERRIDE))
    return 0;
  struct stat stat;
  stp_location_stat(location, &stat);
  return stp_permits(&stat, mode);
}

int stp_check_access(const struct stp_location* location, int mode, bool effective) {
  if (mode & ~(R_OK | W_OK | X_OK))
    return -EINVAL;
  struct stat stat;
  stp_location_stat(location, &stat);
  const struct subject subject = effective ? effective_subject() : real_subject();
  const int error = mode ? check(&subject, &stat, mode) : 0;
  if (error < 0 || !(mode & R_OK) || location->layer != STP_REAL)
    return error;
  char* const real = stp_location_real(location); /* what even the simulator cannot read */
  const int result = access(real, R_OK) == 0 ? 0 : -errno;
  stp_free(real);
  return result;
}

int stp_owner_permits(const struct stat* stat) {
  if (stp_capable(CAP_FOWNER) || stat->st_uid == stp_file_user(stp_identity()))
    return 0;
  return -EPERM;
}

/* ---- entries of directories ---- */

static int parent_of(const struct stp_location* child, struct stat* stat) {
  struct stp_location parent = *child;
  parent.path = stp_strdup(child->path);
  *strrchr(parent.path, '/') = 0;
  const int error = stp_location_look(&parent);
  if (error == 0)
    stp_location_stat(&parent, stat);
  stp_free(parent.path);
  return error == 0 && parent.layer == STP_ABSENT ? -ENOENT : error;
}

int stp_entry_permits(const struct stp_location* location) {
  if (stp_capable(CAP_DAC_OVERRIDE))
    return 0;
  struct stat parent;
  const int error = parent_of(location, &parent);
  return error < 0 ? error : stp_permits(&parent, W_OK | X_OK);
}

int stp_removal_permits(const struct stp_location* location) {
  if (stp_capable(CAP_DAC_OVERRIDE) && stp_capable(CAP_FOWNER))
    return 0;
  struct stat parent, stat;
  int error = parent_of(location, &parent);
  if (error == 0)
    error = stp_permits(&parent, W_OK | X_OK);
  if (error < 0 || !(parent.st_mode & S_ISVTX) || stp_owner_permits(&parent) == 0)
    return error;
  stp_location_stat(location, &stat);
  return stp_owner_permits(&stat);
}
