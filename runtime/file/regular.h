/* Opening files by virtual path, and regular files on the real disk. */
#ifndef STP_REGULAR_H
#define STP_REGULAR_H

#include <sys/types.h>

struct stat;
struct stp_file;
struct stp_inode;
struct stp_location;

/* open(2): a new description in *opened. 0 or -errno. */
int stp_open(int directory_fd, const char* path, int flags, mode_t mode, struct stp_file** opened);

/* A description of a real descriptor of a regular file, which it owns from now on. */
struct stp_file* stp_regular_open(int real, int flags);

/* The real descriptor and record behind a regular file; -1 and null if `file` is something else. */
int stp_regular_descriptor(const struct stp_file* file);
struct stp_inode* stp_regular_inode(const struct stp_file* file);

/* The real system has no descriptors left: says so once; -ENFILE. Other errors are handed on. */
int stp_real_error(void);

/* A file without a name, as memfd_create and tmpfile give it: 0 or -errno. */
int stp_anonymous_open(const char* name, int flags, struct stp_file** opened);

/* A description whose content is `text` (a block of stp_alloc, owned from now on). */
struct stp_file* stp_text_open(char* text, size_t size, int flags);

#endif
