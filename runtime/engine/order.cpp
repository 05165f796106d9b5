/* The order of what happens at once: a generator of its own (SplitMix64: Steele, Lea and Flood,
 * 2014), so that nothing else that is random depends on how many orders were open. */
#include "engine/internal.hpp"

static bool chooses = false;
static uint64_t state;

void stp_engine_permute(uint64_t seed) {
  chooses = true;
  state = seed;
}

uint64_t stp_engine_any(void) {
  if (not chooses)
    return 0;
  uint64_t z = state += 0x9e3779b97f4a7c15;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return z ^ z >> 31;
}

bool stp::permutes() { return chooses; }
