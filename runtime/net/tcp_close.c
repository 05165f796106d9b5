/* Closing: FIN, RST and the states in between (RFC 9293; net/ipv4/tcp.c and tcp_input.c). */
#include <errno.h>
#include <stddef.h>

#include "net/tcp.h"

void stp_tcp_finish(struct stp_tcp_end* end) {
  switch (end->state) {
  case TCP_ESTABLISHED:
    end->state = TCP_FIN_WAIT1;
    break;
  case TCP_CLOSE_WAIT:
    end->state = TCP_LAST_ACK;
    break;
  default:
    return;
  }
  end->shut_send = true;
  stp_tcp_transmit(end);
}

void stp_tcp_abort(struct stp_tcp_end* end) {
  const bool told = end->state != TCP_CLOSE && end->state != TCP_SYN_SENT;
  stp_tcp_end_done(end, false);
  if (told)
    stp_tcp_segment_send(end, STP_TCP_RST);
}

void stp_tcp_close(struct stp_tcp_end* end, bool reset) {
  end->socket = NULL;
  end->orphan = true;
  const struct stp_tcp_end* const sender = end->peer;
  if (end->state == TCP_CLOSE)
    return;
  if (end->state == TCP_SYN_SENT)
    stp_tcp_end_done(end, false);
  else if (reset || sender->read < sender->arrived)
    stp_tcp_abort(end);
  else
    stp_tcp_finish(end);
}

void stp_tcp_fin_arrived(struct stp_tcp_end* end) {
  if (end->state == TCP_CLOSE)
    return;
  end->shut_receive = end->finned = true;
  stp_tcp_announce(end);
  switch (end->state) {
  case TCP_ESTABLISHED:
    end->state = TCP_CLOSE_WAIT;
    break;
  case TCP_FIN_WAIT1:
    stp_tcp_settle(end);
    if (end->state == TCP_FIN_WAIT1) {
      end->state = TCP_CLOSING;
      stp_tcp_want_news(end);
      break;
    }
    /* fall through */
  case TCP_FIN_WAIT2:
    stp_tcp_end_done(end, true);
    break;
  default:
    break;
  }
  stp_tcp_notify(end);
  if (end->zone)
    stp_tcp_finish(end);
}

void stp_tcp_fin_acknowledged(struct stp_tcp_end* end) {
  switch (end->state) {
  case TCP_FIN_WAIT1:
    end->state = TCP_FIN_WAIT2;
    break;
  case TCP_CLOSING:
    stp_tcp_end_done(end, true);
    break;
  case TCP_LAST_ACK:
    stp_tcp_end_done(end, false);
    break;
  default:
    return;
  }
  stp_tcp_notify(end);
}

void stp_tcp_rst_arrived(struct stp_tcp_end* end) {
  switch (end->state) {
  case TCP_CLOSE:
    return;
  case TCP_SYN_SENT:
    stp_tcp_end_fail(end, ECONNREFUSED);
    break;
  case TCP_SYN_RECV:
    stp_tcp_listener_forget(end);
    stp_tcp_end_done(end, false);
    break;
  case TCP_CLOSE_WAIT:
    stp_tcp_end_fail(end, EPIPE);
    break;
  default:
    stp_tcp_end_fail(end, ECONNRESET);
  }
}
