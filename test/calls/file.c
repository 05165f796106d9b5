// CALLS: open openat creat __open_2 __openat_2 read __read_chk write pread __pread_chk pwrite
// CALLS: lseek close close_range closefrom dup dup2 dup3 fsync fdatasync syncfs sync ftruncate
// CALLS: truncate isatty ttyname ttyname_r readv writev preadv pwritev preadv2 pwritev2
// CALLS: sendfile copy_file_range fallocate posix_fallocate posix_fadvise readahead sync_file_range
// RUN: %both
//
// Regular files through descriptors.
#define _GNU_SOURCE
#include "check.h"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

int __open_2(const char* path, int flags);
int __openat_2(int directory_fd, const char* path, int flags);
ssize_t __read_chk(int fd, void* buffer, size_t size, size_t room);
ssize_t __pread_chk(int fd, void* buffer, size_t size, off_t offset, size_t room);

static void opening(void) {
  CHECK_ERRNO(open("absent", O_RDONLY), ENOENT);
  CHECK_ERRNO(open("absent/x", O_RDWR | O_CREAT, 0600), ENOENT);
  CHECK_ERRNO(open("", O_RDONLY), ENOENT);
  int fd = open("a", O_RDWR | O_CREAT | O_EXCL, 0640);
  CHECK_EQ(fd, 3);
  CHECK_ERRNO(open("a", O_RDWR | O_CREAT | O_EXCL, 0640), EEXIST);
  CHECK_ERRNO(open("a/b", O_RDONLY), ENOTDIR);
  CHECK_ERRNO(open("a/", O_RDONLY), ENOTDIR);
  CHECK_ERRNO(open("b/", O_RDWR | O_CREAT, 0600), EISDIR);
  CHECK_ERRNO(open("a", O_RDONLY | O_DIRECTORY), ENOTDIR);
  CHECK_ERRNO(open(".", O_WRONLY), EISDIR);
  CHECK_EQ(fcntl(fd, F_GETFL) & (O_ACCMODE | O_APPEND), O_RDWR);
  CHECK_EQ(write(fd, "hello world", 11), 11);
  CHECK_EQ(close(fd), 0);
  CHECK_ERRNO(close(fd), EBADF);
  CHECK_ERRNO(write(fd, "x", 1), EBADF);
  CHECK_ERRNO(read(-1, &fd, 1), EBADF);
  fd = __open_2("a", O_RDONLY);
  char text[32];
  CHECK_EQ(__read_chk(fd, text, 5, sizeof text), 5);
  CHECK(memcmp(text, "hello", 5) == 0);
  CHECK_ERRNO(write(fd, "x", 1), EBADF);
  CHECK_EQ(close(fd), 0);
  fd = openat(AT_FDCWD, "a", O_WRONLY | O_TRUNC);
  CHECK_ERRNO(read(fd, text, 1), EBADF);
  struct stat stat;
  CHECK_EQ(fstat(fd, &stat), 0);
  CHECK_EQ(stat.st_size, 0);
  CHECK_EQ(stat.st_mode, S_IFREG | 0640);
  close(fd);
  fd = creat("a", 0600);
  CHECK_EQ(fd, 3);
  close(fd);
  fd = __openat_2(AT_FDCWD, "a", O_RDONLY);
  CHECK_EQ(fd, 3);
  close(fd);
  CHECK_ERRNO(openat(77, "a", O_RDONLY), EBADF);
  CHECK_EQ(openat(77, "/dev/null", O_RDONLY), 3);
  close(3);
}

static void positions(void) {
  char text[32] = "";
  int fd = open("p", O_RDWR | O_CREAT | O_TRUNC, 0600);
  CHECK_EQ(pwrite(fd, "0123456789", 10, 0), 10);
  CHECK_EQ(lseek(fd, 0, SEEK_CUR), 0);
  CHECK_EQ(lseek(fd, -4, SEEK_END), 6);
  CHECK_EQ(read(fd, text, 32), 4);
  CHECK(memcmp(text, "6789", 4) == 0);
  CHECK_EQ(read(fd, text, 32), 0);
  CHECK_EQ(pread(fd, text, 3, 2), 3);
  CHECK(memcmp(text, "234", 3) == 0);
  CHECK_EQ(__pread_chk(fd, text, 3, 9, sizeof text), 1);
  CHECK_EQ(lseek(fd, 0, SEEK_CUR), 10);
  CHECK_ERRNO(lseek(fd, -1, SEEK_SET), EINVAL);
  CHECK_ERRNO(lseek(fd, 0, 99), EINVAL);
  CHECK_ERRNO(pread(fd, text, 1, -1), EINVAL);
  int other = dup(fd);
  CHECK_EQ(lseek(other, 1, SEEK_SET), 1);
  CHECK_EQ(lseek(fd, 0, SEEK_CUR), 1); /* one description */
  close(other);
  int again = open("p", O_WRONLY | O_APPEND);
  CHECK_EQ(write(again, "ab", 2), 2);
  CHECK_EQ(pread(fd, text, 32, 10), 2);
  CHECK_EQ(lseek(fd, 20, SEEK_SET), 20);
  CHECK_EQ(write(fd, "z", 1), 1);
  CHECK_EQ(pread(fd, text, 32, 11), 10);
  CHECK(text[1] == 0 && text[9] == 'z');
  close(again);
  close(fd);
  int ends[2];
  CHECK_EQ(pipe(ends), 0);
  CHECK_ERRNO(lseek(ends[0], 0, SEEK_CUR), ESPIPE);
  CHECK_ERRNO(pread(ends[0], text, 1, 0), ESPIPE);
  CHECK_ERRNO(fsync(ends[0]), EINVAL);
  CHECK_ERRNO(ftruncate(ends[1], 0), EINVAL);
  close(ends[0]);
  close(ends[1]);
}

