// The cores of a host: how threads share them, at what speed, and whose CPU time that is; to the
// tenth of a millisecond. A unit is work for a millisecond on a core of 1 Gf.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -pthread -I%include %s -o cores
// RUN: sed -n 's/^.. XML//p' %s >platform.xml
// RUN: printf '0.1 0.5\n0.2 0\n0.3 1\n' >speeds
// RUN: %exits 0 %simterpose run --cpu-threshold 0 -p platform.xml -o out ./cores {host} >printed
// RUN: cat out/*/*.stdout | %FileCheck %s
// RUN: %exits 0 %simterpose run -p platform.xml -o out ./cores {host} >printed
// RUN: cat out/*/*.stdout | %FileCheck %s
// XML<?xml version="1.0"?>
// XML<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
// XML<platform version="4.1">
// XML  <zone id="all" routing="Full">
// XML    <host id="half" speed="500Mf"/>
// XML    <host id="one" speed="1Gf"/>
// XML    <host id="three" speed="1Gf" core="3"/>
// XML    <host id="varies" speed="1Gf" speed_file="speeds"/>
// XML    <link id="link" bandwidth="1Gbps" latency="1ms"/>
// XML    <route src="half" dst="one"><link_ctn id="link"/></route>
// XML    <route src="half" dst="three"><link_ctn id="link"/></route>
// XML    <route src="half" dst="varies"><link_ctn id="link"/></route>
// XML    <route src="one" dst="three"><link_ctn id="link"/></route>
// XML    <route src="one" dst="varies"><link_ctn id="link"/></route>
// XML    <route src="three" dst="varies"><link_ctn id="link"/></route>
// XML  </zone>
// XML</platform>
//
// CHECK:     one: 20.0 (20.0), all of them 20.0
// CHECK-NEXT: four: 80.0 (20.0) 80.0 (20.0) 80.0 (20.0) 80.0 (20.0), all of them 80.0
// CHECK-NEXT: unequal: 20.0 (10.0) 30.0 (20.0), all of them 30.0
//
// CHECK:     one: 10.0 (10.0), all of them 10.0
// CHECK-NEXT: four: 40.0 (10.0) 40.0 (10.0) 40.0 (10.0) 40.0 (10.0), all of them 40.0
// CHECK-NEXT: unequal: 10.0 (5.0) 15.0 (10.0), all of them 15.0
// CHECK-NEXT: beside one that spins: 30.0, which used 20.0
// CHECK-NEXT: two with a timer: 40.0 (20.0) 40.0 (20.0), all of them 40.0
// CHECK-NEXT: rang at 10.0, having used 10.0, and at 30.0, 30.0
// CHECK-NEXT: killed by 9 at 1000.0, having used 1.000000 s
//
// CHECK:     one: 10.0 (10.0), all of them 10.0
// CHECK-NEXT: four: 13.3 (10.0) 13.3 (10.0) 13.3 (10.0) 13.3 (10.0), all of them 40.0
// CHECK-NEXT: unequal: 5.0 (5.0) 10.0 (10.0), all of them 15.0
// CHECK-NEXT: beside one that spins: 20.0, which used 20.0
// CHECK-NEXT: two with a timer: 20.0 (20.0) 20.0 (20.0), all of them 40.0
// CHECK-NEXT: rang at 5.0, having used 10.0, and at 15.0, 30.0
// CHECK-NEXT: killed by 9 at 500.0, having used 1.000000 s
//
// CHECK:     one: 10.0 (10.0), all of them 10.0
// CHECK-NEXT: speeds: 300.0 (300.0), all of them 300.0
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

static double show(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return (double)(now.tv_sec % 100) * 1e3 + (double)now.tv_nsec / 1e6; /* ms */
}

static double start; /* date, ms */

static double date(void) { return show(CLOCK_MONOTONIC) - start; }

static double rounds_per_unit;

__attribute__((noinline)) static void rounds(long count) {
  volatile double sink = 2;
  double x = sink;
  for (long i = 0; i < count; i++)
    x = x * 0.999999 + 1e-6;
  sink = x;
}

static void work(int units) { rounds((long)(units * rounds_per_unit)); }

/* What is counted for a round is the plugin's business, and so is what it takes off for the last
 * ones, which a processor does together with what follows. */
static void calibrate(double speed) {
  const double before = show(CLOCK_THREAD_CPUTIME_ID);
  enum { MANY = 10000000 };
  rounds(MANY);
  rounds_per_unit = MANY / ((show(CLOCK_THREAD_CPUTIME_ID) - before) * speed);
}

