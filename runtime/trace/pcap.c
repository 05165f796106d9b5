/* Captures, by libpcap: a file a host, packets of IP without a link layer (DLT_RAW), with dates of
 * virtual time to the nanosecond. A packet is there when it leaves a host and when it arrives at
 * one; inside a host, once. */
#include "trace/pcap.h"

#include <math.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <string.h>
#include <utlist.h>

#include "engine/engine.h"
#include "process/process.h"
#include "time/clock.h"
#include "trace/events.h"
#include "trace/headers.h"
#include "trace/log.h"
#include "trace/segments.h"
#include "trace/sequence.h"

enum { MTU = 1500, MTU_LOOPBACK = 65536, OPEN_FILES = 128 };

/* At most so many are open at a time; others are appended to when they are needed again. */
struct capture {
  pcap_dumper_t* dumper; /* null: closed */
  bool made;
  struct capture *prev, *next; /* while open, least recently used first */
};

static struct capture* captures; /* by index of the host */
static struct capture* opened;
static size_t open_count;
static pcap_t* format;
static const char* directory;
static size_t snaplen;

/* ---- files ---- */

static void shut(struct capture* capture) {
  if (pcap_dump_flush(capture->dumper) != 0)
    stp_warn_incomplete("a capture in %s could not be written", directory);
  pcap_dump_close(capture->dumper);
  capture->dumper = NULL;
  DL_DELETE(opened, capture);
  open_count--;
}

static pcap_dumper_t* dumper_of(const struct stp_host* host) {
  struct capture* const capture = &captures[host->index];
  if (capture->dumper != NULL) {
    if (capture->next != NULL) { /* not the last one used */
      DL_DELETE(opened, capture);
      DL_APPEND(opened, capture);
    }
    return capture->dumper;
  }
  if (open_count == OPEN_FILES)
    shut(opened);
  char path[4096];
  snprintf(path, sizeof path, "%s/%s.pcap", directory, host->name);
  capture->dumper = (capture->made ? pcap_dump_open_append : pcap_dump_open)(format, path);
  if (capture->dumper == NULL)
    stp_fatal("cannot write a capture: %s", pcap_geterr(format));
  capture->made = true;
  DL_APPEND(opened, capture);
  open_count++;
  return capture->dumper;
}

struct place {
  const struct stp_host* host;
  double date;
};

static void write_packet(void* argument, const uint8_t* bytes, size_t size) {
  const struct place* const place = argument;
  const double whole = floor(place->date);
  struct pcap_pkthdr header = {.caplen = (bpf_u_int32)(size < snaplen ? size : snaplen),
                               .len = (bpf_u_int32)size};
  header.ts.tv_sec = STP_EPOCH + (long)whole;
  header.ts.tv_usec = (long)((place->date - whole) * 1e9 + 0.5); /* nanoseconds */
  if (header.ts.tv_usec >= 1000000000) {
    header.ts.tv_usec -= 1000000000;
    header.ts.tv_sec++;
  }
  pcap_dump((u_char*)dumper_of(place->host), &header, bytes);
}

/* ---- packets ---- */

static void segment_seen(const struct stp_host* host, double date, const struct stp_ip* ip,
                         const uint8_t* data, size_t size) {
  stp_headers_ip(ip, data, size, MTU, write_packet, &(struct place){host, date});
}

struct datagram {
  const struct stp_host* host;
  struct stp_ip ip;
  size_t mtu, size;
  uint8_t data[];
};

static void datagram_seen(void* what, double date) {
  struct datagram* const datagram = what;
  stp_headers_ip(&datagram->ip, datagram->data, datagram->size, datagram->mtu, write_packet,
                 &(struct place){datagram->host, date});
  stp_free(datagram);
}

static void add_datagram(const struct stp_event_message* event, const struct stp_host* host) {
  const bool udp = event->protocol == STP_EVENT_UDP, v4 = stp_address_is4(event->source.address);
  const size_t before = udp ? STP_UDP_HEADER : 0;
  struct datagram* const datagram = stp_alloc(sizeof *datagram + before + event->size);
  *datagram = (struct datagram){
      .host = host,
      .mtu = event->loopback ? MTU_LOOPBACK : MTU,
      .size = before + event->size,
      .ip = {.from = event->source.address,
             .to = event->destination.address,
             .protocol = udp  ? IPPROTO_UDP
                         : v4 ? IPPROTO_ICMP
                              : IPPROTO_ICMPV6,
             .ttl = event->ttl,
             .tos = event->tos,
             .id = (uint32_t)event->id},
  };
  memcpy(datagram->data + before, event->data, event->size);
  if (udp)
    stp_headers_udp(&datagram->ip, event->source.port, event->destination.port,
                    datagram->data + before, event->size);
  stp_sequence_add(event->date, datagram_seen, datagram);
}

/* ---- events ---- */

static void on_message(const struct stp_event_message* event) {
  if (event->protocol == STP_EVENT_TCP)
    stp_segments_message(event);
  else if (event->phase == STP_MESSAGE_LEFT && (event->loopback || event->from != event->to))
    add_datagram(event, event->from);
  else if (event->phase == STP_MESSAGE_ARRIVED && event->from != event->to)
    add_datagram(event, event->to);
  stp_sequence_advance(stp_engine_now());
}

static void start(void) {
  captures = stp_alloc(stp_host_count() * sizeof *captures);
  format = pcap_open_dead_with_tstamp_precision(DLT_RAW, (int)snaplen, PCAP_TSTAMP_PRECISION_NANO);
  if (format == NULL)
    stp_fatal("libpcap does not work");
  for (size_t i = 0; i < stp_host_count(); i++)
    dumper_of(stp_host_at(i)); /* also of those that nothing passes */
}

static void finish(double end) {
  (void)end;
  stp_sequence_advance(INFINITY);
  while (opened != NULL)
    shut(opened);
  pcap_close(format);
}

static struct stp_observer observer = {
    .message = on_message,
    .connection = stp_segments_connection,
    .window = stp_segments_window,
    .start = start,
    .finish = finish,
    .payload = SIZE_MAX, /* checksums need all */
};

void stp_pcap_start(const char* where, size_t bytes) {
  directory = where;
  snaplen = bytes;
  stp_segments_seen = segment_seen;
  stp_observe(&observer);
}
