/* Unix sockets of type SOCK_STREAM: bytes inside a host, without delay (net/unix/af_unix.c).
 *
 * Each socket holds the bytes that it has received; its peer may add to them while they are fewer
 * than the peer's send buffer. connect makes the other end at once and leaves it in the listener's
 * queue for accept. */
#ifndef STP_UNIX_H
#define STP_UNIX_H

#include <sys/un.h>

#include "file/bytes.h"
#include "net/socket.h"

/* The name that bind gave to a socket; those that accept inherits it. */
struct stp_unix_name {
  int references;
  socklen_t length;
  struct sockaddr_un address;
};

enum stp_unix_state { STP_UNIX_FRESH, STP_UNIX_LISTENING, STP_UNIX_CONNECTED };

struct stp_unix {
  struct stp_socket socket;
  enum stp_unix_state state;
  struct stp_unix* peer; /* null when it has gone */
  struct stp_unix_name* name;
  struct stp_unix_name* peer_name; /* as it was when they were connected */
  struct ucred peer_credentials;
  struct stp_bytes bytes; /* received and not read, `unread` of them */
  size_t unread;
  bool shut_receive, shut_send;
  /* Of a listener: connections to accept, oldest first. */
  struct stp_unix *waiting, *prev, *next;
  int backlog, waiting_count;
};

struct stp_unix* stp_unix_new(void);
struct stp_unix* stp_unix_of(struct stp_socket* socket);

/* ---- unix_name.c ---- */

/* Binds: a path (makes a file), an abstract name, or, for no name at all, one that is free. */
int stp_unix_bind(struct stp_unix* socket, const struct sockaddr* address, socklen_t length);

/* The socket bound to an address, for the calling process. 0 or -errno. */
int stp_unix_find(const struct sockaddr* address, socklen_t length, struct stp_unix** found);

/* The socket no longer answers to its name. */
void stp_unix_unbind(struct stp_unix* socket);

struct stp_unix_name* stp_unix_name_ref(struct stp_unix_name* name); /* null: null */
void stp_unix_name_unref(struct stp_unix_name* name);

/* Null: the name of a socket without one. */
void stp_unix_name_store(const struct stp_unix_name* name, struct sockaddr_storage* to,
                         socklen_t* length);

/* ---- unix_io.c ---- */

ssize_t stp_unix_send(struct stp_socket* socket, const struct msghdr* message, int flags);
ssize_t stp_unix_receive(struct stp_socket* socket, struct msghdr* message, int flags);

/* Whether poll says that it can be written to. */
bool stp_unix_writable(const struct stp_unix* socket);

#endif
