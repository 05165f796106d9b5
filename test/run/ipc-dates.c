// Waiting for IPC ends at exact dates: deadlines to the nanosecond, deliveries when the sender
// sends, also in memory that a family shares.
//
// RUN: %stp_clang -O2 -pthread -I%include %s -o %t
// RUN: %simterpose run --cpu none -n 1 --quiet -o %t.out %t
// RUN: cat %t.out/node-0/*.stdout | %FileCheck %s
#define _GNU_SOURCE
#include <fcntl.h>
#include <mqueue.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <time.h>

#include "share.h"

static struct timespec began;

static void say(const char* what) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  printf("%.9f %s\n",
         (double)(now.tv_sec - began.tv_sec) + (double)(now.tv_nsec - began.tv_nsec) * 1e-9, what);
  fflush(stdout);
}

static void deadlines(void) {
  int set = semget(IPC_PRIVATE, 1, 0600);
  struct sembuf down = {0, -1, 0};
  struct timespec delay = {0, 250000001};
  CHECK_ERRNO(semtimedop(set, &down, 1, &delay), EAGAIN);
  // CHECK: 0.250000001 semtimedop
  say("semtimedop");
  mqd_t queue = mq_open("/queue", O_RDWR | O_CREAT, 0600, NULL);
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  time.tv_sec++;
  char text[8192];
  CHECK_ERRNO(mq_timedreceive(queue, text, sizeof text, NULL, &time), ETIMEDOUT);
  // CHECK-NEXT: 1.250000001 mq_timedreceive
  say("mq_timedreceive");
}

struct shared {
  sem_t semaphore;
  pthread_mutex_t mutex;
  volatile int turns;
};

static void deliveries(void) {
  struct shared* shared = share_create(sizeof *shared);
  CHECK_EQ(sem_init(&shared->semaphore, 1, 0), 0);
  pthread_mutexattr_t attributes;
  CHECK_EQ(pthread_mutexattr_init(&attributes), 0);
  CHECK_EQ(pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST), 0);
  CHECK_EQ(pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED), 0);
  CHECK_EQ(pthread_mutex_init(&shared->mutex, &attributes), 0);
  int queue = msgget(IPC_PRIVATE, 0600);
  pid_t pid = share_fork(&shared, sizeof *shared);
  struct {
    long type;
    char text[1];
  } message = {1, "x"};
  if (pid == 0) {
    usleep(100000);
    CHECK_EQ(msgsnd(queue, &message, 1, 0), 0);
    usleep(100000);
    CHECK_EQ(pthread_mutex_lock(&shared->mutex), 0);
    CHECK_EQ(sem_post(&shared->semaphore), 0);
    usleep(100000);
    raise(SIGKILL);
  }
  CHECK_EQ(msgrcv(queue, &message, 1, 0, 0), 1);
  // CHECK-NEXT: 1.350000001 msgrcv
  say("msgrcv");
  CHECK_EQ(sem_wait(&shared->semaphore), 0);
  // CHECK-NEXT: 1.450000001 sem_wait
  say("sem_wait");
  CHECK_EQ(pthread_mutex_lock(&shared->mutex), EOWNERDEAD);
  // CHECK-NEXT: 1.550000001 pthread_mutex_lock
  say("pthread_mutex_lock");
  share_join(pid, SIGKILL);
}

int main(void) {
  clock_gettime(CLOCK_MONOTONIC, &began);
  deadlines();
  deliveries();
  return 0;
}
