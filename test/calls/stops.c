// CALLS: waitpid waitid kill raise
// RUN: %both
//
// Children that stop and go on: WUNTRACED, WCONTINUED, SIGCHLD, and groups that become orphaned.
#define _GNU_SOURCE
#include <signal.h>
#include <sys/prctl.h>
#include <time.h>

#include "child.h"

static void for_ever(void* unused) {
  (void)unused;
  for (;;)
    pause();
}

static void reported(void) {
  int status = 0;
  const pid_t pid = child_start(for_ever, NULL);
  CHECK_EQ(waitpid(pid, &status, WNOHANG | WUNTRACED | WCONTINUED), 0);
  CHECK_EQ(kill(pid, SIGSTOP), 0);
  CHECK_EQ(waitpid(pid, &status, WUNTRACED), pid);
  CHECK(WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP && !WIFEXITED(status));
  CHECK_EQ(waitpid(pid, &status, WUNTRACED | WNOHANG), 0); /* told already */
  CHECK_EQ(waitpid(pid, &status, WNOHANG), 0);
  CHECK_EQ(kill(pid, SIGCONT), 0);
  CHECK_EQ(waitpid(pid, &status, WCONTINUED), pid);
  CHECK(WIFCONTINUED(status) && !WIFSTOPPED(status) && !WIFSIGNALED(status));
  CHECK_EQ(waitpid(pid, &status, WCONTINUED | WNOHANG), 0);
  /* waitid */
  siginfo_t info;
  CHECK_EQ(kill(pid, SIGTSTP), 0);
  CHECK_EQ(waitid(P_PID, (id_t)pid, &info, WSTOPPED | WNOWAIT), 0);
  CHECK_EQ(waitid(P_PID, (id_t)pid, &info, WSTOPPED), 0);
  CHECK(info.si_signo == SIGCHLD && info.si_code == CLD_STOPPED && info.si_status == SIGTSTP);
  CHECK(info.si_pid == pid && info.si_uid == getuid());
  CHECK_EQ(kill(pid, SIGCONT), 0);
  CHECK_EQ(waitid(P_ALL, 0, &info, WCONTINUED), 0);
  CHECK(info.si_code == CLD_CONTINUED && info.si_status == SIGCONT && info.si_pid == pid);
  /* The stop that was not waited for is forgotten with SIGCONT. */
  CHECK_EQ(kill(pid, SIGSTOP), 0);
  CHECK_EQ(kill(pid, SIGCONT), 0);
  CHECK_EQ(waitpid(pid, &status, WUNTRACED | WNOHANG), 0);
  /* SIGKILL ends it, also while stopped; other signals wait. */
  CHECK_EQ(kill(pid, SIGSTOP), 0);
  CHECK_EQ(waitpid(pid, &status, WUNTRACED), pid);
  CHECK_EQ(kill(pid, SIGTERM), 0);
  usleep(10000);
  CHECK_EQ(waitpid(pid, &status, WNOHANG), 0);
  CHECK_EQ(kill(pid, SIGCONT), 0);
  CHECK_EQ(child_status(pid), SIGTERM);
  const pid_t other = child_start(for_ever, NULL);
  CHECK_EQ(kill(other, SIGSTOP), 0);
  CHECK_EQ(waitpid(other, NULL, WUNTRACED), other);
  CHECK_EQ(kill(other, SIGKILL), 0);
  CHECK_EQ(child_status(other), SIGKILL);
}

/* A child that stops itself. */
static void stops_itself(void* unused) {
  (void)unused;
  CHECK_EQ(raise(SIGSTOP), 0);
  CHECK_EQ(raise(SIGTTIN), 0);
}

static void itself(void) {
  int status;
  const pid_t pid = child_start(stops_itself, NULL);
  CHECK_EQ(waitpid(pid, &status, WUNTRACED), pid);
  CHECK(WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP);
  CHECK_EQ(kill(pid, SIGCONT), 0);
  while (waitpid(pid, &status, WUNTRACED) == pid && WIFCONTINUED(status))
    ;
  CHECK(WIFSTOPPED(status) && WSTOPSIG(status) == SIGTTIN);
  CHECK_EQ(kill(pid, SIGCONT), 0);
  CHECK_EQ(child_status(pid), 0);
}

