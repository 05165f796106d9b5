/* Owners and permissions in the real file system, so that they outlive the run and can be started
 * from (--root): the permissions as far as the simulator must not lose the file by them; what that
 * cannot say in the extended attribute user.simterpose, "UID GID MODE". Best effort: links have no
 * attributes, nor have all file systems. */
#ifndef STP_KEEP_H
#define STP_KEEP_H

#include <stdbool.h>
#include <sys/stat.h>

struct stp_inode;

/* Of a file in the host's directory: at this real path, or (null) behind this real descriptor. */
void stp_keep_attributes(struct stp_inode* inode, const char* real, int descriptor);

/* What an earlier run has kept of the file at a real path; false: nothing. */
bool stp_kept_attributes(const char* real, uid_t* user, gid_t* group, mode_t* mode);

#endif
