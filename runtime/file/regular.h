/* Regular files on the real disk, and files that are open but to be looked at only (O_PATH). */
#ifndef STP_REGULAR_H
#define STP_REGULAR_H

#include <stdbool.h>
#include <sys/types.h>

#include "file/open.h"

struct stat;
struct stp_file;
struct stp_inode;

/* A description of a real descriptor of a file, which it owns from now on. `path`: its canonical
 * one, or null if it has none. `lower`: it is not in the host's directory, so must not be written
 * to. */
struct stp_file* stp_regular_open(int real, int flags, const char* path, bool lower);
bool stp_regular_lower(const struct stp_file* file);

/* The real descriptor and record behind a regular file (or one opened with O_PATH); -1 and null if
 * `file` is something else. */
int stp_regular_descriptor(const struct stp_file* file);
struct stp_inode* stp_regular_inode(const struct stp_file* file);

/* The record behind any file that has one: regular ones, directories, FIFOs. */
struct stp_inode* stp_file_inode(const struct stp_file* file);

/* The real system has no descriptors left: says so once; -ENFILE. Other errors are handed on. */
int stp_real_error(void);

/* A file without a name, as memfd_create and tmpfile give it: 0 or -errno. */
int stp_anonymous_open(const char* name, int flags, struct stp_file** opened);

/* A description whose content is `text` (a block of stp_alloc, owned from now on); fstat tells
 * `status`. */
struct stp_file* stp_text_open(char* text, size_t size, const struct stat* status, int flags);

#endif
