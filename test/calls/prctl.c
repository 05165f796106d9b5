// CALLS: prctl capget capset personality
// RUN: %both
//
// What a process sets for itself, and capabilities.
#define _GNU_SOURCE
#include <linux/capability.h>
#include <signal.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "check.h"

int capget(cap_user_header_t header, cap_user_data_t data);
int capset(cap_user_header_t header, const cap_user_data_t data);

int main(void) {
  char name[16];
  int signal = 77;
  CHECK_EQ(prctl(PR_GET_NAME, name), 0);
  CHECK(strlen(name) > 0);
  CHECK_EQ(prctl(PR_SET_NAME, "a name that is too long"), 0);
  CHECK_EQ(prctl(PR_GET_NAME, name), 0);
  CHECK(strcmp(name, "a name that is ") == 0);
  CHECK_EQ(prctl(PR_GET_PDEATHSIG, &signal), 0);
  CHECK_EQ(signal, 0);
  CHECK_EQ(prctl(PR_SET_PDEATHSIG, SIGTERM), 0);
  CHECK_EQ(prctl(PR_GET_PDEATHSIG, &signal), 0);
  CHECK_EQ(signal, SIGTERM);
  CHECK_EQ(prctl(PR_SET_PDEATHSIG, 0), 0);
  CHECK_EQ(personality(0xffffffff) & PER_MASK, PER_LINUX);
  CHECK_EQ(personality(ADDR_NO_RANDOMIZE) & PER_MASK, PER_LINUX);
  CHECK_EQ(personality(0xffffffff), ADDR_NO_RANDOMIZE);
  CHECK_ERRNO(prctl(PR_SET_PDEATHSIG, 1000), EINVAL);
  CHECK_EQ(prctl(PR_SET_DUMPABLE, 0), 0);
  CHECK_EQ(prctl(PR_GET_DUMPABLE), 0);
  CHECK_EQ(prctl(PR_SET_DUMPABLE, 1), 0);
  CHECK_EQ(prctl(PR_GET_KEEPCAPS), 0);
  CHECK_EQ(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
  CHECK_EQ(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), 1);
  CHECK_ERRNO(prctl(12345678), EINVAL);

  struct __user_cap_header_struct header = {.version = 0};
  struct __user_cap_data_struct data[2];
  CHECK_ERRNO(capget(&header, data), EINVAL);
  CHECK_EQ(header.version, _LINUX_CAPABILITY_VERSION_3);
  CHECK_EQ(capget(&header, data), 0);
  CHECK_EQ(data[0].effective & ~data[0].permitted, 0);
  CHECK_EQ(capset(&header, data), 0);
  data[0].effective = data[0].permitted = 0;
  data[1].effective = data[1].permitted = 0;
  CHECK_EQ(capset(&header, data), 0);
  data[0].permitted = 1;
  CHECK_ERRNO(capset(&header, data), EPERM);
  header.pid = 99999999;
  CHECK_ERRNO(capget(&header, data), ESRCH);
  return 0;
}
