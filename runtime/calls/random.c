/* Random numbers (sys/random.h, stdlib.h). What the kernel gives comes from process/random.h; the
 * classical generators of libc run libc's own reentrant forms on state of the process, and start as
 * in libc: rand() without srand() gives the same numbers natively and emulated. */
#include <string.h>

#include "calls/adapter.h"
#include "process/hidden.h"
#include "process/random.h"

/* ---- from the kernel ---- */

ssize_t simterpose_getrandom(void* buffer, size_t size, unsigned flags) {
  if ((flags & ~(GRND_NONBLOCK | GRND_RANDOM | GRND_INSECURE)) != 0 ||
      (flags & (GRND_RANDOM | GRND_INSECURE)) == (GRND_RANDOM | GRND_INSECURE))
    return stp_return(-EINVAL);
  stp_random_fill(buffer, size);
  return (ssize_t)size;
}

int simterpose_getentropy(void* buffer, size_t size) {
  if (size > 256)
    return (int)stp_return(-EIO);
  stp_random_fill(buffer, size);
  return 0;
}

uint32_t simterpose_arc4random(void) { return (uint32_t)stp_random_next(); }

void simterpose_arc4random_buf(void* buffer, size_t size) { stp_random_fill(buffer, size); }

/* Without bias: draws again what lies beyond the last multiple of `bound`. */
uint32_t simterpose_arc4random_uniform(uint32_t bound) {
  if (bound < 2)
    return 0;
  const uint32_t excess = -bound % bound;
  uint32_t value;
  do
    value = simterpose_arc4random();
  while (value < excess);
  return value % bound;
}

/* ---- std::random_device ---- */

/* What the constructor has chosen, the processor or a file, is not asked. */
unsigned simterpose__ZNSt13random_device9_M_getvalEv(void* device) {
  (void)device;
  return (unsigned)stp_random_next();
}

double simterpose__ZNKSt13random_device13_M_getentropyEv(const void* device) {
  (void)device;
  return 32;
}

/* ---- random and rand ---- */

struct additive {
  struct random_data data;
  int32_t table[32];
};

static struct random_data* additive(void) {
  static const char key;
  struct additive* state = stp_hidden_block(&key, sizeof *state);
  if (!state->data.state)
    initstate_r(1, (char*)state->table, sizeof state->table, &state->data);
  return &state->data;
}

long simterpose_random(void) {
  int32_t value;
  random_r(additive(), &value);
  return value;
}

void simterpose_srandom(unsigned seed) { srandom_r(seed, additive()); }

char* simterpose_initstate(unsigned seed, char* table, size_t size) {
  struct random_data* data = additive();
  char* before = (char*)&data->state[-1];
  return initstate_r(seed, table, size, data) == 0 ? before : NULL;
}

char* simterpose_setstate(char* table) {
  struct random_data* data = additive();
  char* before = (char*)&data->state[-1];
  return setstate_r(table, data) == 0 ? before : NULL;
}

int simterpose_rand(void) { return (int)simterpose_random(); }

void simterpose_srand(unsigned seed) { simterpose_srandom(seed); }

/* ---- drand48 and its family ---- */

static struct drand48_data* congruential(void) {
  static const char key;
  return stp_hidden_block(&key, sizeof(struct drand48_data));
}

double simterpose_drand48(void) {
  double value;
  drand48_r(congruential(), &value);
  return value;
}

double simterpose_erand48(unsigned short state[3]) {
  double value;
  erand48_r(state, congruential(), &value);
  return value;
}

long simterpose_lrand48(void) {
  long value;
  lrand48_r(congruential(), &value);
  return value;
}

long simterpose_nrand48(unsigned short state[3]) {
  long value;
  nrand48_r(state, congruential(), &value);
  return value;
}

long simterpose_mrand48(void) {
  long value;
  mrand48_r(congruential(), &value);
  return value;
}

long simterpose_jrand48(unsigned short state[3]) {
  long value;
  jrand48_r(state, congruential(), &value);
  return value;
}

void simterpose_srand48(long seed) { srand48_r(seed, congruential()); }

unsigned short* simterpose_seed48(unsigned short seed[3]) {
  struct drand48_data* data = congruential();
  seed48_r(seed, data);
  return data->__old_x;
}

void simterpose_lcong48(unsigned short parameters[7]) { lcong48_r(parameters, congruential()); }
