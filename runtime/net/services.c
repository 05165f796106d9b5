/* The tables, drawn from Debian's netbase: fixed, so that a run does not depend on the machine. */
#include "net/services.h"

#include <stdbool.h>
#include <string.h>

/* clang-format off */
static const struct stp_service services[] = {
    {"tcpmux", {NULL}, 1, "tcp"},
    {"echo", {NULL}, 7, "tcp"},
    {"echo", {NULL}, 7, "udp"},
    {"discard", {"sink", "null"}, 9, "tcp"},
    {"discard", {"sink", "null"}, 9, "udp"},
    {"systat", {"users"}, 11, "tcp"},
    {"daytime", {NULL}, 13, "tcp"},
    {"daytime", {NULL}, 13, "udp"},
    {"netstat", {NULL}, 15, "tcp"},
    {"qotd", {"quote"}, 17, "tcp"},
    {"chargen", {"ttytst", "source"}, 19, "tcp"},
    {"chargen", {"ttytst", "source"}, 19, "udp"},
    {"ftp-data", {NULL}, 20, "tcp"},
    {"ftp", {NULL}, 21, "tcp"},
    {"ssh", {NULL}, 22, "tcp"},
    {"telnet", {NULL}, 23, "tcp"},
    {"smtp", {"mail"}, 25, "tcp"},
    {"time", {"timserver"}, 37, "tcp"},
    {"time", {"timserver"}, 37, "udp"},
    {"whois", {"nicname"}, 43, "tcp"},
    {"tacacs", {NULL}, 49, "tcp"},
    {"tacacs", {NULL}, 49, "udp"},
    {"domain", {NULL}, 53, "tcp"},
    {"domain", {NULL}, 53, "udp"},
    {"bootps", {NULL}, 67, "udp"},
    {"bootpc", {NULL}, 68, "udp"},
    {"tftp", {NULL}, 69, "udp"},
    {"gopher", {NULL}, 70, "tcp"},
    {"finger", {NULL}, 79, "tcp"},
    {"http", {"www"}, 80, "tcp"},
    {"kerberos", {"kerberos5", "krb5"}, 88, "tcp"},
    {"kerberos", {"kerberos5", "krb5"}, 88, "udp"},
    {"iso-tsap", {"tsap"}, 102, "tcp"},
    {"pop3", {"pop-3"}, 110, "tcp"},
    {"sunrpc", {"portmapper"}, 111, "tcp"},
    {"sunrpc", {"portmapper"}, 111, "udp"},
    {"auth", {"authentication", "tap"}, 113, "tcp"},
    {"nntp", {"readnews", "untp"}, 119, "tcp"},
    {"ntp", {NULL}, 123, "udp"},
    {"netbios-ns", {NULL}, 137, "udp"},
    {"netbios-dgm", {NULL}, 138, "udp"},
    {"netbios-ssn", {NULL}, 139, "tcp"},
    {"imap2", {"imap"}, 143, "tcp"},
    {"snmp", {NULL}, 161, "tcp"},
    {"snmp", {NULL}, 161, "udp"},
    {"snmp-trap", {"snmptrap"}, 162, "tcp"},
    {"snmp-trap", {"snmptrap"}, 162, "udp"},
    {"bgp", {NULL}, 179, "tcp"},
    {"ldap", {NULL}, 389, "tcp"},
    {"ldap", {NULL}, 389, "udp"},
    {"https", {NULL}, 443, "tcp"},
    {"https", {NULL}, 443, "udp"},
    {"microsoft-ds", {NULL}, 445, "tcp"},
    {"submissions", {"ssmtp", "smtps"}, 465, "tcp"},
    {"isakmp", {NULL}, 500, "udp"},
    {"exec", {NULL}, 512, "tcp"},
    {"login", {NULL}, 513, "tcp"},
    {"who", {"whod"}, 513, "udp"},
    {"shell", {"cmd", "syslog"}, 514, "tcp"},
    {"syslog", {NULL}, 514, "udp"},
    {"printer", {"spooler"}, 515, "tcp"},
    {"talk", {NULL}, 517, "udp"},
    {"route", {"router", "routed"}, 520, "udp"},
    {"uucp", {"uucpd"}, 540, "tcp"},
    {"klogin", {NULL}, 543, "tcp"},
    {"kshell", {"krcmd"}, 544, "tcp"},
    {"submission", {NULL}, 587, "tcp"},
    {"ipp", {NULL}, 631, "tcp"},
    {"ldaps", {NULL}, 636, "tcp"},
    {"ldaps", {NULL}, 636, "udp"},
    {"domain-s", {NULL}, 853, "tcp"},
    {"domain-s", {NULL}, 853, "udp"},
    {"rsync", {NULL}, 873, "tcp"},
    {"imaps", {NULL}, 993, "tcp"},
    {"pop3s", {NULL}, 995, "tcp"},
    {"socks", {NULL}, 1080, "tcp"},
    {"openvpn", {NULL}, 1194, "tcp"},
    {"openvpn", {NULL}, 1194, "udp"},
    {"ms-sql-s", {NULL}, 1433, "tcp"},
    {"l2f", {"l2tp"}, 1701, "udp"},
    {"radius", {NULL}, 1812, "tcp"},
    {"radius", {NULL}, 1812, "udp"},
    {"radius-acct", {"radacct"}, 1813, "tcp"},
    {"radius-acct", {"radacct"}, 1813, "udp"},
    {"nfs", {NULL}, 2049, "tcp"},
    {"nfs", {NULL}, 2049, "udp"},
    {"mysql", {NULL}, 3306, "tcp"},
    {"nut", {NULL}, 3493, "tcp"},
    {"nut", {NULL}, 3493, "udp"},
    {"svn", {"subversion"}, 3690, "tcp"},
    {"epmd", {NULL}, 4369, "tcp"},
    {"sip", {NULL}, 5060, "tcp"},
    {"sip", {NULL}, 5060, "udp"},
    {"sip-tls", {NULL}, 5061, "tcp"},
    {"sip-tls", {NULL}, 5061, "udp"},
    {"xmpp-client", {"jabber-client"}, 5222, "tcp"},
    {"xmpp-server", {"jabber-server"}, 5269, "tcp"},
    {"mdns", {NULL}, 5353, "udp"},
    {"postgresql", {"postgres"}, 5432, "tcp"},
    {"amqps", {NULL}, 5671, "tcp"},
    {"amqp", {NULL}, 5672, "tcp"},
    {"x11", {"x11-0"}, 6000, "tcp"},
    {"syslog-tls", {NULL}, 6514, "tcp"},
    {"http-alt", {"webcache"}, 8080, "tcp"},
    {"git", {NULL}, 9418, "tcp"},
};

