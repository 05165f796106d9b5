// CALLS: rename renameat renameat2
// RUN: %both
//
// Renaming: what is replaced, exchanged, refused; open directories and working directories that
// move, and those that are removed.
#define _GNU_SOURCE
#include "check.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void make(const char* path, const char* text) {
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  CHECK(fd >= 0);
  CHECK_EQ(write(fd, text, strlen(text)), strlen(text));
  close(fd);
}

static int holds(const char* path, const char* text) {
  char found[64] = "";
  int fd = open(path, O_RDONLY);
  if (fd < 0)
    return 0;
  ssize_t size = read(fd, found, sizeof found - 1);
  close(fd);
  return size >= 0 && strcmp(found, text) == 0;
}

static int ends_with(const char* path, const char* end) {
  const size_t length = strlen(path), wanted = strlen(end);
  return length >= wanted && strcmp(path + length - wanted, end) == 0;
}

static void exchange(void) {
  struct stat status;
  make("one", "1");
  CHECK_EQ(mkdir("dir", 0755), 0);
  make("dir/in", "inner");
  CHECK_ERRNO(renameat2(AT_FDCWD, "one", AT_FDCWD, "absent", RENAME_EXCHANGE), ENOENT);
  CHECK_ERRNO(renameat2(AT_FDCWD, "absent", AT_FDCWD, "one", RENAME_EXCHANGE), ENOENT);
  CHECK_ERRNO(renameat2(AT_FDCWD, "one", AT_FDCWD, "dir", RENAME_EXCHANGE | RENAME_NOREPLACE),
              EINVAL);
  CHECK_ERRNO(renameat2(AT_FDCWD, "one", AT_FDCWD, "dir", 0x80), EINVAL);
  CHECK_ERRNO(renameat2(AT_FDCWD, "dir", AT_FDCWD, "dir/in", RENAME_EXCHANGE), EINVAL);
  int fd = open("dir", O_RDONLY | O_DIRECTORY);
  CHECK_EQ(renameat2(AT_FDCWD, "one", AT_FDCWD, "dir", RENAME_EXCHANGE), 0);
  CHECK(holds("dir", "1") && holds("one/in", "inner"));
  CHECK_EQ(fstatat(fd, "in", &status, 0), 0);
  CHECK_EQ(mkdir("dir2", 0755), 0);
  make("dir2/other", "other");
  CHECK_EQ(renameat2(AT_FDCWD, "one", AT_FDCWD, "dir2", RENAME_EXCHANGE), 0);
  CHECK(holds("dir2/in", "inner") && holds("one/other", "other"));
  CHECK_EQ(fstatat(fd, "in", &status, 0), 0);
  close(fd);
  CHECK_EQ(renameat2(AT_FDCWD, "dir", AT_FDCWD, "plain", RENAME_NOREPLACE), 0);
  CHECK_EQ(rename("one", "dir"), 0);
  CHECK_EQ(unlink("dir/other"), 0);
  CHECK_EQ(rmdir("dir"), 0);
}

static void refusals(void) {
  CHECK_ERRNO(rename(".", "x"), EBUSY);
  CHECK_ERRNO(rename("dir2", "dir2/x/y"), ENOENT);
  CHECK_ERRNO(rename("dir2/in", "dir2"), ENOTEMPTY);
  CHECK_ERRNO(rename("plain/", "x"), ENOTDIR);
  CHECK_ERRNO(rename("plain", "x/"), ENOTDIR);
  CHECK_EQ(mkdir("empty", 0755), 0);
  CHECK_ERRNO(rename("plain", "empty"), EISDIR);
  CHECK_ERRNO(rename("empty", "plain"), ENOTDIR);
  CHECK_EQ(rename("empty/", "empty2/"), 0);
  CHECK_EQ(symlink("plain", "soft"), 0);
  CHECK_EQ(rename("soft", "soft2"), 0); /* the link itself */
  struct stat status;
  CHECK_EQ(lstat("soft2", &status), 0);
  CHECK(S_ISLNK(status.st_mode));
  CHECK(holds("plain", "1"));
  CHECK_EQ(rename("plain", "soft2"), 0); /* in place of it */
  CHECK_EQ(lstat("soft2", &status), 0);
  CHECK(S_ISREG(status.st_mode));
  CHECK_EQ(rename("soft2", "plain"), 0);
}

