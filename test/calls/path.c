// CALLS: chdir fchdir getcwd __getcwd_chk getwd get_current_dir_name chroot realpath __realpath_chk
// CALLS: canonicalize_file_name readlink readlinkat __readlink_chk __readlinkat_chk access
// CALLS: faccessat euidaccess link linkat symlink symlinkat unlink unlinkat rmdir remove rename
// CALLS: renameat renameat2 pathconf fpathconf mkdir mkdirat mknod mknodat
// RUN: %both
//
// Names of files.
#define _GNU_SOURCE
#include "check.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

char* __getcwd_chk(char* buffer, size_t size, size_t room);
char* __realpath_chk(const char* path, char* resolved, size_t room);
ssize_t __readlink_chk(const char* path, char* buffer, size_t size, size_t room);
ssize_t __readlinkat_chk(int fd, const char* path, char* buffer, size_t size, size_t room);

static char top[PATH_MAX];

static void make(const char* path, const char* text) {
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  CHECK(fd >= 0);
  CHECK_EQ(write(fd, text, strlen(text)), strlen(text));
  close(fd);
}

/* Whether `path` is `name` in the directory where we started. */
static int in_top(const char* path, const char* name) {
  char expected[PATH_MAX + 64];
  snprintf(expected, sizeof expected, "%s/%s", strcmp(top, "/") == 0 ? "" : top, name);
  return strcmp(path, expected) == 0;
}

static void directories(void) {
  char here[PATH_MAX];
  CHECK(getcwd(top, sizeof top) == top);
  CHECK_EQ(mkdir("d", 0755), 0);
  CHECK_ERRNO(mkdir("d", 0755), EEXIST);
  CHECK_ERRNO(mkdir("x/y", 0755), ENOENT);
  CHECK_EQ(mkdir("d/e/", 0700), 0);
  CHECK_EQ(chdir("d/e"), 0);
  CHECK(getcwd(here, sizeof here) && in_top(here, "d/e"));
  CHECK(__getcwd_chk(here, sizeof here, sizeof here) && in_top(here, "d/e"));
  CHECK(getwd(here) && in_top(here, "d/e"));
  CHECK(getcwd(here, 2) == NULL && errno == ERANGE);
  CHECK(getcwd(here, 0) == NULL && errno == EINVAL);
  char* own = getcwd(NULL, 0);
  CHECK(own && in_top(own, "d/e"));
  free(own);
  own = get_current_dir_name();
  CHECK(own && in_top(own, "d/e"));
  free(own);
  int fd = open("..", O_RDONLY | O_DIRECTORY);
  CHECK(fd >= 0);
  CHECK_EQ(mkdirat(fd, "f", 0755), 0);
  CHECK_EQ(fchdir(fd), 0);
  CHECK(getcwd(here, sizeof here) && in_top(here, "d"));
  CHECK_ERRNO(rmdir("."), EINVAL);
  CHECK_ERRNO(rmdir("absent"), ENOENT);
  CHECK_EQ(rmdir("f"), 0);
  CHECK_EQ(chdir(top), 0);
  CHECK_ERRNO(rmdir("d"), ENOTEMPTY);
  CHECK_ERRNO(chdir("absent"), ENOENT);
  make("file", "text");
  CHECK_ERRNO(chdir("file"), ENOTDIR);
  CHECK_ERRNO(rmdir("file"), ENOTDIR);
  CHECK_ERRNO(fchdir(99), EBADF);
  int file = open("file", O_RDONLY);
  CHECK_ERRNO(fchdir(file), ENOTDIR);
  CHECK_ERRNO(openat(file, "x", O_RDONLY), ENOTDIR);
  close(file);
  close(fd);
  CHECK_EQ(open("d/../d/./e//../../file", O_RDONLY), 3);
  close(3);
  char longest[NAME_MAX + 10];
  memset(longest, 'n', sizeof longest);
  longest[sizeof longest - 1] = 0;
  CHECK_ERRNO(open(longest, O_RDONLY), ENAMETOOLONG);
  CHECK_ERRNO(mknod("file", S_IFREG | 0600, 0), EEXIST);
  CHECK_EQ(mknod("node", S_IFREG | 0600, 0), 0);
  CHECK_EQ(mknodat(AT_FDCWD, "socket", S_IFSOCK | 0600, 0), 0);
  struct stat stat;
  CHECK_EQ(lstat("socket", &stat), 0);
  CHECK(S_ISSOCK(stat.st_mode));
  CHECK_ERRNO(open("socket", O_RDONLY), ENXIO);
  CHECK_EQ(unlink("socket"), 0);
  CHECK_EQ(unlink("node"), 0);
}

