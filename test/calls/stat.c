// CALLS: stat lstat fstat fstatat statx umask chmod fchmod fchmodat lchmod chown lchown fchown
// CALLS: fchownat utimensat futimens utimes lutimes futimes futimesat utime statfs fstatfs statvfs
// CALLS: fstatvfs getxattr lgetxattr fgetxattr setxattr lsetxattr fsetxattr listxattr llistxattr
// CALLS: flistxattr removexattr lremovexattr fremovexattr
// RUN: %both
//
// What stat shows, and changing it.
#define _GNU_SOURCE
#include "check.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <utime.h>

static mode_t mode_of(const char* path) {
  struct stat result;
  CHECK_EQ(lstat(path, &result), 0);
  return result.st_mode & 07777;
}

static long modified(const char* path) {
  struct stat result;
  CHECK_EQ(lstat(path, &result), 0);
  return result.st_mtim.tv_sec;
}

static void modes(void) {
  umask(022);
  CHECK_EQ(umask(027), 022);
  int fd = open("f", O_RDWR | O_CREAT | O_TRUNC, 0666);
  CHECK_EQ(mode_of("f"), 0640);
  CHECK_EQ(mkdir("dir", 0777), 0);
  CHECK_EQ(mode_of("dir"), 0750);
  CHECK_EQ(chmod("f", 0), 0);
  CHECK_EQ(mode_of("f"), 0);
  CHECK_EQ(write(fd, "x", 1), 1); /* what is open stays open */
  CHECK_EQ(fchmod(fd, 04711), 0);
  CHECK_EQ(mode_of("f"), 04711);
  CHECK_EQ(fchmodat(AT_FDCWD, "f", 0600, 0), 0);
  CHECK_EQ(mode_of("f"), 0600);
  CHECK_ERRNO(chmod("absent", 0600), ENOENT);
  CHECK_ERRNO(fchmod(99, 0600), EBADF);
  CHECK_EQ(chmod("dir", 01777), 0);
  CHECK_EQ(mode_of("dir"), 01777);
  lchmod("f", 0600); /* Linux may or may not */
  close(fd);
}

static void owners(void) {
  struct stat result;
  CHECK_EQ(chown("f", geteuid(), getegid()), 0);
  CHECK_EQ(lchown("f", -1, -1), 0);
  CHECK_EQ(fchownat(AT_FDCWD, "f", -1, -1, AT_SYMLINK_NOFOLLOW), 0);
  int fd = open("f", O_RDONLY);
  CHECK_EQ(fchown(fd, geteuid(), -1), 0);
  CHECK_EQ(fstat(fd, &result), 0);
  CHECK_EQ(result.st_uid, geteuid());
  CHECK_ERRNO(chown("absent", 0, 0), ENOENT);
  if (geteuid() == 0) {
    CHECK_EQ(chown("f", 12, 34), 0);
    CHECK_EQ(stat("f", &result), 0);
    CHECK_EQ(result.st_uid, 12);
    CHECK_EQ(result.st_gid, 34);
  }
  close(fd);
}

