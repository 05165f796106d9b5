/* A list of locked ranges per file; an owner's own never overlap, and those of one type never
 * touch. After Linux's fs/locks.c. */
#include "file/locks.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>

#include "file/inode.h"
#include "process/process.h"
#include "sync/wait.h"

struct stp_lock {
  struct stp_lock_request is;
  struct stp_lock* next;
};

static const struct stp_lock* conflict(struct stp_inode* inode,
                                       const struct stp_lock_request* request) {
  const struct stp_lock* lock = *stp_inode_locks(inode);
  while (lock && !(lock->is.kind == request->kind && lock->is.owner != request->owner &&
                   lock->is.start <= request->end && request->start <= lock->is.end &&
                   (request->type == F_WRLCK || lock->is.type == F_WRLCK)))
    lock = lock->next;
  return lock;
}

static void add(struct stp_inode* inode, const struct stp_lock_request* request) {
  struct stp_lock* const added = stp_alloc(sizeof *added);
  added->is = *request;
  struct stp_lock** link = stp_inode_locks(inode);
  while (*link && (*link)->is.start < request->start)
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
    const struct stp_lock_request old = lock->is;
    if (!(old.kind & kinds) || old.owner != owner || old.start > end || start > old.end) {
      link = &lock->next;
      continue;
    }
    *link = lock->next;
    stp_free(lock);
    struct stp_lock_request left = old, right = old;
    left.end = start - 1;
    right.start = end == INT64_MAX ? end : end + 1;
    if (old.start < start)
      add(inode, &left);
    if (old.end > end)
      add(inode, &right);
    link = stp_inode_locks(inode);
  }
}

/* Makes a new lock as long as the owner's others of its type that it touches. */
static void merge(struct stp_inode* inode, struct stp_lock_request* request) {
  for (struct stp_lock** link = stp_inode_locks(inode); *link;) {
    struct stp_lock* const lock = *link;
    const bool touches = (lock->is.end == INT64_MAX || lock->is.end + 1 >= request->start) &&
                         (request->end == INT64_MAX || request->end + 1 >= lock->is.start);
    if (lock->is.kind != request->kind || lock->is.owner != request->owner ||
        lock->is.type != request->type || !touches) {
      link = &lock->next;
      continue;
    }
    request->start = lock->is.start < request->start ? lock->is.start : request->start;
    request->end = lock->is.end > request->end ? lock->is.end : request->end;
    *link = lock->next;
    stp_free(lock);
    link = stp_inode_locks(inode);
  }
}

/* ---- who waits for whom ---- */

/* A process that waits for a record lock that another one has. */
struct blocked {
  const void *owner, *holder;
  const struct stp_thread* thread;
  struct blocked* next;
};

static struct blocked* all_blocked;

static const void* waits_for(const void* owner) {
  for (const struct blocked* blocked = all_blocked; blocked; blocked = blocked->next)
    if (blocked->owner == owner)
      return blocked->holder;
  return NULL;
}

static bool would_deadlock(const struct stp_lock_request* request, const void* holder) {
  enum { STEPS = 10 }; /* as on Linux */
  for (int i = 0; i < STEPS && holder; i++) {
    if (holder == request->owner)
      return true;
    holder = waits_for(holder);
  }
  return false;
}

/* Forgets what an owner waits for: one thread, or (null) any. */
static void unblock(const void* owner, const struct stp_thread* thread) {
  struct blocked** link = &all_blocked;
  while (*link) {
    struct blocked* const blocked = *link;
    if (blocked->owner == owner && (!thread || blocked->thread == thread)) {
      *link = blocked->next;
      stp_free(blocked);
    } else {
      link = &blocked->next;
    }
  }
}

static int await(struct stp_inode* inode, const struct stp_lock_request* request,
                 const struct stp_lock* in_the_way) {
  const bool of_process = request->pid > 0 && request->kind == STP_LOCK_RECORD;
  if (of_process && would_deadlock(request, in_the_way->is.owner))
    return -EDEADLK;
  if (of_process) {
    struct blocked* const blocked = stp_alloc(sizeof *blocked);
    *blocked = (struct blocked){request->owner, in_the_way->is.owner, stp_self, all_blocked};
    all_blocked = blocked;
  }
  const int error = stp_wait(stp_inode_lock_queue(inode), INFINITY);
  if (of_process)
    unblock(request->owner, stp_self);
  return error;
}

/* ---- the calls ---- */

/* Gives up the owner's whole-file lock if its type is another. */
static void convert(struct stp_inode* inode, const struct stp_lock_request* request) {
  for (const struct stp_lock* lock = *stp_inode_locks(inode); lock; lock = lock->next)
    if (lock->is.kind == STP_LOCK_WHOLE && lock->is.owner == request->owner &&
        lock->is.type != request->type) {
      stp_locks_drop(inode, request->owner, STP_LOCK_WHOLE);
      return;
    }
}

int stp_lock_set(struct stp_inode* inode, const struct stp_lock_request* request, bool wait) {
  if (request->kind == STP_LOCK_WHOLE)
    convert(inode, request);
  const struct stp_lock* in_the_way;
  while (request->type != F_UNLCK && (in_the_way = conflict(inode, request))) {
    const int error = wait ? await(inode, request, in_the_way) : -EAGAIN;
    if (error < 0)
      return error;
  }
  carve(inode, request->kind, request->owner, request->start, request->end);
  struct stp_lock_request merged = *request;
  if (request->type != F_UNLCK) {
    merge(inode, &merged);
    add(inode, &merged);
  }
  stp_wake_all(stp_inode_lock_queue(inode));
  return 0;
}

void stp_lock_test(struct stp_inode* inode, const struct stp_lock_request* request,
                   struct flock* found) {
  const struct stp_lock* const lock = conflict(inode, request);
  if (!lock) {
    found->l_type = F_UNLCK;
    return;
  }
  *found = (struct flock){
      .l_type = lock->is.type,
      .l_whence = 0,
      .l_start = lock->is.start,
      .l_len = lock->is.end == INT64_MAX ? 0 : lock->is.end - lock->is.start + 1,
      .l_pid = lock->is.pid,
  };
}

void stp_locks_end(const struct stp_process* process) { unblock(process, NULL); }

void stp_locks_drop(struct stp_inode* inode, const void* owner, enum stp_lock_kind kinds) {
  if (kinds & STP_LOCK_RECORD)
    unblock(owner, NULL);
  if (!*stp_inode_locks(inode))
    return;
  carve(inode, kinds, owner, 0, INT64_MAX);
  stp_wake_all(stp_inode_lock_queue(inode));
}
