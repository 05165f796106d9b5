/* Every call here is given what is known not to be a link. */
#include "file/keep.h"

#include <stdio.h>
#include <sys/xattr.h>

#include "file/inode.h"

static const char name[] = "user.simterpose";

/* What the simulator's own permissions must hold. */
static mode_t needed(mode_t mode) { return S_ISDIR(mode) ? 0700 : 0600; }

void stp_keep_attributes(struct stp_inode* inode, const char* real, int descriptor) {
  struct stat before, seen;
  if ((real ? lstat(real, &before) : fstat(descriptor, &before)) != 0 || S_ISLNK(before.st_mode))
    return;
  stp_inode_stat(inode, &before, &seen);
  const mode_t permissions = seen.st_mode & 07777;
  const mode_t mode = (permissions & 0777) | needed(seen.st_mode);
  if (mode != (before.st_mode & 07777))
    real ? chmod(real, mode) : fchmod(descriptor, mode);
  if (!seen.st_uid && !seen.st_gid && mode == permissions) {
    real ? lremovexattr(real, name) : fremovexattr(descriptor, name);
    return;
  }
  char text[64];
  const size_t length = (size_t)snprintf(text, sizeof text, "%u %u %o", seen.st_uid, seen.st_gid,
                                         (unsigned)permissions);
  real ? lsetxattr(real, name, text, length, 0) : fsetxattr(descriptor, name, text, length, 0);
}

bool stp_kept_attributes(const char* real, uid_t* user, gid_t* group, mode_t* mode) {
  char text[64];
  const ssize_t size = lgetxattr(real, name, text, sizeof text - 1);
  if (size <= 0)
    return false;
  text[size] = 0;
  return sscanf(text, "%u %u %o", user, group, mode) == 3;
}