static void kinds(void) {
  struct stat result, other;
  CHECK_EQ(symlink("f", "link"), 0);
  CHECK_EQ(lstat("link", &result), 0);
  CHECK(S_ISLNK(result.st_mode));
  CHECK_EQ(result.st_size, 1);
  CHECK_EQ(stat("link", &result), 0);
  CHECK(S_ISREG(result.st_mode));
  CHECK_EQ(stat("dir/.", &result), 0);
  CHECK(S_ISDIR(result.st_mode));
  CHECK_EQ(stat("f", &result), 0);
  int fd = open("f", O_RDWR);
  CHECK_EQ(fstat(fd, &other), 0);
  CHECK_EQ(result.st_ino, other.st_ino);
  CHECK_EQ(result.st_dev, other.st_dev);
  CHECK_EQ(result.st_nlink, 1);
  CHECK_EQ(fstatat(AT_FDCWD, "link", &other, AT_SYMLINK_NOFOLLOW), 0);
  CHECK(S_ISLNK(other.st_mode));
  CHECK_EQ(fstatat(fd, "", &other, AT_EMPTY_PATH), 0);
  CHECK_EQ(result.st_ino, other.st_ino);
  CHECK_ERRNO(fstatat(AT_FDCWD, "f", &other, 0x8000), EINVAL);
  struct statx extended;
  CHECK_EQ(statx(AT_FDCWD, "f", 0, STATX_BASIC_STATS, &extended), 0);
  CHECK_EQ(extended.stx_ino, result.st_ino);
  CHECK_EQ(extended.stx_size, result.st_size);
  CHECK_ERRNO(stat("absent", &result), ENOENT);
  CHECK_ERRNO(stat("f/x", &result), ENOTDIR);
  CHECK_ERRNO(fstat(99, &result), EBADF);
  close(fd);
  int ends[2];
  CHECK_EQ(pipe(ends), 0);
  CHECK_EQ(fstat(ends[0], &result), 0);
  CHECK(S_ISFIFO(result.st_mode));
  close(ends[0]);
  close(ends[1]);
}

static void times(void) {
  struct stat result;
  const struct timespec set[2] = {{1000, 5}, {2000, 7}};
  CHECK_EQ(utimensat(AT_FDCWD, "f", set, 0), 0);
  CHECK_EQ(stat("f", &result), 0);
  CHECK_EQ(result.st_atim.tv_sec, 1000);
  CHECK_EQ(result.st_mtim.tv_sec, 2000);
  CHECK_EQ(result.st_mtim.tv_nsec, 7);
  const struct timespec half[2] = {{0, UTIME_OMIT}, {3000, 0}};
  int fd = open("f", O_RDWR);
  CHECK_EQ(futimens(fd, half), 0);
  CHECK_EQ(fstat(fd, &result), 0);
  CHECK_EQ(result.st_atim.tv_sec, 1000);
  CHECK_EQ(modified("f"), 3000);
  const struct timeval coarse[2] = {{1, 2}, {4000, 3}};
  CHECK_EQ(utimes("f", coarse), 0);
  CHECK_EQ(modified("f"), 4000);
  CHECK_EQ(lutimes("link", coarse), 0);
  CHECK_EQ(modified("link"), 4000);
  CHECK_EQ(futimes(fd, (struct timeval[2]){{1, 0}, {5000, 0}}), 0);
  CHECK_EQ(modified("f"), 5000);
  CHECK_EQ(futimesat(AT_FDCWD, "f", coarse), 0);
  CHECK_EQ(modified("f"), 4000);
  CHECK_EQ(utime("f", &(struct utimbuf){10, 20}), 0);
  CHECK_EQ(modified("f"), 20);
  CHECK_EQ(utimes("f", NULL), 0);
  struct timeval now;
  gettimeofday(&now, NULL);
  CHECK(now.tv_sec - modified("f") <= 1);
  CHECK_EQ(utime("f", &(struct utimbuf){10, 20}), 0);
  CHECK_EQ(write(fd, "y", 1), 1);
  CHECK(now.tv_sec - modified("f") <= 1); /* written now */
  CHECK_ERRNO(utimes("f", (struct timeval[2]){{0, 2000000}, {0, 0}}), EINVAL);
  CHECK_ERRNO(utimes("absent", NULL), ENOENT);
  close(fd);
}

static void file_system(void) {
  struct statfs plain;
  struct statvfs posix;
  int fd = open("f", O_RDONLY);
  CHECK_EQ(statfs(".", &plain), 0);
  CHECK(plain.f_bsize > 0 && plain.f_blocks >= plain.f_bfree);
  CHECK_EQ(fstatfs(fd, &plain), 0);
  CHECK_EQ(statvfs("f", &posix), 0);
  CHECK_EQ(posix.f_namemax, 255);
  CHECK_EQ(fstatvfs(fd, &posix), 0);
  CHECK_ERRNO(statfs("absent", &plain), ENOENT);
  CHECK_ERRNO(fstatvfs(99, &posix), EBADF);
  close(fd);
}

