// CALLS: stat utimensat futimens utimes lutimes futimes futimesat utime
// RUN: %both
//
// The three dates of files: what changes which. The naps are longer than the clock tick by which
// Linux dates files.
#define _GNU_SOURCE
#include "check.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>
#include <utime.h>

#include "elapsed.h"

static struct stat before;

static int follows(struct timespec a, struct timespec b) {
  return a.tv_sec > b.tv_sec || (a.tv_sec == b.tv_sec && a.tv_nsec > b.tv_nsec);
}

enum { ACCESS = 1, CONTENT = 2, CHANGE = 4 };

/* Which of the dates of a file have changed since the last time; remembers them. */
static int changed(const char* path) {
  struct stat now;
  CHECK_EQ(lstat(path, &now), 0);
  int which = 0;
  if (follows(now.st_atim, before.st_atim))
    which |= ACCESS;
  if (follows(now.st_mtim, before.st_mtim))
    which |= CONTENT;
  if (follows(now.st_ctim, before.st_ctim))
    which |= CHANGE;
  before = now;
  nap(0.012);
  return which;
}

static void look(const char* path) { changed(path); }

static void of_content(void) {
  char c;
  int fd = open("f", O_RDWR | O_CREAT, 0600);
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  look("f");
  CHECK(now.tv_sec - before.st_mtim.tv_sec <= 1);
  CHECK(memcmp(&before.st_atim, &before.st_mtim, sizeof now) == 0);
  CHECK(memcmp(&before.st_ctim, &before.st_mtim, sizeof now) == 0);
  CHECK_EQ(write(fd, "text", 4), 4);
  CHECK_EQ(changed("f"), CONTENT | CHANGE);
  CHECK_EQ(pwrite(fd, "", 0, 0), 0);
  CHECK_EQ(changed("f"), 0);
  CHECK_EQ(ftruncate(fd, 2), 0);
  CHECK_EQ(changed("f"), CONTENT | CHANGE);
  CHECK_EQ(truncate("f", 4), 0);
  CHECK_EQ(changed("f"), CONTENT | CHANGE);
  close(open("f", O_RDONLY));
  CHECK_EQ(changed("f"), 0);
  close(open("f", O_WRONLY | O_TRUNC));
  CHECK_EQ(changed("f"), CONTENT | CHANGE);
  (void)!pread(fd, &c, 1, 0); /* relatime: the first access after a change, or never (noatime) */
  const int first = changed("f");
  CHECK(first == 0 || first == ACCESS);
  (void)!pread(fd, &c, 1, 0);
  CHECK_EQ(changed("f"), 0);
  close(fd);
}

static void of_attributes(void) {
  CHECK_EQ(chmod("f", 0640), 0);
  CHECK_EQ(changed("f"), CHANGE);
  CHECK_EQ(chown("f", -1, getgid()), 0);
  CHECK_EQ(changed("f"), CHANGE);
  CHECK_EQ(link("f", "g"), 0);
  CHECK_EQ(changed("f"), CHANGE);
  CHECK_EQ(rename("f", "h"), 0);
  CHECK_EQ(changed("g"), CHANGE);
  CHECK_EQ(unlink("g"), 0);
  CHECK_EQ(changed("h"), CHANGE);
}

static void of_directories(void) {
  CHECK_EQ(mkdir("d", 0755), 0);
  look("d");
  close(open("d/x", O_WRONLY | O_CREAT, 0600));
  CHECK_EQ(changed("d"), CONTENT | CHANGE);
  close(open("d/x", O_WRONLY | O_TRUNC));
  CHECK_EQ(changed("d"), 0);
  CHECK_EQ(rename("d/x", "d/y"), 0);
  CHECK_EQ(changed("d"), CONTENT | CHANGE);
  CHECK_EQ(unlink("d/y"), 0);
  CHECK_EQ(changed("d"), CONTENT | CHANGE);
  CHECK_EQ(symlink("x", "d/s"), 0);
  CHECK_EQ(changed("d"), CONTENT | CHANGE);
  CHECK_EQ(mkdir("d/sub", 0755), 0);
  CHECK_EQ(changed("d"), CONTENT | CHANGE);
  CHECK_EQ(rmdir("d/sub"), 0);
  CHECK_EQ(changed("d"), CONTENT | CHANGE);
  CHECK_EQ(link("h", "d/hard"), 0);
  CHECK_EQ(changed("d"), CONTENT | CHANGE);
}

static void set(void) {
  struct stat status;
  const struct timespec one[2] = {{100, 7}, {200, 8}};
  const struct timespec access_only[2] = {{300, 0}, {.tv_nsec = UTIME_OMIT}};
  const struct timespec now_only[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_nsec = UTIME_NOW}};
  const struct timespec neither[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_nsec = UTIME_OMIT}};
  const struct timespec bad[2] = {{0, -1}, {0, 0}};
  CHECK_EQ(utimensat(AT_FDCWD, "h", one, 0), 0);
  CHECK_EQ(changed("h"), CHANGE);
  CHECK_EQ(before.st_atim.tv_sec, 100);
  CHECK_EQ(before.st_atim.tv_nsec, 7);
  CHECK_EQ(before.st_mtim.tv_sec, 200);
  CHECK_EQ(before.st_mtim.tv_nsec, 8);
  CHECK_EQ(utimensat(AT_FDCWD, "h", access_only, 0), 0);
  CHECK_EQ(changed("h"), ACCESS | CHANGE);
  CHECK_EQ(before.st_mtim.tv_sec, 200);
  int fd = open("h", O_RDWR);
  CHECK_EQ(futimens(fd, now_only), 0);
  CHECK_EQ(changed("h"), CONTENT | CHANGE);
  CHECK_EQ(before.st_atim.tv_sec, 300);
  CHECK_EQ(futimens(fd, neither), 0);
  CHECK_EQ(changed("h"), 0);
  CHECK_ERRNO(futimens(fd, bad), EINVAL);
  CHECK_ERRNO(utimensat(AT_FDCWD, "absent", one, 0), ENOENT);
  const struct timeval old[2] = {{1, 2}, {3, 4}};
  CHECK_EQ(utimes("h", old), 0);
  CHECK_EQ(stat("h", &status), 0);
  CHECK_EQ(status.st_atim.tv_nsec, 2000);
  CHECK_EQ(status.st_mtim.tv_sec, 3);
  CHECK_EQ(symlink("h", "link"), 0);
  CHECK_EQ(lutimes("link", old), 0);
  CHECK_EQ(lstat("link", &status), 0);
  CHECK_EQ(status.st_mtim.tv_sec, 3);
  CHECK_EQ(futimes(fd, NULL), 0);
  CHECK_EQ(stat("h", &status), 0);
  CHECK(status.st_mtim.tv_sec > 1000);
  const struct utimbuf seconds = {5, 6};
  CHECK_EQ(utime("link", &seconds), 0);
  CHECK_EQ(stat("h", &status), 0);
  CHECK_EQ(status.st_atim.tv_sec, 5);
  CHECK_EQ(status.st_mtim.tv_sec, 6);
  CHECK_EQ(futimesat(AT_FDCWD, "h", old), 0);
  close(fd);
}

int main(void) {
  of_content();
  of_attributes();
  of_directories();
  set();
  return 0;
}
