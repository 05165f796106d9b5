/* prctl (sys/prctl.h) and personality: done, recorded where nothing depends on it, refused
 * elsewhere. */
#include <linux/securebits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>

#include "calls/adapter.h"
#include "calls/capability.h"
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

static int control(int option, unsigned long argument, unsigned long second) {
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
    return stp_capability_bound(argument, false);
  case PR_CAPBSET_DROP:
    return stp_capability_bound(argument, true);
  case PR_CAP_AMBIENT:
    return stp_capability_ambient(argument, second);
  case PR_GET_SECUREBITS:
    return self->keep_capabilities ? SECBIT_KEEP_CAPS : 0;
  case PR_GET_TIMERSLACK:
    return 50000; /* ns, Linux's default; timers are exact */
  case PR_GET_THP_DISABLE:
  case PR_GET_SECCOMP:
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
  const unsigned long second = va_arg(arguments, unsigned long);
  va_end(arguments);
  return (int)stp_return(control(option, argument, second));
}

/* 0xffffffff only asks. Programs of other systems are not emulated. */
int simterpose_personality(unsigned long persona) {
  struct stp_identity* const self = stp_identity();
  const unsigned long before = self->personality;
  if (persona == 0xffffffff)
    return (int)before;
  if (persona & ~(unsigned long)ADDR_NO_RANDOMIZE) {
    stp_refuse("personality", "another one than that of Linux");
    return (int)stp_return(-EINVAL);
  }
  self->personality = persona;
  return (int)before;
}