static void moving(void) {
  char here[PATH_MAX];
  struct stat status, before;
  CHECK_EQ(mkdir("a", 0755), 0);
  CHECK_EQ(mkdir("a/b", 0755), 0);
  CHECK_EQ(mkdir("to", 0755), 0);
  int outer = open("a", O_RDONLY | O_DIRECTORY), inner = open("a/b", O_PATH);
  int top = open(".", O_RDONLY), file = openat(inner, "f", O_RDWR | O_CREAT, 0600);
  CHECK(file >= 0);
  CHECK_EQ(fstat(file, &before), 0);
  CHECK_EQ(chdir("a/b"), 0);
  CHECK_EQ(renameat(top, "a", top, "to/c"), 0);
  CHECK(getcwd(here, sizeof here) && ends_with(here, "/to/c/b"));
  CHECK_EQ(stat("f", &status), 0);
  CHECK_EQ(status.st_ino, before.st_ino);
  CHECK_EQ(fstatat(outer, "b/f", &status, 0), 0);
  CHECK_EQ(fstatat(inner, "../b/f", &status, 0), 0);
  make("../made", "made");
  CHECK_EQ(fchdir(top), 0);
  CHECK(holds("to/c/made", "made"));
  CHECK_EQ(mkdir("a", 0755), 0); /* another one by the old name */
  CHECK_ERRNO(fstatat(outer, "new", &status, 0), ENOENT);
  make("a/new", "new");
  CHECK_ERRNO(fstatat(outer, "new", &status, 0), ENOENT);
  CHECK_EQ(fchdir(outer), 0);
  CHECK(getcwd(here, sizeof here) && ends_with(here, "/to/c"));
  CHECK_EQ(fchdir(top), 0);
  char link[64], target[PATH_MAX] = "";
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  CHECK(readlink(link, target, sizeof target - 1) > 0);
  CHECK(ends_with(target, "/to/c/b/f"));
  CHECK_EQ(unlink("to/c/b/f"), 0);
  memset(target, 0, sizeof target);
  CHECK(readlink(link, target, sizeof target - 1) > 0);
  CHECK(ends_with(target, "/to/c/b/f (deleted)"));
  CHECK_EQ(close(file), 0);
  /* A child moves what its parent stands in. */
  CHECK_EQ(chdir("to"), 0);
  pid_t child = fork();
  if (child == 0)
    _exit(renameat(top, "to", top, "moved"));
  int result;
  CHECK(waitpid(child, &result, 0) == child && result == 0);
  CHECK(getcwd(here, sizeof here) && ends_with(here, "/moved"));
  CHECK_EQ(fchdir(top), 0);
  close(outer);
  close(inner);
  close(top);
}

static void removed(void) {
  struct stat status;
  CHECK_EQ(mkdir("gone", 0755), 0);
  int top = open(".", O_RDONLY), fd = open("gone", O_RDONLY);
  CHECK_EQ(chdir("gone"), 0);
  CHECK_EQ(rmdir("../gone"), 0);
  CHECK_ERRNO(open("x", O_WRONLY | O_CREAT, 0600), ENOENT);
  CHECK_ERRNO(mkdir("x", 0700), ENOENT);
  CHECK_ERRNO(openat(fd, "x", O_WRONLY | O_CREAT, 0600), ENOENT);
  CHECK_ERRNO(stat("x", &status), ENOENT);
  CHECK(getcwd((char[PATH_MAX]){0}, PATH_MAX) == NULL && errno == ENOENT);
  CHECK_EQ(fstat(fd, &status), 0);
  CHECK_EQ(status.st_nlink, 0);
  CHECK_EQ(fchdir(top), 0);
  CHECK_ERRNO(stat("gone", &status), ENOENT);
  for (int i = 0; i < 20; i++) { /* new files have nothing to do with it */
    char name[16];
    snprintf(name, sizeof name, "new%d", i);
    CHECK_EQ(i % 2 ? mkdir(name, 0755) : mknod(name, S_IFREG | 0600, 0), 0);
    struct stat other;
    CHECK_EQ(fstat(fd, &status), 0);
    CHECK_EQ(stat(name, &other), 0);
    CHECK_EQ(status.st_nlink, 0);
    CHECK(status.st_ino != other.st_ino);
    CHECK(S_ISDIR(status.st_mode));
  }
  DIR* directory = fdopendir(fd);
  CHECK(directory);
  errno = 0;
  CHECK(readdir(directory) == NULL && errno == 0);
  closedir(directory);
  close(top);
}

int main(void) {
  exchange();
  refusals();
  moving();
  removed();
  return 0;
}
