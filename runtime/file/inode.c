/* The records of files: a hash by real device and number. */
#include "file/inode.h"

#include <uthash.h>

#include "engine/engine.h"
#include "process/process.h"
#include "sync/wait.h"
#include "time/clock.h"

struct key {
  dev_t device;
  ino_t number;
};

struct stp_inode {
  struct key key;
  uint64_t number;
  int references;
  bool unlinked;
  bool mode_known, times_known;
  mode_t mode; /* permissions only */
  uid_t user;
  gid_t group;
  struct timespec access, modification;
  struct stp_lock* locks;
  struct stp_waitq lock_queue;
  UT_hash_handle hh;
};

/* All hosts' files seem to lie on one device. */
enum { VIRTUAL_DEVICE = 0xfe00, DIRECTORY_SIZE = 4096, BLOCK = 4096, SECTOR = 512 };

static struct stp_inode* inodes;
static uint64_t last_number = 1;

static struct timespec now(void) {
  return stp_date_to_timespec(stp_self ? stp_now() : stp_engine_now(), CLOCK_REALTIME);
}

struct stp_inode* stp_inode_of(dev_t device, ino_t number) {
  const struct key key = {device, number};
  struct stp_inode* inode;
  HASH_FIND(hh, inodes, &key, sizeof key, inode);
  if (inode)
    return inode;
  inode = stp_alloc(sizeof *inode);
  inode->key = key;
  inode->number = ++last_number;
  HASH_ADD(hh, inodes, key, sizeof key, inode);
  return inode;
}

static void forget(struct stp_inode* inode) {
  HASH_DEL(inodes, inode);
  stp_free(inode);
}

struct stp_inode* stp_inode_created(const struct stat* real, mode_t mode) {
  struct stp_inode* const inode = stp_inode_of(real->st_dev, real->st_ino);
  inode->number = ++last_number;
  inode->unlinked = false;
  inode->user = 0;
  inode->group = 0;
  stp_inode_set_mode(inode, mode);
  inode->access = inode->modification = now();
  inode->times_known = true;
  return inode;
}

void stp_inode_ref(struct stp_inode* inode) { inode->references++; }

void stp_inode_unref(struct stp_inode* inode) {
  if (--inode->references == 0 && inode->unlinked)
    forget(inode);
}

void stp_inode_unlinked(const struct stat* real) {
  if (real->st_nlink > 1 && !S_ISDIR(real->st_mode))
    return;
  struct stp_inode* const inode = stp_inode_of(real->st_dev, real->st_ino);
  inode->unlinked = true;
  if (inode->references == 0)
    forget(inode);
}

uint64_t stp_inode_number(struct stp_inode* inode) { return inode->number; }

void stp_inode_modified(struct stp_inode* inode) {
  inode->modification = now();
  if (!inode->times_known)
    inode->access = inode->modification;
  inode->times_known = true;
}

void stp_inode_set_mode(struct stp_inode* inode, mode_t mode) {
  inode->mode = mode & 07777;
  inode->mode_known = true;
}

void stp_inode_set_owner(struct stp_inode* inode, uid_t user, gid_t group) {
  if (user != (uid_t)-1)
    inode->user = user;
  if (group != (gid_t)-1)
    inode->group = group;
}

static void set_time(struct timespec* time, const struct timespec* value) {
  if (value->tv_nsec == UTIME_NOW)
    *time = now();
  else if (value->tv_nsec != UTIME_OMIT)
    *time = *value;
}

void stp_inode_set_times(struct stp_inode* inode, const struct timespec times[2]) {
  if (!inode->times_known)
    stp_inode_modified(inode);
  set_time(&inode->access, &times[0]);
  set_time(&inode->modification, &times[1]);
}

void stp_inode_present(const struct stat* real, struct stat* result) {
  const struct stp_inode* const inode = stp_inode_of(real->st_dev, real->st_ino);
  const bool directory = S_ISDIR(real->st_mode);
  const mode_t mode = inode->mode_known ? inode->mode : real->st_mode & 07777;
  const off_t size = directory ? DIRECTORY_SIZE : real->st_size;
  const struct timespec modification = inode->times_known ? inode->modification : real->st_mtim;
  *result = (struct stat){
      .st_dev = VIRTUAL_DEVICE,
      .st_ino = inode->number,
      .st_mode = (real->st_mode & S_IFMT) | mode,
      .st_nlink = directory ? 2 : real->st_nlink,
      .st_uid = inode->user,
      .st_gid = inode->group,
      .st_size = size,
      .st_blksize = BLOCK,
      .st_blocks = (size + BLOCK - 1) / BLOCK * (BLOCK / SECTOR),
      .st_atim = inode->times_known ? inode->access : modification,
      .st_mtim = modification,
      .st_ctim = modification,
  };
}

struct stp_lock** stp_inode_locks(struct stp_inode* inode) {
  return &inode->locks;
}

struct stp_waitq* stp_inode_lock_queue(struct stp_inode* inode) {
  return &inode->lock_queue;
}
