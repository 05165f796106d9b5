/* Tables of sockets and interfaces, in the formats of net/ipv4/tcp_ipv4.c and its neighbours. All
 * sockets are said to be root's. */
#include "net/proc_net.h"

#include <net/route.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/interfaces.h"
#include "net/tcp_io.h"
#include "net/udp.h"
#include "net/unix_control.h"
#include "process/process.h"

/* A text that grows. */
struct table {
  FILE* file;
  char* text;
  size_t size;
  int lines, domain;
};

static struct table begin(int domain) { return (struct table){.domain = domain}; }

static void open_table(struct table* table, const char* header) {
  table->file = open_memstream(&table->text, &table->size);
  if (table->file)
    fputs(header, table->file);
}

/* A line, filled up to `width` where the kernel does so. */
static void put(struct table* table, int width, const char* format, ...) {
  char line[512];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  fprintf(table->file, "%-*s\n", width, line);
  table->lines++;
}

static char* end(struct table* table, size_t* size) {
  fclose(table->file);
  char* const copy = stp_strdup(table->text); /* libc's block becomes one of ours */
  *size = table->size;
  free(table->text);
  return copy;
}

/* ---- sockets of the Internet ---- */

static const char* name_of(const struct table* table, struct stp_endpoint endpoint, char room[48]) {
  uint32_t words[4];
  memcpy(words, &endpoint.address, sizeof words);
  if (table->domain == AF_INET && !stp_address_is4(endpoint.address))
    words[3] = 0; /* not connected: nothing */
  if (table->domain == AF_INET)
    snprintf(room, 48, "%08X:%04X", words[3], ntohs(endpoint.port));
  else
    snprintf(room, 48, "%08X%08X%08X%08X:%04X", words[0], words[1], words[2], words[3],
             ntohs(endpoint.port));
  return room;
}

struct line {
  struct stp_endpoint local, remote;
  int state;
  uint64_t unsent, unread;
  ino_t inode;
};

static void put_socket(struct table* table, int width, const struct line* line, const char* rest) {
  char local[48], remote[48];
  put(table, width, "%4d: %s %s %02X %08X:%08X 00:00000000 00000000     0        0 %lu %s",
      table->lines, name_of(table, line->local, local), name_of(table, line->remote, remote),
      (unsigned)line->state, (unsigned)line->unsent, (unsigned)line->unread,
      (unsigned long)line->inode, rest);
}

static const char streams4[] =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout "
    "inode                                                     \n";
static const char streams6[] =
    "  sl  local_address                         remote_address                        st tx_queue "
    "rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

static void put_listener(void* argument, const struct stp_binding* binding) {
  struct table* const table = argument;
  const struct stp_tcp_listener* const listener = binding->listener;
  if (listener->socket->socket.domain != table->domain)
    return;
  const struct line line = {.local = stp_binding_local(binding),
                            .remote.address = stp_address_any(table->domain),
                            .state = TCP_LISTEN,
                            .unread = (uint64_t)listener->ready_count,
                            .inode = listener->socket->socket.number};
  put_socket(table, table->domain == AF_INET ? 149 : 0, &line, "1 0000000000000000 100 0 0 10 0");
}

static void put_end(struct table* table, struct stp_tcp_end* one) {
  const int domain = one->socket                           ? one->socket->socket.domain
                     : stp_address_is4(one->local.address) ? AF_INET
                                                           : AF_INET6;
  if (one->host != stp_me->host || one->state == TCP_CLOSE || domain != table->domain)
    return;
  const struct line line = {.local = one->local,
                            .remote = one->remote,
                            .state = one->state,
                            .unsent = stp_tcp_queued(one),
                            .unread = stp_tcp_unread(one),
                            .inode = one->socket ? one->socket->socket.number : 0};
  put_socket(table, table->domain == AF_INET ? 149 : 0, &line, "1 0000000000000000 20 4 30 10 -1");
}

static char* streams(int domain, size_t* size) {
  struct table table = begin(domain);
  open_table(&table, domain == AF_INET ? streams4 : streams6);
  stp_ports_each_listener(stp_me->host, put_listener, &table);
  for (struct stp_tcp_connection* c = stp_tcp_connections; c; c = c->next)
    for (int i = 0; i < 2; i++)
      put_end(&table, &c->ends[i]);
  return end(&table, size);
}

char* stp_text_net_tcp(size_t* size) { return streams(AF_INET, size); }
char* stp_text_net_tcp6(size_t* size) { return streams(AF_INET6, size); }

