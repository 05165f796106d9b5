/* What the tests of simterpose gdb look at. Host node-0 is a server with a child of its own by fork
 * and a second thread; the others send it datagrams and bytes. Every process has its own rank. */
#include <arpa/inet.h>
#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PORT = 4000 };

static int rank;
static int received;
static const char* role = "nobody";
static __thread int steps;
static struct node {
  int value;
  struct node* next;
} second = {2, NULL}, first = {1, &second};
static struct node* list = &first;

static __attribute__((noinline)) void nap(double seconds) {
  struct timespec delay = {(time_t)seconds, (long)(1e9 * (seconds - (long)seconds))};
  steps++;
  nanosleep(&delay, NULL);
}

static __attribute__((noinline)) void note(int sender, int size) {
  received += size;
  if (sender < 0)
    abort();
}

static void* watch(void* argument) {
  int seen = *(int*)argument;
  for (int i = 0; i < 3; i++) {
    nap(0.1);
    seen += received;
  }
  steps += 100;
  nap(10);
  return NULL;
}

static __attribute__((noinline)) void rest(int depth) {
  if (depth > 0) {
    rest(depth - 1);
    steps++;
    return;
  }
  nap(20);
}

static void serve(void) {
  struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(PORT)}, from;
  const int receiver = socket(AF_INET, SOCK_DGRAM, 0);
  role = "server";
  bind(receiver, (struct sockaddr*)&here, sizeof here);
  static int base = 7;
  pthread_t watcher;
  pthread_create(&watcher, NULL, watch, &base);
  if (fork() == 0) {
    rank = 1000;
    role = "child";
    list = &second;
    rest(2);
    _exit(0);
  }
  char text[64];
  for (int i = 0; i < 2; i++) {
    socklen_t length = sizeof from;
    const ssize_t size = recvfrom(receiver, text, sizeof text, 0, (struct sockaddr*)&from, &length);
    note(text[0] - '0', (int)size);
  }
  wait(NULL);
}

static void ask(void) {
  role = "client";
  struct addrinfo *server, hints = {.ai_family = AF_INET, .ai_socktype = SOCK_DGRAM};
  getaddrinfo("node-0", "4000", &hints, &server);
  const int sender = socket(AF_INET, SOCK_DGRAM, 0);
  nap(rank);
  char text[64];
  snprintf(text, sizeof text, "%d says hello", rank);
  sendto(sender, text, strlen(text), 0, server->ai_addr, server->ai_addrlen);
  nap(1);
}

int main(int argc, char** argv) {
  rank = atoi(argv[1]);
  if (argc > 2)
    note(-1, 0);
  if (rank == 0)
    serve();
  else
    ask();
  printf("%s %d received %d\n", role, rank, received);
  return 0;
}
