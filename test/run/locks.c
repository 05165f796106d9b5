// Locks on a file between processes of a host, held by one that is stopped at 2 s and one that ends
// at 3 s, while the others wait. A process that dies blocked in a stream lets go of everything.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -pthread -I%include %s -o locks
// RUN: sed -n 's/^.. XML//p' %s >deployment.xml
// RUN: %exits 0 %simterpose run -p %source/platforms/lan.xml -d deployment.xml -o out >printed 2>&1
// RUN: %FileCheck %s <printed
//
// XML<?xml version="1.0"?>
// XML<platform version="4.1">
// XML  <actor host="server" function="./locks" kill_time="2"><argument value="holder"/></actor>
// XML  <actor host="server" function="./locks" start_time="1"><argument value="waiter"/></actor>
// XML  <actor host="server" function="./locks" start_time="1.5"><argument value="last"/></actor>
// XML  <actor host="client" function="./locks" start_time="1"><argument value="elsewhere"/></actor>
// XML</platform>
//
// CHECK: [server 0.000000] held
// CHECK-DAG: [client 1.000000] free
// CHECK-DAG: [server 1.000000] held by 2: bytes 5 to 14
// CHECK: [server 2.000000] waiter got it
// CHECK: [server 2.000000] waiter got all of it
// CHECK: [server 3.000000] last got it
#define _GNU_SOURCE
#include "check.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/file.h>
#include <unistd.h>

static int lock(int fd, int command, short type, long start, long length) {
  struct flock wanted = {.l_type = type, .l_start = start, .l_len = length};
  return fcntl(fd, command, &wanted);
}

/* Blocks for ever in the middle of a stream's buffer. */
static void* block_in_stream(void* stream) {
  for (;;)
    fprintf(stream, "%1000d", 1);
}

static void hold(int fd) {
  CHECK_EQ(lock(fd, F_SETLK, F_WRLCK, 5, 10), 0);
  CHECK_EQ(flock(fd, LOCK_EX), 0);
  int ends[2];
  CHECK_EQ(pipe(ends), 0);
  pthread_t thread;
  CHECK_EQ(pthread_create(&thread, NULL, block_in_stream, fdopen(ends[1], "w")), 0);
  puts("held");
  pause();
}

static void wait_for_it(int fd) {
  struct flock wanted = {.l_type = F_RDLCK};
  CHECK_EQ(fcntl(fd, F_GETLK, &wanted), 0);
  CHECK_EQ(wanted.l_type, F_WRLCK);
  printf("held by %d: bytes %ld to %ld\n", (int)wanted.l_pid, (long)wanted.l_start,
         (long)(wanted.l_start + wanted.l_len - 1));
  CHECK_EQ(lock(fd, F_SETLK, F_WRLCK, 0, 5), 0);
  CHECK_ERRNO(lock(fd, F_SETLK, F_WRLCK, 0, 6), EAGAIN);
  CHECK_EQ(lock(fd, F_SETLKW, F_WRLCK, 0, 0), 0);
  puts("waiter got it");
  CHECK_EQ(flock(fd, LOCK_EX), 0);
  puts("waiter got all of it");
  sleep(1);
}

int main(int argc, char** argv) {
  CHECK_EQ(argc, 2);
  int fd = open("file", O_RDWR | O_CREAT, 0600);
  CHECK(fd >= 0);
  if (strcmp(argv[1], "holder") == 0) {
    hold(fd);
  } else if (strcmp(argv[1], "waiter") == 0) {
    wait_for_it(fd);
  } else if (strcmp(argv[1], "last") == 0) {
    CHECK_EQ(lock(fd, F_SETLKW, F_WRLCK, 0, 0), 0);
    puts("last got it");
  } else {
    CHECK_EQ(lock(fd, F_SETLK, F_WRLCK, 0, 0), 0);
    puts("free");
  }
  return 0;
}
