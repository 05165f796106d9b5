// CALLS: pthread_cancel pthread_setcancelstate pthread_setcanceltype pthread_testcancel
// UNSUPPORTED: sanitize
// RUN: %both
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

static const struct timespec moment = {0, 5000000};

static void rest(void) { nanosleep(&moment, NULL); }

static atomic_int cleaned, after, destroyed;

static void clean(void* what) { cleaned += *(int*)what; }

static int one = 1, ten = 10;

/* Cancels a thread that has had the time to wait in `function`, and expects its end there. */
static void cancel_in(void* (*function)(void*), void* argument) {
  pthread_t thread;
  void* result = NULL;
  cleaned = after = 0;
  CHECK(pthread_create(&thread, NULL, function, argument) == 0);
  rest();
  CHECK(pthread_cancel(thread) == 0);
  CHECK(pthread_join(thread, &result) == 0);
  CHECK(result == PTHREAD_CANCELED);
  CHECK(after == 0);
}

/* ---- where threads are cancelled ---- */

static int ends[2], sockets[2];
static sem_t semaphore;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static pthread_t main_thread;

static const struct timespec long_time = {100, 0};
static char byte;

static void in_read(void) { CHECK(read(ends[0], &byte, 1) == 1); }
static void in_readv(void) { CHECK(readv(ends[0], &(struct iovec){&byte, 1}, 1) == 1); }
static void in_recv(void) { CHECK(recv(sockets[0], &byte, 1, 0) == 1); }
static void in_recvfrom(void) { CHECK(recvfrom(sockets[0], &byte, 1, 0, NULL, NULL) == 1); }
static void in_recvmsg(void) {
  struct iovec vector = {&byte, 1};
  struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
  CHECK(recvmsg(sockets[0], &message, 0) == 1);
}
static void in_nanosleep(void) { nanosleep(&long_time, NULL); }
static void in_clock_nanosleep(void) { clock_nanosleep(CLOCK_MONOTONIC, 0, &long_time, NULL); }
static void in_sleep(void) { sleep(100); }
static void in_usleep(void) { usleep(900000); }
static void in_pause(void) { pause(); }
static void in_poll(void) { poll(&(struct pollfd){ends[0], POLLIN, 0}, 1, -1); }
static void in_ppoll(void) { ppoll(&(struct pollfd){ends[0], POLLIN, 0}, 1, NULL, NULL); }
static void in_select(void) {
  fd_set set;
  FD_ZERO(&set);
  FD_SET(ends[0], &set);
  select(ends[0] + 1, &set, NULL, NULL, NULL);
}
static void in_pselect(void) { pselect(0, NULL, NULL, NULL, &long_time, NULL); }
static void in_epoll_wait(void) {
  struct epoll_event event;
  epoll_wait(epoll_create1(EPOLL_CLOEXEC), &event, 1, -1);
}
static void in_sem_wait(void) { sem_wait(&semaphore); }
static void in_sem_timedwait(void) {
  struct timespec date;
  clock_gettime(CLOCK_REALTIME, &date);
  date.tv_sec += 100;
  sem_timedwait(&semaphore, &date);
}
static void in_join(void) { pthread_join(main_thread, NULL); }
static void in_sigsuspend(void) {
  sigset_t none;
  sigemptyset(&none);
  sigsuspend(&none);
}
static void in_sigwait(void) {
  sigset_t set;
  int signal;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR2);
  sigwait(&set, &signal);
}
static void in_sigtimedwait(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR2);
  sigtimedwait(&set, NULL, &long_time);
}
static void in_waitpid(void) { waitpid(-1, NULL, 0); }

static void in_accept(void) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  CHECK(listen(fd, 1) == 0);
  accept(fd, NULL, NULL);
}

static void in_write(void) {
  int full[2];
  static char much[1 << 16];
  CHECK(pipe2(full, O_NONBLOCK) == 0);
  while (write(full[1], much, sizeof much) > 0)
    ;
  CHECK(fcntl(full[1], F_SETFL, 0) == 0);
  CHECK(write(full[1], &byte, 1) == 1);
}

static void in_fgets(void) {
  char line[10];
  FILE* const file = fdopen(dup(ends[0]), "r");
  CHECK(fgets(line, sizeof line, file) != NULL);
}

static void in_testcancel(void) {
  for (;;) {
    pthread_testcancel();
    sched_yield();
  }
}