static void numbers(void) {
  int fd = open("p", O_RDONLY);
  CHECK_EQ(fd, 3);
  CHECK_EQ(dup(fd), 4);
  CHECK_EQ(dup2(fd, 10), 10);
  CHECK_EQ(dup2(fd, fd), fd);
  CHECK_ERRNO(dup2(99, 5), EBADF);
  CHECK_ERRNO(dup2(fd, -1), EBADF);
  CHECK_ERRNO(dup3(fd, fd, 0), EINVAL);
  CHECK_EQ(dup3(fd, 11, O_CLOEXEC), 11);
  CHECK_EQ(fcntl(11, F_GETFD), FD_CLOEXEC);
  CHECK_EQ(fcntl(10, F_GETFD), 0);
  CHECK_EQ(close(4), 0);
  CHECK_EQ(open("p", O_RDONLY), 4); /* the lowest */
  CHECK_EQ(close_range(10, 10, 0), 0);
  CHECK_ERRNO(fcntl(10, F_GETFD), EBADF);
  CHECK_EQ(fcntl(11, F_GETFD), FD_CLOEXEC);
  CHECK_ERRNO(close_range(5, 4, 0), EINVAL);
  closefrom(3);
  CHECK_ERRNO(fcntl(11, F_GETFD), EBADF);
  CHECK_ERRNO(fcntl(3, F_GETFD), EBADF);
  for (int i = 3; i < 500; i++)
    CHECK_EQ(open("/dev/null", O_RDWR), i);
  CHECK_EQ(close(250), 0);
  CHECK_EQ(close(70), 0);
  CHECK_EQ(dup(0), 70);
  CHECK_EQ(dup(0), 250);
  CHECK_EQ(dup(0), 500);
  closefrom(3);
}

static void sizes(void) {
  struct stat stat;
  int fd = open("s", O_RDWR | O_CREAT | O_TRUNC, 0600);
  CHECK_EQ(ftruncate(fd, 100), 0);
  CHECK_EQ(fstat(fd, &stat), 0);
  CHECK_EQ(stat.st_size, 100);
  CHECK_ERRNO(ftruncate(fd, -1), EINVAL);
  CHECK_EQ(truncate("s", 10), 0);
  CHECK_EQ(lseek(fd, 0, SEEK_END), 10);
  CHECK_ERRNO(truncate("absent", 0), ENOENT);
  CHECK_ERRNO(truncate(".", 0), EISDIR);
  CHECK_EQ(posix_fallocate(fd, 0, 200), 0);
  CHECK_EQ(lseek(fd, 0, SEEK_END), 200);
  CHECK_EQ(posix_fallocate(fd, 0, 0), EINVAL);
  CHECK(fallocate(fd, 0, 0, 300) == 0 || errno == EOPNOTSUPP);
  CHECK_EQ(posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL), 0);
  CHECK_EQ(posix_fadvise(99, 0, 0, POSIX_FADV_SEQUENTIAL), EBADF);
  CHECK_EQ(readahead(fd, 0, 10), 0);
  CHECK_EQ(sync_file_range(fd, 0, 0, 0), 0);
  CHECK_EQ(fsync(fd), 0);
  CHECK_EQ(fdatasync(fd), 0);
  CHECK_EQ(syncfs(fd), 0);
  sync();
  CHECK_ERRNO(fsync(99), EBADF);
  close(fd);
}

