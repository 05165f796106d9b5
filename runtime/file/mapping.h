/* The mappings of a process: what mmap gave it, in the upper part of its region. Results are 0 or
 * -errno; nothing blocks. */
#ifndef STP_MAPPING_H
#define STP_MAPPING_H

#include <stddef.h>
#include <sys/types.h>

struct stp_file;

/* mmap(2). `file` is null for MAP_ANONYMOUS; only regular files and /dev/zero can be mapped. */
int stp_map(void* hint, size_t size, int protection, int flags, struct stp_file* file, off_t offset,
            void** result);

int stp_unmap(void* start, size_t size);

/* mremap(2) without fixed addresses. */
int stp_remap(void* start, size_t old_size, size_t new_size, int flags, void** result);

int stp_protect(void* start, size_t size, int protection);

/* Whether all pages lie in the calling process's region. */
int stp_in_region(void* start, size_t size); /* 0 or -ENOMEM */

#endif
