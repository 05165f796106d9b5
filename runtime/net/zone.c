/* Answers of the zone: one question, a header, records after it. All names are authoritative, and
 * what is not there does not exist: the platform is the world. */
#include "net/zone.h"

#include <arpa/nameser.h>
#include <resolv.h>
#include <stdio.h>
#include <string.h>

#include "net/dns.h"
#include "net/resolver.h"
#include "net/udp.h"
#include "process/host.h"
#include "process/process.h"

enum { SECONDS = 60, EDNS_SIZE = 4096, ROOM = 1024 };

struct reply {
  uint8_t* bytes;
  size_t size, room;
  unsigned answers, authority, additional;
};

/* ---- writing ---- */

static void put(struct reply* reply, const void* bytes, size_t size) {
  if (reply->size + size > reply->room)
    return; /* cannot be: records are few and small */
  memcpy(reply->bytes + reply->size, bytes, size);
  reply->size += size;
}

static void put16(struct reply* reply, unsigned value) {
  put(reply, (uint8_t[]){(uint8_t)(value >> 8), (uint8_t)value}, 2);
}

/* A record about the name of the question, which stands right after the header. */
static void put_record(struct reply* reply, unsigned type, const void* data, size_t size) {
  put16(reply, 0xc000 | STP_DNS_HEADER);
  put16(reply, type);
  put16(reply, ns_c_in);
  put16(reply, 0);
  put16(reply, SECONDS);
  put16(reply, (unsigned)size);
  put(reply, data, size);
  reply->answers++;
}

/* What says that there is nothing, and for how long (RFC 2308). */
static void put_authority(struct reply* reply) {
  static const uint8_t numbers[] = {0, 0,   0, 1, 0,  0,   14, 16, 0, 0,
                                    3, 132, 0, 9, 58, 128, 0,  0,  0, SECONDS};
  put(reply, "", 1); /* of the root */
  put16(reply, ns_t_soa);
  put16(reply, ns_c_in);
  put16(reply, 0);
  put16(reply, SECONDS);
  put16(reply, 11 + 11 + sizeof numbers);
  put(reply, "\11localhost", 11);
  put(reply, "\11localhost", 11);
  put(reply, numbers, sizeof numbers);
  reply->authority = 1;
}

static void put_options(struct reply* reply) {
  put(reply, "", 1);
  put16(reply, ns_t_opt);
  put16(reply, EDNS_SIZE);
  put16(reply, 0);
  put16(reply, 0);
  put16(reply, 0);
  reply->additional = 1;
}

/* ---- answers ---- */

static void put_address(struct reply* reply, struct in6_addr address) {
  const struct in_addr inet = stp_address_to4(address);
  if (stp_address_is4(address))
    put_record(reply, ns_t_a, &inet, sizeof inet);
  else
    put_record(reply, ns_t_aaaa, &address, sizeof address);
}

static int answer_name(struct reply* reply, const char* name, unsigned type) {
  struct stp_names found;
  if (!stp_resolve_platform(name, &found))
    return ns_r_nxdomain;
  for (int i = 0; i < 2; i++) {
    const struct in6_addr address = i == 0 ? stp_address_of4(found.ipv4) : found.ipv6;
    if (type == ns_t_any || type == (i == 0 ? ns_t_a : ns_t_aaaa))
      put_address(reply, address);
  }
  return ns_r_noerror;
}

/* The address that a name of in-addr.arpa or ip6.arpa stands for. */
static bool read_reverse(const char* name, struct in6_addr* address) {
  unsigned byte[4];
  char end;
  if (sscanf(name, "%3u.%3u.%3u.%3u.in-addr.arp%c", &byte[3], &byte[2], &byte[1], &byte[0], &end) ==
          5 &&
      end == 'a') {
    const uint32_t number = byte[0] << 24 | byte[1] << 16 | byte[2] << 8 | byte[3];
    *address = stp_address_of4((struct in_addr){htonl(number)});
    return (byte[0] | byte[1] | byte[2] | byte[3]) < 256;
  }
  if (strlen(name) != 64 + strlen("ip6.arpa") || strcmp(name + 64, "ip6.arpa") != 0)
    return false;
  memset(address, 0, sizeof *address);
  for (int i = 0; i < 32; i++) {
    static const char digits[] = "0123456789abcdef";
    const char* const digit = strchr(digits, name[2 * i]);
    if (!digit || !*digit || name[2 * i + 1] != '.')
      return false;
    address->s6_addr[15 - i / 2] |= (uint8_t)((digit - digits) << (i % 2 ? 4 : 0));
  }
  return true;
}

