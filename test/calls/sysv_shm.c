// CALLS: shmget shmat shmdt shmctl
// RUN: %both
// System V shared memory: segments, attaching at chosen places, counters, removal, fork.
#define _GNU_SOURCE
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"

enum { PAGE = 4096 };

static struct shmid_ds status_of(int id) {
  struct shmid_ds status;
  CHECK_EQ(shmctl(id, IPC_STAT, &status), 0);
  return status;
}

static void* attach(int id, void* place, int flags) {
  void* address = shmat(id, place, flags);
  CHECK(address != (void*)-1);
  return address;
}

static void identifiers(void) {
  const key_t key = 0x48000000 + getpid();
  CHECK_ERRNO(shmget(key, 10, 0600), ENOENT);
  CHECK_ERRNO(shmget(key, 0, IPC_CREAT | 0600), EINVAL);
  int id = shmget(key, 5000, IPC_CREAT | IPC_EXCL | 0640);
  CHECK(id >= 0);
  CHECK_EQ(shmget(key, 5000, 0), id);
  CHECK_EQ(shmget(key, 0, 0), id);
  CHECK_ERRNO(shmget(key, 5001, 0), EINVAL);
  CHECK_ERRNO(shmget(key, 10, IPC_CREAT | IPC_EXCL), EEXIST);
  struct shmid_ds status = status_of(id);
  CHECK_EQ(status.shm_perm.__key, key);
  CHECK_EQ(status.shm_perm.mode & 0777, 0640);
  CHECK_EQ(status.shm_segsz, 5000);
  CHECK_EQ(status.shm_nattch, 0);
  CHECK_EQ(status.shm_cpid, getpid());
  CHECK_EQ(status.shm_lpid, 0);
  CHECK_EQ(status.shm_atime, 0);
  CHECK(status.shm_ctime > 1000000000);
  status.shm_perm.mode = 0600;
  CHECK_EQ(shmctl(id, IPC_SET, &status), 0);
  CHECK_EQ(status_of(id).shm_perm.mode & 0777, 0600);
  CHECK_EQ(shmctl(id, SHM_LOCK, NULL), 0);
  CHECK(status_of(id).shm_perm.mode & SHM_LOCKED);
  CHECK_EQ(shmctl(id, SHM_UNLOCK, NULL), 0);
  CHECK_EQ(shmctl(id, IPC_RMID, NULL), 0);
  CHECK_ERRNO(shmctl(id, IPC_STAT, &status), EINVAL);
  CHECK(shmat(id, NULL, 0) == (void*)-1 && errno == EINVAL);
  CHECK_ERRNO(shmget(key, 10, 0), ENOENT);
  struct shminfo info;
  CHECK(shmctl(0, IPC_INFO, (struct shmid_ds*)&info) >= 0);
  CHECK_EQ(info.shmmin, 1);
  CHECK_EQ(info.shmmni, 4096);
}

static void attaching(void) {
  int id = shmget(IPC_PRIVATE, 3 * PAGE - 5, 0600);
  char *a = attach(id, NULL, 0), *b = attach(id, NULL, 0);
  CHECK(a != b && (unsigned long)a % PAGE == 0);
  CHECK_EQ(a[0], 0);
  a[2 * PAGE] = 7;
  CHECK_EQ(b[2 * PAGE], 7);
  struct shmid_ds status = status_of(id);
  CHECK_EQ(status.shm_nattch, 2);
  CHECK_EQ(status.shm_lpid, getpid());
  CHECK(status.shm_atime > 1000000000 && status.shm_dtime == 0);
  CHECK_EQ(shmdt(b), 0);
  CHECK_ERRNO(shmdt(b), EINVAL);
  CHECK_ERRNO(shmdt(a + 1), EINVAL);
  CHECK_ERRNO(shmdt(a + PAGE), EINVAL);
  status = status_of(id);
  CHECK_EQ(status.shm_nattch, 1);
  CHECK(status.shm_dtime > 1000000000);
  /* At a place of one's own. */
  CHECK(attach(id, b, 0) == b);
  CHECK(shmat(id, b, 0) == (void*)-1 && errno == EINVAL);
  CHECK(shmat(id, b + 1, 0) == (void*)-1 && errno == EINVAL);
  CHECK_EQ(shmdt(b), 0);
  CHECK(attach(id, b + 100, SHM_RND) == b);
  CHECK_EQ(b[2 * PAGE], 7);
  CHECK_EQ(shmdt(b), 0);
  char* place = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(shmat(id, place, 0) == (void*)-1 && errno == EINVAL);
  CHECK(attach(id, place, SHM_REMAP) == place);
  CHECK(place[2 * PAGE] == 7);
  CHECK(shmat(id, NULL, SHM_REMAP) == (void*)-1 && errno == EINVAL);
  CHECK_EQ(shmdt(place), 0);
  CHECK_EQ(munmap(place, 4 * PAGE), 0);
  char* only = attach(id, NULL, SHM_RDONLY);
  CHECK_EQ(only[2 * PAGE], 7);
  CHECK_ERRNO(mprotect(only, PAGE, PROT_READ | PROT_WRITE), EACCES);
  CHECK_EQ(shmdt(only), 0);
  /* A hole cut into it does not keep shmdt from taking the rest away. */
  CHECK_EQ(munmap(a + PAGE, PAGE), 0);
  CHECK_EQ(status_of(id).shm_nattch, 2);
  CHECK_EQ(shmdt(a), 0);
  CHECK_EQ(status_of(id).shm_nattch, 0);
  CHECK_EQ(shmctl(id, IPC_RMID, NULL), 0);
}

