// CALLS: semget semop semtimedop semctl
// RUN: %both
// System V semaphores: sets, operations that wait, status, errors. (With fork: sysv_fork.c.)
#define _GNU_SOURCE
#include <limits.h>
#include <pthread.h>
#include <sys/sem.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

union argument {
  int value;
  struct semid_ds* status;
  unsigned short* values;
  struct seminfo* info;
};

static int operate(int id, int member, int by, int flags) {
  struct sembuf operation = {(unsigned short)member, (short)by, (short)flags};
  return semop(id, &operation, 1);
}

static int value_of(int id, int member) { return semctl(id, member, GETVAL); }

static void set_value(int id, int member, int value) {
  CHECK_EQ(semctl(id, member, SETVAL, (union argument){.value = value}), 0);
}

static void identifiers(void) {
  const key_t key = 0x53000000 + getpid();
  CHECK_ERRNO(semget(key, 1, 0), ENOENT);
  CHECK_ERRNO(semget(key, 0, IPC_CREAT | 0600), EINVAL);
  CHECK_ERRNO(semget(key, -1, IPC_CREAT | 0600), EINVAL);
  CHECK_ERRNO(semget(key, 1000000, IPC_CREAT | 0600), EINVAL);
  int id = semget(key, 3, IPC_CREAT | IPC_EXCL | 0640);
  CHECK(id >= 0);
  CHECK_EQ(semget(key, 3, 0), id);
  CHECK_EQ(semget(key, 0, 0), id);
  CHECK_EQ(semget(key, 2, IPC_CREAT), id);
  CHECK_ERRNO(semget(key, 4, 0), EINVAL);
  CHECK_ERRNO(semget(key, 3, IPC_CREAT | IPC_EXCL), EEXIST);
  struct semid_ds status;
  CHECK_EQ(semctl(id, 0, IPC_STAT, (union argument){.status = &status}), 0);
  CHECK_EQ(status.sem_perm.__key, key);
  CHECK_EQ(status.sem_perm.mode & 0777, 0640);
  CHECK_EQ(status.sem_perm.uid, geteuid());
  CHECK_EQ(status.sem_perm.cgid, getegid());
  CHECK_EQ(status.sem_nsems, 3);
  CHECK_EQ(status.sem_otime, 0);
  CHECK(status.sem_ctime > 1000000000);
  status.sem_perm.mode = 0600;
  CHECK_EQ(semctl(id, 0, IPC_SET, (union argument){.status = &status}), 0);
  CHECK_EQ(semctl(id, 0, IPC_STAT, (union argument){.status = &status}), 0);
  CHECK_EQ(status.sem_perm.mode & 0777, 0600);
  CHECK_EQ(semctl(id, 0, IPC_RMID), 0);
  CHECK_ERRNO(semctl(id, 0, IPC_RMID), EINVAL);
  CHECK_ERRNO(semget(key, 3, 0), ENOENT);
  CHECK_ERRNO(operate(id, 0, 1, 0), EINVAL);
  CHECK_ERRNO(semctl(-1, 0, GETVAL), EINVAL);
  int first = semget(IPC_PRIVATE, 1, 0600), second = semget(IPC_PRIVATE, 1, 0600);
  CHECK(first >= 0 && second >= 0 && first != second);
  CHECK_EQ(semctl(first, 0, IPC_RMID), 0);
  CHECK_EQ(semctl(second, 0, IPC_RMID), 0);
}

