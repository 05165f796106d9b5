/* Calls that change names and attributes of files, on virtual paths. All return 0 or -errno; none
 * blocks. */
#ifndef STP_CHANGE_H
#define STP_CHANGE_H

#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>

struct stp_inode;
struct stp_location;
struct stp_tty;

int stp_make_directory(int directory_fd, const char* path, mode_t mode);

/* A node of another kind: a regular file, a FIFO or the name of a socket (devices are refused). */
int stp_make_node(int directory_fd, const char* path, mode_t mode);
int stp_make_link(const char* target, int directory_fd, const char* path);
int stp_link(int from_fd, const char* from, int to_fd, const char* to, bool follow);
int stp_link_open(int fd, int to_fd, const char* to); /* the file behind a descriptor */

int stp_unlink(int directory_fd, const char* path);
int stp_remove_directory(int directory_fd, const char* path);

/* `flags`: RENAME_NOREPLACE or RENAME_EXCHANGE. Directories of lower layers cannot be renamed:
 * -EXDEV, as overlay file systems say. */
int stp_rename(int from_fd, const char* from, int to_fd, const char* to, unsigned flags);

/* Each changes what `location` shows, which it brings into the host's directory first; with the
 * permissions of chmod(2), chown(2), utimensat(2), truncate(2). */
int stp_change_mode(struct stp_location* location, mode_t mode);
int stp_change_owner(struct stp_location* location, uid_t user, gid_t group);
int stp_change_times(struct stp_location* location, const struct timespec times[2]);
int stp_change_size(struct stp_location* location, off_t size);

/* Whether a file may be made so big: -EINVAL, or -EFBIG with SIGXFSZ (RLIMIT_FSIZE). */
int stp_size_permits(off_t size);

/* The same for an open file. */
int stp_change_inode_mode(struct stp_inode* inode, const struct stat* before, mode_t mode);
int stp_change_inode_owner(struct stp_inode* inode, const struct stat* before, uid_t user,
                           gid_t group);
int stp_change_inode_times(struct stp_inode* inode, const struct stat* before,
                           const struct timespec times[2]);

/* And for the slave of a terminal. */
int stp_change_terminal_mode(struct stp_tty* tty, mode_t mode);
int stp_change_terminal_owner(struct stp_tty* tty, uid_t user, gid_t group);

#endif
