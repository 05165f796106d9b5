/* Urgent data as Linux has it (tcp_input.c, tcp_urg; tcp.c, tcp_recv_urg): the sender points at one
 * byte, the last that it wrote with MSG_OOB; the receiver is told of it (SIGURG, POLLPRI), and may
 * take it out of turn. It stays where it is in the stream: reads stop before it, and the next one
 * steps over it, unless the receiver wants it in line. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>

#include "file/owner.h"
#include "net/tcp_io.h"

/* How far behind a segment the pointer in it can be. */
enum { REACH = 65535 };

static bool in_line(const struct stp_tcp_end* end) {
  return end->socket && stp_socket_flag(&end->socket->socket, SO_OOBINLINE);
}

bool stp_tcp_at_mark(const struct stp_tcp_end* end) {
  return end->urgent_state != STP_TCP_NOT_URGENT && end->mark == end->peer->read;
}

uint64_t stp_tcp_before_mark(const struct stp_tcp_end* end) {
  const uint64_t read = end->peer->read;
  return end->urgent_state == STP_TCP_NOT_URGENT || end->mark <= read ? UINT64_MAX
                                                                      : end->mark - read;
}

bool stp_tcp_skips_mark(const struct stp_tcp_end* end) {
  return stp_tcp_at_mark(end) && !in_line(end);
}

uint64_t stp_tcp_in_line(const struct stp_tcp_end* end) {
  const uint64_t unread = stp_tcp_unread(end);
  if (in_line(end) || end->urgent_state == STP_TCP_NOT_URGENT || end->mark >= end->peer->arrived)
    return unread;
  return end->mark - end->peer->read;
}

void stp_tcp_passed_mark(struct stp_tcp_end* end) {
  if (end->peer->read > end->mark)
    end->urgent_state = STP_TCP_NOT_URGENT;
}

void stp_tcp_urgent_told(struct stp_tcp_end* end, uint64_t urgent, uint64_t offset) {
  struct stp_tcp_end* const sender = end->peer;
  if (urgent <= sender->arrived || urgent > offset + REACH ||
      (end->urgent_state != STP_TCP_NOT_URGENT && urgent - 1 <= end->mark))
    return;
  if (end->socket)
    stp_owner_urgent(&end->socket->socket.file);
  if (stp_tcp_skips_mark(end) && sender->read != sender->arrived) {
    stp_bytes_drop(&sender->bytes, 1);
    sender->read++;
  }
  end->urgent_state = STP_TCP_URGENT_AWAITED;
  end->mark = urgent - 1;
}

void stp_tcp_urgent_arrived(struct stp_tcp_end* end) {
  if (end->urgent_state != STP_TCP_URGENT_AWAITED || end->mark >= end->peer->arrived)
    return;
  end->urgent_state = STP_TCP_URGENT_THERE;
  if (end->socket)
    stp_file_notify_for(&end->socket->socket.file, POLLIN | POLLRDNORM | POLLPRI);
}

ssize_t stp_tcp_receive_urgent(struct stp_tcp_socket* tcp, struct msghdr* message, int flags) {
  struct stp_tcp_end* const end = tcp->end;
  if (!end || in_line(end) || end->urgent_state == STP_TCP_NOT_URGENT ||
      end->urgent_state == STP_TCP_URGENT_TAKEN)
    return -EINVAL;
  if (end->state == TCP_CLOSE && !end->finned)
    return -ENOTCONN;
  if (end->urgent_state == STP_TCP_URGENT_AWAITED)
    return end->state == TCP_CLOSE || end->shut_receive ? 0 : -EAGAIN;
  if (!(flags & MSG_PEEK))
    end->urgent_state = STP_TCP_URGENT_TAKEN;
  message->msg_flags |= MSG_OOB;
  struct stp_cursor to = {message->msg_iov, (int)message->msg_iovlen, 0};
  if (stp_cursor_left(&to) == 0) {
    message->msg_flags |= MSG_TRUNC;
    return 0;
  }
  if (!(flags & MSG_TRUNC))
    stp_bytes_copy(&end->peer->bytes, end->mark - end->peer->read, &to, 1);
  return 1;
}
