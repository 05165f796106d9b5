// CALLS: flock lockf fcntl
// RUN: %both
//
// Locks of processes and of descriptions: who has them, ranges, waiting, deadlock, fork and close.
#define _GNU_SOURCE
#include "check.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "elapsed.h"

static int fd;

static int lock(int file, int command, short type, off_t start, off_t length) {
  struct flock wanted = {.l_type = type, .l_start = start, .l_len = length};
  return fcntl(file, command, &wanted);
}

/* Runs f in a child, which exits with what it returns (0: as it should be). */
static pid_t in_child(int (*f)(void)) {
  fflush(stdout);
  const pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0)
    _exit(f());
  return child;
}

static void finish(pid_t child) {
  int status;
  CHECK_EQ(waitpid(child, &status, 0), child);
  CHECK_EQ(status, 0);
}

/* What another process sees in the way of a write lock on everything from `start`. */
static struct flock seen;
static int expected_pid;
static int look(void) {
  struct flock found = {.l_type = F_WRLCK, .l_start = seen.l_start};
  if (fcntl(fd, F_GETLK, &found) != 0 || found.l_type != seen.l_type)
    return 1;
  if (found.l_type == F_UNLCK)
    return 0;
  const off_t first = seen.l_len >> 16, length = seen.l_len & 0xffff;
  return found.l_pid == expected_pid && found.l_whence == SEEK_SET && found.l_start == first &&
                 found.l_len == length
             ? 0
             : 2;
}

static void others_see(off_t from, short type, off_t start, off_t length) {
  seen = (struct flock){.l_type = type, .l_start = from, .l_len = start << 16 | length};
  expected_pid = getpid();
  finish(in_child(look));
}

static void ranges(void) {
  CHECK_EQ(lock(fd, F_SETLK, F_WRLCK, 10, 10), 0);
  others_see(0, F_WRLCK, 10, 10);
  others_see(20, F_UNLCK, 0, 0);
  CHECK_EQ(lock(fd, F_SETLK, F_WRLCK, 20, 5), 0); /* one with its neighbour */
  others_see(0, F_WRLCK, 10, 15);
  CHECK_EQ(lock(fd, F_SETLK, F_UNLCK, 12, 3), 0); /* two now */
  others_see(0, F_WRLCK, 10, 2);
  others_see(12, F_WRLCK, 15, 10);
  CHECK_EQ(lock(fd, F_SETLK, F_RDLCK, 15, 10), 0);
  others_see(12, F_RDLCK, 15, 10);
  CHECK_EQ(lock(fd, F_SETLK, F_RDLCK, 30, 0), 0); /* to the end, wherever that will be */
  others_see(26, F_RDLCK, 30, 0);
  struct flock back = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 8, .l_len = -8};
  CHECK_EQ(fcntl(fd, F_SETLK, &back), 0);
  others_see(0, F_WRLCK, 0, 8);
  CHECK_ERRNO(lock(fd, F_SETLK, F_WRLCK, -1, 1), EINVAL);
  CHECK_ERRNO(lock(fd, F_SETLK, 77, 0, 1), EINVAL);
  CHECK_ERRNO(lock(99, F_SETLK, F_WRLCK, 0, 1), EBADF);
  int reader = open("file", O_RDONLY);
  CHECK_ERRNO(lock(reader, F_SETLK, F_WRLCK, 0, 1), EBADF);
  CHECK_EQ(lock(reader, F_SETLK, F_RDLCK, 100, 1), 0);
  others_see(0, F_WRLCK, 0, 8);
  CHECK_EQ(close(reader), 0); /* any descriptor of the file: all locks of the process go */
  others_see(0, F_UNLCK, 0, 0);
}

static int try_all(void) {
  if (lock(fd, F_SETLK, F_RDLCK, 0, 0) != -1 || (errno != EAGAIN && errno != EACCES))
    return 1;
  int other = open("file", O_RDWR);
  close(other); /* drops nothing of the parent's */
  return lock(fd, F_SETLK, F_WRLCK, 0, 0) == -1 ? 0 : 2;
}

static int wait_for_all(void) { return lock(fd, F_SETLKW, F_WRLCK, 0, 0); }