static void vectors(void) {
  char a[4] = "", b[4] = "", c[8];
  struct iovec out[2] = {{"abc", 3}, {"defg", 4}}, in[2] = {{a, 3}, {b, 4}};
  int fd = open("v", O_RDWR | O_CREAT | O_TRUNC, 0600);
  CHECK_EQ(writev(fd, out, 2), 7);
  CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
  CHECK_EQ(readv(fd, in, 2), 7);
  CHECK(memcmp(a, "abc", 3) == 0 && memcmp(b, "defg", 4) == 0);
  CHECK_EQ(preadv(fd, in, 1, 4), 3);
  CHECK(memcmp(a, "efg", 3) == 0);
  CHECK_EQ(pwritev(fd, out, 2, 1), 7);
  CHECK_EQ(preadv2(fd, in, 1, 1, 0), 3);
  CHECK(memcmp(a, "abc", 3) == 0);
  CHECK_EQ(pwritev2(fd, out, 1, -1, 0), 3);
  CHECK_EQ(pread(fd, c, 8, 0), 8);
  CHECK_EQ(lseek(fd, 0, SEEK_CUR), 10);
  CHECK_ERRNO(readv(fd, in, -1), EINVAL);
  CHECK_ERRNO(readv(fd, in, 5000), EINVAL);
  CHECK_ERRNO(preadv(fd, in, 1, -2), EINVAL);
  close(fd);
}

static void copies(void) {
  char text[32] = "";
  int from = open("from", O_RDWR | O_CREAT | O_TRUNC, 0600);
  int to = open("to", O_RDWR | O_CREAT | O_TRUNC, 0600);
  CHECK_EQ(write(from, "0123456789", 10), 10);
  off_t offset = 2;
  CHECK_EQ(sendfile(to, from, &offset, 4), 4);
  CHECK_EQ(offset, 6);
  CHECK_EQ(lseek(from, 0, SEEK_CUR), 10);
  CHECK_EQ(lseek(from, 8, SEEK_SET), 8);
  CHECK_EQ(sendfile(to, from, NULL, 100), 2);
  CHECK_EQ(sendfile(to, from, NULL, 100), 0);
  CHECK_EQ(pread(to, text, 32, 0), 6);
  CHECK(memcmp(text, "234589", 6) == 0);
  CHECK_ERRNO(sendfile(to, 99, NULL, 1), EBADF);
  int ends[2];
  CHECK_EQ(pipe(ends), 0);
  offset = 0;
  CHECK_EQ(sendfile(ends[1], from, &offset, 10), 10);
  CHECK_EQ(read(ends[0], text, 32), 10);
  close(ends[0]);
  close(ends[1]);
  off_t in = 0, out = 0;
  CHECK_EQ(copy_file_range(from, &in, to, &out, 3, 0), 3);
  CHECK_EQ(in, 3);
  CHECK_EQ(out, 3);
  CHECK_EQ(pread(to, text, 32, 0), 6);
  CHECK(memcmp(text, "012589", 6) == 0);
  CHECK_ERRNO(copy_file_range(from, &in, to, &out, 3, 1), EINVAL);
  in = 0;
  out = 2;
  CHECK_ERRNO(copy_file_range(from, &in, from, &out, 5, 0), EINVAL); /* they overlap */
  out = 20;
  CHECK_EQ(copy_file_range(from, &in, from, &out, 5, 0), 5);
  int directory = open(".", O_RDONLY);
  CHECK_ERRNO(copy_file_range(directory, NULL, to, NULL, 5, 0), EISDIR);
  close(directory);
  int append = open("to", O_WRONLY | O_APPEND), reader = open("to", O_RDONLY);
  CHECK_ERRNO(copy_file_range(from, NULL, append, NULL, 5, 0), EBADF);
  CHECK_ERRNO(copy_file_range(from, NULL, reader, NULL, 5, 0), EBADF);
  CHECK_ERRNO(sendfile(append, from, NULL, 1), EINVAL);
  CHECK_ERRNO(sendfile(reader, from, NULL, 1), EBADF);
  close(append);
  close(reader);
  close(from);
  close(to);
}

static void no_terminal(void) {
  char name[32];
  int fd = open("p", O_RDONLY);
  errno = 0;
  CHECK_EQ(isatty(fd), 0);
  CHECK_EQ(errno, ENOTTY);
  CHECK_EQ(isatty(99), 0);
  CHECK_EQ(errno, EBADF);
  CHECK(ttyname(fd) == NULL);
  CHECK_EQ(ttyname_r(fd, name, sizeof name), ENOTTY);
  close(fd);
}

static void devices(void) {
  char text[16];
  memset(text, 1, sizeof text);
  int fd = open("/dev/zero", O_RDONLY);
  CHECK_EQ(read(fd, text, 16), 16);
  CHECK_EQ(text[15], 0);
  close(fd);
  fd = open("/dev/null", O_RDWR);
  CHECK_EQ(read(fd, text, 16), 0);
  CHECK_EQ(write(fd, text, 16), 16);
  close(fd);
  fd = open("/dev/full", O_WRONLY);
  CHECK_ERRNO(write(fd, text, 16), ENOSPC);
  close(fd);
  fd = open("/dev/urandom", O_RDONLY);
  CHECK_EQ(read(fd, text, 16), 16);
  struct stat stat;
  CHECK_EQ(fstat(fd, &stat), 0);
  CHECK(S_ISCHR(stat.st_mode));
  close(fd);
}

int main(void) {
  closefrom(3);
  opening();
  positions();
  numbers();
  sizes();
  vectors();
  copies();
  no_terminal();
  devices();
  return 0;
}
