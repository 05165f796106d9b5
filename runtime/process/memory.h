/* The memory of a host: the property "memory" of the platform, and what its processes use of it. */
#ifndef STP_MEMORY_H
#define STP_MEMORY_H

#include <stddef.h>
#include <stdint.h>

struct stp_host;
struct stp_process;

/* The host's property "memory" ("512MiB", "8G" ...) in bytes; 4 GiB without one. */
uint64_t stp_memory_total(const struct stp_host* host);

/* What is left of it. */
uint64_t stp_memory_free(const struct stp_host* host);

/* Pages of heap that a process uses; 0 when it ends. */
size_t stp_memory_pages(const struct stp_process* process);

#endif
