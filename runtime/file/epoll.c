/* epoll sets, after Linux's fs/eventpoll.c. Each member waits in the queue of its description; a
 * notification puts it on the set's ready list. What is on the list only may be ready: it is asked
 * again when events are collected, and drops out when it is not. */
#include "file/epoll.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <utlist.h>

#include "file/description.h"
#include "process/process.h"
#include "time/clock.h"
#include "time/spin.h"

/* What the caller may ask of a member besides events. */
static const uint32_t manners = EPOLLWAKEUP | EPOLLONESHOT | EPOLLET | EPOLLEXCLUSIVE;
static const uint32_t exclusive_may = EPOLLIN | EPOLLRDNORM | EPOLLOUT | EPOLLWRNORM | EPOLLERR |
                                      EPOLLHUP | EPOLLWAKEUP | EPOLLET | EPOLLEXCLUSIVE;

enum { MAX_NESTING = 4 }; /* sets below or above one in another */

struct member {
  struct stp_waiter waiter; /* in file->changed; owner: the member */
  struct stp_watch watch;
  struct set* set;
  struct stp_file* file;
  int fd;
  uint32_t asked; /* events and manners */
  epoll_data_t data;
  struct member* next_of_fd;
  struct member *ready_prev, *ready_next;
  bool ready; /* on the list */
};

struct set {
  struct stp_file file;
  struct stp_waitq waiting; /* threads in stp_epoll_wait: one wakes for one event */
  struct member* ready;     /* first come first */
  struct member** by_fd;    /* descriptors are small numbers */
  int capacity;             /* of by_fd */
};

/* ---- the ready list ---- */

static uint32_t ready_events(const struct member* member) {
  const uint32_t events = member->asked & ~manners;
  return events == 0 ? 0 : stp_file_poll(member->file) & events;
}

static void put(struct member* member) {
  DL_APPEND2(member->set->ready, member, ready_prev, ready_next);
  member->ready = true;
}

/* Where a member comes that was not ready: at the end, or, by the seed, before others, for Linux
 * does not promise an order. */
static void put_newcomer(struct member* member) {
  struct set* const set = member->set;
  struct member* before = NULL;
  for (uint64_t coins = stp_engine_any(); set->ready != NULL && (coins & 1) != 0; coins >>= 1) {
    before = before == NULL ? set->ready->ready_prev : before->ready_prev;
    if (before == set->ready)
      break;
  }
  DL_PREPEND_ELEM2(set->ready, before, member, ready_prev, ready_next);
  member->ready = true;
}

static void take(struct member* member) {
  DL_DELETE2(member->set->ready, member, ready_prev, ready_next);
  member->ready = false;
}

/* Tells those who wait for the set even if they were told before: for an edge-triggered set in a
 * set, that is one more edge. */
static void become_ready(struct member* member) {
  if (!ready_events(member))
    return;
  if (!member->ready)
    put_newcomer(member);
  stp_wake_one(&member->set->waiting);
  stp_file_notify_for(&member->set->file, POLLIN | POLLRDNORM);
}

static void notified(struct stp_waiter* waiter) { become_ready(waiter->owner); }

static unsigned set_poll(struct stp_file* file) {
  struct set* set = (struct set*)file;
  while (set->ready) {
    if (ready_events(set->ready))
      return POLLIN | POLLRDNORM;
    take(set->ready);
  }
  return 0;
}

/* ---- members ---- */

static struct member** find(struct set* set, int fd, const struct stp_file* file) {
  struct member** link = &set->by_fd[fd];
  while (*link && (*link)->file != file)
    link = &(*link)->next_of_fd;
  return link;
}

static void reserve(struct set* set, int fd) {
  if (fd < set->capacity)
    return;
  int capacity = set->capacity ? set->capacity : 16;
  while (capacity <= fd)
    capacity *= 2;
  struct member** grown = stp_alloc((size_t)capacity * sizeof *grown);
  for (int i = 0; i < set->capacity; i++)
    grown[i] = set->by_fd[i];
  stp_free(set->by_fd);
  set->by_fd = grown;
  set->capacity = capacity;
}

/* Out of the set; its watch is off already. */
static void member_free(struct member* member) {
  struct member** link = find(member->set, member->fd, member->file);
  *link = member->next_of_fd;
  stp_waitq_remove(&member->waiter);
  if (member->ready)
    take(member);
  stp_free(member);
}

static void member_remove(struct member* member) {
  stp_file_unwatch(member->file, &member->watch);
  member_free(member);
}

#define MEMBER_OF_WATCH(w) ((struct member*)((char*)(w)-offsetof(struct member, watch)))

static void gone(struct stp_watch* watch, struct stp_file* file) {
  (void)file;
  member_free(MEMBER_OF_WATCH(watch));
}

static void ask(struct member* member, const struct epoll_event* event) {
  member->asked = event->events | EPOLLERR | EPOLLHUP;
  member->data = event->data;
  member->waiter.events = member->asked & ~manners;
  become_ready(member);
}

