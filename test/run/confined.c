// A program cannot change anything outside its host's directory, whatever call it makes: it tries
// with a directory made by the real shell, whose contents, modes, dates and counts of links are
// then the same as before.
//
// RUN: rm -rf %t && mkdir -p %t/outside && cd %t
// RUN: for i in $(seq 1000 2500); do echo $i >outside/f$i; done
// RUN: for i in $(seq 1000 1400); do mkdir outside/d$i; done
// RUN: ln -s f1000 outside/soft && ln -s /nowhere outside/dangling && mkfifo outside/fifo
// RUN: chmod 0400 outside/f1[0-2]* && chmod 0500 outside/d10*
// RUN: find outside -exec touch -h -d 2001-02-03 {} +
// RUN: find outside -printf '%%p %%y %%m %%n %%U:%%G %%s %%T@ %%C@ %%l\n' | sort >before
// RUN: cat outside/f[0-9]* | cksum >>before
// RUN: %stp_clang -O2 -g -pthread -I%include %s -o confined
// RUN: %exits 1 %simterpose run -n 2 -q -o out ./confined %t/outside {rank} 2>said
// RUN: grep "cannot write .*/confined.2.stdout: Too many levels of symbolic links" said
// RUN: find outside -printf '%%p %%y %%m %%n %%U:%%G %%s %%T@ %%C@ %%l\n' | sort >after
// RUN: cat outside/f[0-9]* | cksum >>after
// RUN: diff before after
// RUN: grep "^tried [0-9][0-9][0-9][0-9]" out/node-0/tried
// RUN: test $(grep -rl BAD out/node-0 | wc -l) -gt 200
#define _GNU_SOURCE
#include "check.h"

#include <aio.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <mqueue.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <utime.h>

static const char* outside;
static char prefix[PATH_MAX]; /* a way to name it */
static int next_file, next_directory, tried;

/* Each attempt has files that nobody has touched: in the lower layer. */
static char* name_in(char* buffer, const char* directory, const char* format, int number) {
  int length = snprintf(buffer, PATH_MAX, "%s/", directory);
  snprintf(buffer + length, PATH_MAX - (size_t)length, format, number);
  tried++;
  return buffer;
}

static char file_name[PATH_MAX], other_name[PATH_MAX], new_name[PATH_MAX], own_name[64];

static char* file(void) {
  next_file++;
  CHECK(next_file < 2500);
  return name_in(file_name, prefix, "f%d", next_file);
}
static char* directory(void) {
  next_directory++;
  CHECK(next_directory < 1400);
  return name_in(other_name, prefix, "d%d", next_directory);
}
static char* absent(void) { return name_in(new_name, prefix, "new%d", ++tried); }
static char* own(void) {
  snprintf(own_name, sizeof own_name, "/own%d", ++tried);
  return own_name;
}

static void make(const char* path) {
  int fd = open(path, O_WRONLY | O_CREAT, 0600);
  CHECK(fd >= 0);
  CHECK_EQ(write(fd, "own", 3), 3);
  close(fd);
}

/* Writes through a descriptor in every way there is, and closes it. */
static void write_to(int fd) {
  if (fd < 0)
    return;
  struct iovec vector = {"BAD", 3};
  int ends[2], source = open("/source", O_RDWR | O_CREAT, 0600);
  CHECK_EQ(pwrite(source, "BADBAD", 6, 0), 6);
  off_t at = 0;
  write(fd, "BAD", 3);
  pwrite(fd, "BAD", 3, 1);
  writev(fd, &vector, 1);
  pwritev(fd, &vector, 1, 2);
  pwritev2(fd, &vector, 1, 2, 0);
  sendfile(fd, source, &at, 3);
  at = 0;
  copy_file_range(source, &at, fd, NULL, 3, 0);
  CHECK_EQ(pipe(ends), 0);
  CHECK_EQ(write(ends[1], "BAD", 3), 3);
  splice(ends[0], NULL, fd, NULL, 3, SPLICE_F_NONBLOCK);
  close(ends[0]);
  close(ends[1]);
  close(source);
  ftruncate(fd, 1);
  fallocate(fd, 0, 0, 100);
  posix_fallocate(fd, 0, 100);
  fchmod(fd, 0777);
  fchown(fd, 7, 7);
  futimens(fd, NULL);
  futimes(fd, NULL);
  utimensat(fd, "", NULL, AT_EMPTY_PATH);
  fchownat(fd, "", 7, 7, AT_EMPTY_PATH);
  fsetxattr(fd, "user.a", "v", 1, 0);
  fremovexattr(fd, "user.a");
  flock(fd, LOCK_EX | LOCK_NB);
  fsync(fd);
  char* memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (memory != MAP_FAILED) {
    memcpy(memory, "BAD", 3);
    msync(memory, 4096, MS_SYNC);
    munmap(memory, 4096);
  }
  memory = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
  if (memory != MAP_FAILED && mprotect(memory, 4096, PROT_READ | PROT_WRITE) == 0)
    memcpy(memory, "BAD", 3);
  FILE* stream = fdopen(fd, "r+");
  if (stream) {
    fputs("BAD", stream);
    fclose(stream);
  } else {
    close(fd);
  }
}

