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

/* A generator for something else that is random: its numbers depend on the run's seed and on what
 * it is made for, given as a pair of numbers (processes use the index of their host and their pid),
 * and on nothing that happens elsewhere. */
struct stp_random {
  uint64_t state[4];
};
void stp_random_init(struct stp_random* random, uint64_t a, uint64_t b);
uint64_t stp_random_draw(struct stp_random* random);
double stp_random_draw_unit(struct stp_random* random); /* 0 < x < 1 */

/* ln x for 0 < x <= 1, the same on every machine: the last digits of libm's differ. */
double stp_random_logarithm(double x);

#endif
