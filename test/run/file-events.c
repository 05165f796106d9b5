// Processes of a host that meet in its files: FIFOs that one waits for and another opens later,
// ends that disappear with their process, watches of what others do; nothing of that across hosts.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stp_clang -O2 -pthread -I%include %s -o events
// RUN: sed -n 's/^.. XML//p' %s >deployment.xml
// RUN: %exits 0 %simterpose run --cpu none -p %source/platforms/lan.xml -d deployment.xml -o out >printed 2>&1
// RUN: %FileCheck %s <printed
// RUN: %exits 0 %simterpose run --cpu none -p %source/platforms/lan.xml -d deployment.xml -o out2 >printed2 2>&1
// RUN: diff out out2
//
// XML<?xml version="1.0"?>
// XML<platform version="4.1">
// XML  <actor host="server" function="./events"><argument value="reader"/></actor>
// XML  <actor host="server" function="./events"><argument value="watcher"/></actor>
// XML  <actor host="server" function="./events" kill_time="5" ><argument value="blocked"/></actor>
// XML  <actor host="client" function="./events"><argument value="watcher"/></actor>
// XML  <actor host="server" function="./events" start_time="1"><argument value="writer"/></actor>
// XML  <actor host="server" function="./events" start_time="6"><argument value="late"/></actor>
// XML</platform>
//
// CHECK: [server 1.000000] reader: opened
// CHECK: [server 1.500000] reader: hello
// CHECK: [server 1.500000] watcher: modify fifo
// CHECK: [server 2.000000] reader: end
// CHECK: [server 2.500000] reader: again
// CHECK: [server 3.000000] reader: end
// CHECK: [server 3.000000] watcher: move from old to new
// CHECK: [server 3.000000] watcher: close new
// CHECK: [server 6.000000] late: nobody reads
// CHECK: [client 9.000000] watcher: saw nothing
// CHECK: [server 9.000000] watcher: done
#define _GNU_SOURCE
#include "check.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void reader(void) {
  char text[64];
  for (int i = 0; i < 2; i++) {
    int fd = open("d/fifo", O_RDONLY);
    CHECK(fd >= 0);
    if (i == 0)
      puts("reader: opened");
    for (ssize_t size; (size = read(fd, text, sizeof text)) > 0;)
      printf("reader: %.*s\n", (int)size, text);
    puts("reader: end");
    CHECK_EQ(close(fd), 0);
  }
}

static void writer(void) {
  int fd = open("d/fifo", O_WRONLY);
  CHECK(fd >= 0);
  usleep(500000);
  CHECK_EQ(write(fd, "hello", 5), 5);
  usleep(500000);
  CHECK_EQ(close(fd), 0);
  if (fork() == 0) { /* dies with it open */
    fd = open("d/fifo", O_WRONLY);
    usleep(500000);
    CHECK_EQ(write(fd, "again", 5), 5);
    usleep(500000);
    raise(SIGKILL);
  }
  int status;
  CHECK(wait(&status) > 0);
  CHECK_EQ(WTERMSIG(status), SIGKILL);
  fd = open("d/old", O_WRONLY | O_CREAT, 0600);
  CHECK_EQ(rename("d/old", "d/new"), 0);
  CHECK_EQ(close(fd), 0);
}

/* Tells what happens in d until 9 s. */
static void watcher(void) {
  int fd = inotify_init(), seen = 0;
  mkdir("d", 0755);
  CHECK(inotify_add_watch(fd, "d", IN_MODIFY | IN_MOVE | IN_CLOSE_WRITE) > 0);
  struct pollfd one = {fd, POLLIN, 0};
  static char events[4096];
  const char* from = "";
  while (poll(&one, 1, seen ? 6000 : 9000) > 0) {
    ssize_t size = read(fd, events, sizeof events);
    for (ssize_t at = 0; at < size;) {
      const struct inotify_event* event = (void*)(events + at);
      at += (ssize_t)sizeof *event + event->len;
      seen++;
      if (event->mask == IN_MODIFY && seen == 1)
        printf("watcher: modify %s\n", event->name);
      else if (event->mask == IN_MOVED_FROM)
        from = event->name;
      else if (event->mask == IN_MOVED_TO)
        printf("watcher: move from %s to %s\n", from, event->name);
      else if (event->mask == IN_CLOSE_WRITE && strcmp(event->name, "new") == 0)
        printf("watcher: close %s\n", event->name);
    }
  }
  puts(seen ? "watcher: done" : "watcher: saw nothing");
}

static void* open_for_ever(void* path) {
  open(path, O_RDONLY);
  return NULL;
}

/* Is killed while it opens a FIFO that nobody else has. */
static void blocked(void) {
  pthread_t thread;
  CHECK_EQ(mkfifo("lonely", 0600), 0);
  CHECK_EQ(pthread_create(&thread, NULL, open_for_ever, (void*)"lonely"), 0);
  pause();
}

static void late(void) {
  CHECK_ERRNO(open("lonely", O_WRONLY | O_NONBLOCK), ENXIO);
  puts("late: nobody reads");
}

int main(int argc, char** argv) {
  CHECK_EQ(argc, 2);
  setvbuf(stdout, NULL, _IOLBF, 0);
  mkdir("d", 0755);
  mkfifo("d/fifo", 0600);
  const struct {
    const char* name;
    void (*play)(void);
  } parts[] = {{"reader", reader},
               {"writer", writer},
               {"watcher", watcher},
               {"blocked", blocked},
               {"late", late}};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    if (strcmp(argv[1], parts[i].name) == 0)
      parts[i].play();
  return 0;
}
