/* inotify(7): who watches which files, and what happens to them. Only what emulated processes do is
 * seen. A watch belongs to the record of a file in the host's directory (inode.h): adding one
 * brings a file of another layer there. */
#ifndef STP_INOTIFY_H
#define STP_INOTIFY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/inotify.h>

struct stp_file;
struct stp_host;
struct stp_inode;
struct stp_location;
struct stat;

/* ---- for programs ---- */

/* A new instance: one reference, the caller's. `flags`: O_NONBLOCK. */
struct stp_file* stp_inotify_create(int flags);

/* Both on an instance, else -EINVAL. Returns the number of the watch; 0. Or -errno. */
int stp_inotify_add(struct stp_file* file, const char* path, uint32_t mask);
int stp_inotify_remove(struct stp_file* file, int number);

/* ---- for those who change files ---- */

extern unsigned
    stp_inotify_watches; /* how many there are: nothing else costs where there are none */

/* Something happened to an open file: for those who watch it or its directory. Anywhere. */
void stp_notify_watched(struct stp_inode* inode, uint32_t mask);
static inline void stp_notify(struct stp_inode* inode, uint32_t mask) {
  if (stp_inotify_watches > 0)
    stp_notify_watched(inode, mask);
}

/* For those who watch this very file. */
void stp_notify_self(struct stp_inode* inode, uint32_t mask);

/* For those who watch the directory of this canonical path of a host: what happened to its last
 * component. `cookie` ties the two halves of a move together, or is 0. */
void stp_notify_entry(const struct stp_host* host, const char* path, uint32_t mask,
                      uint32_t cookie);
uint32_t stp_notify_cookie(void);

/* A file, `real` before it, has got this one more name. */
void stp_notify_named(const struct stp_location* location, const struct stat* real);

/* The file is gone for good: inode.c says so. */
void stp_inotify_gone(struct stp_inode* inode);

#endif
