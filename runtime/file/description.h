/* Open file descriptions: what a descriptor refers to, whatever it is (file, socket, pipe, epoll
 * set ...), shared by dup and fork. A kind of object embeds struct stp_file as its first member and
 * provides operations. Errors are -errno. */
#ifndef STP_DESCRIPTION_H
#define STP_DESCRIPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "sync/wait.h"

struct stp_file;
struct stp_owner;
struct stp_process;

/* A null operation gives the errno that Linux gives (EINVAL, ESPIPE, ENOTTY ...). Operations may
 * block the calling thread unless stp_file_nonblocking(file) (or a flag of the call) says
 * otherwise; then they return -EAGAIN. */
struct stp_file_ops {
  const char* kind; /* "socket", "pipe" ...: for reports */
  /* `offset` is -1 for the file's own position. Return bytes moved (0: end of file) or -errno. */
  ssize_t (*read)(struct stp_file* file, const struct iovec* vectors, int count, off_t offset);
  ssize_t (*write)(struct stp_file* file, const struct iovec* vectors, int count, off_t offset);
  off_t (*seek)(struct stp_file* file, off_t offset, int whence);
  unsigned (*poll)(
      struct stp_file* file); /* what holds now: POLLIN, POLLOUT, POLLHUP, POLLERR, POLLRDHUP ... */
  int (*ioctl)(struct stp_file* file, unsigned long request,
               void* argument); /* FIONBIO is done by the caller */
  int (*stat)(struct stp_file* file, struct stat* result);
  void (*set_flags)(struct stp_file* file,
                    int flags); /* O_NONBLOCK or O_APPEND changed; may be null */
  bool async;                   /* it tells its owner when it is ready, with O_ASYNC */
  void (*detach)(
      struct stp_file* file,
      struct stp_process* process);     /* `process` closed a descriptor of it; may be null */
  void (*close)(struct stp_file* file); /* the last reference went: free it. Must not block. May run
                                           in maestro. */
};

/* One that refers to a description without keeping it alive (a member of an epoll set): `gone` is
 * called, the watch already taken off, just before the description is closed for good. */
struct stp_watch {
  struct stp_watch *prev, *next; /* of the same description */
  void (*gone)(struct stp_watch* watch, struct stp_file* file);
};

struct stp_file {
  const struct stp_file_ops* ops;
  int references;
  int flags;                /* O_ACCMODE, O_NONBLOCK, O_APPEND ... as F_GETFL gives them */
  struct stp_waitq changed; /* woken (stp_wake_all) whenever what poll reports may have changed */
  struct stp_watch* watches;
  struct stp_owner* owner; /* file/owner.h; null: nobody gets signals about it */
};

/* Prepares an embedded description with one reference. */
void stp_file_init(struct stp_file* file, const struct stp_file_ops* ops, int flags);
struct stp_file* stp_file_ref(struct stp_file* file); /* returns it */
void stp_file_unref(struct stp_file* file);
bool stp_file_nonblocking(const struct stp_file* file);

/* Changes O_NONBLOCK and O_APPEND, telling the object. */
void stp_file_set_flags(struct stp_file* file, int flags);

void stp_file_watch(struct stp_file* file, struct stp_watch* watch);
void stp_file_unwatch(struct stp_file* file, struct stp_watch* watch);

/* The operations of the object, or the errno that Linux gives where it has none. */
ssize_t stp_file_read(struct stp_file* file, const struct iovec* vectors, int count, off_t offset);
ssize_t stp_file_write(struct stp_file* file, const struct iovec* vectors, int count, off_t offset);
off_t stp_file_seek(struct stp_file* file, off_t offset, int whence);
unsigned stp_file_poll(struct stp_file* file); /* a file that cannot wait: POLLIN | POLLOUT */
int stp_file_ioctl(struct stp_file* file, unsigned long request, void* argument);
int stp_file_stat(struct stp_file* file, struct stat* result);

/* Tells pollers and blocked operations that the state changed, after it did. Anywhere. The second
 * says which events may have come (POLLIN ...), which spares waking those who wait for others. */
void stp_file_notify(struct stp_file* file);
void stp_file_notify_for(struct stp_file* file, unsigned events);

#endif
