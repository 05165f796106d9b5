/* Segments on their way: in a queue per direction, with one timer for the first of them. */
#include <stddef.h>

#include "engine/engine.h"
#include "net/tcp.h"
#include "process/host.h"

static void deliver(struct stp_tcp_end* receiver, int kind, uint64_t offset) {
  if (!receiver->host->on)
    return;
  if (receiver->dead) {
    if (!(kind & STP_TCP_RST))
      stp_tcp_segment_send(receiver, STP_TCP_RST);
    return;
  }
  receiver->heard = stp_engine_now();
  if (receiver->state == TCP_SYN_RECV && kind & (STP_TCP_DATA | STP_TCP_FIN))
    stp_tcp_handshake_arrived(receiver, STP_TCP_ACK); /* as every segment, it acknowledges */
  if (kind & (STP_TCP_SYN | STP_TCP_SYN_ACK | STP_TCP_ACK))
    stp_tcp_handshake_arrived(receiver, kind);
  if (kind & STP_TCP_DATA)
    stp_tcp_data_arrived(receiver, offset);
  if (kind & STP_TCP_FIN)
    stp_tcp_fin_arrived(receiver);
  if (kind & STP_TCP_RST)
    stp_tcp_rst_arrived(receiver);
}

static void arrive(void* argument);

static void await_first(struct stp_tcp_end* end) {
  const struct stp_transit_item* const first = stp_transit_first(&end->segments);
  if (first && !end->arrival)
    end->arrival = stp_engine_timer(first->date, arrive, end);
}

static void arrive(void* argument) {
  struct stp_tcp_end* const end = argument;
  struct stp_tcp_connection* const connection = end->connection;
  const struct stp_transit_item item = *stp_transit_first(&end->segments);
  end->arrival = NULL;
  stp_transit_pop(&end->segments);
  await_first(end);
  deliver(end->peer, item.kind, item.offset);
  stp_tcp_reap(connection);
}

void stp_tcp_segment_send(struct stp_tcp_end* end, int kind) {
  if (end->path->loopback) {
    deliver(end->peer, kind, end->departed);
    return;
  }
  if (!(kind & STP_TCP_DATA) && !stp_path_now(end->path)->works)
    return; /* data has the way behind it */
  stp_transit_push(&end->segments, (struct stp_transit_item){
                                       .date = stp_engine_now() + stp_path_now(end->path)->latency,
                                       .kind = kind,
                                       .offset = end->departed,
                                   });
  await_first(end);
}
