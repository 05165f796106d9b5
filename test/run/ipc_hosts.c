// Keys, names and shared memory are a host's: processes of one host share them, others have their
// own. Each line of the deployment is a process.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -pthread -I%include %s -o ipc
// RUN: sed -n 's/^.. XML//p' %s >deployment.xml
// RUN: %simterpose run --quiet -p %source/platforms/lan.xml -d deployment.xml -o out
//
// XML<?xml version="1.0"?>
// XML<platform version="4.1">
// XML  <actor host="server" function="./ipc"><argument value="make"/></actor>
// XML  <actor host="server" function="./ipc" start_time="1"><argument value="find"/></actor>
// XML  <actor host="client" function="./ipc" start_time="1"><argument value="miss"/></actor>
// XML</platform>
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

enum { KEY = 4711 };

static void make(void) {
  CHECK(semget(KEY, 1, IPC_CREAT | 0600) >= 0);
  int queue = msgget(KEY, IPC_CREAT | 0600);
  CHECK(queue >= 0);
  int* memory = shmat(shmget(KEY, 100, IPC_CREAT | 0600), NULL, 0);
  CHECK(memory != (void*)-1);
  memory[0] = 1;
  mqd_t named = mq_open("/queue", O_CREAT | O_RDWR, 0600, NULL);
  CHECK(named != -1);
  sem_t* semaphore = sem_open("/semaphore", O_CREAT, 0600, 0);
  CHECK(semaphore != SEM_FAILED);
  int file = shm_open("/memory", O_CREAT | O_RDWR, 0600);
  CHECK_EQ(ftruncate(file, 4096), 0);
  volatile int* mapped = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  CHECK(mapped != MAP_FAILED);
  struct {
    long type;
    int value;
  } message;
  CHECK_EQ(msgrcv(queue, &message, sizeof message.value, 0, 0), sizeof message.value);
  CHECK_EQ(message.value, 5);
  CHECK_EQ(memory[0], 2);
  char text[8192];
  CHECK_EQ(mq_receive(named, text, sizeof text, NULL), 2);
  CHECK_EQ(sem_wait(semaphore), 0);
  CHECK_EQ(*mapped, 3);
}

static void find(void) {
  CHECK(semget(KEY, 1, 0) >= 0);
  int* memory = shmat(shmget(KEY, 100, 0), NULL, 0);
  CHECK(memory != (void*)-1 && memory[0] == 1);
  memory[0] = 2;
  struct {
    long type;
    int value;
  } message = {1, 5};
  CHECK_EQ(msgsnd(msgget(KEY, 0), &message, sizeof message.value, 0), 0);
  sleep(1);
  mqd_t named = mq_open("/queue", O_WRONLY);
  CHECK_EQ(mq_send(named, "ab", 2, 0), 0);
  sleep(1);
  int file = shm_open("/memory", O_RDWR, 0);
  volatile int* mapped = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  CHECK(mapped != MAP_FAILED);
  *mapped = 3;
  sem_t* semaphore = sem_open("/semaphore", 0);
  CHECK(semaphore != SEM_FAILED);
  CHECK_EQ(sem_post(semaphore), 0);
}

static void miss(void) {
  CHECK_ERRNO(semget(KEY, 1, 0), ENOENT);
  CHECK_ERRNO(msgget(KEY, 0), ENOENT);
  CHECK_ERRNO(shmget(KEY, 100, 0), ENOENT);
  CHECK_ERRNO(mq_open("/queue", O_WRONLY), ENOENT);
  CHECK(sem_open("/semaphore", 0) == SEM_FAILED && errno == ENOENT);
  CHECK_ERRNO(shm_open("/memory", O_RDWR, 0), ENOENT);
}

int main(int argc, char** argv) {
  CHECK_EQ(argc, 2);
  strcmp(argv[1], "make") == 0 ? make() : strcmp(argv[1], "find") == 0 ? find() : miss();
  return 0;
}
