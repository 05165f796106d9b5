/* Randomness of virtual processes. What a real system takes from the kernel's generator comes from
 * the run's seed, the host and the pid: the same in every run, different in every process. */
#ifndef STP_RANDOM_H
#define STP_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* Fills with the calling process's next random bytes (getrandom, /dev/urandom, arc4random,
 * AT_RANDOM ...). */
void stp_random_fill(void* buffer, size_t size);

/* The next 64 of them. */
uint64_t stp_random_next(void);

#endif
