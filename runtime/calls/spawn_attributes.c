/* spawn.h: attributes. They are memory of the program and nothing else: libc's own functions do. */
#include "calls/adapter.h"

int simterpose_posix_spawnattr_init(posix_spawnattr_t* attributes) {
  return posix_spawnattr_init(attributes);
}

int simterpose_posix_spawnattr_destroy(posix_spawnattr_t* attributes) {
  return posix_spawnattr_destroy(attributes);
}

int simterpose_posix_spawnattr_getflags(const posix_spawnattr_t* restrict attributes,
                                        short* restrict flags) {
  return posix_spawnattr_getflags(attributes, flags);
}

int simterpose_posix_spawnattr_setflags(posix_spawnattr_t* attributes, short flags) {
  return posix_spawnattr_setflags(attributes, flags);
}

int simterpose_posix_spawnattr_getpgroup(const posix_spawnattr_t* restrict attributes,
                                         pid_t* restrict group) {
  return posix_spawnattr_getpgroup(attributes, group);
}

int simterpose_posix_spawnattr_setpgroup(posix_spawnattr_t* attributes, pid_t group) {
  return posix_spawnattr_setpgroup(attributes, group);
}

int simterpose_posix_spawnattr_getsigdefault(const posix_spawnattr_t* restrict attributes,
                                             sigset_t* restrict signals) {
  return posix_spawnattr_getsigdefault(attributes, signals);
}

int simterpose_posix_spawnattr_setsigdefault(posix_spawnattr_t* restrict attributes,
                                             const sigset_t* restrict signals) {
  return posix_spawnattr_setsigdefault(attributes, signals);
}

int simterpose_posix_spawnattr_getsigmask(const posix_spawnattr_t* restrict attributes,
                                          sigset_t* restrict signals) {
  return posix_spawnattr_getsigmask(attributes, signals);
}

int simterpose_posix_spawnattr_setsigmask(posix_spawnattr_t* restrict attributes,
                                          const sigset_t* restrict signals) {
  return posix_spawnattr_setsigmask(attributes, signals);
}

int simterpose_posix_spawnattr_getschedpolicy(const posix_spawnattr_t* restrict attributes,
                                              int* restrict policy) {
  return posix_spawnattr_getschedpolicy(attributes, policy);
}

int simterpose_posix_spawnattr_setschedpolicy(posix_spawnattr_t* attributes, int policy) {
  return posix_spawnattr_setschedpolicy(attributes, policy);
}

int simterpose_posix_spawnattr_getschedparam(const posix_spawnattr_t* restrict attributes,
                                             struct sched_param* restrict parameters) {
  return posix_spawnattr_getschedparam(attributes, parameters);
}

int simterpose_posix_spawnattr_setschedparam(posix_spawnattr_t* restrict attributes,
                                             const struct sched_param* restrict parameters) {
  return posix_spawnattr_setschedparam(attributes, parameters);
}