static void operations(void) {
  int id = semget(IPC_PRIVATE, 2, 0600);
  CHECK_EQ(value_of(id, 0), 0);
  CHECK_EQ(operate(id, 0, 5, 0), 0);
  CHECK_EQ(semctl(id, 0, GETPID), getpid());
  CHECK_EQ(operate(id, 0, -2, 0), 0);
  CHECK_EQ(value_of(id, 0), 3);
  CHECK_ERRNO(operate(id, 0, -4, IPC_NOWAIT), EAGAIN);
  CHECK_ERRNO(operate(id, 0, 0, IPC_NOWAIT), EAGAIN);
  CHECK_EQ(operate(id, 1, 0, IPC_NOWAIT), 0);
  /* All or nothing. */
  struct sembuf both[] = {{0, -1, IPC_NOWAIT}, {1, -1, IPC_NOWAIT}};
  CHECK_ERRNO(semop(id, both, 2), EAGAIN);
  CHECK_EQ(value_of(id, 0), 3);
  both[1].sem_op = 7;
  CHECK_EQ(semop(id, both, 2), 0);
  CHECK_EQ(value_of(id, 0), 2);
  CHECK_EQ(value_of(id, 1), 7);
  /* In order: down then up on the same semaphore. */
  struct sembuf same[] = {{1, -7, IPC_NOWAIT}, {1, 0, IPC_NOWAIT}, {1, 1, IPC_NOWAIT}};
  CHECK_EQ(semop(id, same, 3), 0);
  CHECK_EQ(value_of(id, 1), 1);
  struct semid_ds status;
  CHECK_EQ(semctl(id, 0, IPC_STAT, (union argument){.status = &status}), 0);
  CHECK(status.sem_otime > 1000000000);

  CHECK_ERRNO(operate(id, 2, 1, 0), EFBIG);
  CHECK_ERRNO(semop(id, both, 0), EINVAL);
  CHECK_ERRNO(semop(-1, both, 1), EINVAL);
  static struct sembuf many[600];
  CHECK_ERRNO(semop(id, many, 600), E2BIG);
  CHECK_EQ(operate(id, 0, 32765, 0), 0);
  CHECK_ERRNO(operate(id, 0, 1, 0), ERANGE);
  CHECK_EQ(value_of(id, 0), 32767);

  CHECK_ERRNO(semctl(id, 0, SETVAL, (union argument){.value = 32768}), ERANGE);
  CHECK_ERRNO(semctl(id, 0, SETVAL, (union argument){.value = -1}), ERANGE);
  CHECK_ERRNO(semctl(id, 2, GETVAL), EINVAL);
  CHECK_ERRNO(semctl(id, -1, GETVAL), EINVAL);
  CHECK_ERRNO(semctl(id, 0, 1234), EINVAL);
  unsigned short values[] = {4, 9};
  CHECK_EQ(semctl(id, 0, SETALL, (union argument){.values = values}), 0);
  CHECK_EQ(value_of(id, 1), 9);
  values[0] = values[1] = 0;
  CHECK_EQ(semctl(id, 0, GETALL, (union argument){.values = values}), 0);
  CHECK_EQ(values[0] * 10 + values[1], 49);
  values[1] = 40000;
  CHECK_ERRNO(semctl(id, 0, SETALL, (union argument){.values = values}), ERANGE);
  struct seminfo info;
  CHECK(semctl(0, 0, IPC_INFO, (union argument){.info = &info}) >= 0);
  CHECK_EQ(info.semvmx, 32767);
  CHECK_EQ(info.semopm, 500);
  CHECK_EQ(info.semmsl, 32000);
  CHECK_EQ(semctl(id, 0, IPC_RMID), 0);
}

static int shared;

static void* take_two(void* unused) {
  struct sembuf both[] = {{0, -2, 0}, {1, -1, 0}};
  CHECK_EQ(semop(shared, both, 2), 0);
  return unused;
}

static void* wait_for_zero(void* unused) {
  CHECK_EQ(operate(shared, 0, 0, 0), 0);
  return unused;
}

static void* lose(void* unused) {
  CHECK_ERRNO(operate(shared, 0, -100, 0), EIDRM);
  return unused;
}

static void until(int command, int member, int count) {
  for (int i = 0; i < 1000 && semctl(shared, member, command) != count; i++)
    usleep(1000);
  CHECK_EQ(semctl(shared, member, command), count);
}

