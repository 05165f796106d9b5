// A host that loses its power forgets what was in its memory only: System V objects, message
// queues, semaphores and shared memory with names. Its files stay.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -pthread -I%include %s -o program
// RUN: sed -n 's/^.. PLATFORM//p' %s >platform.xml
// RUN: printf '2 0\n3 1\n' >host.state
// RUN: sed -n 's/^.. XML//p' %s >deployment.xml
// RUN: %simterpose run --quiet -p platform.xml -d deployment.xml -o out
// RUN: %FileCheck %s <out/host/log
//
// PLATFORM<?xml version='1.0'?>
// PLATFORM<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
// PLATFORM<platform version="4.1">
// PLATFORM  <zone id="lan" routing="Full">
// PLATFORM    <host id="host" speed="1Gf" state_file="host.state"/>
// PLATFORM    <host id="other" speed="1Gf"/>
// PLATFORM    <link id="wire" bandwidth="1GBps" latency="1ms"/>
// PLATFORM    <route src="host" dst="other"><link_ctn id="wire"/></route>
// PLATFORM  </zone>
// PLATFORM</platform>
//
// XML<?xml version="1.0"?>
// XML<platform version="4.1">
// XML  <actor host="host" function="./program" on_failure="RESTART"/>
// XML</platform>
//
// CHECK: made all
// CHECK-NEXT: found nothing
#define _GNU_SOURCE
#include <fcntl.h>
#include <mqueue.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <unistd.h>

#include "check.h"

enum { KEY = 42 };

static void say(const char* what) {
  FILE* log = fopen("log", "a");
  fprintf(log, "%s\n", what);
  fclose(log);
}

static void make(void) {
  int set = semget(KEY, 1, IPC_CREAT | 0600);
  CHECK(set >= 0);
  CHECK(msgget(KEY, IPC_CREAT | 0600) >= 0);
  CHECK(shmat(shmget(KEY, 100, IPC_CREAT | 0600), NULL, 0) != (void*)-1);
  CHECK(mq_open("/queue", O_CREAT | O_RDWR, 0600, NULL) != -1);
  CHECK(sem_open("/semaphore", O_CREAT, 0600, 0) != SEM_FAILED);
  CHECK(shm_open("/memory", O_CREAT | O_RDWR, 0600) >= 0);
  say("made all");
  struct sembuf operation = {0, -1, 0};
  semop(set, &operation, 1); /* until the power is gone */
}

int main(void) {
  if (access("log", F_OK) != 0)
    make();
  CHECK_ERRNO(semget(KEY, 1, 0), ENOENT);
  CHECK_ERRNO(msgget(KEY, 0), ENOENT);
  CHECK_ERRNO(shmget(KEY, 100, 0), ENOENT);
  CHECK_ERRNO(mq_open("/queue", O_WRONLY), ENOENT);
  CHECK(sem_open("/semaphore", 0) == SEM_FAILED && errno == ENOENT);
  CHECK_ERRNO(shm_open("/memory", O_RDWR, 0), ENOENT);
  CHECK(semget(KEY, 1, IPC_CREAT | IPC_EXCL | 0600) >= 0);
  say("found nothing");
  return 0;
}