static void* wait_in(void* function) {
  pthread_cleanup_push(clean, &one);
  pthread_cleanup_push(clean, &ten);
  ((void (*)(void))function)();
  after = 1;
  pthread_cleanup_pop(0);
  pthread_cleanup_pop(0);
  return NULL;
}

static void test_points(void) {
  void (*const points[])(void) = {
      in_read,       in_readv,    in_recv,    in_recvfrom,      in_recvmsg,    in_nanosleep,
      in_sleep,      in_usleep,   in_pause,   in_poll,          in_ppoll,      in_select,
      in_pselect,    in_sem_wait, in_join,    in_sem_timedwait, in_sigsuspend, in_sigwait,
      in_accept,     in_write,    in_waitpid, in_sigtimedwait,  in_epoll_wait, in_clock_nanosleep,
      in_testcancel, in_fgets};
  const pid_t child = fork();
  if (child == 0) {
    pause();
    _exit(0);
  }
  for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
    cancel_in(wait_in, (void*)points[i]);
    CHECK(cleaned == 11);
  }
  kill(child, SIGKILL);
  CHECK(waitpid(child, NULL, 0) == child);
}

/* What has been sent is still there, nothing is lost. */
static void test_nothing_lost(void) {
  CHECK(write(ends[1], "abc", 3) == 3);
  char text[4] = "";
  CHECK(read(ends[0], text, 3) == 3 && strcmp(text, "abc") == 0);
  CHECK(sem_post(&semaphore) == 0 && sem_trywait(&semaphore) == 0);
  CHECK(sem_trywait(&semaphore) == -1 && errno == EAGAIN);
}

/* ---- conditions: the mutex is held again ---- */

static void unlock(void* unused) {
  (void)unused;
  CHECK(pthread_mutex_trylock(&mutex) == EBUSY);
  cleaned = 1;
  CHECK(pthread_mutex_unlock(&mutex) == 0);
}

static void* wait_for_condition(void* timed) {
  struct timespec date;
  clock_gettime(CLOCK_REALTIME, &date);
  date.tv_sec += 100;
  pthread_mutex_lock(&mutex);
  pthread_cleanup_push(unlock, NULL);
  if (timed != NULL)
    pthread_cond_timedwait(&condition, &mutex, &date);
  else
    pthread_cond_wait(&condition, &mutex);
  after = 1;
  pthread_cleanup_pop(0);
  return NULL;
}

static void test_conditions(void) {
  for (int timed = 0; timed < 2; timed++) {
    cancel_in(wait_for_condition, timed ? &one : NULL);
    CHECK(cleaned == 1);
    CHECK(pthread_mutex_lock(&mutex) == 0);
    CHECK(pthread_mutex_unlock(&mutex) == 0);
  }
  /* The mutex is held by another when the request comes: the thread ends when it has it back. */
  pthread_t thread;
  void* result;
  cleaned = after = 0;
  CHECK(pthread_create(&thread, NULL, wait_for_condition, NULL) == 0);
  rest();
  CHECK(pthread_mutex_lock(&mutex) == 0);
  CHECK(pthread_cancel(thread) == 0);
  rest();
  CHECK(cleaned == 0);
  CHECK(pthread_mutex_unlock(&mutex) == 0);
  CHECK(pthread_join(thread, &result) == 0 && result == PTHREAD_CANCELED);
  CHECK(cleaned == 1);
}

/* ---- state and type ---- */

static void* lock_mutex(void* unused) {
  CHECK(pthread_mutex_lock(&mutex) == 0); /* no cancellation point */
  cleaned = 1;
  CHECK(pthread_mutex_unlock(&mutex) == 0);
  pthread_testcancel();
  after = 1;
  return unused;
}

static void test_mutex(void) {
  pthread_t thread;
  void* result;
  cleaned = after = 0;
  CHECK(pthread_mutex_lock(&mutex) == 0);
  CHECK(pthread_create(&thread, NULL, lock_mutex, NULL) == 0);
  rest();
  CHECK(pthread_cancel(thread) == 0);
  rest();
  CHECK(cleaned == 0);
  CHECK(pthread_mutex_unlock(&mutex) == 0);
  CHECK(pthread_join(thread, &result) == 0 && result == PTHREAD_CANCELED);
  CHECK(cleaned == 1 && after == 0);
}

static atomic_int phase;

