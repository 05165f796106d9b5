/* Named semaphores, as glibc has them: a file of /dev/shm that processes map. Within a process all
 * opens of one are at one address. Errors are -errno. */
#ifndef STP_NAMED_SEMAPHORE_H
#define STP_NAMED_SEMAPHORE_H

#include <semaphore.h>
#include <sys/types.h>

int stp_named_semaphore_open(const char* name, int flags, mode_t mode, unsigned value,
                             sem_t** semaphore);
int stp_named_semaphore_close(sem_t* semaphore);
int stp_named_semaphore_unlink(const char* name);

#endif
