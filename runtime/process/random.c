/* The generator behind all randomness: xoshiro256** (Blackman and Vigna, "Scrambled linear
 * pseudorandom number generators", 2021), its state filled by SplitMix64 from the run's seed and
 * what it is for. It stands for the kernel's generator: good statistics, no secrecy wanted. */
#include "process/random.h"

#include <string.h>

#include "process/process.h"
#include "run.h"

static uint64_t split_mix(uint64_t* state) {
  uint64_t z = *state += 0x9e3779b97f4a7c15;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return z ^ z >> 31;
}

static uint64_t hash(uint64_t a, uint64_t b) {
  uint64_t state = a;
  state = split_mix(&state) ^ b;
  return split_mix(&state);
}

static uint64_t rotate(uint64_t x, int bits) { return x << bits | x >> (64 - bits); }

static uint64_t next(uint64_t* s) {
  const uint64_t result = rotate(s[1] * 5, 7) * 9, t = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = rotate(s[3], 45);
  return result;
}

void stp_random_init(struct stp_random* random, uint64_t a, uint64_t b) {
  uint64_t seed = hash(hash(stp_seed, a), b);
  for (int i = 0; i < 4; i++)
    random->state[i] = split_mix(&seed);
}

uint64_t stp_random_draw(struct stp_random* random) { return next(random->state); }

double stp_random_draw_unit(struct stp_random* random) {
  return ((double)(next(random->state) >> 12) + 0.5) * 0x1p-52;
}

double stp_random_logarithm(double x) {
  int halvings = 0;
  for (; x < 0.5; x *= 2)
    halvings++;
  const double z = (x - 1) / (x + 1);
  double sum = 0, power = z;
  for (int i = 1; i < 40; i += 2, power *= z * z)
    sum += power / i;
  return 2 * sum - halvings * 0.69314718055994530942;
}

static struct stp_random* generator(void) {
  if (!stp_me->random) {
    stp_me->random = stp_alloc(sizeof *stp_me->random);
    stp_random_init(stp_me->random, stp_me->host->index, (uint64_t)stp_me->pid);
  }
  return stp_me->random;
}

uint64_t stp_random_next(void) { return next(generator()->state); }

void stp_random_fill(void* buffer, size_t size) {
  uint64_t* state = generator()->state;
  for (char* at = buffer; size > 0;) {
    const uint64_t word = next(state);
    const size_t step = size < sizeof word ? size : sizeof word;
    memcpy(at, &word, step);
    at += step;
    size -= step;
  }
}
