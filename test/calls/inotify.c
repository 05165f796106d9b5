// CALLS: inotify_init inotify_init1 inotify_add_watch inotify_rm_watch
// RUN: %both
//
// What watches of files and directories tell.
#define _GNU_SOURCE
#include "check.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "elapsed.h"

static int fd;
static char events[8192];
static size_t used, at;

/* The next event, read when there are no more: of watch `wd`, with these bits and this name. */
static uint32_t expect_at(int line, int wd, uint32_t mask, const char* name) {
  if (at == used) {
    ssize_t size = read(fd, events, sizeof events);
    if (size <= 0)
      printf("line %d: no event %x %s\n", line, mask, name);
    CHECK(size > 0);
    used = (size_t)size;
    at = 0;
  }
  const struct inotify_event* event = (void*)(events + at);
  at += sizeof *event + event->len;
  const char* found = event->len ? event->name : "";
  if (event->wd != wd || event->mask != mask || strcmp(found, name) != 0)
    printf("line %d: watch %d mask %x name %s, expected %d %x %s\n", line, event->wd, event->mask,
           found, wd, mask, name);
  CHECK(event->wd == wd && event->mask == mask && strcmp(found, name) == 0);
  return event->cookie;
}
#define EXPECT(wd, mask, name) expect_at(__LINE__, wd, mask, name)

static void expect_none(int line) {
  if (at != used)
    printf("line %d: more: mask %x\n", line, ((struct inotify_event*)(events + at))->mask);
  CHECK(at == used);
  CHECK_ERRNO(read(fd, events, sizeof events), EAGAIN);
}
#define NONE() expect_none(__LINE__)