/* ---- SIGCHLD ---- */

static void children(sigset_t* set) {
  sigemptyset(set);
  sigaddset(set, SIGCHLD);
}

static void signals(void) {
  const struct timespec none = {0, 0};
  sigset_t set;
  siginfo_t info;
  children(&set);
  sigprocmask(SIG_BLOCK, &set, NULL);
  const pid_t pid = child_start(for_ever, NULL);
  kill(pid, SIGSTOP);
  CHECK_EQ(sigwaitinfo(&set, &info), SIGCHLD);
  CHECK(info.si_code == CLD_STOPPED && info.si_status == SIGSTOP && info.si_pid == pid);
  kill(pid, SIGCONT);
  CHECK_EQ(sigwaitinfo(&set, &info), SIGCHLD);
  CHECK(info.si_code == CLD_CONTINUED && info.si_status == SIGCONT && info.si_pid == pid);
  struct sigaction action = {.sa_handler = SIG_DFL, .sa_flags = SA_NOCLDSTOP};
  CHECK_EQ(sigaction(SIGCHLD, &action, NULL), 0);
  kill(pid, SIGSTOP);
  CHECK_EQ(waitpid(pid, NULL, WUNTRACED), pid);
  CHECK_ERRNO(sigtimedwait(&set, &info, &none), EAGAIN);
  kill(pid, SIGKILL);
  CHECK_EQ(sigwaitinfo(&set, &info), SIGCHLD);
  CHECK(info.si_code == CLD_KILLED && info.si_status == SIGKILL);
  CHECK_EQ(child_status(pid), SIGKILL);
  signal(SIGCHLD, SIG_DFL);
  sigprocmask(SIG_UNBLOCK, &set, NULL);
}

/* ---- orphaned groups: what is stopped there is hung up ---- */

static int report[2];

static void stopped_job(void* unused) {
  (void)unused;
  const pid_t pid = getpid();
  CHECK_EQ(write(report[1], &pid, sizeof pid), sizeof pid);
  for_ever(NULL);
}

static void leaves_job(void* unused) {
  pid_t pid = child_start(stopped_job, unused), told;
  CHECK_EQ(setpgid(pid, pid), 0);
  CHECK_EQ(read(report[0], &told, sizeof told), sizeof told);
  CHECK_EQ(kill(pid, SIGSTOP), 0);
  CHECK_EQ(waitpid(pid, NULL, WUNTRACED), pid);
  CHECK_EQ(write(report[1], &pid, sizeof pid), sizeof pid);
}

static void orphaned_group(void) {
  pid_t pid;
  CHECK_EQ(pipe(report), 0);
  CHECK_EQ(setsid() == getpid() || errno == EPERM, 1);
  CHECK_EQ(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
  in_child(leaves_job, NULL);
  CHECK_EQ(read(report[0], &pid, sizeof pid), sizeof pid);
  /* Adopted by this process, of its session and another group: not orphaned. */
  CHECK_EQ(waitpid(pid, NULL, WNOHANG), 0);
  CHECK_EQ(kill(pid, SIGKILL), 0);
  CHECK_EQ(child_status(pid), SIGKILL);
}

static void session_leader(void* unused) {
  (void)unused;
  CHECK_EQ(setsid(), getpid());
  leaves_job(NULL);
}

/* With the leader goes the only process of the session outside the group. */
static void hung_up(void) {
  pid_t pid;
  in_child(session_leader, NULL);
  CHECK_EQ(read(report[0], &pid, sizeof pid), sizeof pid);
  CHECK_EQ(child_status(pid), SIGHUP);
}

int main(void) {
  reported();
  itself();
  signals();
  orphaned_group();
  hung_up();
  return 0;
}
