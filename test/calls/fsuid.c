// CALLS: setfsuid setfsgid
// RUN: %both
//
// Another user for files only.
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/fsuid.h>
#include <sys/stat.h>

#include "child.h"

static void as_root(void* unused) {
  struct stat made;
  (void)unused;
  CHECK_EQ(setfsuid(-1), 0);
  CHECK_EQ(setfsuid(1000), 0);
  CHECK_EQ(setfsuid(-1), 1000);
  CHECK_EQ(setfsgid(1001), 0);
  CHECK_EQ(setfsgid(-1), 1001);
  CHECK(geteuid() == 0 && getegid() == 0);
  CHECK_ERRNO(open("secret", O_RDONLY), EACCES);
  int fd = open("open/made", O_RDWR | O_CREAT | O_EXCL, 0600);
  CHECK(fd >= 0);
  CHECK_EQ(fstat(fd, &made), 0);
  CHECK(made.st_uid == 1000 && made.st_gid == 1001);
  close(fd);
  const pid_t pid = fork(); /* inherited */
  if (pid == 0)
    _exit(setfsuid(-1) == 1000 && setfsgid(-1) == 1001 ? 3 : 4);
  CHECK_EQ(WEXITSTATUS(child_status(pid)), 3);
  CHECK_EQ(setfsuid(0), 1000);
  fd = open("secret", O_RDONLY);
  CHECK(fd >= 0);
  close(fd);
  CHECK_EQ(setfsuid(1000), 0);
  CHECK_EQ(seteuid(0), 0); /* takes the file system's along */
  CHECK_EQ(setfsuid(-1), 0);
  CHECK_EQ(setegid(5), 0);
  CHECK_EQ(setfsgid(-1), 5);
}

static void as_other(void* unused) {
  (void)unused;
  CHECK_EQ(setresuid(1000, 1001, 1002), 0);
  CHECK_EQ(setfsuid(77), 1001); /* may not */
  CHECK_EQ(setfsuid(1000), 1001);
  CHECK_EQ(setfsuid(1002), 1000);
  CHECK_EQ(setfsuid(-1), 1002);
}

int main(void) {
  CHECK_EQ(setfsuid(-1), geteuid());
  CHECK_EQ(setfsgid(-1), getegid());
  if (geteuid() != 0)
    return 0;
  umask(0);
  CHECK_EQ(mkdir("open", 0777), 0);
  const int fd = open("secret", O_RDWR | O_CREAT | O_EXCL, 0600);
  CHECK(fd >= 0);
  close(fd);
  in_child(as_root, NULL);
  in_child(as_other, NULL);
  return 0;
}
