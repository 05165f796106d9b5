/* Mapping memory: mmap and its like, in the upper part of the process's region. Results are 0 or
 * -errno; nothing blocks. */
#ifndef STP_MAPPING_H
#define STP_MAPPING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct stp_file;
struct stp_shared;

/* mmap(2). `file` is null for MAP_ANONYMOUS; only regular files and /dev/zero can be mapped. */
int stp_map(void* hint, size_t size, int protection, int flags, struct stp_file* file, off_t offset,
            void** result);

/* The same for the shared memory behind a real descriptor. */
int stp_map_shared(void* hint, size_t size, int protection, int flags, int real,
                   struct stp_shared* shared, void** result);

int stp_unmap(void* start, size_t size);

/* mremap(2). */
int stp_remap(void* start, size_t old_size, size_t new_size, int flags, void* wanted,
              void** result);

int stp_protect(void* start, size_t size, int protection);
int stp_advise(void* start, size_t size, int advice); /* madvise(2) */

/* Whether all pages are in use, by a mapping or otherwise: 0 or -ENOMEM; -EINVAL: not the start of
 * a page. */
int stp_mapped(const void* start, size_t size);

/* Who a word is in shared memory, the same in every process that maps it: the number of the shared
 * object and the place in it. False for private memory. Of the calling process. */
bool stp_shared_key(const void* address, uint64_t* object, uint64_t* offset);

#endif
