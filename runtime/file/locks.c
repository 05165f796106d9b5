/* A list of locked ranges per file; an owner's own never overlap. */
#include "file/locks.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>

#include "file/inode.h"
#include "process/process.h"
#include "sync/wait.h"

struct stp_lock {
  enum stp_lock_kind kind;
  const void* owner;
  int pid;
  short type;
  off_t start, end; /* both included */
  struct stp_lock* next;
};

static struct stp_lock* conflict(struct stp_inode* inode, enum stp_lock_kind kind,
                                 const void* owner, short type, off_t start, off_t end) {
  for (struct stp_lock* lock = *stp_inode_locks(inode); lock; lock = lock->next)
    if (lock->kind == kind && lock->owner != owner && lock->start <= end && start <= lock->end &&
        (type == F_WRLCK || lock->type == F_WRLCK))
      return lock;
  return NULL;
}

static void add(struct stp_inode* inode, struct stp_lock lock) {
  struct stp_lock* const added = stp_alloc(sizeof *added);
  *added = lock;
  struct stp_lock** link = stp_inode_locks(inode);
  while (*link && (*link)->start < lock.start)
    link = &(*link)->next;
  added->next = *link;
  *link = added;
}

/* Takes [start, end] out of the owner's locks. */
static void carve(struct stp_inode* inode, enum stp_lock_kind kinds, const void* owner, off_t start,
                  off_t end) {
  struct stp_lock** link = stp_inode_locks(inode);
  while (*link) {
    struct stp_lock* const lock = *link;
    if (!(lock->kind & kinds) || lock->owner != owner || lock->start > end || start > lock->end) {
      link = &lock->next;
      continue;
    }
    const struct stp_lock old = *lock;
    *link = lock->next;
    stp_free(lock);
    struct stp_lock left = old, right = old;
    left.end = start - 1;
    right.start = end == INT64_MAX ? end : end + 1;
    if (old.start < start)
      add(inode, left);
    if (old.end > end)
      add(inode, right);
    link = stp_inode_locks(inode);
  }
}

int stp_lock_set(struct stp_inode* inode, enum stp_lock_kind kind, const void* owner, int pid,
                 short type, off_t start, off_t end, bool wait) {
  while (type != F_UNLCK && conflict(inode, kind, owner, type, start, end)) {
    if (!wait)
      return -EAGAIN;
    const int error = stp_wait(stp_inode_lock_queue(inode), INFINITY);
    if (error < 0)
      return error;
  }
  carve(inode, kind, owner, start, end);
  if (type != F_UNLCK)
    add(inode, (struct stp_lock){kind, owner, pid, type, start, end, NULL});
  stp_wake_all(stp_inode_lock_queue(inode));
  return 0;
}

void stp_lock_test(struct stp_inode* inode, enum stp_lock_kind kind, const void* owner, short type,
                   off_t start, off_t end, struct flock* found) {
  const struct stp_lock* const lock = conflict(inode, kind, owner, type, start, end);
  if (!lock) {
    found->l_type = F_UNLCK;
    return;
  }
  *found = (struct flock){
      .l_type = lock->type,
      .l_whence = 0,
      .l_start = lock->start,
      .l_len = lock->end == INT64_MAX ? 0 : lock->end - lock->start + 1,
      .l_pid = lock->pid,
  };
}

void stp_locks_drop(struct stp_inode* inode, const void* owner, enum stp_lock_kind kinds) {
  if (!*stp_inode_locks(inode))
    return;
  carve(inode, kinds, owner, 0, INT64_MAX);
  stp_wake_all(stp_inode_lock_queue(inode));
}