/* Opens a descriptor's file again, for writing. */
static void reopen(int fd) {
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  write_to(open(path, O_RDWR));
  write_to(open(path, O_WRONLY | O_TRUNC));
  snprintf(path, sizeof path, "/dev/fd/%d", fd);
  write_to(open(path, O_RDWR | O_APPEND));
  chmod(path, 0777);
  truncate(path, 1);
  link(path, own());
  linkat(AT_FDCWD, path, AT_FDCWD, own(), AT_SYMLINK_FOLLOW);
  write_to(open(own_name, O_RDWR));
  linkat(fd, "", AT_FDCWD, own(), AT_EMPTY_PATH);
  write_to(open(own_name, O_RDWR));
  write_to(fd);
}

static void opening(void) {
  static const int modes[] = {O_WRONLY,
                              O_RDWR,
                              O_RDONLY | O_TRUNC,
                              O_WRONLY | O_APPEND,
                              O_RDWR | O_CREAT,
                              O_RDWR | O_CREAT | O_TRUNC,
                              O_WRONLY | O_CREAT | O_EXCL,
                              O_RDWR | O_NOFOLLOW,
                              O_RDONLY};
  for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
    write_to(open(file(), modes[i], 0666));
    write_to(openat(AT_FDCWD, file(), modes[i], 0666));
    write_to(open(absent(), modes[i], 0666));
    reopen(open(file(), modes[i] & ~O_EXCL, 0666));
  }
  write_to(creat(file(), 0666));
  write_to(creat(absent(), 0666));
  reopen(open(file(), O_PATH));
  reopen(open(file(), O_PATH | O_NOFOLLOW));
  write_to(open(prefix, O_TMPFILE | O_RDWR, 0666));
  static const char* const kinds[] = {"w", "a", "r+", "w+", "a+", "wx"};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    FILE* stream = fopen(file(), kinds[i]);
    FILE* created = fopen(absent(), kinds[i]);
    for (FILE* f = stream; f; f = f == created ? NULL : created) {
      fputs("BAD", f);
      fclose(f);
      if (!created)
        break;
    }
    stream = fopen("/source", "w");
    stream = freopen(file(), kinds[i], stream);
    if (stream) {
      fputs("BAD", stream);
      fclose(stream);
    }
  }
}

static void attributes(void) {
  struct timeval times[2] = {{1, 0}, {2, 0}};
  struct utimbuf old = {1, 2};
  chmod(file(), 0777);
  fchmodat(AT_FDCWD, file(), 0777, 0);
  chown(file(), 7, 7);
  lchown(file(), 7, 7);
  fchownat(AT_FDCWD, file(), 7, 7, AT_SYMLINK_NOFOLLOW);
  utimensat(AT_FDCWD, file(), NULL, 0);
  utimes(file(), times);
  lutimes(file(), times);
  futimesat(AT_FDCWD, file(), times);
  utime(file(), &old);
  truncate(file(), 1);
  setxattr(file(), "user.a", "v", 1, 0);
  lsetxattr(file(), "user.a", "v", 1, 0);
  removexattr(file(), "user.a");
  chmod(directory(), 0777);
  chown(directory(), 7, 7);
  utimes(directory(), NULL);
  chmod(prefix, 0700);
  utimes(prefix, NULL);
}

