/* TCP: what its files share. Programs see struct stp_tcp_socket through net/socket.h.
 *
 * A connection has two ends, both here in one process, so nothing is copied on the way: what one
 * end writes lies in one queue of bytes until the other end reads it, and offsets say how far it
 * is:
 *
 *     read <= arrived <= departed <= started <= written        (bytes since the connection began)
 *
 * [read, arrived) can be read; [arrived, departed) propagates along the path; [departed, started)
 * is the flow that the simulator moves now, at most one; [started, written) waits. Besides bytes, a
 * path carries segments without any (SYN, FIN, RST ...) and, in the other direction, news: how much
 * has arrived (ACK) and how much may be sent (window). All of it takes the path's latency and
 * arrives in order. News needs no event: the sender looks at it when it wants to know.
 *
 * What is modelled: three-way handshake with backlog and retries (RFC 9293, tcp(7)), slow start
 * (RFC 5681, initial window of RFC 6928), receive window with autotuning, send buffer, half-close,
 * reset, TIME_WAIT. What is not: loss (links share bandwidth, they do not drop), so no congestion
 * avoidance; Nagle's algorithm and delayed acknowledgements; urgent data. */
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
  bool dead;                            /* its host has lost its power (net/power.h) */
  bool shut_receive, shut_send, finned; /* as sk_shutdown and SOCK_DONE */

  /* What it sends. */
  struct stp_bytes bytes;
  uint64_t read, arrived, departed, started, written;
  bool fin_departed; /* the FIN counts as one more byte after the last */
  uint64_t flight;   /* how much was unacknowledged when the last flow started */
  struct stp_flow* flow;
  bool deferred;    /* transmit will be called when the running thread parks */
  bool wants_space; /* somebody waits for room to write */
  int retries;
  double last_sent;
  uint64_t acknowledged, edge; /* news of the peer: received up to, may send up to */
  uint64_t congestion_window;
  uint64_t announced;          /* edge in the peer's last news */
  struct stp_transit segments; /* to the peer */
  struct stp_transit news;     /* from the peer */
  struct stp_timer *arrival, *reaction, *retry, *keepalive;
  int probes;   /* of keepalive, not answered */
  double heard; /* when something last came from the peer */

  /* What it receives: the window it offers, and its autotuning. */
  uint64_t window;
  uint64_t tuned_read, tuned_space;
  double tuned_date;

  /* At a listener, before accept. */
  struct stp_tcp_listener* listener;
  bool queued; /* ready for accept */
  struct stp_tcp_end *prev_queued, *next_queued;
};

struct stp_tcp_connection {
  struct stp_tcp_end ends[2]; /* who connects, who accepts */
  struct stp_tcp_connection *prev, *next;
};

extern struct stp_tcp_connection* stp_tcp_connections;

struct stp_tcp_listener {
  struct stp_tcp_socket* socket;
  struct stp_tcp_end* handshaking; /* SYN received; first come, first served */
  struct stp_tcp_end* ready;       /* for accept */
  int backlog, ready_count;
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
    int keep_idle, keep_interval, keep_count, user_timeout, syn_count, linger2, defer_accept, mss,
        window_clamp, notsent_low_water;
    int no_delay, cork, quick_ack;
    int tos, ttl, mtu_discover, bind_no_port, receive_errors;
    int v6_only, traffic_class, hops;
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
double stp_tcp_round_trip(const struct stp_tcp_end* end);

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

/* Sends a segment to the peer: it arrives a latency later, on loopback at once; or never, if the
 * host or a link on the way is off. */
void stp_tcp_segment_send(struct stp_tcp_end* end, int kind);

/* ---- tcp_handshake.c ---- */

void stp_tcp_handshake_arrived(struct stp_tcp_end* end, int kind);

/* Starts to connect: SYN. */
void stp_tcp_handshake_start(struct stp_tcp_end* end);

/* ---- tcp_listener.c ---- */

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

/* ---- tcp_stream.c: sending and receiving bytes ---- */

/* Sends what waits as far as the windows allow, then FIN if asked for. Now in maestro and on
 * loopback; else when the running thread parks. */
void stp_tcp_transmit(struct stp_tcp_end* end);

/* Takes news that has arrived into account. */
void stp_tcp_settle(struct stp_tcp_end* end);

/* News from the receiver to the sender of its bytes: what has arrived and been read. */
void stp_tcp_announce(struct stp_tcp_end* receiver);

/* Bytes have been read: the window may open. */
void stp_tcp_was_read(struct stp_tcp_end* receiver);

/* Bytes written and not acknowledged; whether there is room to write, as poll sees it. */
uint64_t stp_tcp_queued(const struct stp_tcp_end* end);
bool stp_tcp_writable(const struct stp_tcp_end* end);

/* Asks for a notification when there is room. */
void stp_tcp_want_space(struct stp_tcp_end* end);

/* Acts when the next news arrives, if the end's state waits for it. */
void stp_tcp_want_news(struct stp_tcp_end* end);

/* Whether anything waits to be sent or sent again. */
bool stp_tcp_has_to_send(const struct stp_tcp_end* end);

/* Sends again what has been lost, after the retransmission timeout; gives up after tcp_retries2
 * times in a row. */
void stp_tcp_retry(struct stp_tcp_end* end);

/* Stops sending: what has not departed never will. */
void stp_tcp_stop_sending(struct stp_tcp_end* end);

/* Bytes up to the sender's `departed` at the time, carried as `offset`, have arrived. */
void stp_tcp_data_arrived(struct stp_tcp_end* receiver, uint64_t offset);

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

/* ---- power.c ---- */

/* Probes a peer that has lost its power, if the socket asks for it (SO_KEEPALIVE). */
void stp_tcp_keepalive(struct stp_tcp_end* end);

/* ---- tcp_options.c ---- */

void stp_tcp_options_init(struct stp_tcp_options* options);
int stp_tcp_get_option(struct stp_socket* socket, int level, int option, void* value,
                       socklen_t* length);
int stp_tcp_set_option(struct stp_socket* socket, int level, int option, const void* value,
                       socklen_t length);

#endif
