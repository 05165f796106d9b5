// CALLS: mmap munmap mremap mprotect madvise posix_madvise msync mincore mlock mlock2 munlock
// CALLS: mlockall munlockall memfd_create shm_open shm_unlink
// RUN: %both
//
// Memory from mmap: anonymous, of files, shared.
#define _GNU_SOURCE
#include "check.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PAGE = 4096, BOTH = PROT_READ | PROT_WRITE };

static char* map(size_t size, int protection, int flags, int fd, off_t offset) {
  char* memory = mmap(NULL, size, protection, flags, fd, offset);
  CHECK(memory != MAP_FAILED);
  return memory;
}

static void anonymous(void) {
  char* memory = map(10 * PAGE, BOTH, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK_EQ((unsigned long)memory % PAGE, 0);
  for (int i = 0; i < 10 * PAGE; i += 512)
    CHECK_EQ(memory[i], 0);
  memset(memory, 1, 10 * PAGE);
  CHECK_EQ(munmap(memory + 4 * PAGE, 2 * PAGE), 0); /* a hole */
  CHECK_EQ(memory[0], 1);
  CHECK_EQ(memory[9 * PAGE], 1);
  char* fixed = mmap(memory + 4 * PAGE, PAGE, BOTH, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  CHECK(fixed == memory + 4 * PAGE);
  CHECK_EQ(fixed[0], 0);
  fixed = mmap(memory, PAGE, BOTH, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  CHECK(fixed == memory && memory[0] == 0 && memory[PAGE] == 1);
  CHECK(mmap(memory, PAGE, BOTH, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) ==
            MAP_FAILED &&
        errno == EEXIST);
  CHECK_EQ(munmap(memory, 10 * PAGE), 0);
  CHECK_EQ(munmap(memory, 10 * PAGE), 0); /* nothing there: fine */
  CHECK(mmap(NULL, 0, BOTH, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED && errno == EINVAL);
  CHECK(mmap(NULL, PAGE, BOTH, MAP_ANONYMOUS, -1, 0) == MAP_FAILED && errno == EINVAL);
  CHECK_ERRNO(munmap(memory + 1, PAGE), EINVAL);
  CHECK_ERRNO(munmap(memory, 0), EINVAL);
}

static void files(void) {
  int fd = open("f", O_RDWR | O_CREAT | O_TRUNC, 0600);
  char text[PAGE * 2];
  memset(text, 'a', PAGE);
  memset(text + PAGE, 'b', PAGE);
  CHECK_EQ(write(fd, text, sizeof text), sizeof text);
  char* memory = map(2 * PAGE, BOTH, MAP_PRIVATE, fd, 0);
  CHECK(memcmp(memory, text, sizeof text) == 0);
  memory[0] = 'x';
  CHECK_EQ(pread(fd, text, 1, 0), 1);
  CHECK_EQ(text[0], 'a');
  CHECK_EQ(munmap(memory, 2 * PAGE), 0);
  memory = map(PAGE, PROT_READ, MAP_PRIVATE, fd, PAGE);
  CHECK_EQ(memory[0], 'b');
  CHECK_EQ(munmap(memory, PAGE), 0);

  char* shared = map(PAGE, BOTH, MAP_SHARED, fd, 0);
  char* again = map(PAGE, PROT_READ, MAP_SHARED, fd, 0);
  shared[1] = 'y';
  CHECK_EQ(again[1], 'y');
  CHECK_EQ(msync(shared, PAGE, MS_SYNC), 0);
  CHECK_EQ(pread(fd, text, 2, 0), 2);
  CHECK_EQ(text[1], 'y');
  CHECK_EQ(munmap(again, PAGE), 0);
  CHECK_EQ(munmap(shared, PAGE), 0);
  CHECK_ERRNO(msync(map(PAGE, BOTH, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), PAGE, 99), EINVAL);
  close(fd);

  fd = open("f", O_RDONLY);
  CHECK(mmap(NULL, PAGE, BOTH, MAP_SHARED, fd, 0) == MAP_FAILED && errno == EACCES);
  memory = map(PAGE, BOTH, MAP_PRIVATE, fd, 0);
  close(fd);
  memory[0] = 'z'; /* the mapping stays */
  CHECK_EQ(munmap(memory, PAGE), 0);
  CHECK(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, 99, 0) == MAP_FAILED && errno == EBADF);
  int ends[2];
  CHECK_EQ(pipe(ends), 0);
  CHECK(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, ends[0], 0) == MAP_FAILED && errno == ENODEV);
}

static void growing(void) {
  char* memory = map(2 * PAGE, BOTH, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memory[0] = 1;
  memory[PAGE] = 2;
  char* grown = mremap(memory, 2 * PAGE, 20 * PAGE, MREMAP_MAYMOVE);
  CHECK(grown != MAP_FAILED);
  CHECK(grown[0] == 1 && grown[PAGE] == 2 && grown[2 * PAGE] == 0);
  CHECK(mremap(grown, 20 * PAGE, PAGE, 0) == grown);
  CHECK_EQ(grown[0], 1);
  CHECK_EQ(munmap(grown, PAGE), 0);
}

static void attributes(void) {
  char* memory = map(2 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK_EQ(mprotect(memory, PAGE, BOTH), 0);
  memory[0] = 1;
  CHECK_ERRNO(mprotect(memory + 1, PAGE, BOTH), EINVAL);
  CHECK_EQ(madvise(memory, PAGE, MADV_DONTNEED), 0);
  CHECK_EQ(memory[0], 0);
  CHECK_EQ(madvise(memory, PAGE, MADV_WILLNEED), 0);
  CHECK_EQ(posix_madvise(memory, PAGE, POSIX_MADV_NORMAL), 0);
  CHECK_EQ(posix_madvise(memory + 1, PAGE, POSIX_MADV_NORMAL), EINVAL);
  memory[0] = 1;
  unsigned char resident;
  CHECK_EQ(mincore(memory, PAGE, &resident), 0);
  CHECK_EQ(resident & 1, 1);
  CHECK_EQ(mlock(memory, PAGE), 0);
  CHECK_EQ(mlock2(memory, PAGE, MLOCK_ONFAULT), 0);
  CHECK_EQ(munlock(memory, PAGE), 0);
  CHECK(mlockall(MCL_CURRENT) == 0 || errno == ENOMEM || errno == EPERM);
  CHECK_EQ(munlockall(), 0);
  CHECK_ERRNO(mlockall(0), EINVAL);
  CHECK_EQ(munmap(memory, 2 * PAGE), 0);
}

static void named(void) {
  int fd = memfd_create("name", MFD_CLOEXEC);
  CHECK(fd >= 0);
  CHECK_EQ(ftruncate(fd, PAGE), 0);
  char *a = map(PAGE, BOTH, MAP_SHARED, fd, 0), *b = map(PAGE, BOTH, MAP_SHARED, fd, 0);
  a[5] = 6;
  CHECK_EQ(b[5], 6);
  close(fd);
  CHECK_ERRNO(memfd_create("name", 0x8000), EINVAL);
  fd = shm_open("/simterpose-test", O_RDWR | O_CREAT | O_EXCL, 0600);
  CHECK(fd >= 0);
  CHECK_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
  CHECK_ERRNO(shm_open("/simterpose-test", O_RDWR | O_CREAT | O_EXCL, 0600), EEXIST);
  CHECK_EQ(ftruncate(fd, PAGE), 0);
  int other = shm_open("/simterpose-test", O_RDWR, 0);
  a = map(PAGE, BOTH, MAP_SHARED, fd, 0);
  b = map(PAGE, BOTH, MAP_SHARED, other, 0);
  a[7] = 8;
  CHECK_EQ(b[7], 8);
  CHECK_EQ(shm_unlink("/simterpose-test"), 0);
  CHECK_ERRNO(shm_unlink("/simterpose-test"), ENOENT);
  CHECK_ERRNO(shm_open("/simterpose-test", O_RDWR, 0), ENOENT);
  close(fd);
  close(other);
}

int main(void) {
  anonymous();
  files();
  growing();
  attributes();
  named();
  return 0;
}
