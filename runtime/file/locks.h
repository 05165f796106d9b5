/* Advisory locks on files: record locks of a process (F_SETLK), of a description (F_OFD_SETLK), and
 * whole-file locks of a description (flock), which do not see the others, as on Linux. */
#ifndef STP_LOCKS_H
#define STP_LOCKS_H

#include <fcntl.h>
#include <stdbool.h>

struct stp_inode;

enum stp_lock_kind {
  STP_LOCK_RECORD = 1, /* owner: a process or a description */
  STP_LOCK_WHOLE = 2,  /* owner: a description */
  STP_LOCK_ANY = STP_LOCK_RECORD | STP_LOCK_WHOLE,
};

/* Sets (F_RDLCK, F_WRLCK) or takes away (F_UNLCK) the owner's lock on bytes [start, end]. Blocks
 * until it can, or fails with -EAGAIN if not `wait`. -EDEADLK is not looked for. */
int stp_lock_set(struct stp_inode* inode, enum stp_lock_kind kind, const void* owner, int pid,
                 short type, off_t start, off_t end, bool wait);

/* The first lock in the way of that one: describes it in *found, or says F_UNLCK there. */
void stp_lock_test(struct stp_inode* inode, enum stp_lock_kind kind, const void* owner, short type,
                   off_t start, off_t end, struct flock* found);

/* Takes all locks of an owner away. */
void stp_locks_drop(struct stp_inode* inode, const void* owner, enum stp_lock_kind kinds);

#endif
