/* Capabilities, as prctl has them (capabilities(7)). 0, a positive answer, or -errno. */
#ifndef STP_CALLS_CAPABILITY_H
#define STP_CALLS_CAPABILITY_H

#include <stdbool.h>

/* PR_CAPBSET_READ, PR_CAPBSET_DROP. */
int stp_capability_bound(unsigned long capability, bool drop);

/* PR_CAP_AMBIENT: `command` is PR_CAP_AMBIENT_RAISE ... */
int stp_capability_ambient(unsigned long command, unsigned long capability);

#endif
