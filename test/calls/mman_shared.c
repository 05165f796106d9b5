// CALLS: mmap munmap mremap madvise memfd_create shm_open fork
// RUN: %both
//
// Memory that processes share: anonymous over fork, files, shm_open, memfd_create; mremap and
// madvise on it.
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"

enum { PAGE = 4096, BOTH = PROT_READ | PROT_WRITE };

static char* map(size_t size, int flags, int fd, off_t offset) {
  char* memory = mmap(NULL, size, BOTH, flags, fd, offset);
  CHECK(memory != MAP_FAILED);
  return memory;
}

static void anonymous(void) {
  char* shared = map(3 * PAGE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  char* private = map(PAGE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  shared[0] = private[0] = 1;
  if (child_enters()) {
    CHECK(shared[0] == 1 && private[0] == 1);
    shared[0] = private[0] = 2;
    shared[2 * PAGE] = 3; /* a page that nobody had touched */
    if (child_enters()) { /* and its grandchild */
      shared[PAGE] = 4;
      _exit(0);
    }
    CHECK_EQ(shared[PAGE], 4);
    CHECK_EQ(munmap(shared, 3 * PAGE), 0); /* its own view only */
    _exit(0);
  }
  CHECK_EQ(shared[0], 2);
  CHECK_EQ(shared[PAGE], 4);
  CHECK_EQ(shared[2 * PAGE], 3);
  CHECK_EQ(private[0], 1);

  /* Many times to and fro, while both run. */
  int ends[2], back[2];
  CHECK_EQ(pipe(ends), 0);
  CHECK_EQ(pipe(back), 0);
  volatile int* count = (volatile int*)(shared + PAGE);
  *count = 0;
  pid_t pid = fork();
  if (pid == 0) {
    for (int i = 0; i < 100; i++) {
      char byte;
      CHECK_EQ(read(ends[0], &byte, 1), 1);
      CHECK_EQ(*count, 2 * i + 1);
      ++*count;
      CHECK_EQ(write(back[1], "x", 1), 1);
    }
    _exit(0);
  }
  for (int i = 0; i < 100; i++) {
    ++*count;
    char byte;
    CHECK_EQ(write(ends[1], "x", 1), 1);
    CHECK_EQ(read(back[0], &byte, 1), 1);
    CHECK_EQ(*count, 2 * i + 2);
  }
  int status;
  CHECK_EQ(waitpid(pid, &status, 0), pid);
  CHECK_EQ(status, 0);

  /* Protections are of a process. */
  CHECK_EQ(mprotect(shared, PAGE, PROT_READ), 0);
  if (child_enters()) {
    CHECK_EQ(mprotect(shared, PAGE, BOTH), 0);
    shared[0] = 9;
    _exit(0);
  }
  CHECK_EQ(shared[0], 9);
  CHECK_EQ(munmap(shared + PAGE, PAGE), 0);
  shared[2 * PAGE] = 5;
  if (child_enters()) {
    CHECK(shared[0] == 9 && shared[2 * PAGE] == 5);
    shared[2 * PAGE] = 6;
    _exit(0);
  }
  CHECK_EQ(shared[2 * PAGE], 6);
  CHECK_EQ(munmap(shared, 3 * PAGE), 0);
  CHECK_EQ(munmap(private, PAGE), 0);
}

static void files(void) {
  int fd = open("file", O_RDWR | O_CREAT | O_TRUNC, 0600);
  CHECK_EQ(ftruncate(fd, 3 * PAGE), 0);
  char* shared = map(2 * PAGE, MAP_SHARED, fd, PAGE);
  char* private = map(3 * PAGE, MAP_PRIVATE, fd, 0);
  shared[0] = 'a';
  CHECK_EQ(private[PAGE], 'a'); /* not written: still the file's */
  private[PAGE] = 'p';
  if (child_enters()) {
    /* Another process opens it for itself and maps it elsewhere. */
    int again = open("file", O_RDWR);
    char* other = map(3 * PAGE, MAP_SHARED, again, 0);
    CHECK_EQ(other[PAGE], 'a');
    CHECK_EQ(private[PAGE], 'p');
    CHECK_EQ(private[2 * PAGE], 0);
    other[2 * PAGE + 5] = 'b';
    CHECK_EQ(shared[PAGE + 5], 'b');
    CHECK_EQ(pwrite(again, "c", 1, PAGE + 7), 1);
    CHECK_EQ(msync(other, 3 * PAGE, MS_SYNC), 0);
    private[0] = 'q';
    _exit(0);
  }
  CHECK_EQ(shared[PAGE + 5], 'b');
  CHECK_EQ(shared[7], 'c');
  CHECK_EQ(private[0], 0);
  char byte;
  CHECK_EQ(pread(fd, &byte, 1, 2 * PAGE + 5), 1);
  CHECK_EQ(byte, 'b');
  CHECK_EQ(munmap(shared, 2 * PAGE), 0);
  CHECK_EQ(munmap(private, 3 * PAGE), 0);
  close(fd);

  fd = open("file", O_RDONLY);
  shared = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
  CHECK(shared != MAP_FAILED);
  CHECK_ERRNO(mprotect(shared, PAGE, BOTH), EACCES);
  CHECK_EQ(munmap(shared, PAGE), 0);
  close(fd);
  fd = open("/dev/zero", O_RDWR);
  shared = map(PAGE, MAP_SHARED, fd, 0);
  private = map(PAGE, MAP_PRIVATE, fd, 0);
  if (child_enters()) {
    shared[1] = private[1] = 'z';
    _exit(0);
  }
  CHECK(shared[1] == 'z' && private[1] == 0);
  close(fd);
}

static void named(void) {
  char name[64];
  sprintf(name, "/simterpose-%d", getpid());
  int fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
  CHECK(fd >= 0);
  CHECK_EQ(ftruncate(fd, PAGE), 0);
  char* memory = map(PAGE, MAP_SHARED, fd, 0);
  close(fd);
  if (child_enters()) {
    int other = shm_open(name, O_RDWR, 0);
    CHECK(other >= 0);
    struct stat status;
    CHECK_EQ(fstat(other, &status), 0);
    CHECK_EQ(status.st_size, PAGE);
    char* again = map(PAGE, MAP_SHARED, other, 0);
    CHECK(again != memory);
    strcpy(again, "hello");
    CHECK_EQ(shm_unlink(name), 0);
    _exit(0);
  }
  CHECK(strcmp(memory, "hello") == 0);
  CHECK_ERRNO(shm_open(name, O_RDWR, 0), ENOENT);
  CHECK_EQ(munmap(memory, PAGE), 0);
}

static void sealed(void) {
  int fd = (int)syscall(SYS_memfd_create, "plain", 0); /* as before libc had the function */
  CHECK(fd >= 0);
  CHECK_EQ(fcntl(fd, F_GET_SEALS), F_SEAL_SEAL);
  CHECK_ERRNO(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE), EPERM);
  close(fd);
  fd = memfd_create("sealed", MFD_ALLOW_SEALING | MFD_CLOEXEC);
  CHECK_EQ(fcntl(fd, F_GET_SEALS), 0);
  CHECK_EQ(ftruncate(fd, PAGE), 0);
  char* memory = map(PAGE, MAP_SHARED, fd, 0);
  if (child_enters()) {
    memory[0] = 'm';
    _exit(0);
  }
  CHECK_EQ(memory[0], 'm');
  CHECK_EQ(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW), 0);
  CHECK_ERRNO(ftruncate(fd, 2 * PAGE), EPERM);
  CHECK_ERRNO(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE), EBUSY);
  CHECK_EQ(munmap(memory, PAGE), 0);
  CHECK_EQ(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK), 0);
  CHECK_EQ(fcntl(fd, F_GET_SEALS), F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW);
  CHECK_ERRNO(write(fd, "x", 1), EPERM);
  CHECK_ERRNO(ftruncate(fd, 0), EPERM);
  CHECK(mmap(NULL, PAGE, BOTH, MAP_SHARED, fd, 0) == MAP_FAILED && errno == EPERM);
  memory = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
  /* Linux before 6.7 wants it private. */
  CHECK(memory == MAP_FAILED ? errno == EPERM : memory[0] == 'm');
  memory = map(PAGE, MAP_PRIVATE, fd, 0);
  memory[0] = 'n';
  char byte;
  CHECK_EQ(pread(fd, &byte, 1, 0), 1);
  CHECK_EQ(byte, 'm');
  CHECK_EQ(fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL), 0);
  CHECK_ERRNO(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW), EPERM);
  close(fd);
}