static void errors(void) {
  CHECK_ERRNO(inotify_init1(1), EINVAL);
  fd = inotify_init();
  CHECK(fd >= 0);
  CHECK_EQ(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
  CHECK_EQ(close(fd), 0);
  fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  CHECK_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
  CHECK_ERRNO(inotify_add_watch(99, ".", IN_CREATE), EBADF);
  CHECK_ERRNO(inotify_add_watch(0, ".", IN_CREATE), EINVAL);
  CHECK_ERRNO(inotify_add_watch(fd, ".", 0), EINVAL);
  CHECK_ERRNO(inotify_add_watch(fd, ".", IN_CREATE | IN_MASK_ADD | IN_MASK_CREATE), EINVAL);
  CHECK_ERRNO(inotify_add_watch(fd, "absent", IN_CREATE), ENOENT);
  CHECK_ERRNO(inotify_rm_watch(fd, 7), EINVAL);
  CHECK_ERRNO(inotify_rm_watch(0, 1), EINVAL);
  CHECK_ERRNO(write(fd, "x", 1), EBADF);
  NONE();
}

static void in_directory(void) {
  CHECK_EQ(mkdir("d", 0755), 0);
  int d = inotify_add_watch(fd, "d", IN_ALL_EVENTS);
  CHECK_EQ(d, 1);
  CHECK_EQ(inotify_add_watch(fd, "./d/", IN_ALL_EVENTS), d);
  CHECK_ERRNO(inotify_add_watch(fd, "d", IN_ALL_EVENTS | IN_MASK_CREATE), EEXIST);
  int f = open("d/f", O_RDWR | O_CREAT, 0600);
  EXPECT(d, IN_CREATE, "f");
  EXPECT(d, IN_OPEN, "f");
  CHECK_EQ(write(f, "abc", 3), 3);
  CHECK_EQ(write(f, "def", 3), 3); /* the same event again */
  EXPECT(d, IN_MODIFY, "f");
  char text[8];
  CHECK_EQ(pread(f, text, 8, 0), 6);
  EXPECT(d, IN_ACCESS, "f");
  CHECK_EQ(ftruncate(f, 2), 0);
  EXPECT(d, IN_MODIFY, "f");
  CHECK_EQ(fchmod(f, 0644), 0);
  EXPECT(d, IN_ATTRIB, "f");
  CHECK_EQ(close(f), 0);
  EXPECT(d, IN_CLOSE_WRITE, "f");
  close(open("d/f", O_RDONLY));
  EXPECT(d, IN_OPEN, "f");
  EXPECT(d, IN_CLOSE_NOWRITE, "f");
  CHECK_EQ(chmod("d/f", 0600), 0);
  EXPECT(d, IN_ATTRIB, "f");
  CHECK_EQ(truncate("d/f", 1), 0);
  EXPECT(d, IN_MODIFY, "f");
  CHECK_EQ(utimensat(AT_FDCWD, "d/f", NULL, 0), 0);
  EXPECT(d, IN_ATTRIB, "f");
  CHECK_EQ(mkdir("d/sub", 0755), 0);
  EXPECT(d, IN_CREATE | IN_ISDIR, "sub");
  CHECK_EQ(symlink("f", "d/soft"), 0);
  EXPECT(d, IN_CREATE, "soft");
  CHECK_EQ(link("d/f", "d/hard"), 0);
  EXPECT(d, IN_CREATE, "hard");
  CHECK_EQ(mkfifo("d/fifo", 0600), 0);
  EXPECT(d, IN_CREATE, "fifo");
  CHECK_EQ(unlink("d/hard"), 0);
  EXPECT(d, IN_DELETE, "hard");
  CHECK_EQ(rmdir("d/sub"), 0);
  EXPECT(d, IN_DELETE | IN_ISDIR, "sub");
  CHECK_EQ(unlink("d/soft"), 0);
  EXPECT(d, IN_DELETE, "soft");
  CHECK_EQ(unlink("d/fifo"), 0);
  EXPECT(d, IN_DELETE, "fifo");
  NONE();
  CHECK_EQ(inotify_rm_watch(fd, d), 0);
  EXPECT(d, IN_IGNORED, "");
  NONE();
}

static void moves(void) {
  CHECK_EQ(mkdir("e", 0755), 0);
  int d = inotify_add_watch(fd, "d", IN_MOVE | IN_CREATE | IN_DELETE);
  int e = inotify_add_watch(fd, "e", IN_MOVE | IN_CREATE | IN_DELETE);
  CHECK(d > 1 && e > d); /* numbers are not used again */
  int f = inotify_add_watch(fd, "d/f", IN_MOVE_SELF | IN_DELETE_SELF | IN_ATTRIB | IN_MODIFY);
  CHECK_EQ(rename("d/f", "d/g"), 0);
  uint32_t cookie = EXPECT(d, IN_MOVED_FROM, "f");
  CHECK(cookie != 0);
  CHECK_EQ(EXPECT(d, IN_MOVED_TO, "g"), cookie);
  EXPECT(f, IN_MOVE_SELF, "");
  CHECK_EQ(rename("d/g", "e/h"), 0);
  uint32_t second = EXPECT(d, IN_MOVED_FROM, "g");
  CHECK(second != cookie);
  CHECK_EQ(EXPECT(e, IN_MOVED_TO, "h"), second);
  EXPECT(f, IN_MOVE_SELF, "");
  CHECK_EQ(mkdir("d/sub", 0755), 0);
  EXPECT(d, IN_CREATE | IN_ISDIR, "sub");
  CHECK_EQ(rename("d/sub", "e/sub"), 0);
  EXPECT(d, IN_MOVED_FROM | IN_ISDIR, "sub");
  EXPECT(e, IN_MOVED_TO | IN_ISDIR, "sub");
  int over = open("e/over", O_WRONLY | O_CREAT, 0600);
  EXPECT(e, IN_CREATE, "over");
  CHECK_EQ(rename("e/over", "e/h"), 0); /* over the watched file */
  EXPECT(e, IN_MOVED_FROM, "over");
  EXPECT(e, IN_MOVED_TO, "h");
  EXPECT(f, IN_ATTRIB, "");
  EXPECT(f, IN_DELETE_SELF, "");
  EXPECT(f, IN_IGNORED, "");
  CHECK_EQ(close(over), 0);
  CHECK_EQ(unlink("e/h"), 0);
  EXPECT(e, IN_DELETE, "h");
  CHECK_EQ(rmdir("e/sub"), 0);
  EXPECT(e, IN_DELETE | IN_ISDIR, "sub");
  CHECK_EQ(inotify_rm_watch(fd, d), 0);
  EXPECT(d, IN_IGNORED, "");
  CHECK_EQ(rmdir("e"), 0);
  EXPECT(e, IN_IGNORED, "");
  NONE();
}

/* A file that is removed while it is open lives on. */
static void itself(void) {
  int f = open("f", O_RDWR | O_CREAT, 0600);
  int w = inotify_add_watch(fd, "f", IN_ALL_EVENTS & ~IN_ACCESS);
  CHECK_EQ(inotify_add_watch(fd, "f", IN_ACCESS | IN_MASK_ADD), w);
  CHECK_EQ(link("f", "f2"), 0);
  EXPECT(w, IN_ATTRIB, "");
  CHECK_EQ(unlink("f2"), 0);
  EXPECT(w, IN_ATTRIB, "");
  CHECK_EQ(write(f, "x", 1), 1);
  EXPECT(w, IN_MODIFY, "");
  CHECK_EQ(unlink("f"), 0);
  EXPECT(w, IN_ATTRIB, "");
  NONE();
  CHECK_EQ(write(f, "x", 1), 1);
  EXPECT(w, IN_MODIFY, "");
  CHECK_EQ(close(f), 0);
  EXPECT(w, IN_CLOSE_WRITE, "");
  EXPECT(w, IN_DELETE_SELF, "");
  EXPECT(w, IN_IGNORED, "");
  CHECK_ERRNO(inotify_rm_watch(fd, w), EINVAL);
  NONE();
}

static void flags(void) {
  close(open("f", O_RDWR | O_CREAT, 0600));
  CHECK_EQ(symlink("f", "s"), 0);
  CHECK_ERRNO(inotify_add_watch(fd, "f", IN_OPEN | IN_ONLYDIR), ENOTDIR);
  int link = inotify_add_watch(fd, "s", IN_ATTRIB | IN_DELETE_SELF | IN_DONT_FOLLOW);
  int w = inotify_add_watch(fd, "s", IN_OPEN | IN_ONESHOT);
  CHECK(w != link);
  close(open("f", O_RDONLY));
  EXPECT(w, IN_OPEN, "");
  EXPECT(w, IN_IGNORED, "");
  close(open("f", O_RDONLY));
  NONE();
  CHECK_EQ(unlink("s"), 0);
  EXPECT(link, IN_ATTRIB, "");
  EXPECT(link, IN_DELETE_SELF, "");
  EXPECT(link, IN_IGNORED, "");
  int d = inotify_add_watch(fd, "d", IN_MODIFY | IN_EXCL_UNLINK);
  int f = open("d/x", O_RDWR | O_CREAT, 0600);
  CHECK_EQ(write(f, "x", 1), 1);
  EXPECT(d, IN_MODIFY, "x");
  CHECK_EQ(unlink("d/x"), 0);
  CHECK_EQ(write(f, "x", 1), 1);
  NONE();
  CHECK_EQ(close(f), 0);
  d = inotify_add_watch(fd, "d", IN_OPEN | IN_CLOSE);
  closedir(opendir("d"));
  EXPECT(d, IN_OPEN | IN_ISDIR, "");
  EXPECT(d, IN_CLOSE_NOWRITE | IN_ISDIR, "");
  CHECK_EQ(inotify_rm_watch(fd, d), 0);
  EXPECT(d, IN_IGNORED, "");
}

static void* touch_later(void* unused) {
  (void)unused;
  nap(0.02);
  close(open("d/late", O_WRONLY | O_CREAT, 0600));
  return NULL;
}

static void waiting(void) {
  struct pollfd one = {fd, POLLIN, 0};
  struct epoll_event event = {.events = EPOLLIN};
  int set = epoll_create1(0), size;
  CHECK_EQ(epoll_ctl(set, EPOLL_CTL_ADD, fd, &event), 0);
  CHECK_EQ(poll(&one, 1, 0), 0);
  int d = inotify_add_watch(fd, "d", IN_CREATE);
  pthread_t thread;
  double start = date();
  CHECK_EQ(pthread_create(&thread, NULL, touch_later, NULL), 0);
  CHECK_EQ(epoll_wait(set, &event, 1, 10000), 1);
  CHECK(elapsed(start, 0.02));
  CHECK_EQ(poll(&one, 1, 0), 1);
  CHECK_EQ(one.revents, POLLIN);
  CHECK_EQ(ioctl(fd, FIONREAD, &size), 0);
  CHECK_EQ(size, 32);
  CHECK_ERRNO(read(fd, events, 31), EINVAL); /* too small for it */
  EXPECT(d, IN_CREATE, "late");
  CHECK_EQ(pthread_join(thread, NULL), 0);
  CHECK_EQ(unlink("d/late"), 0);
  CHECK_EQ(fcntl(fd, F_SETFL, 0), 0);
  start = date();
  CHECK_EQ(pthread_create(&thread, NULL, touch_later, NULL), 0);
  EXPECT(d, IN_CREATE, "late");
  CHECK(elapsed(start, 0.02));
  CHECK_EQ(pthread_join(thread, NULL), 0);
  CHECK_EQ(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
  CHECK_EQ(close(set), 0);
}

static void overflow(void) {
  char name[32];
  int d = inotify_add_watch(fd, "d", IN_ATTRIB);
  close(open("d/a", O_WRONLY | O_CREAT, 0600));
  close(open("d/b", O_WRONLY | O_CREAT, 0600));
  for (int i = 0; i < 10000; i++) { /* the default queue is of 16384 */
    CHECK_EQ(chmod("d/a", 0600), 0);
    CHECK_EQ(chmod("d/b", 0600), 0);
  }
  int count = 0, lost = 0;
  for (ssize_t size; (size = read(fd, events, sizeof events)) > 0;)
    for (ssize_t i = 0; i < size;) {
      const struct inotify_event* event = (void*)(events + i);
      count += event->wd == d && event->mask == IN_ATTRIB;
      lost += event->wd == -1 && event->mask == IN_Q_OVERFLOW;
      i += (ssize_t)(sizeof *event + event->len);
    }
  CHECK(count >= 16383 && count < 20000);
  CHECK_EQ(lost, 1);
  (void)name;
}

int main(void) {
  errors();
  in_directory();
  moves();
  itself();
  flags();
  waiting();
  overflow();
  CHECK_EQ(close(fd), 0);
  return 0;
}
