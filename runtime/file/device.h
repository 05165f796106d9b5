/* Character devices: /dev/null, /dev/zero, /dev/full, /dev/random and /dev/urandom. */
#ifndef STP_DEVICE_H
#define STP_DEVICE_H

#include <stdbool.h>
#include <sys/types.h>

struct stp_file;

enum stp_device { STP_DEV_NULL, STP_DEV_ZERO, STP_DEV_FULL, STP_DEV_RANDOM, STP_DEV_URANDOM };

/* Opens one; never fails, never blocks. */
struct stp_file* stp_device_open(enum stp_device device, int flags);

bool stp_is_device(const struct stp_file* file, enum stp_device device);

/* Its number, as Linux gives it. */
dev_t stp_device_number(enum stp_device device);
const char* stp_device_name(dev_t number); /* "null" */

#endif
