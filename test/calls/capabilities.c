// CALLS: capget capset prctl setuid setgid setgroups kill setpriority
// RUN: %both
//
// Capabilities: what root can do without some of them, what another user can do with them, and what
// a change of user and a new program leave of them. The test executes itself.
#define _GNU_SOURCE
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "child.h"

int capget(cap_user_header_t header, cap_user_data_t data);
int capset(cap_user_header_t header, const cap_user_data_t data);

#define BIT(capability) ((uint64_t)1 << (capability))

struct sets {
  uint64_t effective, permitted, inheritable;
};

static struct sets get(void) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[2];
  CHECK_EQ(capget(&header, data), 0);
  return (struct sets){data[0].effective | (uint64_t)data[1].effective << 32,
                       data[0].permitted | (uint64_t)data[1].permitted << 32,
                       data[0].inheritable | (uint64_t)data[1].inheritable << 32};
}

static int set(struct sets sets) {
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  const struct __user_cap_data_struct data[2] = {
      {(uint32_t)sets.effective, (uint32_t)sets.permitted, (uint32_t)sets.inheritable},
      {(uint32_t)(sets.effective >> 32), (uint32_t)(sets.permitted >> 32),
       (uint32_t)(sets.inheritable >> 32)}};
  return capset(&header, (cap_user_data_t)data);
}

static void drop(uint64_t bits) {
  struct sets sets = get();
  sets.effective &= ~bits;
  CHECK_EQ(set(sets), 0);
}

static pid_t parent;

static void root_without(void* unused) {
  (void)unused;
  drop(BIT(CAP_SETUID) | BIT(CAP_SETGID) | BIT(CAP_SYS_NICE));
  CHECK_ERRNO(setuid(1000), EPERM);
  CHECK_ERRNO(setgid(1000), EPERM);
  CHECK_ERRNO(setgroups(0, NULL), EPERM);
  /* The test itself may be nice. */
  CHECK_EQ(setpriority(PRIO_PROCESS, 0, 19), 0);
  CHECK_ERRNO(setpriority(PRIO_PROCESS, 0, 1), EACCES);
  struct sets sets = get();
  sets.effective = sets.permitted;
  CHECK_EQ(set(sets), 0);
  CHECK_EQ(setpriority(PRIO_PROCESS, 0, 1), 0);
  CHECK_EQ(setgid(1000), 0);
  sets.permitted &= ~BIT(CAP_KILL);
  CHECK_ERRNO(set(sets), EPERM); /* effective and not permitted */
  sets.effective &= ~BIT(CAP_KILL);
  CHECK_EQ(set(sets), 0);
  sets.permitted |= BIT(CAP_KILL);
  CHECK_ERRNO(set(sets), EPERM);
}

/* What daemons do to keep some privileges as another user. */
static void keep_some(void* unused) {
  (void)unused;
  struct sets sets;
  CHECK_EQ(prctl(PR_SET_KEEPCAPS, 1), 0);
  CHECK_EQ(setuid(1000), 0);
  sets = get();
  CHECK(sets.effective == 0 && (sets.permitted & BIT(CAP_KILL)) != 0);
  CHECK_ERRNO(kill(parent, 0), EPERM);
  sets.permitted = sets.effective = BIT(CAP_KILL);
  CHECK_EQ(set(sets), 0);
  CHECK_EQ(kill(parent, 0), 0);
  CHECK_ERRNO(setuid(0), EPERM);
  CHECK_ERRNO(setgroups(0, NULL), EPERM);
}

static void lose_all(void* unused) {
  (void)unused;
  CHECK_EQ(setuid(1000), 0);
  const struct sets sets = get();
  CHECK(sets.effective == 0 && sets.permitted == 0);
  CHECK_ERRNO(prctl(PR_CAPBSET_DROP, CAP_KILL), EPERM);
}

static void effective_only(void* unused) {
  (void)unused;
  const uint64_t all = get().permitted;
  CHECK_EQ(seteuid(1000), 0);
  CHECK(get().effective == 0 && get().permitted == all);
  CHECK_EQ(seteuid(0), 0);
  CHECK(get().effective == all);
}

static _Noreturn void execute(const char* what) {
  fflush(NULL);
  execl("/proc/self/exe", "capabilities", what, NULL);
  CHECK(!"executed");
  _exit(1);
}

static void bounded(void* unused) {
  (void)unused;
  CHECK_EQ(prctl(PR_CAPBSET_READ, CAP_KILL), 1);
  CHECK_EQ(prctl(PR_CAPBSET_DROP, CAP_KILL), 0);
  CHECK_EQ(prctl(PR_CAPBSET_READ, CAP_KILL), 0);
  CHECK_ERRNO(prctl(PR_CAPBSET_READ, 1000), EINVAL);
  CHECK_ERRNO(prctl(PR_CAPBSET_DROP, 1000), EINVAL);
  CHECK((get().permitted & BIT(CAP_KILL)) != 0); /* until the next program */
  execute("bounded");
}

static void ambient(void* unused) {
  (void)unused;
  CHECK_ERRNO(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_KILL, 0, 0), EPERM);
  struct sets sets = get();
  sets.inheritable |= BIT(CAP_KILL);
  CHECK_EQ(set(sets), 0);
  CHECK_EQ(prctl(PR_SET_KEEPCAPS, 1), 0);
  CHECK_EQ(setuid(1000), 0);
  CHECK_EQ(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_KILL, 0, 0), 0);
  CHECK_EQ(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_KILL, 0, 0), 0);
  CHECK_EQ(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_KILL, 0, 0), 1);
  execute("ambient");
}

static void executed_as_other(void* unused) {
  (void)unused;
  CHECK_EQ(prctl(PR_SET_KEEPCAPS, 1), 0);
  CHECK_EQ(setuid(1000), 0);
  CHECK(get().permitted != 0);
  execute("other");
}

static int executed(const char* what) {
  const struct sets sets = get();
  if (strcmp(what, "bounded") == 0)
    CHECK(sets.permitted != 0 && (sets.permitted & BIT(CAP_KILL)) == 0 &&
          sets.effective == sets.permitted);
  if (strcmp(what, "ambient") == 0)
    CHECK(sets.permitted == BIT(CAP_KILL) && sets.effective == BIT(CAP_KILL));
  if (strcmp(what, "other") == 0)
    CHECK(sets.permitted == 0 && sets.effective == 0);
  return 0;
}

int main(int argc, char** argv) {
  if (argc > 1)
    return executed(argv[1]);
  const uint64_t needed =
      BIT(CAP_SETUID) | BIT(CAP_SETGID) | BIT(CAP_KILL) | BIT(CAP_SETPCAP) | BIT(CAP_SYS_NICE);
  if ((get().effective & needed) != needed)
    return 0; /* natively, as an ordinary user */
  parent = getpid();
  in_child(root_without, NULL);
  in_child(keep_some, NULL);
  in_child(lose_all, NULL);
  in_child(effective_only, NULL);
  in_child(bounded, NULL);
  in_child(ambient, NULL);
  in_child(executed_as_other, NULL);
  return 0;
}
