// Sleeps, timeouts and locks end at exact dates, on every clock.
// RUN: %stp_clang -O2 -g -pthread -I%include %s -o %t
// RUN: %simterpose run --cpu none -n 2 --quiet -o %t.out %t
// RUN: cat %t.out/node-1/*.stdout | %FileCheck %s
#define _GNU_SOURCE
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

static struct timespec real_start, monotonic_start;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;

static long long since(clockid_t clock, const struct timespec* start) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (time.tv_sec - start->tv_sec) * 1000000000LL + time.tv_nsec - start->tv_nsec;
}

static void show(const char* what) {
  const long long real = since(CLOCK_REALTIME, &real_start);
  CHECK_EQ(since(CLOCK_MONOTONIC, &monotonic_start), real);
  printf("%s: %lld\n", what, real);
}

static struct timespec after(const struct timespec* start, long nanoseconds) {
  struct timespec time = *start;
  time.tv_nsec += nanoseconds;
  time.tv_sec += time.tv_nsec / 1000000000;
  time.tv_nsec %= 1000000000;
  return time;
}

static void* hold(void* unused) {
  pthread_mutex_lock(&mutex);
  usleep(700);
  pthread_mutex_unlock(&mutex);
  return unused;
}

int main(void) {
  pthread_t threads[3];
  clock_gettime(CLOCK_REALTIME, &real_start);
  clock_gettime(CLOCK_MONOTONIC, &monotonic_start);
  // CHECK: start: 1577836800.000000000, 0
  printf("start: %ld.%09ld, ", real_start.tv_sec, real_start.tv_nsec);
  printf("%ld\n", monotonic_start.tv_nsec);
  usleep(5000);
  // CHECK-NEXT: 5 ms: 5000000
  show("5 ms");
  nanosleep(&(struct timespec){.tv_nsec = 1}, NULL);
  // CHECK-NEXT: 1 ns: 5000001
  show("1 ns");
  sleep(3);
  // CHECK-NEXT: 3 s: 3005000001
  show("3 s");
  struct timespec date = after(&monotonic_start, 3100000000);
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &date, NULL);
  // CHECK-NEXT: absolute: 3100000000
  show("absolute");
  pthread_mutex_lock(&mutex);
  date = after(&real_start, 3200000003);
  CHECK_EQ(pthread_cond_timedwait(&condition, &mutex, &date), ETIMEDOUT);
  // CHECK-NEXT: condition: 3200000003
  show("condition");
  pthread_mutex_unlock(&mutex);
  sem_t semaphore;
  sem_init(&semaphore, 0, 0);
  date = after(&real_start, 3300000000);
  CHECK_ERRNO(sem_timedwait(&semaphore, &date), ETIMEDOUT);
  // CHECK-NEXT: semaphore: 3300000000
  show("semaphore");
  for (int i = 0; i < 3; i++)
    pthread_create(&threads[i], NULL, hold, NULL);
  for (int i = 0; i < 3; i++)
    pthread_join(threads[i], NULL);
  // CHECK-NEXT: three holders: 3302100000
  show("three holders");
  sleep(1000000);
  // CHECK-NEXT: much later: 1000003302100000
  show("much later");
  for (int i = 0; i < 1000; i++)
    nanosleep(&(struct timespec){.tv_nsec = 333}, NULL);
  // CHECK-NEXT: short ones: 1000003302433000
  show("short ones");
  // CHECK-NEXT: Sun Jan 12 13:46:43 2020
  const time_t now = time(NULL);
  fputs(ctime(&now), stdout);
  return 0;
}
