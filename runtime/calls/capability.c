/* Capabilities (capabilities(7)): what they allow is checked where it is done (stp_capable). */
#include "calls/capability.h"

#include <linux/capability.h>
#include <sys/prctl.h>

#include "calls/adapter.h"
#include "process/identity.h"

/* ---- the three sets: two words of 32 bits each since version 2 ---- */

/* 0, or -EINVAL after telling the version that is understood. */
static int check_version(cap_user_header_t header) {
  if (header->version == _LINUX_CAPABILITY_VERSION_2 ||
      header->version == _LINUX_CAPABILITY_VERSION_3)
    return 0;
  header->version = _LINUX_CAPABILITY_VERSION_3;
  return -EINVAL;
}

int simterpose_capget(cap_user_header_t header, cap_user_data_t data) {
  if (check_version(header) != 0)
    return data ? (int)stp_return(-EINVAL) : 0;
  struct stp_process* process = header->pid == 0 ? stp_me : stp_process_by_pid(header->pid);
  if (!process)
    return (int)stp_return(-ESRCH);
  const struct stp_capabilities* kept = &stp_identity_of(process)->capabilities;
  for (int i = 0; data && i < 2; i++) {
    data[i].effective = (uint32_t)(kept->effective >> (32 * i));
    data[i].permitted = (uint32_t)(kept->permitted >> (32 * i));
    data[i].inheritable = (uint32_t)(kept->inheritable >> (32 * i));
  }
  return 0;
}

int simterpose_capset(cap_user_header_t header, const cap_user_data_t data) {
  if (check_version(header) != 0)
    return (int)stp_return(-EINVAL);
  if (header->pid != 0 && header->pid != stp_self->tid)
    return (int)stp_return(-EPERM);
  struct stp_capabilities* kept = &stp_identity()->capabilities;
  struct stp_capabilities wanted = {
      .effective = data[0].effective | (uint64_t)data[1].effective << 32,
      .permitted = data[0].permitted | (uint64_t)data[1].permitted << 32,
      .inheritable = data[0].inheritable | (uint64_t)data[1].inheritable << 32,
      .bounding = kept->bounding,
  };
  const uint64_t inherits = kept->inheritable | (stp_capable(CAP_SETPCAP) ? ~0UL : kept->permitted);
  if ((wanted.permitted & ~kept->permitted) != 0 || (wanted.effective & ~wanted.permitted) != 0 ||
      (wanted.inheritable & ~inherits) != 0 ||
      (wanted.inheritable & ~(kept->inheritable | kept->bounding)) != 0)
    return (int)stp_return(-EPERM);
  wanted.ambient = kept->ambient & wanted.permitted & wanted.inheritable;
  *kept = wanted;
  return 0;
}

/* ---- the other two, by prctl ---- */

int stp_capability_bound(unsigned long capability, bool drop) {
  struct stp_capabilities* const kept = &stp_identity()->capabilities;
  if (capability > CAP_LAST_CAP)
    return -EINVAL;
  if (!drop)
    return kept->bounding >> capability & 1;
  if (!stp_capable(CAP_SETPCAP))
    return -EPERM;
  kept->bounding &= ~((uint64_t)1 << capability);
  return 0;
}

int stp_capability_ambient(unsigned long command, unsigned long capability) {
  struct stp_capabilities* const kept = &stp_identity()->capabilities;
  if (command == PR_CAP_AMBIENT_CLEAR_ALL) {
    kept->ambient = 0;
    return capability == 0 ? 0 : -EINVAL;
  }
  if (capability > CAP_LAST_CAP)
    return -EINVAL;
  const uint64_t bit = (uint64_t)1 << capability;
  switch (command) {
  case PR_CAP_AMBIENT_IS_SET:
    return (kept->ambient & bit) != 0;
  case PR_CAP_AMBIENT_LOWER:
    kept->ambient &= ~bit;
    return 0;
  case PR_CAP_AMBIENT_RAISE:
    if ((kept->permitted & kept->inheritable & bit) == 0)
      return -EPERM;
    kept->ambient |= bit;
    return 0;
  default:
    return -EINVAL;
  }
}