static void links(void) {
  char text[64] = "";
  CHECK_EQ(symlink("file", "soft"), 0);
  CHECK_ERRNO(symlink("file", "soft"), EEXIST);
  CHECK_ERRNO(symlink("", "empty"), ENOENT);
  CHECK_EQ(readlink("soft", text, sizeof text), 4);
  CHECK(memcmp(text, "file", 4) == 0);
  CHECK_EQ(readlink("soft", text, 2), 2);
  CHECK_EQ(__readlink_chk("soft", text, 2, sizeof text), 2);
  CHECK_EQ(readlinkat(AT_FDCWD, "soft", text, sizeof text), 4);
  CHECK_EQ(__readlinkat_chk(AT_FDCWD, "soft", text, 3, sizeof text), 3);
  CHECK_ERRNO(readlink("file", text, sizeof text), EINVAL);
  CHECK_ERRNO(readlink("absent", text, sizeof text), ENOENT);
  CHECK_EQ(open("soft", O_RDONLY), 3);
  CHECK_EQ(read(3, text, 10), 4);
  close(3);
  CHECK_ERRNO(open("soft", O_RDONLY | O_NOFOLLOW), ELOOP);
  CHECK_ERRNO(open("soft", O_RDWR | O_CREAT | O_EXCL, 0600), EEXIST);
  CHECK_EQ(symlinkat("loop", AT_FDCWD, "loop"), 0);
  CHECK_ERRNO(open("loop", O_RDONLY), ELOOP);
  CHECK_EQ(symlink("../d", "d/up"), 0);
  CHECK_EQ(open("d/up/up/../d/up", O_RDONLY | O_DIRECTORY), 3);
  close(3);
  CHECK_EQ(symlink("made", "dangling"), 0);
  CHECK_EQ(open("dangling", O_RDWR | O_CREAT, 0600), 3); /* makes the target */
  close(3);
  CHECK_EQ(access("made", F_OK), 0);
  char* whole = realpath("d/up/../soft", NULL);
  CHECK(whole && in_top(whole, "file"));
  free(whole);
  char here[PATH_MAX];
  CHECK(__realpath_chk("d/e/..", here, sizeof here) && in_top(here, "d"));
  CHECK(realpath("absent", here) == NULL && errno == ENOENT);
  whole = canonicalize_file_name("d/up");
  CHECK(whole && in_top(whole, "d"));
  free(whole);

  struct stat first, second;
  CHECK_EQ(link("file", "hard"), 0);
  CHECK_ERRNO(link("file", "hard"), EEXIST);
  CHECK_ERRNO(link("d", "hard2"), EPERM);
  CHECK_ERRNO(link("absent", "hard2"), ENOENT);
  CHECK_EQ(linkat(AT_FDCWD, "soft", AT_FDCWD, "hard2", AT_SYMLINK_FOLLOW), 0);
  CHECK_EQ(stat("file", &first), 0);
  CHECK_EQ(stat("hard2", &second), 0);
  CHECK_EQ(first.st_ino, second.st_ino);
  CHECK_EQ(first.st_nlink, 3);
  CHECK_EQ(rename("file", "hard"), 0); /* the same file: nothing happens */
  CHECK_EQ(access("file", F_OK), 0);
  CHECK_EQ(unlink("hard"), 0);
  CHECK_EQ(unlink("hard2"), 0);
  CHECK_ERRNO(unlink("hard2"), ENOENT);
  CHECK_ERRNO(unlink("d"), EISDIR);
}

