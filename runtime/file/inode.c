/* The records of files: a hash by host, real device and number. */
#include "file/inode.h"

#include <string.h>
#include <uthash.h>

#include "engine/engine.h"
#include "file/inotify.h"
#include "process/identity.h"
#include "process/process.h"
#include "sync/wait.h"
#include "time/clock.h"

struct key {
  uint64_t host; /* its index */
  dev_t device;
  ino_t number;
};

struct stp_inode {
  struct key key;
  const struct stp_host* host;
  uint64_t number;
  int references;
  bool unlinked;
  bool replaced; /* its real number has gone to another file: not in the hash */
  bool mode_known, owner_known, times_known;
  mode_t mode; /* permissions only */
  uid_t user;
  gid_t group;
  struct timespec access, modification, change;
  char* path; /* while it is open */
  struct stp_lock* locks;
  struct stp_waitq lock_queue;
  struct stp_pipe* pipe;
  struct stp_inode_watch* watches;
  UT_hash_handle hh;
};

/* All hosts' files seem to lie on one device. A directory has one link, as where nobody counts. */
enum { VIRTUAL_DEVICE = 0xfe00, DIRECTORY_SIZE = 4096, BLOCK = 4096, SECTOR = 512 };

static struct stp_inode* inodes;
static uint64_t last_number = 1;

static struct timespec now(void) {
  return stp_date_to_timespec(stp_self ? stp_now() : stp_engine_now(), CLOCK_REALTIME);
}

static struct stp_inode* find(const struct key* key) {
  struct stp_inode* inode;
  HASH_FIND(hh, inodes, key, sizeof *key, inode);
  return inode;
}

struct stp_inode* stp_inode_known(const struct stp_host* host, dev_t device, ino_t number) {
  const struct key key = {host->index, device, number};
  return find(&key);
}

struct stp_inode* stp_inode_of(dev_t device, ino_t number) {
  const struct key key = {stp_me->host->index, device, number};
  struct stp_inode* inode = find(&key);
  if (inode)
    return inode;
  inode = stp_alloc(sizeof *inode);
  inode->key = key;
  inode->host = stp_me->host;
  inode->number = ++last_number;
  HASH_ADD(hh, inodes, key, sizeof key, inode);
  return inode;
}

static void forget(struct stp_inode* inode) {
  stp_inotify_gone(inode);
  if (!inode->replaced)
    HASH_DEL(inodes, inode);
  stp_free(inode->path);
  stp_free(inode);
}

/* A removed directory that is still open is not so for the real system, which gives its number to
 * the next file. */
static void make_way(const struct stat* real) {
  struct stp_inode* const old = stp_inode_known(stp_me->host, real->st_dev, real->st_ino);
  if (!old || !old->unlinked)
    return;
  HASH_DEL(inodes, old);
  old->replaced = true;
}

struct stp_inode* stp_inode_created(const struct stat* real, mode_t mode) {
  make_way(real);
  struct stp_inode* const inode = stp_inode_of(real->st_dev, real->st_ino);
  const struct stp_identity* const creator = stp_identity();
  inode->number = ++last_number;
  inode->unlinked = false;
  inode->user = stp_file_user(creator);
  inode->group = stp_file_group(creator);
  inode->owner_known = true;
  inode->mode = mode & 07777;
  inode->mode_known = true;
  inode->access = inode->modification = inode->change = now();
  inode->times_known = true;
  return inode;
}

void stp_inode_ref(struct stp_inode* inode) { inode->references++; }

void stp_inode_unref(struct stp_inode* inode) {
  if (--inode->references > 0)
    return;
  stp_free(inode->path);
  inode->path = NULL;
  if (inode->unlinked)
    forget(inode);
}

void stp_inode_unlinked(const struct stat* real) {
  struct stp_inode* const inode = stp_inode_of(real->st_dev, real->st_ino);
  stp_inode_changed(inode);
  if (real->st_nlink <= 1 || S_ISDIR(real->st_mode))
    stp_inode_nameless(inode);
}

void stp_inode_nameless(struct stp_inode* inode) {
  inode->unlinked = true;
  if (inode->references == 0)
    forget(inode);
}

void stp_inode_named(struct stp_inode* inode) {
  inode->unlinked = false;
  stp_inode_changed(inode);
}

bool stp_inode_is_nameless(const struct stp_inode* inode) { return inode->unlinked; }

uint64_t stp_inode_number(struct stp_inode* inode) { return inode->number; }

const struct stp_host* stp_inode_host(const struct stp_inode* inode) { return inode->host; }

/* ---- names ---- */

const char* stp_inode_path(const struct stp_inode* inode) { return inode->path; }