static void names(void) {
  char path[PATH_MAX];
  mkdir(absent(), 0777);
  mkdir(directory(), 0777);
  mkdirat(AT_FDCWD, absent(), 0777);
  mknod(absent(), S_IFREG | 0666, 0);
  mknod(absent(), S_IFIFO | 0666, 0);
  mknod(absent(), S_IFSOCK | 0666, 0);
  mknod(absent(), S_IFCHR | 0666, 0x103);
  mknodat(AT_FDCWD, absent(), S_IFREG | 0666, 0);
  mkfifo(absent(), 0666);
  mkfifoat(AT_FDCWD, absent(), 0666);
  symlink("f1000", absent());
  symlinkat("f1000", AT_FDCWD, absent());
  unlink(file());
  unlinkat(AT_FDCWD, file(), 0);
  remove(file());
  rmdir(directory());
  remove(directory());
  unlinkat(AT_FDCWD, directory(), AT_REMOVEDIR);
  snprintf(path, sizeof path, "%s/soft", prefix);
  unlink(path);
  snprintf(path, sizeof path, "%s/dangling", prefix);
  write_to(open(path, O_WRONLY | O_CREAT, 0666));
  unlink(path);
  snprintf(path, sizeof path, "%s/fifo", prefix);
  int fd = open(path, O_RDWR | O_NONBLOCK); /* nobody is at the real one */
  CHECK(fd < 0 || write(fd, "x", 1) == 1);
  close(fd);
  unlink(path);
  for (int at = 0; at < 2; at++) { /* out, in, inside; of files and directories */
    rename(file(), own());
    write_to(open(own_name, O_RDWR));
    make(own());
    rename(own_name, file());
    write_to(open(file_name, O_RDWR));
    make(own());
    rename(own_name, absent());
    rename(file(), absent());
    renameat(AT_FDCWD, file(), AT_FDCWD, absent());
    make(own());
    renameat2(AT_FDCWD, own_name, AT_FDCWD, file(), RENAME_EXCHANGE);
    write_to(open(own_name, O_RDWR));
    write_to(open(file_name, O_RDWR));
    rename(directory(), own());
    CHECK_EQ(mkdir(own(), 0777), 0);
    rename(own_name, directory());
    rename(directory(), absent());
  }
}

static void links(void) {
  link(file(), own());
  write_to(open(own_name, O_RDWR));
  linkat(AT_FDCWD, file(), AT_FDCWD, own(), 0);
  chmod(own_name, 0777);
  link(file(), absent());
  make(own());
  link(own_name, absent());
  symlink(file(), own());
  write_to(open(own_name, O_RDWR));
  symlink(file(), own());
  truncate(own_name, 1);
  symlink(file(), own());
  chmod(own_name, 0777);
  symlink(file(), own());
  chown(own_name, 7, 7);
  lchown(own_name, 7, 7);
  symlink(absent(), own());
  write_to(open(own_name, O_WRONLY | O_CREAT, 0666));
  symlink(prefix, own());
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%.60s/f1001", own_name);
  write_to(open(path, O_RDWR));
  rename(own_name, absent());
  symlink(file(), own());
  link(own_name, absent()); /* of the link itself */
  symlink(file(), own());
  linkat(AT_FDCWD, own_name, AT_FDCWD, own(), AT_SYMLINK_FOLLOW);
  write_to(open(own_name, O_RDWR));
}

static void temporary(void) {
  char path[PATH_MAX];
  write_to(mkstemp(name_in(path, prefix, "tXXXXXX", 0)));
  write_to(mkostemp(name_in(path, prefix, "tXXXXXX", 0), O_APPEND));
  write_to(mkstemps(name_in(path, prefix, "tXXXXXX.c", 0), 2));
  mkdtemp(name_in(path, prefix, "tXXXXXX", 0));
  setenv("TMPDIR", prefix, 1);
  char* name = tempnam(NULL, "t");
  if (name)
    write_to(open(name, O_WRONLY | O_CREAT, 0666));
  free(name);
  fclose(tmpfile());
  unsetenv("TMPDIR");
}

static void others(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(prefix) < 80) {
    snprintf(address.sun_path, sizeof address.sun_path, "%.80s/sock", prefix);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    bind(fd, (struct sockaddr*)&address, sizeof address);
    close(fd);
  }
  char path[PATH_MAX];
  snprintf(path, sizeof path, "/../../%s/shm", prefix);
  write_to(shm_open(path, O_RDWR | O_CREAT, 0666));
  shm_unlink(path);
  write_to(shm_open(prefix, O_RDWR | O_CREAT, 0666));
  mqd_t queue = mq_open(path, O_RDWR | O_CREAT, 0666, NULL);
  if (queue != (mqd_t)-1)
    mq_close(queue);
  sem_t* semaphore = sem_open(path, O_CREAT, 0666, 1);
  if (semaphore != SEM_FAILED)
    sem_close(semaphore);
  int fd = open(file(), O_RDWR);
  struct aiocb control = {.aio_fildes = fd, .aio_buf = "BAD", .aio_nbytes = 3};
  if (aio_write(&control) == 0)
    aio_return(&control);
  close(fd);
}

