/* `simterpose run --pcap`: what tcpdump would have written on each host, OUTPUT/HOST.pcap. */
#ifndef STP_PCAP_H
#define STP_PCAP_H

#include <stddef.h>

enum { STP_PCAP_SNAPLEN = 262144 };

/* Before the run: writes captures into a directory, with the first `snaplen` bytes of each packet.
 */
void stp_pcap_start(const char* directory, size_t snaplen);

#endif
