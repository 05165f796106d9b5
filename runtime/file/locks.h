/* Advisory locks on files: record locks of a process (F_SETLK), of a description (F_OFD_SETLK), and
 * whole-file locks of a description (flock), which do not see the others, as on Linux. */
#ifndef STP_LOCKS_H
#define STP_LOCKS_H

#include <fcntl.h>
#include <stdbool.h>

struct stp_inode;
struct stp_process;

enum stp_lock_kind {
  STP_LOCK_RECORD = 1, /* owner: a process or a description */
  STP_LOCK_WHOLE = 2,  /* owner: a description */
  STP_LOCK_ANY = STP_LOCK_RECORD | STP_LOCK_WHOLE,
};

struct stp_lock_request {
  enum stp_lock_kind kind;
  const void* owner;
  int pid;          /* of the owner, -1 for a description: what F_GETLK tells others */
  short type;       /* F_RDLCK, F_WRLCK, F_UNLCK */
  off_t start, end; /* bytes, both included */
};

/* Sets or takes away the owner's lock. Blocks until it can, or fails with -EAGAIN if not `wait`;
 * -EDEADLK if the owner is a process that would wait for one that waits for it. A whole-file lock
 * that changes its type is given up first, even if the new one is then not to be had. */
int stp_lock_set(struct stp_inode* inode, const struct stp_lock_request* request, bool wait);

/* The first lock in the way of that one: describes it in *found, or says F_UNLCK there. */
void stp_lock_test(struct stp_inode* inode, const struct stp_lock_request* request,
                   struct flock* found);

/* The threads of a process that waited for locks are gone. */
void stp_locks_end(const struct stp_process* process);

/* Takes all locks of an owner away. */
void stp_locks_drop(struct stp_inode* inode, const void* owner, enum stp_lock_kind kinds);

#endif
