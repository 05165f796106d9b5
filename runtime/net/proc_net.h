/* What /proc/net tells of a host: its sockets, interfaces and routes (proc(5)). Texts as
 * file/texts.h has them. */
#ifndef STP_PROC_NET_H
#define STP_PROC_NET_H

#include <stddef.h>

char* stp_text_net_tcp(size_t* size);
char* stp_text_net_tcp6(size_t* size);
char* stp_text_net_udp(size_t* size);
char* stp_text_net_udp6(size_t* size);
char* stp_text_net_unix(size_t* size);
char* stp_text_net_dev(size_t* size);
char* stp_text_net_route(size_t* size);
char* stp_text_net_inet6(size_t* size);
char* stp_text_net_arp(size_t* size);

#endif
