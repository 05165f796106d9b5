// CALLS: open openat linkat fstatat faccessat readlinkat fchownat statx euidaccess
// RUN: %both
//
// O_TMPFILE, O_PATH, paths of descriptors (AT_EMPTY_PATH, /proc/self/fd), limits.
#define _GNU_SOURCE
#include "check.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static char* link_of(int fd) {
  static char name[32];
  snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
  return name;
}

static void nameless(void) {
  struct stat status;
  char text[8] = "";
  CHECK_ERRNO(open(".", O_TMPFILE | O_RDONLY, 0600), EINVAL);
  CHECK_ERRNO(open("absent", O_TMPFILE | O_RDWR, 0600), ENOENT);
  int fd = open(".", O_TMPFILE | O_RDWR, 0640);
  CHECK(fd >= 0);
  CHECK_EQ(fstat(fd, &status), 0);
  CHECK_EQ(status.st_nlink, 0);
  CHECK_EQ(status.st_mode, S_IFREG | 0640);
  CHECK_EQ(write(fd, "temp", 4), 4);
  CHECK_EQ(linkat(AT_FDCWD, link_of(fd), AT_FDCWD, "named", AT_SYMLINK_FOLLOW), 0);
  CHECK_ERRNO(linkat(AT_FDCWD, link_of(fd), AT_FDCWD, "named", AT_SYMLINK_FOLLOW), EEXIST);
  CHECK_EQ(close(fd), 0);
  CHECK_EQ(stat("named", &status), 0);
  CHECK_EQ(status.st_mode, S_IFREG | 0640);
  CHECK_EQ(status.st_nlink, 1);
  fd = open("named", O_RDONLY);
  CHECK_EQ(read(fd, text, 8), 4);
  close(fd);
}

static void handles(void) {
  struct stat status, same;
  struct statx more;
  char text[PATH_MAX] = "";
  int fd = open("named", O_PATH), other;
  CHECK(fd >= 0);
  CHECK_EQ(fcntl(fd, F_GETFL) & O_PATH, O_PATH);
  CHECK_ERRNO(read(fd, text, 1), EBADF);
  CHECK_ERRNO(write(fd, text, 1), EBADF);
  CHECK_ERRNO(ftruncate(fd, 0), EBADF);
  CHECK_ERRNO(fchmod(fd, 0600), EBADF);
  CHECK_ERRNO(fchown(fd, 0, 0), EBADF);
  CHECK_ERRNO(lseek(fd, 0, SEEK_SET), EBADF);
  CHECK_ERRNO(fcntl(fd, F_SETLK, &(struct flock){.l_type = F_RDLCK}), EBADF);
  CHECK(mmap(NULL, 1, PROT_READ, MAP_PRIVATE, fd, 0) == MAP_FAILED && errno == EBADF);
  CHECK_EQ(fstat(fd, &status), 0);
  CHECK_EQ(fstatat(fd, "", &same, AT_EMPTY_PATH), 0);
  CHECK_EQ(status.st_ino, same.st_ino);
  CHECK_EQ(statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &more), 0);
  CHECK_EQ(more.stx_ino, status.st_ino);
  CHECK_EQ(more.stx_size, 4);
  CHECK_ERRNO(statx(fd, "", 0, STATX_BASIC_STATS, &more), ENOENT);
  CHECK_ERRNO(statx(fd, "", AT_EMPTY_PATH, STATX__RESERVED, &more), EINVAL);
  CHECK_EQ(fchownat(fd, "", -1, -1, AT_EMPTY_PATH), 0);
  CHECK_EQ(linkat(fd, "", AT_FDCWD, "hard", AT_EMPTY_PATH), 0);
  CHECK_EQ(fstat(fd, &status), 0);
  CHECK_EQ(status.st_nlink, 2);
  other = open(link_of(fd), O_RDWR); /* reopened, it can do everything */
  CHECK(other >= 0);
  CHECK_EQ(pwrite(other, "T", 1, 0), 1);
  CHECK_EQ(lseek(other, 0, SEEK_CUR), 0);
  close(other);
  other = dup(fd);
  CHECK_EQ(fcntl(other, F_GETFL) & O_PATH, O_PATH);
  close(other);
  close(fd);
  CHECK_EQ(symlink("named", "soft"), 0);
  CHECK_ERRNO(open("soft", O_RDONLY | O_NOFOLLOW), ELOOP);
  fd = open("soft", O_PATH | O_NOFOLLOW);
  CHECK(fd >= 0);
  CHECK_EQ(fstat(fd, &status), 0);
  CHECK(S_ISLNK(status.st_mode));
  CHECK_EQ(readlinkat(fd, "", text, sizeof text), 5);
  CHECK_ERRNO(open(link_of(fd), O_RDONLY), ELOOP);
  close(fd);
  CHECK_EQ(mkdir("d", 0755), 0);
  fd = open("d", O_PATH | O_DIRECTORY);
  other = openat(fd, "in", O_RDWR | O_CREAT, 0600);
  CHECK(other >= 0);
  close(other);
  CHECK_EQ(faccessat(fd, "in", R_OK, 0), 0);
  CHECK_EQ(faccessat(AT_FDCWD, "d/in", W_OK, AT_EACCESS), 0);
  CHECK_ERRNO(faccessat(AT_FDCWD, "d/in", X_OK, AT_EACCESS), EACCES);
  CHECK_ERRNO(faccessat(AT_FDCWD, "d/in", 8, 0), EINVAL);
  CHECK_ERRNO(faccessat(AT_FDCWD, "d/in", R_OK, 0x8000), EINVAL);
  CHECK_EQ(euidaccess("d", X_OK), 0);
  char path[64];
  snprintf(path, sizeof path, "%s/in", link_of(fd));
  CHECK_EQ(access(path, F_OK), 0);
  snprintf(path, sizeof path, "%s/../named", link_of(fd));
  CHECK_EQ(access(path, F_OK), 0);
  CHECK_EQ(lstat(link_of(fd), &status), 0);
  CHECK(S_ISLNK(status.st_mode));
  CHECK_EQ(stat(link_of(fd), &status), 0);
  CHECK(S_ISDIR(status.st_mode));
  CHECK_EQ(fchdir(fd), 0);
  CHECK_EQ(chdir(".."), 0);
  close(fd);
}

