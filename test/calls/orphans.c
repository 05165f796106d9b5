// CALLS: prctl getppid
// RUN: %both
//
// Orphans: who adopts them, who waits for them, and the signal that says that a parent has died.
#define _GNU_SOURCE
#include <signal.h>
#include <sys/prctl.h>

#include "child.h"

static int report[2], hold[2];

/* Lets go of whoever waits in held(). */
static void release(void) { CHECK_EQ(write(hold[1], "x", 1), 1); }
static void held(void) {
  char byte;
  CHECK_EQ(read(hold[0], &byte, 1), 1);
}

static pid_t told(void) {
  pid_t pid;
  CHECK_EQ(read(report[0], &pid, sizeof pid), sizeof pid);
  return pid;
}
static void tell(pid_t pid) { CHECK_EQ(write(report[1], &pid, sizeof pid), sizeof pid); }

static void orphan(void* unused) {
  (void)unused;
  tell(getpid());
  held();
  tell(getppid());
  _exit(7);
}

static void leaves_orphan(void* unused) {
  (void)unused;
  child_start(orphan, NULL);
}

/* A grandchild becomes the child of the nearest ancestor that asked for it. */
static void adopted(void) {
  int is = 77;
  CHECK_EQ(prctl(PR_GET_CHILD_SUBREAPER, &is), 0);
  CHECK_EQ(is, 0);
  CHECK_EQ(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
  CHECK_EQ(prctl(PR_GET_CHILD_SUBREAPER, &is), 0);
  CHECK_EQ(is, 1);
  in_child(leaves_orphan, NULL);
  const pid_t pid = told();
  release();
  CHECK_EQ(told(), getpid());
  CHECK_EQ(WEXITSTATUS(child_status(pid)), 7);
}

static void ends_at_once(void* unused) { (void)unused; }

static void leaves_zombie(void* unused) {
  (void)unused;
  const pid_t pid = child_start(ends_at_once, NULL);
  CHECK_EQ(waitid(P_PID, (id_t)pid, NULL, WEXITED | WNOWAIT), 0);
  tell(pid);
}

static void adopted_zombie(void) {
  in_child(leaves_zombie, NULL);
  CHECK_EQ(child_status(told()), 0);
}

static void not_inherited(void* unused) {
  int is = 77;
  (void)unused;
  CHECK_EQ(prctl(PR_GET_CHILD_SUBREAPER, &is), 0);
  CHECK_EQ(is, 0);
}

/* PR_SET_PDEATHSIG */
static void mourns(void* unused) {
  int signal_ = 77;
  (void)unused;
  CHECK_EQ(prctl(PR_GET_PDEATHSIG, &signal_), 0);
  CHECK_EQ(signal_, 0);
  CHECK_EQ(prctl(PR_SET_PDEATHSIG, SIGUSR2), 0);
  tell(getpid());
  for (;;)
    pause();
}

static void dies_first(void* unused) {
  (void)unused;
  prctl(PR_SET_PDEATHSIG, SIGKILL); /* not inherited */
  tell(child_start(mourns, NULL));
  held();
}

static void death_signal(void) {
  const pid_t parent = child_start(dies_first, NULL);
  const pid_t pid = told();
  CHECK_EQ(told(), pid);
  release();
  CHECK_EQ(child_status(parent), 0);
  CHECK_EQ(child_status(pid), SIGUSR2);
}

/* Process 1 adopts, and reaps. */
static pid_t parent;

static void foundling(void* unused) {
  (void)unused;
  tell(getpid());
  held();
  tell(getppid() == parent ? 0 : 1);
}

static void leaves_foundling(void* unused) {
  (void)unused;
  parent = getpid();
  child_start(foundling, NULL);
}

static void abandoned(void) {
  CHECK_EQ(prctl(PR_SET_CHILD_SUBREAPER, 0), 0);
  in_child(leaves_foundling, NULL);
  const pid_t pid = told();
  CHECK_ERRNO(waitpid(pid, NULL, WNOHANG), ECHILD);
  CHECK_EQ(kill(pid, 0), 0);
  release();
  CHECK_EQ(told(), 1);
}

int main(void) {
  CHECK_EQ(pipe(report), 0);
  CHECK_EQ(pipe(hold), 0);
  adopted();
  adopted_zombie();
  in_child(not_inherited, NULL);
  death_signal();
  abandoned();
  return 0;
}
