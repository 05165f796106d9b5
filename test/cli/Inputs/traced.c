/* Calls of every class, for strace.test. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static sigjmp_buf away;

static void quiet(int signal) { (void)signal, getppid(); }

static void jump(int signal) { (void)signal, siglongjmp(away, 1); }

static void* thread(void* fd) {
  nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
  return (void*)write(*(int*)fd, "from a thread", 13);
}

static void files(void) {
  struct stat status;
  char bytes[100];
  const int fd = open("file", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
  write(fd,
        "a\tb\n\0"
        "1\377, and more than strace shows of it",
        42);
  lseek(fd, -40, SEEK_END);
  read(fd, bytes, sizeof bytes);
  fstat(fd, &status);
  pwrite(fd, bytes, 3, 1);
  writev(fd, (struct iovec[]){{"one", 3}, {"two", 3}}, 2);
  fcntl(fd, F_SETFL, O_APPEND | O_NONBLOCK);
  fcntl(fd, F_GETFL);
  fcntl(fd, F_SETLK, &(struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 5});
  close(fd);
  open("/none/such", O_WRONLY | O_APPEND);
  access("file", R_OK | W_OK);
  mkdir("d", 0755);
  rename("file", "d/file");
  unlinkat(AT_FDCWD, "d/none", AT_REMOVEDIR);
  read(0, (void*)8, 1);
  close(99);
  FILE* const stream = fopen("stream", "w");
  fprintf(stream, "the number %d\n", 42);
  fclose(stream);
}

static void network(void) {
  int pair[2], one = 1;
  char bytes[20];
  struct sockaddr_in6 v6 = {
      .sin6_family = AF_INET6, .sin6_port = htons(53), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(7)}, peer;
  socklen_t length = sizeof peer;
  struct sockaddr_un local = {.sun_family = AF_UNIX, .sun_path = "/tmp/none"};
  socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair);
  recv(pair[0], bytes, sizeof bytes, MSG_PEEK);
  send(pair[1], "hi", 2, MSG_NOSIGNAL);
  struct pollfd ready[] = {{pair[0], POLLIN, 0}, {pair[1], POLLIN | POLLPRI, 0}};
  poll(ready, 2, 1000);
  poll(&ready[1], 1, 10);
  fd_set set;
  FD_ZERO(&set);
  FD_SET(pair[0], &set);
  select(pair[0] + 1, &set, NULL, NULL, &(struct timeval){1, 0});
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event event = {EPOLLIN | EPOLLET, {.fd = 7}};
  epoll_ctl(epoll, EPOLL_CTL_ADD, pair[0], &event);
  epoll_wait(epoll, &event, 1, -1);
  const int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
  setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){2, 500}, sizeof(struct timeval));
  bind(s, (struct sockaddr*)&address, sizeof address);
  listen(s, 5);
  getsockname(s, (struct sockaddr*)&peer, &length);
  inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
  address.sin_port = htons(8);
  const int c = socket(AF_INET, SOCK_STREAM, 0);
  connect(c, (struct sockaddr*)&address, sizeof address);
  const int u = socket(AF_INET6, SOCK_DGRAM, 0);
  sendto(u, "?", 1, 0, (struct sockaddr*)&v6, sizeof v6);
  struct iovec vector = {"in parts", 8};
  sendmsg(pair[1], &(struct msghdr){.msg_iov = &vector, .msg_iovlen = 1}, 0);
  connect(socket(AF_UNIX, SOCK_DGRAM, 0), (struct sockaddr*)&local, sizeof local);
}

static void signals_and_time(void) {
  sigset_t mask;
  struct timespec left = {.tv_sec = 1};
  sigemptyset(&mask);
  sigaddset(&mask, SIGHUP);
  sigaddset(&mask, SIGRTMIN);
  sigprocmask(SIG_BLOCK, &mask, NULL);
  sigaction(SIGUSR1, &(struct sigaction){.sa_handler = SIG_IGN, .sa_flags = SA_RESTART}, NULL);
  kill(getpid(), SIGUSR1);
  signal(SIGALRM, quiet);
  alarm(1);
  pause();
  signal(SIGALRM, jump);
  if (sigsetjmp(away, 1) == 0) {
    alarm(1);
    pause();
  }
  signal(SIGALRM, quiet);
  alarm(1);
  nanosleep(&(struct timespec){.tv_sec = 2}, &left);
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &left, NULL);
  clock_gettime(CLOCK_MONOTONIC, &left);
}

static void processes(char** argv) {
  int status;
  pid_t child = fork();
  if (child == 0) {
    umask(027);
    _exit(3);
  }
  waitpid(child, &status, 0);
  child = vfork();
  if (child == 0)
    execl(argv[0], argv[0], "child", "with", "many", "arguments", "to", "pass", NULL);
  wait(&status);
  child = fork();
  if (child == 0)
    pause();
  sleep(1);
  kill(child, SIGTERM);
  wait(NULL);
  execve("/none", argv, (char*[]){"A=b", NULL});
}

static void the_rest(void) {
  pthread_t other;
  int fds[2];
  char bytes[20];
  mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  mmap(NULL, 0, PROT_NONE, MAP_SHARED, 9, 0);
  const int set = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
  semop(set, &(struct sembuf){0, 1, SEM_UNDO}, 1);
  syscall(SYS_getuid);
  syscall(SYS_futex, &fds, 129, 1, NULL, NULL, 0);
  pipe2(fds, O_NONBLOCK);
  fcntl(fds[0], F_SETFL, 0);
  pthread_create(&other, NULL, thread, &fds[1]);
  read(fds[0], bytes, sizeof bytes);
  pthread_join(other, NULL);
}

int main(int argc, char** argv) {
  if (argc > 1)
    return puts("the child") == EOF;
  files();
  network();
  signals_and_time();
  processes(argv);
  the_rest();
  exit(0);
}