static void member_add(struct set* set, int fd, struct stp_file* file,
                       const struct epoll_event* event) {
  struct member* member = stp_alloc(sizeof *member);
  member->set = set;
  member->file = file;
  member->fd = fd;
  member->next_of_fd = set->by_fd[fd];
  set->by_fd[fd] = member;
  member->watch.gone = gone;
  stp_file_watch(file, &member->watch);
  member->waiter.notify = notified;
  member->waiter.owner = member;
  stp_waitq_add(&file->changed, &member->waiter);
  ask(member, event);
}

/* ---- sets in sets ---- */

/* How many sets lie below `set`, one in the other; more than MAX_NESTING if `searched` is one. */
static int depth_below(const struct set* set, const struct set* searched) {
  if (set == searched)
    return MAX_NESTING + 1;
  int deepest = 0;
  for (int fd = 0; fd < set->capacity && deepest <= MAX_NESTING; fd++)
    for (const struct member* member = set->by_fd[fd]; member; member = member->next_of_fd)
      if (stp_is_epoll(member->file)) {
        const int depth = 1 + depth_below((const struct set*)member->file, searched);
        deepest = depth > deepest ? depth : deepest;
      }
  return deepest;
}

static int height_above(const struct set* set) {
  int highest = 0;
  for (struct stp_watch* watch = set->file.watches; watch; watch = watch->next)
    if (watch->gone == gone) {
      const int height = 1 + height_above(MEMBER_OF_WATCH(watch)->set);
      highest = height > highest ? height : highest;
    }
  return highest;
}

/* ---- operations ---- */

static void set_close(struct stp_file* file) {
  struct set* set = (struct set*)file;
  for (int fd = 0; fd < set->capacity; fd++)
    while (set->by_fd[fd])
      member_remove(set->by_fd[fd]);
  stp_free(set->by_fd);
  stp_free(set);
}

static const struct stp_file_ops operations = {
    .kind = "epoll",
    .poll = set_poll,
    .close = set_close,
};

bool stp_is_epoll(const struct stp_file* file) { return file->ops == &operations; }

struct stp_file* stp_epoll_create(void) {
  struct set* set = stp_alloc(sizeof *set);
  stp_file_init(&set->file, &operations, O_RDWR);
  return &set->file;
}

static int add(struct set* set, int fd, struct stp_file* file, const struct epoll_event* event) {
  if (stp_is_epoll(file) &&
      height_above(set) + 1 + depth_below((struct set*)file, set) > MAX_NESTING)
    return -ELOOP;
  reserve(set, fd);
  if (*find(set, fd, file))
    return -EEXIST;
  member_add(set, fd, file, event);
  return 0;
}

static int change(struct member* member, const struct epoll_event* event) {
  if (member->asked & EPOLLEXCLUSIVE)
    return -EINVAL;
  ask(member, event);
  return 0;
}

/* EPOLLEXCLUSIVE is for new members, and goes with few other things. */
static bool exclusive_fits(int operation, const struct stp_file* file,
                           const struct epoll_event* event) {
  if (operation == EPOLL_CTL_DEL || !(event->events & EPOLLEXCLUSIVE))
    return true;
  return operation == EPOLL_CTL_ADD && !stp_is_epoll(file) && !(event->events & ~exclusive_may);
}

int stp_epoll_control(struct stp_file* file, int operation, int fd, struct stp_file* target,
                      const struct epoll_event* event) {
  if (!target->ops->poll)
    return -EPERM;
  if (target == file || !stp_is_epoll(file) || !exclusive_fits(operation, target, event))
    return -EINVAL;
  struct set* set = (struct set*)file;
  if (operation == EPOLL_CTL_ADD)
    return add(set, fd, target, event);
  if (operation != EPOLL_CTL_MOD && operation != EPOLL_CTL_DEL)
    return -EINVAL;
  struct member* member = fd < set->capacity ? *find(set, fd, target) : NULL;
  if (!member)
    return -ENOENT;
  if (operation == EPOLL_CTL_MOD)
    return change(member, event);
  member_remove(member);
  return 0;
}

/* ---- waiting ---- */

/* Level-triggered members go to the end of the list, to be asked again next time; the others leave
 * it until they are notified. */
static int collect(struct set* set, struct epoll_event* events, int limit) {
  int found = 0;
  const struct member* last = set->ready ? set->ready->ready_prev : NULL;
  for (bool more = last; more && found < limit;) {
    struct member* member = set->ready;
    more = member != last;
    take(member);
    const uint32_t happened = ready_events(member);
    if (!happened)
      continue;
    events[found++] = (struct epoll_event){.events = happened, .data = member->data};
    if (member->asked & EPOLLONESHOT)
      member->asked &= manners; /* until EPOLL_CTL_MOD */
    else if (!(member->asked & EPOLLET))
      put(member);
  }
  if (set->ready)
    stp_wake_one(&set->waiting);
  return found;
}

int stp_epoll_wait(struct stp_file* file, struct epoll_event* events, int limit, double deadline) {
  struct set* set = (struct set*)file;
  stp_spin_check();
  int found = collect(set, events, limit);
  if (found > 0)
    return found;
  if (deadline <= stp_now()) {
    stp_thread_yield();
    return collect(set, events, limit);
  }
  int result;
  do {
    result = stp_wait(&set->waiting, deadline);
    found = collect(set, events, limit);
  } while (result == 0 && found == 0);
  return found > 0 || result == -ETIMEDOUT ? found : result;
}