static void* disabled(void* unused) {
  int old = -1;
  CHECK(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old) == 0);
  CHECK(old == PTHREAD_CANCEL_ENABLE);
  CHECK(pthread_setcancelstate(1234, NULL) == EINVAL);
  CHECK(pthread_setcanceltype(1234, NULL) == EINVAL);
  phase = 1;
  rest();
  rest();
  rest(); /* asked meanwhile */
  pthread_testcancel();
  cleaned = 1;
  CHECK(pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &old) == 0);
  CHECK(old == PTHREAD_CANCEL_DISABLE);
  cleaned = 2;
  close(-1);
  after = 1;
  return unused;
}

static void* asynchronous(void* unused) {
  int old = -1;
  CHECK(pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &old) == 0);
  CHECK(old == PTHREAD_CANCEL_DEFERRED);
  while (phase < 100)
    ;
  after = 1;
  return unused;
}

static void* asynchronous_late(void* unused) {
  int old;
  CHECK(pthread_cancel(pthread_self()) == 0); /* pending */
  CHECK(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old) == 0);
  CHECK(pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, NULL) == 0);
  cleaned = 3;
  CHECK(pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL) == 0);
  after = 1;
  return unused;
}

/* A request that is pending takes effect at the next point, before the call does anything. */
static void* at_entry(void* unused) {
  CHECK(pthread_cancel(pthread_self()) == 0);
  cleaned = 4;
  CHECK(write(ends[1], "x", 1) == 1);
  after = 1;
  return unused;
}

static void test_states(void) {
  phase = 0;
  cancel_in(disabled, NULL);
  CHECK(cleaned == 2);
  cancel_in(asynchronous, NULL);
  pthread_t thread;
  void* result;
  after = 0;
  CHECK(pthread_create(&thread, NULL, asynchronous_late, NULL) == 0);
  CHECK(pthread_join(thread, &result) == 0 && result == PTHREAD_CANCELED);
  CHECK(cleaned == 3 && after == 0);
  CHECK(pthread_create(&thread, NULL, at_entry, NULL) == 0);
  CHECK(pthread_join(thread, &result) == 0 && result == PTHREAD_CANCELED);
  CHECK(cleaned == 4 && after == 0);
  CHECK(poll(&(struct pollfd){ends[0], POLLIN, 0}, 1, 0) == 0);
}

/* ---- the end ---- */

static pthread_key_t key;

static void destroy(void* value) {
  CHECK(*(int*)value == 10);
  destroyed++;
  rest(); /* a cancellation point: not any more */
  destroyed++;
}

static void clean_slowly(void* unused) {
  (void)unused;
  rest();
  cleaned++;
}

static void* with_data(void* unused) {
  CHECK(pthread_setspecific(key, &ten) == 0);
  pthread_cleanup_push(clean_slowly, NULL);
  pause();
  pthread_cleanup_pop(0);
  return unused;
}

static void* returns(void* value) { return value; }

static void test_end(void) {
  CHECK(pthread_key_create(&key, destroy) == 0);
  cancel_in(with_data, NULL);
  CHECK(cleaned == 1 && destroyed == 2);
  /* One that has ended is not cancelled, and may be asked. */
  pthread_t thread;
  void* result;
  CHECK(pthread_create(&thread, NULL, returns, &one) == 0);
  rest();
  CHECK(pthread_cancel(thread) == 0);
  CHECK(pthread_join(thread, &result) == 0 && result == &one);
}

/* A handler runs in a thread that waits in a cancellation point, and is one. */
static void on_signal(int signal) {
  (void)signal;
  cleaned++;
  pthread_testcancel();
}

static void interrupted_read(void) { CHECK_ERRNO(read(ends[0], &byte, 1), EINTR); }

static void test_handler(void) {
  pthread_t thread;
  void* result;
  CHECK(sigaction(SIGUSR1, &(struct sigaction){.sa_handler = on_signal}, NULL) == 0);
  cleaned = after = 0;
  CHECK(pthread_create(&thread, NULL, wait_in, (void*)interrupted_read) == 0);
  do { /* natively it may take a while until it waits */
    rest();
    CHECK(pthread_kill(thread, SIGUSR1) == 0);
    rest();
  } while (after == 0);
  CHECK(cleaned >= 1 && after == 1); /* EINTR */
  CHECK(pthread_join(thread, &result) == 0 && result == NULL);
}

int main(void) {
  main_thread = pthread_self();
  CHECK(pipe(ends) == 0);
  CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) == 0);
  CHECK(sem_init(&semaphore, 0, 0) == 0);
  test_points();
  test_nothing_lost();
  test_conditions();
  test_mutex();
  test_states();
  test_end();
  test_handler();
  return 0;
}
