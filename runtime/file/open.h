/* Opening files by virtual path. */
#ifndef STP_OPEN_H
#define STP_OPEN_H

#include <sys/types.h>

struct stp_file;
struct stp_location;

/* open(2): a new description in *opened. 0 or -errno. Opening a FIFO may block. */
int stp_open(int directory_fd, const char* path, int flags, mode_t mode, struct stp_file** opened);

/* The same for what is at a place: not STP_ABSENT. */
int stp_open_location(struct stp_location* location, int flags, struct stp_file** opened);

/* What opening /proc/self/fd/N does: a new description of what descriptor N refers to. */
int stp_reopen(struct stp_file* file, int flags, struct stp_file** opened);

/* The place of an open file, found anew by the path by which it was opened: -ENOENT if it is gone
 * or has none. */
int stp_file_location(const struct stp_file* file, struct stp_location* location);

/* What /proc/self/fd/N links to: a path, "... (deleted)", or "pipe:[7]" (stp_free it). */
char* stp_file_link(const struct stp_file* file);

/* linkat(2) of an open file of the host's directory (not of a lower layer: stp_regular_lower):
 * gives it another name, at `location`, where nothing is. */
int stp_file_name(const struct stp_file* file, const struct stp_location* location);

#endif
