/* Sockets in flight. One that is in queues only, as often as it has references, may be garbage; it
 * is not if a queue that holds it belongs to a socket that is not garbage. */
#include <linux/capability.h>
#include <utlist.h>

#include "net/unix_control.h"
#include "net/unix_message.h"
#include "process/identity.h"
#include "process/process.h"

static struct stp_unix* sockets; /* all */
static unsigned flying;          /* references to sockets in flight */

void stp_unix_flight_enlist(struct stp_unix* socket) {
  DL_APPEND2(sockets, socket, prev_of_all, next_of_all);
}

void stp_unix_flight_delist(struct stp_unix* socket) {
  DL_DELETE2(sockets, socket, prev_of_all, next_of_all);
}

void stp_unix_flight_each(void (*visit)(void* argument, const struct stp_unix* socket),
                          void* argument) {
  const struct stp_unix* socket;
  DL_FOREACH2(sockets, socket, next_of_all)
  visit(argument, socket);
}

static struct stp_unix* unix_of(struct stp_file* file) {
  struct stp_socket* const socket = stp_socket_of(file);
  return socket && socket->domain == AF_UNIX ? stp_unix_of(socket) : NULL;
}

/* ---- how many a user has in flight (net/unix/af_unix.c, too_many_unix_fds) ---- */

struct stp_flyer {
  struct stp_flyer* next;
  const struct stp_host* host;
  uid_t user;
  unsigned count;
};

struct stp_flyer* stp_unix_flyer(void) {
  static struct stp_flyer* flyers; /* few: users that have ever sent a descriptor */
  const uid_t user = stp_identity()->user.real;
  struct stp_flyer* flyer;
  LL_FOREACH(flyers, flyer)
  if (flyer->host == stp_me->host && flyer->user == user)
    return flyer;
  flyer = stp_alloc(sizeof *flyer);
  flyer->host = stp_me->host;
  flyer->user = user;
  LL_PREPEND(flyers, flyer);
  return flyer;
}

bool stp_unix_flies_too_much(void) {
  return stp_unix_flyer()->count > stp_limit(RLIMIT_NOFILE) && !stp_capable(CAP_SYS_RESOURCE) &&
         !stp_capable(CAP_SYS_ADMIN);
}

void stp_unix_flight_add(struct stp_flyer* sender, struct stp_file* file) {
  struct stp_unix* const socket = unix_of(file);
  sender->count++;
  flying += socket != NULL;
  if (socket)
    socket->in_flight++;
}

void stp_unix_flight_remove(struct stp_flyer* sender, struct stp_file* file) {
  struct stp_unix* const socket = unix_of(file);
  sender->count--;
  flying -= socket != NULL;
  if (socket)
    socket->in_flight--;
}

/* Whether one that was taken for garbage is not, since it is in this control data. */
static bool spare(const struct stp_unix_control* control) {
  bool changed = false;
  for (int i = 0; control && i < control->count; i++) {
    struct stp_unix* const socket = unix_of(control->files[i]);
    changed |= socket && socket->garbage;
    if (socket)
      socket->garbage = false;
  }
  return changed;
}

static bool spare_in_queue(const struct stp_unix* socket) {
  bool changed = false;
  for (const struct stp_unix_message* one = socket->first_message; one; one = one->next)
    changed |= spare(one->control);
  for (const struct stp_unix_mark* mark = socket->marks; mark; mark = mark->next)
    changed |= spare(mark->control);
  return changed;
}

static bool find_garbage(void) {
  struct stp_unix* socket;
  bool changed, any = false;
  DL_FOREACH2(sockets, socket, next_of_all)
  socket->garbage =
      socket->in_flight > 0 && socket->socket.file.references == (int)socket->in_flight;
  do {
    changed = false;
    DL_FOREACH2(sockets, socket, next_of_all)
    if (!socket->garbage)
      changed |= spare_in_queue(socket);
  } while (changed);
  DL_FOREACH2(sockets, socket, next_of_all)
  any |= socket->garbage;
  return any;
}

/* Takes the control data of garbage out of its queue, into a list. */
static void take(struct stp_unix* socket, struct stp_unix_mark** taken) {
  for (struct stp_unix_message* one = socket->first_message; one; one = one->next) {
    struct stp_unix_mark* const mark = one->control ? stp_alloc(sizeof *mark) : NULL;
    if (!mark)
      continue;
    mark->control = one->control;
    one->control = NULL;
    LL_PREPEND(*taken, mark);
  }
  LL_CONCAT(*taken, socket->marks);
  socket->marks = NULL;
}

void stp_unix_flight_collect(void) {
  static bool collecting;
  if (flying == 0 || collecting || !find_garbage())
    return;
  collecting = true;
  struct stp_unix_mark *taken = NULL, *mark, *next;
  struct stp_unix* socket;
  DL_FOREACH2(sockets, socket, next_of_all)
  if (socket->garbage)
    take(socket, &taken);
  LL_FOREACH_SAFE(taken, mark, next) {
    stp_unix_control_free(mark->control);
    stp_free(mark);
  }
  collecting = false;
}
