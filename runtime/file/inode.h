/* What a virtual file system would keep about a file, and the real one under it cannot: inode
 * numbers in order of first sight, dates in virtual time, owners, permissions that even the
 * simulator's own user could not pass. Keyed by the real device and inode number. */
#ifndef STP_INODE_H
#define STP_INODE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

struct stp_inode;
struct stp_lock;

/* The record of a real file, made at first sight. `created`: the emulation has just made the file
 * with permissions `mode`: a record that an earlier file left behind is renewed, and its dates are
 * now. */
struct stp_inode* stp_inode_of(dev_t device, ino_t number);
struct stp_inode* stp_inode_created(const struct stat* real, mode_t mode);

/* Records are dropped when the file has no name and is not open. */
void stp_inode_ref(struct stp_inode* inode);
void stp_inode_unref(struct stp_inode* inode);
void stp_inode_unlinked(const struct stat* real); /* its last name, if st_nlink says so */

uint64_t stp_inode_number(struct stp_inode* inode);

/* The content changed now; other changes of what stat reports. */
void stp_inode_modified(struct stp_inode* inode);
void stp_inode_set_mode(struct stp_inode* inode, mode_t mode);
void stp_inode_set_owner(struct stp_inode* inode, uid_t user, gid_t group); /* -1: unchanged */
void stp_inode_set_times(struct stp_inode* inode, const struct timespec times[2]); /* UTIME_... */

/* The real stat as the program sees it. */
void stp_inode_present(const struct stat* real, struct stat* result);

/* Advisory locks of the file (locks.c). */
struct stp_lock** stp_inode_locks(struct stp_inode* inode);
struct stp_waitq* stp_inode_lock_queue(struct stp_inode* inode);

#endif
