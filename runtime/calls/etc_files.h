/* Files of /etc that calls read for themselves, as the calling process sees them. */
#ifndef STP_ETC_FILES_H
#define STP_ETC_FILES_H

#include <stdbool.h>

/* All of a file: a block of the process (stp_process_free), or null if it cannot be read. */
char* stp_etc_read(const char* path);

/* The same of a file that the host has for itself, in its directory or by --root: null if it has
 * not, whatever the machine has. */
char* stp_etc_read_own(const char* path);

/* Whether what stands at a path is the synthetic file, not one of the host's own. */
bool stp_etc_is_synthetic(const char* path);

#endif
