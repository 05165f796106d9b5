/* prctl and capabilities (sys/prctl.h, capabilities(7)): recorded where nothing depends on them,
 * refused elsewhere. */
#include <linux/capability.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

#include "calls/adapter.h"
#include "process/identity.h"
#include "process/signals.h"

static int refuse(const char* call, long value) {
  char what[32];
  snprintf(what, sizeof what, "option %ld", value);
  stp_refuse(call, what);
  return -EINVAL;
}

/* A flag that is read back as it was set. */
static int set_flag(bool* flag, unsigned long value) {
  if (value > 1)
    return -EINVAL;
  *flag = value == 1;
  return 0;
}

static int control(int option, unsigned long argument) {
  struct stp_identity* self = stp_identity();
  switch (option) {
  case PR_SET_NAME:
    memset(stp_self->name, 0, sizeof stp_self->name);
    strncpy(stp_self->name, (const char*)argument, sizeof stp_self->name - 1);
    return 0;
  case PR_GET_NAME:
    memcpy((char*)argument, stp_self->name, sizeof stp_self->name);
    return 0;
  case PR_SET_PDEATHSIG:
    if (argument != 0 && !stp_signal_valid((int)argument))
      return -EINVAL;
    self->parent_death_signal = (int)argument;
    return 0;
  case PR_GET_PDEATHSIG:
    *(int*)argument = self->parent_death_signal;
    return 0;
  case PR_SET_DUMPABLE:
    return set_flag(&self->dumpable, argument);
  case PR_GET_DUMPABLE:
    return self->dumpable;
  case PR_SET_KEEPCAPS:
    return set_flag(&self->keep_capabilities, argument);
  case PR_GET_KEEPCAPS:
    return self->keep_capabilities;
  case PR_SET_NO_NEW_PRIVS:
    if (argument != 1)
      return -EINVAL;
    self->no_new_privileges = true;
    return 0;
  case PR_GET_NO_NEW_PRIVS:
    return self->no_new_privileges;
  case PR_SET_CHILD_SUBREAPER:
    self->subreaper = argument != 0;
    return 0;
  case PR_GET_CHILD_SUBREAPER:
    *(int*)argument = self->subreaper;
    return 0;
  case PR_CAPBSET_READ:
    return argument <= CAP_LAST_CAP ? 1 : -EINVAL;
  case PR_SET_TIMERSLACK:
  case PR_SET_THP_DISABLE:
    return 0;
  default:
    return refuse("prctl", option);
  }
}

int simterpose_prctl(int option, ...) {
  va_list arguments;
  va_start(arguments, option);
  const unsigned long argument = va_arg(arguments, unsigned long);
  va_end(arguments);
  return (int)stp_return(control(option, argument));
}

/* ---- capabilities: two words of 32 bits each since version 2 ---- */

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
  const struct stp_capabilities wanted = {
      data[0].effective | (uint64_t)data[1].effective << 32,
      data[0].permitted | (uint64_t)data[1].permitted << 32,
      data[0].inheritable | (uint64_t)data[1].inheritable << 32,
  };
  struct stp_capabilities* kept = &stp_identity()->capabilities;
  if ((wanted.permitted & ~kept->permitted) != 0 || (wanted.effective & ~wanted.permitted) != 0)
    return (int)stp_return(-EPERM);
  *kept = wanted;
  return 0;
}
