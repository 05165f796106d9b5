/* Sockets: the part that all families share. A socket is an open file description; a family embeds
 * struct stp_socket and provides operations. Errors are -errno; addresses are as programs give
 * them. */
#ifndef STP_SOCKET_H
#define STP_SOCKET_H

#include <stdint.h>
#include <sys/socket.h>

#include "file/description.h"

struct stp_host;
struct stp_socket;

/* A null operation is one that the family does not have: -EOPNOTSUPP. Operations that wait for
 * something block unless stp_socket_nonblocking. */
struct stp_socket_ops {
  int (*bind)(struct stp_socket* socket, const struct sockaddr* address, socklen_t length);
  int (*listen)(struct stp_socket* socket, int backlog);
  /* Gives a connected socket with one reference, and the peer's name. */
  int (*accept)(struct stp_socket* socket, struct stp_socket** accepted,
                struct sockaddr_storage* name, socklen_t* length);
  int (*connect)(struct stp_socket* socket, const struct sockaddr* address, socklen_t length);
  ssize_t (*send)(struct stp_socket* socket, const struct msghdr* message, int flags);
  /* Fills msg_name, msg_control and msg_flags. */
  ssize_t (*receive)(struct stp_socket* socket, struct msghdr* message, int flags);
  int (*shutdown)(struct stp_socket* socket, int how);
  int (*local_name)(struct stp_socket* socket, struct sockaddr_storage* name, socklen_t* length);
  int (*peer_name)(struct stp_socket* socket, struct sockaddr_storage* name, socklen_t* length);
  /* Options other than SOL_SOCKET's common ones; -ENOPROTOOPT for unknown ones. *length is what
   * `value` holds (get: has room for). */
  int (*get_option)(struct stp_socket* socket, int level, int option, void* value,
                    socklen_t* length);
  int (*set_option)(struct stp_socket* socket, int level, int option, const void* value,
                    socklen_t length);
  /* The buffers' sizes have been set (bytes, as getsockopt gives them). */
  void (*buffers_changed)(struct stp_socket* socket);
  unsigned (*poll)(struct stp_socket* socket);
  /* Bytes that FIONREAD and SIOCOUTQ tell, or -errno. */
  long (*unread)(struct stp_socket* socket);
  long (*unsent)(struct stp_socket* socket);
  bool (*at_mark)(struct stp_socket* socket); /* SIOCATMARK: the next byte is urgent */
  void (*close)(struct stp_socket* socket);   /* frees it; must not block */
};

struct stp_socket {
  struct stp_file file;
  const struct stp_socket_ops* ops;
  struct stp_host* host;
  int domain, type, protocol;
  int error;                            /* pending, positive: SO_ERROR */
  uint64_t flags;                       /* boolean options of SOL_SOCKET: bit SO_... */
  double receive_timeout, send_timeout; /* s; 0: none */
  struct linger linger;
  int receive_buffer, send_buffer; /* as getsockopt gives them */
  bool receive_buffer_fixed, send_buffer_fixed;
  int low_water, priority, mark;
  int device;                  /* SO_BINDTODEVICE: the number of an interface; 0: none */
  int busy_poll, incoming_cpu; /* kept, without effect; the latter plus 1 */
  ino_t number;
};

/* Prepares an embedded socket of the calling process's host (maestro: set host afterwards). */
void stp_socket_init(struct stp_socket* socket, const struct stp_socket_ops* ops, int domain,
                     int type, int protocol);

/* What an accepted socket takes over from the one that listened. */
void stp_socket_inherit(struct stp_socket* socket, const struct stp_socket* listening);

/* The socket that a description is, or null. */
struct stp_socket* stp_socket_of(struct stp_file* file);

static inline bool stp_socket_flag(const struct stp_socket* socket, int option) {
  return socket->flags >> option & 1;
}

/* Whether a call with these MSG_ flags must not block. */
bool stp_socket_nonblocking(const struct stp_socket* socket, int flags);

/* The date at which a wait that starts now ends. `timeout` is one of the socket's. */
double stp_socket_deadline(double timeout);

/* Takes the pending error: 0 or -errno. */
int stp_socket_take_error(struct stp_socket* socket);

/* Blocks until the socket may be ready for `events` (POLLIN ...), or -EAGAIN at the date `deadline`
 * or at once if the call must not block. Woken does not mean ready: loop. */
int stp_socket_wait(struct stp_socket* socket, unsigned events, int flags, double deadline);

/* Tell readers and those who accept, writers and those who connect, or all of them; and pollers. */
void stp_socket_notify_readable(struct stp_socket* socket);
void stp_socket_notify_writable(struct stp_socket* socket);
void stp_socket_notify(struct stp_socket* socket);

/* The options every family has (net/options.c). */
int stp_socket_get_option(struct stp_socket* socket, int level, int option, void* value,
                          socklen_t* length);
int stp_socket_set_option(struct stp_socket* socket, int level, int option, const void* value,
                          socklen_t length);

/* An int as an option's value: as Linux does, one that is too short is -EINVAL, and a short buffer
 * gets the leading bytes. */
int stp_option_to_int(const void* value, socklen_t length, int* result);
int stp_option_from(const void* from, socklen_t size, void* value, socklen_t* length);

/* Makes a socket of the calling process; -EAFNOSUPPORT, -EPROTONOSUPPORT, -ESOCKTNOSUPPORT. */
int stp_socket_create(int domain, int type, int protocol, struct stp_socket** socket);

/* The same for two that are connected to each other; -EOPNOTSUPP where the family has no pairs. */
int stp_socket_create_pair(int domain, int type, int protocol, struct stp_socket* pair[2]);

#endif
