// CALLS: wait waitpid wait3 wait4 waitid
// RUN: %both
//
// Waiting for children: which, for what, and what is told.
#define _GNU_SOURCE
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>

#include "child.h"

/* Without children. */
static void alone(void) {
  int status;
  siginfo_t info;
  struct rusage usage;
  CHECK_ERRNO(wait(&status), ECHILD);
  CHECK_ERRNO(waitpid(-1, &status, WNOHANG), ECHILD);
  CHECK_ERRNO(waitpid(4711, NULL, 0), ECHILD);
  CHECK_ERRNO(waitpid(getpid(), NULL, 0), ECHILD);
  CHECK_ERRNO(waitpid(-1, &status, 0x1000), EINVAL);
  CHECK_ERRNO(waitpid(-1, &status, WEXITED), EINVAL);
  CHECK_ERRNO(waitpid(INT_MIN, &status, 0), ESRCH);
  CHECK_ERRNO(wait3(&status, WNOHANG, &usage), ECHILD);
  CHECK_ERRNO(wait4(-1, &status, 0, &usage), ECHILD);
  CHECK_ERRNO(waitid(P_ALL, 0, &info, WEXITED | WNOHANG), ECHILD);
  CHECK_ERRNO(waitid(P_ALL, 0, &info, 0), EINVAL);
  CHECK_ERRNO(waitid(P_ALL, 0, &info, WEXITED | 0x4000), EINVAL);
  CHECK_ERRNO(waitid(P_PID, 0, &info, WEXITED), EINVAL);
  CHECK_ERRNO(waitid(P_PGID, (id_t)-1, &info, WEXITED), EINVAL);
  CHECK_ERRNO(waitid(P_PIDFD, (id_t)-1, &info, WEXITED), EINVAL);
  CHECK_ERRNO(waitid(P_PIDFD, 99, &info, WEXITED), EBADF);
  CHECK_ERRNO(waitid(77, 0, &info, WEXITED), EINVAL);
}

static void leave(void* code) { _exit(*(int*)code); }

static void sleep_ms(void* delay) { usleep((useconds_t) * (int*)delay * 1000); }

static void for_ever(void* unused) {
  (void)unused;
  for (;;)
    pause();
}

/* How a child ended. */
static void statuses(void) {
  const int codes[] = {0, 1, 42, 255, 256 + 7};
  for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
    const int status = child_status(child_start(leave, (void*)&codes[i]));
    CHECK(WIFEXITED(status) && !WIFSIGNALED(status) && !WIFSTOPPED(status));
    CHECK_EQ(WEXITSTATUS(status), codes[i] & 255);
  }
  const int signals[] = {SIGKILL, SIGTERM, SIGHUP, SIGUSR1};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
    const pid_t pid = child_start(for_ever, NULL);
    CHECK_EQ(kill(pid, signals[i]), 0);
    const int status = child_status(pid);
    CHECK(!WIFEXITED(status) && WIFSIGNALED(status) && !WCOREDUMP(status));
    CHECK_EQ(WTERMSIG(status), signals[i]);
  }
  CHECK_ERRNO(wait(NULL), ECHILD);
}

static void without_waiting(void) {
  int status = 77;
  const pid_t pid = child_start(for_ever, NULL);
  CHECK_EQ(waitpid(pid, &status, WNOHANG), 0);
  CHECK_EQ(waitpid(-1, &status, WNOHANG), 0);
  CHECK_EQ(waitpid(0, &status, WNOHANG), 0);
  CHECK_EQ(status, 77);
  CHECK_EQ(waitpid(pid, &status, WNOHANG | __WALL), 0);
  CHECK_EQ(waitpid(pid, &status, WNOHANG | __WNOTHREAD), 0);
  CHECK_ERRNO(waitpid(pid, &status, WNOHANG | __WCLONE), ECHILD); /* not one of those */
  siginfo_t info;
  memset(&info, 77, sizeof info);
  CHECK_EQ(waitid(P_ALL, 0, &info, WEXITED | WNOHANG), 0);
  CHECK(info.si_pid == 0 && info.si_signo == 0);
  CHECK_ERRNO(waitpid(-getpid() - 100000, &status, WNOHANG), ECHILD);
  CHECK_EQ(kill(pid, SIGKILL), 0);
  CHECK_EQ(wait(&status), pid);
  CHECK_EQ(status, SIGKILL);
}

