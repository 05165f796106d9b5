/* Unix sockets: bytes or messages inside a host, without delay (net/unix/af_unix.c).
 *
 * Each socket holds what it has received. To bytes (SOCK_STREAM) its peer may add while they are
 * fewer than the peer's send buffer; messages (SOCK_DGRAM, SOCK_SEQPACKET: unix_message.h) count
 * against the buffer of who sent them. connect makes the other end at once and leaves it in the
 * listener's queue for accept. */
#ifndef STP_UNIX_H
#define STP_UNIX_H

#include <stdint.h>
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
  struct stp_unix_message *first_message, *last_message; /* or, as messages, these */
  unsigned message_count;
  struct stp_unix_account* account; /* of messages sent; null until the first */
  size_t unread;
  bool shut_receive, shut_send;
  uint64_t position;           /* number of the first byte not read */
  struct stp_unix_mark* marks; /* what goes with bytes: unix_control.h */
  bool pass_credentials;       /* SO_PASSCRED */
  bool embryo;                 /* not accepted yet */
  bool garbage;                /* unix_flight.c, as long as it collects */
  unsigned in_flight;          /* references from queues of sockets */
  struct stp_unix *prev_of_all, *next_of_all;
  /* Of a listener: connections to accept, oldest first. */
  struct stp_unix *waiting, *prev, *next;
  int backlog, waiting_count;
  /* Of SOCK_DGRAM: those connected to it. */
  struct stp_unix *senders, *prev_sender, *next_sender;
};

struct stp_unix* stp_unix_new(int type);
struct stp_unix* stp_unix_of(struct stp_socket* socket);
struct ucred stp_unix_own_credentials(void); /* of the calling process */

/* Gives a socket that wants credentials a name, as Linux does where it begins to send. */
int stp_unix_autobind(struct stp_unix* socket);

/* ---- unix_name.c ---- */

/* Binds: a path (makes a file), an abstract name, or, for no name at all, one that is free. */
int stp_unix_bind(struct stp_unix* socket, const struct sockaddr* address, socklen_t length);

/* The socket of a type bound to an address, for the calling process. 0 or -errno. */
int stp_unix_find(const struct sockaddr* address, socklen_t length, int type,
                  struct stp_unix** found);

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

/* ---- operations that all types have: unix_socket.c ---- */

int stp_unix_socket_bind(struct stp_socket* socket, const struct sockaddr* address,
                         socklen_t length);
int stp_unix_local_name(struct stp_socket* socket, struct sockaddr_storage* name,
                        socklen_t* length);
int stp_unix_get_option(struct stp_socket* socket, int level, int option, void* value,
                        socklen_t* length);
int stp_unix_set_option(struct stp_socket* socket, int level, int option, const void* value,
                        socklen_t length);

/* ---- unix_datagram.c ---- */

extern const struct stp_socket_ops stp_unix_datagram_ops;

/* Makes `peer` the one that `socket` sends to. */
void stp_unix_datagram_join(struct stp_unix* socket, struct stp_unix* peer);

#endif
