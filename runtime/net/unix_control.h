/* What goes with the data of Unix sockets: descriptors (SCM_RIGHTS) and credentials
 * (SCM_CREDENTIALS), after net/core/scm.c. */
#ifndef STP_UNIX_CONTROL_H
#define STP_UNIX_CONTROL_H

#include "net/unix.h"

/* With one message, or one piece of a stream. Descriptions in it are in flight. */
struct stp_unix_control {
  struct ucred credentials; /* pid 0: not told */
  struct stp_flyer* sender; /* of the descriptions; null: there are none */
  int count;
  struct stp_file* files[];
};

/* Of a stream: the bytes that something goes with, by their number in the stream. */
struct stp_unix_mark {
  struct stp_unix_mark* next;
  uint64_t begin, end;
  struct stp_unix_control* control;
};

/* Whether a message's control data may be sent: 0, -EINVAL, -EBADF, -EPERM, -ESRCH,
 * -ETOOMANYREFS. */
int stp_unix_control_check(const struct msghdr* message);

/* What to send with a message, after that: null if it is nothing. Credentials go along where one of
 * both sockets wants to see them. */
struct stp_unix_control* stp_unix_control_make(const struct stp_unix* from,
                                               const struct stp_unix* to,
                                               const struct msghdr* message);
void stp_unix_control_free(struct stp_unix_control* control); /* null: no-op */

/* Gives a receiver what came along (null: nothing): in msg_control, of which `room` bytes are
 * there, the descriptors as new ones of the calling process. The control data stays the caller's.
 */
void stp_unix_control_tell(const struct stp_unix* socket, const struct stp_unix_control* control,
                           struct msghdr* message, size_t room, int flags);

/* The descriptions in it have been given to the receiver: they are in flight no more. */
void stp_unix_control_land(struct stp_unix_control* control);

/* Drops what goes with the bytes of a stream. */
void stp_unix_marks_clear(struct stp_unix* socket);

/* ---- unix_flight.c: descriptions in flight ---- */

/* A Unix socket begins and ends to exist. */
void stp_unix_flight_enlist(struct stp_unix* socket);
void stp_unix_flight_delist(struct stp_unix* socket);

/* Calls visit for all that there are, of all hosts. It must change nothing. */
void stp_unix_flight_each(void (*visit)(void* argument, const struct stp_unix* socket),
                          void* argument);

/* A user of a host, and how many descriptions he has in flight: of the calling process. */
struct stp_flyer;
struct stp_flyer* stp_unix_flyer(void);

/* Whether that is too much already, for a process that is not privileged (RLIMIT_NOFILE). */
bool stp_unix_flies_too_much(void);

/* A description begins and ends to be in flight. */
void stp_unix_flight_add(struct stp_flyer* sender, struct stp_file* file);
void stp_unix_flight_remove(struct stp_flyer* sender, struct stp_file* file);

/* Sockets that are reachable only through the queues of each other, and never again by a process,
 * are closed (net/unix/garbage.c). Called where one has lost a reference. */
void stp_unix_flight_collect(void);

#endif