static void of_processes(void) {
  CHECK_EQ(lock(fd, F_SETLK, F_WRLCK, 0, 1), 0);
  finish(in_child(try_all)); /* a child has no part in them */
  others_see(0, F_WRLCK, 0, 1);
  const pid_t waiter = in_child(wait_for_all);
  nap(0.02);
  CHECK_EQ(waitpid(waiter, NULL, WNOHANG), 0);
  CHECK_EQ(lock(fd, F_SETLK, F_UNLCK, 0, 0), 0);
  finish(waiter);
  CHECK_EQ(lock(fd, F_SETLK, F_WRLCK, 0, 0), 0); /* those of one that has ended are gone */
  CHECK_EQ(lock(fd, F_SETLK, F_UNLCK, 0, 0), 0);
}

static int ends[2];

/* Has the second half and wants the first. */
static int second_half(void) {
  if (lock(fd, F_SETLK, F_WRLCK, 50, 50) != 0 || write(ends[1], "x", 1) != 1)
    return 1;
  return lock(fd, F_SETLKW, F_WRLCK, 0, 50);
}

static void deadlock(void) {
  char c;
  CHECK_EQ(pipe(ends), 0);
  CHECK_EQ(lock(fd, F_SETLK, F_WRLCK, 0, 50), 0);
  const pid_t child = in_child(second_half);
  CHECK_EQ(read(ends[0], &c, 1), 1);
  nap(0.05); /* it waits for us */
  CHECK_ERRNO(lock(fd, F_SETLKW, F_WRLCK, 50, 1), EDEADLK);
  CHECK_ERRNO(lock(fd, F_SETLK, F_WRLCK, 50, 1), EAGAIN);
  CHECK_EQ(lock(fd, F_SETLK, F_UNLCK, 0, 0), 0);
  finish(child);
  close(ends[0]);
  close(ends[1]);
}

static void nothing(int signal) { (void)signal; }

static void interrupted(void) {
  CHECK_EQ(pipe(ends), 0);
  pid_t child = fork();
  if (child == 0) {
    lock(fd, F_SETLK, F_WRLCK, 0, 0);
    CHECK_EQ(write(ends[1], "x", 1), 1);
    pause();
  }
  char c;
  CHECK_EQ(read(ends[0], &c, 1), 1);
  const struct sigaction action = {.sa_handler = nothing};
  sigaction(SIGALRM, &action, NULL);
  const struct itimerval soon = {.it_value = {0, 20000}};
  setitimer(ITIMER_REAL, &soon, NULL);
  CHECK_ERRNO(lock(fd, F_SETLKW, F_WRLCK, 0, 0), EINTR);
  CHECK_EQ(kill(child, SIGKILL), 0);
  CHECK_EQ(lock(fd, F_SETLKW, F_WRLCK, 0, 0), 0); /* from a dead hand */
  CHECK_EQ(waitpid(child, NULL, 0), child);
  CHECK_EQ(lock(fd, F_SETLK, F_UNLCK, 0, 0), 0);
}

static int unlock_whole(void) { return flock(fd, LOCK_UN); }

static void whole(void) {
  int other = open("file", O_RDONLY), again = dup(fd);
  CHECK_ERRNO(flock(99, LOCK_SH), EBADF);
  CHECK_ERRNO(flock(fd, 0), EINVAL);
  CHECK_EQ(flock(fd, LOCK_EX), 0);
  CHECK_EQ(flock(again, LOCK_EX | LOCK_NB), 0); /* the same description */
  CHECK_ERRNO(flock(other, LOCK_SH | LOCK_NB), EWOULDBLOCK);
  CHECK_EQ(lock(other, F_SETLK, F_RDLCK, 0, 0), 0); /* the kinds do not see each other */
  CHECK_EQ(flock(fd, LOCK_SH), 0);
  CHECK_EQ(flock(other, LOCK_SH | LOCK_NB), 0);
  CHECK_ERRNO(flock(fd, LOCK_EX | LOCK_NB), EWOULDBLOCK); /* loses what it had */
  CHECK_EQ(flock(other, LOCK_EX | LOCK_NB), 0);
  CHECK_EQ(flock(other, LOCK_UN), 0);
  CHECK_EQ(flock(fd, LOCK_EX), 0);
  finish(in_child(unlock_whole)); /* a child shares the description */
  CHECK_EQ(flock(other, LOCK_EX | LOCK_NB), 0);
  CHECK_EQ(close(other), 0);
  CHECK_EQ(flock(fd, LOCK_EX), 0);
  CHECK_EQ(close(again), 0);
  other = open("file", O_RDWR);
  CHECK_ERRNO(flock(other, LOCK_SH | LOCK_NB), EWOULDBLOCK);
  CHECK_EQ(flock(fd, LOCK_UN), 0);
  CHECK_EQ(close(other), 0);
  int one = open(".", O_RDONLY), two = open(".", O_RDONLY); /* of directories */
  CHECK_EQ(flock(one, LOCK_EX), 0);
  CHECK_ERRNO(flock(two, LOCK_SH | LOCK_NB), EWOULDBLOCK);
  close(one);
  CHECK_EQ(flock(two, LOCK_SH | LOCK_NB), 0);
  close(two);
}

