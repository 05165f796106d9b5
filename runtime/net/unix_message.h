/* Messages of Unix sockets: what SOCK_DGRAM and SOCK_SEQPACKET share. A message is charged to its
 * sender until it has been read. */
#ifndef STP_UNIX_MESSAGE_H
#define STP_UNIX_MESSAGE_H

#include "net/unix.h"

struct stp_unix_message {
  struct stp_unix_message* next;
  struct stp_unix_account* account; /* of who sent it */
  unsigned charge;
  struct stp_unix_control* control; /* null: nothing goes with it */
  size_t size;
  char data[];
};

/* Puts a message into `to`'s queue. */
void stp_unix_message_put(struct stp_unix* from, struct stp_unix* to, const struct msghdr* message,
                          size_t size);

/* Drops all that the socket has received; it parts from what it has sent. */
void stp_unix_messages_drop(struct stp_unix* socket);
void stp_unix_account_close(struct stp_unix* socket);

/* Bytes of the send buffer in use. */
unsigned stp_unix_messages_sent(const struct stp_unix* socket);

/* Checks what no message may ask for, and its size. 0 or -errno. */
int stp_unix_message_check(const struct stp_unix* socket, const struct msghdr* message, int flags,
                           size_t* size);

/* Room in the own send buffer, waiting for it if need be. 0 or -errno. */
int stp_unix_message_room(struct stp_unix* socket, int flags, double deadline);

/* The events of poll that both have; the operations. */
unsigned stp_unix_message_poll(const struct stp_unix* socket);
ssize_t stp_unix_message_receive(struct stp_socket* socket, struct msghdr* message, int flags);
ssize_t stp_unix_packet_send(struct stp_socket* socket, const struct msghdr* message, int flags);

#endif
