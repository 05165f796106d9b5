// The same bytes on every machine: what a program with threads, processes, random numbers, timers,
// TCP and UDP writes, three runs of it, has the digests that are kept in Inputs/digests, part by
// part. A change that is meant to change dates or orders changes those lines:
//
//   test/tools/digests --keep build test/run/Inputs/digests
//
// Cycles that are counted depend on the compiler, the last bits of dates on SimGrid: digests are
// kept by their versions, and nothing is compared where there are none.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -pthread -I%include %s -o digests
// RUN: %source/test/tools/digests %build %S/Inputs/digests ./digests | %FileCheck %s
// CHECK: all are the same
#define _GNU_SOURCE
#include "check.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { HOSTS = 3, PORT = 5000 };

static FILE* part;
static int rank;

static void say(const char* what, long number) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  fprintf(part, "%ld.%09ld %s %ld\n", (long)now.tv_sec, now.tv_nsec, what, number);
}

static void begin(const char* name) {
  part = fopen(name, "w");
  CHECK(part != NULL);
}

static void end(void) { fclose(part); }

static unsigned state = 1;

static unsigned compute(int rounds) {
  for (int i = 0; i < rounds; i++)
    state = state % 3 ? state * 1664525 + 1013904223 : state / 3 + (unsigned)i;
  return state;
}

/* ---- threads and processes ---- */

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static int turns;

static void* compete(void* number) {
  for (int i = 0; i < 5; i++) {
    pthread_mutex_lock(&mutex);
    while (turns == 0)
      pthread_cond_wait(&condition, &mutex);
    turns--;
    say("turn of", *(int*)number);
    compute(1000 * (*(int*)number + 1));
    pthread_mutex_unlock(&mutex);
    usleep(0);
  }
  return NULL;
}

static void threads(void) {
  pthread_t all[4];
  int numbers[4];
  for (int i = 0; i < 4; i++) {
    numbers[i] = i;
    pthread_create(&all[i], NULL, compete, &numbers[i]);
  }
  for (int i = 0; i < 10; i++) {
    usleep(100);
    pthread_mutex_lock(&mutex);
    turns += 2;
    pthread_cond_broadcast(&condition);
    pthread_mutex_unlock(&mutex);
  }
  for (int i = 0; i < 4; i++)
    pthread_join(all[i], NULL);
  for (int i = 0; i < 3; i++)
    if (fork() == 0) {
      compute(100000 * (i + 1));
      _exit(i);
    }
  for (int status, pid; (pid = wait(&status)) > 0;)
    say("ended", pid * 1000 + WEXITSTATUS(status));
  say("cpu time", clock());
}

/* ---- what is random ---- */

static void randomness(void) {
  unsigned char bytes[32];
  CHECK_EQ(getrandom(bytes, sizeof bytes, 0), sizeof bytes);
  for (size_t i = 0; i < sizeof bytes; i++)
    fprintf(part, "%02x", bytes[i]);
  const int file = open("/dev/urandom", O_RDONLY);
  unsigned number;
  CHECK_EQ(read(file, &number, sizeof number), sizeof number);
  say(" urandom", number);
  say("rand", rand());
  say("pid", getpid());
  say("heap", (long)malloc(1000));
  mkdir("directory", 0777);
  for (const char* name = "qwertyuiop"; *name; name++) {
    const char path[] = {'d', 'i', 'r', 'e', 'c', 't', 'o', 'r', 'y', '/', *name, '\0'};
    close(open(path, O_CREAT, 0666));
  }
  DIR* const directory = opendir("directory");
  for (struct dirent* entry; (entry = readdir(directory)) != NULL;)
    fprintf(part, "%s ", entry->d_name);
  closedir(directory);
}

/* ---- readiness and timers ---- */

static void readiness(void) {
  const int set = epoll_create1(0);
  struct epoll_event events[8];
  for (int i = 0; i < 8; i++) {
    const int file = i % 2 ? eventfd(0, 0) : timerfd_create(CLOCK_MONOTONIC, 0);
    struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.u32 = (uint32_t)i};
    epoll_ctl(set, EPOLL_CTL_ADD, file, &event);
    if (i % 2)
      eventfd_write(file, 1);
    else
      timerfd_settime(file, 0, &(struct itimerspec){.it_value = {0, 1000000}}, NULL);
  }
  for (int seen = 0; seen < 8;) {
    const int count = epoll_wait(set, events, 3, -1);
    for (int i = 0; i < count; i++)
      say("ready", events[i].data.u32);
    seen += count;
  }
}

/* ---- the network ---- */

static struct sockaddr_in address_of(int host) {
  return (struct sockaddr_in){.sin_family = AF_INET,
                              .sin_port = htons(PORT),
                              .sin_addr.s_addr = htonl(0x0a000001 + (unsigned)host)};
}

static void serve(void) {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  struct sockaddr_in address = address_of(0);
  CHECK_EQ(bind(listener, (struct sockaddr*)&address, sizeof address), 0);
  CHECK_EQ(listen(listener, 10), 0);
  for (int i = 0; i < 2 * (HOSTS - 1); i++) {
    socklen_t size = sizeof address;
    const int client = accept(listener, (struct sockaddr*)&address, &size);
    char block[4096];
    ssize_t got;
    long sum = 0;
    while ((got = read(client, block, sizeof block)) > 0)
      sum += got;
    say("from", ntohl(address.sin_addr.s_addr) % 256);
    say("bytes", sum);
    close(client);
  }
}

static void ask(void) {
  static char block[20000];
  const struct sockaddr_in address = address_of(0);
  usleep(10000);
  for (int i = 0; i < 2; i++) {
    const int server = socket(AF_INET, SOCK_STREAM, 0);
    CHECK_EQ(connect(server, (const struct sockaddr*)&address, sizeof address), 0);
    for (int k = 0; k < 50; k++) {
      compute(2000);
      CHECK_EQ(write(server, block, sizeof block), sizeof block);
    }
    shutdown(server, SHUT_WR);
    say("end", read(server, block, 1));
    close(server);
  }
}

static void datagrams(void) {
  const int me = socket(AF_INET, SOCK_DGRAM, 0);
  struct sockaddr_in mine = address_of(rank), from;
  char text[2000];
  CHECK_EQ(bind(me, (struct sockaddr*)&mine, sizeof mine), 0);
  const struct timespec date = {1577836800 + 10, 0};
  clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &date, NULL);
  for (int i = 0; i < HOSTS; i++)
    for (int k = 0; k < 5 && i != rank; k++) {
      const struct sockaddr_in to = address_of(i);
      CHECK(sendto(me, text, sizeof text, 0, (const struct sockaddr*)&to, sizeof to) > 0);
    }
  for (int i = 0; i < 5 * (HOSTS - 1); i++) {
    socklen_t size = sizeof from;
    CHECK(recvfrom(me, text, sizeof text, 0, (struct sockaddr*)&from, &size) > 0);
    say("datagram of", ntohl(from.sin_addr.s_addr) % 256);
  }
}

int main(int argc, char** argv) {
  rank = argc > 1 ? atoi(argv[1]) : 0;
  begin("random");
  randomness();
  end();
  begin("threads");
  threads();
  end();
  begin("readiness");
  readiness();
  end();
  begin("tcp");
  if (rank == 0)
    serve();
  else
    ask();
  end();
  begin("udp");
  datagrams();
  end();
  return 0;
}
