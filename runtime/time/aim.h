/* What waits until the clock of its host shows a time goes on doing so when that clock is set,
 * slewed or tuned meanwhile: the date for which it waits is another then. */
#ifndef STP_AIM_H
#define STP_AIM_H

#include <stdbool.h>
#include <time.h>

struct stp_host;

/* A time that a clock will show. */
struct stp_aim {
  clockid_t clock;
  struct timespec shown;
};

/* What a timer is set to: a time of the clock, or a delay from now, which CLOCK_MONOTONIC measures
 * whatever the clock. Gives the date. By the clock of the calling thread's host, as all here. */
double stp_aim_set(struct stp_aim* aim, clockid_t clock, const struct timespec* value,
                   bool absolute);

/* The date at which that will be as the clock is now; before now if it has been. */
double stp_aim_date(const struct stp_aim* aim);

/* The same for the calling thread, in a call that is going to wait until then: stp_park with this
 * very deadline lasts until the clock shows the time, whatever is done to it. */
double stp_aim_park(const struct timespec* time, clockid_t clock);

/* Who is to be told of changes. `stepped`: CLOCK_REALTIME has jumped. */
struct stp_clock_watch {
  struct stp_host* host; /* null: not in use */
  void (*changed)(struct stp_clock_watch* watch, bool stepped);
  struct stp_clock_watch *prev, *next;
};

/* Of the calling thread's host. Nothing if it watches already. */
void stp_clock_watch(struct stp_clock_watch* watch,
                     void (*changed)(struct stp_clock_watch* watch, bool stepped));
void stp_clock_unwatch(struct stp_clock_watch* watch);

/* Call after each change of the clock of a host: the calling thread's own, or any in maestro. */
void stp_clock_changed(struct stp_host* host, bool stepped);

#endif
