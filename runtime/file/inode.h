/* What a virtual file system would keep about a file, and the real one under it cannot: inode
 * numbers in order of first sight, dates in virtual time, owners, permissions that even the
 * simulator's own user could not pass, locks, what is in a FIFO, who watches. Keyed by host and by
 * the real device and inode number: a file of the real system is another one on each host. */
#ifndef STP_INODE_H
#define STP_INODE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

struct stp_host;
struct stp_lock;
struct stp_pipe;
struct stp_inode_watch;

struct stp_inode;

/* The record of a real file for the calling process's host, made at first sight. */
struct stp_inode* stp_inode_of(dev_t device, ino_t number);

/* The same for any host; null if it has not been seen. */
struct stp_inode* stp_inode_known(const struct stp_host* host, dev_t device, ino_t number);

/* The emulation has just made the file with permissions `mode`: a record that an earlier file left
 * behind is renewed, its dates are now, its owner is the calling process's user. */
struct stp_inode* stp_inode_created(const struct stat* real, mode_t mode);

/* Records are dropped when the file has no name and is not open. */
void stp_inode_ref(struct stp_inode* inode);
void stp_inode_unref(struct stp_inode* inode);

/* A name of the file was removed; the last one, if `real` (from before) says so. */
void stp_inode_unlinked(const struct stat* real);
void stp_inode_nameless(struct stp_inode* inode); /* it never had one, or has lost it unseen */
void stp_inode_named(struct stp_inode* inode);    /* it has been given one */
bool stp_inode_is_nameless(const struct stp_inode* inode);

uint64_t stp_inode_number(struct stp_inode* inode);
const struct stp_host* stp_inode_host(const struct stp_inode* inode);

/* The canonical path by which an open file was last opened or renamed; null if unknown. */
const char* stp_inode_path(const struct stp_inode* inode);
void stp_inode_set_path(struct stp_inode* inode, const char* path);
/* A directory of the calling process's host moved: so did all files under it. */
void stp_inodes_moved(const char* from, const char* to);

/* The content was read; the content changed; something else that stat reports changed: now. */
void stp_inode_accessed(struct stp_inode* inode);
void stp_inode_modified(struct stp_inode* inode);
void stp_inode_changed(struct stp_inode* inode);

void stp_inode_set_mode(struct stp_inode* inode, mode_t mode);
void stp_inode_set_owner(struct stp_inode* inode, uid_t user, gid_t group); /* -1: unchanged */
void stp_inode_set_times(struct stp_inode* inode, const struct timespec times[2]); /* UTIME_... */
/* The owner of a file that has not been given another. */
bool stp_inode_owned(const struct stp_inode* inode); /* has one */
void stp_inode_default_owner(struct stp_inode* inode, uid_t user, gid_t group);
void stp_inode_default_group(struct stp_inode* inode, gid_t group);
/* A file just brought into the host's directory is what it was before: number, owner, dates. */
void stp_inode_inherit(struct stp_inode* inode, const struct stat* before);

/* The real stat as the program sees it. */
void stp_inode_present(const struct stat* real, struct stat* result);
void stp_inode_stat(struct stp_inode* inode, const struct stat* real, struct stat* result);

/* Advisory locks of the file (locks.c). */
struct stp_lock** stp_inode_locks(struct stp_inode* inode);
struct stp_waitq* stp_inode_lock_queue(struct stp_inode* inode);

/* What is between the open ends of a FIFO (pipe.c); who watches (inotify.c). */
struct stp_pipe** stp_inode_pipe(struct stp_inode* inode);
struct stp_inode_watch** stp_inode_watches(struct stp_inode* inode);

#endif