/* A zombie can be looked at, and is gone once waited for. */
static void zombies(void) {
  int code = 5;
  siginfo_t info;
  const pid_t pid = child_start(leave, &code);
  for (int i = 0; i < 2; i++) {
    memset(&info, 0, sizeof info);
    CHECK_EQ(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
    CHECK(info.si_signo == SIGCHLD && info.si_code == CLD_EXITED && info.si_status == 5);
    CHECK(info.si_pid == pid && info.si_uid == getuid());
  }
  CHECK_EQ(kill(pid, 0), 0);
  CHECK_EQ(kill(pid, SIGKILL), 0); /* without effect */
  CHECK_EQ(getpgid(pid), getpgrp());
  CHECK_ERRNO(waitid(P_PID, (id_t)pid, &info, WSTOPPED), ECHILD);
  CHECK_EQ(waitid(P_PID, (id_t)pid, NULL, WEXITED), 0);
  CHECK_ERRNO(waitid(P_PID, (id_t)pid, &info, WEXITED), ECHILD);
  CHECK_ERRNO(kill(pid, 0), ESRCH);
  CHECK_ERRNO(getpgid(pid), ESRCH);
  const pid_t killed = child_start(for_ever, NULL);
  kill(killed, SIGTERM);
  CHECK_EQ(waitid(P_ALL, 0, &info, WEXITED), 0);
  CHECK(info.si_code == CLD_KILLED && info.si_status == SIGTERM && info.si_pid == killed);
}

/* Children are waited for in any order, one by one or by group. */
static void choices(void) {
  pid_t pids[4];
  int delay = 10;
  for (int i = 0; i < 4; i++)
    pids[i] = child_start(i < 3 ? sleep_ms : for_ever, &delay);
  CHECK_EQ(setpgid(pids[1], 0), 0);
  CHECK_EQ(setpgid(pids[3], pids[1]), 0);
  CHECK_EQ(waitpid(pids[2], NULL, 0), pids[2]);
  CHECK_EQ(waitpid(-pids[1], NULL, 0), pids[1]);
  CHECK_EQ(waitpid(-pids[1], NULL, WNOHANG), 0);
  CHECK_EQ(waitpid(0, NULL, 0), pids[0]);
  CHECK_ERRNO(waitpid(0, NULL, 0), ECHILD);
  CHECK_ERRNO(waitid(P_PGID, 0, NULL, WEXITED), ECHILD);
  CHECK_EQ(kill(-pids[1], SIGTERM), 0);
  CHECK_EQ(waitid(P_PGID, (id_t)pids[1], NULL, WEXITED), 0);
  CHECK_ERRNO(kill(-pids[1], 0), ESRCH);
  CHECK_ERRNO(wait(NULL), ECHILD);
}

/* A child that has ended long ago comes before one that ends now; the oldest first. */
static void order(void) {
  int code = 0;
  pid_t pids[3];
  for (int i = 0; i < 3; i++)
    pids[i] = child_start(leave, &code);
  usleep(50000);
  for (int i = 0; i < 3; i++)
    CHECK_EQ(wait(NULL), pids[i]);
}

/* ---- with ignored SIGCHLD, there are no zombies ---- */

static void unwanted(void) {
  int delay = 10;
  signal(SIGCHLD, SIG_IGN);
  const pid_t pid = child_start(sleep_ms, &delay);
  CHECK_EQ(waitpid(pid, NULL, WNOHANG), 0);
  CHECK_ERRNO(waitpid(pid, NULL, 0), ECHILD); /* once it has ended */
  CHECK_ERRNO(kill(pid, 0), ESRCH);
  struct sigaction action = {.sa_handler = SIG_DFL, .sa_flags = SA_NOCLDWAIT};
  CHECK_EQ(sigaction(SIGCHLD, &action, NULL), 0);
  child_start(sleep_ms, &delay);
  CHECK_ERRNO(wait(NULL), ECHILD);
  signal(SIGCHLD, SIG_DFL);
}

/* ---- SIGCHLD, taken by sigwaitinfo ---- */

static void signals(void) {
  sigset_t set;
  siginfo_t info;
  int code = 3;
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  sigprocmask(SIG_BLOCK, &set, NULL);
  pid_t pid = child_start(leave, &code);
  CHECK_EQ(sigwaitinfo(&set, &info), SIGCHLD);
  CHECK(info.si_code == CLD_EXITED && info.si_status == 3);
  CHECK(info.si_pid == pid && info.si_uid == getuid());
  CHECK_EQ(waitpid(pid, NULL, WNOHANG), pid);
  pid = child_start(for_ever, NULL);
  CHECK_EQ(kill(pid, SIGTERM), 0);
  CHECK_EQ(sigwaitinfo(&set, &info), SIGCHLD);
  CHECK(info.si_code == CLD_KILLED && info.si_status == SIGTERM && info.si_pid == pid);
  CHECK_EQ(waitpid(pid, NULL, WNOHANG), pid);
  sigprocmask(SIG_UNBLOCK, &set, NULL);
}

/* ---- threads: any waits for the children of all; one gets it, the others are told ---- */

static pid_t waited_for;

static void* waiter(void* reaped) {
  const pid_t pid = waitpid(waited_for, NULL, 0);
  if (pid == waited_for)
    __atomic_add_fetch((int*)reaped, 1, __ATOMIC_SEQ_CST);
  else
    CHECK(pid == -1 && errno == ECHILD);
  return NULL;
}

static void* starter(void* unused) {
  int delay = 30;
  waited_for = child_start(sleep_ms, &delay);
  return unused;
}

static void threads(void) {
  pthread_t threads_[4];
  int reaped = 0;
  CHECK_EQ(pthread_create(&threads_[0], NULL, starter, NULL), 0);
  CHECK_EQ(pthread_join(threads_[0], NULL), 0);
  for (int i = 0; i < 4; i++)
    CHECK_EQ(pthread_create(&threads_[i], NULL, waiter, &reaped), 0);
  for (int i = 0; i < 4; i++)
    CHECK_EQ(pthread_join(threads_[i], NULL), 0);
  CHECK_EQ(reaped, 1);
}

/* ---- use of resources ---- */

static void usages(void) {
  struct rusage usage, before, after;
  int code = 0, status;
  memset(&usage, 77, sizeof usage);
  CHECK_EQ(getrusage(RUSAGE_CHILDREN, &before), 0);
  const pid_t pid = child_start(leave, &code);
  CHECK_EQ(wait4(pid, &status, 0, &usage), pid);
  CHECK(usage.ru_utime.tv_sec == 0 && usage.ru_stime.tv_sec == 0 && usage.ru_nsignals == 0);
  CHECK_EQ(getrusage(RUSAGE_CHILDREN, &after), 0);
  CHECK(!timercmp(&after.ru_utime, &before.ru_utime, <));
  const pid_t other = child_start(leave, &code);
  CHECK_EQ(wait3(&status, 0, &usage), other);
  CHECK_EQ(status, 0);
}

int main(void) {
  alone();
  statuses();
  without_waiting();
  zombies();
  choices();
  order();
  unwanted();
  signals();
  threads();
  usages();
  return 0;
}
