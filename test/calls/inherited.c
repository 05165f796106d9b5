// CALLS: fork execv setrlimit getrlimit setpriority getpriority prctl setpgid setuid setresuid
// CALLS: getresuid vfork
// RUN: %both
//
// What of a process a child inherits, and what a new program keeps. The test executes itself.
#define _GNU_SOURCE
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>

#include "child.h"

/* After a fork (executed: 0) and after an exec (1). */
static void check_limits(void) {
  struct rlimit limit;
  CHECK_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  CHECK(limit.rlim_cur == 50 && limit.rlim_max == 60);
  CHECK_EQ(getrlimit(RLIMIT_CORE, &limit), 0);
  CHECK_EQ(limit.rlim_cur, 0);
  CHECK_EQ(sysconf(_SC_OPEN_MAX), 50);
  CHECK_ERRNO(fcntl(0, F_DUPFD, 50), EINVAL);
}

static void check_others(int executed) {
  int value;
  CHECK_EQ(getpriority(PRIO_PROCESS, 0), 5);
  CHECK_EQ(umask(0), 027);
  CHECK_EQ(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), 1);
  CHECK_EQ(prctl(PR_GET_DUMPABLE), executed);
  CHECK_EQ(prctl(PR_GET_KEEPCAPS), !executed);
  CHECK_EQ(prctl(PR_GET_CHILD_SUBREAPER, &value), 0);
  CHECK_EQ(value, executed);
  CHECK_EQ(prctl(PR_GET_PDEATHSIG, &value), 0);
  CHECK_EQ(value, executed ? SIGUSR1 : 0);
  struct itimerval timer;
  CHECK_EQ(getitimer(ITIMER_REAL, &timer), 0);
  CHECK_EQ(timer.it_value.tv_sec > 0, executed);
}

static void check_ids(int executed) {
  uid_t r, e, s;
  CHECK_EQ(getresuid(&r, &e, &s), 0);
  CHECK(r == 1001 && e == 1002 && s == (executed ? 1002 : 1003));
  gid_t groups[2];
  CHECK_EQ(getgroups(2, groups), 2);
  CHECK(groups[0] == 7 && groups[1] == 8);
}

static void execute(const char* what) {
  char* const argv[] = {(char*)"inherited", (char*)what, NULL};
  fflush(NULL);
  execv("/proc/self/exe", argv);
  CHECK(!"executed");
}

static void limits(void* unused) {
  (void)unused;
  CHECK_EQ(setrlimit(RLIMIT_NOFILE, &(struct rlimit){50, 60}), 0);
  CHECK_EQ(setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0}), 0);
  const pid_t pid = fork();
  CHECK(pid >= 0);
  check_limits();
  if (pid == 0)
    execute("limits");
  CHECK_EQ(child_status(pid), 0);
}

static void others(void* unused) {
  (void)unused;
  CHECK_EQ(setpriority(PRIO_PROCESS, 0, 5), 0);
  umask(027);
  CHECK_EQ(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
  CHECK_EQ(prctl(PR_SET_DUMPABLE, 0), 0);
  CHECK_EQ(prctl(PR_SET_KEEPCAPS, 1), 0);
  CHECK_EQ(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
  CHECK_EQ(prctl(PR_SET_PDEATHSIG, SIGUSR1), 0);
  CHECK_EQ(setitimer(ITIMER_REAL, &(struct itimerval){.it_value = {1000, 0}}, NULL), 0);
  const pid_t pid = fork();
  CHECK(pid >= 0);
  if (pid == 0) {
    check_others(0);
    umask(027);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    prctl(PR_SET_PDEATHSIG, SIGUSR1);
    setitimer(ITIMER_REAL, &(struct itimerval){.it_value = {1000, 0}}, NULL);
    execute("others");
  }
  CHECK_EQ(child_status(pid), 0);
}

static void ids(void* unused) {
  (void)unused;
  CHECK_EQ(setgroups(2, (gid_t[]){7, 8}), 0);
  CHECK_EQ(setresuid(1001, 1002, 1003), 0);
  const pid_t pid = fork();
  CHECK(pid >= 0);
  if (pid == 0) {
    check_ids(0);
    execute("ids");
  }
  CHECK_EQ(child_status(pid), 0);
}

/* How many processes a user may have. */
static void crowd(void* unused) {
  (void)unused;
  CHECK_EQ(setrlimit(RLIMIT_NPROC, &(struct rlimit){1, 1}), 0);
  if (getuid() == 0) { /* root may have any number */
    const pid_t pid = fork();
    if (pid == 0)
      _exit(0);
    CHECK_EQ(child_status(pid), 0);
    CHECK_EQ(setuid(12346), 0);
    CHECK_ERRNO(fork(), EAGAIN);
    const pid_t other = getppid(); /* another user's */
    struct rlimit limit;
    CHECK_ERRNO(prlimit(other, RLIMIT_CORE, NULL, &limit), EPERM);
    CHECK_ERRNO(setpriority(PRIO_PROCESS, (id_t)other, 10), EPERM);
    errno = 0;
    CHECK(getpriority(PRIO_PROCESS, (id_t)other) != -1 || errno == 0);
    CHECK_EQ(setpriority(PRIO_PROCESS, 0, 10), 0);
    CHECK_ERRNO(setpriority(PRIO_PROCESS, 0, 5), EACCES);
    CHECK_ERRNO(nice(-1), EPERM);
  }
}

/* A parent cannot move a child to another group once it has executed a program. */
static void groups(void) {
  int ready[2];
  char byte;
  CHECK_EQ(pipe(ready), 0);
  fflush(NULL);
  const pid_t pid = fork();
  if (pid == 0) {
    CHECK_EQ(dup2(ready[1], 9), 9);
    execute("wait");
  }
  CHECK_EQ(read(ready[0], &byte, 1), 1);
  CHECK_ERRNO(setpgid(pid, pid), EACCES);
  CHECK_EQ(kill(pid, SIGTERM), 0);
  CHECK_EQ(child_status(pid), SIGTERM);
  close(ready[0]);
  close(ready[1]);
}

/* After vfork, the parent waits until the child executes a program; not until that ends. */
static void vforks(void) {
  int hold[2];
  CHECK_EQ(pipe(hold), 0);
  const pid_t pid = vfork();
  if (pid == 0) {
    dup2(hold[0], 9);
    execl("/proc/self/exe", "inherited", "held", NULL);
    _exit(99);
  }
  CHECK(pid > 0);
  CHECK_EQ(waitpid(pid, NULL, WNOHANG), 0);
  CHECK_EQ(write(hold[1], "x", 1), 1);
  CHECK_EQ(child_status(pid), 0);
  const pid_t other = vfork();
  if (other == 0)
    _exit(4);
  CHECK_EQ(WEXITSTATUS(child_status(other)), 4);
}

static int executed(const char* what) {
  char byte;
  if (strcmp(what, "limits") == 0)
    check_limits();
  if (strcmp(what, "others") == 0)
    check_others(1);
  if (strcmp(what, "ids") == 0)
    check_ids(1);
  if (strcmp(what, "held") == 0)
    CHECK_EQ(read(9, &byte, 1), 1);
  if (strcmp(what, "wait") == 0) {
    CHECK_EQ(write(9, "x", 1), 1);
    for (;;)
      pause();
  }
  return 0;
}

int main(int argc, char** argv) {
  if (argc > 1)
    return executed(argv[1]);
  in_child(limits, NULL);
  in_child(others, NULL);
  if (getuid() == 0)
    in_child(ids, NULL);
  in_child(crowd, NULL);
  groups();
  vforks();
  return 0;
}
