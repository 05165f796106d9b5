/* TCP: what its files share. Programs see struct stp_tcp_socket through net/socket.h.
 *
 * A connection has two ends, both here in one process, so nothing is copied on the way: what one
 * end writes lies in one queue of bytes until the other end reads it, and offsets say how far it
 * is:
 *
 *     read <= arrived <= departed <= started <= written        (bytes since the connection began)
 *
 * [read, arrived) can be read; [arrived, departed) propagates along the path, or waits for a
 * segment before it that was lost; [departed, started) is the flow that the simulator moves now, at
 * most one; [started, written) waits. Besides bytes, a path carries segments without any (SYN, FIN,
 * RST ...) and, in the other direction, news: how much has arrived in order (ACK) and how much may
 * be sent (window); and what has got through at all (SACK), here called feedback. All of it takes
 * the path's latency and arrives in order. Neither needs an event: the sender looks at it when it
 * wants to know.
 *
 * A flow is a chunk of many segments, for speed; their acknowledgements come back one by one, as
 * they left. So what a chunk's first segment allows may be sent a round trip after that segment,
 * and the flow that it starts goes no faster than the acknowledgements of the others come in. Hence
 * news and feedback of a chunk carry the date of its first segment, not of its last, as far as that
 * is not over yet when they are known. With chunks of half a window at most this is exact: the
 * sender stands still if and for as long as a packet-level TCP does.
 *
 * What is modelled: three-way handshake with backlog and retries (RFC 9293, tcp(7)), slow start
 * (RFC 5681, initial window of RFC 6928), CUBIC (RFC 9438) or Reno, loss with fast retransmit, RACK
 * and tail loss probe (RFC 6675, RFC 8985), retransmission timeouts (RFC 6298), receive window with
 * autotuning, send buffer, half-close, reset, keep-alive, TIME_WAIT. What is not: losses in queues
 * (links share bandwidth, they do not drop) and so HyStart; loss of acknowledgements, which those
 * that follow make good; Nagle's algorithm and delayed acknowledgements. */
#ifndef STP_TCP_H
#define STP_TCP_H

#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>

#include "file/bytes.h"
#include "net/path.h"
#include "net/ports.h"
#include "net/socket.h"
#include "net/transit.h"

struct stp_flow;
struct stp_timer;
struct stp_tcp_connection;
struct stp_tcp_listener;
struct stp_tcp_socket;

/* Payload of a full segment, and the headers that each takes on a link besides: IP packets of 1500
 * bytes with IP and TCP headers (20 + 20) and timestamps (12). The bandwidth of a link is that of
 * IP packets: of 1 Gbit/s 965 Mbit/s are payload. On loopback the MTU is 65536. */
enum {
  STP_TCP_MSS = 1448,
  STP_TCP_HEADERS = 52,
  STP_TCP_MSS_LOOPBACK = 65483,
};

/* Buffers, as net.ipv4.tcp_rmem and tcp_wmem have them: initial and largest. Of a receive buffer
 * half is window (tcp_adv_win_scale 1). */
enum {
  STP_TCP_RECEIVE_BUFFER = 131072,
  STP_TCP_RECEIVE_MAX = 6291456,
  STP_TCP_SEND_BUFFER = 16384,
  STP_TCP_SEND_MAX = 4194304,
};

/* How much may be in flight, by what the sender knows (tcp_congestion.c). */
struct stp_tcp_congestion {
  uint64_t window, threshold; /* bytes; below the threshold slow start */
  uint64_t delivered;         /* no longer in flight: got through, or lost */
  uint64_t limited;           /* the window was used up when this was sent */
  uint64_t recovery;          /* what is lost of the bytes before belongs to the last event */
  uint64_t frozen;            /* no growth by these: sent before the last loss was noticed */

  /* The next event of loss, noticed at a date (INFINITY: none), repaired at another. */
  struct {
    double noticed, repaired;
    uint64_t offset; /* of the chunk */
    bool timeout;
  } loss;
  double repaired;

