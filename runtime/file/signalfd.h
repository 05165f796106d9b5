/* Descriptors that read signals (signalfd(2)). */
#ifndef STP_SIGNALFD_H
#define STP_SIGNALFD_H

#include <stdbool.h>

#include "process/pending.h"

struct stp_file;

/* With the caller's reference; `flags`: O_NONBLOCK or 0. */
struct stp_file* stp_signalfd_create(stp_sigset set, int flags);

bool stp_is_signalfd(const struct stp_file* file);
void stp_signalfd_set(struct stp_file* file, stp_sigset set);

#endif
