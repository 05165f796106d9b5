/* epoll sets. A set knows its members by descriptor and description, and keeps those that may be
 * ready in a list, so that waiting costs what is ready, not what is watched. */
#ifndef STP_EPOLL_H
#define STP_EPOLL_H

#include <stdbool.h>
#include <sys/epoll.h>

struct stp_file;

/* A new, empty set: one reference, the caller's. */
struct stp_file* stp_epoll_create(void);

bool stp_is_epoll(const struct stp_file* file);

/* Adds, changes or removes the member (fd, file); `event` is not used by EPOLL_CTL_DEL. Returns 0
 * or what epoll_ctl(2) says: -EINVAL, -EPERM, -EEXIST, -ENOENT, -ELOOP. A member leaves by itself
 * when its description is closed for good. */
int stp_epoll_control(struct stp_file* set, int operation, int fd, struct stp_file* file,
                      const struct epoll_event* event);

/* Waits until a member is ready or until the date `deadline` (INFINITY: none; past: looks once,
 * others running first). Stores up to `limit` events, in the order in which members became ready,
 * round robin where there are more. Returns how many, or -errno of a wait. */
int stp_epoll_wait(struct stp_file* set, struct epoll_event* events, int limit, double deadline);

#endif