  /* CUBIC's, in segments: since when (negative: no epoch), what Wmax is, where the curve has its
   * middle and when, and what Reno's window would be. */
  double epoch, peak, origin, middle, friendly;
};

/* One end, with the direction from it to its peer. */
struct stp_tcp_end {
  struct stp_tcp_connection* connection;
  struct stp_tcp_end* peer;
  struct stp_tcp_socket* socket; /* null before accept and after close */
  struct stp_host* host;
  struct stp_binding* binding; /* null once the address is given up */
  bool bound;                  /* by bind: the socket keeps it when the connection fails */
  const struct stp_path* path; /* to the peer */
  struct stp_endpoint local, remote;
  int state;                            /* TCP_ESTABLISHED ... TCP_CLOSE */
  int error;                            /* met before accept, positive */
  bool orphan;                          /* its socket was closed */
  bool zone;                            /* the runtime's own, of a name server (net/zone.h) */
  bool dead;                            /* its host has lost its power (net/power.h) */
  bool shut_receive, shut_send, finned; /* as sk_shutdown and SOCK_DONE */

  /* What it sends. */
  struct stp_bytes bytes;
  uint64_t read, arrived, departed, started, written;
  bool fin_departed; /* the FIN counts as one more byte after the last */
  struct stp_flow* flow;
  double flow_date; /* when it started */
  double flow_bytes;
  uint64_t flow_id; /* for observers: of the message that it carries */
  double rate;      /* of the last one, bytes/s */
  uint64_t resent;  /* bytes that the next flow carries again */
  bool deferred;    /* transmit will be called when the running thread parks */
  bool wants_space; /* somebody waits for room to write */
  int retries;
  double retried; /* date of the first of them */
  double last_sent;
  uint64_t acknowledged, edge; /* news of the peer: received up to, may send up to */
  struct stp_tcp_congestion congestion;
  uint64_t announced;          /* edge in the peer's last news */
  double probe;                /* when the last segments, which were lost, are to be sent again */
  struct stp_transit segments; /* to the peer */
  struct stp_transit news;     /* from the peer */
  struct stp_transit feedback; /* from the peer */
  struct stp_timer *arrival, *reaction, *retry, *keepalive;
  double arrival_date, reaction_date;
  int probes;   /* of keepalive, not answered */
  double heard; /* when something last came from the peer */

  /* What it receives: the window it offers, and its autotuning; when the last chunk came, and for
   * how long it had been coming. */
  uint64_t window;
  double chunk_date, chunk_time;
  uint64_t tuned_read, tuned_space;
  double tuned_date;

  /* Urgent data (tcp_urgent.c): up to where what it sends is urgent (0: nothing is); of what it
   * receives, where the urgent byte is, by the peer's offsets. */
  uint64_t urgent, mark;
  enum stp_tcp_urgent {
    STP_TCP_NOT_URGENT,
    STP_TCP_URGENT_AWAITED,
    STP_TCP_URGENT_THERE,
    STP_TCP_URGENT_TAKEN,
  } urgent_state;

  /* At a listener, before accept. */
  struct stp_tcp_listener* listener;
  bool queued;    /* ready for accept */
  uint64_t taken; /* the listener's, when there was no room last */
  struct stp_tcp_end *prev_queued, *next_queued;
};

struct stp_tcp_connection {
  uint64_t number;            /* from 1 */
  struct stp_tcp_end ends[2]; /* who connects, who accepts */
  struct stp_tcp_connection *prev, *next;
};

extern struct stp_tcp_connection* stp_tcp_connections;

struct stp_tcp_listener {
  struct stp_tcp_socket* socket;
  struct stp_tcp_end* handshaking; /* SYN received; first come, first served */
  struct stp_tcp_end* ready;       /* for accept */
  int backlog, ready_count;
  uint64_t taken; /* by accept, so far */
};