static void* release_later(void* argument) {
  nap(0.02);
  CHECK_EQ(lock(*(int*)argument, F_OFD_SETLK, F_UNLCK, 0, 0), 0);
  return NULL;
}

static void of_descriptions(void) {
  int other = open("file", O_RDWR);
  CHECK_EQ(lock(fd, F_OFD_SETLK, F_WRLCK, 0, 10), 0);
  CHECK_ERRNO(lock(other, F_OFD_SETLK, F_RDLCK, 5, 10), EAGAIN);
  CHECK_EQ(lock(other, F_OFD_SETLK, F_WRLCK, 10, 10), 0);
  CHECK_ERRNO(lock(fd, F_SETLK, F_WRLCK, 10, 1), EAGAIN); /* they see those of processes */
  struct flock found = {.l_type = F_WRLCK, .l_start = 5, .l_len = 1};
  CHECK_EQ(fcntl(other, F_OFD_GETLK, &found), 0);
  CHECK_EQ(found.l_type, F_WRLCK);
  CHECK_EQ(found.l_pid, -1);
  CHECK_EQ(found.l_start, 0);
  CHECK_EQ(found.l_len, 10);
  found = (struct flock){.l_type = F_WRLCK, .l_pid = 1};
  CHECK_ERRNO(fcntl(other, F_OFD_SETLK, &found), EINVAL);
  pthread_t thread;
  double start = date();
  CHECK_EQ(pthread_create(&thread, NULL, release_later, &fd), 0);
  CHECK_EQ(lock(other, F_OFD_SETLKW, F_WRLCK, 0, 5), 0);
  CHECK(elapsed(start, 0.02));
  CHECK_EQ(pthread_join(thread, NULL), 0);
  CHECK_EQ(close(open("file", O_RDONLY)), 0); /* keeps them */
  CHECK_ERRNO(lock(fd, F_OFD_SETLK, F_RDLCK, 0, 0), EAGAIN);
  CHECK_EQ(close(other), 0);
  CHECK_EQ(lock(fd, F_OFD_SETLK, F_RDLCK, 0, 0), 0);
  CHECK_EQ(lock(fd, F_OFD_SETLK, F_UNLCK, 0, 0), 0);
}

static int test_lockf(void) {
  CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
  CHECK_ERRNO(lockf(fd, F_TEST, 10), EACCES);
  CHECK_ERRNO(lockf(fd, F_TLOCK, 10), EAGAIN);
  CHECK_EQ(lseek(fd, 10, SEEK_SET), 10);
  CHECK_EQ(lockf(fd, F_TEST, 10), 0);
  CHECK_EQ(lockf(fd, F_LOCK, 10), 0);
  return 0;
}

static void by_lockf(void) {
  CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
  CHECK_EQ(lockf(fd, F_LOCK, 10), 0);
  CHECK_EQ(lockf(fd, F_TEST, 10), 0); /* one's own */
  finish(in_child(test_lockf));
  CHECK_EQ(lseek(fd, 0, SEEK_SET), 0);
  CHECK_EQ(lockf(fd, F_ULOCK, 0), 0);
  CHECK_ERRNO(lockf(fd, 99, 0), EINVAL);
}

int main(void) {
  fd = open("file", O_RDWR | O_CREAT, 0600);
  CHECK_EQ(write(fd, "text", 4), 4);
  ranges();
  of_processes();
  deadlock();
  interrupted();
  whole();
  of_descriptions();
  by_lockf();
  return 0;
}
