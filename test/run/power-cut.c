// A host that loses its power: its processes are gone without a word, its files stay; peers hang
// until they retransmit in vain, probe in vain, or hear from the host when it is on again; the
// deployment starts what it wants back.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 %s -o program
// RUN: sed -n 's/^.. PLATFORM//p' %s >platform.xml
// RUN: sed -n 's/^.. STATE //p' %s >server.state
// RUN: printf '0 0\n4 1\n' >late.state
// RUN: sed -n 's/^.. XML//p' %s >deployment.xml
// RUN: %simterpose run -v -p platform.xml -d deployment.xml -o out >printed 2>said
// RUN: %FileCheck %s <printed
// RUN: %FileCheck --check-prefix=SAID %s <said
//
// PLATFORM<?xml version='1.0'?>
// PLATFORM<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
// PLATFORM<platform version="4.1">
// PLATFORM  <zone id="lan" routing="Full">
// PLATFORM    <host id="client" speed="1Gf"/>
// PLATFORM    <host id="server" speed="1Gf" state_file="server.state"/>
// PLATFORM    <host id="late" speed="1Gf" state_file="late.state"/>
// PLATFORM    <link id="wire" bandwidth="1GBps" latency="1ms"/>
// PLATFORM    <route src="client" dst="server"><link_ctn id="wire"/></route>
// PLATFORM    <route src="client" dst="late"><link_ctn id="wire"/></route>
// PLATFORM    <route src="server" dst="late"><link_ctn id="wire"/></route>
// PLATFORM  </zone>
// PLATFORM</platform>
//
// STATE 5.5 0
// STATE 8 1
// STATE 12 0
//
// XML<?xml version="1.0"?>
// XML<platform version="4.1">
// XML  <actor host="server" function="./program" on_failure="RESTART">
// XML    <argument value="serve"/></actor>
// XML  <actor host="server" function="./program"><argument value="once"/></actor>
// XML  <actor host="server" function="./program" start_time="6">
// XML    <argument value="never"/></actor>
// XML  <actor host="client" function="./program" start_time="0.1">
// XML    <argument value="client"/></actor>
// XML  <actor host="late" function="./program" on_failure="RESTART">
// XML    <argument value="once"/></actor>
// XML</platform>
//
// A request of 6.114 is lost; sent again at 6.316, 6.72, 7.528 and 9.144, it is answered by a
// reset. The second time the server was last heard of at 9.150, for a probe would have come
// at 12.150; it is not answered, nor is the one a second later.
//
//      CHECK: [server 0.000000] serve: boot 1
// CHECK-NEXT: [server 0.000000] once: boot 2
// CHECK-NEXT: [client 0.102000] connected
// CHECK-NEXT: [late 4.000000] once: boot 1
// CHECK-NEXT: [server 8.000000] serve: boot 3
// CHECK-NEXT: [client 9.146001] Connection reset by peer
// CHECK-NEXT: [client 9.148001] connected
// CHECK-NEXT: [client 14.150001] Connection timed out
// CHECK-NEXT: [client 141.150001] connecting: Connection timed out
//
// SAID: host server loses its power at 5.500000, with 2 processes
// SAID: deployment.xml:6: host server is off at 6.000000: program is not started
// SAID: host server is on again at 8.000000
// SAID: host server loses its power at 12.000000, with 1 process
// SAID: deployment.xml:3: host server is off and stays so: program is not started
// SAID: 5 processes: 2 ended well, 3 stopped as planned; 141.150001 s
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct sockaddr_in address = {.sin_family = AF_INET};

static int serve(const char* name) {
  int boots = open("boots", O_CREAT | O_WRONLY | O_APPEND, 0666);
  write(boots, "x", 1);
  struct stat facts;
  fstat(boots, &facts);
  printf("%s: boot %d\n", name, (int)facts.st_size);
  fflush(stdout);
  if (strcmp(name, "once") == 0)
    return sleep(6), 0;
  const int listening = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(listening, (struct sockaddr*)&address, sizeof address) != 0 || listen(listening, 5) != 0)
    return 1;
  for (;;) {
    const int client = accept(listening, NULL, NULL);
    char data[10];
    ssize_t size;
    while ((size = read(client, data, sizeof data)) > 0)
      write(client, data, (size_t)size);
    close(client);
  }
}

static int reach(void) {
  const int server = socket(AF_INET, SOCK_STREAM, 0), on = 1, idle = 3, interval = 1, count = 2;
  setsockopt(server, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
  setsockopt(server, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
  setsockopt(server, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof interval);
  setsockopt(server, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof count);
  if (connect(server, (struct sockaddr*)&address, sizeof address) == 0) {
    printf("connected\n");
    return server;
  }
  printf("connecting: %s\n", strerror(errno));
  return -1;
}

static ssize_t ask(int server) {
  char answer[6];
  write(server, "hello", 5);
  return read(server, answer, sizeof answer);
}

static void failed(int server) {
  puts(strerror(errno));
  close(server);
}

int main(int argc, char** argv) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  address.sin_port = htons(7000);
  if (argc > 1 && strcmp(argv[1], "client") != 0)
    return serve(argv[1]);
  inet_aton("10.0.0.3", &address.sin_addr);
  int server = reach();
  while (ask(server) > 0)
    sleep(1);
  failed(server);
  server = reach();
  ask(server);
  char nothing;
  if (read(server, &nothing, 1) < 0)
    failed(server);
  return reach() < 0 ? 0 : 1;
}