static void waiting(void) {
  pthread_t a, b;
  shared = semget(IPC_PRIVATE, 2, 0600);
  CHECK_EQ(pthread_create(&a, NULL, take_two, NULL), 0);
  until(GETNCNT, 0, 1);
  CHECK_EQ(operate(shared, 0, 1, 0), 0);
  CHECK_EQ(operate(shared, 1, 1, 0), 0);
  CHECK_EQ(value_of(shared, 0), 1); /* not enough: nothing is taken */
  CHECK_EQ(operate(shared, 0, 2, 0), 0);
  CHECK_EQ(pthread_join(a, NULL), 0);
  CHECK_EQ(value_of(shared, 0), 1);
  CHECK_EQ(value_of(shared, 1), 0);

  CHECK_EQ(pthread_create(&a, NULL, wait_for_zero, NULL), 0);
  CHECK_EQ(pthread_create(&b, NULL, wait_for_zero, NULL), 0);
  until(GETZCNT, 0, 2);
  CHECK_EQ(semctl(shared, 0, GETNCNT), 0);
  CHECK_EQ(operate(shared, 0, -1, 0), 0);
  CHECK_EQ(pthread_join(a, NULL), 0);
  CHECK_EQ(pthread_join(b, NULL), 0);

  /* What is given goes to who waits, not to who asks next. */
  CHECK_EQ(pthread_create(&a, NULL, take_two, NULL), 0);
  until(GETNCNT, 0, 1);
  struct sembuf give[] = {{0, 2, 0}, {1, 1, 0}};
  CHECK_EQ(semop(shared, give, 2), 0);
  CHECK_ERRNO(operate(shared, 0, -1, IPC_NOWAIT), EAGAIN);
  CHECK_EQ(pthread_join(a, NULL), 0);

  /* SETVAL wakes, too. */
  set_value(shared, 1, 1);
  CHECK_EQ(pthread_create(&a, NULL, take_two, NULL), 0);
  until(GETNCNT, 0, 1);
  set_value(shared, 0, 2);
  CHECK_EQ(pthread_join(a, NULL), 0);

  CHECK_EQ(pthread_create(&a, NULL, lose, NULL), 0);
  until(GETNCNT, 0, 1);
  CHECK_EQ(semctl(shared, 0, IPC_RMID), 0);
  CHECK_EQ(pthread_join(a, NULL), 0);
}

static void timeouts(void) {
  int id = semget(IPC_PRIVATE, 1, 0600);
  struct sembuf down = {0, -1, 0};
  struct timespec delay = {0, 20000000}, before, after;
  clock_gettime(CLOCK_MONOTONIC, &before);
  CHECK_ERRNO(semtimedop(id, &down, 1, &delay), EAGAIN);
  clock_gettime(CLOCK_MONOTONIC, &after);
  long passed = (after.tv_sec - before.tv_sec) * 1000000000L + after.tv_nsec - before.tv_nsec;
  CHECK(passed >= 20000000);
  delay.tv_nsec = 1000000000;
  CHECK_ERRNO(semtimedop(id, &down, 1, &delay), EINVAL);
  delay = (struct timespec){-1, 0};
  CHECK_ERRNO(semtimedop(id, &down, 1, &delay), EINVAL);
  delay = (struct timespec){0, 0};
  CHECK_ERRNO(semtimedop(id, &down, 1, &delay), EAGAIN);
  set_value(id, 0, 1);
  CHECK_EQ(semtimedop(id, &down, 1, &delay), 0);
  set_value(id, 0, 1);
  CHECK_EQ(semtimedop(id, &down, 1, NULL), 0);
  CHECK_EQ(semctl(id, 0, IPC_RMID), 0);
}

int main(void) {
  identifiers();
  operations();
  waiting();
  timeouts();
  return 0;
}
