/* Packets that wait, in a list by host; segments of TCP wait in their own queues (tcp_segment.c).
 */
#include "net/pause.h"

#include <stddef.h>
#include <utlist.h>

#include "engine/engine.h"
#include "net/power.h"
#include "net/tcp.h"
#include "process/process.h"

enum { MOST = 1000 /* the queue of a tap device (txqueuelen) */ };

struct held {
  struct stp_host* host;
  void (*deliver)(struct stp_host* host, void* item);
  void* item;
  struct held *prev, *next;
};

static struct held* waiting; /* of all hosts, in the order of their arrival */

bool stp_net_hold(struct stp_host* host, void (*deliver)(struct stp_host* host, void* item),
                  void (*drop)(void* item), void* item) {
  if (!host->paused)
    return false;
  size_t count = 0;
  struct held* held;
  DL_FOREACH(waiting, held) count += held->host == host;
  if (count >= MOST) {
    drop(item);
    return true;
  }
  held = stp_alloc(sizeof *held);
  *held = (struct held){.host = host, .deliver = deliver, .item = item};
  DL_APPEND(waiting, held);
  return true;
}

void stp_net_pause(void) { stp_net_links_changed(stp_engine_now()); }

static void resume_segments(struct stp_host* host) {
  for (struct stp_tcp_connection* c = stp_tcp_connections; c; c = c->next)
    for (int i = 0; i < 2; i++)
      if (c->ends[!i].host == host)
        stp_tcp_segments_resume(&c->ends[i]);
}

void stp_net_resume(struct stp_host* host) {
  resume_segments(host);
  struct held *held, *next;
  DL_FOREACH_SAFE(waiting, held, next) {
    if (held->host != host)
      continue;
    DL_DELETE(waiting, held);
    held->deliver(host, held->item);
    stp_free(held);
  }
}
