/* Who a process is for file systems (sys/fsuid.h), apart from who it is otherwise. Both calls
 * return the id that was, whether or not they changed it. */
#include <linux/capability.h>
#include <sys/fsuid.h>

#include "calls/adapter.h"
#include "process/identity.h"

static bool may_become(const struct stp_ids* ids, id_t before, id_t id, int capability) {
  return id != (id_t)-1 && (id == ids->real || id == ids->effective || id == ids->saved ||
                            id == before || stp_capable(capability));
}

/* CAP_FS_MASK of Linux: the capabilities about files, which root loses while it is another. */
static const uint64_t of_files =
    (uint64_t)1 << CAP_CHOWN | (uint64_t)1 << CAP_MKNOD | (uint64_t)1 << CAP_DAC_OVERRIDE |
    (uint64_t)1 << CAP_DAC_READ_SEARCH | (uint64_t)1 << CAP_FOWNER | (uint64_t)1 << CAP_FSETID |
    (uint64_t)1 << CAP_LINUX_IMMUTABLE | (uint64_t)1 << CAP_MAC_OVERRIDE;

int simterpose_setfsuid(uid_t id) {
  struct stp_identity* const self = stp_identity();
  const id_t before = stp_file_user(self);
  if (!may_become(&self->user, before, id, CAP_SETUID))
    return (int)before;
  self->file_user = (struct stp_file_id){true, id};
  if (before == 0 && id != 0)
    self->capabilities.effective &= ~of_files;
  if (before != 0 && id == 0)
    self->capabilities.effective |= self->capabilities.permitted & of_files;
  return (int)before;
}

int simterpose_setfsgid(gid_t id) {
  struct stp_identity* const self = stp_identity();
  const id_t before = stp_file_group(self);
  if (may_become(&self->group, before, id, CAP_SETGID))
    self->file_group = (struct stp_file_id){true, id};
  return (int)before;
}