static void moving(void) {
  /* Shared memory stays shared wherever it goes. */
  char* shared = map(2 * PAGE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  char* place = map(8 * PAGE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  shared[0] = 1;
  shared[PAGE] = 2;
  char* moved = mremap(shared, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, place + PAGE);
  CHECK(moved == place + PAGE);
  CHECK(moved[0] == 1 && moved[PAGE] == 2 && place[0] == 0 && place[3 * PAGE] == 0);
  if (child_enters()) {
    moved[0] = 3;
    _exit(0);
  }
  CHECK_EQ(moved[0], 3);
  /* With an old size of 0: a second view. */
  char* second = mremap(moved, 0, 2 * PAGE, MREMAP_MAYMOVE);
  CHECK(second != MAP_FAILED && second != moved);
  second[PAGE] = 4;
  CHECK_EQ(moved[PAGE], 4);
  if (child_enters()) {
    moved[PAGE] = 5;
    _exit(0);
  }
  CHECK_EQ(second[PAGE], 5);
  CHECK(mremap(place, 0, PAGE, MREMAP_MAYMOVE) == MAP_FAILED && errno == EINVAL);
  CHECK_EQ(munmap(second, 2 * PAGE), 0);

  /* Private: grown again and again, partly in place, partly moved. */
  char* grown = map(PAGE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  grown[0] = 7;
  for (int pages = 1; pages < 64; pages *= 2) {
    grown = mremap(grown, (size_t)pages * PAGE, (size_t)pages * 2 * PAGE, MREMAP_MAYMOVE);
    CHECK(grown != MAP_FAILED);
    CHECK_EQ(grown[0], 7);
    for (int i = pages; i < 2 * pages; i++) {
      CHECK_EQ(grown[i * PAGE], 0);
      grown[i * PAGE] = (char)i;
    }
    if (pages == 8 && child_enters()) {
      CHECK_EQ(grown[15 * PAGE], 15);
      grown = mremap(grown, 16 * PAGE, 100 * PAGE, MREMAP_MAYMOVE);
      CHECK(grown != MAP_FAILED && grown[15 * PAGE] == 15 && grown[99 * PAGE] == 0);
      _exit(0);
    }
  }
  for (int i = 1; i < 64; i++)
    CHECK_EQ(grown[i * PAGE], i);
  char* less = mremap(grown, 64 * PAGE, 2 * PAGE, 0);
  CHECK(less == grown && less[PAGE] == 1);
  char* kept = mremap(less, 2 * PAGE, 2 * PAGE, MREMAP_MAYMOVE | MREMAP_DONTUNMAP);
  CHECK(kept != MAP_FAILED && kept != less);
  CHECK(kept[0] == 7 && kept[PAGE] == 1 && less[0] == 0 && less[PAGE] == 0);
  CHECK_EQ(munmap(less, 2 * PAGE), 0);
  CHECK_EQ(munmap(kept, 2 * PAGE), 0);

  CHECK(mremap(place + 1, PAGE, PAGE, 0) == MAP_FAILED && errno == EINVAL);
  CHECK(mremap(place, PAGE, 0, 0) == MAP_FAILED && errno == EINVAL);
  CHECK(mremap(place, PAGE, 2 * PAGE, 0) == MAP_FAILED && errno == ENOMEM);
  CHECK(mremap(place, PAGE, PAGE, MREMAP_FIXED, place + PAGE) == MAP_FAILED && errno == EINVAL);
  CHECK(mremap(place, 2 * PAGE, PAGE, MREMAP_FIXED | MREMAP_MAYMOVE, place + PAGE) == MAP_FAILED &&
        errno == EINVAL);
  CHECK(mremap(place, 2 * PAGE, 3 * PAGE, MREMAP_MAYMOVE) == MAP_FAILED && errno == EFAULT);
  CHECK_EQ(munmap(place, 8 * PAGE), 0);

  /* A file's mapping grows into the rest of the file. */
  int fd = open("file", O_RDWR);
  CHECK_EQ(pwrite(fd, "g", 1, 2 * PAGE), 1);
  char* file = map(PAGE, MAP_SHARED, fd, 0);
  file = mremap(file, PAGE, 3 * PAGE, MREMAP_MAYMOVE);
  CHECK(file != MAP_FAILED);
  CHECK_EQ(file[2 * PAGE], 'g');
  file[2 * PAGE] = 'h';
  char byte;
  CHECK_EQ(pread(fd, &byte, 1, 2 * PAGE), 1);
  CHECK_EQ(byte, 'h');
  CHECK_EQ(munmap(file, 3 * PAGE), 0);
  close(fd);
}

static void advice(void) {
  char* memory = map(3 * PAGE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  char* shared = map(PAGE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  memset(memory, 1, 3 * PAGE);
  shared[0] = 1;
  CHECK_EQ(madvise(memory, PAGE, MADV_WIPEONFORK), 0);
  CHECK_EQ(madvise(memory + PAGE, PAGE, MADV_WIPEONFORK), 0);
  CHECK_EQ(madvise(memory + PAGE, PAGE, MADV_KEEPONFORK), 0);
  CHECK_ERRNO(madvise(shared, PAGE, MADV_WIPEONFORK), EINVAL);
  CHECK_EQ(madvise(memory + 2 * PAGE, PAGE, MADV_DONTFORK), 0);
  if (child_enters()) {
    CHECK(memory[0] == 0 && memory[PAGE] == 1);
    _exit(0);
  }
  CHECK(memory[0] == 1 && memory[2 * PAGE] == 1);
  CHECK_EQ(madvise(shared, PAGE, MADV_DONTNEED), 0);
  CHECK_EQ(shared[0], 1);
  CHECK_EQ(madvise(shared, PAGE, MADV_REMOVE), 0);
  CHECK_EQ(shared[0], 0);
  CHECK_ERRNO(madvise(memory, PAGE, 12345), EINVAL);
  CHECK_ERRNO(madvise(memory + 1, PAGE, MADV_NORMAL), EINVAL);
  CHECK_EQ(munmap(memory, 3 * PAGE), 0);
  unsigned char resident;
  CHECK_ERRNO(mincore(memory, PAGE, &resident), ENOMEM);
  CHECK_ERRNO(madvise(memory, PAGE, MADV_DONTNEED), ENOMEM);
  CHECK_ERRNO(msync(memory, PAGE, MS_SYNC), ENOMEM);
  CHECK_ERRNO(mprotect(memory, PAGE, BOTH), ENOMEM);
  CHECK(mremap(memory, PAGE, 2 * PAGE, MREMAP_MAYMOVE) == MAP_FAILED && errno == EFAULT);
}

int main(void) {
  anonymous();
  files();
  named();
  sealed();
  moving();
  advice();
  return 0;
}