static int answer_reverse(struct reply* reply, const char* question, unsigned type) {
  struct in6_addr address;
  uint8_t encoded[NS_MAXCDNAME];
  const char* const name = read_reverse(question, &address) ? stp_resolve_address(address) : NULL;
  const int size = name ? dn_comp(name, encoded, sizeof encoded, NULL, NULL) : -1;
  if (size < 0)
    return ns_r_nxdomain;
  if (type == ns_t_ptr || type == ns_t_any)
    put_record(reply, ns_t_ptr, encoded, (size_t)size);
  return ns_r_noerror;
}

static bool ends_in(const char* name, const char* end) {
  const size_t length = strlen(name), tail = strlen(end);
  return length >= tail && strcmp(name + length - tail, end) == 0;
}

/* The name of the question in lower case, and where the question ends; 0 where it is broken. */
static size_t read_question(const uint8_t* query, size_t size, char* name, unsigned* type,
                            unsigned* class) {
  const int length = dn_expand(query, query + size, query + STP_DNS_HEADER, name, NS_MAXDNAME);
  if (length < 0 || STP_DNS_HEADER + (size_t)length + 4 > size)
    return 0;
  for (char* c = name; *c; c++)
    *c = *c >= 'A' && *c <= 'Z' ? (char)(*c + 32) : *c;
  const uint8_t* const rest = query + STP_DNS_HEADER + length;
  *type = stp_dns_get(rest);
  *class = stp_dns_get(rest + 2);
  return STP_DNS_HEADER + (size_t)length + 4;
}

static int answer_question(struct reply* reply, const char* name, unsigned type, unsigned class) {
  if (class != ns_c_in && class != ns_c_any)
    return ns_r_refused;
  const int code = ends_in(name, "ip6.arpa") || ends_in(name, "in-addr.arpa")
                       ? answer_reverse(reply, name, type)
                       : answer_name(reply, name, type);
  if (reply->answers == 0)
    put_authority(reply);
  return code;
}

size_t stp_zone_answer(const uint8_t* query, size_t size, uint8_t* answer, size_t room) {
  if (size < STP_DNS_HEADER || query[2] & 0x80)
    return 0;
  struct reply reply = {.bytes = answer, .size = STP_DNS_HEADER, .room = room};
  char name[NS_MAXDNAME];
  unsigned type, class;
  const unsigned opcode = query[2] >> 3 & 15, questions = stp_dns_get(query + 4);
  const size_t end = questions == 1 ? read_question(query, size, name, &type, &class) : 0;
  int code = opcode != ns_o_query ? ns_r_notimpl : ns_r_formerr;
  memset(answer, 0, STP_DNS_HEADER);
  if (opcode == ns_o_query && end > 0 && end <= room) {
    put(&reply, query + STP_DNS_HEADER, end - STP_DNS_HEADER);
    code = answer_question(&reply, name, type, class);
    if (stp_dns_get(query + 10) > 0) /* all that is asked with is EDNS */
      put_options(&reply);
  }
  const bool asked = reply.size > STP_DNS_HEADER;
  reply.size = asked ? reply.size : STP_DNS_HEADER;
  memcpy(answer, query, 2);
  answer[2] = (uint8_t)(0x84 | (query[2] & 0x79)); /* response, authoritative; recursion desired */
  answer[3] = (uint8_t)(0x80 | code);              /* recursion available */
  stp_dns_put(asked, answer + 4);
  stp_dns_put(reply.answers, answer + 6);
  stp_dns_put(reply.authority, answer + 8);
  stp_dns_put(reply.additional, answer + 10);
  return reply.size;
}

bool stp_zone_listens(struct stp_endpoint local) {
  const struct in6_addr own = stp_address_of4((struct in_addr){htonl(STP_ZONE_ADDRESS)});
  return local.port == htons(STP_ZONE_PORT) && stp_address_equal(local.address, own);
}

bool stp_zone_serve(struct stp_host* host, const struct stp_datagram* datagram) {
  if (!stp_zone_listens(datagram->to))
    return false;
  uint8_t bytes[ROOM];
  const size_t size =
      stp_zone_answer((const uint8_t*)datagram->data, datagram->size, bytes, sizeof bytes);
  if (size == 0)
    return true;
  struct stp_datagram* const reply = stp_alloc(sizeof *reply + size);
  reply->from = datagram->to;
  reply->to = datagram->from;
  reply->landed = datagram->from.address;
  reply->interface = STP_LO;
  reply->ttl = 64;
  reply->size = size;
  memcpy(reply->data, bytes, size);
  stp_udp_arrive(host, reply);
  return true;
}
