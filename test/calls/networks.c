// CALLS: getnetbyname getnetbyaddr getnetent getnetbyname_r getnetbyaddr_r getnetent_r setnetent
// CALLS: endnetent getrpcbyname getrpcbynumber getrpcent getrpcbyname_r getrpcbynumber_r
// CALLS: getrpcent_r setrpcent endrpcent setnetgrent endnetgrent getnetgrent getnetgrent_r innetgr
// CALLS: getaddrinfo_a gai_error gai_suspend gai_cancel rresvport rresvport_af
// CALLS: __nss_configure_lookup ether_ntohost ether_hostton
// RUN: %both
//
// Networks, programs of RPC, netgroups, and what else netdb.h has. Natively some of it depends on
// the machine's files.
#define _GNU_SOURCE
#include <fcntl.h>
#include <netdb.h>
#include <netinet/ether.h>
#include <rpc/netdb.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "inet.h"

static int emulated;

static void write_file(const char* path, const char* text) {
  const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  CHECK(fd >= 0);
  CHECK_EQ(write(fd, text, strlen(text)), (long)strlen(text));
  CHECK_EQ(close(fd), 0);
}

static void test_networks(void) {
  struct netent* const none = getnetbyname("no-such-network");
  CHECK_EQ(none, NULL);
  struct netent network, *result = &network;
  char buffer[512];
  int error = 0;
  CHECK_EQ(getnetbyname_r("no-such-network", &network, buffer, sizeof buffer, &result, &error), 0);
  CHECK_EQ(result, NULL);
  CHECK_EQ(getnetbyaddr(0x0a0b0c00, AF_INET), NULL);
  if (!emulated)
    return;
  CHECK_EQ(getnetbyname("loopback")->n_net, 0x7f000000);
  CHECK_EQ(getnetbyname("loopback")->n_addrtype, AF_INET);
  CHECK(strcmp(getnetbyaddr(0xa9fe0000, AF_INET)->n_name, "link-local") == 0);
  setnetent(1);
  int count = 0;
  while (getnetent())
    count++;
  CHECK_EQ(count, 3);
  endnetent();
  CHECK(strcmp(getnetent()->n_name, "default") == 0);
  write_file("/etc/networks", "# mine\nlab 10.1 blue green # a comment\n\nhome 192.168.7.0\n");
  CHECK_EQ(getnetbyname_r("green", &network, buffer, sizeof buffer, &result, &error), 0);
  CHECK(result == &network);
  CHECK(strcmp(network.n_name, "lab") == 0);
  CHECK_EQ(network.n_net, 0x0a010000);
  CHECK(strcmp(network.n_aliases[0], "blue") == 0);
  CHECK(strcmp(network.n_aliases[1], "green") == 0);
  CHECK_EQ(network.n_aliases[2], NULL);
  CHECK_EQ(getnetbyname_r("lab", &network, buffer, 8, &result, &error), ERANGE);
  CHECK_EQ(getnetbyaddr_r(0xc0a80700, AF_UNSPEC, &network, buffer, sizeof buffer, &result, &error),
           0);
  CHECK(strcmp(network.n_name, "home") == 0);
  setnetent(0);
  CHECK_EQ(getnetent_r(&network, buffer, sizeof buffer, &result, &error), 0);
  CHECK_EQ(getnetent_r(&network, buffer, sizeof buffer, &result, &error), 0);
  CHECK_EQ(getnetent_r(&network, buffer, sizeof buffer, &result, &error), ENOENT);
}

static void test_rpc(void) {
  CHECK_EQ(getrpcbyname("no-such-program"), NULL);
  struct rpcent rpc, *result = &rpc;
  char buffer[512];
  CHECK_EQ(getrpcbynumber_r(4711, &rpc, buffer, sizeof buffer, &result), 0);
  CHECK_EQ(result, NULL);
  if (!emulated)
    return;
  CHECK_EQ(getrpcbyname("sunrpc")->r_number, 100000);
  CHECK(strcmp(getrpcbynumber(100003)->r_name, "nfs") == 0);
  CHECK(strcmp(getrpcbynumber(100003)->r_aliases[0], "nfsprog") == 0);
  CHECK_EQ(getrpcbyname_r("mount", &rpc, buffer, sizeof buffer, &result), 0);
  CHECK_EQ(result->r_number, 100005);
  setrpcent(0);
  CHECK(strcmp(getrpcent()->r_name, "portmapper") == 0);
  CHECK_EQ(getrpcent_r(&rpc, buffer, sizeof buffer, &result), 0);
  CHECK_EQ(rpc.r_number, 100001);
  endrpcent();
}