static void put_udp(void* argument, const struct stp_udp* udp) {
  struct table* const table = argument;
  char rest[64];
  if (udp->socket.domain != table->domain)
    return;
  const struct line line = {
      .local = udp->local,
      .remote = udp->connected ? udp->remote
                               : (struct stp_endpoint){.address = stp_address_any(table->domain)},
      .state = udp->connected ? TCP_ESTABLISHED : TCP_CLOSE,
      .unsent = udp->send_used,
      .unread = udp->receive_used,
      .inode = udp->socket.number};
  snprintf(rest, sizeof rest, "2 0000000000000000 %u", udp->drops);
  put_socket(table, table->domain == AF_INET ? 127 : 0, &line, rest);
}

static char* datagrams(int domain, size_t* size) {
  struct table table = begin(domain);
  open_table(&table,
             domain == AF_INET
                 ? "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when "
                   "retrnsmt   uid  timeout inode ref pointer drops             \n"
                 : "  sl  local_address                         remote_address              "
                   "          st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout "
                   "inode ref pointer drops\n");
  stp_udp_ports_each(stp_me->host, put_udp, &table);
  return end(&table, size);
}

char* stp_text_net_udp(size_t* size) { return datagrams(AF_INET, size); }
char* stp_text_net_udp6(size_t* size) { return datagrams(AF_INET6, size); }

/* ---- Unix sockets ---- */

static void put_unix(void* argument, const struct stp_unix* one) {
  struct table* const table = argument;
  char name[sizeof one->name->address.sun_path + 2] = "";
  if (one->socket.host != stp_me->host)
    return;
  if (one->name) {
    const size_t length = one->name->length - offsetof(struct sockaddr_un, sun_path);
    name[0] = ' ';
    memcpy(name + 1, one->name->address.sun_path, length);
    for (size_t i = 1; i <= length; i++) /* an abstract one has a null before and maybe inside */
      if (!name[i] && one->name->address.sun_path[0] == 0)
        name[i] = '@';
  }
  const bool listens = one->state == STP_UNIX_LISTENING;
  put(table, 0, "0000000000000000: %08X %08X %08X %04X %02X %5lu%s",
      (unsigned)one->socket.file.references + 1, 0, listens ? 1U << 16 : 0,
      (unsigned)one->socket.type, one->state == STP_UNIX_CONNECTED ? 3 : 1,
      (unsigned long)one->socket.number, name);
}

char* stp_text_net_unix(size_t* size) {
  struct table table = begin(AF_UNIX);
  open_table(&table, "Num       RefCount Protocol Flags    Type St Inode Path\n");
  stp_unix_flight_each(put_unix, &table);
  return end(&table, size);
}

/* ---- interfaces and routes ---- */

char* stp_text_net_dev(size_t* size) {
  struct table table = begin(AF_UNSPEC);
  open_table(&table,
             "Inter-|   Receive                                                |  Transmit\n"
             " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets "
             "errs drop fifo colls carrier compressed\n");
  for (int i = 0; i < STP_INTERFACES; i++)
    put(&table, 0, "%6s: %7d %7d %4d %4d %4d %5d %10d %9d %8d %7d %4d %4d %4d %5d %7d %10d",
        stp_interface_at(stp_me->host, i).name, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
  return end(&table, size);
}

char* stp_text_net_route(size_t* size) {
  const struct stp_interface eth = stp_interface_at(stp_me->host, 1);
  struct table table = begin(AF_INET);
  char header[160];
  snprintf(header, sizeof header, "%-127s\n",
           "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT");
  open_table(&table, header);
  put(&table, 127, "%s\t%08X\t%08X\t%04X\t0\t0\t0\t%08X\t0\t0\t0", eth.name,
      eth.address.s_addr & eth.netmask.s_addr, 0, RTF_UP, eth.netmask.s_addr);
  return end(&table, size);
}

char* stp_text_net_inet6(size_t* size) {
  struct table table = begin(AF_INET6);
  open_table(&table, "");
  for (int i = 0; i < STP_INTERFACES; i++) {
    const struct stp_interface one = stp_interface_at(stp_me->host, i);
    char address[33];
    for (int j = 0; j < 16; j++)
      sprintf(address + 2 * j, "%02x", one.address6.s6_addr[j]);
    put(&table, 0, "%s %02x %02x %02x 80 %8s", address, one.index, one.prefix6, i == 0 ? 0x10 : 0,
        one.name);
  }
  return end(&table, size);
}

char* stp_text_net_arp(size_t* size) {
  struct table table = begin(AF_INET);
  open_table(&table, "IP address       HW type     Flags       HW address            Mask     "
                     "Device\n");
  return end(&table, size);
}