static const struct stp_protocol protocols[] = {
    {"ip", {"IP"}, 0},         {"icmp", {"ICMP"}, 1},   {"igmp", {"IGMP"}, 2},
    {"ipencap", {"IP-ENCAP"}, 4}, {"tcp", {"TCP"}, 6},  {"udp", {"UDP"}, 17},
    {"dccp", {"DCCP"}, 33},    {"ipv6", {"IPv6"}, 41},  {"gre", {"GRE"}, 47},
    {"esp", {"IPSEC-ESP"}, 50}, {"ah", {"IPSEC-AH"}, 51}, {"ipv6-icmp", {"IPv6-ICMP"}, 58},
    {"ospf", {"OSPFIGP"}, 89}, {"sctp", {"SCTP"}, 132}, {"udplite", {"UDPLite"}, 136},
};
/* clang-format on */

static bool is_named(const char* name, const char* const aliases[3], const char* wanted) {
  if (strcmp(name, wanted) == 0)
    return true;
  for (int i = 0; i < 3 && aliases[i]; i++)
    if (strcmp(aliases[i], wanted) == 0)
      return true;
  return false;
}

static bool fits(const struct stp_service* service, const char* protocol) {
  return !protocol || strcmp(service->protocol, protocol) == 0;
}

const struct stp_service* stp_service_at(size_t index) {
  return index < sizeof services / sizeof *services ? &services[index] : NULL;
}

const struct stp_service* stp_service_by_name(const char* name, const char* protocol) {
  const struct stp_service* service;
  for (size_t i = 0; (service = stp_service_at(i)); i++)
    if (fits(service, protocol) && is_named(service->name, service->aliases, name))
      return service;
  return NULL;
}

const struct stp_service* stp_service_by_port(int port, const char* protocol) {
  const struct stp_service* service;
  for (size_t i = 0; (service = stp_service_at(i)); i++)
    if (fits(service, protocol) && service->port == port)
      return service;
  return NULL;
}

const struct stp_protocol* stp_protocol_at(size_t index) {
  return index < sizeof protocols / sizeof *protocols ? &protocols[index] : NULL;
}

const struct stp_protocol* stp_protocol_by_name(const char* name) {
  const struct stp_protocol* protocol;
  for (size_t i = 0; (protocol = stp_protocol_at(i)); i++)
    if (is_named(protocol->name, protocol->aliases, name))
      return protocol;
  return NULL;
}

const struct stp_protocol* stp_protocol_by_number(int number) {
  const struct stp_protocol* protocol;
  for (size_t i = 0; (protocol = stp_protocol_at(i)); i++)
    if (protocol->number == number)
      return protocol;
  return NULL;
}