static void renaming(void) {
  make("one", "1");
  make("two", "22");
  CHECK_ERRNO(renameat2(AT_FDCWD, "one", AT_FDCWD, "two", RENAME_NOREPLACE), EEXIST);
  CHECK_EQ(rename("one", "two"), 0);
  CHECK_ERRNO(access("one", F_OK), ENOENT);
  struct stat stat_of;
  CHECK_EQ(stat("two", &stat_of), 0);
  CHECK_EQ(stat_of.st_size, 1);
  CHECK_ERRNO(rename("one", "three"), ENOENT);
  CHECK_ERRNO(rename("two", "d"), EISDIR);
  CHECK_ERRNO(rename("d", "two"), ENOTDIR);
  CHECK_ERRNO(rename("d", "d/e/x"), EINVAL);
  CHECK_EQ(mkdir("g", 0755), 0);
  CHECK_ERRNO(rename("g", "d"), ENOTEMPTY);
  CHECK_EQ(renameat(AT_FDCWD, "d", AT_FDCWD, "g"), 0); /* over an empty one */
  CHECK_EQ(access("g/e", F_OK), 0);
  CHECK_EQ(rename("g", "d"), 0);
  CHECK_EQ(rename("two", "two"), 0);
  int fd = open("two", O_RDONLY);
  CHECK_EQ(unlink("two"), 0);
  CHECK_EQ(fstat(fd, &stat_of), 0);
  CHECK_EQ(stat_of.st_nlink, 0);
  char byte;
  CHECK_EQ(read(fd, &byte, 1), 1);
  close(fd);
  CHECK_EQ(unlinkat(AT_FDCWD, "d/e", AT_REMOVEDIR), 0);
  CHECK_EQ(unlinkat(AT_FDCWD, "d/up", 0), 0);
  CHECK_EQ(remove("d"), 0);
  CHECK_EQ(remove("soft"), 0);
  CHECK_ERRNO(remove("soft"), ENOENT);
}

static void permissions(void) {
  CHECK_EQ(access("file", R_OK | W_OK), 0);
  CHECK_ERRNO(access("file", X_OK), EACCES);
  CHECK_EQ(access(".", X_OK), 0);
  CHECK_ERRNO(access("absent", F_OK), ENOENT);
  CHECK_ERRNO(access("file", 99), EINVAL);
  CHECK_EQ(faccessat(AT_FDCWD, "file", R_OK, 0), 0);
  CHECK_EQ(euidaccess("file", R_OK), 0);
  CHECK_EQ(pathconf(".", _PC_NAME_MAX), 255);
  CHECK_EQ(pathconf("/", _PC_PATH_MAX), 4096);
  CHECK_EQ(fpathconf(0, _PC_PIPE_BUF), 4096);
  CHECK_ERRNO(pathconf("absent", _PC_NAME_MAX), ENOENT);
}

/* Where the emulated program differs from an ordinary user's, it is root. */
static void new_root(void) {
  if (geteuid() != 0)
    return;
  char here[64];
  CHECK_EQ(mkdir("newroot", 0755), 0);
  make("newroot/inside", "x");
  CHECK_EQ(chroot("newroot"), 0);
  CHECK_EQ(chdir("/"), 0);
  CHECK(getcwd(here, sizeof here));
  CHECK(strcmp(here, "/") == 0);
  CHECK_EQ(access("/inside", F_OK), 0);
  CHECK_EQ(access("../../inside", F_OK), 0);
  CHECK_ERRNO(access("/file", F_OK), ENOENT);
}

int main(void) {
  closefrom(3);
  directories();
  links();
  renaming();
  permissions();
  new_root();
  return 0;
}
