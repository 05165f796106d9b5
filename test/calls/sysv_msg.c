// CALLS: msgget msgsnd msgrcv msgctl ftok
// RUN: %both
// System V message queues: types, limits, waiting, errors; ftok. (With fork: sysv_fork.c.)
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/msg.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

struct message {
  long type;
  char text[8192];
};

static int id;

static int send(long type, const char* text, int flags) {
  struct message message = {.type = type};
  strcpy(message.text, text);
  return msgsnd(id, &message, strlen(text) + 1, flags);
}

static const char* receive(long type, int flags) {
  static struct message message;
  memset(&message, 0, sizeof message);
  ssize_t size = msgrcv(id, &message, sizeof message.text, type, flags);
  return size < 0 ? NULL : message.text;
}

static void identifiers(void) {
  const key_t key = 0x4d000000 + getpid();
  CHECK_ERRNO(msgget(key, 0), ENOENT);
  id = msgget(key, IPC_CREAT | 0600);
  CHECK(id >= 0);
  CHECK_EQ(msgget(key, 0), id);
  CHECK_ERRNO(msgget(key, IPC_CREAT | IPC_EXCL), EEXIST);
  struct msqid_ds status;
  CHECK_EQ(msgctl(id, IPC_STAT, &status), 0);
  CHECK_EQ(status.msg_perm.__key, key);
  CHECK_EQ(status.msg_perm.mode, 0600);
  CHECK_EQ(status.msg_qnum, 0);
  CHECK_EQ(status.msg_qbytes, 16384);
  CHECK_EQ(status.msg_lspid, 0);
  CHECK_EQ(status.msg_stime, 0);
  CHECK_EQ(send(3, "abc", 0), 0);
  CHECK_EQ(msgctl(id, IPC_STAT, &status), 0);
  CHECK_EQ(status.msg_qnum, 1);
  CHECK_EQ(status.__msg_cbytes, 4);
  CHECK_EQ(status.msg_lspid, getpid());
  CHECK(status.msg_stime > 1000000000);
  CHECK_EQ(msgctl(id, IPC_RMID, NULL), 0);
  CHECK_ERRNO(msgctl(id, IPC_STAT, &status), EINVAL);
  CHECK_ERRNO(send(1, "", 0), EINVAL);
  CHECK_ERRNO(msgget(key, 0), ENOENT);

  int fd = open("file", O_CREAT | O_WRONLY, 0600);
  CHECK(fd >= 0);
  struct stat file;
  CHECK_EQ(fstat(fd, &file), 0);
  close(fd);
  CHECK_EQ(ftok("file", 'x'),
           (key_t)((file.st_ino & 0xffff) | (file.st_dev & 0xff) << 16 | (unsigned)'x' << 24));
  CHECK_ERRNO(ftok("nothing", 'x'), ENOENT);
}

static void types(void) {
  id = msgget(IPC_PRIVATE, 0600);
  CHECK_EQ(send(5, "five", 0), 0);
  CHECK_EQ(send(2, "two", 0), 0);
  CHECK_EQ(send(7, "seven", 0), 0);
  CHECK_EQ(send(2, "two again", 0), 0);
  CHECK(strcmp(receive(7, 0), "seven") == 0);
  CHECK(strcmp(receive(-4, 0), "two") == 0);
  CHECK(strcmp(receive(5, MSG_EXCEPT), "two again") == 0);
  CHECK_ERRNO(msgrcv(id, (char[16]){0}, 8, 9, IPC_NOWAIT), ENOMSG);
  CHECK_ERRNO(msgrcv(id, (char[16]){0}, 8, -4, IPC_NOWAIT), ENOMSG);
  CHECK_ERRNO(msgrcv(id, (char[16]){0}, 8, 5, IPC_NOWAIT | MSG_EXCEPT), ENOMSG);
  struct message message;
  CHECK_ERRNO(msgrcv(id, &message, 2, 0, 0), E2BIG);
  CHECK_EQ(msgrcv(id, &message, 2, 0, MSG_NOERROR), 2);
  CHECK(message.type == 5 && memcmp(message.text, "fi", 2) == 0);
  CHECK_ERRNO(msgrcv(id, &message, 2, 0, IPC_NOWAIT), ENOMSG);
  /* First in, first out, among those of the lowest type for a negative one. */
  CHECK_EQ(send(4, "a", 0) + send(3, "b", 0) + send(4, "c", 0) + send(3, "d", 0), 0);
  CHECK(strcmp(receive(-10, 0), "b") == 0);
  CHECK(strcmp(receive(-10, 0), "d") == 0);
  CHECK(strcmp(receive(0, 0), "a") == 0);
  CHECK(strcmp(receive(0, 0), "c") == 0);
  message.type = 0;
  CHECK_ERRNO(msgsnd(id, &message, 1, 0), EINVAL);
  message.type = 1;
  CHECK_ERRNO(msgsnd(id, &message, 8193, 0), EINVAL);
  CHECK_ERRNO(msgsnd(-1, &message, 1, 0), EINVAL);
  CHECK_ERRNO(msgrcv(-1, &message, 1, 0, 0), EINVAL);
  CHECK_EQ(msgsnd(id, &message, 0, 0), 0);
  CHECK_EQ(msgrcv(id, &message, 10, 0, 0), 0);
  CHECK_ERRNO(msgctl(id, 4711, NULL), EINVAL);
}