/* sock->state of the kernel: what connect looks at. */
enum stp_tcp_phase { STP_TCP_UNCONNECTED, STP_TCP_CONNECTING, STP_TCP_CONNECTED };

struct stp_tcp_socket {
  struct stp_socket socket;
  enum stp_tcp_phase phase;
  struct stp_tcp_end* end;           /* of a connection, also one that has failed */
  struct stp_tcp_listener* listener; /* while it listens */
  struct stp_binding* binding;       /* before connect, and while it listens */
  struct stp_tcp_options {
    int keep_idle, keep_interval, keep_count, user_timeout, syn_count, linger2, defer_accept,
        fast_open, mss, window_clamp, notsent_low_water;
    int no_delay, cork, quick_ack;
    int tos, ttl, mtu_discover, bind_no_port, receive_errors;
    int v6_only, traffic_class, hops;
    int least_ttl; /* kept: no router takes from a TTL; streams tell nothing of packets */
    int packet_info, received_ttl, received_tos, received_options, returned_options;
    int thin, fast_open_without_cookie, saved_syn;
    int stamp; /* 0, SO_TIMESTAMP or SO_TIMESTAMPNS */
    char congestion[16];
  } options;
};

/* TCP_CLOSE for a socket that neither listens nor has a connection. */
int stp_tcp_state(const struct stp_tcp_socket* socket);

/* ---- tcp_connection.c: ends and their news ---- */

struct stp_tcp_connection* stp_tcp_connection_new(void);

/* Sets what follows from the path: windows and buffers. */
void stp_tcp_end_start(struct stp_tcp_end* end, const struct stp_path* path);

/* Gives an end to a socket and takes over its buffers' sizes. */
void stp_tcp_end_attach(struct stp_tcp_end* end, struct stp_tcp_socket* socket);

/* The send buffer grows with the congestion window unless SO_SNDBUF has fixed it. */
void stp_tcp_buffers_fit(struct stp_tcp_end* end);

/* The end has no more part in the connection: gives its address up, stops sending. */
void stp_tcp_end_done(struct stp_tcp_end* end, bool time_wait);

/* Frees the connection if neither end needs it. Call last. */
void stp_tcp_reap(struct stp_tcp_connection* connection);

/* An error from the network (positive): the end is done, its socket fails with it. */
void stp_tcp_end_fail(struct stp_tcp_end* end, int error);

/* Tells the socket, if there is one. */
void stp_tcp_notify(struct stp_tcp_end* end);

uint64_t stp_tcp_mss(const struct stp_tcp_end* end);

/* Latency there and back; the timeout of RFC 6298 without variance (Linux adds at least
 * TCP_RTO_MIN). */
double stp_tcp_round_trip(const struct stp_tcp_end* end);
double stp_tcp_timeout(const struct stp_tcp_end* end);

/* Whether segments get through to the peer's host and back. */
bool stp_tcp_reachable(const struct stp_tcp_end* end);

/* ---- tcp_segment.c: what travels ---- */

enum stp_tcp_segment {
  STP_TCP_SYN = 1,
  STP_TCP_SYN_ACK = 2,
  STP_TCP_ACK = 4, /* the handshake's last */
  STP_TCP_DATA = 8,
  STP_TCP_FIN = 16, /* may come with data */
  STP_TCP_RST = 32,
  STP_TCP_PROBE = 64, /* a keepalive's: is anybody there? */
};

/* Sends a segment without data to the peer: it arrives a latency later, on loopback at once; or
 * never, if it is lost. */
void stp_tcp_segment_send(struct stp_tcp_end* end, int kind);

/* The same with data, up to `offset`, that has been through its flow and took that time in it: it
 * arrives at `date`, or after what was sent before it. `id`: for observers. */
void stp_tcp_segment_depart(struct stp_tcp_end* end, int kind, uint64_t offset, double date,
                            double time, uint64_t id);