static void reopened(void) {
  char text[64] = "";
  int fd = open("f", O_RDWR | O_CREAT | O_TRUNC, 0600), other;
  CHECK_EQ(write(fd, "hello", 5), 5);
  other = open(link_of(fd), O_RDONLY); /* a description of its own */
  CHECK_EQ(read(other, text, 8), 5);
  CHECK_EQ(lseek(fd, 0, SEEK_CUR), 5);
  CHECK_ERRNO(write(other, "x", 1), EBADF);
  close(other);
  CHECK_EQ(unlink("f"), 0);
  other = open(link_of(fd), O_RDWR); /* though nothing has its name */
  CHECK_EQ(read(other, text, 8), 5);
  close(other);
  close(fd);
  int ends[2];
  CHECK_EQ(pipe(ends), 0);
  CHECK(readlink(link_of(ends[0]), text, sizeof text - 1) > 0);
  CHECK(strncmp(text, "pipe:[", 6) == 0);
  other = open(link_of(ends[0]), O_WRONLY); /* another end */
  CHECK_EQ(write(other, "ab", 2), 2);
  close(ends[1]);
  CHECK_EQ(read(ends[0], text, 8), 2);
  close(other);
  CHECK_EQ(read(ends[0], text, 8), 0);
  close(ends[0]);
  CHECK_ERRNO(open(link_of(99), O_RDONLY), ENOENT);
  CHECK_ERRNO(readlink(link_of(99), text, sizeof text), ENOENT);
  CHECK_EQ(access("/proc/self/root/dev/null", R_OK), 0);
  CHECK_EQ(access("/proc/self/cwd/named", R_OK), 0);
}

static int signals;
static void count(int signal) { signals += signal == SIGXFSZ; }

static void limits(void) {
  struct rlimit limit = {10, 100};
  CHECK_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
  signal(SIGXFSZ, count);
  int fd = open("sized", O_RDWR | O_CREAT, 0600);
  CHECK_EQ(write(fd, "0123456", 7), 7);
  CHECK_EQ(write(fd, "0123456", 7), 3); /* as far as it goes */
  CHECK_ERRNO(write(fd, "x", 1), EFBIG);
  CHECK_EQ(signals, 1);
  CHECK_EQ(pwrite(fd, "x", 1, 9), 1);
  CHECK_ERRNO(ftruncate(fd, 11), EFBIG);
  CHECK_EQ(signals, 2);
  CHECK_ERRNO(truncate("sized", 11), EFBIG);
  CHECK_EQ(ftruncate(fd, 5), 0);
  close(fd);
  limit.rlim_cur = 20;
  limit.rlim_max = 1000;
  CHECK_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
  int last = 0;
  while ((fd = open("/dev/null", O_RDONLY)) >= 0)
    last = fd;
  CHECK_EQ(errno, EMFILE);
  CHECK_EQ(last, 19);
  CHECK_ERRNO(dup(0), EMFILE);
  CHECK_ERRNO(dup2(0, 20), EBADF);
  CHECK_ERRNO(fcntl(0, F_DUPFD, 20), EINVAL);
  closefrom(3);
}

int main(void) {
  closefrom(3);
  umask(0);
  nameless();
  handles();
  reopened();
  limits();
  return 0;
}