/* A file system may have them or not. */
static void check_unsupported(long result) {
  CHECK(result >= 0 || errno == ENOTSUP || errno == ENODATA || errno == EPERM);
}

static void extended_attributes(void) {
  char value[8];
  int fd = open("f", O_RDWR);
  check_unsupported(setxattr("f", "user.a", "v", 1, 0));
  check_unsupported(lsetxattr("f", "user.a", "v", 1, 0));
  check_unsupported(fsetxattr(fd, "user.a", "v", 1, 0));
  check_unsupported(getxattr("f", "user.a", value, 8));
  check_unsupported(lgetxattr("f", "user.a", value, 8));
  check_unsupported(fgetxattr(fd, "user.a", value, 8));
  check_unsupported(listxattr("f", NULL, 0));
  check_unsupported(llistxattr("f", NULL, 0));
  check_unsupported(flistxattr(fd, NULL, 0));
  check_unsupported(removexattr("f", "user.a"));
  check_unsupported(lremovexattr("f", "user.a"));
  check_unsupported(fremovexattr(fd, "user.a"));
  CHECK_ERRNO(getxattr("absent", "user.a", value, 8), ENOENT);
  CHECK_ERRNO(fgetxattr(99, "user.a", value, 8), EBADF);
  close(fd);
}

/* The name of a bound socket is a file. */
static void sockets(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "bound"};
  struct stat status;
  int fd = socket(AF_UNIX, SOCK_STREAM, 0), other = socket(AF_UNIX, SOCK_STREAM, 0);
  const mode_t mask = umask(027);
  CHECK_EQ(bind(fd, (struct sockaddr*)&address, sizeof address), 0);
  umask(mask);
  CHECK_EQ(stat("bound", &status), 0);
  CHECK_EQ(status.st_mode, S_IFSOCK | 0750);
  CHECK_EQ(status.st_size, 0);
  CHECK_ERRNO(bind(other, (struct sockaddr*)&address, sizeof address), EADDRINUSE);
  CHECK_ERRNO(open("bound", O_RDWR), ENXIO);
  CHECK_EQ(listen(fd, 1), 0);
  CHECK_EQ(rename("bound", "moved"), 0);
  CHECK_ERRNO(connect(other, (struct sockaddr*)&address, sizeof address), ENOENT);
  strcpy(address.sun_path, "moved");
  CHECK_EQ(connect(other, (struct sockaddr*)&address, sizeof address), 0);
  CHECK_EQ(close(other), 0);
  CHECK_EQ(close(fd), 0);
  CHECK_EQ(stat("moved", &status), 0); /* it stays */
  other = socket(AF_UNIX, SOCK_STREAM, 0);
  CHECK_ERRNO(connect(other, (struct sockaddr*)&address, sizeof address), ECONNREFUSED);
  CHECK_EQ(close(other), 0);
  CHECK_EQ(unlink("moved"), 0);
}

/* A path and a descriptor tell the same, of files that the runtime makes as well. */
static void same(void) {
  static const char* const paths[] = {"/etc/hosts", "/proc/uptime", "/dev/null"};
  for (int i = 0; i < 3; i++) {
    struct stat named, opened;
    const int fd = open(paths[i], O_RDONLY);
    CHECK_EQ(stat(paths[i], &named), 0);
    CHECK_EQ(fstat(fd, &opened), 0);
    CHECK_EQ(named.st_mode, opened.st_mode);
    CHECK_EQ(named.st_size, opened.st_size);
    char text[4096];
    if (i == 0)
      CHECK_EQ(read(fd, text, sizeof text), opened.st_size);
    CHECK_EQ(close(fd), 0);
  }
}

int main(void) {
  modes();
  same();
  owners();
  kinds();
  times();
  file_system();
  extended_attributes();
  sockets();
  return 0;
}