/* The peer's host, which was paused, goes on: what has come meanwhile arrives. Maestro. */
void stp_tcp_segments_resume(struct stp_tcp_end* end);

/* What was sent last arrives at `date` if that is sooner. */
void stp_tcp_segment_hasten(struct stp_tcp_end* end, double date);

/* ---- tcp_handshake.c ---- */

void stp_tcp_handshake_arrived(struct stp_tcp_end* end, int kind);

/* Starts to connect: SYN. */
void stp_tcp_handshake_start(struct stp_tcp_end* end);

/* The ACK that ends the handshake of this end is lost. */
void stp_tcp_handshake_lost(struct stp_tcp_end* end);

/* ---- tcp_listener.c ---- */

enum { STP_BACKLOG_MAX = 4096 /* net.core.somaxconn */ };

/* Starts to listen on the socket's binding, or changes the backlog. 0 or -EADDRINUSE. */
int stp_tcp_listen(struct stp_tcp_socket* socket, int backlog);

/* Stops listening; connections not accepted are reset. */
void stp_tcp_unlisten(struct stp_tcp_socket* socket);

/* Whether one more connection would not fit the backlog (sk_acceptq_is_full). */
bool stp_tcp_listener_full(const struct stp_tcp_listener* listener);

/* An end whose handshake has begun; it is over; the end goes. */
void stp_tcp_listener_add(struct stp_tcp_listener* listener, struct stp_tcp_end* end);
void stp_tcp_listener_ready(struct stp_tcp_end* end);
void stp_tcp_listener_forget(struct stp_tcp_end* end);

/* The oldest connection that is ready, out of the queue; null if there is none. */
struct stp_tcp_end* stp_tcp_listener_take(struct stp_tcp_listener* listener);

/* ---- tcp_congestion.c ---- */

void stp_tcp_congestion_start(struct stp_tcp_end* end);

/* How much more may be sent by the congestion window. */
uint64_t stp_tcp_congestion_room(const struct stp_tcp_end* end);

/* All up to the offset has got through or is lost, which the sender has known since `date`. */
void stp_tcp_congestion_delivered(struct stp_tcp_end* end, uint64_t offset, double date);

/* Something was lost, and that was noticed by acknowledgements, or by a timeout: the window
 * shrinks. */
void stp_tcp_congestion_lost(struct stp_tcp_end* end, uint64_t offset, double repaired);
void stp_tcp_congestion_timeout(struct stp_tcp_end* end);

/* Before a flow: the window shrinks if nothing was sent for long. */
void stp_tcp_congestion_restart(struct stp_tcp_end* end);

/* ---- tcp_loss.c ---- */

/* The last flow has left the path: draws what was lost of it, and lets the rest arrive and feedback
 * come back. */
void stp_tcp_depart(struct stp_tcp_end* end, int kind);

/* How long a segment that goes alone is held up by losses: by how many timeouts. */
double stp_tcp_lone_delay(const struct stp_tcp_end* end);

/* ---- tcp_news.c: what the sender knows ---- */

/* Takes news and feedback that has arrived into account. */
void stp_tcp_settle(struct stp_tcp_end* end);

/* Asks for a notification when there is room to write. */
void stp_tcp_want_space(struct stp_tcp_end* end);

/* Acts when the next news arrives, if the end's state waits for it. */
void stp_tcp_want_news(struct stp_tcp_end* end);

/* Acts on news that has been taken into account. */
void stp_tcp_react(struct stp_tcp_end* end);

/* ---- tcp_receive.c ---- */

/* News from the receiver to the sender of its bytes: what has arrived and been read. */
void stp_tcp_announce(struct stp_tcp_end* receiver);

/* Bytes have been read: the window may open. */
void stp_tcp_was_read(struct stp_tcp_end* receiver);

/* Bytes up to the sender's offset have arrived; it took them that time. */
void stp_tcp_data_arrived(struct stp_tcp_end* receiver, uint64_t offset, double time);

