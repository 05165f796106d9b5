/* For unit/restarts.c: holds of everything something, until it is killed; with an argument, its
 * peer. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <unistd.h>

static struct sockaddr_in address = {.sin_family = AF_INET};
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void* block(void* unused) {
  pthread_mutex_lock(&mutex);
  return unused;
}

static int serve(void) {
  const int listening = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  bind(listening, (struct sockaddr*)&address, sizeof address);
  listen(listening, 5);
  for (;;) {
    const int client = accept(listening, NULL, NULL);
    setsockopt(client, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof one);
    setsockopt(client, IPPROTO_TCP, TCP_KEEPIDLE, &one, sizeof one);
    setsockopt(client, IPPROTO_TCP, TCP_KEEPINTVL, &one, sizeof one);
    setsockopt(client, IPPROTO_TCP, TCP_KEEPCNT, &one, sizeof one);
    char data[1000];
    while (read(client, data, sizeof data) > 0)
      write(client, data, sizeof data);
    close(client);
  }
}

static void take_files(void) {
  int ends[2];
  pipe(ends);
  write(ends[1], "x", 1);
  socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
  write(ends[0], "x", 1);
  const int poller = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN};
  epoll_ctl(poller, EPOLL_CTL_ADD, ends[0], &event);
  const int timer = timerfd_create(CLOCK_MONOTONIC, 0);
  timerfd_settime(timer, 0, &(struct itimerspec){.it_value.tv_sec = 100}, NULL);
  eventfd(0, 0);
  const int file = open("file", O_CREAT | O_RDWR, 0666);
  ftruncate(file, 10000);
  mmap(NULL, 10000, PROT_READ, MAP_SHARED, file, 0);
}

static void take_memory(void) {
  memset(malloc(200000), 1, 200000);
  memset(mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 1, 10000);
}

int main(int argc, char** argv) {
  (void)argv;
  address.sin_port = htons(7000);
  if (argc > 1)
    return serve();
  take_files();
  take_memory();
  signal(SIGALRM, SIG_IGN);
  setitimer(ITIMER_REAL, &(struct itimerval){.it_value.tv_sec = 100}, NULL);
  pthread_mutex_lock(&mutex);
  pthread_t thread;
  pthread_create(&thread, NULL, block, NULL);
  if (fork() == 0)
    return pause();
  inet_aton("10.0.0.2", &address.sin_addr);
  const int server = socket(AF_INET, SOCK_STREAM, 0);
  connect(server, (struct sockaddr*)&address, sizeof address);
  char data[1000];
  for (;;) {
    memset(data, 1, sizeof data);
    write(server, data, sizeof data);
    read(server, data, sizeof data);
    usleep(200000);
  }
}
