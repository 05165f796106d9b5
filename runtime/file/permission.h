/* What the permissions of files allow the calling process (path_resolution(7), capabilities(7)).
 * Everything returns 0 or -errno. Root, who has all capabilities, is stopped by nothing but a file
 * that nobody may execute. */
#ifndef STP_PERMISSION_H
#define STP_PERMISSION_H

#include <stdbool.h>
#include <sys/stat.h>

struct stp_location;

/* -EACCES unless the file grants `mode` (R_OK | W_OK | X_OK) to the effective user. */
int stp_permits(const struct stat* stat, int mode);
int stp_location_permits(const struct stp_location* location, int mode);

/* access(2): to the real user, or with `effective` to the effective one. */
int stp_check_access(const struct stp_location* location, int mode, bool effective);

/* -EPERM unless the caller owns the file or has CAP_FOWNER. */
int stp_owner_permits(const struct stat* stat);

/* Whether the directory of this place may get a new entry, or lose this one (sticky bit). */
int stp_entry_permits(const struct stp_location* location);
int stp_removal_permits(const struct stp_location* location);

#endif