/* ---- tcp_urgent.c ---- */

/* A segment has come, before its data up to `offset` is taken in, that says what is urgent: what
 * comes before the offset `urgent`; 0: nothing. Signals the socket's owner. */
void stp_tcp_urgent_told(struct stp_tcp_end* end, uint64_t urgent, uint64_t offset);

/* More data has come: the urgent byte may be among it. */
void stp_tcp_urgent_arrived(struct stp_tcp_end* end);

/* Whether the urgent byte is the next to be read, and is to be left out; how many bytes come before
 * it (UINT64_MAX: all); call stp_tcp_passed_mark when bytes have been read. */
bool stp_tcp_at_mark(const struct stp_tcp_end* end);
bool stp_tcp_skips_mark(const struct stp_tcp_end* end);
uint64_t stp_tcp_before_mark(const struct stp_tcp_end* end);
void stp_tcp_passed_mark(struct stp_tcp_end* end);

/* What FIONREAD tells. */
uint64_t stp_tcp_in_line(const struct stp_tcp_end* end);

/* recv(MSG_OOB): never blocks. */
ssize_t stp_tcp_receive_urgent(struct stp_tcp_socket* tcp, struct msghdr* message, int flags);

/* ---- tcp_stream.c: sending ---- */

/* Sends what waits as far as the windows allow, then FIN if asked for. Now in maestro and on
 * loopback; else when the running thread parks. */
void stp_tcp_transmit(struct stp_tcp_end* end);

/* Bytes written and not acknowledged; whether there is room to write, as poll sees it. */
uint64_t stp_tcp_queued(const struct stp_tcp_end* end);
bool stp_tcp_writable(const struct stp_tcp_end* end);

/* Whether anything waits to be sent or sent again. */
bool stp_tcp_has_to_send(const struct stp_tcp_end* end);

/* Sends again what has been lost because something is off, after the retransmission timeout; gives
 * up after tcp_retries2 times in a row, or by TCP_USER_TIMEOUT. */
void stp_tcp_retry(struct stp_tcp_end* end);

/* The way of its flow may be blocked now: then what is in it is lost. Maestro. */
void stp_tcp_way_changed(struct stp_tcp_end* end);

/* How long a timeout may be at most, by the socket's TCP_USER_TIMEOUT: 0 if that is over. */
double stp_tcp_patience(const struct stp_tcp_end* end);

/* Stops sending: what has not departed never will. */
void stp_tcp_stop_sending(struct stp_tcp_end* end);

/* ---- tcp_close.c ---- */

/* Closes the sending direction: FIN after what waits. */
void stp_tcp_finish(struct stp_tcp_end* end);

/* Resets: RST to the peer, and the end is done. */
void stp_tcp_abort(struct stp_tcp_end* end);

/* The socket goes: FIN, or RST if data was not read or the linger time is 0. */
void stp_tcp_close(struct stp_tcp_end* end, bool reset);

/* The peer's FIN or RST has arrived; the own FIN has been acknowledged. */
void stp_tcp_fin_arrived(struct stp_tcp_end* end);
void stp_tcp_rst_arrived(struct stp_tcp_end* end);
void stp_tcp_fin_acknowledged(struct stp_tcp_end* end);

/* ---- tcp_keepalive.c ---- */

/* Probes a peer that cannot be reached or has lost its power since that date, if the socket asks
 * for it (SO_KEEPALIVE). */
void stp_tcp_keepalive(struct stp_tcp_end* end, double since);

/* ---- tcp_options.c ---- */

void stp_tcp_options_init(struct stp_tcp_options* options);
int stp_tcp_get_option(struct stp_socket* socket, int level, int option, void* value,
                       socklen_t* length);
int stp_tcp_set_option(struct stp_socket* socket, int level, int option, const void* value,
                       socklen_t length);

#endif