static void everything(const char* way) {
  strcpy(prefix, way);
  opening();
  attributes();
  names();
  links();
  temporary();
  others();
}

/* The same with a descriptor of the directory. */
static void at(int fd) {
  char name[32];
#define NEXT (snprintf(name, sizeof name, "f%d", ++next_file), tried++, name)
#define NEXT_DIRECTORY (snprintf(name, sizeof name, "d%d", ++next_directory), tried++, name)
#define NEW (snprintf(name, sizeof name, "at%d", ++tried), name)
  write_to(openat(fd, NEXT, O_RDWR));
  write_to(openat(fd, NEXT, O_WRONLY | O_TRUNC));
  write_to(openat(fd, NEW, O_WRONLY | O_CREAT, 0666));
  reopen(openat(fd, NEXT, O_PATH));
  mkdirat(fd, NEW, 0777);
  mknodat(fd, NEW, S_IFREG | 0666, 0);
  mkfifoat(fd, NEW, 0666);
  symlinkat("f1000", fd, NEW);
  fchmodat(fd, NEXT, 0777, 0);
  fchownat(fd, NEXT, 7, 7, 0);
  utimensat(fd, NEXT, NULL, 0);
  futimesat(fd, NEXT, NULL);
  unlinkat(fd, NEXT, 0);
  unlinkat(fd, NEXT_DIRECTORY, AT_REMOVEDIR);
  linkat(fd, NEXT, AT_FDCWD, own(), 0);
  write_to(open(own_name, O_RDWR));
  renameat(fd, NEXT, AT_FDCWD, own());
  make(own());
  renameat(AT_FDCWD, own_name, fd, NEXT);
  make(own());
  renameat2(AT_FDCWD, own_name, fd, NEW, RENAME_NOREPLACE);
  fchmod(fd, 0700);
  fchown(fd, 7, 7);
  futimens(fd, NULL);
  flock(fd, LOCK_EX | LOCK_NB);
}

static void ways_in(void) {
  char way[PATH_MAX];
  everything(outside);
  snprintf(way, sizeof way, "/proc/self/root%s", outside);
  everything(way);
  snprintf(way, sizeof way, "/tmp/../../../..//.%s", outside);
  everything(way);
  CHECK_EQ(symlink(outside, "/way"), 0);
  everything("/way");
  int fd = open(outside, O_RDONLY | O_DIRECTORY), handle = open(outside, O_PATH | O_DIRECTORY);
  CHECK(fd >= 0 && handle >= 0);
  snprintf(way, sizeof way, "/proc/self/fd/%d", fd);
  everything(way);
  at(fd);
  at(handle);
  CHECK_EQ(chdir(outside), 0);
  everything(".");
  everything("/proc/self/cwd");
  at(AT_FDCWD);
  CHECK_EQ(chdir("/"), 0);
  CHECK_EQ(fchdir(handle), 0);
  snprintf(way, sizeof way, "../%s", strrchr(outside, '/') + 1);
  strcpy(prefix, way);
  attributes();
  names();
  pid_t child = fork();
  if (child == 0) {
    strcpy(prefix, ".");
    names();
    links();
    at(fd);
    _exit(0);
  }
  int status;
  CHECK(waitpid(child, &status, 0) == child && status == 0);
  next_file += 60;
  next_directory += 20;
  CHECK_EQ(chroot("/tmp"), 0);
  at(fd); /* from before */
  at(handle);
  CHECK_EQ(chdir(".."), 0);
  at(AT_FDCWD);
}

/* The files of the runtime's own in the host's directory cannot be made to lead outside. */
static void own_output(void) {
  char path[PATH_MAX], target[PATH_MAX];
  snprintf(path, sizeof path, "/confined.%d.stdout", (int)getpid());
  snprintf(target, sizeof target, "%s/f2499", outside);
  CHECK_EQ(symlink(target, path), 0);
  printf("BAD\n");
  fflush(stdout);
  snprintf(path, sizeof path, "/confined.%d.stderr", (int)getpid());
  snprintf(target, sizeof target, "%s/new-file", outside);
  CHECK_EQ(symlink(target, path), 0);
  fprintf(stderr, "BAD\n");
}

int main(int argc, char** argv) {
  CHECK_EQ(argc, 3);
  outside = argv[1];
  next_file = next_directory = 1000;
  if (argv[2][0] == '1') {
    own_output();
    return 0;
  }
  FILE* report = fopen("tried", "w");
  ways_in();
  fprintf(report, "tried %d\n", tried);
  CHECK_EQ(fclose(report), 0);
  return 0;
}
