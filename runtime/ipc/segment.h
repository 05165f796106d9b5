/* System V shared memory: segments, backed by a memfd each, that processes of a host map. Errors
 * are -errno; nothing blocks. */
#ifndef STP_SEGMENT_H
#define STP_SEGMENT_H

#include <sys/shm.h>

#include "ipc/ids.h"

/* The defaults of Linux. */
enum { STP_SHMMNI = 4096 };
#define STP_SHMMAX (~0UL - (1UL << 24))

int stp_segment_get(key_t key, size_t size, int flags);                  /* shmget */
int stp_segment_attach(int id, void* wanted, int flags, void** address); /* shmat */
int stp_segment_detach(void* address);                                   /* shmdt */
int stp_segment_control(int id, int command, void* argument);            /* shmctl */

/* The host has lost its power: removes all. No process is left there. */
void stp_segments_clear(struct stp_ipc_table* segments);

#endif
