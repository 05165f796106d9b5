/* The segments of TCP that a capture shows, from the events of connections: chunks are cut into
 * segments with the dates between their ends, those that were lost are sent again, and what arrives
 * is acknowledged as Linux would: every second full segment, the last of a chunk, a FIN, and what
 * comes out of order, at once. */
#ifndef STP_SEGMENTS_H
#define STP_SEGMENTS_H

#include <stddef.h>
#include <stdint.h>

#include "trace/events.h"
#include "trace/headers.h"

/* Told of each segment as it leaves a host and as it arrives at one (on loopback: once), in the
 * order of dates: what IP carries. */
extern void (*stp_segments_seen)(const struct stp_host* host, double date, const struct stp_ip* ip,
                                 const uint8_t* data, size_t size);

void stp_segments_message(const struct stp_event_message* event); /* of TCP */
void stp_segments_window(const struct stp_event_window* event);
void stp_segments_connection(const struct stp_event_connection* event);

#endif