static void test_netgroups(void) {
  char *host, *user, *domain, buffer[256];
  CHECK_EQ(setnetgrent("no-such-group"), 0);
  CHECK_EQ(getnetgrent(&host, &user, &domain), 0);
  endnetgrent();
  CHECK_EQ(innetgr("no-such-group", "here", NULL, NULL), 0);
  if (!emulated)
    return;
  write_file("/etc/netgroup", "people (,joe,) ( , ann , lab )\n"
                              "all people \\\n  (server,-,)\nloop loop (x,,)\n");
  CHECK_EQ(innetgr("all", "server", NULL, NULL), 1);
  CHECK_EQ(innetgr("people", "anything", "ann", "LAB"), 1);
  CHECK_EQ(innetgr("people", NULL, "ann", "other"), 0);
  CHECK_EQ(innetgr("people", NULL, "eve", NULL), 0);
  CHECK_EQ(innetgr("loop", "y", NULL, NULL), 0);
  CHECK_EQ(setnetgrent("all"), 1);
  CHECK_EQ(getnetgrent(&host, &user, &domain), 1);
  CHECK(!host && strcmp(user, "joe") == 0 && !domain);
  CHECK_EQ(getnetgrent_r(&host, &user, &domain, buffer, sizeof buffer), 1);
  CHECK(!host && strcmp(user, "ann") == 0 && strcmp(domain, "lab") == 0);
  CHECK_EQ(getnetgrent_r(&host, &user, &domain, buffer, 2), 0);
  CHECK_EQ(errno, ERANGE);
  CHECK_EQ(getnetgrent(&host, &user, &domain), 1);
  CHECK(strcmp(host, "server") == 0);
  CHECK_EQ(getnetgrent(&host, &user, &domain), 0);
  endnetgrent();
}

static volatile sig_atomic_t told;

static void on_told(int signal) {
  (void)signal;
  told++;
}

static void test_later(void) {
  struct gaicb first = {.ar_name = "127.0.0.1", .ar_service = "80"};
  struct gaicb second = {.ar_name = "::1"};
  struct gaicb* list[] = {&first, NULL, &second};
  struct sigevent event = {.sigev_notify = SIGEV_NONE};
  CHECK_EQ(getaddrinfo_a(GAI_WAIT, list, 3, &event), 0);
  CHECK_EQ(gai_error(&first), 0);
  CHECK_EQ(((struct sockaddr_in*)first.ar_result->ai_addr)->sin_port, htons(80));
  CHECK_EQ(second.ar_result->ai_family, AF_INET6);
  freeaddrinfo(first.ar_result);
  freeaddrinfo(second.ar_result);
  CHECK(signal(SIGUSR1, on_told) != SIG_ERR);
  event = (struct sigevent){.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
  CHECK_EQ(getaddrinfo_a(GAI_NOWAIT, list, 1, &event), 0);
  const struct gaicb* const waited[] = {&first};
  while (gai_suspend(waited, 1, NULL) != EAI_ALLDONE)
    ;
  for (int i = 0; i < 5000 && !told; i++)
    nanosleep(&(struct timespec){0, 1000000}, NULL);
  CHECK_EQ(told, 1);
  CHECK_EQ(gai_error(&first), 0);
  CHECK_EQ(gai_cancel(&first), EAI_ALLDONE);
  freeaddrinfo(first.ar_result);
  CHECK_EQ(getaddrinfo_a(7, list, 1, &event), EAI_SYSTEM);
  CHECK_EQ(errno, EINVAL);
}

static void test_reserved(void) {
  int port = 1000;
  CHECK_ERRNO(rresvport_af(&port, AF_UNIX), EAFNOSUPPORT);
  if (geteuid() != 0)
    return;
  const int fd = rresvport(&port);
  CHECK(fd >= 0);
  CHECK(port >= 512 && port < 1024);
  CHECK_EQ(ntohs(local_name(fd).sin_port), port);
  CHECK_EQ(close(fd), 0);
}

static void test_ethers(void) {
  struct ether_addr address = {{2, 0, 1, 2, 3, 99}};
  char name[256];
  CHECK(ether_ntohost(name, &address) != 0);
  CHECK(ether_hostton("no-such-host", &address) != 0);
  if (!emulated)
    return;
  write_file("/etc/ethers", "# mine\n02:00:01:02:03:63 printer\n");
  CHECK_EQ(ether_ntohost(name, &address), 0);
  CHECK(strcmp(name, "printer") == 0);
  memset(&address, 0, sizeof address);
  CHECK_EQ(ether_hostton("printer", &address), 0);
  CHECK_EQ(address.ether_addr_octet[5], 0x63);
}

int __nss_configure_lookup(const char* database, const char* services);

int main(void) {
  char host[64];
  CHECK_EQ(gethostname(host, sizeof host), 0);
  emulated = strcmp(host, "node-0") == 0;
  CHECK_EQ(__nss_configure_lookup("hosts", "files dns"), 0);
  test_networks();
  test_rpc();
  test_netgroups();
  test_later();
  test_reserved();
  test_ethers();
  return 0;
}