struct job {
  int units;
  double end, used;
};

static void* do_job(void* argument) {
  struct job* const job = argument;
  work(job->units);
  usleep(0);
  job->end = date();
  job->used = show(CLOCK_THREAD_CPUTIME_ID);
  return NULL;
}

/* As many threads as there are jobs start together. */
static void together(const char* what, struct job* jobs, int count) {
  pthread_t threads[8];
  const double before = show(CLOCK_PROCESS_CPUTIME_ID);
  start = show(CLOCK_MONOTONIC);
  for (int i = 0; i < count; i++)
    CHECK_EQ(pthread_create(&threads[i], NULL, do_job, &jobs[i]), 0);
  for (int i = 0; i < count; i++)
    CHECK_EQ(pthread_join(threads[i], NULL), 0);
  printf("%s:", what);
  for (int i = 0; i < count; i++)
    printf(" %.1f (%.1f)", jobs[i].end, jobs[i].used);
  printf(", all of them %.1f\n", show(CLOCK_PROCESS_CPUTIME_ID) - before);
}

static atomic_int stop;

static void* spin(void* used) {
  while (!atomic_load(&stop))
    continue;
  *(double*)used = show(CLOCK_THREAD_CPUTIME_ID);
  return NULL;
}

static void spinner(void) {
  pthread_t thread;
  double used;
  start = show(CLOCK_MONOTONIC);
  CHECK_EQ(pthread_create(&thread, NULL, spin, &used), 0);
  usleep(10000);
  work(10);
  stop = 1;
  CHECK_EQ(pthread_join(thread, NULL), 0);
  printf("beside one that spins: %.1f, which used %.1f\n", date(), used);
}

static double rung[2], used_then[2];
static int rings;

static void ring(union sigval clock) {
  rung[rings] = date();
  used_then[rings++] = show(clock.sival_int);
}

/* What happens at a CPU time happens then, in the midst of work. */
static void deadlines(void) {
  timer_t timer;
  clockid_t clock;
  CHECK_EQ(clock_getcpuclockid(getpid(), &clock), 0);
  struct sigevent event = {.sigev_notify = SIGEV_THREAD, .sigev_value.sival_int = clock};
  event.sigev_notify_function = ring;
  struct job jobs[2] = {{20, 0, 0}, {20, 0, 0}};
  CHECK_EQ(timer_create(CLOCK_PROCESS_CPUTIME_ID, &event, &timer), 0);
  const double before = show(CLOCK_PROCESS_CPUTIME_ID);
  const struct itimerspec setting = {.it_value = {0, 10000000}, .it_interval = {0, 20000000}};
  CHECK_EQ(timer_settime(timer, 0, &setting, NULL), 0);
  together("two with a timer", jobs, 2);
  printf("rang at %.1f, having used %.1f, and at %.1f, %.1f\n", rung[0], used_then[0] - before,
         rung[1], used_then[1] - before);
  timer_delete(timer);
}

/* A child's; the limit is 1 s, the host has 3 cores. */
static void limit(void) {
  int status;
  struct rusage usage;
  start = show(CLOCK_MONOTONIC);
  const pid_t child = fork();
  if (child == 0) {
    const struct rlimit limit = {1, 1};
    pthread_t other;
    struct job job = {1500, 0, 0};
    setrlimit(RLIMIT_CPU, &limit);
    CHECK_EQ(pthread_create(&other, NULL, do_job, &job), 0);
    do_job(&job);
  }
  CHECK_EQ(wait4(child, &status, 0, &usage), child);
  printf("killed by %d at %.1f, having used %ld.%06ld s\n", WTERMSIG(status), date(),
         (long)usage.ru_utime.tv_sec, (long)usage.ru_utime.tv_usec);
}

int main(int argc, char** argv) {
  const char* const host = argc > 1 ? argv[1] : "";
  calibrate(strcmp(host, "half") == 0 ? 0.5 : 1);
  struct job one = {10, 0, 0}, equal[4] = {{10}, {10}, {10}, {10}}, unequal[2] = {{5}, {10}};
  together("one", &one, 1);
  if (strcmp(host, "varies") == 0) { /* 0.05 s at full speed, 0.1 s at half, nothing, the rest */
    struct job job = {150, 0, 0};
    const struct timespec when = {1000, 50000000};
    CHECK_EQ(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, NULL), 0);
    together("speeds", &job, 1);
    return 0;
  }
  together("four", equal, 4);
  together("unequal", unequal, 2);
  if (strcmp(host, "half") == 0)
    return 0;
  spinner();
  deadlines();
  limit();
  return 0;
}
