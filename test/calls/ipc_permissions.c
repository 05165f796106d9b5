// CALLS: semget semctl semop msgget msgctl msgsnd msgrcv shmget shmat shmctl mq_open mq_unlink
// RUN: %both
// Who may use, change and remove IPC objects. Needs root to become somebody else.
#define _GNU_SOURCE
#include <fcntl.h>
#include <mqueue.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>

#include "child.h"

enum { USER = 1234, GROUP = 4321 };

union argument {
  int value;
  struct semid_ds* status;
};

static key_t key;
static char name[32];
static int set, queue, segment;

static void become(uid_t user, gid_t group) {
  CHECK_EQ(setresgid(group, group, group), 0);
  CHECK_EQ(setresuid(user, user, user), 0);
}

/* A stranger, where the owner only may do anything. */
static void stranger(void* unused) {
  (void)unused;
  become(USER, USER);
  struct sembuf up = {0, 1, 0};
  struct semid_ds set_status;
  CHECK_ERRNO(semget(key, 1, 0600), EACCES);
  CHECK_EQ(semget(key, 1, 0), set); /* asks for nothing */
  CHECK_ERRNO(semop(set, &up, 1), EACCES);
  CHECK_ERRNO(semctl(set, 0, GETVAL), EACCES);
  CHECK_ERRNO(semctl(set, 0, SETVAL, (union argument){.value = 1}), EACCES);
  CHECK_ERRNO(semctl(set, 0, IPC_STAT, (union argument){.status = &set_status}), EACCES);
  CHECK_ERRNO(semctl(set, 0, IPC_RMID), EPERM);

  struct {
    long type;
    char text[4];
  } message = {1, "abc"};
  struct msqid_ds queue_status = {0};
  CHECK_ERRNO(msgget(key, 0600), EACCES);
  CHECK_ERRNO(msgsnd(queue, &message, 4, IPC_NOWAIT), EACCES);
  CHECK_ERRNO(msgrcv(queue, &message, 4, 0, IPC_NOWAIT), EACCES);
  CHECK_ERRNO(msgctl(queue, IPC_STAT, &queue_status), EACCES);
  CHECK_ERRNO(msgctl(queue, IPC_SET, &queue_status), EPERM);
  CHECK_ERRNO(msgctl(queue, IPC_RMID, NULL), EPERM);

  struct shmid_ds segment_status = {0};
  CHECK_ERRNO(shmget(key, 1, 0400), EACCES);
  CHECK(shmat(segment, NULL, SHM_RDONLY) == (void*)-1 && errno == EACCES);
  CHECK_ERRNO(shmctl(segment, IPC_STAT, &segment_status), EACCES);
  CHECK_ERRNO(shmctl(segment, IPC_RMID, NULL), EPERM);

  CHECK_ERRNO(mq_open(name, O_RDONLY), EACCES);
  CHECK_ERRNO(mq_unlink(name), EACCES);

  /* What is one's own. */
  int own = msgget(IPC_PRIVATE, 0200);
  CHECK(own >= 0);
  CHECK_EQ(msgsnd(own, &message, 4, 0), 0);
  CHECK_ERRNO(msgrcv(own, &message, 4, 0, 0), EACCES);
  CHECK_EQ(msgctl(own, IPC_RMID, NULL), 0);
  struct mq_attr attributes = {.mq_maxmsg = 11, .mq_msgsize = 1};
  CHECK_ERRNO(mq_open("/simterpose-too-long", O_RDWR | O_CREAT, 0600, &attributes), EINVAL);
}

/* One of the group, which may read the queue. */
static void member(void* unused) {
  (void)unused;
  become(USER, GROUP);
  struct msqid_ds status;
  struct {
    long type;
    char text[4];
  } message = {1, "abc"};
  CHECK_EQ(msgctl(queue, IPC_STAT, &status), 0);
  CHECK_ERRNO(msgsnd(queue, &message, 4, IPC_NOWAIT), EACCES);
  CHECK_ERRNO(msgrcv(queue, &message, 4, 0, IPC_NOWAIT), ENOMSG);
}

/* Who has been given the set. */
static void heir(void* unused) {
  (void)unused;
  become(USER, USER);
  struct sembuf up = {0, 1, 0};
  CHECK_EQ(semop(set, &up, 1), 0);
  CHECK_EQ(semctl(set, 0, IPC_RMID), 0);
}

int main(void) {
  if (geteuid() != 0)
    return 0;
  key = 0x50000000 + getpid();
  snprintf(name, sizeof name, "/simterpose-%d", getpid());
  set = semget(key, 1, IPC_CREAT | IPC_EXCL | 0600);
  queue = msgget(key, IPC_CREAT | IPC_EXCL | 0600);
  segment = shmget(key, 1, IPC_CREAT | IPC_EXCL | 0600);
  mqd_t mqueue = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, NULL);
  CHECK(set >= 0 && queue >= 0 && segment >= 0 && mqueue != -1);
  int failed = child_status(child_start(stranger, NULL));

  struct msqid_ds queue_status;
  CHECK_EQ(msgctl(queue, IPC_STAT, &queue_status), 0);
  queue_status.msg_perm.gid = GROUP;
  queue_status.msg_perm.mode = 0640;
  CHECK_EQ(msgctl(queue, IPC_SET, &queue_status), 0);
  failed |= child_status(child_start(member, NULL));

  struct semid_ds set_status;
  CHECK_EQ(semctl(set, 0, IPC_STAT, (union argument){.status = &set_status}), 0);
  set_status.sem_perm.uid = USER;
  CHECK_EQ(semctl(set, 0, IPC_SET, (union argument){.status = &set_status}), 0);
  failed |= child_status(child_start(heir, NULL));

  CHECK_EQ(msgctl(queue, IPC_RMID, NULL), 0);
  CHECK_EQ(shmctl(segment, IPC_RMID, NULL), 0);
  CHECK_EQ(mq_unlink(name), 0);
  CHECK_EQ(failed, 0);
  return 0;
}
