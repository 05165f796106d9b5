// One of three key-value servers crashes while it serves: its clients are cut off, the log says
// where it happened, and the other two serve on as if nothing had been.
//
// UNSUPPORTED: sanitize
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O1 -g -pthread %s -o store
// RUN: sed -n 's/^.. XML//p' %s >deployment.xml
// RUN: %exits 1 %simterpose run -n 7 --latency 1ms --bandwidth 10Tbps -d deployment.xml -o out >printed 2>said
// RUN: %FileCheck %s <printed
// RUN: %FileCheck --check-prefix=SAID %s <said
// RUN: %exits 1 %simterpose run -n 7 --latency 1ms --bandwidth 10Tbps -d deployment.xml -o again >printed2 2>said2
// RUN: cmp printed printed2
// RUN: grep -Ev 'virtual time|^==' said >said.0
// RUN: grep -Ev 'virtual time|^==' said2 | cmp said.0 -
//
// XML<?xml version="1.0"?>
// XML<platform version="4.1">
// XML  <actor host="node-0" function="./store" kill_time="3"/>
// XML  <actor host="node-1" function="./store"/>
// XML  <actor host="node-2" function="./store" kill_time="3"/>
// XML  <actor host="node-3" function="./store"><argument value="10.0.0.1"/></actor>
// XML  <actor host="node-4" function="./store">
// XML    <argument value="10.0.0.2"/><argument value="bad"/></actor>
// XML  <actor host="node-5" function="./store"><argument value="10.0.0.3"/></actor>
// XML  <actor host="node-6" function="./store">
// XML    <argument value="10.0.0.2"/><argument value="waits"/></actor>
// XML</platform>
//
// A round takes 100 ms and two questions of 2 ms; the connection took 2 ms.
//
//      CHECK: [node-4 0.522000] end of file
//  CHECK-DAG: [node-6 0.522000] Connection reset by peer
//  CHECK-DAG: [node-4 0.524000] Connection refused
//      CHECK: [node-3 2.182000] 20 rounds: round 19
// CHECK-NEXT: [node-5 2.182000] 20 rounds: round 19
//
//      SAID: [node-1 0.521000] store.2: crashed with SIGSEGV (address 0x28)
// SAID-NEXT: #0 value_of at {{.*}}crash-servers.c:[[@LINE+40]]
// SAID-NEXT: #1 answer at {{.*}}crash-servers.c:
// SAID-NEXT: #2 serve at {{.*}}crash-servers.c:
// SAID-NEXT: simterpose: store.2 on node-1 killed by SIGSEGV (Segmentation fault) at 0.521000
//  SAID-NOT: killed
//      SAID: 7 processes: 4 ended well, 1 failed, 2 stopped as planned; 3.000000 s
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define NOT_INLINED __attribute__((noinline))

static struct sockaddr_in address = {.sin_family = AF_INET};

/* ---- the server ---- */

struct entry {
  char key[40];
  char value[40];
  struct entry* next;
};

static struct entry* table;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static struct entry* find(const char* key) {
  struct entry* entry = table;
  while (entry && strcmp(entry->key, key) != 0)
    entry = entry->next;
  return entry;
}

static NOT_INLINED const char* value_of(const char* key) {
  const char* value = find(key)->value; /* nobody asks for what is not there */
  return *(const volatile char*)value ? value : "";
}

static void set(const char* key, const char* value) {
  struct entry* entry = find(key);
  if (!entry) {
    entry = calloc(1, sizeof *entry);
    strcpy(entry->key, key);
    entry->next = table;
    table = entry;
  }
  strcpy(entry->value, value);
}

static NOT_INLINED void answer(FILE* client, char* line) {
  char* save;
  const char* const command = strtok_r(line, " \n", &save);
  const char* const key = strtok_r(NULL, " \n", &save);
  pthread_mutex_lock(&lock);
  if (strcmp(command, "set") == 0)
    set(key, strtok_r(NULL, "\n", &save));
  fprintf(client, "%s\n", value_of(key));
  pthread_mutex_unlock(&lock);
  fflush(client);
}

static void* serve(void* argument) {
  FILE* const client = argument;
  char line[100];
  while (fgets(line, sizeof line, client)) {
    if (strcmp(line, "wait\n") == 0)
      sleep(100);
    answer(client, line);
  }
  fclose(client);
  return NULL;
}

static int listen_and_serve(void) {
  const int listening = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(listening, (struct sockaddr*)&address, sizeof address) != 0 || listen(listening, 5) != 0)
    return 1;
  for (;;) {
    const int client = accept(listening, NULL, NULL);
    pthread_t thread;
    pthread_create(&thread, NULL, serve, fdopen(client, "r+"));
    pthread_detach(thread);
  }
}

/* ---- the client ---- */

static int reach(void) {
  const int server = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(server, (struct sockaddr*)&address, sizeof address) == 0)
    return server;
  puts(strerror(errno));
  exit(0);
}

/* False, with why on the standard output, if the server does not answer. */
static int ask(int server, const char* question, char* reply) {
  write(server, question, strlen(question));
  const ssize_t size = read(server, reply, 99);
  if (size <= 0) {
    puts(size < 0 ? strerror(errno) : "end of file");
    return 0;
  }
  reply[size] = '\0';
  return 1;
}

static int use(int bad) {
  int server = reach();
  char question[100], reply[100];
  for (int round = 0; round < 20; round++) {
    snprintf(question, sizeof question, "set key round %d\n", round);
    if (!ask(server, question, reply))
      return 1;
    if (!ask(server, bad && round == 4 ? "get another\n" : "get key\n", reply)) {
      server = reach();
      return 1;
    }
    usleep(100000);
  }
  printf("20 rounds: %s", reply);
  return 0;
}

static int wait_for_it(void) {
  char reply[100];
  const int server = reach();
  write(server, "wait\n", 5);
  usleep(100000);
  return ask(server, "get key\n", reply);
}

int main(int argc, char** argv) {
  signal(SIGPIPE, SIG_IGN);
  setvbuf(stdout, NULL, _IOLBF, 0);
  address.sin_port = htons(6379);
  if (argc == 1)
    return listen_and_serve();
  usleep(100000);
  inet_aton(argv[1], &address.sin_addr);
  if (argc > 2 && strcmp(argv[2], "waits") == 0)
    return wait_for_it();
  return use(argc > 2);
}
