/* Messages of Unix sockets: queues, accounts, receiving; sending of SOCK_SEQPACKET. */
#include "net/unix_message.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "file/bytes.h"
#include "net/unix_control.h"
#include "process/process.h"
#include "time/work.h"

/* What a socket has sent and others have not read; outlives it while they have not. */
struct stp_unix_account {
  struct stp_unix* socket;    /* null once closed */
  struct stp_unix_name* name; /* its last one, then; null: none */
  unsigned messages, used;
};

/* sock_alloc_send_pskb: sk_buff, a head of a power of two with skb_shared_info in it, and pages for
 * what makes it too large. */
static unsigned charge_of(size_t size) {
  enum { SK_BUFF = 256, SHARED_INFO = 320, HEAD_MAX = 16064, PAGE = 4096, PAGES_MAX = 17 };
  size_t paged = size > HEAD_MAX ? size - HEAD_MAX : 0, head = 512;
  paged = paged < PAGES_MAX * PAGE ? (paged + PAGE - 1) / PAGE * PAGE : PAGES_MAX * PAGE;
  while (head < size - paged + SHARED_INFO)
    head *= 2;
  return (unsigned)(SK_BUFF + head + paged);
}

/* ---- accounts ---- */

static void account_unref(struct stp_unix_account* account) {
  if (account->socket || account->messages > 0)
    return;
  stp_unix_name_unref(account->name);
  stp_free(account);
}

unsigned stp_unix_messages_sent(const struct stp_unix* socket) {
  return socket->account ? socket->account->used : 0;
}

void stp_unix_account_close(struct stp_unix* socket) {
  if (!socket->account)
    return;
  socket->account->socket = NULL;
  socket->account->name = stp_unix_name_ref(socket->name);
  account_unref(socket->account);
  socket->account = NULL;
}

static bool has_room(const struct stp_unix* socket) {
  return 4 * stp_unix_messages_sent(socket) <= (unsigned)socket->socket.send_buffer;
}

static void message_free(struct stp_unix_message* message) {
  struct stp_unix_account* const account = message->account;
  account->messages--;
  account->used -= message->charge;
  if (account->socket)
    stp_socket_notify_writable(&account->socket->socket);
  account_unref(account);
  stp_unix_control_free(message->control);
  stp_free(message);
}

/* ---- queues ---- */

void stp_unix_message_put(struct stp_unix* from, struct stp_unix* to, const struct msghdr* message,
                          size_t size) {
  struct stp_unix_message* const copy = stp_alloc(sizeof *copy + size);
  if (!from->account) {
    from->account = stp_alloc(sizeof *from->account);
    from->account->socket = from;
  }
  copy->account = from->account;
  copy->charge = charge_of(size);
  copy->size = size;
  copy->control = stp_unix_control_make(from, to, message);
  struct stp_cursor data = {message->msg_iov, (int)message->msg_iovlen, 0};
  stp_cursor_load(&data, copy->data, size);
  from->account->messages++;
  from->account->used += copy->charge;
  if (to->last_message)
    to->last_message->next = copy;
  else
    to->first_message = copy;
  to->last_message = copy;
  to->message_count++;
  to->unread += size;
  stp_socket_notify_readable(&to->socket);
}

static void drop_first(struct stp_unix* socket) {
  struct stp_unix_message* const first = socket->first_message;
  socket->first_message = first->next;
  if (!first->next)
    socket->last_message = NULL;
  socket->message_count--;
  socket->unread -= first->size;
  message_free(first);
}

void stp_unix_messages_drop(struct stp_unix* socket) {
  while (socket->first_message)
    drop_first(socket);
}

/* ---- receive ---- */

/* The first message once there is one. Null: *result says why (0: end). */
static struct stp_unix_message* await(struct stp_unix* socket, int flags, ssize_t* result) {
  struct stp_socket* const base = &socket->socket;
  const double deadline = stp_socket_deadline(base->receive_timeout);
  for (;;) {
    *result = stp_socket_take_error(base);
    if (*result)
      return NULL;
    if (socket->first_message)
      return socket->first_message;
    if (socket->shut_receive &&
        (base->type == SOCK_SEQPACKET || !stp_socket_nonblocking(base, flags)))
      return NULL;
    *result = stp_socket_wait(base, POLLIN, flags, deadline);
    if (*result)
      return NULL;
  }
}

