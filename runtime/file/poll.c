/* poll: looks at every descriptor; where nothing is ready, waits in the queues of all of them and
 * looks again when one of them tells of a change. */
#include "file/poll.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>

#include "file/description.h"
#include "file/fdtable.h"
#include "process/process.h"
#include "time/clock.h"
#include "time/spin.h"

/* ---- deadlines ---- */

double stp_deadline_of_milliseconds(int delay) {
  if (delay < 0)
    return INFINITY;
  return stp_deadline_of_timespec(&(struct timespec){delay / 1000, delay % 1000 * 1000000L});
}

double stp_deadline_of_timespec(const struct timespec* delay) {
  if (!delay)
    return INFINITY;
  return delay->tv_sec == 0 && delay->tv_nsec == 0 ? 0 : stp_date_after(delay);
}

bool stp_delay_valid(const struct timespec* delay) {
  return delay->tv_sec >= 0 && stp_timespec_valid(delay);
}

/* ---- looking ---- */

static short events_of(const struct pollfd* entry, short always) {
  if (entry->fd < 0)
    return 0;
  struct stp_file* file = stp_fd_get(entry->fd);
  if (!file || file->flags & O_PATH)
    return POLLNVAL;
  return (short)(stp_file_poll(file) & (unsigned)(entry->events | always));
}

static int look(struct pollfd* fds, nfds_t count, short always) {
  int ready = 0;
  for (nfds_t i = 0; i < count; i++) {
    fds[i].revents = events_of(&fds[i], always);
    ready += fds[i].revents != 0;
  }
  return ready;
}

/* ---- waiting ---- */

/* One place in the queue of one description, which the hold keeps alive. */
struct place {
  struct stp_waiter waiter;
  struct stp_hold hold;
};

/* A wait under way, in memory of the runtime that outlives the thread's stack. */
struct wait {
  bool woken; /* so that several changes unpark the thread once */
  nfds_t count;
  struct place places[];
};

static void wake(struct stp_waiter* waiter) {
  struct wait* wait = waiter->owner;
  if (!wait->woken)
    stp_thread_unpark(waiter->thread);
  wait->woken = true;
}

static struct wait* enter(const struct pollfd* fds, nfds_t count, short always) {
  struct wait* wait = stp_wait_memory(sizeof *wait + count * sizeof *wait->places);
  wait->count = count;
  for (nfds_t i = 0; i < count; i++) {
    struct place* place = &wait->places[i];
    place->hold = fds[i].fd < 0 ? (struct stp_hold){0} : stp_fd_hold(fds[i].fd);
    stp_waiter_of_self(&place->waiter);
    place->waiter.notify = wake;
    place->waiter.owner = wait;
    place->waiter.events = (unsigned short)(fds[i].events | always);
  }
  return wait;
}

/* Blocks until any of them tells of a change; those that did are in their queues no more. */
static int wait_once(struct wait* wait, double deadline) {
  wait->woken = false;
  for (nfds_t i = 0; i < wait->count; i++) {
    struct place* place = &wait->places[i];
    if (place->hold.file && !place->waiter.queue && place->waiter.events)
      stp_waitq_add(&place->hold.file->changed, &place->waiter);
  }
  int result;
  do
    result = stp_park(deadline);
  while (result == 0 && !wait->woken);
  return wait->woken ? 0 : result;
}

static void leave(struct wait* wait) {
  for (nfds_t i = 0; i < wait->count; i++) {
    stp_waitq_remove(&wait->places[i].waiter);
    stp_fd_release(&wait->places[i].hold);
  }
}

int stp_poll(struct pollfd* fds, nfds_t count, short always, double deadline) {
  stp_spin_check();
  int ready = look(fds, count, always);
  if (ready > 0)
    return ready;
  if (deadline <= stp_now()) {
    stp_thread_yield();
    return look(fds, count, always);
  }
  struct wait* wait = enter(fds, count, always);
  int result;
  do {
    result = wait_once(wait, deadline);
    ready = look(fds, count, always);
  } while (result == 0 && ready == 0);
  leave(wait);
  return ready > 0 || result == -ETIMEDOUT ? ready : result;
}