static void removal(void) {
  const key_t key = 0x48000000 + getpid();
  int id = shmget(key, 100, IPC_CREAT | 0600);
  int* memory = attach(id, NULL, 0);
  *memory = 5;
  CHECK_EQ(shmctl(id, IPC_RMID, NULL), 0);
  CHECK_ERRNO(shmget(key, 100, 0), ENOENT); /* the name is gone, */
  struct shmid_ds status = status_of(id);   /* the memory not */
  CHECK(status.shm_perm.mode & SHM_DEST);
  CHECK_EQ(status.shm_perm.__key, IPC_PRIVATE);
  int* again = attach(id, NULL, 0);
  CHECK_EQ(*again, 5);
  CHECK_EQ(shmdt(again), 0);
  int other = shmget(key, 100, IPC_CREAT | IPC_EXCL | 0600);
  CHECK(other >= 0 && other != id);
  CHECK_EQ(shmctl(other, IPC_RMID, NULL), 0);
  CHECK_EQ(shmdt(memory), 0);
  CHECK_ERRNO(shmctl(id, IPC_STAT, &status), EINVAL);
}

static void processes(void) {
  const key_t key = 0x48000000 + getpid();
  int id = shmget(key, PAGE, IPC_CREAT | 0600);
  int* memory = attach(id, NULL, 0);
  memory[0] = 1;
  if (child_enters()) {
    CHECK_EQ(status_of(id).shm_nattch, 2);
    CHECK_EQ(memory[0], 1);
    memory[0] = 2;
    int found = shmget(key, PAGE, 0);
    CHECK_EQ(found, id);
    int* own = attach(found, NULL, 0);
    CHECK_EQ(own[0], 2);
    own[1] = 3;
    CHECK_EQ(status_of(id).shm_nattch, 3);
    CHECK_EQ(shmdt(memory), 0);
    CHECK_EQ(status_of(id).shm_nattch, 2);
    _exit(0);
  }
  CHECK_EQ(memory[0], 2);
  CHECK_EQ(memory[1], 3);
  CHECK_EQ(status_of(id).shm_nattch, 1); /* the child's went with it */
  if (child_enters()) {
    CHECK_EQ(shmctl(id, IPC_RMID, NULL), 0);
    memory[2] = 4;
    _exit(0);
  }
  CHECK_EQ(memory[2], 4);
  CHECK_EQ(status_of(id).shm_nattch, 1);
  if (child_enters()) { /* the last to let go of it is a child */
    CHECK_EQ(memory[2], 4);
    _exit(0);
  }
  CHECK_EQ(shmdt(memory), 0);
  struct shmid_ds status;
  CHECK_ERRNO(shmctl(id, IPC_STAT, &status), EINVAL);
}

/* A new program has none of the old one's mappings. */
static void exec(char* program) {
  int id = shmget(IPC_PRIVATE, PAGE, 0600);
  attach(id, NULL, 0);
  if (child_enters()) {
    CHECK_EQ(status_of(id).shm_nattch, 2);
    char number[16];
    snprintf(number, sizeof number, "%d", id);
    execl(program, program, number, (char*)NULL);
    _exit(1);
  }
  CHECK_EQ(shmctl(id, IPC_RMID, NULL), 0);
}

static int executed(int id) {
  CHECK_EQ(status_of(id).shm_nattch, 1);
  CHECK_EQ(status_of(id).shm_lpid, getpid());
  return 0;
}

int main(int argc, char** argv) {
  if (argc > 1)
    return executed(atoi(argv[1]));
  identifiers();
  attaching();
  removal();
  processes();
  exec(argv[0]);
  return 0;
}