void stp_inode_set_path(struct stp_inode* inode, const char* path) {
  if (inode->path && strcmp(inode->path, path) == 0)
    return;
  char* const copy = stp_strdup(path);
  stp_free(inode->path);
  inode->path = copy;
}

void stp_inodes_moved(const char* from, const char* to) {
  const size_t length = strlen(from);
  struct stp_inode *inode, *next;
  HASH_ITER(hh, inodes, inode, next) {
    if (inode->host != stp_me->host || !inode->path || strncmp(inode->path, from, length) != 0 ||
        inode->path[length] != '/')
      continue;
    char* const path = stp_alloc(strlen(to) + strlen(inode->path + length) + 1);
    stpcpy(stpcpy(path, to), inode->path + length);
    stp_free(inode->path);
    inode->path = path;
  }
}

/* ---- dates ---- */

static bool later(struct timespec a, struct timespec b) {
  return a.tv_sec > b.tv_sec || (a.tv_sec == b.tv_sec && a.tv_nsec > b.tv_nsec);
}

/* As with the mount option relatime, the default: when the last access is older than the last
 * change, or a day old. */
void stp_inode_accessed(struct stp_inode* inode) {
  enum { DAY = 24 * 60 * 60 };
  if (!inode->times_known)
    return;
  const bool fresh =
      later(inode->access, inode->modification) && later(inode->access, inode->change);
  const struct timespec date = now();
  if (!fresh || date.tv_sec - inode->access.tv_sec >= DAY)
    inode->access = date;
}

void stp_inode_modified(struct stp_inode* inode) {
  inode->modification = inode->change = now();
  if (!inode->times_known)
    inode->access = inode->modification;
  inode->times_known = true;
}

void stp_inode_changed(struct stp_inode* inode) {
  if (inode->times_known)
    inode->change = now();
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
  stp_inode_changed(inode);
}

/* ---- permissions and owners ---- */

void stp_inode_set_mode(struct stp_inode* inode, mode_t mode) {
  inode->mode = mode & 07777;
  inode->mode_known = true;
  stp_inode_changed(inode);
}

bool stp_inode_owned(const struct stp_inode* inode) { return inode->owner_known; }

void stp_inode_default_owner(struct stp_inode* inode, uid_t user, gid_t group) {
  if (inode->owner_known)
    return;
  inode->user = user;
  inode->group = group;
  inode->owner_known = true;
}

void stp_inode_default_group(struct stp_inode* inode, gid_t group) { inode->group = group; }

void stp_inode_inherit(struct stp_inode* inode, const struct stat* before) {
  inode->number = before->st_ino > 1 ? before->st_ino : inode->number; /* 1: synthetic */
  inode->user = before->st_uid;
  inode->group = before->st_gid;
  inode->access = before->st_atim;
  inode->modification = before->st_mtim;
  inode->change = before->st_ctim;
}

void stp_inode_set_owner(struct stp_inode* inode, uid_t user, gid_t group) {
  if (user != (uid_t)-1)
    inode->user = user;
  if (group != (gid_t)-1)
    inode->group = group;
  inode->owner_known = true;
  stp_inode_changed(inode);
}

/* ---- what stat says ---- */

void stp_inode_stat(struct stp_inode* inode, const struct stat* real, struct stat* result) {
  const bool directory = S_ISDIR(real->st_mode);
  const mode_t mode = inode->mode_known ? inode->mode : real->st_mode & 07777;
  const off_t size = directory ? DIRECTORY_SIZE : real->st_size;
  const bool dated = inode->times_known;
  *result = (struct stat){
      .st_dev = VIRTUAL_DEVICE,
      .st_ino = inode->number,
      .st_mode = (real->st_mode & S_IFMT) | mode,
      .st_nlink = directory ? 1 : real->st_nlink,
      .st_uid = inode->user,
      .st_gid = inode->group,
      .st_size = size,
      .st_blksize = BLOCK,
      .st_blocks = (size + BLOCK - 1) / BLOCK * (BLOCK / SECTOR),
      .st_atim = dated ? inode->access : real->st_mtim,
      .st_mtim = dated ? inode->modification : real->st_mtim,
      .st_ctim = dated ? inode->change : real->st_mtim,
  };
}

void stp_inode_present(const struct stat* real, struct stat* result) {
  stp_inode_stat(stp_inode_of(real->st_dev, real->st_ino), real, result);
}

/* ---- what others keep ---- */

struct stp_lock** stp_inode_locks(struct stp_inode* inode) {
  return &inode->locks;
}

struct stp_waitq* stp_inode_lock_queue(struct stp_inode* inode) {
  return &inode->lock_queue;
}

struct stp_pipe** stp_inode_pipe(struct stp_inode* inode) {
  return &inode->pipe;
}

struct stp_inode_watch** stp_inode_watches(struct stp_inode* inode) {
  return &inode->watches;
}
