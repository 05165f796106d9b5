// A server as they are: a master with workers that accept on one socket, logs to a shared file,
// reaps and replaces workers that die, and stops them all on SIGTERM; clients on another host.
// Dates and bytes are the same in every run.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -I%include %s -o prefork
// RUN: sed -n 's/^.. XML//p' %s >deployment.xml
// RUN: %simterpose run -p %source/platforms/lan.xml -d deployment.xml -o out 2>&1 >printed
// RUN: %FileCheck %s <printed
// RUN: %simterpose run -p %source/platforms/lan.xml -d deployment.xml -o again 2>&1 >second
// RUN: grep -v 'virtual time' printed >a && grep -v 'virtual time' second >b && cmp a b
// RUN: cmp out/server/log again/server/log
// RUN: sort out/server/log | uniq -c | %FileCheck --check-prefix=LOG %s
// XML<?xml version="1.0"?>
// XML<platform version="4.1">
// XML  <actor host="server" function="prefork"><argument value="master"/></actor>
// XML  <actor host="client" function="prefork"><argument value="client"/></actor>
// XML  <actor host="admin" function="prefork"><argument value="client"/></actor>
// XML  <actor host="server" function="prefork" start_time="5"><argument value="stop"/></actor>
// XML</platform>
//
//     CHECK: [server 1.{{[0-9]+}}] worker killed by 9, replaced
//     CHECK: 30 answers
//     CHECK: [server 5.000000] stopped: 4 workers, killed by 15
// LOG: 60 answered
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>

#include "child.h"

enum { WORKERS = 4, PORT = 8000 };

static volatile sig_atomic_t stopping;
static int listening, log_fd;
static pid_t workers[WORKERS];

static _Noreturn void work(void) {
  signal(SIGTERM, SIG_DFL);
  for (;;) {
    char request[64];
    int fd = accept(listening, NULL, NULL);
    CHECK(fd >= 0);
    ssize_t got = read(fd, request, sizeof request);
    if (got > 0 && memcmp(request, "die", 3) == 0)
      kill(getpid(), SIGKILL);
    CHECK(got > 0);
    usleep(1000);
    CHECK_EQ(write(fd, request, (size_t)got), got);
    CHECK_EQ(write(log_fd, "answered\n", 9), 9);
    close(fd);
  }
}

static void start_worker(int i) {
  workers[i] = fork();
  CHECK(workers[i] >= 0);
  if (workers[i] == 0)
    work();
}

static void stop(int signal_) {
  (void)signal_;
  stopping = 1;
}

static void master(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(PORT)};
  struct sigaction action = {.sa_handler = stop};
  int status;
  sigaction(SIGTERM, &action, NULL);
  listening = socket(AF_INET, SOCK_STREAM, 0);
  CHECK_EQ(bind(listening, (struct sockaddr*)&address, sizeof address), 0);
  CHECK_EQ(listen(listening, 16), 0);
  log_fd = open("log", O_WRONLY | O_CREAT | O_APPEND, 0644);
  FILE* pid_file = fopen("pid", "w");
  fprintf(pid_file, "%d\n", getpid());
  fclose(pid_file);
  for (int i = 0; i < WORKERS; i++)
    start_worker(i);
  while (!stopping) {
    const pid_t pid = wait(&status);
    for (int i = 0; i < WORKERS && pid > 0; i++)
      if (workers[i] == pid) {
        printf("worker killed by %d, replaced\n", WTERMSIG(status));
        fflush(stdout); /* or the child has it, too */
        start_worker(i);
      }
  }
  int count = 0;
  for (int i = 0; i < WORKERS; i++)
    kill(workers[i], SIGTERM);
  while (wait(&status) > 0)
    count += WTERMSIG(status) == SIGTERM;
  printf("stopped: %d workers, killed by %d\n", count, WTERMSIG(status));
}

/* Returns whether there was an answer. */
static int ask(const char* request) {
  const struct hostent* host = gethostbyname("server");
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(PORT)};
  char answer[64] = "";
  memcpy(&address.sin_addr, host->h_addr_list[0], 4);
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  CHECK_EQ(connect(fd, (struct sockaddr*)&address, sizeof address), 0);
  CHECK_EQ(write(fd, request, strlen(request)), strlen(request));
  const ssize_t got = read(fd, answer, sizeof answer);
  close(fd);
  return got > 0 && strcmp(answer, request) == 0;
}

static void ten(void* unused) {
  (void)unused;
  for (int i = 0; i < 10; i++)
    CHECK(ask("hello"));
}

static void client(void) {
  char name[64];
  pid_t pids[3];
  gethostname(name, sizeof name);
  for (int i = 0; i < 3; i++)
    pids[i] = child_start(ten, NULL);
  for (int i = 0; i < 3; i++)
    CHECK_EQ(child_status(pids[i]), 0);
  puts("30 answers");
  if (strcmp(name, "client") == 0) {
    sleep(1);
    CHECK(!ask("die"));
  }
}

static void stop_master(void) {
  int pid;
  FILE* file = fopen("pid", "r");
  CHECK(file && fscanf(file, "%d", &pid) == 1);
  CHECK_EQ(kill(pid, SIGTERM), 0);
}

int main(int argc, char** argv) {
  CHECK(argc > 1);
  setvbuf(stdout, NULL, _IOFBF, 4096);
  if (strcmp(argv[1], "master") == 0) {
    master();
  } else if (strcmp(argv[1], "stop") == 0) {
    stop_master();
  } else {
    usleep(1000);
    client();
  }
  return 0;
}
