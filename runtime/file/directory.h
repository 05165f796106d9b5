/* Open directories. */
#ifndef STP_DIRECTORY_H
#define STP_DIRECTORY_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>

struct stp_file;
struct stp_host;
struct stp_inode;
struct stp_location;

/* The record behind an open directory of the host's or a lower layer's, or null. */
struct stp_inode* stp_directory_inode(const struct stp_file* file);

struct stp_file* stp_directory_open(const struct stp_location* location, int flags);

/* The canonical path of an open directory, null if `file` is something else. */
const char* stp_directory_path(const struct stp_file* file);

bool stp_directory_own(const struct stp_file* directory); /* as stp_location_own */

/* Entries, "." and ".." first, then by name. The list is read when first asked for and after a
 * rewind. stp_directory_read: the entry at `position`, null at the end (good until the next call).
 */
struct dirent* stp_directory_read(struct stp_file* directory, size_t position);
void stp_directory_rewind(struct stp_file* directory);

/* A directory of `host` moved: so did the open ones in it. */
void stp_directories_moved(const struct stp_host* host, const char* from, const char* to);

/* Whether the directory at this location has no entries. */
bool stp_directory_empty(const struct stp_location* location);

#endif
