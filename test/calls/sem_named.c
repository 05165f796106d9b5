// CALLS: sem_open sem_close sem_unlink
// RUN: %both
// Named semaphores: names, opening twice, shared by processes.
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static char name[32];

#define CHECK_FAILS(call, expected) CHECK((call) == SEM_FAILED && errno == (expected))

static pid_t start(void) {
  fflush(stdout);
  pid_t pid = fork();
  CHECK(pid >= 0);
  return pid;
}

static void await(pid_t pid, int expected) {
  int status;
  CHECK_EQ(waitpid(pid, &status, 0), pid);
  CHECK_EQ(status, expected);
}

static void names(void) {
  CHECK_FAILS(sem_open(name, 0), ENOENT);
  CHECK_FAILS(sem_open("/", O_CREAT, 0600, 1), EINVAL);
  CHECK_FAILS(sem_open("/a/b", O_CREAT, 0600, 1), EINVAL);
  char long_name[300] = "/";
  memset(long_name + 1, 'x', 252);
  CHECK_FAILS(sem_open(long_name, O_CREAT, 0600, 1), ENAMETOOLONG);
  CHECK_FAILS(sem_open(name, O_CREAT, 0600, (unsigned)SEM_VALUE_MAX + 1), EINVAL);
  CHECK_ERRNO(sem_unlink(name), ENOENT);
  CHECK_ERRNO(sem_unlink("/"), ENOENT);
  sem_t* semaphore = sem_open(name, O_CREAT | O_EXCL, 0600, 3);
  CHECK(semaphore != SEM_FAILED);
  CHECK_FAILS(sem_open(name, O_CREAT | O_EXCL, 0600, 3), EEXIST);
  sem_t* again = sem_open(name, O_CREAT, 0600, 7);
  CHECK(again == semaphore);
  sem_t* bare = sem_open(name + 1, 0); /* the slash may be left out */
  CHECK(bare != SEM_FAILED);
  int value;
  CHECK_EQ(sem_getvalue(again, &value), 0);
  CHECK_EQ(value, 3);
  CHECK_EQ(sem_close(again), 0);
  CHECK_EQ(sem_close(bare), 0);
  CHECK_EQ(sem_wait(semaphore), 0);
  /* The name may be taken again while the old semaphore is in use. */
  CHECK_EQ(sem_unlink(name), 0);
  sem_t* other = sem_open(name, O_CREAT | O_EXCL, 0600, 0);
  CHECK(other != SEM_FAILED && other != semaphore);
  CHECK_EQ(sem_getvalue(semaphore, &value), 0);
  CHECK_EQ(value, 2);
  CHECK_EQ(sem_close(semaphore), 0);
  CHECK_ERRNO(sem_close(semaphore), EINVAL);
  sem_t local;
  CHECK_EQ(sem_init(&local, 0, 0), 0);
  CHECK_ERRNO(sem_close(&local), EINVAL);
  CHECK_EQ(sem_close(other), 0);
  CHECK_EQ(sem_unlink(name), 0);
}

static void processes(void) {
  char back_name[40];
  snprintf(back_name, sizeof back_name, "%s-back", name);
  sem_t* there = sem_open(name, O_CREAT | O_EXCL, 0600, 0);
  sem_t* back = sem_open(back_name, O_CREAT | O_EXCL, 0600, 0);
  CHECK(there != SEM_FAILED && back != SEM_FAILED);
  pid_t pid = start();
  if (pid == 0) {
    CHECK_EQ(sem_close(there), 0); /* its own opening of it, elsewhere */
    sem_t* more = sem_open(back_name, 0);
    CHECK(more == back);
    there = sem_open(name, 0);
    CHECK(there != SEM_FAILED);
    for (int i = 0; i < 50; i++) {
      CHECK_EQ(sem_wait(there), 0);
      CHECK_EQ(sem_post(back), 0);
    }
    _exit(3);
  }
  for (int i = 0; i < 50; i++) {
    CHECK_EQ(sem_post(there), 0);
    CHECK_EQ(sem_wait(back), 0);
  }
  await(pid, 3 << 8);

  /* Who is killed while it waits takes nothing. */
  pid = start();
  if (pid == 0) {
    sem_post(back);
    sem_wait(there);
    _exit(1);
  }
  CHECK_EQ(sem_wait(back), 0);
  usleep(10000);
  CHECK_EQ(kill(pid, 9), 0);
  await(pid, 9);
  CHECK_EQ(sem_post(there), 0);
  CHECK_EQ(sem_trywait(there), 0);
  CHECK_ERRNO(sem_trywait(there), EAGAIN);

  /* Several that wait are all served. */
  pid_t children[5];
  for (int i = 0; i < 5; i++)
    if ((children[i] = start()) == 0) {
      CHECK_EQ(sem_wait(there), 0);
      CHECK_EQ(sem_post(back), 0);
      _exit(0);
    }
  for (int i = 0; i < 5; i++)
    CHECK_EQ(sem_post(there), 0);
  for (int i = 0; i < 5; i++)
    CHECK_EQ(sem_wait(back), 0);
  for (int i = 0; i < 5; i++)
    await(children[i], 0);
  CHECK_EQ(sem_unlink(name), 0);
  CHECK_EQ(sem_unlink(back_name), 0);
  CHECK_EQ(sem_close(there), 0);
  CHECK_EQ(sem_close(back), 0);
}

int main(void) {
  snprintf(name, sizeof name, "/simterpose-%d", getpid());
  names();
  processes();
  return 0;
}