static void limits(void) {
  static struct message message = {.type = 1};
  CHECK_EQ(msgsnd(id, &message, 8192, IPC_NOWAIT), 0);
  CHECK_EQ(msgsnd(id, &message, 8192, IPC_NOWAIT), 0);
  CHECK_ERRNO(msgsnd(id, &message, 1, IPC_NOWAIT), EAGAIN);
  CHECK_EQ(msgrcv(id, &message, 8192, 0, 0), 8192);
  CHECK_EQ(msgsnd(id, &message, 8192, IPC_NOWAIT), 0);
  CHECK_EQ(msgrcv(id, &message, 8192, 0, 0), 8192);
  CHECK_EQ(msgrcv(id, &message, 8192, 0, 0), 8192);
  struct msqid_ds status;
  CHECK_EQ(msgctl(id, IPC_STAT, &status), 0);
  status.msg_qbytes = 10;
  CHECK_EQ(msgctl(id, IPC_SET, &status), 0);
  message.type = 1;
  CHECK_EQ(msgsnd(id, &message, 10, IPC_NOWAIT), 0);
  CHECK_ERRNO(msgsnd(id, &message, 1, IPC_NOWAIT), EAGAIN);
  CHECK_EQ(msgrcv(id, &message, 10, 0, 0), 10);
  struct msginfo info;
  CHECK(msgctl(0, IPC_INFO, (struct msqid_ds*)&info) >= 0);
  CHECK_EQ(info.msgmax, 8192);
  CHECK_EQ(info.msgmnb, 16384);
}

static void* echo(void* unused) {
  struct message message;
  for (;;) {
    ssize_t size = msgrcv(id, &message, sizeof message.text, 1, 0);
    CHECK(size > 0);
    if (strcmp(message.text, "end") == 0)
      return unused;
    message.type = 2;
    CHECK_EQ(msgsnd(id, &message, (size_t)size, 0), 0);
  }
}

static void* too_small(void* unused) {
  struct message message;
  CHECK_ERRNO(msgrcv(id, &message, 2, 8, 0), E2BIG);
  return unused;
}

static sem_t about;

static void* lose(void* unused) {
  struct message message;
  CHECK_EQ(sem_post(&about), 0);
  CHECK_ERRNO(msgrcv(id, &message, 2, 9, 0), EIDRM);
  return unused;
}

static void* receive_for_ever(void* unused) {
  struct message message;
  msgrcv(id, &message, 2, 9, 0);
  return unused;
}

static void* fill(void* unused) {
  struct message message = {.type = 6};
  for (int i = 0; i < 20; i++) {
    message.text[0] = (char)i;
    CHECK_EQ(msgsnd(id, &message, 4, 0), 0);
  }
  return unused;
}

static void waiting(void) {
  pthread_t thread, other;
  CHECK_EQ(pthread_create(&thread, NULL, echo, NULL), 0);
  for (int i = 0; i < 100; i++) {
    char text[8];
    sprintf(text, "%d", i);
    CHECK_EQ(send(1, text, 0), 0);
    CHECK(strcmp(receive(2, 0), text) == 0);
  }
  CHECK_EQ(send(1, "end", 0), 0);
  CHECK_EQ(pthread_join(thread, NULL), 0);

  /* The queue holds two of these at a time (limits() left it with 10 bytes). */
  CHECK_EQ(pthread_create(&thread, NULL, fill, NULL), 0);
  struct message message;
  for (int i = 0; i < 20; i++) {
    if (i % 5 == 0)
      usleep(2000);
    CHECK_EQ(msgrcv(id, &message, 4, 6, 0), 4);
    CHECK_EQ(message.text[0], i);
  }
  CHECK_EQ(pthread_join(thread, NULL), 0);

  CHECK_EQ(pthread_create(&thread, NULL, receive_for_ever, NULL), 0);
  usleep(10000);
  CHECK_EQ(pthread_cancel(thread), 0);
  void* result;
  CHECK_EQ(pthread_join(thread, &result), 0);
  CHECK(result == PTHREAD_CANCELED);

  CHECK_EQ(pthread_create(&thread, NULL, too_small, NULL), 0);
  CHECK_EQ(sem_init(&about, 0, 0), 0);
  CHECK_EQ(pthread_create(&other, NULL, lose, NULL), 0);
  CHECK_EQ(sem_wait(&about), 0);
  usleep(20000);
  CHECK_EQ(send(8, "abc", 0), 0);
  CHECK_EQ(pthread_join(thread, NULL), 0);
  CHECK(strcmp(receive(8, 0), "abc") == 0);
  CHECK_EQ(msgctl(id, IPC_RMID, NULL), 0);
  CHECK_EQ(pthread_join(other, NULL), 0);
}

int main(void) {
  identifiers();
  types();
  limits();
  waiting();
  return 0;
}