/* The name that the sender has now; one without has none to tell. */
static void give_name(const struct stp_unix_message* from, struct msghdr* message) {
  struct sockaddr_storage name;
  socklen_t length = 0;
  if (!message->msg_name)
    return;
  const struct stp_unix_account* const account = from ? from->account : NULL;
  const struct stp_unix_name* const known = !account          ? NULL
                                            : account->socket ? account->socket->name
                                                              : account->name;
  if (known) {
    stp_unix_name_store(known, &name, &length);
    memcpy(message->msg_name, &name, message->msg_namelen < length ? message->msg_namelen : length);
  }
  message->msg_namelen = length;
}

/* Room in the queue: for those who are connected to it, and who wait without being so. */
static void made_room(struct stp_unix* socket) {
  stp_socket_notify_writable(&socket->socket);
  for (struct stp_unix* sender = socket->senders; sender; sender = sender->next_sender)
    stp_socket_notify_writable(&sender->socket);
}

ssize_t stp_unix_message_receive(struct stp_socket* base, struct msghdr* message, int flags) {
  struct stp_unix* const socket = stp_unix_of(base);
  const size_t room = message->msg_controllen;
  message->msg_controllen = 0;
  message->msg_flags = 0;
  if (flags & MSG_OOB)
    return -EOPNOTSUPP;
  if (base->type == SOCK_SEQPACKET && socket->state != STP_UNIX_CONNECTED)
    return -ENOTCONN;
  ssize_t result;
  const struct stp_unix_message* const first = await(socket, flags, &result);
  give_name(first, message);
  if (!first)
    return result;
  struct stp_cursor to = {message->msg_iov, (int)message->msg_iovlen, 0};
  const size_t copied = stp_cursor_store(&to, first->data, first->size);
  result = (ssize_t)(flags & MSG_TRUNC ? first->size : copied);
  if (copied < first->size)
    message->msg_flags |= MSG_TRUNC;
  stp_unix_control_tell(socket, first->control, message, room, flags);
  if (!(flags & MSG_PEEK)) {
    drop_first(socket);
    made_room(socket);
  }
  return result;
}

/* ---- send ---- */

int stp_unix_message_check(const struct stp_unix* socket, const struct msghdr* message, int flags,
                           size_t* size) {
  const struct stp_cursor all = {message->msg_iov, (int)message->msg_iovlen, 0};
  *size = stp_cursor_left(&all);
  const int error = flags & MSG_OOB ? -EOPNOTSUPP : stp_unix_control_check(message);
  if (error)
    return error;
  return *size > (size_t)socket->socket.send_buffer - 32 ? -EMSGSIZE : 0;
}

int stp_unix_message_room(struct stp_unix* socket, int flags, double deadline) {
  for (;;) {
    if (socket->socket.error)
      return stp_socket_take_error(&socket->socket);
    if (socket->shut_send)
      return -EPIPE;
    if (stp_unix_messages_sent(socket) < (unsigned)socket->socket.send_buffer)
      return 0;
    const int error = stp_socket_wait(&socket->socket, POLLOUT, flags, deadline);
    if (error)
      return error;
  }
}

ssize_t stp_unix_packet_send(struct stp_socket* base, const struct msghdr* message, int flags) {
  struct stp_unix* const socket = stp_unix_of(base);
  size_t size;
  stp_work_flush();
  if (base->error)
    return stp_socket_take_error(base);
  if (socket->state != STP_UNIX_CONNECTED)
    return -ENOTCONN;
  int error = stp_unix_message_check(socket, message, flags, &size);
  if (!error)
    error = stp_unix_message_room(socket, flags, stp_socket_deadline(base->send_timeout));
  if (error)
    return error;
  if (!socket->peer || socket->peer->shut_receive)
    return -EPIPE;
  stp_unix_message_put(socket, socket->peer, message, size);
  return (ssize_t)size;
}

/* unix_dgram_poll. */
unsigned stp_unix_message_poll(const struct stp_unix* socket) {
  unsigned events = socket->socket.error ? POLLERR : 0;
  if (socket->shut_receive)
    events |= POLLRDHUP | POLLIN | POLLRDNORM;
  if (socket->shut_receive && socket->shut_send)
    events |= POLLHUP;
  if (socket->first_message)
    events |= POLLIN | POLLRDNORM;
  if (has_room(socket))
    events |= POLLOUT | POLLWRNORM | POLLWRBAND;
  return events;
}
